"""Models to arrays: the program as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hewer.engine import program as p
from hewer.engine.codes import UNLIMITED, Overrun, Requirement
from hewer.engine.compile.program import compile_model
from hewer.engine.draws import Sampler, member_key, name_key
from hewer.errors import ModelError
from hewer.model.reading.document import load, loads
from hewer.model.reading.library import cases
from hewer.model.settling.scenario import apply

QUEUE = """
sources: {customers: {every: exponential(1 min)}}
activities: {serve: {time: exponential(50 s)}}
flow: [customers, serve]
crews: {one: {clerk: {does: serve}}}
terms: {horizon: 1000 h, warm_up: 100 h}
"""
EXAMPLES = Path(__file__).parents[3] / "examples"
RUNS = ("assembly_rework", "car_wash", "coal_face", "gas_station", "mm1", "pony_haulage", "tandem")


def compiled(text: str, world: dict[str, float] | None = None, **choice: Any) -> p.Compiled:
    return compile_model(apply(loads(text), **choice), world)


def field(rows: np.ndarray, *names: str) -> list[Any]:
    found = [rows[name].tolist() for name in names]
    return found[0] if len(names) == 1 else list(zip(*found, strict=True))


def test_a_queue() -> None:
    model = compiled(QUEUE)
    program = model.program
    assert model.names.stocks == ("serve_queue", "done")
    assert model.time_unit == "h"
    assert field(program.stock, "items", "capacity", "sink") == [
        (1, UNLIMITED, -1),
        (1, UNLIMITED, 0),
    ]
    assert field(program.requirement, "kind", "stock", "amount", "take") == [(Requirement.ITEMS, 0, 1, -1)]
    assert field(program.take, "low", "high", "amount", "req") == [(1, 1, -1, 0)]
    assert field(program.give, "stock", "fixed", "amount") == [(1, 1, -1)]
    assert field(program.join, "instance", "group", "mask", "position") == [(0, 1, 1, -1)]
    assert field(program.group, "role", "choice", "workers") == [(-1, 4, 0), (0, 0, 1)]
    serve = program.instance[0]
    assert (serve["plain"], serve["keyed"], serve["visit"], serve["walks"], serve["staffed"]) == (
        1,
        1,
        -1,
        0,
        1,
    )
    scalar = program.scalar[0]
    assert scalar["horizon"] == 1000 * 3600 * 10**9
    assert scalar["warm_up"] == 100 * 3600 * 10**9
    assert scalar["shift"] == UNLIMITED


def test_distributions_are_in_ticks() -> None:
    program = compiled(QUEUE).program
    means = field(program.distribution[[program.source[0]["every"], program.instance[0]["time"]]], "a")
    assert means == pytest.approx([60e9, 50e9])


def test_dimensionless_time() -> None:
    model = compiled(
        QUEUE.replace("1 min", "1").replace("50 s", "0.5").replace("1000 h, warm_up: 100 h", "10")
    )
    assert model.time_unit == ""
    assert model.program.scalar[0]["horizon"] == 10 * 10**9


def test_streams_are_named_after_activities_and_members() -> None:
    """Rule 7: names alone make the streams; `stream` pins them."""
    text = """
places: {bay: {count: 2}}
activities: {cut: {at: bay, time: 1 min}, prop: {time: 1 min, stream: other}}
crews: {one: {man: {does: [cut, prop]}}}
terms: {shift: 1 h}
"""
    program = compiled(text).program
    wanted = [
        member_key(name_key("cut"), 0),
        member_key(name_key("cut"), 1),
        member_key(name_key("other"), 0),
    ]
    assert field(program.instance, "stream") == wanted


def test_sets_and_neighbours() -> None:
    """One instance for each member; those without the neighbour they name are left out."""
    text = """
places: {ledge: {count: 3, room: 2}, gate: {}}
stocks:
  solid: {at: ledge, unit: t, start: [1 t, 2 t, 3 t], capacity: 9 t}
  pile: {at: ledge, unit: t, capacity: 4 t}
  out: {at: gate, unit: t, sink: yes}
activities:
  cut: {at: ledge, takes: {solid: 1 t}, gives: {next(pile): 1 t}, time: 1 min, people: 2}
  clear:
    at: ledge
    takes: {pile: 0.5 t .. 1 t}
    gives: {out: taken(pile)}
    time: 2 min
    guard: next(pile) < 1 t
  sweep: {takes: {last(pile): 1 t}, time: 1 min, people: 0}
tools: {pick: {count: 2, at: ledge}}
crews: {gang: {hewer: {count: 3, does: [cut, clear]}}}
terms: {shift: 6 h}
"""
    model = compiled(text)
    program = model.program
    assert model.names.instances == ("cut[1]", "cut[2]", "clear[1]", "clear[2]", "clear[3]", "sweep")
    assert field(program.stock, "start")[:3] == [1_000_000, 2_000_000, 3_000_000]
    assert field(program.give, "stock")[:2] == [4, 5]
    assert field(program.instance, "place") == [0, 1, 0, 1, 2, -1]
    assert model.names.pools == ("ledge[1]", "ledge[2]", "ledge[3]", "pick[1]", "pick[2]", "pick[3]")
    assert field(program.need, "instance", "pool", "amount") == [
        (0, 0, 2),
        (1, 1, 2),
        (2, 0, 1),
        (3, 1, 1),
        (4, 2, 1),
    ]
    assert field(program.take, "low", "high")[2:5] == [(500_000, 1_000_000)] * 3
    assert field(program.take, "stock")[5] == 5
    guards = program.requirement[program.requirement["kind"] == Requirement.GUARD]
    assert field(guards, "instance") == [2, 3, 4]


def test_dependents_list_every_requirement_judged_on_a_stock() -> None:
    text = """
stocks: {a: {start: 5}, b: {capacity: 3}}
activities: {move: {takes: {a: 2}, gives: {b: 1}, time: 1 min, guard: a + b < 9}}
crews: {one: {man: {does: move}}}
terms: {shift: 1 h}
"""
    program = compiled(text).program
    kinds = field(program.requirement, "kind")
    assert kinds == [Requirement.GUARD, Requirement.ITEMS, Requirement.SPACE]
    judged = [program.dependent[s["dep0"] : s["dep1"]].tolist() for s in program.stock]
    assert judged == [[0, 1], [0, 2]]


def test_room_is_required_net_and_reserved_gross() -> None:
    """Rule 10: the largest possible output, net for a stock both taken and given."""
    text = """
stocks: {tank: {unit: l, start: 5 l, capacity: 10 l, grain: 1 l}, out: {capacity: 4}}
activities:
  mix:
    takes: {tank: 2 l}
    gives: {tank: uniform(3 l, 5 l)}
    outcomes: {good: {chance: 90 %, gives: {out: 2}}, bad: {chance: rest, gives: {out: 1}}}
    time: 1 min
  late: {takes: {tank: 1 l}, gives: {out: 1}, blocking: after, time: 1 min}
crews: {one: {man: {does: [mix, late]}}}
terms: {shift: 1 h}
"""
    model = compiled(text)
    spaces = model.program.requirement[model.program.requirement["kind"] == Requirement.SPACE]
    assert field(spaces, "instance", "stock", "amount", "reserve") == [(0, 0, 3, 5), (0, 1, 2, 2)]
    assert field(model.program.outcome, "cumulative") == [0.9, 1.0]
    assert model.names.outcomes == ("good", "bad")


def test_output_without_a_largest_value_cannot_be_reserved() -> None:
    text = """
stocks: {tank: {unit: l, capacity: 10 l}}
activities: {fill: {gives: {tank: exponential(1 l)}, time: 1 min}}
terms: {shift: 1 h}
"""
    with pytest.raises(ModelError, match="blocking: after"):
        compiled(text)


def test_only_streams_that_items_meet_again_count_visits() -> None:
    """Rule 7: the number of times that an item has been through this stream before."""
    text = """
stocks: {new: {start: 3}, tested: {}, done: {sink: yes}}
activities:
  build: {takes: {new: 1}, gives: {tested: 1}, time: 1 min}
  test:
    takes: {tested: 1}
    outcomes: {good: {chance: 90 %, gives: {packed: 1}}, bad: {chance: rest, gives: {tested: 1}}}
    time: 1 min
  pack: {takes: {packed: 1}, gives: {done: 1}, time: 1 min}
crews: {one: {man: {does: [build, test, pack]}}}
terms: {shift: 1 h}
"""
    text = text.replace("tested: {}", "tested: {}, packed: {}")
    program = compiled(text).program
    assert field(program.instance, "visit") == [-1, 0, -1]
    assert program.scalar[0]["visits"] == 1
    shared = compiled(text.replace("pack: {takes", "pack: {stream: build, takes")).program
    assert field(shared.instance, "visit") == [0, 1, 0]


def test_priority_classes_stand_highest_first() -> None:
    text = """
stocks: {ward: {order: priority, start: 1}}
sources:
  urgent: {to: ward, every: 1 h, priority: 5}
  mixed: {to: ward, every: 1 h, priority: "discrete(0: 50 %, 2: 50 %)"}
activities: {treat: {takes: {ward: 1}, time: 1 min}}
crews: {one: {doctor: {does: treat}}}
terms: {shift: 1 h}
"""
    program = compiled(text).program
    scalar = program.scalar[0]
    assert (scalar["classes"], scalar["default_class"], scalar["class_tails"]) == (3, 2, 3)
    assert field(program.source, "priority_class")[0] == 0
    drawn = program.distribution[program.source[1]["priority"]]
    assert program.table[drawn["t1"] : 2 * drawn["t1"] - drawn["t0"]].tolist() == [2.0, 1.0]


def test_walking_times() -> None:
    """Rule 9; unlisted pairs are next to each other."""
    text = """
places: {ledge: {count: 3}, gate: {}, store: {}}
walk: {ledge-ledge: {per_step: 1 min}, ledge-gate: 4 min}
activities:
  cut: {at: ledge, time: 1 min}
  pay: {at: store, time: 1 min}
  chat: {time: 1 min, people: 2}
  talk: {time: 1 min}
crews: {gang: {man: {count: 2, does: [cut, pay, chat, talk], starts_at: gate}}}
terms: {shift: 1 h}
"""
    program = compiled(text).program
    minute = 60 * 10**9
    assert (program.walk // minute).tolist() == [
        [0, 1, 2, 4, 0],
        [1, 0, 1, 4, 0],
        [2, 1, 0, 4, 0],
        [4, 4, 4, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    assert field(program.instance, "walks") == [1, 1, 1, 0, 1, 0]
    assert field(program.worker, "home") == [3, 3]


def test_sources_of_a_set() -> None:
    text = """
places: {gate: {count: 2}}
stocks: {queue: {at: gate, capacity: 5}}
sources: {cars: {to: queue, every: 1 min, first: 0 min, amount: 2, limit: 9, when_full: lose}}
activities: {wave: {at: gate, takes: {queue: 1}, time: 10 s}}
crews: {one: {guard: {does: wave}}}
terms: {shift: 1 h}
"""
    model = compiled(text)
    assert model.names.sources == ("cars[1]", "cars[2]")
    assert field(model.program.source, "stock", "fixed", "amount", "limit") == [(0, 2, -1, 9), (1, 2, -1, 9)]
    first = model.program.distribution[model.program.source[0]["first"]]
    assert (first["family"], first["a"]) == (Sampler.CONSTANT, 0.0)
    assert len({*field(model.program.source, "stream"), *field(model.program.source, "lineage")}) == 4


def test_the_first_arrival_does_not_depend_on_the_run() -> None:
    with pytest.raises(ModelError, match=r"sources.customers.first.*cannot depend on levels"):
        compiled(QUEUE.replace("every:", "first: serve_queue * 1 min, every:"))


def test_terms() -> None:
    text = """
activities:
  hand: {time: 1 min}
  machine: {time: 1 min, people: 0}
  oven: {time: 1 min, people: 0, overrun: stop}
crews: {gang: {man: {does: hand}, mate: {does: hand}}}
terms:
  shift: 6 h
  overrun: pause
  breaks: [{at: 1 h, lasts: 30 min}, {at: 3 h, lasts: 20 min, work: finish, roles: [mate]}]
"""
    program = compiled(text).program
    hour = 3600 * 10**9
    assert field(program.breaks, "begin", "end", "finish") == [
        (hour, hour * 3 // 2, 0),
        (3 * hour, 3 * hour + hour // 3, 1),
    ]
    ranges = field(program.breaks, "role0", "role1")
    assert [program.break_role[a:b].tolist() for a, b in ranges] == [[0, 1], [1]]
    assert field(program.instance, "overrun") == [
        Overrun.PAUSE,
        Overrun.FINISH,
        Overrun.STOP,
    ]
    assert program.scalar[0]["horizon"] == program.scalar[0]["shift"] == 6 * hour


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ("{horizon: 1 h, warm_up: 1 h}", "warm-up must be shorter"),
        ("{horizon: 0 h}", "horizon must be more than 0"),
        ("{horizon: 3000000 h}", "146 years"),
        ("{shift: 1 h, warm_up: 3 min/t}", "warm_up"),
    ],
)
def test_lengths_that_cannot_be(terms: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        compiled(QUEUE.split("terms:", maxsplit=1)[0] + f"terms: {terms}")


def test_a_world_sets_the_params_that_are_not_known() -> None:
    text = """
params:
  pace: {value: 4 min/t, range: [2 min/t, 8 min/t]}
  load: pace * 1 t
activities: {cut: {time: load}}
crews: {one: {man: {does: cut}}}
terms: {shift: 1 h}
"""
    known, drawn = compiled(text), compiled(text, {"pace": 0.3})
    assert known.program.distribution[0]["a"] == pytest.approx(240e9)
    assert drawn.program.distribution[0]["a"] == pytest.approx(300e9)
    assert drawn.info["params"]["load"].value == pytest.approx(300.0)


def test_quantiles_asked_for() -> None:
    text = (
        QUEUE
        + """
measures:
  typical: flow_time(done, 0.5)
  late: flow_time(done, 90 %) - flow_time(done, 50 %)
  whole: family_time(done, 0.9)
"""
    )
    program = compiled(text).program
    assert field(program.quantile, "flow", "of_family", "probability") == [
        (0, 0, 0.5),
        (0, 0, 0.9),
        (0, 1, 0.9),
    ]


def test_costs_of_all_crews_share_a_currency() -> None:
    text = """
activities: {cut: {time: 1 min, cost: 2 EUR}}
tools: {pick: {count: 1, cost: 5 EUR/h}}
crews: {a: {man: {does: cut, cost: 36 EUR/h}}, b: {mate: {does: cut}}}
terms: {shift: 1 h}
"""
    info = compiled(text, crew="b").info
    assert info["role_costs"] == (0.0,)
    assert info["currency_unit"] == "EUR"
    assert compiled(text).info["role_costs"] == pytest.approx((0.01,))
    with pytest.raises(ModelError, match="one currency"):
        compiled(text.replace("5 EUR/h", "5 USD/h"))


@pytest.mark.parametrize("name", [*RUNS, *(case[0] for case in cases())])
def test_whatever_runs_compiles_for_every_crew(name: str) -> None:
    path = EXAMPLES / f"{name}.yaml"
    model = load(path if path.exists() else name)
    for crew in model.crews or (None,):
        program = compile_model(apply(model, crew=crew)).program
        assert program.instance["staffed"].any()
        assert (np.diff(program.instance["req0"]) >= 0).all()
        assert program.stock["dep1"][-1] == len(program.dependent)
        assert program.group["heap0"].max(initial=0) <= program.scalar[0]["heap"]


def test_the_compiler_says_where() -> None:
    with pytest.raises(ModelError, match=r"line 3, column \d+, `activities.serve.time`"):
        compiled(QUEUE.replace("exponential(50 s)", "exponential(50 kg)"))
