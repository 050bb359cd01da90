"""Counter-based random numbers, keyed by the work (rule 7), and samplers that use them.

``uniform(key, block, i)`` is a pure function: number *i* of a block of a key. Every draw owns a block,
so nothing that happens elsewhere can shift it, and a sampler that rejects shifts nothing. The mixing
function is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
generators", OOPSLA 2014) with the constants of Stafford's variant 13 (2011).
"""

from __future__ import annotations

import hashlib
import math
from enum import IntEnum, unique
from typing import Any

import numpy as np

from hewer.engine.jit import jit, jit_pasted

DURATION, OUTCOME, GIVEN, TAKEN, CHOICE = 0, 1, 2, 3, 4  # blocks of a work's key
THINNED, BALKED, PATIENCE = 8, 9, 10  # and of an arrival's, beside those; of an item that waits

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_IDENTITY = np.uint64(0xD6E8FEB86659FD93)
_NUMBER = np.uint64(0xA0761D6478BD642F)
_BLOCK = np.uint64(0xE7037ED1A0B428DB)
_S30, _S27, _S31 = np.uint64(30), np.uint64(27), np.uint64(31)
_S12, _S11 = np.uint64(12), np.uint64(11)
_LAYERS = np.uint64(255)
_TO_UNIT = 2.0**-52  # 52 bits and a half fill a double: with one bit more the greatest number would be 1
_MASK = (1 << 64) - 1


@unique
class Sampler(IntEnum):
    """What the sampler calls each of the families that :mod:`hewer.families` declares.

    Their parameters a, b, c are declared there; here they are in ticks, grains, items or base units.
    """

    CONSTANT = 0
    EXPONENTIAL = 1
    UNIFORM = 2
    TRIANGULAR = 3
    NORMAL = 4
    LOGNORMAL = 5
    GAMMA = 6
    ERLANG = 7
    DISCRETE = 8  # table[t0:t1] cumulative probabilities, table[t1:2*t1-t0] values
    EMPIRICAL = 9  # table[t0:t1] sorted values, equally likely
    HYPEREXPONENTIAL = 10
    WEIBULL = 11


_CONSTANT, _EXPONENTIAL, _UNIFORM = int(Sampler.CONSTANT), int(Sampler.EXPONENTIAL), int(Sampler.UNIFORM)
_TRIANGULAR, _NORMAL, _LOGNORMAL = int(Sampler.TRIANGULAR), int(Sampler.NORMAL), int(Sampler.LOGNORMAL)
_GAMMA, _ERLANG, _DISCRETE = int(Sampler.GAMMA), int(Sampler.ERLANG), int(Sampler.DISCRETE)
_HYPEREXPONENTIAL, _WEIBULL = int(Sampler.HYPEREXPONENTIAL), int(Sampler.WEIBULL)


def name_key(text: str) -> int:
    """Key of a name: 64 bits, the same on every machine and in every version."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def member_key(key: int, member: int) -> int:
    """Key of member ``member`` of a set (also: of the ``member``-th item of a stock or source).

    In plain numbers, so that compiling a model does not wait for Numba; ``member_of`` is its twin.
    """
    z = (key + (member + 1) * int(_IDENTITY)) & _MASK
    z = ((z ^ (z >> 30)) * int(_MIX1)) & _MASK
    z = ((z ^ (z >> 27)) * int(_MIX2)) & _MASK
    return z ^ (z >> 31)


def replication_key(seed: int, world: int, replication: int) -> int:
    """Key of one replication of one world."""
    return name_key(f"{seed}/{world}/{replication}")


@jit_pasted
def mix(z: Any) -> Any:
    """Scramble 64 bits so that every input bit reaches every output bit."""
    z = np.uint64(z)
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return z ^ (z >> _S31)


@jit_pasted
def _member_key(key: Any, member: Any) -> Any:
    return mix(np.uint64(key) + (np.uint64(member) + np.uint64(1)) * _IDENTITY)


@jit_pasted
def member_of(key: Any, member: Any) -> Any:
    """``member_key`` for kernels."""
    return _member_key(key, member)


@jit
def stream_key(stream: Any, replication: Any) -> Any:
    """Key of a stream in one replication."""
    return mix(np.uint64(stream) ^ mix(np.uint64(replication)))


@jit_pasted
def work_key(stream: Any, identity: Any, number: Any) -> Any:
    """Key of a work: its stream, what it is done to (0 for bulk), and the visit or start number."""
    return mix((np.uint64(stream) ^ np.uint64(identity)) + np.uint64(number) * _NUMBER)


@jit
def child_lineage(parent: Any, k: Any) -> Any:
    """Lineage of the ``k``-th child (from 0) of an item."""
    return mix(np.uint64(parent) + (np.uint64(k) + np.uint64(1)) * _BLOCK)


@jit_pasted
def uniform(key: Any, block: Any, i: Any) -> Any:
    """Return number ``i`` of ``block`` of ``key``: strictly between 0 and 1."""
    bits = mix(np.uint64(key) + np.uint64(block) * _BLOCK + np.uint64(i) * _GOLDEN)
    return (np.float64(bits >> _S12) + 0.5) * _TO_UNIT


@jit
def standard_normal(p: Any) -> Any:
    """Quantile of the standard normal at ``p``.

    Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
    (1988), PPND16: about 1e-16 relative.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return (
            q
            * (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
                + 133.14166789178437745) * r + 3.387132872796366608)
            / (((((((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
                + 42.313330701600911252) * r + 1.0)
        )  # fmt: skip
    r = math.sqrt(-math.log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        value = (
            (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
                + 4.6303378461565452959) * r + 1.42343711074968357734)
            / (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
                + 0.0151986665636164571966) * r + 0.14810397642748007459) * r + 0.68976733498510000455) * r
                + 1.6763848301838038494) * r + 2.05319162663775882187) * r + 1.0)
        )  # fmt: skip
    else:
        r -= 5.0
        value = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
                + 0.0012426609473880784386) * r + 0.026532189526576123093) * r + 0.29656057182850489123) * r
                + 1.7848265399172913358) * r + 5.4637849111641143699) * r + 6.6579046435011037772)
            / (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
                + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r
                + 0.13692988092273580531) * r + 0.59983220655588793769) * r + 1.0)
        )  # fmt: skip
    return -value if q < 0.0 else value


def _ziggurat() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tables of the exponential ziggurat of 256 layers: limits, widths, densities.

    Marsaglia and Tsang, "The ziggurat method for generating random variables", Journal of Statistical
    Software 5 (2000), section 3, for numbers of 53 bits.
    """
    right, area, scale = 7.69711747013104972, 0.0039496598225815571993, 2.0**53
    limit, width, density = np.zeros(256), np.zeros(256), np.zeros(256)
    base = area / math.exp(-right)
    limit[0], width[0], width[255] = right / base * scale, base / scale, right / scale
    density[0], density[255] = 1.0, math.exp(-right)
    edge = previous = right
    for i in range(254, 0, -1):
        edge = -math.log(area / edge + math.exp(-edge))
        limit[i + 1] = edge / previous * scale
        previous = edge
        density[i], width[i] = math.exp(-edge), edge / scale
    return limit, width, density


_TAIL = 7.69711747013104972
_LIMIT, _WIDTH, _DENSITY = _ziggurat()


@jit
def _exponential_edge(key: Any, block: Any, layer: Any, x: Any) -> Any:
    """Go on where the first number fell on the edge of a layer (one in ninety)."""
    i = 1
    while True:
        u = uniform(key, block, i)
        if layer == 0:
            return _TAIL - math.log(u)
        if (_DENSITY[layer - 1] - _DENSITY[layer]) * u + _DENSITY[layer] < math.exp(-x):
            return x
        bits = mix(np.uint64(key) + np.uint64(block) * _BLOCK + np.uint64(i + 1) * _GOLDEN)
        layer = np.int64(bits & _LAYERS)
        number = np.float64(bits >> _S11)
        x = number * _WIDTH[layer]
        if number < _LIMIT[layer]:
            return x
        i += 2


@jit_pasted
def standard_exponential(key: Any, block: Any) -> Any:
    """Draw an exponential of mean 1 by the numbers of ``block`` of ``key``, by the ziggurat."""
    bits = mix(np.uint64(key) + np.uint64(block) * _BLOCK)
    layer = np.int64(bits & _LAYERS)
    number = np.float64(bits >> _S11)
    x = number * _WIDTH[layer]
    if number < _LIMIT[layer]:
        return x
    return _exponential_edge(key, block, layer, x)


@jit
def _gamma(shape: Any, key: Any, block: Any) -> Any:
    """Gamma of scale 1: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000)."""
    # below 1 the method needs a gamma of shape + 1, times a power of another number (the same paper)
    boosted = shape < 1.0
    d = (shape + 1.0 if boosted else shape) - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    i = 1
    while True:
        x = standard_normal(uniform(key, block, i))
        u = uniform(key, block, i + 1)
        i += 2
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        if math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            break
    value = d * v
    if boosted:
        value *= math.exp(math.log(uniform(key, block, 0)) / shape)
    return value


@jit
def _triangular(low: Any, mode: Any, high: Any, u: Any) -> Any:
    if high <= low:
        return low
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


@jit
def _erlang(phases: Any, mean: Any, key: Any, block: Any) -> Any:
    total = 0.0
    for i in range(int(phases)):
        total -= math.log(uniform(key, block, i))
    return total * mean


@jit
def _discrete(t0: Any, t1: Any, table: Any, u: Any) -> Any:
    low, high = t0, t1 - 1
    while low < high:
        middle = (low + high) // 2
        if table[middle] > u:
            high = middle
        else:
            low = middle + 1
    return table[low + t1 - t0]


@jit
def _sample_other(distribution: Any, index: Any, table: Any, key: Any, block: Any) -> Any:
    """Sample the families that are not hot."""
    family = distribution[index]["family"]
    a, b = distribution[index]["a"], distribution[index]["b"]
    c = distribution[index]["c"]
    t0, t1 = distribution[index]["t0"], distribution[index]["t1"]
    if family == _GAMMA:
        return b * _gamma(a, key, block)
    if family == _ERLANG:
        return _erlang(a, b, key, block)
    u = uniform(key, block, 0)
    if family == _HYPEREXPONENTIAL:
        return -math.log(uniform(key, block, 1)) * (b if u < a else c)
    if family == _UNIFORM:
        return a + (b - a) * u
    if family == _TRIANGULAR:
        return _triangular(a, b, c, u)
    if family == _NORMAL:
        return max(0.0, a + b * standard_normal(c + (1.0 - c) * u))
    if family == _LOGNORMAL:
        # by inversion: one number a draw, monotone in it, as common random numbers want it
        return math.exp(a + b * standard_normal(u))
    if family == _WEIBULL:
        return b * math.exp(math.log(-math.log(u)) / a)
    if family == _DISCRETE:
        return _discrete(t0, t1, table, u)
    return table[min(t1 - 1, t0 + int(u * (t1 - t0)))]


@jit_pasted
def sample(distribution: Any, index: Any, table: Any, key: Any, block: Any) -> Any:
    """Draw from ``distribution[index]`` (DISTRIBUTION) by the numbers of ``block`` of ``key``."""
    family = distribution[index]["family"]
    if family == _EXPONENTIAL:
        return distribution[index]["a"] * standard_exponential(key, block)
    if family == _CONSTANT:
        return distribution[index]["a"]
    return _sample_other(distribution, index, table, key, block)
