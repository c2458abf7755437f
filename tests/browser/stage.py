"""A page with the stage on it: what it shows and where, and how to wait for its next picture."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partialmethod
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from landscapes import Window
from optimizers import Trajectory, run_within
from ui.link import decode
from ui.scenario import Scenario

_FRAME = """name => {
  const root = document.querySelector(`section.stage .${name}`), box = root.getBoundingClientRect();
  const { xaxis, yaxis } = root.querySelector(".plot")._fullLayout;
  return [box.left + xaxis._offset, box.top + yaxis._offset, xaxis._length, yaxis._length,
          xaxis.range, yaxis.range];
}"""
# A copy is read: reading the stage's own canvas back would make the browser warn.
_COPY = """
  const canvas = document.querySelector(`section.stage .${name} canvas`);
  const box = canvas.getBoundingClientRect();
  const { width, height } = canvas, copy = Object.assign(document.createElement("canvas"), { width, height });
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
"""
_COLORS = f"""([name, points]) => {{{_COPY}
  return points.map(([x, y]) => {{
    const [column, row] = [(x - box.left) * width / box.width, (y - box.top) * height / box.height];
    const [r, g, b, a] = data.slice(4 * (Math.floor(row) * width + Math.floor(column)));
    return a < 255 ? "" : "#" + [r, g, b].map((v) => v.toString(16).padStart(2, "0")).join("").toUpperCase();
  }});
}}"""
_OPACITIES = f"""([name, points]) => {{{_COPY}
  return points.map(([x, y]) => {{
    const [column, row] = [(x - box.left) * width / box.width, (y - box.top) * height / box.height];
    return data[4 * (Math.floor(row) * width + Math.floor(column)) + 3] / 255;
  }});
}}"""
_COUNT = f"""([name, color]) => {{{_COPY}
  const wanted = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  let count = 0;
  for (let i = 0; i < data.length; i += 4) {{
    count += data[i + 3] === 255 && wanted.every((v, j) => data[i + j] === v);
  }}
  return count;
}}"""
_REFUSED = """([label, sentence]) => {
  const said = [...document.querySelectorAll("p.refusal")];
  const field = [...document.querySelectorAll("input")].find((e) => e.ariaLabel === label && e.offsetWidth);
  if (said.length !== 1 || !field || !said[0].textContent.includes(sentence)) return false;
  const below = said[0].getBoundingClientRect().top - field.getBoundingClientRect().top;
  return 0 < below && below < 90;
}"""
_AFTER_RELAYOUT = """() => {
  const root = document.querySelector("section.stage");
  window.relayout = new Promise((resolve) =>
    root.querySelector(".map .plot").once("plotly_relayout", () => resolve(Number(root.dataset.painted))));
}"""


def rgb(color: str) -> str:
    """A colour as the browser writes it."""
    return f"rgb({', '.join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))})"


_SETTLED = """() => {
  const stage = document.querySelector("section.stage").dataset;
  const app = document.querySelector('[data-testid="stApp"]').dataset;
  return stage.hand === "" && Number(stage.painted) > 0 && app.testScriptState === "notRunning";
}"""


class Area(NamedTuple):
    """A plot's area in pixels of the page, and the data at its edges."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    @property
    def pixel(self) -> tuple[float, float]:
        """What one pixel is worth in data."""
        return (self.x[1] - self.x[0]) / self.width, (self.y[1] - self.y[0]) / self.height

    def data(self, px: float, py: float) -> tuple[float, float]:
        """The point of the plot under a point of the page."""
        right, up = self.pixel
        return self.x[0] + (px - self.left) * right, self.y[1] - (py - self.top) * up

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The point of the page over a point of the plot."""
        right, up = self.pixel
        return self.left + (x - self.x[0]) / right, self.top + (self.y[1] - y) / up

    def frames(self, window: Window) -> bool:
        """Whether this is the view of a window: all of it in the middle, touching two of the edges."""
        edges = [(shown, edge) for shown, edge in zip((self.x, self.y), window, strict=True)]
        middle = all(sum(shown) == pytest.approx(sum(edge), abs=1e-9) for shown, edge in edges)
        slack = [(shown[1] - shown[0]) / (edge[1] - edge[0]) for shown, edge in edges]
        return middle and min(slack) == pytest.approx(1.0)

    def share(self, right: float, down: float) -> tuple[int, int]:
        """A whole pixel at these shares of the area's width and height."""
        return round(self.left + right * self.width), round(self.top + down * self.height)


class Stage:
    """Reads the stage's own account of itself; never sleeps."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("section.stage")

    # --- what it shows -------------------------------------------------------------------------

    def _read(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}") or ""

    @property
    def painted(self) -> int:
        return int(self._read("painted"))

    @property
    def step(self) -> int:
        return int(self._read("step"))

    @property
    def link(self) -> str:
        return self._read("link")

    @property
    def hand(self) -> dict[str, float]:
        """The numbers under the hand that the server has not taken over."""
        return {name: float(value) for name, value in parse_qsl(self._read("hand"))}

    @property
    def start(self) -> tuple[float, float]:
        x, y = map(float, self._read("start").split(","))
        return x, y

    @property
    def scenario(self) -> Scenario:
        scenario, notices = decode(dict(parse_qsl(self.link)))
        assert notices == []
        return scenario

    def runs(self) -> list[Trajectory]:
        """What Python computes for the scenario that is shown."""
        s = self.scenario
        return [
            run_within(
                s.surface, e.rule, s.start, s.steps, s.budget, e.schedule, s.noise, e.batch_size, s.seed
            )
            for e in s.entries
        ]

    def area(self, frame: str = "map") -> Area:
        return Area(*self.page.evaluate(_FRAME, frame))

    def colors(self, points: list[tuple[float, float]], frame: str = "map") -> list[str]:
        """The colours on a canvas at points of the page; empty where it is not opaque."""
        return self.page.evaluate(_COLORS, [frame, points])

    def opacities(self, points: list[tuple[float, float]], frame: str = "map") -> list[float]:
        """How opaque a canvas is at points of the page, 0 to 1."""
        return self.page.evaluate(_OPACITIES, [frame, points])

    def count(self, color: str, frame: str = "map") -> int:
        """How many pixels of a canvas have exactly this colour."""
        return self.page.evaluate(_COUNT, [frame, color])

    def pixels(self, frame: str = "map") -> str:
        return self.root.locator(f".{frame} canvas").evaluate("canvas => canvas.toDataURL()")

    @property
    def picture(self) -> list[str]:
        """All three canvases."""
        return [self.pixels(frame) for frame in ("map", "loss", "gradient")]

    @contextmanager
    def slowed(self, factor: float) -> Iterator[None]:
        """As if the visitor's processor were slower by this factor."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": factor})
        yield
        session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        session.detach()

    # --- waiting -------------------------------------------------------------------------------

    def wait(self, condition: str, *values: Any) -> None:
        """Until ``condition``, in JavaScript, holds of a painted root's dataset ``d``, ``values`` ``v``."""
        dataset = "document.querySelector('section.stage')?.dataset"
        script = f"v => {{ const d = {dataset}; return Number(d?.painted) > 0 && ({condition}); }}"
        self.page.wait_for_function(script, arg=list(values))

    @contextmanager
    def changes(self, *names: str) -> Iterator[None]:
        """What happens inside makes another picture, in which each of these has changed."""
        before = [self._read(name) for name in names]
        painted = self.painted
        yield
        same = " && ".join(f"d.{name} !== v[{i + 1}]" for i, name in enumerate(names)) or "true"
        self.wait(f"Number(d.painted) > v[0] && {same}", painted, *before)

    repaints = partialmethod(changes)
    changes_link = partialmethod(changes, "link")
    changes_step = partialmethod(changes, "step")

    @contextmanager
    def changes_view(self) -> Iterator[None]:
        """What happens inside zooms or pans the map."""
        self.page.evaluate(_AFTER_RELAYOUT)
        yield
        self.wait("Number(d.painted) > v[0] && !d.untold", self.page.evaluate("window.relayout"))

    def settles_at(self, **settings: Any) -> None:
        """Until a picture of exactly these settings, by their names in the link, is painted."""
        script = "v[0].every(([key, value]) => new URLSearchParams(d.link).get(key) === value)"
        self.wait(script, [[key, str(value)] for key, value in settings.items()])

    def settled(self) -> None:
        """Until nothing is under the hand, nor on its way."""
        self.page.wait_for_function(_SETTLED)

    def hold_the_clock(self) -> None:
        """From here on changes of the same number are one change, however long the machine takes for each."""
        self.page.evaluate("performance.now = ((now) => () => now)(performance.now())")

    # --- controls ------------------------------------------------------------------------------

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    @property
    def scrub(self) -> Locator:
        return self.root.get_by_role("slider", name="Step shown")

    @property
    def tip(self) -> Locator:
        return self.root.locator(".tip")

    @property
    def rates(self) -> Locator:
        """The learning-rate sliders, in the order of their runs."""
        return self.page.get_by_role("slider", name=re.compile("learning rate"))

    def rate_field(self, slot: str) -> Locator:
        return self._alone(
            self.page.locator(f'[class*="st-key-{slot}-learning_rate"]').get_by_role("textbox")
        )

    def field(self, label: str) -> Locator:
        return self._alone(self.page.get_by_role("textbox", name=label, exact=True))

    def _alone(self, field: Locator) -> Locator:
        """The field, once the one that it replaces has gone."""
        expect(field).to_have_count(1)
        return field

    def type(self, field: Locator, text: str) -> None:
        """Type into a field as a visitor does: all of it anew, then Enter."""
        field.fill(text)
        field.press("Enter")

    def choose(self, label: str, name: str) -> None:
        """Pick an option by typing its name."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        box.click()
        box.fill(name)
        self.page.get_by_role("option", name=re.compile(re.escape(name), re.IGNORECASE)).first.click()

    def open_settings(self, slot: str) -> None:
        # Streamlit renders the button twice, for wide screens and for narrow ones.
        self.page.locator(f".st-key-{slot}-settings button:visible").click()

    def choose_rule(self, slot: str, name: str) -> None:
        """Open the settings of a run and pick another rule there."""
        self.open_settings(slot)
        self.choose(f"Rule of run {slot}", name)

    @property
    def notice(self) -> Locator:
        return self.page.get_by_test_id("stAlert")

    @property
    def refusal(self) -> Locator:
        """What is said at a field about what was typed there."""
        return self.page.locator("p.refusal")

    def refuses(self, field: Locator, sentence: str = "") -> None:
        """Until exactly one sentence about what was typed is shown, and it stands at this field."""
        expect(field).to_have_count(1)  # on a busy machine the one of before is still there for a moment
        self.page.wait_for_function(_REFUSED, arg=[field.get_attribute("aria-label"), sentence])

    @property
    def query(self) -> str:
        return urlsplit(self.page.url).query

    # --- the pointer ---------------------------------------------------------------------------

    def drag(self, start: tuple[float, float], end: tuple[float, float], moves: int = 6) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=moves)
        mouse.up()

    def zoom(self, at: tuple[float, float], notches: int = 4) -> None:
        """Turn the wheel over a point of the map, with the key that lets it zoom."""
        self.page.mouse.move(*at)
        self.page.keyboard.down("Control")
        with self.changes_view():
            for _ in range(notches):
                self.page.mouse.wheel(0, -100)
        self.page.keyboard.up("Control")


class LabPage(Stage):
    """The stage of a lab, and what its page has said to the server."""

    def __init__(self, page: Page, sent: list[Any]) -> None:
        super().__init__(page)
        self.sent = sent
