"""Only our own pages reach the application, and every answer carries the headers that protect them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from corridors.web import guard

OURS = "127.0.0.1:8765"
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
JSON = {"content-type": "application/json"}

Headers = dict[str, str] | list[tuple[str, str]]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the body it got; at /bug it fails."""
    if scope["path"] == "/bug":
        raise ZeroDivisionError
    body = (await receive())["body"] if scope["method"] in guard.WRITES else b"page"
    headers = [(b"content-type", b"text/html"), (b"Cache-Control", b"public")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def ask(
    method: str = "GET",
    path: str = "/",
    headers: Headers | None = None,
    chunks: tuple[bytes, ...] = (b"",),
    host: str | None = OURS,
    kind: str = "http",
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of an answer; 0 when nothing was answered."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers or [])
    pairs += [("host", host)] if host is not None else []
    written = [(name.encode(), value.encode("latin-1")) for name, value in pairs]
    scope = {"type": kind, "method": method, "path": path, "headers": written, "query_string": b""}
    coming = iter(chunks)
    left = len(chunks)
    sent: list[Any] = []

    async def receive() -> Any:
        nonlocal left
        left -= 1
        chunk = next(coming, None)
        if chunk is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": chunk, "more_body": left > 0}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(guard.Guard(application, port=8765)(scope, receive, send))
    if not sent or sent[0]["type"] != "http.response.start":
        return 0, [], b""
    return sent[0]["status"], sent[0]["headers"], b"".join(message["body"] for message in sent[1:])


@pytest.mark.parametrize("host", [OURS, "localhost:8765", "LOCALHOST:8765"])
def test_our_own_names_are_answered(host: str) -> None:
    assert ask(host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.com",
        "evil.com:8765",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1:87650",
        "localhost",
        "[::1]:8765",
        "127.0.0.1:8765.evil.com",
        "127.0.0.1:8765 ",
        "evil@127.0.0.1:8765",
        "127.1:8765",
        "2130706433:8765",
        "0.0.0.0:8765",
        "127.0.0.1:8765,evil.com",
    ],
)
def test_another_host_is_refused(host: str | None) -> None:
    status, _, body = ask(host=host)
    assert status == 421
    assert "127.0.0.1:8765" in json.loads(body)["error"]


def test_two_hosts_are_refused() -> None:
    assert ask(headers=[("host", "evil.com")])[0] == 421
    assert ask(headers=[("host", OURS)])[0] == 421


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.com"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": f"https://{OURS}"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:8765"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": ""},
        {"sec-fetch-site": "Same-Origin, none"},
    ],
)
def test_a_page_of_another_site_is_refused(method: str, headers: dict[str, str]) -> None:
    assert ask(method, "/api/plan", {**JSON, **headers})[0] == 403


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-origin", "origin": f"http://{OURS}"}]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_our_own_pages_and_programs_are_answered(method: str, headers: dict[str, str]) -> None:
    assert ask(method, "/api/plan", {**JSON, **headers} if method == "POST" else headers)[0] == 200


def test_a_link_on_another_site_opens_the_page_and_nothing_else() -> None:
    assert ask("GET", "/", LINK)[0] == 200
    assert ask("GET", "/api/plan", LINK)[0] == 403
    assert ask("POST", "/", {**LINK, **JSON})[0] == 403
    assert ask("HEAD", "/", LINK)[0] == 403
    assert ask("GET", "/", {**LINK, "sec-fetch-dest": "iframe"})[0] == 403
    assert ask("GET", "/", {**LINK, "sec-fetch-mode": "no-cors"})[0] == 403
    assert ask("GET", "/", {**LINK, "origin": "http://evil.com"})[0] == 403


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "application/json, text/plain",
        "application/jsonp",
        "text/json",
        "application/json; charset=utf-16",
        "text/plain; application/json",
    ],
)
def test_a_write_that_is_not_json_is_refused(kind: str) -> None:
    status, _, body = ask("POST", "/api/x", {"content-type": kind}, (b"{}",))
    assert status == 415
    assert "application/json" in json.loads(body)["error"]


def test_a_write_says_once_that_it_is_json() -> None:
    assert ask("POST", "/api/x", {}, (b"{}",))[0] == 415
    assert ask("POST", "/api/x", [("content-type", "application/json"), ("content-type", "text/plain")])[0] == 415
    assert ask("POST", "/api/x", {**JSON, "content-encoding": "gzip"})[0] == 415


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json;charset=UTF-8", "Application/JSON; charset=utf-8"]
)
def test_json_arrives_whole(kind: str) -> None:
    status, _, body = ask("POST", "/api/x", {"content-type": kind}, (b'{"a"', b":", b"1}"))
    assert (status, body) == (200, b'{"a":1}')


def test_a_long_body_is_refused_by_its_length_and_while_it_is_read() -> None:
    full = b"x" * guard.BODY_LIMIT_BYTES
    assert ask("POST", "/api/x", {**JSON, "content-length": str(len(full))}, (full,))[0] == 200
    assert ask("POST", "/api/x", JSON, (full,))[0] == 200
    assert ask("POST", "/api/x", {**JSON, "content-length": str(len(full) + 1)}, ())[0] == 413
    assert ask("POST", "/api/x", {**JSON, "content-length": str(10**9)}, ())[0] == 413
    status, _, body = ask("POST", "/api/x", JSON, (full, b"x", b"never read"))
    assert status == 413
    assert "2,097,152 bytes" in json.loads(body)["error"]


def test_a_client_that_goes_in_the_middle_of_a_body_is_not_answered() -> None:
    assert ask("POST", "/api/x", JSON, ()) == (0, [], b"")


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "0x10", " 5", "5 ", "", "5,5", "9" * 30, "²"])
def test_a_length_that_is_no_number_is_refused(length: str) -> None:
    assert ask("POST", "/api/x", {**JSON, "content-length": length})[0] == 400


def test_lengths_that_contradict_are_refused() -> None:
    assert ask("POST", "/x", [("content-length", "5"), ("content-length", "6"), *JSON.items()])[0] == 400
    assert ask("POST", "/x", [("content-length", "5"), ("content-length", "5"), *JSON.items()])[0] == 400
    assert ask("POST", "/x", {**JSON, "content-length": "5", "transfer-encoding": "chunked"})[0] == 400


def test_a_read_takes_no_body() -> None:
    assert ask("GET", "/", {"content-length": "0"})[0] == 200
    assert ask("GET", "/", {"content-length": "5"})[0] == 400
    assert ask("GET", "/", {"transfer-encoding": "chunked"})[0] == 400


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X"])
def test_other_methods_are_refused(method: str) -> None:
    status, headers, _ = ask(method)
    assert status == 405
    assert dict(headers)[b"allow"].startswith(b"GET")


@pytest.mark.parametrize(
    "path",
    [
        "/../etc/passwd",
        "/api/static/../../passwd",
        "//etc/passwd",
        "/a//b",
        "/a\\..\\b",
        "/a\0",
        "/a\n",
        "/./a",
        "/api/static/..",
        "http://evil.com/",
        "*",
        "",
    ],
)
def test_odd_paths_are_refused(path: str) -> None:
    assert ask("GET", path)[0] == 400


def test_every_answer_has_the_protecting_headers_once() -> None:
    for answer in (ask(), ask(host="evil.com"), ask("OPTIONS"), ask("POST", "/", {}), ask("GET", "/bug")):
        names = [name.lower() for name, _ in answer[1]]
        for name, value in guard.SECURITY_HEADERS:
            assert names.count(name) == 1
            assert {key.lower(): text for key, text in answer[1]}[name] == value


def test_the_policy_lets_a_page_fetch_from_this_server_alone() -> None:
    assert "http" not in guard.POLICY
    assert "*" not in guard.POLICY
    assert "unsafe-eval" not in guard.POLICY
    assert guard.POLICY.startswith("default-src 'none'")


def test_an_error_of_the_application_is_told_shortly(caplog: pytest.LogCaptureFixture) -> None:
    status, _, body = ask("GET", "/bug")
    assert status == 500
    assert b"ZeroDivision" not in body
    assert "ZeroDivisionError" in caplog.text


def test_a_websocket_is_closed() -> None:
    assert ask(kind="websocket")[0] == 0
