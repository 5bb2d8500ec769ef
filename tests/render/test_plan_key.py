"""A saved plan with a key: no byte of it can be changed by whoever does not have the key."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.plan_document import PlanAltered, PlanDamaged, decode_plan, dumps_plan, encode_plan, loads_plan
from tests.render.test_plan_document import PLAN

KEY = "a key"
TEXT = dumps_plan(PLAN, KEY)


def test_a_plan_with_a_key_reads_back_with_it() -> None:
    assert loads_plan(TEXT, KEY) == decode_plan(encode_plan(PLAN, KEY), KEY) == PLAN
    assert dumps_plan(PLAN, KEY) == TEXT != dumps_plan(PLAN, "another key")


@given(st.integers(0, len(TEXT) - 1), st.characters(max_codepoint=127))
def test_a_changed_byte_is_refused_or_changes_nothing(at: int, character: str) -> None:
    try:
        plan = loads_plan(TEXT[:at] + character + TEXT[at + 1 :], KEY)
    except PlanDamaged:
        return
    assert plan == PLAN


@given(st.text(min_size=1).filter(lambda text: text != KEY))
def test_another_key_is_refused(key: str) -> None:
    with pytest.raises(PlanAltered, match="or PLANNER_PLAN_KEY is not what it was"):
        loads_plan(TEXT, key)


@pytest.mark.parametrize("key", [KEY, None])
@pytest.mark.parametrize("digest", ["", "sha256:", "hmac-sha256:", "md5:00", "\ud800", "sha256:" + "0" * 64])
def test_any_other_digest_is_refused(digest: str, key: str | None) -> None:
    with pytest.raises(PlanAltered):
        loads_plan(json.dumps({**json.loads(TEXT), "digest": digest}), key)


def test_a_key_of_any_bytes_is_taken() -> None:
    """As a process gets it from its environment where that is not UTF-8."""
    key = b"\xff\xfe".decode("utf-8", "surrogateescape")
    assert loads_plan(dumps_plan(PLAN, key), key) == PLAN
