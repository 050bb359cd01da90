"""The conformance page: its rows are those of tests that exist, and a row that differs is noticed."""

from __future__ import annotations

import pytest

from tests import conformance
from tests.conformance import BEGIN, PAGE, Row, functions, read, written
from tests.theory.agreement import FALSE_ALARM, agrees

TEXT = PAGE.read_text(encoding="utf-8")
FILE = "tests/theory/test_queues.py"


def test_every_row_is_of_a_test() -> None:
    """What no test makes any more goes with ``python tools/refresh_conformance.py``."""
    rows = read(TEXT)
    assert len(rows) > 100
    assert [row for row in rows if row.function not in functions(row.file)] == []


def test_the_page_is_as_it_would_be_written() -> None:
    assert written(TEXT, []) == TEXT


def test_every_file_that_compares_has_its_rows() -> None:
    folders = (conformance.ROOT / "tests" / folder for folder in ("theory", "peers"))
    apart = {"test_agreement.py", "test_comparison.py"}  # of the comparison itself
    files = [path for folder in folders for path in folder.glob("test_*.py") if path.name not in apart]
    comparing = {
        str(path.relative_to(conformance.ROOT))
        for path in files
        if "what=" in (text := path.read_text(encoding="utf-8")) or "alike(" in text
    } - {"tests/peers/test_comparison.py"}  # of the comparison itself
    assert comparing - {row.file for row in read(TEXT)} == set()


def test_rows_take_the_place_of_those_of_their_name() -> None:
    row = Row(FILE, "test_md1", ("M/D/1: W", "3", "4 ± 1", "+1.00", "3%", "1e-5"))
    page = written(TEXT, [row])
    assert len(read(page)) == len(read(TEXT))
    assert row in read(page)


def test_a_section_is_made_for_a_file_that_had_none() -> None:
    row = Row(FILE, "test_md1", ("M/D/1: W", "3", "4 ± 1", "+1.00", "3%", "1e-5"))
    assert read(written(f"Page\n\n{BEGIN}", [row])) == [row]


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Row]:
    """A page with no rows yet, for checking."""
    rows: dict[tuple[str, str], Row] = {}
    monkeypatch.setattr(conformance, "_rows_by_name", lambda: rows)
    monkeypatch.setattr(conformance, "gathered", None)
    monkeypatch.setattr(conformance, "_running", lambda: (FILE, "test_md1"))
    return rows


def test_a_row_that_is_missing_or_differs_is_an_error(page: dict[tuple[str, str], Row]) -> None:
    values = [0.99, 1.0, 1.02]
    with pytest.raises(AssertionError, match=f"not in the page; renew .*pytest {FILE} --update"):
        agrees(values, 1.0, detects=9, what="one")
    cells = ("one", "1", "1.00333 ± 0.038", "+0.38", f"{0}", f"{FALSE_ALARM:.0e}")
    page[FILE, "one"] = Row(FILE, "test_md1", cells)
    with pytest.raises(AssertionError, match="the page says"):
        agrees(values, 1.0, detects=9, what="one")


def test_two_rows_of_one_name_are_an_error(
    page: dict[tuple[str, str], Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conformance, "gathered", page)
    agrees([0.99, 1.0, 1.02], 1.0, detects=9, what="one")
    with pytest.raises(AssertionError, match="two rows"):
        agrees([0.99, 1.0, 1.02], 1.0, detects=9, what="one")
