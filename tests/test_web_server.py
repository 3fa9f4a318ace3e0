"""A server that runs, over raw sockets: what a hostile page, a hostile program and a crowd can do to it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serving

from corridors.web import connections, server
from geodata import errors

JSON = "Content-Type: application/json"

SLOW = (
    "/api/plan?origin=Poti&destination=Karachi&include=proposed&pareto=distance,time,cost,co2e"
    "&via=Almaty&via=Tehran&mode=rail&mode=road&mode=sea&mode=ferry&mode=air"
)
"""A whole front of four criteria by way of two far places: many seconds on any machine of today."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving.in_thread() as here:
        yield here.port


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Served]:
    with serving.serve(tmp_path_factory.mktemp("own") / "data", "--limit", "60") as running:
        yield running


def ask(port: int, method: str, target: str, *headers: str, host: str | None = None, body: bytes = b"") -> int:
    return serving.status(serving.said_to(port, serving.request(method, target, port, *headers, host=host) + body))


def test_it_is_bound_to_this_computer_alone(port: int) -> None:
    with contextlib.closing(server.listen(0)) as taken:
        assert taken.getsockname()[0] == "127.0.0.1"
    with contextlib.closing(socket.socket()) as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", port))


def test_a_taken_port_is_told(port: int) -> None:
    with pytest.raises(errors.RequestError, match=f"port {port} cannot be had: it is taken; name another, or --port 0"):
        server.listen(port)
    with pytest.raises(errors.RequestError, match="between 0 and 65535"):
        server.listen(70000)


def test_posts_of_other_sites_are_refused(port: int) -> None:
    body = b'{"a": 1}'
    length = f"Content-Length: {len(body)}"
    assert ask(port, "POST", "/api/plan", "Content-Type: text/plain", length, body=body) == 415
    assert ask(port, "POST", "/api/plan", "Content-Type: application/x-www-form-urlencoded", length, body=body) == 415
    for header in (
        "Origin: http://evil.com",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ):
        assert ask(port, "POST", "/api/plan", JSON, length, header, body=body) == 403
        assert ask(port, "GET", "/api/plan?origin=Almaty&destination=Karachi", header) == 403
    assert ask(port, "OPTIONS", "/api/plan", "Origin: http://evil.com") == 405
    assert ask(port, "POST", "/api/plan", JSON, length, f"Origin: http://127.0.0.1:{port}", body=body) == 405


def test_other_hosts_are_refused(port: int) -> None:
    for host in ("evil.com", f"evil.com:{port}", "127.0.0.1:1", "127.0.0.1", f"[::1]:{port}"):
        assert ask(port, "GET", "/api/openapi.json", host=host) == 421
    assert ask(port, "GET", "/api/openapi.json", host=f"localhost:{port}") == 200
    for lines in ("", f"Host: 127.0.0.1:{port}\r\nHost: evil.com\r\n", f"Host: evil.com\r\nHost: 127.0.0.1:{port}\r\n"):
        answer = serving.said_to(port, f"GET / HTTP/1.1\r\n{lines}\r\n".encode())
        assert serving.status(answer) == 400
    old = serving.said_to(port, b"GET /api/openapi.json HTTP/1.0\r\n\r\n")
    assert serving.status(old) == 421
    absolute = serving.request("GET", "http://evil.com/api/openapi.json", port)
    assert serving.status(serving.said_to(port, absolute)) == 400


@pytest.mark.parametrize("mount", ["/", "/api/", "/api/static/", "/api/docs/"])
@pytest.mark.parametrize(
    "way",
    [
        "../../../../../../etc/passwd",
        "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..\\..\\..\\etc\\passwd",
        "..%5c..%5cetc%5cpasswd",
        "%252e%252e%252fetc",
        "....//....//etc/passwd",
        "swagger-ui.css%00.html",
        "\x7f",
        ".",
        "..",
        "%c0%ae%c0%ae/etc/passwd",
        "../core.py",
        "%2e%2e/core.py",
        "./core.py",
        "~root",
        "file:///etc/passwd",
        "../../__init__.py",
    ],
)
def test_no_path_leads_out_of_the_assets(port: int, mount: str, way: str) -> None:
    answer = serving.said_to(port, serving.request("GET", mount + way, port))
    assert serving.status(answer) in (400, 404)
    assert b"root:" not in answer
    assert b"import" not in answer


def test_the_assets_are_served(port: int) -> None:
    assert ask(port, "GET", "/api/static/swagger-ui.css") == 200


@pytest.mark.parametrize("length", ["-1", "-1000000000", "abc", "1e9", "5, 6", "5\r\nContent-Length: 6"])
def test_a_length_that_is_wrong_is_refused(port: int, length: str) -> None:
    assert ask(port, "POST", "/api/plan", JSON, f"Content-Length: {length}", body=b"12345") == 400


def test_a_body_of_a_gigabyte_is_refused_before_it_is_sent(port: int) -> None:
    assert ask(port, "POST", "/api/plan", JSON, f"Content-Length: {10**9}") == 413
    assert ask(port, "POST", "/api/plan", JSON, f"Content-Length: {10**9}", "Expect: 100-continue") == 413


def stream(port: int, megabytes: int) -> tuple[int, int]:
    """Sends a body of no stated length until the server answers or hangs up; the status, and bytes sent by then."""
    chunk = b"x" * 65536
    piece = b"%x\r\n%b\r\n" % (len(chunk), chunk)
    sent, got = 0, b""
    with socket.create_connection(("127.0.0.1", port), timeout=serving.PATIENCE_S) as connection:
        connection.sendall(serving.request("POST", "/api/plan", port, JSON, "Transfer-Encoding: chunked"))
        try:
            while sent < megabytes * 1024 * 1024 and not got:
                connection.sendall(piece)
                sent += len(chunk)
                connection.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    got = connection.recv(65536)
                connection.settimeout(serving.PATIENCE_S)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return serving.status(got or serving.answer_on(connection)), sent


def test_a_body_without_a_length_is_refused_after_two_megabytes(port: int) -> None:
    status, sent = stream(port, 1000)
    assert status == 413
    assert sent < 100 * 1024 * 1024  # what lay in the buffers of the two ends


def test_who_sends_on_after_a_refusal_is_cut_off(port: int) -> None:
    sent = 0
    with socket.create_connection(("127.0.0.1", port), timeout=serving.PATIENCE_S) as connection:
        connection.sendall(serving.request("POST", "/api/plan", port, JSON, f"Content-Length: {10**9}"))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while sent < 10**9:
                sent += connection.send(b"x" * 65536)


def test_long_headers_are_refused(port: int) -> None:
    assert ask(port, "GET", "/api/places?q=" + "x" * 300_000) == 400
    assert ask(port, "GET", "/api/openapi.json", *(f"X-{number}: {'x' * 1000}" for number in range(60))) == 431


def closed_in_the_end(connection: socket.socket) -> bool:
    connection.settimeout(serving.PATIENCE_S)
    try:
        return connection.recv(65536) == b""
    except ConnectionResetError:
        return True


def test_connections_without_a_whole_request_are_closed() -> None:
    begun = [b"", b"G", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"POST / HTTP/1.1\r\nX: "]
    with serving.in_thread(request_limit_s=0.5) as here, contextlib.ExitStack() as stack:
        whole = serving.request("POST", "/api/plan", here.port, JSON, "Content-Length: 100") + b"only this"
        opened = []
        for sent in [*begun, whole]:
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", here.port)))
            connection.sendall(sent)
            opened.append(connection)
        assert all(closed_in_the_end(connection) for connection in opened)
        assert here.get("/api/openapi.json").status_code == 200


def test_a_slow_trickle_does_not_hold_a_connection() -> None:
    with serving.in_thread(request_limit_s=0.5) as here, socket.create_connection(("127.0.0.1", here.port)) as trickle:
        end = time.monotonic() + serving.PATIENCE_S
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() < end:
                trickle.sendall(b"X")
                time.sleep(0.1)
        assert time.monotonic() < end


def test_of_too_many_connections_the_oldest_that_waits_goes() -> None:
    with serving.in_thread(max_connections=5, request_limit_s=3600.0) as here, contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection(("127.0.0.1", here.port), timeout=serving.PATIENCE_S))
            for _ in range(8)
        ]
        assert all(connection.recv(1) == b"" for connection in opened[:3])
        assert here.get("/api/openapi.json").status_code == 200
        for connection in opened[5:]:
            connection.setblocking(False)
            with pytest.raises(BlockingIOError):
                connection.recv(1)


def test_five_hundred_idle_connections_hinder_nobody(port: int) -> None:
    assert connections.MAX_CONNECTIONS > 500
    with contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=serving.PATIENCE_S))
            for _ in range(500)
        ]
        for connection in opened[::2]:
            connection.sendall(b"GET / HTTP/1.1\r\nHost:")
        assert serving.Client(port).get("/api/plan?origin=Almaty&destination=Karachi").status_code == 200


def test_two_requests_on_one_connection_are_both_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=serving.PATIENCE_S) as connection:
        for _ in range(2):
            connection.sendall(serving.request("GET", "/api/plan", port))
            assert serving.status(serving.answer_on(connection)) == 422
        both = serving.request("GET", "/api/plan", port) * 2
        connection.sendall(both)
        got = b""
        while got.count(b"HTTP/1.1 422") < 2:
            more = connection.recv(65536)
            assert more
            got += more


@pytest.mark.slow
def test_a_server_as_users_start_it_answers_and_makes_no_folder(served: serving.Served) -> None:
    client = serving.Client(served.port)
    assert client.get("/").status_code == 200
    assert client.get("/api/plan?origin=Almaty&destination=Karachi&include=planned").status_code == 200
    assert "Ctrl-C ends it" in "".join(served.said)


@pytest.mark.slow
def test_its_memory_does_not_grow_with_what_is_sent(served: serving.Served) -> None:
    client = serving.Client(served.port)
    client.get("/")
    stream(served.port, 50)
    before = served.memory_kb()
    for _ in range(5):
        status, _ = stream(served.port, 1000)
        assert status == 413
        assert ask(served.port, "POST", "/api/plan", JSON, f"Content-Length: {10**9}") == 413
    assert served.memory_kb() < before + 50_000
    assert client.get("/api/places?q=almaty").status_code == 200


@pytest.mark.slow
def test_five_hundred_connections_take_no_threads_and_are_closed(served: serving.Served) -> None:
    threads = len(list(Path(f"/proc/{served.pid}/task").iterdir()))
    with contextlib.ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=serving.PATIENCE_S))
            for _ in range(500)
        ]
        assert serving.Client(served.port).get("/api/compare?origin=Almaty&destination=Karachi").status_code == 200
        assert len(list(Path(f"/proc/{served.pid}/task").iterdir())) <= threads + 5
        assert all(closed_in_the_end(connection) for connection in opened)


@pytest.mark.slow
def test_a_question_that_takes_too_long_is_really_stopped(tmp_path: Path) -> None:
    with serving.serve(tmp_path / "none", "--limit", "1") as running:
        client = serving.Client(running.port)
        before = workers(running.pid)
        answer = client.get(SLOW)
        assert answer.status_code == 504
        assert "stopped after 1 seconds" in answer.json()["error"]
        serving.until(lambda: len(before - workers(running.pid)) == 1, "the end of the worker")
        assert client.get("/api/places?q=almaty").status_code == 200
        shown = client.get(SLOW.replace("/api/plan", "/"))
        assert shown.status_code == 504
        assert "role='alert'" in shown.text
        assert "stopped after 1 seconds" in shown.text


@pytest.mark.slow
def test_the_work_of_a_client_that_goes_is_stopped(tmp_path: Path) -> None:
    with serving.serve(tmp_path / "none", "--limit", "60") as running:
        before = workers(running.pid)
        with socket.create_connection(("127.0.0.1", running.port)) as connection:
            connection.sendall(serving.request("GET", SLOW, running.port))
            time.sleep(0.5)
            assert workers(running.pid) == before
        serving.until(lambda: len(before - workers(running.pid)) == 1, "the end of the worker", patience_s=30)
        assert serving.Client(running.port).get("/api/places?q=almaty").status_code == 200


def workers(pid: int) -> set[int]:
    """Processes of the pool: children that run Python's spawn."""
    found = set()
    for child in serving.children(pid):
        with contextlib.suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(child)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_its_workers_and_without_a_word(tmp_path: Path, how: signal.Signals) -> None:
    with serving.serve(tmp_path / "none") as running:
        begun = workers(running.pid)
        assert len(begun) == 2
        if how == signal.SIGINT:
            os.killpg(running.pid, how)  # as a terminal does: the workers get it too
        else:
            os.kill(running.pid, how)
        code = running.process.wait(serving.PATIENCE_S)
        serving.until(lambda: not any(serving.is_alive(pid) for pid in begun), "the end of the workers")
        assert "Traceback" not in "".join(running.said)
        if how != signal.SIGKILL:  # who is killed so cannot give back what the system counts
            assert "leaked" not in "".join(running.said)
        assert code == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -signal.SIGKILL}[how]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.RequestError, match="not a folder"):
        server.serve(tmp_path / "file", port=0)


@pytest.mark.slow
def test_data_with_errors_ends_it_at_once(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "nodes.geojson").write_text("{")
    command = [sys.executable, "-m", "corridors.cli.main", "serve", "--port", "0", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=serving.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "nodes.geojson" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("size", [b"FFFFFFFFFFFFFFFFFFFF", b"7fffffffffffffff", b"ffffffff", b"200001"])
def test_an_absurd_chunk_is_refused_and_not_waited_for(port: int, size: bytes) -> None:
    head = serving.request("POST", "/api/segments/check", port, JSON, "Transfer-Encoding: chunked")
    with socket.create_connection(("127.0.0.1", port), timeout=connections.REQUEST_LIMIT_S / 2) as connection:
        connection.sendall(head + size + b"\r\n")
        assert serving.status(connection.recv(65536)) == 400


def test_a_head_is_the_get_without_its_body(port: int) -> None:
    client = serving.Client(port)
    for address in ("/", "/api/places?q=almaty", "/api/plan?origin=Aktau&destination=Poti", "/nothing"):
        whole, head = client.ask("GET", address), client.ask("HEAD", address)
        assert (head.status_code, head.text) == (whole.status_code, "")
        assert head.headers["content-length"] == whole.headers["content-length"]
        assert head.headers["content-type"] == whole.headers["content-type"]


def test_many_at_once_are_all_answered(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    asked = [f"/api/plan?origin=Almaty&destination={to}" for to in ("Karachi", "Poti", "Gwadar", "Mersin")] * 40
    with serving.serve(tmp_path / "own") as running, ThreadPoolExecutor(16) as clients:
        client = serving.Client(running.port)
        answers = list(clients.map(client.get, asked))
    assert {each.status_code for each in answers} == {200}
    assert len({each.text for each in answers}) == 4
