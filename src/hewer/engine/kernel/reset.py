"""The state at the start of a replication."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import STOCK_STAGE, Class
from hewer.engine.draws import member_of, stream_key
from hewer.engine.features import CODE, HAZARDS, KINDS, LEAVING, PACE, TERMS, WALKING
from hewer.engine.jit import apart
from hewer.engine.kernel.interruption.terms import clear_counts
from hewer.engine.kernel.judging.hazard import arm
from hewer.engine.kernel.judging.require import judge, judge_requirement, mark_instance
from hewer.engine.kernel.judging.trait import describe_start
from hewer.engine.kernel.judging.turning import find_turns
from hewer.engine.kernel.material.leaving import begin_all, leave_all
from hewer.engine.kernel.material.material import new_item, stand_item
from hewer.engine.kernel.material.source import schedule_source
from hewer.engine.kernel.memory.calendar import first_tick, schedule
from hewer.engine.kernel.memory.pace import reset_pace
from hewer.engine.kernel.memory.state import (
    aside,
    attribute_records,
    calms,
    class_tails,
    clocks,
    duties,
    groups,
    hazards,
    heap_places,
    heap_sizes,
    instances,
    is_changed,
    is_due,
    joins,
    leaves,
    needs,
    pools,
    positions,
    replication_keys,
    requirements,
    sources,
    stocks,
    timers,
    vetoes,
    workers,
)
from hewer.engine.kernel.people.carry import reset_units
from hewer.engine.kernel.people.people import make_free, send_off
from hewer.engine.kernel.people.set_up import reset_settings
from hewer.engine.kernel.work.start import draw_takes

_STOCK = STOCK_STAGE
_CALENDAR, _TIMER = int(Class.CALENDAR), int(Class.TIMER)


@apart
def _reset_clock(m: Any) -> Any:
    clock = clocks(m)
    clock["now"] = 0
    clock["mode"] = 0
    clock["log_size"] = 0
    clock["heap"] = 0
    clock["hole"] = 0
    clock["insertions"] = 0
    clock["alive"] = 0
    clock["wanted"] = 0
    clock["promised"] = 0
    clock["starts"] = 0
    clock["freed"] = 0
    clock["dirty_stocks"] = 0
    clock["dirty_pools"] = 0
    clock["changed"] = 0
    clock["guards"] = 0
    clock["touched"] = 0
    clock["freed_room"] = 0
    clock["shift_over"] = 0
    clock["closed"] = 0
    clock["running"] = 0
    clock["paused"] = 0
    clock["suspended"] = 0
    clock["tokens"] = 0
    clock["arrivals_now"] = 0
    clock["arrival_tick"] = -1
    clock["blocked_head"] = -1
    clock["blocked_tail"] = -1
    clock["blocked"] = 0
    clock["ready_teams"] = 0
    clock["claims"] = 0
    clock["round"] = 0
    clock["deadlock"] = -1
    clock["patience_tick"] = -1
    clock["patient"] = 0
    clock["kin_serial"] = 0
    clock["leave_tick"] = -1
    clock["replication"] = replication_keys(m)[clock["index"]]


@apart
def _reset_records(m: Any) -> Any:
    clock = clocks(m)
    for slot in range(clock["work0"]):
        positions(m)[slot] = -1
    for k in range(clock["tail_n"]):
        class_tails(m)[k] = -1
    for k in range(clock["unused_item"] * clock["heaps"]):
        heap_places(m)[k] = 0
    clock["free_work"] = -1
    clock["unused_work"] = 0
    clock["free_item"] = -1
    clock["unused_item"] = 0
    clock["free_items"] = clock["items"]
    for h in range(clock["heaps"]):
        heap_sizes(m)[h] = 0


@apart
def _reset_traits(m: Any) -> Any:
    clock = clocks(m)
    clock["item"] = -1
    clock["entries"] = 0
    if KINDS and clock["described"] == 1:
        for a in range(clock["attributes"] + 2):
            record = attribute_records(m, a)
            record["key"] = stream_key(record["stream"], clock["replication"])
    for s in range(clock["stock_n"], clock["stock_n"] + clock["lane_n"]):
        lane = stocks(m, s)
        lane["level"] = 0
        lane["head"] = -1
        lane["tail"] = -1
        lane["dirty"] = 0


@apart
def _reset_stocks(m: Any) -> Any:
    clock = clocks(m)
    for s in range(clock["stock_n"]):
        stock = stocks(m, s)
        stock["givers_blocked"] = 0
        stock["dirty"] = 0
        stock["level"] = 0
        stock["reserved"] = 0
        stock["held"] = 0
        stock["head"] = -1
        stock["tail"] = -1
        stock["touched"] = 0
        vetoes(m)[s] = -1
        if stock["items"] == 1 and stock["sink"] < 0:
            for k in range(stock["start"]):
                item = new_item(m, member_of(stock["lineage"], k), 0, clock["default_class"])
                if KINDS and clock["described"] == 1:
                    describe_start(m, item, s)
                stand_item(m, s, item)
        stock["level"] = stock["start"]
        stock["dirty"] = 0
    for s in range(clock["stock_n"], clock["stock_n"] + clock["lane_n"]):
        stocks(m, s)["dirty"] = 0
    for s in range(clock["stock_n"]):
        stocks(m, s)["dirty"] = 0
    clock["dirty_stocks"] = 0
    if CODE:
        _reset_turns(m)
    for n in range(clock["leave_n"]):
        leaves(m, n)["key"] = stream_key(leaves(m, n)["stream"], clock["replication"])
        leaves(m, n)["overdue"] = 0
    if LEAVING:
        begin_all(m)


@apart
def _reset_turns(m: Any) -> Any:
    clock = clocks(m)
    if clock["turns_known"] == 0:
        find_turns(m)
    for s in range(clock["stock_n"] + clock["lane_n"]):
        calms(m, s)["low"] = 0
        calms(m, s)["high"] = 0  # the first change of a level is judged by all


@apart
def _reset_units(m: Any) -> Any:
    clock = clocks(m)
    for r in range(clock["pool_n"]):
        pool = pools(m, r)
        if pool["hazard1"] > pool["hazard0"]:
            pool["count"] = pool["hazard1"] - pool["hazard0"]
        pool["free"] = pool["count"]
        pool["free_since"] = 0
        pool["returned"] = 0
        pool["head"] = -1
        pool["tail"] = -1
        pool["dirty"] = 0
        pool["touched"] = 0
    for n in range(clock["need_n"]):
        need = needs(m, n)
        need["queued"] = 0
        need["granted"] = 0
        need["since"] = 0
        need["joined"] = -1
    for j in range(clock["join_n"]):
        joins(m, j)["position"] = -1
    for g in range(clock["group_n"]):
        group = groups(m, g)
        group["heap_size"] = 0
        group["free_head"] = -1
        group["free_tail"] = -1
        group["free"] = 0
        group["touched"] = 0


@apart
def _reset_instances(m: Any) -> Any:
    clock = clocks(m)
    for i in range(clock["instance_n"]):
        instance = instances(m, i)
        instance["key"] = stream_key(instance["stream"], clock["replication"])
        instance["unmet"] = instance["req1"] - instance["req0"]
        instance["stage"] = _STOCK
        instance["staffed"] = instance["can_staff"]
        instance["since"] = 0
        instance["serial"] = -1
        instance["started"] = 0
        instance["starts"] = 0
        instance["instant"] = -1
        instance["instant_starts"] = 0
        instance["in_hand"] = 0
        instance["blocked"] = 0
        instance["suspended"] = -1
        instance["touched"] = 0
        is_changed(m)[i] = 0
        aside(m)[i] = -1
    for q in range(clock["requirement_n"]):
        requirements(m, q)["met"] = 0
        requirements(m, q)["since"] = 0
        requirements(m, q)["due"] = -1
        is_due(m)[q] = 0


@apart
def _judge_all(m: Any) -> Any:
    clock = clocks(m)
    for i in range(clock["instance_n"]):
        draw_takes(m, i)
        instance = instances(m, i)
        if instance["origin"] < 0:
            for q in range(instance["req0"], instance["req1"]):
                judge_requirement(m, q)
        mark_instance(m, i)


@apart
def _reset_people(m: Any) -> Any:
    clock = clocks(m)
    for w in range(clock["worker_n"]):
        worker = workers(m, w)
        worker["since"] = 0
        worker["place"] = worker["home"]
        worker["mate"] = -1
        worker["walk_until"] = 0
        worker["absent"] = 0
        worker["overtime"] = 0
        worker["turns"] = 0
        worker["claimed"] = -1
        duty = worker["duty"]
        worker["on"] = 1 if duty < 0 else duties(m, duty)["on"]
        worker["off"] = 1 - worker["on"]
        if not TERMS or worker["on"] == 1:
            make_free(m, w)
        else:
            send_off(m, w)
    if PACE:
        reset_pace(m)
    if WALKING:
        reset_units(m)


@apart
def _reset_hazard(m: Any, h: Any) -> Any:
    hazard = hazards(m, h)
    hazard["key"] = stream_key(hazard["stream"], clocks(m)["replication"])
    hazard["number"] = 0
    hazard["down"] = 0
    hazard["work"] = -1
    hazard["item"] = -1
    hazard["instant"] = -1
    hazard["instant_strikes"] = 0
    hazard["touched"] = 0
    arm(m, h)


@apart
def _schedule_all(m: Any) -> Any:
    clock = clocks(m)
    for d in range(clock["duty_n"]):
        duties(m, d)["next"] = duties(m, d)["change0"]
    wakes = clock["timer_n"] - clock["wake_n"] - clock["unset_n"]
    for k in range(wakes):
        schedule(m, clock["timer0"] + k, timers(m, k)["tick"], _CALENDAR)
    for k in range(clock["source_n"]):
        source = sources(m, k)
        source["key"] = stream_key(source["stream"], clock["replication"])
        source["number"] = 0
        source["tries"] = 0
        source["items"] = 0
        schedule_source(m, k)
    for h in range(clock["hazard_n"] if HAZARDS else 0):
        _reset_hazard(m, h)
    for k in range(wakes, clock["timer_n"] - clock["unset_n"]):
        schedule(m, clock["timer0"] + k, timers(m, k)["tick"], _TIMER)


@apart
def reset(m: Any) -> Any:
    """Set up the replication ``clock["index"]``."""
    _reset_clock(m)
    _reset_records(m)
    _reset_traits(m)
    _reset_stocks(m)
    _reset_units(m)
    _reset_instances(m)
    _reset_people(m)
    if KINDS:
        reset_settings(m)
    clear_counts(m)
    _judge_all(m)
    _schedule_all(m)
    if first_tick(m) > 0:
        clocks(m)["mode"] = 1
        leave_all(m)
        judge(m)
