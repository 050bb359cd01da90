"""Who does what: nominations, teams and claims of people (rule 4)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from hewer.choice_rules import Choice
from hewer.engine import draws
from hewer.engine.codes import Number
from hewer.engine.own_rules import rule_of
from tests.oracle.judging import fit, rank
from tests.oracle.objects import Group, Instance, Worker
from tests.oracle.setting_up import expected_set_up
from tests.oracle.shop import RuleError, Shop


def choose(shop: Shop) -> tuple[Instance, list[Worker]] | None:
    """Hold one round: the work to start and its team, or None; then ``shop.claims`` tells who is claimed."""
    claims: dict[Worker, Instance] = {}
    ready = [instance for instance in shop.instances if instance.ready]
    while True:
        nominations = _nominations(shop, ready, claims)
        if not nominations:
            shop.claims = claims
            return None
        instance = min(nominations, key=lambda nominee: rank(shop, nominee))
        team, complete = _team(shop, instance, nominations[instance], claims)
        if complete:
            return instance, team
        if not instance.overtake:
            claims.update(dict.fromkeys(team, instance))
        ready.remove(instance)


def by_idling(worker: Worker) -> tuple[int, int]:
    return worker.idle_since, worker.idle_serial


def _nominations(
    shop: Shop, ready: list[Instance], claims: dict[Worker, Instance]
) -> dict[Instance, list[Worker]]:
    """Nominees, each with the workers who nominate it."""
    nominations: dict[Instance, list[Worker]] = {
        instance: []
        for instance in ready
        if (instance.row["by_owner"] and _owners(instance, claims)) or instance.slots == 0
    }
    for group in shop.groups:
        free = sorted(
            (w for w in shop.workers if w.free and not w.in_line and w.group == group.index), key=by_idling
        )
        unclaimed = [worker for worker in free if worker not in claims]
        speakers = unclaimed or free
        if not speakers:
            continue
        open_to_him = [
            instance
            for instance in ready
            if group.index in instance.joins and instance.slots and (unclaimed or instance.overtake)
        ]
        if open_to_him:
            nominee = open_to_him[0]
            if len(open_to_him) > 1:
                nominee = min(open_to_him, key=lambda i: _preference(shop, group, speakers[0], i))
            nominations.setdefault(nominee, []).append(speakers[0])
    return nominations


def _owners(instance: Instance, claims: dict[Worker, Instance]) -> list[Worker]:
    """Who is there to go on with a suspended work of his: all of its team, else some of one; or nobody."""
    found: list[list[Worker]] = []
    for work in instance.suspended:
        if not any(owner.off for owner in work.owners):
            found.append([owner for owner in work.owners if owner.free and owner not in claims])
    complete = [team for team in found if len(team) == instance.slots]
    return next(iter(complete or [team for team in found if team]), [])


def _preference(shop: Shop, group: Group, worker: Worker, instance: Instance) -> tuple[Any, ...]:
    """Sort key of the choice rule of a group."""
    order = rank(shop, instance)
    if group.choice == Choice.LISTED:
        return (order[0], instance.joins[group.index].preference, order)
    if group.choice == Choice.LONGEST_QUEUE:
        return (order[0], -_queue(shop, instance), order)
    if group.choice == Choice.OWN:
        return (_own_rule(shop, group, worker, instance), order)
    if group.choice == Choice.NEAREST:
        return (order[0], walk(shop, worker.place, int(instance.row["place"])), order)
    if group.choice == Choice.SHORTEST_PROCESSING_TIME:
        return (order[0], _expected_time(shop, worker, instance), order)
    if group.choice == Choice.LONGEST_PROCESSING_TIME:
        time = _expected_time(shop, worker, instance)
        return (order[0], time == math.inf, -time, order)
    if group.choice == Choice.EARLIEST_DUE:
        return (order[0], _due(shop, instance), order)
    if group.choice in {Choice.RANDOM, Choice.WEIGHTED}:
        return (order[0], _lot(shop, group, worker, instance), order)
    return order


def _own_rule(shop: Shop, group: Group, worker: Worker, instance: Instance) -> float:
    """What a rule of the user's own says of an instance: it is given its numbers by name."""
    rule = rule_of(int(shop.program.rule[group.rule]["function"]))
    there = int(instance.row["place"])
    known = {
        Number.WAITING: (shop.now - rank(shop, instance)[1]) / 1e9,
        Number.DISTANCE: walk(shop, worker.place, there) / 1e9,
        Number.DURATION: _expected_time(shop, worker, instance) / 1e9,
    }
    asked = zip(rule.numbers, instance.joins[group.index].asked, strict=False)
    item = shop.at_hand(instance)
    numbers = {
        name: shop.evaluate(what, [], 0, 0, item) if what >= 0 else known[Number(what)]
        for name, what in asked
    }
    try:
        value = float(rule.function(**numbers))
    except Exception:
        raise RuleError from None
    if math.isnan(value):
        raise RuleError
    return value


def _queue(shop: Shop, instance: Instance) -> float:
    if not instance.takes:
        return 0.0
    take = instance.takes[0]
    return shop.level(take.lane) / max(take.low, 1)


def _expected_time(shop: Shop, worker: Worker, instance: Instance) -> float:
    """Expected ticks, each draw replaced by its mean, at the worker's speed."""
    item, code = shop.at_hand(instance), int(instance.manner["expected"])
    step = shop.next_step(item) if item is not None and instance.by_step else None
    if step is not None and step["time"] != -1:
        code = int(step["expected"])
    time = shop.evaluate(code, [], 0, 0, item) + float(expected_set_up(shop, worker, instance))
    time /= float(shop.program.rate[worker.role, instance.activity])
    return math.inf if math.isnan(time) else time


def _due(shop: Shop, instance: Instance) -> float:
    item, column = shop.at_hand(instance), int(shop.program.scalar[0]["due"])
    if item is None or column < 0 or math.isnan(item.attributes[column]):
        return math.inf
    return item.attributes[column]


def _lot(shop: Shop, group: Group, worker: Worker, instance: Instance) -> float:
    """The lot that a worker draws for an instance in this turn (rule 7)."""
    resumed = int(instance.row["origin"]) >= 0
    begun = shop.instances[int(instance.row["origin"])] if resumed else instance
    key = draws.work_key(np.uint64(begun.key), np.uint64(worker.stream), worker.turns)
    u = float(draws.uniform(np.uint64(key), draws.CHOICE, int(resumed)))
    if group.choice == Choice.RANDOM:
        return u
    weight = float(shop.program.weight[worker.role, instance.activity])
    return -math.log(u) / weight if weight > 0.0 else math.inf


def walk(shop: Shop, here: int, there: int) -> int:
    """Ticks of the way; 0 where either end is nowhere in particular."""
    if here < 0 or there < 0:
        return 0
    return int(shop.program.walk[here, there])


def _team(
    shop: Shop, instance: Instance, speakers: list[Worker], claims: dict[Worker, Instance]
) -> tuple[list[Worker], bool]:
    """Fit the lead, then the others by idling; the team in that order, and whether it is complete."""
    if instance.slots == 0:
        return [], True
    if instance.row["by_owner"]:
        owners = _owners(instance, claims)
        return owners, len(owners) == instance.slots
    lead = min(speakers, key=by_idling)
    others = [
        worker
        for worker in sorted(shop.workers, key=by_idling)
        if worker.free
        and not worker.in_line
        and worker is not lead
        and worker.group in instance.joins
        and (instance.overtake or worker not in claims)
    ]
    team: list[Worker] = []
    filled: dict[int, int] = {}
    masks = {worker.index: instance.joins[worker.group].mask for worker in [lead, *others]}
    for worker in [lead, *others]:
        if len(team) < instance.slots and fit(worker.index, masks, instance.slots, filled, set()):
            team.append(worker)
    return team, len(team) == instance.slots
