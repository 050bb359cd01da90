"""The event log as CSV: what happened, when, to what, by names.

Columns: ``world``, ``replication``, ``time`` (in the unit that the header names), ``event``, ``subject``
(an activity at its place member, a stock, a source, a break, a calendar), ``detail`` (worker, outcome, stock
or change, as the event has it), ``number`` (the serial of the start, an amount, a flow time) and ``unit`` of
that number.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from hewer.quantity import unit
from hewer.study.accounts import time_scale

if TYPE_CHECKING:
    from hewer.engine.program import Compiled
    from hewer.engine.result.result import Result

Text = Callable[[int], str]


class _Form(NamedTuple):
    """How one kind of event is written: namers of a and b, and what its number is."""

    subject: str
    detail: str
    number: str


_FORMS = {
    "ARRIVE": _Form("source", "stock", "amount"),
    "LOST": _Form("source", "stock", "amount"),
    "BALK": _Form("source", "stock", "amount"),
    "DIVERT": _Form("source", "stock", "amount"),
    "START": _Form("instance", "worker", "serial"),
    "JOIN": _Form("instance", "worker", "serial"),
    "BEGIN": _Form("instance", "", "serial"),
    "END": _Form("instance", "outcome", "serial"),
    "BLOCK": _Form("instance", "stock", "serial"),
    "RELEASE": _Form("instance", "", "serial"),
    "PAUSE": _Form("instance", "", "serial"),
    "RESUME": _Form("instance", "", "serial"),
    "STOP": _Form("instance", "", "serial"),
    "LEAVE": _Form("stock", "", "time"),
    "QUIT": _Form("stock", "stock", "time"),
    "CLOSE": _Form("stock", "", "time"),
    "BREAK": _Form("break", "phase", ""),
    "SHIFT_END": _Form("", "", ""),
    "WARM_UP": _Form("", "", ""),
    "SUSPEND": _Form("instance", "cause", "serial"),
    "LOSE": _Form("instance", "cause", "serial"),
    "TAKE_OVER": _Form("instance", "worker", "serial"),
    "GO_BACK": _Form("instance", "worker", "serial"),
    "DUTY": _Form("duty", "change", ""),
    "SET_UP": _Form("instance", "kind", "time"),
    "FAIL": _Form("pool", "unit", "serial"),
    "MEND": _Form("pool", "unit", ""),
    "ABSENT": _Form("worker", "phase", ""),
}


def write_log(stream: TextIO, result: Result) -> None:
    """Write the events of every replication that was logged.

    Parameters
    ----------
    stream : text stream
        Opened with ``newline=""``.
    result : Result
        Of a study with ``log=True``.
    """
    time_unit, _ = time_scale(result.compiled)
    time = f"time ({time_unit})" if time_unit else "time"
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("world", "replication", time, "event", "subject", "detail", "number", "unit"))
    namer = Namer(result.compiled)
    for number, events in enumerate(result.data.log or ()):
        world, replication = divmod(number, result.replications)
        writer.writerows((world, replication, *namer.row(event)) for event in events.tolist())


class Namer:
    """Puts names to the numbers of an event."""

    def __init__(self, compiled: Compiled) -> None:
        from hewer.engine.codes import Cause, Event

        names, program = compiled.names, compiled.program
        self._time_unit, self._ticks = time_scale(compiled)
        self._kinds = {
            int(event): (event.name.lower().replace("_", " "), _FORMS[event.name]) for event in Event
        }
        self._namers: dict[str, Text] = {
            "": lambda index: "",
            "source": _of(names.sources),
            "stock": _of(names.stock_members),
            "instance": _of(names.instances),
            "worker": _of(names.workers),
            "pool": _of(names.pools),
            "unit": lambda index: f"unit {index + 1}",
            "outcome": _of(names.outcomes),
            "break": lambda index: f"break {index + 1}",
            "cause": lambda index: Cause(index).name.lower(),
            "duty": _of(names.duties),
            "kind": _of(names.kinds),
            "change": lambda index: ("break ends", "goes", "comes", "break begins", "break begins")[index],
            "phase": lambda index: "ends" if index else "begins",
        }
        self._amounts = list(_amounts(compiled, program.stock))

    def row(self, event: list[int]) -> tuple[str, ...]:
        """Return time, event, subject, detail, number, unit of one event (tick, event, a, b, x)."""
        tick, kind, a, b, x = event
        name, form = self._kinds[kind]
        number, unit_text = self._number(form.number, b, x)
        return (
            _shown(tick / self._ticks),
            name,
            self._namers[form.subject](a),
            self._namers[form.detail](b),
            number,
            unit_text,
        )

    def _number(self, kind: str, stock: int, x: int) -> tuple[str, str]:
        if kind == "serial":
            return (str(x) if x >= 0 else ""), ""
        if kind == "time":
            return _shown(x / self._ticks), self._time_unit
        if kind == "amount":
            scale, text = self._amounts[stock]
            return _shown(x * scale), text
        return "", ""


def _of(names: tuple[str, ...]) -> Text:
    return lambda index: names[index] if index >= 0 else ""


def _amounts(compiled: Compiled, stock: Any) -> Iterator[tuple[float, str]]:
    """Yield for each stock instance the units in one of its grains, and the unit."""
    for row in stock:
        text = compiled.names.units[row["declared"]]
        yield (float(row["scale"]) / unit(text).factor, text) if text else (1.0, "items")


def _shown(value: float) -> str:
    return f"{value:.12g}"
