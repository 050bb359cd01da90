"""Colours and signs of what workers do, the same on the terminal and in charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hewer.study.states import KINDS, State

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Those of Okabe and Ito (2008), which the colour-blind can tell apart."""
INK, FAINT, GRID = "#222222", "#666666", "#DDDDDD"


class Look(NamedTuple):
    """How a state is shown: a sign in text, a colour (empty: none) and a hatch in charts, and its label."""

    sign: str
    colour: str
    hatch: str
    label: str


_KINDS = {
    "walking": ("~", "#9A9A9A", ""),
    "partner": (":", "#E4E4E4", "////"),
    "blocked": ("#", "#3A3A3A", ""),
    "idle": (".", "#EDEDED", ""),
    "break": ("-", "#FFFFFF", "...."),
    "absent": ("x", "#FFFFFF", "xxxx"),
    "done": (" ", "", ""),
    "off": (" ", "", ""),
}
_HATCHES = ("", "////", "....", "xxxx")  # when the colours begin again
_SPARE = "abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def looks(states: Sequence[State], used: Sequence[int]) -> dict[int, Look]:
    """Choose how the states that occur are shown: each activity by itself, all else by its kind.

    Parameters
    ----------
    states : sequence of State
        All that there are.
    used : sequence of int
        Those that occur.

    Returns
    -------
    dict of int to Look
        By state, in the order of `states`.
    """
    found: dict[int, Look] = {}
    signs = {"x"}
    works = 0
    for number in sorted({*used}):
        kind, _, name = states[number].key.partition(".")
        if kind != "working":
            found[number] = Look(*_KINDS[kind], label=KINDS[kind])
            continue
        colour = COLOURS[works % len(COLOURS)]
        hatch = _HATCHES[works // len(COLOURS) % len(_HATCHES)]
        found[number] = Look(_sign(name, signs), colour, hatch, name)
        works += 1
    return found


def _sign(name: str, taken: set[str]) -> str:
    """Choose a letter for an activity: one of its name, if that is free."""
    for letter in name.lower() + name.upper() + _SPARE:
        if letter.isascii() and letter.isalnum() and letter not in taken:
            taken.add(letter)
            return letter
    return "+"
