"""Tools that are carried: each unit is somewhere, is fetched, and goes where the work ends (rule 9)."""

from __future__ import annotations

from typing import Any

from hewer.engine.codes import Walks
from hewer.engine.features import WALKING
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.memory.state import clocks, instances, needs, pools, units, works
from hewer.engine.kernel.people.choose import walk_ticks

_FETCHES = int(Walks.FETCHES)
_FAR = 0x7FFFFFFFFFFFFFFF


@apart
def reset_units(m: Any) -> Any:
    """Put all units that are carried where they are at the start."""
    for u in range(clocks(m)["unit_n"]):
        unit = units(m, u)
        unit["place"] = unit["home"]
        unit["work"] = -1


@apart
def _nearest(m: Any, r: Any, here: Any) -> Any:
    """Free unit of a pool with the shortest way to a place; the first of several, -1 for none."""
    best, shortest = -1, _FAR
    for u in range(pools(m, r)["unit0"], pools(m, r)["unit1"]):
        ticks = walk_ticks(m, here, units(m, u)["place"])
        if units(m, u)["work"] < 0 and ticks < shortest:
            best, shortest = u, ticks
    return best


@apart
def _pick_up(m: Any, u: Any, w: Any, destination: Any) -> Any:
    unit = units(m, u)
    unit["work"] = w
    unit["origin"] = unit["place"]
    if destination >= 0:
        unit["place"] = destination


@apart
def fetch(m: Any, w: Any, here: Any, destination: Any) -> Any:
    """Give a work its units that are carried; returns the ticks of its lead's way by them to the work.

    A work without people: of the longest way of a unit.
    """
    i = works(m, w)["instance"]
    led = works(m, w)["lead"] >= 0
    walked, longest = 0, 0
    for n in range(instances(m, i)["need0"], instances(m, i)["need1"]):
        r = needs(m, n)["pool"]
        for _ in range(needs(m, n)["amount"]):
            u = _nearest(m, r, here if led else destination)
            if u < 0:
                break
            place = units(m, u)["place"]
            longest = max(longest, walk_ticks(m, place, destination))
            if led:
                walked += walk_ticks(m, here, place)
                here = place
            _pick_up(m, u, w, destination)
    if destination < 0:
        return 0
    return walked + walk_ticks(m, here, destination) if led else longest


@apart
def _put_down(m: Any, w: Any, place: Any) -> Any:
    for u in range(clocks(m)["unit_n"]):
        unit = units(m, u)
        if unit["work"] == w:
            unit["work"] = -1
            if place >= 0:
                unit["place"] = place


@pasted
def put_down(m: Any, w: Any, place: Any) -> Any:
    """Let go of the units that a work carries, at a place, or (-1) where it is."""
    if WALKING and instances(m, works(m, w)["instance"])["walks"] == _FETCHES:
        _put_down(m, w, place)


@apart
def take_back(m: Any, w: Any) -> Any:
    """Leave the units that a work has fetched where they were: it has not begun."""
    for u in range(clocks(m)["unit_n"]):
        if units(m, u)["work"] == w:
            units(m, u)["place"] = units(m, u)["origin"]
