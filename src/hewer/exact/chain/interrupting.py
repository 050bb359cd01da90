"""Interruption: failures and repairs, absences, preemption; works that are suspended and go on (rule 8)."""

from __future__ import annotations

from typing import Protocol

from hewer.engine.codes import NONE, Interrupted
from hewer.exact.chain.coming import Coming, Rows
from hewer.exact.chain.drawing import Draws
from hewer.exact.chain.rules import Worker, leave, rank
from hewer.exact.chain.state.hazards import victims
from hewer.exact.chain.state.moment import Kind, Moment, less
from hewer.exact.chain.state.plant import Instance, Need, fits

Held = tuple[int, list[int] | None]  # a work in progress: its kind, and itself where it stands in the line


class Starting(Protocol):
    """What is needed of the rules of work: the instant, what is counted in it, and how works start."""

    m: Moment
    rows: Rows
    coming: Coming
    draws: Draws

    def start(self, k: int, team: list[Worker]) -> None:
        """Start a work of an instance."""

    def time_of(self, one: Instance, amounts: tuple[int, ...], sorts: tuple[int, ...]) -> tuple[float, ...]:
        """Draw the phases of a work."""
        ...


class Interrupting:
    """What interrupts works, and lets them go on.

    Parameters
    ----------
    rules : Starting
    """

    def __init__(self, rules: Starting) -> None:
        self.rules, self.m, self.rows = rules, rules.m, rules.rows
        self.plant = self.m.plant
        self._victims = {k: victims(self.plant, k) for k in self.m.preempts}

    # What strikes, and is over again.

    def strike_free(self, number: int, place: int) -> None:
        """Let a free unit fail, or let the one at a place in the order of idling be called away."""
        m, hazard = self.m, self.plant.hazards[number]
        if hazard.pool >= 0:
            m.free_units[hazard.pool] -= 1
        else:
            del m.idle[m.crew_of[hazard.group]][place]
        self._is_down(number)

    def strike_held(self, number: int, kind: int, place: int, member: int) -> None:
        """Let a unit of a work in progress fail, or let a member of its team be called away."""
        pool = self.plant.hazards[number].pool
        work = self.m.line[place] if place >= 0 else None
        self._interrupt((kind, work), broken=pool, missing=member if pool < 0 else NONE)
        self._is_down(number)

    def _is_down(self, number: int) -> None:
        m, hazard = self.m, self.plant.hazards[number]
        m.down[number] += 1
        m.noted.append((self.rows.struck + number, 1))
        if hazard.stock >= 0:
            token = m.sorts.blank(self.plant.default_class)._replace(token=number)
            self.rules.coming.enter(hazard.stock, 1, [m.sorts.number(token)])
            return
        self.rules.coming.count(-1 - len(self.plant.sources) - len(self.plant.stocks) - number, "it strikes")
        phases = self.rules.draws.time(hazard, hazard.lasts)
        if not phases:
            m.back.append(number)
            return
        key = number, m.phase_number(phases)
        m.away[key] = m.away.get(key, 0) + 1

    def return_after(self, number: int, phases: int) -> None:
        """Let the last phase of a repair or an absence be over."""
        m = self.m
        m.away[number, phases] -= 1
        if not m.away[number, phases]:
            del m.away[number, phases]
        self.come_back(number)

    def come_back(self, number: int) -> None:
        """Let a unit be back in service, or a person be back."""
        m, hazard = self.m, self.plant.hazards[number]
        m.down[number] -= 1
        if hazard.pool >= 0:
            m.change_free(hazard.pool, 1)
        else:
            m.idle[m.crew_of[hazard.group]].append(hazard.group)

    def end(self, sort: int) -> None:
        """Let an item end: where it is the token of a unit, that is back in service."""
        token = self.m.sorts.known[sort].token
        if token != NONE:
            self.come_back(token)

    # Works.

    def _interrupt(self, held: Held, broken: int = NONE, missing: int = NONE) -> None:
        """Interrupt a work; a unit of `broken` does not come back, nor does the member `missing`."""
        m, kind = self.m, self.m.kinds[held[0]]
        one = self.plant.instances[kind.instance]
        m.noted.append((self.rows.interrupted + one.index, 1))
        lost = one.interrupted == Interrupted.LOSE
        for need in one.needs:
            back = need.amount - (need.pool == broken)
            if back and (lost or not need.is_room):
                m.change_free(need.pool, back)
        if lost:
            self._lose(kind, held)
        else:
            self._suspend(kind, held)
        for member, group in enumerate(kind.team):
            if member != missing:
                m.idle[m.crew_of[group]].append(group)

    def _lose(self, kind: Kind, held: Held) -> None:
        """Lose what was taken; nothing is given."""
        self._take_out(held)
        for stock, amount in self.m.reserves(kind):
            self.m.reserved[stock] -= amount
        for sort in kind.sorts:
            self.end(sort)

    def _take_out(self, held: Held) -> None:
        if held[1] is None:
            less(self.m.works, held[0])
        else:
            self.m.leave_line(held[1])

    def _suspend(self, kind: Kind, held: Held) -> None:
        """Keep what remains, at standard speed; it goes on with whoever can fill its posts."""
        m, one = self.m, self.plant.instances[kind.instance]
        pace = min([one.rates[group] for group in kind.team], default=1.0)
        phases = tuple([mean * pace for mean in kind.phases])
        if one.interrupted == Interrupted.REDRAW:
            phases = ()
        number = m.number(kind._replace(phases=phases, team=(), suspended=True))
        work = held[1]
        if work is None:
            less(m.works, held[0])
            m.works[number] = m.works.get(number, 0) + 1
            return
        work[0] = number
        if m.suspended(kind.instance) is work:
            self._another_first(one.twin)

    def _another_first(self, twin: int) -> None:
        """Let a resumption join its queues anew, with the rank of the work that goes on first now."""
        m, one = self.m, self.plant.instances[twin]
        for need in one.needs:
            leave(m, need)
        first = m.suspended(one.origin)
        if first is not None and twin in m.turn:
            m.serial[twin] = first[2]

    def go_on(self, k: int, team: list[Worker]) -> None:
        """Let the first suspended work of a resumption go on with a team."""
        m, one = self.m, self.plant.instances[k]
        self.rules.coming.count(k)
        work = m.suspended(one.origin)
        assert work is not None
        for need in one.needs:
            m.change_free(need.pool, -need.amount)
            leave(m, need)
        groups = m.leave_idling(team)
        old = m.kinds[work[0]]
        begun = self.plant.instances[one.origin]
        drawn = self.rules.time_of(begun, old.amounts, old.sorts) if not old.phases else old.phases
        number = m.number(old._replace(phases=begun.at_pace(drawn, groups), team=groups, suspended=False))
        lined = one.origin in m.lined
        if lined and drawn:
            work[0] = number
        else:
            self._take_out((work[0], work if lined else None))
        if not drawn:
            m.instant.append(number)
        elif not lined:
            m.works[number] = m.works.get(number, 0) + 1
        self._another_first(k)

    # Preemption.

    def preempt(self) -> bool:
        """Let the first instance by rank that can do so start by interrupting works of less priority."""
        m = self.m
        waiting = sorted((self._rank(k), k) for k in m.preempts if self._waits(k))
        for _, k in waiting:
            found = self._choose(k)
            if found is None:
                continue
            prey, team = found
            for held in prey:
                self._interrupt(held)
            (self.rules.start if self.plant.instances[k].origin == NONE else self.go_on)(k, team)
            return True
        return False

    def _missing(self, k: int) -> int:
        """Return the number of the first need that is not granted."""
        needs = self.plant.instances[k].needs
        return next((n for n, need in enumerate(needs) if self.m.granted[need.index] == NONE), len(needs))

    def _waits(self, k: int) -> bool:
        """Tell whether nothing is missing but tools and people."""
        if not self.m.stocks_met[k]:
            return False
        needs, missing = self.plant.instances[k].needs, self._missing(k)
        return missing == len(needs) or not needs[missing].is_room

    def _rank(self, k: int) -> tuple[int, int, int, int]:
        missing = self._missing(k)
        return rank(self.m, k, None if missing == len(self.plant.instances[k].needs) else missing)

    def _short_of(self, k: int, number: int) -> int | None:
        """Return the units that a need lacks; None where another claims what comes free."""
        m, one = self.m, self.plant.instances[k]
        need = one.needs[number]
        if need.is_room or m.granted[need.index] != NONE:
            return 0
        free = m.free_units[need.pool]
        if not one.overtake:
            mine = rank(m, k, number) if m.joined[need.index] != NONE else None
            for j, at, theirs in self._others(k, need):
                if m.granted[theirs.index] != NONE:
                    free -= theirs.amount
                elif mine is None or rank(m, j, at) < mine:
                    return None
        return max(0, need.amount - free)

    def _others(self, k: int, need: Need) -> list[tuple[int, int, Need]]:
        """Return who else stands in the queue of a need: (instance, number of its need, the need)."""
        return [
            (j, at, theirs)
            for j, other in enumerate(self.plant.instances)
            for at, theirs in enumerate(other.needs)
            if j != k
            and theirs.pool == need.pool
            and not other.overtake
            and self.m.joined[theirs.index] != NONE
        ]

    def _choose(self, k: int) -> tuple[list[Held], list[Worker]] | None:
        """Return works to interrupt, and the team, so that an instance can start; None where it cannot."""
        m, one = self.m, self.plant.instances[k]
        lacks: dict[int, int] = {}
        for number, need in enumerate(one.needs):
            short = self._short_of(k, number)
            if short is None:
                return None
            lacks[need.pool] = short
        seats = _Seats(one)
        crew = m.crews[k]
        free = list(m.idle[crew]) if one.slots else []
        for place, group in enumerate(free):
            if one.overtake or m.claims.get((crew, place), k) == k:
                seats.take(group, (crew, place))
        prey: list[Held] = []
        behind = len(free)  # those who are interrupted idle last
        for held in self._candidates(k):
            if seats.full and not any(lacks.values()):
                break
            kind = m.kinds[held[0]]
            helps = self._units_help(lacks, self.plant.instances[kind.instance])
            mine = [group for group in kind.team if m.crew_of[group] == crew]
            seated = [seats.take(group, (crew, behind + n)) for n, group in enumerate(mine)]
            if helps or any(seated):
                prey.append(held)
                behind += len(mine)
        done = seats.full and not any(lacks.values())
        return (prey, seats.team) if done else None

    def _units_help(self, lacks: dict[int, int], other: Instance) -> bool:
        """Take off what a work holds of the units that are lacking."""
        helps = False
        for need in other.needs:
            if lacks.get(need.pool):
                lacks[need.pool] -= min(lacks[need.pool], need.amount)
                helps = True
        return helps

    def _candidates(self, k: int) -> list[Held]:
        """Return works in progress of less priority: the lowest first, of equals the latest started."""
        m = self.m
        held: list[Held] = [(work[0], work) for work in reversed(m.line)]
        held += [(number, None) for number, many in m.works.items() for _ in range(many)]
        found = [
            one
            for one in held
            if not m.kinds[one[0]].suspended and m.kinds[one[0]].instance in self._victims[k]
        ]
        return sorted(found, key=lambda one: self.plant.instances[m.kinds[one[0]].instance].priority)


class _Seats:
    """A team in the making: who can be fitted is taken (rule 4)."""

    def __init__(self, one: Instance) -> None:
        self.one = one
        self.team: list[Worker] = []
        self._masks: tuple[int, ...] = ()

    @property
    def full(self) -> bool:
        """Whether all posts are filled."""
        return len(self.team) == self.one.slots

    def take(self, group: int, worker: Worker) -> bool:
        """Fit somebody, if he can be fitted."""
        if self.full or group not in self.one.joins:
            return False
        masks = (*self._masks, self.one.joins[group][0])
        if not fits(masks, self.one.slots):
            return False
        self._masks = masks
        self.team.append(worker)
        return True
