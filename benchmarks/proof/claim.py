"""A claim: a procedure on data of which the truth is known, and how often it keeps what it promises."""

from __future__ import annotations

import importlib.util
import math
import time
import warnings
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np

SEED = 1
FEWEST = 10
ERRORS = 3.0  # standard errors below its promise from which a share counts as short: false alarm 0.13 % a row


@dataclass(frozen=True)
class Promise:
    """What is promised: a probability, and for what; None where nothing is."""

    level: float | None
    scope: str = ""

    def __str__(self) -> str:
        if self.level is None:
            return "nothing"
        return f"{100.0 * self.level:g} %" + (f", {self.scope}" if self.scope else "")


ALWAYS = Promise(0.95)
LIMIT = Promise(0.95, "in the limit")
OUTSIDE = Promise(0.95, "not for this case")
NOTHING = Promise(None)


class Outcome(NamedTuple):
    """What came of one trial: whether the promise was kept, and what it cost or how wide it was.

    None where nothing was promised: the procedure itself warned, and the trial does not count.
    """

    kept: bool | None
    cost: float = math.nan


@dataclass(frozen=True)
class Claim:
    """One row of the page.

    Attributes
    ----------
    case : str
    by : str
        Whose procedure; the package first.
    promise : Promise
    draw : callable
        Data of a trial from its generator; claims of one case meet the same data.
    decide : callable
        The procedure: an Outcome from the data. Only this is timed.
    share : float
        Of the trials asked for: slow ones take fewer.
    """

    case: str
    by: str
    promise: Promise
    draw: Callable[[np.random.Generator], Any]
    decide: Callable[[Any], Outcome]
    share: float = 1.0

    @property
    def package(self) -> str:
        """The module that must be importable."""
        name = self.by.split()[0].rstrip(",")
        return {"SciPy": "scipy", "sim-tools": "sim_tools"}.get(name, name)

    @property
    def available(self) -> bool:
        return importlib.util.find_spec(self.package) is not None


@dataclass(frozen=True)
class Section:
    """Claims about one procedure.

    Attributes
    ----------
    title : str
    about : str
        Source, what is promised and what is assumed.
    cost : str
        What the cost of an outcome is.
    claims : tuple of Claim
    notes : str
        What the rows show, below them.
    """

    title: str
    about: str
    cost: str
    claims: tuple[Claim, ...]
    notes: str = ""


@dataclass(frozen=True)
class Row:
    """A claim measured."""

    section: str
    case: str
    by: str
    promise: str
    kept: int
    trials: int
    cost: float
    milliseconds: float

    @property
    def level(self) -> float | None:
        """The probability that is promised."""
        return None if self.promise == str(NOTHING) else float(self.promise.partition(" ")[0]) / 100.0

    @property
    def share(self) -> float:
        return self.kept / self.trials if self.trials else math.nan

    @property
    def error(self) -> float:
        """Standard error of the share, from half a success and half a failure more, so that it is never 0."""
        share = (self.kept + 0.5) / (self.trials + 1.0)
        return math.sqrt(share * (1.0 - share) / (self.trials + 1.0))

    @property
    def verdict(self) -> str:
        if self.level is None:
            return "promises nothing"
        if self.trials == 0:
            return "always warned"
        short = ERRORS * math.sqrt(self.level * (1.0 - self.level) / self.trials)
        return "met" if self.share >= self.level - short - 1e-12 else "not met"


def measure(section: Section, claim: Claim, trials: int, seed: int = SEED) -> Row:
    """Try a claim; trial n of a case has the same data whoever decides."""
    count = max(FEWEST, round(trials * claim.share))
    key = zlib.crc32(f"{section.title}/{claim.case}".encode())
    kept: list[bool] = []
    costs: list[float] = []
    spent = 0.0
    with warnings.catch_warnings():
        if claim.package != "hewer":
            warnings.simplefilter("ignore")
        claim.decide(claim.draw(np.random.default_rng([seed, key, 0])))  # imports, and what is made once
        for number in range(count):
            data = claim.draw(np.random.default_rng([seed, key, number]))
            began = time.process_time()
            outcome = claim.decide(data)
            spent += time.process_time() - began
            if outcome.kept is not None:
                kept.append(outcome.kept)
                costs.append(outcome.cost)
    return Row(
        section.title, claim.case, claim.by, str(claim.promise), sum(kept), len(kept),
        float(np.mean(costs)) if costs else math.nan, 1e3 * spent / count,
    )  # fmt: skip


def covers(low: float, high: float, truth: float) -> Outcome:
    """Whether an interval holds the truth; its cost is half its length."""
    return Outcome(bool(low <= truth <= high), 0.5 * (high - low))


def _against(decide: Callable[[Any, Any], Outcome], truth: Any, data: Any) -> Outcome:
    return decide(data, truth)


def of_cases(
    cases: Sequence[tuple[str, Callable[[np.random.Generator], Any], Any, Promise]],
    procedures: Sequence[tuple[str, Callable[[Any, Any], Outcome], Promise | None, float]],
) -> tuple[Claim, ...]:
    """Every procedure on every case; a procedure may have a promise of its own, whatever the case."""
    return tuple(
        Claim(case, by, own or promise, draw, partial(_against, decide, truth), share)
        for case, draw, truth, promise in cases
        for by, decide, own, share in procedures
    )
