"""A result made by hand: a compiled model with numbers drawn by NumPy, no engine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from hewer.engine.compile.program import compile_model
from hewer.engine.program import columns
from hewer.engine.result.result import MeasureSamples, Result
from hewer.model.reading.document import loads

MODEL = """
title: Two at a bench
stocks:
  wood: {unit: kg, start: 100 kg}
  chairs: {sink: yes}
activities:
  saw: {takes: {wood: 2 kg}, gives: {legs: 1}, time: exponential(4 min)}
  join: {takes: {legs: 1}, gives: {chairs: 1}, time: 5 min, uses: clamp}
tools: {clamp: 1}
crews:
  pair: {sawyer: {count: 2, does: saw}, joiner: {does: join}}
terms: {shift: 2 h}
"""
MODEL = MODEL.replace("  chairs:", "  legs: {}\n  chairs:")

STOCK = [(name, "f8" if name in {"integral", "waited"} else "i8") for name in
         ("arrived", "departed", "final", "peak", "integral", "waited")]  # fmt: skip
INSTANCE = [("started", "i8"), ("ended", "i8"), ("busy", "f8"), ("stuck", "f8")]


def fake_result(worlds: int = 1, replications: int = 5, *, seed: int = 1, gain: float = 1.0) -> Result:
    """Make a result with `worlds` x `replications`; `gain` multiplies its output."""
    compiled = compile_model(loads(MODEL))
    rng = np.random.default_rng(seed)
    count = worlds * replications
    data = SimpleNamespace(
        stock=_stock(rng, count),
        instance=_instance(rng, count),
        worker_time=_worker_time(rng, count),
        overtime=np.zeros((count, 3), np.int64),
        deadlock=np.full(count, -1, np.int64),
        log=None,
    )
    chairs = gain * rng.normal(20.0, 2.0, (worlds, replications)) + rng.normal(0.0, 3.0, (worlds, 1)) * (
        worlds > 1
    )
    fake = SimpleNamespace(
        title="Two at a bench",
        scenario=None,
        crew="pair",
        seed=seed,
        worlds=worlds,
        replications=replications,
        version="0.1.0",
        interrupted=False,
        compiled=compiled,
        data=data,
        measures={
            "output": MeasureSamples(chairs, "", "chairs made"),
            "rate": MeasureSamples(chairs / 2.0, "1/h"),
            "heads": MeasureSamples(np.full((worlds, replications), 3.0), ""),
            "never": MeasureSamples(np.full((worlds, replications), np.nan), "min"),
        },
    )
    return cast("Result", fake)


def _stock(rng: np.random.Generator, count: int) -> Any:
    stock = np.zeros((count, 3), STOCK)
    stock["departed"][:, 0] = 40_000_000
    stock["final"][:, 0] = 60_000_000
    stock["peak"][:, 0] = 100_000_000
    stock["integral"][:, 0] = 80_000_000 * 7.2e12
    stock["arrived"][:, 1] = 20
    stock["departed"][:, 1] = rng.integers(15, 20, count)
    stock["waited"][:, 1] = stock["departed"][:, 1] * 90e9
    stock["arrived"][:, 2] = 15
    return stock


def _instance(rng: np.random.Generator, count: int) -> Any:
    instance = np.zeros((count, 2), INSTANCE)
    instance["started"] = 20
    instance["ended"] = rng.integers(18, 20, (count, 2))
    instance["busy"] = 0.5 * 7.2e12
    return instance


def _worker_time(rng: np.random.Generator, count: int) -> Any:
    at = columns(2, 3, 0, 1)
    time = np.zeros((count, 3, at.total), np.int64)
    saw = rng.integers(3_000_000_000_000, 5_000_000_000_000, (count, 2))
    time[:, :2, 0] = saw
    time[:, :2, at.walking] = 1_000_000_000  # 1 s of 2 h: rare
    time[:, :2, at.partner] = 2_000_000_000
    time[:, :2, at.nothing] = 7_200_000_000_000 - saw - 3_000_000_000
    time[:, 2, 1] = 6_000_000_000_000
    time[:, 2, at.material + 1] = 1_200_000_000_000
    return time
