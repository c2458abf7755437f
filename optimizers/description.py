"""What a docstring says of a rule or a schedule, taken apart for a page: it is typed once, there."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

from optimizers.hyperparameters import Declared


class Description(NamedTuple):
    """The idea in a sentence, the update in LaTeX, what else there is to know, and where it comes from."""

    idea: str
    update: str
    remarks: str
    source: str


def described(kind: type[Declared]) -> Description:
    """The parts of a docstring; remarks are Markdown with LaTeX between dollars."""
    text = inspect.cleandoc(kind.__doc__ or "")
    idea, _, rest = text.partition("\n\n")
    rest, _, source = rest.partition("Source: ")
    formulas = re.findall(r"\$\$(.*?)\$\$", rest, re.DOTALL)
    remarks = re.sub(r"\$\$.*?\$\$", "", rest, flags=re.DOTALL).replace("``", "`")
    paragraphs = [" ".join(p.split()) for p in remarks.split("\n\n") if p.strip()]
    lines = r" \\ ".join(" ".join(formula.split()) for formula in formulas)
    update = rf"\begin{{gathered}}{lines}\end{{gathered}}" if len(formulas) > 1 else lines
    return Description(" ".join(idea.split()), update, "\n\n".join(paragraphs), " ".join(source.split()))
