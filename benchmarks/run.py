"""Compare hewer with SimPy, Ciw, salabim and cimba: the same models, one after the other, in one go.

Run as ``python -m benchmarks.run [--scale 0.1] [--repeats 3] [--only hewer,cimba] [--json FILE]``. Prints the
known answer, whether each engine agrees with it (or with the rule that it follows), and then the speeds.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

from benchmarks import scale
from benchmarks.known import FALSE_ALARM, known

ROOT = Path(__file__).parents[1]
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

    @property
    def start_seconds(self) -> float:
        """Import and first run."""
        return self.import_seconds + self.first_seconds

    @property
    def mean(self) -> float:
        return sum(self.means) / len(self.means)


def measure(module: str, *numbers: int, environment: Mapping[str, str] | None = None) -> Found:
    """Run ``measure.py`` in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.measure", module, *map(str, numbers)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    if done.returncode != 0:
        raise SystemExit(f"{module} failed:\n{done.stderr.strip()}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Found(**{**found, "means": tuple(found["means"])})


def fastest(module: str, sizes: tuple[int, int], repeats: int) -> Found:
    """Measure several times, each with another seed for the draws; keep the fastest."""
    return max((measure(module, *sizes, seed + 1) for seed in range(repeats)), key=lambda found: found.speed)


def verdict(model: str, found: Found) -> str:
    """Say whether an engine agrees with the known answer under its rule."""
    truth = known(model, found.rule)
    expected, tolerance = (
        truth.expected(found.customers),
        truth.tolerance(found.customers, found.replications),
    )
    word = "agrees with" if abs(found.mean - expected) <= tolerance else "DIFFERS FROM"
    rule = f" ({found.rule})" if found.rule else ""
    return f"{found.mean:8.4f}  {word} {expected:.4f} +- {tolerance:.4f}{rule}"


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


def table(model: str, rows: list[Found]) -> Iterator[str]:
    """Lay out the speeds of one model."""
    hewer = next((row for row in rows if row.name == "hewer"), None)
    unit = UNITS.get(model, "jobs")
    yield (
        f"{'engine':26}{'version':>10}{unit + '/CPU s':>20}{'hewer is':>12}"
        f"{'import s':>10}{'first run s':>13}{'peak MiB':>10}"
    )
    for row in rows:
        ratio = f"{hewer.speed / row.speed:.2f} x" if hewer else "-"
        yield (
            f"{row.name:26}{row.version:>10}{row.speed:>20,.0f}{ratio:>12}"
            f"{row.import_seconds:>10.2f}{row.first_seconds:>13.2f}{row.peak_mib:>10.0f}"
        )


def compare(model: str, options: argparse.Namespace) -> list[Found]:
    """Measure and print all engines on one model."""
    print(f"\n{TITLES[model]}")
    for line in answers(model):
        print(line)
    print(f"each engine's mean; the tolerance is chance alone, false alarm {FALSE_ALARM:g} a row:")
    rows = []
    for module, (customers, replications) in SIZES[model].items():
        package = module.split("_")[1]
        if options.only and package not in options.only:
            continue
        if importlib.util.find_spec(package) is None:
            print(f"  {package:26}not installed: pip install -c constraints.txt '.[bench]'")
            continue
        sizes = (max(1000, round(customers * options.scale)), replications)
        row = fastest(module, sizes, options.repeats)
        rows.append(row)
        print(f"  {row.name:26}{verdict(model, row)}", flush=True)
    print()
    for line in table(model, rows):
        print(line)
    return rows


def memory(scale: float) -> Iterator[str]:
    """Peak memory of hewer for a run and one ten times as long."""
    size = round(200_000 * scale)
    for model in ("mm1", "tandem"):
        short, long = (measure(f"{model}_hewer", customers, 1, 1) for customers in (size, 10 * size))
        yield (
            f"peak memory, {model}: {short.peak_mib:.0f} MiB for {size:,} customers, "
            f"{long.peak_mib:.0f} MiB for {10 * size:,}"
        )


def threads(scale: float, repeats: int) -> Iterator[str]:
    """Speed of two threads against one, by the clock."""
    for model in ("mm1", "tandem"):
        sizes = (round((200_000 if model == "mm1" else 40_000) * scale), 32, 1)
        one, two = (
            min(
                (measure(f"{model}_hewer", *sizes, count) for _ in range(repeats)),
                key=lambda found: found.seconds,
            )
            for count in (1, 2)
        )
        same = "equal results" if one.means == two.means else "RESULTS DIFFER"
        yield f"two threads, {model}: {one.seconds / two.seconds:.2f} times one ({same})"


def start() -> Iterator[str]:
    """Time to import hewer and run a small model: kernel cached, and compiled for the first time."""
    cached = min(
        (measure("mm1_hewer", 1000, 1, 1) for _ in range(3)), key=lambda f: f.import_seconds + f.first_seconds
    )
    yield f"import and first run, kernel cached: {cached.import_seconds + cached.first_seconds:.2f} s"
    with tempfile.TemporaryDirectory() as folder:
        fresh = measure("mm1_hewer", 1000, 1, 1, environment={"HEWER_CACHE": folder})
    yield f"import and first run, kernel compiled (once for each version): {fresh.first_seconds:.1f} s"


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="length of the runs (default 1)")
    parser.add_argument("--repeats", type=int, default=3, help="runs; the fastest counts (default 3)")
    parser.add_argument("--only", type=lambda text: text.split(","), help="engines, with commas between")
    parser.add_argument("--model", choices=list(SIZES), help="one model only")
    parser.add_argument("--json", type=Path, help="also write the rows to a file")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Print the benchmark."""
    options = options_of(arguments)
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; one thread each"
    )
    models = [options.model] if options.model else list(SIZES)
    rows = {model: compare(model, options) for model in models}
    if not options.only or "hewer" in options.only:
        print("\nhewer alone")
        parts = (
            start(),
            memory(options.scale),
            threads(options.scale, options.repeats),
            scale.everything(options.scale),
        )
        for line in chain.from_iterable(parts):
            print(line, flush=True)
    if options.json:
        found = {model: [asdict(row) for row in found] for model, found in rows.items()}
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
