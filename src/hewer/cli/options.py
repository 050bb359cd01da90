"""The options that commands share, as types of their parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from hewer.cli import completion
from hewer.errors import OptionError

ModelName = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="Path of a model, or the name of a built-in case.",
        autocompletion=completion.models,
    ),
]
Crew = Annotated[
    str | None,
    typer.Option(
        help="The crew at work.",
        autocompletion=completion.crews,
    ),
]
Crews = Annotated[
    list[str] | None,
    typer.Option("--crew", help="A crew to compare; repeat it.", autocompletion=completion.crews),
]
Scenario = Annotated[
    str | None,
    typer.Option(
        help="The scenario to run.",
        autocompletion=completion.scenarios,
    ),
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option("--scenario", help="A scenario to compare; repeat it.", autocompletion=completion.scenarios),
]
Changes = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A new value of a param, or of anything by its path (tools.pony.count=3); repeat it.",
        autocompletion=completion.changes,
    ),
]
Replications = Annotated[
    int | None,
    typer.Option(
        "--replications", "-n", help="Replications of each world (20). With --precision: the most (10,000)."
    ),
]
Worlds = Annotated[
    int, typer.Option(help="Above 1: draw the params that have a range, once per world; show the band.")
]
InEachWorld = Annotated[
    int | None, typer.Option("--replications", "-n", help="With --worlds: replications of each world (10).")
]
AtEachPoint = Annotated[int, typer.Option("--replications", "-n", help="At each point; 2 at least.")]
OneReplication = Annotated[
    int, typer.Option("--replication", "-r", help="Number of the replication, from 0.")
]
Precision = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[MEASURE=]WIDTH",
        help="Run until the 95 % interval reaches no further than this to either side: `1%` of the mean, or "
        "`0.5 t`; without a name, of the first measure. Repeat it for more.",
    ),
]
Budget = Annotated[
    str | None, typer.Option(metavar="TIME", help="With --precision: begin no further step after this time.")
]
Quantiles = Annotated[
    str | None,
    typer.Option(metavar="P,P", help="Show these quantiles of each measure over replications: `10%,90%`."),
]
Seed = Annotated[int, typer.Option(help="Seed of all draws.")]
Threads = Annotated[int | None, typer.Option(help="Threads; the result does not depend on it.")]
MostStates = Annotated[
    int, typer.Option(metavar="N", help="Give up where the chain has more states than this.")
]
MeasureName = Annotated[
    str | None,
    typer.Option(
        "--measure", help="The measure in question; by default the first.", autocompletion=completion.measures
    ),
]
MeasuresOrTexts = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[MEASURE]...",
        help="Measures of the model, or what one could say: `level(queue)`; by default all that settle.",
    ),
]
Of = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="A stock (what arrives there) or a measure; by default the first that counts."
    ),
]
LongRun = Annotated[
    bool | None,
    typer.Option(
        "--long-run/--to-the-end",
        help="The long run, or what is expected by the end of the shift (the default where there is one).",
        show_default=False,
    ),
]
AllPairs = Annotated[
    bool, typer.Option("--all-pairs", help="Contrast each with each, not only with the first.")
]
Apart = Annotated[
    bool, typer.Option("--apart", help="Streams of its own for each: where common random numbers hurt.")
]
Over = Annotated[
    list[str],
    typer.Option(
        metavar="NAME=VALUES",
        help="A decision and its values: `crew=solo,crew`, `scenario=a,b`, `ponies=1..4`,"
        " `tools.pony.count=1..4`. Repeat it: every combination is an alternative.",
        autocompletion=completion.decisions,
    ),
]
Delta = Annotated[
    str | None,
    typer.Option(
        metavar="WIDTH",
        help="Indifference zone, the smallest difference that matters: `0.5 t`. Only with --worlds it may be"
        " left out.",
    ),
]
Where = Annotated[
    str | None, typer.Option(metavar="CONDITION", help="Leave out points of the grid: `r1 + r2 <= 20`.")
]
SubjectTo = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CONSTRAINT",
        help="What an alternative must keep: `wait <= 5 min within 10 s`, the tolerance last; without one"
        " it is judged by the means as they are seen. Repeat it.",
    ),
]
Smallest = Annotated[bool, typer.Option("--smallest", help="Less is better.")]
Confidence = Annotated[float, typer.Option(help="Probability that the promise holds.")]
Procedure = Annotated[
    str | None,
    typer.Option(help="kn (common random numbers, tens) or screen (thousands); by default by their number."),
]
FirstStage = Annotated[int, typer.Option(help="Replications of each before the first look.")]
Factors = Annotated[
    list[str],
    typer.Option(
        "--factor",
        help="A scenario that is a factor of the difference; repeat it.",
        autocompletion=completion.scenarios,
    ),
]
Identity = Annotated[
    list[str] | None,
    typer.Option(help="A measure that multiplies into it exactly, such as heads; repeat it."),
]
Scale = Annotated[str, typer.Option(help="log (shares of the ratio) or difference.")]
Inputs = Annotated[
    list[str] | None,
    typer.Option(
        "--param", help="A param with a range to look at; by default all.", autocompletion=completion.ranged
    ),
]
Points = Annotated[int, typer.Option(help="Base points, a power of 2.")]
Windows = Annotated[
    int, typer.Option(help="Parts of equal length that each replication is looked at in; 100 at least.")
]
Begin = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help="Where the part to show begins: `1 h`.")
]
End = Annotated[str | None, typer.Option("--to", metavar="TIME", help="Where it ends.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout instead of tables.")]
OutFile = Annotated[Path | None, typer.Option(metavar="OUT", help="Write it to a file.")]
CsvFile = Annotated[
    Path | None,
    typer.Option("--csv", metavar="OUT", help="Write every replication's measures to a CSV file."),
]
LogFile = Annotated[
    Path | None, typer.Option("--log", metavar="OUT", help="Write the event log to a CSV file.")
]
ChartFile = Annotated[
    Path | None,
    typer.Option(
        "--chart", metavar="OUT", help="Draw it to a file, .svg or .png. Needs matplotlib: `hewer[charts]`."
    ),
]
Verify = Annotated[
    bool, typer.Option("--verify", help="Hold the run against the exact answer, where the model has one.")
]
EachWorker = Annotated[bool, typer.Option("--workers", help="A row for each worker, not for each role.")]
EachState = Annotated[
    bool, typer.Option("--states", help="Show the time in every state, one table for each alternative.")
]


def read_seconds(text: str | None, option: str) -> float | None:
    """Read a time such as ``30 s`` or ``5 min``.

    Raises
    ------
    OptionError
    """
    from hewer.errors import HewerError
    from hewer.model.settling.resolve import quantity

    if text is None:
        return None
    try:
        return quantity(text, {}).to("s")
    except HewerError as error:
        raise OptionError(f"{option} must be a time such as `30 s`; got `{text}`") from error


def read_probabilities(text: str | None) -> tuple[float, ...]:
    """Read probabilities such as ``10%,0.9``.

    Raises
    ------
    OptionError
    """
    from hewer.errors import HewerError
    from hewer.model.settling.resolve import quantity

    found = []
    for part in (text or "").split(",") if text is not None else ():
        try:
            value = quantity(part.strip(), {}).to("")
        except HewerError as error:
            raise OptionError(f"--quantiles needs probabilities such as `10%,0.9`; got `{part}`") from error
        if not 0.0 < value < 1.0:
            raise OptionError(f"--quantiles needs probabilities between 0 and 1; got `{part.strip()}`")
        found.append(value)
    return tuple(found)


def span_of(long_run: bool | None) -> Literal["long_run", "to_the_end"] | None:
    """Return the span that ``--long-run`` or ``--to-the-end`` asks for."""
    if long_run is None:
        return None
    return "long_run" if long_run else "to_the_end"


def read_changes(entries: list[str] | None) -> dict[str, Any]:
    """Read the entries ``name=value`` of ``--set``.

    Raises
    ------
    OptionError
        Where an entry has no ``=``, or names what another entry has set.
    """
    from hewer.model.reading.document import read_value

    changes: dict[str, Any] = {}
    for entry in entries or ():
        name, equals, value = entry.partition("=")
        name = name.strip()
        if not equals or not name or not value.strip():
            raise OptionError(f"--set must be NAME=VALUE, such as `cut_time=3 min/t`; got `{entry}`")
        if name in changes:
            raise OptionError(f"--set names `{name}` twice")
        changes[name] = read_value(value)
    return changes
