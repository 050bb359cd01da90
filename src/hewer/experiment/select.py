"""Select the best of several alternatives with a stated probability.

The procedures are those of :mod:`hewer.statistics.selection`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.errors import OptionError, RunError
from hewer.experiment.constraint import Constraint, amount, constraint_of, measure_of
from hewer.experiment.grid import Candidate, candidates
from hewer.experiment.sampler import Column, Sampler, measure_named
from hewer.statistics import t_quantile
from hewer.statistics.interval import Estimate
from hewer.statistics.selection import FIRST_STAGE, Selection, kim_nelson, screen_and_select
from hewer.study.simulate import check_options

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
        Means and deviations in the unit of the measure, as measured (also where the smallest is best); what
        is limited in the units of the constraints.
    measure, unit : str
    smallest : bool
        Whether the smallest is best.
    delta : float
        Indifference zone, in the unit.
    confidence : float
    procedure : str
        ``kn`` or ``screen``.
    constraints : tuple of Constraint
    deadlocked : tuple of int
        Candidates of which a replication ended in a deadlock.
    seed : int
    seconds : float
    """

    candidates: tuple[Candidate, ...]
    selection: Selection
    measure: str
    unit: str
    smallest: bool
    delta: float
    confidence: float
    procedure: str
    constraints: tuple[Constraint, ...]
    deadlocked: tuple[int, ...]
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
        if not self.selection.decided:
            return "stopped before it was decided: nothing is promised of the one that leads"
        if any(one.tolerance is None for one in self.constraints):
            return "none, for a constraint without a tolerance was judged by the means as they were seen"
        share, zone = f"{100.0 * self.confidence:g} %", f"{self.delta:g} {self.unit}".strip()
        if self.procedure == "kn":
            return f"the best was selected with probability {share}, if it leads by {zone} or more"
        if self.constraints:
            kept = " and ".join(one.shown for one in self.constraints)
            return (
                f"what was selected keeps {kept}, and is within {zone} of the best that keeps"
                f" {'it' if len(self.constraints) == 1 else 'all'}, with probability {share}"
            )
        return f"what was selected is within {zone} of the best with probability {share}"

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Each candidate's mean with a 95 % interval of its own, not adjusted for having been selected."""
        return tuple(self._estimate(k) for k in range(len(self.candidates)))

    @property
    def states(self) -> tuple[str, ...]:
        """What became of each candidate; ``outside`` does not keep a constraint."""
        found = ["ruled out"] * len(self.candidates)
        for k in self.selection.left:
            found[k] = "not ruled out"
        for k in self.selection.outside:
            found[k] = "outside"
        found[self.selection.best] = "selected" if self.selection.decided else "leads"
        return tuple(found)

    def _estimate(self, k: int) -> Estimate:
        n = int(self.selection.counts[k])
        half = math.nan
        if n > 1:
            half = t_quantile(0.975, n - 1) * float(self.selection.deviations[k]) / math.sqrt(n)
        return Estimate(float(self.selection.means[k]) if n else math.nan, half, 0.95, n)


def select(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    over: Mapping[str, Sequence[Any]],
    *,
    delta: str | float,
    measure: str | None = None,
    where: str | None = None,
    subject_to: Sequence[str] = (),
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
    model : Model, str or Path
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
    subject_to : sequence of str
        Constraints on expectations of measures, ``"wait <= 5 min within 10 s"``. Without a tolerance
        (`within`) a constraint is judged by the means as they are seen, and nothing is promised.
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
    chosen = _procedure(procedure, len(found.listed), constrained=bool(subject_to))
    _check(confidence, first_stage, len(found.listed))
    trials = found.trials(seed, apart=chosen == "screen", progress=progress)
    name = measure_named(trials[0], measure)
    named = [measure_named(trials[0], measure_of(text)) for text in subject_to]
    sampler = Sampler(trials, [name, *named], threads, progress)
    constraints = tuple(constraint_of(text, sampler) for text in subject_to)
    sign = -1.0 if smallest else 1.0
    sampler.columns = [Column(name, lambda values: sign * values), *(one.column for one in constraints)]
    zone = _zone(delta, sampler.units[name], name)
    alpha = 1.0 - confidence
    if chosen == "kn":
        selection = kim_nelson(sampler, len(trials), zone, alpha, first_stage)
    else:
        limits = [one.limit for one in constraints]
        selection = screen_and_select(sampler, len(trials), zone, alpha, first_stage, limits)
    return Selected(
        found.listed, _turned(selection, sign, constraints), name, sampler.units[name], smallest, zone,
        confidence, chosen, constraints, tuple(sorted(sampler.deadlocked)), seed, monotonic() - began,
    )  # fmt: skip


def _turned(selection: Selection, sign: float, constraints: Sequence[Constraint]) -> Selection:
    """Return a selection with the means as they were measured; one that selects something.

    Raises
    ------
    RunError
        Where no alternative keeps the constraints.
    """
    limited = selection.limited.copy()
    for number, one in enumerate(constraints):
        limited[:, number] = one.turned_back(limited[:, number])
    if selection.best < 0:
        kept = [
            f"{one.shown} ({int((selection.limited[:, number] <= one.limit.most).sum())} by their means)"
            for number, one in enumerate(constraints)
        ]
        raise RunError(
            f"none of the {selection.means.size:,} alternatives keeps {' and '.join(kept)}; loosen a"
            " constraint, or choose among other decisions"
        )
    return replace(selection, means=sign * selection.means, limited=limited)


def _procedure(asked: str | None, alternatives: int, *, constrained: bool) -> str:
    if asked is not None and asked not in PROCEDURES:
        raise OptionError(f"the procedure must be `kn` or `screen`; got `{asked}`")
    if asked == "kn" and constrained:
        raise OptionError("`kn` knows no constraints; leave the procedure out, or take `screen`")
    return asked or ("screen" if constrained or alternatives > MANY else "kn")


def _check(confidence: float, first_stage: int, alternatives: int) -> None:
    if not 1.0 / alternatives < confidence < 1.0:
        raise OptionError(
            f"confidence must be above 1/{alternatives}, which a guess has, and below 1; got {confidence:g}"
        )
    if first_stage < 5:
        raise OptionError(f"the first stage must have 5 replications at least; got {first_stage}")


def _zone(delta: str | float, unit_text: str, measure: str) -> float:
    """Read an indifference zone, in the unit of the measure."""
    asked = amount(delta, unit_text, f"delta `{delta}`", measure)
    if not (asked > 0.0 and math.isfinite(asked)):
        raise OptionError(f"delta must be above 0: the smallest difference that matters; got {delta}")
    return asked
