"""Descent Lab: watch optimizers move on loss landscapes."""

import streamlit as st

from ui.page import opened, style

st.set_page_config(page_title="Descent Lab", page_icon="ui/icon.svg", layout="wide")
style()
st.logo("ui/wordmark.svg", icon_image="ui/icon.svg")
opened().run()
