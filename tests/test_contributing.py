"""CONTRIBUTING's examples, pasted as they stand, keep every promise of a landscape and of a rule."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ("landscapes", "runs", "rules", "many", "verdicts", "schedules", "batches")
"""Test files that go through the registries, without the app."""


def python(*arguments: str) -> str:
    """What a Python of its own says, so that these tests' registries stay as they are."""
    command = [sys.executable, *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_both_examples_keep_all_contracts() -> None:
    keys = python("-c", "from tests.contributed import KEYS; print(*KEYS)").split()
    assert len(keys) == 2
    files = [f"tests/test_{name}.py" for name in CONTRACTS]
    plain = ["-m", "pytest", "-p", "tests.contributed", "-p", "no:cacheprovider", *files]
    said = python(*plain, "-k", " or ".join(keys))
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) > 200
