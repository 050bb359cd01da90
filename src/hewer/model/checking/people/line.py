"""Checks of lines: roles that take each other's work over."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from hewer.model.checking.base import Context
from hewer.model.document import Role
from hewer.model.settling.line import lines
from hewer.model.settling.resolve import Path
from hewer.model.settling.work import posts_of

__all__ = ["check_lines"]


def check_lines(context: Context, crew: str, roles: Mapping[str, Role]) -> None:
    """Check the lines of a crew: their order, and what those in them do."""
    before = len(context.found)
    followers: dict[str, str] = {}
    for name, role in roles.items():
        path: Path = ("crews", crew, name, "takes_over")
        other = role.takes_over
        if other is None or not context.known(path, other, roles, "role") or other == name:
            continue
        if other in followers:
            message = f"`{followers[other]}` takes the work of `{other}` over already"
            context.error(path, message, "a line has one role after another", "line")
        followers[other] = name
    if len(context.found) > before:
        return
    found = lines(roles)
    standing = {name for line in found for name in line}
    for name, role in roles.items():
        if role.takes_over is not None and name not in standing:
            message = "goes round in a ring: nobody is the first of the line"
            context.error(("crews", crew, name, "takes_over"), message, "leave it out of one role", "line")
            return
    for line in found:
        for name in line:
            _check_member(context, ("crews", crew, name), roles[name])
        for name, follower in pairwise(line):
            _check_pair(context, ("crews", crew, follower), (name, roles[name]), roles[follower])


def _done_by(context: Context, role: Role) -> set[str]:
    """Name the activities that a role has a part in."""
    return set(context.workplace.filled_by(role))


def _check_member(context: Context, path: Path, role: Role) -> None:
    for name in sorted(_done_by(context, role)):
        activity = context.model.activities[name]
        people = sum(posts_of(activity).values())
        if people > 1:
            message = f"`{name}` needs {people} people; in a line everybody works by himself"
            context.error((*path, "does"), message, "leave it to a role that is in no line", "line")
        if activity.resumed_by == "owner":
            message = f"`{name}` waits for its owner when it is interrupted; in a line work has none"
            context.error(("activities", name, "resumed_by"), message, "leave it out", "line")
    if "choice" in role.model_fields_set:
        message = "has no effect: in a line one does what is furthest down, then takes over"
        context.warn((*path, "choice"), message, "leave it out", "unused")


def _check_pair(context: Context, path: Path, before: tuple[str, Role], role: Role) -> None:
    """Warn of a role that can take nothing over from the one before it."""
    if not _done_by(context, role) & _done_by(context, before[1]):
        message = f"can do nothing that `{before[0]}` does, so it takes nothing over"
        context.warn((*path, "takes_over"), message, "let their `does` overlap", "line")
