"""The JSON Schema of the model language, for editors and other programs."""

from __future__ import annotations

from typing import Any

from hewer import __version__
from hewer.model.document import Draws, Measure, Model, Param, Tool, Walk

_VALUE = {"type": ["string", "number"]}
_SHORTHANDS: dict[str, dict[str, Any]] = {
    Param.__name__: _VALUE,
    Draws.__name__: {"type": "string"},
    Walk.__name__: _VALUE,
    Measure.__name__: _VALUE,
    Tool.__name__: {"type": ["integer", "null"], "minimum": 0},
}
_MAY_BE_EMPTY = ("Place", "Stock")


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a model document.

    Returns
    -------
    dict
        A fresh dictionary: shorthands are alternatives, every field has a description.
    """
    schema = Model.model_json_schema()
    parts: dict[str, dict[str, Any]] = schema["$defs"]
    for name, part in parts.items():
        part.pop("title", None)
        for field in part.get("properties", {}).values():
            field.pop("title", None)
        if name in _SHORTHANDS:
            parts[name] = _either(part, _SHORTHANDS[name])
        elif name in _MAY_BE_EMPTY:
            parts[name] = _either(part, {"type": "null"})
    for name, field in schema["properties"].items():
        field.pop("title", None)
        field.setdefault("description", Model.model_fields[name].description)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hewer model",
        "$comment": f"hewer {__version__}",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def _either(part: dict[str, Any], shorthand: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that accepts a part spelled out or its shorthand."""
    description = part.pop("description", "")
    return {"description": description, "anyOf": [shorthand, part]}
