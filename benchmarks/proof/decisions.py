"""What decisions cost: commands on the cases that come with hewer, each once."""

from __future__ import annotations

import time
from collections.abc import Callable
from textwrap import fill
from typing import Any, NamedTuple

import hewer

BEGIN = "## What decisions cost\n"
ABOUT = (
    "Commands on the cases that come with hewer, each once, with the kernel compiled. The replications are"
    " the same everywhere; the seconds are of the machine that made this page, which other work shared. What"
    " selecting among 21,660 designs costs: `benchmarks/README.md`."
)


class Cost(NamedTuple):
    """A decision, and what it took."""

    decided: str
    replications: int


def precision() -> Cost:
    found = hewer.simulate_until("kitchen", precision="2%")
    (target,) = found.targets
    one = target.estimate
    return Cost(f"{target.measure} {one.mean:.1f} ± {one.half_width:.1f}", target.observations)


def compare() -> Cost:
    found = hewer.compare("irmino", scenarios=["crew", "solo"], replications=50)
    (one,) = (contrast for contrast in found.contrasts if contrast.measure == "output")
    return Cost(
        f"{one.other} yields {one.difference.low:.0f} to {one.difference.high:.0f} {one.unit} more", 100
    )


def select() -> Cost:
    found = hewer.select("irmino", over={"crew": ["solo", "crew", "record"]}, delta="2 t")
    return Cost(f"{found.best.label}, within {found.delta:g} {found.unit}", int(found.selection.counts.sum()))


def select_many() -> Cost:
    found = hewer.select(
        "irmino",
        over={
            "crew": ["crew", "record"],
            "tools.pony.count": [*range(1, 11)],
            "tub_count": [*range(10, 70, 10)],
        },
        delta="2 t",
    )
    return Cost(f"{found.best.label} of {len(found.candidates)}", int(found.selection.counts.sum()))


def attribute() -> Cost:
    found = hewer.attribute(
        "irmino", ["divided", "prepared", "more_hands", "picked"], measure="per_credited",
        identity=["heads_per_credited"], worlds=40, replications=5,
    )  # fmt: skip
    simulated = [part for part in found.parts if not part.exact]
    shown = max(simulated, key=lambda part: part.contribution.value)
    assert shown.share is not None
    low, high = 100.0 * shown.share.low, 100.0 * shown.share.high
    said = f"most by {shown.name}: {low:.0f} to {high:.0f} % of the logarithm"
    return Cost(said, found.cells * found.worlds * found.replications)


def sensitivity() -> Cost:
    names = ["cut_time", "prop_time", "picked_man"]
    found = hewer.sensitivity("irmino", params=names, points=64)
    return Cost(f"most: {found.inputs[0].name}", found.runs)


DECISIONS: tuple[tuple[str, Callable[[], Cost]], ...] = (
    ("run kitchen --precision 2%", precision),
    ("compare irmino --scenario crew --scenario solo -n 50", compare),
    ("select irmino --over crew=solo,crew,record --delta '2 t'", select),
    ("select irmino, 120 alternatives: crews, ponies, tubs", select_many),
    ("attribute irmino, four factors, 40 worlds of 5", attribute),
    ("sensitivity irmino, three params, 64 points", sensitivity),
)


def measured() -> str:
    """Run all and return their table."""
    hewer.simulate("queue", replications=1)  # compiles the kernel, where that is to be done
    lines = ["| command | decided | replications | seconds |", "|---|---|---|---|"]
    for command, decide in DECISIONS:
        began = time.monotonic()
        found: Any = decide()
        spent = time.monotonic() - began
        lines.append(f"| `{command}` | {found.decided} | {found.replications:,} | {spent:.2g} |")
    return f"{BEGIN}\n{fill(ABOUT, 110)}\n\n" + "\n".join(lines) + "\n"


def kept(text: str) -> str:
    """Return the section as a page has it."""
    return BEGIN + text.partition(BEGIN)[2]
