"""Tables as text."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from hewer.report.form.grid import Grid, draw, plain

GRID = Grid(
    "Measures",
    ("measure", "mean ± half-width", "unit"),
    (("output", "12.3 ±0.4", "t"), ("per head", "1.5 ±0.1", "t")),
    ("95 % intervals.",),
)


def test_plain_is_aligned() -> None:
    assert plain([GRID]) == (
        "Measures\n"
        "measure   mean ± half-width  unit\n"
        "--------  -----------------  ----\n"
        "output            12.3 ±0.4     t\n"
        "per head           1.5 ±0.1     t\n"
        "95 % intervals.\n"
    )


def test_a_narrow_page_folds_cells() -> None:
    text = plain([GRID], width=26)
    assert max(map(len, text.splitlines())) <= 26
    assert "12.3 ±0.4" in text


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.text("ab ", max_size=30) for _ in range(4)]), min_size=1, max_size=5),
    st.integers(40, 100),
)
def test_no_word_is_lost(rows: list[tuple[str, ...]], width: int) -> None:
    text = plain([Grid("", ("w", "x", "y", "z"), tuple(rows))], width)
    count = sum(cell.count("a") + cell.count("b") for row in rows for cell in row)
    assert text.count("a") + text.count("b") == count


def test_rich_shows_the_same_words() -> None:
    stream = io.StringIO()
    draw([GRID, GRID], Console(file=stream, width=80, force_terminal=True, color_system=None))
    text = stream.getvalue()
    assert text.count("12.3 ±0.4") == 2
    assert "95 % intervals." in text


def test_markup_in_names_is_text() -> None:
    stream = io.StringIO()
    draw([Grid("[bold]t", ("[red]a",), (("loose[3]",),), ("[x]",))], Console(file=stream, width=80))
    assert "loose[3]" in stream.getvalue()
    assert "[bold]t" in stream.getvalue()
    assert "[red]a" in stream.getvalue()
    assert "[x]" in stream.getvalue()
