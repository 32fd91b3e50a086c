"""The process that reads a calendar elsewhere: no Django, no database, no keys, and an end to its time and memory.

A calendar can be made to hurt whoever reads it: a rule that repeats every second, a server that drips, a file that
unfolds into gigabytes. Here the worst that can happen is that this process is ended. It reads one job from its
input and writes one result to its output, both JSON.
"""

import hashlib
import json
import resource
import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import reset_tzpath

from directory.outside import caldav
from directory.outside.errors import OutsideError
from directory.outside.net import Client

MEMORY = 1024 * 1024 * 1024  # bytes of address space


@dataclass(frozen=True)
class Job:
    """`etag` and `digest` are of the last good reading, empty if there is none that may count as the same."""

    kind: str
    url: str
    user: str
    password: str
    zone: str
    first: str  # ISO 8601
    past: str
    own: str
    etag: str
    digest: str
    loopback: bool
    cpu: int  # seconds


def read(job: Job) -> dict[str, Any]:
    """`same`, or `busy` as pairs of epoch seconds; with marks to compare the next reading with. Raises OutsideError."""
    client = Client(job.url, user=job.user, password=job.password, loopback=job.loopback)
    etag, files = _caldav(client, job) if job.kind == "caldav" else _published(client, job)
    digest = hashlib.sha256(b"\n".join(files)).hexdigest() if files is not None else job.digest
    if files is None or (job.digest and digest == job.digest):
        return {"code": "", "etag": etag, "digest": digest, "same": True, "busy": []}
    from directory.outside import reading  # a third of a second, of which most readings have no need

    window = reading.Window(datetime.fromisoformat(job.first), datetime.fromisoformat(job.past), job.zone, job.own)
    found = reading.busy(files, window)
    spans = [[int(start.timestamp()), -int(-end.timestamp() // 1)] for start, end in found.spans]
    code = "outside_partly" if found.partly else ""
    return {"code": code, "etag": etag, "digest": digest, "same": False, "busy": spans}


def _published(client: Client, job: Job) -> tuple[str, list[bytes] | None]:
    headers = {"Accept": "text/calendar", **({"If-None-Match": job.etag} if job.etag else {})}
    answer = caldav.good(client.ask("GET", client.target.path, headers=headers), 200, 304)
    if answer.status == 304:
        return job.etag, None
    return answer.headers.get("etag", "")[:500], [answer.body]


def _caldav(client: Client, job: Job) -> tuple[str, list[bytes] | None]:
    found = caldav.collections(client)
    tag = caldav.tag(found)
    if tag and tag == job.etag:
        return tag, None
    window = datetime.fromisoformat(job.first), datetime.fromisoformat(job.past)
    return tag, sorted(caldav.events(client, found, *window))


def main() -> None:
    reset_tzpath(to=[])  # the rules of the locked tzdata package, as everywhere in the house
    job = Job(**json.load(sys.stdin))
    resource.setrlimit(resource.RLIMIT_CPU, (job.cpu, job.cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        result = read(job)
    except OutsideError as error:
        result = {"code": error.code}
    except (MemoryError, RecursionError):
        result = {"code": "outside_too_large"}
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
