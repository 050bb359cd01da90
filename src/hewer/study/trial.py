"""Trials: alternatives that can be replicated again and again, by which experiments ask for more.

A :class:`Trial` is a model as it is to be run, with its seed. ``replicate`` runs blocks of its replications,
of one trial or of many, on threads. Replication *r* of world *w* depends on (seed, w, r) alone: trials with
one seed are on common random numbers, and asking for replications 30 to 59 later gives what asking for 0 to
59 at once would have given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from hewer.errors import ModelError
from hewer.study.dispatch import Chunk, Lane, Parts, Progress, Work, dispatch
from hewer.study.worlds import draw_world

if TYPE_CHECKING:
    from hewer.engine.program import Compiled
    from hewer.engine.result.measures import Measured
    from hewer.engine.run import RunData
    from hewer.model.document import Model
    from hewer.model.settling.ignorance import Ignorance

Kept = TypeVar("Kept")

__all__ = ["Block", "Trial", "keep_data", "keep_values", "replicate"]


@dataclass(frozen=True, slots=True)
class Trial:
    """An alternative ready to be replicated.

    Attributes
    ----------
    label : str
    model : Model
        Scenario applied, checked, flows expanded.
    seed : int
    unknown : Ignorance or None
        Params drawn once per world; None where params have their stated values.
    fixed : mapping of str to float
        Params given another value, in base units, without a model of their own.
    kept : bool
        Whether what is compiled is kept for the next block; not where there are thousands of trials.
    """

    label: str
    model: Model
    seed: int
    unknown: Ignorance | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)
    kept: bool = True
    _compiled: dict[int, Compiled] = field(default_factory=dict, repr=False, compare=False)

    def compiled(self, world: int = 0) -> Compiled:
        """Return the model compiled with the params of a world.

        Raises
        ------
        ModelError
            Where a value is wrong; with params that were given another value, it names the trial.
        """
        from hewer.engine.compile.program import compile_model

        if not self.unknown:
            world = 0
        if world in self._compiled:
            return self._compiled[world]
        drawn = draw_world(self.unknown, self.seed, world) if self.unknown else {}
        try:
            compiled = compile_model(self.model, {**drawn, **self.fixed} or None)
        except ModelError as error:
            where = f" (at {self.label})" if self.fixed else ""
            raise ModelError(replace(one, message=one.message + where) for one in error.problems) from error
        if self.kept:
            self._compiled[world] = compiled
        return compiled


class Block(NamedTuple):
    """Replications ``first`` to ``first + length - 1`` of one world of a trial."""

    trial: Trial
    world: int
    first: int
    length: int


class _Opened(NamedTuple):
    block: Block
    compiled: Compiled


def keep_data(compiled: Compiled, data: RunData) -> RunData:
    """Keep the raw arrays of the replications."""
    return data


def keep_values(compiled: Compiled, data: RunData) -> Mapping[str, Measured]:
    """Keep the measures of the replications, arrays [replication]."""
    from hewer.engine.result.measures import evaluate

    return evaluate(compiled, data)


def replicate(
    blocks: Sequence[Block],
    keep: Callable[[Compiled, RunData], Kept],
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    log: bool = False,
) -> Parts[Kept]:
    """Run blocks of replications.

    Parameters
    ----------
    blocks : sequence of Block
    keep : callable
        What is kept of a chunk of replications; called in several threads.
    threads : int, optional
        By default as many as the process may use. What is returned does not depend on it.
    progress : callable, optional
        Called with replications done and asked for.
    log : bool
        Keep the event log in the RunData.

    Returns
    -------
    Parts
        A lane for each block; ``interrupted`` where Ctrl-C ended it.

    Raises
    ------
    ModelError, RunError
    """

    def open_lane(lane: int) -> _Opened:
        block = blocks[lane]
        return _Opened(block, block.trial.compiled(block.world))

    def run(opened: _Opened, chunk: Chunk, stop: Callable[[], bool]) -> Kept | None:
        from hewer.engine.run import run_replications

        data = run_replications(
            opened.compiled.program,
            seed=opened.block.trial.seed,
            world=opened.block.world,
            first=chunk.first,
            count=chunk.length,
            log=log,
            names=opened.compiled.names,
            stop=stop,
        )
        return keep(opened.compiled, data) if len(data.ended) == chunk.length else None

    if progress is not None:
        progress(0, sum(block.length for block in blocks))
    lanes = [Lane(block.first, block.length) for block in blocks]
    return dispatch(Work(open_lane, run), lanes, threads, progress)
