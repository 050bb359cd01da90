"""Hand chunks of replications to threads, and put the parts together in their own order.

What a replication yields depends on (seed, world, replication) alone, so neither the number of threads
nor the size of the chunks can change a byte of the result; chunks grow until one lasts long enough for
the cost of handing it out not to matter, and stay short enough for progress and Ctrl-C to be prompt.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

Part = TypeVar("Part")
World = TypeVar("World")

_CHUNK_SECONDS = 0.2


class Chunk(NamedTuple):
    """Replications ``first`` to ``first + length - 1`` of one world."""

    world: int
    first: int
    length: int


Progress = Callable[[int, int], None]
"""Called with replications done and replications asked for, in the thread of the caller."""


class Work(NamedTuple, Generic[World, Part]):
    """What is to be done: ``open_world(world)`` once per world, then ``run(opened, chunk, stop)`` per chunk.

    ``open_world`` is called in the caller's thread, ``run`` in several at once. ``stop()`` turns true
    when what is running is no longer wanted; a ``run`` that heeds it returns None.
    """

    open_world: Callable[[int], World]
    run: Callable[[World, Chunk, Callable[[], bool]], Part | None]


@dataclass
class Parts(Generic[Part]):
    """Parts that came back, by chunk; ``interrupted`` where the user stopped before all had."""

    worlds: int
    replications: int
    done: dict[Chunk, Part] = field(default_factory=dict)
    interrupted: bool = False

    def complete(self) -> list[list[Part]]:
        """Return for each complete world its parts in order; else the unbroken first part of world 0.

        Only an unbroken sequence is kept: to keep whatever happened to be done would favour the
        replications that run fast.
        """
        kept: list[list[Part]] = []
        for world in range(self.worlds):
            parts, count = self._unbroken(world)
            if count == self.replications:
                kept.append(parts)
            else:
                return kept or ([parts] if parts else [])
        return kept

    def _unbroken(self, world: int) -> tuple[list[Part], int]:
        by_first = {chunk.first: chunk for chunk in self.done if chunk.world == world}
        parts: list[Part] = []
        at = 0
        while at in by_first:
            chunk = by_first[at]
            parts.append(self.done[chunk])
            at += chunk.length
        return parts, at


def default_threads() -> int:
    """Threads that this process may use at once."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def dispatch(
    work: Work[World, Part],
    worlds: int,
    replications: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Parts[Part]:
    """Run all replications of all worlds.

    Parameters
    ----------
    work : Work
        How a world is opened and a chunk is run.
    worlds, replications : int
        How many worlds, and replications in each.
    threads : int, optional
        Threads to run on; by default as many as the process may use.
    progress : callable, optional
        Called with (done, total) replications.

    Returns
    -------
    Parts
        With ``interrupted`` set where a KeyboardInterrupt ended it; what was complete is kept.

    Raises
    ------
    Exception
        What the earliest failing chunk raised, whatever the number of threads.
    """
    parts: Parts[Part] = Parts(worlds, replications)
    pool = _Pool(work, parts, threads or default_threads())
    try:
        pool.drain(progress)
    except KeyboardInterrupt:
        parts.interrupted = True
    finally:
        pool.close()
    pool.raise_first()
    return parts


class _Pool(Generic[World, Part]):
    """The chunks in flight: at most two a thread, so that few are lost when the user stops."""

    def __init__(self, work: Work[World, Part], parts: Parts[Part], threads: int) -> None:
        self._work = work
        self._parts = parts
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="hewer")
        self._stop = threading.Event()
        self._seconds = float("inf")  # a replication takes, as last measured
        self._flying: dict[Future[tuple[Part | None, float]], Chunk] = {}
        self._failed: dict[Chunk, BaseException] = {}

    def drain(self, progress: Progress | None) -> None:
        chunks = self._chunks()
        total = self._parts.worlds * self._parts.replications
        count = 0
        exhausted = False
        while True:
            while not exhausted and not self._failed and len(self._flying) < 2 * self._threads:
                exhausted = not self._submit(chunks)
            if not self._flying:
                return
            finished, _ = wait(self._flying, return_when=FIRST_COMPLETED)
            count += sum(self._collect(future) for future in finished)
            if progress is not None and not self._failed:
                progress(count, total)

    def close(self) -> None:
        """Stop what runs, keep what had finished, and wait for the threads to end.

        The user who stops it once more need not wait: what has finished by then is kept.
        """
        self._stop.set()
        try:
            self._executor.shutdown(wait=True, cancel_futures=True)
        except KeyboardInterrupt:
            self._parts.interrupted = True
            self._executor.shutdown(wait=False, cancel_futures=True)
        for future in [f for f in self._flying if f.done() and not f.cancelled()]:
            self._collect(future)

    def raise_first(self) -> None:
        if self._failed:
            raise self._failed[min(self._failed)]

    def _submit(self, chunks: Iterator[tuple[World, Chunk]]) -> bool:
        following = next(chunks, None)
        if following is None:
            return False
        opened, chunk = following
        self._flying[self._executor.submit(self._run, opened, chunk)] = chunk
        return True

    def _chunks(self) -> Iterator[tuple[World, Chunk]]:
        replications = self._parts.replications
        for world in range(self._parts.worlds):
            opened = self._work.open_world(world)
            first = 0
            while first < replications:
                count = min(self._size(replications), replications - first)
                yield opened, Chunk(world, first, count)
                first += count

    def _size(self, replications: int) -> int:
        """Replications of the next chunk: so many as take a moment, and an equal share at most."""
        share = max(1, replications // (4 * self._threads))
        if self._parts.worlds > 1:
            share = replications
        return max(1, min(share, int(_CHUNK_SECONDS / self._seconds) if self._seconds else share))

    def _run(self, opened: World, chunk: Chunk) -> tuple[Part | None, float]:
        if self._stop.is_set():
            return None, 0.0
        began = time.perf_counter()
        part = self._work.run(opened, chunk, self._stop.is_set)
        return part, time.perf_counter() - began

    def _collect(self, future: Future[tuple[Part | None, float]]) -> int:
        chunk = self._flying.pop(future)
        error = future.exception()
        if error is not None:
            self._failed[chunk] = error
            return 0
        part, seconds = future.result()
        if part is None:
            return 0
        self._parts.done[chunk] = part
        self._seconds = min(seconds / chunk.length, 2.0 * self._seconds)
        return chunk.length
