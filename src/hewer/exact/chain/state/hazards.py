"""Which works can be interrupted, and whether their order of starting can matter then (rule 8)."""

from __future__ import annotations

from hewer.engine.codes import NONE, Interrupted, Order
from hewer.exact.chain.state.plant import Instance, Plant, without_memory


def victims(plant: Plant, k: int) -> set[int]:
    """Return the instances whose works an instance may interrupt to start."""
    one = plant.instances[k]
    if not one.preempts:
        return set()
    return {
        j
        for j, other in enumerate(plant.instances)
        if other.origin == NONE and other.priority < one.priority and _share(one, other)
    }


def _share(one: Instance, other: Instance) -> bool:
    people = bool(one.slots and other.slots and one.joins.keys() & other.joins.keys())
    return people or bool(_tools(one) & _tools(other))


def _tools(one: Instance) -> set[int]:
    return {need.pool for need in one.needs if not need.is_room}


def interruptible(plant: Plant) -> set[int]:
    """Return the instances whose works anything can interrupt."""
    found = {k for hazard in plant.hazards for k in plant.holders(hazard)}
    found |= {k for j in range(len(plant.instances)) for k in victims(plant, j)}
    return {k for k in found if plant.instances[k].origin == NONE}


def in_order(plant: Plant, alike: list[bool]) -> set[int]:
    """Return the instances of whose works the state keeps the order of starting.

    Parameters
    ----------
    plant : Plant
    alike : list of bool
        By instance: whether nothing but the time that is left tells one suspended work from another.
    """
    found = set()
    preyed = [victims(plant, j) for j in range(len(plant.instances))]
    for k in interruptible(plant):
        one = plant.instances[k]
        same = alike[k] and not one.by_step and without_memory(plant.program, one.time) > 0.0
        chosen = [prey for prey in preyed if k in prey]
        alone = one.slots == 0 or len(one.joins) == 1
        for prey in chosen:
            alone = alone and all(plant.instances[j].priority != one.priority for j in prey - {k})
        lost = one.interrupted == Interrupted.LOSE
        if not (same or (lost and not chosen)) or (chosen and not alone):
            found.add(k)
    return found


def resumes_first(plant: Plant, k: int) -> bool:
    """Tell whether a resumption always ranks before its instance, whatever their stamps.

    What the instance takes now stood behind what its suspended works took, so that their stamps are no later.
    Grants could be: so there must be none, or nothing that waits with one while the other has none.
    """
    one = plant.instances[k]
    if one.overtake or len(one.needs) > 1:
        return False
    if any(take.items and plant.stocks[take.stock].order != Order.FIFO for take in one.takes):
        return False
    if any(take.varies for take in one.takes):
        return False
    return all(
        need.is_room or one.slots == 0 or plant.pools[need.pool] < 2 * need.amount for need in one.needs
    )
