"""The built-in cases: models that come with the package."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from hewer.errors import NotFoundError, did_you_mean
from hewer.model.document.explain import sentence

_TITLE = re.compile(r"^title:[ \t]*(.+?)[ \t]*$", re.MULTILINE)


def cases() -> list[tuple[str, str]]:
    """List the built-in cases.

    Returns
    -------
    list of (str, str)
        Name and title of each, by name.
    """
    return [(name, _title(case_text(name))) for name in case_names()]


@cache
def case_names() -> tuple[str, ...]:
    """Return the names of the built-in cases, sorted."""
    folder = _folder()
    return tuple(sorted(path.stem for path in folder.glob("*.yaml"))) if folder.is_dir() else ()


def case_file(name: str) -> Path:
    """Return the file of a built-in case; CSV files that it names lie in the same folder.

    Raises
    ------
    NotFoundError
        Where there is no such case.
    """
    if name not in case_names():
        hint = sentence(did_you_mean(name, case_names()))
        raise NotFoundError(f"there is no built-in case `{name}`" + (f". {hint}" if hint else ""))
    return _folder() / f"{name}.yaml"


def case_text(name: str) -> str:
    """Return the document of a built-in case.

    Raises
    ------
    NotFoundError
        Where there is no such case.
    """
    return case_file(name).read_text(encoding="utf-8")


def _folder() -> Path:
    return Path(str(files("hewer"))) / "cases"


def _title(text: str) -> str:
    """Return the title without reading the whole document, so that listing is quick."""
    found = _TITLE.search(text)
    if found is None:
        return ""
    title = found.group(1)
    if title[0] in "'\"" and title[-1] == title[0]:
        title = title[1:-1]
    return title
