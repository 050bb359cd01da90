"""``hewer exact``: work a model out as a Markov chain."""

from __future__ import annotations

from hewer.cli import options
from hewer.cli.application import answer


def exact(
    model: options.ModelName,
    crew: options.Crew = None,
    scenario: options.Scenario = None,
    changes: options.Changes = None,
    long_run: options.LongRun = None,
    max_states: options.MostStates = 200_000,
    as_json: options.AsJson = False,
) -> None:
    """Work a model out as a Markov chain: no chance, no error.

    Its times must be exponential, Erlang or hyperexponential.
    """
    from hewer.exact.chain.markov import exact_solution

    changed = options.read_changes(changes)
    solution = exact_solution(
        model, scenario, crew, changed, span=options.span_of(long_run), max_states=max_states
    )
    answer(solution, as_json=as_json)
