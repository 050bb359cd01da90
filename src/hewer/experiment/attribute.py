"""What a difference is due to: the factors between two alternatives, and the share of each.

A factor is a scenario of the model: a named set of changes, which may `require` others (extra hands exist
only where there is a crew). Every feasible set of factors is simulated on common random numbers; the
logarithm of the ratio of expectations is shared out by Shapley's value over the feasible orders. Multiplying
and adding up are then one: shares of the logarithm add up to 100 %, and "x 2.3" is what a factor multiplies
by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hewer.errors import NotFoundError, OptionError, RunError, did_you_mean, with_hint
from hewer.experiment.sampler import Table, measure_named, sample_table
from hewer.statistics import CONFIDENCE, Band, Estimate, Interval, band, estimate
from hewer.statistics.shapley import Game, members
from hewer.study.simulate import check_options, prepare, trial_of
from hewer.study.trial import Trial

if TYPE_CHECKING:
    from hewer.model.document import Model
    from hewer.study.dispatch import Progress

MOST_FACTORS = 8
_RESAMPLES = 1000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """What one factor, or one term of an identity, contributes.

    Attributes
    ----------
    name, about : str
    contribution : Interval
        Natural logarithm of what it multiplies by (differences: in the unit), averaged over feasible orders.
    share : Interval or None
        Of the total; None where the total's interval contains 0.
    least, most : float
        Over the feasible orders.
    all_orders : float
        Averaged over all orders, where a factor whose requirement is missing changes nothing.
    band : Band or None
        5-95 % over worlds.
    exact : bool
        Whether it is a term of an identity, which no simulation could change.
    """

    name: str
    about: str
    contribution: Interval
    share: Interval | None
    least: float
    most: float
    all_orders: float
    band: Band | None
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Interaction:
    """What several factors add together beyond what their parts add (Harsanyi's dividend)."""

    factors: tuple[str, ...]
    value: Interval


@dataclass(frozen=True, slots=True)
class Attribution:
    """A difference shared out.

    Attributes
    ----------
    measure, unit : str
    base, full : Estimate
        Of the model as it stands, and with all factors.
    total : Interval
        Logarithm of the ratio of their expectations (or the difference).
    scale : str
        ``log`` or ``difference``.
    parts : tuple of Part
        Terms of the identity first, then factors in the order given; contributions add up to the total.
    interactions : tuple of Interaction
        Of two and more factors, those of largest size first.
    cells : int
        Sets of factors simulated.
    worlds, replications, seed : int
    interrupted : bool
        Whether fewer replications than asked for were complete in every cell.
    """

    measure: str
    unit: str
    base: Estimate
    full: Estimate
    total: Interval
    scale: str
    parts: tuple[Part, ...]
    interactions: tuple[Interaction, ...]
    cells: int
    worlds: int
    replications: int
    seed: int
    interrupted: bool

    @property
    def told_apart(self) -> bool:
        """Whether the interval of the total leaves out 0, so that shares of it mean something."""
        return self.total.low > 0.0 or self.total.high < 0.0


def attribute(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    factors: Sequence[str],
    *,
    measure: str | None = None,
    identity: Sequence[str] = (),
    scale: str = "log",
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    replications: int = 50,
    worlds: int = 1,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Share out what all `factors` together change.

    Parameters
    ----------
    model : Model, str or Path
    factors : sequence of str
        Scenarios of the model; 1 to 8. Their `requires` must be among them.
    measure : str, optional
        By default the first.
    identity : sequence of str
        Measures that are the same in every replication of an alternative (heads, faces, hours) and of which
        `measure` is the product with a rate: their ratios are exact parts, and the factors share the rate.
    scale : str
        ``log``: shares of the logarithm of the ratio. ``difference``: of the difference, in the unit.
    crew, set : optional
        The base: the model with this crew and these changes.
    replications, worlds, seed, threads, progress
        As for :func:`hewer.study.simulate.simulate`. Of several worlds, each is shared out by itself.

    Returns
    -------
    Attribution
        Intervals by resampling replications (worlds, where there are several), the same in every cell.

    Raises
    ------
    OptionError, NotFoundError, ModelError, RunError
    """
    check_options(replications=replications, worlds=worlds, threads=threads, seed=seed)
    if scale not in ("log", "difference"):
        raise OptionError(f"scale must be `log` or `difference`; got `{scale}`")
    if identity and scale != "log":
        raise OptionError(
            "an identity is a product: its terms share out a logarithm; leave scale=difference out"
        )
    if worlds * replications < 2:
        raise OptionError("attribution needs 2 replications at least, for without them there is no interval")
    document = prepare(model)
    game = game_of(document, factors)
    trials = [
        cell(document, [factors[k] for k in range(game.factors) if s >> k & 1], crew, set, seed, worlds > 1)
        for s in game.feasible
    ]
    name = measure_named(trials[0], measure)
    terms = [measure_named(trials[0], one) for one in identity]
    table = sample_table(trials, (name, *terms), worlds, replications, threads, progress)
    about = tuple(document.scenarios[one].about or "" for one in factors)
    return _shared(game, (tuple(factors), about), (name, tuple(terms)), table, scale, seed)


def game_of(model: Model, factors: Sequence[str]) -> Game:
    """Read which factors require which.

    Raises
    ------
    OptionError, NotFoundError
        Where there is no such scenario, one is named twice, requires one that is not named, or two require
        each other.
    """
    if not 1 <= len(factors) <= MOST_FACTORS:
        raise OptionError(f"attribution needs 1 to {MOST_FACTORS} factors; got {len(factors)}")
    for name in factors:
        if name not in model.scenarios:
            hint = did_you_mean(name, model.scenarios)
            raise NotFoundError(with_hint(f"there is no scenario `{name}` to be a factor", hint))
        for needed in model.scenarios[name].requires:
            if needed not in factors:
                raise OptionError(f"the factor `{name}` requires `{needed}`, which is not among the factors")
    if len({*factors}) < len(factors):
        raise OptionError("a factor is named twice")
    at = {name: k for k, name in enumerate(factors)}
    requires = tuple(sum(1 << at[needed] for needed in model.scenarios[name].requires) for name in factors)
    game = Game(len(factors), requires)
    if game.feasible[-1] != (1 << len(factors)) - 1:
        raise OptionError("factors require each other in a ring; no order is feasible")
    _refuse_conflicts(model, factors)
    return game


def _refuse_conflicts(model: Model, factors: Sequence[str]) -> None:
    """Two factors that set the same thing cannot be told apart."""
    for first, second in combinations(factors, 2):
        a, b = model.scenarios[first], model.scenarios[second]
        both = [path for path in a.set if path in b.set]
        if a.crew is not None and b.crew is not None:
            both.append("crew")
        if both:
            raise OptionError(
                f"the factors `{first}` and `{second}` both set `{both[0]}`; make one factor of them, or let"
                " each set what the other leaves"
            )


def cell(
    model: Model,
    factors: Sequence[str],
    crew: str | None,
    changes: Mapping[str, Any] | None,
    seed: int,
    ranged: bool,
) -> Trial:
    """Return the model with these factors at work."""
    merged = dict(changes or {})
    for name in factors:
        scenario = model.scenarios[name]
        merged |= scenario.set
        crew = scenario.crew if scenario.crew is not None else crew
    return trial_of(
        model, None, crew, merged, seed=seed, ranged=ranged, label=" + ".join(factors) or "as it stands"
    )


def _shared(
    game: Game,
    factors: tuple[tuple[str, ...], tuple[str, ...]],
    measures: tuple[str, tuple[str, ...]],
    table: Table,
    scale: str,
    seed: int,
) -> Attribution:
    measure, terms = measures
    rates, ratios = _rates(game, terms, table)
    worlds, replications = rates.shape[1:]
    again = _resampled(rates, seed)  # [sample, cell, world]
    logs = _scaled(rates.mean(axis=2), scale, measure)  # [cell, world]
    point = logs.mean(axis=1)
    samples = _scaled(again, scale, measure).mean(axis=2)
    exact = float(np.log(ratios).sum())
    total = _interval(exact + point[-1] - point[0], exact + samples[:, -1] - samples[:, 0])
    told = total.low > 0.0 or total.high < 0.0
    all_samples = samples[:, -1] - samples[:, 0] + exact
    parts = [
        _exact_part(term, float(np.log(ratio)), total, all_samples, told=told)
        for term, ratio in zip(terms, ratios, strict=True)
    ]
    parts += _parts(game, factors, (logs, samples), (total, all_samples), told=told)
    values = table.values[0]
    return Attribution(
        measure, table.unit, estimate(values[0]), estimate(values[-1]), total, scale, tuple(parts),
        _interactions(game, factors[0], point, samples), len(game.feasible), worlds, replications, seed,
        table.interrupted,
    )  # fmt: skip


def _parts(
    game: Game,
    factors: tuple[tuple[str, ...], tuple[str, ...]],
    of_cells: tuple[Floats, Floats],
    whole: tuple[Interval, Floats],
    *,
    told: bool,
) -> Iterator[Part]:
    """Share the whole out over the factors.

    Parameters
    ----------
    game : Game
    factors : names, and what each is about
    of_cells : logarithms [cell, world], and those of the resamples [sample, cell]
    whole : the difference to be shared out, and that of the resamples [sample]
    told : bool
        Whether there is a difference at all: else there are no shares of it.
    """
    (logs, samples), (total, all_samples) = of_cells, whole
    point = logs.mean(axis=1)
    value, drawn, by_world = game.value(point), game.value(samples), game.value(logs.T)
    least, most = game.extremes(point)
    everywhere = game.over_all_orders(point)
    for k, (name, about) in enumerate(zip(*factors, strict=True)):
        yield Part(
            name,
            about,
            _interval(value[k], drawn[:, k]),
            _interval(value[k] / total.value, drawn[:, k] / all_samples) if told else None,
            float(least[k]),
            float(most[k]),
            float(everywhere[k]),
            band(by_world[:, k][:, None]) if logs.shape[1] > 1 else None,
        )


def _rates(game: Game, terms: Sequence[str], table: Table) -> tuple[Floats, Floats]:
    """Divide by the terms of the identity; returns rates [cell, world, replication] and ratios [term]."""
    values = table.values
    rates = values[0].copy()
    ratios = np.ones(len(terms))
    for n, term in enumerate(terms, 1):
        flat = values[n].reshape(len(game.feasible), -1)
        if not (np.ptp(flat, axis=1) == 0.0).all() or not (flat > 0.0).all():
            raise OptionError(
                f"`{term}` cannot be a term of an identity: it must be above 0, and the same in every"
                " replication of an alternative"
            )
        ratios[n - 1] = flat[-1, 0] / flat[0, 0]
        rates /= values[n]
    return rates, ratios


def _exact_part(term: str, value: float, total: Interval, samples: Floats, *, told: bool) -> Part:
    share = _interval(value / total.value, value / samples) if told else None
    return Part(
        term, "by identity", Interval(value, value, value), share, value, value, value, None, exact=True
    )


def _resampled(values: Floats, seed: int) -> Floats:
    """Means of the cells in samples drawn again, the same rows in every cell: [sample, cell, world]."""
    _, worlds, replications = values.shape
    rng = np.random.default_rng(seed)
    if worlds == 1:
        weights = rng.multinomial(replications, np.full(replications, 1.0 / replications), _RESAMPLES)
        found: Floats = (weights @ values[:, 0].T)[:, :, None] / replications
        return found
    means = values.mean(axis=2)
    pick = rng.integers(0, worlds, (_RESAMPLES, worlds))
    drawn: Floats = means[:, pick].transpose(1, 0, 2)
    return drawn


def _scaled(means: Floats, scale: str, measure: str) -> Floats:
    if scale == "difference":
        return means
    if not (means > 0.0).all():
        raise RunError(
            f"the mean of `{measure}` is 0 or less in a set of factors (or nearly), so it has no logarithm;"
            " share out the difference instead (--scale difference)"
        )
    return np.log(means)


def _interval(value: float, samples: Floats) -> Interval:
    """Percentile interval of a resampled value (Efron 1979)."""
    tail = 0.5 * (1.0 - CONFIDENCE)
    low, high = np.quantile(samples, (tail, 1.0 - tail))
    return Interval(float(value), float(low), float(high))


def _interactions(
    game: Game, names: Sequence[str], point: Floats, samples: Floats
) -> tuple[Interaction, ...]:
    found = game.dividends(point)
    drawn = game.dividends(samples)
    listed = [
        Interaction(members(s, names), _interval(found[s], drawn[:, s]))
        for s in range(1 << game.factors)
        if s.bit_count() > 1
    ]
    return tuple(sorted(listed, key=lambda one: -abs(one.value.value)))
