"""What a model does not know of its params (rule 15): ranges, shares of wholes, joint draws."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from hewer.model.document import Model
from hewer.model.settling.joint import file_key
from hewer.model.settling.resolve import Spread, draws_at, ranged, resolve_params, simplexes, spread_at

__all__ = ["Ignorance", "Rows", "Shares", "ignorance_of"]


@dataclass(frozen=True, slots=True)
class Shares:
    """Params that add up to 1 with those that are known.

    Attributes
    ----------
    bounds : mapping of str to (float, float)
        Lowest and highest value of each share with a range.
    total : float
        What they add up to: 1 less the shares that are known.
    """

    bounds: Mapping[str, tuple[float, float]]
    total: float


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of one file of draws by param, in base units; all have ``count`` rows."""

    columns: Mapping[str, tuple[float, ...]]
    count: int


@dataclass(frozen=True, slots=True)
class Ignorance:
    """What is drawn once per world. False where everything is known.

    Attributes
    ----------
    ranges : mapping of str to Spread
        Params with a range of their own: independent of one another.
    simplexes : mapping of str to Shares
        By the name of the whole.
    draws : mapping of str to Rows
        By file: params that are drawn together.
    """

    ranges: Mapping[str, Spread] = field(default_factory=dict)
    simplexes: Mapping[str, Shares] = field(default_factory=dict)
    draws: Mapping[str, Rows] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether there is anything to draw."""
        return bool(self.ranges or self.simplexes or self.draws)

    @property
    def dependent(self) -> frozenset[str]:
        """The params that are not drawn independently of the others."""
        groups = [shares.bounds for shares in self.simplexes.values()]
        return frozenset().union(*groups, *(rows.columns for rows in self.draws.values()))


def ignorance_of(model: Model) -> Ignorance:
    """Return what a model does not know.

    Raises
    ------
    ModelError
        Where a range, a simplex or a file of draws is wrong.
    """
    values = resolve_params(model)
    ranges = {name: spread_at(model, name, model.params[name], values[name]) for name in ranged(model)}
    shares = {}
    for whole, names in simplexes(model).items():
        spreads = {
            name: spread_at(model, name, model.params[name], values[name])
            for name in names
            if model.params[name].range is not None
        }
        known = math.fsum(values[name].value for name in names if name not in spreads)
        bounds = {name: (spread.low.value, spread.high.value) for name, spread in spreads.items()}
        if bounds:
            shares[whole] = Shares(bounds, 1.0 - known)
    columns: dict[str, dict[str, tuple[float, ...]]] = {}
    for name, param in model.params.items():
        if param.draws is not None:
            column = draws_at(model, name, param.draws, values[name])
            columns.setdefault(file_key(param.draws), {})[name] = column.values
    rows = {file: Rows(found, len(next(iter(found.values())))) for file, found in columns.items()}
    return Ignorance(ranges, shares, rows)
