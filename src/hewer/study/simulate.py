"""Simulate a model: scenario applied, worlds drawn, replications on threads, measures evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hewer.errors import OptionError
from hewer.model.document import Model
from hewer.study.dispatch import Parts, Progress
from hewer.study.trial import Block, Trial, keep_data, replicate
from hewer.study.worlds import spreads

if TYPE_CHECKING:
    from hewer.engine.result import Result
    from hewer.engine.run import RunData

_LARGEST_SEED = 2**63 - 1
_MOST = 1_000_000_000  # replications, worlds, threads


def simulate(  # noqa: PLR0913 - the options of a study are its parameters
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    set: Mapping[str, Any] | None = None,  # noqa: A002 - the word of the language
    *,
    replications: int = 20,
    worlds: int = 1,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
    log: bool = False,
) -> Result:
    """Simulate a model.

    Parameters
    ----------
    model : Model, str or Path
        A model, the path of one, or the name of a built-in case.
    scenario, crew : str, optional
        Names in the model; by default the model as it stands, with its own crew.
    set : mapping, optional
        New values: of params by name, of anything else by its path (``tools.pony.count``).
    replications : int
        Replications of each world.
    worlds : int
        With 1, params have their stated values. With more, params with a range are drawn once per world
        (rule 15).
    seed : int
        Replication r of world w depends on (seed, w, r) alone, whatever the crew, scenario or threads.
    threads : int, optional
        Threads to run on; by default as many as the process may use. The result is the same, byte for byte.
    progress : callable, optional
        Called with replications done and replications asked for: once before the first, then as they end.
    log : bool
        Keep the event log of every replication in ``result.data.log``.

    Returns
    -------
    Result
        ``interrupted`` is true where Ctrl-C ended the run and something was complete: whole worlds, or
        with one world the first replications.

    Raises
    ------
    OptionError, NotFoundError, ModelError, RunError
    KeyboardInterrupt
        Where nothing was complete.
    """
    _check_options(replications=replications, worlds=worlds, threads=threads, seed=seed)
    document = prepare(model)
    applied = changed(document, scenario, crew, set)
    if worlds > 1 and not spreads(document):
        raise OptionError("worlds differ in the params that have a range; the model has none")
    trial = Trial(scenario or "", applied, seed, spreads(applied) if worlds > 1 else {})
    blocks = [Block(trial, world, 0, replications) for world in range(worlds)]
    parts = replicate(blocks, keep_data, threads=threads, progress=progress, log=log)
    return _gather(parts, trial, scenario)


def _gather(parts: Parts[RunData], trial: Trial, scenario: str | None) -> Result:
    """Put the parts that are complete together to a result."""
    from hewer.engine.result import World, concatenate, gather

    complete = parts.complete()
    if not complete:
        raise KeyboardInterrupt
    worlds = [World(trial.compiled(world), concatenate(pieces)) for world, pieces in enumerate(complete)]
    return gather(worlds, seed=trial.seed, scenario=scenario, interrupted=parts.interrupted)


def engine_is_compiled() -> bool:
    """Tell whether the kernel is in its cache, so that a run need not wait for its compilation."""
    from hewer.engine.jit import COMPILED, cache_folder

    return not COMPILED or any(cache_folder().rglob("*.advance-*.nbi"))


def prepare(model: Model | str | Path) -> Model:
    """Return a model that is given, or read it; it has no errors."""
    from hewer.model.reading import load, require

    return require(model) if isinstance(model, Model) else load(model)


def changed(
    document: Model, scenario: str | None, crew: str | None, changes: Mapping[str, Any] | None
) -> Model:
    """Apply scenario, crew and changes, check the outcome again, and expand its flows.

    Raises
    ------
    NotFoundError, ModelError
    """
    from hewer.model.flow import expand
    from hewer.model.reading import require
    from hewer.model.scenario import apply

    return expand(require(apply(document, scenario, crew, changes)))


def _check_options(*, replications: int, worlds: int, threads: int | None, seed: int) -> None:
    numbers = {"replications": replications, "worlds": worlds, "threads": 1 if threads is None else threads}
    for name, value in {**numbers, "seed": seed}.items():
        if not isinstance(value, int):
            raise OptionError(f"{name} must be a whole number; got {value!r}")
    for name, value in numbers.items():
        if not 1 <= value <= _MOST:
            raise OptionError(f"{name} must be between 1 and {_MOST:,}; got {value}")
    if not 0 <= seed <= _LARGEST_SEED:
        raise OptionError(f"seed must be between 0 and {_LARGEST_SEED}; got {seed}")
