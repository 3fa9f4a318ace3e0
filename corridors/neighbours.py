"""Whether the folders beside this one are ours: other distributions have packages of the same names.

Installed into one environment, the later one puts its files over those of the other, and to remove it removes them.
Nothing here imports the other folders, since what they hold may be anything. It runs before the command line has taken
its signals over, so it takes next to no time: nothing is imported that the interpreter does not have already.
"""

from __future__ import annotations

import os.path
import sys

DISTRIBUTION = "transit-corridors"
FOLDERS = ("geodata", "planner", "maps")
MARKER = f"Part of the distribution {DISTRIBUTION}."
"""What stands in ``__init__.py`` of each folder of ours."""

EXIT_BROKEN = 2


def require_own() -> None:
    """Raise ImportError where a folder is not ours; on the command line its message alone is written, and we leave."""
    wrong = [text for text in map(_wrong, FOLDERS) if text]
    if not wrong:
        return
    message = (
        f"{'; '.join(wrong)}. Give {DISTRIBUTION} an environment of its own (pipx install {DISTRIBUTION}, or a new "
        f"virtual environment); to mend this one: remove the other distribution, then pip install --force-reinstall "
        f"--no-deps {DISTRIBUTION}"
    )
    if _is_command():
        sys.stderr.write(f"error: {message}\n")
        sys.stderr.flush()
        sys.exit(EXIT_BROKEN)
    raise ImportError(message)


def _wrong(folder: str) -> str:
    """What is wrong with a folder, in words; '' where it is ours."""
    file = _init_file(folder)
    if file is not None:
        with open(file, encoding="utf-8", errors="replace") as text:
            if MARKER in text.read():
                return ""
    others = _others(folder)
    whose = f"of the distribution {' and '.join(others)}" if others else "of another distribution"
    if file is not None:
        return f"the package {folder} ({os.path.dirname(file)}) is {whose}, not of {DISTRIBUTION}"
    cause = f"the distribution {' and '.join(others)} has" if others else "another distribution may have"
    return f"the package {folder} of {DISTRIBUTION} is not complete: {cause} one of this name, and took its files away"


def _init_file(folder: str) -> str | None:
    """Where a folder of this name would be imported from; None for one without an ``__init__.py``."""
    found = (finder.find_spec(folder, None) for finder in sys.meta_path if hasattr(finder, "find_spec"))
    spec = next((each for each in found if each is not None), None)
    return spec.origin if spec is not None else None


def _others(folder: str) -> list[str]:
    """The other distributions that have a package of this name, with their versions."""
    from importlib import metadata

    names = metadata.packages_distributions().get(folder, [])
    return sorted({f"{name} {metadata.version(name)}" for name in names if name.lower() != DISTRIBUTION})


def _is_command() -> bool:
    """Whether the process is the command line, which shows no trace."""
    given = sys.orig_argv
    module = given[given.index("-m") + 1 :][:1] if "-m" in given else []
    name = os.path.basename(sys.argv[0] if sys.argv else "").partition(".")[0]
    return name == "corridors" or module in (["corridors"], ["corridors.cli.main"])
