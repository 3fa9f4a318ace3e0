"""A command that asks a question: typer sees the question's fields as its parameters (``from_model``).

Nothing of the planner is imported before a command is called, or helped with: the list of commands needs none.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.question import Conditions

Load = Callable[[], type["Conditions"]]
More = Callable[[], list[inspect.Parameter]]


def asks(model: str | Load, more: More | None = None) -> Callable[[Callable[..., Any]], Any]:
    """Make a command of a function whose argument ``question`` is a question.

    The model is one of ``planner.question`` by its name, or what a function gives. The options that ``more`` gives come
    to the function as its argument ``more``, those that were given by their names.
    """
    return lambda command: Asking(command, model, more)


class Asking:
    """What typer takes for the function: its signature has the fields of the question."""

    def __init__(self, command: Callable[..., Any], model: str | Load, more: More | None = None):
        self.command, self._model, self._more = command, model, more
        self.__name__, self.__doc__ = command.__name__, command.__doc__
        self.__annotations__: dict[str, Any] = {}  # typer reads them beside the signature, which has all
        command.__annotations__.pop("question")  # nothing has imported it yet

    @property
    def model(self) -> type[Conditions]:
        if not isinstance(self._model, str):
            return self._model()
        from planner import question

        model: type[Conditions] = getattr(question, self._model)
        return model

    @property
    def quiet(self) -> frozenset[str]:
        """The fields that a manifest has only where they are given."""
        from corridors.cli import from_model

        return from_model.quiet(self.model)

    @property
    def __signature__(self) -> inspect.Signature:
        from corridors.cli import from_model

        signature = inspect.signature(self.command, eval_str=True)
        made: list[inspect.Parameter] = []
        for parameter in signature.parameters.values():
            if parameter.name == "question":
                made += from_model.parameters(self.model)
            elif parameter.name == "more" and self._more is not None:
                made += self._more()
            else:
                made.append(parameter)
        return signature.replace(parameters=[each.replace(kind=each.KEYWORD_ONLY) for each in made])

    def __call__(self, **given: Any) -> Any:
        from corridors.cli import from_model

        asked = from_model.question_of(self.model, given)
        rest = {key: value for key, value in given.items() if key not in self.model.model_fields}
        if self._more is not None:
            found = {row.name: rest.pop(row.name) for row in self._more()}
            rest["more"] = {name: value for name, value in found.items() if value is not None}
        return self.command(question=asked, **rest)
