"""Files are written whole or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from hewer.errors import OptionError
from hewer.report.form.output import check_writable, writing


def test_writes(tmp_path: Path) -> None:
    with writing(tmp_path / "a.csv") as stream:
        stream.write("é\n")
    assert (tmp_path / "a.csv").read_text("utf-8") == "é\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def break_off(path: Path) -> None:
    with writing(path) as stream:
        stream.write("new")
        raise KeyboardInterrupt


def test_what_breaks_off_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        break_off(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with writing(tmp_path / "link") as stream:
        stream.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_text()))
    reader.start()
    with writing(tmp_path / "pipe") as stream:
        stream.write("new")
    reader.join()
    assert got == ["new"]


@pytest.mark.parametrize("name", ["missing/a.csv", "."])
def test_what_cannot_be_written_is_an_option_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(OptionError, match="cannot write"), writing(tmp_path / name):
        pass
    with pytest.raises(OptionError, match="cannot write"):
        check_writable(tmp_path / name)


def test_a_file_in_a_folder_is_writable(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.csv")
