"""Sentences as they are shown: numbers by hand, and subscripts that are subscripts."""

from __future__ import annotations

import re
from html import escape

from charts import prose

_SUBSCRIPT = re.compile(r"(?<=[λκη])_(\w+)")
_LOWERED = str.maketrans("aeijklmnoprstuvx", "ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")


def written(sentence: str) -> str:
    """A sentence of ours as HTML."""
    return _SUBSCRIPT.sub(r"<sub>\1</sub>", escape(prose(sentence)))


def plain(sentence: str) -> str:
    """A sentence of ours as text, for where there is no markup: pictures' descriptions, captions."""
    return _SUBSCRIPT.sub(lambda found: found[1].translate(_LOWERED), prose(sentence))
