"""What the models must answer, and how far a finite run may be from it.

A run begins empty and ends when its last customer has left, so its mean falls short by ``deficit`` divided by
its number of customers. The mean of *n* customers has a standard deviation of ``deviation / sqrt(n)``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FALSE_ALARM = 1e-4  # probability that a true engine is said to differ, for each row
Z = 3.8906  # its two-sided normal quantile


@dataclass(frozen=True)
class Known:
    """A known answer: the mean time in system, or for `machines` the part of the time they run."""

    answer: float
    half_width: float  # of the answer itself, 95 %; 0 where it is exact
    deficit: float
    deviation: float
    source: str

    def expected(self, customers: int) -> float:
        """Mean of a run of so many customers that begins empty."""
        return self.answer - self.deficit / customers

    def tolerance(self, customers: int, replications: int) -> float:
        """Largest difference that chance explains."""
        own = self.half_width / 1.96
        return Z * math.hypot(self.deviation / math.sqrt(customers * replications), own)


MM1 = Known(
    answer=10.0,
    half_width=0.0,
    deficit=900.0,
    # for waiting times, rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4: D. J. Daley, "The serial correlation
    # coefficients of waiting times in a stationary single server queue" (1968)
    deviation=math.sqrt(0.9 * (2 + 5 * 0.9 - 4 * 0.9**2 + 0.9**3)) / (1 - 0.9) ** 2,
    source="1 / (1 - 0.9)",
)

_REFERENCE = "tandem_reference.py"
TANDEM = {
    "upstream": Known(17.626, 0.026, 400.0, 135.0, f"{_REFERENCE}, ties upstream"),
    "downstream": Known(17.245, 0.027, 400.0, 135.0, f"{_REFERENCE}, ties downstream"),
    "least recent": Known(17.384, 0.025, 400.0, 130.0, f"{_REFERENCE}, ties to the least recently started"),
    "retaken": Known(19.870, 0.031, 400.0, 159.0, f"{_REFERENCE}, a released worker retaken past others"),
}

# Every centre is an M/M/3 queue with arrivals at rate 2.5 (all work is exponential of mean 1 and served in
# the order of coming: a Jackson network), and a job visits twenty. Deficit and deviation were measured.
_WAITS = 0.7022471910112359  # Erlang C: 3 servers, offered load 2.5
JOBSHOP = Known(20 * (1 + _WAITS / (3 - 2.5)), 0.0, 6600.0, 220.0, "20 (1 + C(3, 2.5) / (3 - 2.5))")

# Machine repair: 10 machines that run for 300 and are mended, one at a time, in 30; what else the fitter does
# gives way. It begins with all machines running. Deficit and deviation were measured.
MACHINES = Known(0.7854176568926527, 0.0, -0.66, 0.5, "machine repair, 10 machines, one fitter")

KNOWN = {"mm1": {"": MM1}, "tandem": TANDEM, "jobshop": {"": JOBSHOP}, "machines": {"": MACHINES}}


def known(model: str, rule: str) -> Known:
    """Return the answer to a model under a rule."""
    return KNOWN[model][rule]
