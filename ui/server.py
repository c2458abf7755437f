"""The server around the app: what it serves to whom, and how much of the machine it may take."""

from __future__ import annotations

import asyncio
import gzip
import os
import posixpath
import socket
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from re import DOTALL, findall
from typing import Any, TextIO
from urllib.parse import urlsplit

import brotli
import streamlit as st
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_STATIC = "/static/"
_COMPONENTS = "/_stcore/bidi-components/"
_UPLOADS = "/_stcore/upload_file"
_ASSETS = (".js", ".css")
"""What browsers ask the component route for; what else lies in those folders is not for them."""

_FOREVER = "public, immutable, max-age=31536000"
_PER_SESSION = 4
"""File descriptors that a session takes; one that has left keeps three for as long as it may come back."""

_USUAL = 10_240
"""Open files that macOS lets a process have, whatever it says of its limit."""

_SPARE = 100
"""File descriptors for everything else: libraries, logs, files on their way to a browser."""


def middleware() -> list[Middleware]:
    """What every request passes through, outermost first."""
    layers = [Middleware(SafeHeaders), Middleware(OnlyAssets)]
    edited = (
        st.get_option("server.fileWatcherType") != "none"
    )  # scripts change under the eyes of who writes them
    return layers if edited else [*layers, Middleware(Packed)]


@asynccontextmanager
async def prepared(_app: Any) -> AsyncIterator[None]:
    """Make the process ready for a class before the first visitor comes, and say where it is."""
    await to_thread.run_sync(_open_once)
    for name in ("stdout", "stderr"):
        setattr(sys, name, Unfailing(getattr(sys, name)))
    print(*addresses(), raise_descriptor_limit(), "Ctrl+C ends it.", sep="\n", flush=True)
    yield


def _open_once() -> None:
    """Load what the pages need, and make the first picture: nobody waits for either."""
    for module in ("cards", "controls", "laboratory", "reference", "surfaces", "table"):
        import_module(f"ui.{module}")
    import_module("pandas")  # while one visitor's thread loads it, another's Plotly would see half of it
    from charts import DARK, LIGHT
    from ui.runs import judged_runs
    from ui.scenario import default_scenario
    from ui.stage import pack, pack_terrain

    scenario = default_scenario()
    for look in (LIGHT, DARK):
        pack(scenario, *judged_runs(scenario, look), look)
        pack_terrain(scenario.surface, look, False)


# --- where it is ----------------------------------------------------------------------------------


def addresses() -> list[str]:
    """Where the app can be opened, a line each.

    Streamlit's own message asks a host on the internet for the outer address of a server without a screen.
    """
    address, port = st.get_option("server.address"), st.get_option("server.port")
    shown = f"[{address}]" if address and ":" in address else address or "localhost"
    lines = [f"Descent Lab         http://{shown}:{port}"]
    if not address and (known := _network_address()):
        lines.append(f"for the whole class http://{known}:{port}")
    return lines


def _network_address() -> str | None:
    """Under which address this machine's network knows it; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation (RFC 5737): picks the route out
        except OSError:
            return None
        return str(probe.getsockname()[0])


# --- what is sent beside the page ----------------------------------------------------------------


class SafeHeaders:
    """Tells the browser that a page here consists of what this server sends, and of nothing else.

    A page may be embedded where ``DESCENT_FRAME_ANCESTORS`` says, as a list of origins; by default only by
    pages of the same origin. ``DESCENT_STRICT=1`` (deploy/ sets it) also forbids to evaluate strings as
    code: nothing here does, but browsers that are driven from outside, as tests do, need it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.policy = content_security_policy(
            os.environ.get("DESCENT_FRAME_ANCESTORS", "'self'"), os.environ.get("DESCENT_STRICT") == "1"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to whatever is answered."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                if "html" in headers.get("content-type", ""):  # the others need none, and there are many
                    headers["Content-Security-Policy"] = self.policy
                    headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def content_security_policy(frame_ancestors: str, strict: bool) -> str:
    """What a page may load and run; Streamlit's own inline scripts are known by their hashes."""
    index = Path(st.__file__).parent / "static" / "index.html"
    inline = findall(r"<script>(.*?)</script>", index.read_text(encoding="utf-8"), DOTALL)
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in inline)
    scripts = [
        "'self'",
        *(f"'sha256-{digest}'" for digest in digests),
        *([] if strict else ["'unsafe-eval'"]),
    ]
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(scripts)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "font-src 'self' data:",
            "manifest-src 'self'",
            "base-uri 'self'",
            "form-action 'none'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


class OnlyAssets:
    """Closes what the app does not use: uploads, files of a component that no browser asks for, other sites.

    A page of another site gets no session. Streamlit would refuse it too, but would ask a host on the
    internet first who it is itself, while everyone waits.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is closed, without reading what was sent; let the rest pass."""
        if scope["type"] == "websocket" and _foreign(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope.get("path", "")
        closed = _UPLOADS in path or (_COMPONENTS in path and not path.endswith(_ASSETS))
        if scope["type"] == "http" and closed:
            await PlainTextResponse("Not found.", status_code=404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _foreign(headers: Headers) -> bool:
    origin = headers.get("origin")
    if not origin or origin in st.get_option("server.corsAllowedOrigins"):
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host")
    except ValueError:
        return True


class Packed:
    """Serves scripts, styles and fonts compressed, each of them compressed once, and to be kept for ever.

    Streamlit's files carry a hash in their names; those of components stand under a name that changes with
    them (``ui.assets``). There are a few hundred of them, and no file has a second name here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.packing: dict[tuple[str, str], asyncio.Task[Response | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is there already, else ask the app once."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _kept(scope["path"]):
            await self.app(scope, receive, send)
            return
        place = scope["path"], _coding(Headers(scope=scope).get("accept-encoding", ""))
        if place not in self.packing:  # a class that comes all at once waits for one answer
            self.packing[place] = asyncio.create_task(_packed(self.app, scope, place[1]))
        try:
            answer = await asyncio.shield(self.packing[place])
        except Exception:
            answer = None
        if answer is None:  # there is no such file, or it could not be read: not to be kept
            self.packing.pop(place, None)
        await (answer or self.app)(scope, receive, send)


def _kept(path: str) -> bool:
    base = "/" + st.get_option("server.baseUrlPath").strip("/")
    inside = path.removeprefix(base.rstrip("/"))
    return inside.startswith((_STATIC, _COMPONENTS)) and posixpath.normpath(path) == path


def _coding(accepted: str) -> str:
    """The best coding that a browser takes: ``br;q=0`` says that it does not."""
    wanted = {}
    for part in accepted.split(","):
        name, _, weight = part.partition(";q=")
        wanted[name.strip()] = weight.strip() not in ("0", "0.0", "0.00", "0.000")
    return next((coding for coding in _PACKERS if wanted.get(coding)), "identity")


async def _packed(app: ASGIApp, scope: Scope, coding: str) -> Response | None:
    """A file of the app in this coding; None if there is none."""
    skipped = (b"accept-encoding", b"range", b"if-none-match", b"if-modified-since")
    plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in skipped]}
    start: dict[str, Any] = {}
    body = bytearray()

    async def nothing() -> Message:
        return await asyncio.Future()  # whoever listens whether the browser has gone never hears of it

    async def collect(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(plain, nothing, collect)
    kind = Headers(raw=start["headers"]).get("content-type", "text/plain")
    if start["status"] != 200 or "html" in kind:  # Streamlit has its page for whatever it does not find
        return None
    headers = {"Content-Type": kind, "Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    if coding in _PACKERS:
        packed = await to_thread.run_sync(_PACKERS[coding], bytes(body))
        if len(packed) < len(body):
            return Response(packed, headers=headers | {"Content-Encoding": coding})
    return Response(bytes(body), headers=headers)


_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=9),  # 11 would take 12 s for Plotly, and save another tenth
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}


# --- what the process may take --------------------------------------------------------------------


def raise_descriptor_limit() -> str:
    """Raise this process's limit of open files as far as the system lets it; a sentence about the room."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return "This system sets no limit to open files."
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in (hard, _USUAL if hard == resource.RLIM_INFINITY else min(hard, _USUAL)):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted) if wanted >= 0 else wanted, hard))
            break
        except (ValueError, OSError):  # macOS says "unlimited" and takes less
            continue
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return "This system sets no limit to open files."
    room = max(0, soft - _SPARE) // _PER_SESSION
    return f"Room for about {room:,} visitors at a time ({soft:,} open files)."


class Unfailing:
    """A text stream that drops what it cannot write: a full disk must not stop the server, or keep it up."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write the text, or lose it."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Flush what can be flushed."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
