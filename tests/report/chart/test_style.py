"""Chart files: endings, whole or not at all, the same bytes each time, no trace in matplotlib's state."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread

import hewer
from hewer.errors import MissingExtraError, OptionError
from hewer.model.reading.document import loads
from hewer.report.chart.style import check_chart, figure
from hewer.study.replay import Replay, replay

WORKS = "\n".join(f"  work{k}: {{takes: {{parts: 1}}, gives: {{done: 1}}, time: 1 min}}" for k in range(9))
SHOP = f"""
title: A shop & a <line>
stocks: {{parts: {{start: 300, capacity: 400}}, done: {{}}, idle_stock: {{}}}}
activities:
{WORKS}
crews: {{all: {{man: {{count: 3, does: [{", ".join(f"work{k}" for k in range(9))}]}}}}}}
terms: {{horizon: 2 h, warm_up: 20 min, breaks: [{{at: 1 h, lasts: 5 min}}]}}
"""


@pytest.fixture(scope="module")
def shop() -> Replay:
    return replay(loads(SHOP))


def words(path: Path) -> list[str]:
    return [text for one in ElementTree.parse(path).iter() if (text := (one.text or "").strip())]


@pytest.mark.parametrize("ending", ["svg", "png", "SVG"])
def test_the_same_bytes_each_time(shop: Replay, tmp_path: Path, ending: str) -> None:
    for name in ("one", "other"):
        hewer.chart(shop, tmp_path / f"{name}.{ending}")
    one, other = (tmp_path / f"{name}.{ending}" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"one.{ending}", f"other.{ending}"]


def test_what_an_svg_says(shop: Replay, tmp_path: Path) -> None:
    hewer.chart(shop, tmp_path / "a.svg")
    said = words(tmp_path / "a.svg")
    assert "A shop & a <line>" in said
    assert {"work0", "on break", "man 1", "man 3", "time, min", "parts"} <= {*said}
    source = next(one for one in said if "seed 1" in one)
    assert f"hewer {hewer.__version__}" in source
    assert "without change: idle_stock" in source
    assert "dotted: end of the warm-up · dashed: capacity" in source


def test_a_png_is_a_picture(shop: Replay, tmp_path: Path) -> None:
    hewer.chart(shop, tmp_path / "a.png")
    picture = imread(tmp_path / "a.png")
    assert picture.shape[1] == 1600
    assert np.ptp(picture[..., :3]) > 0.5


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.svg.gz"])
def test_other_files_are_refused(shop: Replay, tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match=r"ends in \.svg or \.png; got"):
        hewer.chart(shop, tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_no_folder_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="there is no folder"):
        check_chart(tmp_path / "missing" / "a.svg")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"install `hewer\[charts\]`"):
        check_chart(tmp_path / "a.svg")


def break_off(path: Path) -> None:
    with figure(path, (2.0, 2.0)):
        raise KeyboardInterrupt


def test_what_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        break_off(path)
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.svg"]


def test_a_users_style_changes_nothing_and_stays(shop: Replay, tmp_path: Path) -> None:
    hewer.chart(shop, tmp_path / "one.svg")
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        hewer.chart(shop, tmp_path / "other.svg")
        assert matplotlib.rcParams["font.size"] == 30
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "other.svg").read_bytes()
    assert "matplotlib.pyplot" not in sys.modules
