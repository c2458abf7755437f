"""Every scene: what happens, asked before it is seen."""

from html import escape

import streamlit as st

from ui.page import look
from ui.scenes import SCENES, TOPICS
from ui.scenes.index import cast, picture
from ui.words import written

_PER_ROW = 3

st.title("Scenes", anchor=False)
st.caption(
    f"{len(SCENES)} short stories by topic, each with a question. A click opens one in the playground."
)
topic = st.segmented_control(
    "Topic", TOPICS, default=TOPICS[0], required=True, key="topic", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
shown = [scene for scene in SCENES.values() if scene.topic == topic]
for first in range(0, len(shown), _PER_ROW):
    for column, scene in zip(st.columns(_PER_ROW), shown[first : first + _PER_ROW], strict=False):
        with column:
            link = f'href="./?scene={scene.key}" target="_self"'
            st.html(
                f'<figure class="run"><a {link}><img src="{picture(scene, look())}" '
                f'alt="{escape(scene.title)}: its map and start"></a><figcaption><a {link}>'
                f"<b>{escape(scene.title)}</b></a> <small>{escape(cast(scene))}</small><br>"
                f"{written(scene.before)}</figcaption></figure>"
            )
