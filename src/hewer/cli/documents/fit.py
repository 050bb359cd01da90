"""``hewer fit``: fit distributions to a time study."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hewer.cli import options
from hewer.cli.application import show_tables
from hewer.cli.guard import STOPPED, say
from hewer.cli.progress import reporting
from hewer.errors import OptionError

if TYPE_CHECKING:
    from hewer.experiment.fitting.fit import Fit
    from hewer.model.document import Model


def fit(
    study: Annotated[
        str, typer.Argument(metavar="STUDY", help="A time study: a CSV or Parquet file of observed times.")
    ],
    model: Annotated[
        str | None,
        typer.Argument(metavar="[MODEL]", help="With --write: the model whose activities get these times."),
    ] = None,
    element: Annotated[
        list[str] | None, typer.Option("--element", help="An element to fit; by default all. Repeat it.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="Unit of the times, where the file has none.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=HEADER", help="What a column is called in the file: `time=Dauer`."),
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", metavar="HEADER", help="A column to leave alone.")
    ] = None,
    family: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[ELEMENT=]FAMILY", help="Take this family, whatever fits best: `erlang`, `cut=gamma`."
        ),
    ] = None,
    by: Annotated[str, typer.Option(help="aic or bic: what the best family has the least of.")] = "aic",
    draws: Annotated[int, typer.Option(help="Resamples, and joint draws.")] = 1000,
    seed: options.Seed = 1,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT.yaml", help="Write params, or MODEL with them, and their draws to OUT_draws.csv."
        ),
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Fit distributions to a time study.

    Maximum likelihood with censoring, the best family by AIC, tests of the fit, of workers and of the order
    of the times. Needs SciPy: install `hewer[fit]`.
    """
    from hewer.experiment.fitting.fit import fit as estimate
    from hewer.report.table.single.fit import fit_document, fit_grids
    from hewer.report.text.document import text

    target = _target(study, model, write)
    with reporting(1, "elements") as progress:
        found = estimate(
            study,
            element,
            unit=unit,
            family=_families(family),
            by=by,
            draws=draws,
            seed=seed,
            columns=dict(_named(one, "--column", "time=Dauer") for one in column or ()),
            skip=skip or (),
            progress=progress,
        )
    if write is not None and not found.interrupted:
        _write(found, write, target)
    show_tables(lambda: text(fit_document(found)), lambda: fit_grids(found), as_json=as_json)
    if found.interrupted:
        sys.stdout.flush()
        besides = ", nothing is written" if write is not None else ""
        say(f"stopped early; the elements that are shown are complete{besides}")
        raise typer.Exit(STOPPED)


def _target(study: str, model: str | None, write: Path | None) -> Model | None:
    """Read the model, and refuse now what could not be written later."""
    from hewer.model.reading.document import load
    from hewer.report.form.output import check_writable

    if model is not None and write is None:
        raise OptionError("a MODEL goes with --write: it is written with the fitted times")
    if write is None:
        return None
    for path in (write, _beside(write)):
        check_writable(path)
        for given in (study, model):
            if given is not None and Path(given).exists() and path.resolve() == Path(given).resolve():
                raise OptionError(f"--write would write over {given}; give another name")
    if model is None:
        return None
    if Path(model).exists() and Path(model).resolve().parent != write.resolve().parent:
        folder = Path(model).parent
        raise OptionError(f"a model finds its files from its own folder: --write must lead into {folder}")
    return load(model)


def _beside(write: Path) -> Path:
    return write.with_name(f"{write.stem}_draws.csv")


def _write(found: Fit, write: Path, model: Model | None) -> None:
    """Write the document, and beside it the draws."""
    from hewer.experiment.fitting.params import draws_table, with_fit
    from hewer.model.document.writing import dump
    from hewer.report.form.output import writing

    draws = _beside(write)
    document = dump(with_fit(found, draws.name, model))
    header, rows = draws_table(found)
    with writing(draws) as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    with writing(write) as stream:
        stream.write(document)
    say(f"wrote {write}, and {len(rows)} joint draws to {draws}")


def _families(entries: list[str] | None) -> str | dict[str, str] | None:
    """Read one family for all elements, or families by element."""
    if entries and len(entries) == 1 and "=" not in entries[0]:
        return entries[0]
    return dict(_named(one, "--family", "cut=gamma") for one in entries or ()) or None


def _named(entry: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = entry.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise OptionError(f"{option} must be such as `{example}`; got `{entry}`")
    return name.strip(), value.strip()
