"""``hewer attribute``: share a difference out over its causes."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import answer, check_chart
from hewer.cli.progress import reporting


def attribute(
    model: options.ModelName,
    factor: options.Factors,
    measure: options.MeasureName = None,
    identity: options.Identity = None,
    scale: options.Scale = "log",
    crew: options.Crew = None,
    changes: options.Changes = None,
    replications: options.Replications = None,
    worlds: options.Worlds = 1,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    chart: options.ChartFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Say what a difference is due to.

    Simulates the model with every set of the factors, and shares out the difference that all of them make.
    """
    from hewer.experiment.attribute import attribute as share_out

    check_chart(chart)
    with reporting(1) as progress:
        found = share_out(
            model,
            factor,
            measure=measure,
            identity=identity or (),
            scale=scale,
            crew=crew,
            set=options.read_changes(changes),
            replications=50 if replications is None else replications,
            worlds=worlds,
            seed=seed,
            threads=threads,
            progress=progress,
        )
    answer(found, chart, model, as_json=as_json)
