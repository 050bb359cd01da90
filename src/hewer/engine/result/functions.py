"""The functions that measures are made of: each reads the raw arrays of a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.engine.codes import TICKS
from hewer.engine.program import Compiled, Patch, columns
from hewer.errors import ExpressionError, did_you_mean
from hewer.model.expression import Call, Name, evaluate, render
from hewer.quantity import DIMENSIONLESS, Dimension, Quantity, Unit, unit

if TYPE_CHECKING:
    from hewer.engine.run import RunData

Floats = NDArray[np.float64]


class Sample(NamedTuple):
    """Values by replication (or one for all), in base units, and the unit to show them in."""

    values: Floats
    dimension: Dimension
    shown: str


class Scene:
    """A run and the names of what it counts.

    Parameters
    ----------
    compiled : Compiled
    data : RunData
    """

    def __init__(self, compiled: Compiled, data: RunData) -> None:
        self.compiled = compiled
        self.data = data
        self.program = compiled.program
        self.names = compiled.names
        self.time: Dimension = compiled.info["time"]
        self.params: Mapping[str, Quantity] = compiled.info["params"]
        self.replications = len(data.ended)
        scalar = self.program.scalar[0]
        self.window = float(scalar["horizon"] - scalar["warm_up"])
        self.calendar = self.program.worker["duty"] >= 0
        self.columns = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))

    def seconds(self, ticks: Any) -> Sample:
        """Turn ticks to a sample of time."""
        return Sample(np.asarray(ticks, np.float64) / TICKS, self.time, self.compiled.time_unit)

    def paid(self) -> Floats:
        """Ticks for which each worker is paid: on duty (breaks too), and what he works beyond it.

        Shape [replication, worker]. Who has no calendar is on duty all the time accounted for.
        """
        times, at = self.data.worker_time, self.columns
        away = (times[:, :, at.off] + times[:, :, at.done]) * self.calendar
        return np.asarray(self.window - away + self.data.overtime, np.float64)

    def overtime(self) -> Floats:
        """Ticks that each worker works beyond the horizon or the end of his duty: [replication, worker]."""
        if not self.calendar.any():
            return np.asarray(self.data.overtime, np.float64)
        duty = self.program.duty["length"][self.program.worker["duty"]]
        beyond = np.maximum(self.paid() - self.data.overtime - duty, 0.0) * self.calendar
        return np.asarray(beyond + self.data.overtime, np.float64)

    def costs(self, kind: str) -> Floats:
        """Costs of roles, tools or activities, in base units: [replication, declared], or [1, declared]."""
        return np.stack(np.broadcast_arrays(*self.compiled.info[f"{kind}_costs"], np.zeros(1)), axis=1)

    def per_window(self, integral: Any) -> Floats:
        """Average an integral over ticks."""
        return np.asarray(integral, np.float64) / self.window


_READ = {("stock", "scale"), ("pool", "count"), ("duty", "length")}


def are_read(patches: Sequence[Patch]) -> bool:
    """Tell whether measures read what differs between the Programs: then each world is measured by itself."""
    return any(patch.array == "scalar" or (patch.array, patch.field) in _READ for patch in patches)


def natural_unit(scene: Scene, sample: Sample) -> Unit:
    """Return the unit to show a sample in: its own, else one of the model, else the base unit."""
    if not sample.dimension:
        return unit("")
    candidates = [
        sample.shown,
        scene.compiled.time_unit,
        *scene.names.units,
        scene.compiled.info["currency_unit"],
    ]
    candidates += [param.shown for param in scene.params.values()]
    for text in candidates:
        if text:
            found = unit(text)
            if found.dimension == sample.dimension:
                return found
    return unit(sample.dimension.base_unit)


def _arguments(node: Call, least: int, most: int) -> list[str]:
    """Return the names that a function is given."""
    names = [argument.id for argument in node.args if isinstance(argument, Name)]
    if len(names) != len(node.args) or not least <= len(names) <= most or node.kwargs or node.pairs:
        wanted = {(0, 0): "nothing", (1, 1): "one name", (2, 2): "two names"}.get((least, most), "a name")
        raise ExpressionError(f"`{node.name}` needs {wanted}; got `{render(node)}`", None, node.start)
    return names


def _index(node: Call, kind: str, name: str, names: Sequence[str]) -> int:
    if name not in names:
        raise _unknown(node, kind, name, names)
    return names.index(name)


class _StockOf(NamedTuple):
    """A declared stock: which stock instances are its members."""

    name: str
    members: NDArray[np.bool_]
    scale: float
    dimension: Dimension
    shown: str


def _stock(scene: Scene, node: Call) -> _StockOf:
    (name,) = _arguments(node, 1, 1)
    number = _index(node, "stock", name, scene.names.stocks)
    members = scene.program.stock["declared"] == number
    text = scene.names.units[number]
    scale = float(scene.program.stock["scale"][members][0])
    return _StockOf(name, members, scale, unit(text).dimension, text)


def _counted(field: str) -> Function:
    """Make a function that adds a field up over the members of a stock."""

    def function(scene: Scene, node: Call) -> Sample:
        stock = _stock(scene, node)
        # in floats: grains of many members over a long run would pass 64 bits
        total = scene.data.stock[field][:, stock.members].sum(axis=1, dtype=np.float64)
        return Sample(total * stock.scale, stock.dimension, stock.shown)

    return function


def _level(scene: Scene, node: Call) -> Sample:
    """Time average of the level."""
    total = _counted("integral")(scene, node)
    return total._replace(values=scene.per_window(total.values))


def _peak(scene: Scene, node: Call) -> Sample:
    """Highest level; of a set, that of its fullest member."""
    stock = _stock(scene, node)
    # peaks of members need not come at one time: their sum was perhaps never there
    highest = scene.data.stock["peak"][:, stock.members].max(axis=1)
    return Sample(highest * stock.scale, stock.dimension, stock.shown)


def _per_time(count: Function) -> Function:
    """Make a function that divides a count by the time accounted for."""

    def function(scene: Scene, node: Call) -> Sample:
        counted, time = count(scene, node), scene.compiled.time_unit
        shown = f"{counted.shown or 1}/{time}" if time else counted.shown
        return Sample(counted.values / (scene.window / TICKS), counted.dimension / scene.time, shown)

    return function


def _wait(scene: Scene, node: Call) -> Sample:
    """Mean time in the stock of the items taken from it."""
    stock = _stock(scene, node)
    if stock.shown:
        raise ExpressionError(f"`{stock.name}` is bulk; only items have a time in stock", None, node.start)
    mine = scene.data.stock[:, stock.members]
    return scene.seconds(mine["waited"].sum(axis=1) / mine["departed"].sum(axis=1))


def _flow_time(of_family: bool) -> Function:
    """Make the function for flow times of items, or of families: the mean, or a quantile."""
    total, count = ("closed_sum", "closed") if of_family else ("sum", "left")

    def function(scene: Scene, node: Call) -> Sample:
        flow, sink = _sink(scene, node)
        if len(node.args) == 1:
            mine = scene.data.flow[:, flow]
            return scene.seconds(mine[total] / mine[count])
        probability = evaluate(node.args[1], {}).value
        if not 0.0 < probability < 1.0:
            raise ExpressionError(
                f"a quantile must be between 0 and 1; got {probability:g}", None, node.start
            )
        asked = scene.compiled.info["requests"].index((sink, of_family, probability))
        return scene.seconds(scene.data.quantile[:, asked])

    return function


def _sink(scene: Scene, node: Call) -> tuple[int, str]:
    if not 1 <= len(node.args) <= 2 or not isinstance(node.args[0], Name):
        hint = f"for example `{node.name}(done)` or `{node.name}(done, 0.9)`"
        raise ExpressionError(f"`{node.name}` needs a sink, and perhaps a quantile", hint, node.start)
    name = node.args[0].id
    number = _index(node, "stock", name, scene.names.stocks)
    flows = scene.program.flow["declared"].tolist()
    if number not in flows:
        sinks = [scene.names.stocks[flow] for flow in flows]
        raise ExpressionError(f"`{name}` is no sink of items", did_you_mean(name, sinks), node.start)
    return flows.index(number), name


def _from_source(field: str) -> Function:
    """Make a function that adds a field up over the members of a source."""

    def function(scene: Scene, node: Call) -> Sample:
        (name,) = _arguments(node, 1, 1)
        owners = [source.partition("[")[0] for source in scene.names.sources]
        _index(node, "source", name, owners)
        mine = np.array([owner == name for owner in owners])
        stock = int(scene.program.source["stock"][mine][0])
        text = scene.names.units[int(scene.program.stock["declared"][stock])]
        total = scene.data.source[field][:, mine].sum(axis=1, dtype=np.float64)
        return Sample(total * float(scene.program.stock["scale"][stock]), unit(text).dimension, text)

    return function


def _set_up_time(scene: Scene, node: Call) -> Sample:
    """Time at standard speed of the set-ups of an activity."""
    return scene.seconds(_of_activity("set_up", average=False)(scene, node).values)


def _of_activity(field: str, average: bool) -> Function:
    """Make a function that adds a field up over the instances of an activity."""

    def function(scene: Scene, node: Call) -> Sample:
        (name,) = _arguments(node, 1, 1)
        mine = scene.program.instance["activity"] == _index(node, "activity", name, scene.names.activities)
        total = scene.data.instance[field][:, mine].sum(axis=1, dtype=np.float64)
        return Sample(scene.per_window(total) if average else total, DIMENSIONLESS, "")

    return function


def _utilisation(scene: Scene, node: Call) -> Sample:
    """Part of the time in which people work, tools or room are in use: 0 to 1.

    Of people who have a calendar, part of the time for which they are there.
    """
    (name,) = _arguments(node, 1, 1)
    names = scene.names
    if name in names.roles:
        workers = _workers(scene, node, name)
        worked = scene.data.worker_time[:, workers, : len(names.activities)].sum(axis=(1, 2))
        # overtime is paid, but it is no time for which one is expected to be there
        there = (scene.paid() - scene.data.overtime)[:, workers].sum(axis=1)
        return _bare(worked / there)
    for is_room, declared in ((0, names.tools), (1, names.places)):
        if name in declared:
            pool = scene.program.pool
            mine = (pool["is_room"] == is_room) & (pool["declared"] == declared.index(name))
            if not mine.any():
                raise ExpressionError(f"`{name}` has no `room`, so nothing is used up", None, node.start)
            used = scene.data.pool_busy[:, mine].sum(axis=1)
            return _bare(scene.per_window(used) / pool["count"][mine].sum())
    if name in _words_of_other_crews(scene):
        return _bare([math.nan])
    raise _unknown(node, "role, tool or place", name, (*names.roles, *names.tools, *names.places))


def _units(scene: Scene, node: Call) -> NDArray[np.bool_]:
    """Mark the hazards that are units of a tool."""
    (name,) = _arguments(node, 1, 1)
    number = _index(node, "tool", name, scene.names.tools)
    hazard, pool = scene.program.hazard, scene.program.pool
    mine: NDArray[np.bool_] = (hazard["pool"] >= 0) & (pool["declared"][hazard["pool"]] == number)
    if not mine.any():
        raise ExpressionError(f"`{name}` does not fail", None, node.start)
    return mine


def _availability(scene: Scene, node: Call) -> Sample:
    """Part of the time accounted for in which the units of a tool are not down."""
    units = _units(scene, node)
    lost = scene.data.hazard["lost"][:, units].sum(axis=1)
    return _bare(1.0 - scene.per_window(lost) / units.sum())


def _failures(scene: Scene, node: Call) -> Sample:
    """Count the failures of all units of a tool."""
    return _bare(scene.data.hazard["struck"][:, _units(scene, node)].sum(axis=1))


def _down_time(scene: Scene, node: Call) -> Sample:
    """Mean time down of a unit of a tool."""
    units = _units(scene, node)
    return scene.seconds(scene.data.hazard["lost"][:, units].sum(axis=1) / units.sum())


def _bare(values: Any) -> Sample:
    return Sample(np.asarray(values, np.float64), DIMENSIONLESS, "")


def _unknown(node: Call, kind: str, name: str, names: Sequence[str]) -> ExpressionError:
    hint = did_you_mean(name, names)
    return ExpressionError(f"there is no {kind} `{name}`", hint, node.start, "unknown-name")


def _workers(scene: Scene, node: Call, role: str) -> NDArray[np.bool_]:
    """Mark the workers of a role; none where only another crew has it, so that means over them are nan."""
    if role not in scene.names.roles and role in _words_of_other_crews(scene):
        # a measure names the roles of all crews: 0 / 0 is nan, "undefined", for a crew without one
        return np.zeros(len(scene.program.worker), np.bool_)
    mine: NDArray[np.bool_] = scene.program.worker["role"] == _index(node, "role", role, scene.names.roles)
    return mine


def _state_columns(scene: Scene, node: Call, state: str) -> slice | int:
    """Return the columns of ``worker_time`` of a state, or of work at an activity."""
    at = scene.columns
    states: dict[str, slice | int] = {
        "working": slice(0, at.walking),
        "walking": at.walking,
        "partner": at.partner,
        "break": at.rest,
        "absent": at.absent,
        "done": at.done,
        "off": at.off,
        "blocked": slice(at.blocked, at.material),
        "idle": slice(at.material, at.off),
    }
    if state in states:
        return states[state]
    if state in scene.names.activities:
        return scene.names.activities.index(state)
    raise _unknown(node, "state or activity", state, (*states, *scene.names.activities))


def _time(scene: Scene, node: Call) -> Sample:
    """Mean time of a worker of a role in a state."""
    role, state = _arguments(node, 2, 2)
    workers = _workers(scene, node, role)
    found = scene.data.worker_time[:, workers][:, :, _state_columns(scene, node, state)]
    return scene.seconds(found.reshape(scene.replications, -1).sum(axis=1) / workers.sum())


def _share(scene: Scene, node: Call) -> Sample:
    """Take the same as part of the time accounted for."""
    return _bare(_time(scene, node).values * TICKS / scene.window)


def _heads(scene: Scene, node: Call) -> Sample:
    """Count the workers, all or those with a role or tag."""
    return _bare([_named(scene, node).sum()])


def _named(scene: Scene, node: Call) -> NDArray[np.bool_]:
    """Mark the workers with the role or tag that a function is given; all where it is given none."""
    names = _arguments(node, 0, 1)
    role = scene.program.worker["role"]
    if not names:
        return np.ones(len(role), np.bool_)
    (name,) = names
    chosen = [
        number
        for number, (own, tags) in enumerate(zip(scene.names.roles, scene.names.tags, strict=True))
        if name == own or name in tags
    ]
    if not chosen:
        if name in _words_of_other_crews(scene):
            return np.zeros(len(role), np.bool_)
        known = [*scene.names.roles, *(tag for tags in scene.names.tags for tag in tags)]
        raise _unknown(node, "role or tag", name, known)
    return np.isin(role, chosen)


def _words_of_other_crews(scene: Scene) -> set[str]:
    """Roles and tags of the crews that are not at work: nobody has them."""
    crews = scene.compiled.info["model"].crews.values()
    return {word for crew in crews for name, role in crew.items() for word in (name, *role.tags)}


def _horizon(scene: Scene, node: Call) -> Sample:
    """Time accounted for: from the warm-up to the horizon."""
    _arguments(node, 0, 0)
    return scene.seconds([scene.window])


def _overtime(scene: Scene, node: Call) -> Sample:
    """Mean time that a worker of a role worked beyond the horizon, or the end of his duty."""
    (role,) = _arguments(node, 1, 1)
    workers = _workers(scene, node, role)
    return scene.seconds(scene.overtime()[:, workers].sum(axis=1) / workers.sum())


def _paid(scene: Scene, node: Call) -> Sample:
    """Add up the time that people are paid for: all, or those with a role or tag."""
    return scene.seconds(scene.paid()[:, _named(scene, node)].sum(axis=1))


def _cost(scene: Scene, node: Call) -> Sample:
    """Everything that costs: workers for the time they are paid for, tools, completions."""
    _arguments(node, 0, 0)
    info, program = scene.compiled.info, scene.program
    roles, tools, activities = (scene.costs(kind) for kind in ("role", "tool", "activity"))
    paid = scene.paid() / TICKS
    total = (paid * roles[:, program.worker["role"]]).sum(axis=1) if len(program.worker) else np.zeros(1)
    units = program.pool[program.pool["is_room"] == 0]
    if len(units):
        total = total + (units["count"] * tools[:, units["declared"]]).sum(axis=1) * scene.window / TICKS
    done = scene.data.instance["ended"] * activities[:, program.instance["activity"]]
    return Sample(total + done.sum(axis=1), info["currency"], info["currency_unit"])


def _inside(scene: Scene, node: Call) -> Sample:
    """Items inside at the end."""
    _arguments(node, 0, 0)
    return _bare(scene.data.inside)


Function = Callable[[Scene, Call], Sample]

FUNCTIONS: dict[str, Function] = {
    "arrivals": _counted("arrived"),
    "departures": _counted("departed"),
    "final": _counted("final"),
    "left": _counted("left"),
    "level": _level,
    "peak": _peak,
    "wait": _wait,
    "rate": _per_time(_counted("arrived")),
    "flow_time": _flow_time(of_family=False),
    "family_time": _flow_time(of_family=True),
    "lost": _from_source("lost"),
    "balked": _from_source("balked"),
    "diverted": _from_source("diverted"),
    "arrived": _from_source("arrived"),
    "starts": _of_activity("started", average=False),
    "completions": _of_activity("ended", average=False),
    "throughput": _per_time(_of_activity("ended", average=False)),
    "interruptions": _of_activity("interrupted", average=False),
    "set_ups": _of_activity("set_ups", average=False),
    "set_up_time": _set_up_time,
    "busy": _of_activity("busy", average=True),
    "blocked": _of_activity("stuck", average=True),
    "utilisation": _utilisation,
    "availability": _availability,
    "failures": _failures,
    "down_time": _down_time,
    "time": _time,
    "share": _share,
    "heads": _heads,
    "horizon": _horizon,
    "overtime": _overtime,
    "paid": _paid,
    "cost": _cost,
    "inside": _inside,
}
"""The functions of measures by name."""
