"""``hewer show``: show the network of a model."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import emit


def show(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
    out: options.OutFile = None,
) -> None:
    """Show the network as Mermaid text.

    It has the stocks, activities, posts and roles of the model.
    """
    from hewer.model.reading.document import load
    from hewer.model.settling.scenario import apply
    from hewer.model.show import mermaid

    changed = options.read_changes(changes)
    emit(mermaid(apply(load(model), scenario, crew, changed)).rstrip("\n") + "\n", out)
