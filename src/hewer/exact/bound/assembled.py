"""The linear programme of a plan: what is true, on average, of every way to spend the shift.

Each column is a mean over shifts, each row a law that those means obey: see ``docs/bound.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from hewer.engine.codes import NONE
from hewer.exact.bound.linear import Feeds, Linear, Terms, add
from hewer.exact.bound.reading.plan import Flow, Plan, Post, Way, scales
from hewer.exact.bound.reading.sorts import ANY
from hewer.exact.bound.units import Columns, Stream, add_units

Gift = tuple[int, float, float]
"""Column of what is given, and how much of a stock there is in one of it, at least and at most."""


@dataclass(slots=True)
class Balance:
    """What goes through a stock.

    Attributes
    ----------
    moved : terms, by sort
        Taken, at least, less brought, at most, up to the end of the shift; all by -1 where sorts are not told
        apart.
    held : terms
        The same over time, of all sorts together: what is in hand has left the stock.
    filled : terms
        Brought, at least, less taken, at most.
    reserved : terms
        Room kept free for works in hand, over time.
    takes, fed : bool
        Whether ways take from it; whether a source feeds it.
    """

    moved: dict[int, Terms] = field(default_factory=dict)
    held: Terms = field(default_factory=dict)
    filled: Terms = field(default_factory=dict)
    reserved: Terms = field(default_factory=dict)
    takes: bool = False
    fed: bool = False

    def move(self, sort: int, column: int, value: float) -> None:
        """Add to what is moved of a sort."""
        add(self.moved.setdefault(sort, {}), column, value)


@dataclass(slots=True)
class Mixture:
    """What the works of an instance take and give of which it is not known what sorts it is of.

    Attributes
    ----------
    taken, given : dict
        Terms by stock: what is taken, at least; what is given, at most, less than nothing.
    carried : dict
        Terms by sort: carriers taken.
    """

    taken: dict[int, Terms] = field(default_factory=dict)
    given: dict[int, Terms] = field(default_factory=dict)
    carried: dict[int, Terms] = field(default_factory=dict)


class Assembled:
    """The programme of a plan and where its parts stand.

    Attributes
    ----------
    linear : Linear
    ways : list of Columns
        By way of the plan.
    gifts : dict
        What is given to a stock, by (way, stock, sort), where it is not so much for each work that gives.
    random : dict
        Column of what random takes come to, by (instance, stock); empty in the long run.
    streams : list of Stream
        What sources bring, and failures to be repaired.
    leaving : list of (int, Stream)
        Items that leave a stock of themselves, and where they go.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.linear = Linear()
        self.long_run = plan.long_run
        self.ways = [self._way(way) for way in plan.ways]
        self.teams: dict[int, dict[int, float]] = {}  # terms of the work of each group
        self.left: dict[int, dict[int, float]] = {}  # of what it may leave in hand
        for way, columns in zip(plan.ways, self.ways, strict=True):
            self._team(way, columns)
        self._groups()
        self.streams: list[Stream] = []
        self.streams += add_units(plan, self.linear, self.ways)
        self.gifts = self._gifts()
        self.mixtures: dict[int, Mixture] = {}
        self.random: dict[tuple[int, int], int] = {}
        self._sources()
        self.leaving = self._leaving()
        self._stocks()
        self._families()

    # One way

    def _way(self, way: Way) -> Columns:
        linear = self.linear
        starts, done, time, given_time = (linear.column() for _ in range(4))
        # in the long run what is in hand is nothing beside what was done
        in_hand = NONE if self.long_run else linear.column()
        suspended = linear.column() if way.suspends else NONE
        unfinished = [column for column in (in_hand, suspended) if column != NONE]
        linear.overrun += unfinished
        # a work is complete, in hand or suspended at the end: law 1
        complete = {starts: -1.0, **dict.fromkeys(unfinished, 1.0)}
        linear.row({done: 1.0, **complete})
        if not self.long_run:
            linear.row({given_time: 1.0, time: 1.0, starts: -1.0})
            linear.row({given_time: 1.0, **(complete if way.selective else {done: -1.0})})
        given = done
        if way.finishes and not self.long_run:
            given = linear.column()
            linear.row({given: 1.0, starts: -1.0, **({suspended: 1.0} if way.suspends else {})})
            linear.row({done: 1.0, given: -1.0})
        return Columns(starts, done, given, in_hand, suspended, time, given_time)

    def _worked(self, way: Way, share: float, starts: int, unfinished: Iterable[int]) -> Terms:
        """Terms of the time worked up to the end: what is complete, less what the rest may be ahead."""
        ahead = -(way.content + way.excess) * share
        return {starts: way.content * share, **{column: ahead for column in unfinished if column != NONE}}

    def _team(self, way: Way, columns: Columns) -> None:
        """Share the works of a way among the groups that can fill each post."""
        linear, plan = self.linear, self.plan
        members: dict[int, list[int]] = {}
        if not way.posts:
            unfinished = (columns.in_hand, columns.suspended)
            linear.row({**self._worked(way, 1.0, columns.starts, unfinished), columns.time: -1.0})
        for post in way.posts:
            time: Terms = {columns.time: -1.0}
            mine = self._shared(columns.starts, post)
            left, later = self._shared(columns.in_hand, post), self._shared(columns.suspended, post)
            linear.overrun += [*left.values(), *later.values()]
            for group, column in mine.items():
                pace = 1.0 / plan.speed[group, way.instance]
                unfinished = (left.get(group, NONE), later.get(group, NONE))
                self.teams.setdefault(group, {}).update(self._worked(way, pace, column, unfinished))
                self.left.setdefault(group, {}).update({left[group]: 1.0} if left else {})
                time |= self._worked(way, pace / post.people, column, unfinished)
                members.setdefault(group, []).append(column)
            # the excess of the slowest who could have it bounds that of whoever has it
            slowest = min((plan.speed[group, way.instance] for group in mine), default=1.0)
            linear.row(time, plan.ends * way.excess / slowest)
        if sum(post.people for post in way.posts) > 1 and not way.suspends:
            for group, several in members.items():
                linear.row({**dict.fromkeys(several, 1.0), columns.starts: -plan.heads[group]})

    def _shared(self, works: int, post: Post) -> dict[int, int]:
        """Add a column for each group that can fill a post: together they fill it in all the works."""
        if works == NONE:
            return {}
        columns = {group: self.linear.column() for group in post.groups}
        self.linear.equal({works: -post.people, **dict.fromkeys(columns.values(), 1.0)})
        return columns

    def _gifts(self) -> dict[tuple[int, int, int], Gift]:
        """Add columns for what selective ways give: those that find room may not be like all."""
        linear = self.linear
        found: dict[tuple[int, int, int], Gift] = {}
        for number, (way, columns) in enumerate(zip(self.plan.ways, self.ways, strict=True)):
            for flow in way.gives if way.selective else ():
                column = linear.column()
                ended = (columns.suspended,) if way.finishes else (columns.suspended, columns.in_hand)
                left = {late: flow.high for late in ended if late != NONE}
                linear.row({column: 1.0, columns.starts: -flow.high, **left})
                linear.row({column: 1.0, columns.given: -flow.most})
                linear.row({column: -1.0, columns.given: flow.least})
                found[number, flow.stock, flow.sort] = column, 1.0, 1.0
        return found

    # What they share

    def _groups(self) -> None:
        for group, terms in self.teams.items():
            heads, time = self.plan.heads[group], self.plan.time[group]
            self.linear.row(terms, heads * time, [(("group", group), time)])
            if self.left[group]:
                self.linear.row(self.left[group], heads, [(("group", group), 1.0)])

    def _sources(self) -> None:
        linear = self.linear
        per = scales(self.plan.compiled)
        scale = self.plan.program.stock["scale"]
        for number, inflow in enumerate(self.plan.inflows):
            own = float(per[inflow.stocks[0]] * scale[inflow.stocks[0]])
            streams = [
                Stream(stock, linear.column(), linear.column(), inflow.shares) for stock in inflow.stocks
            ]
            size = {one.stock: float(per[one.stock] * scale[one.stock]) / own for one in streams}
            feeds: Feeds = [(("source", number), inflow.most)]
            row = linear.row({one.column: size[one.stock] for one in streams}, inflow.most, feeds)
            linear.fluid[row] = inflow.fluid
            for one in streams:
                linear.row({one.over_time: 1.0, one.column: -1.0})
            linear.row({one.over_time: size[one.stock] for one in streams}, inflow.over_time, feeds)
            self.streams += streams

    def _stocks(self) -> None:
        balances = self._balances()
        self._mix(balances)
        for stock, balance in enumerate(balances):
            start = self.plan.start[stock]
            here: Feeds = [(("start", stock), 1.0)]
            for sort, terms in balance.moved.items() if balance.takes else ():
                share = 1.0 if sort == NONE else self.plan.shares[stock].get(sort, 0.0)
                first, fed = (0.0, []) if self.long_run else (start * share, [(here[0][0], share)])
                self.linear.row(terms, first, fed)
            if balance.held and not (self.long_run and balance.fed):
                self.linear.row(balance.held, start, here)
            if math.isfinite(self.plan.capacity[stock]):
                self._capacity(stock, balance)

    def _mix(self, balances: list[Balance]) -> None:
        """Share what may be of several sorts among them.

        Where works leave items as they are, no more of a sort is given than taken.
        """
        linear = self.linear
        for instance, mixture in self.mixtures.items():
            gained: dict[int, Terms] = {}
            for sort, carried in mixture.carried.items():
                gained[sort] = {column: -value for column, value in carried.items()}
            for sign, moved in ((1.0, mixture.taken), (-1.0, mixture.given)):
                for stock, terms in moved.items():
                    columns = {sort: linear.column() for sort in self.plan.sorts[stock]}
                    linear.row({**terms, **dict.fromkeys(columns.values(), -sign)})
                    for sort, column in columns.items():
                        balances[stock].move(sort, column, sign)
                        add(gained.setdefault(sort, {}), column, -sign)
            for terms in gained.values() if mixture.given and instance in self.plan.keeps else ():
                linear.row(terms)

    def _capacity(self, stock: int, balance: Balance) -> None:
        """Keep what comes in to what goes out and the room there is, and the room kept free likewise."""
        room = self.plan.capacity[stock]
        more: Feeds = [(("capacity", stock), 1.0)]
        if self.long_run:
            self.linear.row(balance.filled, 0.0)
        else:
            self.linear.row(balance.filled, room - self.plan.start[stock], [*more, (("start", stock), -1.0)])
        if balance.reserved:
            self.linear.row(balance.reserved, room, more)

    def _balances(self) -> list[Balance]:
        """Add up what ways and sources take from each stock, and bring."""
        balances = [Balance() for _ in self.plan.start]
        for number, (way, columns) in enumerate(zip(self.plan.ways, self.ways, strict=True)):
            for stock, room in way.reserves:
                add(balances[stock].reserved, columns.time, room)
            for flow in way.takes:
                self._taken(balances[flow.stock], way, flow, columns)
            for flow in way.gives:
                self._given(balances[flow.stock], number, flow)
        if not self.long_run:
            self._random_takes(balances)
        for stream in self.streams:
            balance = balances[stream.stock]
            balance.fed = True
            for sort in self.plan.sorts[stream.stock] or (NONE,):
                share = 1.0 if sort == NONE else stream.shares.get(sort, 0.0)
                balance.move(sort, stream.column, -share)
            add(balance.held, stream.over_time, -1.0)
            add(balance.filled, stream.column, 1.0)
        for stock, stream in self.leaving:
            balances[stock].takes = True
            for place, sign in ((stock, 1.0), (stream.stock, -1.0)):
                balance = balances[place]
                # the two stocks may tell sorts apart or not, each by itself
                sort = next(iter(stream.shares), NONE) if self.plan.sorts[place] else NONE
                balance.move(sort, stream.column, sign)
                add(balance.held, stream.over_time, sign)
                add(balance.filled, stream.column, -sign)
        return balances

    def _leaving(self) -> list[tuple[int, Stream]]:
        """Add columns for items that lose patience: any number may."""
        found = []
        for row in self.plan.program.leave:
            for sort in self.plan.possible[row["stock"]]:
                stream = Stream(int(row["to"]), self.linear.column(), self.linear.column(), {sort: 1.0})
                if not self.long_run:
                    self.linear.row({stream.over_time: 1.0, stream.column: -1.0})
                found.append((int(row["stock"]), stream))
        return found

    def _taken(self, balance: Balance, way: Way, flow: Flow, columns: Columns) -> None:
        least = flow.low if self.long_run else flow.least
        balance.takes = True
        add(balance.held, columns.time, least)
        add(balance.held, columns.given_time, least)
        if not flow.drawn or self.long_run:
            self._move(balance, way, flow, {columns.starts: flow.low})
            add(balance.filled, columns.starts, -flow.high)

    def _given(self, balance: Balance, number: int, flow: Flow) -> None:
        way, columns = self.plan.ways[number], self.ways[number]
        plain = columns.given, flow.low, flow.high
        column, low, _ = self.gifts.get((number, flow.stock, flow.sort), plain)
        add(balance.held, columns.given_time, -flow.high)
        add(balance.filled, column, low)
        self._move(balance, way, flow, self._brought(number, flow), given=True)

    def _brought(self, number: int, flow: Flow) -> Terms:
        """Terms of what a way has given by the end, at most: less than nothing."""
        way, columns = self.plan.ways[number], self.ways[number]
        plain = columns.given, flow.low, flow.high
        column, _, high = self.gifts.get((number, flow.stock, flow.sort), plain)
        if self.long_run:
            return {column: -high}
        if not way.selective:
            return {columns.done: -flow.high}
        late = [one for one in (columns.in_hand, columns.suspended) if one != NONE]
        return {columns.starts: -flow.high, **dict.fromkeys(late, flow.high)}

    def _families(self) -> None:
        """Where all of a family is taken, and does not come back: no more often than there are founders."""
        items = self.plan.program.stock["items"]
        for instance, before in self.plan.once.items():
            stocks = [stock for stock in before if items[stock]]
            terms: Terms = {}
            for stream in self.streams:
                if stream.stock in stocks:
                    add(terms, stream.column, -1.0)
            for number, (way, columns) in enumerate(zip(self.plan.ways, self.ways, strict=True)):
                if way.instance == instance:
                    add(terms, columns.given, 1.0)
                for flow in way.gives if way.instance in self.plan.makes else ():
                    for column, value in self._brought(number, flow).items() if flow.stock in stocks else ():
                        add(terms, column, value)
            begun = 0.0 if self.long_run else sum(self.plan.start[stock] for stock in stocks)
            feeds: Feeds = [] if self.long_run else [(("start", stock), 1.0) for stock in stocks]
            self.linear.row(terms, begun, feeds)

    def _move(self, balance: Balance, way: Way, flow: Flow, terms: Terms, *, given: bool = False) -> None:
        """Enter what is moved of a sort; of several, until it is shared among them."""
        for column, value in terms.items():
            if flow.sort != ANY:
                balance.move(flow.sort, column, value)
            if flow.sort != NONE:
                mixture = self.mixtures.setdefault(way.instance, Mixture())
                side = mixture.given if given else mixture.taken
                if flow.sort == ANY:
                    add(side.setdefault(flow.stock, {}), column, value)
                elif not given:
                    add(mixture.carried.setdefault(flow.sort, {}), column, value)

    def _random_takes(self, balances: list[Balance]) -> None:
        """Add columns for random takes: known before the start, the last may be waited for."""
        by_take: dict[tuple[int, int], tuple[Way, Flow, list[int]]] = {}
        for way, columns in zip(self.plan.ways, self.ways, strict=True):
            for flow in way.takes:
                if flow.drawn:
                    by_take.setdefault((way.instance, flow.stock), (way, flow, []))[2].append(columns.starts)
        for (instance, stock), (way, flow, starts) in by_take.items():
            amount = self.random[instance, stock] = self.linear.column()
            self._move(balances[stock], way, flow, {amount: 1.0})
            add(balances[stock].filled, amount, -1.0)
            self.linear.row({amount: -1.0, **dict.fromkeys(starts, flow.least)})
            self.linear.row({amount: 1.0, **dict.fromkeys(starts, -flow.most)})
            # the number of starts and one is a stopping time: the last amount may be large, or may be small
            # of works that are given up at the end of a turn, those that take much may be too many
            pending = math.inf if self.plan.ends else flow.most - flow.low
            for terms, luck in (
                ({amount: -1.0, **dict.fromkeys(starts, flow.low)}, pending),
                ({amount: 1.0, **dict.fromkeys(starts, -flow.high)}, flow.high - flow.least),
            ):
                self.linear.fluid[self.linear.row(terms, luck)] = 0.0
