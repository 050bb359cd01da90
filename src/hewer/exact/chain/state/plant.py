"""A compiled model as plain Python values: what the rules read at every step of the search.

Rule numbers refer to ``docs/semantics.md``. Instances whose posts the crew cannot fill never start (rule 2);
they are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hewer.choice_rules import Choice
from hewer.engine.codes import NONE, Interrupted, Op, Order, Overrun, Requirement
from hewer.engine.program import Program
from hewer.exact.chain.state.phases import NotPhasesError, of_value, operations


@dataclass(frozen=True, slots=True)
class Required:
    """A requirement judged on stocks; ``index`` counts over all of the plant, for its stamp."""

    index: int
    kind: Requirement
    stock: int
    code: int
    amount: int
    reserve: int
    take: int  # the take whose random amount this follows, over all of the plant; -1 none


@dataclass(frozen=True, slots=True)
class Take:
    """What a start takes from a stock; ``index`` counts over all of the plant."""

    index: int
    stock: int
    lane: int  # of the stock, where it takes by step; else the stock
    items: bool
    low: int
    high: int
    amount: int  # random: as `instance["time"]`; -1 none
    follows: bool  # the item at hand

    @property
    def varies(self) -> bool:
        """Whether it may take now more, now less."""
        return self.low != self.high or self.amount != NONE or self.follows


@dataclass(frozen=True, slots=True)
class Give:
    """What a completed work gives to a stock."""

    stock: int
    items: bool
    fixed: int
    amount: int  # random: as `instance["time"]`; -1 fixed


@dataclass(frozen=True, slots=True)
class Need:
    """Units of a resource that an instance needs; ``index`` counts over all of the plant."""

    index: int
    pool: int
    amount: int
    is_room: bool


@dataclass(frozen=True, slots=True)
class Instance:
    """An activity at one member of its place."""

    index: int
    activity: int
    priority: int
    required: tuple[Required, ...]
    takes: tuple[Take, ...]
    common: tuple[Give, ...]  # given whatever the outcome
    outcomes: tuple[tuple[Give, ...], ...]
    chances: tuple[float, ...]  # of the outcomes
    needs: tuple[Need, ...]
    slots: int
    joins: dict[int, tuple[int, int]]  # by group: slots it can fill as bits, preference
    time: int
    blocking_after: bool
    holds_people: bool
    holds_tools: bool
    holds_room: bool
    overtake: bool
    overrun: Overrun
    takes_items: bool
    reserves: tuple[tuple[int, int], ...]  # stock, amount
    reserves_onward: bool  # and where the first item goes onward
    rates: dict[int, float]  # speed by group
    outlets: frozenset[int]  # stocks that it may give to
    hand: int  # where the item at hand stands: a stock or a lane; -1 none
    by_step: bool
    sets: range  # what it sets of its items, whatever the outcome
    outcome_sets: tuple[range, ...]
    shares: tuple[tuple[int, float], ...]  # (code, share) of each outcome, where chances follow the item
    follows: bool  # what it gives, or sets, depends on the items in hand
    twin: int  # position of the instance that resumes its suspended works, or -1
    origin: int  # of a resumption: position of the instance whose works it resumes; else -1
    interrupted: Interrupted
    preempts: bool

    def all_gives(self) -> Iterator[Give]:
        """Yield all that it may give, whatever the outcome."""
        yield from self.common
        for gives in self.outcomes:
            yield from gives

    def at_pace(self, phases: tuple[float, ...], team: tuple[int, ...]) -> tuple[float, ...]:
        """Return phases of standard speed at the pace of the slowest of a team (rule 8)."""
        pace = min([self.rates[group] for group in team], default=1.0)
        return phases if pace == 1.0 else tuple([mean / pace for mean in phases])

    def holds(self, need: Need) -> bool:
        """Tell whether a blocked work keeps what it needs of a resource."""
        return self.holds_room if need.is_room else self.holds_tools


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock of items or bulk; ``room`` is limited where there is a capacity."""

    items: bool
    order: Order
    capacity: int
    start: int
    sink: bool
    limited: bool
    by: int  # code of the key of its order, or -1
    start_kind: int
    lanes: bool  # items stand in lanes by their next steps
    leave: int  # number of its Leave, or -1


@dataclass(frozen=True, slots=True)
class Source:
    """What comes from outside."""

    stock: int
    every: int
    first: int
    amount: int
    fixed: int
    limit: int
    priority: int
    priority_class: int
    kind: int
    kind_fixed: int
    recipe: int
    chance: int  # code of the chance that a candidate comes, or -1
    balks: int  # code of the chance that an arrival turns away, or -1
    balk_to: int
    full_to: int
    mean: float  # between arrivals at a constant rate, or between candidates, in ticks; 0: as `every` says

    @property
    def targets(self) -> set[int]:
        """Stocks that it feeds."""
        return {self.stock, self.balk_to, self.full_to} - {NONE}


@dataclass(frozen=True, slots=True)
class Leave:
    """How items leave a stock of themselves (rule 16)."""

    stock: int
    to: int
    after: int  # as `Instance.time`; -1 none
    when: int  # code of a condition, or -1
    mean: float  # of a patience without memory, that nothing changes; 0: items keep their own


@dataclass(frozen=True, slots=True)
class Hazard:
    """What strikes the units of a tool, or the people of a group, by chance: each alike, without memory."""

    pool: int  # -1 of people
    group: int  # -1 of units
    many: int  # units, or people
    mean: float  # time until it strikes one, in ticks
    lasts: int  # distribution of the time until it is over; -1: until its token ends
    by_use: bool  # counts by time at work
    stock: int  # where its tokens enter, or -1
    rows: tuple[int, ...]  # of the program


@dataclass(frozen=True, slots=True)
class Plant:
    """A workplace as the rules see it; ``instances`` are those of the program that can be staffed."""

    program: Program
    stocks: tuple[Stock, ...]
    instances: tuple[Instance, ...]
    pools: tuple[int, ...]  # units
    choices: tuple[Choice, ...]  # by group; group 0 is that of automatic works
    heads: tuple[int, ...]  # by group
    sources: tuple[Source, ...]
    leaves: tuple[Leave, ...]
    hazards: tuple[Hazard, ...]  # those of tools first
    classes: int
    default_class: int
    most_starts: int

    def holders(self, hazard: Hazard) -> list[int]:
        """List the instances whose works hold what may be struck."""
        return [
            k
            for k, one in enumerate(self.instances)
            if (hazard.group in one.joins and one.slots)
            or any(need.pool == hazard.pool for need in one.needs)
        ]

    def levels_read(self, what: int) -> set[int]:
        """Return the stocks whose levels a time or an amount reads."""
        return set() if what >= NONE else self.read_by_code(-2 - what)

    def read_by_code(self, at: int) -> set[int]:
        """Return the stocks whose levels the code at `at` reads."""
        found = set()
        while int(self.program.code["op"][at]) != Op.END:
            if int(self.program.code["op"][at]) == Op.LEVEL:
                found.add(int(self.program.code["a"][at]))
            at += 1
        return found


OF_ITEM = frozenset({Op.ITEM, Op.KIND, Op.STEP})
VARYING = OF_ITEM | {Op.LEVEL, Op.TAKEN}


def without_memory(program: Program, what: int) -> float:
    """Return the mean of a time that is exponential whatever happens; 0 where it is not."""
    if what < NONE and operations(program, -2 - what) & VARYING:
        return 0.0
    try:
        branches = of_value(program, what)
    except NotPhasesError:
        return 0.0
    alone = len(branches) == 1 and len(branches[0].phases) == 1 and round(branches[0].fixed) == 0
    return branches[0].phases[0] if alone else 0.0


def fits(masks: Sequence[int], slots: int) -> bool:
    """Tell whether people with these slots, as bits, can each have one of their own (rule 4)."""
    return most_fitted(masks, slots) == len(masks)


def most_fitted(masks: Sequence[int], slots: int) -> int:
    """Return how many of the people with these slots, as bits, can have one of their own."""
    filled: dict[int, int] = {}

    def fit(worker: int, seen: set[int]) -> bool:
        for slot in range(slots):
            if slot in seen or not masks[worker] >> slot & 1:
                continue
            seen.add(slot)
            if slot not in filled or fit(filled[slot], seen):
                filled[slot] = worker
                return True
        return False

    return sum(fit(worker, set()) for worker in range(len(masks)))
