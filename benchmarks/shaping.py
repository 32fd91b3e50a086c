"""A line of known quality: a UDP proxy in a process of its own that delays, loses, and lets through so much a second.

`python -m benchmarks.shaping PORT UP DOWN`: datagrams that reach the port it prints go to PORT on this machine and
those that come back go to whoever sent first. UP and DOWN are JSON objects with the fields of Impaired. At the end
of its input it prints how long small datagrams took each way: the medians, in ms.
"""

import heapq
import json
import random
import select
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

HEADERS = 28  # bytes of UDP and IPv4 around each datagram
SMALL = 300  # bytes
BAG = 200  # datagrams of which exactly the share is lost, at random places


@dataclass(frozen=True)
class Impaired:
    """One direction. `jitter` in ms: each datagram waits between nothing and twice as long, none overtakes."""

    delay: float = 0.0  # ms
    jitter: float = 0.0
    loss: float = 0.0  # per cent
    kbps: float = 0.0  # 0: no limit
    queue: float = 250.0  # ms that the slowest link holds; beyond it is lost


@dataclass
class Way:
    """What is under way in one direction."""

    line: Impaired
    free: float = 0.0  # when the slowest link has nothing more to send
    last: float = 0.0
    bag: list[bool] = field(default_factory=list)
    number: int = 0
    flying: list[tuple[float, int, float, bytes]] = field(default_factory=list)
    took: list[float] = field(default_factory=list)  # ms, of each small datagram

    def enter(self, data: bytes, now: float) -> None:
        """A datagram begins its way, or is lost on it."""
        line, leaves = self.line, now
        if line.kbps:
            leaves = max(now, self.free) + (len(data) + HEADERS) * 8 / line.kbps / 1000
            if leaves - now > line.queue / 1000:
                return
            self.free = leaves
        if self._lost():
            return
        wait = line.delay + random.uniform(0, 2 * line.jitter)
        self.last = max(self.last, leaves + wait / 1000)
        self.number += 1
        heapq.heappush(self.flying, (self.last, self.number, now, data))

    def arrived(self, now: float) -> Iterator[bytes]:
        """Those whose time has come."""
        while self.flying and self.flying[0][0] <= now:
            _due, _number, entered, data = heapq.heappop(self.flying)
            if len(data) <= SMALL:
                self.took.append((now - entered) * 1000)
            yield data

    def _lost(self) -> bool:
        if not self.bag:
            self.bag = [at < BAG * self.line.loss / 100 for at in range(BAG)]
            random.shuffle(self.bag)
        return self.bag.pop()


def carry(port: int, up: Impaired, down: Impaired) -> None:
    """Until its input ends. `select` wakes at the moment; an event loop's timers would add a millisecond a way."""
    near, far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
    near.bind(("127.0.0.1", 0))
    far.connect(("127.0.0.1", port))
    print(near.getsockname()[1], flush=True)
    ways, client = {near: Way(up), far: Way(down)}, None
    while True:
        due = [way.flying[0][0] for way in ways.values() if way.flying]
        wait = max(0.0, min(due) - time.monotonic()) if due else None
        for ready in select.select([near, far, sys.stdin], [], [], wait)[0]:
            if ready is sys.stdin:
                print(json.dumps([statistics.median(way.took or [0.0]) for way in ways.values()]))
                return
            try:
                data, address = ready.recvfrom(4096)
            except ConnectionRefusedError:  # the other end has closed its port
                continue
            client = address if ready is near else client
            ways[ready].enter(data, time.monotonic())
        for data in ways[near].arrived(time.monotonic()):
            far.send(data)
        for data in ways[far].arrived(time.monotonic()):
            if client:
                near.sendto(data, client)


class Line:
    """A proxy before a port. `port`: where it listens; `took`: after its end, ms up and down."""

    def __init__(self, port: int, up: Impaired, down: Impaired) -> None:
        ways = [json.dumps(asdict(way)) for way in (up, down)]
        command = [sys.executable, "-m", "benchmarks.shaping", str(port), *ways]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())
        self.took: list[float] = []

    def end(self) -> None:
        """Let nothing through any more."""
        if not self.took:
            self.took = json.loads(self._process.communicate()[0])


if __name__ == "__main__":
    carry(int(sys.argv[1]), *(Impaired(**json.loads(text)) for text in sys.argv[2:4]))
