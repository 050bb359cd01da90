"""Whatever a user hands to a command: a message and exit code 2, no traceback, nothing written by halves."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import hewer.study.simulate as simulate_module
from hewer.cli.main import app
from tests.model.hostile import FILES, VALUES, written

CONTENTS = {name: content for name, (content, _) in FILES.items()} | {
    f"{field}: {value[:40]}": written(**{field: value}).encode() for field, value, _ in VALUES
}


def refused(*arguments: str) -> str:
    """What a command that fails says."""
    got = CliRunner().invoke(app, list(arguments))
    assert isinstance(got.exception, SystemExit), got.exception
    assert got.exit_code == 2
    assert "Traceback" not in got.output
    return got.output


@pytest.mark.parametrize("name", CONTENTS)
def test_no_run_takes_a_hostile_document(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(CONTENTS[name])
    before = sorted(tmp_path.iterdir())
    out = str(tmp_path / "out")
    said = refused("run", str(path), "--replications", "1", "--csv", out, "--log", f"{out}.log")
    assert str(path) in said
    assert len(said) < 100_000
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_model_is_neither_checked_nor_shown_nor_compared(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(CONTENTS[name])
    assert "error: " in refused("check", str(path))
    assert "error: " in refused("show", str(path), "--out", str(tmp_path / "out"))
    assert "error: " in refused("compare", str(path), "--crew", "all", "--csv", str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-n", "1000000000000"), "replications must be between 1 and 1,000,000,000"),
        (("-n", "nan"), "--replications"),
        (("--worlds", "-1"), "worlds must be between 1 and"),
        (("--threads", "1000000000000"), "threads must be between 1 and"),
        (("--seed", "99999999999999999999"), "seed must be between 0 and"),
        (("--set", "=3"), "NAME=VALUE"),
        (("--set", "pace="), "NAME=VALUE"),
        (("--set", "pace=[1"), "is not closed"),
        (("--set", "pace=.nan"), "must be a finite number"),
        (("--set", "pace=-1 min/t"), "must not be negative"),
        (("--set", "tools.pick.count=1e30"), "must be between"),
        (("--set", "tools.pik.count=1"), "Did you mean `pick`?"),
        (("--set", "crews.all.hewer.count=x"), "must be a whole number"),
        (("--set", "a.b.c.d.e.f=1"), "`a`"),
        (("--set", f"{'x' * 5000}=1"), "there is no param"),
        (("--scenario", "none"), "none"),
        (("--crew", ""), "there is no crew"),
        (("--scenario", ""), "there is no scenario"),
        (("--csv", "."), "it is a folder"),
        (("--csv", "nowhere/out.csv"), "there is no folder nowhere"),
        (("--csv", f"{'x' * 5000}.csv"), "cannot write"),
        (("--log", "/dev/null/x"), "cannot write"),
    ],
)
def test_no_option_takes_a_hostile_value(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulate_module, "replicate", lambda *args, **options: pytest.fail("it ran"))
    path = tmp_path / "x.yaml"
    path.write_text(written())
    assert message in refused("run", str(path), *arguments)
    assert list(tmp_path.iterdir()) == [path]


def test_too_little_memory_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*args: object, **options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(simulate_module, "replicate", exhaust)
    path = tmp_path / "x.yaml"
    path.write_text(written())
    assert "there is not enough memory" in refused("run", str(path), "--csv", str(tmp_path / "out.csv"))
    assert list(tmp_path.iterdir()) == [path]
