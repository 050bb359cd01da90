"""What a finished work gives: outcome, amounts, items in hand, new and merged ones (rules 7 and 12)."""

from __future__ import annotations

from typing import Any

import numpy as np

from hewer.engine.codes import CHANCES, CHANGES, REST, Birth, Status
from hewer.engine.draws import GIVEN, OUTCOME, child_lineage, uniform
from hewer.engine.features import MATTER
from hewer.engine.jit import apart, pasted
from hewer.engine.kernel.judging.expression import draw, evaluate, nth_key
from hewer.engine.kernel.judging.trait import change_item, copy_traits, stock_given
from hewer.engine.kernel.material.material import count_in, end_item, join_family, new_item, put_item
from hewer.engine.kernel.memory.accounts import fail
from hewer.engine.kernel.memory.state import clocks, given, gives, instances, items, outcomes, works

_OLDEST, _NEWEST, _NOW = int(Birth.OLDEST), int(Birth.NEWEST), int(Birth.NOW)
_BAD_NUMBER, _REST = int(Status.BAD_NUMBER), int(REST)


@apart
def amount_given(m: Any, w: Any, g: Any, nth: Any) -> Any:
    """Items or grains that a finished work gives by give ``g``, its ``nth``."""
    give = gives(m, g)
    if give["amount"] == -1:
        return give["fixed"]
    return given(m)[w * clocks(m)["gives"] + nth]


@apart
def _draw_gives(m: Any, w: Any) -> Any:
    work = works(m, w)
    nth = 0
    g = given_by(m, w, 0)
    while g >= 0:
        give = gives(m, g)
        if give["amount"] != -1:
            amount = draw(m, give["amount"], w * clocks(m)["takes"], nth_key(work["key"], nth), GIVEN)
            if amount < 0:
                fail(m, _BAD_NUMBER, work["instance"])
                amount = 0
            given(m)[w * clocks(m)["gives"] + nth] = amount
        nth += 1
        g = given_by(m, w, nth)


@apart
def given_by(m: Any, w: Any, nth: Any) -> Any:
    """Index of the ``nth`` give of a work (common ones, then those of its outcome), or -1."""
    work = works(m, w)
    instance = instances(m, work["instance"])
    common = instance["give1"] - instance["give0"]
    if nth < common:
        return instance["give0"] + nth
    if work["outcome"] >= 0:
        outcome = outcomes(m, instance["outcome0"] + work["outcome"])
        if nth - common < outcome["give1"] - outcome["give0"]:
            return outcome["give0"] + nth - common
    return -1


@pasted
def draw_outcome(m: Any, w: Any) -> Any:
    """Draw the outcome and the amounts of a finished work, where they are random."""
    work = works(m, w)
    instance = instances(m, work["instance"])
    if not MATTER:
        return
    clocks(m)["item"] = work["items"]
    if instance["outcome1"] > instance["outcome0"] and work["outcome"] < 0:
        _draw_outcome(m, w)
    if instance["random_gives"] == 1:
        _draw_gives(m, w)


@apart
def _draw_outcome(m: Any, w: Any) -> Any:
    work = works(m, w)
    instance = instances(m, work["instance"])
    u = uniform(work["key"], OUTCOME, 0)
    if instance["traits"] & CHANCES != 0:
        work["outcome"] = _judged_outcome(m, w, u)
        return
    last = instance["outcome1"] - instance["outcome0"] - 1
    k = 0
    while k < last and outcomes(m, instance["outcome0"] + k)["cumulative"] <= u:
        k += 1
    work["outcome"] = k


@apart
def _chance(m: Any, w: Any, o: Any) -> Any:
    """Chance of an outcome that is not what the others leave."""
    outcome = outcomes(m, o)
    if outcome["chance"] < 0:
        return outcome["share"]
    chance = evaluate(m, outcome["chance"], 0, np.uint64(0), 0)
    if chance >= 0.0:
        return chance
    fail(m, _BAD_NUMBER, works(m, w)["instance"])
    return 0.0


@apart
def _judged_outcome(m: Any, w: Any, u: Any) -> Any:
    """Outcome where chances depend on the item at hand: the first whose cumulative chance is above ``u``."""
    instance = instances(m, works(m, w)["instance"])
    first, last = instance["outcome0"], instance["outcome1"] - 1
    rest = 1.0
    for o in range(first, last + 1):
        rest -= _chance(m, w, o) if outcomes(m, o)["chance"] != _REST else 0.0
    cumulative = 0.0
    for o in range(first, last):
        cumulative += max(rest, 0.0) if outcomes(m, o)["chance"] == _REST else _chance(m, w, o)
        if cumulative > u:
            return o - first
    return last - first


@apart
def _items_given(m: Any, w: Any) -> Any:
    number, nth = 0, 0
    g = given_by(m, w, 0)
    while g >= 0:
        if gives(m, g)["items"] == 1:
            number += amount_given(m, w, g, nth)
        nth += 1
        g = given_by(m, w, nth)
    return number


@apart
def items_made(m: Any, w: Any) -> Any:
    """New items that completing a work will make; its outcome is drawn."""
    made = _items_given(m, w)
    k = works(m, w)["items"]
    while k >= 0 and made > 0:
        made -= 1
        k = items(m, k)["next"]
    return made


@apart
def _merge(m: Any, w: Any, kept: Any, rule: Any) -> Any:
    """End the items in hand beyond the first ``kept``; the carrier's birth follows ``rule`` (rule 12)."""
    work = works(m, w)
    carrier = work["items"]
    if carrier < 0:
        return
    birth = clocks(m)["now"] if rule == _NOW else items(m, carrier)["birth"]
    last, k, n = -1, carrier, 0
    while k >= 0:
        after = items(m, k)["next"]
        if n >= kept:
            if rule == _OLDEST:
                birth = min(birth, items(m, k)["birth"])
            elif rule == _NEWEST:
                birth = max(birth, items(m, k)["birth"])
            if last >= 0:
                items(m, last)["next"] = -1
            end_item(m, k, -1)
        else:
            last = k
        n += 1
        k = after
    if kept == 0:
        work["items"] = -1
    else:
        items(m, carrier)["birth"] = birth


@apart
def _make_children(m: Any, w: Any, number: Any) -> Any:
    """Make the items given beyond those taken, behind those in hand (rule 12)."""
    work, clock = works(m, w), clocks(m)
    carrier = work["items"]
    in_hand = 1 if carrier >= 0 else 0
    last = carrier
    while last >= 0 and items(m, last)["next"] >= 0:
        last = items(m, last)["next"]
        in_hand += 1
    for made in range(number - in_hand):
        if carrier < 0:
            k = new_item(m, child_lineage(work["key"], made), work["begun"], clock["default_class"])
            if instances(m, work["instance"])["traits"] & CHANGES != 0:
                change_item(m, w, k, made)
        else:
            parent = items(m, carrier)
            lineage = child_lineage(parent["lineage"], parent["children"])
            k = new_item(m, lineage, parent["birth"], parent["priority"])
            parent["children"] += 1
            join_family(m, k, carrier)
            if clock["described"] == 1:
                copy_traits(m, k, carrier)
        if last >= 0:
            items(m, last)["next"] = k
        else:
            work["items"] = k
        last = k


@pasted
def _give_items(m: Any, w: Any, s: Any, amount: Any) -> Any:
    work = works(m, w)
    for _ in range(amount):
        k = work["items"]
        work["items"] = items(m, k)["next"]
        put_item(m, s, k)


@pasted
def give_all(m: Any, w: Any) -> Any:
    """Give all that a work gives; items in hand beyond that are merged, and end."""
    if not MATTER or instances(m, works(m, w)["instance"])["plain"] == 1:
        s = stock_given(m, w, instances(m, works(m, w)["instance"])["give0"])
        put_item(m, s, works(m, w)["items"])
        return
    _give_each(m, w)


@apart
def _give_each(m: Any, w: Any) -> Any:
    number = _items_given(m, w)
    _merge(m, w, number, instances(m, works(m, w)["instance"])["birth"])
    _make_children(m, w, number)
    nth = 0
    g = given_by(m, w, 0)
    while g >= 0:
        amount = amount_given(m, w, g, nth)
        if gives(m, g)["items"] == 1:
            _give_items(m, w, stock_given(m, w, g), amount)
        else:
            count_in(m, gives(m, g)["stock"], amount)
        nth += 1
        g = given_by(m, w, nth)
