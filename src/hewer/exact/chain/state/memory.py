"""What of the past the rules can ever look at again: all the rest is dropped, and states are few.

Waiting times enter the rules as an order only (rule 1: the earliest since goes first). So stamps are kept as
ranks, and only of instances whose turn can matter: two that are ready at one instant, with equal priority,
such that the start of one takes from the other what it needs, or changes who competes for it. A plant in
which each post has its own worker and each stock its own taker remembers nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from hewer.choice_rules import Choice
from hewer.engine.codes import NONE, Op, Requirement
from hewer.exact.chain.state.hazards import resumes_first, victims
from hewer.exact.chain.state.items import Sort
from hewer.exact.chain.state.phases import NotPhasesError, of_value, operations
from hewer.exact.chain.state.plant import Instance, Plant, Source


@dataclass(frozen=True, slots=True)
class Memory:
    """What a state keeps.

    Attributes
    ----------
    turns : tuple of tuple of int
        Instances (positions in the plant) whose turns are compared with each other, in groups.
    timed : tuple of bool
        Of each of those groups, whether waiting times are compared; else all wait for the same since the same
        instant, and only who started least recently matters.
    levels : frozenset of int
        Stocks whose level anything can look at.
    queues : frozenset of int
        Stocks whose items are told from each other: by entry or by class.
    told : frozenset of int
        Stocks whose items may be of several sorts: those are among `queues`.
    stamped : frozenset of int
        Stocks whose items keep the rank of their entry.
    crews : tuple of tuple of int
        Groups of people whose order of idling is kept together: those who can do the same instance.
    pools : dict
        Turn group (index into `turns`) that looks at the stamps of a pool.
    blocking : tuple of tuple of int
        Instances whose blocked works keep their order, in groups.
    tokens : frozenset of int
        Stocks that may hold tokens of units that are down.
    ahead : frozenset of int
        Resumptions that always rank before their instance, and compete with nobody else.
    """

    turns: tuple[tuple[int, ...], ...]
    timed: tuple[bool, ...]
    levels: frozenset[int]
    queues: frozenset[int]
    told: frozenset[int]
    stamped: frozenset[int]
    crews: tuple[tuple[int, ...], ...]
    pools: dict[int, int]
    blocking: tuple[tuple[int, ...], ...]
    tokens: frozenset[int]
    ahead: frozenset[int]


def remember(plant: Plant) -> Memory:
    """Find what must be remembered."""
    turns = _Turns(plant)
    together = turns.groups()
    timed = tuple(_is_timed([plant.instances[k] for k in group]) for group in together)
    stamped = {
        take.stock
        for group, kept in zip(together, timed, strict=True)
        for position in group
        for take in plant.instances[position].takes
        if take.items and kept
    }
    told = _told(plant)
    patient = {leave.stock for leave in plant.leaves if leave.after != NONE and not leave.mean}
    pools = {
        need.pool: number
        for number, group in enumerate(together)
        for position in group
        for need in plant.instances[position].needs
    }
    return Memory(
        turns=together,
        timed=timed,
        levels=_levels(plant),
        queues=frozenset(told | stamped | patient),
        told=told,
        stamped=frozenset(stamped),
        crews=_crews(plant),
        pools=pools,
        blocking=_blocking(plant),
        tokens=_tokens(plant),
        ahead=turns.ahead,
    )


def _told(plant: Plant) -> frozenset[int]:
    """Find the stocks, sinks apart, whose items may differ by more than their entry."""
    found = {s for s, stock in enumerate(plant.stocks) if stock.start and stock.start_kind >= 0}
    found |= {hazard.stock for hazard in plant.hazards if hazard.stock >= 0}
    for source in plant.sources:
        if not _is_plain(plant, source):
            found |= source.targets
    while True:
        more = {leave.to for leave in plant.leaves if leave.stock in found}
        for one in plant.instances:
            changes = bool(one.sets) or any(one.outcome_sets)
            if changes or one.by_step or {take.stock for take in one.takes} & found:
                more |= one.outlets
        if more <= found:
            return frozenset(s for s in found if plant.stocks[s].items and not plant.stocks[s].sink)
        found |= more


def _tokens(plant: Plant) -> frozenset[int]:
    """Find the stocks that may hold tokens of units that are down."""
    found = {hazard.stock for hazard in plant.hazards if hazard.stock >= 0}
    while True:
        more = {leave.to for leave in plant.leaves if leave.stock in found}
        for one in plant.instances:
            if {take.stock for take in one.takes} & found:
                more |= one.outlets
        if more <= found:
            return frozenset(found)
        found |= more


def _is_plain(plant: Plant, source: Source) -> bool:
    """Tell whether the items of a source are like those that no source made."""
    if source.kind >= 0 or source.kind_fixed >= 0 or source.priority >= 0:
        return False
    recipe = plant.program.recipe[source.recipe] if len(plant.program.recipe) else None
    stated = recipe is not None and int(recipe["assign0"]) < int(recipe["assign1"])
    return source.priority_class == plant.default_class and not stated


def unite(size: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Put together what pairs join; numbers that no pair names stay alone."""
    group = list(range(size))
    for one, other in pairs:
        kept, gone = sorted((group[one], group[other]))
        group = [kept if number == gone else number for number in group]
    return [[k for k in range(size) if group[k] == number] for number in sorted(set(group))]


def _is_timed(group: list[Instance]) -> bool:
    """Tell whether the instances of a group may have waited for different times."""

    def waits_for(one: Instance) -> frozenset[tuple[int, int, int, int]]:
        return frozenset((int(r.kind), r.stock, r.code, r.amount) for r in one.required)

    own = any(
        one.needs
        or one.origin != NONE
        or not one.takes_items
        or any(r.kind == Requirement.BULK or r.take != NONE for r in one.required)
        for one in group
    )
    return own or len({waits_for(one) for one in group}) > 1


def _levels(plant: Plant) -> frozenset[int]:
    """Find the stocks whose level is looked at: taken from, limited, or read by an expression."""
    found = {s for s, stock in enumerate(plant.stocks) if stock.limited}
    for source in plant.sources:
        for what in (source.every, source.amount):
            found |= plant.levels_read(what)
        for code in (source.chance, source.balks):
            found |= plant.read_by_code(code) if code != NONE else set()
    for leave in plant.leaves:
        found |= {leave.stock} | plant.levels_read(leave.after)
        found |= plant.read_by_code(leave.when) if leave.when != NONE else set()
    for step in plant.program.step:
        found |= plant.levels_read(int(step["time"]))
    for one in plant.instances:
        found |= {take.stock for take in one.takes}
        found |= plant.levels_read(one.time)
        for what in (*(take.amount for take in one.takes), *(give.amount for give in one.all_gives())):
            found |= plant.levels_read(what)
        for required in one.required:
            if required.code != NONE:
                found |= plant.read_by_code(required.code)
        for code, _ in one.shares:
            found |= plant.read_by_code(code) if code >= 0 else set()
    return frozenset(found)


def _crews(plant: Plant) -> tuple[tuple[int, ...], ...]:
    pairs = [pair for one in plant.instances for pair in combinations(one.joins, 2) if one.slots]
    return tuple(tuple(group) for group in unite(len(plant.heads), pairs))


def _blocking(plant: Plant) -> tuple[tuple[int, ...], ...]:
    """Put together the instances whose blocked works wait for one room, or return people of one crew."""
    positions = [k for k, one in enumerate(plant.instances) if one.blocking_after]
    several_sorts = bool(_told(plant))
    several = [set(crew) for crew in _crews(plant) if len(crew) > 1]

    def touches(one: Instance) -> tuple[set[int], set[int]]:
        stocks = {
            stock
            for stock in one.outlets
            if plant.stocks[stock].limited or (plant.stocks[stock].items and several_sorts)
        }
        return stocks, {number for number, crew in enumerate(several) if crew & one.joins.keys()}

    touched = {k: touches(plant.instances[k]) for k in positions}
    pairs = [
        (i, j)
        for i, j in combinations(positions, 2)
        if touched[i][0] & touched[j][0] or touched[i][1] & touched[j][1]
    ]
    groups = unite(len(plant.instances), pairs)
    return tuple(tuple(group) for group in groups if group[0] in positions)


class _Turns:
    """Which instances must take turns: whose order of starting within an instant can matter."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        size = len(plant.instances)
        self.watched = [
            leave for leave in plant.leaves if leave.when != NONE or plant.stocks[leave.to].limited
        ]
        self.moved = [self._moved(_taken(one)) for one in plant.instances]
        self.preyed = [self._let_go(k) for k in range(size)]
        self.enabled = [self._enabled(k) for k in range(size)]
        self.ahead: frozenset[int] = frozenset()

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Return the groups of instances that look at each other's turns."""
        size = len(self.plant.instances)
        pairs = [(i, j) for i, j in combinations(range(size), 2) if self._matters(i, j)]
        twins = {
            (k, one.twin)
            for k, one in enumerate(self.plant.instances)
            if one.twin != NONE and resumes_first(self.plant, k)
        }
        others = {k for pair in pairs if pair not in twins for k in pair}
        first = {pair for pair in twins if not others & set(pair)}
        self.ahead = frozenset(twin for _, twin in first)
        pairs = [pair for pair in pairs if pair not in first]
        named = {k for pair in pairs for k in pair}
        # stamps of a stock or a pool are ranks in one group only
        for i, j in combinations(sorted(named), 2):
            one, other = self.plant.instances[i], self.plant.instances[j]
            if _taken(one) & _taken(other) or _pools(one) & _pools(other):  # stocks: entries of all lanes
                pairs.append((i, j))
        return tuple(tuple(group) for group in unite(size, pairs) if group[0] in named)

    def _matters(self, i: int, j: int) -> bool:
        one, other = self.plant.instances[i], self.plant.instances[j]
        if one.priority == other.priority and self._compete_by_since(i, j):
            return True
        return (
            any(
                self._disturbs(k, m)
                for k in self.enabled[i] | {i}
                for m in self.enabled[j] | {j}
                if (k, m) != (i, j) and k != m
            )
            and one.priority == other.priority
        )

    def _compete_by_since(self, i: int, j: int) -> bool:
        """Tell whether two that are ready together are told apart by their since."""
        one, other = self.plant.instances[i], self.plant.instances[j]
        if _pools(one) & _pools(other) or self._by_material(i, j):
            return True
        return any(self._by_group(group, one, other) for group in one.joins.keys() & other.joins.keys())

    def _by_group(self, group: int, one: Instance, other: Instance) -> bool:
        if not one.slots or not other.slots:
            return False
        if max(one.slots, other.slots, len(one.joins), len(other.joins)) > 1:
            return True
        if self.plant.choices[group] != Choice.LISTED:
            return True
        return one.joins[group][1] == other.joins[group][1]

    def _let_go(self, k: int) -> set[int]:
        """Instances that those whom a start interrupts may make ready, by what they let go of."""
        return {j for prey in victims(self.plant, k) for j in self._freed_by(self.plant.instances[prey])}

    def _moved(self, taken: set[int]) -> set[int]:
        """Stocks that items leave, or enter, of themselves when something is taken (rule 16)."""
        found: set[int] = set()
        while True:
            more = set()
            for leave in self.watched:
                reads = self.plant.read_by_code(leave.when) if leave.when != NONE else set()
                if (reads | {leave.stock, leave.to}) & (taken | found):
                    more |= {leave.stock, leave.to}
            if more <= found:
                return found
            found |= more

    def _by_material(self, i: int, j: int) -> bool:
        one, other = self.plant.instances[i], self.plant.instances[j]
        if _lanes(one) & _lanes(other):
            return True
        if self._reserved(one) & self._reserved(other):
            return True
        if self._takes_away(i, j) or self._takes_away(j, i):
            return True
        if self._instant(one) and self._instant(other):
            return bool(_touched(one) & _touched(other))
        return False

    def _takes_away(self, i: int, j: int) -> bool:
        """Tell whether the start of one changes what the other waits for, by levels or what leaves then."""
        one, other = self.plant.instances[i], self.plant.instances[j]
        if self._reads(other) & _taken(one):
            return True
        return bool(self.moved[i] & (self._reads(other) | _taken(other) | self._reserved(other)))

    def _reserved(self, one: Instance) -> set[int]:
        """Stocks in which a start reserves room."""
        onward = {s for s in one.outlets if self.plant.stocks[s].limited} if one.reserves_onward else set()
        return onward | {stock for stock, _ in one.reserves}

    def _disturbs(self, i: int, j: int) -> bool:
        """Tell whether the start of one can take anything from the other, whatever the order is."""
        one, other = self.plant.instances[i], self.plant.instances[j]
        if _pools(one) & _pools(other) or self._by_material(i, j):
            return True
        return bool(one.slots and other.slots and one.joins.keys() & other.joins.keys())

    def _reads(self, one: Instance) -> set[int]:
        """Stocks whose level decides whether, or for how long, an instance works."""
        found: set[int] = set()
        for what in self._times(one):
            found |= self.plant.levels_read(what)
        for take in one.takes:
            found |= self.plant.levels_read(take.amount)
        for required in one.required:
            if required.code != NONE:
                found |= self.plant.read_by_code(required.code)
        return found

    def _times(self, one: Instance) -> list[int]:
        """List the times of an instance: its own, and those of the steps that it is."""
        steps = self.plant.program.step
        mine = steps["time"][steps["activity"] == one.activity] if one.by_step else ()
        return [one.time, *(int(what) for what in mine if what != NONE)]

    def _instant(self, one: Instance) -> bool:
        """Tell whether works of an instance may take no time."""
        return any(self._may_be_nothing(what) for what in self._times(one))

    def _may_be_nothing(self, what: int) -> bool:
        program = self.plant.program
        read = operations(program, -2 - what) if what < NONE else set()
        if read & {Op.LEVEL, Op.TAKEN, Op.ITEM}:
            return True
        most = max((int(kind["route1"] - kind["route0"]) for kind in program.kind), default=0)
        try:
            return any(
                not branch.phases
                for kind in range(NONE, len(program.kind))
                for step in range(most + 1)
                for branch in of_value(program, what, item=Sort(0, kind, step))
            )
        except NotPhasesError:
            return True

    def _enabled(self, first: int) -> set[int]:
        """Find the instances that the start of one may make ready in the same instant.

        A start takes: that frees room, which others wait for, or which lets go of blocked works with all that
        they hold and give. A guard may come true by it.
        """
        found: set[int] = set()
        left = [first]
        while left:
            number = left.pop()
            one = self.plant.instances[number]
            touched = self._waiting_for(_taken(one)) | self._touching(self.moved[number])
            for k in touched | self.preyed[number]:
                if k not in found:
                    found.add(k)
                    left.append(k)
        return found - {first}

    def _touching(self, stocks: set[int]) -> set[int]:
        """Instances that stocks which items leave or enter may make ready."""
        found = self._waiting_for(stocks)
        return found | {k for k, one in enumerate(self.plant.instances) if _taken(one) & stocks}

    def _waiting_for(self, stocks: set[int]) -> set[int]:
        found: set[int] = set()
        count = len(self.plant.stocks)
        limited = {s for s in stocks if s < count and self.plant.stocks[s].limited}
        for k, one in enumerate(self.plant.instances):
            if self._reads(one) & stocks or self._reserved(one) & stocks:
                found.add(k)
            if one.blocking_after and one.outlets & limited:
                found |= self._freed_by(one)
        return found

    def _freed_by(self, blocked: Instance) -> set[int]:
        """Instances that what a work lets go of, and gives, may make ready."""
        given = blocked.outlets
        room = self._reserved(blocked)
        people, pools = blocked.joins.keys(), _pools(blocked)
        return {
            k
            for k, one in enumerate(self.plant.instances)
            if (one.slots and people & one.joins.keys())
            or pools & _pools(one)
            or given & (_taken(one) | self._reads(one))
            or (room and room & self._reserved(one))
        }


def _taken(one: Instance) -> set[int]:
    """Stocks, and lanes of them, that an instance takes from."""
    return {take.stock for take in one.takes} | _lanes(one)


def _lanes(one: Instance) -> set[int]:
    return {take.lane for take in one.takes}


def _touched(one: Instance) -> set[int]:
    return {take.stock for take in one.takes} | one.outlets


def _pools(one: Instance) -> set[int]:
    return {need.pool for need in one.needs}
