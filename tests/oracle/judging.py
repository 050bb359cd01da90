"""What is missing: requirements, grants of unit resources, ranks and charges (rules 1, 2, 14)."""

from __future__ import annotations

from hewer.engine.codes import Requirement
from tests.oracle import families
from tests.oracle.objects import Instance, Item, Need, Required, Worker
from tests.oracle.shop import Shop

Rank = tuple[int, int, int, int]


def judge(shop: Shop) -> None:
    """Judge every requirement of every instance anew."""
    for instance in shop.instances:
        for required in instance.required:
            met = _is_met(shop, instance, required)
            if met and not required.met:
                required.since = shop.now
            required.met = met
        instance.staffed = can_be_staffed(shop, instance)
    for pool in shop.pools:
        _grant(shop, pool.index)


def _is_met(shop: Shop, instance: Instance, required: Required) -> bool:
    if required.kind == Requirement.SUSPENDED:
        return bool(instance.suspended)
    item = shop.at_hand(instance)
    if required.kind == Requirement.GUARD:
        return shop.evaluate(required.code, [], 0, 0, item) != 0.0
    if required.kind == Requirement.FAMILY:
        return families.members(shop, instance) is not None
    if required.within:
        return families.is_met_in_time(shop, required)
    if required.kind == Requirement.ONWARD:
        return item is None or _fits_onward(shop, instance, required, item)
    if required.code >= 0:  # an amount that follows the item at hand
        if item is None:
            return False
        (take,) = (take for take in instance.takes if take.required is required)
        take.low = take.high = required.amount = shop.draw(-2 - required.code, [], 0, 0, item)
    if required.kind == Requirement.SPACE:
        return shop.stocks[required.stock].room >= required.amount
    return shop.level(required.stock) >= required.amount


def _fits_onward(shop: Shop, instance: Instance, required: Required, item: Item) -> bool:
    """Whether there is room where the first item goes after this step; what it leaves counts."""
    required.stock = shop.onward(item, 1)
    stock = shop.stocks[required.stock]
    wanted = 0 if any(take.stock == stock.index and take.counted for take in instance.takes[:1]) else 1
    return not stock.limited or stock.room >= wanted


def can_be_staffed(shop: Shop, instance: Instance, *, everybody: bool = False) -> bool:
    """Whether the people on shift (or all that there are) could fill all posts, were they all free."""
    if instance.slots == 0 or instance.row["by_owner"]:
        return True
    filled: dict[int, int] = {}
    masks = {
        worker.index: instance.joins[worker.group].mask
        for worker in shop.workers
        if (everybody or not worker.off) and worker.group in instance.joins
    }
    fitted = sum(fit(worker, masks, instance.slots, filled, set()) for worker in masks)
    return fitted == instance.slots


def fit(worker: int, masks: dict[int, int], slots: int, filled: dict[int, int], seen: set[int]) -> bool:
    """Find a slot for a worker, moving those already fitted to other slots where needed (rule 4)."""
    for slot in range(slots):
        if slot in seen or not masks[worker] >> slot & 1:
            continue
        seen.add(slot)
        if slot not in filled or fit(filled[slot], masks, slots, filled, seen):
            filled[slot] = worker
            return True
    return False


def _grant(shop: Shop, pool_index: int) -> None:
    """Go down the queue of one unit resource (rule 2)."""
    queue: list[tuple[Rank, Instance, Need]] = []
    for instance in shop.instances:
        for k, need in enumerate(instance.needs):
            if need.pool.index != pool_index:
                continue
            earlier = instance.needs[:k]
            if instance.staffed and instance.stocks_met and all(other.granted for other in earlier):
                if need.joined is None:
                    need.joined = shop.now
                queue.append((rank(shop, instance, k), instance, need))
            else:
                leave(need)
    queue.sort(key=lambda place: place[0])
    free = shop.pools[pool_index].free
    claimed = False
    for _, instance, need in queue:
        granted = need.amount <= free and not claimed
        if instance.overtake:
            granted = need.amount <= need.pool.free
        elif granted:
            free -= need.amount
        else:
            claimed = True
        if granted and not need.granted:
            need.stamp = _stamp_of_grant(shop, need)
        need.granted = granted


def leave(need: Need) -> None:
    """Leave the queue of a unit resource."""
    need.joined, need.granted = None, False


def _stamp_of_grant(shop: Shop, need: Need) -> int:
    if need.joined != shop.now:
        return shop.now
    return need.pool.free_since if need.amount == 1 else need.pool.returned


def stamp(shop: Shop, instance: Instance, required: Required) -> int:
    """Tick from which a requirement has been met (rule 1)."""
    if required.kind == Requirement.FAMILY:
        return families.stamp(shop, instance)
    if required.within:
        return _stamp_in_time(shop, required)
    if required.kind == Requirement.ITEMS:
        first = shop.standing(required.stock)[: required.amount]
        return max((item.entry for item in first), default=0)
    if required.kind == Requirement.SUSPENDED:
        return instance.suspended[0].since if instance.suspended else 0
    if required.kind == Requirement.BULK:
        return max(required.since, instance.started)
    return required.since


def _stamp_in_time(shop: Shop, required: Required) -> int:
    """Since when there are enough, or the time is up, whichever is earlier."""
    waiting = shop.standing(required.stock)
    due = families.time_is_up(shop, required)
    found = [due] if due is not None and due <= shop.now else []
    if len(waiting) >= required.amount:
        found.append(max((item.entry for item in waiting[: required.amount]), default=0))
    return min(found, default=0)


def rank(shop: Shop, instance: Instance, needs: int | None = None) -> Rank:
    """Sort key of an instance: before its `needs`-th need, or (None) ready for people."""
    stamps = [stamp(shop, instance, required) for required in instance.required]
    stamps += [need.stamp for need in instance.needs[:needs]]
    if not instance.takes_items:
        stamps.append(instance.started)
    return (-int(instance.row["priority"]), max(stamps, default=0), instance.serial, instance.index)


def charge(shop: Shop, instance: Instance) -> int:
    """Column of the requirement of a work that was met last, now that it ends an idle spell (rule 14)."""
    last, column = -1, shop.columns.people
    for required in instance.required:
        at = stamp(shop, instance, required)
        if at >= last:
            last, column = at, _stock_column(shop, instance, required)
    for need in instance.needs:
        if need.stamp >= last:
            last, column = need.stamp, _need_column(shop, need)
    return column if last == shop.now else shop.columns.people


def charge_missing(shop: Shop, worker: Worker) -> int:
    """Column of what the first instance that the worker could fill lacks, as last judged (rule 14)."""
    if not worker.could_fill:
        return shop.columns.nothing
    instance = shop.instances[worker.could_fill[0]]
    for required in instance.required:
        if not required.met:
            return _stock_column(shop, instance, required)
    for need in instance.needs:
        if instance.staffed and not need.granted:
            return _need_column(shop, need)
    return shop.columns.people


def _stock_column(shop: Shop, instance: Instance, required: Required) -> int:
    if required.kind == Requirement.SUSPENDED:
        return shop.columns.people
    if required.kind == Requirement.GUARD:
        return shop.columns.guard + instance.activity
    taken = required.kind in {Requirement.ITEMS, Requirement.BULK, Requirement.FAMILY}
    first = shop.columns.material if taken else shop.columns.space
    return first + shop.whole(required.stock).declared


def _need_column(shop: Shop, need: Need) -> int:
    first = shop.columns.room if need.pool.is_room else shop.columns.tool
    return first + need.pool.declared
