"""Where the parts of a document stand in its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_INDEXED = re.compile(r"(.+)\[(\d+)\]")

Step = str | int
"""A key of a mapping, or an index of a list."""


class Position(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int
    column: int


class Positions(NamedTuple):
    """The source of a document.

    Attributes
    ----------
    file : str or None
        Name of the file, for messages.
    folder : Path or None
        Folder against which files named in the document are found.
    values, keys : mapping
        Position of the value, and of the key, at each path.
    """

    file: str | None = None
    folder: Path | None = None
    values: Mapping[tuple[Step, ...], Position] = {}
    keys: Mapping[tuple[Step, ...], Position] = {}

    def at(self, path: tuple[Step, ...] | str, key: bool = False) -> Position | None:
        """Position of the value (or key) at a path, or of the nearest part that encloses it.

        A path is a tuple of keys and indices, or the text that :func:`dotted` makes of it.
        """
        steps = parted(path) if isinstance(path, str) else tuple(path)
        table = self.keys if key else self.values
        if steps in table:
            return table[steps]
        while steps:
            if steps in self.values:
                return self.values[steps]
            steps = steps[:-1]
        return self.values.get(())


def parted(path: str) -> tuple[Step, ...]:
    """Undo :func:`dotted`: ``flow[2]`` is the second entry, index 1."""
    steps: list[Step] = []
    for part in path.split("."):
        found = _INDEXED.fullmatch(part)
        if found is None:
            steps.append(part)
        else:
            steps += [found.group(1), int(found.group(2)) - 1]
    return tuple(steps) if path else ()


def dotted(path: tuple[Step, ...]) -> str:
    """Write a path as in messages: ``crews.solo.hewer.does[2]``, list entries counted from 1."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text
