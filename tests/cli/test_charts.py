"""The option `--chart` of the commands that draw."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hewer.cli.main import app

COMMANDS = (
    "compare kitchen",
    "attribute irmino --factor divided",
    "sensitivity irmino --points 65536",
    "select kitchen --over crew=everyone_cooks,stations --delta 1",
    "explain kitchen",
    "replay kitchen",
    "steady queue",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_drawn_is_told_before_the_run(command: str, tmp_path: Path) -> None:
    options = [] if command.startswith(("replay", "select", "sensitivity")) else ["-n", "1000000"]
    arguments = [*shlex.split(command), *options, "--chart", str(tmp_path / "a.jpg")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "a chart is a file whose name ends in .svg or .png" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["compare kitchen -n 3", "explain kitchen -n 2", COMMANDS[3]])
def test_it_is_drawn(command: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*shlex.split(command), "--chart", str(tmp_path / "a.svg")])
    assert result.exit_code == 0, result.output
    assert result.stdout
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<?xml")
