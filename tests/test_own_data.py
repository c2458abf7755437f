"""A visitor's own training examples: what is fitted to them, what is refused, and the link."""

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_pages import drawn, opened, said, sound, widget

from landscapes import LANDSCAPES, Array, Landscape
from optimizers import OPTIMIZERS, Kind, judge, run
from ui.link import decode, encode
from ui.rows import LONGEST, linked_rows, read_rows, read_table, shown_rows
from ui.scenario import default_scenario
from ui.stage import tapes

OWN = {key: surface for key, surface in LANDSCAPES.items() if surface.refitted}
POINTS = ((1.0, 2.0), (2.0, 2.5), (4.0, 5.0), (5.0, 5.5))
TRIPLES = ((1.0, 200.0, 3.0), (2.0, 150.0, 1.0), (3.0, 320.0, 2.5), (4.0, 90.0, 0.5))
SETTINGS = ({}, {"centre": 1.0}, {"standardise": 1.0})


def rows_for(surface: Landscape) -> tuple[tuple[float, ...], ...]:
    assert surface.data is not None
    return POINTS if len(surface.data.columns) == 2 else TRIPLES


def made(key: str, **parameters: float) -> Landscape:
    surface = LANDSCAPES[key]
    return surface.with_data(rows_for(surface)).with_parameters(**parameters)


CASES = [(key, each) for key in OWN for each in (SETTINGS if OWN[key].parameters else SETTINGS[:1])]


def test_the_line_fit_and_both_regressions_take_them() -> None:
    assert set(OWN) == {"line_fit", "regression_raw_units", "regression_off_centre"}
    with pytest.raises(ValueError, match="takes no other training examples"):
        LANDSCAPES["spoiler"].with_data(TRIPLES)
    with pytest.raises(ValueError, match="takes no other training examples"):
        default_scenario().with_data(POINTS)


@pytest.mark.parametrize(("key", "parameters"), CASES)
def test_minimizer_is_that_of_least_squares_and_stands_in_the_window_beside_the_start(
    key: str, parameters: dict[str, float]
) -> None:
    surface = made(key, **parameters)
    *inputs, target = np.array(rows_for(surface)).T
    if key == "line_fit":
        design = np.stack([*inputs, np.ones_like(target)], axis=-1)
    else:
        design = np.stack(inputs, axis=-1)
        if parameters:
            design, target = design - design.mean(axis=0), target - target.mean()
        if "standardise" in parameters:
            design = design / design.std(axis=0)
    best, *_ = np.linalg.lstsq(design, target, rcond=None)
    assert surface.minimizers[0] == pytest.approx(best, rel=1e-9)
    assert surface.minimum == pytest.approx(np.mean((design @ best - target) ** 2) / 2, rel=1e-9, abs=1e-15)
    for point in (surface.minimizers[0], surface.start):
        assert all(lo < c < hi for c, (lo, hi) in zip(point, surface.window, strict=True))
    for edge in (*surface.start, *surface.window[0], *surface.window[1]):
        assert len(repr(edge)) <= 8  # readable in fields and links
    grid = surface.grid(21)[2]
    assert grid.min() >= surface.minimum - 1e-9 * abs(grid).max()  # type: ignore[operator]


@pytest.mark.parametrize("key", OWN)
def test_the_built_in_examples_give_the_built_in_minimizer(key: str) -> None:
    surface = LANDSCAPES[key]
    assert surface.data is not None
    for parameters in SETTINGS if surface.parameters else SETTINGS[:1]:
        same = surface.with_data(surface.data.rows).with_parameters(**parameters)
        assert same.minimizers[0] == pytest.approx(
            surface.with_parameters(**parameters).minimizers[0], rel=1e-9
        )


def test_switches_stay_and_make_of_a_ravine_a_bowl() -> None:
    raw = made("regression_raw_units")
    bowl = LANDSCAPES["regression_raw_units"].with_parameters(standardise=1.0).with_data(TRIPLES)
    assert bowl.settings["standardise"] == 1.0
    assert bowl == made("regression_raw_units", standardise=1.0)
    assert bowl.condition_number < 10 < 1e3 < raw.condition_number
    t = run(bowl, OPTIMIZERS["gradient_descent"](learning_rate=0.5), bowl.start, 200)
    assert judge(bowl, t).kind is Kind.GLOBAL_MINIMUM


def test_equal_examples_make_the_same_surface_and_others_another() -> None:
    one, same = made("line_fit"), made("line_fit")
    other = LANDSCAPES["line_fit"].with_data((*POINTS[:3], (5.0, 5.6)))
    assert (one, hash(one)) == (same, hash(same))
    assert one != other
    names = [tapes.name(default_scenario().on(surface)) for surface in (one, same, other)]
    assert names[0] == names[1] != names[2]  # the browser runs the examples that are meant


@pytest.mark.parametrize(
    ("key", "rows", "said"),
    [
        ("line_fit", [(1, 2), (2, 3)], "3 to 50 rows"),
        ("line_fit", [(i, i * i) for i in range(51)], "3 to 50 rows"),
        ("line_fit", [(1, 2), (2, 3), (3, 4, 5)], "Row 3 has 3; a row has 2 numbers: u and v"),
        ("regression_raw_units", [(1, 2), (2, 3), (3, 4)], "3 numbers: a, b and t"),
        ("line_fit", [(1, 2), (2, math.nan), (3, 4)], "Row 2"),
        ("line_fit", [(1, 2), (2, 3), (3, 4e9)], "Row 3 has a number beyond 1,000,000,000"),
        ("line_fit", [(1, 2), (1, 3), (1, 4)], "Column u hardly changes"),
        ("line_fit", [(1, 2), (2, 2), (3, 2)], "Column v hardly changes"),
        ("line_fit", [(1e8, 2), (1e8 + 1, 3), (1e8 + 2, 5)], "No pair of weights fits best"),
        ("regression_raw_units", [(1, 2, 3), (2, 4, 4), (3, 6, 9)], "No pair of weights fits best"),
        (
            "regression_raw_units",
            [(1, 2, 3), (2, 3, 4), (3, 4, 9)],
            "No pair of weights fits best",
        ),  # once centred
    ],
)
def test_what_cannot_be_fitted_is_refused_with_a_sentence(key: str, rows: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        LANDSCAPES[key].with_data(rows)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1 2\n3 4", ((1, 2), (3, 4))),
        ("1,2\r\n3,4\n\n", ((1, 2), (3, 4))),
        ("1, 2, 3", ((1, 2, 3),)),
        ("0,5\t1,25\t-3", ((0.5, 1.25, -3),)),
        ("0,5; 1,2", ((0.5, 1.2),)),
        ("1_2~-3e-5_4", ((1, 2), (-3e-5, 4))),
        ("−1 ½", ((-1, 0.5),)),
        ("1 x\n1 2", None),
        ("u v", None),
        ("? ?\n1 2", None),
        ("1.5e 2\n1 2", None),
        ("12 000,5\t3", ((12000.5, 3),)),  # a blank within a cell
        ("1;2;\n3;4;", ((1, 2), (3, 4))),
        ('"0,5","1,25"', ((0.5, 1.25),)),
        ("1.234,5;0,5", ((1234.5, 0.5),)),
        ("1,234;2", None),  # thousands or decimals: nobody knows
        ("1,234;2.5", None),
        ("1.234;0,5", None),
        ("0,5;2.5", ((0.5, 2.5),)),
        ("1 2\nthree 4", None),
        ("=1+1 2", None),
        ("", ()),
        ("1 ,2\n3 ,4", None),  # 2, or 0.2 without its 0
        ("1,5 ,2\n3,5 ,4", ((1.5, 0.2), (3.5, 0.4))),
        ("12 345,6", None),
        ("12  345,6 1", ((12, 345.6, 1),)),
        ("1.234;2\n1.234,5;3\n5;6", None),  # the second proves that points are of thousands
        ("1.234;2\n12 000,5;3", None),
        ("1.234;2\n1,5e3;3", None),
        ("1.234/2;0,5", None),
        ("–1.234;0,5", None),
        ("NaN NaN\n1 2", None),
        ("nan\t-inf\n1\t2", None),
        ("#N/A;#DIV/0!\n1;2", None),
        ("1，2", ((1, 2),)),
        ("1, 2\n3,4", ((1, 2), (3, 4))),
        ('"0,5","1,2"\n3,4', ((0.5, 1.2), (3, 4))),  # quoted where there is need
    ],
)
def test_rows_are_read_as_people_write_them(text: str, rows: Any) -> None:
    if rows is None:
        with pytest.raises(ValueError, match=r"^Row \d: “.*\.$"):
            read_rows(text)
    else:
        assert read_rows(text) == rows


@pytest.mark.parametrize(
    ("text", "rows", "said"),
    [
        ("Hours\tPoints\n0,5\t12\n1\t14", ((0.5, 12), (1, 14)), ["“Hours Points”"]),
        ("size (m²);rent\n30;400", ((30, 400),), ["“size (m²);rent”"]),
        ('"a","b"\n1,2', ((1, 2),), ['“"a","b"”']),
        ("hours studied\tpoints\n1\t2", ((1, 2),), ["“hours studied points”"]),
        ("1,234\t0,5\n2,345\t1,25", ((1.234, 0.5), (2.345, 1.25)), ["“1,234” was read as 1.234"]),
        ("u\tv\n1,234\t0,5", ((1.234, 0.5),), ["“u v”", "1.234"]),
        ("1 2\n3 4", ((1, 2), (3, 4)), []),
    ],
)
def test_what_is_decided_about_a_table_is_said(text: str, rows: Any, said: list[str]) -> None:
    table = read_table(text)
    assert table.rows == rows
    assert [part in one for part, one in zip(said, table.said, strict=True)] == [True] * len(said)
    if said:
        with pytest.raises(ValueError, match="numbers alone"):
            read_rows(text)  # a link leaves nothing to decide


@pytest.mark.parametrize(
    ("text", "both"), [("1,234;2", "1.234 or 1234"), ("1.234;0,5", "1.234 or 1234"), ("1,234;2.5", "or 1234")]
)
def test_where_a_number_has_two_readings_both_are_said(text: str, both: str) -> None:
    with pytest.raises(ValueError, match=f"^Row 1: .* may mean .*{both}"):
        read_table(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.234;5\n2.345;6", 1),
        ("1.234;5\n2.5;6", 0),
        ("1.234;5000", 0),  # thousands without a point
    ],
)
def test_points_that_may_be_of_thousands_are_decimal_ones_which_is_said(text: str, said: int) -> None:
    table = read_table(text)
    assert (table.rows[0][0], len(table.said)) == (1.234, said)
    assert all("The point in “1.234” was read as a decimal point" in one for one in table.said)
    assert read_rows(text) == table.rows  # a link has points


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0,5 1,2\n1,5 2\n3,4", "Row 3: “3,4” has commas between its numbers, row 1 has blanks"),
        ("1,2\n3\t4", "Row 1: “1,2” has commas between its numbers, row 2 has tabs"),
        ("1,2\n3;4", "row 2 has semicolons"),
        ("1 2\n3 ,4", "Row 2: “3 ,4” may mean 3 and 0.4 or 3 and 4"),
        ("12 345,6", "may mean 12 and 345.6 or 12345 and 6: put semicolons"),
        ("1.234;2\n1.234,5;3", "Row 1: “1.234” may mean 1.234 or 1234, beside “1.234,5”"),
        ("NaN NaN\n1 2\n3 4", "Row 1: “NaN” is not a number"),
    ],
)
def test_what_may_be_other_numbers_is_asked_about(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        read_table(text)


WRITTEN = st.builds(
    lambda digits, places, sign: (sign * digits, places),
    st.one_of(st.integers(0, 20), st.integers(0, 9_999), st.integers(0, 99_999_999)),
    st.integers(0, 4),
    st.sampled_from([1, 1, 1, -1]),
)


def written_as(number: tuple[int, int], decimal: str, group: str, zero: bool) -> tuple[str, float]:
    """A number of so many digits and decimal places as a locale writes it, and what it is."""
    digits, places = number
    whole = f"{abs(digits) // 10**places:,}".replace(",", group)
    rest = f"{abs(digits) % 10**places:0{places}}" if places else ""
    if whole == "0" and rest and not zero:
        whole = ""
    return "-" * (digits < 0) + whole + (decimal + rest if rest else ""), float(f"{digits}e-{places}")


@given(
    st.integers(2, 3).flatmap(lambda n: st.lists(st.tuples(*[WRITTEN] * n), min_size=1, max_size=4)),
    st.sampled_from(".,"),
    st.sampled_from(["", ",", ".", " ", "\xa0", "\u202f", "'", "’"]),
    st.sampled_from(["\t", ";", "; ", ",", ", ", " ,", " , ", " ", "  "]),
    st.sampled_from(["", "u;v\n", "hours\tpoints\n"]),
    st.booleans(),
)
@settings(max_examples=500, deadline=None)
def test_a_table_is_read_as_it_was_written_or_asked_about(
    table: Any, decimal: str, group: str, mark: str, names: str, zero: bool
) -> None:
    assume(group != decimal)
    cells = [[written_as(number, decimal, group, zero) for number in row] for row in table]
    meant = tuple(tuple(value for _, value in row) for row in cells)
    text = names + "\n".join(mark.join(said for said, _ in row) for row in cells)
    refused = ""
    try:
        rows, said = read_table(text)
    except ValueError as error:
        refused = str(error)
    assert re.fullmatch(r"(Row \d: .*\.)?", refused)
    if refused or any(len(row) != len(table[0]) for row in rows):
        return  # refused where the surface is known
    if rows != meant:  # "1.234;2" alone: a point is a decimal one, which is said
        assert group == "."
        assert "decimal point" in said[-1]


def test_an_empty_cell_is_no_number_that_is_left_out() -> None:
    with pytest.raises(ValueError, match=r"^Row 2: a cell is empty"):
        read_table("1\t2\t3\n1\t\t3")


finite = st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: v + 0.0)


@given(st.lists(st.tuples(finite, finite, finite), min_size=1, max_size=50))
@settings(max_examples=30, deadline=None)
def test_no_digit_is_lost_on_the_way(rows: list[tuple[float, ...]]) -> None:
    for text in (shown_rows(rows), linked_rows(rows)):
        assert len(text) <= LONGEST
        assert read_rows(text) == tuple(rows)


def test_a_link_carries_them_with_switches_and_start() -> None:
    scenario = default_scenario().on(LANDSCAPES["regression_raw_units"]).with_data(TRIPLES)
    scenario = scenario.with_parameter("standardise", 1.0)
    query = encode(scenario)
    assert query["data"] == "1_200_3~2_150_1~3_320_2.5~4_90_0.5"
    found, notices = decode(query)
    assert notices == []
    assert found == scenario
    back = found.with_data(())
    assert back.surface == LANDSCAPES["regression_raw_units"].with_parameters(standardise=1.0)
    assert "data" not in encode(back)


@pytest.mark.parametrize(
    ("landscape", "data"),
    [
        ("line_fit", "1_2~x_3"),
        ("line_fit", "1_2~2_3"),
        ("line_fit", "~".join(["1_2"] * 100_000)),
        ("line_fit", "9" * 1_000_000),
        ("line_fit", "<script>alert(1)</script>"),
        ("line_fit", ""),
        ("rosenbrock", "1_2~2_3~3_5"),
        ("spoiler", "1_2_3~2_3_4~3_5_5"),
    ],
)
def test_a_hostile_link_gets_one_sentence_and_the_built_in_data(landscape: str, data: str) -> None:
    found, notices = decode({"landscape": landscape, "data": data})
    assert found.surface == LANDSCAPES[landscape]
    assert len(notices) == (1 if data else 0)
    assert all(len(notice) < 300 for notice in notices)


RNG = np.random.default_rng(0)


@pytest.mark.parametrize("key", OWN)
@pytest.mark.parametrize(
    "table",
    [
        RNG.normal(size=(50, 3)),
        1e9 * RNG.uniform(-1, 1, size=(3, 3)),
        1e-8 * RNG.normal(size=(4, 3)),
        RNG.normal(size=(5, 3)) * [1e-6, 1e6, 1] + [0, 1e3, 5],
    ],
    ids=["most rows", "largest", "smallest", "mixed"],
)
def test_every_edge_of_what_is_accepted_runs_and_is_judged(key: str, table: Array) -> None:
    width = 2 if key == "line_fit" else 3
    own = default_scenario().on(LANDSCAPES[key]).with_data(table[:, -width:].tolist())
    t = run(own.surface, OPTIMIZERS["newton"](learning_rate=1.0), own.start, 20)
    assert judge(own.surface, t).kind is Kind.GLOBAL_MINIMUM
    assert decode(encode(own))[0] == own


def test_they_are_pasted_mended_and_taken_back_in_the_sidebar() -> None:
    at = opened({"landscape": "line_fit"})
    at.session_state["data.open"] = True
    field = widget(sound(at.run()).text_area, "data")
    sound(field.set_value("1 2\n2 3\n3 x").run())
    assert "Row 3: “x” is not a number" in said(at)
    assert drawn(at).surface == LANDSCAPES["line_fit"]
    field = widget(at.text_area, "data")
    assert field.value.endswith("3 x")  # to be mended
    sound(field.set_value("1 2\n2 3\n3 5").run())
    assert said(at) == ""
    assert drawn(at).surface == LANDSCAPES["line_fit"].with_data([(1, 2), (2, 3), (3, 5)])
    field = widget(at.text_area, "data")
    sound(field.set_value("hours\t*points*\n1\t2\n2\t3\n3\t5").run())
    assert "The first line, “hours *points*”, was taken for names and left out." in said(at)
    assert drawn(at).surface == LANDSCAPES["line_fit"].with_data([(1, 2), (2, 3), (3, 5)])
    back = next(button for button in at.button if button.label == "Back to the built-in data")
    sound(back.click().run())
    assert drawn(at).surface == LANDSCAPES["line_fit"]
