"""The compiled form of a model: a few structured arrays, no objects.

``Model`` (validated data) is compiled by :mod:`hewer.engine.compile` to a :class:`Program`; the
kernel and the plain-Python oracle interpret it. The arrays are at once the program and the initial
state: a run copies them and works on the copy.

Units: ``tick`` = 1 ns (or 1e-9 of the unit where time is dimensionless); ``grain`` = the resolution
of a bulk stock (1e-6 of its unit); items are counted. Index fields hold -1 for "none". A range
``x0, x1`` is half-open. Fields under "state" are written during a run; all others are constant.
Rule numbers refer to ``docs/semantics.md``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np

NONE = -1
UNLIMITED = np.int64(1) << np.int64(62)  # a capacity that never binds


class Requirement(IntEnum):
    """Kinds of requirement judged on stocks (rule 1)."""

    ITEMS = 0  # level >= amount; stamped by entry of the items
    BULK = 1  # level >= amount; stamped when last reached
    SPACE = 2  # capacity - level - held - reserved >= amount
    GUARD = 3  # code evaluates to true


class Order(IntEnum):
    """Which item is taken first."""

    FIFO = 0
    LIFO = 1
    PRIORITY = 2


class Choice(IntEnum):
    """Choice rules (rule 4). AUTOMATIC is the group of works that need nobody."""

    OLDEST = 0
    LISTED = 1
    LONGEST_QUEUE = 2
    NEAREST = 3
    AUTOMATIC = 4


class Overrun(IntEnum):
    """What becomes of work in hand at the end of the shift (rule 11)."""

    FINISH = 0
    PAUSE = 1
    STOP = 2


class Birth(IntEnum):
    """Birth of a carrier at completion (rule 12)."""

    CARRIER = 0
    OLDEST = 1
    NEWEST = 2
    NOW = 3


class Family(IntEnum):
    """Families of distributions and their parameters a, b, c (in ticks, grains, items or base units)."""

    CONSTANT = 0  # a
    EXPONENTIAL = 1  # mean a
    UNIFORM = 2  # low a, high b
    TRIANGULAR = 3  # low a, mode b, high c
    NORMAL = 4  # parent mean a, parent sd b, P(parent < 0) c: truncated at 0
    LOGNORMAL = 5  # mean a and sd b of the logarithm
    GAMMA = 6  # shape a, scale b
    ERLANG = 7  # phases a, mean of a phase b
    DISCRETE = 8  # table[t0:t1] cumulative probabilities, table[t1:2*t1-t0] values
    EMPIRICAL = 9  # table[t0:t1] sorted values, equally likely


class Op(IntEnum):
    """Postfix operations of expressions judged while running. ``a`` an index, ``x`` a number."""

    END = 0
    CONST = 1  # push x
    LEVEL = 2  # push level of stock a, times x
    TAKEN = 3  # push amount of the a-th take of this work, times x
    NOW = 4  # push clock in ticks, times x
    DRAW = 5  # push a draw of distribution a, times x
    ADD = 6
    SUB = 7
    MUL = 8
    DIV = 9  # by zero: nan
    POW = 10
    NEG = 11
    MIN = 12
    MAX = 13
    LT = 14  # comparisons: within x counts as equal
    LE = 15
    GT = 16
    GE = 17
    EQ = 18
    NE = 19
    AND = 20
    OR = 21
    NOT = 22
    FLOOR = 23
    CEIL = 24
    ABS = 25
    SQRT = 26
    EXP = 27
    LOG = 28
    ROUND = 29  # half to even


class WorkerState(IntEnum):
    """Exclusive states of a worker."""

    IDLE = 0
    WALKING = 1  # then PARTNER from ``walk_until``
    WORKING = 2
    BLOCKED = 3
    PARTNER = 4  # waiting for partner: claimed, arrived first, or the team is paused
    BREAK = 5
    DONE = 6


class Phase(IntEnum):
    """Phases of a work record (rule 8). FREE marks an unused record."""

    FREE = 0
    WALKING = 1
    WORKING = 2
    BLOCKED = 3
    PAUSED = 4
    HELD = 5  # kept unfinished, or finished and blocked, after the end of the shift


class Event(IntEnum):
    """Records of the event log: (tick, event, a, b, x)."""

    ARRIVE = 0  # a source, b stock, x items or grains
    LOST = 1  # a source, b stock, x items or grains that found no room
    START = 2  # a instance, b lead worker or -1, x start serial
    JOIN = 3  # a instance, b worker, x start serial: one per worker, lead first
    BEGIN = 4  # a instance, b -1, x start serial: work begins after a walk
    END = 5  # a instance, b outcome or -1, x start serial: completed and given
    BLOCK = 6  # a instance, b stock that lacks room (or is vetoed), x start serial
    RELEASE = 7  # a instance, b -1, x start serial: a blocked work gives (an END follows)
    PAUSE = 8  # a instance, b -1, x start serial
    RESUME = 9  # a instance, b -1, x start serial
    STOP = 10  # a instance, b -1, x start serial: given up
    LEAVE = 11  # a stock (sink), b -1, x flow time in ticks
    CLOSE = 12  # a stock (sink), b -1, x family time in ticks
    BREAK = 13  # a break, b 0 begins / 1 ends, x 0
    SHIFT_END = 14  # 0, 0, 0
    WARM_UP = 15  # 0, 0, 0


class Status(IntEnum):
    """What the kernel returns."""

    DONE = 0
    AGAIN = 1  # the budget of events is used up; call again
    GROW_ITEMS = 2
    GROW_WORKS = 3
    GROW_LOG = 4
    ENDLESS = 5  # rule 5: clock[0]["culprit"] is the instance or, counted on behind those, the source
    BAD_NUMBER = 6  # a drawn time or amount is negative, not a number or too large; culprit as above


class Class(IntEnum):
    """Order of events at one instant (rule 5)."""

    WORK = 0
    CALENDAR = 2
    SOURCE = 3


HOLD_PEOPLE, HOLD_TOOLS, HOLD_ROOM = 1, 2, 4  # bits of ``holds``
STOCK_STAGE = -1  # value of instance["stage"]: waits for stocks; 0.. = waits for its k-th need
READY_STAGE = 1000  # waits for people only
UNSTAFFED_STAGE = -2


def _record(fields: list[tuple[str, str]]) -> np.dtype[Any]:
    return np.dtype(fields, align=True)


STOCK = _record(
    [
        ("items", "i8"),  # 1 items, 0 bulk
        ("order", "i8"),  # Order
        ("capacity", "i8"),  # items or grains; UNLIMITED
        ("start", "i8"),
        ("scale", "f8"),  # base units per grain (1 for items)
        ("sink", "i8"),  # index of the flow record, or -1
        ("dep0", "i8"),  # dependents: requirements judged on this stock, dependent[dep0:dep1]
        ("dep1", "i8"),
        ("tail0", "i8"),  # priority order: class_tail[tail0 + class]
        ("lineage", "u8"),  # start item k has the lineage member_key(lineage, k)
        ("declared", "i8"),  # index of the declared stock
        ("member", "i8"),
        ("givers_blocked", "i8"),  # state: blocked works that lack room here
        ("dirty", "i8"),
        # state
        ("level", "i8"),
        ("reserved", "i8"),  # room promised to works in hand
        ("held", "i8"),  # taken by works that still walk: keeps its space
        ("head", "i8"),
        ("tail", "i8"),
        ("touched", "i8"),  # tick of the last change, for the integral
        ("integral", "f8"),  # of level over ticks
        ("arrived", "i8"),
        ("departed", "i8"),
        ("peak", "i8"),
        ("waited", "f8"),  # ticks spent here by items taken
    ]
)

INSTANCE = _record(
    [
        ("activity", "i8"),
        ("member", "i8"),
        ("priority", "i8"),
        ("req0", "i8"),
        ("req1", "i8"),
        ("take0", "i8"),
        ("take1", "i8"),
        ("give0", "i8"),  # given whatever the outcome
        ("give1", "i8"),
        ("outcome0", "i8"),
        ("outcome1", "i8"),
        ("need0", "i8"),
        ("need1", "i8"),
        ("post0", "i8"),  # range in `slot_post`, one entry per person needed
        ("post1", "i8"),
        ("join0", "i8"),  # memberships in groups
        ("join1", "i8"),
        ("place", "i8"),  # place member, or -1: where the lead stands
        ("ends_at", "i8"),
        ("time", "i8"),  # >= 0 distribution in ticks; < -1: code at -2-time, in ticks
        ("visit", "i8"),  # column of item visits, or -1
        ("keyed", "i8"),  # 1: takes items; draws keyed by the carrier; 0: by number of the start
        ("blocking_after", "i8"),
        ("holds", "i8"),  # bits HOLD_*
        ("overtake", "i8"),
        ("overrun", "i8"),  # Overrun
        ("birth", "i8"),  # Birth
        ("plain", "i8"),  # 1: takes one item, gives it on, and nothing else
        ("walks", "i8"),  # 1: people may have to walk
        ("can_staff", "i8"),  # `staffed` at the start of the shift
        ("random_takes", "i8"),  # 1: takes a random amount (set by the run)
        ("random_gives", "i8"),  # 1: gives a random amount (set by the run)
        ("makes", "i8"),  # 1: may give more items than it takes (set by the run)
        ("stream", "u8"),
        # state
        ("key", "u8"),  # stream of this replication
        ("unmet", "i8"),  # stock requirements not met
        ("stage", "i8"),
        ("staffed", "i8"),  # posts can be filled by people on shift
        ("since", "i8"),  # at the current stage
        ("serial", "i8"),  # start serial of the last start; -1 never
        ("started", "i8"),  # tick of the last start; 0 never
        ("starts", "i8"),  # in this replication (key of draws; never reset)
        ("instant", "i8"),  # rule 5: tick of the last start, and starts at it
        ("instant_starts", "i8"),
        ("in_hand", "i8"),  # works in hand, blocked ones apart
        ("blocked", "i8"),
        ("touched", "i8"),
        ("n_started", "i8"),  # in the window
        ("n_ended", "i8"),
        ("busy", "f8"),  # integral of works walking, working or paused over ticks
        ("stuck", "f8"),  # integral of blocked works over ticks
    ]
)

REQUIREMENT = _record(
    [
        ("instance", "i8"),
        ("kind", "i8"),  # Requirement
        ("stock", "i8"),  # -1 for a guard
        ("code", "i8"),  # guard
        ("amount", "i8"),  # items or grains; for SPACE net of what is taken from the same stock
        ("reserve", "i8"),  # SPACE: the largest possible output, that a start reserves; else 0
        ("take", "i8"),  # index of the take whose random amount this follows, or -1
        # state
        ("met", "i8"),
        ("since", "i8"),
    ]
)

TAKE = _record(
    [
        ("stock", "i8"),
        ("items", "i8"),
        ("low", "i8"),
        ("high", "i8"),  # takes the most it can up to high
        ("amount", "i8"),  # random amount: >= 0 distribution, < -1 code at -2-amount; -1 none
        ("req", "i8"),  # its requirement
        ("drawn", "i8"),  # state: amount of the next start where random (then low = high = drawn)
    ]
)

GIVE = _record(
    [
        ("stock", "i8"),
        ("items", "i8"),
        ("fixed", "i8"),  # amount where amount == -1
        ("amount", "i8"),  # >= 0 distribution, < -1 code at -2-amount; -1 fixed
    ]
)

OUTCOME = _record([("cumulative", "f8"), ("give0", "i8"), ("give1", "i8"), ("name", "i8")])

NEED = _record(
    [
        ("instance", "i8"),
        ("pool", "i8"),
        ("amount", "i8"),
        # state
        ("queued", "i8"),
        ("granted", "i8"),
        ("since", "i8"),  # stamp of the grant
        ("entered", "i8"),  # since of the instance at this stage: its rank in the queue
        ("next", "i8"),
        ("previous", "i8"),
        ("joined", "i8"),  # tick at which the instance joined the queue
    ]
)

POOL = _record(
    [
        ("is_room", "i8"),  # 1 room of a place member, 0 units of a tool
        ("declared", "i8"),  # index of the declared place or tool
        ("member", "i8"),
        ("count", "i8"),
        # state
        ("free", "i8"),
        ("free_since", "i8"),  # tick at which free last rose from 0
        ("returned", "i8"),  # tick of the last return
        ("head", "i8"),
        ("tail", "i8"),
        ("dirty", "i8"),
        ("touched", "i8"),
        ("busy", "f8"),  # integral of units in use over ticks
    ]
)

JOIN = _record(
    [
        ("instance", "i8"),
        ("group", "i8"),
        ("mask", "u8"),  # slots of the instance that the group can fill
        ("preference", "i8"),  # position in `does`
        ("position", "i8"),  # state: in the group's heap, or -1
    ]
)

GROUP = _record(
    [
        ("role", "i8"),  # -1: the automatic group, always group 0
        ("choice", "i8"),
        ("workers", "i8"),
        ("heap0", "i8"),
        # state
        ("heap_size", "i8"),
        ("free_head", "i8"),
        ("free_tail", "i8"),
        ("free", "i8"),
        ("touched", "i8"),
    ]
)

WORKER = _record(
    [
        ("role", "i8"),
        ("group", "i8"),
        ("home", "i8"),  # place member at the start, or -1
        ("number", "i8"),  # within the role, from 0
        ("first0", "i8"),  # instances he could fill, in the order of rule 14: could_fill[first0:first1]
        ("first1", "i8"),
        # state
        ("state", "i8"),  # WorkerState
        ("detail", "i8"),  # column of `worker_time` that the present state is booked to, where known
        ("since", "i8"),  # tick from which the present state is to be booked
        ("idle_serial", "i8"),
        ("place", "i8"),
        ("work", "i8"),
        ("next", "i8"),  # in the group's queue of the free
        ("previous", "i8"),
        ("mate", "i8"),  # next of the team
        ("walk_until", "i8"),
        ("walk_left", "i8"),  # while paused
        ("off", "i8"),  # 1 on break or done (may still finish work)
        ("claimed", "i8"),  # instance that claims him, or -1
        ("overtime", "i8"),  # ticks worked beyond the horizon
    ]
)

SOURCE = _record(
    [
        ("stock", "i8"),
        ("every", "i8"),  # as instance["time"]
        ("first", "i8"),  # distribution of the first arrival, or -2: as every
        ("amount", "i8"),  # >= 0 distribution, < -1 code; -1 fixed
        ("fixed", "i8"),
        ("limit", "i8"),
        ("priority", "i8"),  # distribution of the priority class, or -1
        ("priority_class", "i8"),
        ("stream", "u8"),
        ("lineage", "u8"),  # item n, lost ones counted, has the lineage member_key(lineage, n)
        # state
        ("key", "u8"),
        ("number", "i8"),  # arrivals drawn so far
        ("items", "i8"),  # items made so far
        ("arrived", "i8"),
        ("lost", "i8"),
    ]
)

BREAK = _record([("begin", "i8"), ("end", "i8"), ("finish", "i8"), ("role0", "i8"), ("role1", "i8")])

DISTRIBUTION = _record([("family", "i8"), ("t0", "i8"), ("t1", "i8"), ("a", "f8"), ("b", "f8"), ("c", "f8")])

CODE = _record([("op", "i8"), ("a", "i8"), ("x", "f8")])

FLOW = _record(
    [
        ("declared", "i8"),  # the sink
        # state
        ("left", "i8"),
        ("sum", "f8"),  # ticks
        ("largest", "i8"),
        ("closed", "i8"),
        ("closed_sum", "f8"),
        ("closed_largest", "i8"),
    ]
)


class Program(NamedTuple):
    """A compiled model: immutable arrays, the template of every run."""

    stock: np.ndarray  # [stock instance] STOCK
    instance: np.ndarray  # [instance] INSTANCE
    requirement: np.ndarray  # [requirement] REQUIREMENT
    take: np.ndarray
    give: np.ndarray
    outcome: np.ndarray
    need: np.ndarray
    pool: np.ndarray  # place rooms in declared order, then tools: the order of requirements
    join: np.ndarray
    group: np.ndarray
    worker: np.ndarray
    source: np.ndarray
    breaks: np.ndarray
    distribution: np.ndarray
    code: np.ndarray
    flow: np.ndarray
    dependent: np.ndarray  # [.] i4 requirements, by stock
    slot_post: np.ndarray  # [.] i4 post of each slot, by instance
    could_fill: np.ndarray  # [.] i4 instances, by worker
    break_role: np.ndarray  # [.] i4 roles, by break
    table: np.ndarray  # [.] f8 tables of distributions
    walk: np.ndarray  # [place member, place member] i8 ticks
    rate: np.ndarray  # [role, activity] f8 efficiency
    quantile: np.ndarray  # [.] QUANTILE: those that measures ask for
    scalar: np.ndarray  # [1] SCALAR


QUANTILE = _record([("flow", "i8"), ("of_family", "i8"), ("probability", "f8")])

SCALAR = _record(
    [
        ("horizon", "i8"),  # ticks
        ("warm_up", "i8"),
        ("shift", "i8"),  # UNLIMITED where there is no shift
        ("limit_per_instant", "i8"),
        ("visits", "i8"),  # columns of item visits
        ("takes", "i8"),  # most takes of an instance
        ("classes", "i8"),  # priority classes of items (1 where unused); class 0 is taken first
        ("default_class", "i8"),  # class of items that no source made: priority 0
        ("class_tails", "i8"),  # length of class_tail
        ("activities", "i8"),
        ("stocks", "i8"),  # declared
        ("places", "i8"),
        ("tools", "i8"),
        ("heap", "i8"),  # length of the group heaps together
        ("start_items", "i8"),
        ("place_members", "i8"),  # side of `walk`
    ]
)


class Columns(NamedTuple):
    """Where each state stands in a row of ``worker_time`` [worker, column] (ticks).

    working[a] = a; walking; partner; on break; done; then blocked by declared stock; idle for want of
    material in declared stock; of room in declared stock; of room in place; of tool; of a guard (by
    activity); of people; of nothing that the worker could do.
    """

    walking: int
    partner: int
    rest: int
    done: int
    blocked: int
    material: int
    space: int
    room: int
    tool: int
    guard: int
    people: int
    nothing: int
    total: int


def columns(activities: int, stocks: int, places: int, tools: int) -> Columns:
    """Lay out ``worker_time`` for so many declared activities, stocks, places and tools."""
    walking = activities
    blocked = walking + 4
    material = blocked + stocks
    space = material + stocks
    room = space + stocks
    tool = room + places
    guard = tool + tools
    people = guard + activities
    return Columns(
        walking, walking + 1, walking + 2, walking + 3, blocked, material, space, room, tool, guard,
        people, people + 1, people + 2,
    )  # fmt: skip


class Names(NamedTuple):
    """Names of what the arrays index: tuples of strings, declared order."""

    stocks: tuple[str, ...]
    units: tuple[str, ...]  # of declared stocks; "" for items
    activities: tuple[str, ...]
    places: tuple[str, ...]
    tools: tuple[str, ...]
    roles: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]  # by role
    sources: tuple[str, ...]
    outcomes: tuple[str, ...]
    stock_members: tuple[str, ...]  # "loose[3]" by stock instance
    instances: tuple[str, ...]  # "cut[3]" by instance
    pools: tuple[str, ...]
    workers: tuple[str, ...]  # "hewer 3"


class Compiled(NamedTuple):
    """What ``compile_model`` returns: arrays for the kernel, names for people."""

    program: Program
    names: Names
    time_unit: str  # unit the model states its horizon in; "" where dimensionless
    ticks_per_unit: float  # ticks in one base unit of time (second, or the dimensionless 1)
    info: dict[str, Any]  # role costs, activity costs, tool costs, resolved params (see compile.py)
