"""Set-up: tools and people that are set for one kind of item, and change over to another (rule 8)."""

from __future__ import annotations

from hewer.engine.codes import Event
from tests.oracle.objects import Instance, Pool, Setting, Work, Worker
from tests.oracle.shop import Shop


def _kind_of(work: Work) -> int:
    return work.all_items[0].kind if work.all_items else -1


def _change(shop: Shop, table: int, set_for: int, kind: int) -> int:
    """Ticks to change over to a kind; -1 is none."""
    if kind < 0 or set_for == kind:
        return 0
    kinds = len(shop.program.kind)
    return int(shop.program.change_over[(table * (kinds + 1) + set_for + 1) * kinds + kind])


def _by_readiness(shop: Shop, pool: Pool, kind: int) -> list[Setting]:
    """The free units of a tool, those that are changed over soonest first."""
    free = [unit for unit in pool.settings if unit.work is None]
    return sorted(free, key=lambda unit: (_change(shop, pool.table, unit.set_for, kind), unit.freed))


def hold(shop: Shop, work: Work) -> None:
    """Choose the units of tools that a work takes."""
    for need in work.instance.needs:
        for unit in _by_readiness(shop, need.pool, _kind_of(work))[: need.amount]:
            unit.work = work


def let_go_of_units(shop: Shop, work: Work) -> None:
    """The units of a work are free again, one after the other."""
    for pool in shop.pools:
        for unit in pool.settings:
            if unit.work is work:
                unit.work, unit.freed = None, shop.units_freed
                shop.units_freed += 1


def set_up(shop: Shop, work: Work) -> int:
    """Ticks of the set-up with which a work begins; from now on all is set for its kind."""
    kind = _kind_of(work)
    if kind < 0:
        return 0
    changes = [0]
    for pool in shop.pools:
        for unit in pool.settings:
            if unit.work is work:
                changes.append(_change(shop, pool.table, unit.set_for, kind))
                unit.set_for = kind
    for worker in work.team:
        table = int(shop.program.role_table[worker.role])
        if table >= 0:
            changes.append(_change(shop, table, worker.set_for, kind))
            worker.set_for = kind
    longest = max(changes)
    if longest > 0:
        shop.note(Event.SET_UP, work.instance.index, kind, longest)
        work.instance.set_ups += 1
        work.instance.set_up += longest
    return longest


def expected_set_up(shop: Shop, worker: Worker, instance: Instance) -> int:
    """Ticks of the set-up with which an instance would begin, done by this worker."""
    item = shop.at_hand(instance)
    if item is None or item.kind < 0:
        return 0
    changes = [0]
    for need in instance.needs:
        if need.pool.table >= 0:
            chosen = _by_readiness(shop, need.pool, item.kind)[: need.amount]
            changes += [_change(shop, need.pool.table, unit.set_for, item.kind) for unit in chosen]
    table = int(shop.program.role_table[worker.role])
    if table >= 0:
        changes.append(_change(shop, table, worker.set_for, item.kind))
    return max(changes)
