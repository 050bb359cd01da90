"""The exclusive states of a worker, in the order of the columns of ``worker_time``, with their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from hewer.engine.program import Names


KINDS = {
    "working": "working",
    "walking": "walking",
    "partner": "waiting for partner",
    "blocked": "blocked",
    "idle": "idle",
    "break": "on break",
    "absent": "absent",
    "done": "done",
    "off": "off duty",
}
"""The kinds of state by the first part of their keys, with their labels."""


class State(NamedTuple):
    """A state: its key for programs and its label for people."""

    key: str
    label: str


def states(names: Names) -> tuple[State, ...]:
    """Name the states of a model's workers, one for each column of ``worker_time``."""
    return (
        *(State(f"working.{name}", name) for name in names.activities),
        State("walking", "walking"),
        State("partner", "waiting for partner"),
        State("break", "on break"),
        State("done", "done"),
        *(State(f"blocked.{name}", f"blocked by {name}") for name in names.stocks),
        *(State(f"idle.material.{name}", f"idle: no {name}") for name in names.stocks),
        *(State(f"idle.space.{name}", f"idle: {name} full") for name in names.stocks),
        *(State(f"idle.room.{name}", f"idle: no room at {name}") for name in names.places),
        *(State(f"idle.tool.{name}", f"idle: no {name}") for name in names.tools),
        *(State(f"idle.guard.{name}", f"idle: guard of {name}") for name in names.activities),
        State("idle.people", "idle: no people"),
        State("idle.nothing", "idle: nothing to do"),
        State("off", "off duty"),
        State("absent", "absent"),
    )
