"""What the contracts run over: every surface at several parameter values, and surfaces made for one test."""

import sys
from collections.abc import Iterator
from itertools import product
from math import sqrt
from typing import Any

import hypothesis
import pytest
import sympy as sp

from landscapes import LANDSCAPES, Facts, Landscape, Parameter, Window, x, y

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=False)
hypothesis.settings.load_profile("repeatable")


LONG = ("test_whole_cost", "test_server", "test_work", "test_contributing", "test_deploy")
"""Files with tests of many seconds each, most of them of processes of their own."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, so that no worker is left with one when the other is done."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session", autouse=True)
def packages_and_scripts_are_read_once() -> Iterator[None]:
    """What Streamlit's ``AppTest`` does anew for every page: search the packages, compile the scripts."""
    with pytest.MonkeyPatch.context() as patch:
        if app_test := sys.modules.get("streamlit.testing.v1.app_test"):
            from streamlit.components.v2 import manifest_scanner
            from streamlit.testing.v1 import local_script_runner

            found, scripts = manifest_scanner.scan_component_manifests(), app_test.ScriptCache()
            patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
            for module in (app_test, local_script_runner):
                patch.setattr(module, "ScriptCache", lambda: scripts)
        yield


def middle(p: Parameter) -> float:
    if p.switch:
        return p.default
    return sqrt(p.low * p.high) if p.log else (p.low + p.high) / 2


def variants(surface: Landscape) -> list[Landscape]:
    """The surface as it comes, at every corner of its parameters' ranges and in their middle."""
    if not surface.parameters:
        return [surface]
    keys = [p.key for p in surface.parameters]
    corners = product(*((p.low, p.high) for p in surface.parameters))
    chosen = [*corners, tuple(middle(p) for p in surface.parameters)]
    return [surface, *(surface.with_parameters(**dict(zip(keys, v, strict=True))) for v in chosen)]


def surface_id(surface: Landscape) -> str:
    return " ".join([surface.key, *(f"{key}={value:.3g}" for key, value in surface.settings.items())])


VARIANTS = [variant for surface in LANDSCAPES.values() for variant in variants(surface)]


@pytest.fixture(scope="session", params=VARIANTS, ids=surface_id)
def surface(request: pytest.FixtureRequest) -> Landscape:
    """Every registered surface, at several parameter values."""
    return request.param


@pytest.fixture(scope="session", params=LANDSCAPES.values(), ids=LANDSCAPES)
def built_in(request: pytest.FixtureRequest) -> Landscape:
    """Every registered surface as it comes."""
    return request.param


def make_surface(
    expression: Any, key: str = "", window: Window = ((-2.0, 2.0), (-2.0, 2.0)), **facts: Any
) -> Landscape:
    """A surface for one test; its key is its formula unless given."""
    expression = sp.sympify(expression)
    return Landscape(
        key=key or str(expression),
        name="Ad hoc",
        family="Tests",
        expression=expression,
        window=window,
        start=(1.0, 1.0),
        lesson="",
        source="",
        facts=Facts(**facts),
    )


def is_polynomial(surface: Landscape) -> bool:
    """Whether floats and arrays must agree to the bit: only sums and products happen."""
    values = {p.symbol: v for p, v in zip(surface.parameters, surface.values, strict=True)}
    return bool(surface.expression.subs(values).is_polynomial(x, y))
