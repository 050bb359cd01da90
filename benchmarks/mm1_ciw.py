"""M/M/1 in Ciw: one node."""

from __future__ import annotations

import ciw

NAME = "Ciw"
RULE = ""


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(0.9)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[1],
    )
    means = []
    for replication in range(replications):
        ciw.seed(seed * 1000 + replication)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(customers)
        records = simulation.get_all_records(only=["service"])
        done = [r.exit_date - r.arrival_date for r in records if r.exit_date == r.exit_date]
        means.append(sum(done) / len(done))
    return means
