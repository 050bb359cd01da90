"""What holds the work back: the ceiling, why people wait, and what a little more of each thing would bring.

Three views that need not agree. The *bound* says what would limit the crew if nothing ever waited. The
*causes* say what people waited for. The *trials* change one thing at a time, on common random numbers: a
tenth more speed in an activity, one more worker, tool, place for a person, or place in a stock. Only the
trials say what a change would bring; an activity that keeps everybody waiting may still not be worth speeding
up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hewer.errors import HewerError, OptionError
from hewer.experiment.sampler import measure_named
from hewer.statistics import CONFIDENCE, Estimate, difference
from hewer.study.dispatch import Whole
from hewer.study.simulate import changed, check_options, prepare, result_of, trial_of
from hewer.study.summary import estimate_of, linear, summarise
from hewer.study.trial import Block, Trial, keep_part, replicate

if TYPE_CHECKING:
    from hewer.engine.result.result import Result
    from hewer.exact.bound.ceiling import Bound
    from hewer.model.document import Model
    from hewer.study.dispatch import Progress

FASTER = 1.1


@dataclass(frozen=True, slots=True)
class Trialled:
    """A change that was tried.

    Attributes
    ----------
    what : str
        In words: ``one more driver``.
    effect : Estimate
        On the measure, on common random numbers; all effects hold together with 95 % (Bonferroni).
    refused : str
        Why it could not be tried; empty where it was.
    """

    what: str
    effect: Estimate
    refused: str = ""

    @property
    def helps(self) -> bool:
        """Whether it is told apart from nothing."""
        return abs(self.effect.mean) > self.effect.half_width


@dataclass(frozen=True, slots=True)
class Cause:
    """What people of a role waited for, minutes (or hours) of all of them together."""

    role: str
    cause: str
    time: Estimate


@dataclass(frozen=True, slots=True)
class Explanation:
    """What holds the work back.

    Attributes
    ----------
    measure, unit : str
    base : Estimate
    trials : tuple of Trialled
        Largest effect first; refused ones last.
    causes : tuple of Cause
        Longest first.
    time_unit : str
    ceiling : Bound or None
        The most that this crew could yield if nothing ever waited.
    no_ceiling : str
        Why there is none; empty where there is.
    replications, seed : int
    interrupted : bool
    """

    measure: str
    unit: str
    base: Estimate
    trials: tuple[Trialled, ...]
    causes: tuple[Cause, ...]
    time_unit: str
    ceiling: Bound | None
    no_ceiling: str
    replications: int
    seed: int
    interrupted: bool


def explain(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    measure: str | None = None,
    replications: int = 50,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Explanation:
    """Rank what holds a measure back.

    Parameters
    ----------
    model, scenario, crew, set, seed, threads, progress
        As for :func:`hewer.study.simulate.simulate`.
    measure : str, optional
        By default the first.
    replications : int
        Of the model, and of each change; 2 at least.

    Returns
    -------
    Explanation
        ``interrupted`` where it was stopped: with the changes tried by then.

    Raises
    ------
    OptionError, NotFoundError, ModelError, RunError
    """
    check_options(replications=replications, worlds=1, threads=threads, seed=seed)
    if replications < 2:
        raise OptionError("explain needs 2 replications at least, for without them there is no interval")
    document = prepare(model)
    base = trial_of(document, scenario, crew, set, seed=seed, label="as it stands")
    name = measure_named(base, measure)
    wanted = list(changes_of(base.model))
    whole = Whole(progress, (len(wanted) + 1) * replications)
    result, interrupted = _run(base, replications, threads, whole)
    if result is None:
        raise KeyboardInterrupt
    samples = result.measures[name]
    confidence = 1.0 - (1.0 - CONFIDENCE) / max(1, len(wanted))
    tried: list[Trialled] = []

    def try_out(what: str, change: Mapping[str, Any]) -> bool:
        """Try a change; False where the user stopped it."""
        try:
            other = Trial(what, changed(document, scenario, crew, {**(set or {}), **change}), seed)
        except HewerError as error:
            tried.append(_refused(what, error))
            whole.part(replications)
            return True
        found, stopped = _run(other, replications, threads, whole)
        if found is None or stopped:
            return False
        gap = difference(linear(samples), linear(found.measures[name]), confidence)
        tried.append(Trialled(what, gap))
        return True

    interrupted = interrupted or not all(try_out(*one) for one in wanted)
    tried.sort(key=lambda one: (bool(one.refused), -abs(one.effect.mean)))
    causes, time_unit = _causes(result)
    return Explanation(
        name, samples.unit, estimate_of(samples), tuple(tried), causes, time_unit,
        *_ceiling(document, scenario, crew, set), result.replications, seed, interrupted,
    )  # fmt: skip


def changes_of(model: Model) -> Iterator[tuple[str, dict[str, Any]]]:
    """List what a little more of each thing would be, in words, with the changes that make it."""
    for name, activity in model.activities.items():
        if activity.time not in (0, "0"):
            yield f"{name} a tenth faster", {f"activities.{name}.time": f"({activity.time}) / {FASTER}"}
    crew = model.crew_name
    for name, role in model.roles.items():
        yield f"one more {name}", {f"crews.{crew}.{name}.count": role.count + 1}
    for name, tool in model.tools.items():
        yield f"one more {name}", {f"tools.{name}.count": tool.count + 1}
    for name, place in model.places.items():
        if place.room is not None:
            yield f"room for one more at {name}", {f"places.{name}.room": place.room + 1}
    for name, stock in model.stocks.items():
        if stock.capacity is not None:
            more = f"({stock.capacity}) + 1" if stock.unit is None else f"({stock.capacity}) * {FASTER}"
            what = f"room for one more in {name}" if stock.unit is None else f"a tenth more room in {name}"
            yield what, {f"stocks.{name}.capacity": more}


def _run(trial: Trial, replications: int, threads: int | None, whole: Whole) -> tuple[Result | None, bool]:
    report = whole.part(replications)
    parts = replicate([Block(trial, 0, 0, replications)], keep_part, threads=threads, progress=report)
    complete = parts.complete()
    if not complete:
        return None, True
    return result_of(trial, complete, interrupted=parts.interrupted), parts.interrupted


def _refused(what: str, error: HewerError) -> Trialled:
    problems = getattr(error, "problems", ())
    reason = problems[0].message if problems else str(error)
    return Trialled(what, Estimate(0.0, math.nan, CONFIDENCE, 0), reason)


def _causes(result: Result) -> tuple[tuple[Cause, ...], str]:
    """List what people waited for, all workers of a role together, longest first."""
    summary = summarise(result)
    table = summary.roles
    found = []
    for row, role in enumerate(table.rows):
        for column, one in enumerate(table.columns):
            if one.key.startswith(("idle", "blocked", "partner")):
                cell, heads = table.cells[row][column], table.heads[row]
                if cell.mean > 0.0:
                    time = Estimate(cell.mean * heads, cell.half_width * heads, cell.confidence, cell.n)
                    found.append(Cause(role, one.label, time))
    found.sort(key=lambda one: -one.time.mean)
    return tuple(found), summary.time_unit


def _ceiling(
    model: Model, scenario: str | None, crew: str | None, changes: Mapping[str, Any] | None
) -> tuple[Bound | None, str]:
    """Find the bound, or say why there is none."""
    from hewer.exact.bound.ceiling import bound

    try:
        return bound(model, scenario, crew, changes), ""
    except HewerError as error:
        return None, str(error)
