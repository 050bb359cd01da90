"""Scenarios: named sets of changes, and changes by path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from hewer.errors import ModelError, NotFoundError, Problem, did_you_mean
from hewer.model.document import Model, Param, Part
from hewer.model.document.explain import explain, sentence
from hewer.model.document.position import dotted
from hewer.model.document.writing import plain_value


def apply(
    model: Model,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
) -> Model:
    """Make the model that a scenario, a crew and further changes lead to.

    Parameters
    ----------
    model : Model
        The model to start from; it is not changed.
    scenario : str, optional
        Name of one of its scenarios.
    crew : str, optional
        Name of one of its crews; wins over that of the scenario.
    set : mapping, optional
        New values, made after those of the scenario: of a param by its name, of anything else by its
        path (``tools.pony.count``). A param that is set by its name is known: its range or
        draws are dropped. ``params.NAME.value`` keeps them.

    Returns
    -------
    Model
        An ordinary model; `crew` names the crew at work (None where the model has no crews).

    Raises
    ------
    NotFoundError
        Where there is no such scenario or crew.
    ModelError
        Where a path leads nowhere, or a value is not valid there.
    """
    chosen = _named(model.scenarios, scenario, "scenario")
    changes = {**(chosen.set if chosen else {}), **(set or {})}
    name = crew
    if name is None:
        name = chosen.crew if chosen and chosen.crew is not None else model.crew_name
    if name is not None:
        _named(model.crews, name, "crew")
    changed = model
    if changes:
        try:
            changed = _change(model, changes)
        except ModelError as error:
            raise ModelError(_placed(model, scenario, one) for one in error.problems) from None
    return changed.model_copy(update={"crew": name})


def _placed(model: Model, scenario: str | None, problem: Problem) -> Problem:
    """Return a problem with the place, in the model's file, of the change that made it."""
    path = ("scenarios", scenario or "", "set", problem.path)
    if path not in model.source.values:
        return problem
    line, column = model.source.values[path]
    return replace(problem, path=dotted(path), line=line, column=column, file=model.source.file)


def _named(table: Mapping[str, Any], name: str | None, kind: str) -> Any:
    if name is None:
        return None
    if name not in table:
        hint = sentence(did_you_mean(name, table)) if table else f"The model has no {kind}s."
        raise NotFoundError(f"there is no {kind} `{name}`" + (f". {hint}" if hint else ""))
    return table[name]


def _change(model: Model, changes: Mapping[str, Any]) -> Model:
    data = _opened(model, changes)
    problems: list[Problem] = []
    for path, value in changes.items():
        problem = _unreachable(model, path) or _put(data, model, path, value)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise ModelError(problems)
    try:
        changed = Model.model_validate(data)
    except ValidationError as error:
        raise ModelError(explain(error, Model)) from None
    changed._source = model.source
    problems += _of_another_kind(model, changed, changes)
    if problems:
        raise ModelError(problems)
    return changed


def _opened(model: Model, changes: Iterable[str]) -> dict[str, Any]:
    """Return a model as data: what is changed as plain data, all else as the frozen parts that it is."""
    changed = {"params" if path in model.params else path.split(".")[0] for path in changes}
    data = {name: getattr(model, name) for name in Model.model_fields}
    return {name: plain_value(value) if name in changed else value for name, value in data.items()}


def _of_another_kind(model: Model, changed: Model, changes: Iterable[str]) -> Iterator[Problem]:
    """Find params that were given a value of another dimension: said here, once, not at every use."""
    from hewer.model.settling.resolve import settle_params

    paths = {path.removeprefix("params.").removesuffix(".value"): path for path in changes}
    if paths.keys().isdisjoint(model.params):
        return
    before, after = settle_params(model)[0], settle_params(changed)[0]
    for name, path in paths.items():
        if name in before and name in after and before[name].dimension != after[name].dimension:
            unit = before[name].unit_text
            kind = f"in {unit} ({before[name].dimension})" if unit else "a bare number"
            yield Problem(path, f"must be {kind}; got {after[name].described}", code="dimension")


def _unreachable(model: Model, path: str) -> Problem | None:
    """Return the problem of a path that leads nowhere in a model."""
    steps = path.split(".")
    if path in model.params:
        return None
    if len(steps) == 1 and path not in Model.model_fields:
        return _no_such(path, "param", path, model.params)
    part: Any = model
    annotation: Any = Model
    for index, step in enumerate(steps):
        if isinstance(part, Part) or _is_part(annotation):
            fields = (type(part) if isinstance(part, Part) else annotation).model_fields
            if step not in fields:
                return _no_such(path, "field", step, fields, steps[:index])
            annotation = _bare(fields[step].annotation)
            part = getattr(part, step, None)
        elif isinstance(part, Mapping):
            if step not in part:
                return _no_such(path, "entry", step, part, steps[:index])
            part = part[step]
            annotation = None
        else:
            return Problem(path, f"`{'.'.join(steps[:index])}` has no parts", code="unknown-name")
    return None


def _is_part(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _bare(annotation: Any) -> Any:
    """Return the class in `Class | None`."""
    inner = [one for one in get_args(annotation) if one is not type(None)]
    return inner[0] if len(inner) == 1 and get_origin(annotation) is not dict else annotation


def _no_such(
    path: str, kind: str, step: str, names: Iterable[str], before: list[str] | None = None
) -> Problem:
    where = f" in `{'.'.join(before)}`" if before else ""
    names = list(names)
    hint = sentence(did_you_mean(step, names))
    if kind == "param" and not names:
        hint = "The model has no params. Anything else is set by its path, such as `terms.shift`."
    return Problem(path, f"there is no {kind} `{step}`{where}", hint, code="unknown-name")


_KEPT = ("simplex", "source", "fact", "confidence", "note")  # of a param that is set: not its ignorance


def _put(data: dict[str, Any], model: Model, path: str, value: Any) -> Problem | None:
    """Write a value into plain data at a path that exists in the model."""
    steps = path.split(".")
    if path in model.params:
        steps = ["params", path]
    if steps[0] == "params" and len(steps) == 2 and not isinstance(value, Mapping | Param):
        old = model.params[steps[1]]
        kept = {field: getattr(old, field) for field in _KEPT}
        value = {"value": value, **{field: text for field, text in kept.items() if text is not None}}
    target: Any = data
    for step in steps[:-1]:
        inner = target.setdefault(step, {})
        if not isinstance(inner, dict):
            return Problem(path, f"`{step}` is set as a whole before", code="invalid")
        target = inner
    target[steps[-1]] = value
    return None
