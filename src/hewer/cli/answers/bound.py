"""``hewer bound``: find the most that a crew could yield."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import answer


def bound(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
    of: options.Of = None,
    long_run: options.LongRun = None,
    as_json: options.AsJson = False,
) -> None:
    """Find the most that a crew could yield if nothing ever waited.

    Shows what limits it, and what more of each would bring. Needs SciPy: install `hewer[exact]`.
    """
    from hewer.exact.bound.ceiling import bound as find

    changed = options.read_changes(changes)
    found = find(model, scenario, crew, changed, of=of, long_run=long_run)
    answer(found, as_json=as_json)
