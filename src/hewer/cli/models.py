"""The commands about a model: each parses, calls what the Python API calls, and shows the outcome."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hewer.cli import options
from hewer.cli.application import (
    app,
    check_chart,
    check_files,
    draw_chart,
    emit,
    end,
    show_tables,
    write_files,
)
from hewer.cli.guard import USER_MISTAKE, guarded
from hewer.cli.progress import reporting
from hewer.errors import OptionError

if TYPE_CHECKING:
    from hewer.engine.result.result import Result
    from hewer.experiment.precision import Precise
    from hewer.experiment.verify import Verification
    from hewer.report.form.grid import Grid
    from hewer.study.summary import QuantileSummary, Summary

_REPLICATIONS = 20  # unless another number is asked for


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

    check_files(csv, log)
    probabilities = options.read_probabilities(quantiles)
    if precision is not None and log is not None:
        raise OptionError("--log keeps every event; run it without --precision, with --replications")
    if probabilities and worlds > 1:
        raise OptionError("--quantiles are over the replications of one world; leave --worlds out")
    what = (model, scenario, crew, options.read_changes(changes))
    asked = {"replications": replications, "worlds": worlds, "seed": seed, "threads": threads}
    result, precise = _simulated(what, asked, precision, budget, log=log is not None)
    summary = summarise(result)
    write_files([(crew or result.crew or "", result)], csv, log)
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
    from hewer.report.table.single.precision import precision_grid, quantile_grid
    from hewer.report.table.tables import grids
    from hewer.report.text.document import run_document, text

    summary, precise, quantiles = found
    if verified is not None:
        from hewer.report.table.single.verify import verify_document, verify_grid

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
    from hewer.report.table.tables import grids
    from hewer.report.text.document import compare_document, text

    check_files(csv)
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
    write_files(list(zip(comparison.labels, comparison.results, strict=True)), csv)
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
    from hewer.exact.chain.markov import exact_solution
    from hewer.report.table.single.exact import exact_document, exact_grids
    from hewer.report.text.document import text

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
    from hewer.exact.bound.ceiling import bound as find
    from hewer.report.table.tables import grids
    from hewer.report.text.document import bound_document, text

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
    from hewer.model.checking.check import check as find
    from hewer.model.reading.document import load
    from hewer.model.settling.scenario import apply

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

    from hewer.model.document.schema import json_schema

    emit(json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", out)


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
    from hewer.model.reading.document import load
    from hewer.model.settling.scenario import apply
    from hewer.model.show import mermaid

    changed = options.read_changes(changes)
    emit(mermaid(apply(load(model), scenario, crew, changed)).rstrip("\n") + "\n", out)


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
    from hewer.report.text.document import text
    from hewer.report.text.replay import plain_text, replay_document, rich_text
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
    from hewer.model.reading.library import case_text
    from hewer.model.reading.library import cases as listed

    if name is not None:
        sys.stdout.write(case_text(name))
        return
    found = listed()
    longest = max((len(case) for case, _ in found), default=0)
    for case, title in found:
        print(f"{case:{longest}}  {title}")
