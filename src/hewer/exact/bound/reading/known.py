"""Which fields of a document the bound obeys, or may leave out; where any other is used it is refused.

A field that comes with a feature of the language is unknown here until someone says what it means for a
bound: whether rows must obey it, or whether leaving it out only makes the bound larger.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from hewer.exact.opening import Place, Refusals
from hewer.model.document import Model

OBEYED = {
    "Model": "places stocks kinds sources activities tools calendars crews crew terms params measures",
    "Place": "count room",
    "Stock": "at unit start capacity grain kind sink leaves",
    "Kind": "attributes route to",
    "Source": "to every rate timetable from_file amount first kind attributes limit balks when_full",
    "Rate": "value most table every",
    "Timetable": "at every",
    "Replay": "file time unit amount every origin",
    "Balk": "when to",
    "Activity": "at takes gives outcomes time people uses blocking overrun interrupted stream sets",
    "Outcome": "chance gives sets",
    "Tool": "count at fails",
    "Fails": "every repair counts",
    "Role": "count does takes_over keeps_to efficiency learning calendar absent tags",
    "Absent": "every lasts counts",
    "Leaves": "to",
    "Learning": "curve rate plateau until experience of",
    "Calendar": "at lasts every days_off week breaks",
    "Pause": "at lasts work",
    "Terms": "shift breaks overrun calendar horizon warm_up",
    "Break": "at lasts work roles",
}
LEFT_OUT = {  # who goes first, when and where; what is counted, and what it costs; words
    "Model": "hewer title about walk flow scenarios limits",
    "Place": "about",
    "Stock": "order about",
    "Leaves": "after when",
    "Kind": "priority about",
    "Source": "priority about",
    "Replay": "priority",
    "Activity": "priority guard holds overtake preempts resumed_by birth ends_at cost about",
    "Outcome": "about",
    "Tool": "carried set_up cost about",
    "Role": "choice weights fatigue set_up starts_at cost about",
    "SetUp": "time times first",
    "Fatigue": "most half_tired half_rested of",
    "Calendar": "about",
}
_ELSEWHERE = ("params", "measures", "scenarios", "crews", "limits", "walk")  # no features stand there


def refuse_unknown(model: Model, refusals: Refusals) -> None:
    """Refuse every feature that the programme does not know of, where the crew at work meets it."""
    parts = [part for part in _parts(model, ()) if part[0][:1] not in {(name,) for name in _ELSEWHERE}]
    for name, role in model.roles.items():
        parts.extend(_parts(role, ("crews", model.crew_name or "", name)))
    refused: set[Place] = set()
    for path, part in parts:
        if any(path[:length] in refused for length in range(len(path) + 1)):
            continue
        kind = type(part).__name__
        known = {*OBEYED.get(kind, "").split(), *LEFT_OUT.get(kind, "").split()}
        for name, field in type(part).model_fields.items():
            if name not in known and getattr(part, name) != field.get_default(call_default_factory=True):
                message = "the bound does not know what this means for the yield"
                refusals.add((*path, name), message, "leave it out to bound the rest")
                refused.add((*path, name))


def _parts(value: Any, path: Place) -> Iterator[tuple[Place, BaseModel]]:
    """Yield every part of a document with its path."""
    if isinstance(value, BaseModel):
        yield path, value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _parts(one, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from _parts(one, (*path, number))
