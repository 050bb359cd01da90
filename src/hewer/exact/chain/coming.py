"""How items come and go of themselves: arrivals, who turns away, who loses patience (rules 5, 12 and 16)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hewer.engine.codes import AS_ITS_KIND, NONE, UNLIMITED
from hewer.errors import EndlessError
from hewer.exact.chain.drawing import Draws, PlaceError
from hewer.exact.chain.state.items import Sort
from hewer.exact.chain.state.moment import Moment
from hewer.exact.chain.state.phases import truth
from hewer.exact.chain.state.plant import Leave, Source


class Rows:
    """Where each count stands: starts and ends by instance, in and out by stock, what came by source."""

    def __init__(self, instances: int, stocks: int, sources: int, hazards: int) -> None:
        self.started, self.ended = 0, instances
        self.arrived = 2 * instances
        self.departed = self.arrived + stocks
        self.left = self.departed + stocks
        self.came = self.left + stocks
        self.lost = self.came + sources
        self.balked = self.lost + sources
        self.diverted = self.balked + sources
        self.interrupted = self.diverted + sources
        self.struck = self.interrupted + instances
        self.total = self.struck + hazards


class Coming:
    """Lets items enter and leave the stocks of a plant, without anybody's work.

    Parameters
    ----------
    draws : Draws
    rows : Rows
    """

    def __init__(self, draws: Draws, rows: Rows) -> None:
        self.draws, self.rows = draws, rows
        self.m: Moment = draws.m
        self.plant = self.m.plant
        self.end: Callable[[int], None] = lambda sort: None  # where a token ends, its unit is mended
        self.over = False  # the shift: nobody loses patience any more
        self.watched = [
            leave for leave in self.plant.leaves if leave.when != NONE or self.plant.stocks[leave.to].limited
        ]

    # Arrivals.

    def open(self) -> None:
        """Let the stocks hold what they hold at the start, and draw when each source fires first."""
        m = self.m
        for s in m.queued:
            stock = self.plant.stocks[s]
            sort = self._as_its_kind(m.sorts.blank(self.plant.default_class), stock.start_kind)
            m.levels[s] = 0
            m.put(s, stock.start, [m.sorts.number(self._stated(None, sort)) for _ in range(stock.start)])
        for leave in self.plant.leaves:
            if leave.stock in m.queues and self._keeps_patience(leave):
                queue = m.queues[leave.stock]
                queue[:] = [(entry, self._patient(leave, number)) for entry, number in queue]
        for number, source in enumerate(self.plant.sources):
            m.sources.append((0, NONE if source.limit >= UNLIMITED else source.limit))
            self.schedule(number, source.first if source.first >= 0 else source.every)

    def schedule(self, number: int, what: int) -> None:
        """Draw when a source fires next."""
        m = self.m
        source, left = self.plant.sources[number], m.sources[number][1]
        if left == 0 or math.isinf(source.mean):
            m.sources[number] = (NONE, 0)
            return
        phases = (source.mean,) if source.mean else self.draws.time(source, what)
        if phases:
            m.sources[number] = (m.phase_number(phases), left)
        else:
            self.count(-1 - number, "arrivals come")
            m.sources[number] = (NONE, left)
            m.arriving.append(number)

    def arrive(self, number: int) -> None:
        """Let a source fire: who comes turns away, enters, goes elsewhere or is lost."""
        m, rows, source = self.m, self.rows, self.plant.sources[number]
        if source.chance == NONE or self.draws.happens(source, source.chance, "rate"):
            amount = self.draws.amount(source, source.amount, source.fixed)
            m.noted.append((rows.came + number, amount))
            priority = self._priority(source)
            if source.balks != NONE and self.draws.happens(source, source.balks, "balks"):
                m.noted.append((rows.balked + number, amount))
                lost = self._divert(number, source.balk_to, amount, priority)
                lost = 0 if source.balk_to == NONE else lost
            else:
                lost = amount - self._bring(source, source.stock, amount, priority)
                lost = self._divert(number, source.full_to, lost, priority)
            if lost:
                m.noted.append((rows.lost + number, lost))
            left = m.sources[number][1]
            m.sources[number] = (NONE, left - 1 if left > 0 else left)
        self.schedule(number, source.every)

    def _priority(self, source: Source) -> int:
        """Draw the priority of the items of an arrival."""
        if source.priority < 0 or not any(self.plant.stocks[s].items for s in source.targets):
            return source.priority_class
        return self.draws.amount(source, source.priority, 0)

    def _bring(self, source: Source, stock: int, amount: int, priority: int) -> int:
        """Let as much enter a stock as finds room, and return how much that is."""
        m, one = self.m, self.plant.stocks[stock]
        fits = max(0, min(amount, m.room(stock))) if one.limited else amount
        if fits:
            told = stock in m.queues and m.told
            sorts = [self._sort(source, priority) if told else m.sorts.plain for _ in range(fits)]
            self.enter(stock, fits, sorts if one.items else [])
        return fits

    def _divert(self, number: int, stock: int, amount: int, priority: int) -> int:
        """Let what found no room, or turned away, enter another stock; return what finds none there."""
        if stock == NONE or not amount:
            return amount
        fits = self._bring(self.plant.sources[number], stock, amount, priority)
        if fits:
            self.m.noted.append((self.rows.diverted + number, fits))
        return amount - fits

    def _sort(self, source: Source, priority: int) -> int:
        """Draw what an item that a source makes is like."""
        sorts = self.m.sorts
        kind = source.kind_fixed
        if source.kind >= 0:
            kind = int(self.draws.value(source, source.kind, sorts.known[sorts.plain]))
        sort = sorts.blank(priority)
        if source.priority == AS_ITS_KIND:
            sort = self._as_its_kind(sort, kind)
        return sorts.number(self._stated(source, sort._replace(kind=kind)))

    def _as_its_kind(self, sort: Sort, kind: int) -> Sort:
        if kind < 0:
            return sort
        stated = int(self.plant.program.kind["priority"][kind])
        return sort._replace(kind=kind, priority=stated if stated >= 0 else sort.priority)

    def _stated(self, source: Source | None, sort: Sort) -> Sort:
        """Give an item the attributes that its source and its kind state (rule 6)."""
        program = self.plant.program
        if source is None and sort.kind < 0:
            return sort
        recipe = program.recipe[sort.kind if source is None else source.recipe + 1 + sort.kind]
        for k in range(int(recipe["assign0"]), int(recipe["assign1"])):
            column, what = int(program.assign["column"][k]), int(program.assign["what"][k])
            values = list(sort.attributes)
            values[column] = self.draws.value(source or self.plant, what, sort)
            sort = sort._replace(attributes=tuple(values))
        return sort

    # Entering and leaving a stock.

    def enter(self, stock: int, amount: int, sorts: Sequence[int]) -> None:
        """Let bulk, or items of these sorts, enter a stock; each item with a patience of its own."""
        m, one = self.m, self.plant.stocks[stock]
        m.noted.append((self.rows.arrived + stock, amount))
        if one.sink and m.failing:
            for number in sorts:
                self.end(number)
        leave = self.plant.leaves[one.leave] if one.leave >= 0 else None
        if leave is None or stock not in m.queues or self.over or not self._keeps_patience(leave):
            m.put(stock, amount, sorts)
            return
        for number in sorts:
            m.levels[stock] += 1
            patient = self._patient(leave, number)
            m.levels[stock] -= 1
            m.put(stock, 1, [patient])

    def _keeps_patience(self, leave: Leave) -> bool:
        return leave.after != NONE and not leave.mean

    def _patient(self, leave: Leave, number: int) -> int:
        """Draw how long an item waits."""
        sort = self.m.sorts.known[number]
        patience = self.draws.time(leave, leave.after, (), sort)
        if not patience:
            raise PlaceError(leave, "after", "a patience of 0 has no phases")
        return self.m.sorts.number(sort._replace(patience=patience))

    def lose_patience(self, number: int, place: int) -> None:
        """Let the patience of an item of a stock be over; without room where it would go it waits on."""
        m, leave = self.m, self.plant.leaves[number]
        if self._has_room(leave):
            self._quit(leave, place)
            return
        entry, sort = m.queues[leave.stock][place]
        overdue = m.sorts.known[sort]._replace(patience=())
        m.queues[leave.stock][place] = (entry, m.sorts.number(overdue))

    def _has_room(self, leave: Leave) -> bool:
        return not self.plant.stocks[leave.to].limited or self.m.room(leave.to) >= 1

    def _quit(self, leave: Leave, place: int) -> None:
        m = self.m
        m.noted.append((self.rows.left + leave.stock, 1))
        sorts = [m.sorts.calm(m.draw_out(leave.stock, place))]
        self.enter(leave.to, 1, sorts)

    def leave(self) -> None:
        """Let all leave who wait where a condition holds, or are overdue; again, until nobody does."""
        while sum(self._leave_stock(leave) for leave in self.watched):
            pass

    def _leave_stock(self, leave: Leave) -> bool:
        m, waiting = self.m, self.m.levels[leave.stock]
        all_go = leave.when != NONE and waiting > 0 and truth(self.plant.program, leave.when, m.levels)
        moved, place = False, 0
        queue = m.queues.get(leave.stock)
        for _ in range(waiting):
            goes = all_go or (queue is not None and m.sorts.known[queue[place][1]].patience == ())
            if goes and self._has_room(leave):
                self._quit(leave, place)
                moved = True
            else:
                place += 1
        if moved:
            self.count(-1 - len(self.plant.sources) - leave.stock, "items leave a stock")
        return moved

    def count(self, what: int, words: str = "") -> None:
        """Count a start, an arrival or a leaving: at one instant they have a limit (rule 5)."""
        starts = self.m.starts
        starts[what] = starts.get(what, 0) + 1
        if starts[what] > self.plant.most_starts:
            doing = words or "work that takes no time starts"
            raise EndlessError(f"{doing} again and again at one instant")
