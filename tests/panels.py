"""What a lab's page shows, as numbers and sentences."""

from __future__ import annotations

import base64
import re
from html import unescape
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest
from test_pages import picture, texts

from landscapes import Array


def panel(at: AppTest, name: str) -> dict[str, Any]:
    """The panel of this name."""
    (found,) = [one for one in picture(at)[0]["panels"] if one["name"] == name]
    return found


def lines(at: AppTest, name: str) -> dict[str, tuple[Array, Array]]:
    """x and y of every trace of a panel's figure, by its name."""
    return {t["name"]: (numbers(t["x"]), numbers(t["y"])) for t in panel(at, name)["figure"]["data"]}


def numbers(values: Any) -> Array:
    """What Plotly wrote as a list or as bytes."""
    if isinstance(values, list):
        return np.array(values, dtype=np.float64)
    return np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])


def told(at: AppTest) -> list[str]:
    """The sentences under the picture."""
    return [unescape(one) for one in re.findall('<p class="told">(.*?)</p>', texts(at))]
