"""The Rules page is what rules and schedules declare about themselves, and nothing else."""

import html
import re
from base64 import b64decode
from urllib.parse import parse_qsl, unquote

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import opened, sound

from landscapes import LANDSCAPES
from optimizers import OPTIMIZERS, SCHEDULES, Hyperparameter, Optimizer, judge, rule_tape, run, schedule_tape
from optimizers.description import described
from optimizers.hyperparameters import Declared
from ui.link import decode
from ui.words import plain

KINDS: dict[str, type[Declared]] = {**OPTIMIZERS, **SCHEDULES}
kinds = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@pytest.fixture(scope="module")
def page() -> AppTest:
    return sound(opened().switch_page("pages/rules.py").run())


@kinds
def test_a_docstring_has_every_part(kind: type[Declared]) -> None:
    said = described(kind)
    assert re.fullmatch(r"[A-Z].*[^.]\.", said.idea)
    assert said.update
    assert said.update.count("{") == said.update.count("}")
    assert re.search(r"\b(1[89]|20)\d\d\b", said.source)
    assert "$$" not in said.remarks
    assert "Source:" not in said.remarks


@kinds
def test_every_rule_and_schedule_has_its_section(page: AppTest, kind: type[Declared]) -> None:
    said = described(kind)
    assert kind.name in [heading.value for heading in page.subheader]
    shown = [element.value for element in page.markdown]
    assert f"**{said.idea}**" in shown
    assert not said.remarks or said.remarks in shown
    assert any(said.update in element.value for element in page.latex)
    assert any(said.source in element.value for element in page.caption)
    assert any(f"[{kind.name}](#{kind.key})" in element.value for element in page.sidebar.markdown)


def test_it_says_what_follows_the_hand_in_the_browser(page: AppTest) -> None:
    taped = [part for section in (map(rule_tape, OPTIMIZERS.values()), map(schedule_tape, SCHEDULES.values()))
             for part in section]  # fmt: skip
    said = [re.search(r"Follows the hand: (.*?)\.", element.value) for element in page.caption]
    wanted = ["from the server" if part is None else "in your browser" for part in taped]
    assert [found[1] for found in said if found] == wanted
    assert wanted.count("from the server") == 5


def test_every_hyperparameter_is_in_a_table_and_in_the_glossary(page: AppTest) -> None:
    tables = [html.unescape(e.proto.body) for e in page.get("html") if "facts" in e.proto.body]
    *_, glossary = tables
    for kind in KINDS.values():
        for h in kind.hyperparameters():
            assert any(f"<td>{h.symbol}</td><td>{h.name}</td>" in t and h.help in t for t in tables), h
            row = re.search(f"<tr><td>{h.symbol}</td><td>{h.name}</td>.*?</tr>", glossary)
            assert row is not None
            assert kind.name in row[0]
            assert h.also in row[0]


def test_the_lectures_letters_lead_to_ours() -> None:
    """COVERAGE's letters: ε, α, η for the rate; μ, β, ρ for memory."""
    letters: dict[str, set[str]] = {"learning_rate": {"η"}, "momentum": {"μ", "β"}}

    def others(h: Hyperparameter) -> set[str]:
        return {h.symbol, *re.findall(r"\w", h.also.split(";")[0])}

    for kind in OPTIMIZERS.values():
        for h in kind.hyperparameters():
            letters.setdefault(h.key, set()).update(others(h))
    assert letters["learning_rate"] >= {"ε", "α", "η"}
    assert letters["momentum"] >= {"μ", "β", "ρ"}


NEEDS = {
    "newton": "gradient, Hessian",
    "levenberg_marquardt": "loss, gradient, JᵀJ of the residuals, or the Hessian where there are none",
    "exact_line_search": "loss, gradient, Hessian",
    "nelder_mead": "loss",
    **dict.fromkeys(("bfgs", "lbfgs", "conjugate_gradient", "backtracking"), "loss, gradient"),
}
"""What is asked for; the gradient alone unless said otherwise."""


@pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_the_page_says_what_a_rule_asks_for(page: AppTest, rule: type[Optimizer]) -> None:
    sources = f"Source: {described(rule).source}"
    (said,) = [caption.value for caption in page.caption if caption.value.endswith(sources)]
    assert said.startswith(f"Asks for: {NEEDS.get(rule.key, 'gradient')}.")


@pytest.mark.parametrize("rule", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_the_picture_is_of_a_run_that_stays_and_its_link_opens_it(
    page: AppTest, rule: type[Optimizer]
) -> None:
    (figure,) = [
        html.unescape(e.proto.body)
        for e in page.get("html")
        if f'alt="{html.escape(rule.name)} on' in e.proto.body
    ]
    surface = LANDSCAPES[rule.showcase]
    t = run(surface, rule(), surface.start, 200)
    verdict = judge(surface, t)
    assert verdict.kind not in ("diverged", "undefined")
    assert f"{rule.name} on {surface.name}, 200 steps. {plain(verdict.sentence)}" in figure
    picture = re.search(r"data:image/svg\+xml;base64,([^\"]+)", figure)
    assert picture is not None
    assert "animateMotion" in b64decode(picture[1]).decode()
    link = re.search(r'href="\./\?([^"]*)"', figure)
    assert link is not None
    scenario, notices = decode(dict(parse_qsl(unquote(link[1]))))
    assert notices == []
    assert (scenario.surface.key, scenario.steps) == (rule.showcase, 200)
    assert [entry.rule for entry in scenario.entries] == [rule()]
