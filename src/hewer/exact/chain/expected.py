"""From the time spent in each state to what a run would report, in expectation."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.engine.codes import NONE, TICKS, UNLIMITED, Interrupted, Overrun
from hewer.engine.program import columns
from hewer.exact.chain.closing import after_shift
from hewer.exact.chain.search import Chain, works_of
from hewer.exact.chain.state.hazards import interruptible
from hewer.exact.chain.state.memory import unite
from hewer.exact.chain.state.plant import Instance, Plant

Floats = NDArray[np.float64]


class Times(NamedTuple):
    """How long the chain is in each state, and where it ends.

    Attributes
    ----------
    window, whole : array [state]
        Expected time, base units: in the window that is accounted for, and from tick 0.
    final : array [state]
        Distribution at the end.
    start : array [row]
        Counts of tick 0 that fall into the window.
    long_run : bool
        Whether the window is one of the long run, in which Little's law holds as it stands.
    """

    window: Floats
    whole: Floats
    final: Floats
    start: Floats
    long_run: bool


class Expected(NamedTuple):
    """The fields of :class:`hewer.engine.run.RunData` for one replication, as expectations.

    Not a number stands for what the chain does not tell: peaks, quantiles, and flow times where items merge
    or split.
    """

    stock: Any
    instance: Any
    pool_busy: Floats
    worker_time: Floats
    overtime: Floats
    hazard: Any
    source: Any
    flow: Any
    quantile: Floats
    ended: NDArray[np.int64]
    deadlock: NDArray[np.int64]
    lacks: NDArray[np.int64]
    inside: Floats
    log: None = None


_ROUNDING = 1e-12  # a share of the time below this is none


def _blank(like: Any, *more: str) -> Any:
    """Return one record of numbers for each of `like`, with its fields and some more: nothing known yet."""
    fields = [(name, "f8") for name in dict.fromkeys((*like.dtype.names, *more))]
    return np.array([(math.nan,) * len(fields)] * len(like), fields)


def expect(chain: Chain, times: Times) -> Expected:
    """Work out what a run would report."""
    return _Expectation(chain, times).report()


class _Expectation:
    """The parts of a report in the making."""

    def __init__(self, chain: Chain, times: Times) -> None:
        self.chain, self.times = chain, times
        self.rules, self.plant = chain.rules, chain.rules.m.plant
        self.rows = chain.rules.rows
        self.ticks = float(times.window.sum()) * TICKS
        closing = np.zeros(self.rows.total)
        if not times.long_run and self._has_shift():
            closing = after_shift(chain, times.final)
        self.counts = times.start + chain.counts.T @ times.window + closing
        self.all_counts = chain.opened + chain.counts.T @ times.whole + closing
        self.works = _by_kind(chain, times.window)
        self.works_at_end = _by_kind(chain, times.final)
        stocks = len(self.plant.stocks)
        levels = np.array([state.levels[:stocks] for state in chain.states], np.float64)
        self.levels = times.window @ levels * TICKS
        down = np.array([state.down for state in chain.states], np.float64)
        self.down = times.window @ down * TICKS
        self.levels_at_end = times.final @ levels

    def report(self) -> Expected:
        stock, inside = self._stocks(), self._inside()
        return Expected(
            stock=stock[np.newaxis],
            instance=self._instances()[np.newaxis],
            pool_busy=self._pools()[np.newaxis],
            worker_time=self._workers()[np.newaxis],
            overtime=self._overtime()[np.newaxis],
            hazard=self._hazards()[np.newaxis],
            source=self._sources()[np.newaxis],
            flow=self._flows()[np.newaxis],
            quantile=np.full((1, len(self.plant.program.quantile)), math.nan),
            ended=np.array([round(float(self.times.whole.sum()) * TICKS)]),
            deadlock=np.array([NONE]),
            lacks=np.full((1, len(self.plant.program.instance)), NONE),
            inside=np.array([inside]),
        )

    def _part(self, first: int, size: int, of: Floats | None = None) -> Floats:
        return (self.counts if of is None else of)[first : first + size]

    def _stocks(self) -> Any:
        plant, size = self.plant, len(self.plant.stocks)
        out = _blank(plant.program.stock, "final")
        out["arrived"] = self._part(self.rows.arrived, size)
        out["departed"] = self._part(self.rows.departed, size)
        out["left"] = self._part(self.rows.left, size)
        out["integral"] = math.nan
        whole = self._part(self.rows.arrived, size, self.all_counts)
        kept = np.array(self.rules.m.keeps_level, np.bool_)
        out["integral"][kept] = self.levels[kept]
        out["final"] = [stock.start for stock in plant.stocks] + whole
        out["final"] -= self._part(self.rows.departed, size, self.all_counts)
        out["final"] -= self._part(self.rows.left, size, self.all_counts)
        if self.times.long_run:
            out["final"] = np.where(kept, self.levels_at_end, math.nan)
            taken = {take.stock for one in plant.instances for take in one.takes}
            waits = [s for s in sorted(taken) if plant.stocks[s].items and plant.stocks[s].leave < 0]
            out["waited"][waits] = out["integral"][waits]
        return out

    def _instances(self) -> Any:
        size = len(self.plant.program.instance)
        out = _blank(self.plant.program.instance, "started", "ended", "interrupted", "set_ups", "set_up")
        out["busy"] = out["stuck"] = 0.0
        out["set_ups"] = out["set_up"] = 0.0
        out["interrupted"] = self._part(self.rows.interrupted, size)
        out["started"] = self._part(self.rows.started, size)
        out["ended"] = self._part(self.rows.ended, size)
        for (number, blocked), amount in self.works.items():
            one = self.plant.instances[self.rules.m.kinds[number].instance]
            out["stuck" if blocked else "busy"][one.index] += amount * TICKS
        return out

    def _pools(self) -> Floats:
        busy = np.zeros(len(self.plant.pools))
        for (number, blocked), amount in self.works.items():
            suspended = self.rules.m.kinds[number].suspended
            for need in self._instance(number).needs:
                held = self._instance(number).holds(need) if blocked else need.is_room or not suspended
                if held:
                    busy[need.pool] += need.amount * amount * TICKS
        return busy

    def _instance(self, number: int) -> Instance:
        return self.plant.instances[self.rules.m.kinds[number].instance]

    def _workers(self) -> Floats:
        """Return each worker's time by state: those of a group share alike."""
        program = self.plant.program
        scalar = program.scalar[0]
        at = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
        groups = np.zeros((len(self.plant.heads), at.total))
        for (number, blocked), amount in self.works.items():
            column = at.blocked if blocked else self._instance(number).activity
            for group in self.rules.m.kinds[number].team:
                groups[group, column] += amount * TICKS
        for claimed, time in zip(self.chain.claimed, self.times.window, strict=True):
            for group in claimed:
                groups[group, at.partner] += time * TICKS
        for number, hazard in enumerate(self.plant.hazards):
            if hazard.group >= 0:
                groups[hazard.group, at.absent] += self.down[number]
        heads = np.maximum(np.array(self.plant.heads, np.float64), 1.0)
        groups /= heads[:, np.newaxis]
        idle = self.ticks - groups.sum(axis=1)
        groups[:, at.nothing] = np.where(idle > _ROUNDING * self.ticks, idle, 0.0)
        return np.asarray(groups[program.worker["group"]].reshape(len(program.worker), at.total))

    def _overtime(self) -> Floats:
        """Return the time each worker goes on working after the end of the shift."""
        groups = np.zeros(len(self.plant.heads))
        if not self.times.long_run and self._has_shift():
            for (number, blocked), amount in self.works_at_end.items():
                kind = self.rules.m.kinds[number]
                if not blocked and self._instance(number).overrun == Overrun.FINISH:
                    for group in kind.team:
                        groups[group] += amount * sum(kind.phases)
        heads = np.maximum(np.array(self.plant.heads, np.float64), 1.0)
        return np.asarray((groups / heads)[self.plant.program.worker["group"]])

    def _hazards(self) -> Any:
        """Return what struck each unit and each person: those of a tool, or of a group, share alike."""
        out = _blank(self.plant.program.hazard, "struck", "lost")
        for number, hazard in enumerate(self.plant.hazards):
            mine = list(hazard.rows)
            out["struck"][mine] = self.counts[self.rows.struck + number] / hazard.many
            out["lost"][mine] = self.down[number] / hazard.many
        return out

    def _has_shift(self) -> bool:
        scalar = self.plant.program.scalar[0]
        return int(scalar["shift"]) <= int(scalar["horizon"])

    def _sources(self) -> Any:
        size = len(self.plant.sources)
        out = _blank(self.plant.program.source)
        out["arrived"] = self._part(self.rows.came, size)
        out["lost"] = self._part(self.rows.lost, size)
        out["balked"] = self._part(self.rows.balked, size)
        out["diverted"] = self._part(self.rows.diverted, size)
        return out

    def _flows(self) -> Any:
        """Return what left, with flow times by Little's law where one sink takes all that comes in."""
        program = self.plant.program
        out = _blank(program.flow)
        sinks = [int(s) for s in np.flatnonzero(program.stock["sink"] >= 0)]
        mine = {n: [s for s in sinks if int(program.stock["sink"][s]) == n] for n in range(len(program.flow))}
        for number, stocks in mine.items():
            out["left"][number] = sum(self.counts[self.rows.arrived + s] for s in stocks)
        for part in self._parts() if self.times.long_run else ():
            flows = [number for number, stocks in mine.items() if part & set(stocks)]
            alone = len(flows) == 1 and set(mine[flows[0]]) <= part
            if alone and out["left"][flows[0]] > 0.0 and self._all_pass(part):
                out["closed"][flows] = out["left"][flows]
                out["sum"][flows] = out["closed_sum"][flows] = self._over(part)
        return out

    def _parts(self) -> list[set[int]]:
        """Return the stocks of items, those together between which items may go."""
        plant = self.plant
        joined = [sorted(source.targets) for source in plant.sources]
        joined += [[leave.stock, leave.to] for leave in plant.leaves]
        joined += [sorted(_touched(plant, one)) for one in plant.instances]
        pairs = [pair for group in joined for pair in pairwise(group)]
        return [set(part) for part in unite(len(plant.stocks), pairs) if plant.stocks[part[0]].items]

    def _all_pass(self, part: set[int]) -> bool:
        """Tell whether every item of a part comes from outside, and may leave again."""
        plant = self.plant
        stays = any(plant.stocks[s].start and not plant.stocks[s].sink for s in part)
        made = any(hazard.stock in part for hazard in plant.hazards)
        ends = any(source.limit < UNLIMITED for source in plant.sources if source.stock in part)
        lost = interruptible(plant)
        for k, one in enumerate(plant.instances):
            if _touched(plant, one) & part:
                lose = k in lost and one.interrupted == Interrupted.LOSE
                ends = ends or lose or not _conserves(plant, one)
        kept = all(self.rules.m.keeps_level[s] for s in part if not plant.stocks[s].sink)
        return kept and not (stays or made or ends)

    def _over(self, part: set[int]) -> float:
        """Return the items inside a part, times ticks."""
        over = sum(self.levels[s] for s in part if not self.plant.stocks[s].sink)
        for (number, _), amount in self.works.items():
            if _touched(self.plant, self._instance(number)) & part:
                over += _held(self._instance(number)) * amount * TICKS
        return float(over)

    def _inside(self) -> float:
        """Return the items inside at the end; not a number where unknown."""
        plant = self.plant
        stocks = [s for s, stock in enumerate(plant.stocks) if stock.items and not stock.sink]
        kept = all(self.rules.m.keeps_level[s] for s in stocks)
        if not kept or not all(_conserves(plant, o) for o in plant.instances) or self._comes_and_goes():
            return math.nan
        return self._inside_at_end(stocks)

    def _comes_and_goes(self) -> bool:
        """Tell whether items come to be, or end, without any work: tokens, and what is lost with a work."""
        plant = self.plant
        lost = [k for k in interruptible(plant) if plant.instances[k].interrupted == Interrupted.LOSE]
        return bool(lost) or any(hazard.stock >= 0 for hazard in plant.hazards)

    def _inside_at_end(self, stocks: list[int]) -> float:
        """Return the items that live at the end: those a work is to make come to be at its completion."""
        plant, rows = self.plant, self.rows
        if self.times.long_run:
            end = sum(self.levels_at_end[s] for s in stocks)
            for (number, _), amount in self.works_at_end.items():
                one = self._instance(number)
                end += _held(one) * amount if one.takes_items else 0.0
            return float(end)
        count = self.all_counts
        end = sum(plant.stocks[s].start for s in stocks)
        for number, source in enumerate(plant.sources):
            if plant.stocks[source.stock].items:
                gone = count[rows.balked + number] if source.balk_to == NONE else 0.0
                end += count[rows.came + number] - count[rows.lost + number] - gone
        for one in plant.instances:
            if not one.takes_items:
                end += count[rows.ended + one.index] * _held(one)
        end -= sum(count[rows.arrived + s] for s, k in enumerate(plant.stocks) if k.sink)
        return float(end)


def _by_kind(chain: Chain, weights: Floats) -> dict[tuple[int, bool], float]:
    """Add up the works in hand, weighted by state: by (kind, blocked)."""
    found: dict[tuple[int, bool], float] = {}
    for number, kind, count, blocked in works_of(chain):
        weight = weights[number]
        if weight:
            found[kind, blocked] = found.get((kind, blocked), 0.0) + count * float(weight)
    return found


def _touched(plant: Plant, one: Instance) -> set[int]:
    """Return the stocks of items that an instance takes from, and gives to."""
    return {s for s in {take.stock for take in one.takes} | one.outlets if plant.stocks[s].items}


def _held(one: Instance) -> int:
    """Items in a work in hand: those taken; new ones are born at its start."""
    taken = sum(take.low for take in one.takes if take.items)
    return taken or sum(give.fixed for give in one.common if give.items)


def _conserves(plant: Plant, one: Instance) -> bool:
    """Tell whether an instance gives as many items as it takes, or makes a known number of new ones."""
    if any(give.items and give.amount != NONE for give in one.all_gives()):
        return False
    if any(take.items and take.varies for take in one.takes):
        return False
    taken = sum(take.low for take in one.takes if take.items)
    for gives in one.outcomes or ((),):
        given = sum(give.fixed for give in (*one.common, *gives) if give.items)
        if given != taken and (taken or one.outcomes):
            return False
    birth = int(plant.program.instance["birth"][one.index])
    return birth == 0
