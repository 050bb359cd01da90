"""What is missing, and who does what: requirements, grants, ranks, nominations, teams (rules 1, 2, 4).

The functions read and write a :class:`~hewer.exact.chain.state.moment.Moment`; instances go by their place
in the plant.
"""

from __future__ import annotations

from functools import lru_cache

from hewer.choice_rules import Choice
from hewer.engine.codes import NONE, Requirement
from hewer.exact.chain.state.moment import Moment
from hewer.exact.chain.state.plant import Instance, Need, Required, fits

Rank = tuple[int, int, int, int]
Worker = tuple[int, int]  # crew, place in its order of idling


_LEVEL, _SPACE = 0, 2  # a level of at least so much; room for so much


def judge(m: Moment) -> None:
    """Judge the requirements of every instance, then grant units."""
    levels, reserved, ready = m.levels, m.reserved, m.ready
    for k, tests in enumerate(m.tests):
        if tests is None:
            ready[k] = _judge_slowly(m, k)
            continue
        met = True
        for kind, stock, amount in tests:
            if (levels[stock] if kind == _LEVEL else -levels[stock] - reserved[stock]) < amount:
                met = False
                break
        ready[k] = met
    if m.calling:
        m.ready = ready = [met and able for met, able in zip(ready, m.staffed(), strict=True)]
    m.stocks_met = list(ready) if m.preempts else ready
    if m.needy:
        _grant_all(m)


def _judge_slowly(m: Moment, k: int) -> bool:
    """Judge an instance that keeps stamps, has a guard or takes a random amount."""
    one = m.plant.instances[k]
    if m.timed[k]:
        return _judge_with_stamps(m, one)
    met = [m.is_met(one, required) for required in one.required]  # all: amounts that follow an item are noted
    return all(met)


def _judge_with_stamps(m: Moment, one: Instance) -> bool:
    all_met = True
    for required in one.required:
        if not m.is_met(one, required):
            m.since[required.index] = NONE
            all_met = False
        elif m.since[required.index] == NONE:
            m.since[required.index] = m.now
    return all_met


def _grant_all(m: Moment) -> None:
    """Go through the unit resources in order: an instance asks for each when it has those before."""
    stocks_met = list(m.ready)
    passed = [0] * len(stocks_met)  # needs granted, in order
    for pool in range(len(m.plant.pools)):
        queue: list[tuple[Rank, int, Need]] = []
        for k, one in enumerate(m.plant.instances):
            for number, need in enumerate(one.needs):
                if need.pool != pool:
                    continue
                if stocks_met[k] and passed[k] == number:
                    if m.joined[need.index] == NONE:
                        m.joined[need.index] = m.now
                    queue.append((rank(m, k, number), k, need))
                else:
                    leave(m, need)
        _grant(m, pool, sorted(queue), passed)
    for k, one in enumerate(m.plant.instances):
        m.ready[k] = stocks_met[k] and passed[k] == len(one.needs)


def _grant(m: Moment, pool: int, queue: list[tuple[Rank, int, Need]], passed: list[int]) -> None:
    """Go down the queue of one unit resource."""
    free, claimed = m.free_units[pool], False
    for _, k, need in queue:
        granted = need.amount <= free and not claimed
        if m.plant.instances[k].overtake:
            granted = need.amount <= m.free_units[pool]
        elif granted:
            free -= need.amount
        else:
            claimed = True
        if not granted:
            m.granted[need.index] = NONE
        elif m.granted[need.index] == NONE:
            m.granted[need.index] = m.now if m.joined[need.index] != m.now else _stamp_of_pool(m, need)
        passed[k] += granted


def _stamp_of_pool(m: Moment, need: Need) -> int:
    """Return the stamp of what is granted as soon as the instance asks for it."""
    return m.free_since[need.pool] if need.amount == 1 else m.returned[need.pool]


def leave(m: Moment, need: Need) -> None:
    """Leave the queue of a unit resource."""
    m.granted[need.index] = m.joined[need.index] = NONE


def rank(m: Moment, k: int, needs: int | None = None) -> Rank:
    """Sort key of an instance: before its `needs`-th need, or (None) ready for people."""
    one = m.plant.instances[k]
    if k in m.memory.ahead:
        return (-one.priority, NONE, NONE, one.index)
    since = 0
    if m.timed[k]:
        stamps = [_stamp(m, k, required) for required in one.required]
        stamps += [m.granted[need.index] for need in one.needs[:needs]]
        if not one.takes_items:
            stamps.append(m.started[k])
        since = max(stamps, default=0)
    return (-one.priority, since, m.serial[k], one.index)


def _stamp(m: Moment, k: int, required: Required) -> int:
    """Rank of the instant from which a requirement has been met."""
    if required.kind == Requirement.ITEMS:
        first = m.first(required.stock, m.amount(required))
        return max((entry for entry, _ in first), default=0)
    if required.kind == Requirement.SUSPENDED:
        work = m.suspended(m.plant.instances[k].origin)
        return work[1] if work else 0
    if required.kind == Requirement.BULK:
        return max(m.since[required.index], m.started[k])
    return m.since[required.index]


def choose(m: Moment) -> tuple[int, list[Worker]] | None:
    """Hold one round: the instance to start and its team, or None; then ``m.claims`` tells who is claimed."""
    if m.claims:
        m.claims = {}
    idle, crews = m.idle, m.crews
    ready = [k for k, is_ready in enumerate(m.ready) if is_ready and (crews[k] < 0 or idle[crews[k]])]
    if len(ready) == 1:
        k = ready[0]
        slots = m.plant.instances[k].slots
        if slots == 0:
            return k, []
        if slots == 1 and m.alone[k]:
            return k, [(crews[k], 0)]
        ranks = {k: (0, 0, 0, 0)}
    else:
        ranks = {k: rank(m, k) for k in ready}
    while ready:
        nominations = _nominations(m, ready, ranks)
        if not nominations:
            return None
        k = min(nominations, key=ranks.__getitem__)
        team = _team(m, k, nominations[k])
        one = m.plant.instances[k]
        if len(team) == one.slots:
            return k, team
        if not one.overtake:
            m.claims.update(dict.fromkeys(team, k))
        ready.remove(k)
    return None


def _nominations(m: Moment, ready: list[int], ranks: dict[int, Rank]) -> dict[int, list[Worker]]:
    """Return the nominees, each with the workers who nominate it."""
    instances = m.plant.instances
    found: dict[int, list[Worker]] = {k: [] for k in ready if not instances[k].slots}
    groups = {group for k in ready if instances[k].slots for group in instances[k].joins}
    for group in groups:
        speaker, claimed = _speaker(m, group)
        if speaker is None:
            continue
        open_to_him = [
            k
            for k in ready
            if group in instances[k].joins and instances[k].slots and (not claimed or instances[k].overtake)
        ]
        if len(open_to_him) == 1:
            found.setdefault(open_to_him[0], []).append(speaker)
        elif open_to_him:
            nominee = min(open_to_him, key=lambda k: _preference(m, group, k, ranks[k]))
            found.setdefault(nominee, []).append(speaker)
    return found


def _speaker(m: Moment, group: int) -> tuple[Worker | None, bool]:
    """Who has been idle longest in a group; a claimed one where all free ones are claimed."""
    crew = m.crew_of[group]
    first: Worker | None = None
    for place, other in enumerate(m.idle[crew]):
        if other == group:
            if (crew, place) not in m.claims:
                return (crew, place), False
            first = first or (crew, place)
    return first, True


def _preference(m: Moment, group: int, k: int, order: Rank) -> tuple[object, ...]:
    """Sort key of the choice rule of a group; nobody has far to walk here."""
    choice = m.plant.choices[group]
    if choice == Choice.LISTED:
        return (order[0], m.plant.instances[k].joins[group][1], order)
    if choice == Choice.LONGEST_QUEUE:
        return (order[0], -_queue(m, k), order)
    return order


def _queue(m: Moment, k: int) -> float:
    """How many takes the stock of the first take holds."""
    takes = m.plant.instances[k].takes
    if not takes:
        return 0.0
    drawn = takes[0].amount != NONE or takes[0].follows
    low = m.drawn[takes[0].index] if drawn else takes[0].low
    return m.levels[takes[0].lane] / max(low, 1)


def _team(m: Moment, k: int, speakers: list[Worker]) -> list[Worker]:
    """Fit the lead, then the others by idling."""
    one = m.plant.instances[k]
    if not one.slots:
        return []
    lead = min(speakers)
    if one.slots == 1:
        return [lead]
    crew = lead[0]
    idle = m.idle[crew]
    team: list[Worker] = []
    masks: tuple[int, ...] = ()
    for worker in [lead, *((crew, place) for place in range(len(idle)))]:
        if len(team) == one.slots:
            break
        if worker in team or idle[worker[1]] not in one.joins:
            continue
        if worker is not lead and not one.overtake and worker in m.claims:
            continue
        mask = one.joins[idle[worker[1]]][0]
        if _fits((*masks, mask), one.slots):
            masks = (*masks, mask)
            team.append(worker)
    return team


_fits = lru_cache(maxsize=1 << 16)(fits)
