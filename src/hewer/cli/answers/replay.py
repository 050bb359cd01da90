"""``hewer replay``: show one replication."""

from __future__ import annotations

import sys

from hewer.cli import options
from hewer.cli.application import check_chart, draw_chart
from hewer.cli.progress import reporting


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
