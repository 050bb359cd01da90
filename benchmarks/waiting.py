"""How long a user waits for hewer: the first answer, a check at a keystroke, whole commands.

The sections are as in :mod:`benchmarks.alone`; times are by the clock, commands in a process of their own.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from functools import partial
from typing import Any

import hewer
from benchmarks.alone import Measured, require, spent
from benchmarks.figure import Figure
from benchmarks.measure import ROOT, in_process, sources

PLAIN = "examples/mm1.yaml"
FIRST = """
import json, sys, time, zlib
clock, cpu = time.perf_counter(), time.process_time()
import hewer
stock = hewer.simulate(sys.argv[1], replications=1, threads=1).data.stock
seconds, cpu = time.perf_counter() - clock, time.process_time() - cpu
print(json.dumps({"seconds": seconds, "cpu": cpu, "digest": zlib.crc32(stock.tobytes())}))
"""


def first(model: str, **environment: str) -> dict[str, float]:
    """Import hewer and run a model once, in a process of its own."""
    found: dict[str, float] = in_process("-c", FIRST, model, environment=environment)
    return found


def command(*words: str) -> tuple[float, str]:
    """Run a command of hewer; return its seconds, and what it printed."""
    line = [sys.executable, "-m", "hewer", *words]
    run = partial(subprocess.run, line, cwd=ROOT, env=sources(), check=True, capture_output=True, text=True)
    seconds, done = spent(run, time.perf_counter)
    return seconds, done.stdout


def start(scale: float) -> Measured:
    """Time the first answer, with everything compiled before."""
    figures = []
    for model in (PLAIN, "irmino"):
        once, again = first(model), first(model)
        require(once["digest"] == again["digest"], f"{model}: another process, another result")
        figures.append(Figure(f"import and first run, {model}", again["seconds"], "s", "at most 0.8"))
    figures.append(Figure(f"hewer run {PLAIN}", command("run", PLAIN)[0], "s"))
    return "every process gives the same result", figures


def cold(scale: float) -> Measured:
    """Time the first answer with nothing compiled: a folder of its own for what is compiled."""
    figures = []
    for model in (PLAIN, "irmino"):
        warm = first(model)
        with tempfile.TemporaryDirectory() as folder:
            fresh = first(model, HEWER_CACHE=folder)
        require(warm["digest"] == fresh["digest"], f"{model}: what is compiled anew gives another result")
        figures += [
            Figure(f"first answer, nothing compiled, {model}", fresh["seconds"], "s", "at most 20"),
            Figure(f"compiling for {model}", fresh["cpu"] - warm["cpu"], "CPU s"),
        ]
    return "what is compiled anew gives the same result", figures


def check(scale: float) -> Measured:
    """Check `irmino`; check and show a model of 2,000 activities, of half as many and of twice as many."""
    text = (ROOT / "src" / "hewer" / "cases" / "irmino.yaml").read_text(encoding="utf-8")
    reading, model = spent(partial(hewer.loads, text), repeats=3)
    checking, found = spent(partial(hewer.check, model), repeats=3)
    require(not any(one.level == "error" for one in found), "irmino has errors")
    cost = {
        activities: checked_and_shown(activities)
        for activities in (round(2000 * scale), round(1000 * scale), round(4000 * scale))
    }
    middle, small, large = cost
    return "no errors in any; every activity is in the picture", [
        Figure("reading irmino", reading, "s"),
        Figure("checking irmino", checking, "s", "at most 0.05"),
        Figure(f"checking and showing {middle:,} activities", cost[middle], "s", "at most 1.5"),
        Figure(f"{large:,} activities against {small:,}", cost[large] / cost[small], "times", "at most 4.4"),
    ]


def checked_and_shown(activities: int) -> float:
    """Return the seconds in which a ring of activities is checked and drawn."""
    model = hewer.loads(json.dumps(ring(activities)))
    checking, found = spent(partial(hewer.check, model))
    require(not any(one.level == "error" for one in found), f"a model of {activities} activities has errors")
    showing, picture = spent(partial(hewer.mermaid, model))
    drawn = set(re.findall(r"\bwork_\d+\b", picture))
    require(len(drawn) == activities, f"{len(drawn)} of {activities} activities are in the picture")
    return checking + showing


def ring(activities: int) -> dict[str, Any]:
    """Describe a ring of activities, each with a stock, a machine and a time of its own; ten to a role."""
    numbers = range(activities)
    return {
        "title": f"A ring of {activities} activities",
        "params": {f"mean_{k}": 1 + k % 7 for k in numbers},
        "stocks": {f"stock_{k}": {"start": 1} for k in numbers},
        "tools": {f"machine_{k}": 1 for k in numbers},
        "activities": {
            f"work_{k}": {
                "takes": {f"stock_{k}": 1},
                "gives": {f"stock_{(k + 1) % activities}": 1},
                "uses": f"machine_{k}",
                "time": f"exponential(mean_{k})",
            }
            for k in numbers
        },
        "crews": {
            "all": {
                f"role_{k}": {"does": [f"work_{j}" for j in numbers[k : k + 10]]}
                for k in range(0, activities, 10)
            }
        },
        "terms": {"horizon": 100},
    }


def demo(scale: float) -> Measured:
    """Time the command of `make demo`."""
    options = re.search(r"^DEMO := (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert options is not None
    words = options[1].split()
    if scale < 1.0:
        words[words.index("--worlds") + 1] = str(max(2, round(200 * scale)))
    seconds, printed = command("compare", "irmino", *words)
    again = command("compare", "irmino", *words, "--threads", "1")[1]
    require(printed == again, "the command prints something else on one thread")
    return "the command prints the same on one thread", [Figure("make demo", seconds, "s", "at most 4")]


def sensitivity(scale: float) -> Measured:
    """Time `hewer sensitivity irmino`."""
    points = 256 if scale >= 1.0 else 16
    seconds, printed = command("sensitivity", "irmino", "--points", str(points), "--json")
    found = json.loads(printed)
    inputs = len(found["inputs"])
    wanted = points * (inputs + 2) * 2 + 2 * inputs * 10
    require(found["runs"] == wanted, f"{found['runs']} replications, not {wanted}")
    return f"{wanted:,} replications", [Figure("hewer sensitivity irmino", seconds, "s", "at most 25")]
