"""How should weights begin? What is left of signals and gradients behind many layers."""

from collections.abc import Sequence

import streamlit as st

from charts import Line, Look, number
from charts.labs.curves import compact
from charts.labs.initialisation import chain_figure, last_against_scale, separation_trace, spread_by_layer
from optimizers import Verdict
from ui.controls import own_control
from ui.laboratory import chart, laboratory, part
from ui.labs import initialisation as lab
from ui.page import look
from ui.scenario import Place, Scenario
from ui.stage.panels import Display, figure
from ui.state import scenario


def controls(s: Scenario) -> None:
    """The size of the network."""
    own_control(s, lab.LAYERS)
    own_control(s, lab.UNITS)


def main(s: Scenario) -> None:
    """The scale of the weights and the activation, over the picture."""
    left, right = st.columns((3, 2))
    with left:
        own_control(s, lab.SCALE)
    with right:
        own_control(s, lab.ACTIVATION)


def shown(s: Scenario, lines: Sequence[Line], verdicts: Sequence[Verdict], look: Look) -> Display:
    """Signals and gradients by layer, and the last layer against the scale."""
    found, starts, tried, expected = lab.own(s), lab.named(s), lab.every_scale(s), lab.predicted(s)
    if found is None or tried is None:
        return Display(player=False)
    n = lab.net(s)
    mine, theory = (f"n Var(W) = {number(n.scale)}", found), [("predicted", expected)]
    forward = spread_by_layer(starts, theory, look, own=mine)
    backward = spread_by_layer(starts, theory, look, backward=True, own=mine).update_traces(showlegend=False)
    (wide, simple), whose = lab.predicted_last(n.layers, n.activation), lab.named_argument(n.activation)
    last = last_against_scale(tried, [("very wide layers", wide), (whose, simple)], look)
    size = f"{n.layers} layers of {n.units} units"
    return Display(
        main="spread",
        others=("last", "back"),
        panels=(
            figure("spread", f"Spread of the activations by layer, {size}", compact(forward)),
            figure("last", "Spread behind the last layer against the scale of the weights", compact(last),
                   x=Place("own", "scale"), stops=lab.GAINS),
            figure("back", f"Size of the gradients by layer, {size}", compact(backward)),
        ),
        player=False,
    )  # fmt: skip


laboratory(controls, main, shown, said=None, told=lab.told)
layers = lab.net(scenario()).layers
with part("A chain of units", lab.told_chains(layers)):
    chart(chain_figure(lab.chains(layers), look()), key="chain")
with part("All equal", lab.told_alike()):
    equal, nudged = lab.alike()
    chart(separation_trace([("all equal", equal), ("nudged", nudged)], look()), key="alike")
