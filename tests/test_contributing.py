"""What the two guides show: examples that run and keep every promise, and names that there are."""

import re
import subprocess
import sys
from pathlib import Path

from optimizers import OPTIMIZERS
from tests.mutate_rules import mutants
from tests.rule_breaks import BREAKS

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ("landscapes", "runs", "rules", "many", "verdicts", "schedules", "batches", "tape")
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
    assert int(passed[1]) > 100


def test_every_name_in_the_readmes_table_is_one_of_ours() -> None:
    """A rule need not be in it: only what other libraries call differently has a row of its own."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme[readme.index("| here | torch.optim |") :].split("\n\n")[0]
    named = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    fields = {h.key for rule in OPTIMIZERS.values() for h in rule.hyperparameters()}
    assert len(named) > 20
    assert named - OPTIMIZERS.keys() - fields == set()


def test_the_readmes_example_runs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", readme, re.DOTALL | re.MULTILINE)
    assert python("-c", example).rstrip().endswith(".")  # a sentence


def test_every_break_that_is_written_still_fits_its_source() -> None:
    made = mutants()
    assert {one.of for one in made} == BREAKS.keys()
    sources = {one.path: (ROOT / one.path).read_text(encoding="utf-8") for one in made}
    assert all(one.source != sources[one.path] for one in made)
