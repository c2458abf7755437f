"""The stage's bytes, read by an unpacker of the tests' own, and the picture in words."""

import json
import struct
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from test_link import scenarios as scenarios_of_any_kind

from charts import LIGHT, LOOKS, Look, left_map, loss_axis
from landscapes import LANDSCAPES, Array, parse_landscape, x, y
from optimizers import OPTIMIZERS, known_minima, run
from ui.link import decode
from ui.runs import judged_runs
from ui.scenario import SLOTS, Entry, Scenario, default_scenario
from ui.stage import describe, pack
from ui.words import plain


class Columns(NamedTuple):
    """The numbers of one run on the picture."""

    x: Array
    y: Array
    loss: Array
    gradient: Array
    rate: Array | None = None
    answers: Array | None = None
    fan: Array | None = None
    """(n, 3, k): x, y and height of the loss of n seeds; (n, 4, k) with their clocks."""
    clock: Array | None = None


def packed(scenario: Scenario, look: Look = LIGHT) -> bytes:
    return pack(scenario, *judged_runs(scenario, look), look)


def unpack(data: bytes) -> tuple[dict[str, Any], list[Columns]]:
    """Header and runs, by the format that ``pack`` describes."""
    (length,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + length])
    offset, runs = 4 + length, []
    for drawn in header["runs"]:
        count = drawn["steps"] + 1
        columns = []
        for kind in ("<f8", "<f8", *("<f4" for _ in header["traces"])):
            columns.append(np.frombuffer(data, kind, count, offset))
            offset += columns[-1].nbytes
        clock = None
        if fair := header["budget"]["counts"] != "steps":
            clock = np.frombuffer(data, "<f4", count, offset)
            offset += clock.nbytes
        answers = None
        if header["fit"]:
            answers = np.frombuffer(data, "<f4", count * len(header["fit"]["asked"]), offset).reshape(
                count, -1
            )
            offset += answers.nbytes
        rate = columns[4] if len(columns) > 4 else None
        fan = None
        if drawn["fan"]:
            shape = (drawn["fan"]["count"], 4 if fair else 3, len(drawn["fan"]["steps"]))
            fan = np.frombuffer(data, "<f4", int(np.prod(shape)), offset).reshape(shape)
            offset += fan.nbytes
        runs.append(Columns(*columns[:4], rate, answers, fan, clock))
    assert offset + sum(panel["length"] for panel in header["panels"]) == len(data)
    return header, runs


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def scenario_of(query: str) -> Scenario:
    scenario, notices = decode(dict(parse_qsl(query)))
    assert notices == []
    return scenario


SCENARIOS = {
    "default": "",
    "six runs": "landscape=himmelblau&A=newton&B=adam&C=nesterov&D=rmsprop&E=adagrad&F=momentum",
    "odd steps": "landscape=beale&steps=7&B=adam&E=momentum",
    "one step": "landscape=quadratic&steps=1&D=adagrad",
    "no minimum": "landscape=saddle&A=gradient_descent&B=adam",
    "along an axis": "landscape=saddle&x=0&y=0.5&A=gradient_descent",
    "overflow": "A=gradient_descent&A.learning_rate=10&B=adam",
    "past float32": "landscape=saddle&A=gradient_descent&A.learning_rate=0.5",
    "no loss at the start": "formula=log(x)&x=-1&y=0&A=adam",
    "no loss later": "formula=log(x)&x=1&y=0&A=gradient_descent&A.learning_rate=0.5",
    "flat": "formula=x-x%2Babs(y)-abs(y)%2Bx^2&A=adam&x=1e-300",
    "far away": "x=1e300&y=-1e300&A=adam&B=newton",
    "noise": "noise=0.5&seed=3&A=adam",
}
scenarios = pytest.mark.parametrize("query", SCENARIOS.values(), ids=SCENARIOS)


@scenarios
def test_the_bytes_hold_what_the_rules_computed(query: str) -> None:
    scenario = scenario_of(query)
    header, runs = unpack(packed(scenario))
    assert len(runs) == len(header["runs"]) == len(scenario.entries)
    for columns, entry in zip(runs, scenario.entries, strict=True):
        t = run(
            scenario.surface,
            entry.rule,
            scenario.start,
            scenario.steps,
            noise=scenario.noise,
            seed=scenario.seed,
        )
        assert_array_equal(np.stack(columns[:2], axis=-1), t.points)
        with np.errstate(over="ignore"):
            assert_array_equal(
                columns.loss, (t.values - (known_minima(scenario.surface).minimum or 0.0)).astype(np.float32)
            )
            norms = np.linalg.norm(t.gradients, axis=-1).astype(np.float32)
        np.testing.assert_allclose(columns.gradient, norms, rtol=2e-7)


@scenarios
def test_numbers_are_aligned_and_the_header_is_json_for_a_browser(query: str) -> None:
    data = packed(scenario_of(query))
    (length,) = struct.unpack_from("<I", data)
    assert (4 + length) % 8 == 0
    assert json.loads(data[4 : 4 + length], parse_constant=refuse)
    assert len(data) % 8 == 0


@scenarios
def test_the_header_says_which_picture_this_is(query: str) -> None:
    scenario = scenario_of(query)
    header, _ = unpack(packed(scenario))
    assert decode(dict(parse_qsl(header["link"]))) == (scenario, [])
    assert tuple(header["start"]) == scenario.start
    assert header["end"] == scenario.steps
    assert header["minimum"] == known_minima(scenario.surface).minimum
    assert (header["link"] == "") == (scenario == default_scenario())


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_every_run_has_its_own_name_and_style(look: Look) -> None:
    rules = [OPTIMIZERS[key]() for key in ("adam", "momentum", "adam")]
    entries = tuple(Entry(slot, rule) for slot, rule in zip("ADF", rules, strict=True))
    header, _ = unpack(packed(replace(default_scenario(), entries=entries), look))
    for drawn, entry in zip(header["runs"], entries, strict=True):
        assert drawn["label"] == f"{entry.slot} {entry.rule.name}"
        assert (drawn["color"], drawn["dash"], drawn["marker"]) == look.runs[SLOTS.index(entry.slot)]
    parts = ("key", "ink", "paper", "halo", "scale")
    assert header["look"] == {part: getattr(look, part) for part in parts} | {"letters": list(look.letters)}


def test_a_run_that_left_says_where_and_when() -> None:
    scenario = scenario_of("landscape=quadratic&A=gradient_descent&A.learning_rate=0.2&B=adam")
    header, _ = unpack(packed(scenario))
    t = run(scenario.surface, scenario.entries[0].rule, scenario.start, scenario.steps)
    gone = left_map(scenario.surface, t)
    drawn, stays = header["runs"]
    assert gone is not None
    assert drawn["exit"] == {"step": gone.step, "edge": list(gone.edge), "direction": list(gone.direction)}
    assert stays["exit"] is None


@pytest.mark.parametrize("key", LANDSCAPES)
def test_the_loss_trace_has_the_axis_of_the_chart(key: str) -> None:
    scenario = default_scenario().on(LANDSCAPES[key])
    header, runs = unpack(packed(scenario))
    loss, gradient = header["traces"]
    axis = loss_axis(scenario.surface, [columns.loss.astype(float) for columns in runs])
    assert loss["axis"]["logarithmic"] == (known_minima(scenario.surface).minimum is not None)
    assert (loss["axis"]["low"], loss["axis"]["high"]) == pytest.approx((axis.low, axis.high), rel=1e-6)
    assert gradient["axis"]["logarithmic"]
    assert [trace["layout"]["xaxis"]["range"][0] for trace in (loss, gradient)] == [0, 0]


def test_learning_rates_have_a_trace_once_one_of_them_changes() -> None:
    link = "A=adam&A.learning_rate=0.2&A.schedule=linear&B=momentum&B.learning_rate=0.0005&C=nelder_mead"
    header, (falling, constant, without) = unpack(packed(scenario_of(link)))
    axis = header["traces"][2]["axis"]
    assert axis["title"] == "learning rate"
    assert axis["logarithmic"]
    assert (axis["low"], axis["high"]) == (-4, 0)
    assert falling.rate is not None
    assert constant.rate is not None
    assert without.rate is not None
    assert np.isnan([columns.rate[0] for columns in (falling, constant)]).all()
    assert falling.rate[1:] == pytest.approx(0.2 / np.arange(1, 301), rel=1e-6)
    assert constant.rate[1:] == pytest.approx(np.full(300, 0.0005), rel=1e-6)
    assert np.isnan(without.rate).all()
    for unchanged in ("A=nelder_mead&A.schedule=linear", "A=adam&A.schedule=constant",
                      "A=rprop&A.schedule=linear"):  # fmt: skip
        assert len(unpack(packed(scenario_of(unchanged)))[0]["traces"]) == 2


@pytest.mark.parametrize("key", [key for key, surface in LANDSCAPES.items() if surface.data])
def test_surfaces_from_data_bring_their_examples_the_batches_and_the_answers(key: str) -> None:
    surface = LANDSCAPES[key]
    assert surface.data is not None
    rule = OPTIMIZERS["adam"](learning_rate=0.01)
    entries = (Entry("A", rule, batch_size=2), Entry("B", rule))
    scenario = replace(default_scenario().on(surface), entries=entries, steps=20)
    header, (first, _) = unpack(packed(scenario))
    fit, (batched, whole) = header["fit"], header["runs"]
    assert len(fit["examples"]) == len(surface.data)
    t = run(surface, rule, surface.start, 20, batch_size=2)
    assert t.batches is not None
    assert batched["batches"] == [batch.tolist() for batch in t.batches]
    assert (batched["batch_size"], whole["batch_size"]) == (2, len(surface.data))
    assert whole["batches"] == []
    assert first.answers is not None
    view, rows = surface.data.view, surface.data.view.at or surface.data.rows
    settings = dict(zip((p.symbol for p in surface.parameters), surface.values, strict=True))
    for k in (0, 20):
        weights = dict(zip((x, y), t.points[k].tolist(), strict=True)) | settings
        places = [dict(zip(surface.data.symbols, row, strict=True)) | weights for row in rows]
        assert first.answers[k] == pytest.approx([float(view.answer.subs(p)) for p in places], rel=1e-5)
        assert fit["asked"] == pytest.approx([float(view.across.subs(p)) for p in places])


def test_a_perfect_model_answers_every_example() -> None:
    surface = LANDSCAPES["regression_raw_units"].with_parameters(standardise=1.0)
    np.testing.assert_allclose(
        surface.answers(np.array(surface.minimizers))[0], surface.examples[:, 1], atol=1e-9
    )


def test_without_data_there_is_no_fit() -> None:
    assert unpack(packed(default_scenario()))[0]["fit"] is None


@scenarios
def test_the_picture_in_words_has_every_verdict(query: str) -> None:
    scenario = scenario_of(query)
    lines, verdicts = judged_runs(scenario, LIGHT)
    words = describe(scenario, lines, verdicts)
    assert unpack(packed(scenario))[0]["alt"] == words
    assert words.startswith(f"Contour map of {scenario.surface.name};")
    for line, verdict in zip(lines, verdicts, strict=True):
        assert f"{line.label}: {plain(verdict.sentence)}" in words


@given(scenarios_of_any_kind(), st.sampled_from(list(LOOKS.values())))
@settings(max_examples=150)
def test_whatever_can_be_run_can_be_drawn(scenario: Scenario, look: Look) -> None:
    scenario = replace(scenario, steps=min(scenario.steps, 40))
    header, runs = unpack(packed(scenario, look))
    for trace in header["traces"]:
        assert trace["axis"]["low"] < trace["axis"]["high"]
    for drawn, columns in zip(header["runs"], runs, strict=True):
        assert drawn["exit"] is None or 1 <= drawn["exit"]["step"] <= scenario.steps
        assert (columns.x[0], columns.y[0]) == scenario.start


@pytest.mark.parametrize("rule", ["gradient_descent", "momentum", "nesterov", "averaged_momentum"])
def test_a_bowl_too_flat_for_any_bound_can_be_drawn(rule: str) -> None:
    scenario = scenario_of(f"landscape=own&formula=1e-323*(x^2%2By^2)&A={rule}")
    assert scenario.surface.is_quadratic
    assert [run["edges"] for run in unpack(packed(scenario))[0]["runs"]] == [None]


def test_the_same_scenario_packs_to_the_same_bytes() -> None:
    assert packed(default_scenario()) == packed(default_scenario())


def test_a_map_is_named_after_its_surface_parameters_and_look() -> None:
    quadratic = LANDSCAPES["quadratic"]
    surfaces = [
        quadratic,
        quadratic.with_parameters(angle=1.0),
        LANDSCAPES["beale"],
        parse_landscape("x^2 + y^2"),
        parse_landscape("x^2 + 2*y^2"),
    ]
    names = [
        unpack(packed(default_scenario().on(surface), look))[0]["terrain"]
        for surface in surfaces
        for look in LOOKS.values()
    ]
    assert len(set(names)) == len(names)
    views = [unpack(packed(default_scenario().on(surface)))[0]["view"] for surface in surfaces]
    assert views[0] == views[1]  # a slider of the surface keeps the zoom, another surface does not
    assert len(set(views)) == len(views) - 1
    assert len({unpack(packed(default_scenario(), look))[0]["view"] for look in LOOKS.values()}) == 1
    moved = replace(default_scenario(), start=(0.0, 0.5))
    assert unpack(packed(moved))[0]["terrain"] == unpack(packed(default_scenario()))[0]["terrain"]
