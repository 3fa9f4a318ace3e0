"""The server: 127.0.0.1 only, one port, ended by Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path

import uvicorn

from corridors import console
from corridors.web import app as app_
from corridors.web.connections import MAX_CONNECTIONS, TimedProtocol
from corridors.web.failure import WorkError
from corridors.web.guard import HEADER_LIMIT_BYTES
from corridors.web.worker import LIMIT_S
from geodata import errors

HOST = "127.0.0.1"
BACKLOG = 1024
SPARE_FILES = 200
"""File descriptors for all that is no connection."""


def serve(folder: Path | None, *, port: int, limit_s: float = LIMIT_S) -> None:
    """Serve until Ctrl-C; ``port`` 0 takes a free one. The address is said on stderr.

    Raises RequestError when the port cannot be had, or the data cannot be read.
    """
    if folder is not None and not folder.is_dir():
        if folder.exists():
            raise errors.RequestError(f"--data {folder}: not a folder; name the one that holds your segments")
        console.say(f"{folder} is not there yet; it is made when something is saved")
    taken = listen(port)
    with contextlib.closing(taken):
        port = taken.getsockname()[1]
        console.say("getting ready ...")
        runner = app_.new_runner(folder, limit_s=limit_s)
        runner.start()
        try:
            runner.wait_ready()
            made = configured(app_.create_app(folder, port, runner=runner), port)
            console.say(f"Corridors is at http://{HOST}:{port}/ and answers this computer alone; Ctrl-C ends it")
            made.run(sockets=[taken])
        except WorkError as error:
            raise errors.RequestError(error.failure.message) from None
        except KeyboardInterrupt:
            return
        finally:
            runner.stop()


def configured(application: object, port: int) -> uvicorn.Server:
    """A server with limits on headers, connections and waiting, which trusts no proxy's headers."""
    _allow_files(MAX_CONNECTIONS + SPARE_FILES)
    return uvicorn.Server(
        uvicorn.Config(
            application,  # type: ignore[arg-type]
            host=HOST,
            port=port,
            loop="asyncio",
            http=TimedProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
            h11_max_incomplete_event_size=HEADER_LIMIT_BYTES,
        )
    )


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1. Raises RequestError, which says what to do."""
    if not 0 <= port <= 65535:
        raise errors.RequestError(f"--port must lie between 0 and 65535, not {port}")
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((HOST, port))
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        reason = "it is taken" if error.errno == errno.EADDRINUSE else (error.strerror or str(error))
        raise errors.RequestError(
            f"port {port} cannot be had: {reason}; name another, or --port 0 for a free one"
        ) from None
    return made


def _allow_files(wanted: int) -> None:
    """More open files, where the system has a limit that may be raised."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        best = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, best), hard))
