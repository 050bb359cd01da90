"""``hewer steady``: find the warm-up of work that goes on."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import answer, check_chart
from hewer.cli.progress import reporting


def steady(
    model: options.ModelName,
    measure: options.MeasuresOrTexts = None,
    scenario: options.Scenario = None,
    crew: options.Crew = None,
    changes: options.Changes = None,
    replications: options.Replications = None,
    windows: options.Windows = 1000,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    chart: options.ChartFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Find the warm-up of work that goes on, and what its measures come to after it.

    MSER-5 cuts the mean of the replications; what follows is estimated over them, and by batch means.
    """
    from hewer.experiment.steady import REPLICATIONS
    from hewer.experiment.steady import steady as settle

    check_chart(chart)
    number = REPLICATIONS if replications is None else replications
    with reporting(number) as progress:
        found = settle(
            model,
            measure or (),
            scenario,
            crew,
            options.read_changes(changes),
            replications=number,
            windows=windows,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    answer(found, chart, as_json=as_json)
