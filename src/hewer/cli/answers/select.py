"""``hewer select``: select the best of several alternatives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hewer.cli import options
from hewer.cli.application import answer, check_chart
from hewer.cli.progress import reporting
from hewer.errors import OptionError


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

    if asked["delta"] is None:
        raise OptionError('select needs --delta, the smallest difference that matters: `--delta "0.5 t"`')
    check_chart(chart)
    with reporting(1) as progress:
        selected = find_best(model, over, progress=progress, **asked)
    answer(selected, chart, model, as_json=as_json)


def _show_regret(model: str, over: dict[str, list[str]], asked: dict[str, Any], *, as_json: bool) -> None:
    from hewer.experiment.regret import regret

    with reporting(1) as progress:
        found = regret(model, over, progress=progress, **asked)
    answer(found, as_json=as_json)
