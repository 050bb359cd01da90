"""Simulate a model: scenario applied, worlds drawn, replications on threads, measures evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hewer.errors import OptionError
from hewer.model.document import Model
from hewer.model.settling.ignorance import ignorance_of
from hewer.study.dispatch import Progress
from hewer.study.trial import Block, Trial, keep_part, replicate

if TYPE_CHECKING:
    from hewer.engine.result.result import Part, Result

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
        With 1, params have their stated values. With more, params with a range or draws are drawn once per
        world (rule 15).
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
    check_options(replications=replications, worlds=worlds, threads=threads, seed=seed)
    trial = trial_of(model, scenario, crew, set, seed=seed, ranged=worlds > 1)
    blocks = [Block(trial, world, 0, replications) for world in range(worlds)]
    parts = replicate(blocks, keep_part, threads=threads, progress=progress, log=log)
    return result_of(trial, parts.complete(), scenario, interrupted=parts.interrupted)


def trial_of(  # noqa: PLR0913 - what makes an alternative
    model: Model | str | Path,
    scenario: str | None = None,
    crew: str | None = None,
    changes: Mapping[str, Any] | None = None,
    *,
    seed: int,
    ranged: bool = False,
    label: str = "",
) -> Trial:
    """Return an alternative of a model, ready to be replicated; `ranged` where params differ by world.

    Raises
    ------
    OptionError
        If no param has a range or draws although worlds are wanted.
    NotFoundError, ModelError
    """
    document = prepare(model)
    applied = changed(document, scenario, crew, changes)
    # of the document, not of what is applied: a scenario may well fix the last of them
    if ranged and not ignorance_of(document):
        raise OptionError("worlds differ in the params that have a range or draws; the model has none")
    return Trial(label or scenario or "", applied, seed, ignorance_of(applied) if ranged else None)


def result_of(
    trial: Trial,
    worlds: Sequence[Sequence[Part]],
    scenario: str | None = None,
    *,
    interrupted: bool = False,
) -> Result:
    """Put what was kept of the worlds of a trial together to a result.

    Raises
    ------
    KeyboardInterrupt
        Where there is nothing.
    """
    from hewer.engine.result.result import gather

    if not worlds or not worlds[0]:
        raise KeyboardInterrupt
    return gather(trial.compiled(0), worlds, seed=trial.seed, scenario=scenario, interrupted=interrupted)


def on_compiling(tell: Callable[[], None]) -> None:
    """Let `tell` be called when a run must wait until the engine is compiled for its model."""
    from hewer.engine import kernels

    kernels.on_compiling(tell)


def prepare(model: Model | str | Path) -> Model:
    """Return a model that is given, or read it; it has no errors."""
    from hewer.model.reading.document import load, require

    return require(model) if isinstance(model, Model) else load(model)


def changed(
    document: Model, scenario: str | None, crew: str | None, changes: Mapping[str, Any] | None
) -> Model:
    """Apply scenario, crew and changes, check the outcome again, and expand its flows.

    Raises
    ------
    NotFoundError, ModelError
    """
    from hewer.model.reading.document import require
    from hewer.model.settling.flow import expand
    from hewer.model.settling.scenario import apply

    # checked again: a change may break what was right before
    return expand(require(apply(document, scenario, crew, changes)))


def check_options(*, replications: int, worlds: int, threads: int | None, seed: int) -> None:
    """Refuse numbers that no study can have.

    Raises
    ------
    OptionError
    """
    numbers = {"replications": replications, "worlds": worlds, "threads": 1 if threads is None else threads}
    for name, value in {**numbers, "seed": seed}.items():
        if not isinstance(value, int):
            raise OptionError(f"{name} must be a whole number; got {value!r}")
    for name, value in numbers.items():
        if not 1 <= value <= _MOST:
            raise OptionError(f"{name} must be between 1 and {_MOST:,}; got {value}")
    if not 0 <= seed <= _LARGEST_SEED:
        raise OptionError(f"seed must be between 0 and {_LARGEST_SEED}; got {seed}")
