"""``hewer sensitivity``: say which of the params that are not known matter."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import answer, check_chart
from hewer.cli.progress import reporting


def sensitivity(
    model: options.ModelName,
    measure: options.MeasureName = None,
    param: options.Inputs = None,
    points: options.Points = 256,
    scenario: options.Scenario = None,
    crew: options.Crew = None,
    changes: options.Changes = None,
    replications: options.AtEachPoint = 2,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    chart: options.ChartFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Say which of the params that are not known matter.

    Sobol indices of what a measure expects, a tornado and main effects. Needs SALib: install
    `hewer[sensitivity]`.
    """
    from hewer.experiment.sensitivity import sensitivity as analyse

    check_chart(chart)
    with reporting(1) as progress:
        found = analyse(
            model,
            scenario,
            crew,
            options.read_changes(changes),
            measure=measure,
            params=param,
            points=points,
            replications=replications,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    answer(found, chart, model, as_json=as_json)
