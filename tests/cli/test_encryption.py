"""The command with a state and plans that are encrypted."""

import json
from pathlib import Path

import pyrage
import pytest

from tests.cli.workbench import Bench


def make_key(path: Path) -> str:
    """Write a key file and return the public key."""
    identity = pyrage.x25519.Identity.generate()
    path.write_text(f"# created: today\n# public key: {identity.to_public()}\n{identity}\n", encoding="utf-8")
    return str(identity.to_public())


def encrypt_to(bench: Bench, *recipients: str, enforced: bool = False) -> None:
    lines = (f"recipients = {json.dumps(recipients)}", f"enforced = {str(enforced).lower()}")
    text = "planner {\n  encryption {\n" + "".join(f"    {line}\n" for line in lines) + "  }\n}\n"
    (bench.path / "planner.hcl").write_text(text, encoding="utf-8")


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    place = tmp_path / "keys"
    place.mkdir()
    monkeypatch.setenv("PLANNER_AGE_IDENTITY_FILE", str(place / "ours.txt"))
    return make_key(place / "ours.txt")


def read_files(bench: Bench) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in bench.path.glob("planner.state.json*")}


def test_a_run_from_the_first_apply_to_the_last(bench: Bench, key: str) -> None:
    encrypt_to(bench, key, enforced=True)
    assert bench.run("apply", "-auto-approve").code == 0
    assert all('"encryption": "age"' in text and "c5.large" not in text for text in read_files(bench).values())
    assert bench.run("plan", "-detailed-exitcode").code == 0
    bench.scale(5)
    assert bench.run("plan", "-out", "plan.json").code == 0
    assert "c5.large" not in (bench.path / "plan.json").read_text(encoding="utf-8")
    assert "replicas = 2 -> 5" in bench.run("show", "plan.json").out
    assert bench.run("apply", "plan.json").code == 0
    assert bench.run("state", "list").out == "cluster.web\n"
    assert '"c5.large"' in bench.run("state", "pull").out
    assert bench.run("history").code == 0
    assert bench.run("destroy", "-auto-approve").code == 0


def test_nothing_is_read_or_written_without_the_key(
    bench: Bench, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encrypt_to(bench, key)
    bench.run("apply", "-auto-approve")
    bench.scale(5)
    bench.run("plan", "-out", "plan.json")
    before = read_files(bench)
    make_key(tmp_path / "keys" / "other.txt")
    for name, said in (("", "there is no key to open it"), ("other.txt", "no key that is set opens it")):
        monkeypatch.setenv("PLANNER_AGE_IDENTITY_FILE", str(tmp_path / "keys" / name) if name else "")
        for command in (("plan",), ("apply", "-auto-approve"), ("apply", "plan.json"), ("show", "plan.json")):
            ended = bench.run(*command)
            assert ended.code == 1, command
            assert said in ended.err
    assert read_files(bench) == before


def test_a_plain_state_and_a_plain_plan_are_refused_where_encryption_is_enforced(bench: Bench, key: str) -> None:
    bench.run("apply", "-auto-approve")
    bench.scale(5)
    bench.run("plan", "-out", "plan.json")
    encrypt_to(bench, key, enforced=True)
    assert "is not encrypted" in bench.run("plan").err
    reencrypted = bench.run("state", "reencrypt")
    assert reencrypted.out.startswith("The state is now encrypted to 1 recipient, with serial ")
    assert all("c5.large" not in text for text in read_files(bench).values()), "the backup too"
    refused = bench.run("apply", "plan.json")
    assert refused.code == 1
    assert "The saved plan is not encrypted" in refused.err


def test_the_way_back_is_asked_for(bench: Bench, key: str) -> None:
    encrypt_to(bench, key)
    bench.run("apply", "-auto-approve")
    refused = bench.run("state", "reencrypt", "-decrypt")
    assert "The configuration says that the state is encrypted" in refused.err
    (bench.path / "planner.hcl").unlink()
    bench.scale(5)
    refused = bench.run("apply", "-auto-approve")
    assert "is encrypted, and the configuration does not say to whom" in refused.out
    assert '"replicas":2' in (bench.path / "account.json").read_text(encoding="utf-8").replace(" ", "")
    assert bench.run("state", "reencrypt", "-decrypt").out.startswith("The state is now in the clear")
    assert bench.run("apply", "-auto-approve").code == 0


def test_a_private_key_in_the_configuration_is_refused(bench: Bench, key: str) -> None:
    encrypt_to(bench, "AGE-SECRET-KEY-1CANARY")
    refused = bench.run("validate")
    assert refused.code == 3
    assert "A private key would be stored in plain text." in refused.err
    assert bench.run("apply", "-auto-approve").code == 3
    assert read_files(bench) == {}
    assert key not in refused.err


def test_a_recipient_that_is_none_stops_before_anything_is_sent(bench: Bench, key: str) -> None:
    encrypt_to(bench, f"{key[:-6]}qqqqqq")
    refused = bench.run("apply", "-auto-approve")
    assert refused.code == 1
    assert "A recipient in the encryption block is no public key" in refused.err + refused.out
    assert read_files(bench) == {}
    assert bench.run("console", "-help").code == 0


def test_an_identity_in_the_environment_is_never_shown(
    bench: Bench, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = (tmp_path / "keys" / "ours.txt").read_text(encoding="utf-8").splitlines()[-1]
    monkeypatch.delenv("PLANNER_AGE_IDENTITY_FILE")
    monkeypatch.setenv("PLANNER_AGE_IDENTITY", identity)
    encrypt_to(bench, key)
    (bench.path / "leak.hcl").write_text(f'output "leak" {{\n  value = "{identity}"\n}}\n', encoding="utf-8")
    applied = bench.run("apply", "-auto-approve")
    assert applied.code == 0
    assert identity not in applied.out + applied.err
