"""One door to the charts, whatever is to be shown."""

from __future__ import annotations

from pathlib import Path

from hewer.report.chart.replay import replay_chart
from hewer.study.replay import Replay


def chart(shown: Replay, path: str | Path) -> None:
    """Draw a replay to a file, ``.svg`` or ``.png`` by its name.

    Parameters
    ----------
    shown : Replay
    path : str or Path
        Written whole or not at all.

    Raises
    ------
    OptionError
        Where the file has another suffix, or cannot be written.
    MissingExtraError
        Without matplotlib: install `hewer[charts]`.
    """
    replay_chart(shown, path)
