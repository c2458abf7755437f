"""Numbers as people type them, and as they are written: read back, each is the one that was meant."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts import number
from charts.numbers import exact, prose
from ui.numbers import read_number, read_whole

TYPED = {
    "0,01": 0.01,
    "3,5": 3.5,
    "1/3": 1 / 3,
    "1e3": 1000.0,
    "2.7": 2.7,
    " 0.05 ": 0.05,
    "1 / 3": 1 / 3,
    "-2/4": -0.5,
    "−1.2": -1.2,
    "– 1,2": -1.2,
    "1e-3": 1e-3,
    "1E−3": 1e-3,
    "1.5×10^-3": 1.5e-3,
    "1,5 · 10⁻³": 1.5e-3,
    "2*10^(-3)": 2e-3,
    "10^-3": 1e-3,
    "10⁻³": 1e-3,
    "−10⁴": -1e4,
    "12 000": 12_000.0,
    "1\u202f000,5": 1000.5,
    "1,000.5": 1000.5,
    "1,000,000": 1e6,
    "0,001": 0.001,
    "0,125": 0.125,
    ".5": 0.5,
    "5.": 5.0,
    ",5": 0.5,
    "+7": 7.0,
    "½": 0.5,
    "٣": 3.0,
    "2/99.4": 2 / 99.4,
}


@pytest.mark.parametrize(("text", "value"), TYPED.items(), ids=TYPED)
def test_what_people_type_is_the_number_they_mean(text: str, value: float) -> None:
    assert read_number(text) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("1,000", "may mean 1.000 or 1000"),
        ("12,345", "may mean 12.345 or 12345"),
        *((text, "is not a number") for text in (
            "", " ", "abc", "nan", "inf", "-", "1.2.3", "1,2,3", "0x10", "1_000", "1 2", "1e", "1//2",
            "1/2/3", "2^3", "1e-3e", "--1", "1+1", "1" * 100, "0.05 η", "1e99999", "1;5", "(1)", "1½",
            "1₂", "12₃₄₅", "1²",
        )),
        ("1/0", "divides by 0"),
        ("1e999", "larger than any number"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(text: str, piece: str) -> None:
    with pytest.raises(ValueError, match=piece) as refused:
        read_number(text)
    assert str(refused.value).endswith(".")


def test_whole_numbers_are_ints_and_others_are_left_to_be_refused() -> None:
    assert (read_whole("1e3"), type(read_whole("1e3"))) == (1000, int)
    assert read_whole("2.7") == 2.7


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite)
def test_what_a_field_shows_reads_back_to_the_bit(value: float) -> None:
    assert read_number(exact(value)) == value


@given(st.floats(-1e300, 1e300))
def test_what_is_written_reads_back_to_its_digits(value: float) -> None:
    assert read_number(number(value)) == pytest.approx(value, rel=6e-4)


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_a_sentence(text: str) -> None:
    try:
        said = read_number(text)
    except ValueError as error:
        said = str(error)
    assert said.endswith(".") if isinstance(said, str) else math.isfinite(said)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-3.779, "−3.779"),
        (1.42e20, "1.42·10²⁰"),
        (1.08e-12, "1.08·10⁻¹²"),
        (-2.0, "−2"),
        (0.05, "0.05"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
    ],
)
def test_numbers_have_one_format(value: float, text: str) -> None:
    assert number(value) == text


def test_numbers_in_a_sentence_have_it_too() -> None:
    said = "Minimum (-3.779, -3.283) at step 145: the loss fell by 1.42e+20, not -1e-05; η = 2.05."
    assert prose(said) == (
        "Minimum (−3.779, −3.283) at step 145: the loss fell by 1.42·10²⁰, not −1·10⁻⁵; η = 2.05."
    )
    for words in ("Nelder–Mead", "log-spaced", "x1e5y", "1 to 5,000", "L-BFGS", "2-4"):
        assert prose(words) == words
