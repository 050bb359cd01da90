"""Unfriendly data of which the truth is known."""

from __future__ import annotations

import math

import numpy as np

Generator = np.random.Generator
Array = np.ndarray


def normal(rng: Generator, n: int) -> Array:
    """Mean 10, deviation 3."""
    return rng.normal(10.0, 3.0, n)


def exponential(rng: Generator, n: int) -> Array:
    """Mean 1, skewness 2."""
    return rng.exponential(1.0, n)


def lognormal(rng: Generator, n: int) -> Array:
    """Mean 1, skewness 6.2."""
    return rng.lognormal(-0.5, 1.0, n)


def rare(rng: Generator, n: int) -> Array:
    """1 with probability 0.01, else 0."""
    return (rng.random(n) < 0.01).astype(float)


def ties(rng: Generator, n: int) -> Array:
    """Poisson with mean 1: three values have nine tenths of all."""
    return rng.poisson(1.0, n).astype(float)


def autoregressive(rng: Generator, n: int, phi: float = 0.9, start: float = 0.0) -> Array:
    """AR(1) about 0 with variance 1; `start` above its stationary beginning."""
    noise = rng.normal(0.0, math.sqrt(1.0 - phi * phi), n)
    steps: list[float] = []
    value = rng.normal() + start
    for push in noise.tolist():
        value = phi * value + push
        steps.append(value)
    return np.array(steps)


def waits(rng: Generator, n: int, load: float) -> Array:
    """Draw the waits before service of the first `n` customers of an M/M/1 queue that begins empty."""
    # Lindley's recursion, written out
    steps = np.concatenate([[0.0], np.cumsum(rng.exponential(load, n - 1) - rng.exponential(1.0, n - 1))])
    found: Array = steps - np.minimum.accumulate(steps)
    return found


def mean_wait(load: float) -> float:
    """Of an M/M/1 queue in the long run, service at rate 1 / load and arrivals at rate 1."""
    return load * load / (1.0 - load)
