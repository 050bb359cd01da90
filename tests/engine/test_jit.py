"""The kernel does the same with the compiler on and off."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

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
        env={**os.environ, **environment},
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
