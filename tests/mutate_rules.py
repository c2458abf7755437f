"""Break every rule and every schedule on purpose, one symbol at a time, and count what the tests notice.

Run by hand from the project's folder; it is not part of the test run::

    python -m tests.mutate_rules                # everything, about ten minutes on two cores
    python -m tests.mutate_rules adam lion      # some of it
    python -m tests.mutate_rules --write        # everything, and the table in docs/verification.md

Every break is tried in a copy of the sources, on the tests that need no browser. The exit code is 1
where one goes unnoticed.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from optimizers import OPTIMIZERS, SCHEDULES
from tests.rule_breaks import BREAKS

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2
LONGEST = 900
"""Seconds after which a broken run is given up."""

DOCUMENT, HEADING = ROOT / "docs" / "verification.md", "## Rules broken on purpose"
QUICK = ["reference_paths", "adaptive_rules", "searching_rules", "schedules", "rules", "batches"]
SLOW = ["verdicts", "stationary_points", "verdict_cases", "properties", "many", "runs"]


class Mutant(NamedTuple):
    """One break, and where it is made."""

    of: str
    means: str
    path: Path
    source: str
    """The whole file with the break in it."""

    @property
    def tests(self) -> list[str]:
        """The test files: first those that noticed a break here the last time, and those named like it."""
        place = re.escape(self.of.split("/")[-1])
        noticed = re.findall(rf"^\| `(?:\w+/)?{place}` .*`test_(\w+)\.py::", last_report(), re.MULTILINE)
        named = [name for name in QUICK + SLOW if self.path.parent.name in name or self.path.stem in name]
        return [f"tests/test_{name}.py" for name in dict.fromkeys([*noticed, *named, *QUICK, *SLOW])]


def last_report() -> str:
    """The document as it was written the last time; nothing if it never was."""
    return DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""


def place(of: str) -> tuple[Path, str]:
    """The file that a key of ``BREAKS`` stands for, and the class, function or constant in it."""
    kind = {**OPTIMIZERS, **SCHEDULES}.get(of)
    if kind is not None:
        return Path(*kind.__module__.split(".")).with_suffix(".py"), kind.__name__
    file, name = of.split(":")
    return Path("optimizers", file), name


SAYING = ("written", "between")
"""Methods that only say what a step has done, in the words of its code."""


@cache
def places(source: str, name: str) -> tuple[slice, list[slice]]:
    """Where the class, function or constant of this name stands in the text, and in it what only says."""
    lines = source.splitlines(keepends=True)

    def span(node: Any) -> slice:
        return slice(*(sum(map(len, lines[:n])) for n in (node.lineno - 1, node.end_lineno)))

    for node in ast.parse(source).body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        names = [target.id for target in targets if isinstance(target, ast.Name)]
        if name in (getattr(node, "name", None), *names):
            inside = node.body if isinstance(node, ast.ClassDef) else []
            return span(node), [span(one) for one in inside if getattr(one, "name", None) in SAYING]
    raise SystemExit(f"There is no {name!r} at the top of the file.")


def occurrences(source: str, name: str, old: str) -> list[int]:
    """Where a text begins in the class, function or constant of this name, but for what only says."""
    whole, saying = places(source, name)
    starts = [m.start() for m in re.finditer(re.escape(old), source)]
    return [
        at
        for at in starts
        if whole.start <= at < whole.stop and not any(part.start <= at < part.stop for part in saying)
    ]


def mutants() -> list[Mutant]:
    """All breaks, made; none if a rule has none, or if one no longer fits its source."""
    missing = [key for key in [*OPTIMIZERS, *SCHEDULES] if not BREAKS.get(key)]
    if missing:
        raise SystemExit(f"No break is written for {', '.join(missing)}: add one to tests/rule_breaks.py.")
    made = []
    for of, breaks in BREAKS.items():
        path, name = place(of)
        source = (ROOT / path).read_text(encoding="utf-8")
        for means, old, new in breaks:
            where = occurrences(source, name, old)
            if len(where) != 1:
                raise SystemExit(f"{of}, {means!r}: {old!r} occurs {len(where)} times in {name}, not once.")
            broken = source[: where[0]] + new + source[where[0] + len(old) :]
            compile(broken, str(path), "exec")
            made.append(Mutant(of, means, path, broken))
    return made


def copy_sources(to: Path) -> None:
    """What the tests need, as it is now."""
    for name in ("charts", "landscapes", "optimizers", "tests"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", to)


def first_failure(folder: Path, tests: list[str]) -> str | None:
    """The first test that fails in a copy of the sources; None if none does."""
    command = [sys.executable, "-m", "pytest", "-xq", "--tb=no", "-pno:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "COLUMNS": "500"}
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=LONGEST
    )
    failed = re.search(r"^FAILED \S*/(\S+?\.py)::(\w+)", ended.stdout, re.MULTILINE)
    if ended.returncode == 0:
        return None
    if ended.returncode != 1 or failed is None:
        raise SystemExit(f"The tests do not run:\n{ended.stdout}{ended.stderr}")
    return f"{failed[1]}::{failed[2]}"


def attempt(mutant: Mutant, whole: Path) -> str | None:
    """The first test that notices this break in a copy of the whole sources."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(whole, folder, dirs_exist_ok=True)  # with its compiled modules: that halves the time
        Path(folder, mutant.path).write_text(mutant.source, encoding="utf-8")
        likeliest, *others = mutant.tests  # to collect them all takes longer than to find most breaks
        test = first_failure(Path(folder), [likeliest]) or first_failure(Path(folder), others)
    print(f"{mutant.of:32} {mutant.means:60} {test or '*** unnoticed ***'}", flush=True)
    return test


def report(found: list[tuple[Mutant, str | None]]) -> str:
    """The section of the document: how to repeat it, the count and the table."""
    caught, places = sum(test is not None for _, test in found), len({mutant.of for mutant, _ in found})
    lines = [
        HEADING,
        "",
        f"Every one of the {len(OPTIMIZERS)} rules and {len(SCHEDULES)} schedules, and what they share, was",
        f"broken on purpose, one symbol at a time, in {places} places. The tests that need no browser notice",
        f"**{caught} of {len(found)}** breaks. Repeat it with `python -m tests.mutate_rules --write`, which",
        "writes this section; the exact texts that are exchanged are in `tests/rule_breaks.py`.",
        "",
        "| where | what is broken | the first test that fails |",
        "|---|---|---|",
    ]
    for mutant, test in found:
        means = mutant.means.replace("|", "\\|")
        lines.append(f"| `{mutant.of}` | {means} | {f'`{test}`' if test else '**unnoticed**'} |")
    return "\n".join([*lines, ""])


def write(section: str) -> None:
    """Put the section into the document in place of the last one; what else is there stays."""
    text = last_report() or "# Verification\n"
    before, _, rest = text.partition(HEADING)
    _, heading, after = rest.partition("\n## ")
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(
        before.rstrip() + "\n\n" + section + (heading + after if heading else ""), encoding="utf-8"
    )


def main() -> int:
    """Break, test, report; the exit code says whether everything was noticed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("of", nargs="*", help="registry keys or names of modules; all if none is given")
    options.add_argument("--write", action="store_true", help="write the table into docs/verification.md")
    chosen, began = options.parse_args(), time.monotonic()
    if chosen.write and chosen.of:
        options.error("--write takes everything")
    made = mutants()
    some = [one for one in made if not chosen.of or one.of in chosen.of or one.path.stem in chosen.of]
    if not some:
        options.error(f"nothing is called that; there are: {', '.join(BREAKS)}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        whole = Path(folder)
        copy_sources(whole)
        failed = first_failure(whole, [f"tests/test_{name}.py" for name in QUICK + SLOW])
        if failed:
            raise SystemExit(f"The sources fail as they are: {failed}.")
        found = list(zip(some, pool.map(lambda one: attempt(one, whole), some), strict=True))
    unnoticed = sum(test is None for _, test in found)
    print(f"{len(found) - unnoticed} of {len(found)} noticed in {time.monotonic() - began:.0f} s")
    if chosen.write:
        write(report(found))
    return bool(unnoticed)


if __name__ == "__main__":
    raise SystemExit(main())
