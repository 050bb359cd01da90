"""From the texts of a document to quantities: params, ranges, times, values in a given unit.

A *world* is one drawing of what is not known: a base-unit value for each param that has a range or draws.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from hewer import tracing
from hewer.errors import (
    DimensionError,
    ExpressionError,
    MissingExtraError,
    ModelError,
    Problem,
    ValueProblem,
    did_you_mean,
)
from hewer.model.document import Draws, Model, Param
from hewer.model.document.position import Step, dotted
from hewer.model.expression import evaluate, names, parse
from hewer.model.settling.joint import Column, column_of
from hewer.quantity import TIME, Dimension, Quantity, Unit, unit

__all__ = [
    "Spread",
    "draws_at",
    "problem_at",
    "quantity",
    "quantity_at",
    "ranged",
    "resolve_params",
    "simplexes",
    "spread_of",
    "time_dimension",
    "time_unit",
    "value_in",
]

Path = tuple[Step, ...]


class Spread(NamedTuple):
    """What is not known of a param: its range, and how values spread over it."""

    kind: str  # uniform, loguniform, triangular
    low: Quantity
    high: Quantity
    mode: Quantity  # the stated value


def ranged(model: Model) -> tuple[str, ...]:
    """Name the params that have a range of their own, as declared; shares of a simplex are not among them."""
    return tuple(
        name for name, param in model.params.items() if param.range is not None and param.simplex is None
    )


def simplexes(model: Model) -> dict[str, tuple[str, ...]]:
    """Name the params that are shares of each whole, as declared."""
    found: dict[str, tuple[str, ...]] = {}
    for name, param in model.params.items():
        if param.simplex is not None:
            found[param.simplex] = (*found.get(param.simplex, ()), name)
    return found


def resolve_params(model: Model, world: Mapping[str, float] | None = None) -> dict[str, Quantity]:
    """Evaluate every param.

    Parameters
    ----------
    model : Model
    world : mapping of str to float, optional
        Values, in base units, that replace those stated; params that depend on them follow.

    Returns
    -------
    dict of str to Quantity
        As declared.

    Raises
    ------
    ModelError
        Where a value cannot be evaluated, params need each other in a ring, or a range is wrong.
    """
    found, problems = settle_params(model, world)
    if problems:
        raise ModelError(problems)
    return found


def settle_params(
    model: Model, world: Mapping[str, float] | None = None
) -> tuple[dict[str, Quantity], tuple[Problem, ...]]:
    """Evaluate what params can be, and list the problems of the others."""
    chosen = dict(world or {})
    unknown = [name for name in chosen if name not in model.params]
    if unknown:
        path: Path = ("params", unknown[0])
        message = f"there is no param `{unknown[0]}`"
        return {}, (problem_at(model, path, message, did_you_mean(unknown[0], model.params), "unknown-name"),)
    needs, problems = _needs(model)
    found: dict[str, Quantity] = {}
    for name in _in_order(needs):
        if all(needed in found for needed in needs[name]):
            try:
                found[name] = _settle(model, name, found, chosen.get(name))
            except ModelError as error:
                problems.extend(error.problems)
    problems.extend(_rings(model, needs))
    if not chosen:
        problems.extend(_wrong_simplexes(model, found))
    return {name: found[name] for name in model.params if name in found}, tuple(problems)


def _needs(model: Model) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """List the params each param needs; leave out those whose text is wrong."""
    needs: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for name, param in model.params.items():
        path: Path = ("params", name, "value")
        try:
            used = tuple(names(parse(param.value)))
        except ValueProblem as error:
            problems.append(located(model, path, error))
            continue
        missing = [word for word in used if word not in model.params]
        if missing:
            message = f"there is no param `{missing[0]}`"
            hint = did_you_mean(missing[0], [other for other in model.params if other != name])
            problems.append(problem_at(model, path, message, hint, "unknown-name"))
        else:
            needs[name] = used
    return needs, problems


def _in_order(needs: Mapping[str, Collection[str]]) -> Iterable[str]:
    """Order names so that each comes after those it needs; leave out rings and what hangs on them."""
    done: set[str] = set()
    waiting = list(needs)
    while waiting:
        ready = [name for name in waiting if all(needed in done for needed in needs[name])]
        if not ready:
            return
        yield from ready
        done.update(ready)
        # in declared order within each round, so that messages come in the order of the document
        waiting = [name for name in waiting if name not in done]


def _rings(model: Model, needs: Mapping[str, tuple[str, ...]]) -> list[Problem]:
    """Report each ring of params that need each other, once."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for first in needs:
        trail: list[str] = []
        name: str | None = first
        while name is not None and name not in seen and name not in trail:
            trail.append(name)
            name = next((needed for needed in needs.get(name, ()) if _on_ring(needed, needs)), None)
        if name in trail:
            ring = trail[trail.index(name) :]
            message = "must not depend on itself: " + " needs ".join(f"`{one}`" for one in [*ring, ring[0]])
            path: Path = ("params", ring[0], "value")
            problems.append(problem_at(model, path, message, "give one of them a number", "cycle"))
        # each ring is told once, not once for every param that leads into it
        seen.update(trail)
    return problems


def _on_ring(name: str, needs: Mapping[str, tuple[str, ...]]) -> bool:
    """Tell whether `name` can be reached from itself."""
    reached: set[str] = set()
    front = list(needs.get(name, ()))
    while front:
        one = front.pop()
        if one == name:
            return True
        if one not in reached:
            reached.add(one)
            front.extend(needs.get(one, ()))
    return False


def _settle(model: Model, name: str, scope: Mapping[str, Quantity], chosen: float | None) -> Quantity:
    """Evaluate one param; `chosen` replaces its value."""
    param = model.params[name]
    value = quantity_at(model, ("params", name, "value"), param.value, scope)
    _check_kind(model, name, param)
    if param.range is not None:
        spread = spread_at(model, name, param, value)
        # a value written as 0 or as a product has no unit to show: that of its range serves
        value = Quantity(value.value, value.dimension, value.shown or spread.low.shown)
    if param.draws is not None:
        column = draws_at(model, name, param.draws, value)
        value = Quantity(value.value, value.dimension, value.shown or column.unit)
    if chosen is None:
        return value
    if not tracing.finite(chosen):
        raise ModelError([problem_at(model, ("params", name), f"must be a finite number; got {chosen}")])
    return Quantity(tracing.real(chosen), value.dimension, value.shown)


def _check_kind(model: Model, name: str, param: Param) -> None:
    """Refuse ways of not knowing a param that do not go together."""
    path: Path = ("params", name)
    if param.spread is not None and param.range is None:
        raise ModelError([problem_at(model, (*path, "spread"), "a `spread` needs a `range`", None, "range")])
    if param.spread is not None and param.simplex is not None:
        message = "a share of a simplex has no `spread` of its own"
        hint = "leave it out: all shares within their ranges are equally likely"
        raise ModelError([problem_at(model, (*path, "spread"), message, hint, "range")])
    if param.draws is not None and (param.range is not None or param.simplex is not None):
        other = "range" if param.range is not None else "simplex"
        message = f"a param has `draws` or a `{other}`, not both"
        raise ModelError([problem_at(model, (*path, other), message, "leave one of them out", "range")])


def draws_at(model: Model, name: str, draws: Draws, value: Quantity) -> Column:
    """Read the draws of a param, which have the dimension of its value; raise ModelError."""
    path: Path = ("params", name, "draws")
    try:
        column = column_of(draws, name, model.source.folder)
    except ValueProblem as error:
        raise ModelError([located(model, path, error)]) from None
    except MissingExtraError as error:
        raise ModelError([problem_at(model, path, str(error))]) from None
    if column.dimension != value.dimension:
        found = f"a number in {column.unit} ({column.dimension})" if column.dimension else "bare numbers"
        message = f"must be in the unit of the value, {value.described}; got {found}"
        headed = f"{draws.column or name} [{value.unit_text}]"
        hint = f"head the column `{headed}`, or write `unit: {value.unit_text}`"
        bare = bool(value.dimension) and not column.dimension
        raise ModelError([problem_at(model, path, message, hint if bare else None, "dimension")])
    return column


def _wrong_simplexes(model: Model, found: Mapping[str, Quantity]) -> Iterator[Problem]:
    """Find shares that are no parts of a whole."""
    for whole, shares in simplexes(model).items():
        if any(name not in found for name in shares):
            continue
        path: Path = ("params", shares[0], "simplex")
        ranges = [name for name in shares if model.params[name].range is not None]
        if len(shares) < 2 or len(ranges) == 1:
            one = "is a share" if len(shares) < 2 else "has a range"
            name = (ranges or shares)[0]
            message = f"`{whole}` needs two shares with ranges at least, or none; only `{name}` {one}"
            yield problem_at(model, path, message, "a single one is what the others leave: 1 less their sum")
            continue
        # a sum is only told where each share by itself is right, or the message would be a consequence
        wrong = list(_wrong_shares(model, shares, found))
        yield from wrong
        total = math.fsum(found[name].value for name in shares)
        if not wrong and not math.isclose(total, 1.0, rel_tol=1e-9):
            listed = ", ".join(f"{name} {found[name]}" for name in shares)
            message = f"the shares of `{whole}` must add up to 100 %; got {100 * total:.6g} % ({listed})"
            yield problem_at(model, path, message, None, "range")


def _wrong_shares(model: Model, names: Iterable[str], found: Mapping[str, Quantity]) -> Iterator[Problem]:
    for name in names:
        path: Path = ("params", name)
        if found[name].dimension:
            message = f"a share must be a bare number or in %; got {found[name].described}"
            yield problem_at(model, (*path, "value"), message, None, "dimension")
            continue
        ends = [found[name].value]
        if model.params[name].range is not None:
            spread = spread_at(model, name, model.params[name], found[name])
            ends += [spread.low.value, spread.high.value]
        if not (min(ends) >= 0.0 and max(ends) <= 1.0):
            message = f"a share lies between 0 and 100 %; got {100 * min(ends):g} to {100 * max(ends):g} %"
            yield problem_at(model, path, message, None, "range")


def spread_of(model: Model, name: str) -> Spread:
    """Return the range of a param, in quantities.

    Raises
    ------
    ModelError
        Where the range or the value is wrong.
    KeyError
        Where the param has no range.
    """
    param = model.params[name]
    if param.range is None:
        raise KeyError(name)
    return spread_at(model, name, param, resolve_params(model)[name])


def spread_at(model: Model, name: str, param: Param, value: Quantity) -> Spread:
    """Return the range of a param whose value is settled, in quantities; as :func:`spread_of`."""
    assert param.range is not None
    path: Path = ("params", name, "range")
    low, high = (quantity_at(model, (*path, index), bound, {}) for index, bound in enumerate(param.range))
    for index, bound in enumerate((low, high)):
        if bound.dimension != value.dimension:
            message = f"must be in the unit of the value, {value.described}; got {bound.described}"
            hint = f"write `{param.range[index]} {value.unit_text}`" if not bound.dimension else None
            raise ModelError([problem_at(model, (*path, index), message, hint, "dimension")])
    if high.value < low.value:
        message = f"must go from the lowest to the highest; got {low} to {high}"
        raise ModelError([problem_at(model, path, message, "swap them", "range")])
    if not low.value <= value.value <= high.value:
        message = f"must contain the value; got {low} to {high}, value {value}"
        raise ModelError([problem_at(model, path, message, "widen the range or correct the value", "range")])
    kind = param.spread or "uniform"
    if kind == "loguniform" and low.value <= 0:
        message = f"a loguniform spread needs a range above 0; got {low} to {high}"
        raise ModelError([problem_at(model, path, message, "use `spread: uniform`", "range")])
    return Spread(kind, low, high, value)


def quantity(value: str | int | float, scope: Mapping[str, Quantity]) -> Quantity:
    """Evaluate a value that is no distribution.

    Raises
    ------
    ValueProblem
        Where it cannot be evaluated, or is not a finite number.
    """
    if not scope:
        return _constant(value)
    return _finite(evaluate(parse(value), scope))


@lru_cache(maxsize=4096, typed=True)  # bounds of ranges: the same in every scenario; True is not 1
def _constant(value: str | int | float) -> Quantity:
    return _finite(evaluate(parse(value), {}))


def _finite(result: Quantity) -> Quantity:
    if not tracing.finite(result.value):
        raise ExpressionError(f"must be a finite number; got {result}", code="not-finite")
    return result


def quantity_at(
    model: Model, path: Path, value: str | int | float, scope: Mapping[str, Quantity]
) -> Quantity:
    """Evaluate the value that stands at `path` of a model; as :func:`quantity`, but raise ModelError."""
    try:
        return quantity(value, scope)
    except ValueProblem as error:
        raise ModelError([located(model, path, error)]) from None


def value_in(value: str | int | float, unit_text: str, scope: Mapping[str, Quantity]) -> float:
    """Evaluate a value and return how many of a unit it is.

    A bare 0 is 0 of any unit.

    Raises
    ------
    ValueProblem
        Where it cannot be evaluated, or has another dimension than the unit.
    """
    result = quantity(value, scope)
    wanted = unit(unit_text)
    if result.dimension == wanted.dimension or is_bare_zero(value):
        return result.value / wanted.factor
    raise mismatch(result, wanted, value)


def is_bare_zero(value: str | int | float) -> bool:
    """Tell whether a value is 0 without a unit, which stands for 0 of any unit."""
    # 0 h and 0 kg are the same nothing: people write 0
    return value == 0 or (isinstance(value, str) and value.strip() in ("0", "0.0"))


def mismatch(found: Quantity, wanted: Unit, value: str | int | float = "") -> DimensionError:
    """Say that a quantity has the wrong dimension, naming both units."""
    hint = None
    if not found.dimension and isinstance(value, int | float):
        hint = f"write `{value} {wanted.text or wanted.dimension.base_unit}`"
    text = f"a quantity in {wanted.text} ({wanted.dimension})" if wanted.dimension else "a bare number"
    return DimensionError(f"must be {text}; got {found.described}", hint)


def time_dimension(model: Model, scope: Mapping[str, Quantity] | None = None) -> Dimension:
    """Return the dimension of the model's time: TIME, or DIMENSIONLESS where it is a bare number.

    It is that of the horizon, else of the shift.

    Raises
    ------
    ModelError
        Where neither is given or it is no time.
    """
    return _length(model, scope)[1].dimension


def time_unit(model: Model, scope: Mapping[str, Quantity] | None = None) -> str:
    """Return the unit in which the model states its horizon; empty where time is a bare number."""
    length = _length(model, scope)[1]
    return length.unit_text


def _length(model: Model, scope: Mapping[str, Quantity] | None) -> tuple[Path, Quantity]:
    """Return the horizon, else the shift, and its path."""
    for field, value in (("horizon", model.terms.horizon), ("shift", model.terms.shift)):
        if value is not None:
            path: Path = ("terms", field)
            length = quantity_at(model, path, value, resolve_params(model) if scope is None else scope)
            if length.dimension and length.dimension != TIME:
                message = f"must be a time; got {length.described}"
                raise ModelError([problem_at(model, path, message, "for example `6 h`", "dimension")])
            return path, length
    message = "must give a `shift` or a `horizon`"
    raise ModelError([problem_at(model, ("terms",), message, "for example `terms: {shift: 6 h}`", "missing")])


def problem_at(
    model: Model, path: Path, message: str, hint: str | None = None, code: str = "invalid"
) -> Problem:
    """Make a problem of what stands at `path` of a model, with its place in the file."""
    place = model.source.at(path)
    line, column = place if place is not None else (None, None)
    return Problem(dotted(path), message, hint, line, column, model.source.file, code)


def located(model: Model, path: Path, error: ValueProblem) -> Problem:
    place = model.source.at(path)
    line, column = place if place is not None else (None, None)
    return error.problem(dotted(path), line, column, model.source.file)
