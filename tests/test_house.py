"""The house plan: who may import whom, where the large libraries live, and what a module is called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("landscapes", "optimizers", "charts", "ui", "pages", "app")
AROUND = ("tests", "benchmarks", "scripts", "deploy")
ROOMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "landscapes": (("",), ("surfaces", "formulas")),
    "optimizers": (("",), ("rules",), ("runs",), ("verdicts",), ("maps",), ("studies",)),
}
"""Inside a layer, floor by floor: a room knows itself and the floors below; "" is the layer's own files."""
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


def imported(source: str) -> Iterator[tuple[str, ...]]:
    """The dotted names that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (tuple(alias.name.split(".")) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "an import says from where"
            yield from ((*(node.module or "").split("."), alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            yield from (tuple(str(a.value).split(".")) for a in node.args if isinstance(a, ast.Constant))


def violations(path: Path, source: str) -> list[str]:
    home = path.parts[0].removesuffix(".py")
    if home in AROUND:
        return []
    if home not in LAYERS:
        return [f"{path}: {home} is no room of this house"]
    above = {*LAYERS[LAYERS.index(home) + 1 :], *AROUND}
    foreign = {name for name, homes in HOMES.items() if home not in homes}
    names = list(imported(source))
    tops = dict.fromkeys(name[0] for name in names)
    found = [f"{path} imports {top}" for top in tops if top in above | foreign]
    door = path.name == "__init__.py" and len(path.parts) == 2  # it shows what all rooms have
    if home in ROOMS and not door:
        own = list(dict.fromkeys(name[1:] for name in names if name[0] == home))
        inside = path.parts[1] if len(path.parts) > 2 else ""
        found += [
            f"{path} imports {home}.{'.'.join(name)}" for name in own if not reaches(home, inside, name)
        ]
    return found


def reaches(home: str, room: str, name: tuple[str, ...]) -> bool:
    """Whether a module in this room of a layer may import this name of the same layer."""
    floors = {one: i for i, floor in enumerate(ROOMS[home]) for one in floor}
    module = len(name) == 1 and (ROOT / home / name[0]).with_suffix(".py").exists()
    if len(name) < 2 and not module:  # through the layer's own door, which is above all its rooms
        return False
    other = name[0] if name[0] in floors else ""
    return other == room or floors[other] < floors[room]


@pytest.mark.parametrize("path", modules(), ids=str)
def test_imports_run_one_way(path: Path) -> None:
    assert violations(path, (ROOT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("landscapes/a.py", "import sympy as sp\nimport numpy\nfrom landscapes.b import c", 0),
        ("landscapes/__init__.py", "from landscapes.surfaces.a import b", 0),
        ("landscapes/a.py", "from landscapes import b", 1),
        ("landscapes/a.py", "import landscapes", 1),
        ("landscapes/a.py", "from landscapes.surfaces.b import c", 1),
        ("landscapes/a.py", "def f():\n    import landscapes.formulas.b", 1),
        ("landscapes/surfaces/a.py", "from landscapes.b import c\nfrom landscapes.surfaces.d import e", 0),
        ("landscapes/surfaces/a.py", "from landscapes.formulas.b import c", 1),
        ("landscapes/formulas/a.py", "from landscapes.surfaces import b", 1),
        ("optimizers/a.py", "from sympy import Symbol", 1),
        ("optimizers/a.py", "from landscapes import x\nfrom optimizers.b import c", 0),
        ("optimizers/__init__.py", "from optimizers.maps.a import b", 0),
        ("optimizers/a.py", "from optimizers.rules.b import c", 1),
        ("optimizers/rules/a.py", "from optimizers.b import c\nfrom optimizers.rules.d import e", 0),
        ("optimizers/rules/a.py", "from optimizers.runs.b import c\nfrom optimizers.maps.d import e", 2),
        ("optimizers/rules/a.py", "from optimizers import Adam", 1),
        ("optimizers/runs/a.py", "from optimizers.rules.b import c\nfrom optimizers.runs.d import e", 0),
        ("optimizers/runs/a.py", "from optimizers.verdicts import b", 1),
        ("optimizers/verdicts/a.py", "from optimizers.runs.b import c\nimport optimizers.rules.d", 0),
        (
            "optimizers/verdicts/a.py",
            "from importlib import import_module\nimport_module('optimizers.maps.b')",
            1,
        ),
        ("optimizers/maps/a.py", "from optimizers.verdicts.b import c\nfrom optimizers.rules.d import e", 0),
        ("optimizers/maps/a.py", "from optimizers.studies.b import c", 1),
        ("optimizers/studies/a.py", "from optimizers.maps.b import c\nfrom optimizers.studies.d import e", 0),
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


def test_nothing_is_kept_under_a_lock_of_all_objects() -> None:
    """``functools.cached_property`` has one for every property on Python 3.11: a slow visitor stops all."""
    kept = {path for path in modules() if "cached_property" in (ROOT / path).read_text(encoding="utf-8")}
    assert kept == {Path("landscapes/once.py"), Path("tests/test_house.py")}  # which say so


def test_pages_are_short() -> None:
    pages = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in ROOT.glob("pages/*.py")}
    assert {path: lines for path, lines in pages.items() if lines > PAGE_LINES} == {}


def test_the_walk_sees_the_house() -> None:
    seen = {path.parts[0] for path in modules()}
    assert {"landscapes", "optimizers", "tests"} <= seen


@pytest.mark.parametrize("layer", ROOMS)
def test_every_room_of_a_layer_has_its_floor(layer: str) -> None:
    rooms = {path.parts[1] for path in modules() if path.parts[0] == layer and len(path.parts) > 2}
    assert rooms | {""} == {room for floor in ROOMS[layer] for room in floor}
