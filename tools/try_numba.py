"""Try the engine with the oldest and the newest Numba that pyproject.toml allows, or with those named.

Run as ``python tools/try_numba.py [VERSION ...]`` (also: ``make numba``). Each is installed from PyPI, with
the NumPy and llvmlite that fit it, into a virtual environment that is thrown away; there the kernel is
compiled, the short cut of :mod:`hewer.engine.jit` is looked at, and the golden traces are compared. Without a
network it says so and does nothing. Raise the upper bound in pyproject.toml when the next version passes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
FITTED = ("numba", "llvmlite", "numpy")  # not as constraints.txt has them
OTHERS = ("pytest", "hypothesis", "scipy")
TESTS = ("tests/engine/test_jit.py", "tests/golden")


def bounds() -> list[str]:
    """Return what pip is asked for: the oldest Numba allowed, and the newest."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stated = next(line for line in project["dependencies"] if line.startswith("numba"))
    found = re.fullmatch(r"numba>=([\d.]+),<([\d.]+)", stated)
    if found is None:
        raise SystemExit(f"pyproject.toml must bound Numba from both sides; got `{stated}`")
    return [f"=={found[1]}.*", f">={found[1]},<{found[2]}"]


def tried(asked: str) -> bool:
    """Install and test one version; whether all went well."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        venv.create(home / "venv", with_pip=True)
        python = home / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.partition("==")[0].strip().lower() not in FITTED + OTHERS]
        (home / "constraints.txt").write_text("\n".join(kept), encoding="utf-8")
        quiet = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-c",
            home / "constraints.txt",
        ]
        if (
            subprocess.run([python, *quiet, f"numba{asked}", *OTHERS, "-e", ROOT], check=False).returncode
            != 0
        ):
            print(f"numba{asked}: not tried, for it could not be installed (is there a network?)")
            return True
        version = subprocess.run(
            [python, "-c", "import numba, numpy; print(numba.__version__, 'with NumPy', numpy.__version__)"],
            check=True, capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        environment = {**os.environ, "HEWER_CACHE": str(home / "cache"), "PYTHONPATH": str(ROOT / "src")}
        tests = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
        passed = subprocess.run(tests, cwd=ROOT, env=environment, check=False).returncode == 0
        print(f"Numba {version}: {'passed' if passed else 'FAILED'}", flush=True)
        return passed


if __name__ == "__main__":
    wanted = [f"=={version}" for version in sys.argv[1:]] or bounds()
    results = [tried(asked) for asked in wanted]
    sys.exit(0 if all(results) else 1)
