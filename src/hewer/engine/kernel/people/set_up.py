"""Set-up: tools and people that are set for one kind of item and must change over to another (rule 8).

The units of such a tool are individuals: ``setting`` [unit], found from ``pool["setting0"]``. ``change_over``
has a table for each set-up: [(table * (kinds + 1) + set for + 1) * kinds + kind], in ticks; at the start
nothing is set.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import SETS_UP, Event
from hewer.engine.features import KINDS
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.memory.accounts import log
from hewer.engine.kernel.memory.state import (
    change_overs,
    clocks,
    instances,
    item_traits,
    manners,
    needs,
    pools,
    role_tables,
    settings,
    workers,
    works,
)

_SET_UP = int(Event.SET_UP)
_LATE = 0x7FFFFFFFFFFFFFFF


@apart
def _kind_of(m: Any, w: Any) -> Any:
    """Kind of the carrier of a work; -1 where it has none."""
    k = works(m, w)["items"]
    return item_traits(m)[2 * k] if k >= 0 else -1


@apart
def _change(m: Any, table: Any, set_for: Any, kind: Any) -> Any:
    """Ticks that it takes to change over to ``kind``."""
    if kind < 0 or set_for == kind:
        return 0
    kinds = clocks(m)["kind_n"]
    return change_overs(m)[(table * (kinds + 1) + set_for + 1) * kinds + kind]


@apart
def _next_unit(m: Any, r: Any, kind: Any) -> Any:
    """Free unit of a tool that is changed over to ``kind`` soonest; of equals that which is free longest."""
    pool = pools(m, r)
    best, least, since = -1, _LATE, _LATE
    for u in range(pool["setting0"], pool["setting0"] + pool["count"]):
        unit = settings(m, u)
        ticks = _change(m, pool["table"], unit["set_for"], kind)
        if unit["work"] < 0 and (ticks < least or (ticks == least and unit["freed"] < since)):
            best, least, since = u, ticks, unit["freed"]
    return best


@pasted
def hold_settings(m: Any, w: Any) -> Any:
    """Choose the units that a work has taken of tools that are set up."""
    if KINDS and instances(m, works(m, w)["instance"])["traits"] & SETS_UP != 0:
        _hold_each(m, w)


@apart
def _hold_each(m: Any, w: Any) -> Any:
    kind, instance = _kind_of(m, w), instances(m, works(m, w)["instance"])
    for n in range(instance["need0"], instance["need1"]):
        r = needs(m, n)["pool"]
        if pools(m, r)["table"] >= 0:
            for _ in range(needs(m, n)["amount"]):
                settings(m, _next_unit(m, r, kind))["work"] = w


@pasted
def return_settings(m: Any, w: Any) -> Any:
    """Let go of the units of a work, which returns its tools."""
    if KINDS and instances(m, works(m, w)["instance"])["traits"] & SETS_UP != 0:
        _return_each(m, w)


@apart
def _return_each(m: Any, w: Any) -> Any:
    clock = clocks(m)
    for u in range(clock["setting_n"]):
        unit = settings(m, u)
        if unit["work"] == w:
            unit["work"] = -1
            unit["freed"] = clock["settings"]
            clock["settings"] += 1


@pasted
def set_up(m: Any, w: Any) -> Any:
    """Ticks of the set-up with which a work begins or goes on; its tools and people are set from now on."""
    if not KINDS or instances(m, works(m, w)["instance"])["traits"] & SETS_UP == 0:
        return 0
    return _set_up(m, w)


@apart
def _set_up(m: Any, w: Any) -> Any:
    work, kind, longest = works(m, w), _kind_of(m, w), 0
    if kind < 0:
        return 0
    for u in range(clocks(m)["setting_n"]):
        unit = settings(m, u)
        if unit["work"] == w:
            longest = max(longest, _change(m, pools(m, unit["pool"])["table"], unit["set_for"], kind))
            unit["set_for"] = kind
    v = work["lead"]
    while v >= 0:
        table = role_tables(m)[workers(m, v)["role"]]
        if table >= 0:
            longest = max(longest, _change(m, table, workers(m, v)["set_for"], kind))
            workers(m, v)["set_for"] = kind
        v = workers(m, v)["mate"]
    if longest > 0:
        log(m, _SET_UP, work["instance"], kind, longest)
        manners(m, work["instance"])["set_ups"] += 1
        manners(m, work["instance"])["set_up"] += float(longest)
    return longest


@apart
def _unit_change(m: Any, n: Any, kind: Any) -> Any:
    """Ticks within which as many free units as need ``n`` asks for are changed over."""
    pool, wanted, soonest = pools(m, needs(m, n)["pool"]), needs(m, n)["amount"], _LATE
    first = pool["setting0"]
    for u in range(first, first + pool["count"]):
        ticks, ready = _change(m, pool["table"], settings(m, u)["set_for"], kind), 0
        for other in range(first, first + pool["count"]):
            change = _change(m, pool["table"], settings(m, other)["set_for"], kind)
            if settings(m, other)["work"] < 0 and change <= ticks:
                ready += 1
        if ready >= wanted:
            soonest = min(soonest, ticks)
    return soonest if soonest < _LATE else 0


@apart
def expected_set_up(m: Any, v: Any, i: Any, k: Any) -> Any:
    """Ticks of set-up that instance ``i`` would begin with for item ``k``, done by worker ``v``."""
    instance, longest = instances(m, i), 0
    kind = item_traits(m)[2 * k] if k >= 0 else -1
    if instance["traits"] & SETS_UP == 0 or kind < 0:
        return 0
    for n in range(instance["need0"], instance["need1"]):
        if pools(m, needs(m, n)["pool"])["table"] >= 0:
            longest = max(longest, _unit_change(m, n, kind))
    table = role_tables(m)[workers(m, v)["role"]]
    if table >= 0:
        longest = max(longest, _change(m, table, workers(m, v)["set_for"], kind))
    return longest


@apart
def reset_settings(m: Any) -> Any:
    """At the start nothing is set."""
    clock = clocks(m)
    clock["settings"] = clock["setting_n"]
    for u in range(clock["setting_n"]):
        settings(m, u)["set_for"] = -1
        settings(m, u)["work"] = -1
        settings(m, u)["freed"] = u
    for v in range(clock["worker_n"]):
        workers(m, v)["set_for"] = -1


__all__ = ["expected_set_up", "hold_settings", "reset_settings", "return_settings", "set_up"]
