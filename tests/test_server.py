"""What the server sends, closes and prepares for, whatever the pages do."""

import asyncio
import gzip
import random
import resource
from errno import ENOSPC
from io import StringIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from browser.conftest import serving
from starlette.responses import FileResponse

from benchmarks.classroom_load import Student
from ui.assets import PACKAGE
from ui.server import OnlyAssets, Packed, SafeHeaders, Unfailing, _coding, content_security_policy

SCRIPT = b"const answer = 42;\n" * 200


class Site:
    """An app of three files that counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        self.asked.append(path)
        kind = b"text/html" if path == "/" or "missing" in path else b"text/javascript"
        headers = [(b"content-type", kind), (b"etag", b'"1"'), (b"content-length", b"%d" % len(SCRIPT))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": SCRIPT[:100], "more_body": True})
        await send({"type": "http.response.body", "body": SCRIPT[100:]})


async def fetch(
    app: Any, path: str, accept: str = "gzip, deflate, br", method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    headers = [(b"accept-encoding", accept.encode()), (b"if-none-match", b'"1"'), (b"range", b"bytes=0-9")]
    await app({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
    start, *bodies = sent
    named = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return start["status"], named, b"".join(message.get("body", b"") for message in bodies)


@pytest.mark.parametrize(
    ("accept", "coding", "unpack"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
    ],
)
def test_a_script_is_packed_once_whole_and_kept_for_ever(
    accept: str, coding: str | None, unpack: Any
) -> None:
    site = Site()
    packed = Packed(site)

    async def a_class() -> list[tuple[int, dict[str, str], bytes]]:
        return await asyncio.gather(*(fetch(packed, "/static/js/app.js", accept) for _ in range(30)))

    for status, headers, body in asyncio.run(a_class()):
        assert (status, headers.get("content-encoding")) == (200, coding)
        assert headers["content-length"] == str(len(body))
        assert "immutable" in headers["cache-control"]
        assert headers["vary"] == "Accept-Encoding"
        assert unpack(body) == SCRIPT
    assert site.asked == ["/static/js/app.js"]


def test_a_file_of_the_disk_is_packed_too(tmp_path: Path) -> None:
    """Starlette's answer listens meanwhile whether the browser has gone."""
    (tmp_path / "app.js").write_bytes(SCRIPT)
    packed = Packed(FileResponse(tmp_path / "app.js"))
    status, _, body = asyncio.run(asyncio.wait_for(fetch(packed, "/static/app.js"), 10))
    assert (status, brotli.decompress(body)) == (200, SCRIPT)


def test_a_file_that_could_not_be_read_once_is_read_again() -> None:
    site, failing = Site(), [True]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if failing:
            failing.clear()
            raise OSError("too many open files")
        await site(scope, receive, send)

    packed = Packed(app)

    async def twice() -> list[Any]:
        return [(await fetch(packed, "/static/js/app.js"))[1].get("content-encoding") for _ in range(2)]

    assert asyncio.run(twice()) == [None, "br"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0.5", "gzip"),
        ("", "identity"),
        ("sbr", "identity"),
    ],
)
def test_a_coding_is_one_that_the_browser_takes(accepted: str, coding: str) -> None:
    assert _coding(accepted) == coding


def test_only_files_that_exist_are_kept() -> None:
    site = Site()
    packed = Packed(site)
    for path in ("/static/missing1.js", "/static/missing2.js", "/static//app.js", "/static/./app.js"):
        assert asyncio.run(fetch(packed, path))[1]["etag"] == '"1"'  # the app's own answer
    assert packed.packing == {}
    assert asyncio.run(fetch(packed, "/"))[1]["etag"] == '"1"'  # everything else is none of its business


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/_stcore/upload_file/session/file", "PUT", 404),
        ("/_stcore/upload_file/session/file", "DELETE", 404),
        (f"/_stcore/bidi-components/{PACKAGE}.stage/__init__.py", "GET", 404),
        (f"/_stcore/bidi-components/{PACKAGE}.stage/stage.js.map", "GET", 404),
        (f"/_stcore/bidi-components/{PACKAGE}.stage/stage.js", "GET", 200),
        (f"/_stcore/bidi-components/{PACKAGE}.stage/stage.css", "GET", 200),
        ("/", "GET", 200),
    ],
)
def test_what_nobody_needs_is_closed(path: str, method: str, status: int) -> None:
    site = Site()
    assert asyncio.run(fetch(OnlyAssets(site), path, method=method))[0] == status
    assert site.asked == ([path] if status == 200 else [])


@pytest.mark.parametrize(
    ("origin", "answer"),
    [
        ("https://elsewhere.example", {"type": "websocket.close", "code": 1008}),
        ("null", {"type": "websocket.close", "code": 1008}),
        ("http://[", {"type": "websocket.close", "code": 1008}),
        ("http://school.example:8501", {"type": "websocket.accept"}),
        (None, {"type": "websocket.accept"}),
    ],
)
def test_a_page_of_another_site_opens_no_session(origin: str | None, answer: dict[str, Any]) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    headers = [(b"host", b"school.example:8501"), *([(b"origin", origin.encode())] if origin else [])]
    asyncio.run(OnlyAssets(app)({"type": "websocket", "path": "/", "headers": headers}, None, send))  # type: ignore[arg-type]
    assert sent == [answer]


def test_documents_carry_a_policy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESCENT_FRAME_ANCESTORS", "https://school.example")
    monkeypatch.setenv("DESCENT_STRICT", "1")
    app = SafeHeaders(Site())
    policy = asyncio.run(fetch(app, "/"))[1]["content-security-policy"]
    assert "frame-ancestors https://school.example" in policy
    assert "default-src 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-eval'" in content_security_policy("'self'", strict=False)
    headers = asyncio.run(fetch(app, "/static/js/app.js"))[1]
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in headers


def test_what_cannot_be_written_is_lost_and_nothing_else() -> None:
    class Full(StringIO):
        def write(self, text: str = "") -> int:
            raise OSError(ENOSPC, "No space left on device")

        def flush(self) -> None:
            self.write()

    stream = Unfailing(Full("what was written before"))
    assert stream.write("a line\n") == len("a line\n")
    stream.flush()
    assert stream.getvalue() == "what was written before"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_full_disk_keeps_the_server_neither_from_starting_nor_from_stopping(tmp_path: Path) -> None:
    with serving(Path("/dev/full")) as address:
        assert address.startswith("http://127.0.0.1")  # it has answered


def test_a_class_of_300_gets_in_under_a_soft_limit_of_256_files(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 2_000:
        pytest.fail(f"This system lets no process open more than {hard} files.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        with serving(tmp_path / "log") as address:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # this process is the class
            assert asyncio.run(all_in(address, 300)) == 300
            said = (tmp_path / "log").read_text()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "Room for about" in said
    assert "Traceback" not in said


async def all_in(address: str, count: int) -> int:
    """How many of a class have their first picture while all the others stay."""
    some = asyncio.Semaphore(20)
    stay = asyncio.Event()
    inside = 0

    async def attend(number: int) -> None:
        nonlocal inside
        student = Student(address.rstrip("/"), random.Random(number), "", "learning rate")
        async with student.connection() as socket:
            async with some:
                await student.open(socket)
            inside += 1
            if inside == count:
                stay.set()
            await asyncio.wait_for(stay.wait(), 100)

    await asyncio.gather(*(attend(number) for number in range(count)))
    return inside
