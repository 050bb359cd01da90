"""Worlds and trials that are run together: one compilation, one memory, the bytes of each by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hewer.engine.compile.program import compile_model
from hewer.errors import ModelError, RunError
from hewer.model.reading.document import loads
from hewer.study import trial as trials
from hewer.study.simulate import simulate, trial_of
from hewer.study.trial import Block, Trial, keep_part, keep_values, replicate

SHOP = """
title: a shop
params:
  pace: {value: 5 min, range: [2 min, 9 min]}
  wage: {value: 20 EUR/h, range: [10 EUR/h, 30 EUR/h]}
  wait: {value: 3, range: [0, 9]}
flow: [customers, serve, done]
stocks: {done: {sink: yes}}
sources: {customers: {every: exponential(4 min)}}
activities: {serve: {time: gamma(mean=pace, cv=0.5)}}
crews: {one: {clerk: {does: serve, cost: wage}}}
terms: {shift: 2 h}
measures:
  served: arrivals(done)
  money: cost() / arrivals(done)
  many: arrivals(done) > wait
  waits: {value: wait(serve_queue) / pace}
"""


def everything(model: Any, threads: int, worlds: int = 30, replications: int = 3) -> list[bytes]:
    result = simulate(model, worlds=worlds, replications=replications, threads=threads)
    arrays = [array for array in result.data if isinstance(array, np.ndarray)]
    arrays += [samples.values for samples in result.measures.values()]
    return [array.tobytes() for array in arrays]


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let every world be compiled and run by itself."""

    def switch() -> None:
        monkeypatch.setattr(Trial, "bound", lambda self, world: None)

    return switch


def test_together_is_as_apart(apart: Callable[[], None]) -> None:
    model = loads(SHOP)
    together = [everything(model, threads) for threads in (1, 2, 3)]
    apart()
    assert all(one == everything(model, 1) for one in together)


def test_all_worlds_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []

    def counted(*args: Any) -> Any:
        compiled.append(args)
        return compile_model(*args)

    monkeypatch.setattr("hewer.engine.compile.template.compile_model", counted)
    simulate(loads(SHOP), worlds=200, replications=1)
    assert len(compiled) == 1


def test_a_world_of_another_structure_is_compiled_by_itself(apart: Callable[[], None]) -> None:
    # of no time to walk in some worlds, and in others not; a guard that is solved for the clock
    text = SHOP.replace("terms:", "places: {a: {}, b: {}}\nwalk: {a-b: max(wait - 5, 0) * 1 min}\nterms:")
    text = text.replace("cv=0.5)}", "cv=0.5), at: a}").replace("cost: wage", "starts_at: b, cost: wage")
    model = loads(text)
    base = trial_of(model, seed=1, ranged=True)
    bound = [base.bound(world) is not None for world in range(30)]
    assert 3 < sum(bound) < 27
    together = everything(model, 2)
    apart()
    assert together == everything(model, 1)


def test_what_cannot_be_measured_together_is_measured_apart() -> None:
    base = trial_of(loads(SHOP), seed=1, ranged=True)
    blocks = [Block(base, world, 0, 2) for world in range(12)]
    sizes: list[int] = []

    def keep(compiled: Any, data: Any) -> Any:
        sizes.append(len(data.ended))
        if sizes[-1] > 2:
            raise ModelError([])
        return keep_values(compiled, data)

    found, plain = (replicate(blocks, how, threads=1).beginnings() for how in (keep, keep_values))
    assert max(sizes) > 2
    for one, other in zip(found, plain, strict=True):
        assert one.parts[0]["money"].values.tolist() == other.parts[0]["money"].values.tolist()


def test_what_is_wrong_with_a_trial_names_it() -> None:
    base = trial_of(loads(SHOP), seed=1)
    rows = [Trial(f"pace {k}", base.model, 1, fixed={"pace": 60.0 * k}, kept=False) for k in (3, 2, 1, 0)]
    with pytest.raises(ModelError, match=r"mean must be more than 0.*\(at pace 0\)"):
        replicate([Block(one, 0, 0, 1) for one in rows], keep_part, threads=2)


def test_an_error_of_one_world_is_the_same_together(apart: Callable[[], None]) -> None:
    text = SHOP.replace("gamma(mean=pace, cv=0.5)", "pace - done * 0.5 min")
    base = trial_of(loads(text), seed=1)
    rows = [Trial(f"pace {k}", base.model, 1, fixed={"pace": 60.0 * k}) for k in (60, 50, 3, 7)]
    blocks = [Block(one, 0, 0, 2) for one in rows]
    with pytest.raises(RunError) as together:
        replicate(blocks, keep_part, threads=1)
    apart()
    with pytest.raises(RunError) as alone:
        replicate(blocks, keep_part, threads=1)
    assert str(together.value) == str(alone.value)


def test_ctrl_c_keeps_whole_lanes_and_progress_ends_at_the_total() -> None:
    base = trial_of(loads(SHOP), seed=1, ranged=True)
    blocks = [Block(base, world, 0, 2) for world in range(40)]
    seen: list[tuple[int, int]] = []
    replicate(blocks, keep_part, threads=2, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (80, 80)
    assert seen == sorted(seen)

    def stop(done: int, total: int) -> None:
        if done >= 10:
            raise KeyboardInterrupt

    found = replicate(blocks, keep_part, threads=2, progress=stop)
    assert found.interrupted
    kept = found.complete()
    assert 5 <= len(kept) < 40
    assert all(sum(len(part.data.ended) for part in parts) == 2 for parts in kept)


def test_rows_of_whatever_is_kept() -> None:
    kept: Any = ({"a": np.arange(6), "b": "min"}, [1, 2, 3, 4, 5, 6], None)
    cut = trials._rows(kept)(2, 4)
    assert cut[0]["a"].tolist() == [2, 3]
    assert cut[0]["b"] == "min"
    assert (cut[1], cut[2]) == ([3, 4], None)
