"""What becomes of items: which sorts each stock can hold, and what works make of those that they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from hewer.engine.codes import BY_STEP, NONE, ONWARD, REST
from hewer.engine.program import Program
from hewer.exact.bound.reading.means import Mean, State, judge
from hewer.exact.bound.reading.sorts import ANY, Sort, Sorts, View
from hewer.exact.opening import distribution

ALL_OF_FAMILY = 2  # value of take["family"]
MOST_OUTCOMES = 5  # with which the corners of their chances are gone through

__all__ = ["Ending", "Passage", "Work"]


class Work(NamedTuple):
    """Works of an instance with one sort of carrier; None where they have none, or it is not known.

    ``chances`` of the outcomes, where the carrier has a say in them: a corner of what they can be.
    """

    instance: int
    carrier: Sort | None
    chances: tuple[float, ...] = ()


class Ending(NamedTuple):
    """One way in which works end: bounds of its chance, and what they give, each with its sorts."""

    low: float
    high: float
    gives: tuple[tuple[int, Any, frozenset[Sort]], ...]


class Passage:
    """The way of items through the stocks.

    Parameters
    ----------
    program : Program
    instances : sequence of int
        Those at work.

    Attributes
    ----------
    sorts : Sorts
    possible : list of dict
        The sorts that each stock can hold, in the order in which they were found.
    """

    def __init__(self, program: Program, instances: Sequence[int]) -> None:
        self.program, self.sorts = program, Sorts(program)
        self.instances = instances
        self.possible: list[dict[Sort, None]] = [{} for _ in program.stock]
        self.lanes: list[dict[int, list[Sort]]] = [{} for _ in program.stock]  # by who takes them by step
        self.told: dict[Work, list[Ending]] = {}  # how works end, as found before
        taken = {int(take["stock"]) for i in instances for take in self.takes(i) if take["items"]}
        self.taken = taken | {int(row["stock"]) for row in program.leave}
        self._follow()
        self.number = {sort: k for k, sort in enumerate(dict.fromkeys(s for p in self.possible for s in p))}

    def takes(self, instance: int) -> Any:
        """Return the rows of what an instance takes."""
        row = self.program.instance[instance]
        return self.program.take[row["take0"] : row["take1"]]

    def _follow(self) -> None:
        """Find the sorts that each stock can hold: what comes, and what works make of it, over and over."""
        program, sorts = self.program, self.sorts
        for stock, row in enumerate(program.stock):
            if row["start"] and row["items"]:
                self._enter(stock, sorts.at_start(stock))
        for number, row in enumerate(program.source):
            for stock in (int(row[field]) for field in ("stock", "balk_to", "full_to") if row[field] != NONE):
                self._enter(stock, sorts.of_source(number))
        for row in program.hazard:
            if row["stock"] != NONE:
                self._enter(int(row["stock"]), (sorts.plain,))
        before = -1
        while (now := sum(len(found) for found in self.possible)) > before:
            before = now
            for work in list(self.works()):
                for case in self.cases(work):
                    for stock, _, given in case.gives:
                        self._enter(stock, sorted(given))
            for row in program.leave:
                self._enter(int(row["to"]), list(self.possible[int(row["stock"])]))
            self.told = {work: cases for work, cases in self.told.items() if self._is_one(work)}

    def _enter(self, stock: int, sorts: Iterable[Sort]) -> None:
        for sort in sorts:
            if sort not in self.possible[stock]:
                self.possible[stock][sort] = None
                self.lanes[stock].setdefault(self.sorts.lane(stock, sort), []).append(sort)

    # Who carries

    def works(self) -> Iterator[Work]:
        """Yield the works that there can be: of each instance, by the sort of its carrier."""
        for instance in self.instances:
            for carrier in self.carriers(instance):
                work = Work(instance, carrier)
                for chances in self._corners(work) or [()]:
                    yield work._replace(chances=chances)

    def carriers(self, instance: int) -> list[Sort | None]:
        """List the sorts of the first item that an instance takes; None alone where it may take none."""
        rows = [row for row in self.takes(instance) if row["items"]]
        if not rows or not self._surely_takes(rows[0]):
            return [None]
        row = self.program.instance[instance]
        by = int(row["activity"]) if row["traits"] & BY_STEP else NONE
        return [*self.lanes[int(rows[0]["stock"])].get(by, ())]

    def _surely_takes(self, take: Any) -> bool:
        if take["amount"] >= 0:
            return distribution(self.program, int(take["amount"])).lower() >= 1.0
        return bool(take["amount"] == NONE and take["low"] >= 1)

    def takes_one(self, instance: int) -> bool:
        """Tell whether a work takes exactly one item."""
        rows = [row for row in self.takes(instance) if row["items"]]
        return len(rows) == 1 and bool(rows[0]["amount"] == NONE and rows[0]["low"] == rows[0]["high"] == 1)

    def view(self, work: Work) -> View:
        """Return what times, amounts and chances can read of the carrier."""
        if work.carrier is not None:
            return self.sorts.view((work.carrier,))
        return self.sorts.view(self._at_hand(work.instance), perhaps_none=True)

    def _at_hand(self, instance: int) -> dict[Sort, None]:
        """List all that an instance may take."""
        stocks = [int(row["stock"]) for row in self.takes(instance) if row["items"]]
        return {sort: None for stock in stocks for sort in self.possible[stock]}

    # What they give

    def cases(self, work: Work) -> list[Ending]:
        """List how works can end: the first item given is the carrier; the rest may be its children."""
        if work in self.told:
            return self.told[work]
        row = self.program.instance[work.instance]
        common = list(self.program.give[row["give0"] : row["give1"]])
        found: list[Ending] = []
        self.told[work] = found
        for low, high, outcome in self._outcomes(work):
            own = [] if outcome is None else list(self.program.give[outcome["give0"] : outcome["give1"]])
            sets = (0, 0) if outcome is None else (int(outcome["set0"]), int(outcome["set1"]))
            found += self._endings(work, (low, high), [*common, *own], sets)
        return found

    def _endings(
        self, work: Work, chance: tuple[float, float], gives: list[Any], sets: tuple[int, int]
    ) -> Iterator[Ending]:
        """Yield the cases of one outcome: apart, where it is not known to which stock the carrier goes on."""
        alone, carriers = self._is_one(work), self._carriers_after(work, sets)
        others = frozenset(carriers) if alone else self._others_after(work, carriers, sets)
        onward = [give for give in gives if give["stock"] == ONWARD]
        if len(carriers) == 1 or not onward:
            lead = carriers[0] if len(carriers) == 1 else None
            yield Ending(*chance, tuple(self._given(gives, lead, others)))
            return
        rest = [give for give in gives if give["stock"] != ONWARD]
        yield Ending(*chance, tuple(self._given(rest, None, others)))
        for carrier in carriers:
            yield Ending(0.0, chance[1], tuple(self._given(onward, carrier, others)))

    def _is_one(self, work: Work) -> bool:
        """Tell whether all that a work gives is like its carrier: it takes one item, or none at all."""
        none = not any(take["items"] for take in self.takes(work.instance))
        return none or (work.carrier is not None and self.takes_one(work.instance))

    def _carriers_after(self, work: Work, sets: tuple[int, int]) -> list[Sort]:
        before = [work.carrier] if work.carrier is not None else [*self._at_hand(work.instance)]
        if work.carrier is None:
            before.append(self.sorts.plain)
        after = self.sorts.after
        return [
            *dict.fromkeys(
                s for sort in before if sort for s in after(work.instance, sort, sets, carrier=True)
            )
        ]

    def _others_after(self, work: Work, carriers: list[Sort], sets: tuple[int, int]) -> frozenset[Sort]:
        after = self.sorts.after
        behind = (
            s
            for sort in self._at_hand(work.instance)
            for s in after(work.instance, sort, sets, carrier=False)
        )
        return frozenset((*carriers, *behind))

    def _given(
        self, gives: list[Any], carrier: Sort | None, others: frozenset[Sort]
    ) -> Iterator[tuple[int, Any, frozenset[Sort]]]:
        """Yield what is given, where, and which sorts it may be of; the first item is the carrier."""
        first = carrier is not None
        for give in gives:
            stock = int(give["stock"])
            if stock == ONWARD and carrier is not None:
                stock = self.sorts.onward(carrier)
            if stock < 0:
                continue  # what has no route goes nowhere
            if not give["items"]:
                yield stock, give, frozenset()
                continue
            leads = first and carrier is not None and give["amount"] == NONE and give["fixed"] == 1
            yield stock, give, frozenset((carrier,)) if leads and carrier is not None else others
            first = False

    def _outcomes(self, work: Work) -> list[tuple[float, float, Any]]:
        """List bounds of the chance of each outcome, and its row; one without a row where there are none."""
        row = self.program.instance[work.instance]
        rows = self.program.outcome[row["outcome0"] : row["outcome1"]]
        if not len(rows):
            return [(1.0, 1.0, None)]
        if not any(one["chance"] >= 0 for one in rows):
            edges = [0.0, *rows["cumulative"].tolist()]
            return [(b - a, b - a, one) for a, b, one in zip(edges, edges[1:], rows, strict=False)]
        if work.chances:
            return [(chance, chance, one) for chance, one in zip(work.chances, rows, strict=True)]
        return [(*bounds, one) for bounds, one in zip(self._chances(work), rows, strict=True)]

    def _chances(self, work: Work) -> list[tuple[float, float]]:
        """Bound the chance of each outcome, where the carrier has a say in them."""
        row = self.program.instance[work.instance]
        rows = self.program.outcome[row["outcome0"] : row["outcome1"]]
        if not any(one["chance"] >= 0 for one in rows):
            return []
        known = [self._chance(work, one) for one in rows if one["chance"] != REST]
        low, high = (max(0.0, 1.0 - sum(one[k] for one in known)) for k in (1, 0))
        found = iter(known)
        return [(low, high) if one["chance"] == REST else next(found) for one in rows]

    def _corners(self, work: Work) -> list[tuple[float, ...]]:
        """List the corners of what chances can be that add up to 1: the mean over works lies between them."""
        bounds = self._chances(work)
        found: dict[tuple[float, ...], None] = {}
        for free in range(len(bounds)) if len(bounds) <= MOST_OUTCOMES else ():
            for others in product(*(bounds[:free] + bounds[free + 1 :])):
                left = 1.0 - sum(others)
                if bounds[free][0] - 1e-9 <= left <= bounds[free][1] + 1e-9:
                    found[(*others[:free], max(0.0, left), *others[free:])] = None
        return [*found]

    def _chance(self, work: Work, outcome: Any) -> tuple[float, float]:
        if outcome["chance"] < 0:
            return float(outcome["share"]), float(outcome["share"])
        value: Mean = judge(self.program, int(-2 - outcome["chance"]), self._state(work))
        low, high = (min(1.0, max(0.0, one)) for one in (value.least, value.most))
        return low, high

    def _state(self, work: Work) -> State:
        view = self.view(work)
        return State(
            lambda _: (0.0, float("inf")), lambda _: (0.0, float("inf")), float("inf"), view.item, view.kind,
            view.step,
        )  # fmt: skip

    # Families

    def makes(self, instance: int) -> bool:
        """Tell whether an instance may make items that found families: where it may take none."""
        rows = [row for row in self.takes(instance) if row["items"]]
        return not rows or not self._surely_takes(rows[0])

    def once(self) -> dict[int, frozenset[int]]:
        """Find the instances that take all of a family, once: what they give does not come back.

        Returns
        -------
        dict
            By instance the stocks from which items come to it.
        """
        ahead: dict[int, set[int]] = {}  # stocks to which items go from a stock
        given: dict[int, set[int]] = {}
        for work in self.works():
            to = {stock for case in self.cases(work) for stock, give, _ in case.gives if give["items"]}
            given.setdefault(work.instance, set()).update(to)
            for take in self.takes(work.instance):
                ahead.setdefault(int(take["stock"]), set()).update(to)
        for row in self.program.leave:
            ahead.setdefault(int(row["stock"]), set()).add(int(row["to"]))
        found = {}
        for instance, to in given.items():
            wanted = {int(take["stock"]) for take in self.takes(instance) if take["family"] == ALL_OF_FAMILY}
            before, size = wanted, -1
            while len(before) > size:
                size = len(before)
                before = before | {stock for stock, there in ahead.items() if there & before}
            if wanted and not to & before:
                found[instance] = frozenset(before)
        return found

    # How sorts are told apart in a stock

    def tells_apart(self, stock: int) -> bool:
        """Tell whether it matters for a stock which sorts it holds."""
        return stock in self.taken and len(self.possible[stock]) > 1

    def mark(self, stock: int, sorts: frozenset[Sort]) -> int:
        """Return the number of a sort in a stock; -1 where they are not told apart, ANY of several."""
        if not self.tells_apart(stock):
            return NONE
        return self.number[next(iter(sorts))] if len(sorts) == 1 else ANY

    def shares(self, made: dict[Sort, float]) -> dict[int, float]:
        """Return shares by the number of the sort."""
        return {self.number[sort]: share for sort, share in made.items() if sort in self.number}

    def keeps(self, instance: int) -> bool:
        """Tell whether works leave items as they are, and make none: each sort comes out as it went in."""
        rows = [row for row in self.takes(instance) if row["items"]]
        row, manner = self.program.instance[instance], self.program.manner[instance]
        outcomes = self.program.outcome[row["outcome0"] : row["outcome1"]]
        sets = manner["set0"] < manner["set1"] or any(one["set0"] < one["set1"] for one in outcomes)
        known = all(take["amount"] == NONE for take in rows) and not row["traits"] & BY_STEP
        return known and not sets and self._most_given(row) <= sum(int(take["low"]) for take in rows)

    def _most_given(self, row: Any) -> float:
        def most(first: int, last: int) -> float:
            gives = [give for give in self.program.give[first:last] if give["items"]]
            drawn = any(give["amount"] != NONE for give in gives)
            return float("inf") if drawn else float(sum(int(give["fixed"]) for give in gives))

        outcomes = self.program.outcome[row["outcome0"] : row["outcome1"]]
        own = max((most(one["give0"], one["give1"]) for one in outcomes), default=0.0)
        return most(row["give0"], row["give1"]) + own
