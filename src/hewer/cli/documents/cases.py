"""``hewer cases``: list the built-in cases."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def cases(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Print the document of this case.")
    ] = None,
) -> None:
    """List the built-in cases, or print one."""
    from hewer.model.reading.library import case_text
    from hewer.model.reading.library import cases as listed

    if name is not None:
        sys.stdout.write(case_text(name))
        return
    found = listed()
    longest = max((len(case) for case, _ in found), default=0)
    for case, title in found:
        print(f"{case:{longest}}  {title}")
