"""The runs that are kept: rows of ``runs.csv``, and the tables of the page that are made of them."""

from __future__ import annotations

import csv
import os
import platform
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.figure import Spread, number
from benchmarks.measure import ROOT, version

RUNS = Path(__file__).with_name("runs.csv")
PAGE = Path(__file__).with_name("README.md")
HEAD = "## Runs\n"
PACKAGES = ("cimba", "simpy", "salabim", "ciw", "numba", "numpy")


class Run(NamedTuple):
    """When and where something was measured, and of what."""

    date: str
    processor: str
    versions: str


class Row(NamedTuple):
    """A figure of a section in a run; all as text, as it stands in the file."""

    date: str
    processor: str
    versions: str
    section: str
    figure: str
    unit: str
    reach: str
    low: str
    median: str
    high: str
    rounds: str

    @property
    def run(self) -> Run:
        """Which run it belongs to."""
        return Run(self.date, self.processor, self.versions)

    @property
    def spread(self) -> Spread:
        """Its numbers."""
        low, median, high = float(self.low), float(self.median), float(self.high)
        return Spread(self.figure, self.unit, self.reach, low, median, high, int(self.rounds))


def this_run() -> Run:
    """Describe the machine and the versions, now."""
    kept = [f"Python {platform.python_version()}", f"hewer {version('hewer')} ({commit()})"]
    kept += [f"{name} {version(name)}" for name in PACKAGES]
    return Run(datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), processor(), ", ".join(kept))


def processor() -> str:
    """Name the processor: its model, family and model number, how many cores there are, and how busy."""
    known: dict[str, str] = {}
    table = Path("/proc/cpuinfo")
    if table.exists():
        for line in table.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            known.setdefault(name.strip(), value.strip())
    name = known.get("model name") or platform.processor() or platform.machine()
    family = f", family {known['cpu family']} model {known['model']}" if "cpu family" in known else ""
    load = f", load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else ""
    return f"{name}{family}, {os.cpu_count()} cores{load}"


def commit() -> str:
    """Return the commit of this tree, with `+` where `src` differs from it."""
    try:
        git = ["git", "-C", str(ROOT)]
        found = subprocess.run(
            [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
        )
        changed = subprocess.run([*git, "diff", "--quiet", "HEAD", "--", "src"], check=False).returncode
    except (OSError, subprocess.CalledProcessError):
        return "no commit"
    return found.stdout.strip() + ("+" if changed else "")


def rows(run: Run, section: str, found: Iterable[Spread]) -> list[Row]:
    """Make rows of what a section found."""
    made = []
    for one in found:
        low, median, high = (f"{value:.4g}" for value in (one.low, one.median, one.high))
        made.append(Row(*run, section, one.name, one.unit, one.reach, low, median, high, str(one.rounds)))
    return made


def read(path: Path = RUNS) -> list[Row]:
    """Read the rows that were kept."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [Row(**row) for row in csv.DictReader(file)]


def keep(found: Sequence[Row], path: Path = RUNS) -> None:
    """Append rows to those that were kept."""
    fresh = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if fresh:
            writer.writerow(Row._fields)
        writer.writerows(found)


def written(page: str, kept: Sequence[Row], titles: dict[str, str]) -> str:
    """Return the text of the page with the tables of these rows in place of its own."""
    return page.partition(HEAD)[0] + HEAD + "\n" + "\n".join(_tables(kept, titles))


def _tables(kept: Sequence[Row], titles: dict[str, str]) -> Iterator[str]:
    runs = list(dict.fromkeys(row.run for row in kept))
    yield "Minimum, median and maximum over the rounds of each run. *To reach* is a goal for the median.\n"
    for letter, run in zip(_letters(), runs, strict=False):
        yield f"- Run {letter}: {run.date}, {run.processor}. {run.versions}."
    yield ""
    for section, title in titles.items():
        own = [row for row in kept if row.section == section]
        if own:
            yield f"### {title}\n\n`python -m benchmarks.run {section}`\n"
            yield _table(own, runs)


def _table(own: Sequence[Row], runs: Sequence[Run]) -> str:
    """Make a line for each figure, a column for each run that has any of them."""
    cells = {(row.run, row.figure): row.spread for row in own}
    lettered = [(letter, run) for letter, run in zip(_letters(), runs, strict=False) if _has(run, own)]
    lines = [
        "| | unit | to reach | " + " | ".join(f"run {letter}" for letter, _ in lettered) + " |",
        "|---" * (3 + len(lettered)) + "|",
    ]
    for figure in dict.fromkeys(row.figure for row in own):
        latest = [row for row in own if row.figure == figure][-1]
        shown = [_cell(cells.get((run, figure))) for _, run in lettered]
        lines.append("| " + " | ".join([figure, latest.unit, latest.reach or "-", *shown]) + " |")
    return "\n".join(lines) + "\n"


def _has(run: Run, own: Sequence[Row]) -> bool:
    return any(row.run == run for row in own)


def _cell(found: Spread | None) -> str:
    if found is None:
        return "-"
    if found.rounds == 1:
        return number(found.median)
    return " / ".join(number(value) for value in (found.low, found.median, found.high))


def _letters() -> Iterator[str]:
    """Yield A, B, ... Z, A1, B1, ..."""
    turn = 0
    while True:
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            yield letter + (str(turn) if turn else "")
        turn += 1
