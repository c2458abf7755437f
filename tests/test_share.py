"""Sharing: the whole link, its QR code, and what a teacher hides, there and back."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
import segno
from test_pages import opened, picture, tabled

from landscapes import parse_landscape
from ui.labs import LABS
from ui.link import OWN_KEYS, decode, encode
from ui.locks import GROUPS, checked_lock
from ui.scenario import default_scenario, opening_of
from ui.share import embedding, qr_code, whole_link

PAGE = "https://lab.school.example/descent/"


def query(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_hidden_travels_in_the_link_and_hides_that_alone(group: str) -> None:
    locked = replace(default_scenario(), locked=(group,))
    assert encode(locked)["lock"] == group
    assert decode(encode(locked)) == (locked, [])
    assert [g for g in GROUPS if not locked.offers(g)] == [group]
    assert "lock" in OWN_KEYS  # and so it leaves the address where it leaves the scenario


def test_the_lock_stays_while_the_scenario_changes() -> None:
    locked = replace(default_scenario(), locked=("rules", "table"))
    assert locked.with_setting("A", "learning_rate", 0.001).add().on(parse_landscape("x^2+y^2")).locked == (
        "rules",
        "table",
    )


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("rules,nonsense,rates", ("rules", "rates")),
        ("rates,rules,rates,,", ("rules", "rates")),
        ("<script>alert(1)</script>", ()),
        ("RULES", ()),
        ("rules" * 500, ()),
        ("", ()),
    ],
)
def test_of_a_hostile_lock_what_is_known_is_taken(text: str, known: tuple[str, ...]) -> None:
    scenario, notices = decode({"lock": text})
    assert scenario.locked == known
    assert len(notices) == (set(filter(None, text.split(","))) > set(known))
    assert all("lock" in notice for notice in notices)


def test_a_group_that_does_not_exist_cannot_be_hidden() -> None:
    with pytest.raises(ValueError, match=r"^What can be hidden is landscape, .*table\.$"):
        checked_lock(["everything"])


def test_a_lab_has_all_of_its_controls() -> None:
    lab = next(iter(LABS.values()))
    scenario, notices = decode({"lock": "rates"}, lab)
    assert scenario.offers("rates")
    assert notices == []
    assert not replace(opening_of(lab), locked=("rates",), away=True).offers("rates")


def test_the_link_says_the_runs_even_where_they_are_those_of_a_first_visitor() -> None:
    link = whole_link(default_scenario(), PAGE)
    assert link.startswith(f"{PAGE}?")
    assert decode(query(link)) == (default_scenario(), [])
    assert {"landscape", "A", "B"} <= query(link).keys()


def test_the_snippet_is_the_link_embedded_whatever_was_typed() -> None:
    typed = replace(default_scenario(), surface=parse_landscape("x^2+3*y^2"))
    link = whole_link(typed, PAGE)
    snippet = embedding(link, 'Own "><script>')
    (source,) = re.findall(r'src="([^"]*)"', snippet)
    assert query(unescape(source)) == query(link) | {"embed": "true"}
    assert "<script>" not in snippet


def test_the_code_is_that_of_the_link_with_room_around_it() -> None:
    link = whole_link(default_scenario(), PAGE)
    drawn = qr_code(link)
    assert drawn is not None
    expected = np.pad(np.array(segno.make(link, micro=False, error="l", boost_error=False).matrix), 4)
    found = np.zeros_like(expected)
    (path,) = re.findall(r'class="qrline" stroke="#000" d="([^"]*)"', drawn)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        given = [float(n) for n in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            found[int(y), int(x) : int(x + given[0])] = 1
            x += given[0]
        else:
            x, y = (given[0], given[1]) if command == "M" else (x + given[0], y + given[1])
    assert (found == expected).all()
    assert 'fill="#fff"' in drawn


def test_a_link_that_no_code_can_hold_has_none() -> None:
    assert qr_code("a" * 5000) is None


def labels(hidden: str) -> set[str]:
    """What stands on the controls of a page that hides something."""
    at = opened({"lock": hidden} if hidden else {})
    assert picture(at)[0]["fixed"] == ("start" in hidden)
    kinds = (at.selectbox, at.text_input, at.select_slider, at.slider, at.button)
    found = {re.sub(r"\W+\d+$", "", each.key or each.label) for kind in kinds for each in kind}
    return found | ({"table"} if tabled(at) else set())


def test_controls_that_are_hidden_are_not_there() -> None:
    free, locked = labels(""), labels("landscape,surface,start,steps,rates,runs,table")
    assert free - locked == {
        "landscape", "x", "y", "steps", "noise", "add", "table", "A.learning_rate", "B.learning_rate",
        "A.learning_rate.slider", "B.learning_rate.slider", "parameter.b", "Recommended start",
    }  # fmt: skip


def test_a_quiet_line_says_that_something_is_hidden() -> None:
    assert "hidden" not in " ".join(c.value for c in opened().caption)
    assert "Some controls are hidden by the link." in [c.value for c in opened({"lock": "table"}).caption]
