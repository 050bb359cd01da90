"""Tests of the picture of a model."""

from __future__ import annotations

import re

import pytest

from hewer.errors import NotFoundError
from hewer.model.reading.document import loads
from hewer.model.show import mermaid

TEXT = """
title: 'A face "and" a gate'
places:
  ledge: {count: 3, room: 2}
stocks:
  solid: {at: ledge, unit: t, start: 14 t}
  loose: {at: ledge, unit: t, capacity: 4 t}
  out: {unit: t, sink: yes}
  tried: {}
sources:
  helpers: {to: tried, every: exponential(1 h), amount: 2}
activities:
  cut:
    {at: ledge, takes: {solid: 1 t}, gives: {next(loose): 1 t}, time: 5 min, guard: loose < 3 t, uses: pick}
  lift:
    takes: {last(loose): 1 t, tried: 1}
    outcomes: {well: {chance: 90 %, gives: {out: 1 t}}, badly: {chance: rest, gives: {tried: 1}}}
    people: {pull: 2, guide: 1}
    time: 1 min
  rest: {takes: {tried: 1}, people: 0, time: 1 min}
tools: {pick: 2}
crews:
  gang: {hewer: {count: 3, does: [cut, lift.pull], keeps_to: own ledge}, boss: {does: guide}}
  other: {all: {count: 9, does: [cut, lift]}}
terms: {shift: 6 h}
"""


def _lines(**options):
    return [line.strip() for line in mermaid(loads(TEXT), **options).splitlines()]


def test_it_is_a_flowchart_with_the_title():
    lines = _lines()
    assert lines[:4] == ["---", "title: \"A face 'and' a gate\"", "---", "flowchart LR"]


def test_material_flows_from_sources_over_stocks_through_activities():
    lines = _lines()
    assert 'source_helpers -->|"2"| stock_tried' in lines
    assert 'stock_solid -->|"1 t"| activity_cut' in lines
    assert 'activity_cut -->|"next, 1 t"| stock_loose' in lines
    assert 'activity_lift -->|"well 90 %, 1 t"| stock_out' in lines
    assert "stock_tried --> activity_rest" in lines


def test_a_place_set_is_drawn_once_around_what_is_at_it():
    lines = _lines()
    start = lines.index('subgraph place_ledge["ledge × 3, room 2"]')
    inside = lines[start + 1 : lines.index("end", start)]
    assert [re.split(r"\W", line)[0] for line in inside] == ["stock_solid", "stock_loose", "activity_cut"]
    assert sum("stock_solid(" in line for line in lines) == 1


def test_roles_and_posts_are_those_of_the_crew_at_work():
    lines = _lines()
    assert 'role_hewer{{"hewer × 3<br>keeps to own ledge"}}:::role' in lines
    assert "role_hewer -.-> activity_cut" in lines
    assert 'role_hewer -.->|"pull"| activity_lift' in lines
    assert 'role_boss -.->|"guide"| activity_lift' in lines
    other = _lines(crew="other")
    assert 'role_all -.->|"pull, guide"| activity_lift' in other
    assert not any("role_hewer" in line for line in other)


def test_an_unknown_crew_is_reported():
    with pytest.raises(NotFoundError, match="did you mean `other`"):
        mermaid(loads(TEXT), crew="othr")


def test_tools_are_drawn_with_what_uses_them():
    lines = _lines()
    assert 'tool_pick[/"pick × 2"/]:::tool' in lines
    assert "tool_pick -.- activity_cut" in lines


def test_signs_that_mermaid_reads_are_written_as_entities():
    line = next(line for line in _lines() if line.startswith("activity_cut["))
    assert line == 'activity_cut["cut<br>time 5 min<br>only if loose &lt; 3 t"]:::activity'


def test_implied_stocks_of_a_flow_are_drawn():
    text = (
        "flow: [a, b]\nsources: {a: {every: 1}}\nactivities: {b: {time: 2, people: 0}}\nterms: {horizon: 9}\n"
    )
    lines = mermaid(loads(text)).splitlines()
    assert lines[0] == "flowchart LR"
    assert "    source_a --> stock_b_queue" in lines
    assert "    activity_b --> stock_done" in lines


def test_a_carried_tool_says_so() -> None:
    text = "tools: {cart: {count: 2, at: yard, carried: yes}}\nplaces: {yard: {}}\n"
    text += "activities: {move: {time: 1 min, uses: cart, people: 0}}\nterms: {shift: 1 h}\n"
    assert 'tool_cart[/"cart × 2<br>carried"/]:::tool' in mermaid(loads(text))


def test_how_workers_choose_learn_and_tire() -> None:
    text = (
        "activities: {move: {time: 1 min}}\nterms: {shift: 1 h}\ncrews: {all: {man: {does: move,"
        " choice: rules.py:mine, learning: {curve: wright, rate: 80 %},"
        " fatigue: {most: 30 %, half_tired: 1 h, half_rested: 1 h}}}}\n"
    )
    said = "man<br>chooses by rules.py:mine<br>learns (wright, 80 %)<br>tires (up to 30 % longer)"
    assert f'role_man{{{{"{said}"}}}}:::role' in mermaid(loads(text))


def test_calendars_and_lines_are_told_of_roles() -> None:
    text = """
title: Two
activities: {a: {time: 1 h}}
calendars: {early: {at: 6 h, lasts: 8 h}, late: {at: 14 h, lasts: 8 h}}
crews: {one: {slow: {does: a, calendar: [early, late]}, fast: {does: a, takes_over: slow}}}
terms: {horizon: 24 h, calendar: early + late}
"""
    drawn = mermaid(loads(text))
    assert "on duty early, late" in drawn
    assert "on duty early + late<br>takes over from slow" in drawn
