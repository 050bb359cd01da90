"""The application, and what its commands share: where tables, charts and files go, and how one ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hewer import __version__
from hewer.cli.guard import STOPPED, say

if TYPE_CHECKING:
    from hewer.report.form.grid import Grid

REPLICATIONS = 20  # unless another number is asked for

app = typer.Typer(
    name="hewer",
    help="Describe a workplace once; simulate it, and compare ways of dividing its labour.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(*, asked: bool) -> None:
    if asked:
        print(f"hewer {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=lambda asked: _version(asked=asked),
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Describe a workplace once; simulate it, and compare ways of dividing its labour."""


def show_tables(document: Callable[[], str], tables: Callable[[], list[Grid]], *, as_json: bool) -> None:
    """Write JSON, or tables: with Rich on a terminal, as plain text in a pipe."""
    if as_json:
        sys.stdout.write(document())
    # a pipe gets plain text of a fixed width, the same on every machine
    elif sys.stdout.isatty():
        from rich.console import Console

        from hewer.report.form.grid import draw

        draw(tables(), Console(highlight=False))
    else:
        from hewer.report.form.grid import plain

        sys.stdout.write(plain(tables()))


def answer(found: Any, chart: Path | None = None, model: str = "", *, as_json: bool) -> None:
    """Show what was found: as a chart, if one is named, and as JSON or tables; leave if it was stopped."""
    from hewer.report.table.tables import grids
    from hewer.report.text.document import document_of, text

    # before the tables: a chart that cannot be drawn is told before pages have scrolled away
    draw_chart(found, chart, model)
    show_tables(lambda: text(document_of(found)), lambda: grids(found), as_json=as_json)
    end(interrupted=getattr(found, "interrupted", False))


def check_files(*paths: Path | None) -> None:
    """Refuse now what would fail after a long run."""
    from hewer.report.form.output import check_writable

    for path in paths:
        if path is not None:
            check_writable(path)


def write_files(results: list[tuple[str, Any]], csv: Path | None = None, log: Path | None = None) -> None:
    """Write rows of results, and the log of events of the first, to the files that are named."""
    from hewer.report.form.output import writing
    from hewer.report.text.event_log import write_log
    from hewer.report.text.rows import write_rows

    if csv is not None:
        with writing(csv) as stream:
            write_rows(stream, results)
    if log is not None:
        with writing(log) as stream:
            write_log(stream, results[0][1])


def check_chart(path: Path | None) -> None:
    """Refuse now a chart that could not be drawn after a long run."""
    if path is not None:
        from hewer.report.chart.style import check_chart as refuse

        refuse(path)


def draw_chart(shown: Any, path: Path | None, model: str = "") -> None:
    """Draw what was found to a file, if one is named."""
    if path is not None:
        from hewer.report.chart.draw import chart

        chart(shown, path, model=model)


def emit(text: str, out: Path | None) -> None:
    """Write a text to a file, if one is named, else to standard output."""
    from hewer.report.form.output import writing

    if out is None:
        sys.stdout.write(text)
        return
    with writing(out) as stream:
        stream.write(text)


def end(*, interrupted: bool) -> None:
    """Leave with the code of what was stopped early, if it was."""
    if interrupted:
        sys.stdout.flush()
        say("stopped early; what is shown is of the replications that were complete")
        raise typer.Exit(STOPPED)
