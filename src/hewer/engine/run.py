"""Run a Program: replications of one world, as rows of arrays.

This is the only caller of the kernel. It releases the GIL, so that threads run replications at once; the
result of a replication depends on (program, seed, world, replication) and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from hewer.engine.codes import Status
from hewer.engine.draws import replication_key
from hewer.engine.kernel.memory.state import Memory
from hewer.engine.kernels import ready
from hewer.engine.own_rules import failure, rule_of
from hewer.engine.prepare import grow_items, grow_log, grow_works, new_memory, rebind
from hewer.engine.program import Patch, Played, Program
from hewer.errors import BadNumberError, EndlessError, RuleError

BUDGET = 2_000_000  # events between two looks at ``stop``


class RunData(NamedTuple):
    """Results of replications, one row each.

    Attributes
    ----------
    stock : [replication, stock instance] of arrived, departed, final, peak, left (items or grains), integral
        (of the level, times ticks), waited (ticks spent by items taken)
    instance : [replication, instance] of started, ended, busy, stuck (works times ticks)
    pool_busy : [replication, pool] units in use times ticks
    worker_time : [replication, worker, column] ticks; the columns of ``program.columns``; adds up to the
        accounted time
    overtime : [replication, worker] ticks worked beyond the horizon
    hazard : [replication, hazard] of struck (failures of a unit, absences of a person), lost (ticks down)
    source : [replication, source] of arrived, lost, balked, diverted
    flow : [replication, flow] FLOW
    quantile : [replication, quantile asked for] ticks
    ended : [replication] tick of the last event, at least the horizon
    deadlock : [replication] tick from which works were blocked and nothing moved, or -1
    lacks : [replication, instance] stock in which a finished work lacks room at the end, or -1
    inside : [replication] items still inside
    log : one [record, 5] array of tick, event, a, b, x for each replication, or None
    """

    stock: np.ndarray
    instance: np.ndarray
    pool_busy: np.ndarray
    worker_time: np.ndarray
    overtime: np.ndarray
    hazard: np.ndarray
    source: np.ndarray
    flow: np.ndarray
    quantile: np.ndarray
    ended: np.ndarray
    deadlock: np.ndarray
    lacks: np.ndarray
    inside: np.ndarray
    log: list[np.ndarray] | None


_OUT = {
    "stock": "out_stock",
    "instance": "out_instance",
    "pool_busy": "out_pool",
    "worker_time": "out_worker_time",
    "overtime": "out_overtime",
    "hazard": "out_hazard",
    "source": "out_source",
    "flow": "out_flow",
    "quantile": "out_quantile",
    "ended": "out_ended",
    "deadlock": "out_deadlock",
    "lacks": "out_lacks",
    "inside": "out_inside",
}


def _culprit(names: Any, number: int) -> str:
    """Name what is counted on behind the instances: a source, a stock, what strikes by chance."""
    for kind, known in (("source", names.sources), ("stock", names.stock_members)):
        if number < len(known):
            return f"{kind} `{known[number]}`"
        number -= len(known)
    return f"what befalls {names.hazards[number]}"


def _fail(status: Status, memory: Memory, names: Any) -> None:
    clock = memory.arrays["clock"][0]
    if status == Status.BAD_RULE:
        raise RuleError(_rule_failed(memory, names))
    culprit, instances = int(clock["culprit"]), int(clock["instance_n"])
    if names is None:
        name = f"instance {culprit}"
    elif culprit < instances:
        name = f"activity `{names.instances[culprit]}`"
    else:
        name = _culprit(names, culprit - instances)
    if status == Status.ENDLESS:
        raise EndlessError(
            f"{name} started more than {int(clock['limit'])} times at one instant "
            f"(at {int(clock['now']) / 1e9:g}, in seconds or the model's bare unit). "
            "Give it a time above 0, or something to take; `limits.starts_per_instant` raises the limit."
        )
    if status == Status.ABOVE_MOST:
        raise BadNumberError(
            f"the rate of {name} is above its stated most "
            f"(at {int(clock['now']) / 1e9:g}, in seconds or the model's bare unit). Raise `most`."
        )
    raise BadNumberError(
        f"{name} drew a time or an amount that is negative, not a number, or too large, or has such a chance "
        "or a step below 1 "
        f"(at {int(clock['now']) / 1e9:g}, in seconds or the model's bare unit). "
        "Look at its distribution and at the expressions it depends on."
    )


def _rule_failed(memory: Memory, names: Any) -> str:
    """Say what a choice rule did: it is asked once more, in Python."""
    clock = memory.arrays["clock"][0]
    join = memory.arrays["join"][int(clock["culprit"])]
    record = memory.arrays["rule"][int(memory.arrays["group"][int(join["group"])]["rule"])]
    rule = rule_of(int(record["function"]))
    given = dict(zip(rule.numbers, memory.arrays["number"].tolist(), strict=False))
    asked = ", ".join(f"{name} = {value:g}" for name, value in given.items())
    role = f"role `{names.roles[int(record['role'])]}`" if names else f"role {int(record['role'])}"
    what = f"`{names.instances[int(join['instance'])]}`" if names else f"instance {int(join['instance'])}"
    return (
        f"the choice rule `{rule.name}` of {role} {failure(rule, given)}, asked about {what} with {asked} "
        f"(at {int(clock['now']) / 1e9:g}; all in base units). It must return a number."
    )


def collect(memory: Memory, program: Program, count: int, logs: list[np.ndarray] | None) -> RunData:
    """Copy what was written of the first ``count`` replications."""
    size = memory.arrays["clock"][0]
    shapes: dict[str, tuple[int, ...]] = {
        "stock": (count, int(size["stock_n"])),
        "instance": (count, int(size["instance_n"])),
        "pool_busy": (count, int(size["pool_n"])),
        "worker_time": (count, int(size["worker_n"]), int(size["column_n"])),
        "overtime": (count, int(size["worker_n"])),
        "hazard": (count, int(size["hazard_n"])),
        "source": (count, int(size["source_n"])),
        "flow": (count, int(size["flow_n"])),
        "quantile": (count, int(size["quantile_n"])),
        "ended": (count,),
        "deadlock": (count,),
        "lacks": (count, int(size["instance_n"])),
        "inside": (count,),
    }
    rows = {
        name: memory.arrays[array][: int(np.prod(shapes[name]))].reshape(shapes[name]).copy()
        for name, array in _OUT.items()
    }
    return RunData(**rows, log=logs)


def run_replications(  # noqa: PLR0913 (options, by keyword)
    program: Program,
    *,
    seed: int,
    world: int = 0,
    first: int = 0,
    count: int = 1,
    log: bool = False,
    names: Any = None,
    stop: Callable[[], bool] | None = None,
) -> RunData:
    """Run replications ``first`` to ``first + count - 1`` of a world.

    Parameters
    ----------
    program : Program
        Not changed.
    seed, world : int
        With the replication's number, the key of all its draws (rule 7).
    first, count : int
        Replications to run.
    log : bool
        Keep the event log of each.
    names : Names, optional
        For the texts of errors.
    stop : callable, optional
        Asked about every two million events; when true, the run ends with the replications done by then.

    Returns
    -------
    RunData
        ``count`` rows, fewer where ``stop`` said so.

    Raises
    ------
    EndlessError, BadNumberError, RuleError
    """
    keys = [replication_key(seed, world, first + r) for r in range(count)]
    advance = ready(program)
    memory = new_memory(program, keys, log)
    logs: list[np.ndarray] | None = [] if log else None
    _finish(advance, memory, names, stop, logs)
    return collect(memory, program, int(memory.arrays["clock"][0]["index"]), logs)


class Job(NamedTuple):
    """Replications ``first`` to ``first + length - 1`` of a world, with the numbers that it binds."""

    played: Played
    seed: int
    world: int
    first: int
    length: int


def run_jobs(
    program: Program,
    patches: Sequence[Patch],
    jobs: Sequence[Job],
    *,
    names: Any = None,
    stop: Callable[[], bool] | None = None,
) -> RunData:
    """Run replications of several worlds of one Program in one memory.

    Parameters
    ----------
    program : Program
        Of any world; not changed.
    patches : sequence of Patch
        Where the numbers of a world stand; :func:`hewer.engine.prepare.can_rebind` must allow it.
    jobs : sequence of Job
    names, stop
        As for :func:`run_replications`.

    Returns
    -------
    RunData
        The rows of one job behind those of the other; of fewer replications where ``stop`` said so.

    Raises
    ------
    EndlessError, BadNumberError, RuleError
    """
    advance = ready(program)
    keys = [replication_key(job.seed, job.world, job.first + r) for job in jobs for r in range(job.length)]
    memory = new_memory(program, keys, False)
    clock = memory.arrays["clock"][0]
    clock["count"] = 0
    for job in jobs:
        rebind(memory, program, patches, job.played)
        clock["count"] += job.length
        if not _finish(advance, memory, names, stop):
            break
    return collect(memory, program, int(clock["index"]), None)


def _finish(
    advance: Callable[[Any], int],
    memory: Memory,
    names: Any,
    stop: Callable[[], bool] | None,
    logs: list[np.ndarray] | None = None,
) -> bool:
    """Let a kernel run the replications of a memory; false where ``stop`` ended it before."""
    clock = memory.arrays["clock"][0]
    done = int(clock["index"])
    while True:
        clock["budget"] = BUDGET
        status = Status(advance(memory.handle))
        if logs is not None and int(clock["index"]) > done:
            size = int(clock["log_size"])
            logs.append(memory.arrays["log"][: 5 * size].reshape(size, 5).copy())
        done = int(clock["index"])
        if status == Status.DONE:
            return True
        if stop is not None and stop():
            return False
        make_room(memory, status, names)


def make_room(memory: Memory, status: Status, names: Any) -> None:
    """Let the arrays grow as a status asks; an error of the run is raised."""
    if status == Status.GROW_ITEMS:
        grow_items(memory)
    elif status == Status.GROW_WORKS:
        grow_works(memory)
    elif status == Status.GROW_LOG:
        grow_log(memory)
    elif status != Status.AGAIN:
        _fail(status, memory, names)
