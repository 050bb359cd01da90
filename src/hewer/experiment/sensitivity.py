"""Which of the things that are not known matter: Sobol indices, tornado, main effects.

The inputs are the params with a range, drawn independently of one another; params that are known to move
together have no indices of this kind. What is explained is the variance of E[Y | params]; what chance adds to
a single shift is a bar of its own. The points are drawn by SALib.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.errors import MissingExtraError, NotFoundError, OptionError, RunError, did_you_mean, with_hint
from hewer.experiment.grid import seed_of
from hewer.experiment.sampler import measure_named
from hewer.quantity import unit
from hewer.statistics import Estimate, Interval, difference, estimate
from hewer.statistics.sobol import Indices, indices
from hewer.study.dispatch import Beginning, Progress, Whole
from hewer.study.simulate import check_options, trial_of
from hewer.study.trial import Block, Trial, keep_values, replicate
from hewer.study.worlds import quantile

if TYPE_CHECKING:
    from hewer.engine.result.measures import Measured
    from hewer.model.document import Model
    from hewer.model.settling.resolve import Spread

Floats = NDArray[np.float64]
_BINS = 4


@dataclass(frozen=True, slots=True)
class Input:
    """What one param does.

    Attributes
    ----------
    name, unit : str
    low, high : float
        Ends of its range, in the unit.
    first, total : Interval
        Sobol indices of E[Y | params]: by itself, and with all its interactions.
    at_low, at_high : Estimate
        The measure with the param at an end and all others at their stated values.
    swing : Estimate
        ``at_high - at_low``, on common random numbers.
    main : tuple of Estimate
        Mean of the measure over the quarters of the param's distribution, all else varying.
    """

    name: str
    unit: str
    low: float
    high: float
    first: Interval
    total: Interval
    at_low: Estimate
    at_high: Estimate
    swing: Estimate
    main: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Inputs by their total index, largest first.

    ``chance`` is the share of the variance of a single replication, params varying, that chance explains;
    ``deviation`` the standard deviation of E[Y | params]; ``runs`` counts replications.
    """

    measure: str
    unit: str
    inputs: tuple[Input, ...]
    chance: Interval
    deviation: float
    points: int
    replications: int
    runs: int
    seed: int


def sensitivity(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    measure: str | None = None,
    params: Sequence[str] | None = None,
    points: int = 256,
    replications: int = 2,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Estimate what each param with a range contributes to the variance of a measure.

    Parameters
    ----------
    model, scenario, crew, set, seed, threads, progress
        As for :func:`hewer.study.simulate.simulate`.
    measure : str, optional
        By default the first.
    params : sequence of str, optional
        The inputs; by default all params with a range. The others keep their stated values.
    points : int
        Base points, a power of 2 from 16 on; each costs (inputs + 2) times `replications` runs.
    replications : int
        At each point, 2 at least: their spread is the noise that is taken off.

    Returns
    -------
    Sensitivity

    Raises
    ------
    MissingExtraError
        Without SALib: install `hewer[sensitivity]`.
    OptionError, NotFoundError, ModelError, RunError
    KeyboardInterrupt
        Where it was stopped: indices need all points.
    """
    check_options(replications=replications, worlds=1, threads=threads, seed=seed)
    if points < 16 or points & (points - 1):
        raise OptionError(f"points must be a power of 2 from 16 on; got {points}")
    if replications < 2:
        raise OptionError("two replications a point are needed to take the noise off")
    base = trial_of(model, scenario, crew, set, seed=seed, ranged=True)
    chosen = _inputs(base, params)
    name = measure_named(base, measure)
    size = (points, len(chosen) + 2, replications)
    runner = _Runner(base, name, threads, progress, math.prod(size) + 2 * len(chosen) * replications)
    uniforms = _sample(len(chosen), points, seed)
    values = runner.at([_drawn(chosen, row) for row in uniforms], replications, apart=True).reshape(size)
    tornado = runner.at(_ends(chosen), max(replications, 10), apart=False)
    table = uniforms.reshape(*size[:2], -1)[:, [0, -1]]  # A and B: independent points
    means = values[:, [0, -1]].mean(axis=2)
    found = indices(values, seed)
    inputs = [
        _input(one, spread, k, (found, tornado, table, means))
        for k, (one, spread) in enumerate(chosen.items())
    ]
    return Sensitivity(
        name,
        runner.unit,
        tuple(sorted(inputs, key=lambda one: -one.total.value)),
        Interval(*map(float, found.chance)),
        float(np.sqrt(max(found.variance, 0.0))),
        points,
        replications,
        runner.runs,
        seed,
    )


def _inputs(base: Trial, params: Sequence[str] | None) -> dict[str, Spread]:
    assert base.unknown is not None
    ranges = base.unknown.ranges
    for name in params or ():
        if name in base.unknown.dependent:
            raise OptionError(f"`{name}` is drawn together with others; indices need independent params")
        if name not in ranges:
            hint = did_you_mean(name, ranges)
            raise NotFoundError(with_hint(f"there is no param `{name}` with a range", hint))
    chosen = {name: spread for name, spread in ranges.items() if params is None or name in params}
    if len(chosen) < 2:
        raise OptionError("sensitivity compares params with a range; it needs 2 at least")
    return chosen


def _ends(chosen: Mapping[str, Spread]) -> list[dict[str, float]]:
    """Return points at which one param stands at an end of its range, and all others as stated."""
    stated = {name: spread.mode.value for name, spread in chosen.items()}
    return [
        {**stated, name: end.value} for name, spread in chosen.items() for end in (spread.low, spread.high)
    ]


def _sample(inputs: int, points: int, seed: int) -> Floats:
    """Saltelli's scheme on a scrambled Sobol sequence: A, A with each input from B, B; by base point."""
    try:
        from SALib.sample.sobol import sample
    except ImportError as error:
        raise MissingExtraError("sensitivity needs SALib: install `hewer[sensitivity]`") from error
    names = [f"x{k}" for k in range(inputs)]
    problem = {"num_vars": inputs, "names": names, "bounds": [[0.0, 1.0]] * inputs}
    found: Floats = sample(problem, points, calc_second_order=False, seed=seed)
    return np.clip(found, 1e-12, 1.0 - 1e-12)


def _drawn(chosen: Mapping[str, Spread], row: Floats) -> dict[str, float]:
    return {name: quantile(spread, float(u)) for (name, spread), u in zip(chosen.items(), row, strict=True)}


class _Runner:
    """Runs a model at given values of its params, the others as stated."""

    def __init__(
        self, base: Trial, measure: str, threads: int | None, progress: Progress | None, total: int
    ) -> None:
        self._base = base
        self._measure = measure
        self._threads = threads
        self._whole = Whole(progress, total)
        self.runs = 0
        self.unit = ""

    def at(self, values: Sequence[Mapping[str, float]], replications: int, *, apart: bool) -> Floats:
        """Run at each point, on streams of its own where `apart`; [point, replication]."""
        base = self._base
        blocks = []
        for number, fixed in enumerate(values):
            seed = seed_of(base.seed, f"point {number}") if apart else base.seed
            trial = Trial(f"point {number}", base.model, seed, fixed=dict(fixed), kept=False)
            blocks.append(Block(trial, 0, 0, replications))
        report = self._whole.part(len(blocks) * replications)
        found = replicate(blocks, keep_values, threads=self._threads, progress=report)
        if found.interrupted:
            raise KeyboardInterrupt
        self.runs += len(blocks) * replications
        rows = np.stack([self._row(one) for one in found.beginnings()])
        if not np.isfinite(rows).all():
            raise RunError(
                f"`{self._measure}` is undefined in a replication; choose one that every shift has"
            )
        return rows

    def _row(self, beginning: Beginning[Mapping[str, Measured]]) -> Floats:
        parts = [part[self._measure] for part in beginning.parts]
        self.unit = parts[0].unit
        return np.concatenate([part.values for part in parts])


def _input(name: str, spread: Spread, k: int, found: tuple[Indices, Floats, Floats, Floats]) -> Input:
    shares, tornado, uniforms, means = found
    low, high = tornado[2 * k], tornado[2 * k + 1]
    shown = unit(spread.low.unit_text)
    quarter = np.minimum((uniforms[..., k] * _BINS).astype(int), _BINS - 1)
    return Input(
        name,
        shown.text,
        spread.low.value / shown.factor,
        spread.high.value / shown.factor,
        Interval(*map(float, shares.first[k])),
        Interval(*map(float, shares.total[k])),
        estimate(low),
        estimate(high),
        difference(low, high),
        tuple(estimate(means[quarter == number]) for number in range(_BINS)),
    )
