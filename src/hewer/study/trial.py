"""Trials: alternatives that can be replicated again and again, by which experiments ask for more.

A :class:`Trial` is a model as it is to be run, with its seed. ``replicate`` runs blocks of its replications,
of one trial or of many, on threads. Replication *r* of world *w* depends on (seed, w, r) alone: trials with
one seed are on common random numbers, and asking for replications 30 to 59 later gives what asking for 0 to
59 at once would have given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from hewer.errors import ModelError
from hewer.study.dispatch import Chunk, Lane, Parts, Progress, Together, Work, dispatch
from hewer.study.worlds import draw_world

if TYPE_CHECKING:
    from hewer.engine.compile.template import Template
    from hewer.engine.program import Compiled, Played
    from hewer.engine.result.measures import Measured
    from hewer.engine.result.result import Part
    from hewer.engine.run import RunData
    from hewer.model.document import Model
    from hewer.model.settling.ignorance import Ignorance

Kept = TypeVar("Kept")

__all__ = ["Block", "Trial", "keep_part", "keep_values", "replicate"]


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

    def values(self, world: int = 0) -> dict[str, float]:
        """Return the params that have another value than stated, in base units."""
        drawn = draw_world(self.unknown, self.seed, world) if self.unknown else {}
        return {**drawn, **self.fixed}

    def compiled(self, world: int = 0) -> Compiled:
        """Return the model compiled with the params of a world.

        Raises
        ------
        ModelError
            Where a value is wrong; with params that were given another value, it names the trial.
        """
        from hewer.engine.compile.program import compile_model

        # without anything unknown all worlds are alike, and one compilation serves them
        if not self.unknown:
            world = 0
        if world in self._compiled:
            return self._compiled[world]
        try:
            compiled = compile_model(self.model, self.values(world) or None)
        except ModelError as error:
            # only a value that was put in needs the trial named; a mistake of the document has its own place
            where = f" (at {self.label})" if self.fixed else ""
            raise ModelError(replace(one, message=one.message + where) for one in error.problems) from error
        # thousands of trials of a grid would each hold a Program in memory
        if self.kept:
            self._compiled[world] = compiled
        return compiled

    def bound(self, world: int) -> Bound | None:
        """Return a world as a row of numbers of a template; None where it must be compiled by itself."""
        from hewer.engine.compile.template import template_of

        values = self.values(world)
        if not values:
            return None
        try:
            template = template_of(self.model, values)
        except ModelError:
            return None
        played = template.play(values)
        # a world in which a branch of the compilation goes the other way (another count, another order) is
        # not bound
        return None if played is None else Bound(template, played)


class Bound(NamedTuple):
    """A world of a template."""

    template: Template
    played: Played


class Block(NamedTuple):
    """Replications ``first`` to ``first + length - 1`` of one world of a trial."""

    trial: Trial
    world: int
    first: int
    length: int


class _Opened(NamedTuple):
    """A block to be run: bound to a template, or compiled by itself."""

    block: Block
    bound: Bound | None

    def compiled(self) -> Compiled:
        if self.bound is None:
            return self.block.trial.compiled(self.block.world)
        return self.bound.template.bound(self.bound.played)


def keep_values(compiled: Compiled, data: RunData) -> Mapping[str, Measured]:
    """Keep the measures of the replications, arrays [replication]."""
    from hewer.engine.result.measures import evaluate

    return evaluate(compiled, data)


def keep_part(compiled: Compiled, data: RunData) -> Part:
    """Keep the raw arrays of the replications, and the measures."""
    from hewer.engine.result.result import part_of

    return part_of(compiled, data)


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
        What is kept of a chunk of replications: arrays whose first axis is the replication, alone or in
        tuples and mappings. Called in several threads, for replications of one world or of several at once.
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
        # one block alone shares its template with nobody
        bound = block.trial.bound(block.world) if len(blocks) > 1 and not log else None
        opened = _Opened(block, bound)
        if bound is None:
            opened.compiled()  # what is wrong with it is said here, in the caller's thread
        return opened

    def run(opened: _Opened, chunk: Chunk, stop: Callable[[], bool]) -> Kept | None:
        return _run_alone(opened, chunk, keep, stop, log=log)

    def run_together(batch: Sequence[tuple[_Opened, Chunk]], stop: Callable[[], bool]) -> list[Kept]:
        return _run_together(batch, keep, stop)

    if progress is not None:
        progress(0, sum(block.length for block in blocks))
    lanes = [Lane(block.first, block.length) for block in blocks]
    work = Work(open_lane, run, Together(_are_joint, run_together))
    return dispatch(work, lanes, threads, progress)


def _are_joint(one: _Opened, following: _Opened) -> bool:
    """Tell whether two blocks can be run in one memory."""
    if one.bound is None or following.bound is None:
        return False
    # the same object: equal templates would have memories of their own
    return one.bound.template is following.bound.template and one.bound.template.is_joint


def _run_alone(
    opened: _Opened,
    chunk: Chunk,
    keep: Callable[[Compiled, RunData], Kept],
    stop: Callable[[], bool],
    *,
    log: bool,
) -> Kept | None:
    """Run a chunk of one world; None where it was stopped."""
    from hewer.engine.run import run_replications

    compiled = opened.compiled()
    data = run_replications(
        compiled.program,
        seed=opened.block.trial.seed,
        world=opened.block.world,
        first=chunk.first,
        count=chunk.length,
        log=log,
        names=compiled.names,
        stop=stop,
    )
    return keep(compiled, data) if len(data.ended) == chunk.length else None


def _run_together(
    batch: Sequence[tuple[_Opened, Chunk]],
    keep: Callable[[Compiled, RunData], Kept],
    stop: Callable[[], bool],
) -> list[Kept]:
    """Run chunks of several worlds of one template in one memory; return a part for each that is done."""
    from hewer.engine.run import Job, run_jobs

    bounds = [opened.bound for opened, _ in batch if opened.bound is not None]
    template = bounds[0].template
    jobs = [
        Job(bound.played, opened.block.trial.seed, opened.block.world, chunk.first, chunk.length)
        for bound, (opened, chunk) in zip(bounds, batch, strict=True)
    ]
    data = run_jobs(
        template.compiled.program, template.patches, jobs, names=template.compiled.names, stop=stop
    )
    ends = list(accumulate(job.length for job in jobs))
    done = sum(end <= len(data.ended) for end in ends)
    if not done:
        return []
    spans = list(zip([0, *ends], ends, strict=False))[:done]
    # a world that was stopped half way is dropped whole: its first replications are not a sample of it
    counts = [job.length for job in jobs[:done]]
    rows_of = _rows(data)
    try:
        kept = keep(
            template.together([bound.played for bound in bounds[:done]], counts), rows_of(0, ends[done - 1])
        )
    except ModelError:  # what a measure makes of one world need not hold for all
        return [
            keep(template.bound(bound.played), rows_of(*span))
            for bound, span in zip(bounds, spans, strict=False)
        ]
    kept_of = _rows(kept)
    return [kept_of(*span) for span in spans]


def _rows(kept: Kept) -> Callable[[int, int], Kept]:
    """Make the function that takes the rows of some replications of all arrays in what was kept.

    What is an array and what is not is found out once, not for each of thousands of worlds.
    """
    found: Any = kept
    if isinstance(found, np.ndarray | list):
        return lambda first, last: found[first:last]  # type: ignore[return-value]
    if isinstance(found, Mapping):
        named = {name: _rows(one) for name, one in found.items()}
        return lambda first, last: {name: rows(first, last) for name, rows in named.items()}  # type: ignore[return-value]
    if isinstance(found, tuple):
        parts = [_rows(one) for one in found]
        make = getattr(found, "_make", tuple)
        return lambda first, last: make([rows(first, last) for rows in parts])  # type: ignore[return-value]
    return lambda first, last: kept
