"""Simulations of what has no closed form, against the Markov chain that `hewer exact` makes of it."""

from __future__ import annotations

import pytest

from hewer.exact.chain.markov import exact_solution
from hewer.model.reading.document import loads
from tests.theory.agreement import agrees, run

HORIZON = "terms: {horizon: 20000}\n"

MODELS = {
    "patience in phases": """
title: Two clerks whose customers grow impatient
stocks:
  line: {capacity: 4, leaves: {after: "erlang(2, 3)", to: gone}}
  gone: {sink: yes}
  done: {sink: yes}
sources: {people: {to: line, rate: 1.8, balks: {when: 20 % * line}, when_full: lose}}
activities: {serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(1)}}
crews: {all: {clerk: {count: 2, does: serve}}}
measures: {served: rate(done), left: left(line), balked: balked(people), level: level(line)}
""",
    "kinds first come, first served": """
title: Two servers, three kinds, one line
kinds: {a: {attributes: {size: 0.5}}, b: {attributes: {size: 1}}, c: {attributes: {size: 3}}}
stocks: {line: {capacity: 4}, back: {capacity: 1}, done: {sink: yes}}
sources: {jobs: {to: line, rate: 1.2, kind: "discrete(a: 50 %, b: 30 %, c: 20 %)", when_full: {to: back}}}
activities:
  serve: {takes: {line: 1}, gives: {done: 1}, time: exponential(item.size)}
  fetch:
    takes: {back: 1}
    gives: {line: 1}
    time: exponential(2)
    blocking: after
    sets: {kind: a, size: 1.5}
crews: {all: {server: {count: 2, does: serve}, boy: {does: fetch}}}
measures: {served: rate(done), lost: lost(jobs), elsewhere: diverted(jobs), level: level(line)}
""",
    "two servers that are called away by urgent work": """
title: Preemption with two servers and phases
stocks: {urgent: {capacity: 3}, plain: {capacity: 4}, done: {sink: yes}}
sources: {calls: {to: urgent, rate: 0.5, when_full: lose}, jobs: {to: plain, rate: 0.9, when_full: lose}}
activities:
  answer: {takes: {urgent: 1}, gives: {done: 1}, time: exponential(1), priority: 1, preempts: yes}
  make:
    takes: {plain: 1}
    gives: {done: 1}
    time: "hyperexponential(mean=1.2, cv=1.5)"
    interrupted: lose
crews: {all: {server: {count: 2, does: [answer, make]}}}
measures: {made: completions(make), cut: interruptions(make), lost: lost(jobs), level: level(plain)}
""",
    "a fitter who is called away, and machines that wait for him": """
title: Breakdowns, absences and people
tools: {press: {count: 3, fails: {every: exponential(8), counts: use}}}
stocks: {raw: {capacity: 5}, done: {sink: yes}}
sources: {jobs: {to: raw, rate: 1.1, when_full: lose}}
activities:
  stamp:
    takes: {raw: 1}
    gives: {done: 1}
    people: 0
    uses: press
    time: "erlang(2, 2)"
    interrupted: redraw
  mend: {takes: {down(press): 1}, time: exponential(1.5), interrupted: redraw}
crews: {all: {fitter: {does: mend, absent: {every: exponential(20), lasts: "erlang(2, 4)"}}}}
measures: {made: rate(done), up: availability(press), failures: failures(press), lost: lost(jobs)}
""",
}
DETECTS = {"lost": 0.15}  # what is rare is known less well


@pytest.mark.parametrize("name", list(MODELS))
def test_against_the_chain(name):
    text = MODELS[name] + HORIZON
    exact = exact_solution(loads(text), span="to_the_end")
    assert exact.error < 1e-9
    ran = run(text)
    for measure, value in exact.measures.items():
        agrees(ran.measure(measure), value, detects=DETECTS.get(measure, 0.06), what=f"{name}: {measure}")
