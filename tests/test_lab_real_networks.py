"""The lab of real networks: its facts, on the numbers that its page shows."""

import re

import numpy as np
import pytest
from panels import panel, told
from test_labs import opened
from test_pages import sound

from landscapes import LANDSCAPES
from ui.labs import LABS
from ui.labs.real_networks import pair, told_hidden
from ui.numbers import read_number
from ui.scenario import opening_of

LAB = LABS["real_networks"]
SLICE = {"landscape": "network_slice", "depth": "1"}


def facts(sentence):
    """Minima, percent that curves down, percent of the path's variance, half windows off, factor."""
    found = re.search(
        r"(\S+) local min.* (\S+) % of it curves .* holds (\S+) % .* are (\S+) half .*? is (.*)\.$", sentence
    )
    assert found
    *numbers, last = found.groups()
    factor = re.search(r"factor of (\S+)", last)
    return *map(read_number, numbers), read_number(factor[1]) if factor else 1.0


def test_skip_connections_smooth_the_slice_of_the_deep_networks() -> None:
    plain, skips = map(facts, told(opened(LAB)))
    assert plain[0] > skips[0] == 1
    assert plain[1] > 80 > 2 * skips[1]


def test_a_random_plane_holds_hardly_any_of_the_path_and_the_paths_own_nearly_all() -> None:
    random, own = (told(opened(LAB, SLICE | {"plane": plane})) for plane in ("0", "1"))
    assert all(facts(sentence)[2] < 5.0 for sentence in random)
    assert all(facts(sentence)[2] > 90.0 for sentence in own)


def test_a_slice_hides_the_loss_until_the_path_reaches_its_plane() -> None:
    first, later, last = (
        [facts(sentence)[3:] for sentence in told(opened(LAB, SLICE | {"trained": step}))]
        for step in ("0", "100", "1500")
    )
    for (far, wrong), (nearer, less), (there, none) in zip(first, later, last, strict=True):
        assert far > nearer > there == 0.0
        assert wrong > less > none == 1.0
        assert wrong > 100.0


@pytest.mark.parametrize("plane", ["0", "1"])
def test_both_networks_are_drawn_on_one_scale_with_the_path_of_their_training(plane: str) -> None:
    at = opened(LAB, SLICE | {"plane": plane})
    scales = set()
    for name, skip in (("plain", 0.0), ("skips", 1.0)):
        shown = panel(at, name)
        (contour,) = shown["figure"]["data"]
        scales.add((contour["zmin"], contour["zmax"]))
        surface = LANDSCAPES["network_slice"].with_parameters(depth=1.0, skip=skip, plane=float(plane))
        assert len(shown["points"]) == len(shown["stops"]) == len(shown["said"]) == 151
        for step in (0, 40, 150):
            slice_now = read_number(shown["said"][step].rpartition(" ")[2])
            assert slice_now == pytest.approx(surface.value(shown["points"][step]), rel=0.06)
    assert len(scales) == 1


def test_the_first_loss_is_another_in_the_slice() -> None:
    found = pair(opening_of(LAB))
    said = told_hidden(found)
    for name, one in found:
        assert one.path.losses[0] > 100.0 * one.path.shown[0]
        assert one.path.losses[-1] == pytest.approx(one.path.shown[-1], rel=1e-2)
        assert f"in the slice ({name})" in said


def test_the_shallow_networks_have_slices_of_their_own() -> None:
    deep, shallow = (opened(LAB, {"landscape": "network_slice", "depth": depth}) for depth in ("1", "0"))
    assert told(deep) != told(shallow)
    assert not np.allclose(panel(deep, "plain")["points"], panel(shallow, "plain")["points"])


def test_another_surface_leaves_the_slices_and_says_so() -> None:
    at = opened(LAB, {"landscape": "rosenbrock"})
    assert told(at) == told(opened(LAB))
    assert "This link brings another surface" in " ".join(one.value for one in at.sidebar.caption)


def test_three_dimensions_are_drawn_when_asked_for() -> None:
    at = opened(LAB)
    assert len(at.get("plotly_chart")) == 2
    sound(next(one for one in at.toggle if one.label == "In three dimensions").set_value(True).run())
    assert len(at.get("plotly_chart")) == 3


def test_hardly_any_of_the_path_is_the_answer() -> None:
    (question,) = LAB.questions
    assert question.options[question.right()].startswith("Hardly any")
    shares = [float(v) for v in re.findall(r"([\d.]+) %", question.because())]
    assert max(shares[:2]) < 5.0 < 90.0 < min(shares[2:])
