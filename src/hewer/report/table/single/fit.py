"""The tables of a fitted time study."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from hewer.experiment.fitting.fit import Candidate, Fit, Fitted
from hewer.report.form.grid import Grid
from hewer.report.form.number import UNDEFINED, figure, finite
from hewer.statistics import Interval

_FALSE_ALARM = 0.05


def fit_grids(found: Fit) -> list[Grid]:
    """Lay out estimates, candidates, workers and outliers."""
    grids = [_estimates(found), _candidates(found)]
    if any(fitted.workers for fitted in found.elements):
        grids.append(_workers(found))
    if any(fitted.odd for fitted in found.elements):
        grids.append(_odd(found))
    return grids


def _estimates(found: Fit) -> Grid:
    rows = tuple(
        (
            fitted.element,
            f"{fitted.count} ({fitted.censored})" if fitted.censored else str(fitted.count),
            _family(fitted.chosen),
            _range(fitted.mean),
            _range(fitted.cv),
            _p(fitted.fit_p),
            _p(fitted.workers_p),
            _p(fitted.order.trend_p),
            _p(fitted.order.lag_p),
        )
        for fitted in found.elements
    )
    header = (
        "element",
        "times",
        "distribution",
        f"mean{_in(found)}",
        "cv",
        "fit",
        "workers",
        "trend",
        "order",
    )
    title = f"Fitted: {found.study}" if found.study else "Fitted"
    return Grid(title, header, rows, tuple(_notes(found)), words=(0, 2, 3, 4))


def _in(found: Fit) -> str:
    return f", {found.unit}" if found.unit else ""


def _family(one: Candidate) -> str:
    return f"{one.family}, {one.phases} phases" if one.phases else one.family


def _range(one: Interval) -> str:
    if one.low == one.high:
        return figure(one.value)
    error = (one.high - one.low) / 2
    return f"{figure(one.value, error)} [{figure(one.low, error)} .. {figure(one.high, error)}]"


def _p(value: float) -> str:
    return UNDEFINED if math.isnan(value) else f"{value:.2g}" if value < 0.095 else f"{value:.2f}"


def _notes(found: Fit) -> Iterator[str]:
    if found.rated:
        yield "Times are normal times: what was observed times its rating, in percent, over 100."
    if any(fitted.censored for fitted in found.elements):
        yield "(In brackets: how many did not end while the watch ran. They count as longer than that.)"
    yield (
        f"[95 % interval]: from {found.draws} resamples of the chosen distribution, censored as the study"
        " was and fitted again. The draws for --worlds are the same. They take the choice of the family as"
        " known."
    )
    yield (
        "fit, workers, trend, order: probability of as bad a fit, as large a difference between workers, as"
        " clear a trend, or as like neighbours, if there is nothing to it; each is below 0.05 once in"
        " twenty by chance."
    )
    for fitted in found.elements:
        yield from _remarks(fitted)
    yield f"Seed {found.seed}." + (" Stopped early: not all elements." if found.interrupted else "")


def _remarks(fitted: Fitted) -> Iterator[str]:
    """Say in words what was found to be wrong with an element."""
    name, order = fitted.element, fitted.order
    if fitted.fit_p < _FALSE_ALARM:
        yield (
            f"{name}: the chosen distribution does not fit. Look at outliers and workers; there may be two"
            " kinds of work in it. `empirical(...)` draws what was observed."
        )
    if fitted.workers_p < _FALSE_ALARM:
        yield f"{name}: workers differ. One distribution mixes them; roles can have an `efficiency`."
    if order.trend_p < _FALSE_ALARM:
        way = "longer" if order.trend > 0 else "shorter"
        yield f"{name}: times get {way} in the course of the study (learning? fatigue?)."
    if order.lag_p < _FALSE_ALARM:
        like = "like" if order.lag > 0 else "unlike"
        narrow = " The intervals are too narrow: they take the times as independent." if order.lag > 0 else ""
        yield f"{name}: times are {like} the ones before (correlation {order.lag:.2f}).{narrow}"
    if 2 * fitted.distinct < fitted.count:
        yield (
            f"{name}: only {fitted.distinct} different times among {fitted.count}. The watch is coarse, and"
            " the test of the fit counts that as misfit."
        )
    if fitted.censored and fitted.chosen.family == "hyperexponential":
        yield (
            f"{name}: long times are what makes it hyperexponential, and some are censored: the intervals are"
            " too narrow."
        )
    if fitted.lost:
        yield f"{name}: {fitted.lost} resamples had no maximum and are left out."


def _candidates(found: Fit) -> Grid:
    rows = []
    for fitted in found.elements:
        for one in fitted.candidates:
            values = (one.mean, one.cv, one.aic, one.bic, one.distance)
            texts = [UNDEFINED if math.isnan(value) else f"{value:.4g}" for value in values]
            for place in (2, 3):
                texts[place] = UNDEFINED if math.isnan(values[place]) else f"{values[place]:.1f}"
            remark = "chosen" if one is fitted.chosen else one.note
            rows.append((fitted.element, _family(one), *texts, remark))
    notes = (
        f"By {found.by.upper()}, least first. A²: Anderson and Darling's distance, to compare. Erlang is"
        " gamma with whole phases, never better, and taken only where asked for (`hewer exact` can read"
        " it).",
    )
    header = ("element", "family", f"mean{_in(found)}", "cv", "AIC", "BIC", "A²", "")
    return Grid("Families", header, tuple(rows), notes, words=(0, 1, 7))


def _workers(found: Fit) -> Grid:
    rows = tuple(
        (
            fitted.element,
            one.worker,
            str(one.times),
            str(one.censored),
            f"{one.mean:.4g}",
            f"{100 * (one.mean / fitted.mean.value - 1):+.0f} %",
        )
        for fitted in found.elements
        for one in fitted.workers
    )
    header = ("element", "worker", "times", "censored", f"mean{_in(found)}", "against all")
    notes = (
        "Each worker with a mean of his own and the cv of all. The test of the difference is in the first"
        " table.",
    )
    return Grid("Workers", header, rows, notes, words=(0, 1))


def _odd(found: Fit) -> Grid:
    rows = tuple(
        (
            fitted.element,
            one.where,
            one.worker,
            f"{one.time:.4g}" + (" or more" if one.censored else ""),
            f"{one.chance:.1g}",
        )
        for fitted in found.elements
        for one in fitted.odd
    )
    notes = (
        "Further out, both tails, than the furthest of 95 % of resamples of the same size: one false alarm"
        " in twenty elements. They are part of the fit: whether to leave one out is for who saw the work to"
        " say.",
    )
    header = ("element", "where", "worker", f"time{_in(found)}", "probability of one")
    return Grid("Outliers", header, rows, notes, words=(0, 1, 2))


def fit_document(found: Fit) -> dict[str, Any]:
    """Return a fitted time study as plain data; the draws are left to the file."""
    return {
        "study": found.study,
        "unit": found.unit,
        "by": found.by,
        "draws": found.draws,
        "seed": found.seed,
        "rated": found.rated,
        "interrupted": found.interrupted,
        "elements": [_element(fitted) for fitted in found.elements],
    }


def _element(fitted: Fitted) -> dict[str, Any]:
    return {
        "element": fitted.element,
        "times": fitted.count,
        "censored": fitted.censored,
        "distinct": fitted.distinct,
        "family": fitted.chosen.family,
        "phases": fitted.chosen.phases or None,
        "mean": _interval(fitted.mean),
        "cv": _interval(fitted.cv),
        "fit_p": fitted.fit_p,
        "workers_p": finite(fitted.workers_p),
        "order": {name: finite(value) for name, value in fitted.order._asdict().items()},
        "lost": fitted.lost,
        "remarks": list(_remarks(fitted)),
        "candidates": [_candidate(one) for one in fitted.candidates],
        "workers": [one._asdict() for one in fitted.workers],
        "outliers": [one._asdict() for one in fitted.odd],
    }


def _interval(one: Interval) -> dict[str, float | None]:
    return {name: finite(getattr(one, name)) for name in ("value", "low", "high")}


def _candidate(one: Candidate) -> dict[str, Any]:
    numbers = ("mean", "cv", "likelihood", "aic", "bic", "distance")
    return {
        "family": one.family,
        "phases": one.phases or None,
        **{name: finite(getattr(one, name)) for name in numbers},
        "note": one.note,
    }
