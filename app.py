"""Descent Lab: watch optimizers move on loss landscapes."""

import streamlit as st

if __name__ == "__main__":  # as a script in a server that is not ours
    from ui.page import show

    show()
else:  # what `streamlit run app.py` serves
    from ui.server import middleware, prepared

    app = st.App("ui/main.py", middleware=middleware(), lifespan=prepared)
