"""Draws (rule 7): uniform, independent of each other, and each family distributed as it says.

Seeds and keys are fixed. ``FALSE_ALARM`` is the probability that one comparison fails with perfect numbers;
there are about four hundred, so that all of them together err with probability 4e-3.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from hewer.engine import draws
from hewer.engine.draws import (
    DURATION,
    GIVEN,
    OUTCOME,
    TAKEN,
    child_lineage,
    member_key,
    member_of,
    mix,
    name_key,
    replication_key,
    sample,
    standard_normal,
    stream_key,
    uniform,
    work_key,
)
from hewer.engine.jit import jit
from tests.oracle.models import compiled

FALSE_ALARM = 1e-5
N = 1 << 17

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]


@jit
def fill_uniform(keys: Any, blocks: Any, numbers: Any, out: Any) -> None:
    for n in range(len(out)):
        out[n] = uniform(keys[n], blocks[n], numbers[n])


@jit
def fill_sample(distribution: Any, index: Any, table: Any, keys: Any, out: Any) -> None:
    for n in range(len(out)):
        out[n] = sample(distribution, index, table, keys[n], 0)


@jit
def fill_keys(stream: Any, first: Any, kind: Any, out: Any) -> None:
    """Keys as the kernel makes them for a run of works, items, visits, replications, members or children."""
    for n in range(len(out)):
        if kind == 0:
            out[n] = work_key(stream, 0, first + n)
        elif kind == 1:
            out[n] = work_key(stream, member_of(np.uint64(12345), first + n), 0)
        elif kind == 2:
            out[n] = work_key(stream, np.uint64(12345), first + n)
        elif kind == 3:
            out[n] = work_key(stream_key(stream, first + n), 0, 0)
        elif kind == 4:
            out[n] = work_key(stream_key(member_of(stream, first + n), np.uint64(99)), 0, 0)
        else:
            out[n] = work_key(stream, child_lineage(np.uint64(12345), first + n), 0)


@jit
def fill_children(parents: Any, stream: Any, out: Any) -> None:
    for n in range(len(out)):
        out[n] = work_key(stream, child_lineage(parents[n], 0), 0)


KINDS = ("works", "items", "visits", "replications", "members", "children")
STREAM = np.uint64(name_key("serve"))


def keys(kind: str, stream: Any = STREAM, first: int = 0, count: int = N) -> Keys:
    out = np.empty(count, dtype=np.uint64)
    fill_keys(np.uint64(stream), first, KINDS.index(kind), out)
    return out


def uniforms(of: Keys, block: Any = DURATION, number: Any = 0) -> Floats:
    out = np.empty(len(of))
    blocks, numbers = np.broadcast_to(np.int64(block), len(of)), np.broadcast_to(np.int64(number), len(of))
    fill_uniform(of, np.ascontiguousarray(blocks), np.ascontiguousarray(numbers), out)
    return out


def counting() -> tuple[Keys, NDArray[np.int64]]:
    return np.full(N, work_key(STREAM, 0, 7), dtype=np.uint64), np.arange(N)


def sequence(name: str) -> Floats:
    """Consecutive numbers of the ways in which numbers follow each other."""
    if name in KINDS:
        return uniforms(keys(name))
    one, counted = counting()
    if name == "numbers":
        return uniforms(one, DURATION, counted)
    if name == "blocks":
        return uniforms(one, counted, 0)
    if name == "seeds":
        made = [replication_key(seed, 0, 0) for seed in range(N // 4)]
    elif name == "worlds":
        made = [replication_key(1, world, 0) for world in range(N // 4)]
    else:
        made = [replication_key(1, 0, replication) for replication in range(N // 4)]
    return uniforms(np.array([stream_key(STREAM, np.uint64(key)) for key in made], dtype=np.uint64))


SEQUENCES = (*KINDS, "numbers", "blocks", "seeds", "worlds", "keyed replications")


def is_even(counts: NDArray[Any]) -> bool:
    """Whether cells of equal probability are filled evenly: not too unevenly, and not too well either."""
    low, high = stats.chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], counts.size - 1)
    expected = counts.sum() / counts.size
    return bool(low <= ((counts - expected) ** 2 / expected).sum() <= high)


def joint(one: Floats, other: Floats, cells: int) -> NDArray[Any]:
    return np.histogram2d(one, other, bins=cells, range=[[0, 1], [0, 1]])[0]


def is_independent(one: Floats, other: Floats) -> bool:
    """Chi-square on 32 x 32 cells, and the correlation."""
    correlation = float(np.corrcoef(one, other)[0, 1])
    bound = float(stats.norm.ppf(1 - FALSE_ALARM / 2)) / len(one) ** 0.5
    return is_even(joint(one, other, 32)) and abs(correlation) <= bound


@pytest.mark.parametrize("name", SEQUENCES)
def test_numbers_are_uniform(name):
    numbers = sequence(name)
    assert numbers.min() > 0.0
    assert numbers.max() < 1.0
    assert is_even(np.histogram(numbers, bins=256, range=(0, 1))[0])
    assert stats.kstest(numbers, "uniform").pvalue > FALSE_ALARM
    low_bits = (numbers * 2.0**52).astype(np.int64) & 0xFF
    assert is_even(np.bincount(low_bits, minlength=256))


@pytest.mark.parametrize("name", SEQUENCES)
def test_neighbours_are_independent(name):
    """Pairs and triples that do not overlap, and serial correlation up to lag 16."""
    numbers = sequence(name)
    assert is_even(joint(numbers[::2], numbers[1::2], 32))
    triples = numbers[: len(numbers) // 3 * 3].reshape(-1, 3)
    assert is_even(np.histogramdd(triples, bins=8, range=[(0, 1)] * 3)[0])
    centred = numbers - 0.5
    bound = float(stats.norm.ppf(1 - FALSE_ALARM / 32)) / (12 * len(numbers) ** 0.5)
    for lag in range(1, 17):
        assert abs(float((centred[:-lag] * centred[lag:]).mean())) <= bound, lag


def unmixed(bits: int) -> int:
    """The number that ``mix`` turns to `bits`: it maps 64 bits one to one."""
    mask = 2**64 - 1
    for shift, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9), (30, 1)):
        found = bits
        for _ in range(64 // shift + 1):
            found = bits ^ (found >> shift)
        bits = found * pow(factor, -1, 2**64) & mask
    return bits


def test_the_extreme_numbers_stay_inside():
    """The keys whose bits are all 0 and all 1 give numbers strictly between 0 and 1, and finite normals."""
    for bits, expected in ((0, 2.0**-53), (2**64 - 1, 1 - 2.0**-53)):
        key = np.uint64(unmixed(bits))
        assert int(mix(key)) == bits
        number = float(uniform(key, 0, 0))
        assert number == expected
        assert np.isfinite(standard_normal(number))
        assert 0.0 < number < 1.0


@pytest.mark.parametrize(
    ("one", "other"), list(combinations([DURATION, OUTCOME, GIVEN, TAKEN], 2)), ids=lambda b: f"block{b}"
)
@pytest.mark.parametrize("kind", ["works", "items"])
def test_blocks_of_a_work_are_independent(kind, one, other):
    of = keys(kind)
    assert is_independent(uniforms(of, one), uniforms(of, other))


def test_numbers_of_a_block_are_independent():
    of = keys("items")
    for i, j in combinations(range(4), 2):
        assert is_independent(uniforms(of, DURATION, i), uniforms(of, DURATION, j)), (i, j)


@pytest.mark.parametrize("kind", KINDS)
def test_streams_are_independent(kind):
    """Two activities that do the same things: names that differ, and members of one set."""
    ways = {
        "another name": name_key("serves"),
        "next member": member_key(int(STREAM), 1),
        "one bit": int(STREAM) ^ 1,
    }
    for way, other in ways.items():
        assert is_independent(uniforms(keys(kind)), uniforms(keys(kind, other))), way


@pytest.mark.parametrize("kind", ["works", "items", "visits", "children"])
def test_replications_seeds_and_worlds_are_independent(kind):
    def under(seed: int, world: int, replication: int) -> Floats:
        key = np.uint64(replication_key(seed, world, replication))
        return uniforms(keys(kind, stream_key(STREAM, key)))

    base = under(1, 0, 0)
    for other in ((2, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 0)):
        assert is_independent(base, under(*other)), other


def test_a_child_does_not_repeat_its_parent():
    """A new item's lineage comes from the key of the work that made it; its own draws must not show that."""
    made = keys("works")
    born = np.empty_like(made)
    fill_children(made, np.uint64(name_key("after")), born)
    for block in (DURATION, OUTCOME, GIVEN):
        assert is_independent(uniforms(made, block), uniforms(born, DURATION)), block


@pytest.mark.parametrize("which", ["mix", "stream", "identity", "number"])
def test_every_bit_reaches_every_bit(which):
    """Avalanche: one bit of what goes in turns over each bit of the key with probability 1/2.

    4096 pairs of bits, 8192 trials each: the largest deviation that chance explains is 3.9 %.
    """
    trials = 8192
    rng = np.random.default_rng(5)
    base = rng.integers(0, 2**64, trials, dtype=np.uint64)
    other = rng.integers(0, 2**64, trials, dtype=np.uint64)
    bits = range(64) if which != "number" else range(40)
    turned = np.zeros((len(bits), 64))
    for row, bit in enumerate(bits):
        flip = np.uint64(1) << np.uint64(bit)
        turned[row] = _turned(which, base, other, flip)
    bound = float(stats.norm.ppf(1 - FALSE_ALARM / 2 / turned.size)) * 0.5 / trials**0.5
    assert bound < 0.039
    assert np.abs(turned / trials - 0.5).max() <= bound


@jit
def _differing(which: Any, base: Any, other: Any, flip: Any, out: Any) -> None:
    for a, b in zip(base, other):  # noqa: B905 - Numba knows no `strict`
        if which == 0:
            changed = mix(a) ^ mix(a ^ flip)
        elif which == 1:
            changed = work_key(a, b, 3) ^ work_key(a ^ flip, b, 3)
        elif which == 2:
            changed = work_key(b, a, 3) ^ work_key(b, a ^ flip, 3)
        else:
            number = a >> np.uint64(24)
            changed = work_key(b, 0, number) ^ work_key(b, 0, number ^ flip)
        for k in range(64):
            out[k] += (changed >> np.uint64(k)) & np.uint64(1)


def _turned(which: str, base: Keys, other: Keys, flip: Any) -> NDArray[np.int64]:
    out = np.zeros(64, dtype=np.int64)
    _differing(("mix", "stream", "identity", "number").index(which), base, other, flip, out)
    return out


def test_keys_do_not_meet():
    """Seven streams of a hundred thousand works each: a meeting by chance has a probability of 1e-8."""
    made = [keys(kind, count=100_000) for kind in KINDS] + [keys("works", 3, count=100_000)]
    assert len(np.unique(np.concatenate(made))) == 100_000 * len(made)


def test_member_keys_are_the_same_in_kernels():
    for key, member in ((0, 0), (int(STREAM), 5), (2**64 - 1, 10**9)):
        assert member_key(key, member) == int(member_of(np.uint64(key), member))


def test_names_have_the_same_key_for_ever():
    assert name_key("serve") == 0x4391038DAFADD889
    assert member_key(name_key("serve"), 3) == 0x2DA97E83B2D070FB
    assert replication_key(1, 0, 0) == 0xFEB2671C09D3B3FD


FAST = (1 + (1.25 / 3.25) ** 0.5) / 2  # chance of the first phase where means are balanced and cv is 1.5


class Phases(stats.rv_continuous):
    """One of two exponentials: mean `first` with that chance, else `second`."""

    def __init__(self, first: float, second: float, chance: float) -> None:
        super().__init__(a=0.0)
        self.of = (chance, stats.expon(scale=first)), (1 - chance, stats.expon(scale=second))

    def _cdf(self, x: Any) -> Any:
        return sum(weight * phase.cdf(x) for weight, phase in self.of)

    def _munp(self, n: int) -> Any:
        return sum(weight * phase.moment(n) for weight, phase in self.of)


FAMILIES: dict[str, Any] = {
    "exponential(3)": stats.expon(scale=3),
    "exponential(rate=0.5)": stats.expon(scale=2),
    "uniform(2, 5)": stats.uniform(2, 3),
    "uniform(mean=4, cv=0.3)": stats.uniform(4 - 1.2 * 3**0.5, 2.4 * 3**0.5),
    "triangular(1, 2, 6)": stats.triang(0.2, 1, 5),
    "triangular(1, 1, 6)": stats.triang(0, 1, 5),
    "triangular(1, 6, 6)": stats.triang(1, 1, 5),
    "normal(mu=1, sigma=2)": stats.truncnorm(-0.5, np.inf, 1, 2),
    "normal(mu=-2, sigma=1)": stats.truncnorm(2, np.inf, -2, 1),
    "normal(mu=50, sigma=2)": stats.norm(50, 2),
    "lognormal(mu=0.5, sigma=0.8)": stats.lognorm(0.8, scale=np.exp(0.5)),
    "lognormal(median=3, sigma=0.4)": stats.lognorm(0.4, scale=3),
    "lognormal(mean=2, cv=1)": stats.lognorm(np.log(2) ** 0.5, scale=2 / 2**0.5),
    "gamma(shape=2.5, scale=1.5)": stats.gamma(2.5, scale=1.5),
    "gamma(shape=0.3, scale=2)": stats.gamma(0.3, scale=2),
    "gamma(shape=1, scale=2)": stats.gamma(1, scale=2),
    "gamma(mean=4, cv=0.05)": stats.gamma(400, scale=0.01),
    "gamma(mean=1, cv=3)": stats.gamma(1 / 9, scale=9),
    "erlang(1, 2)": stats.expon(scale=2),
    "erlang(4, 2)": stats.gamma(4, scale=0.5),
    "erlang(phases=3, rate=2)": stats.gamma(3, scale=0.5),
    "weibull(1.7, 3)": stats.weibull_min(1.7, scale=3),
    "weibull(shape=0.6, scale=2)": stats.weibull_min(0.6, scale=2),
    "hyperexponential(mean=2, cv=1.5)": Phases(1 / FAST, 1 / (1 - FAST), FAST),
}


def drawn(text: str, kind: str = "items", count: int = N) -> Floats:
    """Draws of a time as a model states it, in its unit."""
    made = compiled(f"title: t\nactivities: {{a: {{time: '{text}', people: 0}}}}\nterms: {{horizon: 1}}\n")
    index, program = int(made.program.instance["time"][0]), made.program
    out = np.empty(count)
    fill_sample(program.distribution, index, program.table, keys(kind, count=count), out)
    return out / made.ticks_per_unit


@pytest.mark.parametrize("text", list(FAMILIES))
def test_a_family_is_distributed_as_it_says(text):
    """Kolmogorov and Smirnov against SciPy; 131072 draws notice a distance of 0.85 %; then the mean."""
    found, exact = drawn(text), FAMILIES[text]
    assert stats.kstest(found, exact.cdf).pvalue > FALSE_ALARM
    error = exact.std() / len(found) ** 0.5
    assert abs(found.mean() - exact.mean()) <= stats.norm.ppf(1 - FALSE_ALARM / 2) * error
    assert found.min() >= 0.0


def test_exponentials_to_the_last_layer():
    """The ziggurat closely: 4096 cells of equal probability, and the tail beyond its base, 7.697.

    Two million draws. Cells notice a deviation of 0.5 % in a hundredth of the draws, the size of its edges.
    """
    found = drawn("exponential(1)", count=1 << 21)
    assert is_even(np.histogram(-np.expm1(-found), bins=4096, range=(0, 1))[0])
    tail = found[found > 7.69711747013104972] - 7.69711747013104972
    expected = len(found) * np.exp(-7.69711747013104972)
    assert abs(len(tail) - expected) <= stats.norm.ppf(1 - FALSE_ALARM / 2) * expected**0.5
    assert stats.kstest(tail, "expon").pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    "text", ["exponential(2)", "gamma(shape=0.3, scale=2)", "gamma(shape=2.5, scale=1.5)", "erlang(3, 2)"]
)
def test_families_of_several_numbers_are_independent_from_work_to_work(text):
    ranks = stats.rankdata(drawn(text, "works")) / (N + 1)
    assert is_independent(ranks[::2], ranks[1::2])


def test_normal_by_mean_and_sd_has_those_moments_after_truncation():
    """The parent is solved for, so that what is drawn has mean 2 and standard deviation 1.5."""
    found = drawn("normal(2, 1.5)")
    z = float(stats.norm.ppf(1 - FALSE_ALARM / 2))
    assert abs(found.mean() - 2) <= z * 1.5 / N**0.5
    squares = (found - 2) ** 2
    assert abs(squares.mean() - 2.25) <= z * squares.std() / N**0.5
    assert found.min() >= 0.0


def test_constant_and_discrete():
    assert (drawn("constant(3)", count=100) == 3).all()
    found = drawn("discrete(1: 0.1, 2.5: 0.25, 4: 0, 7: 0.65)")
    values, counts = np.unique(found, return_counts=True)
    assert values.tolist() == [1, 2.5, 7]
    assert stats.chisquare(counts, N * np.array([0.1, 0.25, 0.65])).pvalue > FALSE_ALARM


def test_empirical_draws_each_row_alike(tmp_path: Path):
    rows = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0]
    (tmp_path / "seen.csv").write_text("time\n" + "\n".join(map(str, rows)) + "\n")
    found = drawn(f'empirical("{tmp_path / "seen.csv"}", column="time")')
    values, counts = np.unique(found, return_counts=True)
    assert values.tolist() == sorted(set(rows))
    share = np.array([rows.count(value) for value in values]) / len(rows)
    assert stats.chisquare(counts, N * share).pvalue > FALSE_ALARM


def test_standard_normal_is_the_quantile():
    """AS 241 against SciPy, tails and joints of its three parts included."""
    p = np.concatenate([10.0 ** -np.arange(1, 17), np.linspace(1e-6, 1 - 1e-6, 2001), [0.075, 0.925]])
    found = np.array([standard_normal(x) for x in p])
    assert np.allclose(found, stats.norm.ppf(p), rtol=1e-13, atol=1e-14)


def test_a_sampler_that_rejects_leaves_other_blocks_alone():
    """Gamma takes as many numbers as it needs, from its own block: the outcome of the work stays the same."""
    of = keys("items", count=1000)
    before = uniforms(of, OUTCOME)
    drawn("gamma(shape=0.3, scale=2)", count=1000)
    assert (uniforms(of, OUTCOME) == before).all()
    assert len({draws.DURATION, draws.OUTCOME, draws.GIVEN, draws.TAKEN}) == 4
