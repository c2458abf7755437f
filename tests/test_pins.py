"""What is installed is what was tested: every pin has its hashes, and the locks hold what is asked for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements", "requirements-dev")


def locked(name: str) -> dict[str, str]:
    """The lines of a lock by the pin they begin with, each with its hashes."""
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.split()[0]: line for line in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_its_hashes(name: str) -> None:
    assert locked(name)
    for pin, line in locked(name).items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", pin)
        assert re.search(r" --hash=sha256:[0-9a-f]{64}\b", line), pin


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_what_is_asked_for(name: str) -> None:
    """After a change of requirements*.in, `make pins` writes the locks again."""
    asked = {line for line in (ROOT / f"{name}.in").read_text(encoding="utf-8").split("\n") if "==" in line}
    assert asked
    assert asked <= set(locked(name))


def test_both_locks_agree() -> None:
    app, tools = (dict(pin.split("==") for pin in locked(name)) for name in LOCKS)
    assert {name: version for name, version in tools.items() if app.get(name, version) != version} == {}
