"""Ctrl-C and SIGTERM: the command ends at once and without a word, with exit code 130 or 143, whatever it is at.

``install`` is the first thing the command line does, before anything heavy is imported. While modules are loaded a
signal ends the process on the spot: an exception there would be caught, or turned into another one, by modules that
know nothing of it. Afterwards it raises ``Interrupted`` where the command is, so that half-written files go; if the
command is in compiled code, or something swallows the exception, a thread ends the process GRACE_S later.

Nothing but the standard library is imported here, and nothing happens when it is imported.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

GRACE_S = 1.0
"""So long a command may tidy up."""

ORDERLY_S = 15.0
"""So long one may that ends other processes first."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM") if hasattr(signal, name))


class Interrupted(BaseException):
    """The user has asked the command to end. Not a KeyboardInterrupt, of which some libraries make words of theirs."""


class _State:
    """What a signal finds: is the process still loading, was it asked to end, and how long it may take to."""

    number = 0
    is_loading = True
    grace_s = GRACE_S


def install() -> None:
    """Take the signals over, in the main thread of a process that is a command; one that ignores them goes on so."""
    if threading.current_thread() is not threading.main_thread():
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)  # written to by the system itself, also in compiled code
    threading.Thread(target=_watch, args=(reader,), name="interrupts", daemon=True).start()
    for each in SIGNALS:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, _interrupt)


def loaded() -> None:
    """What the command needs is imported: from now on a signal raises Interrupted."""
    _State.is_loading = False


def orderly() -> None:
    """The command ends processes of its own when it is interrupted; give it the time."""
    _State.grace_s = ORDERLY_S


def is_asked() -> bool:
    """Whether the command was asked to end."""
    return _State.number > 0


def leave() -> NoReturn:
    """End with the exit code of the signal, in silence."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")  # a line of progress that stands there
            sys.stderr.flush()
    sys.unraisablehook = _say_nothing
    threading.excepthook = _say_nothing
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the rest of an answer is of no use
    sys.exit(_code())


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Threads and processes that are started here do not get Ctrl-C, also while they are born; their starter does."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # when it is started by the way, it lets signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def leave_with_parent() -> None:
    """In a process that multiprocessing started: end as soon as the one that started it has ended, however it did."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where ``held`` can do nothing
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a handler in Python would wait for compiled code to return
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def leave() -> None:
        parent.join()
        os._exit(0)

    threading.Thread(target=leave, daemon=True).start()


def _code() -> int:
    return 128 + _State.number


def _interrupt(number: int, _: FrameType | None) -> None:
    if _State.is_loading or _State.number:  # the second time the user means it
        os._exit(128 + number)
    _State.number = number
    sys.unraisablehook = _say_nothing  # of an exception that a destructor or a callback cannot hand on
    raise Interrupted


def _say_nothing(_: Any) -> None:
    """In the place of the hooks that print what cannot be raised."""


def _watch(reader: int) -> None:
    """In a thread: end the process when its main thread cannot, or does not."""
    while True:
        for number in os.read(reader, 64):
            if number in SIGNALS and signal.getsignal(number) is _interrupt:
                time.sleep(_State.grace_s)
                os._exit(128 + number)
