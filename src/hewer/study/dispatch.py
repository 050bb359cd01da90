"""Hand chunks of replications to threads, and put the parts together in their own order.

A *lane* is an unbroken range of replications of one thing: a world, or an alternative in a world. What a
replication yields depends on (seed, world, replication) alone, so neither the number of threads nor the size
of the chunks can change a byte of the result; chunks grow until one lasts long enough for the cost of handing
it out not to matter, and stay short enough for progress and Ctrl-C to be prompt.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

Part = TypeVar("Part")
Opened = TypeVar("Opened")

_CHUNK_SECONDS = 0.2
_MOST_AT_ONCE = 1 << 20


class Lane(NamedTuple):
    """Replications ``first`` to ``first + length - 1``."""

    first: int
    length: int


class Chunk(NamedTuple):
    """Replications ``first`` to ``first + length - 1`` of one lane."""

    lane: int
    first: int
    length: int


Progress = Callable[[int, int], None]
"""Called with replications done and replications asked for, in the thread of the caller."""


@contextmanager
def staged(progress: Progress | None, what: str) -> Iterator[Progress]:
    """Count `what` while the body runs, if `progress` has a ``stage``; others hear of replications alone."""
    stage = getattr(progress, "stage", None)
    if progress is None or stage is None:
        yield lambda done, total: None
        return
    stage(what)
    try:
        yield progress
    finally:
        stage("replications")


class Whole:
    """Progress of several runs as parts of one whole.

    Parameters
    ----------
    progress : callable or None
        What the user is told by; None where nothing is.
    total : int
        Replications of all the runs, as far as that is known; what has been asked for where it is more.
    """

    def __init__(self, progress: Progress | None, total: int = 0) -> None:
        self._progress = progress
        self._total = total
        self._asked = 0

    def part(self, replications: int) -> Progress | None:
        """Count a run of so many replications (or one that is left out), and return its progress."""
        before = self._asked
        self._asked += replications
        if self._progress is None:
            return None
        report, total = self._progress, max(self._total, self._asked)
        return lambda done, _: report(before + done, total)


class Together(NamedTuple, Generic[Opened, Part]):
    """How short lanes are run at one go: those for which ``joins(one, next)``.

    ``run`` returns a part for each chunk that was done, in their order; fewer where ``stop()`` turned true.
    """

    joins: Callable[[Opened, Opened], bool]
    run: Callable[[Sequence[tuple[Opened, Chunk]], Callable[[], bool]], Sequence[Part]]


class Work(NamedTuple, Generic[Opened, Part]):
    """What is to be done: ``open_lane(lane)`` once per lane, then ``run(opened, chunk, stop)`` per chunk.

    ``open_lane`` is called in the caller's thread, ``run`` in several at once. ``stop()`` turns true
    when what is running is no longer wanted; a ``run`` that heeds it returns None.
    """

    open_lane: Callable[[int], Opened]
    run: Callable[[Opened, Chunk, Callable[[], bool]], Part | None]
    together: Together[Opened, Part] | None = None


@dataclass
class Parts(Generic[Part]):
    """Parts that came back, by chunk; ``interrupted`` where the user stopped before all had."""

    lanes: tuple[Lane, ...]
    done: dict[Chunk, Part] = field(default_factory=dict)
    interrupted: bool = False

    def complete(self) -> list[list[Part]]:
        """Return for each complete lane its parts in order; else the unbroken first part of lane 0.

        Only an unbroken sequence is kept: to keep whatever happened to be done would favour the
        replications that run fast.
        """
        kept: list[list[Part]] = []
        for parts, lane in zip(self.beginnings(), self.lanes, strict=True):
            if parts.length < lane.length:
                return kept or ([parts.parts] if parts.parts else [])
            kept.append(parts.parts)
        return kept

    def beginnings(self) -> list[Beginning[Part]]:
        """Return for each lane its parts from the first replication on, as far as they are unbroken."""
        # chunks come back in any order; only what is unbroken from the first on counts
        by_first: list[dict[int, Chunk]] = [{} for _ in self.lanes]
        for chunk in self.done:
            by_first[chunk.lane][chunk.first] = chunk
        found = []
        for lane, chunks in zip(self.lanes, by_first, strict=True):
            parts: list[Part] = []
            at = lane.first
            while at in chunks:
                parts.append(self.done[chunks[at]])
                at += chunks[at].length
            found.append(Beginning(parts, at - lane.first))
        return found


class Beginning(NamedTuple, Generic[Part]):
    """The parts of a lane that are done without a gap, and the number of replications in them."""

    parts: list[Part]
    length: int


def default_threads() -> int:
    """Threads that this process may use at once."""
    # in a container the machine has more processors than this process may use
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def dispatch(
    work: Work[Opened, Part],
    lanes: Sequence[Lane],
    threads: int | None = None,
    progress: Progress | None = None,
) -> Parts[Part]:
    """Run all replications of all lanes.

    Parameters
    ----------
    work : Work
        How a lane is opened and a chunk is run.
    lanes : sequence of Lane
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
    parts: Parts[Part] = Parts(tuple(lanes))
    pool = _Pool(work, parts, threads or default_threads())
    try:
        pool.drain(progress)
    except KeyboardInterrupt:
        parts.interrupted = True
    finally:
        pool.close()
    pool.raise_first()
    return parts


class _Pool(Generic[Opened, Part]):
    """The chunks in flight: at most two a thread, so that few are lost when the user stops."""

    def __init__(self, work: Work[Opened, Part], parts: Parts[Part], threads: int) -> None:
        self._work = work
        self._parts = parts
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="hewer")
        self._stop = threading.Event()
        # infinite, so that the first chunks are single replications: how long one takes is not known yet
        self._seconds = float("inf")  # a replication takes, as last measured
        self._flying: dict[Future[tuple[Sequence[Part], float]], list[Chunk]] = {}
        self._failed: dict[Chunk, BaseException] = {}

    def drain(self, progress: Progress | None) -> None:
        batches = self._batches()
        total = sum(lane.length for lane in self._parts.lanes)
        count = 0
        exhausted = False
        while True:
            # two a thread: while one runs the next waits at hand, and few are lost on Ctrl-C
            while not exhausted and not self._failed and len(self._flying) < 2 * self._threads:
                exhausted = not self._submit(batches)
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
            # a second Ctrl-C: who presses it again does not want to wait for the kernel to look up
            self._executor.shutdown(wait=False, cancel_futures=True)
        for future in [f for f in self._flying if f.done() and not f.cancelled()]:
            self._collect(future)

    def raise_first(self) -> None:
        if self._failed:
            # the first by lane and replication, not the first to fail: the error must not depend on threads
            raise self._failed[min(self._failed)]

    def _submit(self, batches: Iterator[list[tuple[Opened, Chunk]]]) -> bool:
        batch = next(batches, None)
        if batch is None:
            return False
        self._flying[self._executor.submit(self._run, batch)] = [chunk for _, chunk in batch]
        return True

    def _batches(self) -> Iterator[list[tuple[Opened, Chunk]]]:
        """Gather chunks that are run at one go: as many replications as take a moment."""
        batch: list[tuple[Opened, Chunk]] = []
        size = 0
        total = sum(lane.length for lane in self._parts.lanes)
        for opened, chunk in self._chunks():
            if batch and not self._joins(batch[-1][0], opened, size + chunk.length, total):
                yield batch
                batch, size = [], 0
            batch.append((opened, chunk))
            size += chunk.length
        if batch:
            yield batch

    def _joins(self, one: Opened, following: Opened, size: int, total: int) -> bool:
        together = self._work.together
        return together is not None and size <= self._most(total) and together.joins(one, following)

    def _chunks(self) -> Iterator[tuple[Opened, Chunk]]:
        for number, lane in enumerate(self._parts.lanes):
            opened = self._work.open_lane(number)
            first, last = lane.first, lane.first + lane.length
            while first < last:
                count = min(self._size(lane.length), last - first)
                yield opened, Chunk(number, first, count)
                first += count

    def _size(self, replications: int) -> int:
        """Replications of the next chunk: so many as take a moment, and an equal share at most."""
        return min(replications, self._most(replications if len(self._parts.lanes) == 1 else None))

    def _most(self, total: int | None) -> int:
        """Replications that take a moment, and of a total an equal share at most."""
        share = _MOST_AT_ONCE if total is None else max(1, total // (4 * self._threads))
        # a quarter of an equal share, so that no thread is left alone with the last long chunk
        return max(1, min(share, int(_CHUNK_SECONDS / self._seconds) if self._seconds else share))

    def _run(self, batch: list[tuple[Opened, Chunk]]) -> tuple[Sequence[Part], float]:
        if self._stop.is_set():
            return (), 0.0
        began = time.perf_counter()
        parts: Sequence[Part]
        if len(batch) > 1 and self._work.together is not None:
            parts = self._work.together.run(batch, self._stop.is_set)
        else:
            part = self._work.run(*batch[0], self._stop.is_set)
            parts = () if part is None else (part,)
        return parts, time.perf_counter() - began

    def _collect(self, future: Future[tuple[Sequence[Part], float]]) -> int:
        chunks = self._flying.pop(future)
        error = future.exception()
        if error is not None:
            self._failed[chunks[0]] = error
            return 0
        parts, seconds = future.result()
        done = chunks[: len(parts)]
        self._parts.done.update(zip(done, parts, strict=True))
        count = sum(chunk.length for chunk in done)
        if count:
            self._seconds = min(seconds / count, 2.0 * self._seconds)
        return count
