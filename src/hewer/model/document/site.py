"""The parts of a document that say what there is: params, places, stocks, kinds, sources."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from hewer.model.document.base import Part
from hewer.model.document.fields import (
    Count,
    Flag,
    Members,
    Name,
    Order,
    Positive,
    Range,
    Route,
    Start,
    Table,
    Text,
    Times,
    Value,
    WhenFull,
    Whole,
    problem,
)


class Draws(Part):
    """The column of a file that holds draws of a param; params of one file are drawn together, row by row."""

    _shorthand: ClassVar[str | None] = "file"
    file: Text = Field(
        description="A CSV file with a header, or a Parquet file; its path counts from the model's folder."
    )
    column: Text | None = Field(None, description="Its column; by default the one called like the param.")
    unit: Text | None = Field(None, description="Unit of the column, where its header states none.")


class Param(Part):
    """A named number that the model's expressions may use."""

    _shorthand: ClassVar[str | None] = "value"
    value: Value = Field(description="The value: a quantity, or an expression over other params.")
    range: Range | None = Field(
        None,
        description="What is not known: lowest and highest value, drawn once per world (`--worlds`).",
    )
    spread: Literal["uniform", "loguniform", "triangular"] | None = Field(
        None,
        description="How values spread over the range (default uniform; the mode of triangular is `value`).",
    )
    simplex: Name | None = Field(
        None,
        description="Name of a whole that this param is a share of: its shares add up to 1 in every world.",
    )
    draws: Draws | None = Field(
        None,
        description="What is not known: draws in a file, such as `hewer fit` writes. One row for each world.",
    )
    source: Text | None = Field(None, description="Where the number comes from, or `assumed`.")
    fact: Text | None = Field(None, description="Identifier of the fact it rests on.")
    confidence: Text | None = Field(None, description="How far the source is to be trusted.")
    note: Text | None = Field(None, description="What a reader should know about the number.")


class Place(Part):
    """Where activities happen. With a `count` above 1 it is a set with members 1, 2, ..."""

    count: Members = Field(1, description="How many members the place has; above 1 it is a place set.")
    room: Positive | None = Field(
        None, description="People who can be at work there at once, in each member. Default: no limit."
    )
    about: Text | None = Field(None, description="A note for the reader.")


class Walk(Part):
    """The walking time between two places, or between the members of a set."""

    _shorthand: ClassVar[str | None] = "time"
    time: Value | None = Field(None, description="Time between the two places (any two different members).")
    per_step: Value | None = Field(
        None, description="Time for each step between members of one set: |i - j| steps from i to j."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Walk:
        if (self.time is None) == (self.per_step is None):
            raise problem("must have either a `time` or a `per_step`", "Write `ledge-ledge: 1 min`.")
        return self


class Leaves(Part):
    """When items leave a stock of themselves, and where they go."""

    after: Value | None = Field(
        None, description="Their patience: how long each waits; drawn when it enters the stock."
    )
    when: Text | None = Field(
        None, description="A condition over levels, params and `now`: while it holds, all leave."
    )
    to: Text = Field(description="The stock they go to; a sink, if they are to be gone.")

    @model_validator(mode="after")
    def _at_some_time(self) -> Leaves:
        if self.after is None and self.when is None:
            raise problem("must say when items leave: `after` a time, or `when` a condition holds")
        return self


class Stock(Part):
    """Where material waits: items, which are counted, or (with a `unit`) bulk."""

    at: Name | None = Field(None, description="Its place. At a place set there is one stock for each member.")
    unit: Text | None = Field(None, description="Unit of a bulk stock. Without a unit it holds items.")
    start: Start = Field(0, description="What it holds at the start; a list gives each member its own.")
    capacity: Value | None = Field(None, description="The most it can hold. Default: no limit.")
    grain: Value | None = Field(
        None, description="Resolution of a bulk stock. Default: a millionth of its unit."
    )
    order: Order = Field(
        "fifo",
        description="Which item is taken first: a word, or `smallest:` or `largest:` of an expression over "
        "the item, judged when it enters.",
    )
    kind: Name | None = Field(None, description="Kind of the items that it holds at the start.")
    leaves: Leaves | None = Field(None, description="When items leave it of themselves, and where they go.")
    sink: Flag = Field(False, description="Items given to a sink leave the system and are counted.")
    about: Text | None = Field(None, description="A note for the reader.")


class Rate(Part):
    """A rate of arrivals that varies: by a table of times, or by an expression with a bound."""

    _shorthand: ClassVar[str | None] = "value"
    value: Value | None = Field(
        None, description="Arrivals per time, such as `12/h`; may use `now`, levels and params."
    )
    most: Value | None = Field(None, description="The most that `value` can be, where it varies.")
    table: Table | None = Field(
        None, description="The rate from each time on: `{0 h: 5/h, 8 h: 40/h, 17 h: 0/h}`."
    )
    every: Value | None = Field(None, description="After what time the table begins again: `24 h`.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Rate:
        if (self.value is None) == (self.table is None):
            raise problem(
                "must have either a `value` or a `table`",
                "Write `rate: 12/h` or `rate: {table: {0 h: 5/h, 8 h: 40/h}}`.",
            )
        if self.most is not None and self.table is not None:
            raise problem("`most` goes with a `value`; a table says itself what it can be")
        if self.every is not None and self.table is None:
            raise problem("`every` goes with a `table`")
        return self


class Timetable(Part):
    """Arrivals at stated times."""

    _shorthand: ClassVar[str | None] = "at"
    at: Times = Field(
        description="The times, in order: `[8 h, 12 h]`; or times with amounts: `{8 h: 20, 12 h: 5}`."
    )
    every: Value | None = Field(None, description="After what time it begins again: `24 h`.")


class Replay(Part):
    """Arrivals at the times that a file has: CSV with a header, or Parquet."""

    _shorthand: ClassVar[str | None] = "file"
    file: Text = Field(description="The file; its path counts from the folder of the model.")
    time: Text | None = Field(None, description="Column of the times. Default: the only one.")
    unit: Text | None = Field(None, description="Unit of the times, where they are numbers.")
    origin: Text | None = Field(
        None,
        description="The date and time of the start of the run, where times are dates: `2026-03-02 06:00`.",
    )
    amount: Text | None = Field(
        None, description="Column of amounts, in the unit of the stock. Default: the source's `amount`."
    )
    priority: Text | None = Field(
        None, description="Column of priorities, whole numbers. Default: the source's `priority`."
    )
    every: Value | None = Field(None, description="After what time it begins again: `24 h`.")


class Balk(Part):
    """Arrivals that turn away of themselves."""

    _shorthand: ClassVar[str | None] = "when"
    when: Value = Field(
        description="A chance (`20 %`, `min(1, queue / 10)`) or a condition (`queue > 5`); may use levels."
    )
    to: Text | None = Field(None, description="The stock they go to. Default: they are gone.")


class Kind(Part):
    """A kind of item: what its items are like, and the route they take."""

    attributes: dict[Name, Value] = Field(
        default_factory=dict,
        description="What an item of it is like, by name: a quantity, an expression or a distribution, "
        "drawn once for each item.",
    )
    priority: Whole | None = Field(
        None, description="Priority of its items where the source states none. Higher goes first."
    )
    route: Route = Field(
        (), description="Its steps in order: an activity, or an activity and its time (`[turn, 6 min]`)."
    )
    to: Name | None = Field(None, description="Where its items go after the last step. Default: `done`.")
    about: Text | None = Field(None, description="A note for the reader.")


_WAYS = ("every", "rate", "timetable", "from_file")


class Source(Part):
    """Where items (or bulk) come from in the course of the shift."""

    to: Name | None = Field(
        None, description="The stock it feeds. At a place set there is one source for each member."
    )
    every: Value | None = Field(
        None, description="Time between arrivals: a quantity, an expression or a distribution."
    )
    rate: Rate | None = Field(None, description="Arrivals at random, at a rate that may vary.")
    timetable: Timetable | None = Field(None, description="Arrivals at stated times.")
    from_file: Replay | None = Field(None, description="Arrivals at the times that a file has.")
    amount: Value = Field(1, description="How much each arrival brings; may be a distribution.")
    first: Value | None = Field(
        None, description="When the first arrives. Default: after one draw of `every`."
    )
    kind: Value | None = Field(
        None, description="Kind of the items: a name, or names and chances in `discrete(a: 60 %, b: 40 %)`."
    )
    attributes: dict[Name, Value] = Field(
        default_factory=dict,
        description="What the items are like, by name; replaces what their kind says of it.",
    )
    priority: Value | None = Field(
        None,
        description="Priority of the items: a whole number or `discrete(...)`. Higher goes first. "
        "Default: that of their kind, else 0.",
    )
    limit: Count | None = Field(None, description="How many arrivals there are at most.")
    balks: Balk | None = Field(None, description="Arrivals that turn away: a chance or a condition.")
    when_full: WhenFull | None = Field(
        None,
        description="What becomes of what finds no room: `lose`, or `{to: STOCK}`. To be stated if the stock "
        "has a capacity.",
    )
    about: Text | None = Field(None, description="A note for the reader.")

    @property
    def others(self) -> tuple[str, ...]:
        """Stocks, as they are named, that take what does not enter the one it feeds."""
        full = (self.when_full["to"],) if isinstance(self.when_full, dict) else ()
        return (*full, self.balks.to) if self.balks is not None and self.balks.to is not None else full

    @property
    def way(self) -> str:
        """How its times are stated: `every`, `rate`, `timetable` or `from_file`."""
        return next(way for way in _WAYS if getattr(self, way) is not None)

    @model_validator(mode="after")
    def _one_way(self) -> Source:
        ways = [way for way in _WAYS if getattr(self, way) is not None]
        if not ways:
            raise problem(
                "must say when its arrivals come: `every`, `rate`, `timetable` or `from_file`",
                "For example `every: exponential(3 min)`.",
                "missing",
            )
        if len(ways) > 1:
            raise problem(
                f"`{ways[0]}` and `{ways[1]}` both say when its arrivals come", "Leave out one of them."
            )
        if self.first is not None and self.every is None:
            raise problem(f"`first` goes with `every`; `{ways[0]}` says itself when the first comes")
        return self
