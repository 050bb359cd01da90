"""The shared-labour tandem in Ciw: five nodes, and a class of node that shares two workers.

Ciw has no labour shared between nodes; its documentation recommends a class of one's own where behaviour is
missing. A node with a free server and a customer joins one list; workers serve that list in its order.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import ciw

NAME = "Ciw"
RULE = "upstream"


class Labour:
    """Workers that are free, and the nodes that want one, in the order in which they became ready."""

    def __init__(self, workers: int) -> None:
        self.free, self.ready = workers, deque[Any]()

    def dispatch(self) -> None:
        while self.free and self.ready:
            self.free -= 1
            self.ready.popleft().begin()


class Station(ciw.Node):
    """A node whose service needs its server and one of the shared workers."""

    labour: Labour
    waits = False

    def want(self) -> None:
        if not self.waits and not self.servers[0].busy and self.number_of_individuals > 0:
            self.waits = True
            self.labour.ready.append(self)

    def begin(self) -> None:
        self.waits = False
        individual = self.choose_next_customer()
        server = self.servers[0]
        self.attach_server(server, individual)
        individual.service_start_date = self.now
        individual.service_time = self.get_service_time(individual)
        individual.service_end_date = self.now + individual.service_time
        server.next_end_service_date = individual.service_end_date
        self.number_in_service += 1

    def begin_service_if_possible_accept(self, next_individual: Any) -> None:
        next_individual.arrival_date = self.now
        self.want()
        self.labour.dispatch()

    def begin_service_if_possible_release(self, next_individual: Any, newly_free_server: Any) -> None:
        self.labour.free += 1
        self.want()
        self.labour.dispatch()


def run(customers: int, replications: int, seed: int) -> list[float]:
    """Return the mean time in system of each replication."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(0.34), None, None, None, None],
        service_distributions=[ciw.dists.Exponential(1.0)] * 5,
        number_of_servers=[1] * 5,
        routing=[[float(j == i + 1) for j in range(5)] for i in range(5)],
    )
    means = []
    for replication in range(replications):
        ciw.seed(seed * 1000 + replication)
        Station.labour = Labour(2)
        simulation = ciw.Simulation(network, node_class=Station)
        simulation.simulate_until_max_customers(customers)
        times: dict[int, list[float]] = {}
        for record in simulation.get_all_records(only=["service"]):
            times.setdefault(record.id_number, []).extend((record.arrival_date, record.exit_date))
        done = [max(values) - min(values) for values in times.values() if len(values) == 10]
        means.append(sum(done) / len(done))
    return means
