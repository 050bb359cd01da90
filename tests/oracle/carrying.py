"""Tools that are carried: fetched by the lead, put down where the work ends (rule 9)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.oracle.choosing import walk
from tests.oracle.objects import Unit, Work
from tests.oracle.shop import Shop


def fetch(shop: Shop, work: Work) -> int:
    """Choose the units of a work that are carried: ticks of the lead's way by them, or of their own."""
    here, there, ways = work.team[0].place if work.team else work.destination, work.destination, [0]
    walked = 0
    for need in work.instance.needs:
        for _ in range(need.amount if need.pool.units else 0):
            free = [unit for unit in need.pool.units if unit.work is None]
            unit = min(free, key=partial(_way, shop, here))
            unit.work = work
            ways.append(walk(shop, unit.place, there))
            if work.team:
                walked, here = walked + walk(shop, here, unit.place), unit.place
    if there < 0:
        return 0
    return walked + walk(shop, here, there) if work.team else max(ways)


def _way(shop: Shop, here: int, unit: Unit) -> int:
    return walk(shop, here, unit.place)


def held(work: Work) -> Iterator[Unit]:
    """Units that a work carries."""
    return (unit for need in work.instance.needs for unit in need.pool.units if unit.work is work)


def arrive(work: Work) -> None:
    """The units are at the work."""
    for unit in held(work):
        unit.place = work.destination if work.destination >= 0 else unit.place


def put_down(work: Work, place: int = -1) -> None:
    """Let go of the units, at a place, or where they are."""
    for unit in list(held(work)):
        unit.work = None
        unit.place = place if place >= 0 else unit.place
