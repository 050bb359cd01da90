"""What a kernel may know beyond the plainest queue: names that the compiler takes for constants.

In the kernel's functions each name stands in front of what only models of its kind need: ``if KINDS and
clock["described"] == 1``. All are true there; :func:`hewer.engine.jit.build` makes kernels in which some are
false, so that Numba drops what stands behind them. Which a program needs is told by
:func:`hewer.engine.kernels.needed`.
"""

from __future__ import annotations

import hashlib

KINDS = True  # items have kinds, steps and attributes; lanes; orders by a key; set-ups
LEAVING = True  # items leave of themselves, or are taken as families
HAZARDS = True  # tool units fail, people are absent
INTERRUPTION = True  # works are suspended, and resumed
LINES = True  # workers in a line take work over from one another
TEAMS = True  # several people work together
WALKING = True  # people and tools are somewhere, and may have to come
PACE = True  # workers learn or tire
CHOICES = True  # people choose by another rule than the oldest first
MATTER = (
    True  # bulk, amounts, rooms, outcomes, orders: all but one item in, one item out, first come first served
)
CODE = True  # guards, and what is worked out while running
ARRIVALS = True  # arrivals otherwise than one by one at intervals
TERMS = True  # the shift ends, people have breaks or come and go

FEATURES = tuple(name for name in dir() if name.isupper())
FULL = frozenset(FEATURES)
PLAIN: frozenset[str] = frozenset()


def name_of(features: frozenset[str]) -> str:
    """Name of the folder of a kernel."""
    digest = hashlib.blake2b(" ".join(sorted(features)).encode(), digest_size=4)
    return digest.hexdigest()
