"""The arrays of a run, field by field: those that a Program has not, and the order of all in memory.

Records of the Program are in :mod:`hewer.engine.records`; units are stated there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine import records

WORK = np.dtype(
    [
        ("key", "u8"),
        ("serial", "i8"),  # start serial
        ("begun", "i8"),  # tick of its start
        ("content", "i8"),  # as drawn, in ticks of standard speed
        ("end", "i8"),  # tick at which it ends or begins, while scheduled
        ("rate", "f8"),
        ("instance", "i4"),
        ("phase", "i4"),  # Phase
        ("lead", "i4"),  # first of the team, linked by worker["mate"]
        ("items", "i4"),  # first item in hand, linked by item["next"], in the order taken
        ("outcome", "i4"),  # -1: not drawn, or none
        ("next", "i4"),  # of the blocked, earliest first; of the suspended; of the free records
        ("off", "i4"),  # team members on break or done
        ("lacks", "i4"),  # stock a blocked work lacks room in
        ("walk", "i4"),  # 1: on the way to begin; 2: to resume
        ("onward", "i4"),  # stock in which room is reserved for what goes onward, or -1
        ("since", "i8"),  # where it can be suspended: the rank it was started with,
        ("earlier", "i8"),  # since and serial of the instance before
        ("remaining", "i8"),  # while paused or suspended: content (or walk) left
        ("left", "i8"),  # content left, while people walk to a work that they resume
        ("redraws", "i4"),
        ("previous", "i4"),
        ("victim", "i8"),  # round in which it was last found to be worth interrupting
        ("promised", "i8"),  # new items a blocked work will make
    ],
    align=True,
)

ITEM = np.dtype(
    [
        ("lineage", "u8"),
        ("birth", "i8"),
        ("founded", "i8"),  # birth of the founder of its family
        ("entry", "i8"),
        ("next", "i4"),
        ("previous", "i4"),
        ("family", "i4"),  # index of the founder's record; itself for a founder
        ("living", "i4"),  # of a founder: living members of its family
        ("priority", "i4"),
        ("children", "i4"),  # made so far
    ],
    align=True,
)

KIN = np.dtype([("next", "i8"), ("previous", "i8"), ("serial", "i8")], align=True)

KIN_LINE = np.dtype([("head", "i8"), ("tail", "i8"), ("number", "i8")], align=True)

HEAP_ENTRY = np.dtype([("first", "i8"), ("second", "i8"), ("item", "i8")], align=True)

SLOT = np.dtype([("tick", "i8"), ("key", "i8"), ("slot", "i8")], align=True)

TIMER = np.dtype([("kind", "i8"), ("index", "i8"), ("tick", "i8")], align=True)

CALM = np.dtype(
    [
        ("dep", "i8"),  # dependents from here on are guards that turn only where the level passes a turn
        ("turn0", "i8"),
        ("turn1", "i8"),
        ("low", "i8"),  # from here to below `high` none of them turns
        ("high", "i8"),
    ],
    align=True,
)

TURN = np.dtype(
    [
        ("stock", "i8"),
        ("first", "i8"),  # the code of both sides
        ("last", "i8"),  # the comparison behind them
        ("op", "i8"),  # LT, LE, GT or GE
        ("at", "i8"),  # the least level at which it is not what it is at 0
    ],
    align=True,
)

TIREDNESS = np.dtype([("level", "f8"), ("since", "i8"), ("mode", "i8")], align=True)

CLOCK = np.dtype(
    [
        ("now", "i8"),
        ("status", "i8"),
        ("mode", "i8"),  # 0 what ends now, 1 what starts now
        ("budget", "i8"),
        ("events", "i8"),
        ("culprit", "i8"),
        ("logging", "i8"),
        ("log_size", "i8"),
        ("log_room", "i8"),
        # calendar: slots are sources, timers, hazards, works
        ("heap", "i8"),
        ("hole", "i8"),  # 1: the first place of the heap is empty
        ("insertions", "i8"),
        ("timer0", "i8"),
        ("hazard0", "i8"),
        ("work0", "i8"),
        # records
        ("works", "i8"),
        ("free_work", "i8"),  # first of those that were used before; -1
        ("unused_work", "i8"),  # first of those that this replication has not used
        ("items", "i8"),
        ("free_item", "i8"),
        ("unused_item", "i8"),
        ("free_items", "i8"),  # both kinds together
        ("alive", "i8"),  # items alive, wherever they are
        ("most_made", "i8"),  # items that one event can make, as far as is known beforehand
        ("wanted", "i8"),  # items that the next event needs
        ("promised", "i8"),
        ("visits", "i8"),
        ("takes", "i8"),
        ("gives", "i8"),  # most gives of a work
        ("default_class", "i8"),
        ("described", "i8"),  # 1: items have kinds, steps and attributes
        ("attributes", "i8"),
        ("due", "i8"),  # the attribute that `earliest_due` looks at, or -1
        ("keyed_stocks", "i8"),
        ("item", "i8"),  # the item at hand, whose attributes expressions read; -1
        # leaving
        ("heaps", "i8"),  # heaps of items
        ("leave_n", "i8"),
        ("patience_timer", "i8"),  # timer that rings when the first loses patience
        ("patience_tick", "i8"),  # what it is set to, or -1
        ("patient", "i8"),  # items that began to wait, in this replication
        ("leave_tick", "i8"),  # rule 5: a tick, and how often stocks were left at it
        ("leavings", "i8"),
        # families that are taken together
        ("kin_columns", "i8"),
        ("kin_heap", "i8"),  # the first heap of complete families
        ("kin_serial", "i8"),  # entries, in this replication
        ("matcher_n", "i8"),
        # serials
        ("entries", "i8"),  # into stocks ordered by a key
        ("starts", "i8"),
        ("freed", "i8"),
        # sizes
        ("stock_n", "i8"),
        ("kind_n", "i8"),
        ("setting_n", "i8"),
        ("settings", "i8"),  # returns of units that are set up
        ("lane_n", "i8"),  # lanes are numbered on behind the stocks
        ("instance_n", "i8"),
        ("requirement_n", "i8"),
        ("take_n", "i8"),
        ("need_n", "i8"),
        ("pool_n", "i8"),
        ("join_n", "i8"),
        ("group_n", "i8"),
        ("worker_n", "i8"),
        ("source_n", "i8"),
        ("break_n", "i8"),
        ("duty_n", "i8"),
        ("line_n", "i8"),  # workers in lines
        ("hazard_n", "i8"),  # tool units that fail, then people who are absent
        ("timer_n", "i8"),
        ("wake_n", "i8"),  # the last of the timers, but for those below: wakes
        ("unset_n", "i8"),  # the last of all: set in the course of the run
        ("approach0", "i8"),  # slot of the first worker who goes back to take over
        ("flow_n", "i8"),
        ("quantile_n", "i8"),
        ("column_n", "i8"),
        ("activity_n", "i8"),
        ("place_members", "i8"),
        ("tail_n", "i8"),
        ("clock_guards", "i8"),  # guards that read the clock
        ("guards", "i8"),  # guards to judge
        ("turn_n", "i8"),
        ("turns_known", "i8"),  # 0: numbers have changed since turns were found
        ("rule_width", "i8"),
        ("preemptors", "i8"),  # instances that interrupt others
        ("owners", "i8"),  # most people who wait for one another to go on with a work; 0: nobody does
        ("unit_n", "i8"),  # units that are carried
        ("learns", "i8"),  # 1: some workers learn
        ("tires", "i8"),
        # columns of worker_time
        ("walking", "i8"),
        ("partner", "i8"),
        ("rest", "i8"),
        ("done", "i8"),
        ("away", "i8"),  # off duty
        ("absent", "i8"),
        ("stuck", "i8"),
        ("material", "i8"),
        ("space", "i8"),
        ("room", "i8"),
        ("tool", "i8"),
        ("guard", "i8"),
        ("people", "i8"),
        ("nothing", "i8"),
        # terms
        ("limit", "i8"),
        # lists of what changed
        ("dirty_stocks", "i8"),
        ("dirty_pools", "i8"),
        ("changed", "i8"),
        ("touched", "i8"),
        ("freed_room", "i8"),  # room was freed where a blocked work lacks it
        # course of the run
        ("shift_over", "i8"),
        ("closed", "i8"),  # past the horizon: nothing is accounted
        ("running", "i8"),  # works scheduled
        ("paused", "i8"),
        ("suspended", "i8"),
        ("tokens", "i8"),  # of units that are down
        ("arrivals_now", "i8"),  # arrivals at the present tick
        ("arrival_tick", "i8"),
        ("blocked_head", "i8"),
        ("blocked_tail", "i8"),
        ("blocked", "i8"),
        ("ready_teams", "i8"),
        ("claims", "i8"),  # workers waiting for a partner because they are claimed
        ("round", "i8"),
        ("deadlock", "i8"),
        # replications
        ("replication", "u8"),  # key
        ("first", "i8"),
        ("index", "i8"),
        ("count", "i8"),
        ("begun", "i8"),
    ],
    align=True,
)

OUT_STOCK = np.dtype(
    [
        ("arrived", "i8"),
        ("departed", "i8"),
        ("final", "i8"),
        ("peak", "i8"),
        ("left", "i8"),
        ("integral", "f8"),
        ("waited", "f8"),
    ]
)
OUT_HAZARD = np.dtype([("struck", "i8"), ("lost", "f8")])
OUT_INSTANCE = np.dtype(
    [
        ("started", "i8"),
        ("ended", "i8"),
        ("interrupted", "i8"),
        ("set_ups", "i8"),
        ("busy", "f8"),
        ("stuck", "f8"),
        ("set_up", "f8"),
    ]
)
OUT_SOURCE = np.dtype([("arrived", "i8"), ("lost", "i8"), ("balked", "i8"), ("diverted", "i8")])

_FIELDS: list[tuple[str, Any]] = [
    ("clock", CLOCK),
    ("stock", records.STOCK),
    ("instance", records.INSTANCE),
    ("requirement", records.REQUIREMENT),
    ("take", records.TAKE),
    ("give", records.GIVE),
    ("outcome", records.OUTCOME),
    ("need", records.NEED),
    ("pool", records.POOL),
    ("join", records.JOIN),
    ("group", records.GROUP),
    ("rule", records.RULE),
    ("asked", np.dtype("i8")),  # [join * rule width + k] Number, or code
    ("number", np.dtype("f8")),  # [k] numbers that a rule is given
    ("worker", records.WORKER),
    ("source", records.SOURCE),
    ("arrival", records.ARRIVAL),
    ("breaks", records.BREAK),
    ("duty", records.DUTY),
    ("change", records.CHANGE),
    ("line", np.dtype("i8")),
    ("awaited", np.dtype("i8")),  # [instance] free workers of a line who wait for what lies there
    ("hazard", records.HAZARD),
    ("distribution", records.DISTRIBUTION),
    ("code", records.CODE),
    ("flow", records.FLOW),
    ("leave", records.LEAVE),
    ("matcher", records.MATCHER),
    ("matching", np.dtype("i8")),
    ("dependent", np.dtype("i8")),
    ("slot_post", np.dtype("i8")),
    ("could_fill", np.dtype("i8")),
    ("break_role", np.dtype("i8")),
    ("table", np.dtype("f8")),
    ("walk", np.dtype("i8")),
    ("rate", np.dtype("f8")),
    ("unit", records.UNIT),
    ("pace", records.PACE),  # [role * activities + activity]
    ("fatigue", records.FATIGUE),
    ("repetition", np.dtype("i8")),  # [worker * activities + activity]
    ("tiredness", TIREDNESS),  # by worker
    ("quantile", records.QUANTILE),
    ("weight", np.dtype("f8")),
    ("manner", records.MANNER),
    ("kind", records.KIND),
    ("step", records.STEP),
    ("attribute", records.ATTRIBUTE),
    ("recipe", records.RECIPE),
    ("assign", records.ASSIGN),
    ("start_kind", np.dtype("i8")),
    ("setting", records.SETTING),
    ("change_over", np.dtype("i8")),
    ("role_table", np.dtype("i8")),
    ("work", WORK),
    ("item", ITEM),
    ("kin", KIN),  # [item] its place in the line of its family
    ("kin_line", KIN_LINE),  # [founder * columns + column]
    ("item_heap", HEAP_ENTRY),  # [n * heaps + heap] those who wait for a time to be over
    ("heap_place", np.dtype("i8")),  # [item * heaps + heap] place in the heap plus 1, or 0
    ("heap_size", np.dtype("i8")),  # [heap]
    ("item_stock", np.dtype("i8")),  # [item] stock that it waits in, where it has patience
    ("visit", np.dtype("i8")),  # [item * visits + column]
    ("item_trait", np.dtype("i8")),  # see ``trait``
    ("item_attribute", np.dtype("f8")),
    ("item_key", np.dtype("f8")),  # see ``order``
    ("item_serial", np.dtype("i8")),
    ("tree", np.dtype("i8")),
    ("fresh", np.dtype("f8")),  # [assignment] scratch of what a work sets
    ("given", np.dtype("i8")),  # [work * gives + k] random amounts of a finished work
    ("taken", np.dtype("i8")),  # [work * takes + k]
    ("heap", SLOT),  # the calendar
    ("position", np.dtype("i8")),  # [slot] place in the calendar, or -1
    ("timer", TIMER),
    ("group_heap", np.dtype("i8")),  # ready joins of each group
    ("class_tail", np.dtype("i8")),
    ("dirty_stock", np.dtype("i8")),
    ("dirty_pool", np.dtype("i8")),
    ("changed", np.dtype("i8")),  # instances to restage
    ("clock_guard", np.dtype("i8")),  # requirements
    ("preemptor", np.dtype("i8")),  # instances
    ("owner", np.dtype("i8")),  # [work * owners + k] workers
    ("is_changed", np.dtype("i8")),
    ("touched", np.dtype("i8")),  # groups that may start something
    ("nominee", np.dtype("i8")),  # [group] join that it nominates
    ("aside", np.dtype("i8")),  # [instance] round in which it was last set aside
    ("chosen", np.dtype("i8")),  # workers of the team being formed
    ("filled", np.dtype("i8")),  # [slot] worker fitted
    ("seen", np.dtype("i8")),  # [slot] scratch of matching: slot it was reached from
    ("queue", np.dtype("i8")),  # [slot] scratch of matching
    ("stack", np.dtype("f8")),  # of expressions
    (
        "skip",
        np.dtype("i8"),
    ),  # [code] where to go on if the value so far is false, or (below 0) true; 0 nowhere
    ("guard", np.dtype("i8")),  # guards to judge
    ("calm", CALM),  # [stock or lane]
    ("turn", TURN),
    ("is_due", np.dtype("i8")),  # [requirement] 1: it stands among those
    ("veto", np.dtype("i8")),  # [stock] round of releases in which it was last vetoed
    ("worker_time", np.dtype("i8")),  # [worker * columns + column]
    ("histogram", np.dtype("i8")),  # [(2 * flow + of_family) * bins + bin]
    ("log", np.dtype("i8")),  # [record * 5 + field]
    ("out_stock", OUT_STOCK),
    ("out_instance", OUT_INSTANCE),
    ("out_pool", np.dtype("f8")),
    ("out_worker_time", np.dtype("i8")),
    ("out_overtime", np.dtype("i8")),
    ("out_hazard", OUT_HAZARD),
    ("out_source", OUT_SOURCE),
    ("out_flow", records.FLOW),
    ("out_quantile", np.dtype("f8")),
    ("out_ended", np.dtype("i8")),
    ("out_deadlock", np.dtype("i8")),
    ("out_lacks", np.dtype("i8")),
    ("out_inside", np.dtype("i8")),
    ("replication_key", np.dtype("u8")),  # [replication of this call]
]
FIELDS: dict[str, Any] = dict(_FIELDS)
