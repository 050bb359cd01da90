"""How activities and roles name stocks, posts and places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hewer.errors import ValueProblem
from hewer.model.document import Activity, Role
from hewer.model.expression import Call, Name, Node, parse
from hewer.model.settling.resolve import Path

SELECTORS = ("next", "prev", "first", "last")
"""Functions that name a stock of another member of a set."""

SUMMARIES = ("sum", "largest", "smallest")
"""Functions of the levels of a stock at all members of its set."""


class Reference(NamedTuple):
    """A stock as an activity names it: ``solid``, ``next(solid)``."""

    selector: str  # empty: the stock of the member itself
    stock: str


def reference(text: str) -> Reference | None:
    """Read the key of a take or give; None where it is none."""
    try:
        return reference_of(parse(text))
    except ValueProblem:
        return None


def reference_of(node: Node) -> Reference | None:
    """Read ``solid`` or ``next(solid)`` in an expression; None where it is neither."""
    if isinstance(node, Name):
        return Reference("", node.id)
    if isinstance(node, Call) and node.name in SELECTORS and len(node.args) == 1:
        inner = node.args[0]
        return Reference(node.name, inner.id) if isinstance(inner, Name) else None
    return None


def posts_of(activity: Activity) -> dict[str, int]:
    """People needed in each post; an automatic activity has none."""
    return {post: number for post, number in activity.posts.items() if number}


def posts_named(entry: str, name: str, activity: Activity) -> tuple[str, ...]:
    """List the posts of the activity `name` that an entry of a role's `does` names."""
    posts = posts_of(activity)
    if entry == name:
        return tuple(posts)
    return tuple(post for post in posts if post and entry in (post, f"{name}.{post}"))


def own_set(role: Role) -> str | None:
    """Return the place set of which each worker of a role keeps to the own member, if it is so."""
    words = (role.keeps_to or "").split()
    return words[1] if len(words) == 2 and words[0] == "own" else None


def all_gives(activity: Activity) -> list[tuple[Path, Mapping[str, str | int | float]]]:
    """List what an activity gives: its common gives and those of each outcome, with their paths."""
    found: list[tuple[Path, Mapping[str, str | int | float]]] = [(("gives",), activity.gives)]
    for name, outcome in activity.outcomes.items():
        found.append((("outcomes", name, "gives"), outcome.gives))
    return found
