"""The kernel does the same with the compiler on and off."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from numba.core.codegen import CPUCodeLibrary

import hewer
from hewer.engine import jit
from hewer.engine.jit import COMPILED, apart, entry, part

SCRIPT = """
import sys, warnings
warnings.simplefilter("ignore")  # overflow of 64-bit keys is meant
from hewer.engine.compile.program import compile_model
from hewer.engine.run import run_replications
from hewer.model.reading.document import load
import hashlib
compiled = compile_model(load("kitchen"))
data = run_replications(compiled.program, seed=5, count=1, log=True)
print(len(data.log[0]), hashlib.sha256(data.log[0].tobytes()).hexdigest(),
      hashlib.sha256(data.worker_time.tobytes()).hexdigest())
"""


def story(**environment: str) -> list[str]:
    """What a run tells in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": str(Path(hewer.__file__).parents[1]), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_run_is_the_same_with_the_compiler_off():
    compiled, interpreted = story(), story(NUMBA_DISABLE_JIT="1")
    assert compiled == interpreted
    assert int(compiled[0]) > 100
    assert compiled[1] != hashlib.sha256(b"").hexdigest()


@part
def _doubled(number: Any) -> Any:
    return 2 * number


@apart
def _seldom(number: Any) -> Any:
    return _doubled(number) + 1


@entry
def _all(number: Any) -> Any:
    return _seldom(number) + _doubled(number)


@pytest.mark.skipif(not COMPILED, reason="needs the JIT")
def test_parts_are_not_optimised_on_their_own_and_those_kept_apart_are_cold(monkeypatch, tmp_path):
    """The short cut into Numba takes: with a Numba for which this fails, `_lean_parts` is to be mended."""
    assert jit.short_cut_takes()
    optimised, optimise = [], CPUCodeLibrary._optimize_final_module

    def noted(library: Any) -> None:
        optimised.append(library.name.rpartition("_")[0])  # without the name of the kernel
        optimise(library)

    monkeypatch.setattr(CPUCodeLibrary, "_optimize_final_module", noted)
    monkeypatch.setattr(jit, "cache_folder", lambda: tmp_path)
    built = jit.make_ready(jit.build(_all), 1)
    assert built(4) == 17
    assert "_all" in optimised
    assert not {"_seldom", "_doubled"} & set(optimised)
    code = next(iter(built.overloads.values())).library.get_llvm_str()
    assert re.search(r"_seldom[^\n]*#(\d+)", code)
    assert any("cold" in line and "noinline" in line for line in code.splitlines())


def test_kernels_are_built_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads that ask at once would set Numba's folder of the cache for one another."""
    inside, most = [0], [0]

    def slow(function: Any, features: frozenset[str]) -> Any:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.02)
        inside[0] -= 1
        return function

    monkeypatch.setattr(jit, "_build", slow)
    threads = [threading.Thread(target=jit.build, args=(_all,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
