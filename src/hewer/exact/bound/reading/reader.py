"""Read a compiled Program to a plan: every way of working, with the means of its times and amounts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from hewer.engine.codes import NONE, UNLIMITED, Curve, Overrun, Requirement
from hewer.engine.compile.people import can_be_staffed
from hewer.engine.program import Compiled, Program
from hewer.exact.bound.reading.amounts import Amounts, Taken
from hewer.exact.bound.reading.inflow import read_inflow
from hewer.exact.bound.reading.known import refuse_unknown
from hewer.exact.bound.reading.passage import Passage, Work
from hewer.exact.bound.reading.plan import HOUR, Flow, Plan, Post, Way, scales, span
from hewer.exact.bound.reading.presence import presence
from hewer.exact.bound.reading.sorts import ANY
from hewer.exact.opening import Refusals
from hewer.model.document import Model
from hewer.model.settling.interruption import can_be_interrupted
from hewer.quantity import TIME


def read_plan(compiled: Compiled, *, long_run: bool, heads: Sequence[int] | None = None) -> Plan:
    """Read a Program.

    Parameters
    ----------
    compiled : Compiled
    long_run : bool
    heads : sequence of int, optional
        Workers of each group, instead of those there are.

    Raises
    ------
    RefusalError
        With every place that cannot be bounded.
    """
    program = compiled.program
    refusals = Refusals(compiled.info["model"])
    refuse_unknown(compiled.info["model"], refusals)
    refusals.settle()
    counted = program.group["workers"].tolist() if heads is None else list(heads)
    hour = HOUR if compiled.info["time"] == TIME else 1e9
    plan = Plan(compiled, long_run, hour if long_run else span(program), tuple(counted))
    heads_of = [0 if group in plan.queues else number for group, number in enumerate(counted)]
    return _Reader(replace(plan, heads=tuple(heads_of)), refusals).read()


def with_heads(plan: Plan, heads: Sequence[int]) -> Plan:
    """Return a plan with other numbers of workers; read again only where others can then be at work."""
    program = plan.program
    same = all(bool(before) == bool(after) for before, after in zip(plan.heads, heads, strict=True))
    if same and staffed(program, plan.heads) == staffed(program, heads):
        return replace(plan, heads=tuple(heads))
    return read_plan(plan.compiled, long_run=plan.long_run, heads=heads)


def staffed(program: Program, heads: Sequence[int]) -> list[int]:
    """List the instances whose posts so many workers of each group can fill, resumptions apart."""
    found = []
    for instance, row in enumerate(program.instance):
        if row["origin"] == NONE:
            slots = int(row["post1"] - row["post0"])
            if can_be_staffed(slots, masks(program, instance), list(heads)):
                found.append(instance)
    return found


def masks(program: Program, instance: int) -> dict[int, int]:
    """Return the slots of an instance that each group can fill, as bits."""
    row = program.instance[instance]
    return {int(join["group"]): int(join["mask"]) for join in program.join[row["join0"] : row["join1"]]}


class _Reader:
    """Reads the parts of a plan one after the other; each needs those before it."""

    def __init__(self, plan: Plan, refusals: Refusals) -> None:
        self.plan, self.refusals = plan, refusals
        self.program: Program = plan.program
        self.model: Model = plan.compiled.info["model"]
        self.per_unit = scales(plan.compiled)
        self.speed = self._speeds()
        self.passage = Passage(self.program, staffed(self.program, plan.heads))
        self.amounts = Amounts(self.program, self.passage, math.inf if plan.long_run else plan.clock)
        self.waited_for = self._waited_for()

    def read(self) -> Plan:
        """Return the plan complete."""
        program, per_unit = self.program, self.per_unit
        self._refuse_lost()
        if self.plan.long_run and len(program.duty):
            message = "the long run of calendars is not told"
            self.refusals.add(("calendars",), message, "ask for the time up to the horizon: `--to-the-end`")
        ways = [way for work in self.passage.works() for way in self._ways(work)]
        sorts, number = self.passage.sorts, self.passage.number
        possible = tuple(tuple(number[sort] for sort in found) for found in self.passage.possible)
        told_apart = [self.passage.tells_apart(stock) for stock in range(len(program.stock))]
        plan = replace(
            self.plan,
            ways=tuple(ways),
            speed=self.speed,
            start=tuple(int(s) / u for s, u in zip(program.stock["start"], per_unit, strict=True)),
            capacity=tuple(c / u for c, u in zip(self.amounts.capacity, per_unit, strict=True)),
            inflows=tuple(
                read_inflow(
                    self.plan, number, self.amounts.anytime(), self.passage.shares(sorts.of_source(number)),
                    self.refusals,
                )
                for number in range(len(program.source))
            ),
            possible=possible,
            sorts=tuple(found if apart else () for found, apart in zip(possible, told_apart, strict=True)),
            shares=tuple(
                self.passage.shares(sorts.at_start(stock)) if apart else {}
                for stock, apart in enumerate(told_apart)
            ),
            keeps=frozenset(i for i in self.passage.instances if self.passage.keeps(i)),
            once=self.passage.once(),
            makes=frozenset(i for i in self.passage.instances if self.passage.makes(i)),
        )  # fmt: skip
        self.refusals.settle()
        return replace(plan, **presence(plan, self._longest(ways)))

    # People

    def _speeds(self) -> np.ndarray:
        roles, activities = self.program.group["role"], self.program.instance["activity"]
        speed = np.ones((len(roles), len(activities)))
        for group, role in enumerate(roles):
            if role != NONE:
                speed[group] = self.program.rate[role, activities] / self._learnt(int(role))[activities]
        return speed

    def _learnt(self, role: int) -> np.ndarray:
        """Find the least fraction of their first time that works can fall to, by activity."""
        pace = self.program.pace
        found = np.ones(len(self.plan.compiled.names.activities))
        for activity, row in enumerate(pace[role] if pace.size else ()):
            curve, last = Curve(int(row["curve"])), int(row["until"])
            if curve == Curve.NONE:
                continue
            endless = last >= UNLIMITED
            power = float(row["exponent"]) + float(curve == Curve.WRIGHT)
            left = 0.0 if endless else last**power - ((last - 1) ** power if curve == Curve.WRIGHT else 0.0)
            found[activity] = max(left, float(row["plateau"])) if row["exponent"] else 1.0
            if found[activity] <= 0.0:
                path = ("crews", self.model.crew_name or "", self.plan.compiled.names.roles[role], "learning")
                message = "cannot be bounded: times fall without end"
                self.refusals.add(path, message, "give it a `plateau`, or say `until` when times fall")
                found[activity] = 1.0
        return found

    def _posts(self, instance: int) -> tuple[Post, ...]:
        row = self.program.instance[instance]
        posts = self.program.slot_post[row["post0"] : row["post1"]].tolist()
        filled = masks(self.program, instance)
        found = []
        for post in dict.fromkeys(posts):
            slot = posts.index(post)
            groups = tuple(g for g, mask in filled.items() if mask >> slot & 1 and self.plan.heads[g])
            found.append(Post(posts.count(post), groups))
        return tuple(found)

    def _longest(self, ways: Sequence[Way]) -> list[float]:
        """Find for each group how long a work in hand can go on, on average."""
        longest = [0.0] * len(self.plan.heads)
        for way in ways:
            for post in way.posts:
                for group in post.groups:
                    left = way.longest / self.speed[group, way.instance]
                    longest[group] = max(longest[group], left)
        return longest

    def _refuse_lost(self) -> None:
        """Refuse works that an interruption loses, or draws anew: the short ones come to an end."""
        for name, activity in self.model.activities.items():
            if activity.interrupted in ("lose", "redraw") and can_be_interrupted(self.model, activity):
                message = f"cannot be bounded: with `{activity.interrupted}` works that end are not like all"
                self.refusals.add(
                    ("activities", name, "interrupted"),
                    message,
                    "use `resume` or `restart` to bound the rest",
                )

    # Ways and sources

    def _ways(self, work: Work) -> list[Way]:
        row = self.program.instance[work.instance]
        fixed = {
            "instance": work.instance,
            "posts": self._posts(work.instance),
            "needs": tuple(
                (int(need["pool"]), int(need["amount"]))
                for need in self.program.need[row["need0"] : row["need1"]]
            ),
            "reserves": tuple(
                (int(r["stock"]), int(r["reserve"]) / self.per_unit[int(r["stock"])])
                for r in self.program.requirement[row["req0"] : row["req1"]]
                if r["kind"] == Requirement.SPACE and r["reserve"]
            ),
            "finishes": self._finishes(row),
            "suspends": bool(row["twin"] != NONE),
            "selective": self._is_selective(work),
        }
        return [self._way(work, taken, fixed) for taken in product(*self.amounts.choices(work))]

    def _finishes(self, row: Any) -> bool:
        scalar = self.program.scalar[0]
        return bool(scalar["shift"] <= scalar["horizon"] and row["overrun"] == Overrun.FINISH)

    def _is_selective(self, work: Work) -> bool:
        """Tell whether a finished work may have to wait for room, by how much it gives where."""
        gives = self.amounts.all_gives(work)
        plain = len(self.passage.cases(work)) == 1 and all(give["amount"] == NONE for _, give in gives)
        return not plain and any(stock in self.waited_for for stock, _ in gives)

    def _waited_for(self) -> set[int]:
        """Find the stocks for whose room finished works may wait."""
        return {
            stock
            for work in self.passage.works()
            if self.program.instance[work.instance]["blocking_after"]
            for stock, _ in self.amounts.all_gives(work)
            if math.isfinite(self.amounts.capacity[stock])
        }

    def _way(self, work: Work, taken: Taken, fixed: dict[str, Any]) -> Way:
        gives = [self._in_units(flow) for flow in self.amounts.gives(work, taken)]
        for flow in gives:
            if math.isinf(flow.high):
                self._refuse(work.instance, ("gives",), "no largest amount can be told", flow.stock)
        content, excess, longest = self._content(work, taken)
        return Way(
            takes=tuple(self._in_units(flow) for flow in self._takes(work, taken)), gives=tuple(gives),
            content=content, excess=excess, longest=longest, **fixed,
        )  # fmt: skip

    def _takes(self, work: Work, taken: Taken) -> Iterator[Flow]:
        """Yield what is taken; of items that are told apart first the carrier, then whatever others."""
        first = work.carrier
        for take, amount in zip(self.passage.takes(work.instance), taken, strict=True):
            stock = int(take["stock"])
            flow = Flow(stock, *amount, *amount)
            if take["amount"] != NONE:
                flow = Flow(stock, *self.amounts.random_take(work, take)[:4], True)
            if not take["items"] or not self.passage.tells_apart(stock):
                yield flow
            else:
                if first is not None:
                    yield Flow(stock, 1.0, 1.0, 1.0, 1.0, sort=self.passage.number[first])
                    flow = flow._replace(
                        low=flow.low - 1.0, high=flow.high - 1.0, least=flow.least - 1.0, most=flow.most - 1.0
                    )
                if flow.most > 0.0:
                    yield flow._replace(sort=ANY)
            first = None if take["items"] else first

    def _content(self, work: Work, taken: Taken) -> tuple[float, float, float]:
        """Return the least mean of the time, its excess, and the most that can be left of it, in clocks."""
        time, instance = self.amounts.time(work, taken), work.instance
        fastest = max((self.speed[g, instance] for g in masks(self.program, instance)), default=1.0)
        interrupted = bool(self.program.instance["twin"][instance] != NONE)
        excess = time.left(self.amounts.clock * fastest) if interrupted or not self.plan.long_run else 0.0
        if not math.isfinite(excess):
            message = "no mean can be told of the time that is left at the end of the shift"
            self._refuse(instance, ("time",), message)
        clock = self.plan.clock
        return max(0.0, time.low) / clock, excess / clock, (time.high + excess) / clock

    def _in_units(self, flow: Flow) -> Flow:
        per = self.per_unit[flow.stock]
        return flow._replace(
            low=flow.low / per, high=flow.high / per, least=flow.least / per, most=flow.most / per
        )

    def _refuse(self, instance: int, field: tuple[str, ...], message: str, stock: int | None = None) -> None:
        names = self.plan.compiled.names
        activity = names.activities[int(self.program.instance[instance]["activity"])]
        to = f" to `{names.stocks[int(self.program.stock[stock]['declared'])]}`" if stock is not None else ""
        hint = "give the stocks that it reads a capacity, or use a distribution that is bounded"
        self.refusals.add(("activities", activity, *field), f"cannot be bounded{to}: {message}", hint)
