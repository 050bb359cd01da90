"""Templates: what is bound to a world is what compiling that world by itself gives, to the last bit."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hewer.engine.compile.program import compile_model
from hewer.engine.compile.template import Template, template_of
from hewer.engine.prepare import can_rebind
from hewer.engine.program import Compiled, Program
from hewer.engine.result.measures import evaluate
from hewer.engine.run import Job, RunData, run_jobs, run_replications
from hewer.errors import HewerError, ModelError
from hewer.model.document import Model
from hewer.model.reading.document import load, loads
from hewer.model.reading.library import case_names
from hewer.model.settling.flow import expand
from hewer.model.settling.resolve import resolve_params
from hewer.model.settling.scenario import apply
from tests.oracle.models import documents

ROOT = Path(__file__).parents[3]
MODELS = [*case_names(), *sorted(str(path) for path in (ROOT / "examples").glob("*.yaml"))]
ORACLE = ROOT / "tests" / "oracle"
LAID_OUT = ("unit", "grain", "title", "rate", "shift", "horizon", "warm_up", "at", "lasts", "guard")


def alternatives(name: str) -> list[Model]:
    """Every scenario of a model, else every crew."""
    model = load(name)
    if model.scenarios:
        return [expand(apply(model, scenario)) for scenario in model.scenarios]
    return [expand(apply(model, None, crew)) for crew in model.crews] or [expand(apply(model))]


def stated(model: Model) -> dict[str, float]:
    return {name: value.value for name, value in resolve_params(model).items()}


def same_program(one: Program, other: Program) -> list[str]:
    return [
        name
        for name, a, b in zip(Program._fields, one, other, strict=True)
        if a.dtype != b.dtype or a.shape != b.shape or content(a) != content(b)
    ]


def content(array: np.ndarray) -> bytes:
    """Bytes of an array, those between its fields apart."""
    return b"".join(array[field].tobytes() for field in array.dtype.names or (...,))


def compiled_alone(model: Model, world: dict[str, float]) -> Compiled | None:
    try:
        return compile_model(model, world)
    except ModelError:
        return None


@pytest.mark.parametrize("name", MODELS, ids=lambda name: Path(name).stem)
def test_every_example_bound_is_as_compiled_alone(name: str) -> None:
    draw = np.random.Generator(np.random.PCG64(7))
    bound = 0
    for model in alternatives(name):
        first = stated(model)
        if not first:
            continue
        template = Template(model, first)
        for spread in (0.0, 0.02, 0.3, 1.0):
            world = {one: value * float(draw.uniform(1 - spread, 1 + spread)) for one, value in first.items()}
            alone = compiled_alone(model, world)
            played = template.play(world)
            if played is None:
                continue
            bound += 1
            assert alone is not None
            found = template.program(played)
            if len(alone.program.distribution) == len(found.distribution):  # else two are alike in this world
                assert same_program(alone.program, found) == []
            assert run(alone.program, 0) == run(found, 0)
            info = template.bound(played).info
            assert {key: info[key] for key in info if key != "model"} == {
                key: alone.info[key] for key in alone.info if key != "model"
            }
    assert bound >= 1 or not stated(load(name))


def parametrised(document: Any) -> tuple[Any, dict[str, str]]:
    """Turn every number with a unit in the texts of a document into a param."""
    params: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        name = f"p{len(params)}"
        params[name] = match.group(0)
        return name

    def walked(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            return {name: walked(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [walked(one, key) for one in value]
        if isinstance(value, str) and key not in LAID_OUT:
            return re.sub(r"\b\d+(?:\.\d+)? (?:min|t)\b", named, value)
        return value

    return walked(document, ""), params


def rows(data: RunData) -> list[bytes]:
    return [array.tobytes() for array in data if isinstance(array, np.ndarray)]


def searched(document: Any, factors: list[float]) -> tuple[int, int]:
    """Hold worlds of a drawn model, bound, against each compiled alone; return bound and all."""
    drawn, params = parametrised(document)
    drawn["params"] = params
    try:
        model = expand(apply(loads(yaml.safe_dump(drawn, sort_keys=False), folder=ORACLE)))
    except HewerError:
        return 0, 0  # a param cannot stand everywhere
    first = stated(model)
    if not first:
        return 0, 0
    template = Template(model, first)
    worlds = [
        {name: value * (factor if k % 3 == w else 1.0) for k, (name, value) in enumerate(first.items())}
        for w, factor in enumerate(factors)
    ]
    jobs, alone = [], []
    for number, world in enumerate(worlds):
        played = template.play(world)
        single = compiled_alone(model, world)
        if played is not None:
            assert single is not None
            jobs.append(Job(played, 5, number, 0, 2))
            alone.append(run(single.program, number))
            assert alone[-1] == run(template.program(played), number)
    if jobs and can_rebind(template.compiled.program, template.patches) and None not in alone:
        together = run_jobs(template.compiled.program, template.patches, jobs)
        for k, one in enumerate(alone):
            assert one == rows(RunData(*part_of(together, 2 * k, 2)))
    return len(jobs), len(worlds)


def part_of(data: Any, first: int, length: int) -> list[Any]:
    """Some rows of every array of a run."""
    return [None if array is None else array[first : first + length] for array in data]


def run(program: Program, world: int) -> list[bytes] | None:
    try:
        return rows(run_replications(program, seed=5, world=world, count=2))
    except HewerError:
        return None


def test_drawn_workplaces_bound_run_as_compiled_alone() -> None:
    counted = [0, 0]

    @settings(
        max_examples=60,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    @given(documents(), st.lists(st.sampled_from([0.5, 1.5, 2.0, 1.25]), min_size=3, max_size=3))
    def search(document: Any, factors: list[float]) -> None:
        bound, worlds = searched(document, factors)
        counted[0] += bound
        counted[1] += worlds

    search()
    assert counted[1] > 60
    assert counted[0] > counted[1] / 2


_LEAVES = "stocks: {jobs: {start: 9, leaves: {after: p * 1 min, to: done}}, done: {sink: yes}}"
_WORK = "activities: {work: {at: a, takes: {jobs: 1}, gives: {done: 1}, "

PLACES: dict[str, tuple[str, float, float]] = {
    "a walk that is none": ("walk: {a-b: p * 1 min}", 0.0, 1.0),
    "a walk that becomes none": ("walk: {a-b: p * 1 min}", 1.0, 0.0),
    "items at the start": ("stocks: {jobs: {start: p}, done: {sink: yes}}", 3.0, 5.0),
    "a capacity": ("stocks: {jobs: {start: 3, capacity: p}, done: {sink: yes}}", 4.0, 9.0),
    "a shift": ("terms: {shift: p * 1 h}", 2.0, 3.0),
    "a warm-up": ("terms: {shift: 4 h, warm_up: p * 1 h}", 1.0, 2.0),
    "a break": ("terms: {shift: 4 h, breaks: [{at: p * 1 h, lasts: p * 10 min}]}", 1.0, 2.0),
    "a calendar": (
        "crews: {all: {hand: {does: work, calendar: early}}}\n"
        "calendars: {early: {at: p * 10 min, lasts: 1 h}}",
        1.0,
        2.0,
    ),
    "arrivals": ("sources: {more: {to: jobs, every: exponential(p * 1 min)}}", 1.0, 2.0),
    "arrivals by a table": (
        "sources: {more: {to: jobs, rate: {table: {'0 h': p * 3/h, '1 h': 1/h}}}}", 1.0, 2.0
    ),
    "how many come": ("sources: {more: {to: jobs, every: 10 min, amount: p}}", 1.0, 2.0),
    "patience": (_LEAVES, 1.0, 2.0),
    "no patience": (_LEAVES, 1.0, 0.0),
    "an efficiency": ("crews: {all: {hand: {does: work, efficiency: p}}}", 1.0, 2.0),
    "learning": ("crews: {all: {hand: {does: work, learning: {curve: wright, rate: p}}}}", 0.8, 0.9),
    "fatigue": (
        "crews: {all: {hand: {does: work, fatigue: {most: p, half_tired: 1 h, half_rested: 1 h}}}}", 0.2, 0.4
    ),
    "a cost": ("crews: {all: {hand: {does: work, cost: p * 3 EUR/h}}}", 1.0, 2.0),
    "a guard of the clock": (
        _WORK + "time: 1 min, guard: now > p * 1 h}}", 1.0, 2.0
    ),
    "an amount to take": (
        "activities: {work: {takes: {jobs: p}, gives: {done: 1}, time: 1 min, at: a}}", 1.0, 2.0
    ),
    "an amount to give": (
        "activities: {work: {takes: {jobs: 1}, gives: {done: p}, time: 1 min, at: a}}", 1.0, 2.0
    ),
    "a chance": (
        "activities: {work: {takes: {jobs: 1}, time: 1 min, at: a, outcomes: "
        "{good: {chance: p, gives: {done: 1}}, bad: {chance: rest, gives: {done: 1}}}}}",
        0.25,
        0.75,
    ),
    "values and their chances": (
        _WORK + "time: 'discrete(1 min: p, 2 min: 1 - p)'}}",
        0.25,
        0.3,
    ),
    "a cv": (_WORK + "time: 'normal(mean=5 min, cv=p)'}}", 0.2, 0.3),
    "a set-up": (
        "kinds: {red: {}, blue: {}}\n"
        "sources: {more: {to: jobs, every: 5 min, kind: 'discrete(red: 50 %, blue: 50 %)'}}\n"
        "tools: {press: {count: 1, set_up: p * 1 min}}\n" + _WORK + "time: 1 min, uses: press}}",
        1.0,
        2.0,
    ),
    "failures": (
        "tools: {press: {fails: {every: exponential(p * 20 min), repair: p * 1 min}}}\n"
        + _WORK
        + "time: 1 min, uses: press}}",
        1.0,
        2.0,
    ),
}  # fmt: skip


def bench(change: str, value: float) -> str:
    """A small workplace with some of its parts replaced."""
    document: dict[str, Any] = {
        "title": "bench",
        "params": {"p": value},
        "places": {"a": {}, "b": {}},
        "walk": {"a-b": "1 min"},
        "stocks": {"jobs": {"start": 8}, "done": {"sink": "yes"}},
        "activities": {
            "work": {"takes": {"jobs": 1}, "gives": {"done": 1}, "time": "exponential(4 min)", "at": "a"},
            "fetch": {"takes": {"jobs": 1}, "gives": {"done": 1}, "time": "3 min", "at": "b"},
        },
        "crews": {"all": {"hand": {"count": 2, "does": ["work", "fetch"]}}},
        "terms": {"shift": "4 h"},
        "measures": {
            "out": "arrivals(done) * p", "money": "cost() + 0 EUR", "chance": "arrivals(done) > 7 * p",
            "power": "(arrivals(done) + 1) ^ p", "per": "arrivals(done) / heads()",
        },
    }  # fmt: skip
    for part, given_ in yaml.safe_load(change).items():
        if part == "activities":
            document[part]["work"] = given_["work"]
        else:
            document[part] = given_
    if "cost" not in change:
        del document["measures"]["money"]
    return str(yaml.safe_dump(document, sort_keys=False))


@pytest.mark.parametrize("what", PLACES)
def test_wherever_a_param_stands_nothing_is_stale(what: str) -> None:
    change, first, second = PLACES[what]
    model = expand(apply(loads(bench(change, first))))
    template = Template(model, {"p": first})
    values = [second, first, (first + second) / 2]
    jobs, alone = [], []
    for number, value in enumerate(values):
        single, played = compiled_alone(model, {"p": value}), template.play({"p": value})
        if played is None:
            continue
        assert single is not None
        jobs.append(Job(played, 3, number, 0, 3))
        data = run_replications(single.program, seed=3, world=number, count=3)
        assert rows(data) == rows(run_replications(template.program(played), seed=3, world=number, count=3))
        alone.append((single, data))
    assert jobs, "even the world that it was compiled with is refused"
    if not template.is_joint:
        return
    together = run_jobs(template.compiled.program, template.patches, jobs)
    measured = evaluate(template.together([job.played for job in jobs], [3] * len(jobs)), together)
    for k, (single, data) in enumerate(alone):
        assert rows(data) == rows(RunData(*part_of(together, 3 * k, 3)))
        for name, expected in evaluate(single, data).items():
            assert measured[name].values[3 * k : 3 * k + 3].tobytes() == expected.values.tobytes(), name


def test_most_places_are_bound() -> None:
    refused = []
    for what, (change, first, second) in PLACES.items():
        model = expand(apply(loads(bench(change, first))))
        if Template(model, {"p": first}).play({"p": second}) is None:
            refused.append(what)
    assert set(refused) <= {
        "a walk that is none", "a walk that becomes none", "a shift", "a warm-up", "a calendar",
        "no patience", "learning", "a guard of the clock", "an amount to take", "an amount to give",
        "items at the start", "a cv",
    }, refused  # fmt: skip


def test_a_wrong_value_is_refused_and_told_as_ever() -> None:
    model = expand(
        apply(
            loads(bench("terms: {shift: 4 h}", 1.0).replace("exponential(4 min)", "exponential(p * 1 min)"))
        )
    )
    template = Template(model, {"p": 1.0})
    assert template.play({"p": 0.0}) is None
    assert template.play({"p": -1.0}) is None
    assert template.play({"p": math.nan}) is None
    with pytest.raises(ModelError, match="mean must be more than 0"):
        compile_model(model, {"p": -1.0})


def test_a_template_is_made_once() -> None:
    model = expand(apply(loads(bench("terms: {shift: 4 h}", 1.0))))
    one = template_of(model, {"p": 1.0})
    assert template_of(model, {"p": 2.0}) is one
    assert template_of(expand(apply(loads(bench("terms: {shift: 4 h}", 1.0)))), {"p": 1.0}) is not one
