"""Read a compiled Program to a plan: every way of working, with the means of its times and amounts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from hewer.engine.codes import NONE, UNLIMITED, Curve, Overrun, Requirement
from hewer.engine.compile_people import can_be_staffed
from hewer.engine.program import Compiled, Program
from hewer.exact.inflow import read_inflow
from hewer.exact.known import refuse_unknown
from hewer.exact.levels import levels_read, most_held
from hewer.exact.means import Mean, State, fixed, is_straight, judge, rounded
from hewer.exact.opening import Refusals
from hewer.exact.plan import HOUR, Flow, Plan, Post, Way, scales, span
from hewer.exact.presence import presence
from hewer.model.document import Model
from hewer.model.interruption import can_be_interrupted
from hewer.quantity import TIME

MOST_AMOUNTS = 16  # of a range of items, gone through one by one


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


class _Reader:
    """Reads the parts of a plan one after the other; each needs those before it."""

    def __init__(self, plan: Plan, refusals: Refusals) -> None:
        self.plan, self.refusals = plan, refusals
        self.program: Program = plan.program
        self.model: Model = plan.compiled.info["model"]
        self.per_unit = scales(plan.compiled)
        stock = self.program.stock
        self.capacity = [float(c) if c < UNLIMITED else math.inf for c in stock["capacity"]]
        self.conserved = [math.inf] * len(stock)  # grains that a stock can ever hold, by what is conserved
        self.clock = math.inf if plan.long_run else plan.clock
        self.speed = self._speeds()
        own = np.flatnonzero(
            self.program.instance["origin"] == NONE
        ).tolist()  # the others resume their works
        self.staffed = [i for i in own if self._is_staffed(i)]
        self.waited_for = self._waited_for()

    def read(self) -> Plan:
        """Return the plan complete."""
        program, per_unit = self.program, self.per_unit
        self._refuse_lost()
        if self.plan.long_run and len(program.duty):
            message = "the long run of calendars is not told"
            self.refusals.add(("calendars",), message, "ask for the time up to the horizon: `--to-the-end`")
        self._find_conserved()
        ways = [way for instance in self.staffed for way in self._ways(instance)]
        plan = replace(
            self.plan,
            ways=tuple(ways),
            speed=self.speed,
            start=tuple(int(s) / u for s, u in zip(program.stock["start"], per_unit, strict=True)),
            capacity=tuple(c / u for c, u in zip(self.capacity, per_unit, strict=True)),
            inflows=tuple(
                read_inflow(self.plan, number, self._anytime(), self.refusals)
                for number in range(len(program.source))
            ),
        )
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

    def _masks(self, instance: int) -> dict[int, int]:
        row = self.program.instance[instance]
        return {
            int(join["group"]): int(join["mask"]) for join in self.program.join[row["join0"] : row["join1"]]
        }

    def _is_staffed(self, instance: int) -> bool:
        row = self.program.instance[instance]
        slots = int(row["post1"] - row["post0"])
        return can_be_staffed(slots, self._masks(instance), list(self.plan.heads))

    def _posts(self, instance: int) -> tuple[Post, ...]:
        row = self.program.instance[instance]
        posts = self.program.slot_post[row["post0"] : row["post1"]].tolist()
        masks = self._masks(instance)
        found = []
        for post in dict.fromkeys(posts):
            slot = posts.index(post)
            groups = tuple(g for g, mask in masks.items() if mask >> slot & 1 and self.plan.heads[g])
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

    # Amounts and times

    def _state(self, instance: int, taken: Sequence[tuple[float, float]], *, at_begin: bool) -> State:
        """Say what is known when a time is judged (`at_begin`), or a given amount."""
        row = self.program.instance[instance]
        held: dict[int, float] = {}
        for take, (low, _) in zip(self.program.take[row["take0"] : row["take1"]], taken, strict=True):
            held[int(take["stock"])] = low

        def level(stock: int) -> tuple[float, float]:
            out = held.get(stock, 0.0)
            room = self.capacity[stock] - (out if at_begin else 0.0)
            return 0.0, max(0.0, min(room, self.conserved[stock] - out))

        return State(level, lambda number: taken[number], self.clock)

    def _judged(self, index: int, state: State, *, items: bool) -> Mean:
        return rounded(self.program, index, judge(self.program, index, state), items=items)

    def _anytime(self) -> State:
        """Say what is known when a source looks at the levels."""
        return State(
            lambda stock: (0.0, min(self.capacity[stock], self.conserved[stock])),
            lambda _: (0.0, math.inf),
            self.clock,
        )

    def _random_take(self, instance: int, take: Any) -> Mean:
        row = self.program.instance[instance]
        nothing = [(0.0, 0.0)] * int(row["take1"] - row["take0"])
        state = self._state(instance, nothing, at_begin=False)
        return self._judged(int(take["amount"]), state, items=bool(take["items"]))

    def _amounts(self, instance: int) -> list[list[tuple[float, float]]]:
        """List for each take what it may take, in grains: intervals to go through."""
        row = self.program.instance[instance]
        found = []
        for take in self.program.take[row["take0"] : row["take1"]]:
            low, high = float(take["low"]), float(take["high"])
            if take["amount"] != NONE:
                mean = self._random_take(instance, take)
                found.append([(mean.least, mean.most)])
            elif low == high:
                found.append([(low, high)])
            elif take["items"] and high - low < MOST_AMOUNTS:
                found.append([(low + k, low + k) for k in range(int(high - low) + 1)])
            elif self._is_straight(instance):
                found.append([(low, low), (high, high)])  # what lies between is a mixture of these
            else:
                found.append([(low, high)])
        return found

    def _is_straight(self, instance: int) -> bool:
        gives = [int(give["amount"]) for give in self._all_gives(instance)]
        return all(
            is_straight(self.program, index)
            for index in [int(self.program.instance[instance]["time"]), *gives]
        )

    def _all_gives(self, instance: int) -> list[Any]:
        return [give for _, gives in self._cases(instance) for give in gives]

    def _cases(self, instance: int) -> list[tuple[float, list[Any]]]:
        """List (chance, gives): what is given whatever the outcome, then each outcome."""
        row, before = self.program.instance[instance], 0.0
        found = [(1.0, list(self.program.give[row["give0"] : row["give1"]]))]
        for outcome in self.program.outcome[row["outcome0"] : row["outcome1"]]:
            chance, before = float(outcome["cumulative"]) - before, float(outcome["cumulative"])
            found.append((chance, list(self.program.give[outcome["give0"] : outcome["give1"]])))
        return found

    def _gives(self, instance: int, taken: Sequence[tuple[float, float]]) -> dict[int, Flow]:
        """Add up what is given to each stock, in grains: the mean over outcomes, the least and the most."""
        state = self._state(instance, taken, at_begin=False)
        total: dict[int, Flow] = {}
        largest: dict[int, float] = {}
        for number, (chance, gives) in enumerate(self._cases(instance)):
            here: dict[int, float] = {}
            for give in gives:
                stock, index = int(give["stock"]), int(give["amount"])
                mean = (
                    fixed(float(give["fixed"]))
                    if index == NONE
                    else self._judged(index, state, items=bool(give["items"]))
                )
                old = total.get(stock, Flow(stock, 0.0, 0.0, 0.0, 0.0))
                here[stock] = here.get(stock, 0.0) + mean.most
                total[stock] = Flow(
                    stock, old.low + chance * mean.low, old.high + (chance * mean.high if chance else 0.0),
                    old.least + (mean.least if number == 0 else 0.0), 0.0,
                )  # fmt: skip
            if number == 0:
                common, here = here, {}
            for stock, most in here.items():
                largest[stock] = max(largest.get(stock, 0.0), most)
        return {
            stock: flow._replace(most=common.get(stock, 0.0) + largest.get(stock, 0.0))
            for stock, flow in total.items()
        }

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

    def _find_conserved(self) -> None:
        """Find how much a stock can ever hold, where expressions ask for it."""
        read = levels_read(self.program)
        moves = [
            (
                {int(t["stock"]): a[0] for t, a in zip(self._take_rows(i), amounts, strict=True)},
                {stock: flow.most for stock, flow in self._gives(i, amounts).items()},
            )
            for i in self.staffed if read for amounts in product(*self._amounts(i))
        ]  # fmt: skip
        moves += [({int(row["stock"]): 1.0}, {int(row["to"]): 1.0}) for row in self.program.leave]
        for stock in read:
            self.conserved[stock] = most_held(self.program, moves, stock)

    def _take_rows(self, instance: int) -> Any:
        row = self.program.instance[instance]
        return self.program.take[row["take0"] : row["take1"]]

    # Ways and sources

    def _ways(self, instance: int) -> list[Way]:
        row = self.program.instance[instance]
        fixed = {
            "instance": instance,
            "posts": self._posts(instance),
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
            "selective": self._is_selective(instance),
        }
        return [self._way(instance, taken, fixed) for taken in product(*self._amounts(instance))]

    def _finishes(self, row: Any) -> bool:
        scalar = self.program.scalar[0]
        return bool(scalar["shift"] <= scalar["horizon"] and row["overrun"] == Overrun.FINISH)

    def _is_selective(self, instance: int) -> bool:
        """Tell whether a finished work may have to wait for room, by how much it gives where."""
        row = self.program.instance[instance]
        plain = row["outcome0"] == row["outcome1"] and all(
            g["amount"] == NONE for g in self._all_gives(instance)
        )
        return not plain and any(int(give["stock"]) in self.waited_for for give in self._all_gives(instance))

    def _waited_for(self) -> set[int]:
        """Find the stocks for whose room finished works may wait."""
        return {
            int(give["stock"])
            for instance in self.staffed
            if self.program.instance[instance]["blocking_after"]
            for give in self._all_gives(instance)
            if math.isfinite(self.capacity[int(give["stock"])])
        }

    def _way(self, instance: int, taken: Sequence[tuple[float, float]], fixed: dict[str, Any]) -> Way:
        takes = []
        for take, amount in zip(self._take_rows(instance), taken, strict=True):
            if take["amount"] != NONE:
                mean = self._random_take(instance, take)
                flow = Flow(int(take["stock"]), *mean[:4], True)
            else:
                flow = Flow(int(take["stock"]), *amount, *amount)
            takes.append(self._in_units(flow))
        gives = [self._in_units(flow) for flow in self._gives(instance, taken).values()]
        for flow in gives:
            if math.isinf(flow.high):
                self._refuse(instance, ("gives",), "no largest amount can be told", flow.stock)
        content, excess, longest = self._content(instance, taken)
        return Way(
            takes=tuple(takes), gives=tuple(gives), content=content, excess=excess, longest=longest, **fixed
        )

    def _content(self, instance: int, taken: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
        """Return the least mean of the time, its excess, and the most that can be left of it, in clocks."""
        time = judge(
            self.program,
            int(self.program.instance[instance]["time"]),
            self._state(instance, taken, at_begin=True),
        )
        fastest = max((self.speed[g, instance] for g in self._masks(instance)), default=1.0)
        interrupted = bool(self.program.instance["twin"][instance] != NONE)
        excess = time.left(self.clock * fastest) if interrupted or not self.plan.long_run else 0.0
        if not math.isfinite(excess):
            self._refuse(
                instance, ("time",), "no mean can be told of the time that is left at the end of the shift"
            )
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
