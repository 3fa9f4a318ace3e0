"""Writes anew what README.md takes from the data: answers, numbers, the table of corridors, pictures; and the house.

    python docs/regenerate.py            # or: make readme
    python docs/regenerate.py --check    # changes nothing; exit code 1 when a text is not up to date

Three marks of the README, none of which is seen when it is read, say what stands where:

- ``<!-- keep`` ... ``-->`` before a block of ``$ corridors`` commands: a pattern in each line. Of an answer on a
  terminal of WIDTH columns, each line is kept that a match of one of them touches (a pattern
  may reach over lines by ``\\n``).
- ``<!--=NAME-->405<!--/-->``: a value of ``readme_values.py``.
- ``<!-- corridors -->`` ... ``<!-- /corridors -->``: the table of the named corridors.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
WIDTH = 100
"""Columns of the terminal that answers are laid out for."""

BLOCK = re.compile(r"<!-- keep\n(?P<patterns>.*?)\n-->\n```\n(?P<lines>.*?)```", re.DOTALL)
VALUE = re.compile(r"<!--=(?P<name>[\w.-]+)-->(?P<text>.*?)<!--/-->", re.DOTALL)
TABLE = re.compile(r"(?<=<!-- corridors -->\n).*?(?=<!-- /corridors -->)", re.DOTALL)

PICTURES = (("--figure", "almaty-karachi.png", 1400), ("--chart", "hours-over-distance.png", 1200))
"""Option of ``corridors compare Almaty Karachi``, file in docs/, and its width in pixels."""


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def ask(command: str, *, width: int | None = WIDTH) -> str:
    """What a command writes to a terminal so many columns wide, or to a pipe (``width`` None).

    Raises RuntimeError when it ends with another exit code than 0.
    """
    from corridors.cli import main as cli

    known, out = (sys.argv, sys.excepthook, os.environ.get("COLUMNS")), sys.stdout
    sys.argv = shlex.split(command)
    sys.stdout = answer = io.StringIO() if width is None else _Terminal()
    os.environ["COLUMNS"] = str(width or WIDTH)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            cli.main()
    except SystemExit as error:
        if error.code:
            raise RuntimeError(f"{command}: exit code {error.code}: {said.getvalue()}") from error
    finally:
        sys.stdout = out
        sys.argv, sys.excepthook, columns = known
        os.environ.pop("COLUMNS")
        if columns is not None:
            os.environ["COLUMNS"] = columns
    return answer.getvalue()


def kept(answer: str, patterns: Sequence[str]) -> list[str]:
    """The lines of an answer that a match of one of the patterns touches, in their order.

    >>> kept("best: a\\n  12 h\\nbest: b\\nend\\n", ["^best: a\\n", "^end"])
    ['best: a', 'end']
    >>> kept("best: a\\n  12 h\\nbest: b\\n", [r"^best: a\\n.*"])
    ['best: a', '  12 h']
    """
    lines, at, touched = answer.split("\n"), 0, []
    spans = [found.span() for each in patterns for found in re.finditer(each, answer, re.MULTILINE)]
    for line in lines:
        if any(start < at + len(line) and end > at for start, end in spans):
            touched.append(line)
        at += len(line) + 1
    return touched


def commands(lines: str) -> list[str]:
    """The commands of a block."""
    return [line[2:] for line in lines.splitlines() if line.startswith("$ ")]


def block(patterns: Sequence[str], asked: Sequence[str]) -> str:
    """The lines of a block: each command with the lines of its answer that are kept.

    Raises RuntimeError when none is, since its patterns are then those of another answer.
    """
    lines: list[str] = []
    for command in asked:
        answer = kept(ask(command), patterns)
        if not answer:
            raise RuntimeError(f"{command}: no line of its answer is kept by {' or '.join(patterns)}")
        lines += [f"$ {command}", *answer]
    return "".join(f"{line}\n" for line in lines)


def fill(text: str, values: Mapping[str, str], table: str) -> str:
    """The README with all blocks, values and the table as they are now.

    Raises RuntimeError for a value that is not known or that nothing asks for, and a mark that would break a paragraph.
    """
    names = {found["name"] for found in VALUE.finditer(text)}
    if names != set(values):
        raise RuntimeError(f"values without a place, or places without a value: {sorted(names ^ set(values))}")
    if first := re.search(r"^\s*<!--=.*", text, re.MULTILINE):
        raise RuntimeError(f"a mark at the beginning of a line makes a block of HTML of it: {first[0].strip()}")
    for found in list(BLOCK.finditer(text)):
        filled = block(found["patterns"].splitlines(), commands(found["lines"]))
        text = text.replace(found[0], found[0].removesuffix(f"{found['lines']}```") + f"{filled}```")
    text = VALUE.sub(lambda found: f"<!--={found['name']}-->{values[found['name']]}<!--/-->", text)
    return TABLE.sub(lambda _: table, text)


def plain(text: str) -> str:
    """The text without the marks of values, as it is read.

    >>> plain("at <!--=speed-->40<!--/--> km/h")
    'at 40 km/h'
    """
    return VALUE.sub(lambda found: found["text"], text)


def draw_pictures() -> None:
    """Draw the pictures of docs/ and store them with few colours, as they are only looked at on a screen."""
    from PIL import Image

    for option, name, width_px in PICTURES:
        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder) / name
            ask(f"corridors compare Almaty Karachi {option} {shlex.quote(str(drawn))}")
            with Image.open(drawn) as whole:
                height_px = round(whole.height * width_px / whole.width)
                small = whole.convert("RGB").resize((width_px, height_px), Image.Resampling.LANCZOS)
        few = small.quantize(256, method=Image.Quantize.MAXCOVERAGE, kmeans=3)  # the default makes yellow lines orange
        few.save(ROOT / "docs" / name, optimize=True)


def main(options: Sequence[str]) -> int:
    """Write or check; the exit code."""
    import architecture
    import readme_values

    if set(options) - {"--check"}:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    now = README.read_text(encoding="utf-8")
    filled = fill(now, readme_values.values(), readme_values.table())
    if options:
        lines = now.splitlines(keepends=True), filled.splitlines(keepends=True)
        sys.stdout.writelines(difflib.unified_diff(*lines, "README.md", "README.md by 'make readme'"))
        return max(int(now != filled), architecture.main(options))
    README.write_text(filled, encoding="utf-8")
    draw_pictures()
    return architecture.main(options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
