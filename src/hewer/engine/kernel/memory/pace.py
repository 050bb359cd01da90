"""What changes the speed of a worker in the course of a run: learning and fatigue (rule 8)."""

from __future__ import annotations

import math
from typing import Any

from hewer.engine.codes import Curve, WorkerState
from hewer.engine.features import PACE
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.memory.state import (
    clocks,
    fatigues,
    instances,
    paces,
    rates,
    repetitions,
    tirednesses,
    workers,
    works,
)

_NONE, _CRAWFORD = int(Curve.NONE), int(Curve.CRAWFORD)
_WALKING, _WORKING = int(WorkerState.WALKING), int(WorkerState.WORKING)
_RESTING, _ON_THE_WAY, _TIRING = 0, 1, 2  # what a worker's state does to his fatigue


@apart
def reset_pace(m: Any) -> Any:
    """Begin with nothing repeated and everybody fresh."""
    clock = clocks(m)
    if clock["learns"] == 1:
        for k in range(clock["worker_n"] * clock["activity_n"]):
            repetitions(m)[k] = 0
    if clock["tires"] == 1:
        for w in range(clock["worker_n"]):
            tired = tirednesses(m, w)
            tired["level"] = 0.0
            tired["since"] = 0
            tired["mode"] = _RESTING


@apart
def _learnt(m: Any, w: Any, a: Any) -> Any:
    """What is left of the first time of activity ``a`` at the next repetition by worker ``w``."""
    clock = clocks(m)
    pace = paces(m, workers(m, w)["role"] * clock["activity_n"] + a)
    if pace["curve"] == _NONE:
        return 1.0
    n = min(pace["until"], pace["experience"] + repetitions(m)[w * clock["activity_n"] + a] + 1)
    if pace["curve"] == _CRAWFORD:
        left = float(n) ** pace["exponent"]
    else:
        power = 1.0 + pace["exponent"]
        left = float(n) ** power - float(n - 1) ** power
    return max(left, pace["plateau"])


@apart
def tire(m: Any, w: Any, state: Any, column: Any) -> Any:
    """Bring the fatigue of a worker up to now where the state that he enters changes what it does."""
    clock, worker, tired = clocks(m), workers(m, w), tirednesses(m, w)
    mode = _RESTING
    if state == _WALKING:
        mode = _ON_THE_WAY
    elif state == _WORKING and paces(m, worker["role"] * clock["activity_n"] + column)["tires"] == 1:
        mode = _TIRING
    if mode == tired["mode"]:
        return
    now, fatigue = clock["now"], fatigues(m, worker["role"])
    if tired["mode"] == _TIRING:
        fresh = (1.0 - tired["level"]) * math.exp(-fatigue["tired"] * float(now - tired["since"]))
        tired["level"] = 1.0 - fresh
    else:
        since = tired["since"]
        if tired["mode"] == _ON_THE_WAY:
            since = min(now, max(since, worker["walk_until"]))
        tired["level"] *= math.exp(-fatigue["rested"] * float(now - since))
    tired["since"] = now
    tired["mode"] = mode


@apart
def speed(m: Any, w: Any, a: Any) -> Any:
    """Speed of a worker who begins activity ``a`` now; he has entered the state."""
    clock, role = clocks(m), workers(m, w)["role"]
    found = rates(m)[role * clock["activity_n"] + a]
    if clock["learns"] == 1:
        found /= _learnt(m, w, a)
    if clock["tires"] == 1 and paces(m, role * clock["activity_n"] + a)["tires"] == 1:
        found /= 1.0 + fatigues(m, role)["most"] * tirednesses(m, w)["level"]
    return found


@apart
def _set_rate(m: Any, w: Any) -> Any:
    work = works(m, w)
    a = instances(m, work["instance"])["activity"]
    v = work["lead"]
    rate = 1.0 if v < 0 else speed(m, v, a)
    while v >= 0:
        rate = min(rate, speed(m, v, a))
        v = workers(m, v)["mate"]
    work["rate"] = rate


@pasted
def set_rate(m: Any, w: Any) -> Any:
    """Give a work that begins the rate of the slowest of its team, as they are now."""
    clock = clocks(m)
    if PACE and (clock["learns"] == 1 or clock["tires"] == 1):
        _set_rate(m, w)


@apart
def _count_repetition(m: Any, w: Any) -> Any:
    v, a = works(m, w)["lead"], instances(m, works(m, w)["instance"])["activity"]
    while v >= 0:
        repetitions(m)[v * clocks(m)["activity_n"] + a] += 1
        v = workers(m, v)["mate"]


@pasted
def count_repetition(m: Any, w: Any) -> Any:
    """A work is finished: each of its team has done the activity once more."""
    if PACE and clocks(m)["learns"] == 1:
        _count_repetition(m, w)
