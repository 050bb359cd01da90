"""A fitted time study as params: point estimates, and joint draws in a file beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from hewer.errors import ModelError, NotFoundError, OptionError, did_you_mean, with_hint
from hewer.experiment.fitting.fit import Fit, Fitted
from hewer.model.document import Model
from hewer.model.document.explain import explain

__all__ = ["draws_table", "params_of", "time_of", "with_fit"]

_NO_LETTER = re.compile(r"\W+")


def name_of(element: str) -> str:
    """Turn the name of an element into one of the language: ``pick up`` into ``pick_up``."""
    plain = _NO_LETTER.sub("_", element).strip("_")
    return plain if plain and not plain[0].isdigit() else f"element_{plain}"


def time_of(fitted: Fitted) -> str:
    """Return the distribution, over the params of :func:`params_of`."""
    name, family = name_of(fitted.element), fitted.chosen.family
    if family == "erlang":
        return f"erlang(phases={fitted.chosen.phases}, mean={name}_mean)"
    if family == "exponential":
        return f"exponential(mean={name}_mean)"
    return f"{family}(mean={name}_mean, cv={name}_cv)"


def params_of(found: Fit, draws_file: str) -> dict[str, Any]:
    """Return the params of all elements as a document has them.

    Raises
    ------
    OptionError
        Where two elements would have params of one name.
    """
    params: dict[str, Any] = {}
    for fitted in found.elements:
        name = name_of(fitted.element)
        if f"{name}_mean" in params:
            raise OptionError(
                f"two elements are called `{name}` as params; rename one, or choose with --element"
            )
        censored = f", {fitted.censored} of them censored" if fitted.censored else ""
        study = f"time study {found.study}" if found.study else "a time study"
        choice = f"{fitted.chosen.family} of {len(fitted.candidates)} families"
        source = f"{study}: {fitted.count} times{censored}; {choice}"
        for part, value, unit in _parts(fitted, found.unit):
            params[f"{name}_{part}"] = {
                "value": f"{value:.6g} {unit}" if unit else float(f"{value:.6g}"),
                "draws": draws_file,
                "source": source,
            }
    return params


def _parts(fitted: Fitted, unit: str) -> Iterator[tuple[str, float, str]]:
    yield "mean", fitted.mean.value, unit
    if fitted.chosen.family not in ("exponential", "erlang"):
        yield "cv", fitted.cv.value, ""


def draws_table(found: Fit) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the file of joint draws; elements are drawn independently of one another."""
    header: list[str] = []
    columns: list[list[str]] = []
    count = min(len(fitted.draws) for fitted in found.elements)
    for fitted in found.elements:
        for place, (part, _, unit) in enumerate(_parts(fitted, found.unit)):
            header.append(f"{name_of(fitted.element)}_{part}" + (f" [{unit}]" if unit else ""))
            columns.append([f"{value:.8g}" for value in fitted.draws[:count, place]])
    return header, [list(row) for row in zip(*columns, strict=True)]


def with_fit(found: Fit, draws_file: str, model: Model | None = None) -> Model:
    """Put a fit into a model: new params, and the times of the activities that are called like elements.

    Without a model it is a document of those params and times alone, to be pasted into one.

    Raises
    ------
    NotFoundError
        Where the model has no such activity.
    ModelError, OptionError
    """
    from hewer.model.document.writing import plain

    data: dict[str, Any] = plain(model) if model is not None else {}
    activities: dict[str, Any] = data.setdefault("activities", {})
    for fitted in found.elements:
        name = name_of(fitted.element)
        if model is not None and name not in activities:
            hint = did_you_mean(name, activities)
            message = f"the model has no activity `{name}`"
            raise NotFoundError(with_hint(message, hint or "choose elements with --element"))
        activities.setdefault(name, {})["time"] = time_of(fitted)
    data["params"] = {**data.get("params", {}), **params_of(found, draws_file)}
    try:
        changed = Model.model_validate(data)
    except ValidationError as error:
        raise ModelError(explain(error, Model)) from None
    return changed
