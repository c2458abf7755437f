"""Every lab with its first picture: the questions that the lectures raise."""

from html import escape

import streamlit as st

from ui.labs import LABS
from ui.labs.index import picture
from ui.page import look
from ui.words import written

_PER_ROW = 3

st.title("Labs", anchor=False)
st.caption("One page for each question that the lectures raise: move a number, and see what happens.")
labs = list(LABS.values())
for first in range(0, len(labs), _PER_ROW):
    for column, lab in zip(st.columns(_PER_ROW), labs[first : first + _PER_ROW], strict=False):
        with column:
            st.html(
                f'<figure class="run"><a href="./{lab.key}" target="_self">'
                f'<img src="{picture(lab, look())}" alt="{escape(lab.title)}"></a>'
                f"<figcaption><b>{escape(lab.title)}</b><br>{written(lab.question)}</figcaption></figure>"
            )
