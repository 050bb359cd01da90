"""The parts of a document that say who works, and when: roles, crews, calendars, terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from hewer.choice_rules import CHOICE_RULES
from hewer.model.document.base import Part
from hewer.model.document.fields import (
    OR_OWN_RULE,
    Count,
    Days,
    Efficiency,
    Name,
    Overrun,
    Positive,
    Text,
    Value,
    Words,
    Workers,
)
from hewer.model.document.work import SetUp

if TYPE_CHECKING:
    _Choice: TypeAlias = str
else:
    _Choice = Literal[tuple(CHOICE_RULES)]


class Learning(Part):
    """How the times of a worker fall as he repeats an activity (rule 8)."""

    curve: Literal["crawford", "wright"] = Field(
        description="What follows the power law: the time of the n-th repetition (`crawford`), or the "
        "average of the first n (`wright`)."
    )
    rate: Value = Field(description="What each doubling of the repetitions leaves of it, such as `80 %`.")
    plateau: Value = Field(0, description="The least fraction of the first time that it can fall to.")
    until: Positive | None = Field(None, description="The repetition after which times fall no more.")
    experience: Count = Field(0, description="Repetitions that each worker has behind him at the start.")
    of: Words | None = Field(None, description="The activities that it holds for. Default: all.")


class Fatigue(Part):
    """How the times of a worker rise with continuous work, and fall again with rest (rule 8)."""

    most: Value = Field(description="How much longer work takes when he is wholly tired, such as `30 %`.")
    half_tired: Value = Field(
        description="Time at work in which half of what was left of his freshness goes."
    )
    half_rested: Value = Field(description="Time of rest in which half of his fatigue goes.")
    of: Words | None = Field(
        None, description="The activities that tire him; all else is rest from them. Default: all."
    )


class Absent(Part):
    """When a person is called away, and for how long."""

    every: Value = Field(description="Time present until the next absence; may be a distribution.")
    lasts: Value = Field(description="How long an absence lasts; may be a distribution.")
    counts: Literal["clock", "work"] = Field(
        "clock", description="Whether the time until it is counted by the clock, or while he works."
    )


class Role(Part):
    """A kind of worker: how many, what they do, where, and how fast."""

    count: Workers = Field(1, description="How many workers have this role.")
    does: Words = Field(
        description="Activities, posts, or `activity.post`, in order of preference; `[]` for none."
    )
    takes_over: Name | None = Field(
        None,
        description="The role before them in a line: whoever is free goes back and takes over the work of "
        "the one before him. A role may name itself.",
    )
    keeps_to: Text | None = Field(
        None, description="A place they do not leave, or `own SET`: worker i keeps to member i of the set."
    )
    choice: Annotated[_Choice, OR_OWN_RULE] = Field(
        "oldest",
        description="Which of the works that are ready they choose: a word, or a function of your own in "
        "Python, `file.py:function`.",
    )
    weights: dict[Name, Value] = Field(
        default_factory=dict,
        description="For the choice `weighted`: a weight for each activity; those not named have 1.",
    )
    efficiency: Efficiency = Field(
        1, description="Speed against standard: a number, or a number for each activity."
    )
    learning: Learning | None = Field(None, description="How their times fall with repetition.")
    fatigue: Fatigue | None = Field(None, description="How their times rise with continuous work.")
    set_up: SetUp | None = Field(None, description="What each worker takes to change over between kinds.")
    starts_at: Name | None = Field(None, description="Where they stand at the start of the shift.")
    calendar: Words = Field(
        (),
        description="When they are on duty: a calendar (or several, `early + late`), or one for each worker. "
        "Default: as in the terms.",
    )
    absent: Absent | None = Field(None, description="When each of them is called away, each for himself.")
    tags: Words = Field((), description="Words to count heads by, such as `face`.")
    cost: Value | None = Field(None, description="Cost of each worker for a time, such as `3 rouble/h`.")
    about: Text | None = Field(None, description="A note for the reader.")

    @property
    def own_rule(self) -> str | Callable[..., Any] | None:
        """The rule of choice of the user's own: `file.py:function` or a function; None for a word."""
        choice: Any = self.choice
        return choice if callable(choice) or ":" in choice else None


Crew: TypeAlias = dict[Name, Role]
"""A division of labour: its roles by name."""


class Pause(Part):
    """A break in each turn of a calendar."""

    at: Value = Field(description="When it begins, counted from the beginning of the shift or of the turn.")
    lasts: Value = Field(description="How long it lasts.")
    work: Literal["pause", "finish"] = Field(
        "pause", description="Whether work in hand pauses or is finished first (the break ends on time)."
    )


class Calendar(Part):
    """A time on duty, once or over and over again."""

    at: Value = Field(
        description="When it begins. Below 0: it had begun before the run, such as the first night shift."
    )
    lasts: Value = Field(description="How long it lasts.")
    every: Value | None = Field(None, description="From one turn to the next. Default: there is only one.")
    days_off: Days = Field(
        (), description="Turns of the week that are left out, counted from 1. A day is one turn of `every`."
    )
    week: Positive = Field(7, description="Turns in a week: after so many, `days_off` count from 1 again.")
    breaks: tuple[Pause, ...] = Field((), description="Breaks in each turn, counted from its beginning.")
    about: Text | None = Field(None, description="A note for the reader.")


class Break(Pause):
    """A pause in the shift."""

    roles: Words | None = Field(None, description="Who has it. Default: all roles.")


class Terms(Part):
    """The terms of the work: how long it goes on, breaks, what happens at the end."""

    shift: Value | None = Field(None, description="Length of the shift.")
    breaks: tuple[Break, ...] = Field((), description="Breaks in the shift.")
    overrun: Overrun = Field(
        "finish", description="What becomes of work in hand at the end of the shift, or of its people's duty."
    )
    calendar: Text | None = Field(
        None, description="When those are on duty whose role names no calendar. Default: always."
    )
    horizon: Value | None = Field(None, description="When the run ends. Default: the shift.")
    warm_up: Value = Field(0, description="Time that is simulated but not measured.")
