"""What the exact engines share: opening a model, refusing one, and SciPy, which only they need."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from hewer.distribution import Distribution
from hewer.engine.draws import Sampler
from hewer.engine.program import Compiled, Program
from hewer.errors import MissingExtraError, Problem, RefusalError
from hewer.families import FAMILIES, Listed
from hewer.model.document import Model
from hewer.model.settling.resolve import problem_at

Place = tuple[str | int, ...]


def opened(
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Compiled:
    """Read a model, apply scenario, crew and changes, and compile it; params have their stated values.

    Raises
    ------
    NotFoundError, ModelError
    """
    from hewer.engine.compile.program import compile_model
    from hewer.model.reading.document import load, require
    from hewer.model.settling.flow import expand
    from hewer.model.settling.scenario import apply

    document = require(model) if isinstance(model, Model) else load(model)
    return compile_model(expand(require(apply(document, scenario, crew, changes))))


class Refusals:
    """Collects why an exact engine cannot answer for a model, so that all is said at once.

    Parameters
    ----------
    model : Model
        For the place of each in the file.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.problems: dict[Problem, None] = {}

    def add(self, path: Place, message: str, hint: str | None = None) -> None:
        """Note one reason, once."""
        self.problems[problem_at(self.model, path, message, hint, "refused")] = None

    def settle(self) -> None:
        """Raise RefusalError where there is any reason."""
        if self.problems:
            raise RefusalError(self.problems)


def distribution(program: Program, index: int) -> Distribution:
    """Return a distribution of the Program."""
    row = program.distribution[index]
    name = Sampler(int(row["family"])).name.lower()
    family = FAMILIES[name]
    start, stop = int(row["t0"]), int(row["t1"])
    if isinstance(family, Listed):
        stop = start + family.width * (stop - start)
    table = tuple(program.table[start:stop].tolist()) or None
    return Distribution(name, float(row["a"]), float(row["b"]), float(row["c"]), table)


def scipy_part(name: str) -> Any:
    """Import a part of SciPy, such as ``optimize``.

    Raises
    ------
    MissingExtraError
        Where SciPy is not installed.
    """
    try:
        return import_module(f"scipy.{name}")
    except ImportError as error:
        raise MissingExtraError("this needs SciPy: install `hewer[exact]`") from error
