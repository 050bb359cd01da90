"""Run the benchmark: hewer and its peers on the same models by turns, then hewer by itself.

Run as ``python -m benchmarks.run [SECTION ...]``. Each section prints the known answer, whether it was found,
and then minimum, median and maximum over the rounds. A wrong answer ends it with an error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks import alone, peers, record, waiting
from benchmarks.figure import Figure, Spread, Wrong, spreads, table
from benchmarks.known import FALSE_ALARM
from benchmarks.measure import ROOT, in_process


class Section(NamedTuple):
    """Something that hewer is measured at by itself; a `long` one only where it is asked for."""

    title: str
    measure: Callable[[float], alone.Measured]
    rounds: int = 5
    long: bool = False


ALONE = {
    "irmino": Section("A shift of `irmino`, on one core", alone.irmino),
    "worlds": Section("A world of `irmino`, on one core", alone.worlds),
    "designs": Section("A design of the flow line, on one core", alone.designs),
    "threads": Section("Two threads", alone.threads),
    "shop": Section("An event of a shop of 200 activities", alone.shop),
    "queue": Section("A queue of ten million", alone.queue),
    "memory": Section("Memory", alone.memory),
    "start": Section("The first answer, compiled before", waiting.start),
    "check": Section("Checking a model", waiting.check),
    "demo": Section("`make demo`", waiting.demo),
    "cold": Section("The first answer, nothing compiled", waiting.cold, rounds=1),
    "sensitivity": Section("`hewer sensitivity irmino`", waiting.sensitivity, rounds=1, long=True),
    "select_small": Section("The best of 21,660 designs", alone.select_small, rounds=1, long=True),
    "select": Section("The best of 57,624 designs", alone.select, rounds=1, long=True),
}
TITLES = {**peers.TITLES, **{name: section.title for name, section in ALONE.items()}}


def compare(model: str, options: argparse.Namespace) -> list[Spread]:
    """Measure all engines on one model, print what they answer and how fast they are."""
    against = options.against.resolve() if options.against else None
    modules = peers.engines(model, options.only, against)
    print("\n".join(peers.answers(model)), flush=True)
    found = peers.by_turns(model, modules, options.rounds or 5, options.scale, against or ROOT)
    print(f"each engine's mean; the tolerance is chance alone, false alarm {FALSE_ALARM:g} a row:")
    wrong = []
    for runs in found.values():
        agrees, word = peers.verdict(model, runs)
        print(f"  {runs[0].name:26}{word}")
        wrong += [] if agrees else [runs[0].name]
    missing = sorted(
        {peers.package(module) for module in peers.SIZES[model]} - {*map(peers.package, modules)}
    )
    if missing and not options.only:
        print(f"not installed: {', '.join(missing)} (pip install -c constraints.txt '.[bench]')")
    if wrong:
        raise Wrong(f"{model}: the answer of {', '.join(wrong)} is not the known one")
    print()
    print("\n".join(peers.details(model, found)))
    return spreads(peers.figures(model, found))


def by_itself(name: str, options: argparse.Namespace) -> list[Spread]:
    """Measure hewer alone, each round in a process of its own."""
    rounds, code = [], f"from benchmarks.run import one_round; one_round({name!r}, {options.scale})"
    for turn in range(options.rounds or ALONE[name].rounds):
        answer, figures = in_process("-c", code)
        if figures is None:
            raise Wrong(answer)
        if turn == 0:
            print(f"known, and found: {answer}", flush=True)
        rounds.append([Figure(*figure) for figure in figures])
    return spreads(rounds)


def one_round(name: str, scale: float) -> None:
    """Measure a section once, and print it as JSON: in a process of its own."""
    try:
        print(json.dumps(ALONE[name].measure(scale)))
    except Wrong as error:
        print(json.dumps([f"{name}: {error}", None]))


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(TITLES))
    parser.add_argument("--rounds", type=int, help="how often (default 5; `cold` and the long ones once)")
    parser.add_argument("--long", action="store_true", help="the long ones too, where no section is named")
    parser.add_argument("--keep", action="store_true", help="append to runs.csv, and write the page anew")
    parser.add_argument("--page", action="store_true", help="only write the page anew from runs.csv")
    parser.add_argument("--only", type=lambda text: text.split(","), help="peers, with commas between")
    parser.add_argument("--against", type=Path, help="another tree of hewer as a further peer")
    parser.add_argument("--scale", type=float, default=1.0, help="length of the runs (default 1)")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.sections if name not in TITLES]
    if unknown:
        parser.error(f"no section `{unknown[0]}`; the sections are {', '.join(TITLES)}")
    if options.keep and (options.scale != 1.0 or options.against):
        parser.error("only full runs of this tree are kept: leave --scale and --against out")
    return options


def write_page() -> None:
    """Write the tables of the page from the runs that were kept."""
    text = record.written(record.PAGE.read_text(encoding="utf-8"), record.read(), TITLES)
    record.PAGE.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and keep where that is asked for."""
    options = options_of(arguments)
    run = record.this_run()
    if options.page:
        write_page()
        return
    print(f"{run.processor}\n{run.versions}", flush=True)
    chosen = options.sections or [
        name for name in TITLES if options.long or name not in ALONE or not ALONE[name].long
    ]
    for name in chosen:
        print(f"\n{TITLES[name]}", flush=True)
        measured = partial(compare if name in peers.TITLES else by_itself, name, options)
        try:
            found = measured()
        except Wrong as error:
            sys.exit(f"WRONG: {error}")
        print()
        print("\n".join(table(found)), flush=True)
        if options.keep:
            record.keep(record.rows(run, name, found))
            write_page()


if __name__ == "__main__":
    main()
