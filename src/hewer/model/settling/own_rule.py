"""Rules of choice of the user's own: a Python function that ranks what a worker could do next (rule 4).

The names of its parameters say which numbers it is given: those of :data:`NUMBERS`, the level of a stock,
a param, or what the item is like that would be taken first.
"""

from __future__ import annotations

import inspect
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from hewer.errors import ValueProblem, did_you_mean
from hewer.model.document import Model
from hewer.model.settling.route import sets_of

__all__ = ["NUMBERS", "OwnRule", "load_rule", "returns_number"]

NUMBERS: Mapping[str, str] = {
    "waiting": "time for which it has been waiting (rule 1)",
    "queue": "level of the stock of its first take; 0 if it takes nothing",
    "distance": "walking time to its place from where the worker stands",
    "duration": "expected time of the work for this role, with the mean in place of each draw and what would "
    "be taken now in place of what is taken",
    "preference": "its place in `does`, from 1",
    "priority": "its priority",
    "people": "how many people it needs",
    "member": "number of its member, from 1",
    "now": "time since the start",
    "left": "time to the end of the shift, or else to the horizon",
}
"""The numbers that a rule may ask for, by the names of its parameters; in base units (seconds, metres...)."""

_REFERENCE = re.compile(r"(?P<file>.+\.py):(?P<function>[^\W\d]\w*)")
_Loaded = tuple[tuple[int, int], dict[str, Any]]
_FILES: dict[Path, _Loaded] = {}
_LOADING = threading.Lock()


class OwnRule(NamedTuple):
    """A function that ranks what a worker could do.

    Attributes
    ----------
    name : str
        As the model has it, ``rules.py:function``; of a function given in Python its own name.
    function : callable
        Called with numbers, by name; the smallest number that it returns goes first.
    numbers : tuple of str
        Names of the parameters that it is given.
    """

    name: str
    function: Callable[..., Any]
    numbers: tuple[str, ...]


def load_rule(model: Model, choice: str | Callable[..., Any]) -> OwnRule:
    """Find the function that a role's `choice` names, and what it asks for.

    Parameters
    ----------
    model : Model
        Files are found in its folder.
    choice : str or callable
        ``file.py:function``, or a function.

    Returns
    -------
    OwnRule
        A file is read once, and again when it has changed.

    Raises
    ------
    ValueProblem
        Where the file or the function is missing or wrong, or a parameter asks for what there is not.
    """
    if callable(choice):
        name, function = getattr(choice, "__name__", type(choice).__name__), choice
    else:
        name, function = choice, _function(model, choice)
    return OwnRule(name, function, _numbers(model, name, function))


def _function(model: Model, reference: str) -> Callable[..., Any]:
    found = _REFERENCE.fullmatch(reference)
    assert found is not None, reference
    path = (model.source.folder or Path()) / found["file"]
    names = _read(path, found["file"])
    function = names.get(found["function"])
    if function is None:
        offered = [name for name, one in names.items() if callable(one) and not name.startswith("_")]
        hint = did_you_mean(found["function"], offered)
        raise ValueProblem(f"`{found['file']}` has no function `{found['function']}`", hint, code="own-rule")
    if not callable(function):
        raise ValueProblem(
            f"`{found['function']}` in `{found['file']}` is no function", "write `def`", code="own-rule"
        )
    result: Callable[..., Any] = function
    return result


def _read(path: Path, name: str) -> dict[str, Any]:
    """Run a file, unless it has been run as it stands; return what it defines."""
    try:
        state = path.stat()
        stamp = state.st_mtime_ns, state.st_size
        with _LOADING:
            if path not in _FILES or _FILES[path][0] != stamp:
                _FILES[path] = stamp, _run(path, name)
            return _FILES[path][1]
    except ValueError as error:
        raise ValueProblem(f"`{name!r}` cannot be the name of a file: {error}", code="own-rule") from None
    except OSError as error:
        near = did_you_mean(path.name, (one.name for one in path.parent.glob("*.py")))
        hint = near or "it is looked for in the folder of the model"
        message = f"the file `{name}` cannot be read: {error.strerror or error}"
        raise ValueProblem(message, hint, code="own-rule") from None


def _run(path: Path, name: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), names)
    except OSError:
        raise
    except SyntaxError as error:
        message = f"`{name}`, line {error.lineno}, is not Python: {error.msg}"
        raise ValueProblem(message, None, code="own-rule") from None
    except Exception as error:
        message = f"`{name}` cannot be run: {type(error).__name__}: {error}"
        raise ValueProblem(message, "it is run once, to find the function", code="own-rule") from None
    return {key: one for key, one in names.items() if not key.startswith("__")}


def _numbers(model: Model, name: str, function: Callable[..., Any]) -> tuple[str, ...]:
    """Names of the parameters that a rule is given; those with a default may be anything else."""
    asked: list[str] = []
    known = [*NUMBERS, *model.stocks, *model.params, *sorted(_attributes(model))]
    try:
        parameters = inspect.signature(getattr(function, "py_func", function)).parameters.values()
    except (TypeError, ValueError):
        raise ValueProblem(f"`{name}` does not tell its parameters", "write `def`", code="own-rule") from None
    for one in parameters:
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.POSITIONAL_ONLY):
            message = f"`{name}` must name each of its numbers; got `{one}`"
            raise ValueProblem(message, "for example `def rule(waiting, distance)`", code="own-rule")
        if one.name in known:
            asked.append(one.name)
        elif one.default is one.empty:
            message = (
                f"`{name}` asks for `{one.name}`, which is no number of a choice, stock, param or attribute"
            )
            raise ValueProblem(message, did_you_mean(one.name, known), code="unknown-name")
    if not asked:
        message = f"`{name}` asks for no number, so that all it could choose from is alike to it"
        raise ValueProblem(message, "for example `def rule(waiting, distance)`", code="own-rule")
    return tuple(asked)


def _attributes(model: Model) -> set[str]:
    """Names of what items are like: said by kinds or sources, or set by works."""
    parts = [*(kind.attributes for kind in model.kinds.values())]
    parts += [source.attributes for source in model.sources.values()]
    said = {name for attributes in parts for name in attributes}
    changed = {name for one in model.activities.values() for _, new in sets_of(one) for name in new}
    return said | changed - {"kind", "step"}


def returns_number(value: object) -> bool:
    """Tell whether a rule returned what it should."""
    return isinstance(value, bool | int | float | np.bool_ | np.integer | np.floating)
