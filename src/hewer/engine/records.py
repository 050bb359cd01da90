"""The records of a compiled model, field by field.

Units: ``tick`` = 1 ns (or 1e-9 of the unit where time is dimensionless); ``grain`` = the resolution
of a bulk stock (1e-6 of its unit); items are counted. Index fields hold -1 for "none". A range
``x0, x1`` is half-open. Fields under "state" are written during a run, and those of STOCK and INSTANCE that
count, stamp or link; all others are constant.
Rule numbers refer to ``docs/semantics.md``.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def _record(fields: list[tuple[str, str]]) -> np.dtype[Any]:
    return np.dtype(fields, align=True)


STOCK = _record(
    [
        # asked at each entry and take, in one line of the cache
        ("level", "i8"),
        ("touched", "i8"),  # tick of the last change, for the integral
        ("integral", "f8"),  # of level over ticks
        ("order", "i4"),  # Order
        ("dep0", "i4"),  # dependents: requirements judged on this stock, dependent[dep0:dep1]
        ("dep1", "i4"),
        ("dirty", "i4"),
        ("head", "i4"),
        ("tail", "i4"),
        ("sink", "i4"),  # index of the flow record, or -1
        ("whole", "i4"),  # of a lane: the stock that it is a part of; else itself
        ("lanes", "i4"),  # where items stand that no step takes from here, if they stand in lanes; -1
        ("leave", "i4"),  # how items leave it of themselves, or -1
        # counted
        ("arrived", "i8"),
        ("departed", "i8"),
        ("peak", "i8"),
        ("waited", "f8"),  # ticks spent here by items taken
        ("lineage", "u8"),  # start item k has the lineage member_key(lineage, k)
        ("by", "i4"),  # code of the key of its order, or -1
        ("kin", "i4"),  # column of families that are taken together from it, or -1
        ("tail0", "i4"),  # priority order: class_tail[tail0 + class]
        ("givers_blocked", "i4"),  # state: blocked works that lack room here
        # room
        ("capacity", "i8"),  # items or grains; UNLIMITED
        ("reserved", "i8"),  # room promised to works in hand
        ("held", "i8"),  # taken by works that still walk: keeps its space
        # the rest
        ("items", "i4"),  # 1 items, 0 bulk
        ("start", "i8"),
        ("scale", "f8"),  # base units per grain (1 for items)
        ("declared", "i4"),  # index of the declared stock
        ("member", "i4"),
        ("serves", "i4"),  # of a lane: the activity whose step its items wait for; -1 for the others
        ("match0", "i4"),  # who takes them: matching[match0:match1]
        ("match1", "i4"),
        ("left", "i8"),  # items that left of themselves
    ]
)


INSTANCE = _record(
    [
        # what it waits for (those that are asked together stand together: 64 bytes are a line of the cache)
        ("since", "i8"),  # at the current stage
        ("priority", "i8"),
        ("serial", "i8"),  # start serial of the last start; -1 never
        ("unmet", "i4"),  # stock requirements not met
        ("staffed", "i4"),  # posts can be filled by people on shift
        ("stage", "i4"),
        ("need0", "i4"),
        ("need1", "i4"),
        ("req0", "i4"),
        ("req1", "i4"),
        ("join0", "i4"),  # memberships in groups
        ("join1", "i4"),
        ("keyed", "i4"),  # 1: takes items; draws keyed by the carrier; 0: by number of the start
        # its start
        ("started", "i8"),  # tick of the last start; 0 never
        ("instant", "i8"),  # rule 5: tick of the last start, and starts at it
        ("instant_starts", "i8"),
        ("touched", "i8"),
        ("busy", "f8"),  # integral of works walking, working or paused over ticks
        ("in_hand", "i4"),  # works in hand, blocked ones apart
        ("post0", "i4"),  # range in `slot_post`, one entry per person needed
        ("post1", "i4"),
        ("take0", "i4"),
        ("take1", "i4"),
        ("visit", "i4"),  # column of item visits, or -1
        # its start and its end
        ("key", "u8"),  # stream of this replication
        ("starts", "i8"),  # in this replication (key of draws; never reset)
        ("n_started", "i8"),  # in the window
        ("n_ended", "i8"),
        ("activity", "i4"),
        ("time", "i4"),  # >= 0 distribution in ticks; < -1: code at -2-time, in ticks
        ("place", "i4"),  # place member, or -1: where the lead stands
        ("plain", "i4"),  # 1: takes one item, gives it on, and nothing else
        ("give0", "i4"),  # given whatever the outcome
        ("holds", "i4"),  # bits HOLD_*
        ("traits", "i4"),  # bits BY_STEP, CHANGES, CHANCES, READS, SETS_UP
        ("walks", "i4"),  # Walks
        # its end
        ("stuck", "f8"),  # integral of blocked works over ticks
        ("blocked", "i4"),
        ("outcome0", "i4"),
        ("outcome1", "i4"),
        ("ends_at", "i4"),
        ("random_gives", "i4"),  # 1: gives a random amount (set by the run)
        ("makes", "i4"),  # 1: may give more items than it takes (set by the run)
        ("blocking_after", "i4"),
        ("random_takes", "i4"),  # 1: takes a random amount (set by the run)
        ("give1", "i4"),
        ("birth", "i4"),  # Birth
        ("match", "i4"),  # its matcher, where it takes members of a family; -1
        ("twin", "i4"),  # the instance that resumes its suspended works, or -1
        ("origin", "i4"),  # of a resumption: the instance whose works it resumes; else -1
        # the rest
        ("member", "i4"),
        ("overtake", "i4"),
        ("overrun", "i4"),  # Overrun
        ("can_staff", "i4"),  # `staffed` at the start of the shift
        ("team", "i4"),  # 1: several people, or owners, who are looked for together
        ("interrupted", "i4"),  # Interrupted
        ("by_owner", "i4"),  # of a resumption: 1 where only those who had begun a work go on with it
        ("preempts", "i4"),
        ("stream", "u8"),
        ("suspended", "i4"),  # of a resumption: the first suspended work, linked by work["next"]; -1
        ("resumes", "i4"),  # by its owners: the work that they go on with
        ("n_interrupted", "i8"),
    ]
)


REQUIREMENT = _record(
    [
        ("since", "i8"),
        ("amount", "i8"),  # items or grains; for SPACE net of what is taken from the same stock
        ("within", "i8"),  # ITEMS: ticks after which one will do; 0 never
        ("instance", "i4"),
        ("kind", "i4"),  # Requirement
        ("stock", "i4"),  # -1 for a guard; a lane where items are taken by step; of ONWARD state
        ("code", "i4"),  # guard; of a take the code of an amount that follows the item at hand, or -1
        ("met", "i4"),
        ("take", "i4"),  # take whose random amount this follows; of ONWARD the take by step; or -1
        ("timer", "i4"),  # that rings then (set by the run)
        ("reserve", "i8"),  # SPACE: the largest possible output, that a start reserves; else 0
        ("due", "i8"),  # what it is set to, or -1
    ]
)


TAKE = _record(
    [
        ("low", "i8"),
        ("high", "i8"),  # takes the most it can up to high
        ("drawn", "i8"),  # state: amount of the next start where random (then low = high = drawn)
        ("stock", "i4"),
        ("lane", "i4"),  # where the items stand: a lane of the stock, or the stock itself
        ("items", "i4"),
        ("family", "i4"),  # 1: of one family, 2: all that live of one; 0 whatever comes first
        ("amount", "i4"),  # random amount: >= 0 distribution, < -1 code at -2-amount; -1 none
        ("req", "i4"),  # its requirement
    ]
)


GIVE = _record(
    [
        ("stock", "i4"),  # or ONWARD
        ("items", "i4"),
        ("fixed", "i8"),  # amount where amount == -1
        ("amount", "i4"),  # >= 0 distribution, < -1 code at -2-amount; -1 fixed
    ]
)


OUTCOME = _record(
    [
        ("cumulative", "f8"),
        ("chance", "i4"),  # code of its chance; -1 where it is `share`, -2 for what the others leave
        ("share", "f8"),
        ("give0", "i4"),
        ("give1", "i4"),
        ("set0", "i4"),  # what it sets: range in `assign`
        ("set1", "i4"),
        ("name", "i4"),
    ]
)


MANNER = _record(  # what only some instances have, by instance
    [
        ("take", "i4"),  # the first take of items, or -1: the item at hand is the first there
        ("set0", "i4"),  # what it sets, whatever the outcome
        ("set1", "i4"),
        ("expected", "i4"),  # code of the expected time, in ticks; -1 where no choice looks at it
        # state
        ("set_ups", "i8"),
        ("set_up", "f8"),  # ticks of standard speed
    ]
)


KIND = _record(
    [
        ("priority", "i4"),  # class of its items, or -1
        ("route0", "i4"),  # range in `step`
        ("route1", "i4"),
        ("to", "i4"),  # stock after the last step, or -1
    ]
)


STEP = _record(
    [
        ("activity", "i4"),
        ("stock", "i4"),  # from which the activity takes by step
        ("lane", "i4"),
        ("time", "i4"),  # as instance["time"], or -1: that of the activity
        ("expected", "i4"),  # as manner["expected"]
    ]
)


ATTRIBUTE = _record(  # the attributes, then the kind, then the step
    [
        ("stream", "u8"),
        ("unset", "f8"),  # its value where nothing states it, in base units
        ("key", "u8"),  # state: stream of this replication
    ]
)


ASSIGN = _record(
    [
        ("column", "i8"),  # attribute; KIND_COLUMN, STEP_COLUMN
        ("what", "i8"),  # >= 0 distribution, < -1 code at -2-what, in base units
    ]
)


SETTING = _record(  # the units of tools that are set up
    [
        ("pool", "i8"),
        # state
        ("set_for", "i8"),  # kind, or -1
        ("work", "i8"),  # that holds it, or -1
        ("freed", "i8"),  # order of becoming free
    ]
)


RECIPE = _record([("assign0", "i8"), ("assign1", "i8")])  # by kind; then by source and the kinds it makes


NEED = _record(
    [
        ("amount", "i8"),
        ("since", "i8"),  # stamp of the grant
        ("entered", "i8"),  # since of the instance at this stage: its rank in the queue
        ("joined", "i8"),  # tick at which the instance joined the queue
        ("short", "i8"),  # units that a preempting instance lacks; scratch
        ("instance", "i4"),
        ("pool", "i4"),
        ("queued", "i4"),
        ("granted", "i4"),
        ("next", "i4"),
        ("previous", "i4"),
    ]
)


UNIT = _record(
    [
        ("home", "i8"),  # place member at the start
        # state
        ("place", "i8"),
        ("work", "i8"),  # that holds it, or -1
        ("origin", "i8"),  # where it was fetched from
    ]
)


POOL = _record(
    [
        ("unit0", "i4"),  # units that are carried: individuals, unit[unit0:unit1]
        ("unit1", "i4"),
        ("is_room", "i4"),  # 1 room of a place member, 0 units of a tool
        ("declared", "i4"),  # index of the declared place or tool
        ("member", "i4"),
        ("table", "i4"),  # in `change_over`, or -1
        ("setting0", "i4"),
        ("hazard0", "i4"),  # units that fail: individuals, hazard[hazard0:hazard1]
        ("hazard1", "i4"),
        # state
        ("count", "i8"),  # units, those apart that are down and in no work
        ("free", "i8"),
        ("free_since", "i8"),  # tick at which free last rose from 0
        ("returned", "i8"),  # tick of the last return
        ("head", "i4"),
        ("tail", "i4"),
        ("dirty", "i4"),
        ("touched", "i8"),
        ("busy", "f8"),  # integral of units in use over ticks
    ]
)


JOIN = _record(
    [
        ("instance", "i4"),
        ("group", "i4"),
        ("mask", "u8"),  # slots of the instance that the group can fill
        ("preference", "i4"),  # position in `does`
        ("position", "i4"),  # state: in the group's heap, or -1
    ]
)


GROUP = _record(
    [
        ("role", "i4"),  # -1: the automatic group, always group 0
        ("choice", "i4"),
        ("rule", "i4"),  # of the user's own, or -1
        ("workers", "i4"),
        ("heap0", "i4"),
        # state
        ("heap_size", "i4"),
        ("free_head", "i4"),
        ("free_tail", "i4"),
        ("free", "i4"),
        ("touched", "i4"),
    ]
)


RULE = _record(
    [
        ("function", "i8"),  # its number in this process
        ("role", "i8"),
        ("size", "i8"),  # numbers that it is given
        ("address", "i8"),  # set by the run
    ]
)


PACE = _record(
    [
        ("curve", "i8"),  # Curve
        ("exponent", "f8"),  # of the power law: log2 of the learning rate
        ("plateau", "f8"),  # least fraction of the first time
        ("until", "i8"),  # repetition after which times fall no more
        ("experience", "i8"),  # repetitions before the start
        ("tires", "i8"),  # 1: tires the worker, and takes longer when he is tired
    ]
)


FATIGUE = _record(
    [
        ("most", "f8"),  # by how much of itself work is longer at full fatigue; 0: nobody tires
        ("tired", "f8"),  # rate at which freshness goes at work, by tick
        ("rested", "f8"),  # rate at which fatigue goes at rest, by tick
    ]
)


WORKER = _record(
    [
        # asked whenever he begins or ends a work, in one line of the cache
        ("since", "i8"),  # tick from which the present state is to be booked
        ("idle_serial", "i8"),
        ("turns", "i8"),  # works that he joined
        ("role", "i4"),
        ("group", "i4"),
        ("state", "i4"),  # WorkerState
        ("detail", "i4"),  # column of `worker_time` that the present state is booked to, where known
        ("work", "i4"),
        ("next", "i4"),  # in the group's queue of the free
        ("previous", "i4"),
        ("mate", "i4"),  # next of the team
        ("claimed", "i4"),  # instance that claims him, or -1
        ("off", "i4"),  # breaks and absences in progress, and 1 if off duty (may still finish work)
        # walking
        ("walk_until", "i8"),
        ("walk_left", "i8"),  # while paused
        ("place", "i4"),
        ("origin", "i4"),  # where he set out from, while he walks
        ("home", "i4"),  # place member at the start, or -1
        ("hazard", "i4"),  # his absences, or -1
        # the rest
        ("overtime", "i8"),  # ticks worked beyond the horizon
        ("stream", "u8"),
        ("number", "i4"),  # within the role, from 0
        ("first0", "i4"),  # instances he could fill, in the order of rule 14: could_fill[first0:first1]
        ("first1", "i4"),
        ("duty", "i4"),  # -1: always on duty
        ("skill", "i4"),  # group whose instances he can do: `group`, unless he stands in a line
        ("before", "i4"),  # worker before him in his line; -1: none
        ("in_line", "i4"),
        ("absent", "i4"),
        ("on", "i4"),  # 1 on duty
        ("set_for", "i4"),  # kind, or -1
    ]
)


HAZARD = _record(
    [
        ("pool", "i8"),  # of a unit that fails; -1 of a person who is absent
        ("unit", "i8"),  # number within the pool
        ("worker", "i8"),
        ("every", "i8"),  # distribution of the time until it strikes, in ticks
        ("lasts", "i8"),  # of the time until it is over; -1: until its token ends
        ("use", "i8"),  # 1: counts by time at work; 0: by the clock
        ("stock", "i8"),  # where its tokens enter, or -1
        ("stream", "u8"),
        ("lineage", "u8"),  # token n has the lineage member_key(lineage, n)
        # state
        ("key", "u8"),
        ("number", "i8"),  # times it has struck and been over
        ("left", "i8"),  # time at work until it strikes
        ("due", "i8"),  # tick at which it strikes, while it runs
        ("running", "i8"),  # 1: its time at work runs
        ("down", "i8"),
        ("work", "i8"),  # that holds the unit, or -1
        ("item", "i8"),  # its token, or -1
        ("instant", "i8"),  # rule 5: tick at which it last struck, and times at it
        ("instant_strikes", "i8"),
        ("touched", "i8"),
        ("struck", "i8"),  # in the window
        ("lost", "f8"),  # ticks down
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
        ("priority", "i8"),  # distribution of the priority class, -1, or AS_ITS_KIND
        ("priority_class", "i8"),
        ("kind", "i8"),  # distribution of the kind of its items, or -1
        ("kind_fixed", "i8"),  # kind, or -1
        ("recipe", "i8"),  # its recipe for kind k (-1: none) is recipe + 1 + k
        ("stream", "u8"),
        ("lineage", "u8"),  # item n, lost ones counted, has the lineage member_key(lineage, n)
        ("way", "i8"),  # Way
        ("row0", "i8"),  # TABLE: times table[row0:row1], then their rates; LISTED: arrival[row0:row1]
        ("row1", "i8"),
        ("period", "i8"),  # ticks after which the rows begin again; 0 never
        ("load", "f8"),  # TABLE: arrivals expected in a period
        ("mean", "f8"),  # THINNED: mean ticks between candidates
        ("chance", "i8"),  # THINNED: code of the chance that a candidate comes
        ("balks", "i8"),  # code of the chance that an arrival turns away, or -1
        ("balk_to", "i8"),  # stock it goes to, or -1
        ("full_to", "i8"),  # stock that takes what finds no room, or -1
        # state
        ("key", "u8"),
        ("number", "i8"),  # arrivals drawn so far
        ("tries", "i8"),  # candidates refused since the last arrival
        ("items", "i8"),  # items made so far
        ("arrived", "i8"),
        ("lost", "i8"),
        ("balked", "i8"),
        ("diverted", "i8"),
    ]
)


ARRIVAL = _record(
    [
        ("tick", "i8"),  # after the start, or the start of the period
        ("amount", "i8"),  # items or grains; -1: as the source says
        ("rank", "i8"),  # priority class; -1: as the source says
    ]
)


DUTY = _record(
    [
        ("change0", "i8"),  # what changes and when, in order: change[change0:change1]
        ("change1", "i8"),
        ("on", "i8"),  # 1: on duty at the start
        ("length", "i8"),  # ticks on duty from the warm-up to the end of the shift (or the horizon)
        ("next", "i8"),  # state: the next change
    ]
)


MATCHER = _record(
    [
        ("instance", "i8"),
        ("stock", "i8"),  # that of its first take of a family
    ]
)


LEAVE = _record(
    [
        ("stock", "i8"),
        ("to", "i8"),  # the stock that those who leave enter
        ("after", "i8"),  # as instance["time"]; -1 none
        ("when", "i8"),  # code of a condition, or -1
        ("visit", "i8"),  # column of item visits, or -1
        ("stream", "u8"),
        # state
        ("key", "u8"),
        ("overdue", "i8"),  # items whose patience is over, and that find no room
    ]
)


CHANGE = _record([("tick", "i8"), ("what", "i8")])  # what: Change


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


QUANTILE = _record([("flow", "i8"), ("of_family", "i8"), ("probability", "f8")])


SCALAR = _record(
    [
        ("horizon", "i8"),  # ticks
        ("warm_up", "i8"),
        ("shift", "i8"),  # UNLIMITED where there is no shift
        ("limit_per_instant", "i8"),
        ("visits", "i8"),  # columns of item visits
        ("takes", "i8"),  # most takes of an instance
        ("described", "i8"),  # 1: items have a kind, a step and attributes
        ("attributes", "i8"),
        ("due", "i8"),  # the attribute of that name, or -1
        ("keyed_stocks", "i8"),  # stocks and lanes that are ordered by a key
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
        ("rule_width", "i8"),  # entries of `asked` for each join
    ]
)
