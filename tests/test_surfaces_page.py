"""The Surfaces page is the registry, and every picture a way into the playground."""

import html
import re
from base64 import b64decode
from html import unescape
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import opened, sound

from landscapes import LANDSCAPES, Landscape
from optimizers import stationary_points
from ui.link import decode
from ui.words import written


@pytest.fixture(scope="module")
def page() -> AppTest:
    return sound(opened().switch_page("pages/surfaces.py").run())


def figures(page: AppTest) -> list[str]:
    return [html.unescape(e.proto.body) for e in page.get("html") if "<figure" in e.proto.body]


def test_every_surface_is_there_once_in_teaching_order(page: AppTest) -> None:
    names = [re.search("<b>(.*)</b>", figure)[1] for figure in figures(page)]  # type: ignore[index]
    assert names == [surface.name for surface in LANDSCAPES.values()]
    families = list(dict.fromkeys(surface.family for surface in LANDSCAPES.values()))
    assert [header.value for header in page.header] == families


@pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=LANDSCAPES)
def test_a_card_shows_and_links_its_surface(page: AppTest, surface: Landscape) -> None:
    (figure,) = [figure for figure in figures(page) if f"<b>{surface.name}</b>" in figure]
    assert unescape(written(surface.lesson)) in unescape(figure)
    assert surface.source in unescape(figure)
    picture = re.search(r"data:image/svg\+xml;base64,([^\"]+)", figure)
    assert picture is not None
    ElementTree.fromstring(b64decode(picture[1]))
    link = re.search(r'href="\./\?([^"]*)"', figure)
    assert link is not None
    scenario, notices = decode(dict(parse_qsl(link[1])))
    assert notices == []
    assert (scenario.surface, scenario.start) == (surface, surface.start)


@pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=LANDSCAPES)
def test_what_is_known_opens_below(surface: Landscape) -> None:
    at = AppTest.from_function(_about, args=(surface.key,), default_timeout=30)
    sound(at.run())
    written = "\n".join(element.value for element in at.markdown)
    assert surface.latex in written
    if surface.gradient_latex:
        assert surface.gradient_latex in written
    captions = "\n".join(element.value for element in at.caption)
    assert surface.source in captions
    assert ("Not convex" in captions) != surface.facts.convex
    tables = "\n".join(e.proto.body for e in at.get("html"))
    points = len(stationary_points(surface))
    assert tables.count("<tr>") == (min(60, points) + 1 if points else 0)
    at.toggle[0].set_value(True)
    sound(at.run())
    assert len(at.get("plotly_chart")) == 1


def _about(key: str) -> None:
    from charts import LIGHT
    from landscapes import LANDSCAPES
    from ui.surfaces import about

    about(LANDSCAPES[key], LIGHT)
