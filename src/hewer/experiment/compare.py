"""Compare crews or scenarios on common random numbers.

Replication r of world w meets the same coal, customers and params under every alternative (rule 7), so
what differs between two alternatives is judged on the pairs: chance and ignorance that strike both
alike cancel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.errors import OptionError
from hewer.experiment.grid import seed_of
from hewer.quantity import unit
from hewer.statistics import (
    CONFIDENCE,
    Band,
    Estimate,
    Pairing,
    Ratio,
    band,
    difference,
    difference_of_chances,
    observe,
    pairing,
    ratio,
    scaled,
    unpaired,
)
from hewer.study.dispatch import Whole
from hewer.study.simulate import changed, prepare, simulate
from hewer.study.summary import Summary, linear, summarise

if TYPE_CHECKING:
    from hewer.engine.result.result import Result
    from hewer.model.document import Model
    from hewer.study.dispatch import Progress

TOLD_APART = "told apart"
NOT_TOLD_APART = "not told apart"
EQUAL = "equal"
NO_INTERVAL = "no interval"


@dataclass(frozen=True, slots=True)
class Contrast:
    """One measure of one alternative against another, mostly the base.

    ``band`` and ``ratio_band`` are the 5-95 % ranges, over worlds, of the difference and the ratio of
    the world means; None with one world.
    """

    measure: str
    unit: str
    base: str
    other: str
    difference: Estimate
    ratio: Ratio
    band: Band | None
    ratio_band: Band | None
    observations: int = 0
    pairing: Pairing | None = None

    @property
    def needed(self) -> float:
        """Replications (or worlds) of each that would probably tell them apart, were the difference as seen.

        By the square-root law, from the number of observations; nan where they are told apart or equal.
        """
        gap = self.difference
        if self.verdict != NOT_TOLD_APART or gap.mean == 0.0:
            return math.nan
        return self.observations * (gap.half_width / gap.mean) ** 2

    @property
    def verdict(self) -> str:
        """Whether the paired 95 % interval of the difference leaves out 0."""
        gap = self.difference
        if math.isnan(gap.half_width):
            return NO_INTERVAL
        if gap.mean == 0.0 and gap.half_width == 0.0:
            return EQUAL
        return TOLD_APART if gap.low > 0.0 or gap.high < 0.0 else NOT_TOLD_APART


@dataclass(frozen=True, slots=True)
class Comparison:
    """Alternatives side by side; the first is the base of all contrasts.

    ``interrupted`` where the user stopped it: alternatives may be missing, and the last may have fewer
    replications; contrasts are over those that both have. ``apart`` where each had streams of its own.
    """

    labels: tuple[str, ...]
    results: tuple[Result, ...]
    summaries: tuple[Summary, ...]
    contrasts: tuple[Contrast, ...]
    interrupted: bool = False
    apart: bool = False

    def __repr__(self) -> str:
        """Say in a line what this is; ``hewer.table(comparison)`` has the numbers."""
        first = self.results[0]
        runs = f"{first.worlds} x {first.replications} replications, seed {first.seed}"
        return f"<Comparison of {', '.join(self.labels)} in {first.title!r}: {runs}>"


@dataclass(frozen=True, slots=True)
class Alternative:
    """What is compared: a scenario, a crew, or both."""

    label: str
    scenario: str | None
    crew: str | None


def compare(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str,
    crews: Sequence[str] | None = None,
    scenarios: Sequence[str] | None = None,
    *,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    all_pairs: bool = False,
    apart: bool = False,
    replications: int = 20,
    worlds: int = 1,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Simulate several alternatives on common random numbers, and contrast them with the first.

    The intervals of a measure's differences hold together with 95 % (Bonferroni over the pairs).

    Parameters
    ----------
    model : Model or str
        A model, the path of one, or the name of a built-in case.
    crews, scenarios : sequence of str, optional
        What to compare; with both, every crew in every scenario. With neither, all crews.
    set : mapping, optional
        Changes made to every alternative.
    all_pairs : bool
        Contrast each with each, not only with the first.
    apart : bool
        Give each alternative streams of its own, and Welch's intervals: where pairing hurts. Of one world
        only.
    replications, worlds, seed, threads, progress
        As for :func:`hewer.study.simulate.simulate`.

    Returns
    -------
    Comparison

    Raises
    ------
    OptionError
        With fewer than two alternatives.
    """
    if apart and worlds > 1:
        raise OptionError(
            "alternatives meet the same worlds, so they cannot be apart; leave one of the two out"
        )
    document = prepare(model)
    alternatives = _alternatives(document, crews, scenarios)
    for one in alternatives:
        changed(document, one.scenario, one.crew, set)  # a mistake in the last is told before the first runs
    # one bar for all alternatives: one that begins anew for each says nothing about the end
    whole = Whole(progress, len(alternatives) * worlds * replications)

    def run(one: Alternative) -> Result:
        return simulate(
            document,
            one.scenario,
            one.crew,
            set,
            replications=replications,
            worlds=worlds,
            # by the label, so that adding an alternative does not give the others new random numbers
            seed=seed_of(seed, one.label) if apart else seed,
            threads=threads,
            progress=whole.part(worlds * replications),
        )

    results, interrupted = _until_stopped(run, alternatives)
    labels = [one.label for one in alternatives[: len(results)]]
    found = contrast(labels, results, all_pairs=all_pairs, apart=apart)
    return replace(found, interrupted=interrupted)


def _until_stopped(
    run: Callable[[Alternative], Result], alternatives: Sequence[Alternative]
) -> tuple[list[Result], bool]:
    """Run one alternative after the other; return the results, and whether the user stopped it."""
    results: list[Result] = []
    for one in alternatives:
        try:
            results.append(run(one))
        except KeyboardInterrupt:
            if not results:
                raise
            return results, True
        if results[-1].interrupted:
            return results, True
    return results, False


def contrast(
    labels: Sequence[str], results: Sequence[Result], *, all_pairs: bool = False, apart: bool = False
) -> Comparison:
    """Contrast results that were simulated with the same worlds and replications, and (but for `apart`) seed.

    A measure is contrasted where both alternatives have it, in the same unit.
    """
    summaries = tuple(summarise(result) for result in results)
    numbers = range(len(results))
    pairs = list(combinations(numbers, 2)) if all_pairs else [(0, other) for other in numbers[1:]]
    # Bonferroni over pairs, not over measures: a reader asks one measure of all alternatives
    confidence = 1.0 - (1.0 - CONFIDENCE) / max(1, len(pairs))
    alike = {(a, b): _identical(results[a], results[b]) for a, b in pairs}
    contrasts: list[Contrast] = []
    # dict, not set: the order of the measures is that of the document
    for name in dict.fromkeys(name for result in results for name in result.measures):
        for first, second in pairs:
            mine, theirs = (results[number].measures.get(name) for number in (first, second))
            if mine is not None and theirs is not None and mine.unit == theirs.unit:
                values = _common(linear(mine), linear(theirs))
                both = (labels[first], labels[second])
                chances = mine.kind == theirs.kind == "chance" and not alike[first, second]
                gap = _gap(values, mine.unit if chances else None, confidence, apart=apart)
                contrasts.append(_contrast(name, mine.unit, both, values, gap, apart=apart))
    return Comparison(tuple(labels), tuple(results), summaries, tuple(contrasts), apart=apart)


Values = NDArray[np.float64]


def _contrast(
    name: str,
    unit: str,
    labels: tuple[str, str],
    values: tuple[Values, Values],
    gap: Estimate,
    *,
    apart: bool,
) -> Contrast:
    base, other = values
    ratio_band = None
    if base.shape[0] > 1:
        # a replication in which either is undefined must leave both, or pairs would no longer be pairs
        both = np.isfinite(base) & np.isfinite(other)
        first, second = (observe(np.where(both, side, np.nan)) for side in (base, other))
        # a world with nothing in the base has no ratio
        defined = first != 0.0
        ratio_band = band((second[defined] / first[defined])[:, None])
    return Contrast(
        name,
        unit,
        *labels,
        gap,
        ratio(base, other, gap.confidence),
        None if apart else band(other - base),
        ratio_band,
        base.shape[0] if base.shape[0] > 1 else base.shape[1],
        None if apart else pairing(base, other),
    )


def _gap(
    values: tuple[Values, Values], of_chances: str | None, confidence: float, *, apart: bool
) -> Estimate:
    """Estimate the difference of two measures; of two chances of one world in their unit, `of_chances`."""
    base, other = values
    if of_chances is not None and base.shape[0] == 1:
        factor = unit(of_chances).factor
        found = difference_of_chances(base * factor, other * factor, confidence, paired=not apart)
        return scaled(found, 1.0 / factor)
    # pairs are on common random numbers, where the difference varies less than its parts
    return (unpaired if apart else difference)(base, other, confidence)


def _identical(one: Result, other: Result) -> bool:
    """Whether nothing differs in any replication: then a chance does not differ either, however rare."""
    return one.measures.keys() == other.measures.keys() and all(
        np.array_equal(samples.values, other.measures[name].values, equal_nan=True)
        for name, samples in one.measures.items()
    )


def _common(base: Values, other: Values) -> tuple[Values, Values]:
    """Cut both to the worlds and replications that both have: an interrupted one has fewer."""
    worlds = min(base.shape[0], other.shape[0])
    replications = min(base.shape[1], other.shape[1])
    return base[:worlds, :replications], other[:worlds, :replications]


def _alternatives(
    model: Model, crews: Sequence[str] | None, scenarios: Sequence[str] | None
) -> tuple[Alternative, ...]:
    if not crews and not scenarios:
        crews = list(model.crews)
    every_scenario: Sequence[str | None] = scenarios or [None]
    every_crew: Sequence[str | None] = crews or [None]
    found = tuple(
        Alternative(_label(scenario, crew), scenario, crew)
        for scenario in every_scenario
        for crew in every_crew
    )
    if len({one.label for one in found}) < len(found):
        raise OptionError("compare needs different alternatives; one is named twice")
    if len(found) < 2:
        raise OptionError(
            "compare needs two alternatives at least; name two of the model's crews"
            f" ({', '.join(model.crews) or 'none'}) or scenarios ({', '.join(model.scenarios) or 'none'})"
        )
    return found


def _label(scenario: str | None, crew: str | None) -> str:
    return " / ".join(part for part in (scenario, crew) if part is not None)
