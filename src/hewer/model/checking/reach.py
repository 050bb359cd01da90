"""What can ever start: a least fixpoint over the levels that can come about.

From the levels at time 0, each activity that could start at some member widens the levels that its takes
and gives can lead to, until nothing more can start. This is generous (amounts are not counted out
against each other), so that what it finds can never start cannot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from hewer.model.checking.base import Context, number_or
from hewer.model.checking.people.duty import staffing_of
from hewer.model.document import Activity
from hewer.model.document.fields import ONWARD
from hewer.model.expression import LEVEL_FUNCTIONS, Call, Name, Node, functions, names, parse, walk
from hewer.model.expression.bounds import ANYTHING, NEVER, Bounds, Known, bounds
from hewer.model.settling.interruption import down_stock
from hewer.model.settling.route import onward_stocks
from hewer.model.settling.work import SUMMARIES, Reference, all_gives, posts_of, reference, reference_of
from hewer.quantity import Quantity, unit

__all__ = ["NOBODY", "Reach"]

NOBODY = "nobody can do it"
"""Why an activity cannot start that the crew cannot staff."""

Cell = tuple[str, int]
"""A stock at a member of its place."""


class _Term(NamedTuple):
    """An amount, as an activity states it."""

    key: Reference
    node: Node
    certain: bool  # False: only some outcomes give it
    fixed: Bounds | None  # where nothing in the run can change it


class _Plan(NamedTuple):
    """An activity, parsed once for all members."""

    takes: tuple[_Term, ...]
    gives: tuple[_Term, ...]
    guard: _Guard | None


class _Guard(NamedTuple):
    """A guard, and what it reads: params, and stocks as named; the selector `sum` means all members."""

    text: str
    node: Node
    params: tuple[str, ...]
    reads: tuple[Reference, ...]


class _Want(NamedTuple):
    cell: Cell
    amount: Bounds


@dataclass(slots=True)
class Instance:
    """An activity at a member of its place."""

    name: str
    member: int
    guard: _Guard | None
    takes: list[_Want] = field(default_factory=list)
    gives: list[_Want] = field(default_factory=list)


class Reach:
    """Which levels can come about, and what can start, with one crew.

    Parameters
    ----------
    context : Context
        A model without errors.
    crew : str or None

    Attributes
    ----------
    levels : dict of (stock, member) to Bounds
        Between what each level can ever lie.
    instances : list of Instance
    started : set of int
        Those that can start.
    """

    def __init__(self, context: Context, crew: str | None) -> None:
        self.context = context
        self.model = context.model
        self.staffing = staffing_of(context, self.model.crews[crew] if crew is not None else {})
        self.sizes = {name: context.members(stock.at) for name, stock in self.model.stocks.items()}
        self.capacity = {
            name: number_or(context, stock.capacity, math.inf) for name, stock in self.model.stocks.items()
        }
        self.levels: dict[Cell, Bounds] = {}
        self._moved: set[str] = set()  # stocks whose levels have widened since that was last looked at
        self.instances: list[Instance] = []
        self.started: set[int] = set()
        self._enter_levels()
        for name, activity in self.model.activities.items():
            self._enter_activity(name, activity)
        self._settle()

    def _enter_levels(self) -> None:
        for name, stock in self.model.stocks.items():
            starts = stock.start if isinstance(stock.start, tuple) else (stock.start,) * self.sizes[name]
            for member, value in enumerate(starts):
                start = number_or(self.context, value, 0.0)
                self.levels[name, member] = Bounds(start, start)
        for name in self.model.tools:
            for member in range(self.sizes.get(down_stock(name), 0)):
                self._fill((down_stock(name), member))
        for cell in list(self.levels):
            self._let_leave(cell)
        for source in self.model.sources.values():
            if source.to is not None and source.limit != 0:
                for member in range(self.sizes[source.to]):
                    self._fill((source.to, member))
                    for key in source.others:
                        other = self._cell(reference(key) or Reference("", key), member)
                        if other is not None:
                            self._fill(other)

    def _fill(self, cell: Cell) -> None:
        if self._let(cell, Bounds(self.levels[cell].low, self.capacity[cell[0]])):
            self._let_leave(cell)

    def _let(self, cell: Cell, bounds: Bounds) -> bool:
        """Set the bounds of a level; tell whether they were others."""
        if self.levels[cell] == bounds:
            return False
        self.levels[cell] = bounds
        self._moved.add(cell[0])
        return True

    def _let_leave(self, cell: Cell) -> None:
        """Let items that leave a stock of themselves come where they go."""
        leaves = self.model.stocks[cell[0]].leaves
        if leaves is None or self.levels[cell].high <= 0.0:
            return
        self._let(cell, Bounds(0.0, self.levels[cell].high))
        to = self._cell(reference(leaves.to) or Reference("", leaves.to), cell[1])
        if to is not None:
            self._fill(to)

    def _enter_activity(self, name: str, activity: Activity) -> None:
        gives = [
            self._term(key, value, len(part) == 1 and stock != ONWARD)
            for part, given in all_gives(activity)
            for stock, value in given.items()
            for key in (onward_stocks(self.model, name) if stock == ONWARD else (stock,))
        ]
        takes = [self._term(key, value, True) for key, value in activity.takes.items()]
        guard = self._guarded(activity.guard) if activity.guard is not None else None
        plan = _Plan(tuple(takes), tuple(gives), guard)
        for member in range(self.context.members(activity.at)):
            made = self._bind(Instance(name, member, guard), plan)
            if made is not None:
                self.instances.append(made)

    def _guarded(self, text: str) -> _Guard:
        node = parse(text)
        used = names(node)
        reads = [Reference("", name) for name in sorted(used & set(self.model.stocks))]
        for part in walk(node):
            if isinstance(part, Call) and part.name in LEVEL_FUNCTIONS:
                one = reference_of(part) or reference_of(part.args[0])
                if one is not None:
                    reads.append(Reference("sum", one.stock) if part.name in SUMMARIES else one)
        return _Guard(text, node, tuple(sorted(used & set(self.context.params))), tuple(reads))

    def _term(self, key: str, value: str | int | float, certain: bool) -> _Term:
        node = parse(value)
        varies = not names(node) <= self.context.params.keys() or bool(functions(node) & LEVEL_FUNCTIONS)
        fixed = None if varies else bounds(node, Known(self.context.params, folder=self.model.source.folder))
        return _Term(reference(key) or Reference("", key), node, certain, fixed)

    def _bind(self, one: Instance, plan: _Plan) -> Instance | None:
        """Bind an activity to a member; None where a neighbour it names does not exist."""
        taken: dict[Reference, Bounds] = {}
        for terms, wants in ((plan.takes, one.takes), (plan.gives, one.gives)):
            for term in terms:
                cell = self._cell(term.key, one.member)
                if cell is None:
                    return None
                limits = term.fixed or self._widest(term.node, taken)
                if terms is plan.takes:
                    taken[term.key] = limits
                wants.append(_Want(cell, limits if term.certain else Bounds(0.0, limits.high)))
        return one

    def _widest(self, node: Node, taken: dict[Reference, Bounds]) -> Bounds:
        """Bound an amount that depends on the run, whatever the levels."""

        def call(node: Call) -> Bounds | None:
            if node.name not in LEVEL_FUNCTIONS:
                return None
            one = reference_of(node.args[0])
            return _taken(one, taken) if node.name == "taken" and one is not None else _SOME

        known = dict.fromkeys(self.model.stocks, _SOME) | {"now": _SOME}
        found = bounds(node, Known(self.context.params, known, call, self.model.source.folder))
        return Bounds(max(found.low, 0.0), found.high)

    def _cell(self, found: Reference, member: int) -> Cell | None:
        size = self.sizes[found.stock]
        moved = {"next": member + 1, "prev": member - 1, "first": 0, "last": size - 1}
        number = moved.get(found.selector, member if size > 1 else 0)
        return (found.stock, number) if 0 <= number < size else None

    def _settle(self) -> None:
        """Start whatever can start until nothing more can."""
        readers: dict[str, set[int]] = {}
        for index, one in enumerate(self.instances):
            read = [*(want.cell[0] for want in (*one.takes, *one.gives)), *_stocks_of(one.guard)]
            for stock in read:
                readers.setdefault(stock, set()).add(index)
        waiting = set(range(len(self.instances)))
        while waiting:  # in rounds, each in the order of the document
            round_, waiting = waiting, set()
            for index in sorted(round_):
                if index in self.started or self.why_not(self.instances[index]) is not None:
                    continue
                self.started.add(index)
                self._moved.clear()
                self._run(self.instances[index])
                for stock in self._moved:
                    waiting |= readers.get(stock, set())

    def _run(self, one: Instance) -> None:
        for cell, amount in one.takes:
            if amount.high > 0.0:
                self._let(cell, Bounds(0.0, self.levels[cell].high))
        for cell, amount in one.gives:
            if amount.high > 0.0:
                self._fill(cell)

    def why_not(self, one: Instance) -> str | None:
        """Say why an instance cannot start at any time; None where it may."""
        activity = self.model.activities[one.name]
        for cell, amount in one.takes:
            if self.levels[cell].high < amount.low * (1 - 1e-9):
                return self._too_little(cell, amount.low)
        if one.guard is not None and self._guard(one.guard, one.member) == NEVER:
            return f"its guard `{activity.guard}` can never hold"
        reason = self._full(one) if activity.blocking == "before" else None
        if reason is None and posts_of(activity) and not self.staffing.can_staff(one.name, one.member):
            return NOBODY
        return reason

    def _guard(self, guard: _Guard, member: int) -> Bounds:
        """Bound a guard at a member by the levels that can come about; remembered with what it reads."""
        key = (
            guard.text,
            tuple(self.context.params[name] for name in guard.params),
            tuple(self._read(one, member) for one in guard.reads),
        )
        remembered = self.context.memo.guards
        if key not in remembered:
            remembered[key] = self._bounded(guard.node, member)
        return remembered[key]

    def _read(self, one: Reference, member: int) -> tuple[Bounds, ...]:
        """Return the levels that a reference reads at a member; none beyond the end of a set."""
        if one.selector == "sum":
            return tuple(self.levels[one.stock, number] for number in range(self.sizes[one.stock]))
        cell = self._cell(one, member)
        return (self.levels[cell],) if cell is not None and cell in self.levels else ()

    def _bounded(self, node: Node, member: int) -> Bounds:
        def call(node: Call) -> Bounds | None:
            if node.name in ("sum", "largest", "smallest"):
                return self._over_set(node)
            one = reference_of(node)
            if one is None:
                return None
            cell = self._cell(one, member)
            return self.levels[cell] if cell is not None else NEVER

        known = {"now": _SOME}
        for name in names(node) & set(self.model.stocks):
            cell = self._cell(Reference("", name), member)
            known[name] = self.levels[cell] if cell is not None and cell in self.levels else _SOME
        return bounds(node, Known(self.context.params, known, call))

    def _over_set(self, node: Call) -> Bounds:
        argument = node.args[0]
        name = argument.id if isinstance(argument, Name) else ""
        cells = [self.levels[name, member] for member in range(self.sizes[name])]
        lows, highs = [one.low for one in cells], [one.high for one in cells]
        if node.name == "sum":
            return Bounds(sum(lows), sum(highs))
        join = max if node.name == "largest" else min
        return Bounds(join(lows), join(highs))

    def _too_little(self, cell: Cell, amount: float) -> str:
        high = self.levels[cell].high
        needed = self._shown(cell[0], amount)
        if high == 0.0:
            return f"it takes {needed} from `{cell[0]}`, which is always empty"
        return f"it takes {needed} from `{cell[0]}`, which never holds more than {self._shown(cell[0], high)}"

    def _full(self, one: Instance) -> str | None:
        """Say which stock can never have room for the output."""
        for cell, amount in one.gives:
            freed = sum(taken.low for other, taken in one.takes if other == cell)
            room = self.capacity[cell[0]] - self.levels[cell].low
            if amount.low - freed > room * (1 + 1e-9) + 1e-12:
                needed = self._shown(cell[0], amount.low)
                return f"it gives {needed} to `{cell[0]}`, which is always too full"
        return None

    def _shown(self, stock: str, value: float) -> str:
        text = self.model.stocks[stock].unit
        return f"{value:g}" if text is None else str(Quantity(value, unit(text).dimension, text))


def _stocks_of(guard: _Guard | None) -> list[str]:
    return [one.stock for one in guard.reads] if guard is not None else []


_SOME = Bounds(0.0, math.inf)


def _taken(one: Reference, taken: dict[Reference, Bounds]) -> Bounds:
    """Bound ``taken(x)``, which may stand for what is taken from ``next(x)``."""
    if one in taken or one.selector:
        return taken.get(one, ANYTHING)
    return next((limits for other, limits in taken.items() if other.stock == one.stock), ANYTHING)
