"""The page of proof is as the program would write it, and its numbers are found again.

A row is found again where the same share could have given both counts: Fisher's exact test at 1e-6 a row,
with another seed and a twentieth of the trials.
"""

from __future__ import annotations

import pytest
from scipy.stats import fisher_exact

from benchmarks.proof import decisions
from benchmarks.proof.__main__ import main
from benchmarks.proof.claim import FEWEST, SEED, Claim, Outcome, Promise, Row, Section, measure
from benchmarks.proof.every import every_section
from benchmarks.proof.page import PAGE, line, read, written

TEXT = PAGE.read_text(encoding="utf-8")
SECTIONS = every_section()
TITLES = [section.title for section in SECTIONS]
ROWS = {(row.section, row.case, row.by): row for row in read(TEXT)}
TRIALS = 100


def test_the_page_is_as_it_would_be_written() -> None:
    """Every claim has its row and every row its claim; verdicts follow from the counts."""
    wanted = [(section.title, claim.case, claim.by) for section in SECTIONS for claim in section.claims]
    assert list(ROWS) == wanted
    assert len({*wanted}) == len(wanted)
    assert written(SECTIONS, list(ROWS.values()), decisions.kept(TEXT)) == TEXT


def test_the_page_says_what_is_promised() -> None:
    for section in SECTIONS:
        for claim in section.claims:
            assert ROWS[section.title, claim.case, claim.by].promise == str(claim.promise)


def test_what_hewer_promises_it_keeps() -> None:
    """Of what is promised for the case, whatever the number of replications, nothing is short."""
    own = [row for row in ROWS.values() if row.by.startswith("hewer")]
    always = [row for row in own if row.level is not None and "," not in row.promise]
    assert len(always) > 20
    assert [line(row) for row in always if row.verdict != "met"] == []


def test_decisions_are_those_of_the_program() -> None:
    table = decisions.kept(TEXT)
    assert [name for name, _ in decisions.DECISIONS if f"| `{name}` |" not in table] == []


def found_again(section: Section, claim: Claim, trials: int = TRIALS) -> bool:
    page = ROWS[section.title, claim.case, claim.by]
    row = measure(section, claim, trials, SEED + 1)
    return alike(page, row)


def alike(one: Row, other: Row) -> bool:
    table = [[row.kept, row.trials - row.kept] for row in (one, other)]
    return bool(fisher_exact(table).pvalue >= 1e-6)


@pytest.mark.parametrize("title", TITLES)
def test_rows_of_hewer_are_found_again(title: str) -> None:
    section = SECTIONS[TITLES.index(title)]
    own = [claim for claim in section.claims if claim.package == "hewer"]
    assert own
    assert [claim.case for claim in own if not found_again(section, claim)] == []


@pytest.mark.slow
@pytest.mark.parametrize("title", TITLES[:-1])
def test_rows_of_others_are_found_again(title: str) -> None:
    section = SECTIONS[TITLES.index(title)]
    others = [claim for claim in section.claims if claim.package != "hewer" and claim.available]
    wrong = [(claim.case, claim.by) for claim in others if not found_again(section, claim, TRIALS // 2)]
    assert wrong == []


def test_a_row_that_is_wrong_would_be_noticed() -> None:
    """What keeps 95 % and what keeps 65 % are told apart with the trials of a short run."""
    right = Row("s", "c", "hewer", "95 %", 950, 1000, 1.0, 1.0)
    assert alike(right, Row("s", "c", "hewer", "95 %", 47, 50, 1.0, 1.0))
    assert not alike(right, Row("s", "c", "hewer", "95 %", 32, 50, 1.0, 1.0))


def test_the_program_names_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--only", "no such title"])
    assert "no section is called like `no such title`" in capsys.readouterr().err
    monkeypatch.setattr(Claim, "available", property(lambda claim: claim.package != "sim_tools"))
    with pytest.raises(SystemExit):
        main(["--only", "best of ten"])
    assert "sim_tools not installed: pip install -c constraints.txt '.[proof]'" in capsys.readouterr().err


def test_verdicts() -> None:
    def row(promise: str, kept: int, trials: int = 1000) -> Row:
        return Row("s", "c", "hewer", promise, kept, trials, 1.0, 1.0)

    assert row("95 %", 950).verdict == "met"
    assert row("95 %", 930).verdict == "met"  # 3 standard errors are 0.0207
    assert row("95 %", 929).verdict == "not met"
    assert row("95 %, not for this case", 900).verdict == "not met"
    assert row("nothing", 100).verdict == "promises nothing"
    assert row("100 %", 999).verdict == "not met"
    assert row("95 %", 0, 0).verdict == "always warned"


def test_claims_of_one_case_meet_the_same_data() -> None:
    seen: dict[str, list[float]] = {"hewer a": [], "hewer b": []}

    def claim(by: str) -> Claim:
        def decide(data: float) -> Outcome:
            seen[by].append(data)
            return Outcome(True, data)

        return Claim("case", by, Promise(0.95), lambda rng: rng.random(), decide)

    section = Section("title", "", "cost", (claim("hewer a"), claim("hewer b")))
    for one in section.claims:
        measure(section, one, 1)
    assert seen["hewer a"] == seen["hewer b"]
    assert len({*seen["hewer a"]}) == FEWEST
