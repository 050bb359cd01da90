"""What all checks share: findings, and a model in the course of being checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hewer.errors import HewerError, Problem, ValueProblem, did_you_mean
from hewer.model.document import Activity, Model, Stock
from hewer.model.expression import evaluate, parse
from hewer.model.expression.bounds import Bounds
from hewer.model.settling.resolve import Path, located, problem_at
from hewer.model.settling.workplace import Workplace
from hewer.quantity import DIMENSIONLESS, TIME, Dimension, Quantity

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a model.

    Attributes
    ----------
    level : str
        ``error``: the model cannot be run; ``warning``: it hardly means what it says; ``note``.
    path : str
        Path in the document, ``activities.prop.takes``.
    message, hint : str
        What is wrong and what was expected; what to do about it.
    line, column : int or None
        Position in the file, counted from 1.
    code : str
        Kind of finding, for machines: ``unknown-name``, ``dimension``, ``unfilled-post``...
    file : str or None
        Name of the file as the user gave it.
    """

    level: Level
    path: str
    message: str
    hint: str | None = None
    line: int | None = None
    column: int | None = None
    code: str = "invalid"
    file: str | None = None

    @classmethod
    def of(cls, problem: Problem, level: Level = "error") -> Finding:
        """Make a finding of a problem."""
        one = problem
        return cls(level, one.path, one.message, one.hint, one.line, one.column, one.code, one.file)

    def problem(self) -> Problem:
        """Return this as a problem, to be raised."""
        return Problem(self.path, self.message, self.hint, self.line, self.column, self.file, self.code)

    def __str__(self) -> str:
        """Return ``error: file, line 14, column 3, `path`: message. hint``."""
        return f"{self.level}: {self.problem()}"


@dataclass(slots=True)
class Memo:
    """Judgements of values, shared by the scenarios of a model: most values mean the same in all of them."""

    judged: dict[Any, Any] = field(default_factory=dict)
    names: dict[tuple[type, str | int | float], tuple[str, ...]] = field(default_factory=dict)
    sites: dict[Any, int] = field(default_factory=dict)
    guards: dict[Any, Bounds] = field(default_factory=dict)


@dataclass(slots=True)
class Context:
    """A model in the course of being checked.

    Attributes
    ----------
    workplace : Workplace
    memo : Memo
        What was judged before, of this model or of one like it.
    broken : frozenset of str
        Params and attributes that have no value: what uses them is not judged.
    found : list of Finding
        Grows as checks go on.
    levels : dict of str to Bounds
        Between what the level of each stock lies, and the time, as ``now``.
    attributes : dict of str to Dimension
        Of what items are like, by name.
    attribute_bounds : dict of str to Bounds
        Between what each lies, as ``item.size``.
    """

    workplace: Workplace
    memo: Memo
    broken: frozenset[str] = frozenset()
    found: list[Finding] = field(default_factory=list)
    levels: dict[str, Bounds] = field(default_factory=dict)
    attributes: dict[str, Dimension] = field(default_factory=dict)
    attribute_bounds: dict[str, Bounds] = field(default_factory=dict)
    _names: dict[bool, dict[str, Dimension]] = field(default_factory=dict)
    _site: int | None = None

    @classmethod
    def begin(cls, workplace: Workplace, memo: Memo | None = None) -> Context:
        """Report what is wrong with params and time, and bound the levels."""
        context = cls(workplace, Memo() if memo is None else memo, workplace.broken)
        context.found.extend(Finding.of(problem) for problem in workplace.problems)
        for name, stock in workplace.model.stocks.items():
            high = number_or(context, stock.capacity, math.inf, context.stock_dimension(name))
            context.levels[name] = Bounds(0.0, high)
        context.levels["now"] = Bounds(0.0, math.inf)
        return context

    @property
    def model(self) -> Model:
        """Flow expanded, scenario applied."""
        return self.workplace.model

    @property
    def params(self) -> Mapping[str, Quantity]:
        """The params that have a value."""
        return self.workplace.params

    @property
    def time(self) -> Dimension | None:
        """Of time in this model; None where it is not known."""
        return self.workplace.time

    @property
    def time_unit(self) -> str:
        """The unit in which the model states its horizon."""
        return self.workplace.time_unit

    def dimensions(self, levels: bool) -> dict[str, Dimension]:
        """Return the dimension of each param, and of each level and the time where they may be mentioned."""
        if levels not in self._names:
            found = {name: value.dimension for name, value in self.params.items()}
            if levels:
                stocks = self.workplace.dimensions
                found.update((n, DIMENSIONLESS if one is None else one) for n, one in stocks.items())
                found["now"] = self.time if self.time is not None else TIME
            self._names[levels] = found
        return self._names[levels]

    @property
    def site(self) -> int:
        """A number that two models share where they have the same stocks, kinds and params that are wrong."""
        if self._site is None:
            model = self.model
            what = (
                tuple((name, one.unit, one.at, self.members(one.at)) for name, one in model.stocks.items()),
                tuple(model.kinds),
                self.broken,
                self.time,
            )
            self._site = self.memo.sites.setdefault(what, len(self.memo.sites))
        return self._site

    def error(self, path: Path, message: str, hint: str | None = None, code: str = "invalid") -> None:
        """Report what keeps the model from being run."""
        self.found.append(Finding.of(problem_at(self.model, path, message, hint, code)))

    def warn(self, path: Path, message: str, hint: str | None = None, code: str = "invalid") -> None:
        """Report what is hardly meant."""
        self.found.append(Finding.of(problem_at(self.model, path, message, hint, code), "warning"))

    def note(self, path: Path, message: str, hint: str | None = None, code: str = "invalid") -> None:
        """Report what a reader may like to know."""
        self.found.append(Finding.of(problem_at(self.model, path, message, hint, code), "note"))

    def refuse(self, path: Path, error: HewerError) -> None:
        """Report an error that was met at `path`."""
        if isinstance(error, ValueProblem):
            self.found.append(Finding.of(located(self.model, path, error)))
        else:
            self.error(path, str(error))

    def known(self, path: Path, word: str, table: Iterable[str], kind: str) -> bool:
        """Tell whether `word` is in `table`; report it where it is not."""
        names = table if isinstance(table, Mapping) else list(table)
        if word in names:
            return True
        hint = did_you_mean(word, names) or f"the model has no {kind}s"
        self.error(path, f"there is no {kind} `{word}`", hint, "unknown-name")
        return False

    @property
    def failed(self) -> bool:
        """Whether an error has been found."""
        return any(one.level == "error" for one in self.found)

    def members(self, place: str | None) -> int:
        """Count the members of a place; 1 where there is none, or it is not known."""
        known = self.model.places.get(place) if place is not None else None
        return known.count if known is not None else 1

    def set_of(self, part: Activity | Stock) -> str | None:
        """Name the place set that an activity or stock is at; None where it is at none."""
        return part.at if self.members(part.at) > 1 else None

    def stock_dimension(self, name: str) -> Dimension | None:
        """Return the dimension of a stock's amounts; None where there is no such stock or unit."""
        return self.workplace.dimensions.get(name)


def number_or(
    context: Context,
    value: str | int | float | None,
    otherwise: float,
    dimension: Dimension | None = None,
) -> float:
    """Evaluate a value in base units; `otherwise` where there is none, or it is wrong."""
    if value is None:
        return otherwise
    try:
        found = evaluate(parse(value), context.params)
    except ValueProblem:
        return otherwise
    return found.value if dimension is None or found.dimension == dimension else otherwise
