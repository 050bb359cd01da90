"""Measure one engine on one model in a process of its own, and print what was found as JSON.

Run as ``python -m benchmarks.measure MODULE CUSTOMERS REPLICATIONS SEED [THREADS]``. A module has ``NAME``,
``RULE`` (how it chooses among the ready, a key of ``known.TANDEM``, or "") and ``run(customers, replications,
seed)``, which returns the mean time in system of each replication. Threads are for hewer only.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from importlib import metadata
from pathlib import Path

FIRST = 1000  # customers of the first, small run


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


def measure(
    module_name: str, customers: int, replications: int, seed: int, *threads: int
) -> dict[str, object]:
    """Import, run once small, run in full: seconds of the clock, CPU seconds, MiB."""
    begin = time.perf_counter()
    module = importlib.import_module(f"benchmarks.{module_name}")
    imported = time.perf_counter()
    module.run(FIRST, 1, seed)
    ready = time.perf_counter()
    clock, cpu = time.perf_counter(), time.process_time()
    means = module.run(customers, replications, seed, *threads)
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
    print(json.dumps(measure(name, *(int(number) for number in numbers))))
