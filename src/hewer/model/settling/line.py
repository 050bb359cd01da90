"""Lines of roles that take each other's work over."""

from __future__ import annotations

from collections.abc import Mapping

from hewer.model.document import Role

__all__ = ["lines"]


def lines(roles: Mapping[str, Role]) -> list[list[str]]:
    """List the lines of a crew, each from its first role to its last.

    A role that only names itself is a line of its own workers.
    """
    after = {role.takes_over: name for name, role in roles.items() if role.takes_over not in (None, name)}
    found = []
    for name, role in roles.items():
        first = role.takes_over in (None, name)
        if first and (name in after or role.takes_over == name):
            line = [name]
            while line[-1] in after:
                line.append(after[line[-1]])
            found.append(line)
    return found
