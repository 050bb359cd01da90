"""Each rule is tested on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hewer.engine.codes import Event
from hewer.engine.program import Compiled
from tests.oracle import compare
from tests.oracle.engine import OracleRun, simulate
from tests.oracle.models import compiled

MINUTE = 60 * 10**9
OF_INSTANCES = {*range(Event.START, Event.STOP + 1), Event.SUSPEND, Event.LOSE}


class Trace:
    """One run of a small model, asked by names and in minutes."""

    def __init__(self, made: Compiled, run: OracleRun) -> None:
        self.compiled, self.run = made, run
        self.names = made.names

    def of(self, kind: Event, name: str = "") -> list[tuple[float, str, int, int]]:
        """Records (minute, instance, b, x) of one kind, of one instance where it is named."""
        names = self.names.instances
        found = [
            (tick / MINUTE, names[a] if event in OF_INSTANCES else str(a), b, x)
            for tick, event, a, b, x in self.run.log
            if event == kind
        ]
        return [record for record in found if name in {"", record[1]}]

    def times(self, kind: Event, name: str = "") -> list[float]:
        return [record[0] for record in self.of(kind, name)]

    def starts(self) -> list[tuple[float, str]]:
        """When what was started, in order."""
        return [record[:2] for record in self.of(Event.START)]

    def team(self, name: str) -> list[list[str]]:
        """Names of those who joined each start of an instance."""
        teams: dict[int, list[str]] = {}
        for _, _, b, x in self.of(Event.JOIN, name):
            teams.setdefault(x, []).append(self.names.workers[b])
        return list(teams.values())

    def spent(self, worker: int, state: str, index: int = 0) -> float:
        """Minutes that a worker spent in a state (of an activity, stock, place or tool by its index)."""
        scalar = self.compiled.program.scalar[0]
        from hewer.engine.program import columns

        layout = columns(*(int(scalar[name]) for name in ("activities", "stocks", "places", "tools")))
        column = index if state == "working" else getattr(layout, state) + index
        return self.run.worker_time[worker][column] / MINUTE

    def stock(self, name: str) -> dict[str, Any]:
        return self.run.stock[self.names.stock_members.index(name)]


@pytest.fixture(params=["oracle", "kernel"])
def trace(request: pytest.FixtureRequest) -> Callable[..., Trace]:
    """Run a document on one of the engines."""

    def run(text: str, **options: int) -> Trace:
        made = compiled(text)
        engine = simulate if request.param == "oracle" else compare.kernel
        return Trace(made, engine(made.program, **options))

    return run
