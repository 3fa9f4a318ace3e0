"""Servers for tests, one in a thread that works in its own process, one as a user starts it; and jobs for workers."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PATIENCE_S = 120.0
"""So long a test waits for what must come; it never asserts how fast."""


def until(true: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Poll until something holds."""
    end = time.monotonic() + patience_s
    while not (found := true()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            name, _, rest = stat.read_text().rpartition(")")
            if int(rest.split()[1]) == pid:
                found.add(int(name.split()[0]))
    return found


def memory_kb(pid: int) -> int:
    """What a process holds in memory."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def query(params: dict[str, str]) -> str:
    return urllib.parse.urlencode(params)


def inline_runner(folder: Path | None) -> Any:
    """A runner that works in this process: no start, no limit."""
    from corridors.web import segment_work, work, worker

    class Inline(worker.Runner):
        def start(self) -> None:
            """Nothing to start."""

        def stop(self) -> None:
            """Nothing to stop."""

        async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
            return worker._opened(await asyncio.to_thread(worker._attempt, function, arguments))

    return Inline(segment_work.warm, partial(work.ready, folder))


@dataclass
class Answer:
    """What a server answered."""

    status_code: int
    headers: dict[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Client:
    """Asks a server on this computer, one connection a question; ``app`` is its application where it is at hand."""

    port: int
    app: Any = None

    def ask(self, method: str, address: str, body: str | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            connection.request(method, address, body, headers)
            got = connection.getresponse()
            named = {name.lower(): value for name, value in got.getheaders()}
            return Answer(got.status, named, got.read().decode(errors="replace"))
        finally:
            connection.close()

    def get(self, address: str, params: Any = None) -> Answer:
        """``params`` are quoted; an address alone is sent as it is, quoted where it has other signs than ASCII."""
        query = "?" + urllib.parse.urlencode(params) if params else ""
        return self.ask("GET", urllib.parse.quote(address, safe="/?&=%:,") + query)

    def post(self, address: str, value: Any) -> Answer:
        return self.ask("POST", address, json.dumps(value), **{"Content-Type": "application/json"})


@contextlib.contextmanager
def in_thread(folder: Path | None = None, **limits: Any) -> Iterator[Client]:
    """A server in a thread; ``limits`` are those of ``connections.Impatient``."""
    from corridors.web import app, connections, server

    with contextlib.closing(server.listen(0)) as taken:
        port = taken.getsockname()[1]
        application = app.create_app(folder, port, runner=inline_runner(folder))
        made = server.configured(application, port)
        made.config.http = type("Limited", (connections.TimedProtocol,), limits)
        thread = threading.Thread(target=made.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        until(lambda: made.started, "the server")
        try:
            yield Client(port, application)
        finally:
            made.should_exit = True
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


class Served:
    """``corridors serve`` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int, said: list[str]):
        self.process, self.port, self.said = process, port, said
        self.pid, self.url = process.pid, f"http://127.0.0.1:{port}"

    def memory_kb(self) -> int:
        return memory_kb(self.pid)


@contextlib.contextmanager
def serve(folder: Path, *options: str) -> Iterator[Served]:
    """A server as a user starts it, on a free port; its end is asserted to leave nothing behind."""
    command = [sys.executable, "-m", "corridors", "serve", "--port", "0", "--data", str(folder), *options]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    said: list[str] = []
    assert process.stderr is not None
    stream = process.stderr
    reader = threading.Thread(target=lambda: said.extend(iter(stream.readline, "")), daemon=True)
    reader.start()

    def port() -> int:
        assert process.poll() is None, said
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", "".join(said))
        return int(found[1]) if found else 0

    try:
        yield Served(process, until(port, "the address"), said)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        reader.join(PATIENCE_S)
        stream.close()


def said_to(port: int, sent: bytes, *, patience_s: float = PATIENCE_S) -> bytes:
    """All that a server answers to these bytes, until it closes or the answer is complete."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience_s) as connection:
        connection.sendall(sent)
        return answer_on(connection)


def answer_on(connection: socket.socket) -> bytes:
    got = b""
    while not is_complete(got):
        try:
            more = connection.recv(65536)
        except ConnectionResetError:
            break
        if not more:
            break
        got += more
    return got


def is_complete(got: bytes) -> bool:
    head, found, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(found) and length is not None and len(body) >= int(length[1])


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def request(method: str, target: str, port: int, *headers: str, host: str | None = None) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def nothing() -> None:
    """A job that is done at once."""


def echo(value: Any) -> Any:
    return value


def own_pid() -> int:
    return os.getpid()


def sleep_for_ever(told: Path) -> None:
    """Says which process it is in, and never comes back."""
    told.write_text(str(os.getpid()))
    time.sleep(3600)


def spin_without_python(told: Path) -> None:
    """As compiled code does: no signal handler of Python runs until it returns."""
    told.write_text(str(os.getpid()))
    sum(range(10**13))


def die() -> None:
    os._exit(9)


def echo_or_die(value: str) -> str:
    """A text starting with 'die' ends the process; where a file is named behind it, only until that is there."""
    word, _, file = value.partition(" ")
    if word == "die" and not (file and Path(file).exists()):
        if file:
            Path(file).write_text("")
        os._exit(9)
    return value


def fail(kind: str) -> None:
    from geodata import errors

    if kind == "name":
        raise errors.UnknownNameError("place", "Almty", ["Almaty (almaty)"])
    if kind == "route":
        raise errors.NoRouteError("no route", ["the sea", "the border"])
    if kind == "data":
        raise errors.DataError([errors.Problem("error", "code", "what is wrong", "file.geojson", 3, "id")])
    raise ZeroDivisionError(kind)


def broken_data() -> None:
    fail("data")
