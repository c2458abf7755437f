"""Export: the figure, the runs and scripts to take along, each made when it is asked for and kept nowhere."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any
from zlib import compress

import streamlit as st

from charts import HEIGHT, WIDTH, Line, handout, page
from optimizers import Budget
from ui.assets import mount
from ui.export.numpy_script import numpy_script
from ui.export.script import Own
from ui.export.table import runs_table
from ui.export.torch_script import torch_script, without_torch
from ui.page import look
from ui.runs import fan_of, judged_runs
from ui.scenario import Scenario
from ui.share import hidden_note, share_button, whole_link
from ui.stage.payload import packed
from ui.state import scenario


def export_button() -> None:
    """A button behind which everything is made once it is asked for."""
    if st.button("Export", key="export", icon=":material/download:", width="stretch"):
        _export()


@st.dialog("Export", width="medium")
def _export() -> None:
    shown, theme = scenario(), look()
    link = whole_link(shown, st.context.url or "")
    name = f"descent-lab-{shown.surface.key.replace('_', '-')}"

    def lines() -> list[Line]:
        return judged_runs(shown, theme, budget=math.inf)[0]  # what is on the screen was not too much

    def figure() -> Any:
        return handout(shown.surface, lines(), theme, shown.budget)

    def script(flavour: Callable[..., str]) -> str:
        return flavour(shown, link, own_of(shown, lines()))

    left, right = st.columns(2)
    with left:
        _browser_made(name, figure)
    with right:
        _download("Figure (HTML)", f"{name}.html", "text/html", lambda: page(figure()))
        _download("Runs (CSV)", f"{name}.csv", "text/csv", lambda: runs_table(shown, lines()))
        _download("Script (NumPy)", f"{name}-numpy.py", "text/x-python", lambda: script(numpy_script))
        _download("Script (PyTorch)", f"{name}-torch.py", "text/x-python", lambda: script(torch_script))
    missing = [f"{e.slot}: {said}." for e in shown.entries if (said := without_torch(e))]
    if missing:
        st.caption("  \n".join(["Not in the PyTorch script:", *missing]))


def own_of(shown: Scenario, lines: Sequence[Line]) -> Own:
    """What the runs of a scenario have of their own: a fan's middle seed, the steps within a budget."""
    seeds = {e.slot: whole.seed for e in shown.entries if (whole := fan_of(shown, e))}
    if shown.budget is Budget.STEPS:
        return Own(seeds)
    return Own(seeds, {e.slot: line.trajectory.steps for e, line in zip(shown.entries, lines, strict=True)})


def _download(label: str, file: str, kind: str, make: Callable[[], str]) -> None:
    st.download_button(
        label, lambda: make().encode(), file, kind, key=f"export.{label}", on_click="ignore", width="stretch"
    )


def _browser_made(name: str, figure: Callable[[], Any]) -> None:
    """Buttons for what the browser makes: pictures from the figure, which it asks for, and the film."""
    asked = st.session_state.pop("figure asked", None)
    header: dict[str, Any] = {"name": name}
    if asked:
        drawn = json.loads(figure().to_json())
        header |= {"asked": asked, "figure": {**drawn, "size": {"width": WIDTH, "height": HEIGHT}}}
    mount(
        "takeaway", script="takeaway.js", style="takeaway.css", key="takeaway",
        data=compress(packed(header)), on_figure_change=_asked,
    )  # fmt: skip


def _asked() -> None:
    """Note which picture the browser asks for, if that makes sense."""
    try:
        message = st.session_state["takeaway"]["figure"]
        serial, kind = float(message["serial"]), str(message["format"])
    except (LookupError, TypeError, ValueError, OverflowError):
        return
    if math.isfinite(serial) and kind in ("png", "svg"):
        st.session_state["figure asked"] = {"serial": serial, "format": kind}


@st.fragment  # opening a dialog makes nothing else again
def taking_along() -> None:
    """What students get of this: a link, a picture, numbers, a script."""
    with st.container(horizontal=True, key="along"):
        share_button()
        export_button()
    hidden_note(scenario())
