"""The functions that measures are made of, each declared once.

The check of measures, what compares a run with an exact answer, the steady state and ``docs/language.md``
read the declarations; what each comes to in a run stands under its name in ``engine/result/functions.py``.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

__all__ = ["MEASURE_FUNCTIONS", "Argument", "Gives", "Growth", "MeasureFunction"]


class Argument(Enum):
    """What a function is given; ``model/checking/measures.py`` knows what each may name."""

    STOCK = auto()
    STOCK_OF_ITEMS = auto()
    SINK = auto()  # and perhaps a quantile
    SOURCE = auto()
    ACTIVITY = auto()
    RESOURCE = auto()  # a role, tool or place
    TOOL_THAT_FAILS = auto()
    ROLE = auto()
    STATE = auto()  # or an activity
    PEOPLE = auto()  # a role or tag, or nothing: all


class Gives(Enum):
    """What the values of a function are."""

    AMOUNT = auto()  # in the unit of the stock, or of the stock of the source; of works a bare number
    RATE = auto()  # the same for each unit of time
    TIME = auto()
    NUMBER = auto()
    MONEY = auto()


class Growth(Enum):
    """What becomes of a function as a run goes on."""

    ADDS_UP = auto()
    LEVEL = auto()  # it tends to a value
    INSTANT = auto()  # it is of an instant, or grows in no one way: without a steady state


class MeasureFunction(NamedTuple):
    """A function of measures.

    Attributes
    ----------
    name : str
    calls : str
        How it is written, as ``docs/language.md`` shows it.
    about : str
        What it gives, in the words of that page.
    takes : tuple of Argument
    gives : Gives
    growth : Growth
    linear : bool
        Whether its expectation is the function of expected counts and times; not where it is a mean or a
        maximum within each replication.
    fixed : bool
        Whether it is the same in every replication.
    """

    name: str
    calls: str
    about: str
    takes: tuple[Argument, ...]
    gives: Gives
    growth: Growth
    linear: bool = True
    fixed: bool = False


_A, _G, _W, _F = Argument, Gives, Growth, MeasureFunction

MEASURE_FUNCTIONS: dict[str, MeasureFunction] = {
    function.name: function
    for function in (
        _F("arrivals", "`arrivals(stock)`", "what came in", (_A.STOCK,), _G.AMOUNT, _W.ADDS_UP),
        _F("departures", "`departures(stock)`", "what went out", (_A.STOCK,), _G.AMOUNT, _W.ADDS_UP),
        _F("level", "`level(stock)`", "the time average", (_A.STOCK,), _G.AMOUNT, _W.LEVEL),
        _F("final", "`final(stock)`", "what is there at the end", (_A.STOCK,), _G.AMOUNT, _W.INSTANT),
        _F(
            "peak", "`peak(stock)`", "the largest level (of a set: of its fullest member)",
            (_A.STOCK,), _G.AMOUNT, _W.INSTANT, linear=False,
        ),
        _F("left", "`left(stock)`", "items that left it of themselves", (_A.STOCK,), _G.AMOUNT, _W.ADDS_UP),
        _F("rate", "`rate(stock)`", "arrivals for each unit of time", (_A.STOCK,), _G.RATE, _W.LEVEL),
        _F(
            "wait", "`wait(stock)`", "mean time in the stock of items taken",
            (_A.STOCK_OF_ITEMS,), _G.TIME, _W.LEVEL, linear=False,
        ),
        _F(
            "flow_time", "`flow_time(sink)` `flow_time(sink, 0.9)`",
            "mean, quantile of the time from birth to leaving", (_A.SINK,), _G.TIME, _W.LEVEL, linear=False,
        ),
        _F(
            "family_time", "`family_time(sink)` `family_time(sink, 0.9)`",
            "the same until the last of an item's family has left",
            (_A.SINK,), _G.TIME, _W.LEVEL, linear=False,
        ),
        _F("arrived", "`arrived(source)`", "items (or bulk) that came", (_A.SOURCE,), _G.AMOUNT, _W.ADDS_UP),
        _F("lost", "`lost(source)`", "what came and found no room", (_A.SOURCE,), _G.AMOUNT, _W.ADDS_UP),
        _F("balked", "`balked(source)`", "what came and turned away", (_A.SOURCE,), _G.AMOUNT, _W.ADDS_UP),
        _F(
            "diverted", "`diverted(source)`", "what came and entered another stock than the source's",
            (_A.SOURCE,), _G.AMOUNT, _W.ADDS_UP,
        ),
        _F("starts", "`starts(activity)`", "works begun", (_A.ACTIVITY,), _G.NUMBER, _W.ADDS_UP),
        _F("completions", "`completions(activity)`", "works done", (_A.ACTIVITY,), _G.NUMBER, _W.ADDS_UP),
        _F(
            "throughput", "`throughput(activity)`", "works done for each unit of time",
            (_A.ACTIVITY,), _G.RATE, _W.LEVEL,
        ),
        _F(
            "interruptions", "`interruptions(activity)`", "how often its works were interrupted",
            (_A.ACTIVITY,), _G.NUMBER, _W.ADDS_UP,
        ),
        _F("set_ups", "`set_ups(activity)`", "set-ups for its works", (_A.ACTIVITY,), _G.NUMBER, _W.ADDS_UP),
        _F(
            "set_up_time", "`set_up_time(activity)`", "time of its set-ups, at standard speed",
            (_A.ACTIVITY,), _G.TIME, _W.ADDS_UP,
        ),
        _F("busy", "`busy(activity)`", "mean number of works in hand", (_A.ACTIVITY,), _G.NUMBER, _W.LEVEL),
        _F(
            "blocked", "`blocked(activity)`", "mean number of works blocked",
            (_A.ACTIVITY,), _G.NUMBER, _W.LEVEL,
        ),
        _F(
            "utilisation", "`utilisation(role or tool or place)`",
            "0 to 1; of people with a calendar, part of the time they are there",
            (_A.RESOURCE,), _G.NUMBER, _W.LEVEL,
        ),
        _F(
            "time", "`time(role, state)`",
            "mean for each worker: `working`, `walking`, `idle`, `blocked`, `partner`, `break`, `absent`, "
            "`off`, `done`, or an activity",
            (_A.ROLE, _A.STATE), _G.TIME, _W.ADDS_UP,
        ),
        _F(
            "share", "`share(role, state)`", "the same as part of the time accounted for",
            (_A.ROLE, _A.STATE), _G.NUMBER, _W.LEVEL,
        ),
        _F(
            "availability", "`availability(tool)`",
            "of a tool that fails: part of the time in which its units are in service",
            (_A.TOOL_THAT_FAILS,), _G.NUMBER, _W.LEVEL,
        ),
        _F(
            "failures", "`failures(tool)`", "all failures of its units",
            (_A.TOOL_THAT_FAILS,), _G.NUMBER, _W.ADDS_UP,
        ),
        _F(
            "down_time", "`down_time(tool)`", "mean time down of a unit",
            (_A.TOOL_THAT_FAILS,), _G.TIME, _W.ADDS_UP,
        ),
        _F(
            "heads", "`heads()` `heads(role or tag)`", "people",
            (_A.PEOPLE,), _G.NUMBER, _W.LEVEL, fixed=True,
        ),
        _F(
            "horizon", "`horizon()`", "time accounted for, from warm-up to horizon",
            (), _G.TIME, _W.ADDS_UP, fixed=True,
        ),
        _F("inside", "`inside()`", "items inside at the end", (), _G.NUMBER, _W.INSTANT),
        _F("overtime", "`overtime(role)`", "mean overtime of a worker", (_A.ROLE,), _G.TIME, _W.INSTANT),
        _F(
            "paid", "`paid()` `paid(role or tag)`",
            "time for which people are paid: on duty (breaks too) and overtime",
            (_A.PEOPLE,), _G.TIME, _W.ADDS_UP,
        ),
        _F("cost", "`cost()`", "money: people, tools, completions", (), _G.MONEY, _W.ADDS_UP),
    )
}  # fmt: skip
"""The functions of measures by name, as ``docs/language.md`` lists them."""
