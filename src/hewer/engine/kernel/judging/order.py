"""Stocks ordered by a key of their items: a treap that finds the place of an item in logarithmic time.

The items of such a stock are linked in order as in any other; the tree over them only finds places. Arrays:
``item_key`` and ``item_serial`` [item], judged when it entered; ``tree`` [2 * item + side], -1 for none; the
root is the stock's ``class_tail``. The larger lineage is above (C. Aragon and R. Seidel, "Randomized search
trees", 1989): lineages are random, so the tree is shallow.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hewer.engine.jit import apart
from hewer.engine.kernel.judging.expression import evaluate
from hewer.engine.kernel.memory.state import (
    class_tails,
    clocks,
    item_keys,
    item_serials,
    items,
    stocks,
    trees,
)


@apart
def _comes_before(m: Any, k: Any, other: Any) -> Any:
    mine, theirs = item_keys(m)[k], item_keys(m)[other]
    if mine != theirs:
        return mine < theirs
    return item_serials(m)[k] < item_serials(m)[other]


@apart
def _hang(m: Any, s: Any, above: Any, side: Any, k: Any) -> Any:
    """Put item ``k`` (-1: none) below ``above`` (-1: at the root) on a side (0 before, 1 behind)."""
    if above < 0:
        class_tails(m)[stocks(m, s)["tail0"]] = k
    else:
        trees(m)[2 * above + side] = k


@apart
def _find_behind(m: Any, s: Any, k: Any) -> Any:
    """Item behind which ``k`` comes; -1: it comes first."""
    at, behind = class_tails(m)[stocks(m, s)["tail0"]], -1
    while at >= 0:
        if _comes_before(m, k, at):
            at = trees(m)[2 * at]
        else:
            behind = at
            at = trees(m)[2 * at + 1]
    return behind


@apart
def _insert(m: Any, s: Any, k: Any) -> Any:
    tree, height = trees(m), items(m, k)["lineage"]
    above, side, at = -1, 0, class_tails(m)[stocks(m, s)["tail0"]]
    while at >= 0 and items(m, at)["lineage"] >= height:
        above, side = at, 0 if _comes_before(m, k, at) else 1
        at = tree[2 * above + side]
    _hang(m, s, above, side, k)
    low, low_side, high, high_side = k, 0, k, 1
    while at >= 0:
        if _comes_before(m, at, k):
            tree[2 * low + low_side] = at
            low, low_side = at, 1
            at = tree[2 * at + 1]
        else:
            tree[2 * high + high_side] = at
            high, high_side = at, 0
            at = tree[2 * at]
    tree[2 * low + low_side] = -1
    tree[2 * high + high_side] = -1


@apart
def place_again(m: Any, s: Any, k: Any) -> Any:
    """Find the place of an item that was in the stock before, by its old key; returns what it is behind."""
    behind = _find_behind(m, s, k)
    _insert(m, s, k)
    return behind


@apart
def place_by_key(m: Any, s: Any, k: Any) -> Any:
    """Find the place of an item that enters; returns the item that it is behind, or -1."""
    clock = clocks(m)
    clock["item"] = k
    key = evaluate(m, stocks(m, s)["by"], 0, np.uint64(0), 0)
    item_keys(m)[k] = math.inf if math.isnan(key) else key
    item_serials(m)[k] = clock["entries"]
    clock["entries"] += 1
    return place_again(m, s, k)


@apart
def leave_tree(m: Any, s: Any, k: Any) -> Any:
    """Take an item out of the tree of its stock."""
    tree = trees(m)
    above, side, at = -1, 0, class_tails(m)[stocks(m, s)["tail0"]]
    while at != k:
        above, side = at, 0 if _comes_before(m, k, at) else 1
        at = tree[2 * above + side]
    low, high = tree[2 * k], tree[2 * k + 1]
    while low >= 0 and high >= 0:
        if items(m, low)["lineage"] > items(m, high)["lineage"]:
            _hang(m, s, above, side, low)
            above, side = low, 1
            low = tree[2 * low + 1]
        else:
            _hang(m, s, above, side, high)
            above, side = high, 0
            high = tree[2 * high]
    _hang(m, s, above, side, low if low >= 0 else high)
