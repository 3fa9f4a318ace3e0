"""Answers asked again: the text that the question of a manifest gives now.

A command is asked as a user would: the options of the manifest that are not at their default become a command line. So
every command whose answer has a manifest can be replayed, without being listed here. Answers of studies keep the
options of the study's question; ACTIONS change something, and are not done again.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corridors import faces, manifests
from geodata import errors
from geodata.errors import Problem
from geodata.read import contents

ACTIONS = {"segment add": "dry_run"}
"""Commands that change the user's folder, and the option with which they only say what would happen."""


def read(path: Path) -> dict[str, Any]:
    """The answer in a file, with its manifest. Raises DataError for a file that is none."""
    document, problems = contents.parse_json(contents.read_text(path), str(path))
    if problems:
        raise errors.DataError(problems)
    found = document.get("manifest") if isinstance(document, dict) else None
    if not isinstance(found, dict) or not isinstance(found.get("options"), dict):
        problem = Problem(
            "error",
            "no-manifest",
            "this is no answer of a command",
            str(path),
            field="manifest",
            hint="give a file that -f json of a command wrote",
        )
        raise errors.DataError([problem])
    whole: dict[str, Any] = document
    return whole


def text_now(app: Any, file: str, known: Mapping[str, Any], folder: Path | None) -> str:
    """The JSON that the question of a manifest gives now; ``app`` is the command line as click has it.

    Raises RequestError for what cannot be asked again: an action, a file that is gone or changed, an unknown option.
    """
    manifests.refuse_changed(known)
    face = str(known.get("face", faces.COMMAND_LINE))
    if face not in faces.FACES:
        raise errors.RequestError(
            f"{file}: face: there is no {errors.printable(face)!r}; known: {', '.join(faces.FACES)}"
        )
    with faces.speaking(face):
        return _study(file, known, folder) if "study" in known else _command(app, file, known, folder)


def data_text(data: Any) -> str:
    """The data of a manifest in words."""
    if not isinstance(data, dict):
        return "not stated"
    return f"version {data.get('version')} of {data.get('date')}, sha256 {str(data.get('sha256'))[:16]}"


def _study(file: str, known: Mapping[str, Any], folder: Path | None) -> str:
    from corridors import console
    from corridors.cli import asking
    from corridors.studies import study as study_
    from corridors.studies.table import STUDIES

    study, question = study_.replayed(file, known, STUDIES)
    answer = study.answer(console.load(folder), question, asking.run_of(study))
    return study_.text(study, question, answer)


def _command(app: Any, file: str, known: Mapping[str, Any], folder: Path | None) -> str:
    name, options = str(known.get("command")), known["options"]
    command = _named(app, name)
    if name in ACTIONS and not options.get(ACTIONS[name]):
        raise errors.RequestError(f"{file}: '{name}' changed a folder; what was done is not done again")
    arguments = [*name.split(" "), "--format", "json", *_command_line(command, file, options, folder)]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        app.main(arguments, prog_name="corridors", standalone_mode=False)
    return said.getvalue().removesuffix("\n")


def _named(app: Any, name: str) -> Any:
    """The command of a name like 'segment effect'. Raises UnknownNameError."""
    at = app
    for word in name.split(" "):
        at = getattr(at, "commands", {}).get(word)
    if at is None or not any(each.name == "output_format" for each in at.params):
        raise errors.UnknownNameError("command", name, detail="no command of this name answers questions")
    return at


def _given(parameter: Any, value: Any) -> list[str]:
    """An option with its value, which cannot be taken for another option."""
    name = next((each for each in parameter.opts if each.startswith("--")), "")
    return [f"{name}={value}"] if name else [parameter.opts[0], _no_option(value)]


def _no_option(value: Any) -> str:
    """A value as a word of the command line that cannot be taken for an option."""
    text = str(value)
    if text.startswith("-") and not isinstance(value, (int, float)):
        raise errors.RequestError(f"{errors.printable(text)[:80]} is no value of an option")
    return text


def _command_line(command: Any, file: str, options: Mapping[str, Any], folder: Path | None) -> list[str]:
    """The options as a user would write them, without what stands at its default; arguments come last."""
    parameters = {manifests.name_of(each): each for each in command.params}
    unknown = [key for key in options if key not in parameters]
    if unknown:
        raise errors.RequestError(f"{file}: its options cannot be asked again: there is no {', '.join(unknown)}")
    written = [key for key, each in parameters.items() if each.name in manifests.WRITTEN_OPTIONS and key in options]
    if written:
        raise errors.RequestError(f"{file}: {', '.join(written)}: an answer asked again is only printed; take it out")
    named: list[str] = []
    placed: list[str] = []
    for key, parameter in parameters.items():
        value = options.get(key)
        if parameter.name in manifests.DATA_OPTIONS:
            value = str(folder) if folder is not None else None
        if value is None or value == [] or value == manifests.plain(parameter.default):
            continue
        many = parameter.multiple or parameter.nargs != 1
        if isinstance(value, dict) or (isinstance(value, list) and not many):
            raise errors.RequestError(f"{file}: {key} takes one value, not {errors.printable(str(value))[:80]}")
        if parameter.param_type_name == "argument":
            placed += map(str, value) if isinstance(value, list) else [str(value)]
        elif isinstance(value, bool):
            named.append((parameter.opts if value else parameter.secondary_opts)[0])
        elif isinstance(value, list) and parameter.multiple:
            named += [text for item in value for text in _given(parameter, item)]
        elif isinstance(value, list):  # an option of several values at once
            named += [parameter.opts[0], *map(_no_option, value)]
        else:
            named += _given(parameter, value)
    return [*named, "--", *placed] if placed else named
