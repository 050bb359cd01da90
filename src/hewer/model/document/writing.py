"""Writing a model as YAML that reads back as an equal model."""

from __future__ import annotations

from typing import Any

from hewer.errors import OptionError
from hewer.model.document.asked import Measure
from hewer.model.document.base import Part
from hewer.model.document.site import Draws, Param, Walk
from hewer.model.document.work import Tool
from hewer.model.document.yaml_tree import scalar

_SHORT: dict[type[Part], str] = {
    Param: "value",
    Draws: "file",
    Walk: "time",
    Measure: "value",
    Tool: "count",
}


def plain(part: Part) -> dict[str, Any]:
    """Return a part as plain data: dictionaries, lists, numbers, texts; defaults left out.

    Parameters
    ----------
    part : Part
        A model, or any part of one.

    Returns
    -------
    dict
        Fresh data that the class of `part` validates to an equal part.
    """
    data: dict[str, Any] = {}
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            data[name] = plain_value(value)
    return data


def plain_value(value: Any) -> Any:
    """Return a value of a part as plain data."""
    if isinstance(value, Part):
        return plain(value)
    if isinstance(value, dict):
        return {name: plain_value(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(one) for one in value]
    return value


def _short(value: Any, path: tuple[str, ...] = ()) -> Any:
    """Return plain data with the shorthands of the language; `path`: where the value stands."""
    if isinstance(value, Part):
        shorthand = _SHORT.get(type(value))
        data = plain(value)
        if shorthand is not None and list(data) == [shorthand]:
            return data[shorthand]
        return {name: _short(getattr(value, name), (*path, name)) for name in data}
    if isinstance(value, dict):
        return {name: _short(one, (*path, str(name))) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_short(one, path) for one in value]
    if callable(value):
        raise OptionError(
            f"`{'.'.join(path)}` is a Python function, which a document cannot hold. "
            f"Write it to a file and give `{path[-1]}: file.py:function`."
        )
    return value


def dump(model: Part) -> str:
    """Write a model as YAML.

    Parameters
    ----------
    model : Model
        The model.

    Returns
    -------
    str
        A document that ``loads`` reads as an equal model. Fields stand in the
        order of the language; defaults are left out; comments of a source file are not kept.

    Raises
    ------
    OptionError
        Where a rule of choice is a function given in Python: a document can only name one in a file.
    """
    import yaml

    return yaml.dump(
        _short(model),
        Dumper=_dumper(),
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=100,
    )


def _dumper() -> Any:
    """Return a dumper that writes texts so that they read back as texts, and short lists in a line."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Dumper, value: str) -> yaml.Node:
        style = "|" if "\n" in value and not value.startswith((" ", "\n")) else None
        if style is None and (scalar(value) != value or value.count("(") > value.count(")")):
            style = "'"
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    def listing(dumper: Dumper, value: list[Any]) -> yaml.Node:
        simple = all(not isinstance(one, dict | list) for one in value)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=simple)

    Dumper.add_representer(str, text)
    Dumper.add_representer(list, listing)
    return Dumper
