"""One slider and nothing else: the least that Streamlit can do."""

import streamlit as st

st.slider("A slider", 0, 100, 50)
