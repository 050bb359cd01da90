"""The commands that decide: each parses, calls one experiment, and shows the outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hewer.cli import options
from hewer.cli.application import app, check_chart, draw_chart, end, show_tables
from hewer.cli.guard import guarded
from hewer.cli.progress import reporting
from hewer.errors import OptionError


@app.command()
@guarded
def select(
    model: options.ModelName,
    over: options.Over,
    delta: options.Delta = None,
    measure: options.MeasureName = None,
    where: options.Where = None,
    subject_to: options.SubjectTo = None,
    smallest: options.Smallest = False,
    confidence: options.Confidence = 0.95,
    procedure: options.Procedure = None,
    first_stage: options.FirstStage = 10,
    changes: options.Changes = None,
    worlds: options.Worlds = 1,
    replications: options.InEachWorld = None,
    seed: options.Seed = 1,
    threads: options.Threads = None,
    chart: options.ChartFile = None,
    as_json: options.AsJson = False,
) -> None:
    """Select the best of several alternatives, with a stated probability.

    Runs as many replications of each as that takes, and no more than it must of those that are clearly worse.
    With --worlds it says instead how often each is the best, and how much its choice would give up.
    """
    from hewer.experiment.grid import read_over

    common: dict[str, Any] = {
        "delta": delta,
        "measure": measure,
        "where": where,
        "smallest": smallest,
        "set": options.read_changes(changes),
        "seed": seed,
        "threads": threads,
    }
    if worlds != 1:
        if subject_to or procedure or chart:
            raise OptionError(
                "over --worlds nothing is selected: leave --subject-to, --procedure and --chart out"
            )
        common |= {"worlds": worlds} | ({} if replications is None else {"replications": replications})
        return _show_regret(model, read_over(over), common, as_json=as_json)
    if replications is not None:
        raise OptionError("--replications goes with --worlds; without them as many are run as it takes")
    common |= {"subject_to": subject_to or (), "confidence": confidence}
    common |= {"procedure": procedure, "first_stage": first_stage}
    return _show_selected(model, read_over(over), common, chart, as_json=as_json)


def _show_selected(
    model: str, over: dict[str, list[str]], asked: dict[str, Any], chart: Path | None, *, as_json: bool
) -> None:
    from hewer.experiment.select import select as find_best
    from hewer.report.table.several.select import select_document, select_grids
    from hewer.report.text.document import text

    if asked["delta"] is None:
        raise OptionError('select needs --delta, the smallest difference that matters: `--delta "0.5 t"`')
    check_chart(chart)
    with reporting(1) as progress:
        selected = find_best(model, over, progress=progress, **asked)
    draw_chart(selected, chart, model)
    show_tables(lambda: text(select_document(selected)), lambda: select_grids(selected), as_json=as_json)
    end(interrupted=selected.interrupted)


def _show_regret(model: str, over: dict[str, list[str]], asked: dict[str, Any], *, as_json: bool) -> None:
    from hewer.experiment.regret import regret
    from hewer.report.table.several.regret import regret_document, regret_grids
    from hewer.report.text.document import text

    with reporting(1) as progress:
        found = regret(model, over, progress=progress, **asked)
    show_tables(lambda: text(regret_document(found)), lambda: regret_grids(found), as_json=as_json)
    end(interrupted=found.interrupted)


@app.command()
@guarded
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
    from hewer.report.table.several.attribute import attribute_document, attribute_grids
    from hewer.report.text.document import text

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
    from hewer.report.table.several.sensitivity import sensitivity_document, sensitivity_grids
    from hewer.report.text.document import text

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
    from hewer.report.table.several.explain import explain_document, explain_grids
    from hewer.report.text.document import text

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
    from hewer.report.table.single.steady import steady_document, steady_grids
    from hewer.report.text.document import text

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
