"""Flows in whole numbers through a small network: enough to say who can pay for what, and who cannot."""

from __future__ import annotations

from collections import deque

UNLIMITED = 1 << 100


class Network:
    """Nodes 0 .. n - 1 and arcs with whole-number capacities; arc a and its reverse are a and a ^ 1.

    Flow is pushed along shortest paths of what is left (Edmonds and Karp 1972), so that the work does not depend on the amounts.
    """

    def __init__(self, nodes: int) -> None:
        self.arcs: list[list[int]] = [[] for _ in range(nodes)]
        self.head: list[int] = []
        self.left: list[int] = []
        self.settled: dict[int, int] = {}

    def arc(self, tail: int, head: int, capacity: int) -> int:
        """A new arc; its number."""
        number = len(self.head)
        for node, other, room in ((tail, head, capacity), (head, tail, 0)):
            self.arcs[node].append(len(self.head))
            self.head.append(other)
            self.left.append(room)
        return number

    def flow(self, arc: int) -> int:
        return self.settled.get(arc, self.left[arc ^ 1])

    def push(self, source: int, sink: int, most: int = UNLIMITED) -> int:
        """Push as much as there is room for from source to sink, at most `most`; how much that was."""
        pushed = 0
        while pushed < most:
            path = self._path(source, sink)
            if not path:
                break
            step = min(most - pushed, *(self.left[arc] for arc in path))
            for arc in path:
                self.left[arc] -= step
                self.left[arc ^ 1] += step
            pushed += step
        return pushed

    def fill(self, arc: int) -> None:
        """Raise the flow of an arc as far as rerouting the rest allows, supplies and demands unchanged, and keep it there."""
        room, held = self.left[arc], self.left[arc ^ 1]
        self.left[arc] = self.left[arc ^ 1] = 0
        self.settled[arc] = held + self.push(self.head[arc], self.head[arc ^ 1], room)

    def reached(self, source: int) -> set[int]:
        """The nodes that flow from `source` could still reach."""
        return set(self._tree(source))

    def reaching(self, sink: int) -> set[int]:
        """The nodes from which flow could still reach `sink`."""
        found, queue = {sink}, deque([sink])
        while queue:
            for arc in self.arcs[queue.popleft()]:
                if self.left[arc ^ 1] and self.head[arc] not in found:
                    found.add(self.head[arc])
                    queue.append(self.head[arc])
        return found

    def _tree(self, source: int, sink: int = -1) -> dict[int, int]:
        """The nodes that can be reached, each with the arc that leads to it on a shortest path (-1 at the source)."""
        arcs, head, left = self.arcs, self.head, self.left
        came, found = {source: -1}, [source]
        for node in found:  # grows on the way
            for arc in arcs[node]:
                if not left[arc]:
                    continue
                other = head[arc]
                if other not in came:
                    came[other] = arc
                    if other == sink:
                        return came
                    found.append(other)
        return came

    def _path(self, source: int, sink: int) -> list[int]:
        came, path, node = self._tree(source, sink), [], sink
        while came.get(node, -1) >= 0:
            path.append(came[node])
            node = self.head[came[node] ^ 1]
        return path
