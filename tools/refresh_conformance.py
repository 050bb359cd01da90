"""Measure all that docs/conformance.md shows, and write its rows anew: some minutes.

.venv/bin/python tools/refresh_conformance.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "conformance.md"
BEGIN = "<!-- rows: "


def main() -> None:
    """Empty the page's tables and let the tests fill them."""
    before = PAGE.read_text(encoding="utf-8")
    head, _, rows = before.partition(BEGIN)
    PAGE.write_text(head + BEGIN + rows.partition("\n")[0] + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "tests/theory", "tests/peers", "--update"]
    if subprocess.run(command, check=False, cwd=ROOT).returncode != 0:
        PAGE.write_text(before, encoding="utf-8")
        sys.exit("a comparison failed: the page is as it was")


if __name__ == "__main__":
    main()
