"""``hewer compare``: compare crews or scenarios."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import (
    REPLICATIONS,
    check_chart,
    check_files,
    draw_chart,
    end,
    show_tables,
    write_files,
)
from hewer.cli.progress import reporting


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
    replications = REPLICATIONS if replications is None else replications
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
