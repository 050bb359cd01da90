"""What calendars make of paid time, utilisation, overtime and cost."""

from __future__ import annotations

import pytest

import hewer

MODEL = """
title: one man, two turns of five minutes, jobs of four
stocks: {raw: {start: 9}, out: {sink: yes}}
activities: {make: {time: 4 min, takes: {raw: 1}, gives: {out: 1}, overrun: OVERRUN}}
calendars: {early: {at: 0 min, lasts: 5 min, every: 10 min}}
crews:
  one:
    man: {does: make, calendar: early, cost: 60 EUR/h, tags: [hand]}
    boss: {does: [], cost: 60 EUR/h}
terms: {horizon: 20 min}
measures:
  paid: paid(man)
  all: paid()
  tagged: paid(hand)
  utilisation: utilisation(man)
  overtime: overtime(man)
  cost: cost()
  off: time(man, off)
  share: share(man, off)
"""


@pytest.mark.parametrize(
    ("overrun", "paid", "worked", "overtime"),
    [("finish", 16, 16, 6), ("pause", 10, 10, 0), ("stop", 10, 10, 0)],
)
def test_people_are_paid_for_their_duty_and_what_they_work_beyond_it(overrun, paid, worked, overtime):
    result = hewer.simulate(hewer.loads(MODEL.replace("OVERRUN", overrun)), replications=1)
    found = {name: samples.values.item() for name, samples in result.measures.items()}
    assert found == pytest.approx(
        {
            "paid": paid,
            "all": paid + 20,
            "tagged": paid,
            "utilisation": worked / paid,
            "overtime": overtime,
            "cost": paid + 20,
            "off": 20 - paid,
            "share": (20 - paid) / 20,
        }
    )


def test_overtime_after_the_shift_counts_once():
    text = MODEL.replace("OVERRUN", "finish").replace("{horizon: 20 min}", "{shift: 13 min, horizon: 16 min}")
    result = hewer.simulate(hewer.loads(text), replications=1)
    # duty: 0 to 5 and 10 to 13; at work: 0 to 8, 10 to 14
    assert result.measures["overtime"].values.item() == pytest.approx(3 + 1)
    assert result.measures["paid"].values.item() == pytest.approx(12)
