"""Where the command ``corridors`` and ``python -m corridors`` begin: signals first, then everything else."""

from __future__ import annotations

from corridors import interrupts


def main() -> None:
    """Run the command line; Ctrl-C ends it with exit code 130, SIGTERM with 143, both in silence."""
    interrupts.install()
    try:
        from corridors import cli

        interrupts.loaded()
        cli.main()
    except BaseException:
        if not interrupts.is_asked():
            raise
    if interrupts.is_asked():
        interrupts.leave()


if __name__ == "__main__":
    main()
