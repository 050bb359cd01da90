"""What a study yields: every measure of every replication, and the raw arrays behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hewer.engine.program import Compiled
from hewer.engine.result.measures import Kind, Measured, evaluate

if TYPE_CHECKING:
    from hewer.engine.run import RunData

__all__ = ["MeasureSamples", "Part", "Result", "concatenate", "gather", "part_of", "version"]


@dataclass(frozen=True, slots=True, eq=False)
class MeasureSamples:
    """The values of one measure.

    Attributes
    ----------
    values : ndarray of float64 [world, replication]
        In `unit`; nan where a replication has none (a mean of nothing).
    unit : str
        Empty for bare numbers.
    about : str or None
    kind : Kind
        Whether they are amounts, 1 where a condition held and 0 where not (times the unit), or ratios.
    upper, lower : ndarray of float64 [world, replication], or None
        Of a ratio: what is divided, and by what.
    """

    values: NDArray[np.float64]
    unit: str
    about: str | None = None
    kind: Kind = Kind.MEAN
    upper: NDArray[np.float64] | None = None
    lower: NDArray[np.float64] | None = None


class Part(NamedTuple):
    """Replications of one world: their raw arrays, and what the measures make of them."""

    data: RunData
    measures: Mapping[str, Measured]


def part_of(compiled: Compiled, data: RunData) -> Part:
    """Evaluate the measures of replications."""
    return Part(data, evaluate(compiled, data))


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The outcome of a study.

    Attributes
    ----------
    title : str
    scenario, crew : str or None
    seed : int
    worlds, replications : int
        How many there are: fewer than were asked for where the study was `interrupted`.
    version : str
        Of hewer.
    measures : mapping of str to MeasureSamples
        As declared in the model.
    compiled : Compiled
        The model of the first world.
    data : RunData
        Raw arrays of all replications, world by world.
    interrupted : bool
    """

    title: str
    scenario: str | None
    crew: str | None
    seed: int
    worlds: int
    replications: int
    version: str
    measures: Mapping[str, MeasureSamples]
    compiled: Compiled
    data: RunData
    interrupted: bool = False

    def __repr__(self) -> str:
        """Say in a line what this is; ``hewer.table(result)`` has the numbers."""
        of = [f"scenario {self.scenario}"] if self.scenario else []
        of += [f"crew {self.crew}"] if self.crew else []
        runs = f"{self.worlds} x {self.replications} replications, seed {self.seed}"
        return f"<Result of {self.title!r}: {', '.join([*of, runs])}; {', '.join(self.measures)}>"


def gather(
    compiled: Compiled,
    worlds: Sequence[Sequence[Part]],
    *,
    seed: int,
    scenario: str | None = None,
    interrupted: bool = False,
) -> Result:
    """Put the parts of every world together.

    Parameters
    ----------
    compiled : Compiled
        The model with the params of the first world.
    worlds : sequence of sequences of Part
        At least one, with as many replications each.
    seed : int
    scenario : str, optional
    interrupted : bool, optional
    """
    names = worlds[0][0].measures
    measures = {name: joined([[part.measures[name] for part in parts] for parts in worlds]) for name in names}
    data = concatenate([part.data for parts in worlds for part in parts])
    return Result(
        title=compiled.info["model"].title,
        scenario=scenario,
        crew=compiled.info["crew"],
        seed=seed,
        worlds=len(worlds),
        replications=len(data.ended) // len(worlds),
        version=version(),
        measures=measures,
        compiled=compiled,
        data=data,
        interrupted=interrupted,
    )


def joined(worlds: Sequence[Sequence[Measured]]) -> MeasureSamples:
    """Put the values of one measure together: [world][part] in their order, each world of one length."""
    first = worlds[0][0]

    def side(name: str) -> NDArray[np.float64]:
        return np.stack([np.concatenate([getattr(part, name) for part in parts]) for parts in worlds])

    found = MeasureSamples(side("values"), first.unit, first.about, first.kind)
    return replace(found, upper=side("upper"), lower=side("lower")) if first.kind == Kind.RATIO else found


def concatenate(parts: Sequence[RunData]) -> RunData:
    """Join runs of the same shape along their replications, in the order given."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    return type(first)(*(_joined([getattr(part, name) for part in parts]) for name in first._fields))


def _joined(values: list[Any]) -> Any:
    if values[0] is None:
        return None
    if isinstance(values[0], np.ndarray):
        # np.concatenate works the type of records out anew, field by field, for each of thousands of worlds
        made = np.empty((sum(map(len, values)), *values[0].shape[1:]), values[0].dtype)
        at = 0
        for value in values:
            made[at : at + len(value)] = value
            at += len(value)
        return made
    return [one for value in values for one in value]


def version() -> str:
    """Return the version of hewer."""
    import hewer

    return hewer.__version__
