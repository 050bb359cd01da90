"""A plain-Python engine: ``docs/semantics.md`` rule by rule, slow and obvious.

After every step it judges everything anew and looks at everybody, so that it needs none of the lists by
which the kernel finds what depends on what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hewer.engine import draws
from hewer.engine.codes import Cause, Change, Class, Event, Overrun, Phase, WorkerState
from hewer.engine.program import Program
from tests.oracle.arrivals import arrive, schedule_arrival
from tests.oracle.choosing import choose
from tests.oracle.failing import end_off, return_to_work, strike
from tests.oracle.interrupting import carry_on, go_on, interrupt_if_struck, leave_line, preempt, suspend
from tests.oracle.judging import can_be_staffed, charge, charge_missing, judge
from tests.oracle.leaving import leave, lose_patience
from tests.oracle.line import come_back, stand_in_line, turn_back
from tests.oracle.objects import Duty, Instance, Item, Rest, Work, Worker
from tests.oracle.shop import FLOW_FIELDS, Shop, arm
from tests.oracle.working import begin, draw_takes, finish, pause, put_off, release, resume, start, stop


@dataclass
class OracleRun:
    """What one replication came to; the fields of RunData for that replication, as plain numbers."""

    log: list[tuple[int, int, int, int, int]]
    stock: list[dict[str, float]]
    instance: list[dict[str, float]]
    pool_busy: list[float]
    worker_time: list[list[int]]
    overtime: list[int]
    hazard: list[dict[str, float]]
    source: list[dict[str, int]]
    flow: list[dict[str, int]]
    ended: int
    deadlock: int
    inside: int
    shop: Shop = field(repr=False)


def simulate(
    program: Program,
    seed: int = 1,
    world: int = 0,
    replication: int = 0,
    *,
    log: bool = True,
    watch: Any = None,
) -> OracleRun:
    """Run one replication.

    Parameters
    ----------
    program : Program
    seed, world, replication : int
        Rule 7.
    log : bool
        Whether to keep the event log.
    watch : callable, optional
        Called with the Shop after each step: laws are tested there.

    Raises
    ------
    EndlessError, BadNumberError
    """
    shop = Shop(program, seed, world, replication)
    _open(shop)
    look = watch or (lambda shop: None)
    while not _instant(shop, look):
        tick = shop.next_tick()
        if tick is None or (shop.now >= shop.horizon and not shop.shift_over):
            break
        shop.now = tick
    return _close(shop, keep_log=log)


def _open(shop: Shop) -> None:
    """Set out the start of the shift: stocks, calendar, first draws."""
    made = []
    for stock, row in zip(shop.stocks, shop.program.stock, strict=True):
        if stock.counted and stock.sink < 0:
            for k in range(int(row["start"])):
                lineage = draws.member_key(int(row["lineage"]), k)
                default = int(shop.program.scalar[0]["default_class"])
                item = shop.new_item(lineage, 0, default)
                _describe_start(shop, item, int(shop.program.start_kind[stock.index]))
                shop.enter(stock, item)
                made.append((stock, item))
        stock.change(0, int(row["start"]))
    for stock, item in made:
        shop.begin_patience(stock, item)
    _set_calendar(shop)
    for instance in shop.instances:
        draw_takes(shop, instance)


def _set_calendar(shop: Shop) -> None:
    """Put into the calendar what is known to come, in the order of rule 5."""
    for rest in shop.breaks:
        shop.schedule(rest.begin, Class.CALENDAR, "break begins", rest)
        shop.schedule(rest.end, Class.CALENDAR, "break ends", rest)
    for duty in shop.duties:
        _schedule_change(shop, duty)
    if shop.warm_up > 0:
        shop.schedule(shop.warm_up, Class.CALENDAR, "warm up", None)
    if shop.shift <= shop.horizon:
        shop.schedule(shop.shift, Class.CALENDAR, "shift end", None)
    shop.schedule(shop.horizon, Class.CALENDAR, "horizon", None)
    for source in shop.sources:
        schedule_arrival(shop, source)
    for hazard in shop.hazards:
        arm(shop, hazard)
    for tick in shop.program.wake:
        shop.schedule(int(tick), Class.TIMER, "wake", None)


def _describe_start(shop: Shop, item: Item, kind: int) -> None:
    """Give an item that a stock starts with its kind."""
    if kind >= 0:
        item.kind = kind
        shop.follow_recipe(item, kind)
        shop.as_its_kind(item)


def _instant(shop: Shop, look: Any) -> bool:
    """All that happens at one tick (rule 5); True where the run is over."""
    while True:
        while shop.next_tick() == shop.now:
            entry = shop.calendar[0]
            what, thing = entry[3], entry[4]
            shop.cancel(entry)
            if what == "horizon" and not shop.shift_over:
                return True
            if not shop.shift_over or what in {"finish", "carry on"}:
                shop.last_event = shop.now
            HANDLERS[what](shop, thing)
            if what in {"begin", "carry on"}:
                interrupt_if_struck(shop, thing)
            look(shop)
        if not shop.shift_over:
            _starts(shop, look)
        if shop.next_tick() != shop.now:
            break
    if not shop.shift_over:
        _apply_claims(shop)
        _watch_deadlock(shop)
    return False


def _starts(shop: Shop, look: Any) -> None:
    """Start works until nothing can start."""
    while True:
        leave(shop)
        release(shop)
        judge(shop)
        if stand_in_line(shop):
            look(shop)
            continue
        chosen = choose(shop)
        if chosen is None:
            if shop.next_tick() == shop.now or not preempt(shop):
                return
        elif chosen[0].row["origin"] < 0:
            start(shop, *chosen)
        else:
            go_on(shop, *chosen)
        look(shop)


def _apply_claims(shop: Shop) -> None:
    """Those whom the last round claimed wait for partners; others are idle again (rule 2)."""
    for worker in shop.workers:
        if not worker.free:
            continue
        if worker in shop.claims and worker.state == WorkerState.IDLE:
            shop.set_state(worker, WorkerState.PARTNER, charge(shop, shop.claims[worker]))
        elif worker not in shop.claims and worker.state == WorkerState.PARTNER:
            shop.set_state(worker, WorkerState.IDLE)


def _watch_deadlock(shop: Shop) -> None:
    """Works are blocked and none is in progress (rule 10)."""
    stuck = bool(shop.blocked) and len(shop.blocked) == len(shop.works)
    if not stuck:
        shop.deadlock = -1
    elif shop.deadlock < 0 and not any(_awaits_people(shop, instance) for instance in shop.instances):
        shop.deadlock = shop.now


def _awaits_people(shop: Shop, instance: Instance) -> bool:
    """It lacks no material, and people who are on break or off duty."""
    return instance.stocks_met and not instance.staffed and can_be_staffed(shop, instance, everybody=True)


# The calendar: breaks, shift end, warm-up (rules 11 and 13).


def _break_begins(shop: Shop, rest: Rest) -> None:
    if shop.shift_over:
        return
    rest.on = True
    shop.note(Event.BREAK, rest.index, 0, 0)
    for worker in shop.workers:
        if worker.role in rest.roles:
            _send_on_break(shop, worker, finish=rest.finish)


def _send_on_break(shop: Shop, worker: Worker, *, finish: bool) -> None:
    """Let a worker go; of overlapping breaks the first says what becomes of his work."""
    free, work, on = worker.free, worker.work, worker.on
    worker.breaks += 1
    if worker.approach is not None:
        turn_back(shop, worker)
        shop.set_state(worker, worker.away)
    if free:
        shop.set_state(worker, WorkerState.BREAK, charge_missing(shop, worker))
    elif work is not None and on and worker.breaks == 1 and not finish:
        worker.pausing = True
        if work.phase in {Phase.WALKING, Phase.WORKING}:
            pause(shop, work)
        else:
            shop.set_state(worker, WorkerState.BREAK)


def _break_ends(shop: Shop, rest: Rest) -> None:
    if shop.shift_over or not rest.on:
        return
    rest.on = False
    shop.note(Event.BREAK, rest.index, 1, 0)
    for worker in shop.workers:
        if worker.role in rest.roles:
            end_off(shop, worker)


def _schedule_change(shop: Shop, duty: Duty) -> None:
    if duty.changes:
        shop.schedule(duty.changes[0][0], Class.CALENDAR, "duty changes", duty)


def _duty_changes(shop: Shop, duty: Duty) -> None:
    """The next change of a calendar: somebody comes, goes, begins or ends a break."""
    if shop.shift_over:
        return
    _, what = duty.changes.pop(0)
    shop.note(Event.DUTY, duty.index, int(what), 0)
    for worker in shop.workers:
        if worker.duty is not duty:
            continue
        if what == Change.COMES:
            _come(shop, worker)
        elif what == Change.GOES:
            _go(shop, worker)
        elif what == Change.RETURNS:
            end_off(shop, worker)
        else:
            _send_on_break(shop, worker, finish=what == Change.RESTS_WHEN_DONE)
    _schedule_change(shop, duty)


def _come(shop: Shop, worker: Worker) -> None:
    """Come on duty; who is on a break then begins with that, who still finishes a work goes on."""
    worker.on = True
    if worker.state != WorkerState.OFF:
        return
    if worker.breaks:
        shop.set_state(worker, worker.away)
    else:
        return_to_work(shop, worker)


def _go(shop: Shop, worker: Worker) -> None:
    """Go off duty, and let the work in hand follow its overrun rule."""
    free, work = worker.free, worker.work
    worker.on = False
    if work is not None:
        _leave_work(shop, worker, work)
        return
    if worker.approach is not None:
        turn_back(shop, worker)
    shop.set_state(worker, WorkerState.OFF, charge_missing(shop, worker) if free else -1)


def _leave_work(shop: Shop, worker: Worker, work: Work) -> None:
    rule = Overrun(int(work.instance.row["overrun"]))
    if work.phase == Phase.BLOCKED:
        worker.pausing = True
        shop.set_state(worker, WorkerState.OFF)
    elif work.walking or rule == Overrun.STOP:
        stop(shop, work)
    elif rule == Overrun.PAUSE:
        worker.pausing = True
        if work.phase in {Phase.WALKING, Phase.WORKING}:
            pause(shop, work)
        else:
            shop.set_state(worker, WorkerState.OFF)
    elif rule == Overrun.HAND_OVER:
        suspend(shop, work, Cause.DUTY)
    elif worker.pausing:
        worker.pausing = False
        shop.set_state(worker, WorkerState.PARTNER)
        if not any(mate.pausing for mate in work.team):
            resume(shop, work)
            interrupt_if_struck(shop, work)


def _shift_end(shop: Shop, _: Any) -> None:
    shop.note(Event.SHIFT_END, 0, 0, 0)
    idle = {w: charge_missing(shop, w) for w in shop.workers if w.free}
    shop.shift_over = True
    for worker in shop.workers:
        worker.breaks, worker.pausing, worker.absent = 0, False, False
        worker.on = True
    for work in list(shop.works):
        _overrun(shop, work)
    for worker in shop.workers:
        if worker.approach is not None:
            turn_back(shop, worker)
        if worker.work is None and not worker.done:
            worker.done = True
            shop.set_state(worker, WorkerState.DONE, idle.get(worker, -1))


def _overrun(shop: Shop, work: Work) -> None:
    """What becomes of a work at the end of the shift (rule 11)."""
    rule = Overrun(int(work.instance.row["overrun"]))
    if work.phase == Phase.SUSPENDED:
        leave_line(shop, work)
    if work.phase == Phase.BLOCKED:
        _hold(shop, work)
    elif work.walking or rule == Overrun.STOP:
        stop(shop, work)
    elif rule in {Overrun.PAUSE, Overrun.HAND_OVER} or work.phase == Phase.SUSPENDED:
        if work.phase not in {Phase.PAUSED, Phase.SUSPENDED}:
            pause(shop, work)
        _hold(shop, work)
    elif work.phase == Phase.PAUSED:
        resume(shop, work)


def _hold(shop: Shop, work: Work) -> None:
    """Keep the work as it is while its people leave."""
    work.phase = Phase.HELD
    for worker in work.team:
        put_off(shop, worker)
    work.team = []


def _warm_up(shop: Shop, _: Any) -> None:
    shop.note(Event.WARM_UP, 0, 0, 0)
    for stock in shop.stocks:
        stock.arrived = stock.departed = stock.waited = stock.left = 0
        stock.peak = stock.level
    for instance in shop.instances:
        instance.n_started = instance.n_ended = instance.n_interrupted = 0
        instance.set_ups = instance.set_up = 0
    for source in shop.sources:
        source.arrived = source.lost = source.balked = source.diverted = 0
    for hazard in shop.hazards:
        hazard.struck = 0
    shop.flow[:] = [dict.fromkeys(FLOW_FIELDS, 0) for _ in shop.flow]


def _close(shop: Shop, *, keep_log: bool) -> OracleRun:
    """Bring all accounts up to the end."""
    ended = max(shop.last_event, shop.horizon)
    shop.now = ended
    for worker in shop.workers:
        shop.set_state(worker, worker.state, charge_missing(shop, worker))
    for area in [s.area for s in shop.stocks] + [p.area for p in shop.pools] + [h.area for h in shop.hazards]:
        area.set(ended, area.value)
    for instance in shop.instances:
        shop.count_works(instance)
    return OracleRun(
        log=shop.log if keep_log else [],
        stock=[
            {
                "arrived": s.arrived, "departed": s.departed, "final": s.level, "peak": s.peak,
                "left": s.left, "integral": s.area.total, "waited": s.waited,
            }
            for s in shop.stocks
        ],
        instance=[
            {
                "started": i.n_started, "ended": i.n_ended, "interrupted": i.n_interrupted,
                "set_ups": i.set_ups, "set_up": i.set_up,
                "busy": i.busy.total, "stuck": i.stuck.total,
            }
            for i in shop.instances
        ],
        pool_busy=[pool.area.total for pool in shop.pools],
        worker_time=shop.worker_time,
        overtime=[worker.overtime for worker in shop.workers],
        hazard=[{"struck": h.struck, "lost": h.area.total} for h in shop.hazards],
        source=[
            {"arrived": s.arrived, "lost": s.lost, "balked": s.balked, "diverted": s.diverted}
            for s in shop.sources
        ],
        flow=shop.flow,
        ended=ended,
        deadlock=shop.deadlock,
        inside=shop.living,
        shop=shop,
    )  # fmt: skip


HANDLERS: dict[str, Any] = {
    "begin": begin,
    "finish": finish,
    "carry on": carry_on,
    "come back": come_back,
    "arrive": arrive,
    "patience over": lose_patience,
    "time is up": lambda shop, thing: None,
    "break begins": _break_begins,
    "break ends": _break_ends,
    "duty changes": _duty_changes,
    "shift end": _shift_end,
    "strike": strike,
    "warm up": _warm_up,
    "horizon": lambda shop, thing: None,
    "wake": lambda shop, thing: None,
}
