"""The compiled form of a model: a few structured arrays, no objects.

``Model`` (validated data) is compiled by :mod:`hewer.engine.compile.program` to a :class:`Program`; the
kernel and the plain-Python oracle interpret it. The arrays are at once the program and the initial
state: a run copies them and works on the copy.

The fields of the arrays, with their units, are in :mod:`hewer.engine.records`; the numbers that stand for
words in :mod:`hewer.engine.codes`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Program(NamedTuple):
    """A compiled model: immutable arrays, the template of every run."""

    stock: np.ndarray  # [stock instance] STOCK
    instance: np.ndarray  # [instance] INSTANCE
    requirement: np.ndarray  # [requirement] REQUIREMENT
    take: np.ndarray
    give: np.ndarray
    outcome: np.ndarray
    need: np.ndarray
    pool: np.ndarray  # place rooms in declared order, then tools: the order of requirements
    join: np.ndarray
    group: np.ndarray
    worker: np.ndarray
    source: np.ndarray
    arrival: np.ndarray  # [.] ARRIVAL, by source: those that are listed
    breaks: np.ndarray
    duty: np.ndarray
    change: np.ndarray  # [.] CHANGE, by duty
    line: np.ndarray  # [.] i8 workers who stand in lines, the last of each line first
    hazard: np.ndarray  # tool units that fail, by pool, then people who are absent
    distribution: np.ndarray
    code: np.ndarray
    flow: np.ndarray
    leave: np.ndarray  # LEAVE, in the order of the stocks
    matcher: np.ndarray  # MATCHER: instances that take members of a family
    matching: np.ndarray  # [.] i8 matchers, by stock
    dependent: np.ndarray  # [.] i4 requirements, by stock
    slot_post: np.ndarray  # [.] i4 post of each slot, by instance
    could_fill: np.ndarray  # [.] i4 instances, by worker
    break_role: np.ndarray  # [.] i4 roles, by break
    table: np.ndarray  # [.] f8 tables of distributions
    walk: np.ndarray  # [place member, place member] i8 ticks
    rate: np.ndarray  # [role, activity] f8 efficiency
    weight: np.ndarray  # [role, activity] f8 of the choice `weighted`
    lane: np.ndarray  # [lane] STOCK: numbered on behind the stocks
    manner: np.ndarray  # [instance]
    kind: np.ndarray
    step: np.ndarray
    attribute: np.ndarray  # attributes, then the kind, then the step
    recipe: np.ndarray
    assign: np.ndarray
    setting: np.ndarray
    change_over: np.ndarray  # [table, kind set for + 1, kind] i8 ticks
    role_table: np.ndarray  # [role] i8 index in change_over, or -1
    start_kind: np.ndarray  # [stock instance] i8 kind of the items it starts with, or -1
    unit: np.ndarray  # [.] UNIT: units of tools that are carried, by pool
    pace: np.ndarray  # [role, activity] PACE: what changes the speed of workers; empty where nothing does
    fatigue: np.ndarray  # [role] FATIGUE; empty where nobody tires
    quantile: np.ndarray  # [.] QUANTILE: those that measures ask for
    rule: np.ndarray  # [.] RULE: rules of choice of the user's own
    asked: np.ndarray  # [join, rule width] i8 what each number of the rule is: Number, or code
    wake: np.ndarray  # [.] i8 ticks, ascending, at which guards change because of the clock
    scalar: np.ndarray  # [1] SCALAR


class Columns(NamedTuple):
    """Where each state stands in a row of ``worker_time`` [worker, column] (ticks).

    working[a] = a; walking; partner; on break; done; then blocked by declared stock; idle for
    want of material in declared stock; of room in declared stock; of room in place; of tool; of a guard (by
    activity); of people; of nothing that the worker could do; off duty; absent.
    """

    walking: int
    partner: int
    rest: int
    done: int
    blocked: int
    material: int
    space: int
    room: int
    tool: int
    guard: int
    people: int
    nothing: int
    off: int
    absent: int
    total: int


def columns(activities: int, stocks: int, places: int, tools: int) -> Columns:
    """Lay out ``worker_time`` for so many declared activities, stocks, places and tools."""
    walking = activities
    blocked = walking + 4
    material = blocked + stocks
    space = material + stocks
    room = space + stocks
    tool = room + places
    guard = tool + tools
    people = guard + activities
    return Columns(
        walking, walking + 1, walking + 2, walking + 3, blocked, material, space, room, tool, guard,
        people, people + 1, people + 2, people + 3, people + 4,
    )  # fmt: skip


class Names(NamedTuple):
    """Names of what the arrays index: tuples of strings, declared order."""

    stocks: tuple[str, ...]
    units: tuple[str, ...]  # of declared stocks; "" for items
    activities: tuple[str, ...]
    places: tuple[str, ...]
    tools: tuple[str, ...]
    roles: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]  # by role
    sources: tuple[str, ...]
    outcomes: tuple[str, ...]
    stock_members: tuple[str, ...]  # "loose[3]" by stock instance
    instances: tuple[str, ...]  # "cut[3]" by instance
    pools: tuple[str, ...]
    workers: tuple[str, ...]  # "hewer 3"
    kinds: tuple[str, ...]
    duties: tuple[str, ...] = ()  # "early + late"
    hazards: tuple[str, ...] = ()  # "unit 2 of `lathe`", or a worker


class Compiled(NamedTuple):
    """What ``compile_model`` returns: arrays for the kernel, names for people."""

    program: Program
    names: Names
    time_unit: str  # unit the model states its horizon in; "" where dimensionless
    ticks_per_unit: float  # ticks in one base unit of time (second, or the dimensionless 1)
    info: dict[str, Any]  # role costs, activity costs, tool costs, resolved params (see compile.py)


class Patch(NamedTuple):
    """Where numbers that depend on params stand in an array of a Program.

    ``rows`` are indices in the flat array, ``entries`` those of the tape that they come from; they are whole
    numbers where ``whole``. ``field`` is None in an array of plain numbers.
    """

    array: str
    field: str | None
    rows: np.ndarray
    entries: np.ndarray
    whole: bool


class Played(NamedTuple):
    """A tape worked out for some values of the params: its entries, as floats and as whole numbers."""

    reals: np.ndarray
    wholes: np.ndarray

    def of(self, patch: Patch) -> np.ndarray:
        """Return the numbers of a patch."""
        numbers: np.ndarray = (self.wholes if patch.whole else self.reals)[patch.entries]
        return numbers


def write(arrays: dict[str, np.ndarray], patch: Patch, played: Played, offset: int = 0) -> None:
    """Write the numbers of a patch to flat arrays by name, so many rows further on."""
    array = arrays[patch.array]
    (array if patch.field is None else array[patch.field])[patch.rows + offset] = played.of(patch)
