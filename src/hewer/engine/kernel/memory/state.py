"""The arrays a run works on, and how kernel functions reach them.

A run owns copies of the Program's arrays (their "state" fields change) and a few more: ``layout`` lists them.
Kernel functions take one argument for all of them, ``m`` (memory): the address of a table of array
addresses. ``stocks(m, s)`` is the record of stock ``s``, ``clocks(m)`` the only record of its kind,
``visits(m)`` a column of numbers, and so on. An index must not be negative. Passing thirty arrays to every
small function costs more than the work the function does; a view costs one load. With the JIT off, ``m``
is the :class:`Memory` itself and the views return its arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hewer.engine.jit import COMPILED
from hewer.engine.kernel.memory.layout import FIELDS
from hewer.engine.kernel.memory.views import caller, record, records, view

clocks = record("clock")
stocks = records("stock")
instances = records("instance")
requirements = records("requirement")
takes = records("take")
gives = records("give")
outcomes = records("outcome")
needs = records("need")
pools = records("pool")
joins = records("join")
groups = records("group")
rules = records("rule")
asked = view("asked")
numbers = view("number")
workers = records("worker")
sources = records("source")
arrivals = records("arrival")
breaks = records("breaks")
duties = records("duty")
changes = records("change")
lines = view("line")
awaited = view("awaited")
hazards = records("hazard")
distributions = view("distribution")
codes = view("code")
flows = view("flow")
leaves = records("leave")
matchers = records("matcher")
matchings = view("matching")
kin = records("kin")
kin_lines = records("kin_line")
item_heaps = records("item_heap")
heap_places = view("heap_place")
heap_sizes = view("heap_size")
item_stocks = view("item_stock")
dependents = view("dependent")
could_fill = view("could_fill")
break_roles = view("break_role")
tables = view("table")
walks = view("walk")
rates = view("rate")
units = records("unit")
paces = records("pace")
fatigues = records("fatigue")
repetitions = view("repetition")
tirednesses = records("tiredness")
quantiles = records("quantile")
weights = view("weight")
manners = records("manner")
kinds = records("kind")
steps = records("step")
attribute_records = records("attribute")
recipes = records("recipe")
assigns = records("assign")
start_kinds = view("start_kind")
settings = records("setting")
change_overs = view("change_over")
role_tables = view("role_table")
works = records("work")
items = records("item")
visits = view("visit")
item_traits = view("item_trait")
item_attributes = view("item_attribute")
item_keys = view("item_key")
item_serials = view("item_serial")
trees = view("tree")
fresh = view("fresh")
given = view("given")
taken = view("taken")
heap = records("heap")
positions = view("position")
timers = records("timer")
group_heaps = view("group_heap")
class_tails = view("class_tail")
dirty_stocks = view("dirty_stock")
dirty_pools = view("dirty_pool")
changed_instances = view("changed")
clock_guards = view("clock_guard")
preemptors = view("preemptor")
owners = view("owner")
is_changed = view("is_changed")
touched_groups = view("touched")
nominees = view("nominee")
aside = view("aside")
chosen_workers = view("chosen")
filled_slots = view("filled")
seen_slots = view("seen")
slot_queues = view("queue")
stacks = view("stack")
skips = view("skip")
guards = view("guard")
calms = records("calm")
turns = records("turn")
is_due = view("is_due")
vetoes = view("veto")
worker_times = view("worker_time")
histograms = view("histogram")
logs = view("log")
out_stocks = view("out_stock")
out_instances = view("out_instance")
out_pools = view("out_pool")
out_worker_times = view("out_worker_time")
out_overtimes = view("out_overtime")
out_hazards = view("out_hazard")
out_sources = view("out_source")
out_flows = view("out_flow")
out_quantiles = view("out_quantile")
out_ended = view("out_ended")
out_deadlock = view("out_deadlock")
out_lacks = view("out_lacks")
out_inside = view("out_inside")
replication_keys = view("replication_key")

call_rule = caller()


class Memory:
    """Owner of the arrays of one run.

    Attributes
    ----------
    arrays : dict of str to ndarray
        One-dimensional, C-contiguous arrays by the names above.
    ask : callable
        With the JIT off, asks a rule of the user's own, by its number and the numbers it is given.
    handle : int or Memory
        What kernel functions take as ``m``.
    """

    def __init__(self, arrays: dict[str, np.ndarray], ask: Callable[[int, Any], float]) -> None:
        self.arrays = arrays
        self.ask = ask
        self._table = np.zeros(len(FIELDS), dtype=np.int64)
        for name in FIELDS:
            self.place(name, arrays[name])
        self.handle: Any = int(self._table.ctypes.data) if COMPILED else self

    def place(self, name: str, array: np.ndarray) -> None:
        """Put ``array`` in the place of ``name`` (after growth)."""
        assert array.ndim == 1, name
        assert array.flags.c_contiguous, name
        assert array.dtype == FIELDS[name], name
        self.arrays[name] = array
        self._table[list(FIELDS).index(name)] = array.ctypes.data
