"""The commands that decide: each parses, calls one experiment, and shows the outcome."""

from __future__ import annotations

from typing import Annotated

import typer

from hewer.cli import options
from hewer.cli.guard import guarded
from hewer.cli.main import app, check_chart, draw_chart, end, show_tables
from hewer.cli.progress import reporting


@app.command()
@guarded
def select(
    model: options.ModelName,
    over: Annotated[
        list[str],
        typer.Option(
            metavar="NAME=VALUES",
            help="A decision and its values: `crew=solo,crew`, `scenario=a,b`, `ponies=1..4`,"
            " `tools.pony.count=1..4`. Repeat it: every combination is an alternative.",
        ),
    ],
    delta: Annotated[
        str,
        typer.Option(
            metavar="WIDTH", help="Indifference zone, the smallest difference that matters: `0.5 t`."
        ),
    ],
    measure: Annotated[
        str | None, typer.Option(help="The measure to select by; by default the first.")
    ] = None,
    where: Annotated[
        str | None, typer.Option(metavar="CONDITION", help="Leave out points of the grid: `r1 + r2 <= 20`.")
    ] = None,
    subject_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONSTRAINT",
            help="What an alternative must keep: `wait <= 5 min within 10 s`, the tolerance last; without one"
            " it is judged by the means as they are seen. Repeat it.",
        ),
    ] = None,
    smallest: Annotated[bool, typer.Option("--smallest", help="Less is better.")] = False,
    confidence: Annotated[float, typer.Option(help="Probability that the promise holds.")] = 0.95,
    procedure: Annotated[
        str | None,
        typer.Option(
            help="kn (common random numbers, tens) or screen (thousands); by default by their number."
        ),
    ] = None,
    first_stage: Annotated[int, typer.Option(help="Replications of each before the first look.")] = 10,
    changes: options.Changes = None,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    chart: options.ChartFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Select the best of several alternatives, with a stated probability.

    Runs as many replications of each as that takes, and no more than it must of those that are clearly worse.
    """
    from hewer.experiment.grid import read_over
    from hewer.experiment.select import select as find_best
    from hewer.report.document import text
    from hewer.report.select_table import select_document, select_grids

    check_chart(chart)
    with reporting(1) as progress:
        selected = find_best(
            model,
            read_over(over),
            delta=delta,
            measure=measure,
            where=where,
            subject_to=subject_to or (),
            smallest=smallest,
            confidence=confidence,
            procedure=procedure,
            first_stage=first_stage,
            set=options.read_changes(changes),
            seed=seed,
            threads=threads,
            progress=progress,
        )
    draw_chart(selected, chart, model)
    show_tables(lambda: text(select_document(selected)), lambda: select_grids(selected), as_json=as_json)
    end(interrupted=selected.interrupted)


@app.command()
@guarded
def attribute(
    model: options.ModelName,
    factor: Annotated[
        list[str], typer.Option("--factor", help="A scenario that is a factor of the difference; repeat it.")
    ],
    measure: Annotated[
        str | None, typer.Option(help="The measure to share out; by default the first.")
    ] = None,
    identity: Annotated[
        list[str] | None,
        typer.Option(help="A measure that multiplies into it exactly, such as heads; repeat it."),
    ] = None,
    scale: Annotated[str, typer.Option(help="log (shares of the ratio) or difference.")] = "log",
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
    from hewer.report.attribute_table import attribute_document, attribute_grids
    from hewer.report.document import text

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
    draw_chart(found, chart, model)
    show_tables(lambda: text(attribute_document(found)), lambda: attribute_grids(found), as_json=as_json)
    end(interrupted=found.interrupted)


@app.command()
@guarded
def sensitivity(
    model: options.ModelName,
    measure: Annotated[str | None, typer.Option(help="The measure to explain; by default the first.")] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", help="A param with a range to look at; by default all.")
    ] = None,
    points: Annotated[int, typer.Option(help="Base points, a power of 2.")] = 256,
    scenario: options.Scenario = None,
    crew: options.Crew = None,
    changes: options.Changes = None,
    replications: Annotated[int, typer.Option("--replications", "-n", help="At each point; 2 at least.")] = 2,
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
    from hewer.report.document import text
    from hewer.report.sensitivity_table import sensitivity_document, sensitivity_grids

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
    draw_chart(found, chart, model)
    show_tables(lambda: text(sensitivity_document(found)), lambda: sensitivity_grids(found), as_json=as_json)


@app.command()
@guarded
def explain(
    model: options.ModelName,
    measure: Annotated[str | None, typer.Option(help="The measure to explain; by default the first.")] = None,
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
    from hewer.report.document import text
    from hewer.report.explain_table import explain_document, explain_grids

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
    draw_chart(found, chart, model)
    show_tables(lambda: text(explain_document(found)), lambda: explain_grids(found), as_json=as_json)
    end(interrupted=found.interrupted)


@app.command()
@guarded
def steady(
    model: options.ModelName,
    measure: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[MEASURE]...",
            help="Measures of the model, or what one could say: `level(queue)`; by default all that settle.",
        ),
    ] = None,
    scenario: options.Scenario = None,
    crew: options.Crew = None,
    changes: options.Changes = None,
    replications: options.Replications = None,
    windows: Annotated[
        int, typer.Option(help="Parts of equal length that each replication is looked at in; 100 at least.")
    ] = 1000,
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
    from hewer.report.document import text
    from hewer.report.steady_table import steady_document, steady_grids

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
    draw_chart(found, chart)
    show_tables(lambda: text(steady_document(found)), lambda: steady_grids(found), as_json=as_json)
    end(interrupted=found.interrupted)
