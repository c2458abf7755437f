"""Every built-in surface: a gallery from the registry, each picture a way into the playground."""

from itertools import groupby

import streamlit as st

from landscapes import LANDSCAPES
from ui.page import look
from ui.surfaces import card

_PER_ROW = 3

st.title("Surfaces", anchor=False)
st.caption(f"{len(LANDSCAPES)} surfaces. A click on a picture opens it in the playground.")
for family, members in groupby(LANDSCAPES.values(), key=lambda surface: surface.family):
    st.header(family, divider="gray")
    shown = list(members)
    for first in range(0, len(shown), _PER_ROW):
        for column, surface in zip(st.columns(_PER_ROW), shown[first : first + _PER_ROW], strict=False):
            with column:
                card(surface, look())
