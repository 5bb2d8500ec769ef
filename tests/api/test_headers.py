"""What the headers `Retry-After` and `Link` say, and what they say when they are broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.api.links import find_next
from planner.api.waiting import read_retry_after

NOON = 1_445_428_800.0
"""Wed, 21 Oct 2015 12:00:00 GMT."""


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("30", 30),
        (" 30 ", 30),
        ("86400", 86400),
        ("Wed, 21 Oct 2015 12:00:30 GMT", 30),
        ("Wed, 21 Oct 2015 11:00:00 GMT", 0),
        ("Wed, 21 Oct 2015 14:00:30 +0200", 30),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("99999999999", None),
        ("\u0663\u0660", None),
        ("Wed, 99 Oct 2015 12:00:00 GMT", None),
        ("Wed, 21 Oct 99999999 12:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert read_retry_after({"retry-after": text}, NOON) == seconds


def test_an_answer_without_retry_after_asks_for_nothing() -> None:
    assert read_retry_after({}, NOON) is None


@pytest.mark.parametrize("local_clock", [0.0, NOON, NOON + 86400])
def test_a_date_is_compared_with_the_servers_own_clock(local_clock: float) -> None:
    headers = {"retry-after": "Wed, 21 Oct 2015 12:01:00 GMT", "date": "Wed, 21 Oct 2015 12:00:00 GMT"}
    assert read_retry_after(headers, local_clock) == 60


def test_a_broken_date_leaves_the_local_clock() -> None:
    headers = {"retry-after": "Wed, 21 Oct 2015 12:01:00 GMT", "date": "yesterday"}
    assert read_retry_after(headers, NOON) == 60


@given(st.text(), st.text())
def test_no_header_makes_a_wait_that_is_not_a_number_of_seconds(asked: str, date: str) -> None:
    seconds = read_retry_after({"retry-after": asked, "date": date}, NOON)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("", None),
        ("  ", None),
        ('<?page=2>; rel="next"', "?page=2"),
        ("<?page=2>; rel=next", "?page=2"),
        ("<?page=2>;rel=NEXT", "?page=2"),
        ('<?page=2>; rel="last next"', "?page=2"),
        ('<?page=2>; title="a, b"; rel="next"', "?page=2"),
        ('<?page=0>; rel="prev", <?page=2>; rel="next"', "?page=2"),
        ('<?page=0>; rel="prev",\t<?page=2> ; rel = next ; x', "?page=2"),
        ("<a,b;c>; rel=next", "a,b;c"),
        ('<?page=1>; rel="first"', None),
        ('<?page=1>; rel="nextish"', None),
        ('<?page=1>; title="; rel=next"', None),
        ("<?page=1>; rel=first; rel=next", None),
        ("<?page=1>", None),
        ("<?page=1>; rel", None),
    ],
)
def test_the_next_page_is_the_link_with_that_relation(header: str, target: str | None) -> None:
    assert find_next(header) == target


@pytest.mark.parametrize(
    "header", ["?page=2", "?page=2; rel=next", '<?page=2; rel="next"', "<a>; rel=prev, b <c>; rel=next"]
)
def test_a_link_header_that_breaks_off_hides_no_page(header: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        find_next(header)


@given(st.text('<>;=, "\\rel next\t'))
def test_any_header_is_read_or_refused(header: str) -> None:
    try:
        target = find_next(header)
    except ValueError:
        return
    assert target is None or f"<{target}>" in header
