"""``hewer run``: simulate a model and show its measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hewer.cli import options
from hewer.cli.application import REPLICATIONS, check_files, end, show_tables, write_files
from hewer.cli.progress import reporting
from hewer.errors import OptionError

if TYPE_CHECKING:
    from hewer.engine.result.result import Result
    from hewer.experiment.precision import Precise
    from hewer.experiment.verify import Verification
    from hewer.report.form.grid import Grid
    from hewer.study.summary import QuantileSummary, Summary


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
        asked["replications"] = REPLICATIONS
    with reporting(asked["worlds"] * asked["replications"]) as progress:
        return simulate(*what, progress=progress, log=log, **asked), None


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


def _verified(result: Result, max_states: int) -> Verification:
    from hewer.experiment.verify import verify

    return verify(result, max_states=max_states)
