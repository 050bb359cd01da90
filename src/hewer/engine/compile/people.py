"""Compile the people: roles to skill groups and workers, who could fill what, speeds and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from hewer.choice_rules import Choice
from hewer.engine.codes import NONE, WorkerState
from hewer.engine.compile.base import (
    Context,
    PlaceEntry,
    Row,
    Work,
    located,
    put,
    refuse,
    require,
    stream,
    ticks,
)
from hewer.engine.compile.code.expressions import constant
from hewer.engine.compile.duty import Duties
from hewer.errors import ValueProblem, did_you_mean
from hewer.model.document import Role
from hewer.model.settling.duty import calendars_of
from hewer.model.settling.line import lines
from hewer.quantity import DIMENSIONLESS


@dataclass(slots=True)
class People:
    """Rows of the people in the making."""

    groups: list[Row] = field(default_factory=list)
    joins: list[Row] = field(default_factory=list)
    workers: list[Row] = field(default_factory=list)
    could_fill: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of workers
    on_duty: list[int] = field(default_factory=list)  # at the start, by group
    heap: int = 0
    line: list[int] = field(default_factory=list)  # workers in lines, the last of each line first


def compile_people(context: Context, work: Work, duties: Duties) -> People:
    """Compile the crew at work; completes the ``join`` range and ``staffed`` of the instances."""
    people = People()
    people.groups.append(_group(NONE, Choice.AUTOMATIC, 0))
    people.on_duty.append(0)
    filled: dict[int, dict[int, tuple[int, int]]] = {
        i: {0: (0, 0)}
        for i, row in enumerate(work.instances)
        if row["post0"] == row["post1"] or row["by_owner"]
    }
    for number, (name, role) in enumerate(context.model.roles.items()):
        for heads in _groups_of(context, name, role):
            group = len(people.groups)
            people.groups.append(_group(number, _choice(role), len(heads)))
            masks = _masks(context, work, name, role, heads)
            for instance, found in masks.items():
                filled.setdefault(instance, {})[group] = found
            _workers(context, people, (number, name, role), heads, _works(work, masks))
            _duties(context, people, role, heads, duties)
    _joins(people, work, filled)
    _line_up(context, people)
    return people


def _line_up(context: Context, people: People) -> None:
    """Let the workers of roles that take each other's work over stand in lines.

    Each such role queues in a group of its own that can do nothing: nobody there nominates.
    """
    numbers = {name: number for number, name in enumerate(context.model.roles)}
    for roles in lines(context.model.roles):
        line: list[int] = []
        for name in roles:
            own = [k for k, row in enumerate(people.workers) if row["role"] == numbers[name]]
            for worker in own:
                before = line[-1] if line else NONE
                people.workers[worker] |= {"before": before, "in_line": True, "group": len(people.groups)}
                line.append(worker)
            people.groups.append({**_group(numbers[name], Choice.OLDEST, len(own)), "heap0": people.heap})
        people.line.extend(reversed(line))


def _group(role: int, choice: Choice, workers: int) -> Row:
    return {"role": role, "choice": int(choice), "workers": workers, "free_head": NONE, "free_tail": NONE}


def _choice(role: Role) -> Choice:
    return Choice.OWN if role.own_rule is not None else Choice[role.choice.upper()]


def _groups_of(context: Context, name: str, role: Role) -> Iterator[range]:
    """Yield the numbers of the workers of each skill group of a role."""
    own = own_set(role)
    if own is None:
        yield range(role.count)
        return
    place = context.places[own]
    if role.count > place.count:
        refuse(
            context.model,
            f"crews.{context.model.crew_name}.{name}.count",
            f"there are {role.count} workers who keep to their own `{own}`, which has {place.count} members",
            f"at most {place.count}",
        )
    for number in range(role.count):
        yield range(number, number + 1)


def own_set(role: Role) -> str | None:
    """Return the place set of which each worker keeps to his own member, if that is so."""
    words = (role.keeps_to or "").split()
    return words[1] if len(words) == 2 and words[0] == "own" else None


def _masks(context: Context, work: Work, name: str, role: Role, heads: range) -> dict[int, tuple[int, int]]:
    """Return (slots that a worker could fill as bits, preference) for each instance with any."""
    masks: dict[int, tuple[int, int]] = {}
    path = f"crews.{context.model.crew_name}.{name}.does"
    activities = list(context.model.activities.items())
    for preference, entry in enumerate(role.does):
        named = [_posts_named(entry, key, list(activity.posts)) for key, activity in activities]
        for instance, row in enumerate(work.instances):
            posts = named[row["activity"]]
            at = activities[row["activity"]][1].at
            if not posts or row["by_owner"] or not _allowed(context, role, at, row["member"], heads):
                continue
            slots = work.slot_post[row["post0"] : row["post1"]]
            mask = sum(1 << k for k, post in enumerate(slots) if post in posts)
            before, rank = masks.get(instance, (0, preference))
            masks[instance] = (before | mask, rank)
        if not any(named) and entry not in context.model.activities:
            refuse(context.model, path, f"there is no activity or post `{entry}`", _near(context, entry))
    return {instance: found for instance, found in masks.items() if found[0]}


def _works(work: Work, masks: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Leave out the resumptions."""
    return {i: found for i, found in masks.items() if work.instances[i]["origin"] == NONE}


def _near(context: Context, word: str) -> str | None:
    posts = [post for activity in context.model.activities.values() for post in activity.posts if post]
    return did_you_mean(word, [*context.model.activities, *posts])


def _posts_named(entry: str, activity: str, posts: list[str]) -> set[int]:
    """Return the posts of an activity that an entry of ``does`` names."""
    if entry == activity:
        return set(range(len(posts)))
    return {number for number, post in enumerate(posts) if post and entry in (post, f"{activity}.{post}")}


def _allowed(context: Context, role: Role, at: str | None, member: int, heads: range) -> bool:
    """Tell whether where they keep to lets workers do an activity at a place member.

    Who keeps to his *own* member of a set leaves the other members of that set alone; who keeps to a
    place does nothing that is at another place.
    """
    own = own_set(role)
    if own is not None:
        return at != own or context.places[own].count == 1 or member == heads.start
    return role.keeps_to is None or at is None or at == role.keeps_to


def _workers(
    context: Context,
    people: People,
    whose: tuple[int, str, Role],
    heads: range,
    masks: dict[int, tuple[int, int]],
) -> None:
    """Add the workers of one skill group, and what they could fill in the order of rule 14."""
    number, name, role = whose
    first0 = len(people.could_fill)
    people.could_fill.extend(sorted(masks, key=lambda instance: (masks[instance][1], instance)))
    for head in heads:
        home = _home(context, role, head)
        people.names.append(f"{name} {head + 1}" if role.count > 1 else name)
        people.workers.append(
            {
                "role": number,
                "group": len(people.groups) - 1,
                "skill": len(people.groups) - 1,
                "before": NONE,
                "home": home,
                "number": head,
                "stream": stream(f"role:{name}", head),
                "first0": first0,
                "first1": len(people.could_fill),
                "state": int(WorkerState.IDLE),
                "place": home,
                "work": NONE,
                "next": NONE,
                "previous": NONE,
                "mate": NONE,
                "claimed": NONE,
                "set_for": NONE,
                "slot": NONE,
            }
        )


def _duties(context: Context, people: People, role: Role, heads: range, duties: Duties) -> None:
    """Enter when the workers just added are on duty, and how many of them are at the start."""
    whose = calendars_of(context.model, role)
    mine = [duties.number[whose[head]] if whose[head] else NONE for head in heads]
    for row, duty in zip(people.workers[len(people.workers) - len(heads) :], mine, strict=True):
        row["duty"] = duty
    people.on_duty.append(sum(duties.on(duty) for duty in mine))


def _home(context: Context, role: Role, head: int) -> int:
    """Return the place member where a worker starts; -1 where nothing says."""
    own = own_set(role)
    name = role.starts_at or own or role.keeps_to
    if name is None:
        return NONE
    place: PlaceEntry = context.places[name]
    return place.first + head % place.count


def _joins(people: People, work: Work, filled: dict[int, dict[int, tuple[int, int]]]) -> None:
    """Enter the memberships of instances in groups, and give every group its part of the heaps."""
    sizes = [0] * len(people.groups)
    for instance, row in enumerate(work.instances):
        row["join0"] = len(people.joins)
        groups = filled.get(instance, {})
        for group, (mask, preference) in sorted(groups.items()):
            sizes[group] += 1
            people.joins.append(
                {
                    "instance": instance,
                    "group": group,
                    "mask": mask,
                    "preference": preference,
                    "position": NONE,
                }
            )
        row["join1"] = len(people.joins)
        slots = row["post1"] - row["post0"]
        row["staffed"] = row["by_owner"] or can_be_staffed(
            slots, {g: m for g, (m, _) in groups.items()}, people.on_duty
        )
    for row, size in zip(people.groups, sizes, strict=True):
        row["heap0"] = people.heap
        people.heap += size


def can_be_staffed(slots: int, masks: dict[int, int], heads: list[int]) -> bool:
    """Tell whether so many heads of each group can fill all slots: augmenting paths."""
    chosen: dict[int, list[int]] = {group: [] for group in masks}

    def fit(slot: int, seen: set[int]) -> bool:
        for group, mask in masks.items():
            if not mask >> slot & 1 or group in seen:
                continue
            seen.add(group)
            mates = chosen[group]
            if len(mates) < heads[group]:
                mates.append(slot)
                return True
            for position, other in enumerate(mates):
                if fit(other, seen):
                    mates[position] = slot
                    return True
        return False

    return all(fit(slot, set()) for slot in range(slots))


def rate_table(context: Context) -> np.ndarray:
    """Speed against standard, shape [role, activity]."""
    model = context.model
    rates = np.ones((len(model.roles), len(model.activities)))
    for i, (name, role) in enumerate(model.roles.items()):
        with located(model, f"crews.{model.crew_name}.{name}.efficiency"):
            for j, activity in enumerate(model.activities):
                given = role.efficiency
                speed = constant(context, given.get(activity, 1.0) if isinstance(given, dict) else given)
                require(speed, DIMENSIONLESS, "an efficiency")
                if not speed.value > 0.0:
                    raise ValueProblem(f"an efficiency must be more than 0; got {speed}")
                put(rates, (i, j), speed.value)
    return rates


def weight_table(context: Context) -> np.ndarray:
    """Weights of the choice `weighted`, shape [role, activity]; 1 where none is stated."""
    model = context.model
    weights = np.ones((len(model.roles), len(model.activities)))
    for i, (name, role) in enumerate(model.roles.items()):
        for j, activity in enumerate(model.activities):
            if activity in role.weights:
                with located(model, f"crews.{model.crew_name}.{name}.weights.{activity}"):
                    weight = constant(context, role.weights[activity])
                    require(weight, DIMENSIONLESS, "a weight")
                    if not weight.value >= 0.0:
                        raise ValueProblem(f"a weight must not be negative; got {weight}")
                    put(weights, (i, j), weight.value)
    return weights


def break_rows(context: Context) -> tuple[list[Row], list[int]]:
    """Return the breaks in the order of the terms, and the roles that have them."""
    model = context.model
    roles = list(model.roles)
    rows: list[Row] = []
    who: list[int] = []
    for number, rest in enumerate(model.terms.breaks):
        with located(model, f"terms.breaks.{number}"):
            begin = ticks(constant(context, rest.at), context.time, "the time of a break")
            length = ticks(constant(context, rest.lasts), context.time, "the length of a break")
        role0 = len(who)
        who.extend(i for i, name in enumerate(roles) if rest.roles is None or name in rest.roles)
        rows.append(
            {
                "begin": begin,
                "end": begin + length,
                "finish": rest.work == "finish",
                "role0": role0,
                "role1": len(who),
            }
        )
    return rows, who
