"""Time and integrals: where everybody's minutes went, levels and use over time, the event log.

Nothing is accounted after the horizon (``clock["closed"]``); what was booked before the warm-up ends is
cleared when it does.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import WorkerState
from hewer.engine.features import MATTER, PACE, TERMS, WALKING
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.memory.pace import tire
from hewer.engine.kernel.memory.state import (
    clocks,
    dirty_stocks,
    instances,
    logs,
    pools,
    stocks,
    worker_times,
    workers,
)

_WALKING = int(WorkerState.WALKING)


@pasted
def shift_is_over(m: Any) -> Any:
    """Whether the end of the shift is past, in models that have one."""
    return TERMS and clocks(m)["shift_over"] == 1


@pasted
def log(m: Any, event: Any, a: Any, b: Any, x: Any) -> Any:
    """Append to the event log, if there is one. Past its room only the size counts on."""
    if clocks(m)["logging"] == 1:
        _append(m, event, a, b, x)


@apart
def _append(m: Any, event: Any, a: Any, b: Any, x: Any) -> Any:
    clock = clocks(m)
    at = clock["log_size"]
    clock["log_size"] = at + 1
    if at < clock["log_room"]:
        records = logs(m)
        records[at * 5] = clock["now"]
        records[at * 5 + 1] = event
        records[at * 5 + 2] = a
        records[at * 5 + 3] = b
        records[at * 5 + 4] = x


@pasted
def account_stock(m: Any, s: Any) -> Any:
    """Bring the integral of the level up to now; call before the level changes."""
    clock = clocks(m)
    stock = stocks(m, s)
    if clock["closed"] == 0:
        now = clock["now"]
        stock["integral"] += float(stock["level"]) * float(now - stock["touched"])
        stock["touched"] = now


@pasted
def mark_stock(m: Any, s: Any) -> Any:
    """Note that level or room of a stock changed, so that what depends on it is judged anew."""
    stock = stocks(m, s)
    # once in the list however often the level changes at an instant; not at all where nothing depends on it
    if stock["dirty"] == 0 and stock["dep1"] > stock["dep0"]:
        clock = clocks(m)
        stock["dirty"] = 1
        dirty_stocks(m)[clock["dirty_stocks"]] = s
        clock["dirty_stocks"] += 1


@pasted
def account_pool(m: Any, r: Any) -> Any:
    """Bring the integral of units in use up to now; call before ``free`` changes."""
    clock = clocks(m)
    pool = pools(m, r)
    if clock["closed"] == 0:
        now = clock["now"]
        pool["busy"] += float(pool["count"] - pool["free"]) * float(now - pool["touched"])
        pool["touched"] = now


@pasted
def account_instance(m: Any, i: Any) -> Any:
    """Bring the integrals of works in hand and blocked up to now; call before they change."""
    clock = clocks(m)
    instance = instances(m, i)
    if clock["closed"] == 0:
        now = clock["now"]
        span = float(now - instance["touched"])
        instance["busy"] += float(instance["in_hand"]) * span
        if MATTER:
            instance["stuck"] += float(instance["blocked"]) * span
        instance["touched"] = now


@pasted
def book(m: Any, w: Any, column: Any) -> Any:
    """Book the time since ``worker["since"]`` to ``column`` of ``worker_time``."""
    clock = clocks(m)
    if clock["closed"] == 0:
        worker = workers(m, w)
        now = clock["now"]
        worker_times(m)[w * clock["column_n"] + column] += now - worker["since"]
        worker["since"] = now


@pasted
def book_state(m: Any, w: Any) -> Any:
    """Book the present state of a worker, idle apart (rule 14 tells what that is charged to)."""
    clock = clocks(m)
    worker = workers(m, w)
    if not WALKING or worker["state"] != _WALKING:
        book(m, w, worker["detail"])
        return
    if clock["closed"] == 1:
        return
    # who has arrived while a partner still walks waits for him from then on
    arrival = min(clock["now"], max(worker["walk_until"], worker["since"]))
    worker_times(m)[w * clock["column_n"] + clock["walking"]] += arrival - worker["since"]
    worker["since"] = arrival
    book(m, w, clock["partner"])


@pasted
def set_state(m: Any, w: Any, state: Any, column: Any) -> Any:
    """Enter a state that will be booked to ``column``; the previous one has been booked."""
    worker = workers(m, w)
    if PACE and clocks(m)["tires"] == 1:
        tire(m, w, state, column)
    worker["state"] = state
    worker["detail"] = column


@apart
def fail(m: Any, status: Any, culprit: Any) -> Any:
    """End the run: ``status`` tells why, ``culprit`` which instance (or, behind those, source)."""
    clock = clocks(m)
    clock["status"] = status
    clock["culprit"] = culprit
