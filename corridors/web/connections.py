"""Connections that do not get in the way: a request must be complete in time, and an answer be read.

Idle connections cost a file descriptor each and no thread; past a number of them the one that has waited longest goes.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from corridors.web.guard import BODY_LIMIT_BYTES

REQUEST_LIMIT_S = 10.0
"""From its first byte, or from the opening of the connection, a request must be complete in this time."""

LINGER_LIMIT_S = 2.0
"""So long the rest of a refused body is read and dropped, so that the client can read the answer ..."""

LINGER_LIMIT_BYTES = 16 * 1024 * 1024
"""... and so much of it."""

ANSWER_LIMIT_S = 30.0
"""A client that takes nothing of its answer for so long is dropped."""

MAX_CONNECTIONS = 800


class TimedProtocol(H11Protocol):
    """HTTP/1.1 with limits of time."""

    request_limit_s = REQUEST_LIMIT_S
    max_connections = MAX_CONNECTIONS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._dropped = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect(self.request_limit_s)
        opened = [
            each for each in self.connections if isinstance(each, TimedProtocol) and not each.transport.is_closing()
        ]
        if len(opened) > self.max_connections:
            waiting = [each for each in opened if each.waits_until]
            if waiting:
                min(waiting, key=lambda each: each.waits_until).end()

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect(None)
        self._read_again()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_lingering():
            self._dropped += len(data)
            if self._dropped > LINGER_LIMIT_BYTES:
                self.end()
                return
        super().data_received(data)
        if self._announced() > BODY_LIMIT_BYTES and not self.transport.is_closing():
            self.send_400_response(f"A chunk is longer than {BODY_LIMIT_BYTES:,} bytes; send less at a time.")
            return
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._is_lingering():
            self._expect(LINGER_LIMIT_S)
        else:
            self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._read_again()
        self._unread = self.loop.call_later(ANSWER_LIMIT_S, self.transport.abort)

    def resume_writing(self) -> None:
        self._read_again()
        super().resume_writing()

    @property
    def waits_until(self) -> float:
        """When the connection ends unless its request is complete; 0 while a request is answered."""
        return self._deadline.when() if self._deadline else 0.0

    def end(self) -> None:
        """Close the connection, whatever was said on it."""
        if not self.transport.is_closing():
            self.transport.close()

    def _is_lingering(self) -> bool:
        """The answer is given and the request goes on."""
        return bool(self.cycle) and self.cycle.response_complete and self.conn.their_state is h11.SEND_BODY

    def _announced(self) -> int:
        """The size of the chunk that is being sent, as its head says; it is not waited for where it is absurd."""
        if self.conn.their_state is not h11.SEND_BODY or (self.cycle and self.cycle.response_started):
            return 0
        size: int = getattr(getattr(self.conn, "_reader", None), "_bytes_in_chunk", 0)
        return size

    def _watch(self) -> None:
        """A request that has begun must end in time; one that is complete has all the time of its answer."""
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._expect(None)
        elif self._deadline is None:
            self._expect(self.request_limit_s)

    def _expect(self, seconds: float | None) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self.end)

    def _read_again(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
