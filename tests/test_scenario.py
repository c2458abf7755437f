"""Scenarios: every edit gives another one, and what cannot be run is refused with a sentence."""

from dataclasses import replace

import pytest

from landscapes import LANDSCAPES
from optimizers import MAX_STEPS, OPTIMIZERS, SCHEDULES, Optimizer
from ui.scenario import SLOTS, Entry, Scenario, default_scenario


def rule(key: str = "adam", **settings: float) -> Optimizer:
    return OPTIMIZERS[key](**settings)


def of(slots: str, key: str = "adam") -> Scenario:
    return replace(default_scenario(), entries=tuple(Entry(slot, rule(key)) for slot in slots))


def slots(scenario: Scenario) -> str:
    return "".join(entry.slot for entry in scenario.entries)


def test_the_default_compares_two_rules_in_rosenbrocks_ravine() -> None:
    first = default_scenario()
    assert first.surface is LANDSCAPES["rosenbrock"]
    assert first.start == first.surface.start == (-1.2, 1.0)
    assert [(e.slot, e.rule.key) for e in first.entries] == [("A", "momentum"), ("B", "adam")]
    assert (first.steps, first.noise, first.seed) == (300, 0.0, 0)


@pytest.mark.parametrize("surface", LANDSCAPES.values(), ids=LANDSCAPES)
def test_another_surface_starts_where_it_recommends_and_keeps_the_runs(surface) -> None:
    before = replace(of("ACE"), start=(0.25, -0.5), steps=40, noise=0.1, seed=3)
    scene = before.scene if surface is before.surface else ""  # another surface is another story
    assert before.on(surface) == replace(before, surface=surface, start=surface.start, scene=scene)


@pytest.mark.parametrize(
    ("taken", "free"), [("A", "B"), ("B", "A"), ("AB", "C"), ("ACD", "B"), ("BCDEF", "A"), (SLOTS, None)]
)
def test_the_first_free_letter_is_the_next_place(taken: str, free: str | None) -> None:
    assert of(taken).free_slot == free


@pytest.mark.parametrize(("taken", "after"), [("AB", "ABC"), ("ACD", "ABCD"), ("F", "AF"), ("BCDEF", SLOTS)])
def test_an_added_run_stands_in_the_order_of_its_letter(taken: str, after: str) -> None:
    assert slots(of(taken).add()) == after


def test_an_added_run_is_a_rule_that_is_not_there_yet() -> None:
    scenario = of("A", "gradient_descent")
    while scenario.free_slot:
        scenario = scenario.add()
    present = [entry.rule.key for entry in scenario.entries]
    assert sorted(present, key=list(OPTIMIZERS).index) == list(OPTIMIZERS)[: len(SLOTS)]


def test_a_copy_has_the_settings_of_its_original() -> None:
    original = rule("momentum", learning_rate=0.3, momentum=0.5)
    scenario = of("AC").with_rule("C", original).with_schedule("C", SCHEDULES["cosine"](period=40))
    copied = scenario.add(scenario.entry("C"))
    assert copied.entry("B") == Entry("B", original, SCHEDULES["cosine"](period=40))
    assert copied.entry("C") == scenario.entry("C")


def test_a_seventh_run_is_refused() -> None:
    with pytest.raises(ValueError, match=r"at most 6 runs; remove one first\.$"):
        of(SLOTS).add()


@pytest.mark.parametrize("slot", "ABC")
def test_removing_a_run_leaves_the_others_in_their_places(slot: str) -> None:
    before = of("ABC")
    after = before.remove(slot)
    assert after.entries == tuple(entry for entry in before.entries if entry.slot != slot)
    assert after.free_slot == slot


def test_the_last_run_stays() -> None:
    with pytest.raises(ValueError, match=r"at least one\.$"):
        of("C").remove("C")


@pytest.mark.parametrize("key", OPTIMIZERS)
def test_another_rule_keeps_the_place_and_touches_no_other(key: str) -> None:
    before = of("ABD", "newton")
    after = before.with_rule("B", rule(key))
    assert after.entries == (before.entry("A"), Entry("B", rule(key)), before.entry("D"))


def test_one_setting_changes_one_field_of_one_run() -> None:
    before = of("AB", "momentum")
    after = before.with_setting("B", "momentum", 0.25)
    assert after.entry("A") == before.entry("A")
    assert after.entry("B").rule.settings == {**before.entry("B").rule.settings, "momentum": 0.25}


@pytest.mark.parametrize(
    "edit",
    [
        lambda s: s.entry("B"),
        lambda s: s.with_rule("B", rule()),
        lambda s: s.with_setting("B", "learning_rate", 0.1),
        lambda s: s.remove("B"),
        lambda s: of("A").remove("B"),
    ],
)
def test_a_late_edit_of_a_removed_run_is_refused(edit) -> None:
    with pytest.raises(ValueError, match=r"^There is no run B\.$"):
        edit(of("AC"))


def test_a_late_setting_of_a_rule_that_was_changed_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^Newton has no beta1\.$"):
        of("A", "newton").with_setting("A", "beta1", 0.5)


def test_edits_leave_the_original_alone() -> None:
    before, same = default_scenario(), default_scenario()
    before.add().remove("A").with_setting("B", "learning_rate", 1.0).on(LANDSCAPES["beale"])
    assert before == same


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"start": (NAN, 0.0)}, "The start must be two finite numbers, not (nan, 0.0)."),
        ({"start": (0.0, INF)}, "The start must be two finite numbers, not (0.0, inf)."),
        ({"start": (-INF, NAN)}, "The start must be two finite numbers, not (-inf, nan)."),
        ({"steps": 0}, f"Steps must be a whole number from 1 to {MAX_STEPS:,}, not 0."),
        ({"steps": -3}, f"Steps must be a whole number from 1 to {MAX_STEPS:,}, not -3."),
        ({"steps": MAX_STEPS + 1}, f"Steps must be a whole number from 1 to {MAX_STEPS:,}, not 5001."),
        ({"steps": 2.5}, f"Steps must be a whole number from 1 to {MAX_STEPS:,}, not 2.5."),
        ({"steps": NAN}, f"Steps must be a whole number from 1 to {MAX_STEPS:,}, not nan."),
        ({"noise": -0.1}, "Noise must be a number of at least 0, not -0.1."),
        ({"noise": NAN}, "Noise must be a number of at least 0, not nan."),
        ({"noise": INF}, "Noise must be a number of at least 0, not inf."),
        ({"seed": -1}, "The seed must be a whole number from 0 to 2,147,483,647, not -1."),
        ({"seed": 0.5}, "The seed must be a whole number from 0 to 2,147,483,647, not 0.5."),
        ({"entries": ()}, "A comparison has 1 to 6 runs, not 0."),
        ({"entries": (Entry("A", rule()),) * 7}, "A comparison has 1 to 6 runs, not 7."),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(value)[:30],
)
def test_what_cannot_be_run_is_refused_with_what_is_accepted(changes: dict, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the whole sentence is compared
        replace(default_scenario(), **changes)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("changes", [{"steps": 1}, {"steps": MAX_STEPS}, {"seed": 2**31 - 1}, {"noise": 1e9}])
def test_the_limits_themselves_are_accepted(changes: dict) -> None:
    assert replace(default_scenario(), **changes)


def test_a_seed_has_31_bits() -> None:
    with pytest.raises(ValueError, match=r"^The seed must be a whole number from 0 to 2,147,483,647"):
        replace(default_scenario(), seed=2**31)


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("momentum", "momentum", -0.1),
        ("momentum", "learning_rate", -1.0),
        ("adam", "learning_rate", NAN),
        ("adam", "beta1", INF),
    ],
)
def test_a_bad_setting_is_refused_by_its_name(key: str, field: str, value: float) -> None:
    name = next(h.name for h in OPTIMIZERS[key].hyperparameters() if h.key == field)
    with pytest.raises(ValueError, match=rf"(?i)^{name} must be a number .*\.$"):
        of("AB", key).with_setting("A", field, value)


def test_a_rate_far_too_large_is_no_bad_input() -> None:
    assert of("A").with_setting("A", "learning_rate", 1e9).entry("A").rule.learning_rate == 1e9
