"""The steady state of work that goes on: where the warm-up ends, and what the measures come to after it.

Each replication is run in windows of equal length, from the model's own beginning. The series, averaged over
the replications (P. D. Welch, "The statistical analysis of simulation results", 1983), are cut by MSER-5.
What follows is estimated twice: over the replications, each without its beginning (replication-deletion), and
by the means of batches of all of them, run after run, with a test of their independence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.errors import OptionError, did_you_mean, with_hint
from hewer.statistics import Batches, Cut, Estimate, grouped_means, mser5
from hewer.study.accounts import time_scale
from hewer.study.series import Series, series_of
from hewer.study.simulate import check_options, trial_of
from hewer.study.summary import estimate_of

if TYPE_CHECKING:
    from hewer.model.document import Measure, Model
    from hewer.study.dispatch import Progress
    from hewer.study.trial import Trial

Floats = NDArray[np.float64]
REPLICATIONS, WINDOWS = 10, 1000
_FEWEST, _MOST = 100, 100_000  # windows


@dataclass(frozen=True, slots=True, eq=False)
class SteadyMeasure:
    """One measure in the long run.

    Attributes
    ----------
    name, unit, about : str
    values : ndarray of float64 [replication, window]
        nan where it is not defined.
    series : ndarray of float64 [window]
        Mean over the replications.
    cut : Cut
        Of the series.
    deleted : Estimate or None
        By replication and deletion of what comes before the warm-up of the whole; None where it is refused.
    batches : Batches or None
        By batch means, after the same warm-up; None where it is refused, or there is too little of it.
    """

    name: str
    unit: str
    about: str
    values: Floats
    series: Floats
    cut: Cut
    deleted: Estimate | None
    batches: Batches | None

    @property
    def settled(self) -> bool:
        """Whether MSER-5 would cut no more than half of the run."""
        return self.cut.settled


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """The long run of a model.

    Attributes
    ----------
    title, scenario, crew, seed, replications, version
        What was run.
    windows : int
    width, horizon : float
        Length of a window, and of a run, in ``time_unit``.
    warm_up : float or None
        To write into the model: the longest that a measure asks for; None where a measure does not settle.
    measures : tuple of SteadyMeasure
    left_out : tuple of str
        Measures that have no steady state, where none were named.
    interrupted : bool
    """

    title: str
    scenario: str | None
    crew: str | None
    seed: int
    replications: int
    version: str
    windows: int
    width: float
    horizon: float
    time_unit: str
    warm_up: float | None
    measures: tuple[SteadyMeasure, ...]
    left_out: tuple[str, ...]
    interrupted: bool


def steady(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    measures: Sequence[str] = (),
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    replications: int = REPLICATIONS,
    windows: int = WINDOWS,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Steady:
    """Find the warm-up of a model that goes on, and estimate its measures in the long run.

    MSER-5 promises nothing about the bias that remains, and takes one path towards one level for granted:
    where work swings with calendars or timetables, let a window be one of their periods, or several. What is
    cut is chosen from the same replications that are then averaged. The interval of replication-deletion
    assumes means that are nearly normal; that of batch means, besides, that the batches are independent,
    which is tested (von Neumann) and not made so.

    Parameters
    ----------
    model, scenario, crew, set, seed, threads, progress
        As for :func:`hewer.study.simulate.simulate`; the model has a `horizon` and no `shift`. Its own
        warm-up is not looked at.
    measures : sequence of str, optional
        Names of measures, or what one could say: ``"level(queue)"``. By default all that have a steady state.
    replications : int
    windows : int
        Of each replication, 100 at least: MSER-5 cuts five at a time.

    Returns
    -------
    Steady

    Raises
    ------
    OptionError
        Where the model has a shift, or a measure that is named no steady state.
    ModelError, RunError
    KeyboardInterrupt
        Where nothing was complete.
    """
    check_options(replications=replications, worlds=1, threads=threads, seed=seed)
    if not isinstance(windows, int) or not _FEWEST <= windows <= _MOST:
        raise OptionError(f"windows must be between {_FEWEST} and {_MOST:,}; got {windows}")
    trial = trial_of(model, scenario, crew, {"terms.warm_up": 0, **(set or {})}, seed=seed)
    if trial.model.terms.shift is not None:
        raise OptionError(
            "a steady state is of work that goes on, and this model has a shift, after which nothing starts;"
            " give `terms.horizon` and no `terms.shift`, or ask for intervals over shifts with `hewer run`"
        )
    chosen, left_out = _choose(trial.model, measures)
    trial = _measuring(trial, chosen)
    found = series_of(trial, windows=windows, replications=replications, threads=threads, progress=progress)
    return _steady(found, trial, scenario, left_out)


def _measuring(trial: Trial, measures: Mapping[str, Measure]) -> Trial:
    from hewer.study.trial import Trial

    model = trial.model.model_copy(update={"measures": dict(measures)})
    return Trial(trial.label, model, trial.seed)


def _choose(model: Model, names: Sequence[str]) -> tuple[dict[str, Measure], tuple[str, ...]]:
    """Return the measures to look at, and which of the model's have no steady state."""
    from hewer.engine.result.measures import measures_of
    from hewer.model.document import Measure

    known = measures_of(model)
    if not names:
        found = {name: measure for name, measure in known.items() if not why_not(measure)}
        if not found:
            first = next(iter(known))
            raise OptionError(
                f"no measure of the model has a steady state: `{first}` {why_not(known[first])}"
            )
        return found, tuple(name for name in known if name not in found)
    chosen: dict[str, Measure] = {}
    for name in names:
        if name not in known and name.isidentifier():
            raise OptionError(with_hint(f"there is no measure `{name}`", did_you_mean(name, known)))
        if name in chosen:
            raise OptionError(f"the measure `{name}` is named twice")
        chosen[name] = known[name] if name in known else Measure(value=name)
        reason = why_not(chosen[name])
        if reason:
            raise OptionError(f"`{name}` has no steady state: it {reason}")
    return chosen, ()


def why_not(measure: Measure) -> str:
    """Say why a measure has no steady state; empty where it has one.

    Raises
    ------
    OptionError
        Where it cannot be read.
    """
    from hewer.errors import ValueProblem
    from hewer.model.expression import Call, is_condition, parse, walk
    from hewer.model.expression.measure_functions import MEASURE_FUNCTIONS, Growth

    try:
        node = parse(measure.value)
    except ValueProblem as error:
        raise OptionError(f"`{measure.value}` is no measure: {error}") from error
    calls = [one for one in walk(node) if isinstance(one, Call)]
    if is_condition(node):
        return "is the chance of something in a whole run"
    for call in calls:
        function = MEASURE_FUNCTIONS.get(call.name)
        if function is not None and function.growth == Growth.INSTANT:
            return f"asks for `{call.name}`, which is of an instant or grows with the run; a `level` has one"
        if call.name in ("flow_time", "family_time") and len(call.args) > 1:
            return "is a quantile, which cannot be put together from parts of a run"
    if _degree(node) != 0:
        return "adds up as time goes on; ask for a `rate`, or divide by `horizon()`"
    return ""


def _degree(node: Any) -> float:
    """With which power of the length of a run a measure grows; nan where it is no one power."""
    from hewer.model.expression import Binary, Call, Number, Unary
    from hewer.model.expression.measure_functions import MEASURE_FUNCTIONS, Growth

    if isinstance(node, Unary):
        return _degree(node.operand)
    if isinstance(node, Call):
        if node.name in MEASURE_FUNCTIONS:
            return 1.0 if MEASURE_FUNCTIONS[node.name].growth == Growth.ADDS_UP else 0.0
        inside = {_degree(one) for one in node.args}
        return inside.pop() if len(inside) == 1 else math.nan
    if not isinstance(node, Binary):
        return 0.0
    left, right = _degree(node.left), _degree(node.right)
    if node.op in ("*", "/"):
        return left + right if node.op == "*" else left - right
    if node.op == "^":
        return left * node.right.value if isinstance(node.right, Number) else left
    return left if left == right else math.nan


def _steady(found: Series, trial: Trial, scenario: str | None, left_out: tuple[str, ...]) -> Steady:
    from hewer.engine.result.result import version

    unit, ticks = time_scale(found.compiled)
    cuts = {name: _cut(found, name, table) for name, table in _tables(found).items()}
    common = max((cut.index for *_, cut in cuts.values() if cut.settled), default=0)
    samples = found.after(common)
    by_window = found.by_window(0)
    measures = tuple(
        SteadyMeasure(
            name,
            by_window[name].unit,
            by_window[name].about or "",
            *cut,
            estimate_of(samples[name]) if cut[-1].settled else None,
            _batches(found, name, common) if cut[-1].settled else None,
        )
        for name, cut in cuts.items()
    )
    settled = all(one.settled for one in measures)
    return Steady(
        found.compiled.info["model"].title, scenario, found.compiled.info["crew"], trial.seed,
        len(found.runs), version(), found.windows, found.width / ticks, found.windows * found.width / ticks,
        unit, common * found.width / ticks if settled else None, measures, left_out, found.interrupted,
    )  # fmt: skip


def _tables(found: Series) -> dict[str, Floats]:
    """Return each measure's values [replication, window]."""
    rows = [found.by_window(replication) for replication in range(len(found.runs))]
    return {name: np.stack([row[name].values for row in rows]) for name in rows[0]}


def _cut(found: Series, name: str, table: Floats) -> tuple[Floats, Floats, Cut]:
    """Average over the replications, and cut the mean."""
    undefined = int((~np.isfinite(table)).all(axis=0).sum())
    if undefined:
        raise OptionError(
            f"`{name}` is not defined in {undefined:,} of {found.windows:,} windows, of any replication; take"
            " fewer (longer) windows, or more replications"
        )
    mean = np.nanmean(table, axis=0)
    return table, mean, mser5(mean)


def _batches(found: Series, name: str, cut: int) -> Batches | None:
    left = found.windows - cut

    def means_of(size: int) -> Floats:
        return found.in_batches(cut, min(size, left))[name]

    try:
        return grouped_means(means_of, left * len(found.runs))
    except ValueError:
        return None
