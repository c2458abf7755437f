"""A plugin for pytest: CONTRIBUTING's examples join the registries before tests are collected."""

import re
from pathlib import Path

from landscapes import LANDSCAPES, Landscape
from optimizers import OPTIMIZERS, Optimizer

TEXT = (Path(__file__).resolve().parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES: list[str] = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def register(source: str) -> list[str]:
    """Run an example as it stands; the keys of the surfaces and rules that it declares."""
    names: dict[str, object] = {"__name__": "example"}
    exec(source, names)
    surfaces = {one.key: one for one in names.values() if isinstance(one, Landscape)}
    classes = [one for one in names.values() if isinstance(one, type) and one.__module__ == "example"]
    rules = {one.key: one for one in classes if issubclass(one, Optimizer)}
    LANDSCAPES.update(surfaces)
    OPTIMIZERS.update(rules)
    return [*surfaces, *rules]


KEYS = [key for example in EXAMPLES for key in register(example)]
