"""Browser code for components: served from files, Plotly's own from the plotly package.

Everything stands under a name that changes with the files, so that browsers may keep it for ever.
"""

from __future__ import annotations

from hashlib import blake2s
from importlib.metadata import version
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from charts import SCRIPTS

_STAGE = Path(__file__).parent / "stage"
_FOLDERS = dict.fromkeys(("stage", "terrain", "tapes", "manners", "takeaway"), _STAGE) | {"plotly": SCRIPTS}
_mounted: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def _package() -> str:
    files = b"".join(path.read_bytes() for path in sorted(_STAGE.glob("*.*s")))
    return f"descent_{blake2s(files + version('plotly').encode(), digest_size=6).hexdigest()}"


PACKAGE = _package()
"""What the names of all components begin with."""


def mount(component: str, *, script: str, style: str | None = None, **arguments: Any) -> Any:
    """Show a component whose script and style are files in ``ui/stage``; returns its result.

    Paths instead of inline text keep the script out of every message to every browser.
    """
    manager = get_bidi_component_manager()  # one per process; in tests, one per runtime
    if manager not in _mounted:
        for name, folder in _FOLDERS.items():
            config = ComponentConfig(name, asset_dir=folder.name)
            manager.register_from_manifest(ComponentManifest(PACKAGE, "1", [config]), folder.parent)
        _mounted[manager] = {}
    known = _mounted[manager]
    if component not in known:
        known[component] = st.components.v2.component(
            f"{PACKAGE}.{component}", js=script, css=style, isolate_styles=False
        )
    return known[component](**arguments)
