"""Flows in whole numbers against everything there is: every cut of a small network, and every flow through it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations, product

import pytest

from optimizer.flow import UNLIMITED, Network

SEEDS = range(250)


@dataclass(frozen=True)
class Arcs:
    """A network as a list of (tail, head, capacity); node 0 is the source, the last the sink."""

    nodes: int
    arcs: tuple[tuple[int, int, int], ...]

    @property
    def sink(self) -> int:
        return self.nodes - 1

    def network(self) -> Network:
        network = Network(self.nodes)
        for arc in self.arcs:
            network.arc(*arc)
        return network

    @cached_property
    def cuts(self) -> dict[frozenset[int], int]:
        """What leaves each set of nodes with the source and without the sink, at most."""
        middle = range(1, self.sink)
        sets = chain.from_iterable(combinations(middle, n) for n in range(self.sink))
        return {
            frozenset({0, *chosen}): sum(c for a, b, c in self.arcs if a in {0, *chosen} and b not in {0, *chosen})
            for chosen in sets
        }

    def balance(self, flows: tuple[int, ...]) -> list[int]:
        found = [0] * self.nodes
        for (tail, head, _), flow in zip(self.arcs, flows, strict=True):
            found[tail] -= flow
            found[head] += flow
        return found

    def flows(self, value: int) -> list[tuple[int, ...]]:
        """Every flow of a value, circles among them."""
        wanted = [-value, *[0] * (self.nodes - 2), value]
        return [flows for flows in product(*(range(c + 1) for *_, c in self.arcs)) if self.balance(flows) == wanted]


def drawn(seed: int, most_arcs: int, most: int) -> Arcs:
    rng = random.Random(seed)
    nodes = rng.randint(2, 6)
    pairs = [(a, b) for a in range(nodes) for b in range(nodes) if a != b and b != 0 and a != nodes - 1]
    chosen = [rng.choice(pairs) for _ in range(rng.randint(1, most_arcs))]  # also side by side and back again
    return Arcs(nodes, tuple((a, b, rng.randint(0, most)) for a, b in chosen))


@pytest.mark.parametrize("scale", [1, 10**9, 10**18])
def test_the_most_that_flows_is_the_least_that_a_cut_lets_through(scale: int) -> None:
    for seed in SEEDS:
        small = drawn(seed, 14, 9)
        asked = Arcs(small.nodes, tuple((a, b, c * scale) for a, b, c in small.arcs))
        network = asked.network()
        least = min(asked.cuts.values())
        assert network.push(0, asked.sink) == least, f"seed {seed}"
        flows = tuple(network.flow(2 * k) for k in range(len(asked.arcs)))
        assert all(0 <= flow <= c for flow, (*_, c) in zip(flows, asked.arcs, strict=True))
        assert asked.balance(flows) == [-least, *[0] * (asked.nodes - 2), least]
        narrow = [cut for cut, through in asked.cuts.items() if through == least]
        assert network.reached(0) == frozenset.intersection(*narrow)
        assert set(range(asked.nodes)) - network.reaching(asked.sink) == frozenset.union(*narrow)
        assert network.push(0, asked.sink) == 0


def test_no_more_is_pushed_than_asked_for() -> None:
    for seed in SEEDS:
        asked = drawn(seed, 14, 9)
        network, least = asked.network(), min(asked.cuts.values())
        first = network.push(0, asked.sink, 3)
        assert first == min(3, least)
        assert network.push(0, asked.sink) == least - first


def test_filling_arcs_one_after_the_other_is_lexicographic() -> None:
    """Among all flows of the same value the one whose first arc carries most, then the second, and so on."""
    for seed in SEEDS:
        asked = drawn(seed, 7, 2)
        network = asked.network()
        value = network.push(0, asked.sink)
        order = random.Random(seed).sample(range(len(asked.arcs)), len(asked.arcs))
        for k in order:
            network.fill(2 * k)
        filled = tuple(network.flow(2 * k) for k in order)
        assert filled == max(tuple(flows[k] for k in order) for flows in asked.flows(value)), f"seed {seed}"


def test_what_has_been_filled_stays() -> None:
    """Two ways from source to sink over one node: the second arc takes what the first has left."""
    network = Network(3)
    first, second = network.arc(0, 1, 5), network.arc(0, 1, 5)
    network.arc(1, 2, 7)
    assert network.push(0, 2) == 7
    network.fill(second)
    assert (network.flow(first), network.flow(second)) == (2, 5)
    network.fill(first)
    assert (network.flow(first), network.flow(second)) == (2, 5)


def test_money_without_a_limit() -> None:
    network = Network(3)
    network.arc(0, 1, UNLIMITED)
    network.arc(1, 2, 10**15)
    assert network.push(0, 2) == 10**15


def test_a_node_that_nothing_reaches() -> None:
    network = Network(3)
    network.arc(0, 1, 4)
    assert network.push(0, 2) == 0
    assert network.reached(0) == {0, 1}
    assert network.reaching(2) == {2}
