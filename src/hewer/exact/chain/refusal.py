"""What a Markov chain cannot say, found before the search: each reason with its place in the document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np

from hewer.choice_rules import CHOICE_RULES
from hewer.engine.codes import BY_STEP, NONE, UNLIMITED, Interrupted, Op, Requirement, Way
from hewer.engine.program import Compiled, Program
from hewer.exact.chain.state.hazards import interruptible
from hewer.exact.chain.state.inventory import read_plant
from hewer.exact.chain.state.phases import NotPhasesError, amounts_of, of_value, operations, times
from hewer.exact.chain.state.plant import VARYING, Hazard, Instance, Plant
from hewer.exact.opening import Refusals
from hewer.families import FAMILIES, Family
from hewer.model.document import Model, Part
from hewer.model.document.fields import Value
from hewer.model.document.position import parted
from hewer.model.expression import Call, parse, walk
from hewer.model.settling.route import sets_of

# What the search understands. A field that came to the language later is refused by name until it is here.
KNOWN: dict[str, frozenset[str]] = {
    "places": frozenset({"count", "room", "about"}),
    "stocks": frozenset(
        {"at", "unit", "start", "capacity", "grain", "order", "sink", "kind", "leaves", "about"}
    ),
    "sources": frozenset(
        {
            "to", "every", "rate", "amount", "first", "priority", "limit", "kind", "attributes", "balks",
            "when_full", "about",
        }
    ),
    "kinds": frozenset({"attributes", "priority", "route", "to", "about"}),
    "activities": frozenset(
        {
            "at", "takes", "gives", "outcomes", "time", "people", "uses", "priority", "guard", "blocking",
            "holds", "overtake", "overrun", "birth", "ends_at", "stream", "sets", "preempts", "interrupted",
            "resumed_by", "cost", "about",
        }
    ),
    "outcomes": frozenset({"chance", "gives", "sets", "about"}),
    "tools": frozenset({"count", "at", "fails", "cost", "about"}),
    "roles": frozenset(
        {
            "count", "does", "keeps_to", "choice", "efficiency", "starts_at", "absent", "tags", "cost",
            "about",
        }
    ),
    "terms": frozenset({"shift", "breaks", "overrun", "horizon", "warm_up"}),
    "model": frozenset(
        {
            "hewer", "title", "about", "params", "places", "walk", "kinds", "stocks", "sources", "activities",
            "tools", "flow", "crews", "crew", "terms", "measures", "scenarios", "limits",
        }
    ),
}  # fmt: skip
VALUES: dict[str, tuple[object, ...]] = {
    "choice": tuple(name for name, rule in CHOICE_RULES.items() if rule.in_chain),
    "overrun": ("finish", "pause", "stop", None),
    "blocking": ("before", "after"),
}

_CLOCK = "it goes by the clock, which a Markov chain does not know"
_NOT_MADE = "a Markov chain of `{}` is not made"
_WHY: dict[str, tuple[str, str]] = {
    "calendar": (_CLOCK, "leave it out, and say of each turn in a model of its own what is expected"),
    "calendars": (_CLOCK, "leave them out, and say of each turn in a model of its own what is expected"),
    "timetable": (_CLOCK, "let arrivals come `every` so often, or at a `rate`"),
    "from_file": (_CLOCK, "let arrivals come `every` so often, or at a `rate`"),
    "set_up": (
        "a set-up takes a constant time, which has no phases",
        "let the time of the work depend on the kind",
    ),
    "carried": ("tools are fetched in a constant time, which has no phases", "leave it out"),
    "learning": (
        "times depend on all that each worker has done before",
        "state the times of a trained worker",
    ),
    "fatigue": (
        "times depend on how long each worker has been at work",
        "state the times of a rested worker",
    ),
    "takes_over": ("where each stands in the line would be part of the state: not made", "leave it out"),
}

_CONTINUOUS = {name for name, family in FAMILIES.items() if isinstance(family, Family)}
_HINT = "exponential, erlang and hyperexponential times have phases"


Found = tuple[str, str, str | None]  # path, message, hint


def refuse(compiled: Compiled) -> None:
    """Raise RefusalError with all reasons why a model has no Markov chain, where there are any."""
    model: Model = compiled.info["model"]
    reasons = Refusals(model)
    for path, message, hint in (
        *_unknown(model),
        *_terms(compiled, model),
        *_walks(compiled),
        *_sources(compiled),
        *_items(compiled),
        *_activities(compiled),
        *_steps(compiled),
        *_interruption(compiled, model),
        *_streams(compiled),
    ):
        reasons.add(parted(path), message, hint)
    reasons.settle()


def _unknown(model: Model) -> Iterator[Found]:
    """Yield fields and words that the search does not know."""
    sections: dict[str, dict[str, Part]] = {
        "places": dict(model.places),
        "stocks": dict(model.stocks),
        "sources": dict(model.sources),
        "kinds": dict(model.kinds),
        "activities": dict(model.activities),
        "tools": dict(model.tools),
    }
    parts = [("model", "", model), ("terms", "terms", model.terms)]
    parts += [
        (kind, f"{kind}.{name}", part) for kind, named in sections.items() for name, part in named.items()
    ]
    parts += [
        ("outcomes", f"activities.{name}.outcomes.{key}", one)
        for name, activity in model.activities.items()
        for key, one in activity.outcomes.items()
    ]
    parts += [("roles", f"crews.{model.crew_name}.{name}", role) for name, role in model.roles.items()]
    for kind, path, part in parts:
        for field in sorted(part.model_fields_set - KNOWN[kind]):
            if getattr(part, field) != type(part).model_fields[field].get_default(call_default_factory=True):
                yield (f"{path}.{field}".strip("."), *_WHY.get(field, (_NOT_MADE.format(field), None)))
        for field in sorted(part.model_fields_set & VALUES.keys()):
            value = getattr(part, field)
            if value not in VALUES[field]:
                yield (f"{path}.{field}", _NOT_MADE.format(f"{field}: {value}"), None)


def _terms(compiled: Compiled, model: Model) -> Iterator[Found]:
    scalar = compiled.program.scalar[0]
    for number in range(len(model.terms.breaks)):
        message = "breaks come at fixed times, which a Markov chain does not know"
        yield (f"terms.breaks[{number + 1}]", message, "leave them out, and shorten the shift by them")
    if int(scalar["shift"]) < int(scalar["horizon"]):
        message = "the horizon lies beyond the end of the shift"
        yield ("terms.horizon", message, "leave the horizon out, or the shift")


def _walks(compiled: Compiled) -> Iterator[Found]:
    program = compiled.program
    for i in range(len(program.instance)):
        if program.instance["walks"][i]:
            name = compiled.names.activities[int(program.instance["activity"][i])]
            message = f"people walk to `{name}` for a constant time, which has no exponential phases"
            yield ("walk", message, "set the walking times to 0, or add an activity of exponential time")
            return


def _sources(compiled: Compiled) -> Iterator[Found]:
    program = compiled.program
    for k, row in enumerate(program.source):
        path = f"sources.{compiled.names.sources[k].partition('[')[0]}"
        way = Way(int(row["way"]))
        if way == Way.EVERY:
            yield from _time(program, int(row["every"]), f"{path}.every")
        elif way == Way.TABLE and int(row["row1"]) - int(row["row0"]) > 1:
            message = (
                "a rate that changes at fixed times goes by the clock, which a Markov chain does not know"
            )
            yield (f"{path}.rate", message, "give one rate, or let it read levels")
        elif way == Way.THINNED:
            yield from _reads(program, int(row["chance"]), f"{path}.rate")
        elif way == Way.LISTED:
            continue  # refused by the name of its field
        if int(row["first"]) >= 0:
            yield from _time(program, int(row["first"]), f"{path}.first")
        yield from _amount(program, int(row["amount"]), f"{path}.amount")
        if int(row["priority"]) >= 0:
            yield from _amount(program, int(row["priority"]), f"{path}.priority")
        if int(row["balks"]) >= 0:
            yield from _reads(program, int(row["balks"]), f"{path}.balks.when")


def _items(compiled: Compiled) -> Iterator[Found]:
    """Yield what cannot be told of items that wait, and of their attributes."""
    program, model = compiled.program, compiled.info["model"]
    for row in program.leave:
        path = f"stocks.{compiled.names.stocks[int(program.stock['declared'][row['stock']])]}.leaves"
        if int(row["after"]) != NONE:
            yield from _time(program, int(row["after"]), f"{path}.after")
        if int(row["when"]) != NONE:
            yield from _reads(program, int(row["when"]), f"{path}.when")
    for path, value in _attributes(model):
        if not _has_values(compiled, value):
            message = "a continuous attribute leaves no countable states"
            yield (path, message, "give it as a number or as `discrete(...)`")


def _attributes(model: Model) -> Iterator[tuple[str, Value]]:
    parts = [(f"kinds.{key}", kind.attributes) for key, kind in model.kinds.items()]
    parts += [(f"sources.{key}", source.attributes) for key, source in model.sources.items()]
    for path, stated in parts:
        for name, value in stated.items():
            yield f"{path}.attributes.{name}", value
    for key, activity in model.activities.items():
        for words, new in sets_of(activity):
            for name, value in new.items():
                yield f"activities.{key}.{'.'.join(words)}.{name}", value


def _has_values(compiled: Compiled, value: Value) -> bool:
    """Tell whether an attribute has countable values: it draws from nothing continuous."""
    found = {node.name for node in walk(parse(value)) if isinstance(node, Call)}
    return not found & _CONTINUOUS


def _activities(compiled: Compiled) -> Iterator[Found]:
    program = compiled.program
    for row in program.instance:
        path = f"activities.{compiled.names.activities[int(row['activity'])]}"
        if not _stated_by_steps(program, row):
            yield from _time(program, int(row["time"]), f"{path}.time")
        for k in range(int(row["take0"]), int(row["take1"])):
            yield from _amount(program, int(program.take["amount"][k]), f"{path}.takes")
            if int(program.take["family"][k]):
                yield (f"{path}.takes", "a Markov chain of families taken together is not made", None)
            if int(program.requirement["within"][int(program.take["req"][k])]):
                yield (f"{path}.takes", "`within` counts a constant time, which has no phases", None)
        yield from _given(program, row, path)
        for q in range(int(row["req0"]), int(row["req1"])):
            if int(program.requirement["kind"][q]) == Requirement.GUARD:
                yield from _reads(program, int(program.requirement["code"][q]), f"{path}.guard")


def _given(program: Program, row: Any, path: str) -> Iterator[Found]:
    """Yield what cannot be told of the outcomes and the gives of an instance."""
    outcomes = program.outcome[int(row["outcome0"]) : int(row["outcome1"])]
    for one in outcomes:
        if int(one["chance"]) >= 0:
            yield from _reads(program, int(one["chance"]), f"{path}.outcomes")
    spans = [(row["give0"], row["give1"], "gives")]
    spans += [(one["give0"], one["give1"], "outcomes") for one in outcomes]
    for first, last, field in spans:
        for k in range(int(first), int(last)):
            yield from _amount(program, int(program.give["amount"][k]), f"{path}.{field}")


def _stated_by_steps(program: Program, row: Any) -> bool:
    """Tell whether every step that an activity is states a time of its own."""
    mine = program.step["time"][program.step["activity"] == row["activity"]]
    return bool(int(row["traits"]) & BY_STEP and (mine != NONE).all())


def _steps(compiled: Compiled) -> Iterator[Found]:
    for name, row in zip(compiled.info["model"].kinds, compiled.program.kind, strict=True):
        for number in range(int(row["route0"]), int(row["route1"])):
            what = int(compiled.program.step["time"][number])
            if what != NONE:
                path = f"kinds.{name}.route[{number - int(row['route0']) + 1}]"
                yield from _time(compiled.program, what, path)


def _reads(program: Program, at: int, path: str) -> Iterator[Found]:
    """Yield what a condition, or a chance, cannot read."""
    if Op.NOW in operations(program, at):
        yield (path, "it reads `now`, which a Markov chain does not know", "let it read levels only")


def _time(program: Program, what: int, path: str) -> Iterator[Found]:
    if _varies(program, what):
        return
    try:
        times(of_value(program, what, (), ()))
    except NotPhasesError as error:
        yield (path, str(error), _HINT)


def _amount(program: Program, what: int, path: str) -> Iterator[Found]:
    if what == NONE or _varies(program, what):
        return
    try:
        amounts_of(of_value(program, what, (), ()))
    except NotPhasesError as error:
        message = "a continuous amount leaves no countable states" if "phases" in str(error) else str(error)
        yield (path, message, "give it as a number or as `discrete(...)`")


def _varies(program: Program, what: int) -> bool:
    """Tell whether a value depends on levels, what is taken or the item: then the search looks at it."""
    return bool(what < NONE and operations(program, -2 - what) & VARYING)


def _interruption(compiled: Compiled, model: Model) -> Iterator[Found]:
    """Yield what cannot be told of interrupted works, and of what interrupts them."""
    program, plant = compiled.program, read_plant(compiled.program)
    for k in sorted(interruptible(plant)):
        one = plant.instances[k]
        path = f"activities.{compiled.names.activities[one.activity]}"
        if one.interrupted == Interrupted.RESTART:
            message = "a work that begins again needs the time that was drawn, which is more than its phases"
            yield (f"{path}.interrupted", message, "use `resume`, `redraw` or `lose`")
        if one.twin != NONE and program.instance["by_owner"][plant.instances[one.twin].index]:
            message = "only those who began a work go on with it, and a chain does not know who they are"
            yield (f"{path}.resumed_by", message, "let anyone go on with it")
    for hazard in plant.hazards:
        number = hazard.rows[0]
        if hazard.pool >= 0:
            tool = compiled.names.tools[int(program.pool["declared"][hazard.pool])]
            path, lasts = f"tools.{tool}.fails", "repair"
        else:
            role = compiled.names.roles[int(program.group["role"][hazard.group])]
            path, lasts = f"crews.{model.crew_name}.{role}.absent", "lasts"
        if not hazard.mean:
            message = "only an exponential time until it strikes has no memory"
            yield (f"{path}.every", message, "use `exponential(...)`")
        if hazard.lasts != NONE:
            yield from _time(program, int(program.hazard["lasts"][number]), f"{path}.{lasts}")
        for k in plant.holders(hazard):
            if not hazard.by_use and _holds_blocked(plant, plant.instances[k], hazard):
                name = compiled.names.activities[plant.instances[k].activity]
                message = f"by the clock it strikes what a finished work of `{name}` holds that finds no room"
                hint = f"count by {'use' if hazard.pool >= 0 else 'work'}, or let `{name}` hold less of them"
                yield (path, message, hint)


def _holds_blocked(plant: Plant, one: Instance, hazard: Hazard) -> bool:
    limited = any(plant.stocks[stock].limited for stock in one.outlets)
    holds = one.holds_tools if hazard.pool >= 0 else one.holds_people
    return one.blocking_after and limited and holds


def _streams(compiled: Compiled) -> Iterator[Found]:
    """Yield activities that meet the same numbers: their times are not independent."""
    program = compiled.program
    sharing: dict[int, list[int]] = defaultdict(list)
    for i in np.flatnonzero(program.instance["keyed"] == 0):
        sharing[int(program.instance["stream"][i])].append(int(program.instance["activity"][i]))
    for activities in sharing.values():
        if len(activities) > 1:
            one, other = (compiled.names.activities[k] for k in activities[:2])
            message = f"`{one}` and `{other}` draw the same numbers, so that their times are not independent"
            yield (f"activities.{other}.stream", message, "give them streams of their own")


def has_shift(program: Program) -> bool:
    """Tell whether a shift ends the work, so that the end matters."""
    return int(program.scalar[0]["shift"]) < int(UNLIMITED)
