"""``hewer explain``: rank what holds the work back."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import answer, check_chart
from hewer.cli.progress import reporting


def explain(
    model: options.ModelName,
    measure: options.MeasureName = None,
    scenario: options.Scenario = None,
    crew: options.Crew = None,
    changes: options.Changes = None,
    replications: options.Replications = None,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    chart: options.ChartFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Rank what holds the work back.

    Tries a little more of each thing on common random numbers; shows what people waited for, and the ceiling.
    """
    from hewer.experiment.explain import explain as find_out

    check_chart(chart)
    with reporting(1) as progress:
        found = find_out(
            model,
            scenario,
            crew,
            options.read_changes(changes),
            measure=measure,
            replications=50 if replications is None else replications,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    answer(found, chart, model, as_json=as_json)
