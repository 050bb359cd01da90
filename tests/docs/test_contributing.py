"""What CONTRIBUTING points at is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
HEWER = ROOT / "src" / "hewer"
ROOMS = (ROOT, HEWER, HEWER / "engine", HEWER / "model", ROOT / "tests" / "oracle")
GIVEN = {"make", "git", "status", "m", "int64", "py_func"}


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`([\w./*]+(?:\.py|\.md|\.txt|/))`", TEXT)) | set(
        re.findall(r"`((?:tests|docs|tools)/[\w/.]+)`", TEXT)
    )
    assert len(named) > 40
    assert [name for name in sorted(named) if not any(any(room.glob(name)) for room in ROOMS)] == []


def test_every_function_of_the_kernel_that_is_named_is_there() -> None:
    section = TEXT.partition("## Reading the kernel")[2].partition("\n## ")[0]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (HEWER / "engine").rglob("*.py"))
    named = set(re.findall(r"`(_?[a-z][a-z_]+)(?:\(m[^`]*\))?`", section)) - GIVEN
    assert len(named) > 20
    assert [
        name for name in sorted(named) if not re.search(rf"^(?:def )?{name}\b", sources, re.MULTILINE)
    ] == []


def test_every_room_has_its_line() -> None:
    table = TEXT.partition("## What is where")[2].partition("\n## ")[0]
    rooms = {path.name for path in HEWER.iterdir() if (path / "__init__.py").exists()}
    assert rooms <= set(re.findall(r"`(\w+)`", table))
