"""Charts of experiments: what is drawn is what was found, in place and length."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import hewer
from hewer.errors import OptionError
from hewer.experiment.attribute import Attribution, attribute
from hewer.experiment.compare import Comparison, compare
from hewer.experiment.explain import Explanation, explain
from hewer.experiment.select import Selected, select
from hewer.experiment.sensitivity import Sensitivity, sensitivity
from hewer.model.reading.document import loads
from hewer.report.chart import attribution, comparison, explanation, selection, style
from hewer.report.chart import sensitivity as sensitivities
from hewer.report.form.palette import COLOURS

SHOP = """
title: A shop
params:
  pace: {value: 4 min, range: [3 min, 5 min]}
  idle: {value: 1, range: [0, 2]}
flow: [jobs, cut, load]
sources: {jobs: {every: 1 min}}
activities: {cut: {time: exponential(pace)}, load: {time: exponential(2 min)}}
crews:
  alone: {hewer: {count: 2, does: [load, cut], tags: credited}}
  pair: {cutter: {does: cut, tags: credited}, loader: {does: load}}
terms: {shift: 4 h}
measures:
  output: arrivals(done)
  per_credited: arrivals(done) / heads(credited)
  heads_each: heads() / heads(credited)
scenarios:
  pick: {set: {pace: 2 min}}
  slower: {set: {pace: 6 min}}
  divided: {crew: pair}
  hands: {requires: divided, set: {crews.pair.cutter.count: 2}}
  nothing: {set: {limits.starts_per_instant: 9999}}
"""


@pytest.fixture(scope="module")
def shared() -> Attribution:
    factors = ["pick", "divided", "hands"]
    return attribute(loads(SHOP), factors, measure="per_credited", identity=["heads_each"], replications=10)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare(loads(SHOP), scenarios=["pick", "slower", "nothing"], worlds=4, replications=5)


@pytest.fixture(scope="module")
def analysed() -> Sensitivity:
    return sensitivity(loads(SHOP), points=16)


@pytest.fixture(scope="module")
def selected() -> Selected:
    return select(loads(SHOP), {"crew": ["alone", "pair"], "crews.pair.cutter.count": [1, 2]}, delta=5)


@pytest.fixture(scope="module")
def explained() -> Explanation:
    return explain(loads(SHOP), replications=5)


def drawing(monkeypatch: pytest.MonkeyPatch, module: Any, tmp_path: Path, shown: Any) -> Any:
    """Draw, and return the figure."""
    seen: list[Any] = []

    @contextmanager
    def watched(*arguments: Any) -> Iterator[Any]:
        with style.figure(*arguments) as drawn:
            yield drawn
            seen.append(drawn)

    monkeypatch.setattr(module, "figure", watched)
    hewer.chart(shown, tmp_path / "a.svg", model="the shop")
    return seen[0]


def said(path: Path) -> str:
    return " ".join(text for one in ElementTree.parse(path).iter() if (text := (one.text or "").strip()))


def points(axis: Any) -> dict[str, float]:
    """Label and value of each row with a dot, the first at the top."""
    labels = [label.get_text() for label in axis.get_yticklabels()]
    dots = [line for line in axis.lines if line.get_marker() == "o"]
    return {labels[int(dot.get_ydata()[0])]: float(dot.get_xdata()[0]) for dot in dots}


def test_a_waterfall_goes_from_bar_to_bar(shared, monkeypatch, tmp_path) -> None:
    axis = drawing(monkeypatch, attribution, tmp_path, shared).axes[0]
    bars = [one for one in axis.patches if one.get_height() > 0.3]
    begins = [one.get_x() for one in bars]
    ends = [one.get_x() + one.get_width() for one in bars]
    assert len(bars) == len(shared.parts) + 1
    assert begins[0] == begins[-1] == 0.0
    assert begins[1:-1] == pytest.approx(ends[:-2])
    assert ends[-2] == pytest.approx(ends[-1]) == pytest.approx(shared.total.value)
    lost = [part.contribution.value < 0.0 for part in shared.parts]
    assert any(lost)
    assert not all(lost)
    drawn = [np.allclose(bar.get_facecolor()[:3], rgb(COLOURS[5])) for bar in bars[:-1]]
    assert drawn == lost
    text = said(tmp_path / "a.svg")
    assert "heads_each (exact)" in text
    assert "the shop · seed 1 · 6 sets of factors, 10 replications each" in text
    assert "natural logarithm of the ratio" in text


def rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))


def test_a_difference_that_is_not_told_apart_has_no_shares(tmp_path) -> None:
    found = attribute(loads(SHOP), ["nothing"], replications=4, scale="difference")
    hewer.chart(found, tmp_path / "a.svg")
    assert "so there are no shares" in said(tmp_path / "a.svg")
    assert "%" not in said(tmp_path / "a.svg").replace("95 %", "")


def test_a_comparison_has_means_and_differences(compared, monkeypatch, tmp_path) -> None:
    axes = drawing(monkeypatch, comparison, tmp_path, compared).axes
    assert len(axes) == 6
    means = points(axes[0])
    assert means == pytest.approx({one: s.measures[0].estimate.mean for one, s in zip(
        compared.labels, compared.summaries, strict=True)})  # fmt: skip
    differences = points(axes[1])
    of = [one for one in compared.contrasts if one.measure == "output"]
    assert differences == pytest.approx({one.other: one.difference.mean for one in of})
    bands = [summary.measures[0].band for summary in compared.summaries]
    wide = [(band.low, band.high) for band in bands if band is not None and band.low < band.high]
    assert wide
    drawn = [(one.get_x(), one.get_x() + one.get_width()) for one in axes[0].patches]
    assert np.array(drawn) == pytest.approx(np.array(wide))
    text = said(tmp_path / "a.svg")
    assert "4 worlds of 5 replications" in text
    assert "of differences 95 % for the 2 of a measure together" in text
    assert "5–95 % band over worlds" in text


def test_many_measures_are_cut(compared, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(comparison, "_MOST", 1)
    hewer.chart(compared, tmp_path / "a.svg")
    assert "2 more measures are not shown" in said(tmp_path / "a.svg")


def test_indices_and_the_bar_of_chance(analysed, monkeypatch, tmp_path) -> None:
    left, right = drawing(monkeypatch, sensitivities, tmp_path, analysed).axes
    widths = [one.get_width() for one in left.patches]
    wanted = [100.0 * each.value for one in analysed.inputs for each in (one.first, one.total)]
    assert widths == pytest.approx([*wanted, 100.0 * analysed.chance.value])
    assert [label.get_text() for label in left.get_yticklabels()][-1] == "chance"
    ends = sorted(float(line.get_xdata()[0]) for line in right.lines if line.get_marker() == "o")
    assert ends == pytest.approx(sorted(e.mean for one in analysed.inputs for e in (one.at_low, one.at_high)))
    assert "pace: 3 .. 5 min" in said(tmp_path / "a.svg")


def test_a_selection_has_its_zone(selected, monkeypatch, tmp_path) -> None:
    (axis,) = drawing(monkeypatch, selection, tmp_path, selected).axes
    found = points(axis)
    best = selected.candidates[selected.selection.best].label
    assert next(iter(found)) == best
    zone = axis.patches[0]
    assert zone.get_x() + zone.get_width() == pytest.approx(found[best])
    assert zone.get_width() == pytest.approx(5.0)
    assert f"promise: {selected.promise}" in said(tmp_path / "a.svg")


def test_many_alternatives_are_cut(selected, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(selection, "_MOST", 2)
    hewer.chart(selected, tmp_path / "a.svg")
    assert f"{len(selected.candidates) - 2} more are not shown" in said(tmp_path / "a.svg")


def test_an_explanation_has_its_trials(explained, monkeypatch, tmp_path) -> None:
    (axis,) = drawing(monkeypatch, explanation, tmp_path, explained).axes
    assert points(axis) == pytest.approx({one.what: one.effect.mean for one in explained.trials})
    monkeypatch.setattr(explanation, "_MOST", 1)
    hewer.chart(explained, tmp_path / "b.svg")
    assert "smaller ones are not shown" in said(tmp_path / "b.svg")


def test_what_has_no_chart_is_told(tmp_path) -> None:
    with pytest.raises(OptionError, match="there is no chart of a str; there is of Replay, Comparison"):
        hewer.chart("a", tmp_path / "a.svg")  # type: ignore[arg-type]
