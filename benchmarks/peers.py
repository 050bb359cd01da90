"""The same models in hewer and its peers: answers held against what is known, and ratios of speeds.

In every round each engine runs once, in a process of its own, one after the other: what slows the machine for
a while slows all of them. A ratio is of two runs of one round.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.known import known
from benchmarks.measure import ROOT, in_process

TITLES = {
    "mm1": "M/M/1: arrivals at rate 0.9, service at rate 1; mean time in system",
    "tandem": "Shared-labour tandem: rate 0.34, five machines in series, two workers; mean time in system",
    "jobshop": "Job shop: 200 activities, 60 workers in 20 centres, ten routes; mean time in system",
    "machines": "Machine shop with preemption: ten machines, a fitter with other jobs; how much they run",
}
UNITS = {"mm1": "customers", "machines": "repairs"}  # else jobs
# module: customers in a replication, replications; sized for a few seconds each
SIZES = {
    "mm1": {
        "mm1_hewer": (200_000, 25),
        "mm1_cimba": (200_000, 25),
        "mm1_simpy": (200_000, 2),
        "mm1_salabim": (200_000, 2),
        "mm1_ciw": (50_000, 2),
    },
    "tandem": {
        "tandem_hewer": (200_000, 5),
        "tandem_cimba": (200_000, 5),
        "tandem_cimba_dispatch": (200_000, 5),
        "tandem_simpy": (50_000, 2),
        "tandem_salabim": (20_000, 2),
        "tandem_ciw": (20_000, 2),
    },
    "jobshop": {
        "jobshop_hewer": (50_000, 10),
        "jobshop_cimba": (50_000, 10),
        "jobshop_simpy": (20_000, 2),
        "jobshop_salabim": (20_000, 2),
        "jobshop_ciw": (5_000, 2),
    },
    "machines": {
        "machines_hewer": (200_000, 25),
        "machines_simpy": (50_000, 2),
        "machines_salabim": (50_000, 2),
    },
}
REACH = {
    "mm1_cimba": "at least 1.6",
    "tandem_cimba": "at least 3",
    "tandem_cimba_dispatch": "at least 1.5",
    "jobshop_cimba": "at least 2",
    "machines_simpy": "at least 15",
}


@dataclass(frozen=True)
class Found:
    """What one process measured; ``measure.py`` says how."""

    name: str
    rule: str
    version: str
    import_seconds: float
    first_seconds: float
    cpu_seconds: float
    seconds: float
    peak_mib: float
    customers: int
    replications: int
    means: tuple[float, ...]

    @property
    def speed(self) -> float:
        """Customers in a CPU second."""
        return self.customers * self.replications / self.cpu_seconds


Rounds = Mapping[str, Sequence[Found]]
"""By module, what was found in each round. A module of hewer's that ends in `!` is of another tree."""


def package(module: str) -> str:
    """Return the package that a module measures."""
    return module.split("_")[1].rstrip("!")


def engines(model: str, only: Sequence[str] | None = None, against: Path | None = None) -> list[str]:
    """Return the modules of a model, hewer's first; those of packages that are installed."""
    found = [
        module
        for module in SIZES[model]
        if package(module) == "hewer" or not only or package(module) in only
        if importlib.util.find_spec(package(module)) is not None
    ]
    return [*found, f"{model}_hewer!"] if against else found


def measure(module: str, sizes: tuple[int, int], seed: int, tree: Path = ROOT) -> Found:
    """Run ``measure.py`` in a process of its own."""
    numbers = (str(number) for number in (*sizes, seed))
    found = in_process("-m", "benchmarks.measure", module.rstrip("!"), *numbers, tree=tree)
    if tree != ROOT:
        found["name"] = "hewer there"
    return Found(**{**found, "means": tuple(found["means"])})


def by_turns(
    model: str, modules: Sequence[str], rounds: int, scale: float = 1.0, against: Path = ROOT
) -> Rounds:
    """Run every engine once in each round; another round has another seed."""
    found: dict[str, list[Found]] = {module: [] for module in modules}
    for seed in range(1, rounds + 1):
        for module in modules:
            customers, replications = SIZES[model][module.rstrip("!")]
            sizes = (max(1000, round(customers * scale)), replications)
            tree = against if module.endswith("!") else ROOT
            found[module].append(measure(module, sizes, seed, tree))
    return found


def answers(model: str) -> Iterator[str]:
    """Say what is known of a model."""
    if model != "tandem":
        truth = known(model, "")
        yield f"known answer: {truth.answer:.4f}, exactly ({truth.source})"
        return
    yield "known answers, by what becomes of two stations that become ready at one instant:"
    for rule in ("upstream", "downstream", "least recent", "retaken"):
        truth = known(model, rule)
        yield f"  {rule:13} {truth.answer:.3f} +- {truth.half_width:.3f} ({truth.source})"


def verdict(model: str, runs: Sequence[Found]) -> tuple[bool, str]:
    """Tell whether an engine's mean over all rounds is the known one under its rule, and say it."""
    first, means = runs[0], [mean for run in runs for mean in run.means]
    truth, mean = known(model, first.rule), sum(means) / len(means)
    expected = truth.expected(first.customers)
    tolerance = truth.tolerance(first.customers, len(means))
    agrees = abs(mean - expected) <= tolerance
    word = "agrees with" if agrees else "DIFFERS FROM"
    rule = f" ({first.rule})" if first.rule else ""
    return agrees, f"{mean:8.4f}  {word} {expected:.4f} +- {tolerance:.4f}{rule}"


def figures(model: str, found: Rounds) -> list[list[Figure]]:
    """Return for each round hewer's speed, and its ratio to each peer's in that round."""
    hewer, *peers = found
    unit = UNITS.get(model, "jobs")
    return [
        [
            Figure(f"hewer, million {unit} a CPU second", own.speed / 1e6, "M/s"),
            *(
                Figure(
                    f"hewer against {found[peer][turn].name}",
                    own.speed / found[peer][turn].speed,
                    "times",
                    REACH.get(peer, ""),
                )
                for peer in peers
            ),
        ]
        for turn, own in enumerate(found[hewer])
    ]


def details(model: str, found: Rounds) -> Iterator[str]:
    """Lay out what is not compared: each engine at its fastest."""
    unit = UNITS.get(model, "jobs")
    yield f"{'at its fastest':26}{unit + '/CPU s':>20}{'import s':>10}{'first run s':>13}{'peak MiB':>10}"
    for runs in found.values():
        row = max(runs, key=lambda run: run.speed)
        yield (
            f"{row.name:26}{row.speed:>20,.0f}"
            f"{row.import_seconds:>10.2f}{row.first_seconds:>13.2f}{row.peak_mib:>10.0f}"
        )
