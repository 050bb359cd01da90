"""What all checks share: findings, and a model in the course of being checked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from hewer.errors import HewerError, ModelError, Problem, UnitError, ValueProblem, did_you_mean
from hewer.model.document import Activity, Model, Role, Stock
from hewer.model.expression import Call, Name, Node, evaluate, parse
from hewer.model.expression.bounds import Bounds
from hewer.model.settling.resolve import Path, located, problem_at, settle_params, time_dimension, time_unit
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, unit

Level = Literal["error", "warning", "note"]

SELECTORS = ("next", "prev", "first", "last")
"""Functions that name a stock of another member of a set."""

SUMMARIES = ("sum", "largest", "smallest")
"""Functions of the levels of a stock at all members of its set."""


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


class Reference(NamedTuple):
    """A stock as an activity names it: ``solid``, ``next(solid)``."""

    selector: str  # empty: the stock of the member itself
    stock: str


def reference(text: str) -> Reference | None:
    """Read the key of a take or give; None where it is none."""
    try:
        return reference_of(parse(text))
    except ValueProblem:
        return None


def reference_of(node: Node) -> Reference | None:
    """Read ``solid`` or ``next(solid)`` in an expression; None where it is neither."""
    if isinstance(node, Name):
        return Reference("", node.id)
    if isinstance(node, Call) and node.name in SELECTORS and len(node.args) == 1:
        inner = node.args[0]
        return Reference(node.name, inner.id) if isinstance(inner, Name) else None
    return None


@dataclass(slots=True)
class Context:
    """A model in the course of being checked.

    Attributes
    ----------
    model : Model
        Flow expanded, scenario applied.
    params : dict
        The params that have a value.
    broken : frozenset of str
        The params that have none: what uses them is not judged.
    time : Dimension or None
        Of time in this model; None where it is not known.
    found : list of Finding
        Grows as checks go on.
    levels : dict of str to Bounds
        Between what the level of each stock lies, and the time, as ``now``.
    attributes : dict of str to Dimension
        Of what items are like, by name.
    attribute_bounds : dict of str to Bounds
        Between what each lies, as ``item.size``.
    """

    model: Model
    params: dict[str, Quantity] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    time: Dimension | None = None
    time_unit: str = ""
    found: list[Finding] = field(default_factory=list)
    levels: dict[str, Bounds] = field(default_factory=dict)
    attributes: dict[str, Dimension] = field(default_factory=dict)
    attribute_bounds: dict[str, Bounds] = field(default_factory=dict)

    @classmethod
    def begin(cls, model: Model) -> Context:
        """Settle params and time; report what is wrong with them."""
        context = cls(model)
        context.params, problems = settle_params(model)
        context.broken = frozenset(model.params) - frozenset(context.params)
        for problem in problems:
            context.found.append(Finding.of(problem))
        try:
            context.time = time_dimension(model, context.params)
            context.time_unit = time_unit(model, context.params)
        except ModelError as error:
            if not (context.broken and error.problems[0].code == "unknown-name"):
                context.found.extend(Finding.of(problem) for problem in error.problems)
        for name, stock in model.stocks.items():
            high = number_or(context, stock.capacity, math.inf, context.stock_dimension(name))
            context.levels[name] = Bounds(0.0, high)
        context.levels["now"] = Bounds(0.0, math.inf)
        return context

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
        names = list(table)
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
        stock = self.model.stocks.get(name)
        if stock is None:
            return None
        try:
            return unit(stock.unit).dimension if stock.unit is not None else DIMENSIONLESS
        except UnitError:
            return None


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


def posts_of(activity: Activity) -> dict[str, int]:
    """People needed in each post; an automatic activity has none."""
    return {post: number for post, number in activity.posts.items() if number}


def posts_named(entry: str, name: str, activity: Activity) -> tuple[str, ...]:
    """List the posts of the activity `name` that an entry of a role's `does` names."""
    posts = posts_of(activity)
    if entry == name:
        return tuple(posts)
    return tuple(post for post in posts if post and entry in (post, f"{name}.{post}"))


def own_set(role: Role) -> str | None:
    """Return the place set of which each worker of a role keeps to the own member, if it is so."""
    words = (role.keeps_to or "").split()
    return words[1] if len(words) == 2 and words[0] == "own" else None


def all_gives(activity: Activity) -> list[tuple[Path, Mapping[str, str | int | float]]]:
    """List what an activity gives: its common gives and those of each outcome, with their paths."""
    found: list[tuple[Path, Mapping[str, str | int | float]]] = [(("gives",), activity.gives)]
    for name, outcome in activity.outcomes.items():
        found.append((("outcomes", name, "gives"), outcome.gives))
    return found
