"""What items are like: kind, step, attributes; where their routes lead (rules 7 and 12).

``item_trait`` [2 * item] is the kind (-1 for none), [2 * item + 1] the number of steps behind it;
``item_attribute`` [item * attributes + column] in base units. The arrays are empty in models without kinds
and attributes. Expressions read those of ``clock["item"]``, the item at hand.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.codes import BY_STEP, CHANGES, KIND_COLUMN, STEP_COLUMN, Status
from hewer.engine.draws import DURATION, sample, work_key
from hewer.engine.features import KINDS
from hewer.engine.jit import apart, part, pasted
from hewer.engine.kernel.judging.expression import evaluate
from hewer.engine.kernel.memory.accounts import fail
from hewer.engine.kernel.memory.state import (
    assigns,
    attribute_records,
    clocks,
    distributions,
    fresh,
    gives,
    instances,
    item_attributes,
    item_traits,
    items,
    kinds,
    manners,
    outcomes,
    recipes,
    sources,
    start_kinds,
    steps,
    stocks,
    tables,
    takes,
    works,
)

_MOST_STEPS = float(1 << 31)
_BAD_NUMBER = int(Status.BAD_NUMBER)


@apart
def blank_item(m: Any, k: Any) -> Any:
    """Make a new item one without a kind, of whose attributes nothing is stated."""
    columns = clocks(m)["attributes"]
    item_traits(m)[2 * k] = -1
    item_traits(m)[2 * k + 1] = 0
    for column in range(columns):
        item_attributes(m)[k * columns + column] = attribute_records(m, column)["unset"]


@apart
def copy_traits(m: Any, k: Any, parent: Any) -> Any:
    """Make a child like its parent."""
    columns = clocks(m)["attributes"]
    item_traits(m)[2 * k] = item_traits(m)[2 * parent]
    item_traits(m)[2 * k + 1] = item_traits(m)[2 * parent + 1]
    for column in range(columns):
        item_attributes(m)[k * columns + column] = item_attributes(m)[parent * columns + column]


@apart
def _value(m: Any, assign: Any, identity: Any, number: Any) -> Any:
    """Value of an assignment; its draws are keyed by the column, ``identity`` and ``number`` (rule 7)."""
    what, column = assigns(m, assign)["what"], assigns(m, assign)["column"]
    at = clocks(m)["attributes"] - 1 - column if column < 0 else column
    key = work_key(attribute_records(m, at)["key"], identity, number)
    if what >= 0:
        return sample(distributions(m), what, tables(m), key, DURATION)
    return evaluate(m, -2 - what, 0, key, DURATION)


@apart
def _follow_recipe(m: Any, k: Any, recipe: Any) -> Any:
    clock = clocks(m)
    clock["item"] = k
    made = recipes(m, recipe)
    for a in range(made["assign0"], made["assign1"]):
        value = _value(m, a, items(m, k)["lineage"], 0)
        item_attributes(m)[k * clock["attributes"] + assigns(m, a)["column"]] = value


@apart
def describe_arrival(m: Any, k: Any, source_number: Any, ranked: Any) -> Any:
    """Give an item of a source its kind, its attributes and, unless ``ranked`` already, its priority."""
    source, clock = sources(m, source_number), clocks(m)
    kind = source["kind_fixed"]
    if source["kind"] >= 0:
        key = work_key(attribute_records(m, clock["attributes"])["key"], items(m, k)["lineage"], 0)
        kind = np.int64(sample(distributions(m), source["kind"], tables(m), key, DURATION))
    item_traits(m)[2 * k] = kind
    _follow_recipe(m, k, source["recipe"] + 1 + kind)
    if not ranked and kind >= 0 and kinds(m, kind)["priority"] >= 0:
        items(m, k)["priority"] = kinds(m, kind)["priority"]


@apart
def describe_start(m: Any, k: Any, s: Any) -> Any:
    """Give an item that stock ``s`` starts with its kind, attributes and priority."""
    kind = start_kinds(m)[s]
    if kind >= 0:
        item_traits(m)[2 * k] = kind
        _follow_recipe(m, k, kind)
        if kinds(m, kind)["priority"] >= 0:
            items(m, k)["priority"] = kinds(m, kind)["priority"]


@apart
def step_of(m: Any, k: Any) -> Any:
    """Next step of item ``k``, which has one."""
    return steps(m, kinds(m, item_traits(m)[2 * k])["route0"] + item_traits(m)[2 * k + 1])


@apart
def onward_of(m: Any, k: Any, ahead: Any) -> Any:
    """Stock to which the route of item ``k`` leads, ``ahead`` steps from now."""
    kind = kinds(m, item_traits(m)[2 * k])
    step = kind["route0"] + item_traits(m)[2 * k + 1] + ahead
    return steps(m, step)["stock"] if step < kind["route1"] else kind["to"]


@apart
def lane_of(m: Any, s: Any, k: Any) -> Any:
    """Lane of stock ``s``, which has lanes, in which item ``k`` stands."""
    number = item_traits(m)[2 * k]
    if number >= 0:
        step = kinds(m, number)["route0"] + item_traits(m)[2 * k + 1]
        if step < kinds(m, number)["route1"] and steps(m, step)["stock"] == s:
            return steps(m, step)["lane"]
    return stocks(m, s)["lanes"]


@pasted
def stock_given(m: Any, w: Any, g: Any) -> Any:
    """Stock to which a work gives by give ``g``; onward goes the first item in hand."""
    s = gives(m, g)["stock"]
    return s if not KINDS or s >= 0 else onward_of(m, works(m, w)["items"], 0)


@apart
def first_at_hand(m: Any, i: Any) -> Any:
    """First item that instance ``i`` would take, or the carrier of the work it would resume; -1: none."""
    if instances(m, i)["origin"] >= 0:
        w = instances(m, i)["suspended"]
        return works(m, w)["items"] if w >= 0 else -1
    t = manners(m, i)["take"]
    return stocks(m, takes(m, t)["lane"])["head"] if t >= 0 else -1


@apart
def time_at_hand(m: Any, w: Any) -> Any:
    """What the duration of a work is drawn from, with its carrier at hand."""
    instance, k = instances(m, works(m, w)["instance"]), works(m, w)["items"]
    clocks(m)["item"] = k
    if instance["traits"] & BY_STEP != 0:
        step = step_of(m, k)
        if step["time"] != -1:
            return step["time"]
    return instance["time"]


@part
def _judge_changes(m: Any, w: Any, k: Any, number: Any, first: Any, last: Any) -> Any:
    """Work out what item ``k``, the ``number``-th of a work, is to be; all before anything is changed."""
    clocks(m)["item"] = k
    for a in range(first, last):
        value = _value(m, a, works(m, w)["key"], number)
        if assigns(m, a)["column"] == STEP_COLUMN:
            value = np.rint(value)
            if not (value >= 1.0 and value < _MOST_STEPS):
                fail(m, _BAD_NUMBER, works(m, w)["instance"])
                value = 1.0
        fresh(m)[a] = value


@apart
def _apply_changes(m: Any, k: Any, first: Any, last: Any) -> Any:
    """Change item ``k``; returns 1 where it has another kind, plus 2 where its step is set."""
    turned, stepped, columns = 0, 0, clocks(m)["attributes"]
    for a in range(first, last):
        column, value = assigns(m, a)["column"], fresh(m)[a]
        if column == KIND_COLUMN:
            item_traits(m)[2 * k] = np.int64(value)
            turned = 1
        elif column == STEP_COLUMN:
            item_traits(m)[2 * k + 1] = np.int64(value) - 1
            stepped = 2
        else:
            item_attributes(m)[k * columns + column] = value
    return turned + stepped


@apart
def change_item(m: Any, w: Any, k: Any, number: Any) -> Any:
    """Let a finished work change item ``k``, its ``number``-th: what it sets, and the step behind it."""
    work = works(m, w)
    i = work["instance"]
    manner = manners(m, i)
    first, last = 0, 0
    if work["outcome"] >= 0:
        outcome = outcomes(m, instances(m, i)["outcome0"] + work["outcome"])
        first, last = outcome["set0"], outcome["set1"]
    _judge_changes(m, w, k, number, manner["set0"], manner["set1"])
    _judge_changes(m, w, k, number, first, last)
    changed = _apply_changes(m, k, manner["set0"], manner["set1"]) | _apply_changes(m, k, first, last)
    if changed == 1:
        item_traits(m)[2 * k + 1] = 0
    elif changed == 0 and number == 0 and instances(m, i)["traits"] & BY_STEP != 0:
        item_traits(m)[2 * k + 1] += 1


@pasted
def change_items(m: Any, w: Any) -> Any:
    """Let a finished work change the items in hand."""
    if KINDS and instances(m, works(m, w)["instance"])["traits"] & CHANGES != 0:
        _change_each(m, w)


@apart
def _change_each(m: Any, w: Any) -> Any:
    k, number, i = works(m, w)["items"], 0, works(m, w)["instance"]
    if manners(m, i)["set0"] == manners(m, i)["set1"] and works(m, w)["outcome"] < 0 and k >= 0:
        item_traits(m)[2 * k + 1] += 1  # by step, and nothing is set
        return
    while k >= 0:
        change_item(m, w, k, number)
        number += 1
        k = items(m, k)["next"]
