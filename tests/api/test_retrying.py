"""The retry matrix, row by row: what happened, and whether GET, PUT, PATCH, DELETE and POST are sent again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.api.happenings import Happening, Lost, Reply, Unsent, Verb
from planner.api.retrying import ATTEMPTS, GiveUp, Renew, Retry, decide

VERBS: tuple[Verb, ...] = ("GET", "PUT", "PATCH", "DELETE", "POST")

MATRIX: list[tuple[Happening, str]] = [
    (Unsent(reason="refused"), "yes yes yes yes yes"),
    (Unsent(reason="certificate", is_final=True), "no no no no no"),
    (Lost(reason="cut"), "yes no no yes no"),
    (Lost(reason="too long", is_final=True), "no no no no no"),
    (Reply(status=408), "yes no no yes no"),
    (Reply(status=425), "yes no no yes no"),
    (Reply(status=500), "yes no no yes no"),
    (Reply(status=502), "yes no no yes no"),
    (Reply(status=503), "yes no no yes no"),
    (Reply(status=504), "yes no no yes no"),
    (Reply(status=599), "yes no no yes no"),
    (Reply(status=429), "yes yes yes yes no"),
    (Reply(status=401), "renew renew renew renew renew"),
    (Reply(status=400), "no no no no no"),
    (Reply(status=403), "no no no no no"),
    (Reply(status=404), "no no no no no"),
    (Reply(status=409), "no no no no no"),
    (Reply(status=412), "no no no no no"),
    (Reply(status=422), "no no no no no"),
    (Reply(status=301), "no no no no no"),
    (Reply(status=307), "no no no no no"),
]


@pytest.mark.parametrize(
    ("happening", "verb", "answer"),
    [
        pytest.param(happening, verb, answer, id=f"{verb}-{happening}")
        for happening, row in MATRIX
        for verb, answer in zip(VERBS, row.split(), strict=True)
    ],
)
def test_the_retry_matrix(happening: Happening, verb: Verb, answer: str) -> None:
    verdict = decide(verb, happening, attempt=1, budget=60, draw=0.25)
    assert verdict == {"yes": Retry(0.25), "no": GiveUp(), "renew": Renew()}[answer]


def test_a_token_is_renewed_once() -> None:
    assert decide("GET", Reply(status=401), attempt=2, budget=60, draw=0, is_renewed=True) == GiveUp()


@pytest.mark.parametrize(("attempt", "bound"), [(1, 1), (2, 2), (3, 4), (4, 8)])
def test_the_bound_of_a_pause_doubles(attempt: int, bound: float) -> None:
    lost = Lost(reason="cut")
    assert decide("GET", lost, attempt=attempt, budget=60, draw=1.0) == Retry(bound)
    assert decide("GET", lost, attempt=attempt, budget=60, draw=0.0) == Retry(0.0)


def test_there_is_a_last_attempt() -> None:
    assert decide("GET", Lost(reason="cut"), attempt=ATTEMPTS, budget=60, draw=0) == GiveUp()


@pytest.mark.parametrize(
    ("asked", "budget", "verdict"),
    [
        (None, 60, Retry(0.5)),
        (0, 60, Retry(0.5)),
        (30, 60, Retry(30.5)),
        (30, 30.5, GiveUp()),
        (30, 20, GiveUp()),
        (120, 600, Retry(120.5)),
        (121, 600, GiveUp()),
        (86400, 600, GiveUp()),
    ],
)
def test_a_server_is_waited_for_as_it_asks_within_two_minutes_and_the_deadline(
    asked: float | None, budget: float, verdict: Retry | GiveUp
) -> None:
    assert decide("GET", Reply(status=503), attempt=1, budget=budget, draw=0.5, asked=asked) == verdict


HAPPENINGS = st.one_of(
    st.builds(Unsent, reason=st.just(""), is_final=st.booleans()),
    st.builds(Lost, reason=st.just(""), is_final=st.booleans()),
    st.builds(Reply, status=st.integers(300, 599)),
)


@given(HAPPENINGS, st.integers(1, 9), st.floats(0, 600), st.floats(0, 1), st.none() | st.floats(0, 1e6))
def test_a_post_that_may_have_been_performed_is_never_sent_again(
    happening: Happening, attempt: int, budget: float, draw: float, asked: float | None
) -> None:
    verdict = decide("POST", happening, attempt=attempt, budget=budget, draw=draw, asked=asked)
    if isinstance(verdict, Retry):
        assert isinstance(happening, Unsent)


@given(HAPPENINGS, st.integers(1, 9), st.floats(0, 600), st.floats(0, 1), st.none() | st.floats(0))
def test_no_pause_outlasts_the_deadline(
    happening: Happening, attempt: int, budget: float, draw: float, asked: float | None
) -> None:
    for verb in VERBS:
        verdict = decide(verb, happening, attempt=attempt, budget=budget, draw=draw, asked=asked)
        if isinstance(verdict, Retry):
            assert 0 <= verdict.delay < budget
