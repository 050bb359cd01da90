"""The life of a work: start, begin, finish, block, release, pause, stop (rules 8 to 12)."""

from __future__ import annotations

import numpy as np

from hewer.engine import draws
from hewer.engine.codes import (
    CHANCES,
    HOLD_PEOPLE,
    HOLD_ROOM,
    HOLD_TOOLS,
    KIND_COLUMN,
    ONWARD,
    REST,
    STEP_COLUMN,
    Birth,
    Class,
    Event,
    Phase,
    Requirement,
    WorkerState,
)
from tests.oracle import families
from tests.oracle.carrying import arrive, fetch, put_down
from tests.oracle.choosing import walk
from tests.oracle.judging import charge, leave, rank
from tests.oracle.objects import Give, Hazard, Instance, Item, Pool, Take, Work, Worker
from tests.oracle.pace import count_repetition, speed
from tests.oracle.setting_up import hold, let_go_of_units, set_up
from tests.oracle.shop import MASK, BadNumberError, EndlessError, Shop, nth_key


def start(shop: Shop, instance: Instance, team: list[Worker], reason: int | None = None) -> Work:
    """Start a work: everything is reserved in this instant (rules 2 and 9)."""
    count_start(shop, instance)
    reason = charge(shop, instance) if reason is None else reason
    _, since, earlier, _ = rank(shop, instance, 0)
    of_family = families.members(shop, instance) or {} if instance.row["match"] >= 0 else {}
    amounts = [min(take.high, shop.level(take.lane)) for take in instance.takes]
    chosen = [
        of_family.get(take.index, shop.standing(take.lane)[:amount] if take.counted else [])
        for take, amount in zip(instance.takes, amounts, strict=True)
    ]
    amounts = [
        len(mine) if take.family else amount
        for take, amount, mine in zip(instance.takes, amounts, chosen, strict=True)
    ]
    items = [
        _take(shop, take, amount, mine)
        for take, amount, mine in zip(instance.takes, amounts, chosen, strict=True)
    ]
    for required in instance.required:
        if required.reserve and required.kind == Requirement.SPACE:
            shop.stocks[required.stock].reserved += required.reserve
    key = _work_key(instance, [item for taken in items for item in taken])
    work = Work(instance, shop.starts, shop.now, key, team, amounts, items)
    for need in instance.needs:
        change_free(shop, need.pool, -need.amount, work)
        leave(need)
    work.since, work.earlier = since, earlier
    hold(shop, work)
    shop.starts += 1
    _reserve_onward(shop, work)
    for worker in team:
        worker.turns += 1
    shop.deadlock = -1
    instance.serial, instance.started, instance.starts = work.serial, shop.now, instance.starts + 1
    instance.n_started += 1
    draw_takes(shop, instance)
    shop.works.append(work)
    shop.count_works(instance)
    shop.note(Event.START, instance.index, team[0].index if team else -1, work.serial)
    for worker in team:
        shop.note(Event.JOIN, instance.index, worker.index, work.serial)
    _depart(shop, work, reason)
    return work


def count_start(shop: Shop, instance: Instance) -> None:
    if instance.instant != shop.now:
        instance.instant, instance.instant_starts = shop.now, 0
    instance.instant_starts += 1
    if instance.instant_starts > shop.limit:
        raise EndlessError(instance.index)


def _reserve_onward(shop: Shop, work: Work) -> None:
    """Reserve room where the item by step goes after this step (rule 10)."""
    if any(required.kind == Requirement.ONWARD for required in work.instance.required):
        onward = shop.onward(work.all_items[0], 1)
        if shop.stocks[onward].limited:
            work.onward = onward
            shop.stocks[onward].reserved += 1


def free_onward(shop: Shop, work: Work) -> None:
    """Free the room that was reserved for what goes onward."""
    if work.onward >= 0:
        shop.stocks[work.onward].reserved -= 1


def _take(shop: Shop, take: Take, amount: int, items: list[Item]) -> list[Item]:
    stock = shop.stocks[take.stock]
    stock.departed += amount
    stock.held += amount
    stock.change(shop.now, -amount)
    if not take.counted:
        return []
    stock.queue = [item for item in stock.queue if item not in items]
    stock.waited += sum(shop.now - item.entry for item in items)
    for item in items:
        shop.end_patience(item)
    return items


def _work_key(instance: Instance, items: list[Item]) -> int:
    if not instance.row["keyed"] or not items:
        return _key(instance.key, 0, instance.starts)
    column = int(instance.row["visit"])
    visits = items[0].visits.get(column, 0) if column >= 0 else 0
    if column >= 0:
        items[0].visits[column] = visits + 1
    return _key(instance.key, items[0].lineage, visits)


def _key(stream: int, identity: int, number: int) -> int:
    return int(draws.work_key(np.uint64(stream), np.uint64(identity & MASK), number))


def draw_takes(shop: Shop, instance: Instance) -> None:
    """Draw the random amounts that the next start will take (rule 7)."""
    drawn = 0
    for take in instance.takes:
        if take.amount != -1:
            key = nth_key(_key(instance.key, 0, instance.starts), drawn)
            drawn += 1
            take.low = take.high = shop.draw(take.amount, [], key, draws.TAKEN)
            take.required.amount = take.low


def _draw_duration(shop: Shop, work: Work) -> None:
    work.content = draw_content(shop, work, work.key)


def draw_content(shop: Shop, work: Work, key: int) -> int:
    """Draw a duration, by the step of the item where that states one."""
    item = next(iter(work.all_items), None)
    what = int(work.instance.row["time"])
    step = shop.next_step(item) if item is not None and work.instance.by_step else None
    if step is not None and step["time"] != -1:
        what = int(step["time"])
    return shop.draw(what, work.amounts, key, draws.DURATION, item)


def rate_of(shop: Shop, work: Work) -> float:
    """Speed of the slowest of a team, as they are now (rule 8)."""
    return min((speed(shop, worker, work.instance.activity) for worker in work.team), default=1.0)


def change_free(shop: Shop, pool: Pool, amount: int, work: Work | None = None) -> None:
    """Return units to a pool, or take them; of those that fail, the ones that `work` holds."""
    if pool.failing:
        _change_units(shop, pool, amount, work)
        return
    if amount > 0:
        pool.returned = shop.now
        if pool.free == 0:
            pool.free_since = shop.now
    pool.free += amount
    pool.area.set(shop.now, pool.count - pool.free)


def _change_units(shop: Shop, pool: Pool, amount: int, work: Work | None) -> None:
    """Units that fail: the lowest free numbers are taken; what comes back down is not free."""
    if amount < 0:
        for unit in [u for u in pool.failing if u.work is None and not u.down][:-amount]:
            unit.work = work
        pool.free += amount
    else:
        back = [unit for unit in pool.failing if unit.work is work]
        good = sum(not unit.down for unit in back)
        for unit in back:
            unit.work = None
        if good:
            pool.returned = shop.now
            if pool.free == 0:
                pool.free_since = shop.now
        pool.free += good
    pool.area.set(shop.now, sum(unit.work is not None for unit in pool.failing))


def use(shop: Shop, work: Work, *, on: bool) -> None:
    """The time at work of the units and people of a work runs, or stops."""
    hazards = [u for need in work.instance.needs for u in need.pool.failing if u.work is work]
    hazards += [worker.hazard for worker in work.team if worker.hazard is not None]
    for hazard in hazards:
        run_at_work(shop, hazard, on=on)


def run_at_work(shop: Shop, hazard: Hazard, *, on: bool) -> None:
    """The time at work of a hazard runs, or stops."""
    if not hazard.by_use or hazard.down or hazard.running == on:
        return
    hazard.running = on
    if on:
        hazard.due = shop.now + hazard.left
        hazard.entry = shop.schedule(hazard.due, Class.FAILURE, "strike", hazard)
    else:
        hazard.left = hazard.due - shop.now
        if hazard.left > 0:
            shop.cancel(hazard.entry)


def _depart(shop: Shop, work: Work, reason: int) -> None:
    """Set out for the place of work; who is there already begins at once (rule 9)."""
    place = int(work.instance.row["place"])
    work.destination = place if place >= 0 or not work.team else work.team[0].place
    longest = fetched = fetch(shop, work)
    for worker in work.team:
        ticks = fetched if worker is work.team[0] else walk(shop, worker.place, work.destination)
        worker.walk_until = shop.now + ticks
        worker.work = work
        longest = max(longest, ticks)
        shop.set_state(worker, WorkerState.WALKING, reason)
    if longest == 0:
        begin(shop, work)
        return
    work.end = shop.now + longest
    work.entry = shop.schedule(work.end, Class.WORK, "begin", work)


def begin(shop: Shop, work: Work) -> None:
    """All are there: the work begins, and what was taken frees its space."""
    if work.entry is not None:
        shop.note(Event.BEGIN, work.instance.index, -1, work.serial)
    work.walking, work.phase = False, Phase.WORKING
    arrive(work)
    _draw_duration(shop, work)
    for take, amount in zip(work.instance.takes, work.amounts, strict=True):
        shop.stocks[take.stock].held -= amount
    for worker in work.team:
        if work.destination >= 0:
            worker.place = work.destination
        shop.set_state(worker, WorkerState.WORKING)
    work.rate = rate_of(shop, work)
    content = work.content + set_up(shop, work)
    work.end = shop.now + int(np.rint(content / work.rate))
    if content / work.rate >= float(1 << 61):
        raise BadNumberError(content)
    work.entry = shop.schedule(work.end, Class.WORK, "finish", work)
    use(shop, work, on=True)


def finish(shop: Shop, work: Work) -> None:
    """Service is over: draw what it gives, and give it or block (rule 10)."""
    instance = work.instance
    count_repetition(work)
    use(shop, work, on=False)
    gives = list(instance.gives)
    if instance.outcomes:
        u = float(draws.uniform(np.uint64(work.key), draws.OUTCOME, 0))
        chances = _cumulative(shop, work)
        work.outcome = next((k for k, c in enumerate(chances) if c > u), len(chances) - 1)
        gives += instance.outcomes[work.outcome].gives
    given = [_given(shop, work, give, k) for k, give in enumerate(gives)]
    for k, item in enumerate(work.all_items):
        _change(shop, work, item, k)
    for give, amount in zip(gives, given, strict=True):
        onward = give.stock == ONWARD
        stock = shop.onward(work.all_items[0]) if onward else give.stock
        work.gives.append((Give(stock, give.counted, give.fixed, give.amount), amount))
    work.entry = None
    if instance.row["blocking_after"]:
        work.lacks = lacking(shop, work, _wanted(shop))
        if work.lacks >= 0:
            _block(shop, work)
            return
    complete(shop, work)


def _cumulative(shop: Shop, work: Work) -> list[float]:
    """Cumulative chances of the outcomes; those that depend on the item are judged now."""
    outcomes = work.instance.outcomes
    if not work.instance.row["traits"] & CHANCES:
        return [outcome.cumulative for outcome in outcomes]
    item = work.all_items[0] if work.all_items else None
    chances = [
        outcome.share if outcome.chance < 0 else shop.evaluate(outcome.chance, [], 0, 0, item)
        for outcome in outcomes
    ]
    if not all(chance >= 0.0 for chance in chances):
        raise BadNumberError(min(chances))
    rest = 1.0
    for outcome, chance in zip(outcomes, chances, strict=True):
        rest -= 0.0 if outcome.chance == REST else chance
    cumulative, total = [], 0.0
    for outcome, chance in zip(outcomes, chances, strict=True):
        total += max(rest, 0.0) if outcome.chance == REST else chance
        cumulative.append(total)
    return cumulative


def _change(shop: Shop, work: Work, item: Item, number: int) -> None:
    """Set what a finished work sets of an item, and let the item by step go on (rule 12)."""
    instance = work.instance
    rows = list(range(int(instance.manner["set0"]), int(instance.manner["set1"])))
    if work.outcome >= 0:
        rows += instance.outcomes[work.outcome].sets
    assigns = [shop.program.assign[row] for row in rows]
    values = [shop.attribute_value(row, work.key, number, item) for row in assigns]
    kinds = [int(v) for row, v in zip(assigns, values, strict=True) if row["column"] == KIND_COLUMN]
    steps = [
        float(np.rint(v)) for row, v in zip(assigns, values, strict=True) if row["column"] == STEP_COLUMN
    ]
    if any(not 1.0 <= step < float(1 << 31) for step in steps):
        raise BadNumberError(steps)
    for row, value in zip(assigns, values, strict=True):
        if row["column"] >= 0:
            item.attributes[int(row["column"])] = value
    if kinds:
        item.kind, item.step = kinds[-1], 0
    elif not steps and number == 0 and instance.by_step:
        item.step += 1
    if steps:
        item.step = int(steps[-1]) - 1


def _given(shop: Shop, work: Work, give: Give, k: int) -> int:
    if give.amount == -1:
        return give.fixed
    item = next(iter(work.all_items), None)
    return shop.draw(give.amount, work.amounts, nth_key(work.key, k), draws.GIVEN, item)


def _wanted(shop: Shop) -> set[int]:
    """Stocks in which a blocked work lacks room."""
    return {stock for work in shop.blocked for stock in _lacks(shop, work, set())}


def _lacks(shop: Shop, work: Work, vetoed: set[int]) -> list[int]:
    """Stocks without room for what a finished work gives, in order of giving."""
    found = []
    for give, _ in work.gives:
        stock = shop.stocks[give.stock]
        total = sum(amount for other, amount in work.gives if other.stock == give.stock)
        if stock.limited and total > 0 and (total > stock.room or give.stock in vetoed):
            found.append(give.stock)
    return found


def lacking(shop: Shop, work: Work, vetoed: set[int]) -> int:
    """First stock that lacks room, or that an earlier blocked work vetoes; -1 where all fits."""
    return next(iter(_lacks(shop, work, vetoed)), -1)


def _block(shop: Shop, work: Work) -> None:
    instance, holds = work.instance, int(work.instance.row["holds"])
    work.phase = Phase.HELD if shop.shift_over else Phase.BLOCKED
    shop.note(Event.BLOCK, instance.index, work.lacks, work.serial)
    shop.blocked.append(work)
    shop.count_works(instance)
    for need in instance.needs:
        if not shop.shift_over and not holds & (HOLD_ROOM if need.pool.is_room else HOLD_TOOLS):
            change_free(shop, need.pool, need.amount, work)
    if not shop.shift_over and not holds & HOLD_TOOLS:
        put_down(work, int(instance.row["ends_at"]))
        let_go_of_units(shop, work)
    if shop.shift_over or not holds & HOLD_PEOPLE:
        _dismiss(shop, work)
        return
    for worker in work.team:
        worker.pausing = worker.pausing or not worker.on
        shop.set_state(worker, worker.away if worker.pausing else WorkerState.BLOCKED)


def release(shop: Shop) -> None:
    """Let the blocked whose output fits now give it, earliest first (rule 5)."""
    vetoed: set[int] = set()
    for work in list(shop.blocked):
        lacks = _lacks(shop, work, vetoed)
        if lacks:
            vetoed.update(stock for stock in lacks)
            _charge_block(shop, work, work.lacks if work.lacks in lacks else lacks[0])
            continue
        _charge_block(shop, work, work.lacks)
        shop.blocked.remove(work)
        shop.deadlock = -1
        shop.note(Event.RELEASE, work.instance.index, -1, work.serial)
        complete(shop, work, blocked=True)


def _charge_block(shop: Shop, work: Work, lacks: int) -> None:
    """Book blocked time to the stock that lacked room until now."""
    for worker in work.team:
        if worker.state == WorkerState.BLOCKED:
            shop.set_state(worker, WorkerState.BLOCKED)
    work.lacks = lacks


def complete(shop: Shop, work: Work, *, blocked: bool = False) -> None:
    """Give the output; people, tools and room are free again (rule 12)."""
    instance = work.instance
    shop.note(Event.END, instance.index, work.outcome, work.serial)
    items = _go_on(shop, work)
    for required in instance.required:
        if required.reserve and required.kind == Requirement.SPACE:
            shop.stocks[required.stock].reserved -= required.reserve
    free_onward(shop, work)
    for need in instance.needs:
        bit = HOLD_ROOM if need.pool.is_room else HOLD_TOOLS
        if not blocked or int(instance.row["holds"]) & bit:
            change_free(shop, need.pool, need.amount, work)
    let_go_of_units(shop, work)
    for give, amount in work.gives:
        if give.counted:
            for _ in range(amount):
                shop.put_item(shop.stocks[give.stock], items.pop(0))
        elif amount:
            shop.put_bulk(shop.stocks[give.stock], amount)
    put_down(work, int(instance.row["ends_at"]))
    shop.works.remove(work)
    shop.count_works(instance)
    instance.n_ended += 1
    _dismiss(shop, work)


def _go_on(shop: Shop, work: Work) -> list[Item]:
    """The items that a completed work gives: those taken, then children or new ones (rule 12)."""
    taken = work.all_items
    wanted = sum(amount for give, amount in work.gives if give.counted)
    merged = taken[wanted:]
    if taken:
        births = [taken[0].birth, *(item.birth for item in merged)]
        rule = Birth(int(work.instance.row["birth"]))
        taken[0].birth = {
            Birth.CARRIER: taken[0].birth,
            Birth.OLDEST: min(births),
            Birth.NEWEST: max(births),
            Birth.NOW: shop.now,
        }[rule]
    for item in merged:
        shop.end_item(item)
    items = taken[:wanted]
    for k in range(wanted - len(items)):
        if taken:
            items.append(shop.child(taken[0]))
        else:
            lineage = int(draws.child_lineage(np.uint64(work.key), k))
            items.append(shop.new_item(lineage, work.started, int(shop.program.scalar[0]["default_class"])))
            _change(shop, work, items[-1], k)
    return items


def _dismiss(shop: Shop, work: Work) -> None:
    """Free the people of a work, in the order of the team."""
    ends_at = int(work.instance.row["ends_at"])
    for worker in work.team:
        if ends_at >= 0:
            worker.place = ends_at
        put_off(shop, worker)
    work.team = []


def put_off(shop: Shop, worker: Worker) -> None:
    """Free one person: idle, on break or done."""
    state = WorkerState.IDLE
    if shop.shift_over:
        state = WorkerState.DONE
        worker.done = True
    elif worker.off:
        state = worker.away
    shop.set_state(worker, state)
    worker.work, worker.pausing = None, False
    worker.idle_since, worker.idle_serial = shop.now, shop.freed
    shop.freed += 1


def pause(shop: Shop, work: Work) -> None:
    """Stop the rate of a work on the way or in progress (rule 8)."""
    shop.cancel(work.entry)
    work.entry = None
    work.left = work.end - shop.now
    if not work.walking and not work.returning:
        use(shop, work, on=False)
    if not work.walking and not work.returning:
        work.left = int(np.rint(work.left * work.rate))
    work.phase = Phase.PAUSED
    shop.note(Event.PAUSE, work.instance.index, -1, work.serial)
    for worker in work.team:
        worker.walk_left = max(0, worker.walk_until - shop.now)
        shop.set_state(worker, worker.away if worker.pausing else WorkerState.PARTNER)


def resume(shop: Shop, work: Work) -> None:
    """Go on with what remains."""
    on_way = work.walking or work.returning
    work.phase = Phase.WALKING if on_way else Phase.WORKING
    work.end = shop.now + (work.left if on_way else int(np.rint(work.left / work.rate)))
    what = "begin" if work.walking else "carry on" if work.returning else "finish"
    work.entry = shop.schedule(work.end, Class.WORK, what, work)
    shop.note(Event.RESUME, work.instance.index, -1, work.serial)
    for worker in work.team:
        worker.walk_until = shop.now + worker.walk_left
        shop.set_state(worker, WorkerState.WALKING if on_way else WorkerState.WORKING)
    if not on_way:
        use(shop, work, on=True)


def stop(shop: Shop, work: Work) -> None:
    """Give a work up: what it took goes back, nothing is given (rule 11)."""
    shop.cancel(work.entry)
    shop.note(Event.STOP, work.instance.index, -1, work.serial)
    for take, amount, items in zip(work.instance.takes, work.amounts, work.items, strict=True):
        stock = shop.stocks[take.stock]
        stock.held -= amount if work.walking else 0
        stock.departed -= amount
        stock.waited -= sum(work.started - item.entry for item in items)
        stock.queue = items + stock.queue
        stock.put_back(shop.now, amount)
    for required in work.instance.required:
        if required.reserve and required.kind == Requirement.SPACE:
            shop.stocks[required.stock].reserved -= required.reserve
    free_onward(shop, work)
    for need in work.instance.needs:
        if need.pool.is_room or work.phase != Phase.SUSPENDED:
            change_free(shop, need.pool, need.amount, work)
    put_down(work)
    let_go_of_units(shop, work)
    shop.works.remove(work)
    shop.count_works(work.instance)
    for worker in work.team:
        put_off(shop, worker)
    work.team = []
