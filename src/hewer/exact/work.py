"""The life of a work, and an instant as a whole: start, finish, block, release, arrive (rules 5 to 12).

Where chance decides, ``Chance.pick`` says which branch is followed; the search follows all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from hewer.engine.codes import NONE, UNLIMITED
from hewer.errors import EndlessError
from hewer.exact.moment import Given, Kind, Moment
from hewer.exact.phases import NotPhasesError, amounts_of, of_value, times
from hewer.exact.plant import Instance, Source
from hewer.exact.rules import Worker, choose, judge, leave

_MOST_CHOICES = 200


class PlaceError(Exception):
    """A value of an instance or a source has no exponential phases."""

    def __init__(self, thing: Instance | Source, what: str, reason: str) -> None:
        super().__init__(reason)
        self.thing, self.what, self.reason = thing, what, reason


class Chance:
    """Follows one branch of an instant after the other, depth first."""

    def __init__(self) -> None:
        self._path: list[int] = []
        self._width: list[int] = []
        self._at = 0
        self.weight = 1.0

    def begin(self) -> None:
        """Follow the next branch from the beginning of the instant."""
        self._at, self.weight = 0, 1.0

    def pick(self, chances: Sequence[float]) -> int:
        """Return which of several alternatives comes true in this branch."""
        if len(chances) == 1:
            return 0
        if self._at == len(self._path):
            if self._at > _MOST_CHOICES:
                raise EndlessError(
                    "within one instant chance decides without end: work that takes no time goes round"
                )
            self._path.append(0)
            self._width.append(len(chances))
        number = self._path[self._at]
        self._at += 1
        self.weight *= chances[number]
        return number

    def advance(self) -> bool:
        """Turn to the next branch; False where all were followed."""
        while self._path and self._path[-1] + 1 == self._width[-1]:
            self._path.pop()
            self._width.pop()
        if not self._path:
            return False
        self._path[-1] += 1
        return True


class Rows:
    """Where each count stands: starts and ends by instance, in and out by stock, came and lost by source."""

    def __init__(self, instances: int, stocks: int, sources: int) -> None:
        self.started, self.ended = 0, instances
        self.arrived = 2 * instances
        self.departed = self.arrived + stocks
        self.came = self.departed + stocks
        self.lost = self.came + sources
        self.total = self.lost + sources


class Rules:
    """What happens in a plant, one instant at a time."""

    def __init__(self, moment: Moment) -> None:
        self.m = moment
        self.chance = Chance()
        plant = moment.plant
        self.rows = Rows(len(plant.program.instance), len(plant.stocks), len(plant.sources))
        self._times: dict[int, tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]] = {}
        self._done: dict[int, Kind] = {}

    # An instant (rule 5).

    def open(self) -> None:
        """Let tick 0 happen: first draws, arrivals at once, then starts."""
        m = self.m
        m.clear()
        for number, source in enumerate(m.plant.sources):
            m.sources.append((0, NONE if source.limit >= UNLIMITED else source.limit))
            self._schedule(number, source.first if source.first >= 0 else source.every)
        for k in range(len(m.plant.instances)):
            self._draw_takes(k)
        self.go_on()

    def go_on(self) -> None:
        """Let start what can, and end what takes no time, until nothing is left to do."""
        m = self.m
        while True:
            while m.instant or m.arriving:
                if m.instant:
                    self.finish(m.instant.pop(0))
                else:
                    self.arrive(m.arriving.pop(0))
            while True:
                if m.blocked:
                    self._release()
                judge(m)
                chosen = choose(m)
                if chosen is None:
                    break
                self._start(*chosen)
            if not (m.instant or m.arriving):
                return

    # Arrivals.

    def _schedule(self, number: int, what: int) -> None:
        """Draw when a source fires next."""
        m = self.m
        left = m.sources[number][1]
        if left == 0:
            m.sources[number] = (NONE, 0)
            return
        phases = self._draw_time(m.plant.sources[number], what, ())
        if phases:
            m.sources[number] = (m.phase_number(phases), left)
        else:
            self._count_start(-1 - number)
            m.sources[number] = (NONE, left)
            m.arriving.append(number)

    def arrive(self, number: int) -> None:
        """Let a source fire; what finds no room is lost."""
        m = self.m
        source = m.plant.sources[number]
        amount = self._draw_amount(source, source.amount, source.fixed, ())
        stock = m.plant.stocks[source.stock]
        room = max(0, min(amount, m.room(source.stock))) if stock.limited else amount
        item_class = source.priority_class
        if source.priority >= 0 and stock.items:
            item_class = self._draw_amount(source, source.priority, 0, ())
        m.noted.append((self.rows.came + number, amount))
        if room:
            m.put(source.stock, room, [item_class] * room if stock.items else [])
            m.noted.append((self.rows.arrived + source.stock, room))
        if room < amount:
            m.noted.append((self.rows.lost + number, amount - room))
        left = m.sources[number][1]
        m.sources[number] = (NONE, left - 1 if left > 0 else left)
        self._schedule(number, source.every)

    # Works.

    def _start(self, k: int, team: list[Worker]) -> None:
        """Start a work: everything is taken in this instant (rules 2 and 9)."""
        m = self.m
        one = m.plant.instances[k]
        self._count_start(k)
        amounts = []
        classes: list[int] = []
        for take in one.takes:
            high = take.high if take.amount == NONE else m.drawn[take.index]
            amounts.append(min(high, m.levels[take.stock]))
            taken = m.take(take.stock, amounts[-1])
            if take.items:
                classes += taken
            m.noted.append((self.rows.departed + take.stock, amounts[-1]))
        for stock, amount in one.reserves:
            m.reserved[stock] += amount
        for need in one.needs:
            m.change_free(need.pool, -need.amount)
            leave(m, need)
        groups = tuple([m.idle[crew][place] for crew, place in team])
        for crew, place in sorted(team, reverse=True):
            del m.idle[crew][place]
        m.serial[k] = m.next_serial if k in m.turn else NONE
        m.next_serial += 1
        m.started[k] = m.now
        self._draw_takes(k)
        m.noted.append((self.rows.started + one.index, 1))
        self._begin(k, groups, tuple(amounts), tuple(classes))

    def _begin(
        self, k: int, team: tuple[int, ...], amounts: tuple[int, ...], classes: tuple[int, ...]
    ) -> None:
        """Let the work begin: draw its time, at the pace of the slowest of the team (rule 8)."""
        m = self.m
        one = m.plant.instances[k]
        phases = self._draw_time(one, one.time, amounts)
        pace = min([one.rates[group] for group in team], default=1.0)
        if pace != 1.0 and phases:
            phases = tuple(mean / pace for mean in phases)
        kept = amounts if m.keeps_amounts[k] else ()
        number = m.number(Kind(k, phases, team, kept, classes))
        if phases:
            m.works[number] = m.works.get(number, 0) + 1
        else:
            m.instant.append(number)

    def _draw_takes(self, k: int) -> None:
        """Draw the random amounts that the next start will take (rule 7)."""
        one = self.m.plant.instances[k]
        for take in one.takes:
            if take.amount != NONE:
                self.m.drawn[take.index] = self._draw_amount(one, take.amount, 0, ())

    def finish(self, number: int) -> None:
        """End the service: draw what it gives, and give it or block (rule 10)."""
        m = self.m
        kind = m.kinds[number]
        one = m.plant.instances[kind.instance]
        kind = self._done.get(number) or self._given(number, kind, one)
        if one.blocking_after and self._lacks(kind, self._wanted()):
            self._block(kind, one)
        else:
            self._complete(kind, one, blocked=False)

    def _given(self, number: int, kind: Kind, one: Instance) -> Kind:
        """Draw the outcome and the amounts; where nothing is drawn the kind is kept for the next time."""
        gives = one.common
        if one.outcomes:
            gives += one.outcomes[self.chance.pick(one.chances)]
        given = [(g.stock, g.items, self._draw_amount(one, g.amount, g.fixed, kind.amounts)) for g in gives]
        kind = kind._replace(phases=(), gives=tuple(given))
        if len(one.chances) <= 1 and all(give.amount == NONE for give in gives):
            self._done[number] = kind
        return kind

    def _lacks(self, kind: Kind, vetoed: set[int]) -> set[int]:
        """Stocks without room for what a finished work gives."""
        m = self.m
        found: set[int] = set()
        assert kind.gives is not None
        for stock, _, _ in kind.gives:
            if not m.plant.stocks[stock].limited:
                continue
            total = sum(amount for other, _, amount in kind.gives if other == stock)
            if total > 0 and (stock in vetoed or total > m.room(stock)):
                found.add(stock)
        return found

    def _wanted(self) -> set[int]:
        """Stocks in which a blocked work lacks room."""
        found: set[int] = set()
        for number in self.m.blocked:
            found |= self._lacks(self.m.kinds[number], set())
        return found

    def _block(self, kind: Kind, one: Instance) -> None:
        m = self.m
        for need in one.needs:
            if not one.holds(need):
                m.change_free(need.pool, need.amount)
        if not one.holds_people:
            self._dismiss(kind)
            kind = kind._replace(team=())
        m.blocked.append(m.number(kind))

    def _release(self) -> None:
        """Let the blocked whose output fits now give it, earliest first (rule 5)."""
        m = self.m
        vetoed: set[int] = set()
        for number in list(m.blocked):
            kind = m.kinds[number]
            lacks = self._lacks(kind, vetoed)
            if lacks:
                vetoed |= lacks
                continue
            m.blocked.remove(number)
            self._complete(kind, m.plant.instances[kind.instance], blocked=True)

    def _complete(self, kind: Kind, one: Instance, *, blocked: bool) -> None:
        """Give the output; people, tools and room are free again (rule 12)."""
        m = self.m
        for stock, amount in one.reserves:
            m.reserved[stock] -= amount
        for need in one.needs:
            if not blocked or one.holds(need):
                m.change_free(need.pool, need.amount)
        assert kind.gives is not None
        self._give(kind.gives, kind.classes)
        m.noted.append((self.rows.ended + one.index, 1))
        self._dismiss(kind)

    def _give(self, gives: tuple[Given, ...], classes: tuple[int, ...]) -> None:
        m = self.m
        passed = 0
        for stock, items, amount in gives:
            if not amount:
                continue
            m.noted.append((self.rows.arrived + stock, amount))
            if items and m.classed:
                m.put(stock, amount, self._classes(classes, passed, amount))
                passed += amount
            else:
                m.put(stock, amount, [0] * amount if items else [])

    def _classes(self, classes: tuple[int, ...], passed: int, amount: int) -> list[int]:
        """Classes of the items given next: those taken, then children of the carrier, or new ones."""
        first = classes[0] if classes else self.m.plant.default_class
        return [classes[n] if n < len(classes) else first for n in range(passed, passed + amount)]

    def _dismiss(self, kind: Kind) -> None:
        """Free the people of a work, in the order of the team."""
        for group in kind.team:
            self.m.idle[self.m.crew_of[group]].append(group)

    # The end of the shift (rule 11).

    def stop(self, number: int) -> None:
        """Give a work up: what it took goes back, nothing is given."""
        m = self.m
        kind = m.kinds[number]
        one = m.plant.instances[kind.instance]
        for k, take in enumerate(one.takes):
            amount = kind.amounts[k] if kind.amounts else take.low
            m.levels[take.stock] += amount
            m.noted.append((self.rows.departed + take.stock, -amount))
        for stock, amount in one.reserves:
            m.reserved[stock] -= amount

    # Draws.

    def _draw_time(self, thing: Instance | Source, what: int, amounts: tuple[int, ...]) -> tuple[float, ...]:
        found = self._times.get(what)
        if found is None:
            try:
                found = times(of_value(self.m.plant.program, what, self.m.levels, amounts))
            except NotPhasesError as error:
                raise PlaceError(thing, "time", str(error)) from None
            if what >= 0:
                self._times[what] = found
        chances, phases = found
        return phases[self.chance.pick(chances)]

    def _draw_amount(self, thing: Instance | Source, what: int, fixed: int, amounts: tuple[int, ...]) -> int:
        if what == NONE:
            return fixed
        try:
            chances, values = amounts_of(of_value(self.m.plant.program, what, self.m.levels, amounts))
        except NotPhasesError as error:
            raise PlaceError(thing, "amount", str(error)) from None
        return values[self.chance.pick(chances)]

    def _count_start(self, k: int) -> None:
        """Count a start, or an arrival: at one instant they have a limit (rule 5)."""
        m = self.m
        m.starts[k] = m.starts.get(k, 0) + 1
        if m.starts[k] > m.plant.most_starts:
            raise EndlessError("work that takes no time starts again and again at one instant")
