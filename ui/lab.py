"""What a lab declares about itself: navigation, link, index and tests follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from charts import Look
from landscapes import Parameter

if TYPE_CHECKING:
    from ui.scenario import Scenario

Value: TypeAlias = float | str


@dataclass(frozen=True)
class Choice:
    """A setting that is one of a few words: each option's word in the link, and what it is called."""

    key: str
    name: str
    default: str
    options: Mapping[str, str]
    help: str = ""

    def check(self, value: Value) -> str:
        """The value, if it is an option.

        Raises
        ------
        ValueError
            If it is none; the sentence names the setting and what there is.
        """
        if value not in self.options:
            raise ValueError(f"{self.name} must be one of: {', '.join(self.options)}; not {value!r}.")
        return str(value)

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True)
class Question:
    """A question of the lectures: answered by the student, then by a computation.

    ``right`` says which of the ``options`` it is, ``because`` in a sentence with numbers why; both are
    computed when they are asked for.
    """

    key: str
    text: str
    options: tuple[str, ...]
    right: Callable[[], int]
    because: Callable[[], str]


@dataclass(frozen=True, eq=False)
class Lab:
    """A page that answers one question by running.

    Attributes
    ----------
    key, title, question, look_for
        The page's address, its name, what it asks, and the sentence that says where to look.
    opening
        What a first visitor sees.
    picture
        The same as a small SVG, for the index.
    settings
        Numbers and choices of the lab's own, beside those of its scenario.
    questions
        What the lectures ask here.
    """

    key: str
    title: str
    question: str
    look_for: str
    opening: Callable[[], Scenario]
    picture: Callable[[Look], str]
    settings: tuple[Parameter | Choice, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def defaults(self) -> tuple[tuple[str, Value], ...]:
        """The settings as a first visitor finds them."""
        return tuple((s.key, s.default) for s in self.settings)
