"""Numbers that stand for words: kinds, rules, states, events, statuses.

The kernel and the plain-Python oracle read them; rule numbers refer to ``docs/semantics.md``.
"""

from __future__ import annotations

from enum import IntEnum, unique

import numpy as np

NONE = -1
TICKS = 1e9  # in a base unit of time: a second, or 1 where time is dimensionless
UNLIMITED = np.int64(1) << np.int64(62)  # a capacity that never binds


@unique
class Requirement(IntEnum):
    """Kinds of requirement judged on stocks (rule 1)."""

    ITEMS = 0  # level >= amount; stamped by entry of the items
    BULK = 1  # level >= amount; stamped when last reached
    SPACE = 2  # capacity - level - held - reserved >= amount
    GUARD = 3  # code evaluates to true
    SUSPENDED = 4  # of a resumption: a suspended work exists
    ONWARD = 5  # room in the stock to which the first item of the take goes onward
    FAMILY = 6  # a family is complete; stamped by entry of its members


class Order(IntEnum):
    """Which item is taken first."""

    FIFO = 0
    LIFO = 1
    PRIORITY = 2
    KEYED = 3  # the smallest key first, judged when it enters


class Number(IntEnum):
    """Numbers that a rule of the user's own is given, where they are not code (which is 0 or above)."""

    WAITING = -2
    DISTANCE = -3
    DURATION = -4


class Walks(IntEnum):
    """Who may have to walk to a work of an instance (rule 9)."""

    NOBODY = 0
    PEOPLE = 1
    FETCHES = 2  # and tools are fetched


class Curve(IntEnum):
    """Learning curves (rule 8): what follows the power law."""

    NONE = 0
    CRAWFORD = 1  # the time of the n-th repetition
    WRIGHT = 2  # the average time of the first n


class Overrun(IntEnum):
    """What becomes of work in hand at the end of the shift (rule 11)."""

    FINISH = 0
    PAUSE = 1
    STOP = 2
    HAND_OVER = 3


class Interrupted(IntEnum):
    """What becomes of a work that is interrupted (rule 8)."""

    RESUME = 0
    RESTART = 1
    REDRAW = 2
    LOSE = 3


class Cause(IntEnum):
    """Why a work was interrupted: b of SUSPEND and LOSE."""

    PREEMPTED = 0
    FAILURE = 1
    ABSENCE = 2
    DUTY = 3


class Change(IntEnum):
    """What a calendar changes, in the order of one instant (rule 11)."""

    RETURNS = 0  # from a break
    GOES = 1  # off duty
    COMES = 2  # on duty
    RESTS = 3  # on a break; work in hand pauses
    RESTS_WHEN_DONE = 4  # on a break; work in hand is finished first


class Birth(IntEnum):
    """Birth of a carrier at completion (rule 12)."""

    CARRIER = 0
    OLDEST = 1
    NEWEST = 2
    NOW = 3


@unique
class Op(IntEnum):
    """Postfix operations of expressions judged while running. ``a`` an index, ``x`` a number."""

    END = 0
    CONST = 1  # push x
    LEVEL = 2  # push level of stock a, times x
    TAKEN = 3  # push amount of the a-th take of this work, times x
    NOW = 4  # push clock in ticks, times x
    DRAW = 5  # push a draw of distribution a, times x
    ITEM = 6  # push attribute a of the item at hand
    KIND = 7  # push its kind, -1 for none
    STEP = 8  # push the number of its next step, from 1
    TAKEABLE = 9  # push what take a (of all takes) would take now, times x
    ADD = 10
    SUB = 11
    MUL = 12
    DIV = 13  # by zero: nan
    POW = 14
    NEG = 15
    MIN = 16
    MAX = 17
    LT = 18  # comparisons: within x counts as equal
    LE = 19
    GT = 20
    GE = 21
    EQ = 22
    NE = 23
    AND = 24
    OR = 25
    NOT = 26
    FLOOR = 27
    CEIL = 28
    ABS = 29
    SQRT = 30
    EXP = 31
    LOG = 32
    ROUND = 33  # half to even


class Way(IntEnum):
    """How the times of a source's arrivals are stated (rule 7)."""

    EVERY = 0  # intervals
    TABLE = 1  # a rate that is constant between the times of a table
    THINNED = 2  # a rate that is judged at candidates, which come at its most
    LISTED = 3  # one by one


class WorkerState(IntEnum):
    """Exclusive states of a worker."""

    IDLE = 0
    WALKING = 1  # then PARTNER from ``walk_until``
    WORKING = 2
    BLOCKED = 3
    PARTNER = 4  # waiting for partner: claimed, arrived first, or the team is paused
    BREAK = 5
    DONE = 6
    OFF = 7  # off duty
    ABSENT = 8


class Phase(IntEnum):
    """Phases of a work record (rule 8). FREE marks an unused record."""

    FREE = 0
    WALKING = 1
    WORKING = 2
    BLOCKED = 3
    PAUSED = 4
    HELD = 5  # kept unfinished, or finished and blocked, after the end of the shift
    SUSPENDED = 6  # interrupted: without people and tools


@unique
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
    RESUME = 9  # a instance, b -1, x start serial; of a suspended work its people JOIN
    STOP = 10  # a instance, b -1, x start serial: given up
    LEAVE = 11  # a stock (sink), b -1, x flow time in ticks
    CLOSE = 12  # a stock (sink), b -1, x family time in ticks
    BREAK = 13  # a break, b 0 begins / 1 ends, x 0
    SHIFT_END = 14  # 0, 0, 0
    WARM_UP = 15  # 0, 0, 0
    SUSPEND = 16  # a instance, b Cause, x start serial: people and tools are let go
    LOSE = 17  # a instance, b Cause, x start serial: interrupted, and lost
    FAIL = 18  # a pool, b unit, x start serial of the work that holds it, or -1
    MEND = 19  # a pool, b unit, x 0: back in service
    ABSENT = 23  # a worker, b 0 begins / 1 ends, x 0
    BALK = 24  # a source, b stock, x items or grains that turned away
    QUIT = 26  # a stock, b the stock it goes to, x ticks waited: an item leaves of itself
    DIVERT = 25  # a source, b the other stock, x items or grains that went there
    TAKE_OVER = 21  # a instance, b worker who takes it over, x start serial
    GO_BACK = 22  # a instance, b worker who sets out to take over a work of it, x start serial
    DUTY = 20  # a duty, b Change, x 0
    SET_UP = 27  # a instance, b kind, x ticks of standard speed


@unique
class Status(IntEnum):
    """What the kernel returns."""

    DONE = 0
    AGAIN = 1  # the budget of events is used up; call again
    GROW_ITEMS = 2
    GROW_WORKS = 3
    GROW_LOG = 4
    ENDLESS = 5  # rule 5: clock[0]["culprit"] is the instance or, counted on behind those, the source
    BAD_RULE = 20  # a rule of the user's own yields no number; culprit: the join it was asked about
    BAD_NUMBER = 6  # a drawn time or amount is negative, not a number or too large; culprit as above
    ABOVE_MOST = 16  # the rate of a source is above its stated most; culprit as above


class Class(IntEnum):
    """Order of events at one instant (rule 5)."""

    WORK = 0
    FAILURE = 1  # failures and repairs, absences
    CALENDAR = 2
    SOURCE = 3
    TIMER = 4


ONWARD = -2  # value of give["stock"]: where the route of the item leads

REST = -2  # value of outcome["chance"]: what the others leave

BY_STEP, CHANGES, CHANCES, READS, SETS_UP = 1, 2, 4, 8, 16  # bits of instance["traits"]

KIND_COLUMN, STEP_COLUMN = -1, -2  # values of assign["column"], beside those of attributes

AS_ITS_KIND = -2  # value of source["priority"]

HOLD_PEOPLE, HOLD_TOOLS, HOLD_ROOM = 1, 2, 4  # bits of ``holds``


STOCK_STAGE = -1  # value of instance["stage"]: waits for stocks; 0.. = waits for its k-th need


READY_STAGE = 1000  # waits for people only


UNSTAFFED_STAGE = -2
