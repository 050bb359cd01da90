"""The types of the fields of a model document: what each accepts, and in which words it refuses.

A type keeps what it was given in one canonical form (``uses: pick`` is kept as ``{pick: 1}``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError, core_schema

LARGEST_WHOLE = 1_000_000_000
"""What a whole number of a document may be, and minus this."""

MOST_MEMBERS = 10_000
"""Members that a place set, and workers that a role, may have."""

ONWARD = "onward"
"""In `gives`: the stock that the next step of the item's route takes from, or its kind's `to`."""

NAME = re.compile(r"[^\W\d]\w*")
_WALK = re.compile(r"[^\W\d]\w*-[^\W\d]\w*")
_OWN_RULE = re.compile(r".+\.py:[^\W\d]\w*")
_VALUE_SCHEMA = {"type": ["string", "number"]}


def problem(message: str, hint: str = "", code: str = "invalid") -> PydanticCustomError:
    """Make a problem of one field, in words that ``explain`` passes on as they are."""
    return PydanticCustomError("hewer", "{message}", {"message": message, "hint": hint, "code": code})


def got(value: object) -> str:
    """Describe a value of a document as its writer would."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, str):
        return f"`{value if len(value) <= 60 else value[:57] + '...'}`"
    if isinstance(value, Sequence):
        return "a list"
    return f"`{value}`"


def _value(value: object) -> str | int | float:
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not isfinite(value):
            raise problem(f"must be a finite number; got `{value}`")
        return value
    raise problem(f"must be a quantity, a number or an expression; got {got(value)}", "For example `4 min`.")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise problem(f"must be a text; got {got(value)}")


def _name(value: object) -> str:
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    raise problem(
        f"{got(value)} is not a name",
        "A name has letters, digits and `_`, and does not begin with a digit.",
    )


def _walk_name(value: object) -> str:
    if isinstance(value, str) and _WALK.fullmatch(value.replace(" ", "")):
        return value.replace(" ", "")
    raise problem(f"{got(value)} does not name two places", "Write `first-second: 1 min`.")


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _FLAGS:
        return _FLAGS[value.lower()]
    raise problem(f"must be yes or no; got {got(value)}")


_FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def _whole(value: object) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise problem(f"must be a whole number; got {got(value)}")
    if abs(value) > LARGEST_WHOLE:
        raise problem(f"must be between -{LARGEST_WHOLE:,} and {LARGEST_WHOLE:,}")
    return value


def _count(value: object) -> int:
    number = _whole(value)
    if number < 0:
        raise problem(f"must not be negative; got `{number}`")
    return number


def _positive(value: object) -> int:
    number = _count(value)
    if number == 0:
        raise problem("must be at least 1; got `0`")
    return number


def _few(number: int) -> int:
    if number > MOST_MEMBERS:
        raise problem(f"must be {MOST_MEMBERS:,} at most; got `{number}`")
    return number


def _start(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_value(one) for one in value)
    return _value(value)


def _times(value: object) -> object:
    """Read a list of times, or a mapping of times to values; times are kept as texts where they are keys."""
    if isinstance(value, Mapping):
        return {str(_value(time)): _value(one) for time, one in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_value(one) for one in value)
    raise problem(
        f"must be a list of times, or a mapping of times to amounts; got {got(value)}",
        "For example `[8 h, 12 h]` or `{8 h: 20, 12 h: 5}`.",
    )


def _table(value: object) -> dict[str, str | int | float]:
    if isinstance(value, Mapping):
        return {str(_value(time)): _value(one) for time, one in value.items()}
    raise problem(
        f"must be a mapping of times to values; got {got(value)}", "For example `{0 h: 5/h, 8 h: 40/h}`."
    )


def _when_full(value: object) -> str | dict[str, str]:
    if value == "lose":
        return "lose"
    if isinstance(value, Mapping) and list(value) == ["to"]:
        return {"to": _text(value["to"])}
    raise problem(f"must be `lose` or name another stock; got {got(value)}", "For example `{to: overflow}`.")


def _range(value: object) -> tuple[str | int | float, str | int | float]:
    if isinstance(value, list | tuple) and len(value) == 2:
        return _value(value[0]), _value(value[1])
    found = f"a list of {len(value)}" if isinstance(value, list | tuple) else got(value)
    raise problem(f"must be a list of two values; got {found}", "For example `[2 min, 8 min]`.")


def _words(value: object) -> object:
    """Read a single word as a list of one."""
    return (value,) if isinstance(value, str) else value


def _days(value: object) -> object:
    """Read a single number as a list of one."""
    return (value,) if isinstance(value, int | float) else value


def _people(value: object) -> int | dict[str, int]:
    if isinstance(value, Mapping):
        return {_name(post): _positive(number) for post, number in value.items()}
    if isinstance(value, int | float):
        return _count(value)
    raise problem(
        f"must be a whole number or a mapping of posts to numbers; got {got(value)}",
        "For example `people: 2` or `people: {lift: 2, guide: 1}`.",
    )


def _uses(value: object) -> dict[str, int]:
    if isinstance(value, str):
        return {_name(value): 1}
    if isinstance(value, list | tuple):
        found: dict[str, int] = {}
        for tool in value:
            name = _name(tool)
            found[name] = found.get(name, 0) + 1
        return found
    if isinstance(value, Mapping):
        return {_name(tool): _positive(number) for tool, number in value.items()}
    raise problem(
        f"must name tools; got {got(value)}", "For example `uses: pick` or `uses: {pick: 2, lamp: 1}`."
    )


def _order(value: object) -> str | dict[str, str | int | float]:
    if isinstance(value, Mapping) and len(value) == 1 and set(value) <= {"smallest", "largest"}:
        return {str(name): _value(one) for name, one in value.items()}
    if isinstance(value, str) and value in _ORDERS:
        return value
    near = get_close_matches(value, _ORDERS, n=1) if isinstance(value, str) else []
    raise problem(
        f"must be `fifo`, `lifo`, `priority`, or the `smallest` or `largest` of a value; got {got(value)}",
        f"Did you mean `{near[0]}`?" if near else "For example `order: {smallest: item.due}`.",
    )


_ORDERS = ("fifo", "lifo", "priority")


def _route(value: object) -> tuple[tuple[str | int | float, ...], ...]:
    if isinstance(value, list | tuple):
        return tuple(_step(one) for one in value)
    raise problem(f"must be a list of steps; got {got(value)}", "For example `[[turn, 6 min], drill]`.")


def _step(value: object) -> tuple[str | int | float, ...]:
    if isinstance(value, str):
        return (_name(value),)
    if isinstance(value, list | tuple) and len(value) in (1, 2):
        return (_name(value[0]), *(_value(one) for one in value[1:]))
    found = f"a list of {len(value)}" if isinstance(value, list | tuple) else got(value)
    raise problem(
        f"a step must be an activity, or an activity and its time; got {found}",
        "For example `[turn, 6 min]`.",
    )


def _efficiency(value: object) -> object:
    if isinstance(value, Mapping):
        return {_name(activity): _value(number) for activity, number in value.items()}
    return _value(value)


def _own_rule(value: object, word: Callable[[object], object]) -> object:
    """Let through a function, or `file.py:function`; all else must be a word."""
    if callable(value) or (isinstance(value, str) and _OWN_RULE.fullmatch(value)):
        return value
    if isinstance(value, str) and (".py" in value or ":" in value):
        raise problem(
            f"must be a word or `file.py:function`; got {got(value)}",
            "For example `choice: rules.py:nearest`.",
        )
    return word(value)


class _OrOwnRule:
    """Lets a rule of choice of the user's own stand beside the words."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_wrap_validator_function(_own_rule, handler(source))

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [handler(core["schema"]), {"type": "string", "pattern": r"\.py:\w+$"}]}


def _changes(value: object) -> dict[str, object]:
    if isinstance(value, Mapping):
        return {_text(path): _new_value(one) for path, one in value.items()}
    raise problem(
        f"must be a mapping of paths to values; got {got(value)}", "For example `{cut_time: 3 min}`."
    )


def _new_value(value: object) -> object:
    """Return a new value in the form in which a document would have it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return {_text(name): _new_value(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_new_value(one) for one in value]
    return None if value is None else _value(value)


def _flow(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(_name(entry) for entry in value)
    if isinstance(value, Mapping):
        return {_name(name): _flow_list(entries) for name, entries in value.items()}
    raise problem(
        f"must be a list of names, or a mapping of names to such lists; got {got(value)}",
        "For example `flow: [customers, serve]`.",
    )


def _flow_list(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(_name(entry) for entry in value)
    raise problem(f"must be a list of names; got {got(value)}")


Value: TypeAlias = Annotated[str | int | float, PlainValidator(_value), WithJsonSchema(_VALUE_SCHEMA)]
"""A quantity (`4 min/t`), a number, an expression over params, or a distribution; kept as given."""

Amount: TypeAlias = Annotated[str | int | float, PlainValidator(_value), WithJsonSchema(_VALUE_SCHEMA)]
Name: TypeAlias = Annotated[str, PlainValidator(_name), WithJsonSchema({"type": "string"})]
Text: TypeAlias = Annotated[str, PlainValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
Flag: TypeAlias = Annotated[
    bool,
    PlainValidator(_flag),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"enum": ["yes", "no"]}]}),
]


def _whole_schema(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


Count: TypeAlias = Annotated[int, PlainValidator(_count), _whole_schema(0, LARGEST_WHOLE)]
Positive: TypeAlias = Annotated[int, PlainValidator(_positive), _whole_schema(1, LARGEST_WHOLE)]
Workers: TypeAlias = Annotated[
    int, PlainValidator(_count), AfterValidator(_few), _whole_schema(0, MOST_MEMBERS)
]
Members: TypeAlias = Annotated[
    int, PlainValidator(_positive), AfterValidator(_few), _whole_schema(1, MOST_MEMBERS)
]
Whole: TypeAlias = Annotated[int, PlainValidator(_whole), _whole_schema(-LARGEST_WHOLE, LARGEST_WHOLE)]
Start: TypeAlias = Annotated[
    str | int | float | tuple[str | int | float, ...],
    PlainValidator(_start),
    WithJsonSchema({"anyOf": [_VALUE_SCHEMA, {"type": "array", "items": _VALUE_SCHEMA}]}),
]
_WORDS_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_COUNTS_SCHEMA = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}
Words: TypeAlias = Annotated[tuple[Text, ...], BeforeValidator(_words), WithJsonSchema(_WORDS_SCHEMA)]
People: TypeAlias = Annotated[
    int | dict[str, int],
    PlainValidator(_people),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 0}, _COUNTS_SCHEMA]}),
]
Uses: TypeAlias = Annotated[
    dict[str, int],
    PlainValidator(_uses),
    WithJsonSchema({"anyOf": [*_WORDS_SCHEMA["anyOf"], _COUNTS_SCHEMA]}),
]
Efficiency: TypeAlias = Annotated[
    str | int | float | dict[str, str | int | float],
    PlainValidator(_efficiency),
    WithJsonSchema({"anyOf": [_VALUE_SCHEMA, {"type": "object", "additionalProperties": _VALUE_SCHEMA}]}),
]
_TABLE_SCHEMA = {"type": "object", "additionalProperties": _VALUE_SCHEMA}
Times: TypeAlias = Annotated[
    tuple[str | int | float, ...] | dict[str, str | int | float],
    PlainValidator(_times),
    WithJsonSchema({"anyOf": [{"type": "array", "items": _VALUE_SCHEMA}, _TABLE_SCHEMA]}),
]
Table: TypeAlias = Annotated[
    dict[str, str | int | float], PlainValidator(_table), WithJsonSchema(_TABLE_SCHEMA)
]
WhenFull: TypeAlias = Annotated[
    str | dict[str, str],
    PlainValidator(_when_full),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["lose"]},
                {
                    "type": "object",
                    "properties": {"to": {"type": "string"}},
                    "required": ["to"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
_NAMES_SCHEMA = {"type": "array", "items": {"type": "string"}}
Flow: TypeAlias = Annotated[
    tuple[str, ...] | dict[str, tuple[str, ...]],
    PlainValidator(_flow),
    WithJsonSchema({"anyOf": [_NAMES_SCHEMA, {"type": "object", "additionalProperties": _NAMES_SCHEMA}]}),
]
Range: TypeAlias = Annotated[
    tuple[str | int | float, str | int | float],
    PlainValidator(_range),
    WithJsonSchema({"type": "array", "items": _VALUE_SCHEMA, "minItems": 2, "maxItems": 2}),
]
Changes: TypeAlias = Annotated[
    dict[str, object], PlainValidator(_changes), WithJsonSchema({"type": "object"})
]
WalkName: TypeAlias = Annotated[str, PlainValidator(_walk_name), WithJsonSchema({"type": "string"})]
Held: TypeAlias = Literal["people", "tools", "room"]
Holds: TypeAlias = Annotated[
    tuple[Held, ...],
    BeforeValidator(_words),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["people", "tools", "room"]},
                {"type": "array", "items": {"enum": ["people", "tools", "room"]}},
            ]
        }
    ),
]
OR_OWN_RULE = _OrOwnRule()
Order: TypeAlias = Annotated[
    str | dict[str, str | int | float],
    PlainValidator(_order),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": [*_ORDERS]},
                *(
                    {
                        "type": "object",
                        "properties": {word: _VALUE_SCHEMA},
                        "required": [word],
                        "additionalProperties": False,
                    }
                    for word in ("smallest", "largest")
                ),
            ]
        }
    ),
]
_STEP_SCHEMA = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": _VALUE_SCHEMA, "minItems": 1, "maxItems": 2}]
}
Route: TypeAlias = Annotated[
    tuple[tuple[str | int | float, ...], ...],
    PlainValidator(_route),
    WithJsonSchema({"type": "array", "items": _STEP_SCHEMA}),
]
Overrun: TypeAlias = Literal["finish", "pause", "stop", "hand_over"]
Days: TypeAlias = Annotated[
    tuple[Positive, ...],
    BeforeValidator(_days),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}),
]
