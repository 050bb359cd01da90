"""The life of a work, and an instant as a whole: start, finish, block, release, arrive (rules 5 to 12).

Where chance decides, ``Chance.pick`` says which branch is followed; the search follows all of them.
"""

from __future__ import annotations

from hewer.engine.codes import KIND_COLUMN, NONE, ONWARD, REST
from hewer.exact.chain.coming import Coming, Rows
from hewer.exact.chain.drawing import Draws, PlaceError
from hewer.exact.chain.interrupting import Interrupting
from hewer.exact.chain.rules import Worker, choose, judge, leave, rank
from hewer.exact.chain.state.items import Sort
from hewer.exact.chain.state.moment import Given, Kind, Moment
from hewer.exact.chain.state.phases import number as value_of
from hewer.exact.chain.state.plant import Instance


class Rules:
    """What happens in a plant, one instant at a time."""

    def __init__(self, moment: Moment) -> None:
        self.m = moment
        self.draws = Draws(moment)
        self.chance = self.draws.chance
        plant = moment.plant
        self.rows = Rows(
            len(plant.program.instance), len(plant.stocks), len(plant.sources), len(plant.hazards)
        )
        self.coming = Coming(self.draws, self.rows)
        self.interrupting = Interrupting(self)
        self.coming.end = self.interrupting.end
        self._paced = [any(rate != 1.0 for rate in one.rates.values()) for one in plant.instances]
        self._done: dict[int, Kind] = {}

    # An instant (rule 5).

    def open(self) -> None:
        """Let tick 0 happen: first draws, arrivals at once, then starts."""
        m = self.m
        m.clear()
        self.coming.open()
        for k in range(len(m.plant.instances)):
            self._draw_takes(k)
        self.go_on()

    def go_on(self) -> None:
        """Let start what can, and end what takes no time, until nothing is left to do."""
        m, watched = self.m, self.coming.watched
        while True:
            while m.instant or m.back or m.arriving:
                if m.instant:
                    self.finish(m.instant.pop(0))
                elif m.back:
                    self.interrupting.come_back(m.back.pop(0))
                else:
                    self.coming.arrive(m.arriving.pop(0))
            while True:
                if watched:
                    self.coming.leave()
                if m.blocked:
                    self._release()
                judge(m)
                chosen = choose(m)
                if chosen is not None and m.plant.instances[chosen[0]].origin == NONE:
                    self.start(*chosen)
                elif chosen is not None:
                    self.interrupting.go_on(*chosen)
                elif not m.preempts or self._more() or not self.interrupting.preempt():
                    break
            if not self._more():
                return

    def _more(self) -> bool:
        """Tell whether more happens at this instant."""
        return bool(self.m.instant or self.m.back or self.m.arriving)

    # Works.

    def start(self, k: int, team: list[Worker]) -> None:
        """Start a work: everything is taken in this instant (rules 2 and 9)."""
        m = self.m
        one = m.plant.instances[k]
        self.coming.count(k)
        _, since, earlier, _ = rank(m, k, 0) if one.twin in m.turn else (0, 0, NONE, 0)
        amounts = []
        sorts: list[int] = []
        for take in one.takes:
            high = m.drawn[take.index] if take.amount != NONE or take.follows else take.high
            amounts.append(min(high, m.levels[take.lane]))
            taken = m.take(take.lane, amounts[-1])
            if take.items:
                sorts += taken
            m.noted.append((self.rows.departed + take.stock, amounts[-1]))
        promised = m.reserves(Kind(k, (), (), (), tuple(sorts))) if one.reserves_onward else one.reserves
        for stock, amount in promised:
            m.reserved[stock] += amount
        for need in one.needs:
            m.change_free(need.pool, -need.amount)
            leave(m, need)
        groups = m.leave_idling(team)
        m.serial[k] = m.next_serial if k in m.turn else NONE
        m.next_serial += 1
        m.started[k] = m.now
        self._draw_takes(k)
        m.noted.append((self.rows.started + one.index, 1))
        number = self._begin(k, groups, tuple(amounts), tuple(sorts))
        if number != NONE and k in m.lined:
            m.line.append([number, since, earlier])
        elif number != NONE:
            m.works[number] = m.works.get(number, 0) + 1

    def _begin(self, k: int, team: tuple[int, ...], amounts: tuple[int, ...], sorts: tuple[int, ...]) -> int:
        """Let the work begin: draw its time; return its kind, or -1 where it ends in this instant."""
        m = self.m
        one = m.plant.instances[k]
        drawn = self.time_of(one, amounts, sorts) if sorts else self.draws.time(one, one.time, amounts)
        phases = one.at_pace(drawn, team) if self._paced[k] else drawn
        kept = amounts if m.keeps_amounts[k] else ()
        number = m.number(Kind(k, phases, team, kept, sorts if m.keeps_sorts[k] else ()))
        if phases:
            return number
        m.instant.append(number)
        return NONE

    def time_of(self, one: Instance, amounts: tuple[int, ...], sorts: tuple[int, ...]) -> tuple[float, ...]:
        """Draw the time of a work, by the step of its carrier where that states one."""
        what, item = one.time, self._carrier(sorts)
        if item is not None and one.by_step:
            step = self.m.sorts.next_step(item)
            stated = NONE if step is None else int(self.m.plant.program.step["time"][step])
            what = one.time if stated == NONE else stated
        return self.draws.time(one, what, amounts, item)

    def _carrier(self, sorts: tuple[int, ...]) -> Sort | None:
        return self.m.sorts.known[sorts[0]] if sorts else None

    def _draw_takes(self, k: int) -> None:
        """Draw the random amounts that the next start will take (rule 7)."""
        one = self.m.plant.instances[k]
        for take in one.takes:
            if take.amount != NONE:
                self.m.drawn[take.index] = self.draws.amount(one, take.amount, 0)

    def finish(self, number: int) -> None:
        """End the service: draw what it gives, and give it or block (rule 10)."""
        m = self.m
        kind = m.kinds[number]
        one = m.plant.instances[kind.instance]
        promised = m.reserves(kind) if one.reserves_onward else one.reserves
        kind = self._done.get(number) or self._given(number, kind, one)
        if one.blocking_after and self._lacks(kind, self._wanted()):
            self._block(kind, one)
            return
        for stock, amount in promised:
            m.reserved[stock] -= amount
        self._complete(kind, one, blocked=False)

    def _given(self, number: int, kind: Kind, one: Instance) -> Kind:
        """Draw the outcome and the amounts; where nothing is drawn the kind is kept for the next time."""
        gives, sets, item = one.common, [*one.sets], self._carrier(kind.sorts)
        if one.outcomes:
            outcome = self.chance.pick(self._chances(one, item))
            gives += one.outcomes[outcome]
            sets += one.outcome_sets[outcome]
        amounts = [self.draws.amount(one, g.amount, g.fixed, kind.amounts, item) for g in gives]
        sorts = kind.sorts
        if sets or one.by_step:
            sorts = tuple([self._changed(one, number, n, sets) for n, number in enumerate(sorts)])
        given = [
            (g.stock if g.stock != ONWARD else self.m.sorts.onward(sorts[0]), g.items, amount)
            for g, amount in zip(gives, amounts, strict=True)
        ]
        kind = kind._replace(phases=(), sorts=self._with_new(one, sorts, given, sets), gives=tuple(given))
        if len(one.chances) <= 1 and not sets and all(give.amount == NONE for give in gives):
            self._done[number] = kind
        return kind

    def _chances(self, one: Instance, item: Sort | None) -> tuple[float, ...]:
        """Return the chances of the outcomes; those that follow the item are judged now."""
        if not one.shares:
            return one.chances
        program = self.m.plant.program
        chances = [
            share if code < 0 else value_of(program, code, self.m.levels, item) for code, share in one.shares
        ]
        if not all(chance >= 0.0 for chance in chances):
            raise PlaceError(one, "outcomes", f"a chance comes to {min(chances):g}")
        rest = 1.0 - sum(c for c, (code, _) in zip(chances, one.shares, strict=True) if code != REST)
        stated = [
            max(rest, 0.0) if code == REST else c for c, (code, _) in zip(chances, one.shares, strict=True)
        ]
        return _up_to_one(stated)

    def _changed(self, one: Instance, number: int, place: int, sets: list[int]) -> int:
        """Set what a finished work sets of an item, and let the item by step go on (rule 12)."""
        sort, assign = self.m.sorts.known[number], self.m.plant.program.assign
        columns = [int(assign["column"][row]) for row in sets]
        values = [self.draws.value(one, int(assign["what"][row]), sort) for row in sets]
        attributes, kind, step = list(sort.attributes), sort.kind, NONE
        for column, value in zip(columns, values, strict=True):
            if column >= 0:
                attributes[column] = value
            elif column == KIND_COLUMN:
                kind = int(value)
            else:
                step = round(value) - 1
                if step < 0:
                    raise PlaceError(one, "sets", f"a step comes to {value:g}")
        if step < 0:
            on = place == 0 and one.by_step
            step = 0 if KIND_COLUMN in columns else sort.step + on
        return self.m.sorts.number(sort._replace(attributes=tuple(attributes), kind=kind, step=step))

    def _with_new(
        self, one: Instance, sorts: tuple[int, ...], given: list[Given], sets: list[int]
    ) -> tuple[int, ...]:
        """Add the new items that a work without a carrier gives, as it sets them."""
        if sorts or not sets or one.takes_items:
            return sorts
        wanted = sum(amount for _, items, amount in given if items)
        return tuple([self._changed(one, self.m.sorts.plain, NONE, sets) for _ in range(wanted)])

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
        for need in one.needs:
            if not blocked or one.holds(need):
                m.change_free(need.pool, need.amount)
        assert kind.gives is not None
        self._give(kind.gives, kind.sorts)
        if m.failing:
            given = sum(amount for _, items, amount in kind.gives if items)
            for sort in kind.sorts[given:]:  # merged: they end here
                self.interrupting.end(sort)
        m.noted.append((self.rows.ended + one.index, 1))
        self._dismiss(kind)

    def _give(self, gives: tuple[Given, ...], sorts: tuple[int, ...]) -> None:
        m = self.m
        passed = 0
        for stock, items, amount in gives:
            if not amount:
                continue
            if items and m.told:
                self.coming.enter(stock, amount, self._sorts(sorts, passed, amount))
                passed += amount
            else:
                self.coming.enter(stock, amount, [m.sorts.plain] * amount if items else [])

    def _sorts(self, sorts: tuple[int, ...], passed: int, amount: int) -> list[int]:
        """Sorts of the items given next: those taken, then children of the carrier, or new ones."""
        first = sorts[0] if sorts else self.m.sorts.plain
        return [sorts[n] if n < len(sorts) else first for n in range(passed, passed + amount)]

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
        for stock, amount in self.m.reserves(kind):
            m.reserved[stock] -= amount


def _up_to_one(chances: list[float]) -> tuple[float, ...]:
    """Cut chances off where their sum reaches 1; the last has what is missing (rule 7)."""
    found, rest = [], 1.0
    for chance in chances[:-1]:
        found.append(min(chance, rest))
        rest -= found[-1]
    return (*found, rest)
