"""Put the output of the commands that documents show into them: README's demo, the console blocks of a page.

    .venv/bin/python tools/refresh_documents.py [PAGE ...]
    .venv/bin/python tools/refresh_documents.py charts

In a console block the lines shown are replaced by those that begin alike, in the order of the output; between
README's demo markers stand the tables of the Makefile's DEMO, but for the paired differences. `charts` draws
those of the documents anew; they are the same bytes each time.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
WIDTH = "110"
DEMO = re.compile(r"(<!-- demo -->\n).*?(<!-- /demo -->)", re.DOTALL)
LEFT_OUT = "Against "
CHARTS = {
    "replay.svg": 'replay kitchen --from "1 h" --to "2 h"',
    "steady.svg": 'steady queue "level(serve_queue)" done_flow_time -n 40 --set "terms.horizon=80 h"',
    "waterfall.svg": "attribute irmino --factor divided --factor prepared --factor more_hands --factor picked"
    " --measure per_credited --identity heads_per_credited --worlds 40 -n 5",
}
"""What draws each file of docs/charts."""


def output(arguments: list[str], width: str) -> str:
    """Return what a command of hewer prints."""
    environment = {**os.environ, "COLUMNS": width}
    command = [sys.executable, "-m", "hewer", *arguments]
    return subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True).stdout


def demo(text: str) -> str:
    """Return README with the demo as it is now."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    options = re.search(r"^DEMO := (.*)$", makefile, re.MULTILINE)
    assert options is not None
    command = f"hewer compare irmino {options[1]}"
    tables = output(shlex.split(command)[1:], WIDTH).rstrip("\n").split("\n\n")
    shown = "\n\n".join("..." if table.startswith(LEFT_OUT) else table for table in tables)
    return DEMO.sub(lambda found: f"{found[1]}```text\n$ {command}\n{shown}\n```\n{found[2]}", text)


def console(text: str) -> str:
    """Return a page with the lines of its console blocks as they are now."""
    lines = text.split("\n")
    printed: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith("$ hewer ") and _shows(lines, number):
            printed = output(shlex.split(line)[2:], "120").split("\n")
        elif line.startswith("```"):
            printed = []
        elif printed and line not in ("...", ""):
            word = line.split()[0]
            at = next((n for n, one in enumerate(printed) if one.split()[:1] == [word]), None)
            if at is None:
                sys.exit(f"nothing printed begins like: {line}")
            lines[number] = printed[at]
            printed = printed[at + 1 :]
    return "\n".join(lines)


def _shows(lines: list[str], number: int) -> bool:
    following = lines[number + 1]
    return not following.startswith(("$ ", "```"))


def main() -> None:
    """Refresh README, or the pages named, or the charts."""
    if sys.argv[1:] == ["charts"]:
        for name, command in CHARTS.items():
            output([*shlex.split(command), "--chart", str(ROOT / "docs" / "charts" / name)], WIDTH)
        return
    for name in sys.argv[1:] or ["README.md"]:
        page = ROOT / name
        text = page.read_text(encoding="utf-8")
        page.write_text(demo(text) if name == "README.md" else console(text), encoding="utf-8")


if __name__ == "__main__":
    main()
