"""Choose before it is known which world one lives in: which alternative is best how often, and the regret.

What is not known of the params is drawn once per world; all alternatives meet the same worlds and, in them,
the same chance. The estimates are those of :mod:`hewer.statistics.regret`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from hewer.errors import OptionError
from hewer.experiment.constraint import amount
from hewer.experiment.grid import Candidate, candidates
from hewer.experiment.sampler import Sampler, measure_named, sample_table
from hewer.statistics.regret import Regrets, regrets
from hewer.study.simulate import check_options

if TYPE_CHECKING:
    from hewer.model.document import Model
    from hewer.study.dispatch import Progress
    from hewer.study.trial import Trial

MOST = 1000
"""Alternatives; each is held against each in each world."""


@dataclass(frozen=True, slots=True)
class Robust:
    """What is known of alternatives whatever the world is.

    Attributes
    ----------
    candidates : tuple of Candidate
    regrets : Regrets
        In the unit of the measure.
    measure, unit : str
    smallest : bool
        Whether the smallest is best.
    ignored : float
        Regret that does not matter, in the unit; 0 where none was named.
    worlds, replications, seed : int
    seconds : float
    interrupted : bool
        Whether fewer worlds than asked for were complete.
    """

    candidates: tuple[Candidate, ...]
    regrets: Regrets
    measure: str
    unit: str
    smallest: bool
    ignored: float
    worlds: int
    replications: int
    seed: int
    seconds: float
    interrupted: bool

    @property
    def best(self) -> Candidate:
        """The best on average over the worlds, as it seems; its mean regret is least."""
        return self.candidates[self.regrets.best]

    @property
    def least_worst(self) -> Candidate:
        """The one whose worst regret is least, as it seems."""
        return self.candidates[self.regrets.least_worst]


def regret(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    over: Mapping[str, Sequence[Any]],
    *,
    worlds: int = 100,
    replications: int = 10,
    measure: str | None = None,
    delta: str | float | None = None,
    where: str | None = None,
    smallest: bool = False,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Robust:
    """Say how often each alternative is the best, and what choosing it gives up, over worlds.

    Parameters
    ----------
    model : Model, str or Path
        With params that have a range or draws.
    over, where, set, seed, threads, progress
        As for :func:`hewer.experiment.select.select`: decisions and their values. What is drawn in a world
        cannot be chosen.
    worlds, replications : int
        Each 2 at least: the replications of a world tell noise from regret.
    measure : str, optional
        By default the first.
    delta : str or float, optional
        Regret that does not matter: ``"0.5 t"``.
    smallest : bool
        Whether less is better.

    Returns
    -------
    Robust
        Regrets from means of few replications are too high; see ``regrets.overstated``.

    Raises
    ------
    OptionError, NotFoundError, ModelError, RunError
    """
    began = monotonic()
    check_options(replications=replications, worlds=worlds, threads=threads, seed=seed)
    if worlds < 2 or replications < 2:
        raise OptionError("regret needs 2 worlds at least, and 2 replications in each to tell noise from it")
    found = candidates(model, over, where, set)
    if len(found.listed) > MOST:
        raise OptionError(
            f"regret holds each alternative against each: {MOST:,} at most; the grid has"
            f" {len(found.listed):,}. Select without --worlds first, and take those not ruled out"
        )
    trials = found.trials(seed, ranged=True, progress=progress)
    if not any(trial.unknown for trial in trials):
        raise OptionError("worlds differ in the params that have a range or draws; no alternative has one")
    name = measure_named(trials[0], measure)
    ignored = 0.0 if delta is None else _ignored(delta, trials, name)
    table = sample_table(trials, (name,), worlds, replications, threads, progress)
    values = table.values[0]
    if values.shape[1] < 2:
        raise KeyboardInterrupt
    return Robust(
        found.listed, regrets(values, ignored, smallest=smallest), name,
        table.unit, smallest, ignored, values.shape[1], replications, seed, monotonic() - began,
        table.interrupted,
    )  # fmt: skip


def _ignored(delta: str | float, trials: Sequence[Trial], measure: str) -> float:
    """Read the regret that does not matter, in the unit that one replication has."""
    unit = Sampler(trials, [measure], 1, None).units[measure]
    asked = amount(delta, unit, f"delta `{delta}`", measure)
    if not asked >= 0.0:
        raise OptionError(f"delta must be 0 or more: the regret that does not matter; got {delta}")
    return asked
