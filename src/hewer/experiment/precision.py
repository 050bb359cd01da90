"""Run a model until its measures are as precise as is asked, instead of a number of replications.

Looks are taken on a fixed grid over ordered replications (:func:`hewer.statistics.sequential.looks`), so what
is returned depends neither on threads nor on which replication ended first. A run that a budget of time ends
stops at a look too: `hewer run --replications N` with the N it reports repeats it, byte for byte.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from hewer.errors import HewerError, OptionError, did_you_mean, with_hint
from hewer.model.settling.resolve import quantity
from hewer.statistics import CONFIDENCE, Estimate
from hewer.statistics.sequential import FEWEST, Width, looks
from hewer.study.simulate import check_options, result_of, trial_of
from hewer.study.summary import estimate_of
from hewer.study.trial import Block, Trial, keep_part, replicate

if TYPE_CHECKING:
    from hewer.engine.result.result import MeasureSamples, Part, Result
    from hewer.model.document import Model
    from hewer.quantity import Quantity
    from hewer.study.dispatch import Progress

_EACH = 5  # replications of a world, unless another number is asked for
MOST = 10_000
"""Replications (of several worlds: worlds) that are run at most, unless another number is asked for."""


class Stopped(StrEnum):
    """Why a run ended."""

    PRECISE = "precise"
    REPLICATIONS = "replications"
    BUDGET = "budget"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Target:
    """The precision asked of one measure, and what it came to.

    ``estimate`` carries the interval that was judged: at a confidence of 1 - 0.05 / k for k targets, so that
    all hold together with 95 % (Bonferroni).
    """

    measure: str
    width: Width
    estimate: Estimate
    observations: int

    @property
    def wanted(self) -> float:
        """Observations (replications, or worlds) that would probably do, by the square-root law."""
        return self.observations * self.width.times(self.estimate)

    @property
    def met(self) -> bool:
        """Whether it is as precise as was asked."""
        return self.width.met(self.estimate)

    @property
    def reason(self) -> str:
        """Why it is not met, in words; empty where it is."""
        if self.met:
            return ""
        found = self.estimate
        if found.n < 2 or math.isnan(found.half_width):
            return "it was not defined often enough"
        if found.half_width == 0.0:
            return "it has not varied, so nothing says how precise it is"
        if self.width.relative and found.low <= 0.0 <= found.high:
            return "0 lies in the interval, so a share of the mean means nothing; ask for a width in its unit"
        if not math.isfinite(self.wanted):
            return "its interval is unbounded"
        return f"about {math.ceil(self.wanted):,} would be needed"


@dataclass(frozen=True, slots=True)
class Precise:
    """A run to a precision.

    Attributes
    ----------
    result : Result
        All that was run.
    targets : tuple of Target
    stopped : Stopped
    looks : tuple of int
        Numbers of replications (of several worlds: of worlds) at which was looked.
    seconds : float
    """

    result: Result
    targets: tuple[Target, ...]
    stopped: Stopped
    looks: tuple[int, ...]
    seconds: float


def simulate_until(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    precision: str | Sequence[str],
    replications: int | None = None,
    budget: float | None = None,
    worlds: int = 1,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Precise:
    """Simulate until the interval of each named measure is narrow enough.

    Parameters
    ----------
    model, scenario, crew, set, seed, threads
        As for :func:`hewer.study.simulate.simulate`.
    precision : str or sequence of str
        ``"1%"`` or ``"0.5 t"`` of the first measure, ``"output=1%"`` of another: half the length of its 95 %
        interval, as a share of the mean or in a unit. Several share the 5 % (Bonferroni).
    replications : int, optional
        The most that are run (10,000); with several worlds, those of each world (5).
    budget : float, optional
        Seconds after which no further step is begun. What is run by then is kept.
    worlds : int
        Above 1: the most worlds; they, not replications, are the observations that are added.

    Returns
    -------
    Precise

    Raises
    ------
    OptionError, NotFoundError, ModelError, RunError
    KeyboardInterrupt
        Where nothing was complete.
    """
    if budget is not None and not budget > 0.0:
        raise OptionError(f"budget must be above 0 seconds; got {budget}")
    # with several worlds the observation is a world: replications of one share what is not known
    each = 1 if worlds == 1 else (replications or _EACH)
    most = (replications or MOST) if worlds == 1 else worlds
    check_options(replications=max(each, most), worlds=worlds, threads=threads, seed=seed)
    if most < FEWEST:
        what = "replications" if worlds == 1 else "worlds"
        raise OptionError(f"a precision needs {FEWEST} {what} at least; got {most}")
    trial = trial_of(model, scenario, crew, set, seed=seed, ranged=worlds > 1)
    asked = read_targets(trial.model, [precision] if isinstance(precision, str) else precision)
    run = _Run(trial, 0 if worlds == 1 else each, threads, progress)
    return run.until(asked, most, budget, scenario)


def read_targets(model: Model, texts: Sequence[str]) -> dict[str, str]:
    """Read ``1%``, ``0.5 t`` or ``measure=...``: the width asked for, by the name of the measure.

    Raises
    ------
    OptionError
        Where an entry cannot be read, or names no measure.
    """
    from hewer.engine.result.measures import measures_of

    known = list(measures_of(model))
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        name = name.strip() if equals else known[0]
        if name not in known:
            hint = did_you_mean(name, known)
            message = f"precision: there is no measure `{name}`"
            raise OptionError(with_hint(message, hint))
        if name in found:
            raise OptionError(f"precision names `{name}` twice")
        _read(name, value)
        found[name] = value.strip()
    if not found:
        raise OptionError("precision must name a width, such as `1%` or `output=0.5 t`")
    return found


def _read(name: str, text: str) -> Quantity:
    try:
        asked = quantity(text.strip(), {})
    except HewerError as error:
        raise OptionError(f"precision of `{name}`: `{text}` is no width; write `1%` or `0.5 t`") from error
    if not asked.value > 0.0:
        raise OptionError(f"precision of `{name}` must be above 0; got `{text.strip()}`")
    return asked


def _width(name: str, text: str, unit_text: str) -> Width:
    """Turn a width to the unit of its measure."""
    asked = _read(name, text)
    if text.endswith("%"):
        return Width(asked.value, relative=True)
    try:
        return Width(asked.to(unit_text))
    except HewerError as error:
        shown = f"in {unit_text}" if unit_text else "a bare number"
        raise OptionError(f"precision of `{name}`: the measure is {shown}; got `{text}`") from error


class _Run:
    """Observations of a trial, added look by look: replications, or (`each` above 0) worlds of so many."""

    def __init__(self, trial: Trial, each: int, threads: int | None, progress: Progress | None) -> None:
        self._trial = trial
        self._each = each
        self._threads = threads
        self._progress = progress
        self._worlds: list[list[Part]] = [] if each else [[]]
        self._count = 0
        self._goal = float(FEWEST)

    def until(
        self, asked: Mapping[str, str], most: int, budget: float | None, scenario: str | None
    ) -> Precise:
        began = monotonic()
        # one observation first: the unit of a measure is known only from a result
        interrupted = not self._extend(1)
        if not self._count:
            raise KeyboardInterrupt
        widths = {name: _width(name, text, self._samples(name).unit) for name, text in asked.items()}
        targets = self._judge(widths)
        seen: list[int] = []
        stopped = Stopped.INTERRUPTED if interrupted else Stopped.REPLICATIONS
        for look in () if interrupted else looks(most):
            spent = monotonic() - began
            share = look / self._count
            # judged before a step is begun, from the time per observation so far; the first look is always
            # taken
            if budget is not None and seen and spent * share > budget:
                stopped = Stopped.BUDGET
                break
            if not self._extend(look):
                stopped = Stopped.INTERRUPTED
            targets = self._judge(widths)
            if stopped == Stopped.INTERRUPTED:
                break
            seen.append(look)
            # the bar follows what will probably be needed by the square-root law, not the most allowed
            self._goal = max(1.0, *(min(one.wanted, float(most)) for one in targets))
            if all(one.met for one in targets):
                stopped = Stopped.PRECISE
                break
        result = result_of(self._trial, self._worlds, scenario, interrupted=stopped == Stopped.INTERRUPTED)
        return Precise(result, targets, stopped, tuple(seen), monotonic() - began)

    def _extend(self, count: int) -> bool:
        """Add observations up to `count`; False where the user stopped it. What is unbroken is kept."""
        have = self._count
        if count <= have:
            return True
        if self._each:
            blocks = [Block(self._trial, world, 0, self._each) for world in range(have, count)]
        else:
            blocks = [Block(self._trial, 0, have, count - have)]
        found = replicate(blocks, keep_part, threads=self._threads, progress=self._report(have))
        for beginning, block in zip(found.beginnings(), blocks, strict=True):
            # a world that is not whole would weigh as much as the others with more noise
            if self._each and beginning.length < block.length:
                break
            if self._each:
                self._worlds.append(beginning.parts)
                self._count += 1
            else:
                self._worlds[0].extend(beginning.parts)
                self._count += beginning.length
        return not found.interrupted

    def _report(self, have: int) -> Progress | None:
        """Report the progress of one step as a part of what will probably be needed."""
        if self._progress is None:
            return None
        report, each = self._progress, max(self._each, 1)
        return lambda done, total: report(
            have * each + done, max(have * each + total, int(self._goal * each))
        )

    def _samples(self, name: str) -> MeasureSamples:
        from hewer.engine.result.result import joined

        return joined([[part.measures[name] for part in parts] for parts in self._worlds])

    def _judge(self, widths: Mapping[str, Width]) -> tuple[Target, ...]:
        confidence = 1.0 - (1.0 - CONFIDENCE) / len(widths)
        return tuple(
            Target(name, width, estimate_of(self._samples(name), confidence), self._count)
            for name, width in widths.items()
        )
