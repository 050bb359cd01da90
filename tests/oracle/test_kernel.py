"""The kernel and the oracle tell the same story, event for event, of whatever is drawn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from hewer.engine.program import Program
from hewer.errors import RunError
from tests.oracle import compare
from tests.oracle.engine import simulate
from tests.oracle.models import compiled, documents
from tests.oracle.shop import BadNumberError, EndlessError

ALL = list(HealthCheck)


def outcome(engine: Any, program: Program, **options: int) -> Any:
    """A run, or the word for why there is none."""
    try:
        return engine(program, **options)
    except (EndlessError, BadNumberError) as error:
        return type(error).__name__
    except RunError as error:
        return type(error).__name__


def check(document: Any, **options: int) -> None:
    made = compiled(document)
    oracle = outcome(simulate, made.program, **options)
    kernel = outcome(compare.kernel, made.program, **options)
    if isinstance(oracle, str) or isinstance(kernel, str):
        assert oracle == kernel
        return
    assert compare.differences(oracle, kernel) == []


@settings(max_examples=120, derandomize=True, deadline=None, database=None, suppress_health_check=ALL)
@given(documents())
def test_drawn_models_run_alike(document):
    check(document)


@settings(max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=ALL)
@given(documents())
def test_other_seeds_worlds_and_replications_run_alike(document):
    check(document, seed=7, world=3, replication=11)


@pytest.mark.slow
@settings(max_examples=3000, derandomize=True, deadline=None, database=None, suppress_health_check=ALL)
@given(documents())
def test_many_drawn_models_run_alike(document):
    check(document, seed=2)
