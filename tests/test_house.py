"""The house plan: who may import whom, where the large libraries live, and what a module is called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("landscapes", "optimizers", "charts", "ui", "pages", "app")
AROUND = ("tests", "benchmarks", "scripts", "deploy")
HOMES = {
    "sympy": {"landscapes"},
    "mpmath": {"landscapes"},
    "plotly": {"charts"},
    "streamlit": {"ui", "pages", "app"},
}
PAGE_LINES = 80


def modules() -> list[Path]:
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
    return sorted(path for path in files if not path.parts[0].startswith("."))


def imported(source: str) -> Iterator[str]:
    """Top-level packages that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (str(a.value).split(".")[0] for a in node.args if isinstance(a, ast.Constant))


def violations(path: Path, source: str) -> list[str]:
    home = path.parts[0].removesuffix(".py")
    if home in AROUND:
        return []
    if home not in LAYERS:
        return [f"{path}: {home} is no room of this house"]
    above = {*LAYERS[LAYERS.index(home) + 1 :], *AROUND}
    foreign = {name for name, homes in HOMES.items() if home not in homes}
    return [f"{path} imports {name}" for name in imported(source) if name in above | foreign]


@pytest.mark.parametrize("path", modules(), ids=str)
def test_imports_run_one_way(path: Path) -> None:
    assert violations(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("landscapes/a.py", "import sympy as sp\nimport numpy\nfrom landscapes.b import c", 0),
        ("optimizers/a.py", "from sympy import Symbol", 1),
        ("optimizers/a.py", "from landscapes import x\nfrom optimizers.b import c", 0),
        ("landscapes/a.py", "import optimizers.runs.run", 1),
        ("charts/a.py", "import plotly.graph_objects as go\nimport optimizers", 0),
        ("charts/a.py", "def f():\n    import streamlit", 1),
        ("ui/a.py", "import streamlit, plotly\nfrom charts import c", 1),
        ("ui/a.py", "from importlib import import_module\nimport_module('plotly.io')", 1),
        ("ui/stage/a.py", "from pages import b", 1),
        ("pages/a.py", "import streamlit\nimport app", 1),
        ("app.py", "import streamlit\nimport pages", 0),
        ("app.py", "import tests.conftest", 1),
        ("extra/a.py", "", 1),
        ("benchmarks/a.py", "import sympy, plotly, streamlit, app", 0),
    ],
)
def test_the_check_itself(path: str, source: str, found: int) -> None:
    assert len(violations(Path(path), source)) == found


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_is_named_after_its_thought(path: Path) -> None:
    words = {word for part in path.with_suffix("").parts for word in part.lower().split("_")}
    assert not words & {
        "util",
        "utils",
        "helper",
        "helpers",
        "manager",
        "managers",
        "misc",
        "common",
        "data2",
    }


@pytest.mark.parametrize("path", modules(), ids=str)
def test_a_module_says_in_its_first_line_what_it_is(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert (ast.get_docstring(tree) or "").split("\n")[0].endswith((".", ":"))


def test_pages_are_short() -> None:
    pages = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in ROOT.glob("pages/*.py")}
    assert {path: lines for path, lines in pages.items() if lines > PAGE_LINES} == {}


def test_the_walk_sees_the_house() -> None:
    seen = {path.parts[0] for path in modules()}
    assert {"landscapes", "optimizers", "tests"} <= seen
