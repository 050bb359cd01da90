"""The figure that all charts share: its look, its source line, and how it becomes a file.

matplotlib's objects are used without pyplot and without a display. A chart of the same numbers is the same
bytes in every run of a version of matplotlib: no date, ids that are hashed with a fixed salt.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hewer.errors import MissingExtraError, OptionError
from hewer.report.form.output import check_writable, write_bytes
from hewer.report.form.palette import FAINT, GRID, INK

SUFFIXES = (".svg", ".png")
_DOTS = 160  # of a PNG, per inch
_LINE = 150  # letters of a source line
_STYLE = {
    "svg.hashsalt": "hewer",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "sans-serif"],
    "font.size": 9.0,
    "axes.titlesize": 9.0,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "hatch.linewidth": 0.5,
    "hatch.color": "#777777",
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


def check_chart(path: str | Path) -> None:
    """Raise now what writing a chart there would raise after a long run.

    Raises
    ------
    OptionError
        Where it has another suffix, or cannot be written.
    MissingExtraError
        Without matplotlib.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise OptionError(f"a chart is a file whose name ends in .svg or .png; got `{path}`")
    check_writable(path)
    try:
        import matplotlib  # noqa: F401 - whether it is there
    except ImportError as error:
        raise MissingExtraError("charts need matplotlib: install `hewer[charts]`") from error


@contextmanager
def figure(path: str | Path, size: tuple[float, float]) -> Iterator[Any]:
    """Open a figure of a size in inches; it becomes a file, whole or not at all, when the body has ended.

    Raises
    ------
    OptionError, MissingExtraError
    """
    check_chart(path)
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        drawn = Figure(figsize=size, layout="constrained")
        yield drawn
        content = _rendered(drawn, Path(path).suffix.lower())
    write_bytes(path, content)


def _rendered(drawn: Any, suffix: str) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    stream = io.BytesIO()
    if suffix == ".svg":
        FigureCanvasSVG(drawn)
        drawn.savefig(stream, format="svg", metadata={"Date": None, "Creator": "hewer"})
    else:
        FigureCanvasAgg(drawn)
        drawn.savefig(stream, format="png", dpi=_DOTS, metadata={"Software": None})
    return stream.getvalue()


def head(drawn: Any, title: str) -> None:
    """Write above a figure what it shows."""
    drawn.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")


def source(drawn: Any, parts: Iterable[str]) -> None:
    """Write below a figure where its numbers are from and what its intervals are, in lines of some length."""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines[-1] else part
        if len(longer) > _LINE and lines[-1]:
            lines.append(part)
        else:
            lines[-1] = longer
    drawn.supxlabel("\n".join(lines), x=0.01, ha="left", fontsize=7.5, color=FAINT)


def version_text() -> str:
    """Say which hewer draws, of what does not say itself which one made it."""
    import hewer

    return f"hewer {hewer.__version__}"


def shortened(names: Sequence[str], most: int = 28) -> list[str]:
    """Shorten names that would leave no room for the chart."""
    return [name if len(name) <= most else name[: most - 1] + "…" for name in names]
