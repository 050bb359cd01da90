"""The state of one replication: everything there is, the clock, the calendar, draws and accounts."""

from __future__ import annotations

import heapq
import math
from typing import Any

import numpy as np

from hewer.choice_rules import Choice
from hewer.engine import draws
from hewer.engine.codes import Class, Event, Op, Order, WorkerState
from hewer.engine.program import Program, columns
from tests.oracle.objects import (
    Area,
    Family,
    Group,
    Hazard,
    Instance,
    Item,
    Leave,
    Setting,
    Source,
    Stock,
    Work,
    Worker,
    read_breaks,
    read_duties,
    read_instance,
    read_pools,
    read_stocks,
    read_workers,
)
from tests.oracle.pace import tire

NTH = 0x8EBC6AF09C88C6E3
MASK = (1 << 64) - 1


class EndlessError(Exception):
    """Too many starts of one instance at one instant (rule 5)."""


class BadNumberError(Exception):
    """A drawn time or amount is negative, not a number or too large."""


class RuleError(Exception):
    """A rule of the user's own raises, or returns no number."""


def nth_key(key: int, n: int) -> int:
    """Key of the `n`-th draw where one block needs several."""
    return (int(key) + n * NTH) & MASK


class Shop:
    """A workplace in the course of one replication.

    Parameters
    ----------
    program : Program
    seed, world, replication : int
    """

    def __init__(self, program: Program, seed: int, world: int, replication: int) -> None:
        self.program = program
        scalar = program.scalar[0]
        self.warm_up, self.horizon = int(scalar["warm_up"]), int(scalar["horizon"])
        self.shift, self.limit = int(scalar["shift"]), int(scalar["limit_per_instant"])
        window = (self.warm_up, self.horizon)
        self.key = draws.replication_key(seed, world, replication)
        self.now = 0
        self.shift_over = False
        self.log: list[tuple[int, int, int, int, int]] = []
        self.stocks = read_stocks(program, window)
        self.pools = read_pools(program, window)
        self.instances = [
            read_instance(program, i, self.pools, self.stream(program.instance[i]["stream"]))
            for i in range(len(program.instance))
        ]
        self.groups = [
            Group(i, Choice(int(row["choice"])), int(row["rule"])) for i, row in enumerate(program.group)
        ]
        self.duties = read_duties(program)
        self.workers = read_workers(program, self.duties)
        self.hazards = [
            Hazard(i, row, self.stream(row["stream"]), area=Area(*window))
            for i, row in enumerate(program.hazard)
        ]
        for hazard in self.hazards:
            if hazard.row["pool"] >= 0:
                self.pools[hazard.row["pool"]].failing.append(hazard)
            else:
                self.workers[hazard.row["worker"]].hazard = hazard
        self.sources = [Source(i, row, self.stream(row["stream"])) for i, row in enumerate(program.source)]
        self.breaks = read_breaks(program)
        for row in program.leave:
            self.stocks[int(row["stock"])].leave = Leave(row, self.stream(row["stream"]))
        for k, row in enumerate(program.setting):
            self.pools[int(row["pool"])].settings.append(Setting(k))
        for pool, row in zip(self.pools, program.pool, strict=True):
            pool.table = int(row["table"])
        self.units_freed = len(program.setting)
        self.columns = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
        self.worker_time = [[0] * self.columns.total for _ in self.workers]
        self.flow = [dict.fromkeys(FLOW_FIELDS, 0) for _ in program.flow]
        self.calendar: list[list[Any]] = []
        self.insertions = 0
        self.starts = 0  # start serial of the next work
        self.freed = len(self.workers)
        self.living = 0
        self.works: list[Work] = []  # in hand, in order of start
        self.blocked: list[Work] = []  # earliest first
        self.claims: dict[Worker, Instance] = {}
        self.deadlock = -1
        self.last_event = 0
        self.arrival_tick, self.arrivals_now = -1, 0
        self.leave_tick, self.leavings = -1, 0

    def stream(self, stream: int) -> int:
        return int(draws.stream_key(np.uint64(stream), np.uint64(self.key)))

    def note(self, event: Event, a: int, b: int, x: int) -> None:
        self.log.append((self.now, int(event), a, b, x))

    # The calendar: entries [tick, class, serial, what, thing]; a cancelled entry has what = None.

    def schedule(self, tick: int, event_class: Class, what: str, thing: Any) -> list[Any]:
        entry = [tick, int(event_class), self.insertions, what, thing]
        self.insertions += 1
        heapq.heappush(self.calendar, entry)
        return entry

    def cancel(self, entry: list[Any] | None) -> None:
        if entry is not None:
            entry[3] = None

    def next_tick(self) -> int | None:
        while self.calendar and self.calendar[0][3] is None:
            heapq.heappop(self.calendar)
        return self.calendar[0][0] if self.calendar else None

    # Items.

    def new_item(self, lineage: int, birth: int, priority: int) -> Item:
        self.living += 1
        unset = [float(row["unset"]) for row in self.program.attribute[:-2]]
        return Item(int(lineage), birth, Family(birth), priority, attributes=unset)

    def child(self, parent: Item) -> Item:
        """Make a child of `parent` (rule 12)."""
        lineage = int(draws.child_lineage(np.uint64(parent.lineage), parent.children))
        parent.children += 1
        parent.family.living += 1
        self.living += 1
        return Item(
            lineage, parent.birth, parent.family, parent.priority,
            kind=parent.kind, step=parent.step, attributes=list(parent.attributes),
        )  # fmt: skip

    def end_item(self, item: Item) -> None:
        item.family.living -= 1
        self.living -= 1
        for hazard in self.hazards:
            if hazard.token is item:
                hazard.token = None
                mend(self, hazard)

    def put_item(self, stock: Stock, item: Item) -> None:
        """Let an item enter a stock; in a sink it leaves the system."""
        stock.arrived += 1
        stock.change(self.now, 1)
        if stock.sink < 0:
            self.enter(stock, item)
            self.begin_patience(stock, item)
            return
        self.end_item(item)
        record = self.flow[stock.sink]
        time = self.now - item.birth
        self.note(Event.LEAVE, stock.index, -1, time)
        _count(record, "left", "sum", "largest", time)
        if item.family.living == 0:
            time = self.now - item.family.founded
            self.note(Event.CLOSE, stock.index, -1, time)
            _count(record, "closed", "closed_sum", "closed_largest", time)

    def enter(self, stock: Stock, item: Item) -> None:
        """Let an item stand in a stock, at the place that its order gives it."""
        item.entry = self.now
        if stock.order == Order.KEYED:
            key = self.evaluate(stock.by, [], 0, 0, item)
            item.key = math.inf if math.isnan(key) else key
        stock.insert(item)

    def begin_patience(self, stock: Stock, item: Item) -> None:
        """Draw how long an item waits in its stock (rule 16)."""
        leave = stock.leave
        if leave is None or leave.row["after"] == -1 or self.shift_over:
            return
        column, number = int(leave.row["visit"]), 0
        if column >= 0:
            number = item.visits.get(column, 0)
            item.visits[column] = number + 1
        key = int(draws.work_key(np.uint64(leave.key), np.uint64(item.lineage & MASK), number))
        wait = self.draw(int(leave.row["after"]), [], key, draws.PATIENCE, item)
        if wait == 0:
            self.count_leavings()
        item.patience = self.schedule(self.now + wait, Class.TIMER, "patience over", (stock, item))

    def end_patience(self, item: Item) -> None:
        """An item leaves the stock it waits in, whatever the reason."""
        self.cancel(item.patience)
        item.patience, item.overdue = None, False

    def count_leavings(self) -> None:
        """Rounds of leaving, and patience that is over at once, have a limit at one instant (rule 5)."""
        if self.leave_tick != self.now:
            self.leave_tick, self.leavings = self.now, 0
        self.leavings += 1
        if self.leavings > self.limit:
            raise EndlessError

    def put_bulk(self, stock: Stock, amount: int) -> None:
        stock.arrived += amount
        stock.change(self.now, amount)

    # Draws (rule 7).

    def draw(self, what: int, amounts: list[int], key: int, block: int, item: Item | None = None) -> int:
        """Draw a time or an amount: a distribution, or (below -1) the code at -2 - what."""
        program = self.program
        if what >= 0:
            value = float(draws.sample(program.distribution, what, program.table, np.uint64(key), block))
        else:
            value = self.evaluate(-2 - what, amounts, key, block, item)
        if not 0.0 <= value < float(1 << 61):
            raise BadNumberError(value)
        return int(np.rint(value))

    def evaluate(self, at: int, amounts: list[int], key: int, block: int, item: Item | None = None) -> float:
        """Value of the postfix code at `at`; `item` is the item at hand."""
        stack: list[Any] = []
        drawn = 0
        with np.errstate(all="ignore"):
            while True:
                op, a, x = Op(int(self.program.code[at]["op"])), int(self.program.code[at]["a"]), 0.0
                x = float(self.program.code[at]["x"])
                at += 1
                if op == Op.END:
                    return float(stack[0])
                if op == Op.CONST:
                    stack.append(np.float64(x))
                elif op == Op.LEVEL:
                    stack.append(np.float64(x) * self.stocks[a].level)
                elif op == Op.TAKEN:
                    stack.append(np.float64(x) * amounts[a])
                elif op in {Op.ITEM, Op.KIND, Op.STEP}:
                    stack.append(np.float64(self._of_item(op, a, item)))
                elif op == Op.TAKEABLE:
                    take = self.program.take[a]
                    wanted = next(t for i in self.instances for t in i.takes if t.index == a)
                    stack.append(np.float64(x) * min(wanted.high, self.level(int(take["lane"]))))
                elif op == Op.NOW:
                    stack.append(np.float64(x) * self.now)
                elif op == Op.DRAW:
                    key_n = np.uint64(nth_key(key, drawn))
                    drawn += 1
                    value = draws.sample(self.program.distribution, a, self.program.table, key_n, block)
                    stack.append(np.float64(x) * value)
                elif op in UNARY:
                    stack.append(np.float64(UNARY[op](stack.pop())))
                else:
                    second, first = stack.pop(), stack.pop()
                    stack.append(np.float64(BINARY[op](first, second, x)))

    def _of_item(self, op: Op, a: int, item: Item | None) -> float:
        if op == Op.ITEM:
            return item.attributes[a] if item else float(self.program.attribute[a]["unset"])
        if op == Op.KIND:
            return float(item.kind) if item else -1.0
        return float(item.step + 1) if item else 0.0

    # Kinds, routes, lanes.

    def next_step(self, item: Item, ahead: int = 0) -> Any:
        """The step that an item waits for, or another ahead of it; None behind the last."""
        if item.kind < 0:
            return None
        kind = self.program.kind[item.kind]
        step = int(kind["route0"]) + item.step + ahead
        return self.program.step[step] if step < kind["route1"] else None

    def onward(self, item: Item, ahead: int = 0) -> int:
        """The stock to which its route leads an item."""
        step = self.next_step(item, ahead)
        return int(self.program.kind[item.kind]["to"] if step is None else step["stock"])

    def whole(self, lane: int) -> Stock:
        """The stock that a lane is a part of, or the stock itself."""
        if lane < len(self.stocks):
            return self.stocks[lane]
        return self.stocks[int(self.program.lane[lane - len(self.stocks)]["whole"])]

    def standing(self, lane: int) -> list[Item]:
        """The items in a lane, the first to be taken first: those whose step there is the activity's."""
        if lane < len(self.stocks):
            return self.stocks[lane].queue
        stock = self.whole(lane)
        serves = int(self.program.lane[lane - len(self.stocks)]["serves"])
        found = []
        for item in stock.queue:
            step = self.next_step(item)
            here = step is not None and step["stock"] == stock.index
            if serves == (int(step["activity"]) if here else -1):
                found.append(item)
        return found

    def level(self, lane: int) -> int:
        return self.stocks[lane].level if lane < len(self.stocks) else len(self.standing(lane))

    def at_hand(self, instance: Instance) -> Item | None:
        """The first item that an instance would take, or the carrier of the work that it would resume."""
        if instance.row["origin"] >= 0:
            return next((item for work in instance.suspended[:1] for item in work.all_items), None)
        if instance.manner["take"] < 0:
            return None
        lane = int(self.program.take[instance.manner["take"]]["lane"])
        return next(iter(self.standing(lane)), None)

    def attribute_value(self, row: Any, identity: int, number: int, item: Item) -> float:
        """What an assignment comes to; its draws are keyed by the attribute (rule 7)."""
        column = int(row["column"])
        names = len(self.program.attribute)
        at = column if column >= 0 else names - 3 - column
        stream = np.uint64(self.stream(self.program.attribute[at]["stream"]))
        key = int(draws.work_key(stream, np.uint64(identity), number))
        what = int(row["what"])
        if what >= 0:
            return float(draws.sample(self.program.distribution, what, self.program.table, np.uint64(key), 0))
        return self.evaluate(-2 - what, [], key, 0, item)

    def follow_recipe(self, item: Item, recipe: int) -> None:
        """Give an item the attributes that its kind and source state."""
        row = self.program.recipe[recipe]
        for assign in self.program.assign[row["assign0"] : row["assign1"]]:
            item.attributes[int(assign["column"])] = self.attribute_value(assign, item.lineage, 0, item)

    def as_its_kind(self, item: Item) -> None:
        """Give an item the priority of its kind, if that has one."""
        if item.kind >= 0 and self.program.kind[item.kind]["priority"] >= 0:
            item.priority = int(self.program.kind[item.kind]["priority"])

    # Accounts of workers.

    def book(self, worker: Worker, column: int, first: int, last: int) -> None:
        first, last = max(first, self.warm_up), min(last, self.horizon)
        self.worker_time[worker.index][column] += max(0, last - first)

    def set_state(self, worker: Worker, state: WorkerState, idle_column: int = -1) -> None:
        """Book the present state of a worker up to now and enter another."""
        since, now = worker.since, self.now
        if worker.state == WorkerState.IDLE:
            assert idle_column >= 0 or now == since
            if now > since:
                self.book(worker, idle_column, since, now)
        elif worker.state == WorkerState.WALKING:
            arrived = min(now, max(since, worker.walk_until))
            self.book(worker, self.columns.walking, since, arrived)
            self.book(worker, self.columns.partner, arrived, now)
        else:
            self.book(worker, self._column(worker), since, now)
        tire(self, worker, state)
        if worker.work is not None and worker.state in {WorkerState.WORKING, WorkerState.WALKING}:
            worker.overtime += max(0, now - max(since, self.horizon))
        worker.state, worker.since = state, now

    def _column(self, worker: Worker) -> int:
        if worker.state == WorkerState.WORKING:
            assert worker.work is not None
            return worker.work.instance.activity
        if worker.state == WorkerState.BLOCKED:
            assert worker.work is not None
            return self.columns.blocked + self.stocks[worker.work.lacks].declared
        return {
            WorkerState.PARTNER: self.columns.partner,
            WorkerState.BREAK: self.columns.rest,
            WorkerState.DONE: self.columns.done,
            WorkerState.OFF: self.columns.off,
            WorkerState.ABSENT: self.columns.absent,
        }[worker.state]

    def count_works(self, instance: Instance) -> None:
        """Bring the integrals of an instance up to now."""
        in_hand = sum(1 for work in self.works if work.instance is instance and work not in self.blocked)
        stuck = sum(1 for work in self.blocked if work.instance is instance)
        instance.busy.set(self.now, in_hand)
        instance.stuck.set(self.now, stuck)


FLOW_FIELDS = (
    "left", "sum", "largest", "closed", "closed_sum", "closed_largest",
)  # fmt: skip


def _count(record: dict[str, int], number: str, total: str, largest: str, time: int) -> None:
    record[number] += 1
    record[total] += time
    record[largest] = max(record[largest], time)


UNARY: dict[Op, Any] = {
    Op.NEG: lambda a: -a,
    Op.NOT: lambda a: float(a == 0.0),
    Op.FLOOR: np.floor,
    Op.ROUND: np.rint,
    Op.CEIL: np.ceil,
    Op.ABS: abs,
    Op.SQRT: np.sqrt,
    Op.EXP: np.exp,
    Op.LOG: lambda a: np.log(a) if a > 0.0 else np.nan,
}

BINARY: dict[Op, Any] = {
    Op.ADD: lambda a, b, x: a + b,
    Op.SUB: lambda a, b, x: a - b,
    Op.MUL: lambda a, b, x: a * b,
    Op.DIV: lambda a, b, x: a / b if b != 0.0 else np.nan,
    Op.POW: lambda a, b, x: a**b,
    Op.MIN: lambda a, b, x: min(a, b),
    Op.MAX: lambda a, b, x: max(a, b),
    Op.LT: lambda a, b, x: a < b - x,
    Op.LE: lambda a, b, x: a <= b + x,
    Op.GT: lambda a, b, x: a > b + x,
    Op.GE: lambda a, b, x: a >= b - x,
    Op.EQ: lambda a, b, x: abs(a - b) <= x,
    Op.NE: lambda a, b, x: abs(a - b) > x,
    Op.AND: lambda a, b, x: a != 0.0 and b != 0.0,
    Op.OR: lambda a, b, x: a != 0.0 or b != 0.0,
}


# Hazards: what strikes by chance, and takes a while.


def hazard_time(shop: Shop, hazard: Hazard, what: str, block: int) -> int:
    """Draw a time of a hazard."""
    key = int(draws.work_key(np.uint64(hazard.key), np.uint64(0), hazard.number))
    return shop.draw(int(hazard.row[what]), [], key, block)


def arm(shop: Shop, hazard: Hazard) -> None:
    """Draw when it strikes the next time: by the clock, or after so much time at work."""
    hazard.left = hazard_time(shop, hazard, "every", draws.DURATION)
    hazard.entry, hazard.running = None, False
    if not hazard.by_use:
        hazard.entry = shop.schedule(shop.now + hazard.left, Class.FAILURE, "strike", hazard)


def mend(shop: Shop, hazard: Hazard) -> None:
    """A unit is back in service."""
    pool = shop.pools[hazard.row["pool"]]
    shop.note(Event.MEND, pool.index, int(hazard.row["unit"]), 0)
    hazard.down = False
    hazard.area.set(shop.now, 0)
    if hazard.work is None:
        if pool.free == 0:
            pool.free_since = shop.now
        pool.returned = shop.now
        pool.free += 1
    hazard.number += 1
    arm(shop, hazard)
