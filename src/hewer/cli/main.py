"""The command ``hewer``. Each command parses, calls what the Python API calls, and shows the outcome."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hewer import __version__
from hewer.cli import options
from hewer.cli.guard import STOPPED, USER_MISTAKE, guarded, say
from hewer.cli.progress import reporting
from hewer.errors import OptionError

if TYPE_CHECKING:
    from hewer.engine.result import Result
    from hewer.experiment.precision import Precise
    from hewer.experiment.verify import Verification
    from hewer.report.grid import Grid
    from hewer.study.summary import QuantileSummary, Summary

_REPLICATIONS = 20  # unless another number is asked for

app = typer.Typer(
    name="hewer",
    help="Describe a workplace once; simulate it, and compare ways of dividing its labour.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line."""
    app()


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


@app.command()
@guarded
def run(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
    replications: options.Replications = None,
    worlds: options.Worlds = 1,
    precision: options.Precision = None,
    budget: options.Budget = None,
    quantiles: options.Quantiles = None,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    as_json: options.AsJson = False,
    csv: options.CsvFile = None,
    log: options.LogFile = None,
    workers: options.EachWorker = False,
    verification: options.Verify = False,
    max_states: options.MostStates = 200_000,
) -> None:
    """Simulate a model and show its measures.

    Shows, besides, where each worker's time went, the activities and the stocks. With --precision it runs
    until the measures named are as precise as that, within --replications and --budget.
    """
    from hewer.study.summary import quantiles_of, summarise

    _check_files(csv, log)
    probabilities = options.read_probabilities(quantiles)
    if precision is not None and log is not None:
        raise OptionError("--log keeps every event; run it without --precision, with --replications")
    if probabilities and worlds > 1:
        raise OptionError("--quantiles are over the replications of one world; leave --worlds out")
    what = (model, scenario, crew, options.read_changes(changes))
    asked = {"replications": replications, "worlds": worlds, "seed": seed, "threads": threads}
    result, precise = _simulated(what, asked, precision, budget, log=log is not None)
    summary = summarise(result)
    _write_files([(crew or result.crew or "", result)], csv, log)
    found = (summary, precise, quantiles_of(result, probabilities))
    _show_run(
        found, _verified(result, max_states) if verification else None, workers=workers, as_json=as_json
    )
    end(interrupted=result.interrupted)


def _simulated(
    what: tuple[Any, ...],
    asked: dict[str, Any],
    precision: list[str] | None,
    budget: str | None,
    *,
    log: bool,
) -> tuple[Result, Precise | None]:
    """Run a number of replications, or until it is precise."""
    seconds = options.read_seconds(budget, "--budget")
    if precision is not None:
        from hewer.experiment.precision import simulate_until

        with reporting(1) as progress:
            precise = simulate_until(*what, precision=precision, budget=seconds, progress=progress, **asked)
        return precise.result, precise
    from hewer.study.simulate import simulate

    if seconds is not None:
        raise OptionError("--budget goes with --precision")
    if asked["replications"] is None:
        asked["replications"] = _REPLICATIONS
    with reporting(asked["worlds"] * asked["replications"]) as progress:
        return simulate(*what, progress=progress, log=log, **asked), None


def _verified(result: Result, max_states: int) -> Verification:
    from hewer.experiment.verify import verify

    return verify(result, max_states=max_states)


def _show_run(
    found: tuple[Summary, Precise | None, tuple[QuantileSummary, ...]],
    verified: Verification | None,
    *,
    workers: bool,
    as_json: bool,
) -> None:
    from hewer.report.document import run_document, text
    from hewer.report.precision_table import precision_grid, quantile_grid
    from hewer.report.table import grids

    summary, precise, quantiles = found
    if verified is not None:
        from hewer.report.verify_table import verify_document, verify_grid

    def tables() -> list[Grid]:
        first, *others = grids(summary, workers=workers)
        besides = [precision_grid(precise)] if precise is not None else []
        besides += [quantile_grid(quantiles)] if quantiles else []
        besides += [verify_grid(verified)] if verified is not None else []
        return [first, *besides, *others]

    def document() -> str:
        written = run_document(summary, precise, quantiles)
        return text(written if verified is None else written | {"verification": verify_document(verified)})

    show_tables(document, tables, as_json=as_json)


@app.command()
@guarded
def compare(
    model: options.ModelName,
    crew: options.Crews = None,
    scenario: options.Scenarios = None,
    changes: options.Changes = None,
    all_pairs: options.AllPairs = False,
    apart: options.Apart = False,
    replications: options.Replications = None,
    worlds: options.Worlds = 1,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    as_json: options.AsJson = False,
    csv: options.CsvFile = None,
    chart: options.ChartFile = None,
    workers: options.EachWorker = False,
    states: options.EachState = False,
) -> None:
    """Compare crews or scenarios.

    All meet the same chance (common random numbers). The first named is the base.
    With neither crews nor scenarios, all crews of the model are compared.
    """
    from hewer.experiment.compare import compare as contrast_all
    from hewer.report.document import compare_document, text
    from hewer.report.table import grids

    _check_files(csv)
    check_chart(chart)
    changed = options.read_changes(changes)
    replications = _REPLICATIONS if replications is None else replications
    with reporting(worlds * replications) as progress:
        comparison = contrast_all(
            model,
            crew,
            scenario,
            set=changed,
            all_pairs=all_pairs,
            apart=apart,
            replications=replications,
            worlds=worlds,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    _write_files(list(zip(comparison.labels, comparison.results, strict=True)), csv)
    draw_chart(comparison, chart)
    show_tables(
        lambda: text(compare_document(comparison)),
        lambda: grids(comparison, workers=workers, states=states),
        as_json=as_json,
    )
    end(interrupted=comparison.interrupted)


@app.command()
@guarded
def exact(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
    long_run: options.LongRun = None,
    max_states: options.MostStates = 200_000,
    as_json: options.AsJson = False,
) -> None:
    """Work a model out as a Markov chain: no chance, no error.

    Its times must be exponential, Erlang or hyperexponential.
    """
    from hewer.exact.markov import exact_solution
    from hewer.report.document import text
    from hewer.report.exact_table import exact_document, exact_grids

    changed = options.read_changes(changes)
    solution = exact_solution(
        model, scenario, crew, changed, span=options.span_of(long_run), max_states=max_states
    )
    show_tables(lambda: text(exact_document(solution)), lambda: exact_grids(solution), as_json=as_json)


@app.command()
@guarded
def bound(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
    of: options.Of = None,
    long_run: options.LongRun = None,
    as_json: options.AsJson = False,
) -> None:
    """Find the most that a crew could yield if nothing ever waited.

    Shows what limits it, and what more of each would bring. Needs SciPy: install `hewer[exact]`.
    """
    from hewer.exact.bound import bound as find
    from hewer.report.document import bound_document, text
    from hewer.report.table import grids

    changed = options.read_changes(changes)
    found = find(model, scenario, crew, changed, of=of, long_run=long_run)
    show_tables(lambda: text(bound_document(found)), lambda: grids(found), as_json=as_json)


@app.command()
@guarded
def check(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
) -> None:
    """Say what is wrong with a model, and where.

    The exit code is 2 where there is an error.
    """
    from hewer.errors import ModelError, Problem
    from hewer.model.check import check as find
    from hewer.model.reading import load
    from hewer.model.scenario import apply

    changed = options.read_changes(changes)
    try:
        applied = apply(load(model), scenario, crew, changed)
        file = applied.source.file
        lines = [
            (one.level, str(Problem(one.path, one.message, one.hint, one.line, one.column, file, one.code)))
            for one in find(applied)
        ]
    except ModelError as error:
        lines = [("error", str(problem)) for problem in error.problems]
    for level, line in lines:
        print(f"{level}: {line}")
    counts = {level: sum(one == level for one, _ in lines) for level in ("error", "warning", "note")}
    found = [f"{count} {level}{'s' * (count != 1)}" for level, count in counts.items() if count]
    print(f"{model}: {', '.join(found) or 'no problems found'}")
    if counts["error"]:
        raise typer.Exit(USER_MISTAKE)


@app.command()
@guarded
def schema(
    out: options.OutFile = None,
) -> None:
    """Write the JSON Schema of the language."""
    import json

    from hewer.model.schema import json_schema

    _emit(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", out)


@app.command()
@guarded
def show(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
    out: options.OutFile = None,
) -> None:
    """Show the network as Mermaid text.

    It has the stocks, activities, posts and roles of the model.
    """
    from hewer.model.reading import load
    from hewer.model.scenario import apply
    from hewer.model.show import mermaid

    changed = options.read_changes(changes)
    _emit(mermaid(apply(load(model), scenario, crew, changed)).rstrip("\n") + "\n", out)


@app.command()
@guarded
def replay(
    model: options.ModelName,
    scenario: options.Scenario = None,
    crew: options.Crew = None,
    changes: options.Changes = None,
    replication: options.OneReplication = 0,
    begin: options.Begin = None,
    end: options.End = None,
    seed: options.Seed = 1,
    chart: options.ChartFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Show what every worker did when, and every stock's level, in one replication."""
    from hewer.report.document import text
    from hewer.report.replay_text import plain_text, replay_document, rich_text
    from hewer.study.replay import replay as run_again

    check_chart(chart)
    with reporting(100, "per cent of the time") as progress:
        found = run_again(
            model,
            scenario,
            crew,
            options.read_changes(changes),
            replication=replication,
            begin=begin,
            end=end,
            seed=seed,
            progress=progress,
        )
    draw_chart(found, chart)
    if as_json:
        sys.stdout.write(text(replay_document(found)))
    elif sys.stdout.isatty():
        from rich.console import Console

        console = Console(highlight=False)
        console.print(rich_text(found, console.width), soft_wrap=True)
    else:
        sys.stdout.write(plain_text(found))


@app.command()
@guarded
def cases(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Print the document of this case.")
    ] = None,
) -> None:
    """List the built-in cases, or print one."""
    from hewer.model.library import case_text
    from hewer.model.library import cases as listed

    if name is not None:
        sys.stdout.write(case_text(name))
        return
    found = listed()
    longest = max((len(case) for case, _ in found), default=0)
    for case, title in found:
        print(f"{case:{longest}}  {title}")


def show_tables(document: Callable[[], str], tables: Callable[[], list[Grid]], *, as_json: bool) -> None:
    """Write JSON, or tables: with Rich on a terminal, as plain text in a pipe."""
    if as_json:
        sys.stdout.write(document())
    elif sys.stdout.isatty():
        from rich.console import Console

        from hewer.report.grid import draw

        draw(tables(), Console(highlight=False))
    else:
        from hewer.report.grid import plain

        sys.stdout.write(plain(tables()))


def _check_files(*paths: Path | None) -> None:
    """Refuse now what would fail after a long run."""
    from hewer.report.output import check_writable

    for path in paths:
        if path is not None:
            check_writable(path)


def _write_files(results: list[tuple[str, Any]], csv: Path | None = None, log: Path | None = None) -> None:
    from hewer.report.event_log import write_log
    from hewer.report.output import writing
    from hewer.report.rows import write_rows

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


def _emit(text: str, out: Path | None) -> None:
    from hewer.report.output import writing

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


from hewer.cli import experiments, fitting  # noqa: E402, F401 - their commands join `app`
