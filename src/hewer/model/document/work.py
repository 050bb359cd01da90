"""The parts of a document that say what is done: activities, their outcomes, tools."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hewer.model.document.base import Part
from hewer.model.document.fields import (
    Amount,
    Count,
    Flag,
    Holds,
    Name,
    Overrun,
    People,
    Text,
    Uses,
    Value,
    WalkName,
    Whole,
)


class Outcome(Part):
    """One of the ways in which an activity can end."""

    chance: Value = Field(description="Its probability, such as `90 %`; `rest` for what the others leave.")
    gives: dict[Text, Amount] = Field(
        default_factory=dict, description="What this outcome gives, beside what the activity always gives."
    )
    sets: dict[Name, Value] = Field(
        default_factory=dict, description="What becomes of the items, beside what the activity always sets."
    )
    about: Text | None = Field(None, description="A note for the reader.")


class Activity(Part):
    """An element of work: takes from stocks, gives to stocks, needs people, tools and room for a time."""

    at: Name | None = Field(None, description="Where it happens. Default: where the lead stands.")
    takes: dict[Text, Amount] = Field(
        default_factory=dict,
        description="What it takes: stock (or `next(stock)`, `prev(stock)`, `first(stock)`, `last(stock)`) "
        "to amount: a quantity, a range `0.4 m .. 0.8 m`, an expression or a distribution.",
    )
    gives: dict[Text, Amount] = Field(
        default_factory=dict,
        description="What it gives, whatever the outcome. Amounts may use `taken(stock)`.",
    )
    outcomes: dict[Name, Outcome] = Field(
        default_factory=dict, description="The ways in which it can end. Chances add up to 1."
    )
    sets: dict[Name, Value] = Field(
        default_factory=dict,
        description="New values of attributes, of `kind` or `step`, of the items when the work is done.",
    )
    time: Value = Field(description="How long it takes at standard speed: an expression or a distribution.")
    people: People = Field(
        1, description="How many people it needs: a number (0: automatic), or a number for each named post."
    )
    uses: Uses = Field(
        default_factory=dict, description="The tools it needs: a name, a list, or numbers by name."
    )
    priority: Whole = Field(0, description="Higher goes first.")
    guard: Text | None = Field(
        None, description="A condition over stocks, params and `now` that must hold for it to start."
    )
    blocking: Literal["before", "after"] = Field(
        "before", description="Whether it waits for room for its output before it starts, or when done."
    )
    holds: Holds = Field(
        ("people", "tools", "room"), description="What it keeps while it is blocked when done."
    )
    overtake: Flag = Field(
        False, description="Whether it may start with what is free though another waits for more of it."
    )
    overrun: Overrun | None = Field(
        None,
        description="What becomes of it at the end of the shift, or of its people's duty. Default: as in the "
        "terms.",
    )
    preempts: Flag = Field(
        False,
        description="Whether it interrupts works of a lower priority for their people and tools, where it "
        "lacks only those.",
    )
    interrupted: Literal["resume", "restart", "redraw", "lose"] = Field(
        "resume",
        description="What becomes of it when it is interrupted: it goes on with what remained, begins again "
        "(with the same time, or one drawn anew), or is lost with what it took.",
    )
    resumed_by: Literal["anyone", "owner"] = Field(
        "anyone",
        description="Who goes on with it after an interruption: anyone who can, or only those who did it.",
    )
    birth: Literal["carrier", "oldest", "newest", "now"] = Field(
        "carrier", description="From which of the items taken the first item given has its time of birth."
    )
    ends_at: Name | None = Field(None, description="Where its people are when it is done, if elsewhere.")
    stream: Text | None = Field(
        None, description="Name of its random stream. Default: the activity's own name."
    )
    cost: Value | None = Field(None, description="Cost of each completion.")
    about: Text | None = Field(None, description="A note for the reader.")

    @property
    def posts(self) -> dict[str, int]:
        """People needed in each post; the post of a bare number is named ``""``."""
        if isinstance(self.people, int):
            return {"": self.people} if self.people else {}
        return self.people


class SetUp(Part):
    """The time to change over from one kind of item to another."""

    _shorthand: ClassVar[str | None] = "time"
    time: Value | None = Field(None, description="From any kind to any other.")
    times: dict[WalkName, Value] = Field(
        default_factory=dict, description="From one kind to another, `from-to`; else as `time`, or none."
    )
    first: Value | None = Field(None, description="For the first kind. Default: none.")


class Fails(Part):
    """When the units of a tool fail, and for how long."""

    _shorthand: ClassVar[str | None] = "every"
    every: Value = Field(description="Time in service until a unit fails; may be a distribution.")
    repair: Value | None = Field(
        None,
        description="Time until it is back in service by itself. Default: an activity that takes it from "
        "`down(TOOL)` repairs it.",
    )
    counts: Literal["clock", "use"] = Field(
        "clock", description="Whether the time in service is counted by the clock, or while it is in use."
    )


class Tool(Part):
    """Something that people use; each work holds its units for as long as it lasts."""

    _shorthand: ClassVar[str | None] = "count"
    count: Count = Field(1, description="How many there are (at each member, where it is at a place set).")
    at: Name | None = Field(None, description="Its place. Default: wherever it is needed.")
    carried: Flag = Field(
        False,
        description="Whether each unit is somewhere: it is fetched from there, and goes where the work ends. "
        "`at` says where all are at the start.",
    )
    set_up: SetUp | None = Field(None, description="What each unit takes to change over between kinds.")
    fails: Fails | None = Field(None, description="When its units fail: a time, or a mapping.")
    cost: Value | None = Field(None, description="Cost of each unit for a time, such as `5 EUR/h`.")
    about: Text | None = Field(None, description="A note for the reader.")
