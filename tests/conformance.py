"""The page `docs/conformance.md`: each comparison of the theory and peers tests is a row of it.

A comparison hands its row to :func:`settle`, which asserts that the page says the same. With ``--update`` the
rows are gathered instead, and written at the end of the session: rows of comparisons that ran are replaced,
the others stay. ``python tools/refresh_conformance.py`` runs all of them, so that no row is
left that nothing makes.
"""

from __future__ import annotations

import ast
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "conformance.md"
BEGIN = "<!-- rows: python tools/refresh_conformance.py -->\n"
THEORY = ("quantity", "exact", "simulated", "z", "notices", "false alarm", "test")
PEERS = ("quantity", "hewer", "peer", "statistic", "notices", "false alarm", "test")


class Row(NamedTuple):
    """One comparison: the file and function of its test, and the cells before the last."""

    file: str
    function: str
    cells: tuple[str, ...]

    @property
    def quantity(self) -> str:
        return self.cells[0]


gathered: dict[tuple[str, str], Row] | None = None  # by file and quantity; None: rows are checked


def gather() -> None:
    """Gather rows from now on instead of checking them."""
    global gathered  # noqa: PLW0603 - one session, one page
    gathered = {}


def settle(*cells: str) -> None:
    """Check a row of the test that runs now against the page, or gather it."""
    row = Row(*_running(), cells)
    if gathered is not None:
        key = row.file, row.quantity
        assert key not in gathered, f"two rows of {row.file} are called `{row.quantity}`"
        gathered[key] = row
        return
    remedy = f"renew docs/conformance.md: pytest {row.file} --update"
    known = _rows_by_name().get((row.file, row.quantity))
    assert known is not None, f"`{row.quantity}` is not in the page; {remedy}"
    assert known == row, f"the page says {known.cells}, measured {row.cells}; {remedy}"


def _running() -> tuple[str, str]:
    """File and function of the test that runs now."""
    file, _, function = os.environ["PYTEST_CURRENT_TEST"].partition(" ")[0].partition("::")
    return file, function.partition("[")[0]


@cache
def _rows_by_name() -> dict[tuple[str, str], Row]:
    return {(row.file, row.quantity): row for row in read(PAGE.read_text(encoding="utf-8"))}


def read(text: str) -> list[Row]:
    """Return the rows of the page."""
    rows, file = [], ""
    for line in text.partition(BEGIN)[2].splitlines():
        if line.startswith("<!-- "):
            file = line.split()[1]
        elif line.startswith("| ") and not line.startswith("| quantity "):
            *cells, function = (cell.strip() for cell in line.strip("|").split(" | "))
            rows.append(Row(file, function.strip("`"), tuple(cells)))
    return rows


def written(text: str, made: list[Row]) -> str:
    """Return the page with the rows made in the place of those of the same name, and sorted."""
    rows = {(row.file, row.quantity): row for row in [*read(text), *made]}
    begin, found, _ = text.partition(BEGIN)
    assert found, f"{PAGE.name} has lost the line {BEGIN.strip()}"
    parts = [begin, BEGIN]
    for file in sorted(
        {row.file for row in rows.values()}, key=lambda name: (name.split("/")[1:2] != ["theory"], name)
    ):
        mine = [row for row in rows.values() if row.file == file]
        parts.append(_section(file, mine))
    return "".join(parts)


def _section(file: str, rows: list[Row]) -> str:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    title = (ast.get_docstring(tree) or file).splitlines()[0].rstrip(".")
    order = functions(file)
    rows.sort(key=lambda row: order.index(row.function) if row.function in order else len(order))
    heads = PEERS if file.startswith("tests/peers/") else THEORY
    lines = [f"\n### {title}\n", f"<!-- {file} -->\n", _line(heads), "|" + "---|" * len(heads)]
    return "\n".join([*lines, *(_line((*row.cells, f"`{row.function}`")) for row in rows)]) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def functions(file: str) -> list[str]:
    """Names of the tests of a file, in order; none where there is no such file."""
    path = ROOT / file
    body = ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else []
    return [part.name for part in body if isinstance(part, ast.FunctionDef)]


def write() -> None:
    """Write what was gathered into the page."""
    if gathered:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), list(gathered.values())), encoding="utf-8")
