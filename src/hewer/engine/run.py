"""Run a Program: replications of one world, as rows of arrays.

This is the only caller of the kernel. It releases the GIL, so that threads run replications at once; the
result of a replication depends on (program, seed, world, replication) and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from hewer.engine.draws import replication_key
from hewer.engine.jit import lean_parts
from hewer.engine.kernel.loop import (
    BREAK_BEGINS,
    BREAK_ENDS,
    HORIZON,
    SHIFT_ENDS,
    WARM_UP,
    advance,
    chain_items,
    chain_works,
)
from hewer.engine.kernel.material import BINS
from hewer.engine.kernel.state import CLOCK, FIELDS, TIMER, Memory
from hewer.engine.program import UNLIMITED, Birth, Op, Program, Requirement, Status, columns
from hewer.errors import BadNumberError, EndlessError

_BUDGET = 2_000_000  # events between two looks at ``stop``
_RECORDS = 64  # work and item records to begin with
_LOG = 4096
_MOST_RECORDS = 1 << 30


class RunData(NamedTuple):
    """Results of replications, one row each.

    Attributes
    ----------
    stock : [replication, stock instance] of arrived, departed, final, peak (items or grains), integral (of the
        level, times ticks), waited (ticks spent by items taken)
    instance : [replication, instance] of started, ended, busy, stuck (works times ticks)
    pool_busy : [replication, pool] units in use times ticks
    worker_time : [replication, worker, column] ticks; the columns of ``program.columns``; adds up to the
        accounted time
    overtime : [replication, worker] ticks worked beyond the horizon
    source : [replication, source] of arrived, lost
    flow : [replication, flow] FLOW
    quantile : [replication, quantile asked for] ticks
    ended : [replication] tick at which the last work ended
    deadlock : [replication] tick from which works were blocked and nothing moved, or -1
    lacks : [replication, instance] stock in which a finished work lacks room at the end, or -1
    inside : [replication] items still inside
    log : one [record, 5] array of tick, event, a, b, x for each replication, or None
    """

    stock: np.ndarray
    instance: np.ndarray
    pool_busy: np.ndarray
    worker_time: np.ndarray
    overtime: np.ndarray
    source: np.ndarray
    flow: np.ndarray
    quantile: np.ndarray
    ended: np.ndarray
    deadlock: np.ndarray
    lacks: np.ndarray
    inside: np.ndarray
    log: list[np.ndarray] | None


_OUT = {
    "stock": "out_stock",
    "instance": "out_instance",
    "pool_busy": "out_pool",
    "worker_time": "out_worker_time",
    "overtime": "out_overtime",
    "source": "out_source",
    "flow": "out_flow",
    "quantile": "out_quantile",
    "ended": "out_ended",
    "deadlock": "out_deadlock",
    "lacks": "out_lacks",
    "inside": "out_inside",
}


def _timers(program: Program) -> np.ndarray:
    scalar = program.scalar[0]
    rows = []
    for k, record in enumerate(program.breaks):
        rows.append((BREAK_BEGINS, k, record["begin"]))
        rows.append((BREAK_ENDS, k, record["end"]))
    if scalar["warm_up"] > 0:
        rows.append((WARM_UP, 0, scalar["warm_up"]))
    if scalar["shift"] < UNLIMITED:
        rows.append((SHIFT_ENDS, 0, scalar["shift"]))
    rows.append((HORIZON, 0, scalar["horizon"]))
    return np.array(rows, dtype=TIMER)


def _makes(program: Program) -> np.ndarray:
    """Whether each instance may give more items than it takes."""
    result = np.zeros(len(program.instance), dtype=np.int32)
    for i, instance in enumerate(program.instance):
        taken = sum(int(t["low"]) for t in program.take[instance["take0"] : instance["take1"]] if t["items"])
        spans = [(instance["give0"], instance["give1"])]
        spans += [(o["give0"], o["give1"]) for o in program.outcome[instance["outcome0"] : instance["outcome1"]]]
        for k, (low, high) in enumerate(spans):
            made = [g for g in program.give[low:high] if g["items"]]
            common = [g for g in program.give[instance["give0"] : instance["give1"]] if g["items"] and k > 0]
            several = made + common
            if any(g["amount"] != -1 for g in several) or sum(int(g["fixed"]) for g in several) > taken:
                result[i] = 1
    return result


def _gives(program: Program, instance: Any) -> list[Any]:
    """All that an instance may give, whatever the outcome."""
    outcomes = program.outcome[instance["outcome0"] : instance["outcome1"]]
    spans = [(instance["give0"], instance["give1"]), *((o["give0"], o["give1"]) for o in outcomes)]
    return [give for low, high in spans for give in program.give[low:high]]


def _most_made(program: Program) -> int:
    """Most items that one event makes; no limit where an amount is random."""
    if any(g["items"] and g["amount"] != -1 for g in program.give):
        return _MOST_RECORDS
    items = [s for s in program.source if program.stock[s["stock"]]["items"]]
    if any(s["amount"] != -1 for s in items):
        return _MOST_RECORDS
    given = sum(int(g["fixed"]) for g in program.give if g["items"])
    return max(0, given, *(int(s["fixed"]) for s in items))


def _plain(program: Program) -> np.ndarray:
    """Whether each instance takes one item and gives it on, and nothing else."""
    result = np.zeros(len(program.instance), dtype=np.int64)
    for i, instance in enumerate(program.instance):
        take = program.take[instance["take0"] : instance["take1"]]
        give = program.give[instance["give0"] : instance["give1"]]
        one = len(take) == 1 and len(give) == 1 and instance["outcome0"] == instance["outcome1"]
        if one and take[0]["items"] and give[0]["items"] and instance["birth"] == Birth.CARRIER:
            fixed = take[0]["amount"] == -1 and give[0]["amount"] == -1
            result[i] = int(fixed and take[0]["low"] == take[0]["high"] == give[0]["fixed"] == 1)
    return result


def _clock_guards(program: Program) -> np.ndarray:
    """Guards that read the clock: they are judged at every instant (rule 1)."""
    found = []
    for q, requirement in enumerate(program.requirement):
        at = int(requirement["code"])
        while requirement["kind"] == Requirement.GUARD and program.code[at]["op"] != Op.END:
            if program.code[at]["op"] == Op.NOW:
                found.append(q)
                break
            at += 1
    return np.array(found, dtype=np.int64)


def _sizes(program: Program, timers: int) -> dict[str, int]:
    scalar = program.scalar[0]
    column = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
    return {
        "stock_n": len(program.stock),
        "instance_n": len(program.instance),
        "requirement_n": len(program.requirement),
        "take_n": len(program.take),
        "need_n": len(program.need),
        "pool_n": len(program.pool),
        "join_n": len(program.join),
        "group_n": len(program.group),
        "worker_n": len(program.worker),
        "source_n": len(program.source),
        "break_n": len(program.breaks),
        "timer_n": timers,
        "flow_n": len(program.flow),
        "quantile_n": len(program.quantile),
        "column_n": column.total,
        "activity_n": int(scalar["activities"]),
        "place_members": int(scalar["place_members"]),
        "tail_n": int(scalar["class_tails"]),
        "walking": column.walking,
        "partner": column.partner,
        "rest": column.rest,
        "done": column.done,
        "stuck": column.blocked,
        "material": column.material,
        "space": column.space,
        "room": column.room,
        "tool": column.tool,
        "guard": column.guard,
        "people": column.people,
        "nothing": column.nothing,
        "horizon": int(scalar["horizon"]),
        "warm_up": int(scalar["warm_up"]),
        "shift": int(scalar["shift"]),
        "limit": int(scalar["limit_per_instant"]),
        "visits": int(scalar["visits"]),
        "takes": max(1, int(scalar["takes"])),
        "default_class": int(scalar["default_class"]),
        "most_made": _most_made(program),
        "gives": max([1, *(len(_gives(program, i)) for i in program.instance)]),
        "timer0": len(program.source),
        "work0": len(program.source) + timers,
    }


def _blank(name: str, size: int) -> np.ndarray:
    return np.zeros(max(1, size), dtype=FIELDS[name])


def _new_memory(program: Program, keys: list[int], logging: bool) -> Memory:
    """Arrays for the replications of ``keys``."""
    timers = _timers(program)
    size = _sizes(program, len(timers))
    items = int(program.scalar[0]["start_items"]) + _RECORDS
    clock = np.zeros(1, dtype=CLOCK)
    for name, value in size.items():
        clock[name] = value
    clock["works"], clock["items"] = _RECORDS, items
    clock["logging"], clock["log_room"] = int(logging), _LOG if logging else 0
    clock["count"] = len(keys)
    slots = size["work0"] + _RECORDS
    count, workers = len(keys), size["worker_n"]
    slot_most = int((program.instance["post1"] - program.instance["post0"]).max(initial=0))
    lengths = {
        "work": _RECORDS, "item": items, "visit": items * size["visits"], "taken": _RECORDS * size["takes"],
        "given": _RECORDS * size["gives"],
        "heap": slots, "position": slots, "group_heap": int(program.scalar[0]["heap"]),
        "class_tail": size["tail_n"], "dirty_stock": size["stock_n"], "dirty_pool": size["pool_n"],
        "changed": size["instance_n"], "clock_guard": 0, "is_changed": size["instance_n"], "touched": size["group_n"],
        "nominee": size["group_n"], "aside": size["instance_n"], "chosen": slot_most + 1,
        "filled": slot_most, "seen": slot_most, "queue": slot_most, "stack": 64, "veto": size["stock_n"],
        "worker_time": workers * size["column_n"],
        "histogram": 2 * BINS * size["flow_n"] if size["quantile_n"] else 0,
        "log": 5 * _LOG if logging else 0,
        "out_stock": count * size["stock_n"], "out_instance": count * size["instance_n"],
        "out_pool": count * size["pool_n"], "out_worker_time": count * workers * size["column_n"],
        "out_overtime": count * workers, "out_source": count * size["source_n"],
        "out_flow": count * size["flow_n"], "out_quantile": count * size["quantile_n"],
        "out_ended": count, "out_deadlock": count, "out_inside": count,
        "out_lacks": count * size["instance_n"],
    }  # fmt: skip
    arrays = {name: _blank(name, length) for name, length in lengths.items()}
    for name in Program._fields:
        if name in FIELDS:
            given = np.ascontiguousarray(getattr(program, name), dtype=FIELDS[name]).ravel()
            arrays[name] = given.copy() if given.size else _blank(name, 1)
    if len(program.instance):
        arrays["instance"]["can_staff"] = program.instance["staffed"]
        arrays["instance"]["makes"] = _makes(program)
        arrays["instance"]["plain"] = _plain(program)
        random = [any(program.take["amount"][i["take0"] : i["take1"]] != -1) for i in program.instance]
        arrays["instance"]["random_takes"] = random
        arrays["instance"]["random_gives"] = [any(g["amount"] != -1 for g in _gives(program, i)) for i in program.instance]
    arrays["clock"], arrays["timer"] = clock, timers
    guards = _clock_guards(program)
    clock["clock_guards"] = len(guards)
    if len(guards):
        arrays["clock_guard"] = guards
    arrays["replication_key"] = np.array(keys, dtype=np.uint64)
    return Memory(arrays)


def _longer(memory: Memory, name: str, size: int) -> None:
    grown = _blank(name, size)
    old = memory.arrays[name]
    grown[: len(old)] = old
    memory.place(name, grown)


def _grow_items(memory: Memory) -> None:
    clock = memory.arrays["clock"][0]
    first = int(clock["items"])
    clock["items"] = min(_MOST_RECORDS, max(2 * first, first + int(clock["wanted"])))
    _longer(memory, "item", int(clock["items"]))
    _longer(memory, "visit", int(clock["items"]) * int(clock["visits"]))
    chain_items(memory.handle, first)


def _grow_works(memory: Memory) -> None:
    clock = memory.arrays["clock"][0]
    first = int(clock["works"])
    clock["works"] = 2 * first
    _longer(memory, "work", 2 * first)
    _longer(memory, "taken", 2 * first * int(clock["takes"]))
    _longer(memory, "given", 2 * first * int(clock["gives"]))
    slots = int(clock["work0"]) + 2 * first
    _longer(memory, "heap", slots)
    _longer(memory, "position", slots)
    chain_works(memory.handle, first)


def _grow_log(memory: Memory) -> None:
    """Make room for the whole log, and run the replication again: it is the same."""
    clock = memory.arrays["clock"][0]
    clock["log_room"] = int(clock["log_size"]) + 64
    memory.place("log", _blank("log", 5 * int(clock["log_room"])))
    clock["begun"] = 0


def _fail(status: Status, memory: Memory, names: Any) -> None:
    clock = memory.arrays["clock"][0]
    culprit, instances = int(clock["culprit"]), int(clock["instance_n"])
    if names is None:
        name = f"instance {culprit}"
    elif culprit < instances:
        name = f"activity `{names.instances[culprit]}`"
    else:
        name = f"source `{names.sources[culprit - instances]}`"
    if status == Status.ENDLESS:
        raise EndlessError(
            f"{name} started more than {int(clock['limit'])} times at one instant (tick {int(clock['now'])}). "
            "Give it a time above 0, or something to take; `limits.starts_per_instant` raises the limit."
        )
    raise BadNumberError(
        f"{name} drew a time or an amount that is negative, not a number, or too large, at tick "
        f"{int(clock['now'])}. Look at its distribution and at the expressions it depends on."
    )


def _collect(memory: Memory, program: Program, count: int, logs: list[np.ndarray] | None) -> RunData:
    size = memory.arrays["clock"][0]
    shapes: dict[str, tuple[int, ...]] = {
        "stock": (count, int(size["stock_n"])),
        "instance": (count, int(size["instance_n"])),
        "pool_busy": (count, int(size["pool_n"])),
        "worker_time": (count, int(size["worker_n"]), int(size["column_n"])),
        "overtime": (count, int(size["worker_n"])),
        "source": (count, int(size["source_n"])),
        "flow": (count, int(size["flow_n"])),
        "quantile": (count, int(size["quantile_n"])),
        "ended": (count,),
        "deadlock": (count,),
        "lacks": (count, int(size["instance_n"])),
        "inside": (count,),
    }
    rows = {
        name: memory.arrays[array][: int(np.prod(shapes[name]))].reshape(shapes[name]).copy()
        for name, array in _OUT.items()
    }
    return RunData(**rows, log=logs)


def run_replications(
    program: Program,
    *,
    seed: int,
    world: int = 0,
    first: int = 0,
    count: int = 1,
    log: bool = False,
    names: Any = None,
    stop: Callable[[], bool] | None = None,
) -> RunData:
    """Run replications ``first`` to ``first + count - 1`` of a world.

    Parameters
    ----------
    program : Program
        Not changed.
    seed, world : int
        With the replication's number, the key of all its draws (rule 7).
    first, count : int
        Replications to run.
    log : bool
        Keep the event log of each.
    names : Names, optional
        For the texts of errors.
    stop : callable, optional
        Asked about every two million events; when true, the run ends with the replications done by then.

    Returns
    -------
    RunData
        ``count`` rows, fewer where ``stop`` said so.

    Raises
    ------
    EndlessError, BadNumberError
    """
    keys = [replication_key(seed, world, first + r) for r in range(count)]
    memory = _new_memory(program, keys, log)
    clock = memory.arrays["clock"][0]
    logs: list[np.ndarray] | None = [] if log else None
    done = 0
    while True:
        clock["budget"] = _BUDGET
        with lean_parts():
            status = Status(advance(memory.handle))
        if logs is not None and int(clock["index"]) > done:
            size = int(clock["log_size"])
            logs.append(memory.arrays["log"][: 5 * size].reshape(size, 5).copy())
        done = int(clock["index"])
        if status == Status.DONE or (stop is not None and stop()):
            break
        if status == Status.GROW_ITEMS:
            _grow_items(memory)
        elif status == Status.GROW_WORKS:
            _grow_works(memory)
        elif status == Status.GROW_LOG:
            _grow_log(memory)
        elif status != Status.AGAIN:
            _fail(status, memory, names)
    return _collect(memory, program, done, logs)
