"""The arrays a run works on, and how kernel functions reach them.

A run owns copies of the Program's arrays (their "state" fields change) and a few more: ``layout`` lists them.
Kernel functions take one argument for all of them, ``m`` (memory): the address of a table of array
addresses. ``stocks(m, s)`` is the record of stock ``s``, ``clocks(m)`` the only record of its kind,
``visits(m)`` an array of numbers, and so on. An index must not be negative. Passing thirty arrays to every
small function costs more than the work the function does; a view costs one load. With the JIT off, ``m``
is the :class:`Memory` itself and the views return its arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from hewer.engine.jit import COMPILED
from hewer.engine.kernel.memory.layout import FIELDS

_LENGTH = 0  # of a view, so that adding it to an index that might be negative (and never is) comes to nothing


def _view(name: str) -> Callable[[Any], Any]:
    """Make the function that finds one array from ``m``.

    An intrinsic: one load from the table, which does not change while the kernel runs (so the load may be
    hoisted), and an array header around the address.
    """
    index = list(FIELDS).index(name)
    dtype = FIELDS[name]
    if not COMPILED:
        return lambda m: m.arrays[name]
    kind = types.Array(from_dtype(dtype), 1, "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        address = _address(builder, arguments[0], index)
        array = make_array(kind)(context, builder)
        data = builder.inttoptr(address, array.data.type)
        size = ir.Constant(word, dtype.itemsize)
        populate_array(array, data, [ir.Constant(word, _LENGTH)], [size], size, None)
        return array._getvalue()

    @intrinsic
    def view(typing_context: Any, m: Any) -> Any:
        return kind(types.int64), generate

    found: Callable[[Any], Any] = view
    return found


def _address(builder: Any, m: Any, index: int) -> Any:
    """Load the address of array ``index`` from the table."""
    word = ir.IntType(64)
    table = builder.inttoptr(m, word.as_pointer())
    address = builder.load(builder.gep(table, [ir.Constant(word, index)]))
    address.set_metadata("invariant.load", builder.module.add_metadata([]))
    return address


def _records(name: str) -> Callable[[Any, Any], Any]:
    """Make the function that finds one record, by its index, from ``m``."""
    index = list(FIELDS).index(name)
    dtype = FIELDS[name]
    if not COMPILED:
        return lambda m, i: m.arrays[name][i]
    kind = from_dtype(dtype)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        offset = builder.mul(arguments[1], ir.Constant(word, dtype.itemsize))
        place = builder.add(_address(builder, arguments[0], index), offset)
        return builder.inttoptr(place, context.get_value_type(kind))

    @intrinsic
    def record(typing_context: Any, m: Any, i: Any) -> Any:
        return kind(types.int64, types.int64), generate

    found: Callable[[Any, Any], Any] = record
    return found


def _record(name: str) -> Callable[[Any], Any]:
    """Make the function that finds the only record of an array from ``m``."""
    if not COMPILED:
        return lambda m: m.arrays[name][0]
    index = list(FIELDS).index(name)
    kind = from_dtype(FIELDS[name])

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(_address(builder, arguments[0], index), context.get_value_type(kind))

    @intrinsic
    def record(typing_context: Any, m: Any) -> Any:
        return kind(types.int64), generate

    found: Callable[[Any], Any] = record
    return found


clocks = _record("clock")
stocks = _records("stock")
instances = _records("instance")
requirements = _records("requirement")
takes = _records("take")
gives = _records("give")
outcomes = _records("outcome")
needs = _records("need")
pools = _records("pool")
joins = _records("join")
groups = _records("group")
rules = _records("rule")
asked = _view("asked")
numbers = _view("number")
workers = _records("worker")
sources = _records("source")
arrivals = _records("arrival")
breaks = _records("breaks")
duties = _records("duty")
changes = _records("change")
lines = _view("line")
awaited = _view("awaited")
hazards = _records("hazard")
distributions = _view("distribution")
codes = _view("code")
flows = _view("flow")
leaves = _records("leave")
matchers = _records("matcher")
matchings = _view("matching")
kin = _records("kin")
kin_lines = _records("kin_line")
item_heaps = _records("item_heap")
heap_places = _view("heap_place")
heap_sizes = _view("heap_size")
item_stocks = _view("item_stock")
dependents = _view("dependent")
could_fill = _view("could_fill")
break_roles = _view("break_role")
tables = _view("table")
walks = _view("walk")
rates = _view("rate")
units = _records("unit")
paces = _records("pace")
fatigues = _records("fatigue")
repetitions = _view("repetition")
tirednesses = _records("tiredness")
quantiles = _records("quantile")
weights = _view("weight")
manners = _records("manner")
kinds = _records("kind")
steps = _records("step")
attribute_records = _records("attribute")
recipes = _records("recipe")
assigns = _records("assign")
start_kinds = _view("start_kind")
settings = _records("setting")
change_overs = _view("change_over")
role_tables = _view("role_table")
works = _records("work")
items = _records("item")
visits = _view("visit")
item_traits = _view("item_trait")
item_attributes = _view("item_attribute")
item_keys = _view("item_key")
item_serials = _view("item_serial")
trees = _view("tree")
fresh = _view("fresh")
given = _view("given")
taken = _view("taken")
heap = _records("heap")
positions = _view("position")
timers = _records("timer")
group_heaps = _view("group_heap")
class_tails = _view("class_tail")
dirty_stocks = _view("dirty_stock")
dirty_pools = _view("dirty_pool")
changed_instances = _view("changed")
clock_guards = _view("clock_guard")
preemptors = _view("preemptor")
owners = _view("owner")
is_changed = _view("is_changed")
touched_groups = _view("touched")
nominees = _view("nominee")
aside = _view("aside")
chosen_workers = _view("chosen")
filled_slots = _view("filled")
seen_slots = _view("seen")
slot_queues = _view("queue")
stacks = _view("stack")
skips = _view("skip")
guards = _view("guard")
is_due = _view("is_due")
vetoes = _view("veto")
worker_times = _view("worker_time")
histograms = _view("histogram")
logs = _view("log")
out_stocks = _view("out_stock")
out_instances = _view("out_instance")
out_pools = _view("out_pool")
out_worker_times = _view("out_worker_time")
out_overtimes = _view("out_overtime")
out_hazards = _view("out_hazard")
out_sources = _view("out_source")
out_flows = _view("out_flow")
out_quantiles = _view("out_quantile")
out_ended = _view("out_ended")
out_deadlock = _view("out_deadlock")
out_lacks = _view("out_lacks")
out_inside = _view("out_inside")
replication_keys = _view("replication_key")


def _caller() -> Callable[[Any, Any], Any]:
    """Make the function that calls a rule of the user's own by its address, with the array ``number``."""
    if not COMPILED:
        return lambda m, address: m.ask(int(address), m.arrays["number"])
    index = list(FIELDS).index("number")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        real = ir.DoubleType()
        function = ir.FunctionType(real, [real.as_pointer()]).as_pointer()
        data = builder.inttoptr(_address(builder, arguments[0], index), real.as_pointer())
        return builder.call(builder.inttoptr(arguments[1], function), [data])

    @intrinsic
    def call(typing_context: Any, m: Any, address: Any) -> Any:
        return types.float64(types.int64, types.int64), generate

    found: Callable[[Any, Any], Any] = call
    return found


call_rule = _caller()


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
