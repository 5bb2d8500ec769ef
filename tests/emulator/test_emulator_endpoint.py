"""Endpoints such as `emulator:account.json?settle_seconds=2`."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.behaviour import Behaviour
from planner.emulator.embedded import EMBEDDED
from planner.emulator.endpoint import (
    EmulatorEndpoint,
    MalformedEndpointError,
    is_emulator_endpoint,
    parse_emulator_endpoint,
)
from planner.emulator.scripting import fail_with
from planner.emulator.trouble import LoseAnswer, Trouble


def behave(text: str) -> Behaviour:
    return parse_emulator_endpoint(f"emulator:account.json?{text}").behaviour


def test_a_bare_endpoint_is_a_file_that_asks_for_no_token() -> None:
    assert parse_emulator_endpoint("emulator:account.json") == EmulatorEndpoint(path="account.json", behaviour=EMBEDDED)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("emulator:/srv/account.json", "/srv/account.json"),
        ("emulator:../a b.json", "../a b.json"),
        ("emulator:a%20b%3F.json?seed=x", "a b?.json"),
        ("emulator:100%.json", "100%.json"),
        ("emulator:a:b.json", "a:b.json"),
    ],
)
def test_the_path_is_what_stands_before_the_question_mark(text: str, path: str) -> None:
    assert parse_emulator_endpoint(text).path == path


def test_options_are_fields_of_the_behaviour() -> None:
    text = (
        "settle_seconds=2.5&page_size=10&names_unique=false&list_envelope=items&failing_names=a,b"
        "&token_path=/t&requires_token=true&first_resource_version=0"
    )

    assert behave(text) == Behaviour(
        settle_seconds=2.5,
        page_size=10,
        names_unique=False,
        list_envelope="items",
        failing_names=("a", "b"),
        token_path="/t",
        requires_token=True,
        first_resource_version=0,
    )
    assert behave("page_size=none&immutable_fields=") == Behaviour(requires_token=False, immutable_fields=())


def test_seed_and_troubles() -> None:
    endpoint = parse_emulator_endpoint("emulator:a?trouble=503@GET%20/clusters%232&seed=demo&trouble=lose-answer@POST")

    assert endpoint.seed == "demo"
    assert endpoint.troubles == (
        Trouble(fail_with(503), on="GET /clusters", nth=2),
        Trouble(LoseAnswer(), on="POST"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("emulator:", "names no account file. Write emulator:account.json."),
        ("emulator:?seed=x", "names no account file."),
        ("emulator:a%00b", "names no account file."),
        ("https://acme.example", "names no account file."),
        ("emulator:a?settle_second=2", "has no option 'settle_second'. Did you mean 'settle_seconds'?"),
        ("emulator:a?zzz=2", "has no option 'zzz'. Known are absolute_links,"),
        ("emulator:a?settle_seconds=soon", "'settle_seconds' cannot be 'soon'. Write a number of seconds"),
        ("emulator:a?settle_seconds=inf", "cannot be 'inf'"),
        ("emulator:a?settle_seconds=-1", "cannot be '-1'"),
        ("emulator:a?settle_seconds", "cannot be ''"),
        ("emulator:a?page_size=-1", "cannot be '-1'. Write a whole number, 1 or more, or none."),
        ("emulator:a?page_size=0", "cannot be '0'"),
        ("emulator:a?token_uses=\u0664", "Write a whole number"),
        ("emulator:a?first_resource_version=none", "Write a whole number, 0 or more."),
        ("emulator:a?names_unique=maybe", "Write one of true, yes, 1, false, no, 0."),
        ("emulator:a?list_envelope=list", "Write one of array, values, items, clusters."),
        ("emulator:a?trouble=chaos", "'trouble' cannot be read: there is no action 'chaos'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_write(text: str, message: str) -> None:
    with pytest.raises(MalformedEndpointError) as caught:
        parse_emulator_endpoint(text)

    assert message in str(caught.value)
    assert str(caught.value).endswith((".", "?"))


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for endpoint in (text, f"emulator:{text}", f"emulator:a?{text}"):
        with contextlib.suppress(MalformedEndpointError):
            assert parse_emulator_endpoint(endpoint).path


def test_an_emulated_account_is_told_from_a_server() -> None:
    assert is_emulator_endpoint("emulator:a")
    assert not is_emulator_endpoint("https://acme.example")
    assert not is_emulator_endpoint("emulator")
