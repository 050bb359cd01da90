"""The spread of a figure over rounds, and whether its median is as it is to be."""

from __future__ import annotations

from benchmarks.figure import Figure, Spread, number, spreads, table


def test_a_spread_is_minimum_median_and_maximum() -> None:
    rounds = [[Figure("a", value, "s", "at most 2"), Figure("b", 1.0, "ms")] for value in (3.0, 1.0, 2.5)]
    assert spreads(rounds) == [
        Spread("a", "s", "at most 2", 1.0, 2.5, 3.0, 3),
        Spread("b", "ms", "", 1.0, 1.0, 1.0, 3),
    ]


def test_the_median_is_what_must_reach() -> None:
    def reached(reach: str, median: float) -> str:
        return Spread("a", "s", reach, 0.0, median, 9.0, 3).reached

    assert reached("at most 2", 2.0) == "yes"
    assert reached("at most 2", 2.1) == "no"
    assert reached("at least 1.6", 1.6) == "yes"
    assert reached("at least 1.6", 1.5) == "no"
    assert reached("", 1.0) == ""


def test_a_table_says_what_was_to_be_reached() -> None:
    line = list(table([Spread("hewer against x", "times", "at least 1.6", 1.234, 1.5, 12345.6, 3)]))[1]
    assert line.split() == [
        "hewer",
        "against",
        "x",
        "1.23",
        "1.5",
        "12,346",
        "times",
        "at",
        "least",
        "1.6",
        "no",
    ]


def test_numbers_have_three_digits() -> None:
    assert [number(value) for value in (0.01234, 1.0, 99.96, 1234.5)] == ["0.0123", "1", "100", "1,234"]
