"""What is refused, and where; what the long run ends in; what states keep; the Python face."""

import math

import pytest

import hewer
from hewer.errors import OptionError, RefusalError
from hewer.exact.chain.markov import exact_solution
from hewer.exact.chain.state.inventory import read_plant
from hewer.exact.chain.state.memory import remember
from hewer.model.reading.document import loads
from tests.oracle.models import compiled

BASE = """\
title: A shop
stocks: {line: {capacity: 3}, done: {sink: yes}}
flow: [customers, line, serve, done]
sources:
  customers: {every: exponential(2), when_full: lose}
activities:
  serve: {time: exponential(1)}
crews: {all: {clerk: {does: serve}}}
terms: {horizon: 100}
"""


def problems(text):
    with pytest.raises(RefusalError) as caught:
        exact_solution(loads(text))
    return [(one.path, one.line, one.message) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "path", "line", "message"),
    [
        ("time: exponential(1)", "time: 1", "activities.serve.time", 7, "a constant time above 0"),
        ("time: exponential(1)", "time: 'gamma(mean=1, cv=0.3)'", "activities.serve.time", 7, "gamma times"),
        ("exponential(2)", "uniform(1, 2)", "sources.customers.every", 5, "uniform times"),
        ("lose}", "lose, first: 4}", "sources.customers.first", 5, "a constant time above 0"),
        (
            "every: exponential(2)",
            "rate: {table: {0: 1, 5: 2}}",
            "sources.customers.rate",
            5,
            "changes at fixed times",
        ),
        (
            "every: exponential(2)",
            "rate: {value: min(1, now / 9), most: 1}",
            "sources.customers.rate",
            5,
            "it reads `now`",
        ),
        ("lose}", "lose, balks: now > 5}", "sources.customers.balks.when", 5, "it reads `now`"),
        (
            "line: {capacity: 3}",
            "line: {capacity: 3, leaves: {after: 3, to: done}}",
            "stocks.line.leaves.after",
            2,
            "a constant time above 0",
        ),
        (
            "line: {capacity: 3}",
            "line: {capacity: 3, leaves: {when: now > 5, to: done}}",
            "stocks.line.leaves.when",
            2,
            "it reads `now`",
        ),
        (
            "line: {capacity: 3}",
            "line: {capacity: 3, leaves: {after: 'discrete(0: 0.5, 1: 0.5) * exponential(1)', to: done}}",
            "stocks.line.leaves.after",
            2,
            "a patience of 0",
        ),
        (
            "time: exponential(1)",
            "time: exponential(1), guard: now > 5",
            "activities.serve.guard",
            7,
            "`now`",
        ),
        (
            "time: exponential(1)",
            "time: 'now + exponential(1)'",
            "activities.serve.time",
            7,
            "it reads `now`",
        ),
        ("{horizon: 100}", "{shift: 50, horizon: 100}", "terms.horizon", 9, "beyond the end of the shift"),
        (
            "{horizon: 100}",
            "{shift: 100, breaks: [{at: 5, lasts: 5}]}",
            "terms.breaks[1]",
            9,
            "breaks come at fixed times",
        ),
        (
            "time: exponential(1)",
            "time: 'exponential(1) * (1 - line)'",
            "activities.serve.time",
            7,
            "a random time",
        ),
    ],
)
def test_what_has_no_chain_is_refused_with_its_place(old, new, path, line, message):
    assert BASE.count(old) == 1
    (found,) = problems(BASE.replace(old, new))
    assert found[:2] == (path, line)
    assert message in found[2]


def test_all_reasons_are_told_at_once():
    text = BASE.replace("exponential(1)", "3").replace("exponential(2)", "uniform(1, 2)")
    assert [path for path, _, _ in problems(text)] == ["sources.customers.every", "activities.serve.time"]


def test_walking_takes_a_constant_time():
    text = """\
title: Two places
places: {here: {}, there: {}}
walk: {here-there: 1}
stocks: {out: {sink: yes}}
activities:
  a: {at: here, gives: {out: 1}, time: exponential(1)}
  b: {at: there, gives: {out: 1}, time: exponential(1)}
crews: {all: {man: {does: [a, b]}}}
terms: {horizon: 10}
"""
    (found,) = problems(text)
    assert found[0] == "walk"
    assert "people walk to `a`" in found[2]


def test_a_continuous_amount_leaves_no_countable_states():
    text = """\
title: Ore
stocks: {ore: {unit: t, capacity: 5 t}}
sources: {mine: {to: ore, every: exponential(1 h), amount: "uniform(1 t, 2 t)", when_full: lose}}
activities: {burn: {takes: {ore: 1 t}, time: exponential(1 h)}}
crews: {all: {stoker: {does: burn}}}
terms: {horizon: 100 h}
"""
    (found,) = problems(text)
    assert found[0] == "sources.mine.amount"
    assert "continuous amount" in found[2]
    discrete = text.replace("uniform(1 t, 2 t)", "discrete(1 t: 0.5, 2 t: 0.5)")
    assert exact_solution(loads(discrete)).states > 5


def test_activities_that_draw_the_same_numbers_are_refused():
    text = """\
title: Twins
stocks: {out: {sink: yes}}
activities:
  a: {gives: {out: 1}, time: exponential(1)}
  b: {gives: {out: 1}, time: exponential(1), stream: a}
crews: {all: {one: {does: a}, two: {does: b}}}
terms: {horizon: 10}
"""
    (found,) = problems(text)
    assert found[0] == "activities.b.stream"
    assert "`a` and `b` draw the same numbers" in found[2]


def test_fields_that_the_search_does_not_know_are_refused_by_name():
    text = BASE.replace("every: exponential(2)", "timetable: [1, 2]")
    (found,) = problems(text)
    assert found[0] == "sources.customers.timetable"
    assert "goes by the clock" in found[2]
    (found,) = problems(BASE.replace("does: serve", "does: serve, choice: random"))
    assert found[0] == "crews.all.clerk.choice"
    assert found[2] == "a Markov chain of `choice: random` is not made"


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        (
            "does: serve",
            "does: serve, fatigue: {most: 0.5, half_tired: 1, half_rested: 1}",
            "fatigue",
            "at work",
        ),
        ("does: serve", "does: serve, learning: {curve: wright, rate: 80 %}", "learning", "has done before"),
        ("does: serve", "does: serve, takes_over: clerk", "takes_over", "not made"),
        ("does: serve", "does: serve, set_up: 3", "set_up", "constant time"),
    ],
)
def test_what_is_refused_says_why(old, new, path, words):
    text = BASE.replace(old, new) + "kinds: {a: {}}\n"
    ((where, _, message),) = problems(text.replace("when_full: lose", "when_full: lose, kind: a"))
    assert where == f"crews.all.clerk.{path}"
    assert words in message


def test_calendars_go_by_the_clock():
    text = (
        BASE.replace("does: serve", "does: serve, calendar: early")
        + "calendars: {early: {at: 0, lasts: 5}}\n"
    )
    found = problems(text)
    assert [path for path, _, _ in found] == ["calendars", "crews.all.clerk.calendar"]
    assert all("goes by the clock" in message for _, _, message in found)


def test_a_line_without_a_limit_is_named():
    text = BASE.replace("line: {capacity: 3}", "line: {}").replace(", when_full: lose", "")
    with pytest.raises(
        RefusalError, match=r"more than 500 states; `line` has no capacity and went up to \d+"
    ):
        exact_solution(loads(text), max_states=500)


def test_works_without_number_are_named():
    text = BASE.replace("exponential(1)", "exponential(1), people: 0").replace("capacity: 3", "capacity: 3")
    text = text.replace("crews: {all: {clerk: {does: serve}}}\n", "")
    with pytest.raises(RefusalError, match=r"more than 300 states; `serve` had \d+ works in hand at once"):
        exact_solution(loads(text), max_states=300)


def test_options_are_checked():
    with pytest.raises(OptionError, match="max_states must be between 1 and"):
        exact_solution(loads(BASE), max_states=0)
    with pytest.raises(OptionError, match="span must be"):
        exact_solution(loads(BASE), span="day")  # type: ignore[arg-type]


DEADLOCK = """
title: They wait for each other
stocks: {left: {start: 1, capacity: 1}, right: {start: 1, capacity: 1}}
activities:
  over: {takes: {left: 1}, gives: {right: 1}, time: exponential(1), blocking: after}
  back: {takes: {right: 1}, gives: {left: 1}, time: exponential(2), blocking: after}
crews: {all: {one: {does: over}, two: {does: back}}}
stop: {}
terms: {horizon: 100}
""".replace("stop: {}\n", "")


def test_a_deadlock_is_named():
    text = """
title: Both ways over one shelf
stocks: {a: {capacity: 1}, b: {capacity: 1}}
activities:
  over: {takes: {a: 1}, gives: {b: 1}, time: exponential(1), blocking: after}
  back: {takes: {b: 1}, gives: {a: 1}, time: exponential(2), blocking: after}
sources:
  left: {to: a, every: exponential(5), when_full: lose}
  right: {to: b, every: exponential(5), when_full: lose}
crews: {all: {one: {does: over}, two: {does: back}}}
terms: {horizon: 100}
"""
    found = exact_solution(loads(text))
    (ending,) = found.endings
    assert ending.deadlock
    assert ending.chance == pytest.approx(1)
    assert "waits for room in `b`" in ending.about
    assert exact_solution(loads(DEADLOCK)).endings[0].deadlock is False


def test_two_ways_to_end():
    """The first part decides which of two machines runs for ever."""
    found = exact_solution(
        loads("""
title: A fork
stocks: {start: {start: 1}, red: {}, blue: {}, out: {sink: yes}}
activities:
  toss:
    takes: {start: 1}
    outcomes: {r: {chance: 30 %, gives: {red: 1}}, b: {chance: rest, gives: {blue: 1}}}
    time: exponential(1)
    people: 0
  run_red: {takes: {red: 1}, gives: {red: 1, out: 1}, time: exponential(1), people: 0}
  run_blue: {takes: {blue: 1}, gives: {blue: 1, out: 1}, time: exponential(2), people: 0}
terms: {horizon: 10}
measures: {out: rate(out)}
""")
    )
    assert sorted(ending.chance for ending in found.endings) == pytest.approx([0.3, 0.7])
    assert found.measures["out"] == pytest.approx(0.3 * 1 + 0.7 * 0.5)


def test_what_the_chain_does_not_tell_is_not_a_number():
    text = BASE + "measures: {peak: peak(line), slow: 'flow_time(done, 0.9)', some: 'lost(customers) > 3'}\n"
    found = exact_solution(loads(text))
    assert all(math.isnan(value) for value in found.measures.values())


def turns(text):
    memory = remember(read_plant(compiled(text).program))
    return memory.turns, memory.timed


def test_who_competes_with_nobody_keeps_no_turn():
    assert turns(BASE) == ((), ())


TWO = """
title: Two lines, one clerk
stocks: {{one: {{capacity: 3}}, two: {{capacity: 3}}, done: {{sink: yes}}}}
sources:
  a: {{to: one, every: exponential(2), when_full: lose}}
  b: {{to: two, every: exponential(2), when_full: lose}}
activities:
  help: {{takes: {{one: 1}}, gives: {{done: 1}}, time: exponential(1){more}}}
  serve: {{takes: {{two: 1}}, gives: {{done: 1}}, time: exponential(1)}}
crews: {{all: {{clerk: {{does: [help, serve], choice: {choice}}}}}}}
terms: {{horizon: 100}}
"""


@pytest.mark.parametrize(
    ("choice", "more", "timed"),
    [
        ("oldest", "", (True,)),
        ("listed", "", ()),
        ("oldest", ", priority: 1", ()),
        ("longest_queue", "", (True,)),
    ],
)
def test_waiting_times_are_kept_where_the_choice_looks_at_them(choice, more, timed):
    text = TWO.format(choice=choice, more=more)
    assert turns(text)[1] == timed
    first_come = exact_solution(loads(TWO.format(choice="oldest", more="")))
    assert exact_solution(loads(text)).states <= first_come.states


def test_first_come_first_served_over_two_lines_is_one_line():
    """Both lines together are M/M/1 with seven customers at most only if neither line is ever full."""
    text = TWO.format(choice="oldest", more="").replace("capacity: 3", "capacity: 12").replace("(2)", "(8)")
    with pytest.raises(RefusalError, match="more than 2,000 states"):
        exact_solution(loads(text), max_states=2000)


def test_items_of_two_priorities_in_one_line():
    """Cobham: the urgent pass in front; the line is short of room too seldom to matter."""
    found = exact_solution(
        loads("""
title: Two classes
stocks: {line: {order: priority, capacity: 14}, out: {sink: yes}}
sources:
  urgent: {to: line, every: exponential(rate=0.1), priority: 1, when_full: lose}
  plain: {to: line, every: exponential(rate=0.1), when_full: lose}
activities: {serve: {takes: {line: 1}, gives: {out: 1}, time: exponential(1)}}
crews: {all: {clerk: {does: serve}}}
terms: {horizon: 100}
measures: {wait: wait(line), lost: lost(plain)}
""")
    )
    assert found.states < 1000
    assert found.measures["wait"] == pytest.approx(0.2 / 0.8, rel=1e-6)
    assert found.measures["lost"] < 1e-6


def test_python_face():
    found = hewer.exact_solution(loads(BASE), set={"stocks.line.capacity": 5})
    assert isinstance(found, hewer.ExactSolution)
    assert repr(found) == "<ExactSolution of 'A shop': long run, 7 states>"
    assert list(found.measures) == list(found.expected.measures)
