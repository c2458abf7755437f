"""Studies as pages ask for them: once, in slices, within a budget, told of and given up."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit

from ui import study as module
from ui.study import finest, study


class Page:
    """What a page would show."""

    def __init__(self) -> None:
        self.captions: list[str] = []
        self.lines: list[str] = []


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Page:
    shown = Page()
    monkeypatch.setattr(streamlit, "empty", lambda: SimpleNamespace(html=nullcontext, empty=nullcontext))
    monkeypatch.setattr(streamlit, "caption", shown.captions.append)
    monkeypatch.setattr(module, "telling", lambda _place: shown.lines.append)
    return shown


def counted(steps: int, seconds: float, calls: list[int]) -> Callable[[Any], str]:
    """A computation of so many steps that takes so many seconds of processor time."""

    def make(pace: Any) -> str:
        calls.append(1)
        done = 0
        while done < steps:
            size = min(pace(done), steps - done)
            until = time.thread_time() + seconds * size / steps
            while time.thread_time() < until:
                pass
            done += size
        pace(done)
        return f"{steps} steps"

    return make


def test_it_is_computed_once_for_all_who_ask(page: Page) -> None:
    calls: list[int] = []
    for _ in range(3):
        assert study("sums", ("once",), counted(10, 0.0, calls), 10) == "10 steps"
    assert study("sums", ("another",), counted(20, 0.0, calls), 20) == "20 steps"
    assert len(calls) == 2
    assert page.captions == []


def test_what_takes_too_long_is_refused_with_a_sentence_and_again_at_once(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUDGET", 0.2)
    calls: list[int] = []
    begun = time.thread_time()
    assert study("long sums", ("endless",), counted(100_000, 50.0, calls), 100_000) is None
    assert time.thread_time() - begun < 2.0
    begun = time.thread_time()
    assert study("long sums", ("endless",), counted(100_000, 50.0, calls), 100_000) is None
    assert time.thread_time() - begun < 0.1
    assert len(calls) == 1
    assert page.captions == ["Computing long sums would take more than 0.2 s here, and was given up."] * 2


def test_a_long_one_says_how_far_it_is(page: Page) -> None:
    assert study("slow sums", ("told",), counted(1_000, 1.0, []), 1_000)
    assert any(line.startswith("Computing slow sums: ") and line.endswith(" %") for line in page.lines)
    assert page.lines[-1] == ""


def test_the_next_change_ends_it_and_the_next_who_asks_begins_anew(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    class GoneError(Exception):
        pass

    def tell(_sentence: str) -> None:
        raise GoneError

    calls: list[int] = []
    monkeypatch.setattr(module, "telling", lambda _place: tell)
    with pytest.raises(GoneError):
        study("given up", ("gone",), counted(1_000, 2.0, calls), 1_000)
    monkeypatch.setattr(module, "telling", lambda _place: page.lines.append)
    assert study("given up", ("gone",), counted(1_000, 0.1, calls), 1_000)
    assert len(calls) == 2


class Costly:
    """A clock that goes on while sizes are computed, each step of them for so many seconds."""

    def __init__(self, each: float) -> None:
        self.now, self.each = 0.0, each
        self.tried: list[int] = []
        self.told: list[int] = []

    def make(self, size: int, pace: Any) -> int:
        self.tried.append(size)
        for done in range(size):
            pace(done)
            self.now += self.each
        pace(size)
        return size

    def pace(self, done: int) -> int:
        self.told.append(done)
        return 1

    def finest(self, *sizes: int) -> int:
        return finest(sizes, self.make, lambda n: n, self.pace, 1.0, lambda: self.now)


@pytest.mark.parametrize(
    ("each", "tried"), [(0.009, [100]), (0.011, [100, 50]), (0.03, [100, 50, 20]), (9.0, [100, 50, 20])]
)
def test_what_is_slow_is_computed_as_fine_as_there_is_time_for(each: float, tried: list[int]) -> None:
    work = Costly(each)
    assert work.finest(100, 50, 20) == tried[-1]
    assert work.tried == tried


def test_it_is_foreseen_that_something_is_too_slow_and_progress_is_told_as_of_the_whole() -> None:
    work = Costly(0.1)
    work.finest(100, 10)
    assert work.told[:3] == [0, 1, 2]  # given up after a fifth of the time
    assert work.told[3:] == [10 * done for done in range(11)]
