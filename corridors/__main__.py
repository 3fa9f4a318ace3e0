"""Where the command ``corridors`` and ``python -m corridors`` begin: signals first, then everything else."""

from __future__ import annotations

import os
import signal

YOUNG = 100_000
"""So many new objects are let be before Python looks for cycles among them; by default 700, a tenth of a cold plan."""


def main() -> None:
    """Run the command line; Ctrl-C ends it with exit code 130, SIGTERM with 143, both in silence."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # whoever started us may want it so
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))  # until interrupts takes over, which takes a while
    import gc

    from corridors import interrupts

    interrupts.install()
    gc.set_threshold(YOUNG)  # reading the data makes many records that stay: looking through them often finds nothing
    try:
        from corridors.cli import main as cli

        interrupts.loaded()
        cli.main()
    except BaseException:
        if not interrupts.is_asked():
            raise
    finally:  # all is done: while Python tidies up it would put the default back, which kills
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if interrupts.is_asked():
        interrupts.leave()


if __name__ == "__main__":
    main()
