"""The playground's picture as a plain Streamlit page: the same link, runs and figures, in st.plotly_chart.

With maps apart in the link every run has a map of its own, as in the playground. Each run has the
playground's learning-rate slider. Runs are kept as the playground keeps them, so that
a slider move computes one run on either page. Figures carry the rates as ``layout.meta``: a benchmark
can see which ones a chart was drawn from.
"""

from dataclasses import replace
from functools import lru_cache

import streamlit as st

from charts import LIGHT, Line, contour_map, gradient_trace, loss_trace
from landscapes import Landscape, Point
from optimizers import Optimizer, Trajectory, run
from ui.grids import log_grid
from ui.link import decode
from ui.scenario import SLOTS, Entry


@lru_cache(maxsize=256)
def _run(surface: Landscape, rule: Optimizer, start: Point, steps: int) -> Trajectory:
    return run(surface, rule, start, steps)


def _rate(entry: Entry) -> float:
    declared = next(h for h in entry.rule.hyperparameters() if h.key == "learning_rate")
    value = entry.rule.settings["learning_rate"]
    notches = sorted({*log_grid(declared.low, declared.high), value})
    return st.select_slider(
        "learning rate η", notches, value, key=f"{entry.slot}.slider", format_func=lambda v: f"{v:g}"
    )


st.set_page_config(page_title="Plain", layout="wide", initial_sidebar_state=264)
scenario, _ = decode(st.query_params.to_dict())
surface = scenario.surface
lines = []
for entry in scenario.entries:
    with st.sidebar:
        rule = replace(entry.rule, learning_rate=_rate(entry))
    trajectory = _run(surface, rule, scenario.start, scenario.steps)
    lines.append(Line(f"{entry.slot} {rule.name}", LIGHT.runs[SLOTS.index(entry.slot)], trajectory))
rates = [line.trajectory.rule.settings["learning_rate"] for line in lines]

if scenario.shown.apart:
    columns = [*st.columns(3), *st.columns(3)]
    pictures = [
        (column, line.label, contour_map(surface, [line]), 230)
        for column, line in zip(columns, lines, strict=False)
    ]
else:
    left, right = st.columns([57, 43])
    pictures = [
        (left, "map", contour_map(surface, lines), 390),
        (right, "loss", loss_trace(surface, lines), 190),
        (right, "gradient", gradient_trace(lines), 190),
    ]
for column, name, figure, height in pictures:
    figure.update_layout(meta=rates, height=height, showlegend=False)
    with column:
        st.plotly_chart(figure, key=name, theme=None, config={"displayModeBar": False})
