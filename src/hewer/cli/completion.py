"""What a shell may complete: names of models, and of what the model already typed has in it.

Nothing is completed, and nothing said, where there is no such model or it cannot be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hewer.errors import HewerError

if TYPE_CHECKING:
    from hewer.model.document import Model

_SUFFIXES = (".yaml", ".yml")


def models(incomplete: str) -> list[str]:
    """Complete built-in cases, files of models, and folders on the way to them."""
    from hewer.model.reading.library import case_names

    folder, _, begun = incomplete.rpartition("/")
    found = [name for name in case_names() if name.startswith(incomplete)]
    try:
        paths = sorted(Path(folder or ("/" if incomplete.startswith("/") else ".")).glob(f"{begun}*"))
        paths = [path for path in paths if path.is_dir() or path.suffix in _SUFFIXES]
        found += [f"{folder}/{path.name}" if "/" in incomplete else path.name for path in paths]
    except (OSError, ValueError, NotImplementedError):
        return found
    return found


def crews(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the crews of the model."""
    model = _model(context)
    return [] if model is None else _begun(model.crews, incomplete)


def scenarios(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the scenarios of the model."""
    model = _model(context)
    return [] if model is None else _begun(model.scenarios, incomplete)


def measures(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the measures of the model."""
    model = _model(context)
    return [] if model is None else _begun(model.measures, incomplete)


def ranged(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the params of the model that have a range."""
    model = _model(context)
    if model is None:
        return []
    return _begun([name for name, param in model.params.items() if param.range is not None], incomplete)


def changes(context: typer.Context, incomplete: str) -> list[str]:
    """Complete the params of the model, with the sign that a value follows."""
    model = _model(context)
    return [] if model is None else [f"{name}=" for name in _begun(model.params, incomplete)]


def decisions(context: typer.Context, incomplete: str) -> list[str]:
    """Complete what can be chosen: crews, scenarios, and params that are known."""
    model = _model(context)
    if model is None:
        return []
    known = [name for name, one in model.params.items() if one.range is None and one.draws is None]
    words = [word for word, there in (("crew", model.crews), ("scenario", model.scenarios)) if there]
    return [f"{name}=" for name in _begun([*words, *known], incomplete)]


def _begun(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _model(context: typer.Context) -> Model | None:
    """Read the model that is named already, without checking it; None where it cannot be read."""
    from hewer.model.reading.document import read

    for source in (context.params.get("model"), *_typed()):
        if isinstance(source, str):
            with suppress(HewerError, OSError, ValueError):
                return read(source)
    return None


def _typed() -> list[str]:
    """Return the words of the shell's line: an option without its value hides the model from the parser."""
    line = os.environ.get("_TYPER_COMPLETE_ARGS") or os.environ.get("COMP_WORDS") or ""
    return [word for word in line.split()[2:] if not word.startswith("-")]
