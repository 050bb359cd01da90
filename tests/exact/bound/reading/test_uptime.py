"""The bound where tools fail and people are called away, and where work is taken over."""

from __future__ import annotations

import math
from typing import Any

import pytest

import hewer
from hewer.exact.bound.ceiling import Bound, bound
from tests.exact.test_law import PATIENCE, arrivals
from tests.oracle.models import compiled


def of(text: str, **options: Any) -> Bound:
    return bound(hewer.loads(text), **options)


def worth(found: Bound, kind: str, name: str) -> float:
    (limit,) = [limit for limit in found.limits if (limit.kind, limit.name) == (kind, name)]
    return limit.worth


def simulated(text: str, replications: int = 2000) -> tuple[float, float]:
    values = arrivals(compiled(text), "out", replications)
    return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(replications)


LATHE = """
title: A lathe that fails
stocks: {jobs: {start: 1000}, out: {sink: yes}}
activities: {do: {takes: {jobs: 1}, gives: {out: 1}, time: exponential(5 min), uses: lathe, overrun: stop}}
tools: {lathe: {fails: {every: LIFE, repair: REPAIR, counts: COUNTED}}}
crews: {all: {man: {does: do}}}
terms: {shift: 480 min}
"""
MEMORYLESS = ("exponential(60 min)", "exponential(20 min)")


@pytest.mark.parametrize(
    ("life", "repair", "counted", "minutes"),
    [
        (*MEMORYLESS, "clock", 0.75 * (480 + 0.25 * 20)),  # it begins in service
        (*MEMORYLESS, "use", 0.75 * (480 + 20)),
        ("60 min", "20 min", "clock", 0.75 * (480 + 20)),
        ("60 min", "hyperexponential(mean=20 min, cv=2)", "clock", None),
        ("exponential(60 min)", "0 min", "clock", 480),
        ("1000 h", "20 min", "clock", 480),
    ],
)
def test_a_tool_that_mends_itself_has_its_availability(
    life: str, repair: str, counted: str, minutes: float | None
) -> None:
    text = LATHE.replace("LIFE", life).replace("REPAIR", repair).replace("COUNTED", counted)
    found = of(text)
    if minutes is not None:
        assert found.proven == pytest.approx(minutes / 5)
    mean, error = simulated(text)
    assert mean <= found.proven + PATIENCE * error
    if (life, repair) == MEMORYLESS and counted == "clock":
        assert mean >= found.proven - PATIENCE * error  # it is what comes of it, and no more than that
        assert mean > 480 * 0.75 / 5 + 0.5 * error


def test_in_the_long_run_the_availability_is_all_that_counts() -> None:
    for counted in ("clock", "use"):
        text = LATHE.replace("LIFE", "60 min").replace("REPAIR", "20 min").replace("COUNTED", counted)
        text = text.replace("jobs: {start: 1000}", "jobs: {}") + "sources: {more: {to: jobs, every: 1 min}}\n"
        found = of(text, long_run=True)
        assert found.fluid == pytest.approx(0.75 * 60 / 5)
        assert worth(found, "tool", "lathe") == pytest.approx(12 - 9)  # the man works on at the other
        two = of(text.replace("man: {does", "man: {count: 2, does"), long_run=True)
        assert worth(two, "tool", "lathe") == pytest.approx(0.75 * 60 / 5)


REPAIRED = """
title: Lathes that people repair
stocks: {jobs: {start: 10000}, out: {sink: yes}}
activities:
  do: {takes: {jobs: 1}, gives: {out: 1}, time: exponential(5 min), uses: lathe, overrun: stop}
  mend: {takes: {down(lathe): 1}, time: exponential(20 min), priority: 1, overrun: stop}
tools: {lathe: {count: COUNT, fails: {every: exponential(60 min), counts: COUNTED}}}
crews: {apart: {man: {count: 9, does: do}, fitter: {does: mend}}, both: {man: {does: [do, mend]}}}
terms: {shift: 480 min}
"""


@pytest.mark.parametrize("counted", ["clock", "use"])
@pytest.mark.parametrize("count", [1, 2, 4, 8])
def test_repairs_take_the_time_of_people_and_of_the_tool(counted: str, count: int) -> None:
    text = REPAIRED.replace("COUNTED", counted).replace("COUNT", str(count))
    found = of(text, crew="apart")
    # a lathe is in use or under repair; each begins with a life, and gets another for each repair
    of_lathes, of_fitter = count * 0.75 * (480 + 20), 60 * (count + 480 / 20)
    assert found.fluid == found.proven == pytest.approx(min(of_lathes, of_fitter) / 5)
    assert (worth(found, "role", "fitter") > 0.0) == (of_fitter < of_lathes)
    assert worth(found, "tool", "lathe") > 0.0  # it brings a life
    mean, error = simulated(text)
    assert mean <= found.proven + PATIENCE * error


@pytest.mark.parametrize("counted", ["clock", "use"])
def test_who_repairs_cannot_work_meanwhile(counted: str) -> None:
    text = REPAIRED.replace("COUNTED", counted).replace("COUNT", "9").replace("start: 10000", "start: 0")
    text += "sources: {more: {to: jobs, every: 1 min}}\n"
    found = of(text, crew="both", long_run=True)
    assert found.fluid == pytest.approx(12 * 60 / 80)
    assert worth(found, "tool", "lathe") == 0.0


def test_what_nobody_repairs_lasts_for_one_life_each() -> None:
    text = REPAIRED.replace("COUNTED", "use").replace("COUNT", "2").replace("takes: {down(lathe): 1}, ", "")
    found = of(text, crew="apart")
    assert found.proven == pytest.approx(2 * 60 / 5)
    assert of(text, crew="apart", long_run=True).fluid == 0.0


def test_repairs_are_no_more_than_failures() -> None:
    """What a repair gives is bounded by how often units fail: that a life ends late brings nothing."""
    text = REPAIRED.replace("priority: 1", "gives: {scrap: 1}").replace("out: {", "scrap: {}, out: {")
    for counted, minutes in (("use", 8 * 480 / 5 * 5), ("clock", 8 * 480)):
        made = text.replace("COUNTED", counted).replace("COUNT", "8").replace("count: 9", "count: 99")
        made = made.replace("fitter: {", "fitter: {count: 50, ")
        found = of(made, crew="apart", of="scrap")
        assert found.fluid <= minutes / 60
        assert found.fluid == pytest.approx(8 * 480 / 80, rel=0.05)


ABSENT = """
title: Called away
stocks: {jobs: {start: 1000}, out: {sink: yes}}
activities: {do: {takes: {jobs: 1}, gives: {out: 1}, time: exponential(5 min), overrun: stop}}
crews: {all: {man: {count: 2, does: do, absent: {every: LIFE, lasts: REPAIR, counts: COUNTED}}}}
terms: {shift: 480 min, breaks: [{at: 3 h, lasts: 1 h}]}
"""


@pytest.mark.parametrize(
    ("life", "lasts", "counted", "minutes"),
    [
        (*MEMORYLESS, "clock", 0.75 * (420 + 0.25 * 20)),  # the same chance at any time
        (*MEMORYLESS, "work", 0.75 * (480 + 20)),  # an absence may fall into the break
        ("60 min", "40 min", "clock", 0.6 * (480 + 40)),
        ("60 min", "4 min", "work", 420),
    ],
)
def test_who_is_called_away_is_there_for_so_much(life: str, lasts: str, counted: str, minutes: float) -> None:
    text = ABSENT.replace("LIFE", life).replace("REPAIR", lasts).replace("COUNTED", counted)
    found = of(text)
    assert found.proven == found.fluid == pytest.approx(2 * minutes / 5)
    mean, error = simulated(text)
    assert mean <= found.proven + PATIENCE * error
    if counted == "clock" and life in MEMORYLESS:
        assert mean >= found.proven - PATIENCE * error
    assert worth(found, "role", "man") == pytest.approx(minutes / 5)


LINE = """
title: A line
stocks: {parts: {start: 1000}, out: {sink: yes}}
activities: {assemble: {takes: {parts: 1}, gives: {out: 1}, time: 6 min, overrun: pause}}
crews:
  all:
    first: {does: assemble, takes_over: first, count: 2}
    second: {does: assemble, takes_over: first, efficiency: 2}
terms: {shift: 120 min}
measures: {each: arrivals(out) / heads()}
"""


def test_whoever_takes_over_brings_his_own_speed() -> None:
    found = of(LINE, of="out")
    assert found.proven == pytest.approx((1 + 1 + 2) * 120 / 6)
    assert worth(found, "role", "first") == pytest.approx(20)
    assert worth(found, "role", "second") == pytest.approx(40)
    assert of(LINE).fluid == pytest.approx(80 / 3)
    mean, _ = simulated(LINE, 2)
    assert mean <= found.proven


def test_breaks_count_for_who_stands_in_a_line() -> None:
    rested = LINE.replace("shift: 120 min", "shift: 120 min, breaks: [{at: 60 min, lasts: 30 min}]")
    assert of(rested, of="out").proven == pytest.approx(4 * 90 / 6)


def test_how_long_each_is_in_service_is_said() -> None:
    text = LATHE.replace("LIFE", "60 min").replace("REPAIR", "20 min").replace("COUNTED", "use")
    text = text.replace("{does: do}", "{does: do, absent: {every: 90 min, lasts: 10 min}}")
    assert "In service, of the time: lathe 75 %, man 90 %." in of(text).notes
    repaired = REPAIRED.replace("COUNTED", "use").replace("COUNT", "2")
    assert "In service, of the time: lathe as repairs allow." in of(repaired, crew="apart").notes
    assert not any("In service" in note for note in of(LINE).notes)
