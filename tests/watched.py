"""A canary file and a listener that no file of anybody's may make us touch."""

from __future__ import annotations

import ctypes
import os
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

IN_ACCESS, IN_OPEN = 0x1, 0x20


@dataclass(frozen=True)
class Watched:
    """``canary`` is a GeoJSON file with a line; ``port`` is listened at on 127.0.0.1."""

    canary: Path
    port: int
    _events: int
    _listener: socket.socket

    def touched(self) -> list[str]:
        """What was touched since the last call: the canary (opened or read), the listener (connected to)."""
        found = []
        if select.select([self._events], [], [], 0)[0] and os.read(self._events, 65536):
            found.append("canary")
        if select.select([self._listener], [], [], 0)[0]:
            self._listener.accept()[0].close()
            found.append("listener")
        return found


@contextmanager
def watched(folder: Path) -> Iterator[Watched]:
    """Both, watched by the operating system itself (Linux)."""
    canary = folder / "canary.geojson"
    canary.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"CANARY","mode":"road"},'
        '"geometry":{"type":"LineString","coordinates":[[66.99,24.86],[67.5,25.6],[68.0,26.2]]}}]}'
    )
    system = ctypes.CDLL(None, use_errno=True)
    events = system.inotify_init1(os.O_NONBLOCK)
    assert events >= 0
    assert system.inotify_add_watch(events, os.fsencode(canary), IN_ACCESS | IN_OPEN) >= 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield Watched(canary, listener.getsockname()[1], events, listener)
    os.close(events)
