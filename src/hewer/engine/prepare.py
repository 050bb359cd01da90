"""The arrays of a run: a Program's, copied, and those that a run needs besides; and how they grow."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from functools import lru_cache
from typing import Any

import numpy as np

from hewer.engine.codes import UNLIMITED, Op, Requirement
from hewer.engine.kernel.judging.expression import LEVEL_WITH, WITH
from hewer.engine.kernel.loop import (
    ARRIVES,
    BREAK_BEGINS,
    BREAK_ENDS,
    DUTY_CHANGES,
    HORIZON,
    PATIENCE,
    SHIFT_ENDS,
    TIME_IS_UP,
    WAKE,
    WARM_UP,
)
from hewer.engine.kernel.material.material import BINS
from hewer.engine.kernel.memory.layout import CLOCK, FIELDS, TIMER
from hewer.engine.kernel.memory.state import Memory
from hewer.engine.own_rules import address_of, ask
from hewer.engine.program import Patch, Played, Program, columns, write
from hewer.engine.turning import add_turns

_RECORDS = 64  # work and item records to begin with
_LOG = 4096
_MOST_RECORDS = 1 << 30


def _timers(program: Program, windows: Sequence[int]) -> np.ndarray:
    """Timers of the calendar. After each of `windows` everything is accounted, and all counts begin anew."""
    scalar = program.scalar[0]
    rows = []
    for k, record in enumerate(program.breaks):
        rows.append((BREAK_BEGINS, k, record["begin"]))
        rows.append((BREAK_ENDS, k, record["end"]))
    for k, record in enumerate(program.duty):
        if record["change0"] < record["change1"]:
            rows.append((DUTY_CHANGES, k, program.change["tick"][record["change0"]]))
    if scalar["warm_up"] > 0:
        rows.append((WARM_UP, 0, scalar["warm_up"]))
    if scalar["shift"] < UNLIMITED:
        rows.append((SHIFT_ENDS, 0, scalar["shift"]))
    for tick in windows:
        rows += [(HORIZON, 0, tick), (WARM_UP, 0, tick)]
    rows.append((HORIZON, 0, scalar["horizon"]))
    rows.extend((WAKE, 0, tick) for tick in program.wake)
    rows.extend(_unset(program))
    return np.array(rows, dtype=TIMER)


def _unset(program: Program) -> list[tuple[int, int, int]]:
    """Timers that are set in the course of the run; the last are those of workers who go back."""
    rows = [(PATIENCE, 0, 0)] if any(program.leave["after"] != -1) else []
    rows += [(TIME_IS_UP, int(q), 0) for q in np.flatnonzero(program.requirement["within"])]
    if len(program.line):
        rows.extend((ARRIVES, worker, 0) for worker in range(len(program.worker)))
    return rows


def _makes(program: Program, instance: Any) -> bool:
    """Whether an instance may give more items than it takes."""
    taken = sum(int(t["low"]) for t in program.take[instance["take0"] : instance["take1"]] if t["items"])
    common = program.give[instance["give0"] : instance["give1"]]
    outcomes = program.outcome[instance["outcome0"] : instance["outcome1"]]
    for given in [program.give[o["give0"] : o["give1"]] for o in outcomes] or [common[:0]]:
        several = [g for part in (common, given) for g in part if g["items"]]
        if any(g["amount"] != -1 for g in several) or sum(int(g["fixed"]) for g in several) > taken:
            return True
    return False


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
    listed = int(program.arrival["amount"].max(initial=0)) if items else 0
    token = int(any(program.hazard["stock"] >= 0))
    return max(token, given, listed, *(int(s["fixed"]) for s in items))


def _clock_guards(program: Program) -> np.ndarray:
    """Guards that read the clock: they are judged at every instant (rule 1)."""
    operations, end, now = program.code["op"].tolist(), int(Op.END), int(Op.NOW)
    guards = np.flatnonzero(program.requirement["kind"] == Requirement.GUARD)
    found = []
    for q in guards.tolist():
        first = int(program.requirement["code"][q])
        if now in operations[first : operations.index(end, first)]:
            found.append(q)
    return np.array(found, dtype=np.int64)


@lru_cache(maxsize=256)
def _threaded(operations: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Prepare code for the kernel: where evaluation skips, and operations that are done at once."""
    ops = np.frombuffer(operations, dtype=np.int64)
    # the Program keeps the plain code, which the oracle and the exact engines read
    joined = ops.copy()
    binary = (ops >= Op.ADD) & (ops < Op.FLOOR) & (ops != Op.NEG) & (ops != Op.NOT)
    joined[:-1][(ops[:-1] == Op.CONST) & binary[1:]] = WITH
    joined[:-1][(ops[:-1] == Op.LEVEL) & (joined[1:] == WITH)] = LEVEL_WITH
    return _skips(ops.tolist()), joined


def _skips(ops: list[int]) -> np.ndarray:
    """Where evaluation goes on behind each operation, if that decides an AND (above 0) or an OR (below 0).

    What is drawn is drawn in any case: the number of a draw is its place among them.
    """
    skips = [0] * max(1, len(ops))
    operands: list[tuple[int, bool]] = []  # the last operation of each, and whether it draws
    for at, op in enumerate(ops):
        if op == Op.END:
            operands = []
        elif op <= Op.TAKEABLE:
            operands.append((at, op == Op.DRAW))
        elif op >= Op.FLOOR or op in {Op.NEG, Op.NOT}:
            operands.append((at, operands.pop()[1]))
        else:
            (_, draws), (first, first_draws) = operands.pop(), operands.pop()
            operands.append((at, draws or first_draws))
            if op in {Op.AND, Op.OR} and not draws:
                skips[first] = at + 1 if op == Op.AND else -at - 1
    for at in range(len(ops) - 1, -1, -1):  # what decides both an operation and the one above it
        behind = skips[abs(skips[at]) - 1] if skips[at] else 0
        if behind * skips[at] > 0:
            skips[at] = behind
    return np.array(skips, dtype=np.int64)


def _sizes(program: Program, timers: int) -> dict[str, int]:
    """Work out what the clock of a run says of its model: fields of CLOCK."""
    return {
        **_counts(program),
        **_columns(program),
        **_of_items(program),
        **_of_works(program),
        **_of_calendar(program, timers),
    }


def _counts(program: Program) -> dict[str, int]:
    """Count the records of each kind."""
    counted: dict[str, Sized] = {
        "stock": program.stock, "lane": program.lane, "kind": program.kind, "setting": program.setting,
        "instance": program.instance, "requirement": program.requirement, "take": program.take,
        "need": program.need, "pool": program.pool, "join": program.join, "group": program.group,
        "worker": program.worker, "source": program.source, "break": program.breaks, "duty": program.duty,
        "line": program.line, "hazard": program.hazard, "wake": program.wake, "unset": _unset(program),
        "leave": program.leave, "matcher": program.matcher, "flow": program.flow,
        "quantile": program.quantile, "unit": program.unit,
    }  # fmt: skip
    return {f"{name}_n": len(rows) for name, rows in counted.items()}


def _columns(program: Program) -> dict[str, int]:
    """Find the columns of ``worker_time``."""
    scalar = program.scalar[0]
    column = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
    return {
        "column_n": column.total,
        "walking": column.walking,
        "partner": column.partner,
        "rest": column.rest,
        "done": column.done,
        "away": column.off,
        "absent": column.absent,
        "stuck": column.blocked,
        "material": column.material,
        "space": column.space,
        "room": column.room,
        "tool": column.tool,
        "guard": column.guard,
        "people": column.people,
        "nothing": column.nothing,
    }


def _of_items(program: Program) -> dict[str, int]:
    """Tell what items are like, and what waits for them."""
    scalar = program.scalar[0]
    patient = int(any(program.leave["after"] != -1))
    same = ("described", "attributes", "due", "keyed_stocks", "visits", "default_class")
    return {
        **{name: int(scalar[name]) for name in same},
        "tail_n": int(scalar["class_tails"]),
        "heaps": patient + len(program.matcher),
        "kin_heap": patient,
        "kin_columns": int(program.stock["kin"].max(initial=-1)) + 1,
        "most_made": _most_made(program),
    }


def _of_works(program: Program) -> dict[str, int]:
    """Tell what works and those who do them are like."""
    scalar = program.scalar[0]
    owned = program.instance[program.instance["by_owner"] == 1]
    return {
        "activity_n": int(scalar["activities"]),
        "place_members": int(scalar["place_members"]),
        "rule_width": int(scalar["rule_width"]),
        "takes": max(1, int(scalar["takes"])),
        "gives": max([1, *(len(_gives(program, i)) for i in program.instance)]),
        "owners": int((owned["post1"] - owned["post0"]).max(initial=0)),
        "learns": int((program.pace["curve"] > 0).any()),
        "tires": int(len(program.fatigue) > 0),
        "limit": int(scalar["limit_per_instant"]),
    }


def _of_calendar(program: Program, timers: int) -> dict[str, int]:
    """Lay out the slots of the calendar: sources, timers, hazards, works."""
    first = len(program.source)
    return {
        "timer_n": timers,
        "patience_timer": timers - len(_unset(program)),
        "timer0": first,
        "hazard0": first + timers,
        "work0": first + timers + len(program.hazard),
        "approach0": first + timers - (len(program.worker) if len(program.line) else 0),
    }


def _blank(name: str, size: int) -> np.ndarray:
    return np.zeros(max(1, size), dtype=FIELDS[name])


def new_memory(program: Program, keys: list[int], logging: bool, windows: Sequence[int] = ()) -> Memory:
    """Arrays for the replications of ``keys``; `windows`: see :mod:`hewer.engine.windows`."""
    timers = _timers(program, windows)
    size = _sizes(program, len(timers))
    items = int(program.scalar[0]["start_items"]) + _RECORDS
    clock = np.zeros(1, dtype=CLOCK)
    for name, value in size.items():
        clock[name] = value
    clock["works"], clock["items"] = _RECORDS, items
    clock["logging"], clock["log_room"] = int(logging), _LOG if logging else 0
    clock["count"] = len(keys)
    lengths = {
        **_lengths(program, size),
        **_result_lengths(size, len(keys)),
        **_item_lengths(size, items),
        "item": items,
        "log": 5 * _LOG if logging else 0,
    }
    arrays = {name: _blank(name, length) for name, length in lengths.items()}
    arrays["clock"], arrays["timer"] = clock, timers
    _fill(arrays, program)
    arrays["replication_key"] = np.array(keys, dtype=np.uint64)
    return Memory(arrays, ask)


def _lengths(program: Program, size: dict[str, int]) -> dict[str, int]:
    """Lengths of the arrays that a run works on, but for those of items."""
    slots = size["work0"] + _RECORDS
    workers = size["worker_n"]
    most = int((program.instance["post1"] - program.instance["post0"]).max(initial=0))
    return {
        "heap_size": size["heaps"], "work": _RECORDS, "taken": _RECORDS * size["takes"],
        "given": _RECORDS * size["gives"], "owner": _RECORDS * size["owners"],
        "heap": slots, "position": slots, "group_heap": int(program.scalar[0]["heap"]),
        "class_tail": size["tail_n"], "dirty_stock": size["stock_n"] + size["lane_n"],
        "dirty_pool": size["pool_n"],
        "changed": size["instance_n"], "clock_guard": 0, "preemptor": 0, "is_changed": size["instance_n"],
        "touched": size["group_n"], "awaited": size["instance_n"] if size["line_n"] else 0,
        "nominee": size["group_n"], "aside": size["instance_n"], "chosen": most + 1,
        "number": size["rule_width"],
        "guard": size["requirement_n"], "is_due": size["requirement_n"], "turn": 0, "calm": 0,
        "filled": most, "seen": most, "queue": most, "stack": 65, "veto": size["stock_n"],
        "worker_time": workers * size["column_n"],
        "repetition": size["learns"] * workers * size["activity_n"], "tiredness": size["tires"] * workers,
        "histogram": 2 * BINS * size["flow_n"] if size["quantile_n"] else 0,
        "fresh": len(program.assign),
    }  # fmt: skip


def _result_lengths(size: dict[str, int], count: int) -> dict[str, int]:
    """Lengths of the arrays that so many replications are written to."""
    rows = {
        "out_stock": size["stock_n"], "out_instance": size["instance_n"], "out_pool": size["pool_n"],
        "out_worker_time": size["worker_n"] * size["column_n"], "out_overtime": size["worker_n"],
        "out_hazard": size["hazard_n"], "out_source": size["source_n"], "out_flow": size["flow_n"],
        "out_quantile": size["quantile_n"], "out_lacks": size["instance_n"],
        "out_ended": 1, "out_deadlock": 1, "out_inside": 1,
    }  # fmt: skip
    return {name: count * each for name, each in rows.items()}


def _fill(arrays: dict[str, np.ndarray], program: Program) -> None:
    """Copy the arrays of a Program, and work out what the kernel wants to know of them beforehand."""
    for name in Program._fields:
        if name in FIELDS:
            given = np.ascontiguousarray(getattr(program, name), dtype=FIELDS[name]).ravel()
            arrays[name] = given.copy() if given.size else _blank(name, 1)
    arrays["stock"] = np.concatenate((program.stock, program.lane))
    _mark_instances(program, arrays["instance"])
    timers = arrays["timer"]
    for k in np.flatnonzero(timers["kind"] == TIME_IS_UP):
        arrays["requirement"]["timer"][timers["index"][k]] = k
    for row in arrays["rule"][: len(program.rule)]:
        row["address"] = address_of(int(row["function"]))
    skips, operations = _threaded(program.code["op"].tobytes())
    arrays["skip"] = skips.copy()
    arrays["code"]["op"][: len(operations)] = operations
    add_turns(arrays, program)
    found = {
        "clock_guard": _clock_guards(program),
        "preemptor": np.flatnonzero(program.instance["preempts"]).astype(np.int64),
    }
    for name, rows in found.items():
        arrays["clock"][f"{name}s"] = len(rows)
        if len(rows):
            arrays[name] = rows


def _item_lengths(size: Any, items: int) -> dict[str, int]:
    """Lengths of the arrays beside the item records, which most models do not use."""
    return {
        "visit": items * int(size["visits"]),
        "item_heap": items * int(size["heaps"]),
        "heap_place": items * int(size["heaps"]),
        "kin": items * (int(size["kin_columns"]) > 0),
        "kin_line": items * int(size["kin_columns"]),
        "item_stock": items * (int(size["heaps"]) > 0),
        "item_trait": 2 * items * int(size["described"]),
        "item_attribute": items * int(size["attributes"]),
        "item_key": items * (int(size["keyed_stocks"]) > 0),
        "item_serial": items * (int(size["keyed_stocks"]) > 0),
        "tree": 2 * items * (int(size["keyed_stocks"]) > 0),
    }


def _mark_instances(program: Program, instances: np.ndarray) -> None:
    """Set what the kernel wants to know of each instance beforehand."""
    for row, instance in zip(instances, program.instance, strict=False):
        taken = program.take["amount"][instance["take0"] : instance["take1"]]
        row["can_staff"] = instance["staffed"]
        row["random_takes"] = any(taken != -1)
        row["random_gives"] = any(give["amount"] != -1 for give in _gives(program, instance))
        row["makes"] = _makes(program, instance)


_OF_ITEMS = {"give": "items", "take": "items"}
_LAYS_OUT = ("scalar", "duty", "change", "wake", "pace", "leave", "arrival")  # whatever stands in them
_FIELDS_LAY_OUT = (("source", "fixed"), ("give", "fixed"), ("take", "low"), ("requirement", "within"))


def can_rebind(program: Program, patches: Sequence[Patch]) -> bool:
    """Tell whether the memory of one world serves another: no patch changes what is worked out here."""
    return not any(_lays_out(program, patch) for patch in patches)


def _lays_out(program: Program, patch: Patch) -> bool:
    if patch.array in _LAYS_OUT:
        return True
    if (patch.array, patch.field) not in _FIELDS_LAY_OUT:
        return False
    if patch.array == "source":
        return bool(program.stock["items"][program.source["stock"][patch.rows]].any())
    return patch.array not in _OF_ITEMS or bool(getattr(program, patch.array)["items"][patch.rows].any())


def rebind(memory: Memory, program: Program, patches: Sequence[Patch], played: Played) -> None:
    """Write the numbers of another world into a memory, between two replications."""
    arrays = memory.arrays
    arrays["clock"]["turns_known"] = 0
    for patch in patches:
        if patch.array == "lane":
            write(arrays, patch._replace(array="stock"), played, len(program.stock))
            continue
        write(arrays, patch, played)
        if patch.array == "breaks":  # the first timers
            for first, field in enumerate(("begin", "end")):
                arrays["timer"]["tick"][first : 2 * len(program.breaks) : 2] = arrays["breaks"][field]


def _longer(memory: Memory, name: str, size: int) -> None:
    grown = _blank(name, size)
    old = memory.arrays[name]
    grown[: len(old)] = old
    memory.place(name, grown)


def grow_items(memory: Memory) -> None:
    """Double the item records, or make room for what the next event makes."""
    clock = memory.arrays["clock"][0]
    first = int(clock["items"])
    # doubling: growth costs a constant time for each item
    clock["items"] = min(_MOST_RECORDS, max(2 * first, first + int(clock["wanted"])))
    _longer(memory, "item", int(clock["items"]))
    for name, length in _item_lengths(clock, int(clock["items"])).items():
        _longer(memory, name, length)
    clock["free_items"] += clock["items"] - first


def grow_works(memory: Memory) -> None:
    """Double the work records, and their slots in the calendar."""
    clock = memory.arrays["clock"][0]
    first = int(clock["works"])
    clock["works"] = 2 * first
    _longer(memory, "work", 2 * first)
    _longer(memory, "taken", 2 * first * int(clock["takes"]))
    _longer(memory, "given", 2 * first * int(clock["gives"]))
    _longer(memory, "owner", 2 * first * int(clock["owners"]))
    slots = int(clock["work0"]) + 2 * first
    _longer(memory, "heap", slots)
    _longer(memory, "position", slots)


def grow_log(memory: Memory) -> None:
    """Make room for the whole log, and run the replication again: it is the same."""
    clock = memory.arrays["clock"][0]
    clock["log_room"] = int(clock["log_size"]) + 64
    memory.place("log", _blank("log", 5 * int(clock["log_room"])))
    clock["begun"] = 0
