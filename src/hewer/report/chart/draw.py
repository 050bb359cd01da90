"""One door to the charts, whatever is to be shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hewer.experiment.attribute import Attribution
from hewer.experiment.compare import Comparison
from hewer.experiment.explain import Explanation
from hewer.experiment.select import Selected
from hewer.experiment.sensitivity import Sensitivity
from hewer.experiment.steady import Steady
from hewer.report.chart.attribution import attribution_chart
from hewer.report.chart.comparison import comparison_chart
from hewer.report.chart.explanation import explanation_chart
from hewer.report.chart.replay import replay_chart
from hewer.report.chart.selection import selection_chart
from hewer.report.chart.sensitivity import sensitivity_chart
from hewer.report.chart.steady import steady_chart
from hewer.study.replay import Replay

Shown = Replay | Comparison | Steady | Attribution | Sensitivity | Selected | Explanation

_TITLED: tuple[tuple[type, Callable[..., None]], ...] = (
    (Replay, replay_chart),
    (Comparison, comparison_chart),
    (Steady, steady_chart),
)
_UNTITLED: tuple[tuple[type, Callable[..., None]], ...] = (
    (Attribution, attribution_chart),
    (Sensitivity, sensitivity_chart),
    (Selected, selection_chart),
    (Explanation, explanation_chart),
)


def chart(shown: Shown, path: str | Path, *, model: str = "") -> None:
    """Draw what was found to a file, ``.svg`` or ``.png`` by its name.

    Parameters
    ----------
    shown : Replay, Comparison, Steady, Attribution, Sensitivity, Selected or Explanation
    path : str or Path
        Written whole or not at all.
    model : str, optional
        What to call the model below the chart, where `shown` has no title of its own.

    Raises
    ------
    OptionError
        Where the file has another suffix, or cannot be written; where there is no chart of `shown`.
    MissingExtraError
        Without matplotlib: install `hewer[charts]`.
    """
    for kind, draw in _TITLED:
        if isinstance(shown, kind):
            draw(shown, path)
            return
    for kind, draw in _UNTITLED:
        if isinstance(shown, kind):
            draw(shown, path, model)
            return
    raise _no_chart(shown)


def _no_chart(shown: Any) -> Exception:
    from hewer.errors import OptionError

    known = ", ".join(kind.__name__ for kind, _ in (*_TITLED, *_UNTITLED))
    return OptionError(f"there is no chart of a {type(shown).__name__}; there is of {known}")
