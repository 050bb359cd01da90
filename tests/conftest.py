"""What all tests share: drawn examples are the same each time, unless new ones are asked for."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests import conformance

settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("new")  # HYPOTHESIS_PROFILE=new draws others each time, and keeps what fails
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this suite."""
    what = "renew the golden traces in tests/golden, and the rows of docs/conformance.md"
    parser.addoption("--update", action="store_true", help=what)


def pytest_configure(config: pytest.Config) -> None:
    """Gather the rows of the conformance page, if it is to be renewed."""
    if config.getoption("--update"):
        conformance.gather()


def pytest_sessionfinish() -> None:
    """Write what was gathered."""
    conformance.write()
