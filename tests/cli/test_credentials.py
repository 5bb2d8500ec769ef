"""Runs against a server whose tokens die on the way, as an OAuth client and with what gives its tokens."""

import re
from pathlib import Path

import pytest

from planner.emulator.app import EmulatorApp, make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.server import run_server
from tests.cli.workbench import CLUSTER, Bench

SECRET = "emulator-secret"


@pytest.fixture(autouse=True)
def no_token(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - the bench sets the token
    """Take the token away that the bench comes with: it would be the one that counts."""
    monkeypatch.delenv("IMPLY_TOKEN")


def make_account(**behaviour: object) -> EmulatorApp:
    return make_app(behaviour=Behaviour(static_tokens=(), settle_seconds=0, **behaviour))  # type: ignore[arg-type]


def be_client(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", url)
    monkeypatch.setenv("IMPLY_CLIENT_ID", "planner")
    monkeypatch.setenv("IMPLY_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("IMPLY_TOKEN_URL", f"{url}/oauth/token")


def list_lines(app: EmulatorApp) -> list[str]:
    return [f"{request.method} {request.path}" for request in app.requests]


def test_tokens_that_die_after_two_uses_stop_nothing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_account(token_uses=2)
    for number in range(5):
        bench.write({**CLUSTER, "metadata": {"name": f"web-{number}"}}, f"web-{number}")
    with run_server(app) as url:
        be_client(monkeypatch, url)
        ended = bench.run("apply", "-auto-approve", "-parallelism", "1")
        assert (ended.code, "6 created" in ended.out) == (0, True), ended.out + ended.err
        assert "No changes." in bench.run("plan").out
    lines = list_lines(app)
    creates = [request for request in app.requests if (request.method, request.path) == ("POST", "/api/v1/clusters")]
    assert [one.status for one in creates if one.status != 401] == [201] * 6  # a refused one did nothing
    assert lines.count("POST /oauth/token") >= 4
    everything = (
        ended.out
        + ended.err
        + "".join(path.read_text(encoding="utf-8") for path in bench.path.iterdir() if path.is_file())
    )
    assert SECRET not in everything


def test_one_token_is_enough_where_it_lives_long(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_account()
    with run_server(app) as url:
        be_client(monkeypatch, url)
        assert bench.run("apply", "-auto-approve").code == 0
    assert list_lines(app).count("POST /oauth/token") == 1


def test_the_provider_block_may_name_the_client(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with run_server(make_account()) as url:
        be_client(monkeypatch, url)
        for name in ("IMPLY_CLIENT_ID", "IMPLY_TOKEN_URL", "IMPLY_ENDPOINT"):
            monkeypatch.delenv(name)
        (bench.path / "provider.hcl").write_text(
            f'locals {{\n  api = "{url}"\n}}\n'
            'provider "imply" {\n  endpoint  = local.api\n  client_id = "planner"\n'
            '  token_url = "${local.api}/oauth/token"\n}\n'
        )
        ended = bench.run("plan")
    assert ended.code == 0, ended.err


@pytest.mark.parametrize(("name", "value"), [("IMPLY_CLIENT_SECRET", "wrong-secret"), ("IMPLY_CLIENT_ID", "nobody")])
def test_a_client_that_is_not_known_is_told_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with run_server(make_account()) as url:
        be_client(monkeypatch, url)
        monkeypatch.setenv(name, value)
        ended = bench.run("plan")
    assert ended.code == 4
    assert "does not accept the client (401)" in ended.err
    assert "It said invalid_client." in re.sub(r"\s+", " ", ended.err)
    assert value not in ended.err
    assert SECRET not in ended.err


def test_a_server_that_takes_no_token_at_all_is_not_asked_for_ever(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_account(token_uses=0)
    with run_server(app) as url:
        be_client(monkeypatch, url)
        ended = bench.run("plan")
    assert ended.code == 4
    assert "has just given it" in re.sub(r"\s+", " ", ended.err)
    assert list_lines(app) == ["POST /oauth/token", "GET /api/v1/clusters"] * 2


def test_a_file_and_a_command_give_tokens_too(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with run_server(make_app(behaviour=Behaviour(static_tokens=("good-token",)))) as url:
        monkeypatch.setenv("IMPLY_ENDPOINT", url)
        file = tmp_path / "token"
        file.write_text("good-token\n")
        monkeypatch.setenv("IMPLY_TOKEN_FILE", str(file))
        assert bench.run("plan").code == 0
        file.write_text("bad-token\n")
        ended = bench.run("plan")
        assert (ended.code, "new one is written into" in re.sub(r"\s+", " ", ended.err), "bad-token" in ended.err) == (
            4,
            True,
            False,
        )
        monkeypatch.setenv("IMPLY_TOKEN_FILE", "")
        monkeypatch.setenv("IMPLY_TOKEN_COMMAND", "echo good-token")
        assert bench.run("plan").code == 0


@pytest.mark.parametrize("option", ["-token", "-client-id", "-client-secret", "-password"])
@pytest.mark.parametrize("command", ["plan", "apply", "drift", "import", "init"])
def test_no_option_takes_a_credential(bench: Bench, command: str, option: str) -> None:
    """G4: whoever lists the processes of a machine reads its command lines."""
    ended = bench.run(command, f"{option}=canary-5167")
    assert ended.code == 1
    assert option in ended.err
    assert "canary-5167" not in ended.out + ended.err
