"""Servers on this machine that keep calendars: one for files, and Radicale for CalDAV."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import radicale
import radicale.config

EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:Secret\r\n{lines}\r\nEND:VEVENT\r\n"


def calendar(lines: str, uid: str = "1") -> str:
    event = EVENT.format(uid=uid, lines=lines.replace("\n", "\r\n"))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//\r\n{event}END:VCALENDAR\r\n"


@dataclass
class Files:
    """Answers by path: status, headers, body. `asked` has what came in."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, body: str | bytes = "", status: int = 200, **headers: str) -> str:
        """Keep an answer at a path; returns its address."""
        data = body.encode() if isinstance(body, str) else body
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, data)
        return self.url + path


@contextmanager
def files() -> Iterator[Files]:
    kept = Files()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kept.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            status, headers, body = kept.answers.get(self.path, (404, {}, b""))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PROPFIND = do_GET

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    with _serving(server):
        yield kept


@contextmanager
def caldav(folder: Path) -> Iterator[str]:
    """Radicale with the account "judge", password "a secret"; yields its address."""
    (folder / "users").write_text("judge:a secret\n")
    settings = {
        "auth": {"type": "htpasswd", "htpasswd_filename": str(folder / "users"), "htpasswd_encryption": "plain"},
        "storage": {"filesystem_folder": str(folder / "collections")},
        "logging": {"level": "error"},
    }
    configuration = radicale.config.load()
    configuration.update(settings, "test", privileged=True)

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_words: object) -> None:
            pass

    server = make_server("127.0.0.1", 0, radicale.Application(configuration), handler_class=Quiet)
    with _serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def _serving(server: ThreadingHTTPServer) -> Iterator[None]:  # any socketserver
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
