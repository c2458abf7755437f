"""The stage: the main picture, one component that repaints only what changed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from zlib import compress

import numpy as np

from charts import (
    LABELS,
    LANDSCAPE,
    RUNS,
    Line,
    Look,
    all_marked,
    bands,
    bare_map,
    example_losses,
    fit_layout,
    gradient_axis,
    gradient_norms,
    heights,
    learning_rates,
    left_map,
    loss_axis,
    marks,
    number,
    picture,
    rate_axis,
    relief,
    scale,
    sign,
    trace_layout,
)
from landscapes import Landscape
from landscapes.once import once
from optimizers import MAX_STEPS, Budget, Constant, Verdict, clock, known_minima, left_for_good, step_cost
from optimizers.studies.learning_rates import edges
from ui.assets import mount
from ui.fan import Fan
from ui.link import encode, own_keys
from ui.runs import fan_of
from ui.scenario import Entry, Scenario
from ui.shown import LOOKED
from ui.stage import tapes
from ui.stage.panels import EXTREMES, Display
from ui.stage.payload import digest, packed, single
from ui.stage.playground import HIDDEN, playground
from ui.stops import stops
from ui.visit import NOWHERE, Visit
from ui.words import plain


def terrain(scenario: Scenario, look: Look) -> None:
    """Send the map; it is large and seldom changes, so the browser keeps it, and the stage waits for it."""
    mount(
        "terrain",
        script="beside.js",
        key="terrain",
        data=pack_terrain(scenario.surface, look, scenario.batched),
        height=1,
    )


def stage(
    scenario: Scenario,
    lines: Sequence[Line],
    verdicts: Sequence[Verdict],
    look: Look,
    heard: float | None,
    visit: Visit,
    on: Mapping[str, Callable[[], None]],
    settled: bool = True,
    display: Display | None = None,
) -> None:
    """Show the map, the paths and the traces, and hear what the visitor does to them.

    ``on`` has what to call when the stage says something; what it says is then in
    ``st.session_state["stage"]`` under the same name, as ``value`` with a ``serial`` number, and the next
    picture carries the number of what it answers, ``heard``. It says ``start`` when the start is moved, with
    the ``point`` [x, y] and whether it was ``dropped`` there or is still under the pointer; ``preview`` while
    a number is dragged that only the server can follow, with its place and value, and None at the end;
    ``looked`` when other things of the picture are to be seen, by their keys in a link;
    ``settings`` when numbers are chosen on a picture, each with its place and value; ``theme`` when the
    page's colours change; ``address`` when the visitor goes back or forward, with the ``query`` that the
    address then has. ``visit`` says which session this is. A picture that is not ``settled`` is a preview,
    and does not go into the address. ``display`` says what is shown: the playground's if nothing is given.
    """
    mount(
        "stage",
        script="stage.js",
        style="stage.css",
        key="stage",
        data=pack(scenario, lines, verdicts, look, heard, settled, visit, display),
        **{f"on_{event}_change": call for event, call in on.items()},
    )


def pack(
    scenario: Scenario,
    lines: Sequence[Line],
    verdicts: Sequence[Verdict],
    look: Look,
    heard: float | None = None,
    settled: bool = True,
    visit: Visit = NOWHERE,
    display: Display | None = None,
) -> bytes:
    """The picture's facts as bytes: header length, JSON header, then the columns of each run.

    Columns are x and y in float64; loss, gradient norm and, where a run has a schedule that changes it,
    the learning rate in float32; each with a run's points. Where the budget does not count steps, what is
    spent up to each of them comes next, in float32. On a surface from data the answers of the
    models follow, (steps + 1, m) in float32, and the other seeds of a fan. After the runs come the bytes of
    the panels.
    """
    surface = scenario.surface
    display = display or playground(scenario, lines, verdicts)
    end = _end(scenario, lines)
    losses = [heights(surface, line.trajectory) for line in lines]
    norms = [gradient_norms(line.trajectory) for line in lines]
    traces = [(loss_axis(surface, losses), losses), (gradient_axis(norms), norms)]
    if any(entry.scheduled for entry in scenario.entries):
        rates = [learning_rates(line.trajectory) for line in lines]
        traces.append((rate_axis(rates), rates))
    data = surface.data
    sent = [] if display.hides else list(zip(scenario.entries, lines, strict=True))
    header: dict[str, Any] = {
        "heard": heard,
        "visit": visit.name,
        "woken": visit.heard is not None,
        "settled": settled,
        "said": HIDDEN if display.hides else _said(lines, verdicts),
        "view": digest(surface.key, surface.text, surface.window),
        "terrain": _name(surface, look, scenario.batched),
        "tapes": tapes.name(scenario),
        "minimum": known_minima(surface).minimum,
        "steady": _steady(surface),
        "loss_range": surface.loss_range,
        "window": surface.window,
        "parameters": surface.settings,
        "noise": scenario.noise,
        "own": own_keys(scenario.lab),
        "link": urlencode(encode(scenario)),
        "whole": urlencode(encode(scenario, short=False)),
        "start": scenario.start,
        "fixed": not scenario.offers("start"),
        "end": end,
        "budget": {
            "amount": scenario.steps,
            "counts": scenario.budget,
            "one": scenario.budget.one,
            "axis": scenario.budget.axis,
        },
        "most": MAX_STEPS,
        "look": {
            "key": look.key,
            "ink": look.ink,
            "paper": look.paper,
            "halo": look.halo,
            "letters": look.letters,
            "scale": look.scale,
        },
        "alt": describe(scenario, lines, verdicts, display.hides),
        "traces": [
            {
                "layout": trace_layout(axis, end, look, len(display.others), scenario.budget.axis),
                "axis": axis._asdict(),
            }
            for axis, _ in traces
        ],
        "display": {
            "main": display.main,
            "others": display.weighted,
            "offers": display.offers,
            "hides": display.hides,
            "columns": display.columns,
            "player": display.player,
            "asks": display.asks,
            "quadratic": display.quadratic and {"slot": display.quadratic, "signs": EXTREMES},
        },
        "outcomes": _OUTCOMES,
        "told": display.told,
        "shown": scenario.shown.written,
        "looks": list(LOOKED),
        "panels": [{"name": p.name, "length": len(p.content), **p.facts} for p in display.panels],
        "settings": scenario.settings,
        "follows": display.follows,
        "fit": data
        and {
            "layout": fit_layout(surface, look),
            "examples": surface.examples.tolist(),
            "asked": surface.asked.tolist(),
            "line": data.view.line,
            "vertical": data.view.kind == 1,  # else classes are seen, and no targets
        },
        "runs": [
            {
                "slot": entry.slot,
                "label": line.label,
                "color": line.style.color,
                "dash": line.style.dash,
                "marker": line.style.marker,
                "sign": RUNS[line.style.marker].path,
                "steps": line.trajectory.steps,
                "cost": step_cost(entry.rule, entry.schedule, scenario.budget),
                "edges": _edges(surface, entry),
                "stops": _stops(entry),
                "left": left_for_good(surface, line.trajectory.points),
                "exit": gone and gone._asdict(),
                "kind": tapes.kind(entry),
                "settings": entry.rule.settings,
                "schedule": entry.schedule.settings,
                "batch_size": entry.batch_size or len(data or ()),
                "fan": None if whole is None else {"steps": whole.steps.tolist(), "count": scenario.seeds},
                "batches": [batch.tolist() for batch in line.trajectory.batches or ()],
            }
            for entry, line in sent
            for gone in [left_map(surface, line.trajectory)]
            for whole in [fan_of(scenario, entry)]
        ],
    }
    counts_steps = scenario.budget is Budget.STEPS
    columns = b"".join(
        line.trajectory.points.T.tobytes()
        + b"".join(single(columns[i]) for _, columns in traces)
        + (b"" if counts_steps else single(clock(line.trajectory, scenario.budget)))
        + (b"" if data is None else single(surface.answers(line.trajectory.points)))
        + _fan_bytes(fan_of(scenario, entry), counts_steps)
        for i, (entry, line) in enumerate(sent)
    )
    return packed(header) + columns + b"".join(panel.content for panel in display.panels)


def _end(scenario: Scenario, lines: Sequence[Line]) -> int:
    """Where the axis ends that counts what the budget counts; its first step may have cost a run more."""
    ends = [math.ceil(clock(line.trajectory, scenario.budget)[-1]) for line in lines]
    return max(ends) if scenario.budget is Budget.STEPS else max(scenario.steps, *ends)


def _fan_bytes(whole: Fan | None, counts_steps: bool) -> bytes:
    """The thin runs in float32: x, y and height of the loss of the first at all its steps, then the next.

    After each of these, what is spent up to each of its steps, if it is not steps that are counted.
    """
    if whole is None:
        return b""
    clocks = () if counts_steps else (whole.clock[..., np.newaxis],)
    columns = np.concatenate(
        [whole.points, whole.losses[..., np.newaxis], *clocks], axis=-1
    )  # (k, n, 3 or 4)
    return single(np.moveaxis(columns, 0, -1))


_OUTCOMES = {label: {"color": one.color, "sign": RUNS[one.sign].path} for label, one in LABELS.items()}
"""How a learning rate is shown, by what it comes to."""


def describe(
    scenario: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], hides: bool = False
) -> str:
    """The picture in words."""
    x, y = scenario.start
    where = f"runs start at ({number(x)}, {number(y)})"
    return f"Contour map of {scenario.surface.name}; {where}. {HIDDEN if hides else _said(lines, verdicts)}"


def _said(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> str:
    return " ".join(f"{line.label}: {plain(v.sentence)}" for line, v in zip(lines, verdicts, strict=True))


@once()
def _steady(surface: Landscape) -> dict[str, bool]:
    """What stays while the surface's own numbers move: its known minimum, the places of its examples."""
    ends = [surface.with_parameters(**{p.key: end}) for p in surface.parameters for end in (p.low, p.high)]
    known, declared = known_minima(surface).minimum, surface.minimum
    return {
        "minimum": known is None or (known == declared and all(end.minimum == declared for end in ends)),
        "examples": surface.data is None or all(np.array_equal(e.examples, surface.examples) for e in ends),
    }


def _edges(surface: Landscape, entry: Entry) -> dict[str, Any] | None:
    """What theory says of the learning rate of a run that has one curvature all the way."""
    bowl = surface.is_quadratic and entry.batch_size is None and surface.hessian(surface.start)
    if bowl is False or entry.schedule != Constant() or np.linalg.eigvalsh(bowl)[0] < 0.0:
        return None
    found = edges(surface, entry.rule, surface.start)
    return found and found._asdict()


def _stops(entry: Entry) -> list[float]:
    """The stops of the run's slider of learning rates."""
    first, *_ = entry.rule.hyperparameters()
    return list(stops(first, entry.rule.settings[first.key])) if first.key == "learning_rate" else []


@once()
def _name(surface: Landscape, look: Look, batches: bool) -> str:
    return digest(surface.identity, look.key, batches)


@once()
def pack_terrain(surface: Landscape, look: Look, batches: bool) -> bytes:
    """The map, deflated: header length, JSON header, then every example's losses in float32 if asked for."""
    header: dict[str, Any] = {
        "name": _name(surface, look, batches),
        "title": surface.name,
        "axes": surface.axes,
        "window": surface.window,
        "figure": json.loads(bare_map(surface, look).to_json()),
        "scale": scale(surface, look),
        "signs": [
            {"name": name, "path": sign(name).path, "points": points}
            for name, points in marks(surface).items()
        ],
        "all": all_marked(surface),
        "start": LANDSCAPE["start"].path,
        "bands": bands(surface, look),
    }
    if not batches:
        return compress(packed(header))
    losses = example_losses(surface)
    levels = relief(surface).levels[::2].tolist()
    header["examples"] = {"shape": losses.shape, "window": picture(surface), "levels": levels}
    return compress(packed(header) + single(losses))
