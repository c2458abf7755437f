"""What the server runs for every visitor.

Not next to ``pages/``: until st.navigation was called once, Streamlit would run what lies there by itself.
"""

from ui.page import show

show()
