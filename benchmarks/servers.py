"""Streamlit servers as subprocesses, on this machine's own address alone.

All of them are started in the project's folder, so ``.streamlit/config.toml`` holds for each alike.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parent.parent
PLAYGROUND = ROOT / "app.py"
PLAIN = ROOT / "benchmarks" / "plain_app.py"
EMPTY = ROOT / "benchmarks" / "empty_app.py"

SIX_RUNS = (
    "landscape=rosenbrock&A=gradient_descent&A.learning_rate=0.001&B=momentum&B.learning_rate=0.0005"
    "&C=nesterov&C.learning_rate=0.0005&D=adagrad&E=rmsprop&F=adam"
)
"""The link of the comparison: six runs of 300 steps in Rosenbrock's ravine."""


class Server(NamedTuple):
    """Where a server listens, and the process it is."""

    url: str
    pid: int


@contextmanager
def serve(script: Path) -> Iterator[Server]:
    """A server for one script, ready to answer; ended with the block."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(script)),
        *("--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"),
        *("--logger.level", "warning"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/_stcore/health", process)
        yield Server(url, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port of this machine's own address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Wait until a server answers; ``RuntimeError`` if it ends before, or does not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with code {process.returncode} before it answered.")
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer within {seconds:g} s.")
