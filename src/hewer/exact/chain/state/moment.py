"""One instant of a plant: a state opened up for the rules to work on, and closed again to a key.

A *state* is a nested tuple: equal situations are equal tuples, and the future depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import partial
from typing import NamedTuple

from hewer.engine.codes import NONE, Interrupted, Op, Overrun, Requirement
from hewer.exact.chain.state.hazards import in_order, interruptible
from hewer.exact.chain.state.items import Sort, Sorts
from hewer.exact.chain.state.memory import Memory, remember
from hewer.exact.chain.state.phases import amounts_of, of_code, operations, truth
from hewer.exact.chain.state.plant import OF_ITEM, Instance, Plant, Required, most_fitted
from hewer.exact.chain.state.stamps import Kept

NOW = 1 << 40  # later than every stamp of a state
_PLAIN = (Requirement.ITEMS, Requirement.BULK, Requirement.SPACE)

Item = tuple[int, int]  # rank of its entry, sort
Given = tuple[int, bool, int]  # stock, items, amount


class State(NamedTuple):
    """What the future depends on; see :class:`Moment` for the fields."""

    levels: tuple[int, ...]
    queues: tuple[tuple[Item, ...], ...]
    works: tuple[tuple[int, int], ...]  # kind, how many
    blocked: tuple[int, ...]  # kinds, earliest first
    idle: tuple[tuple[int, ...], ...]
    past: tuple[tuple[int, ...], ...]
    sources: tuple[tuple[int, int], ...]
    drawn: tuple[int, ...]
    line: tuple[tuple[int, ...], ...] = ()  # (kind, since, serial before) in the order of starting
    down: tuple[int, ...] = ()
    away: tuple[tuple[tuple[int, int], int], ...] = ()


class Kind(NamedTuple):
    """What tells works apart: works of one kind have one future.

    ``phases`` are the means of those to come, in ticks; ``gives`` is None until a work is done and blocked.
    """

    instance: int  # position in the plant
    phases: tuple[float, ...]
    team: tuple[int, ...]  # groups, the lead first
    amounts: tuple[int, ...] = ()
    sorts: tuple[int, ...] = ()  # of the items in hand, where anything can look at them
    gives: tuple[Given, ...] | None = None
    suspended: bool = False  # without people and tools; no phases: its time is drawn anew


class Moment:
    """A plant at an instant, for the rules to change.

    Attributes
    ----------
    levels : list of int
        By stock, then by lane; those that nobody looks at stay 0.
    queues : dict
        Items of the stocks that tell them apart, the first to be taken first.
    works : dict
        Kinds of works in progress and suspended, and how many.
    line : list of [kind, since, serial]
        Those instead whose order of starting matters, in that order, each with the rank of its start.
    down : list of int
        Units out of service, or people absent, by hazard.
    away : dict
        Of these, (hazard, phases to come) of those that come back of themselves, and how many.
    blocked : list of int
        Kinds of blocked works, earliest first.
    idle : list of lists of int
        By crew, the groups of those who are free, in the order of idling.
    reserved, free_units : list of int
        Room promised by stock; free units by pool.
    started, serial : list of int
        Stamp and serial of the last start, by instance.
    since : list of int
        Stamp of each requirement that is met; -1 where it is not.
    granted, joined : list of int
        Stamp of the grant of each need, and of joining its queue; -1 where there is none.
    free_since, returned : list of int
        By pool (rule 1).
    sources : list of (phases, left)
        Number of the phases to come, and of the arrivals left (-1: no limit).
    noted : list of (row, amount)
        What was counted in this instant.
    """

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.memory: Memory = remember(plant)
        self.kinds: list[Kind] = []
        self._number: dict[Kind, int] = {}
        self.phases: list[tuple[float, ...]] = []
        self._phase_number: dict[tuple[float, ...], int] = {}
        self._derived: dict[tuple[object, ...], tuple[list[int], list[int], list[list[int]]]] = {}
        self.crew_of = {g: c for c, crew in enumerate(self.memory.crews) for g in crew}
        self.takes = {take.index: take for one in plant.instances for take in one.takes}
        self.random_takes = [k for k, take in self.takes.items() if take.amount != NONE]
        self.queued = sorted(self.memory.queues)
        self.turn = {position: number for number, group in enumerate(self.memory.turns) for position in group}
        self.timed = [
            self.turn.get(k, NONE) >= 0 and self.memory.timed[self.turn[k]]
            for k in range(len(plant.instances))
        ]
        self._keeping = [Kept(self, number) for number in range(len(self.memory.turns))]
        self._keep_items()
        self._keep_interruption()
        self.needy = any(one.needs for one in plant.instances)
        self.tests = [None if self.timed[k] else _tests(plant, one) for k, one in enumerate(plant.instances)]
        self.crews = [self.crew_of[next(iter(one.joins))] if one.slots else NONE for one in plant.instances]
        self.alone = [
            one.slots > 0 and len(self.memory.crews[self.crews[k]]) == 1
            for k, one in enumerate(plant.instances)
        ]
        self.whole = [int(stock) for stock in plant.program.lane["whole"]]
        self._laned = [s for s in self.queued if plant.stocks[s].lanes]
        self._several = [c for c, crew in enumerate(self.memory.crews) if len(crew) > 1]
        self._opened: tuple[State, list[int], list[int], list[list[int]]] | None = None
        self._blocking_group = {k: n for n, group in enumerate(self.memory.blocking) for k in group}
        self.clear()

    def _keep_items(self) -> None:
        """Find where levels, sorts and amounts are kept."""
        plant = self.plant
        self.sorts = Sorts(plant)
        self.told = bool(self.memory.told)
        self.keeps_level = [s in self.memory.levels for s in range(len(plant.stocks))]
        self.keeps_sorts = [
            bool(one.outlets & self.memory.told)
            or (one.follows and bool(one.takes))
            or one.by_step
            or bool({take.stock for take in one.takes} & self.memory.tokens)
            or (one.interrupted == Interrupted.REDRAW and self._reads(one, OF_ITEM))
            for one in plant.instances
        ]
        self.keeps_amounts = [self._uses_taken(one) for one in plant.instances]

    def _keep_interruption(self) -> None:
        """Find what is kept of works that can be interrupted."""
        plant = self.plant
        self.lined = in_order(plant, [self._is_alike(k) for k in range(len(plant.instances))])
        self.failing = {h.pool: number for number, h in enumerate(plant.hazards) if h.pool >= 0}
        self.calling = {h.group: number for number, h in enumerate(plant.hazards) if h.group >= 0}
        self.preempts = [k for k, one in enumerate(plant.instances) if one.preempts]
        self.interrupts = bool(interruptible(plant))
        self._staffing: dict[tuple[int, ...], list[bool]] = {}

    def _uses_taken(self, one: Instance) -> bool:
        varies = any(take.varies for take in one.takes)
        stops = one.overrun == Overrun.STOP  # what it took goes back
        drawn_anew = one.interrupted == Interrupted.REDRAW and self._reads(one, {Op.TAKEN})
        return any(give.amount < NONE for give in one.all_gives()) or (varies and (stops or drawn_anew))

    def _reads(self, one: Instance, what: Set[int]) -> bool:
        """Tell whether the time of an instance reads one of these."""
        return one.time < NONE and bool(operations(self.plant.program, -2 - one.time) & what)

    def _is_alike(self, k: int) -> bool:
        """Tell whether all suspended works of an instance are alike, their times apart."""
        one = self.plant.instances[k]
        return not (self.keeps_sorts[k] or self.keeps_amounts[k] or one.twin in self.turn)

    def instance_of(self, work: Sequence[int]) -> int:
        """Return the instance of a work that stands in the line."""
        return self.kinds[work[0]].instance

    def clear(self) -> None:
        """Set out the start: nothing has happened, everybody is free (rules 1 and 4)."""
        plant, memory = self.plant, self.memory
        sizes = len(plant.instances), len(plant.program.requirement), len(plant.program.need)
        self.levels = [stock.start if self.keeps_level[s] else 0 for s, stock in enumerate(plant.stocks)]
        self.levels += [0] * len(plant.program.lane)
        self.queues: dict[int, list[Item]] = {s: [] for s in self.queued}
        self.works: dict[int, int] = {}
        self.blocked: list[int] = []
        self.line: list[list[int]] = []
        self.down = [0] * len(plant.hazards)
        self.away: dict[tuple[int, int], int] = {}
        self.idle = [[g for g in crew for _ in range(plant.heads[g])] for crew in memory.crews]
        self.reserved = [0] * len(plant.stocks)
        self.free_units = list(plant.pools)
        self.started, self.serial = [0] * sizes[0], [NONE] * sizes[0]
        self.since = [NONE] * sizes[1]
        self.granted, self.joined = [NONE] * sizes[2], [NONE] * sizes[2]
        self.free_since, self.returned = [0] * len(plant.pools), [0] * len(plant.pools)
        self.sources: list[tuple[int, int]] = []
        self.drawn = dict.fromkeys(self.random_takes, 0)
        self.now = 0
        self.ready = [False] * len(plant.instances)
        self.stocks_met = self.ready
        self.claims: dict[tuple[int, int], int] = {}
        self._forget()

    def _forget(self) -> None:
        """Begin an instant: nothing was counted, nothing is going on."""
        self.noted: list[tuple[int, int]] = []
        self.instant: list[int] = []  # kinds of works that take no time
        self.arriving: list[int] = []  # sources that fire at once
        self.back: list[int] = []  # hazards that are over at once
        self.starts: dict[int, int] = {}
        self.next_serial = NOW

    def number(self, kind: Kind) -> int:
        """Return the number of a kind of works."""
        found = self._number.get(kind)
        if found is None:
            found = self._number[kind] = len(self.kinds)
            self.kinds.append(kind)
        return found

    def phase_number(self, phases: tuple[float, ...]) -> int:
        """Return the number of a sequence of phases of a source."""
        found = self._phase_number.get(phases)
        if found is None:
            found = self._phase_number[phases] = len(self.phases)
            self.phases.append(phases)
        return found

    # Requirements (rule 1).

    def at_hand(self, one: Instance) -> Sort | None:
        """Return what the first item is like that an instance would take."""
        if one.hand == NONE:
            return None
        first = self.first(one.hand, 1)
        return self.sorts.known[first[0][1]] if first else None

    def amount(self, required: Required) -> int:
        """Amount that a requirement asks for, of the next start."""
        return required.amount if required.take == NONE else self.drawn[required.take]

    def is_met(self, one: Instance, required: Required) -> bool:
        """Judge one requirement of an instance."""
        if required.kind == Requirement.GUARD:
            return truth(self.plant.program, required.code, self.levels, self.at_hand(one))
        if required.kind == Requirement.ONWARD:
            return self._fits_onward(one)
        if required.kind == Requirement.SUSPENDED:
            return self.suspended(one.origin) is not None
        if required.code != NONE and not self._follows_item(one, required):
            return False
        stock = required.stock
        if required.kind == Requirement.SPACE:
            room = self.plant.stocks[stock].capacity - self.levels[stock] - self.reserved[stock]
            return room >= required.amount
        return self.levels[stock] >= self.amount(required)

    def _follows_item(self, one: Instance, required: Required) -> bool:
        """Work out an amount to take that reads the item at hand; False where there is none."""
        item = self.at_hand(one)
        if item is None:
            return False
        mixture = of_code(self.plant.program, required.code, self.levels, (), item)
        self.drawn[required.take] = amounts_of(mixture)[1][0]
        return True

    def _fits_onward(self, one: Instance) -> bool:
        """Tell whether there is room where the first item goes after this step; what it leaves counts."""
        first = self.first(one.hand, 1)
        if not first:
            return True
        stock = self.sorts.onward(first[0][1], 1)
        leaves = one.takes[0].stock == stock and one.takes[0].items
        return not self.plant.stocks[stock].limited or self.room(stock) >= (0 if leaves else 1)

    # Material.

    def room(self, stock: int) -> int:
        """Return what could be put in without passing the capacity (rule 10)."""
        return self.plant.stocks[stock].capacity - self.levels[stock] - self.reserved[stock]

    def put(self, stock: int, amount: int, items: Sequence[int]) -> None:
        """Let bulk, or items of these sorts, enter a stock."""
        if not self.keeps_level[stock]:
            return
        self.levels[stock] += amount
        queue = self.queues.get(stock)
        if queue is None:
            return
        entry = self.now if stock in self.memory.stamped else 0
        for sort in items:
            if self.plant.stocks[stock].lanes:
                self._put_in_lane(stock, queue, (entry, sort))
            else:
                queue.insert(self.sorts.place(stock, queue, sort), (entry, sort))

    def _put_in_lane(self, stock: int, queue: list[Item], item: Item) -> None:
        """Let an item stand in its lane; of items in different lanes the order means nothing."""
        lane = self.sorts.lane(stock, item[1])
        places = [k for k, other in enumerate(queue) if self.sorts.lane(stock, other[1]) == lane]
        place = self.sorts.place(stock, [queue[k] for k in places], item[1])
        queue.insert(places[place] if place < len(places) else len(queue), item)
        self.levels[lane] += 1

    def first(self, lane: int, amount: int) -> list[Item]:
        """Return the items of a stock, or of a lane of it, that would be taken first."""
        if lane < len(self.plant.stocks):
            queue = self.queues.get(lane)
            if queue is None:
                return [(0, self.sorts.plain)] * min(amount, self.levels[lane])
            return queue[:amount]
        whole = self.whole[lane - len(self.plant.stocks)]
        return [item for item in self.queues[whole] if self.sorts.lane(whole, item[1]) == lane][:amount]

    def take(self, lane: int, amount: int) -> list[int]:
        """Take from a stock or a lane; return the sorts of the items where anybody tells them apart."""
        stock = lane if lane < len(self.plant.stocks) else self.whole[lane - len(self.plant.stocks)]
        queue = self.queues.get(stock)
        if queue is None:
            self.levels[stock] -= amount
            return [self.sorts.plain] * amount if self.plant.stocks[stock].items and self.told else []
        if not self.plant.stocks[stock].lanes:
            self.levels[stock] -= amount
            taken = queue[:amount]
            del queue[:amount]
            return [self.sorts.calm(item[1]) for item in taken] if self.told else []
        found = []
        for _ in range(amount):
            at = next(k for k, item in enumerate(queue) if self.sorts.lane(stock, item[1]) == lane)
            found.append(self.sorts.calm(self.draw_out(stock, at)))
        return found

    def draw_out(self, stock: int, place: int) -> int:
        """Take the item at a place of a stock out of it; return its sort."""
        self.levels[stock] -= 1
        queue = self.queues.get(stock)
        if queue is None:
            return self.sorts.plain
        sort = queue.pop(place)[1]
        if self.plant.stocks[stock].lanes:
            self.levels[self.sorts.lane(stock, sort)] -= 1
        return sort

    def change_free(self, pool: int, amount: int) -> None:
        """Return units to a pool, or take them."""
        if amount > 0:
            self.returned[pool] = self.now
            if self.free_units[pool] == 0:
                self.free_since[pool] = self.now
        self.free_units[pool] += amount

    # Interruption (rule 8).

    def leave_line(self, work: list[int]) -> None:
        """Take a work out of those whose order of starting is kept."""
        del self.line[next(n for n, other in enumerate(self.line) if other is work)]

    def leave_idling(self, team: list[tuple[int, int]]) -> tuple[int, ...]:
        """Take those who start a work out of the order of idling; return their groups."""
        if len(team) == 1:
            crew, place = team[0]
            return (self.idle[crew].pop(place),)
        groups = tuple([self.idle[crew][place] for crew, place in team])
        for crew, place in sorted(team, reverse=True):
            del self.idle[crew][place]
        return groups

    def suspended(self, k: int) -> list[int] | None:
        """Return the suspended work of an instance that goes on first: [kind, since, serial]; or None."""
        if k in self.lined:
            for work in self.line:
                kind = self.kinds[work[0]]
                if kind.instance == k and kind.suspended:
                    return work
            return None
        for number in self.works:
            kind = self.kinds[number]
            if kind.instance == k and kind.suspended:
                return [number, 0, NONE]
        return None

    def staffed(self) -> list[bool]:
        """Tell of each instance whether those present could fill its posts, were they all free (rule 2)."""
        key = tuple(self.down)
        found = self._staffing.get(key)
        if found is None:
            found = self._staffing[key] = [self._can_be_staffed(one) for one in self.plant.instances]
        return found

    def _can_be_staffed(self, one: Instance) -> bool:
        masks: list[int] = []
        for group, (mask, _) in one.joins.items():
            absent = self.down[self.calling[group]] if group in self.calling else 0
            masks += [mask] * min(one.slots, self.plant.heads[group] - absent)
        return most_fitted(masks, one.slots) == one.slots

    def reserves(self, kind: Kind) -> tuple[tuple[int, int], ...]:
        """Return (stock, room) promised to a work: also where its first item goes onward (rule 10)."""
        one = self.plant.instances[kind.instance]
        if not one.reserves_onward:
            return one.reserves
        stock = self.sorts.onward(kind.sorts[0], 1)
        return (*one.reserves, (stock, 1)) if self.plant.stocks[stock].limited else one.reserves

    # States.

    def open(self, state: State) -> None:
        """Set out a state at a new instant."""
        levels, queues, works, blocked, kept_idle, past, sources, drawn, line, down, away = state
        if self._opened is None or self._opened[0] is not state:
            self._opened = state, *self._held(state)
        _, reserved, free_units, idle = self._opened
        self.levels, self.works, self.blocked = list(levels), dict(works), list(blocked)
        self.reserved, self.free_units = reserved.copy(), free_units.copy()
        self.idle = [crew.copy() for crew in idle]
        if queues:
            self.queues = {s: list(queue) for s, queue in zip(self.queued, queues, strict=True)}
        for number, kept in enumerate(kept_idle):
            self.idle[self._several[number]] = list(kept)
        for number, keeping in enumerate(self._keeping):
            keeping.open(past[number])
        self.sources = list(sources)
        if self.interrupts or down:
            self.line = [list(work) for work in line]
            self.down, self.away = list(down), dict(away)
        for number, amount in enumerate(drawn):
            self.drawn[self.random_takes[number]] = amount
        self.now = NOW
        self._forget()

    def close(self) -> State:
        """Return the state that is left when an instant is over."""
        for stock in self._laned:
            self.queues[stock].sort(key=partial(self._lane, stock))
        return State(
            tuple(self.levels),
            tuple([tuple(self.queues[s]) for s in self.queued]) if not self._keeping else self._ranked(),
            tuple(sorted(self.works.items())),
            tuple(self._in_order(self.blocked)),
            tuple([tuple(self.idle[crew]) for crew in self._several]),
            tuple([keeping.close() for keeping in self._keeping]),
            tuple(self.sources),
            tuple([self.drawn[take] for take in self.random_takes]),
            tuple([(kind, since, earlier) for kind, since, earlier in self.line]) if self.line else (),
            tuple(self.down) if self.down else (),
            tuple(sorted(self.away.items())) if self.away else (),
        )

    def _lane(self, stock: int, item: Item) -> int:
        return self.sorts.lane(stock, item[1])

    def _in_order(self, blocked: list[int]) -> list[int]:
        """Blocked works that wait for different rooms have no order among them."""
        if len(blocked) < 2:
            return blocked
        return sorted(blocked, key=lambda kind: self._blocking_group[self.kinds[kind].instance])

    def _ranked(self) -> tuple[tuple[Item, ...], ...]:
        """Turn all stamps to ranks; return the queues."""
        for keeping in self._keeping:
            keeping.rank()
        return tuple([tuple(self.queues[s]) for s in self.queued])

    def _held(self, state: State) -> tuple[list[int], list[int], list[list[int]]]:
        """Return what works in hand leave: room reserved, units and people free."""
        key = state.works, state.blocked, state.line, state.down
        found = self._derived.get(key)
        if found is None:
            found = self._derived[key] = self._work_out(state)
        return found

    def _work_out(self, state: State) -> tuple[list[int], list[int], list[list[int]]]:
        plant = self.plant
        reserved, units, heads = [0] * len(plant.stocks), list(plant.pools), list(plant.heads)
        for number, hazard in enumerate(plant.hazards):
            if hazard.pool >= 0:
                units[hazard.pool] -= state.down[number]
            else:
                heads[hazard.group] -= state.down[number]
        single = [*state.blocked, *(work[0] for work in state.line)]
        for number, count in (*state.works, *((kind, 1) for kind in single)):
            kind = self.kinds[number]
            one = plant.instances[kind.instance]
            for stock, amount in self.reserves(kind):
                reserved[stock] += amount * count
            for need in one.needs:
                if one.holds(need) if kind.gives is not None else need.is_room or not kind.suspended:
                    units[need.pool] -= need.amount * count
            for group in kind.team:
                heads[group] -= count
        return reserved, units, [[g for g in crew for _ in range(heads[g])] for crew in self.memory.crews]


def less(works: dict[int, int], kind: int) -> None:
    """Take one work of a kind out of several."""
    if works[kind] == 1:
        del works[kind]
    else:
        works[kind] -= 1


def _tests(plant: Plant, one: Instance) -> tuple[tuple[int, int, int], ...] | None:
    """Return the requirements of an instance as (kind, stock, least), the capacity taken off from room."""
    found = []
    for required in one.required:
        if required.kind not in _PLAIN or required.take != NONE or required.code != NONE:
            return None
        if required.kind == Requirement.SPACE:
            found.append((2, required.stock, required.amount - plant.stocks[required.stock].capacity))
        else:
            found.append((0, required.stock, required.amount))
    return tuple(found)


__all__ = ["NOW", "Given", "Item", "Kind", "Moment", "State", "less"]
