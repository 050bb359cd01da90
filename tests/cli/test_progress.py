"""Progress is silent for two seconds and then goes to stderr."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from hewer.cli.progress import Reporter, reporting
from hewer.engine import kernels
from hewer.engine.compile.program import compile_model
from hewer.experiment.select import select
from hewer.model.reading.document import load
from hewer.model.settling.flow import expand


def test_what_is_quick_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with reporting(10) as progress:
        progress(5, 10)
    assert capsys.readouterr() == ("", "")


def test_what_lasts_writes_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    reporter = Reporter(10)
    now[0] = 1.0
    reporter(1, 10)
    now[0] = 3.0
    reporter(2, 10)
    reporter(3, 10)
    reporter.close()
    assert capsys.readouterr() == ("", "hewer: 2 of 10 replications\n")


def test_compilation_is_announced_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "is_cached", lambda features: False)
    monkeypatch.setattr(kernels, "build", lambda entry, features: SimpleNamespace(overloads=()))
    monkeypatch.setattr(kernels, "make_ready", lambda kernel, arguments: kernel)
    monkeypatch.setattr(kernels, "COMPILED", True)
    program = compile_model(expand(load("queue"))).program
    with reporting(10) as progress:
        progress(0, 10)
        kernels.ready(program)
        progress(5, 10)
    assert capsys.readouterr().err.count("compiling the engine") == 1


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    reporter = Reporter(10)
    reporter._open_bar()
    reporter(5, 10)
    reporter.close()
    assert capsys.readouterr().out == ""


def test_setting_designs_up_is_told_and_can_be_stopped(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    reporter = Reporter(1)
    seen = []

    class Impatient:
        def stage(self, what: str) -> None:
            seen.append(what)
            reporter.stage(what)

        def __call__(self, done: int, total: int) -> None:
            now[0] += 1.5
            reporter(done, total)
            if done == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        select(
            "queue",
            {"activities.serve.time": ["4 min", "5 min", "6 min"]},
            delta=0.1,
            smallest=True,
            progress=Impatient(),
        )
    reporter.close()
    assert seen == ["designs set up", "replications"]
    assert capsys.readouterr().err == "hewer: 2 of 3 designs set up\n"
