"""Arrivals by rate, by timetable and from files: what is read, and each finding of the checks."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from hewer.errors import ModelError
from hewer.model.checking.check import check
from hewer.model.document.writing import dump
from hewer.model.reading.document import loads

TEXT = """
title: arrivals
params: {{evening: 17 h}}
places: {{window: {{count: 2}}}}
stocks:
  queue: {{capacity: 9}}
  sand: {{unit: t}}
  fine: {{unit: t, grain: 1 g}}
  other: {{}}
  at_window: {{at: window}}
  done: {{sink: yes}}
sources:
  s: {{to: queue, when_full: lose, {fields}}}
activities:
  serve: {{takes: {{queue: 1}}, gives: {{done: 1}}, time: 1 min}}
  dig: {{takes: {{sand: 1 t}}, gives: {{fine: 1 t}}, time: 1 min}}
  move: {{takes: {{other: 1}}, gives: {{done: 1}}, time: 1 min}}
  look: {{at: window, takes: {{at_window: 1}}, gives: {{done: 1}}, time: 1 min}}
  fill: {{gives: {{sand: 1 t, other: 1, first(at_window): 1}}, time: 1 min}}
  end: {{takes: {{fine: 1 t}}, time: 1 min}}
crews: {{all: {{man: {{does: [serve, dig, move, look, fill, end]}}}}}}
terms: {{shift: 24 h}}
"""


def findings(fields: str, folder: Any = None) -> list[tuple[str, str, str]]:
    found = check(loads(TEXT.format(fields=fields), folder=folder))
    return [(one.path, one.code, one.message) for one in found if one.code != "unused"]


@pytest.mark.parametrize(
    "fields",
    [
        "rate: 12/h",
        "rate: {value: 12/h}",
        "rate: {table: {0 h: 5/h, evening: 0/h}}",
        "rate: {table: {0: 5/h, 8 h: 40/h}, every: 24 h}",
        "rate: {value: 4/h * (1 + queue / 9), most: 8/h}",
        "timetable: [0 h, 8 h, evening]",
        "timetable: {at: {8 h: 3, 9 h: 0}, every: 24 h}",
        "every: 1 min, balks: queue > 5",
        "every: 1 min, balks: 20 %",
        "every: 1 min, balks: {when: queue / 9, to: other}",
        "every: 1 min, balks: {when: now > 2 h, to: first(at_window)}",
    ],
)
def test_what_is_right_is_clean_and_reads_back(fields):
    assert findings(fields) == []
    model = loads(TEXT.format(fields=fields))
    assert loads(dump(model)) == model


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ("limit: 3", "sources.s", "must say when its arrivals come"),
        ("every: 1 min, rate: 3/h", "sources.s", "`every` and `rate` both say"),
        ("rate: 3/h, first: 1 min", "sources.s", "`first` goes with `every`"),
        ("rate: {every: 24 h}", "sources.s.rate", "either a `value` or a `table`"),
        ("rate: {value: 1/h, table: {0 h: 1/h}}", "sources.s.rate", "either a `value` or a `table`"),
        ("rate: {table: {0 h: 1/h}, most: 2/h}", "sources.s.rate", "`most` goes with a `value`"),
        ("rate: {value: 1/h, every: 2 h}", "sources.s.rate", "`every` goes with a `table`"),
        ("rate: {table: [1, 2]}", "sources.s.rate.table", "must be a mapping of times to values; got a list"),
        ("timetable: 3", "sources.s.timetable.at", "must be a list of times"),
        ("every: 1 min, balks: {to: other}", "sources.s.balks", "`when` is missing"),
        ("every: 1 min, balks: {when: 1, too: other}", "sources.s.balks.too", "no field `too`"),
    ],
)
def test_a_wrong_form_is_refused(fields, path, words):
    with pytest.raises(ModelError) as caught:
        loads(TEXT.format(fields=fields))
    (problem,) = caught.value.problems
    assert problem.path == path
    assert words in problem.message


@pytest.mark.parametrize("value", ["keep", "{to: other, and: more}", "[lose]", "{}"])
def test_when_full_is_lose_or_a_stock(value):
    with pytest.raises(ModelError) as caught:
        loads(TEXT.format(fields="every: 1 min").replace("when_full: lose", f"when_full: {value}"))
    (problem,) = caught.value.problems
    assert problem.path == "sources.s.when_full"
    assert "must be `lose` or name another stock" in problem.message


WRONG = [
    ("rate: 3 min", "rate.value", "dimension", "must be a rate in 1/h"),
    ("rate: 3", "rate.value", "dimension", "(bare number)"),
    ("rate: 0/h - 3/h", "rate.value", "negative", "must not be negative"),
    ("rate: exponential(3/h)", "rate.value", "expression", "is random"),
    ("rate: 3/h * queue", "rate.value", "", ""),
    ("rate: {value: 3/h * now / 1 h}", "rate", "rate", "the most that it can be must be stated"),
    ("rate: {value: 3/h, most: 4/h}", "rate.most", "rate", "does not vary"),
    ("rate: {value: 3/h + queue * 1/h, most: 2/h}", "rate.most", "rate", "less than the rate can ever be"),
    ("rate: {value: 3/h * queue, most: 0/h}", "rate.most", "negative", "more than 0"),
    ("rate: {table: {}}", "rate.table", "rate", "from the start on"),
    ("rate: {table: {1 h: 3/h}}", "rate.table", "rate", "from the start on"),
    ("rate: {table: {0 h: 3/h, 2 h: 1/h, 1 h: 2/h}}", "rate.table", "order", "must go forward"),
    ("rate: {table: {0 h: 3/h, 2 t: 1/h}}", "rate.table.2 t", "dimension", "must be a time"),
    ("rate: {table: {0 h: 3/h, 2 h: 1 h}}", "rate.table.2 h", "dimension", "must be a rate"),
    ("rate: {table: {0 h: 3/h, 2 h: 1/h}, every: 2 h}", "rate.every", "order", "later than the last time"),
    ("rate: {table: {0 h: 0/h}}", "rate.table", "rate", "always 0"),
    ("timetable: []", "timetable", "expression", "has no times"),
    ("timetable: [2 h, 1 h]", "timetable", "order", "`1 h` is before the one above it"),
    ("timetable: [0 h - 1 h]", "timetable", "negative", "`0 h - 1 h` must not be negative"),
    ("timetable: [1 t]", "timetable", "dimension", "must be times; `1 t` is not"),
    ("timetable: {at: [1 h, 2 h], every: 2 h}", "timetable", "order", "comes when all begins again"),
    ("timetable: {at: [1 h], every: 0 h}", "timetable", "negative", "`every` must be more than 0"),
    ("timetable: {at: [1 h], every: 1 t}", "timetable", "dimension", "`every` must be"),
    ("timetable: {at: {1 h: 1.5}}", "timetable.at.1 h", "whole-number", "must be a whole number of items"),
    ("timetable: {at: {1 h: 2 t}}", "timetable.at.1 h", "dimension", "must be an amount"),
    ("every: 1 min, balks: 2 h", "balks.when", "dimension", "must be a chance"),
    ("every: 1 min, balks: 120 %", "balks.when", "chance", "must be from 0 to 1"),
    ("every: 1 min, balks: 0 - 0.5", "balks.when", "negative", "must not be negative"),
    ("every: 1 min, balks: uniform(0, 1)", "balks.when", "expression", "is random"),
    ("every: 1 min, balks: queue >", "balks.when", "expression", "unexpected the end"),
    ("every: 1 min, balks: {when: queue > 3, to: othr}", "balks.to", "unknown-name", "no stock `othr`"),
    ("every: 1 min, balks: {when: queue > 3, to: 3 h}", "balks.to", "unknown-name", "does not name a stock"),
    ("every: 1 min, balks: {when: queue > 3, to: sand}", "balks.to", "dimension", "holds t, `queue` items"),
    ("every: 1 min, balks: {when: queue > 3, to: queue}", "balks.to", "same-stock", "is `queue` itself"),
    ("every: 1 min, balks: {when: queue > 3, to: at_window}", "balks.to", "selector", "members"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "path", "code", "words"), [row for row in WRONG if row[2]])
def test_each_finding(fields, path, code, words):
    (found,) = findings(fields)
    assert found[:2] == (f"sources.s.{path}", code), found
    assert words in found[2]


def test_bulk_goes_to_a_stock_of_the_same_grain():
    text = "sources.s.when_full", "dimension"
    fields = "every: 1 min, amount: 1 t"
    found = check(
        loads(
            TEXT.replace("to: queue, when_full: lose", "to: sand, when_full: {{to: fine}}").format(
                fields=fields
            )
        )
    )
    assert [(one.path, one.code) for one in found if one.level == "error"] == [text]


# Files


def log(folder: Any, text: str, name: str = "log.csv") -> Any:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


GOOD = "time,number,rank\n1,2,0\n1,1,1\n2.5,3,0\n"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ("from_file: {file: log.csv, unit: min}", "t\n0\n3\n"),
        ("from_file: {file: log.csv, unit: min}", "0\n3\n"),
        ("from_file: {file: log.csv, time: time, unit: h, amount: number, priority: rank}", GOOD),
        ("from_file: {file: log.csv, time: time, unit: h, every: 24 h}", GOOD),
        (
            "from_file: {file: log.csv, origin: 2026-03-02 06:00}",
            "at\n2026-03-02T06:00:01.5\n2026-03-02 07:00\n",
        ),
        ("from_file: {file: log.csv, origin: '2026-03-02T06:00+01:00'}", "at\n2026-03-02T05:00Z\n"),
    ],
)
def test_files_that_are_right(tmp_path, fields, text):
    assert findings(fields, log(tmp_path, text)) == []


def replay(fields: str, time: str = "time: time, unit: h") -> str:
    return f"from_file: {{file: log.csv, {time}{fields}}}"


FILES = [
    (replay("").replace("log.csv", "lg.csv"), GOOD, "there is no file `lg.csv`"),
    (replay("").replace("log.csv", "."), GOOD, "cannot be read"),
    (replay("", "unit: h"), GOOD, "has 3 columns"),
    (replay("", "time: tim, unit: h"), GOOD, "no column `tim`"),
    (replay(", amount: nmber"), GOOD, "no column `nmber`"),
    (replay(", priority: r"), GOOD, "no column `r`"),
    (replay(""), "", "`log.csv` is empty"),
    (replay(""), "time,number\n", "`log.csv` has no rows"),
    (replay(""), "time\n1\n3\n2\n", "`log.csv`, line 4 is before the one above it"),
    (replay(""), "time\n1\n-3\n", "`log.csv`, line 3: a time must not be negative; got -3"),
    (replay(""), "time\n1\nsoon\n", "`log.csv`, line 3: a time must be a finite number; got `soon`"),
    (replay(""), "time\n1\nnan\n", "`log.csv`, line 3: a time must be a finite number"),
    (replay(""), "time,x\n1,1\n,1\n", "`log.csv`, line 3: a time is missing"),
    (replay("", "time: time"), GOOD, "numbers for times, and the model says not in which unit"),
    (replay("", "time: time, unit: t"), GOOD, "`unit` must be a unit of time; got `t`"),
    (replay("", "time: time, unit: hh"), GOOD, "there is no unit `hh`"),
    (replay("", "time: time"), "time\n2026-03-02\n", "`2026-03-02` is a date"),
    (replay("", "time: time, origin: soon"), GOOD, "`origin` must be a date and time"),
    (
        replay("", "time: time, origin: 2026-03-02, unit: h"),
        GOOD,
        "`origin` goes with dates, `unit` with numbers",
    ),
    (replay("", "time: time, origin: 2026-03-02"), "time\n1\n", "line 2: must be a date and time"),
    (replay("", "time: time, origin: 2026-03-02"), "time,x\n,1\n", "line 2: a time is missing"),
    (
        replay("", "time: time, origin: 2026-03-02"),
        "time\n2026-03-01\n",
        "`log.csv`, line 2 is before the start",
    ),
    (replay("", "time: time, origin: 2026-03-02"), "time\n2026-03-02T06:00Z\n", "must both have a time zone"),
    (replay(", amount: number"), "time,number\n1,1.5\n", "line 2: must be a whole number of items; got 1.5"),
    (replay(", amount: number"), "time,number\n1,-1\n", "line 2: an amount must not be negative"),
    (replay(", amount: number"), "time,number\n1,\n", "line 2: an amount is missing"),
    (replay(", priority: rank"), "time,rank\n1,0.5\n", "line 2: a priority must be a whole number; got 0.5"),
    (replay(", priority: rank"), "time,rank\n1,high\n", "line 2: a priority must be a finite number"),
    (replay(", every: 2 h"), GOOD, "`log.csv`, line 4 comes when all begins again"),
]


@pytest.mark.parametrize(("fields", "text", "words"), FILES)
def test_what_is_wrong_with_a_file(tmp_path, fields, text, words):
    (found,) = findings(fields, log(tmp_path, text))
    assert found[0] == "sources.s.from_file"
    assert words in found[2]


def test_a_file_that_has_changed_is_read_again(tmp_path):
    import os

    assert findings(replay(""), log(tmp_path, "time\n1\n")) == []
    log(tmp_path, "time\n2\n1\n")
    os.utime(tmp_path / "log.csv", ns=(1, 1))
    assert len(findings(replay(""), tmp_path)) == 1


def test_dates_need_a_time_with_units(tmp_path):
    text = TEXT.replace("24 h", "24").replace("17 h", "17").replace("1 min", "1")
    fields = "from_file: {file: log.csv, origin: 2026-03-02}"
    found = check(loads(text.format(fields=fields), folder=log(tmp_path, "t\n2026-03-02\n")))
    assert [one.path for one in found if one.level == "error"] == ["sources.s.from_file"]


# Parquet


def parquet(folder: Any, **columns: Any) -> Any:
    pa = pytest.importorskip("pyarrow")
    from pyarrow.parquet import write_table

    write_table(pa.table(columns), folder / "log.parquet")
    return folder


def test_a_parquet_file_says_the_same_as_a_csv_file(tmp_path):
    from datetime import datetime

    from tests.oracle.models import compiled

    times = [datetime(2026, 3, 2, 6, 0, 1), datetime(2026, 3, 2, 6, 30)]
    parquet(tmp_path, at=times, number=[2, 1])
    rows = "".join(f"{time},{n}\n" for time, n in zip(times, (2, 1), strict=True))
    log(tmp_path, f"at,number\n{rows}")
    made = []
    for name in ("log.csv", "log.parquet"):
        fields = f"from_file: {{file: {tmp_path / name}, time: at, amount: number, origin: 2026-03-02 06:00}}"
        made.append(compiled(TEXT.format(fields=fields)).program.arrival)
    assert made[0].tolist() == made[1].tolist() == [(10**9, 2, -1), (1800 * 10**9, 1, -1)]


def test_a_missing_cell_of_a_parquet_file_is_named(tmp_path):
    fields = "from_file: {file: log.parquet, unit: min}"
    (found,) = findings(fields, parquet(tmp_path, t=[1.0, None]))
    assert "`log.parquet`, row 2: a time is missing" in found[2]


def test_a_file_that_is_no_parquet_file(tmp_path):
    pytest.importorskip("pyarrow")
    (found,) = findings("from_file: log.parquet", log(tmp_path, "t\n1\n", "log.parquet"))
    assert "cannot be read as a Parquet file" in found[2]


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch):
    real = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    log(tmp_path, "t\n1\n", "log.parquet")
    monkeypatch.setattr(builtins, "__import__", refuse)
    (found,) = findings("from_file: log.parquet", tmp_path)
    assert "pip install hewer[files]" in found[2]
