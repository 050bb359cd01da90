"""The model document: one frozen class for each part of the language.

A YAML file and these objects are two spellings of one thing: field names are the YAML keys, and
shorthands (``pick: 3`` for ``pick: {count: 3}``) are spelled out when an object is made. Quantities
and expressions are kept as they were given (:data:`~hewer.model.fields.Value`), so that a document
can be written back; they are parsed by :mod:`hewer.model.expression` and judged by
:mod:`hewer.model.check`.

Making a part from wrong data raises :class:`hewer.errors.ModelError` with every problem found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from hewer.model.fields import (
    OR_OWN_RULE,
    Amount,
    Changes,
    Count,
    Days,
    Efficiency,
    Flag,
    Flow,
    Holds,
    Members,
    Name,
    Order,
    Overrun,
    People,
    Positive,
    Range,
    Route,
    Start,
    Table,
    Text,
    Times,
    Uses,
    Value,
    WalkName,
    WhenFull,
    Whole,
    Words,
    Workers,
    got,
    problem,
)
from hewer.model.position import Positions

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)


class _Checked(ModelMetaclass):
    """Makes a part built in Python fail with a :class:`~hewer.errors.ModelError`.

    Validation of nested data does not pass here, so that all its problems are found together.
    """

    def __call__(self, *args: Any, **fields: Any) -> Any:
        try:
            return super().__call__(*args, **fields)
        except ValidationError as error:
            from hewer.errors import ModelError
            from hewer.model.explain import explain

            raise ModelError(tuple(explain(error, cast(type[BaseModel], self)))) from None


class Part(BaseModel, metaclass=_Checked):
    """What all parts of a document share: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    _shorthand: ClassVar[str | None] = None

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show what differs from the default."""
        fields = type(self).model_fields
        for name, value in super().__repr_args__():
            if name not in fields or value != fields[name].get_default(call_default_factory=True):
                yield name, value

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, data: Any) -> Any:
        """Read a bare value as the field it stands for, and nothing as no fields at all."""
        if isinstance(data, Mapping | BaseModel):
            return data
        if data is None and not any(field.is_required() for field in cls.model_fields.values()):
            return {}
        if cls._shorthand is not None:
            return {cls._shorthand: data}
        fields = ", ".join(f"`{name}`" for name in [*cls.model_fields][:4] if name != "hewer")
        raise problem(f"must be a mapping with fields such as {fields}; got {got(data)}")


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
    choice: Annotated[
        Literal[
            "oldest",
            "listed",
            "longest_queue",
            "nearest",
            "shortest_processing_time",
            "earliest_due",
            "random",
            "weighted",
        ],
        OR_OWN_RULE,
    ] = Field(
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


class Measure(Part):
    """A quantity that the user asks for."""

    _shorthand: ClassVar[str | None] = "value"
    value: Value = Field(description="An expression such as `arrivals(out) / heads()`.")
    unit: Text | None = Field(None, description="The unit to show it in.")
    about: Text | None = Field(None, description="A note for the reader.")


class Scenario(Part):
    """A named set of changes to the model."""

    crew: Name | None = Field(None, description="The crew at work.")
    set: Changes = Field(
        default_factory=dict,
        description="New values: of params by name, of anything else by its path (`tools.pony.count`).",
    )
    requires: Words = Field(
        (), description="Scenarios without which it cannot be, when scenarios are factors of an attribution."
    )
    about: Text | None = Field(None, description="A note for the reader.")


class Limits(Part):
    """Limits of a run."""

    starts_per_instant: Positive = Field(
        10_000, description="More starts of one activity at one instant are an endless loop (rule 5)."
    )


class Model(Part):
    """A whole model: the work, the site, the crews, the terms, and what is asked of them."""

    hewer: Literal[1] = Field(1, description="Version of the language.")
    title: Text = Field("", description="What the model is of, in one line.")
    about: Text | None = Field(None, description="A note for the reader.")
    params: dict[Name, Param] = Field(default_factory=dict, description="Named numbers.")
    places: dict[Name, Place] = Field(default_factory=dict, description="Where activities happen.")
    walk: dict[WalkName, Walk] = Field(
        default_factory=dict, description="Walking times by `first-second`, the same in both directions."
    )
    kinds: dict[Name, Kind] = Field(default_factory=dict, description="Kinds of item, and their routes.")
    stocks: dict[Name, Stock] = Field(default_factory=dict, description="Where material waits.")
    sources: dict[Name, Source] = Field(default_factory=dict, description="Where material comes from.")
    activities: dict[Name, Activity] = Field(default_factory=dict, description="The elements of work.")
    tools: dict[Name, Tool] = Field(default_factory=dict, description="What people use.")
    flow: Flow = Field(
        (), description="Sources, activities and stocks in sequence; the stocks between are implied."
    )
    calendars: dict[Name, Calendar] = Field(
        default_factory=dict, description="When people are on duty: times by name."
    )
    crews: dict[Name, Crew] = Field(default_factory=dict, description="The divisions of labour.")
    crew: Name | None = Field(
        None, description="The crew at work unless another is chosen; by default the first."
    )
    terms: Terms = Field(default_factory=Terms, description="How long the work goes on, and breaks.")
    measures: dict[Name, Measure] = Field(default_factory=dict, description="What is asked for.")
    scenarios: dict[Name, Scenario] = Field(default_factory=dict, description="Named sets of changes.")
    limits: Limits = Field(default_factory=Limits, description="Limits of a run.")

    _source: Positions = PrivateAttr(default_factory=Positions)

    @property
    def source(self) -> Positions:
        """Where each path of the document stands in its file; empty for a model built in Python.

        No part of the model's equality.
        """
        return self._source

    @property
    def flows(self) -> dict[str, tuple[str, ...]]:
        """The flows by name; a single unnamed flow is named ``""``."""
        if isinstance(self.flow, dict):
            return self.flow
        return {"": self.flow} if self.flow else {}

    @property
    def crew_name(self) -> str | None:
        """The crew at work: `crew`, else the first declared; None where there are no crews."""
        return self.crew if self.crew is not None else next(iter(self.crews), None)

    @property
    def roles(self) -> dict[str, Role]:
        """The roles of the crew at work."""
        name = self.crew_name
        return {} if name is None else self.crews.get(name, {})

    def __eq__(self, other: object) -> bool:
        """Two models are equal if all their fields are."""
        if not isinstance(other, Model):
            return NotImplemented
        return self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def to_yaml(self) -> str:
        """Write the model as YAML; see :func:`hewer.model.writing.dump`."""
        from hewer.model.writing import dump

        return dump(self)
