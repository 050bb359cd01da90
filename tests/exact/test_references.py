"""The chain against what is known: `tests/theory/data`, product forms, and closed forms by the end."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from hewer.exact.chain.markov import ExactSolution, exact_solution
from hewer.model.reading.document import loads
from tests.theory.agreement import reference
from tests.theory.test_lines import ERLANG, EXPONENTIAL, HYPER, line, tokens

NEAR = 1e-9


def solved(text: str, **options) -> ExactSolution:
    return exact_solution(loads(text), **options)


def rate(solution: ExactSolution, activity: str) -> float:
    """Completions per unit of time, in a model whose time is a bare number."""
    names = list(solution.expected.compiled.names.instances)
    window = solution.expected.data.worker_time, solution.expected.compiled.program.scalar[0]
    length = float(window[1]["horizon"] - window[1]["warm_up"]) / 1e9
    return float(solution.expected.data.instance["ended"][0, names.index(activity)]) / length


def level(solution: ExactSolution, stock: str) -> float:
    names = solution.expected.compiled.names.stock_members
    scalar = solution.expected.compiled.program.scalar[0]
    total = solution.expected.data.stock["integral"][0, names.index(stock)]
    return float(total) / float(scalar["horizon"] - scalar["warm_up"])


def busy(solution: ExactSolution, activity: str) -> float:
    names = solution.expected.compiled.names.instances
    scalar = solution.expected.compiled.program.scalar[0]
    total = solution.expected.data.instance["busy"][0, names.index(activity)]
    return float(total) / float(scalar["horizon"] - scalar["warm_up"])


LINES = {
    "line_exp_N2_B2": (EXPONENTIAL, [2]),
    "line_exp_N3_B1": (EXPONENTIAL, [1, 1]),
    "line_exp_N4_B1": (EXPONENTIAL, [1, 1, 1]),
    "line_erlang2_N2_B1": (ERLANG, [1]),
    "line_erlang2_N4_B2": (ERLANG, [2, 2, 2]),
    "line_hyperexp_scv4_N3_B1": (HYPER, [1, 1]),
}
TOKENS = {
    "line_exp_N2_B0": (EXPONENTIAL, [0]),
    "line_exp_N3_B0": (EXPONENTIAL, [0, 0]),
    "line_exp_N3_B1": (EXPONENTIAL, [1, 1]),
    "line_exp_N5_B0": (EXPONENTIAL, [0, 0, 0, 0]),
    "line_erlang2_N3_B0": (ERLANG, [0, 0]),
}


@pytest.mark.parametrize("name", list(LINES))
def test_lines_with_blocking(name):
    time, buffers = LINES[name]
    found = solved(line(buffers, time))
    exact = reference(name)
    assert found.span == "long_run"
    assert found.residual < 1e-12
    assert rate(found, f"station{len(buffers) + 1}") == pytest.approx(exact, rel=NEAR)
    assert found.measures["man1_utilisation"] == pytest.approx(exact, rel=NEAR)


def test_a_hyperexponential_line_has_an_own_word():
    by_family = solved(line([1, 1], "hyperexponential(mean={mean}, cv=2)"))
    assert rate(by_family, "station3") == pytest.approx(reference("line_hyperexp_scv4_N3_B1"), rel=NEAR)
    assert by_family.states == solved(line([1, 1], HYPER)).states


@pytest.mark.parametrize("name", list(TOKENS))
def test_lines_of_tokens(name):
    time, buffers = TOKENS[name]
    found = solved(tokens(buffers, time))
    assert rate(found, f"station{len(buffers) + 1}") == pytest.approx(reference(name), rel=NEAR)


@pytest.mark.parametrize("stations", [3, 4])
def test_bowl(stations):
    exact = reference(f"bowl{stations}_B0")
    bowl = solved(tokens([0] * (stations - 1), EXPONENTIAL, exact["w"]))
    assert rate(bowl, "station1") == pytest.approx(exact["throughput"], rel=NEAR)
    balanced = solved(tokens([0] * (stations - 1), EXPONENTIAL))
    assert rate(balanced, "station1") == pytest.approx(exact["balanced"], rel=NEAR)


@pytest.mark.parametrize("number", [0, 1])
def test_best_buffers_of_a_balanced_line(number):
    best = reference("buffers_best_N4_total5_balanced")
    found = solved(line(best["allocations"][number], EXPONENTIAL))
    assert rate(found, "station4") == pytest.approx(best["throughput"], rel=NEAR)


def test_best_buffers_around_a_bottleneck():
    best = reference("buffers_best_N4_total6_bottleneck3")
    found = solved(line(best["allocations"][0], EXPONENTIAL, [1 / 1.2, 1 / 1.1, 1 / 0.9, 1 / 1.3]))
    assert rate(found, "station4") == pytest.approx(best["throughput"], rel=NEAR)


def test_best_crew_of_all():
    """Every way of dividing eight people among three stations, at least one each."""
    best = reference("crew_best_N3_work_2_3_1_total8_B1")
    found = {
        (a, b, 8 - a - b): rate(solved(line([1, 1], EXPONENTIAL, [2, 3, 1], [a, b, 8 - a - b])), "station3")
        for a in range(1, 7)
        for b in range(1, 8 - a)
    }
    assert len(found) == best["n_designs"]
    ordered = sorted(found, key=found.__getitem__, reverse=True)
    assert list(ordered[0]) == best["crews"][0]
    assert found[ordered[0]] == pytest.approx(best["best"], rel=NEAR)
    assert found[ordered[1]] == pytest.approx(best["second"], rel=NEAR)


def queue(arrivals: float, servers: int, places: int) -> str:
    return (
        f"title: Servers\nstocks: {{line: {{capacity: {places}}}, done: {{sink: yes}}}}\n"
        f"flow: [customers, line, serve, done]\n"
        f"sources: {{customers: {{every: exponential(rate={arrivals}), when_full: lose}}}}\n"
        f"activities: {{serve: {{time: exponential(1)}}}}\n"
        f"crews: {{all: {{server: {{count: {servers}, does: serve}}}}}}\nterms: {{horizon: 1000}}\n"
        "measures: {lost: lost(customers) / arrived(customers), wait: wait(line), flow: flow_time(done)}\n"
    )


def test_mmck():
    exact = reference("mmck_lam5_mu1_c3_K8")
    found = solved(queue(5, 3, 5))
    assert found.states == 9
    assert found.measures["lost"] == pytest.approx(exact["p_loss"], rel=NEAR)
    assert rate(found, "serve") == pytest.approx(exact["throughput"], rel=NEAR)
    assert level(found, "line") == pytest.approx(exact["Lq"], rel=NEAR)
    assert found.measures["wait"] == pytest.approx(exact["Wq"], rel=NEAR)
    assert found.measures["flow"] == pytest.approx(exact["W"], rel=NEAR)


def test_mmc_with_room_enough():
    """The line of M/M/10 at 0.8 is longer than 200 with a probability of 1e-20."""
    exact = reference("mmc_lam8_mu1_c10")
    found = solved(queue(8, 10, 200))
    assert found.measures["wait"] == pytest.approx(exact["Wq"], rel=NEAR)
    assert found.measures["flow"] == pytest.approx(exact["W"], rel=NEAR)
    assert found.measures["lost"] < 1e-15


def test_erlang_b_with_a_line_that_nobody_waits_in():
    found = solved("""
title: Trunks
stocks: {line: {}, done: {sink: yes}}
sources: {calls: {to: line, every: exponential(rate=20)}}
activities:
  talk: {takes: {line: 1}, gives: {done: 1}, people: 0, uses: trunk, time: exponential(1), priority: 1}
  hang_up: {takes: {line: 1}, people: 0, time: 0}
tools: {trunk: 25}
terms: {horizon: 1000}
measures: {lost: completions(hang_up) / arrived(calls), busy: utilisation(trunk)}
""")
    exact = reference("erlang_b_a20_c25")
    assert found.states == 26
    assert found.measures["lost"] == pytest.approx(exact, rel=NEAR)
    assert found.measures["busy"] == pytest.approx(20 * (1 - exact) / 25, rel=NEAR)


@pytest.mark.parametrize("repairers", [1, 2])
def test_machine_repair(repairers):
    exact = reference(f"machine_repair_10_0.1_1_r{repairers}")
    found = solved(f"""
title: Machines and their repairers
stocks: {{up: {{start: 10}}, down: {{}}}}
activities:
  run: {{takes: {{up: 1}}, gives: {{down: 1}}, people: 0, time: exponential(10)}}
  repair: {{takes: {{down: 1}}, gives: {{up: 1}}, time: exponential(1)}}
crews: {{all: {{fitter: {{count: {repairers}, does: repair}}}}}}
terms: {{horizon: 1000}}
""")
    assert found.states == 11
    assert busy(found, "run") == pytest.approx(exact["mean_running"], rel=NEAR)
    assert rate(found, "repair") == pytest.approx(exact["repair_throughput"], rel=NEAR)
    assert found.measures["fitter_utilisation"] == pytest.approx(exact["repairman_utilisation"], rel=NEAR)


def ring(means: list[float], items: int) -> str:
    stations = range(len(means))
    stocks = "".join(f"  line{k}: {{start: {items if k == 0 else 0}}}\n" for k in stations)
    activities = "".join(
        f"  station{k}: {{takes: {{line{k}: 1}}, gives: {{line{(k + 1) % len(means)}: 1}}, "
        f"time: exponential({means[k]})}}\n"
        for k in stations
    )
    roles = "".join(f"    man{k}: {{does: station{k}}}\n" for k in stations)
    return (
        f"title: A ring\nstocks:\n{stocks}activities:\n{activities}"
        f"crews:\n  all:\n{roles}terms: {{horizon: 100}}\n"
    )


def test_closed_network():
    exact = reference("closed_mva_D_0.4_0.6_0.5_N10")
    found = solved(ring([0.4, 0.6, 0.5], 10))
    for k, length in enumerate(exact["L"]):
        assert rate(found, f"station{k}") == pytest.approx(exact["throughput"], rel=NEAR)
        assert level(found, f"line{k}") + busy(found, f"station{k}") == pytest.approx(length, rel=NEAR)


def test_conwip():
    found = solved(ring([1.0] * 5, 8))
    assert found.states == math.comb(12, 4)
    assert rate(found, "station4") == pytest.approx(reference("conwip_balanced_W8_N5"), rel=NEAR)


def test_open_network_with_rework_cut_off():
    """At most 22 parts inside: without that limit there are more with a probability of 3e-4."""
    exact = reference("open_jackson_rework")
    found = solved("""
title: Rework
stocks: {gate: {capacity: 1}, place: {start: 22}, line1: {}, line2: {}, line3: {}, out: {sink: yes}}
sources: {parts: {to: gate, every: exponential(1), when_full: lose}}
activities:
  enter: {takes: {gate: 1, place: 1}, gives: {line1: 1}, people: 0, time: 0}
  first:
    takes: {line1: 1}
    outcomes: {on: {chance: 90 %, gives: {line2: 1}}, away: {chance: rest, gives: {out: 1, place: 1}}}
    time: exponential(rate=2)
  second: {takes: {line2: 1}, gives: {line3: 1}, time: exponential(rate=1.5)}
  third:
    takes: {line3: 1}
    outcomes: {good: {chance: 90 %, gives: {out: 1, place: 1}}, again: {chance: rest, gives: {line1: 1}}}
    time: exponential(rate=2.2)
crews: {all: {a: {does: first}, b: {does: second}, c: {does: third}}}
terms: {horizon: 1000}
""")
    assert found.states > 2_000
    inside = 0.0
    for k, (name, of) in enumerate(zip(("first", "second", "third"), exact["stations"], strict=True), 1):
        assert busy(found, name) == pytest.approx(of["rho"], rel=1e-3)
        assert level(found, f"line{k}") == pytest.approx(of["Lq"], rel=1e-2)
        assert rate(found, name) == pytest.approx(exact["station_rates"][k - 1], rel=1e-3)
        inside += level(found, f"line{k}") + busy(found, name)
    assert inside == pytest.approx(exact["L"], rel=1e-2)


# By the end.


def test_pure_death():
    """Each of ten parts lasts an exponential time: n (1 - exp(-t)) have failed by t."""
    found = solved("""
title: Parts
stocks: {new: {start: 10}, gone: {sink: yes}}
activities: {last: {takes: {new: 1}, gives: {gone: 1}, people: 0, time: exponential(2)}}
terms: {horizon: 3}
""")
    assert rate(found, "last") == 0  # in the long run nothing is left to fail
    assert [ending.about for ending in found.endings] == ["all work is done, or what it needs has run out"]
    ended = solved(
        """
title: Parts
stocks: {new: {start: 10}, gone: {sink: yes}}
activities: {last: {takes: {new: 1}, gives: {gone: 1}, people: 0, time: exponential(2)}}
terms: {horizon: 3}
""",
        span="to_the_end",
    )
    assert rate(ended, "last") * 3 == pytest.approx(10 * -math.expm1(-1.5), rel=1e-11)
    assert ended.error < 1e-11


def test_erlang_death():
    """The first of two phases delays: the distribution function of an Erlang-2."""
    found = solved(
        """
title: One part
stocks: {new: {start: 4}, gone: {sink: yes}}
activities: {last: {takes: {new: 1}, gives: {gone: 1}, people: 0, time: "erlang(2, 3)"}}
terms: {horizon: 5}
""",
        span="to_the_end",
    )
    exact = 4 * float(stats.gamma(2, scale=1.5).cdf(5))
    assert rate(found, "last") * 5 == pytest.approx(exact, rel=1e-11)


def birth_and_death(arrivals: float, service: float, most: int) -> np.ndarray:
    rates = np.diag([arrivals] * most, 1) + np.diag([service] * most, -1)
    return rates - np.diag(rates.sum(axis=1))


@pytest.mark.parametrize(("warm_up", "end"), [(0, 1), (0, 12.5), (4, 9), (200, 2000)])
def test_mm1k_by_a_time(warm_up, end):
    """Against the exponential of the matrix, integrated by extending it (Van Loan, 1978)."""
    from scipy.linalg import expm

    text = queue(0.8, 1, 4).replace("horizon: 1000", f"horizon: {end}, warm_up: {warm_up}")
    found = solved(text, span="to_the_end")
    rates = birth_and_death(0.8, 1.0, 5)
    large = np.block([[rates, np.eye(6)], [np.zeros((6, 12))]])
    spent = [expm(large * t)[:6, 6:][0] for t in (warm_up, end)]
    time = spent[1] - spent[0]
    window = end - warm_up
    assert busy(found, "serve") * window == pytest.approx(time[1:].sum(), rel=1e-8)
    assert level(found, "line") * window == pytest.approx(time @ [0, 0, 1, 2, 3, 4], rel=1e-8)
    assert found.measures["lost"] == pytest.approx(time[5] / window, rel=1e-8)


def test_work_in_hand_is_finished_after_the_shift():
    """One machine, always work: one completion for each that began within the shift (rule 11)."""
    found = solved("""
title: One machine
stocks: {out: {sink: yes}}
activities: {make: {gives: {out: 1}, time: exponential(2)}}
crews: {all: {man: {does: make}}}
terms: {shift: 10}
measures: {made: arrivals(out), over: overtime(man), began: starts(make)}
""")
    assert found.span == "to_the_end"
    assert found.measures["made"] == pytest.approx(10 / 2 + 1, rel=1e-11)
    assert found.measures["began"] == pytest.approx(10 / 2 + 1, rel=1e-11)
    assert found.measures["over"] == pytest.approx(2, rel=1e-11)


def test_work_in_hand_may_find_no_room_after_the_shift():
    """Nobody takes from the shelf, which has one place: of two works in hand one stays in hand."""
    found = solved("""
title: Two machines
stocks: {raw: {start: 2}, shelf: {capacity: 1}}
activities: {make: {takes: {raw: 1}, gives: {shelf: 1}, time: "erlang(2, 2)", blocking: after}}
crews: {all: {man: {count: 2, does: make}}}
terms: {shift: 1}
measures: {made: arrivals(shelf)}
""")
    assert found.measures["made"] == pytest.approx(1, rel=1e-11)


@pytest.mark.parametrize(("overrun", "made"), [("pause", 5), ("stop", 5), ("finish", 6)])
def test_overrun(overrun, made):
    found = solved(f"""
title: One machine
stocks: {{ore: {{start: 200}}, out: {{sink: yes}}}}
activities: {{make: {{takes: {{ore: 1}}, gives: {{out: 1}}, time: exponential(2)}}}}
crews: {{all: {{man: {{does: make}}}}}}
terms: {{shift: 10, overrun: {overrun}}}
measures: {{made: arrivals(out), left: final(ore)}}
""")
    assert found.measures["made"] == pytest.approx(made, rel=1e-9)
    assert found.measures["left"] == pytest.approx(200 - (5 if overrun == "stop" else 6), rel=1e-9)
