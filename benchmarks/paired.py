"""Compare the speed of this tree with that of another commit, by turns, so that both meet the same machine.

    git worktree add ../before COMMIT
    python -m benchmarks.paired ../before [--rounds 8] [--models mm1,tandem] [--compile]

Prints, for each model, CPU time here against there: the median of the rounds' ratios and their range. With
``--compile`` also the CPU seconds of compiling the kernel anew in both.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.run import SIZES

HERE = Path(__file__).parents[1]
COMPILE = """
import json, time, hewer
model = hewer.load("benchmarks/mm1.yaml")
clock, cpu = time.perf_counter(), time.process_time()
hewer.simulate(model, replications=1, threads=1)
print(json.dumps({"seconds": time.perf_counter() - clock, "cpu_seconds": time.process_time() - cpu}))
"""


def run(tree: Path, *arguments: str, **environment: str) -> dict[str, float]:
    """Run Python in a tree, and read what it prints last."""
    full = {**os.environ, "PYTHONPATH": str(tree / "src"), **environment}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=tree, env=full, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def cost(tree: Path, model: str, seed: int) -> float:
    """CPU seconds of a benchmark of hewer in a tree."""
    customers, replications = SIZES[model][f"{model}_hewer"]
    numbers = map(str, (customers, replications, seed))
    return run(tree, "-m", "benchmarks.measure", f"{model}_hewer", *numbers)["cpu_seconds"]


def compare(model: str, other: Path, rounds: int) -> str:
    """Measure a model by turns; the order of the two changes from round to round."""
    ratios = []
    for number in range(rounds):
        trees = (HERE, other) if number % 2 else (other, HERE)
        spent = {tree: cost(tree, model, number + 1) for tree in trees}
        ratios.append(spent[HERE] / spent[other])
    return (
        f"{model}: {statistics.median(ratios):.3f} times the CPU time of the other tree "
        f"({min(ratios):.3f} to {max(ratios):.3f} in {rounds} rounds)"
    )


def compiled(tree: Path) -> dict[str, float]:
    """Compile the kernel of a tree anew."""
    with tempfile.TemporaryDirectory() as folder:
        return run(tree, "-c", COMPILE, HEWER_CACHE=folder)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", type=Path, help="root of the other tree")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--models", type=lambda text: text.split(","), default=["mm1", "tandem"])
    parser.add_argument("--compile", action="store_true", help="compile the kernel anew in both, too")
    options = parser.parse_args()
    other = options.other.resolve()
    for model in options.models:
        for tree in (HERE, other):
            cost(tree, model, 1)  # compiled or found compiled
        print(compare(model, other, options.rounds), flush=True)
    if options.compile:
        for name, tree in (("here", HERE), ("there", other)):
            spent = compiled(tree)
            clock = f"{spent['seconds']:.1f} s by the clock"
            print(f"kernel compiled {name}: {spent['cpu_seconds']:.1f} CPU s, {clock}")


if __name__ == "__main__":
    main()
