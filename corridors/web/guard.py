"""What stands before every request: only our own pages may ask, and nothing may flood the server.

A server on 127.0.0.1 is reached by every page that the same browser has open. So a request must name this server as its
Host (a foreign name that resolves to 127.0.0.1 does not help), and must come from a page of this server or from no page
at all. Writes take JSON only, which no form of another site can send without asking first, and asking is refused.

One thing may come from elsewhere: the navigation of a whole tab to the page at "/". A permalink in a mail, a report or
a wiki must open. It changes nothing here, the other site cannot read or frame the answer, and its work is limited.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corridors.web.failure import Failure

BODY_LIMIT_BYTES = 2 * 1024 * 1024
"""A longer body of a write is refused: by its Content-Length, and again while it is read."""

HEADER_LIMIT_BYTES = 32 * 1024
"""Request line and headers together; permalinks are long."""

READS = ("GET", "HEAD")
WRITES = ("POST", "PUT", "PATCH", "DELETE")

PAGES = ("/",)
"""Paths of HTML pages, which a link on another site may open."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""The page is one file, so its scripts stand in it; it may fetch from this server alone."""

SECURITY_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)

log = logging.getLogger("corridors.web")


@dataclass(frozen=True)
class Refusal:
    """A request that goes no further: status, a word for programs, and what is wrong and what would be right."""

    status: int
    kind: str
    message: str
    headers: tuple[tuple[bytes, bytes], ...] = field(default=())


class Guard:
    """ASGI middleware that refuses what must not reach the application, and puts SECURITY_HEADERS on every answer.

    ``port`` is the one the server listens on; ``limit_bytes`` the longest body of a write.
    """

    def __init__(self, app: ASGIApp, *, port: int, limit_bytes: int = BODY_LIMIT_BYTES):
        self.app, self.limit_bytes = app, limit_bytes
        names = [f"127.0.0.1:{port}", f"localhost:{port}"] + (["127.0.0.1", "localhost"] if port == 80 else [])
        self.hosts = frozenset(name.encode() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        answer = _Response(send)
        refused = (
            _header(scope)
            or self._host(scope)
            or _path(scope)
            or _method(scope)
            or _origin(scope)
            or self._body_header(scope)
        )
        if refused is None and scope["method"] in WRITES:
            body = await self._body(receive)
            if body is None:
                return  # the client has gone
            if isinstance(body, Refusal):
                refused = body
            else:
                receive = _replayed(body, receive)
        if refused is not None:
            await answer.refuse(refused)
            return
        # a HEAD is answered as a GET of which the server sends the head alone
        asked = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        try:
            await self.app(asked, receive, answer.send)
        except Exception:
            log.exception("%s %s failed", scope["method"], ascii(scope["path"]))
            if not answer.started:
                await answer.refuse(Refusal(500, "internal", "internal error; the terminal of the server says more"))

    def _host(self, scope: Scope) -> Refusal | None:
        found = _values(scope, b"host")
        if len(found) == 1 and found[0].lower() in self.hosts:
            return None
        ours = " or ".join(sorted(name.decode() for name in self.hosts))
        return Refusal(421, "host", f"this server answers to {ours} alone; the request named another Host, or none")

    def _body_header(self, scope: Scope) -> Refusal | None:
        """What the header says of the body: its kind, its length, its coding."""
        lengths, codings = _values(scope, b"content-length"), _values(scope, b"transfer-encoding")
        if len(lengths) > 1 or (lengths and codings) or any(not _is_count(text) for text in lengths):
            return Refusal(400, "length", "Content-Length must be one whole number, without a Transfer-Encoding")
        length = int(lengths[0]) if lengths else 0
        if scope["method"] not in WRITES:
            if length or codings:
                return Refusal(400, "body", f"{scope['method']} takes no body; send options in the address")
            return None
        if not _is_json(_values(scope, b"content-type")):
            return Refusal(415, "content_type", "a write must be Content-Type: application/json, in UTF-8")
        if any(text.strip().lower() != b"identity" for text in _values(scope, b"content-encoding")):
            return Refusal(415, "content_encoding", "a compressed body is not taken; send it without Content-Encoding")
        return self._too_long() if length > self.limit_bytes else None

    def _too_long(self) -> Refusal:
        return Refusal(413, "too_long", f"the body is longer than {self.limit_bytes:,} bytes; send less at a time")

    async def _body(self, receive: Receive) -> bytes | Refusal | None:
        """The whole body, counted while it comes; None when the client goes before its end."""
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return None
            body += message.get("body", b"")
            if len(body) > self.limit_bytes:
                return self._too_long()
            if not message.get("more_body", False):
                return bytes(body)


class _Response:
    """The way out: every answer gets the headers of ours, in the place of any of the same name."""

    def __init__(self, send: Send):
        self._send = send
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            ours = {name for name, _ in SECURITY_HEADERS}
            kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
            message = {**message, "headers": [*kept, *SECURITY_HEADERS]}
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        text = json.dumps(Failure(refusal.status, refusal.kind, refusal.message).as_dict()).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(text)).encode())]
        start = {"type": "http.response.start", "status": refusal.status, "headers": [*headers, *refusal.headers]}
        await self.send(start)
        await self.send({"type": "http.response.body", "body": text, "more_body": False})


def _values(scope: Scope, name: bytes) -> list[bytes]:
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return [value for key, value in headers if key.lower() == name]


def _header(scope: Scope) -> Refusal | None:
    """The HTTP parser limits only headers that do not come in one piece."""
    length = sum(len(name) + len(value) for name, value in scope["headers"])
    if length + len(scope["path"]) + len(scope["query_string"]) > HEADER_LIMIT_BYTES:
        return Refusal(431, "header", f"address and headers are longer than {HEADER_LIMIT_BYTES:,} bytes")
    return None


def _method(scope: Scope) -> Refusal | None:
    if scope["method"] in (*READS, *WRITES):
        return None
    allowed = ", ".join((*READS, *WRITES))
    return Refusal(405, "method", f"only {allowed} are answered", ((b"allow", allowed.encode()),))


def _path(scope: Scope) -> Refusal | None:
    """No address of ours has these; what has them tries to leave the folder of the assets."""
    path: str = scope["path"]
    parts = path.split("/")
    odd = not path.startswith("/") or "//" in path or ".." in parts or "." in parts or "\\" in path
    if odd or any(ord(char) < 32 or ord(char) == 127 for char in path):
        return Refusal(400, "path", "the address has dots, backslashes, empty parts or control characters in its path")
    return None


def _origin(scope: Scope) -> Refusal | None:
    """Where the browser says the request comes from; a program that is no browser says nothing."""
    host = _values(scope, b"host")[0].lower()
    if any(origin != b"http://" + host for origin in _values(scope, b"origin")):
        return Refusal(403, "origin", "the request comes from a page of another site (Origin)")
    sites = set(_values(scope, b"sec-fetch-site"))
    if sites <= {b"same-origin", b"none"}:
        return None
    is_link = (
        scope["method"] == "GET"
        and scope["path"] in PAGES
        and _values(scope, b"sec-fetch-mode") == [b"navigate"]
        and _values(scope, b"sec-fetch-dest") == [b"document"]
    )
    if is_link:
        return None
    return Refusal(403, "origin", "the request comes from a page of another site (Sec-Fetch-Site)")


def _is_count(text: bytes) -> bool:
    return text.isdigit() and len(text) < 20


def _is_json(values: list[bytes]) -> bool:
    if len(values) != 1:
        return False
    kind, *parameters = (part.strip().lower() for part in values[0].split(b";"))
    return kind == b"application/json" and all(part in (b"charset=utf-8", b'charset="utf-8"') for part in parameters)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body that was read, once; then what the client does next."""
    is_given = False

    async def again() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
