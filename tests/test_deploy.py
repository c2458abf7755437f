"""Two replicas behind the proxy, as deploy/ has them: who loses what when one of them dies."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from test_house import LAYERS
from visitors import COOKIE, Visitor
from websockets.asyncio.connection import State

from benchmarks.servers import ROOT, free_port, wait_for

CONFIGURATION = ROOT / "deploy" / "haproxy.cfg"
SESSIONS = 40
SURFACES = ("rosenbrock", "himmelblau", "quadratic", "saddle")
REDISPATCHED = 3.0
"""Seconds within which the proxy must have found another replica for everybody who lost theirs."""


def container() -> list[tuple[str, list[str]]]:
    """The instructions of the container file and their words."""
    text = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.split(maxsplit=1) for line in text.splitlines() if line and line[0] not in "# ")
    return [(name, json.loads(rest) if rest[0] == "[" else shlex.split(rest)) for name, rest in lines]


def haproxy() -> str:
    beside = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"])
    path = os.environ.get("HAPROXY") or shutil.which("haproxy", path=beside)
    if path is None:
        pytest.fail(
            "This test needs HAProxy, and none was found: run `make test`, which finds or installs one, or"
            " install it (on Debian: sudo apt-get install haproxy)."
        )
    return path


class Replica:
    """The container's own command in a folder that holds what the container does."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder, self.log = folder, log
        self.address = f"127.0.0.1:{free_port()}"
        self.start()

    def start(self) -> None:
        program, *arguments = dict(container())["CMD"]
        assert program == "streamlit"
        host, port = self.address.split(":")
        here = ["--server.address", host, "--server.port", port]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", program, *arguments, *here], cwd=self.folder, stdout=log, stderr=log
            )

    def answers(self) -> None:
        wait_for(f"http://{self.address}/_stcore/health", self.process)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        self.kill()
        self.start()
        self.answers()


class School:
    """The proxy's address, and the replicas by the value of the cookie that leads to them."""

    def __init__(self, url: str, replicas: dict[str, Replica]) -> None:
        self.url, self.replicas = url, replicas

    def answer(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        source: str = "127.0.0.1",
    ) -> int:
        """The status of the proxy's answer to a request from an address of this machine."""
        place = urlsplit(self.url)
        connection = HTTPConnection(place.hostname or "", place.port, 10, (source, 0))
        try:
            connection.request(method, path, body, headers or {})
            return connection.getresponse().status
        finally:
            connection.close()


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    shipped, logs = tmp_path_factory.mktemp("app"), tmp_path_factory.mktemp("logs")
    for name, words in container():
        if name == "COPY":
            copy(words, shipped)
    with ExitStack() as ending:
        replicas = {}
        for number in "12":
            replicas[number] = Replica(shipped, logs / number)
            ending.callback(replicas[number].kill)
        for replica in replicas.values():
            replica.answers()
        address = f"127.0.0.1:{free_port()}"
        places = {f"REPLICA_{number}": replica.address for number, replica in replicas.items()}
        command = [haproxy(), "-db", "-f", str(CONFIGURATION)]
        environment = os.environ | places | {"BIND": address, "COOKIE": "attr SameSite=Lax"}
        with (logs / "proxy").open("wb") as log:
            proxy = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        ending.callback(proxy.wait)
        ending.callback(proxy.terminate)
        wait_for(f"http://{address}/_stcore/health", proxy)
        yield School(f"http://{address}", replicas)
        written = {log.name: log.read_text() for log in logs.iterdir()}
    assert {name: text for name, text in written.items() if "Traceback" in text} == {}


def copy(words: list[str], folder: Path) -> None:
    *sources, target = words
    for source in sources:
        place = folder / target
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, place)
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / source, place)


def test_nobody_loses_anything_when_a_replica_dies(school: School) -> None:
    async def lesson() -> None:
        async with AsyncExitStack() as end:
            visitors = []
            for n in range(SESSIONS):
                query = f"landscape={SURFACES[n % len(SURFACES)]}&x=-1.{n:02}"
                visitors.append(await fetched(school, query, n, end))
            await killed_under(visitors, school.replicas["1"])

    asyncio.run(lesson())


async def fetched(school: School, query: str, seed: int, end: AsyncExitStack) -> Visitor:
    visitor = Visitor(school.url, query, seed)
    end.push_async_callback(visitor.leave)
    await visitor.fetch()
    return visitor


async def killed_under(visitors: list[Visitor], replica: Replica) -> None:
    await asyncio.gather(*(visitor.arrive() for visitor in visitors))
    links = [visitor.query for visitor in visitors]
    await asyncio.gather(*(visitor.edit() for visitor in visitors))
    had = [(visitor.query, visitor.seen) for visitor in visitors]
    assert len({*links, *(link for link, _ in had)}) == 2 * len(visitors)  # every edit made another link

    victims = [visitor for visitor in visitors if visitor.home == "1"]
    others = [visitor for visitor in visitors if visitor.home == "2"]
    assert len(victims) + len(others) == len(visitors)
    assert min(len(victims), len(others)) >= len(visitors) // 4

    moment = perf_counter()
    replica.kill()
    async with asyncio.timeout(30):
        waited = await asyncio.gather(*(visitor.return_from(moment) for visitor in victims))
    await asyncio.gather(
        *(visitor.look() for visitor in victims), *(visitor.ask_again() for visitor in others)
    )
    print(f"back in {1000 * max(waited):.0f} ms, all pictures in {1000 * (perf_counter() - moment):.0f} ms")

    losses = Counter[str]()
    for visitor, (link, picture) in zip(visitors, had, strict=True):
        losses["scenario"] += visitor.query != link
        losses["picture"] += visitor.seen != picture
        losses["connection"] += visitor.socket.state is not State.OPEN
        losses["way to the replica that serves them"] += visitor.home != "2"
    losses["calm"] = sum(visitor.connections != 1 for visitor in others)
    losses["time"] = sum(seconds > REDISPATCHED for seconds in waited)
    assert +losses == {}

    await asyncio.gather(*(visitor.edit() for visitor in visitors))  # and everybody works on
    assert all(visitor.query != link for visitor, (link, _) in zip(visitors, had, strict=True))


def test_a_replica_that_comes_up_again_takes_visitors_again(school: School) -> None:
    async def lesson(number: str) -> None:
        async with AsyncExitStack() as end, asyncio.timeout(30):
            while (visitor := await fetched(school, "landscape=beale", 0, end)).home != number:
                pass
            await visitor.arrive()
            assert visitor.query.startswith("landscape=beale&")
            assert visitor.home == number  # it was not sent on to the other

    school.replicas["1"].restart()
    asyncio.run(lesson("1"))


UPLOAD = "/_stcore/upload_file/session/file"
STREAM = "/_stcore/stream"


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/", {}, None, 200),
        ("HEAD", "/_stcore/health", {}, None, 200),
        ("PUT", UPLOAD, {}, b"x" * 1000, 403),
        ("DELETE", UPLOAD, {}, None, 403),
        ("OPTIONS", UPLOAD, {}, None, 403),
        ("PUT", "/_stcore/%75pload_file/session/file", {}, b"x", 405),
        ("POST", "/", {}, b"x", 405),
        ("GET", "/", {}, b"x", 413),
        ("GET", "/", {"Transfer-Encoding": "chunked"}, None, 413),
        ("GET", STREAM, {"Origin": "https://elsewhere.example"}, None, 403),
    ],
)
def test_the_proxy_lets_in_what_the_app_has_a_use_for(
    school: School, method: str, path: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    assert school.answer(method, path, headers, body) == status


def test_one_address_cannot_open_sessions_without_end(school: School) -> None:
    """The limit is per address: a stranger's flood, from another one, stops nobody here."""
    elsewhere = {"Origin": "https://elsewhere.example"}
    statuses = [school.answer("GET", STREAM, elsewhere, source="127.0.0.2") for _ in range(602)]
    assert statuses == [403] * 600 + [429] * 2
    assert school.answer("GET", STREAM, elsewhere) == 403


def test_the_cookie_is_out_of_reach_for_scripts(school: School) -> None:
    with urlopen(school.url, timeout=10) as page:
        (cookie,) = page.headers.get_all("Set-Cookie")
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_the_container_holds_every_layer_and_runs_as_nobody_in_particular() -> None:
    copied = {source for name, words in container() if name == "COPY" for source in words[:-1]}
    assert {*LAYERS[:-1], f"{LAYERS[-1]}.py", "requirements.txt", ".streamlit/config.toml"} == copied
    assert dict(container())["USER"] != ["root"]


def test_compose_sets_what_the_proxy_asks_for() -> None:
    asked = set(re.findall(r"\$\{(\w+)", CONFIGURATION.read_text(encoding="utf-8")))
    compose = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    assert asked
    assert asked <= set(re.findall(r"(\w+): \"", compose))
