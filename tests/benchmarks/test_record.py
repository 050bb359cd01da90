"""What is kept can be read again, and the page is made of it."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks import record
from benchmarks.figure import Spread
from benchmarks.record import PAGE, Row, Run, written
from benchmarks.run import TITLES

RATIO = Spread("hewer against x", "times", "at least 1.6", 1.0, 1.25, 2.0, 5)
ONE, OTHER = (
    Run("2026-12-01 10:00", "A processor, 2 cores", "hewer 0"),
    Run("2026-12-02 10:00", "B", "hewer 1"),
)
KEPT = [*record.rows(ONE, "mm1", [RATIO]), *record.rows(OTHER, "mm1", [RATIO._replace(low=1.1, high=1.4)])]


def test_the_page_is_made_of_the_runs_that_were_kept() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page, record.read(), TITLES) == page, "python -m benchmarks.run --page writes it anew"


def test_every_section_that_was_kept_can_be_run_again() -> None:
    kept = record.read()
    assert {row.section for row in kept} <= {*TITLES}
    assert all(float(row.low) <= float(row.median) <= float(row.high) for row in kept)
    assert all(row.processor and "hewer" in row.versions for row in kept)


def test_every_section_and_option_that_the_page_names_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8").partition(record.HEAD)[0]
    named = re.findall(r"^- `(\w+)`", page, re.MULTILINE)
    assert named == list(TITLES)


def test_rows_are_read_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "runs.csv"
    for row in KEPT:
        record.keep([row], path)
    assert record.read(path) == KEPT
    assert record.read(path)[0].spread == RATIO


def test_a_table_has_a_column_for_each_run() -> None:
    text = written("# Words\n\n" + record.HEAD + "old tables\n", KEPT, {"mm1": "M/M/1"})
    assert text.startswith("# Words\n")
    assert "old tables" not in text
    assert "- Run A: 2026-12-01 10:00, A processor, 2 cores. hewer 0." in text
    assert "| | unit | to reach | run A | run B |" in text
    assert "| hewer against x | times | at least 1.6 | 1 / 1.25 / 2 | 1.1 / 1.25 / 1.4 |" in text


def test_a_figure_that_a_run_has_not_is_left_empty() -> None:
    more = Row(*OTHER, "mm1", "another", "s", "", "1", "1", "1", "1")
    assert "| another | s | - | - | 1 |" in written(record.HEAD, [*KEPT, more], {"mm1": "M/M/1"})


def test_a_run_names_machine_and_versions() -> None:
    run = record.this_run()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", run.date)
    assert re.search(r", \d+ cores(, load [\d.]+ before)?$", run.processor)
    assert all(f"{name} " in run.versions for name in ("Python", "hewer", *record.PACKAGES))
