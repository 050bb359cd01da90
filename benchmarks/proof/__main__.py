"""Measure what the procedures keep of their promises, and write ``docs/proof.md``.

Run as ``python -m benchmarks.proof [--trials 2000] [--seed 1] [--only TITLE]``; needs the extra `proof`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks.proof import decisions
from benchmarks.proof.claim import SEED, Row, Section, measure
from benchmarks.proof.every import every_section
from benchmarks.proof.page import PAGE, line, read, written


def main(arguments: list[str] | None = None) -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof", description=__doc__)
    parser.add_argument("--trials", type=int, default=2000, help="trials of a row; slow ones take fewer")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--only", help="the sections whose title contains this; the others stay as they are")
    options = parser.parse_args(arguments)
    sections = every_section()
    chosen = [one for one in sections if not options.only or options.only.lower() in one.title.lower()]
    costs = not options.only or options.only.lower() in decisions.BEGIN.lower()
    if not chosen and not costs:
        parser.error(f"no section is called like `{options.only}`")
    missing = {claim.package for section in chosen for claim in section.claims if not claim.available}
    if missing:
        parser.error(f"{', '.join(sorted(missing))} not installed: pip install -c constraints.txt '.[proof]'")
    for section in chosen:
        _put(sections, _measured(section, options))
    if costs:
        _put(sections, [], decisions.measured())


def _put(sections: Sequence[Section], rows: Sequence[Row], decided: str | None = None) -> None:
    """Put rows into the page, section by section, so that what is stopped keeps what was measured."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    found = {(row.section, row.case, row.by): row for row in (*read(before), *rows)}
    wanted = [(section.title, claim.case, claim.by) for section in sections for claim in section.claims]
    kept = [found[key] for key in wanted if key in found]
    text = written(sections, kept, decided or decisions.kept(before))
    PAGE.write_text(text, encoding="utf-8")


def _measured(section: Section, options: argparse.Namespace) -> list[Row]:
    print(f"\n{section.title} ({section.cost})", flush=True)
    found = []
    for claim in section.claims:
        found.append(measure(section, claim, options.trials, options.seed))
        print(line(found[-1]), flush=True)
    return found


if __name__ == "__main__":
    main()
