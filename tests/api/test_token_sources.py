"""Where tokens come from: a client's secret, a file, a command; renewed in time, fetched once for all, never shown."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

import pytest

from planner.api.connection import Connection, TokenSource
from planner.api.credentials import ClientCredentials, Credentials, find_credentials
from planner.api.endpoint import normalise_token_url
from planner.api.token_sources import open_token_source
from planner.model.live import NotSent
from state.values import Json

from .doubles import Canned, Script, Watch

T = TypeVar("T")
SECRET = "canary-secret-4b1d"
CLIENT = ClientCredentials(
    client_id="planner", client_secret=SECRET, token_url=normalise_token_url("https://id.example/oauth/token")
)


def grant(token: str, **more: Json) -> Canned:
    return Canned(body={"access_token": token, "token_type": "bearer", **more})


def use_source(
    credentials: Credentials, use: Callable[[TokenSource], Awaitable[T]], script: Script, watch: Watch | None = None
) -> T:
    async def main() -> T:
        timing = (watch or Watch()).timing
        async with open_token_source(credentials, Connection(endpoint=""), app=script, timing=timing) as source:
            assert callable(source)
            return await use(source)

    return asyncio.run(main())


def ask(
    times: int, *, seconds: float = 0.0, watch: Watch | None = None
) -> Callable[[TokenSource], Awaitable[list[str]]]:
    async def use(source: TokenSource) -> list[str]:
        tokens = []
        for _ in range(times):
            tokens.append(await source(None))
            if watch is not None:
                watch.seconds += seconds
        return tokens

    return use


def catch(credentials: Credentials, script: Script, watch: Watch | None = None) -> str:
    with pytest.raises(NotSent) as caught:
        use_source(credentials, ask(1), script, watch)
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_a_client_asks_for_its_token_with_a_form() -> None:
    script = Script(grant("one", expires_in=300))
    assert use_source(CLIENT, ask(3), script) == ["one", "one", "one"]
    (seen,) = script.seen
    assert seen.line == "POST /oauth/token"
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in seen.headers
    assert parse_qs(seen.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["planner"],
        "client_secret": [SECRET],
    }


@pytest.mark.parametrize(
    ("life", "pause", "fetched"),
    [(300, 239, 1), (300, 241, 2), (100, 49, 1), (100, 51, 2), (3600, 3539, 1), (3600, 3541, 2)],
)
def test_a_token_is_renewed_a_minute_before_its_end_or_at_half_of_its_life(
    life: int, pause: float, fetched: int
) -> None:
    watch = Watch()
    script = Script(grant("one", expires_in=life), grant("two", expires_in=life))
    use_source(CLIENT, ask(2, seconds=pause, watch=watch), script, watch)
    assert len(script.seen) == fetched


@pytest.mark.parametrize("life", [0, -5, None, "300", True, 10**12, 1e300, [], {}])
def test_a_life_that_makes_no_sense_is_one_use(life: Json) -> None:
    script = Script(grant("one", expires_in=life), grant("two", expires_in=life), grant("three", expires_in=life))
    assert use_source(CLIENT, ask(3), script) == ["one", "two", "three"]


def test_a_life_that_is_missing_is_one_use() -> None:
    script = Script(grant("one"), grant("two"))
    assert use_source(CLIENT, ask(2), script) == ["one", "two"]


def test_many_that_meet_the_same_refusal_fetch_one_new_token() -> None:
    async def use(source: TokenSource) -> list[str]:
        first = await source(None)
        return [first, *await asyncio.gather(*(source(first) for _ in range(10)))]

    script = Script(grant("one", expires_in=300), grant("two", expires_in=300), grant("three", expires_in=300))
    assert use_source(CLIENT, use, script) == ["one", *["two"] * 10]


@pytest.mark.parametrize(
    "trouble", [Canned(status=503), Canned(status=429), Canned(status=500), ConnectionResetError()]
)
def test_a_token_endpoint_in_trouble_is_asked_again(trouble: Canned | Exception) -> None:
    watch = Watch()
    assert use_source(CLIENT, ask(1), Script(trouble, trouble, grant("one", expires_in=300)), watch) == ["one"]
    assert len(watch.pauses) == 2


def test_it_is_asked_five_times_at_most_and_as_it_wishes() -> None:
    watch = Watch()
    script = Script(Canned(status=503, headers=(("retry-after", "7"),), body={"error": "temporarily_unavailable"}))
    told = catch(CLIENT, script, watch)
    assert "gives no token for now (503). It said temporarily_unavailable. It was tried 5 times." in told
    assert len(script.seen) == 5
    assert min(watch.pauses) >= 7


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_client_that_is_not_accepted_is_told_what_was_said_and_what_to_check(status: int) -> None:
    body: dict[str, Json] = {"error": "invalid_client", "error_description": f"the secret {SECRET}\x1b[2J is wrong"}
    script = Script(Canned(status=status, body=body))
    told = catch(CLIENT, script)
    assert f"does not accept the client ({status})" in told
    assert "invalid_client: the secret (sensitive value)\\u001b[2J is wrong" in told
    assert "IMPLY_CLIENT_ID and IMPLY_CLIENT_SECRET" in told
    assert len(script.seen) == 1


def test_a_redirect_is_not_followed_with_the_secret() -> None:
    script = Script(Canned(status=307, headers=(("location", "https://evil.example/"),)))
    assert "answered with a redirect (307)" in catch(CLIENT, script)
    assert len(script.seen) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Canned(body=b"<html>"),
        Canned(body=b""),
        Canned(body=[]),
        Canned(body={"access_token": 7}),
        Canned(body={"token": "x"}),
        Canned(body={"access_token": "x", "token_type": "mac"}),
        Canned(body={"access_token": "x", "token_type": None}),
        Canned(body=b'{"access_token": "x", "access_token": "y"}'),
        Canned(body=b'{"access_token": "' + b"x" * 300_000 + b'"}'),
        Canned(body={"access_token": "two words"}),
    ],
)
def test_what_is_no_grant_is_refused(answer: Canned) -> None:
    catch(CLIENT, Script(answer))


def test_a_file_is_read_each_time_as_others_keep_it_fresh(tmp_path: Path) -> None:
    file = tmp_path / "token"

    async def use(source: TokenSource) -> list[str]:
        tokens = []
        for text in ("one\n", "two"):
            file.write_text(text)
            tokens.append(await source(None))
        return tokens

    assert use_source(find({"IMPLY_TOKEN_FILE": str(file)}), use, Script(Canned())) == ["one", "two"]


@pytest.mark.parametrize("content", [b"", b"two words", b"\xff\xfe", b"x" * 100_000, b"a\0b"])
def test_a_file_without_a_token_is_refused_and_not_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    told = catch(find({"IMPLY_TOKEN_FILE": str(tmp_path / "token")}), Script(Canned()))
    assert "two words" not in told
    assert "hold the token alone" in told


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    told = catch(find({"IMPLY_TOKEN_FILE": str(tmp_path / "none")}), Script(Canned()))
    assert "No such file or directory" in told
    assert "IMPLY_TOKEN_FILE" in told


def command(code: str) -> Credentials:
    return find({"IMPLY_TOKEN_COMMAND": f"{sys.executable} -c '{code}'"})


def test_a_command_is_run_again_only_when_its_token_is_refused(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    code = f'p = open("{runs}", "a"); p.write("x"); print("token-%d" % p.tell())'

    async def use(source: TokenSource) -> list[str]:
        return [await source(None), await source(None), await source("token-1")]

    assert use_source(command(code), use, Script(Canned())) == ["token-1", "token-1", "token-2"]


def test_a_command_may_say_how_long_its_token_lives() -> None:
    watch = Watch()
    code = 'import json; print(json.dumps(dict(access_token="abc", expires_in=100)))'
    assert use_source(command(code), ask(2, seconds=60, watch=watch), Script(Canned()), watch) == ["abc", "abc"]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise SystemExit(3)", "It ended with 3."),
        ("print()", "hold the token alone"),
        ('print("{}")', "has no access_token"),
        ('print("{")', "is not JSON"),
        ('print("two words")', "hold the token alone"),
    ],
)
def test_a_command_that_gives_no_token_is_told_of(code: str, told: str) -> None:
    assert told in catch(command(code), Script(Canned()))


def test_a_command_that_is_not_there_is_told_of() -> None:
    assert "No such file or directory" in catch(
        find({"IMPLY_TOKEN_COMMAND": "/no/such/program --token"}), Script(Canned())
    )


def find(environment: Mapping[str, str]) -> Credentials:
    found = find_credentials(environment)
    assert found is not None
    return found


WHOLE = {"IMPLY_CLIENT_ID": "a", "IMPLY_CLIENT_SECRET": SECRET, "IMPLY_TOKEN_URL": "https://id.example/t"}


def test_the_first_way_that_is_set_is_taken() -> None:
    every = {"IMPLY_TOKEN": "t", "IMPLY_TOKEN_FILE": "f", "IMPLY_TOKEN_COMMAND": "c", **WHOLE}
    kinds = []
    for name in ("IMPLY_TOKEN", "IMPLY_TOKEN_FILE", "IMPLY_TOKEN_COMMAND", "IMPLY_CLIENT_SECRET"):
        kinds.append(type(find(every)).__name__)
        del every[name]
    assert kinds == ["str", "TokenFile", "TokenCommand", "ClientCredentials"]
    assert find_credentials(every) is None


@pytest.mark.parametrize("missing", ["IMPLY_CLIENT_ID", "IMPLY_TOKEN_URL"])
def test_half_of_a_client_is_told_by_what_is_missing(missing: str) -> None:
    with pytest.raises(NotSent, match=f"IMPLY_CLIENT_SECRET is set and {missing} not") as caught:
        find_credentials({name: value for name, value in WHOLE.items() if name != missing})
    assert SECRET not in str(caught.value)


def test_the_provider_block_says_who_and_where_before_the_environment() -> None:
    found = find_credentials(WHOLE, client_id="block", token_url="https://block.example/t")
    assert isinstance(found, ClientCredentials)
    assert (found.client_id, found.token_url.base) == ("block", "https://block.example/t")


@pytest.mark.parametrize(
    "url", ["http://id.example/t", "id.example/t", "https://u:p@id.example/t", "https://id.example/t?a=b"]
)
def test_the_secret_goes_to_no_address_where_others_could_read_it(url: str) -> None:
    with pytest.raises(NotSent, match="token endpoint"):
        find_credentials(WHOLE | {"IMPLY_TOKEN_URL": url})


@pytest.mark.parametrize("text", ["'", " ", "''' "])
def test_a_command_that_no_shell_could_split_is_refused(text: str) -> None:
    with pytest.raises(NotSent, match="IMPLY_TOKEN_COMMAND"):
        find_credentials({"IMPLY_TOKEN_COMMAND": text})


def test_credentials_do_not_show_their_secrets() -> None:
    shown = [repr(find(WHOLE)), repr(find({"IMPLY_TOKEN_COMMAND": f"get --password {SECRET}"}))]
    assert SECRET not in json.dumps(shown)
