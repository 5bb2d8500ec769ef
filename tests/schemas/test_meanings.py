"""What texts mean. Sizes, and what is none, are as in Druid's own reference; periods are those of ISO 8601."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Meaning, canonicalise, measure

MEANINGS: tuple[Meaning, ...] = (
    "boolean", "duration", "integer", "json", "jvm-options", "jvm-options-list", "locations", "number", "size",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0), ("1", 1), ("10000000", 10_000_000), ("00", 0),
        ("1k", 1_000), ("1K", 1_000), ("1m", 1_000_000), ("1M", 1_000_000), ("1g", 1_000_000_000), ("1G", 10**9),
        ("1t", 10**12), ("1T", 10**12), ("1p", 10**15), ("1P", 10**15),
        ("1kib", 1024), ("1KiB", 1024), ("1kiB", 1024), ("9KIB", 9 * 1024), ("1mib", 1024**2), ("1MiB", 1024**2),
        ("1gib", 1024**3), ("1GiB", 1024**3), ("1tib", 1024**4), ("1pib", 1024**5), ("1PiB", 1024**5),
        ("500MiB", 524_288_000), ("  512KiB ", 524_288), ("007k", 7_000), ("9223372036854775807", 2**63 - 1),
    ],
)  # fmt: skip
def test_a_size_is_a_number_of_bytes(text: str, size: int) -> None:
    assert canonicalise("size", text) == str(size)
    assert measure("size", text) == size


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-1", "-1k", "k", "kib", "b", "1b", "1kb", "10KB", "1ki", "1 k", "1 kib", "1.5g", "1,000", "1_000",
        "1e3", "0x10", "auto", "${env:SIZE}", "9223372036854775808", "9223372036854775807k", "10000pib",
        "0k", "1\u212a", "\u0661",
        "1gib1", "1g\n2",
    ],
)  # fmt: skip
def test_what_druid_does_not_take_for_a_size_is_none(text: str) -> None:
    assert canonicalise("size", text) is None
    assert measure("size", text) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("PT1H", "PT60M"), ("PT1H", "PT3600S"), ("pt60s", "PT1M"), ("PT1.5S", "PT1.500S"), ("P1W", "P7D"),
        ("P1Y", "P12M"), ("PT0S", "P0D"), ("PT90M", "PT1H30M"), ("P1DT0H", "P1D"),
        ("P1Y2M", "P14M"), (" PT5M ", "PT300S"),
    ],
)  # fmt: skip
def test_periods_that_are_the_same(one: str, other: str) -> None:
    assert canonicalise("duration", one) == canonicalise("duration", other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("P1M", "PT1M"), ("P1M", "P30D"), ("P1M", "P31D"), ("P1Y", "P365D"), ("P1D", "PT24H"), ("PT1H", "PT61M"),
        ("PT1S", "PT1.001S"), ("PT0S", "PT0.001S"),
    ],
)  # fmt: skip
def test_periods_that_are_not_the_same(one: str, other: str) -> None:
    first, second = canonicalise("duration", one), canonicalise("duration", other)
    assert first is not None
    assert second is not None
    assert first != second


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "1H", "PT1", "PT1H30", "PT1M1H", "P1D1W", "PT-1H", "-PT1H", "P1.5D", "PT1.S", "60000"],
)
def test_what_is_no_period(text: str) -> None:
    assert canonicalise("duration", text) is None


@pytest.mark.parametrize(
    ("meaning", "text", "canonical"),
    [
        ("boolean", "true", "true"), ("boolean", "True", "true"), ("boolean", " false ", "false"),
        ("boolean", "False", "false"), ("boolean", "TRUE", None), ("boolean", "yes", None), ("boolean", "1", None),
        ("boolean", "", None),
        ("integer", "7", "7"), ("integer", "007", "7"), ("integer", " -3 ", "-3"), ("integer", "-0", "0"),
        ("integer", "3.0", None), ("integer", "1e3", None), ("integer", "+5", None), ("integer", "1_000", None),
        ("integer", "\u0663", None), ("integer", "9" * 20, None),
        ("number", "0.5", "0.5"), ("number", "0.50", "0.5"), ("number", "1", "1"), ("number", "1.0", "1"),
        ("number", "1e2", "100"), ("number", "-0.0", "0"), ("number", "5E-1", "0.5"), ("number", ".5", None),
        ("number", "1.", None), ("number", "NaN", None), ("number", "1e999", None), ("number", "01", None),
        ("document", "a: 1", None),
    ],
)  # fmt: skip
def test_booleans_and_numbers(meaning: Meaning, text: str, canonical: str | None) -> None:
    assert canonicalise(meaning, text) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('["a","b"]', '[ "a",\n "b" ]'),
        ('{"a":1,"b":[true,null]}', '{"b": [true, null], "a": 1.0}'),
        ('["\\u00e9"]', '["é"]'),
        ("[1e2]", "[100]"),
    ],
)
def test_json_is_compared_by_its_content(one: str, other: str) -> None:
    assert canonicalise("json", one) == canonicalise("json", other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('["a","b"]', '["b","a"]'),
        ("[1]", '["1"]'),
        ("[true]", '["true"]'),
        ("[1]", "[true]"),
        ("[]", "{}"),
        ("[null]", "[]"),
    ],
)
def test_json_that_is_not_the_same(one: str, other: str) -> None:
    assert canonicalise("json", one) != canonicalise("json", other)


@pytest.mark.parametrize(
    "text", ["", "scan", '"a"', "1", "[a]", "[1,]", "[NaN]", '{"a":1,"a":1}', "[" * 100_000, "[1] 2", "${env:LIST}"]
)
def test_what_is_no_json_array_or_object(text: str) -> None:
    assert canonicalise("json", text) is None


def test_locations_hold_sizes() -> None:
    one = '[{"path": "/mnt/a", "maxSize": "10k", "freeSpacePercent": 1.0}]'
    other = '[{"maxSize": 10000, "path": "/mnt/a", "freeSpacePercent": 1}]'
    assert canonicalise("locations", one) == canonicalise("locations", other) is not None
    assert canonicalise("locations", one) != canonicalise("locations", one.replace("10k", "10KiB"))
    assert canonicalise("locations", one) != canonicalise("locations", one.replace("/mnt/a", "/mnt/b"))
    assert canonicalise("locations", '[{"path": "10k"}]') != canonicalise("locations", '[{"path": 10000}]')


@pytest.mark.parametrize(
    ("meaning", "one", "other"),
    [("size", "512MiB", "1GiB"), ("duration", "PT30M", "PT1H"), ("integer", "2", "4"), ("number", "0.25", "0.5")],
)
def test_an_amount_can_be_measured(meaning: Meaning, one: str, other: str) -> None:
    first, second = measure(meaning, one), measure(meaning, other)
    assert first is not None
    assert second == 2 * first


@pytest.mark.parametrize(
    ("meaning", "text"),
    [("duration", "P1M"), ("boolean", "true"), ("json", "[1]"), ("jvm-options", "-Xmx1g"), ("size", "x")],
)
def test_what_is_no_amount_is_not_measured(meaning: Meaning, text: str) -> None:
    assert measure(meaning, text) is None


TEXTS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"\A[0-9]{1,5}([kKmMgG]([iI][bB])?)?\Z"),
    st.from_regex(r"\AP([0-9]{1,3}D)?(T([0-9]{1,3}H)?([0-9]{1,3}M)?([0-9]{1,3}S)?)?\Z"),
    st.from_regex(r"\A-?[0-9]{1,4}(\.[0-9]{1,3})?\Z"),
    st.lists(st.sampled_from(["-Xmx8g", "-Xmx8192m", "-Da=1", "-Da=2", "-cp", "x", "-XX:+UseG1GC", "-ea"])).map(
        " ".join
    ),
    st.recursive(st.integers() | st.booleans() | st.text(max_size=3), st.lists, max_leaves=5).map(json.dumps),
)


@given(st.sampled_from(MEANINGS), TEXTS)
def test_a_canonical_spelling_is_its_own(meaning: Meaning, text: str) -> None:
    canonical = canonicalise(meaning, text)
    if canonical is not None:
        assert canonicalise(meaning, canonical) == canonical


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(["", "k", "m", "kib", "mib"]))
def test_two_numbers_are_never_one_size(one: int, other: int, unit: str) -> None:
    assert (canonicalise("size", f"{one}{unit}") == canonicalise("size", f"{other}{unit}")) == (one == other)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_two_numbers_of_seconds_are_never_one_period(one: int, other: int) -> None:
    assert (canonicalise("duration", f"PT{one}S") == canonicalise("duration", f"PT{other}S")) == (one == other)
