"""``hewer check``: say what is wrong with a model."""

from __future__ import annotations

import typer

from hewer.cli import options
from hewer.cli.guard import USER_MISTAKE


def check(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
) -> None:
    """Say what is wrong with a model, and where.

    The exit code is 2 where there is an error.
    """
    from hewer.errors import ModelError, Problem
    from hewer.model.checking.check import check as find
    from hewer.model.reading.document import load
    from hewer.model.settling.scenario import apply

    changed = options.read_changes(changes)
    try:
        applied = apply(load(model), scenario, crew, changed)
        file = applied.source.file
        lines = [
            (one.level, str(Problem(one.path, one.message, one.hint, one.line, one.column, file, one.code)))
            for one in find(applied)
        ]
    except ModelError as error:
        lines = [("error", str(problem)) for problem in error.problems]
    for level, line in lines:
        print(f"{level}: {line}")
    counts = {level: sum(one == level for one, _ in lines) for level in ("error", "warning", "note")}
    found = [f"{count} {level}{'s' * (count != 1)}" for level, count in counts.items() if count]
    print(f"{model}: {', '.join(found) or 'no problems found'}")
    if counts["error"]:
        raise typer.Exit(USER_MISTAKE)
