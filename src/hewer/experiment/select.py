"""Select the best of several alternatives with a stated probability.

The procedures are those of :mod:`hewer.statistics.selection`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.errors import HewerError, OptionError, RunError, did_you_mean, with_hint
from hewer.experiment.grid import Candidate, candidates
from hewer.model.resolve import quantity
from hewer.quantity import unit
from hewer.statistics.interval import Estimate
from hewer.statistics.quantile import t_quantile
from hewer.statistics.selection import FIRST_STAGE, Selection, Stopped, kim_nelson, screen_and_select
from hewer.study.dispatch import Whole
from hewer.study.simulate import check_options
from hewer.study.trial import Block, Trial, keep_values, replicate

if TYPE_CHECKING:
    from hewer.model.document import Model
    from hewer.study.dispatch import Progress

MANY = 100
"""More alternatives than these are screened, all at once, instead of compared pair by pair."""
PROCEDURES = ("kn", "screen")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Selected:
    """An alternative selected, and from what.

    Attributes
    ----------
    candidates : tuple of Candidate
    selection : Selection
        Means and deviations in the unit of the measure, as measured (also where the smallest is best).
    estimates : tuple of Estimate
        Of each candidate, with a 95 % interval of its own (not adjusted for having been selected).
    measure, unit : str
    smallest : bool
        Whether the smallest is best.
    delta : float
        Indifference zone, in the unit.
    confidence : float
    procedure : str
        ``kn`` or ``screen``.
    seed : int
    seconds : float
    """

    candidates: tuple[Candidate, ...]
    selection: Selection
    estimates: tuple[Estimate, ...]
    measure: str
    unit: str
    smallest: bool
    delta: float
    confidence: float
    procedure: str
    seed: int
    seconds: float

    @property
    def best(self) -> Candidate:
        """The alternative selected."""
        return self.candidates[self.selection.best]

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped before it was decided."""
        return not self.selection.decided

    @property
    def promise(self) -> str:
        """What the procedure promises, in words."""
        share, zone = f"{100.0 * self.confidence:g} %", f"{self.delta:g} {self.unit}".strip()
        if not self.selection.decided:
            return "stopped before it was decided: nothing is promised of the one that leads"
        if self.procedure == "kn":
            return f"the best was selected with probability {share}, if it leads by {zone} or more"
        return f"what was selected is within {zone} of the best with probability {share}"


def select(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    over: Mapping[str, Sequence[Any]],
    *,
    delta: str | float,
    measure: str | None = None,
    where: str | None = None,
    smallest: bool = False,
    confidence: float = 0.95,
    procedure: str | None = None,
    first_stage: int = FIRST_STAGE,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Selected:
    """Select the alternative with the largest (or smallest) expectation of a measure.

    Parameters
    ----------
    model : Model or str
    over : mapping of str to sequence
        Decisions and their values; every combination is an alternative. ``crew`` and ``scenario`` take names,
        params and paths values. A param with a range cannot be chosen.
    delta : str or float
        Indifference zone, the smallest difference that matters: ``"0.5 t"``, or a number in the measure's
        unit.
    measure : str, optional
        By default the first.
    where : str, optional
        A condition over chosen params that points of the grid must meet.
    smallest : bool
        Whether less is better.
    confidence : float
        Above 1 / alternatives, below 1.
    procedure : str, optional
        ``kn``: Kim and Nelson's, on common random numbers, for up to some hundreds of alternatives.
        ``screen``: in rounds, each alternative on streams of its own, for thousands. By default by their
        number.
    first_stage : int
        Replications of each before the first look; 5 at least.
    set, seed, threads, progress
        As for :func:`hewer.study.simulate.simulate`.

    Returns
    -------
    Selected

    Raises
    ------
    OptionError, NotFoundError, ModelError, RunError
    """
    began = monotonic()
    check_options(replications=first_stage, worlds=1, threads=threads, seed=seed)
    found = candidates(model, over, where, set)
    many = len(found.listed)
    chosen = procedure or ("kn" if many <= MANY else "screen")
    _check(chosen, confidence, first_stage, many)
    trials = found.trials(seed, apart=chosen == "screen")
    name = measure_named(trials[0], measure)
    sampler = _Sampler(trials, name, -1.0 if smallest else 1.0, threads, progress)
    sampler.read_unit()
    zone = _zone(delta, sampler.unit, name)
    run = kim_nelson if chosen == "kn" else screen_and_select
    selection = run(sampler, many, zone, 1.0 - confidence, first_stage)
    signed = Selection(
        selection.best,
        selection.left,
        sampler.sign * selection.means,
        selection.deviations,
        selection.counts,
        selection.decided,
    )
    estimates = tuple(_estimate(signed, k) for k in range(many))
    return Selected(
        found.listed, signed, estimates, name, sampler.unit, smallest, zone, confidence, chosen, seed,
        monotonic() - began,
    )  # fmt: skip


class _Sampler:
    """Draws replications of trials as the procedures ask; signed, so that more is better."""

    def __init__(
        self, trials: list[Trial], measure: str, sign: float, threads: int | None, progress: Progress | None
    ) -> None:
        self.sign = sign
        self.unit = ""
        self._trials = trials
        self._measure = measure
        self._threads = threads
        self._whole = Whole(progress)

    def read_unit(self) -> None:
        """Learn the measure's unit from one replication of the first trial."""
        found = replicate([Block(self._trials[0], 0, 0, 1)], keep_values, threads=1)
        if not found.done:
            raise KeyboardInterrupt
        self.unit = next(iter(found.done.values()))[self._measure].unit

    def __call__(self, which: Sequence[int], first: int, count: int) -> Floats:
        blocks = [Block(self._trials[k], 0, first, count) for k in which]
        report = self._whole.part(len(blocks) * count)
        found = replicate(blocks, keep_values, threads=self._threads, progress=report)
        if found.interrupted:
            raise Stopped
        values = np.empty((len(blocks), count))
        for row, beginning in enumerate(found.beginnings()):
            parts = [part[self._measure] for part in beginning.parts]
            if any(part.unit != self.unit for part in parts):
                raise OptionError(
                    f"`{self._measure}` is not in {self.unit or 'bare numbers'} in every alternative"
                )
            values[row] = np.concatenate([part.values for part in parts])
        if not np.isfinite(values).all():
            row, column = np.argwhere(~np.isfinite(values))[0]
            raise RunError(
                f"`{self._measure}` is undefined in replication {first + column + 1} of"
                f" {blocks[row].trial.label}; select by a measure that every shift has"
            )
        return self.sign * values


def _estimate(selection: Selection, k: int) -> Estimate:
    n = int(selection.counts[k])
    half = math.nan
    if n > 1:
        half = t_quantile(0.975, n - 1) * float(selection.deviations[k]) / math.sqrt(n)
    return Estimate(float(selection.means[k]) if n else math.nan, half, 0.95, n)


def _check(procedure: str, confidence: float, first_stage: int, alternatives: int) -> None:
    if procedure not in PROCEDURES:
        raise OptionError(f"the procedure must be `kn` or `screen`; got `{procedure}`")
    if not 1.0 / alternatives < confidence < 1.0:
        raise OptionError(
            f"confidence must be above 1/{alternatives}, which a guess has, and below 1; got {confidence:g}"
        )
    if first_stage < 5:
        raise OptionError(f"the first stage must have 5 replications at least; got {first_stage}")


def measure_named(trial: Trial, measure: str | None) -> str:
    """Return the measure of that name, or the first.

    Raises
    ------
    OptionError
    """
    from hewer.engine.measures import measures_of

    known = list(measures_of(trial.model))
    if measure is not None and measure not in known:
        raise OptionError(with_hint(f"there is no measure `{measure}`", did_you_mean(measure, known)))
    return measure or known[0]


def _zone(delta: str | float, unit_text: str, measure: str) -> float:
    """Read an indifference zone, in the unit of the measure."""
    try:
        asked = float(delta) if isinstance(delta, int | float) else quantity(delta, {}).to(unit_text)
    except HewerError as error:
        shown = f"in {unit(unit_text).text}" if unit_text else "a bare number"
        raise OptionError(f"delta `{delta}` does not fit `{measure}`, which is {shown}") from error
    if not (asked > 0.0 and math.isfinite(asked)):
        raise OptionError(f"delta must be above 0: the smallest difference that matters; got {delta}")
    return asked
