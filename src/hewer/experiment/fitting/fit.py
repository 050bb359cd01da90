"""From a time study to params: which distribution an element's times have, and how well that is known.

For each element: maximum likelihood with censoring for every family that the language has for times, the
choice by AIC or BIC, and one set of resamples of the chosen fit, censored as the study was, from which
everything else comes: the p value of the fit and of the difference between workers, what counts as an
outlier, the intervals, and the joint draws for worlds. So the intervals in the table are those of the draws.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.errors import DataError, MissingExtraError, NotFoundError, OptionError, did_you_mean, with_hint
from hewer.experiment.fitting.time_study import Observation, TimeStudy, given_study, read_study
from hewer.quantity import Unit
from hewer.statistics import Interval
from hewer.study.dispatch import Progress

if TYPE_CHECKING:
    from hewer.statistics.fitting.checks import Order, Resamples
    from hewer.statistics.fitting.families import Family
    from hewer.statistics.fitting.likelihood import Fits

__all__ = ["Candidate", "Fit", "Fitted", "Odd", "WorkerTime", "fit"]

Floats = NDArray[np.float64]
NAMES = ("exponential", "gamma", "lognormal", "normal", "hyperexponential", "erlang")
"""The families that are tried. Weibull's is not in the language; bounded ones have no regular likelihood."""

LEAST = 5  # times that ended; with fewer no shape can be told
_LEAST_CV = 1e-3
_MOST_LOST = 0.05  # resamples without a maximum
_OUTLIER = 0.05
_LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A family as it fits one element.

    Attributes
    ----------
    family : str
    mean, cv : float
        Estimates; the mean in the unit of the study.
    phases : int
        Of an Erlang distribution, else 0.
    likelihood, aic, bic : float
        In the unit of the study; nan where there is no maximum.
    distance : float
        Anderson and Darling's; under censoring from Kaplan and Meier's estimate.
    note : str
        Why it could not be chosen; empty where it could.
    """

    family: str
    mean: float
    cv: float
    phases: int
    likelihood: float
    aic: float
    bic: float
    distance: float
    note: str = ""


class Odd(NamedTuple):
    """An outlier: shown, never dropped. ``chance``: probability that one observation is as far out."""

    where: str
    worker: str
    time: float
    censored: bool
    chance: float


class WorkerTime(NamedTuple):
    """One worker's times: how many, how many of them censored, and the mean with the shape of all."""

    worker: str
    times: int
    censored: int
    mean: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was found of one element. Times are in the unit of the study.

    Attributes
    ----------
    element : str
    count, censored : int
        Observations, and those that did not end.
    chosen : Candidate
    candidates : tuple of Candidate
        Best first.
    mean, cv : Interval
        95 % intervals, by the draws. Of a family whose cv is fixed that interval is a point.
    fit_p : float
        Probability of as large a distance if the chosen family is right.
    workers : tuple of WorkerTime
        Empty where the study names none.
    workers_p : float
        Probability of as large a difference between workers if there is none; nan with one worker.
    order : Order
        Of the observations of each worker.
    odd : tuple of Odd
    draws : array, shape (draw, 2)
        Mean and cv.
    lost : int
        Resamples that had no maximum and are left out.
    distinct : int
        How many different times there are.
    """

    element: str
    count: int
    censored: int
    chosen: Candidate
    candidates: tuple[Candidate, ...]
    mean: Interval
    cv: Interval
    fit_p: float
    workers: tuple[WorkerTime, ...]
    workers_p: float
    order: Order
    odd: tuple[Odd, ...]
    draws: Floats
    lost: int
    distinct: int


@dataclass(frozen=True, slots=True)
class Fit:
    """A time study, fitted. ``by`` is the criterion of choice; ``rated`` where times are normal times."""

    study: str
    unit: str
    elements: tuple[Fitted, ...]
    by: str
    draws: int
    seed: int
    rated: bool
    interrupted: bool = False


def fit(  # noqa: PLR0913 - the options of a study are its parameters
    study: str | Path | TimeStudy | Mapping[str, Iterable[float]],
    elements: Sequence[str] | None = None,
    *,
    unit: str | None = None,
    family: str | Mapping[str, str] | None = None,
    by: str = "aic",
    draws: int = 1000,
    seed: int = 1,
    columns: Mapping[str, str] | None = None,
    skip: Sequence[str] = (),
    progress: Progress | None = None,
) -> Fit:
    """Fit distributions to a time study.

    Parameters
    ----------
    study : path, TimeStudy, or mapping of str to times
        A CSV or Parquet file; see :mod:`hewer.experiment.fitting.time_study`.
    elements : sequence of str, optional
        By default all.
    unit : str, optional
        Unit of the times, where the study states none.
    family : str or mapping of str to str, optional
        The family to take, for all elements or by element, instead of the best.
    by : str
        ``aic`` or ``bic``: what the best has the least of. An Erlang distribution is a gamma distribution of
        whole shape and never better; it is taken where it is asked for.
    draws : int
        Resamples, and so joint draws.
    seed : int
        An element's draws depend on the seed and its name alone.
    columns, skip
        As for :func:`hewer.experiment.fitting.time_study.read_study`.
    progress : callable, optional
        Called with elements done and elements to do.

    Returns
    -------
    Fit
        ``interrupted`` where Ctrl-C ended it after some elements.

    Raises
    ------
    MissingExtraError
        Without SciPy: install `hewer[fit]`.
    DataError, ModelError, NotFoundError, OptionError
    KeyboardInterrupt
        Where nothing was complete.
    """
    _need_scipy()
    if by not in ("aic", "bic"):
        raise OptionError(f"by must be aic or bic; got `{by}`")
    if not 199 <= draws <= _LARGEST:
        raise OptionError(f"draws must be between 199 and {_LARGEST:,}; got {draws}")
    read = _study(study, unit, columns, skip)
    chosen = _elements(read, elements)
    wanted = _families(family, chosen)
    found: list[Fitted] = []
    if progress is not None:
        progress(0, len(chosen))
    try:
        for element in chosen:
            rng = np.random.default_rng(_key(seed, element))
            one = _Element(element, read.elements[element], read.unit, by)
            found.append(one.fitted(wanted.get(element), draws, rng))
            if progress is not None:
                progress(len(found), len(chosen))
    except KeyboardInterrupt:
        if not found:
            raise
    return Fit(read.name, read.unit.text, tuple(found), by, draws, seed, read.rated, len(found) < len(chosen))


def _need_scipy() -> None:
    try:
        import scipy.special  # noqa: F401
    except ImportError:
        raise MissingExtraError("fit needs SciPy; install it with `pip install hewer[fit]`") from None


def _key(seed: int, element: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}/fit:{element}".encode(), digest_size=8).digest(), "little")


def _study(
    study: str | Path | TimeStudy | Mapping[str, Iterable[float]],
    unit_text: str | None,
    columns: Mapping[str, str] | None,
    skip: Sequence[str],
) -> TimeStudy:
    if isinstance(study, TimeStudy):
        return study
    if isinstance(study, Mapping):
        return given_study(study, unit_text)
    return read_study(study, unit_text, columns, skip)


def _elements(study: TimeStudy, wanted: Sequence[str] | None) -> list[str]:
    for name in wanted or ():
        if name not in study.elements:
            raise NotFoundError(
                with_hint(f"there is no element `{name}`", did_you_mean(name, study.elements))
            )
    return [name for name in study.elements if wanted is None or name in wanted]


def _families(family: str | Mapping[str, str] | None, elements: Sequence[str]) -> dict[str, str]:
    wanted = dict.fromkeys(elements, family) if isinstance(family, str) else dict(family or {})
    for element, name in wanted.items():
        if element not in elements:
            raise NotFoundError(
                with_hint(f"there is no element `{element}`", did_you_mean(element, elements))
            )
        if name not in NAMES:
            raise OptionError(with_hint(f"there is no family `{name}` to fit", did_you_mean(name, NAMES)))
    return wanted


class _Element:
    """Fits one element."""

    def __init__(self, name: str, observations: Sequence[Observation], unit: Unit, by: str) -> None:
        from hewer.statistics.fitting.likelihood import Sample

        self.name, self.observations, self.unit, self.by = name, observations, unit, by
        times = np.array([one.time for one in observations])
        censored = np.array([one.censored for one in observations], dtype=bool)
        self._refuse(times, censored)
        self.size = float(np.exp(np.log(times).mean()))  # numbers of ordinary size, whatever the unit
        self.sample = Sample.single(times / self.size, censored)
        self.workers = tuple(dict.fromkeys(one.worker for one in observations if one.worker))
        groups = [[one.worker == worker for one in observations] for worker in self.workers]
        self.groups = np.array(groups or [[True] * len(times)], dtype=bool)
        self.shown = self.size / unit.factor

    def _refuse(self, times: Floats, censored: NDArray[np.bool_]) -> None:
        ended = int((~censored).sum())
        if ended == 0:
            raise DataError(
                f"`{self.name}`: all {len(times)} times are censored; nothing says how long it lasts"
            )
        if ended < LEAST:
            hint = "observe it longer, or give a param a `range` instead"
            raise DataError(f"`{self.name}` has {ended} times that ended; a fit needs {LEAST} at least", hint)
        whole = times[~censored]
        if whole.std() < _LEAST_CV * whole.mean():
            value = whole.mean() / self.unit.factor
            raise DataError(
                f"`{self.name}`: its {ended} times hardly differ from {value:.6g} {self.unit.text}".rstrip(),
                "time it more finely; if it does not vary, write the number into the model",
            )

    def fitted(self, wanted: str | None, draws: int, rng: np.random.Generator) -> Fitted:
        """Choose a family, and say how well it is known."""
        tried = self._tried()
        # an Erlang is never better than the gamma it is part of: chosen only where it was asked for
        order = sorted(tried, key=lambda one: (one.found.family == "erlang", _criterion(one.found, self.by)))
        if wanted is not None:
            order.sort(key=lambda one: one.found.family != wanted)
        for place, one in enumerate(order):
            drawn = self._drawn(one, draws, rng) if not one.found.note else None
            if drawn is not None:
                shown = sorted((one.found for one in order), key=lambda found: _criterion(found, self.by))
                return self._result(one, shown, drawn, rng)
            note = one.found.note or "too few times to tell its params"
            if wanted == one.found.family:
                raise DataError(f"`{self.name}`: no {wanted} distribution can be fitted: {note}")
            order[place] = one._replace(found=replace(one.found, note=note))
        ended = int((~self.sample.censored).sum())
        raise DataError(
            f"`{self.name}`: {ended} of its {len(self.observations)} times ended, too few to say how"
            " well anything is"
            " known",
            "observe it longer, or give a param a `range` instead",
        )

    def _tried(self) -> list[_Tried]:
        from hewer.statistics.fitting.families import FAMILIES, erlang
        from hewer.statistics.fitting.likelihood import maximise

        tried = []
        for family in FAMILIES.values():
            fits = maximise(family, self.sample)
            tried.append(self._candidate(family, fits))
        gamma = next(one for one in tried if one.found.family == "gamma")
        shape = math.exp(float(gamma.fits.shape[0]))
        # the likelihood of the gamma has one peak in its shape, so one of the two neighbours is best
        whole = [k for k in (math.floor(shape), math.ceil(shape)) if 2 <= k <= 1000] or [2]
        options = [self._candidate(erlang(k), maximise(erlang(k), self.sample), k) for k in whole]
        return [*tried, min(options, key=lambda one: one.found.aic)]

    def _candidate(self, family: Family, fits: Fits, phases: int = 0) -> _Tried:
        from hewer.statistics.fitting.checks import anderson_darling, log_survival

        settled = bool(fits.settled[0])
        ended = int((~self.sample.censored).sum())
        # back in the unit of the file: only a density, a time that ended, changes with it
        found = float(fits.likelihood[0]) - ended * math.log(self.shown)
        distance = anderson_darling(
            self.sample.times, self.sample.censored, log_survival(family, self.sample, fits)
        )
        parameters = family.parameters
        values = {
            "likelihood": found,
            "aic": 2 * parameters - 2 * found,
            "bic": parameters * math.log(ended) - 2 * found,
            "distance": float(distance[0]),
            "mean": float(np.exp(fits.scale[0, 0]) * family.mean(fits.shape)[0]) * self.shown,
            "cv": float(family.cv(fits.shape)[0]),
        }
        if not settled:
            values = dict.fromkeys(values, math.nan)
        note = "" if settled else _NO_MAXIMUM.get(family.name, "no maximum of the likelihood was found")
        return _Tried(family, fits, Candidate(family.name, phases=phases, note=note, **values))

    def _drawn(self, one: _Tried, count: int, rng: np.random.Generator) -> Resamples | None:
        """Resample the fit and fit again; None where too many resamples say nothing."""
        from hewer.statistics.fitting.checks import resamples

        drawn = resamples(one.family, one.fits, self.sample, count, rng)
        return drawn if drawn.lost <= _MOST_LOST * count else None

    def _result(
        self, one: _Tried, candidates: Sequence[Candidate], drawn: Resamples, rng: np.random.Generator
    ) -> Fitted:
        from hewer.statistics.fitting.checks import anderson_darling, log_survival, p_value, surprise

        beyond = log_survival(one.family, self.sample, one.fits)
        beyond_drawn = log_survival(one.family, drawn.sample, drawn.fits)
        distances = anderson_darling(drawn.sample.times, drawn.sample.censored, beyond_drawn)
        scale, shape = drawn.scale, drawn.shape
        pairs = np.stack([np.exp(scale) * one.family.mean(shape) * self.shown, one.family.cv(shape)], axis=1)
        least = surprise(beyond_drawn, drawn.sample.censored).min(axis=1)
        usual = float(np.quantile(least, _OUTLIER))
        workers, workers_p, order = self._groups(one, drawn, rng)
        return Fitted(
            self.name,
            len(self.observations),
            int(self.sample.censored.sum()),
            one.found,
            tuple(candidates),
            _interval(one.found.mean, pairs[:, 0]),
            _interval(one.found.cv, pairs[:, 1]),
            # the resamples work it out by the same sums in another order: equal ones must count as equal
            p_value(one.found.distance * (1 - 1e-12), distances),
            workers,
            workers_p,
            order,
            self._odd(surprise(beyond, self.sample.censored)[0], usual),
            pairs,
            drawn.lost,
            len({one.observed for one in self.observations}),
        )

    def _odd(self, chances: Floats, usual: float) -> tuple[Odd, ...]:
        rows = zip(self.observations, chances, strict=True)
        return tuple(
            Odd(one.where, one.worker, one.time / self.unit.factor, one.censored, float(chance))
            for one, chance in rows
            if chance < usual
        )

    def _groups(
        self, one: _Tried, drawn: Resamples, rng: np.random.Generator
    ) -> tuple[tuple[WorkerTime, ...], float, Order]:
        """Compare workers, each with a mean of his own; look at the order of each one's times."""
        from hewer.statistics.fitting.checks import log_survival, order, p_value, scores
        from hewer.statistics.fitting.likelihood import maximise

        apart = self.sample._replace(groups=self.groups)
        fits = maximise(one.family, apart)
        score = scores(log_survival(one.family, apart, fits), apart.censored)[0]
        ordered = order(score, self.groups, len(drawn.sample.times), rng)
        if len(self.workers) < 2 or not fits.settled[0]:
            return (), math.nan, ordered
        means = np.exp(fits.scale[0]) * one.family.mean(fits.shape)[0] * self.shown
        workers = tuple(
            WorkerTime(name, int(row.sum()), int(apart.censored[0][row].sum()), float(mean))
            for name, row, mean in zip(self.workers, self.groups, means, strict=True)
        )
        others = maximise(one.family, drawn.sample._replace(groups=self.groups))
        gains = np.where(others.settled, others.likelihood - drawn.fits.likelihood, np.nan)
        gain = float(fits.likelihood[0] - one.fits.likelihood[0])
        return workers, p_value(gain - 1e-9, gains), ordered


_NO_MAXIMUM = {
    "hyperexponential": "comes down to the exponential: the times vary less",
    "normal": "comes down to the exponential: the times vary as much",
    "gamma": "the times vary too little, or too much, for a gamma distribution",
    "lognormal": "the times vary too little, or too much, for a lognormal distribution",
}


class _Tried(NamedTuple):
    family: Family
    fits: Fits
    found: Candidate


def _criterion(found: Candidate, by: str) -> float:
    value: float = getattr(found, by)
    return math.inf if found.note or math.isnan(value) else value


def _interval(value: float, draws: Floats) -> Interval:
    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(value, float(low), float(high))
