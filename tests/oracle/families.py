"""Members of a family that are taken together, and takes that go with fewer after a time (rule 17)."""

from __future__ import annotations

from hewer.engine.codes import Class
from tests.oracle.objects import Instance, Item, Required, Take
from tests.oracle.shop import Shop

_SOME, _ALL = 1, 2


def members(shop: Shop, instance: Instance) -> dict[int, list[Item]] | None:
    """Find the first family that is complete: what each take of it takes, by its index; None without one."""
    takes = [take for take in instance.takes if take.family]
    for first in shop.stocks[takes[0].stock].queue:
        found = {
            take.index: [item for item in shop.stocks[take.stock].queue if item.family is first.family]
            for take in takes
        }
        if _is_complete(takes, found, first):
            return {take.index: found[take.index][: _number(take, found)] for take in takes}
    return None


def _number(take: Take, found: dict[int, list[Item]]) -> int:
    return take.low if take.family == _SOME else len(found[take.index])


def _is_complete(takes: list[Take], found: dict[int, list[Item]], first: Item) -> bool:
    some = [take for take in takes if take.family == _SOME]
    if any(len(found[take.index]) < take.low for take in some):
        return False
    every = [take for take in takes if take.family == _ALL]
    there = sum(len(found[take.index]) for take in every)
    others = first.family.living - sum(take.low for take in some)
    return not every or (there > 0 and there == others)


def stamp(shop: Shop, instance: Instance) -> int:
    """Latest entry among the members that would be taken (rule 1)."""
    found = members(shop, instance) or {}
    return max((item.entry for items in found.values() for item in items), default=0)


def time_is_up(shop: Shop, required: Required) -> int | None:
    """When the one who waits longest has waited long enough; None where nobody waits."""
    waiting = shop.standing(required.stock)
    return min(item.entry for item in waiting) + required.within if waiting else None


def is_met_in_time(shop: Shop, required: Required) -> bool:
    """Whether there are enough, or one that has waited long enough; else the clock will tell."""
    due = time_is_up(shop, required)
    met = shop.level(required.stock) >= required.amount or (due is not None and due <= shop.now)
    shop.cancel(required.alarm)
    required.alarm = None
    if due is not None and not met:
        required.alarm = shop.schedule(due, Class.TIMER, "time is up", required)
    return met
