"""Chunks on threads: same parts in the same order, errors, progress, Ctrl-C."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hewer.study.dispatch import Chunk, Lane, Parts, Whole, Work, default_threads, dispatch

Stop = Callable[[], bool]


def numbers(opened: int, chunk: Chunk, stop: Stop) -> list[tuple[int, int]]:
    return [(opened, r) for r in range(chunk.first, chunk.first + chunk.length)]


def flat(parts: Parts[list[tuple[int, int]]]) -> list[tuple[int, int]]:
    return [x for world in parts.complete() for part in world for x in part]


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 5), st.integers(1, 60), st.integers(1, 5))
def test_every_replication_once_and_in_order(worlds: int, replications: int, threads: int) -> None:
    parts = dispatch(Work(lambda w: w, numbers), [Lane(0, replications)] * worlds, threads)
    assert flat(parts) == [(w, r) for w in range(worlds) for r in range(replications)]
    assert not parts.interrupted


def test_progress_ends_at_the_total_and_never_falls() -> None:
    seen: list[tuple[int, int]] = []
    dispatch(Work(lambda w: w, numbers), [Lane(0, 7)] * 3, 2, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (21, 21)
    assert seen == sorted(seen)


def test_each_world_is_opened_once_in_the_callers_thread() -> None:
    opened: list[tuple[int, threading.Thread]] = []
    dispatch(
        Work(lambda w: opened.append((w, threading.current_thread())), lambda o, c, s: 1), [Lane(0, 9)] * 4, 3
    )
    assert opened == [(w, threading.current_thread()) for w in range(4)]


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_the_earliest_failure_is_raised(threads: int) -> None:
    def run(opened: int, chunk: Chunk, stop: Stop) -> int:
        for r in range(chunk.first, chunk.first + chunk.length):
            if r in {3, 5}:
                time.sleep(0.02 if r == 3 else 0.0)
                raise ValueError(f"replication {r}")
        return 0

    with pytest.raises(ValueError, match="replication 3"):
        dispatch(Work(lambda w: w, run), [Lane(0, 40)] * 1, threads)


def interrupt_at(limit: int) -> Callable[[int, int], None]:
    def progress(done: int, total: int) -> None:
        if done >= limit:
            raise KeyboardInterrupt

    return progress


def test_ctrl_c_keeps_an_unbroken_beginning() -> None:
    def run(opened: int, chunk: Chunk, stop: Stop) -> list[tuple[int, int]]:
        time.sleep(0.001)
        return numbers(opened, chunk, stop)

    parts = dispatch(Work(lambda w: w, run), [Lane(0, 1000)] * 1, 2, interrupt_at(10))
    assert parts.interrupted
    kept = flat(parts)
    assert 1 <= len(kept) < 1000
    assert kept == [(0, r) for r in range(len(kept))]


def test_ctrl_c_keeps_complete_worlds_only() -> None:
    def run(opened: int, chunk: Chunk, stop: Stop) -> list[tuple[int, int]]:
        time.sleep(0.001)
        return numbers(opened, chunk, stop)

    parts = dispatch(Work(lambda w: w, run), [Lane(0, 4)] * 100, 2, interrupt_at(30))
    kept = flat(parts)
    assert 4 <= len(kept) < 400
    assert kept == [(w, r) for w in range(len(kept) // 4) for r in range(4)]


def test_ctrl_c_twice_keeps_what_is_complete_and_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    shutdown = ThreadPoolExecutor.shutdown

    def impatient(self: ThreadPoolExecutor, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if wait:
            raise KeyboardInterrupt
        shutdown(self, wait, cancel_futures=cancel_futures)

    def run(opened: int, chunk: Chunk, stop: Stop) -> int:
        if chunk.first > 0:
            release.wait(10)
        return chunk.first

    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", impatient)
    parts = dispatch(Work(lambda w: w, run), [Lane(0, 10)] * 1, 1, interrupt_at(1))
    release.set()
    assert parts.interrupted
    assert parts.complete() == [[0]]


def test_what_runs_is_told_to_stop() -> None:
    told: list[bool] = []

    def run(opened: int, chunk: Chunk, stop: Stop) -> int | None:
        if chunk.first == 0:
            return 1
        deadline = time.monotonic() + 10
        while not stop() and time.monotonic() < deadline:
            time.sleep(0.001)
        told.append(stop())
        return None

    parts = dispatch(Work(lambda w: w, run), [Lane(0, 10)] * 1, 1, interrupt_at(1))
    assert parts.interrupted
    assert parts.complete() == [[1]]
    assert all(told)


def test_gaps_are_not_kept() -> None:
    parts: Parts[int] = Parts((Lane(0, 4),), {Chunk(0, 1, 1): 1, Chunk(0, 3, 1): 3})
    assert parts.complete() == []
    parts.done[Chunk(0, 0, 1)] = 0
    assert parts.complete() == [[0, 1]]


def test_default_threads_is_at_least_one() -> None:
    assert default_threads() >= 1


def test_runs_are_parts_of_one_whole() -> None:
    seen: list[tuple[int, int]] = []
    whole = Whole(lambda done, total: seen.append((done, total)), 30)
    for replications in (10, 20, 5):
        report = whole.part(replications)
        assert report is not None
        report(replications - 1, replications)
    assert seen == [(9, 30), (29, 30), (34, 35)]
    assert Whole(None, 30).part(10) is None
