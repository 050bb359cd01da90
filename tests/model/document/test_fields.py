"""How values are described to their writer."""

from __future__ import annotations

import pytest

from hewer.model.document.fields import got


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "yes"),
        ({}, "a mapping"),
        ([1], "a list"),
        (3, "`3`"),
        ("x", "`x`"),
        ("x" * 99, f"`{'x' * 57}...`"),
    ],
)
def test_values_are_described_as_their_writer_would(value: object, text: str) -> None:
    assert got(value) == text
