"""The formulas of ``docs/semantics.md`` are those of the engine: written down once more, from the page."""

from __future__ import annotations

import hashlib
import math
import re
from pathlib import Path

import numpy as np
import pytest

from hewer.engine import draws
from hewer.engine.codes import Event
from hewer.engine.kernel.judging import expression
from tests.oracle.engine import simulate
from tests.oracle.models import compiled

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "semantics.md").read_text(encoding="utf-8")
KEYS = PAGE.partition("## Keys and draws")[2].partition("\n## ")[0]
MASK = (1 << 64) - 1
SEED, WORLD, REPLICATION = 11, 2, 5


def constant(function: str, place: int = 0) -> int:
    """The constant that the page states for a function."""
    (row,) = re.findall(rf"^\| {re.escape(function)} \| (.*) \|$", KEYS, re.MULTILINE)
    return int(re.findall(r"\b[0-9A-F]{16}\b", row)[place], 16)


def mix(z: int) -> int:
    z &= MASK
    z = ((z ^ z >> 30) * constant("mix(z)")) & MASK
    z = ((z ^ z >> 27) * constant("mix(z)", 1)) & MASK
    return z ^ z >> 31


def name(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def member(k: int, i: int) -> int:
    return mix(k + (i + 1) * constant("member(k, i)"))


def stream(s: int) -> int:
    return mix(s ^ mix(name(f"{SEED}/{WORLD}/{REPLICATION}")))


def work(k: int, identity: int, n: int) -> int:
    return mix((k ^ identity) + n * constant("work(k, identity, n)"))


def child(lineage: int, k: int) -> int:
    return mix(lineage + (k + 1) * constant("child(lineage, k)"))


def u(k: int, block: int, i: int) -> float:
    one, two = (constant("bits(k, block, i)", place) for place in (0, 1))
    return ((mix(k + block * one + i * two) >> 12) + 0.5) / 2.0**52


def test_keys_are_those_of_the_page() -> None:
    with np.errstate(over="ignore"):
        key, other = name("cut"), name("haul")
        assert draws.member_key(key, 3) == member(key, 3)
        rep = draws.replication_key(SEED, WORLD, REPLICATION)
        assert int(draws.stream_key(np.uint64(key), np.uint64(rep))) == stream(key)
        assert int(draws.work_key(np.uint64(key), np.uint64(other), 7)) == work(key, other, 7)
        assert int(draws.child_lineage(np.uint64(key), 2)) == child(key, 2)
        assert float(draws.uniform(np.uint64(key), draws.TAKEN, 9)) == u(key, 3, 9)
        plain = getattr(expression.nth_key, "py_func", expression.nth_key)  # compiled, Python cannot call it
        assert int(plain(np.uint64(key), 4)) == (key + 4 * constant("nth(k, n)")) & MASK


def test_every_constant_is_on_the_page() -> None:
    folder = Path(draws.__file__).parent
    sources = "".join((folder / path).read_text() for path in ("draws.py", "kernel/judging/expression.py"))
    used = {int(found, 16) for found in re.findall(r"0x([0-9A-F]{16})\b", sources)}
    assert used == {int(found, 16) for found in re.findall(r"\b[0-9A-F]{16}\b", KEYS)}


LINE = """
title: from the page
places: {bench: {count: 2}}
stocks: {queue: {at: bench}, done: {sink: yes}, spoilt: {sink: yes}}
sources: {jobs: {to: queue, every: uniform(1 min, 3 min)}}
activities:
  polish:
    at: bench
    takes: {queue: 1}
    outcomes: {good: {chance: 50 %, gives: {done: 1}}, bad: {chance: rest, gives: {spoilt: 1}}}
    time: triangular(10 s, 20 s, 30 s)
    people: 0
terms: {shift: 1 h}
"""


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
@pytest.mark.parametrize("bench", [0, 1])
def test_a_line_worked_out_from_the_page(bench: int) -> None:
    """Arrivals, durations and outcomes at one member, by the formulas alone (rules 6 and 7)."""
    made = compiled(LINE)
    log = simulate(made.program, seed=SEED, world=WORLD, replication=REPLICATION).log
    jobs, polish = stream(member(name("source:jobs"), bench)), stream(member(name("polish"), bench))
    items = member(name("items:jobs"), bench)
    now, told = 0, []
    for n in range(15):
        now += round((60 + 120 * u(work(jobs, 0, n), 0, 0)) * 1e9)
        key = work(polish, member(items, n), 0)
        told.append((now + round(triangular(u(key, 0, 0)) * 1e9), 0 if u(key, 1, 0) < 0.5 else 1))
    ended = [(tick, b) for tick, event, a, b, _ in log if event == Event.END and a == bench]
    assert [b for _, b in ended[:15]] == [b for _, b in told]
    assert [tick for tick, _ in ended[:15]] == pytest.approx([tick for tick, _ in told], abs=2)


def triangular(p: float) -> float:
    """Inverse of the distribution function of triangular(10, 20, 30)."""
    return 10 + math.sqrt(200 * p) if p < 0.5 else 30 - math.sqrt(200 * (1 - p))


KINDS = """
title: from the page
kinds: {small: {attributes: {size: "uniform(1, 2)"}}, large: {attributes: {size: "uniform(3, 5)"}}}
stocks: {raw: {}, sawn: {}, done: {sink: yes}}
sources: {logs: {to: raw, every: 7 min, kind: "discrete(small: 30 %, large: 70 %)"}}
activities:
  saw: {takes: {raw: 1}, gives: {sawn: 1}, time: item.size * 1 min, sets: {size: "uniform(0, 1)"}, people: 0}
  plane: {takes: {sawn: 1}, gives: {done: 1}, time: item.size * 1 min, people: 0}
terms: {shift: 3 h}
"""


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_kinds_and_attributes_worked_out_from_the_page() -> None:
    """Kinds, attributes at the arrival, and what a work sets (rule 7)."""
    log = simulate(compiled(KINDS).program, seed=SEED, world=WORLD, replication=REPLICATION).log
    kinds, sizes, saw = (
        stream(member(name(text), 0)) for text in ("attribute:kind", "attribute:size", "saw")
    )
    items = member(name("items:logs"), 0)
    told = []
    for n in range(20):
        lineage = member(items, n)
        share = u(work(sizes, lineage, 0), 0, 0)
        size = 1 + share if u(work(kinds, lineage, 0), 0, 0) < 0.3 else 3 + 2 * share
        after = u(work(sizes, work(saw, lineage, 0), 0), 0, 0)
        told.append(round(((n + 1) * 7 + size + after) * 60e9))
    ended = [tick for tick, event, a, _, _ in log if event == Event.END and a == 1]
    assert ended[:20] == pytest.approx(told, abs=2)


LOTS = """
title: from the page
activities: {a: {time: 1 min}, b: {time: 1 min}, c: {time: 1 min}}
crews: {all: {man: {count: 2, does: [a, b, c], choice: weighted, weights: {a: 3, b: 2}}}}
terms: {shift: 1 h}
"""


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
def test_lots_worked_out_from_the_page() -> None:
    """The lots that two workers draw, each turn anew (rules 4 and 7)."""
    log = simulate(compiled(LOTS).program, seed=SEED, world=WORLD, replication=REPLICATION).log
    streams, weights = [stream(member(name(one), 0)) for one in "abc"], (3, 2, 1)
    told = []
    for turn in range(30):
        for man in range(2):
            person = member(name("role:man"), man)
            lots = [
                -math.log(u(work(s, person, turn), 4, 0)) / w for s, w in zip(streams, weights, strict=True)
            ]
            told.append(lots.index(min(lots)))
    assert [a for _, event, a, _, _ in log if event == Event.START][:60] == told
