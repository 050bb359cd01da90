"""Positions in a source."""

from __future__ import annotations

import pytest

from hewer.model.document.position import Position, Positions, dotted, parted


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("crews", "solo", "hewer", "does", 1), "crews.solo.hewer.does[2]"),
        (("flow", 0), "flow[1]"),
        (("title",), "title"),
        ((), ""),
    ],
)
def test_paths_are_written_with_dots(path: tuple[str | int, ...], text: str) -> None:
    assert dotted(path) == text
    assert parted(text) == path


def test_what_has_no_place_has_that_of_what_encloses_it() -> None:
    source = Positions(values={(): Position(1, 1), ("a",): Position(1, 4), ("a", "b"): Position(2, 3)})
    assert source.at("a.b.c.d") == (2, 3)
    assert source.at("a.x") == (1, 4)
    assert source.at("z") == (1, 1)
    assert Positions().at("z") is None
