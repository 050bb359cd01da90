"""The charts of the documents are those that their commands draw."""

from __future__ import annotations

import importlib.util
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from hewer.cli.main import app

ROOT = Path(__file__).resolve().parents[2]


def commands() -> dict[str, str]:
    spec = importlib.util.spec_from_file_location(
        "refresh_documents", ROOT / "tools" / "refresh_documents.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: dict[str, str] = module.CHARTS
    return found


def words(path: Path) -> list[str]:
    return [text for one in ElementTree.parse(path).iter() if (text := (one.text or "").strip())]


@pytest.mark.parametrize("name", ["replay.svg", "steady.svg", "waterfall.svg"])
def test_a_chart_says_what_its_command_draws(name: str, tmp_path: Path) -> None:
    """Words only: outlines may differ between versions of matplotlib."""
    result = CliRunner().invoke(app, [*shlex.split(commands()[name]), "--chart", str(tmp_path / name)])
    assert result.exit_code == 0, result.output
    assert words(tmp_path / name) == words(ROOT / "docs" / "charts" / name)


def test_every_chart_is_drawn_and_shown() -> None:
    files = {path.name for path in (ROOT / "docs" / "charts").iterdir()}
    shown = (ROOT / "docs" / "experiments.md").read_text("utf-8")
    assert files == {*commands()}
    assert all(f"(charts/{name})" in shown for name in files)
