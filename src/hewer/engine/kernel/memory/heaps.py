"""Heaps of items, side by side in one array: each item stands in each heap at most once.

Entry *n* of heap *h* is record ``n * heaps + h``, so that all grow with the items. The place of an item is
kept plus one: 0 is nowhere, and what is new is nowhere.
"""

from __future__ import annotations

from typing import Any

from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.memory.state import clocks, heap_places, heap_sizes, item_heaps


@apart
def _entry(m: Any, h: Any, n: Any) -> Any:
    return item_heaps(m, n * clocks(m)["heaps"] + h)


@pasted
def _before(m: Any, h: Any, a: Any, b: Any) -> Any:
    one, other = _entry(m, h, a), _entry(m, h, b)
    if one["first"] != other["first"]:
        return one["first"] < other["first"]
    return one["second"] < other["second"]


@apart
def _write(m: Any, h: Any, n: Any, first: Any, second: Any, k: Any) -> Any:
    entry = _entry(m, h, n)
    entry["first"] = first
    entry["second"] = second
    entry["item"] = k
    heap_places(m)[k * clocks(m)["heaps"] + h] = n + 1


@apart
def _swap(m: Any, h: Any, a: Any, b: Any) -> Any:
    one, other = _entry(m, h, a), _entry(m, h, b)
    first, second, k = one["first"], one["second"], one["item"]
    _write(m, h, a, other["first"], other["second"], other["item"])
    _write(m, h, b, first, second, k)


@apart
def _settle(m: Any, h: Any, n: Any) -> Any:
    """Bring entry ``n`` to its place, up or down."""
    while n > 0 and _before(m, h, n, (n - 1) >> 1):
        _swap(m, h, n, (n - 1) >> 1)
        n = (n - 1) >> 1
    while True:
        child = 2 * n + 1
        if child >= heap_sizes(m)[h]:
            return
        if child + 1 < heap_sizes(m)[h] and _before(m, h, child + 1, child):
            child += 1
        if not _before(m, h, child, n):
            return
        _swap(m, h, n, child)
        n = child


@apart
def heap_put(m: Any, h: Any, k: Any, first: Any, second: Any) -> Any:
    """Put item ``k``, which is not in heap ``h``, there."""
    n = heap_sizes(m)[h]
    heap_sizes(m)[h] = n + 1
    _write(m, h, n, first, second, k)
    _settle(m, h, n)


@apart
def heap_drop(m: Any, h: Any, k: Any) -> Any:
    """Take item ``k``, which is in heap ``h``, out of it."""
    n = heap_places(m)[k * clocks(m)["heaps"] + h] - 1
    last = heap_sizes(m)[h] - 1
    heap_sizes(m)[h] = last
    heap_places(m)[k * clocks(m)["heaps"] + h] = 0
    if n < last:
        moved = _entry(m, h, last)
        _write(m, h, n, moved["first"], moved["second"], moved["item"])
        _settle(m, h, n)


@apart
def heap_top(m: Any, h: Any) -> Any:
    """First item of heap ``h``, or -1."""
    return _entry(m, h, 0)["item"] if heap_sizes(m)[h] > 0 else -1


@apart
def heap_entry(m: Any, h: Any, n: Any) -> Any:
    """Record of the ``n``-th entry of heap ``h``."""
    return _entry(m, h, n)


@apart
def heap_place(m: Any, h: Any, k: Any) -> Any:
    """Place of item ``k`` in heap ``h``, plus 1; or 0."""
    return heap_places(m)[k * clocks(m)["heaps"] + h]


@apart
def in_heap(m: Any, h: Any, k: Any) -> Any:
    """Whether item ``k`` is in heap ``h``; below 0: the mark that ``heap_mark`` left."""
    return heap_places(m)[k * clocks(m)["heaps"] + h]


@apart
def heap_mark(m: Any, h: Any, k: Any, mark: Any) -> Any:
    """Note for item ``k``, which is not in heap ``h``, a mark below 0, or 0 to clear it."""
    heap_places(m)[k * clocks(m)["heaps"] + h] = mark
