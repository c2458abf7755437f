"""Controls made from what surfaces and rules declare about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from charts import number
from landscapes import LANDSCAPES, Landscape, Parameter, parse_landscape
from landscapes.examples import FEWEST, MOST
from optimizers import MAX_STEPS, OPTIMIZERS, SCHEDULES, Budget, Hyperparameter
from ui.fields import number_field, number_slider
from ui.lab import Choice
from ui.offer import invited
from ui.rates import suited
from ui.rows import read_table, shown_rows
from ui.scenario import MOST_SEEDS, Entry, Scenario
from ui.state import bound, change, refused, remark
from ui.words import plain

_OWN = "Your own formula"
_FANS = (1, 5, 9, 15, MOST_SEEDS)
"""Numbers of seeds that are offered: odd ones have a median."""


def landscape_controls(scenario: Scenario, batches: bool = True) -> None:
    """The landscape, its formula and lesson, its own sliders, and where and how long to run.

    Without ``batches`` the size of all runs' batches is left to the page.
    """
    surface = scenario.surface
    if scenario.offers("landscape"):
        landscape_choice(scenario)
    if surface.text and scenario.offers("landscape"):
        _formula_field(surface)
        _window_fields(surface)
    else:
        st.markdown(f"$f = {surface.latex}$", help=surface.data and surface.data.meaning)
    st.caption(plain(surface.lesson))
    if scenario.offers("surface"):
        if surface.refitted:
            data_field(surface)
        for p in surface.parameters:
            parameter_slider(surface, p)
        _what_switches_did(surface)
    if scenario.offers("start"):
        start_fields(scenario)
    if scenario.offers("steps"):
        length_fields(scenario, batches)
        if not scenario.lab or scenario.away:
            budget_choice(scenario)


def look_control(scenario: Scenario) -> None:
    """Whether type and lines are those for a projector."""
    bound(
        st.toggle, "Projector look", "projector", scenario.shown.projector,
        lambda s, on: s.looking(projector=on),
        help="Larger type, thicker lines and no greys. Keys: space plays, ← and → step, 1 to 6 pick a run.",
    )  # fmt: skip


def landscape_choice(scenario: Scenario, keys: Sequence[str] = (*LANDSCAPES, "")) -> None:
    """Which landscape, of these and of what a link has brought; the empty key is a formula of one's own."""
    key = "" if scenario.surface.text else scenario.surface.key
    bound(
        st.selectbox, "Landscape", "landscape", key, _choose,
        options=list(dict.fromkeys([*keys, key])), format_func=_title,
    )  # fmt: skip


def _formula_field(surface: Landscape) -> None:
    """The formula as typed, how it was read, and what was wrong with a draft of it."""
    bound(st.text_input, f"f({', '.join(surface.axes)}) =", "formula", surface.text, _write, draft=True)
    # Between left and right brackets of LaTeX a line never breaks.
    latex = surface.latex.replace(r"\left(", "(").replace(r"\right)", ")")
    said = "Still drawn:" if refused("formula") else "Read as"
    st.markdown(f"{said} $f({', '.join(surface.axes_latex)}) = {latex}$")


def _title(key: str) -> str:
    # A select box knows no groups: the family in front makes the list read as such.
    return f"{LANDSCAPES[key].family} · {LANDSCAPES[key].name}" if key else _OWN


def _choose(scenario: Scenario, key: str) -> Scenario:
    return _moved(scenario, LANDSCAPES[key] if key else parse_landscape("x^2 + 3*y^2 + 2*sin(3*x)"))


def _write(scenario: Scenario, formula: str) -> Scenario:
    return _moved(scenario, parse_landscape(formula))


def _moved(scenario: Scenario, chosen: Landscape) -> Scenario:
    """The same runs on another surface, for which rates are offered; a lab finds them itself."""
    moved = scenario.on(chosen)
    if scenario.lab and not scenario.away:
        entries = tuple(replace(e, rule=suited(chosen, e.rule)) for e in moved.entries)
        return replace(moved, entries=entries)
    return invited(moved)


def data_field(surface: Landscape) -> None:
    """The training examples as text, to be replaced by a visitor's own, behind a button."""
    assert surface.data is not None
    more = st.popover("Your own data", key="data.open", on_change="rerun", width="stretch")
    if not more.open:
        return
    names = ", ".join(column.partition("_")[0] for column in surface.data.columns)
    with more:
        bound(
            st.text_area, f"{FEWEST} to {MOST} rows of {names}", "data", shown_rows(surface.data.rows),
            _refit, draft=True, height=260,
            help="A line each; paste them from a spreadsheet, with a line of names or without. Tabs, "
            "semicolons, blanks or commas stand between numbers; decimals may have a comma. "
            "Ctrl+Enter takes them.",
        )  # fmt: skip
        st.button(
            "Back to the built-in data", disabled=not surface.own_data, width="stretch",
            on_click=change, args=(lambda s: _moved(s, s.with_data(()).surface),),
        )  # fmt: skip


def _refit(scenario: Scenario, text: str) -> Scenario:
    rows, said = read_table(text)
    moved = _moved(scenario, scenario.with_data(rows).surface)
    remark(said)
    return moved


def _window_fields(surface: Landscape) -> None:
    """The edges of a typed surface's map, behind a button."""
    more = st.popover("Window", key="window", on_change="rerun", width="stretch")
    if not more.open:
        return
    with more:
        for i, name in enumerate(surface.axes):
            for j, end in enumerate(("from", "to")):
                number_field(
                    f"{name} {end}", f"window.{i}.{j}", surface.window[i][j], partial(_reframe, i, j)
                )
        st.button(
            "Guess the window",
            on_click=change,
            args=(lambda s: s.with_window(parse_landscape(s.surface.text).window),),
        )


def _reframe(i: int, j: int, scenario: Scenario, edge: float) -> Scenario:
    edges = [list(pair) for pair in scenario.surface.window]
    edges[i][j] = edge
    return scenario.with_window((tuple(edges[0]), tuple(edges[1])))


def start_fields(scenario: Scenario) -> None:
    """Where the runs start, and the way back to the recommended start."""
    edits: tuple[Any, Any] = (
        lambda s, v: replace(s, start=(v, s.start[1])),
        lambda s, v: replace(s, start=(s.start[0], v)),
    )
    numbers = zip(scenario.surface.axes, "xy", st.columns(2), scenario.start, edits, strict=True)
    for axis, key, column, value, edit in numbers:
        with column:
            number_field(f"Start {axis}", key, value, edit, last=True)
    st.button(
        "Recommended start",
        width="stretch",
        disabled=scenario.start == scenario.surface.start,
        on_click=change,
        args=(lambda s: replace(s, start=s.surface.start),),
    )


_AMOUNTS = {Budget.STEPS: "Steps", Budget.GRADIENTS: "Gradients", Budget.EVALUATIONS: "Evaluations"}
"""What a budget is called at its field."""


def budget_choice(scenario: Scenario) -> None:
    """What is the same for all runs: their steps, or what they ask of the surface."""
    bound(
        st.segmented_control, "Same for all runs", "budget", scenario.budget,
        lambda s, v: replace(s, budget=v),
        options=list(Budget), required=True,
        format_func=lambda b: "all evaluations" if b is Budget.EVALUATIONS else str(b),
        help="Fair mode: a run that asks for two gradients a step makes half as many steps. All evaluations "
        "are losses, gradients and Hessians. What a batch is asked counts as its share of the examples; a "
        "step that asks for nothing that counts is one all the same.",
    )  # fmt: skip


def length_fields(scenario: Scenario, batches: bool = True) -> None:
    """How long to run, and with how much noise or in which batches."""
    left, right = st.columns(2)
    with left:
        number_field(
            _AMOUNTS[scenario.budget], "steps", scenario.steps, lambda s, v: replace(s, steps=v),
            whole=True, last=True, help=f"Length of every run, 1 to {MAX_STEPS:,}.",
        )  # fmt: skip
    with right:
        number_field(
            "Noise σ", "noise", scenario.noise, lambda s, v: replace(s, noise=v),
            last=True, help="Standard deviation of the noise added to each gradient coordinate.",
        )  # fmt: skip
    if batches and scenario.surface.data is not None:
        batch_slider(scenario, scenario.entries)
    if scenario.noise > 0.0 or scenario.batched:
        number_field(
            "Seed", "seed", scenario.seed, lambda s, v: replace(s, seed=v),
            whole=True, last=True, help="The same seed gives the same noise and the same batches.",
        )  # fmt: skip
        bound(
            st.select_slider, "Seeds drawn", "seeds", scenario.seeds, lambda s, v: replace(s, seeds=v),
            options=sorted({*_FANS, scenario.seeds}), format_func=lambda v: "one" if v == 1 else f"{v}",
            help="Higher: the same run with more seeds, thin; the strong one has the median final loss.",
        )  # fmt: skip


def batch_slider(scenario: Scenario, entries: Sequence[Entry], label: str = "Batch size S") -> None:
    """How many training examples each gradient of one run sees, or of all runs.

    Where they differ, it stands at the first run's, and says so.
    """
    examples, sizes = len(scenario.surface.data or ()), [entry.batch_size for entry in entries]
    slot = entries[0].slot if len(entries) == 1 else ""
    bound(
        st.select_slider, label, f"{slot}.batch_size" if slot else "batch_size", sizes[0] or examples,
        lambda s, v: s.with_batch_size(v, slot),
        options=range(1, examples + 1), format_func=lambda v: f"{v} (all)" if v == examples else f"{v}",
        help="Training examples per gradient, drawn without replacement and shuffled anew every epoch.",
    )  # fmt: skip
    if len(set(sizes)) > 1:
        told = ", ".join(f"{e.slot} {e.batch_size or examples}" for e in entries)
        st.caption(f"Runs differ ({told}); this sets all of them.")


def parameter_slider(surface: Landscape, p: Parameter) -> None:
    """A slider, or a toggle, for one of the surface's own numbers."""

    def edit(scenario: Scenario, value: float) -> Scenario:
        return scenario.with_parameter(p.key, float(value))

    if p.switch:
        on = bool(surface.settings[p.key])
        bound(st.toggle, p.name, f"parameter.{p.key}", on, edit, help=p.help)
        return
    number_slider(p, p.name, f"parameter.{p.key}", surface.settings[p.key], edit, unit=p.unit)


def own_control(scenario: Scenario, setting: Parameter | Choice, **options: Any) -> None:
    """A control for one of the lab's own settings: a slider, a toggle, or a row of words to choose from."""
    value, key = scenario.settings[setting.key], f"own.{setting.key}"

    def edit(s: Scenario, chosen: Any) -> Scenario:
        return s.with_own(setting.key, chosen if isinstance(setting, Choice) else float(chosen))

    if isinstance(setting, Choice):
        options |= {"options": list(setting.options), "format_func": setting.options.get}
        bound(
            st.segmented_control,
            setting.name,
            key,
            value,
            edit,
            help=setting.help or None,
            required=True,
            **options,
        )
    elif setting.switch:
        bound(st.toggle, setting.name, key, bool(value), edit, help=setting.help, **options)
    else:
        number_slider(
            setting, setting.name, f"{key}.slider", float(value), edit, unit=setting.unit, **options
        )


def rule_choice(entry: Entry, keys: Sequence[str] = tuple(OPTIMIZERS), label: str = "Rule") -> None:
    """Which rule a run follows; it starts at a rate that suits the surface."""
    bound(
        st.selectbox, label, f"{entry.slot}.rule", entry.rule.key,
        lambda s, key: s.with_rule(entry.slot, suited(s.surface, OPTIMIZERS[key]())),
        options=list(dict.fromkeys([entry.rule.key, *keys])), format_func=lambda key: OPTIMIZERS[key].name,
    )  # fmt: skip


def setting_line(entry: Entry, key: str = "learning_rate") -> None:
    """A slider and a field for one number of a run's rule, in one line; nothing where the rule has none."""
    for h in entry.rule.hyperparameters():
        if h.key == key:
            with st.container(
                horizontal=True, vertical_alignment="bottom", gap="small", key=f"exact-{entry.slot}-{key}"
            ):
                setting_slider(entry, h)
                setting_field(entry, h, width=96, last=True)


def setting_slider(entry: Entry, h: Hyperparameter, of: str = "rule", **options: Any) -> None:
    """A slider for one number of a run's rule or schedule, on its declared scale; a toggle for a switch."""
    value, edit = getattr(entry, of).settings[h.key], _setter(entry.slot, h.key, of)
    key = f"{_key(entry, h, of)}.slider"
    if h.switch:
        bound(
            st.toggle, _label(h), key, bool(value), lambda s, on: edit(s, float(on)), help=h.help, **options
        )
    else:
        number_slider(h, _label(h), key, value, edit, **options)


def setting_field(entry: Entry, h: Hyperparameter, of: str = "rule", **options: Any) -> None:
    """A field for the exact value of one number: a grid has no 2/λ."""
    if h.switch:
        return
    value, edit = getattr(entry, of).settings[h.key], _setter(entry.slot, h.key, of)
    options |= {"label_visibility": "collapsed", "whole": h.whole}
    number_field(f"{_label(h)}, exact", _key(entry, h, of), value, edit, **options)


def schedule_controls(entry: Entry) -> None:
    """How a run's learning rate changes from step to step."""
    if "learning_rate" not in entry.rule.settings:
        st.caption(f"{entry.rule.name} has no learning rate, so there is nothing to schedule.")
        return
    if entry.rule.only_first_rate:
        st.caption(
            f"{entry.rule.name} uses η only for its first size: of a schedule the first rate counts, "
            "later ones change nothing."
        )
    names = {key: schedule.name for key, schedule in SCHEDULES.items()}
    bound(
        st.selectbox, f"Learning rate of run {entry.slot} over the steps", f"{entry.slot}.schedule",
        entry.schedule.key, lambda s, key: s.with_schedule(entry.slot, SCHEDULES[key]()),
        options=list(names), format_func=names.get,
    )  # fmt: skip
    for h in entry.schedule.hyperparameters():
        setting_slider(entry, h, of="schedule")
        setting_field(entry, h, of="schedule")


def _key(entry: Entry, h: Hyperparameter, of: str) -> str:
    return f"{entry.slot}.{h.key}" if of == "rule" else f"{entry.slot}.{of}.{h.key}"


def _label(h: Hyperparameter) -> str:
    return f"{h.name} {h.symbol}"


def _setter(slot: str, field: str, of: str) -> Any:
    return lambda s, value: s.with_setting(slot, field, value, of)


def _what_switches_did(surface: Landscape) -> None:
    """κ with the surface's switches as they are, and without them."""
    switched = {p.key: 0.0 for p in surface.parameters if p.switch and surface.settings[p.key]}
    if switched and surface.minimizers:
        without = surface.with_parameters(**switched).condition_number
        st.caption(f"κ at the minimum: {number(surface.condition_number)}, without this {number(without)}.")
