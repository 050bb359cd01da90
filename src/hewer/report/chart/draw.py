"""One door to the charts, whatever is to be shown."""

from __future__ import annotations

from pathlib import Path

from hewer.experiment.steady import Steady
from hewer.report.chart.replay import replay_chart
from hewer.report.chart.steady import steady_chart
from hewer.study.replay import Replay

Shown = Replay | Steady


def chart(shown: Shown, path: str | Path) -> None:
    """Draw what was found to a file, ``.svg`` or ``.png`` by its name.

    Parameters
    ----------
    shown : Replay or Steady
    path : str or Path
        Written whole or not at all.

    Raises
    ------
    OptionError
        Where the file has another suffix, or cannot be written.
    MissingExtraError
        Without matplotlib: install `hewer[charts]`.
    """
    if isinstance(shown, Steady):
        steady_chart(shown, path)
    else:
        replay_chart(shown, path)
