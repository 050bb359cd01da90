"""The page: rows by section, read and written."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import fill

from benchmarks.proof.claim import ERRORS, SEED, Row, Section

PAGE = Path(__file__).parents[2] / "docs" / "proof.md"
HEAD = "| case | by | promised | kept | trials | verdict |"
INTRODUCTION = f"""# Proof

What the procedures of hewer promise, where that comes from, and what was measured of it: each on data of
which the truth is known, most of them unfriendly (skewed, rare, autocorrelated, of unequal variances, with
ties, the best design last), beside the same procedure in other open libraries. `make proof` measures all of
it anew and writes this page; `python -m benchmarks.proof --only TITLE` one section; how it is done:
`benchmarks/proof/`.

## How to read it

- **promised**: how often the procedure says that it holds. *In the limit*: of many replications, or narrow
  intervals; nothing is promised of any number of them. *Not for this case*: the case breaks what the
  procedure assumes; it is shown for what happens then. *Nothing*: the procedure promises nothing, or
  something else.
- **kept**: how often it did hold, with its standard error; **trials**: in how many of how many. Trial n of a
  case has the same data whoever decides, so that rows of one case differ by less than the errors suggest.
- **verdict**: *not met* where the share is more than {ERRORS:g} standard errors below what is promised (false
  alarm 0.13 % a row), whether or not the case is one for which it is promised.
- The next column is what it cost, or how wide the intervals were, on average; **ms** are milliseconds of
  processor time a decision, without making the data. They depend on the machine; nothing else here does.

Seed {SEED}. The suite repeats every row with another seed and fewer trials, and fails where the two differ
(`tests/docs/test_proof.py`).
"""


def paragraph(text: str) -> str:
    """Break the lines as the other pages do."""
    return fill(text, 110, break_long_words=False, break_on_hyphens=False) + "\n"


def number(value: float) -> str:
    """Three digits; nothing for what is not a number."""
    if math.isnan(value):
        return "-"
    if math.isinf(value):
        return "∞"
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def read_number(text: str) -> float:
    return {"-": math.nan, "∞": math.inf}.get(text) or float(text.replace(",", ""))


def line(row: Row) -> str:
    verdict = f"**{row.verdict}**" if row.verdict == "not met" else row.verdict
    cells = (
        row.case, row.by, row.promise, _kept(row), f"{row.kept} of {row.trials}", verdict, number(row.cost),
        number(row.milliseconds),
    )  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _kept(row: Row) -> str:
    return f"{100.0 * row.share:.1f} ± {100.0 * row.error:.1f} %" if row.trials else "-"


def read(text: str) -> list[Row]:
    """Return the rows of a page."""
    rows, section = [], ""
    for one in text.splitlines():
        if one.startswith("## "):
            section = one[3:]
        cells = [cell.strip() for cell in one.strip("|").split("|")]
        if one.startswith("| ") and len(cells) == 8 and " of " in cells[4]:
            kept, trials = cells[4].split(" of ")
            cost, milliseconds = read_number(cells[6]), read_number(cells[7])
            case, by, promise = cells[:3]
            rows.append(Row(section, case, by, promise, int(kept), int(trials), cost, milliseconds))
    return rows


def written(sections: Sequence[Section], rows: Sequence[Row], decisions: str) -> str:
    """Return the text of the page."""
    parts = [INTRODUCTION, *_not_met(rows)]
    for section in sections:
        own = [row for row in rows if row.section == section.title]
        if not own:
            continue  # not measured yet
        parts += [f"## {section.title}\n", paragraph(section.about), table(section, own)]
        if section.notes:
            parts.append(paragraph(section.notes))
    return "\n".join([*parts, decisions])


def table(section: Section, rows: Sequence[Row]) -> str:
    lines = [f"{HEAD} {section.cost} | ms |", "|---|---|---|---|---|---|---|---|"]
    for _case, group in groupby(rows, key=lambda row: row.case):
        lines += [line(row) for row in group]
    return "\n".join(lines) + "\n"


def _not_met(rows: Sequence[Row]) -> Iterator[str]:
    """Say where hewer does not keep what is promised: what it should first."""
    own = [row for row in rows if row.by.startswith("hewer") and row.verdict == "not met"]
    yield "## Not met by hewer\n"
    for scope, words in (
        ("", "Of what is promised for the case:"),
        (
            "in the limit",
            "Of what is promised in the limit: these are too few replications, or too short a run.",
        ),
        ("not for this case", "Of what is not promised for the case:"),
    ):
        found = [row for row in own if row.promise.partition(", ")[2] == scope]
        yield words + ("\n" if found else " nothing.\n")
        if found:
            yield (
                "\n".join(
                    f"- {row.section}: {row.case}. {row.by.removeprefix('hewer').strip(' ,') or 'hewer'}:"
                    f" {_kept(row)} of {row.promise.partition(',')[0]}"
                    for row in found
                )
                + "\n"
            )
