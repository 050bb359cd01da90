"""Progress on stderr, of what lasts longer than two seconds."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hewer.cli.guard import say

if TYPE_CHECKING:
    from rich.progress import Progress

PATIENCE = 2.0  # seconds before anything is shown
_WITHOUT_RUNS = {"elements", "designs set up"}  # no kernel is waited for
_LINE_EVERY = 10.0  # seconds between lines where stderr is no terminal


class Reporter:
    """Shows what is done, mostly replications: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, total: int, what: str = "replications") -> None:
        self._total = total
        self._what = what
        self._done = 0
        self._lock = threading.Lock()
        self._bar: Progress | None = None
        self._closed = False
        self._next_line = time.monotonic() + PATIENCE
        self._timer = threading.Timer(PATIENCE, self._open_bar)
        self._timer.daemon = True

    def start(self) -> None:
        """Begin to count the time."""
        if sys.stderr.isatty():
            self._timer.start()

    def __call__(self, done: int, total: int) -> None:
        """Take note of replications done; before the first, see that a wait for the compiler is told."""
        if done == 0 and self._what not in _WITHOUT_RUNS:
            _announce_compilation()
        with self._lock:
            self._done, self._total = done, total
            if self._bar is not None:
                self._bar.update(self._bar.task_ids[0], completed=done, total=total)
            elif not sys.stderr.isatty() and done < total and time.monotonic() >= self._next_line:
                self._next_line = time.monotonic() + _LINE_EVERY
                say(f"{done} of {total} {self._what}")

    def stage(self, what: str) -> None:
        """Count something else from now on."""
        with self._lock:
            self._what, self._done = what, 0
            if self._bar is not None:
                self._bar.reset(self._bar.task_ids[0], description=what)

    def close(self) -> None:
        """Take the bar away."""
        self._timer.cancel()
        with self._lock:
            self._closed = True
            if self._bar is not None:
                self._bar.stop()

    def _open_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
        from rich.progress import TimeRemainingColumn as Remaining

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            Remaining(),
        )
        with self._lock:
            if self._closed:
                return
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.add_task(self._what, total=self._total, completed=self._done)
            self._bar.start()


def _announce_compilation() -> None:
    from hewer.study.simulate import on_compiling

    on_compiling(lambda: say("compiling the engine for models like this, once (up to a minute)"))


@contextlib.contextmanager
def reporting(total: int, what: str = "replications") -> Iterator[Reporter]:
    """Show progress while the body runs."""
    reporter = Reporter(total, what)
    reporter.start()
    try:
        yield reporter
    finally:
        reporter.close()
