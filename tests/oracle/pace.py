"""How fast a worker is: learning and fatigue (rule 8)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hewer.engine.codes import Curve, WorkerState
from tests.oracle.objects import Work, Worker

if TYPE_CHECKING:
    from tests.oracle.shop import Shop


def speed(shop: Shop, worker: Worker, activity: int) -> float:
    """Speed of a worker who begins an activity now."""
    found = float(shop.program.rate[worker.role, activity])
    if len(shop.program.pace):
        found /= _learnt(shop.program.pace[worker.role, activity], worker.repeated.get(activity, 0))
    if len(shop.program.fatigue) and shop.program.pace[worker.role, activity]["tires"]:
        found /= 1.0 + float(shop.program.fatigue[worker.role]["most"]) * worker.fatigue
    return found


def _learnt(pace: Any, done: int) -> float:
    """Fraction of the first time that the next repetition takes."""
    n = float(min(int(pace["until"]), int(pace["experience"]) + done + 1))
    b = float(pace["exponent"])
    fraction = {
        Curve.NONE: lambda: 1.0,
        Curve.CRAWFORD: lambda: n**b,
        Curve.WRIGHT: lambda: n ** (1.0 + b) - (n - 1.0) ** (1.0 + b),
    }[Curve(int(pace["curve"]))]()
    return max(fraction, float(pace["plateau"])) if pace["curve"] else 1.0


def count_repetition(work: Work) -> None:
    for worker in work.team:
        worker.repeated[work.instance.activity] = worker.repeated.get(work.instance.activity, 0) + 1


def tire(shop: Shop, worker: Worker, state: WorkerState) -> None:
    """Bring a worker's fatigue up to now, if the state that he enters does something else to it."""
    if not len(shop.program.fatigue):
        return
    tiring = "way" if state == WorkerState.WALKING else "rest"
    if state == WorkerState.WORKING:
        assert worker.work is not None
        if shop.program.pace[worker.role, worker.work.instance.activity]["tires"]:
            tiring = "work"
    if tiring == worker.tiring:
        return
    row, since = shop.program.fatigue[worker.role], worker.tiring_since
    if worker.tiring == "work":
        fresh = (1.0 - worker.fatigue) * math.exp(-float(row["tired"]) * (shop.now - since))
        worker.fatigue = 1.0 - fresh
    else:
        if worker.tiring == "way":  # who waits for others at the place rests
            since = min(shop.now, max(since, worker.walk_until))
        worker.fatigue *= math.exp(-float(row["rested"]) * (shop.now - since))
    worker.tiring, worker.tiring_since = tiring, shop.now
