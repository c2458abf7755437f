"""Descent Lab: watch optimizers move on loss landscapes."""

import streamlit as st

from ui.page import style

st.set_page_config(page_title="Descent Lab", page_icon="ui/icon.svg", layout="wide")
style()
st.logo("ui/wordmark.svg", icon_image="ui/icon.svg")
PAGES = [
    st.Page("pages/playground.py", title="Playground", default=True),
    st.Page("pages/rules.py", title="Rules", url_path="rules"),
]
page = st.navigation(PAGES, position="hidden")
with st.sidebar, st.container(horizontal=True, key="pages"):
    for other in PAGES:
        st.page_link(other)
page.run()
