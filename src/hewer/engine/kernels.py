"""Which kernel runs a program: what the program needs is read off its arrays, and nothing else decides.

All kernels do the same; one that knows less is faster, and is compiled in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hewer.choice_rules import Choice
from hewer.engine.codes import UNLIMITED, Order, Requirement, Way
from hewer.engine.features import FULL, PLAIN, name_of
from hewer.engine.jit import COMPILED, build, cache_folder, make_ready
from hewer.engine.kernel.loop import advance
from hewer.engine.program import Program

ROUTES = frozenset({"KINDS"})
REPAIRS = frozenset({"INTERRUPTION", "MATTER"})
FLOOR = frozenset({"CHOICES", "CODE", "MATTER", "TERMS", "WALKING"})
_LISTENERS: list[Callable[[], None]] = []
KERNELS = (PLAIN, ROUTES, REPAIRS, FLOOR, FULL)  # the first that knows all that a program needs runs it


def needed(program: Program) -> frozenset[str]:
    """Tell the features of the kernel that a program uses."""
    asked = {
        "KINDS": _has_kinds(program),
        "LEAVING": len(program.leave) + len(program.matcher) > 0 or any(program.take["family"] > 0),
        "HAZARDS": len(program.hazard) > 0,
        "INTERRUPTION": _interrupts(program),
        "LINES": len(program.line) > 0,
        "TEAMS": any(program.instance["team"] == 1),
        "WALKING": _walks(program),
        "PACE": bool((program.pace["curve"] > 0).any()) or len(program.fatigue) > 0,
        "CHOICES": not set(program.group["choice"].tolist()) <= {Choice.OLDEST, Choice.AUTOMATIC},
        "MATTER": _has_matter(program),
        "CODE": len(program.code) > 0,
        "ARRIVALS": _arrives_otherwise(program),
        "TERMS": _has_terms(program),
    }
    return frozenset(name for name, is_asked in asked.items() if is_asked)


def kernel_of(program: Program) -> frozenset[str]:
    """Choose the features of the kernel that runs a program."""
    wanted = needed(program)
    # in order of size: the smallest that knows enough; the last knows everything
    return next(features for features in KERNELS if wanted <= features)


def ready(program: Program) -> Any:
    """Return the kernel that runs a program, compiled: a function of the address of its memory."""
    features = kernel_of(program)
    kernel = build(advance, features)
    if COMPILED and not kernel.overloads and not is_cached(features):
        for tell in _LISTENERS:
            tell()
    return make_ready(kernel, 1)


def is_cached(features: frozenset[str]) -> bool:
    """Tell whether a kernel is in the cache, so that a run need not wait for its compilation."""
    return any((cache_folder() / name_of(features)).rglob("*.advance_*.nbi"))


def on_compiling(tell: Callable[[], None]) -> None:
    """Let `tell` be called, instead of what was stated before, when a run must wait for a compilation."""
    _LISTENERS[:] = [tell]


def _has_kinds(program: Program) -> bool:
    scalar = program.scalar[0]
    return bool(
        scalar["described"]
        or scalar["keyed_stocks"]
        or len(program.lane)
        or len(program.setting)
        or program.instance["traits"].any()
        or (program.give["stock"] < 0).any()
        or (program.requirement["kind"] == Requirement.ONWARD).any()
    )


def _interrupts(program: Program) -> bool:
    instance = program.instance
    return bool(((instance["twin"] >= 0) | (instance["origin"] >= 0) | (instance["preempts"] == 1)).any())


def _walks(program: Program) -> bool:
    return bool(
        program.instance["walks"].any() or program.walk.any() or len(program.unit) or len(program.line)
    )


def _has_matter(program: Program) -> bool:
    """Whether anything but whole items, one in and one out, is taken, given or kept."""
    stock, requirement = program.stock, program.requirement
    own = program.instance[program.instance["origin"] < 0]
    counted = {int(Requirement.BULK), int(Requirement.SPACE)}
    return bool(
        (stock["items"] == 0).any()
        or (stock["capacity"] < UNLIMITED).any()
        or not set(stock["order"].tolist()) <= {Order.FIFO, Order.KEYED}
        or (own["plain"] == 0).any()
        or (own["keyed"] == 0).any()
        or counted & set(requirement["kind"].tolist())
        or (requirement["within"] > 0).any()
    )


def _arrives_otherwise(program: Program) -> bool:
    source = program.source
    return bool(
        (source["way"] != Way.EVERY).any()
        or (source["amount"] != -1).any()
        or (source["balks"] >= 0).any()
        or (source["full_to"] >= 0).any()
        or (source["priority"] >= 0).any()
    )


def _has_terms(program: Program) -> bool:
    return bool(
        program.scalar[0]["shift"] < UNLIMITED
        or len(program.breaks)
        or len(program.duty)
        or (program.worker["duty"] >= 0).any()
    )


__all__ = ["KERNELS", "kernel_of", "needed", "ready"]
