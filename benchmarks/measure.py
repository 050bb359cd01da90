"""Measure one engine on one model in a process of its own, and print what was found as JSON.

Run as ``python -m benchmarks.measure MODULE CUSTOMERS REPLICATIONS SEED``. A module has ``NAME``, ``RULE``
(how it chooses among the ready, a key of ``known.TANDEM``, or "") and ``run(customers, replications, seed)``,
which returns the mean time in system of each replication.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FIRST = 1000  # customers of the first, small run


def in_process(*arguments: str, tree: Path = ROOT, environment: Mapping[str, str] | None = None) -> Any:
    """Run Python in a process of its own, with the hewer of a tree, and read the JSON that it prints last."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={**sources(tree), **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"python {' '.join(arguments)} failed:\n{done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def sources(tree: Path = ROOT) -> dict[str, str]:
    """Return an environment in which `hewer` is that of a tree, whatever is installed."""
    return {**os.environ, "PYTHONPATH": str(tree / "src")}


def peak_memory() -> float:
    """Return the peak resident memory of this process in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


def version(package: str) -> str:
    """Return the installed version of a package, or "source"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "source"


def measure(module_name: str, customers: int, replications: int, seed: int) -> dict[str, object]:
    """Import, run once small, run in full: seconds of the clock, CPU seconds, MiB."""
    begin = time.perf_counter()
    module = importlib.import_module(f"benchmarks.{module_name}")
    imported = time.perf_counter()
    module.run(FIRST, 1, seed)
    ready = time.perf_counter()
    clock, cpu = time.perf_counter(), time.process_time()
    means = module.run(customers, replications, seed)
    cpu, clock = time.process_time() - cpu, time.perf_counter() - clock
    return {
        "name": module.NAME,
        "rule": module.RULE,
        "version": version(module_name.split("_")[1]),
        "import_seconds": imported - begin,
        "first_seconds": ready - imported,
        "cpu_seconds": cpu,
        "seconds": clock,
        "peak_mib": peak_memory(),
        "customers": customers,
        "replications": replications,
        "means": [float(mean) for mean in means],
    }


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    customers, replications, seed = (int(number) for number in numbers)
    print(json.dumps(measure(name, customers, replications, seed)))
