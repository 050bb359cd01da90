"""Problems of a document in plain words, from what validation found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hewer.errors import Problem, did_you_mean
from hewer.model.document.fields import got
from hewer.model.document.position import Positions, Step, dotted

MOST_PROBLEMS = 50
"""More problems than these are counted, not listed."""

NOT_YET_FIELDS: Mapping[str, str] = {
    "activities.*.skip": "skipping the head of a queue",
    "activities.*.along": "work along the members of a place set",
    "terms.norm": "norms",
    "terms.pay": "pay",
}
"""Reserved fields by path, and the feature that each belongs to."""

Path = tuple[Step, ...]


class _Finding(NamedTuple):
    """A problem before it is placed in its file."""

    path: Path
    message: str
    hint: str | None = None
    code: str = "invalid"
    at_key: bool = False


def explain(
    error: ValidationError, root: type[BaseModel], source: Positions | None = None
) -> Iterator[Problem]:
    """Say in plain words what validation found.

    Parameters
    ----------
    error : ValidationError
        What pydantic raised.
    root : type
        The class that was validated.
    source : Positions, optional
        Where the document stands.

    Yields
    ------
    Problem
        At most :data:`MOST_PROBLEMS` of them, then one that counts the rest.
    """
    source = source or Positions()
    prefix = "" if root.__name__ == "Model" else root.__name__
    details = error.errors(include_url=False)
    for detail in details[:MOST_PROBLEMS]:
        finding = _finding(detail, root)
        position = source.at(finding.path, key=finding.at_key)
        line, column = position or (None, None)
        path = dotted((prefix, *finding.path) if prefix else finding.path)
        yield Problem(path, finding.message, finding.hint, line, column, source.file, finding.code)
    if len(details) > MOST_PROBLEMS:
        yield Problem("", f"there are {len(details) - MOST_PROBLEMS} more problems", file=source.file)


def _finding(detail: ErrorDetails, root: type[BaseModel]) -> _Finding:
    path, kind = detail["loc"], detail["type"]
    context = detail.get("ctx", {})
    at_key = bool(path) and path[-1] == "[key]"
    if at_key:
        path = path[:-1]
    if kind == "hewer":
        return _Finding(path, context["message"], context["hint"] or None, context["code"], at_key)
    if kind == "missing":
        return _Finding(path[:-1], f"the field `{path[-1]}` is missing", code="missing", at_key=True)
    if kind == "extra_forbidden":
        return _unknown_field(path, root)
    if kind == "literal_error":
        return _wrong_word(path, context["expected"], detail["input"])
    return _Finding(path, _wrong_type(kind, detail), at_key=at_key)


def meant_field(path: Path, root: type[BaseModel]) -> str:
    """Return the field that was probably meant by an unknown one.

    Raises
    ------
    LookupError
        Where none is near, or the field is a reserved one.
    """
    near = get_close_matches(str(path[-1]), _fields(root, path[:-1]), n=1)
    if not near or _reserved(path, root) is not None:
        raise LookupError(path[-1])
    return near[0]


def _wrong_type(kind: str, detail: ErrorDetails) -> str:
    value = detail["input"]
    if kind in ("dict_type", "model_type", "model_attributes_type", "mapping_type"):
        return f"must be a mapping of names; got {got(value)}"
    if kind in ("tuple_type", "list_type"):
        return f"must be a list of names; got {got(value)}"
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}; got {got(value)}"


def _unknown_field(path: Path, root: type[BaseModel]) -> _Finding:
    feature = _reserved(path, root)
    if feature is not None:
        message = f"{feature}: not yet in the language"
        return _Finding(path, message, "The field is reserved; leave it out.", "not-yet", True)
    hint = did_you_mean(str(path[-1]), _fields(root, path[:-1]))
    if re.search(r"\s", str(path[-1])):
        hint = "inside braces a comma ends a value: put a text with commas in quotes"
    message = f"there is no field `{path[-1]}` here"
    return _Finding(path, message, sentence(hint), "unknown-field", True)


def _reserved(path: Path, root: type[BaseModel]) -> str | None:
    """Return the feature that a field is reserved for; a part by itself stands anywhere it can."""
    whole = root.__name__ == "Model"
    for pattern, feature in NOT_YET_FIELDS.items():
        steps = pattern.split(".")
        if whole and len(steps) == len(path):
            if all(step in ("*", found) for step, found in zip(steps, path, strict=True)):
                return feature
        elif not whole and len(path) == 1 and steps[-1] == path[0] and steps[0] in _SECTIONS[root.__name__]:
            return feature
    return None


class _Sections(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


_SECTIONS = _Sections(
    Stock="stocks", Source="sources", Activity="activities", Tool="tools", Role="crews", Terms="terms"
)


def _wrong_word(path: Path, expected: str, value: Any) -> _Finding:
    words = re.findall(r"'([^']*)'", expected)
    if path == ("hewer",):
        hint = "This hewer reads version 1 of the language."
        return _Finding(path, f"must be 1; got {got(value)}", hint)
    near = did_you_mean(value, words) if isinstance(value, str) else None
    likely = sentence(near) if near and near.startswith("did") else None
    return _Finding(path, f"must be {alternatives(words)}; got {got(value)}", likely)


def _fields(root: type[BaseModel], path: Path) -> Sequence[str]:
    """Names of the fields that the part at a path may have."""
    kind: Any = root
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(step)].annotation
        elif get_origin(kind) is dict:
            kind = get_args(kind)[1]
        elif get_origin(kind) is tuple:
            kind = get_args(kind)[0]
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def sentence(text: str | None) -> str | None:
    """Begin a text with a capital and end it with a stop."""
    if not text:
        return None
    return text[0].upper() + text[1:] + ("" if text[-1] in ".?!" else ".")


def alternatives(words: Sequence[str], last: str = "or") -> str:
    """Quote words and join them: ```a`, `b` or `c```."""
    quoted = [f"`{word}`" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
