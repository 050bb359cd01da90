"""The job shop in Ciw: twenty nodes of three servers, a class of customer for each route."""

from __future__ import annotations

from typing import Any

import ciw

NAME = "Ciw"
RULE = ""


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    routes = {f"route {r}": [(2 * r + k) % 20 for k in range(20)] for r in range(10)}
    network = ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Exponential(0.25) if c == route[0] else None for c in range(20)]
            for name, route in routes.items()
        },
        service_distributions={name: [ciw.dists.Exponential(1.0)] * 20 for name in routes},
        routing={name: ciw.routing.ProcessBased(_steps(route)) for name, route in routes.items()},
        number_of_servers=[3] * 20,
    )
    means = []
    for replication in range(replications):
        ciw.seed(seed * 1000 + replication)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(customers)
        times: dict[int, list[float]] = {}
        for record in simulation.get_all_records(only=["service"]):
            times.setdefault(record.id_number, []).extend((record.arrival_date, record.exit_date))
        done = [max(values) - min(values) for values in times.values() if len(values) == 40]
        means.append(sum(done) / len(done))
    return means


def _steps(route: list[int]) -> Any:  # what Ciw calls
    following = [centre + 1 for centre in route[1:]]
    return lambda _individual, _simulation: list(following)
