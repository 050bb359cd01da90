"""What all tests share: drawn examples are the same each time, unless new ones are asked for."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, database=None)
settings.register_profile("new")  # HYPOTHESIS_PROFILE=new draws others each time, and keeps what fails
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this suite."""
    parser.addoption("--update", action="store_true", help="renew the golden traces in tests/golden")
