"""The things of a workplace, as plain Python objects, rebuilt from a Program.

Slow and obvious on purpose: an object for each item, stock, instance, work and worker. Rule numbers
refer to ``docs/semantics.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hewer.choice_rules import Choice
from hewer.engine.codes import BY_STEP, Change, Order, Phase, Requirement, WorkerState
from hewer.engine.program import Program


@dataclass(eq=False)
class Area:
    """The integral of a level over the accounted time."""

    begin: int
    end: int
    value: int = 0
    since: int = 0
    total: int = 0

    def set(self, now: int, value: int) -> None:
        """Change the level at tick `now`."""
        self.total += self.value * max(0, min(now, self.end) - max(self.since, self.begin))
        self.value, self.since = value, now


@dataclass(eq=False)
class Family:
    """An item and all its descendants (rule 12)."""

    founded: int
    living: int = 1


@dataclass(eq=False)
class Item:
    lineage: int
    birth: int
    family: Family
    priority: int
    entry: int = 0
    children: int = 0
    patience: list[Any] | None = None  # its entry in the calendar
    overdue: bool = False
    visits: dict[int, int] = field(default_factory=dict)
    kind: int = -1
    step: int = 0  # steps behind it
    attributes: list[float] = field(default_factory=list)
    key: float = 0.0  # by which its stock is ordered


@dataclass(eq=False)
class Leave:
    """How items leave a stock of themselves (rule 16)."""

    row: Any
    key: int


@dataclass(eq=False)
class Stock:
    index: int
    counted: bool
    order: Order
    capacity: int
    sink: int
    declared: int
    area: Area
    by: int  # code of the key of its order
    level: int = 0
    reserved: int = 0
    held: int = 0
    queue: list[Item] = field(default_factory=list)  # the first to be taken stands first
    arrived: int = 0
    departed: int = 0
    waited: int = 0
    peak: int = 0
    left: int = 0
    leave: Leave | None = None

    @property
    def room(self) -> int:
        """What could be put in without passing the capacity (rule 10)."""
        return self.capacity - self.level - self.held - self.reserved

    @property
    def limited(self) -> bool:
        return self.capacity < 1 << 62

    def change(self, now: int, amount: int) -> None:
        """Raise (or lower) the level."""
        self.level += amount
        self.area.set(now, self.level)
        if amount > 0:
            self.peak = max(self.peak, self.level)

    def put_back(self, now: int, amount: int) -> None:
        """Return what a work took and gives up; it may pass the capacity and is no peak (rule 11)."""
        self.level += amount
        self.area.set(now, self.level)

    def insert(self, item: Item) -> None:
        """Let an item stand in the queue where the order puts it."""
        if self.order == Order.LIFO:
            self.queue.insert(0, item)
        elif self.order == Order.PRIORITY:
            ahead = sum(1 for other in self.queue if other.priority <= item.priority)
            self.queue.insert(ahead, item)
        elif self.order == Order.KEYED:
            ahead = sum(1 for other in self.queue if other.key <= item.key)
            self.queue.insert(ahead, item)
        else:
            self.queue.append(item)


@dataclass(eq=False)
class Required:
    """A requirement judged on stocks."""

    kind: Requirement
    stock: int
    code: int
    amount: int
    reserve: int
    take: int
    within: int
    alarm: list[Any] | None = None  # entry in the calendar
    met: bool = False
    since: int = 0


@dataclass(eq=False)
class Unit:
    """A unit of a tool that is carried."""

    place: int
    work: Work | None = None


@dataclass(eq=False)
class Setting:
    """A unit of a tool that is set up."""

    freed: int
    set_for: int = -1
    work: Work | None = None


@dataclass(eq=False)
class Hazard:
    """What strikes by chance: a unit of a tool that fails, or a person's absence."""

    index: int
    row: Any
    key: int
    number: int = 0
    left: int = 0
    due: int = 0
    entry: list[Any] | None = None  # in the calendar
    running: bool = False  # its time at work
    down: bool = False
    work: Work | None = None  # that holds the unit
    token: Item | None = None
    instant: int = -1
    strikes: int = 0
    struck: int = 0
    area: Any = None

    @property
    def by_use(self) -> bool:
        return bool(self.row["use"])


@dataclass(eq=False)
class Pool:
    """A unit resource: the room of a place or the units of a tool."""

    index: int
    is_room: bool
    declared: int
    count: int
    free: int
    area: Area
    units: list[Unit]  # those that are carried
    table: int = -1  # of changing over
    settings: list[Setting] = field(default_factory=list)  # its units, where it is set up
    free_since: int = 0
    returned: int = 0
    failing: list[Hazard] = field(default_factory=list)  # units, where they fail


@dataclass(eq=False)
class Need:
    pool: Pool
    amount: int
    granted: bool = False
    stamp: int = 0
    joined: int | None = None


@dataclass(eq=False)
class Take:
    index: int
    stock: int
    lane: int
    counted: bool
    low: int
    high: int
    amount: int
    family: int  # 1: of one family, 2: all of it
    required: Required


@dataclass(eq=False)
class Give:
    stock: int
    counted: bool
    fixed: int
    amount: int


@dataclass(eq=False)
class Outcome:
    cumulative: float
    chance: int
    share: float
    gives: list[Give]
    sets: range


@dataclass(eq=False)
class Join:
    mask: int
    preference: int
    asked: list[int]


@dataclass(eq=False)
class Instance:
    """An activity at one member of its place. `row` holds the constants of the Program."""

    index: int
    row: Any
    required: list[Required]
    takes: list[Take]
    gives: list[Give]
    outcomes: list[Outcome]
    needs: list[Need]
    slots: int
    joins: dict[int, Join]  # by group
    key: int
    busy: Area
    stuck: Area
    manner: Any
    staffed: bool = True
    serial: int = -1
    started: int = 0
    starts: int = 0
    instant: int = -1
    instant_starts: int = 0
    set_ups: int = 0
    set_up: int = 0
    n_started: int = 0
    n_ended: int = 0
    n_interrupted: int = 0
    suspended: list[Work] = field(default_factory=list)  # of a resumption: by start serial

    @property
    def activity(self) -> int:
        return int(self.row["activity"])

    @property
    def overtake(self) -> bool:
        return bool(self.row["overtake"])

    @property
    def by_step(self) -> bool:
        return bool(self.row["traits"] & BY_STEP)

    @property
    def takes_items(self) -> bool:
        return any(take.counted for take in self.takes)

    @property
    def stocks_met(self) -> bool:
        return all(required.met for required in self.required)

    @property
    def ready(self) -> bool:
        """Nothing is missing, people apart."""
        return self.staffed and self.stocks_met and all(need.granted for need in self.needs)


@dataclass(eq=False)
class Group:
    index: int
    choice: Choice
    rule: int  # of the user's own, or -1


@dataclass(eq=False)
class Worker:
    index: int
    role: int
    group: int
    could_fill: list[int]
    place: int
    state: WorkerState = WorkerState.IDLE
    since: int = 0  # of the present state
    idle_since: int = 0
    idle_serial: int = 0
    work: Work | None = None
    walk_until: int = 0
    walk_left: int = 0
    duty: Duty | None = None
    on: bool = True  # on duty
    in_line: bool = False
    before: Worker | None = None  # in his line
    goal: int = -1  # place he goes back to
    approach: list[Any] | None = None  # his arrival in the calendar, while he goes back to take over
    stream: int = 0
    turns: int = 0  # works that he joined
    set_for: int = -1
    breaks: int = 0  # and absences, in progress
    pausing: bool = False  # on break while his work waits for him
    absent: bool = False
    hazard: Hazard | None = None
    done: bool = False
    overtime: int = 0
    repeated: dict[int, int] = field(default_factory=dict)  # times each activity was done
    fatigue: float = 0.0
    tiring: str = "rest"  # what the present state does to it: work, way or rest
    tiring_since: int = 0

    @property
    def off(self) -> bool:
        return self.done or self.breaks > 0 or not self.on

    @property
    def away(self) -> WorkerState:
        """The state of one who is off: off duty, absent, or on break."""
        if not self.on:
            return WorkerState.OFF
        return WorkerState.ABSENT if self.absent else WorkerState.BREAK

    @property
    def free(self) -> bool:
        return self.work is None and not self.off and self.approach is None


@dataclass(eq=False)
class Work:
    """A work record (rule 8)."""

    instance: Instance
    serial: int
    started: int
    key: int
    team: list[Worker]
    amounts: list[int]
    items: list[list[Item]]  # by take
    phase: Phase = Phase.WALKING
    destination: int = -1
    content: int = 0
    rate: float = 1.0
    end: int = 0
    left: int = 0  # ticks to go while paused
    entry: list[Any] | None = None
    outcome: int = -1
    gives: list[tuple[Give, int]] = field(default_factory=list)
    lacks: int = -1
    onward: int = -1  # stock in which room is reserved for what goes onward
    walking: bool = True  # not begun
    returning: bool = False  # people on the way to go on with it
    remaining: int = 0  # content left while suspended; -1: to be drawn anew
    redraws: int = 0
    since: int = 0  # the rank with which it was started
    earlier: int = -1
    owners: list[Worker] = field(default_factory=list)

    @property
    def all_items(self) -> list[Item]:
        return [item for items in self.items for item in items]


@dataclass(eq=False)
class Source:
    index: int
    row: Any
    key: int
    number: int = 0
    tries: int = 0  # candidates refused since the last arrival
    items: int = 0
    arrived: int = 0
    lost: int = 0
    balked: int = 0
    diverted: int = 0


@dataclass(eq=False)
class Rest:
    """A break."""

    index: int
    begin: int
    end: int
    finish: bool
    roles: frozenset[int]
    on: bool = False


@dataclass(eq=False)
class Duty:
    """When those with the same calendars are on duty."""

    index: int
    on: bool
    changes: list[tuple[int, Change]]  # to come, the next one first


def read_pools(program: Program, window: tuple[int, int]) -> list[Pool]:
    return [
        Pool(
            index=i,
            is_room=bool(row["is_room"]),
            declared=int(row["declared"]),
            count=int(row["count"]),
            free=int(row["count"]),
            area=Area(*window),
            units=[Unit(int(unit["place"])) for unit in program.unit[row["unit0"] : row["unit1"]]],
        )
        for i, row in enumerate(program.pool)
    ]


def read_stocks(program: Program, window: tuple[int, int]) -> list[Stock]:
    return [
        Stock(
            index=i,
            counted=bool(row["items"]),
            order=Order(int(row["order"])),
            capacity=int(row["capacity"]),
            sink=int(row["sink"]),
            declared=int(row["declared"]),
            area=Area(*window),
            by=int(row["by"]),
        )
        for i, row in enumerate(program.stock)
    ]


def _read_gives(program: Program, first: int, last: int) -> list[Give]:
    return [
        Give(int(row["stock"]), bool(row["items"]), int(row["fixed"]), int(row["amount"]))
        for row in program.give[first:last]
    ]


def _read_required(program: Program, index: int) -> Required:
    row = program.requirement[index]
    return Required(
        Requirement(int(row["kind"])),
        int(row["stock"]),
        int(row["code"]),
        int(row["amount"]),
        int(row["reserve"]),
        int(row["take"]),
        int(row["within"]),
    )


def _read_join(program: Program, index: int) -> Join:
    row, width = program.join[index], int(program.scalar[0]["rule_width"])
    asked = [int(what) for what in program.asked[index * width : (index + 1) * width]]
    return Join(int(row["mask"]), int(row["preference"]), asked)


def read_instance(program: Program, index: int, pools: list[Pool], key: int) -> Instance:
    """Rebuild one instance with all that hangs on it."""
    row = program.instance[index]
    window = (int(program.scalar[0]["warm_up"]), int(program.scalar[0]["horizon"]))
    required = {i: _read_required(program, i) for i in range(row["req0"], row["req1"])}
    takes = [
        Take(
            k, int(t["stock"]), int(t["lane"]), bool(t["items"]), int(t["low"]), int(t["high"]),
            int(t["amount"]), int(t["family"]),
            required[int(t["req"])],
        )
        for k, t in enumerate(program.take[row["take0"] : row["take1"]], int(row["take0"]))
    ]  # fmt: skip
    return Instance(
        index=index,
        row=row,
        required=list(required.values()),
        takes=takes,
        gives=_read_gives(program, row["give0"], row["give1"]),
        outcomes=[
            Outcome(
                float(o["cumulative"]), int(o["chance"]), float(o["share"]),
                _read_gives(program, o["give0"], o["give1"]), range(o["set0"], o["set1"]),
            )
            for o in program.outcome[row["outcome0"] : row["outcome1"]]
        ],
        needs=[
            Need(pools[int(n["pool"])], int(n["amount"])) for n in program.need[row["need0"] : row["need1"]]
        ],
        slots=int(row["post1"] - row["post0"]),
        joins={
            int(program.join[j]["group"]): _read_join(program, j) for j in range(row["join0"], row["join1"])
        },
        key=key,
        busy=Area(*window),
        stuck=Area(*window),
        manner=program.manner[index],
    )  # fmt: skip


def read_duties(program: Program) -> list[Duty]:
    return [
        Duty(
            i,
            bool(row["on"]),
            [
                (int(c["tick"]), Change(int(c["what"])))
                for c in program.change[row["change0"] : row["change1"]]
            ],
        )
        for i, row in enumerate(program.duty)
    ]


def read_workers(program: Program, duties: list[Duty]) -> list[Worker]:
    workers = [
        Worker(
            index=i,
            role=int(row["role"]),
            group=int(row["skill"]),
            in_line=bool(row["in_line"]),
            could_fill=[int(k) for k in program.could_fill[row["first0"] : row["first1"]]],
            place=int(row["home"]),
            idle_serial=i,
            duty=duties[int(row["duty"])] if row["duty"] >= 0 else None,
            stream=int(row["stream"]),
        )
        for i, row in enumerate(program.worker)
    ]
    for worker, row in zip(workers, program.worker, strict=True):
        worker.before = workers[int(row["before"])] if row["before"] >= 0 else None
        if worker.duty is not None and not worker.duty.on:
            worker.on, worker.state = False, WorkerState.OFF
    return workers


def read_breaks(program: Program) -> list[Rest]:
    return [
        Rest(
            i, int(row["begin"]), int(row["end"]), bool(row["finish"]),
            frozenset(int(r) for r in program.break_role[row["role0"] : row["role1"]]),
        )
        for i, row in enumerate(program.breaks)
    ]  # fmt: skip
