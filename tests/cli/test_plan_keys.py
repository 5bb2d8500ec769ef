"""What can be guessed of the secrets in a plan that is saved before the first apply, and by whom."""

import hashlib
import hmac
import json
import re

import pytest

from planner.planning.make_plan import NO_STATE_KEY
from tests.cli.workbench import Bench

WORD = "letmein-2024"
MAIN = """
variable "secret" {
  type      = string
  sensitive = true
}

cluster "web" {
  spec {
    version = "2021.06"
    commonRuntimeProperties = { "druid.metadata.storage.connector.password" = var.secret }
  }
}

cluster "twin" {
  spec {
    version = "2021.06"
    awsTags = { told = "${cluster.web.metadata.uid}-${var.secret}" }
  }
}

output "told" {
  value     = var.secret
  sensitive = true
}
"""


@pytest.fixture
def secretive(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    monkeypatch.setenv("PLANNER_VAR_secret", WORD)
    monkeypatch.delenv("PLANNER_PLAN_KEY", raising=False)
    return bench


def read_fingerprints(text: str) -> set[str]:
    return set(re.findall(r"hmac:([0-9a-f]{32})", text))


def guess(word: str, key: str) -> str:
    """Return the fingerprint of `word`, as whoever has read the code makes it."""
    return hmac.new(key.encode(), json.dumps(word).encode(), hashlib.sha256).hexdigest()[:32]


def read_id(bench: Bench) -> str:
    return bench.run("plan").out.split()[1]


def test_without_a_key_a_saved_plan_warns_that_its_secrets_can_be_guessed(secretive: Bench) -> None:
    ended = secretive.run("plan", "-out", "plan.json")
    assert guess(WORD, NO_STATE_KEY) in read_fingerprints((secretive.path / "plan.json").read_text(encoding="utf-8"))
    told = " ".join((ended.out + ended.err).split())
    assert ended.code == 0
    assert "Warning: Whoever reads the saved plan can guess at its secrets" in told
    assert "set PLANNER_PLAN_KEY" in told
    codes = [
        event["diagnostic"]["code"]
        for event in secretive.run("plan", "-json", "-out", "plan.json").events
        if event["type"] == "diagnostic"
    ]
    assert codes == ["secrets-guessable"]


def test_nobody_is_warned_who_saves_nothing_or_no_secret_or_has_a_state(secretive: Bench) -> None:
    assert "guess at" not in secretive.run("plan").err
    secretive.run("apply", "-auto-approve")
    (secretive.path / "main.hcl").write_text(MAIN.replace("password", "secretKey"), encoding="utf-8")
    ended = secretive.run("plan", "-out", "plan.json")
    assert "(sensitive value)" in ended.out
    assert "guess at" not in ended.out + ended.err
    for path in secretive.path.glob("planner.state.json*"):
        path.unlink()
    (secretive.path / "main.hcl").write_text('cluster "other" {\n  spec { version = "2021.06" }\n}\n', encoding="utf-8")
    ended = secretive.run("plan", "-out", "plan.json")
    assert "guess at" not in ended.out + ended.err


def test_with_a_key_nobody_without_it_can_guess(secretive: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_PLAN_KEY", "k1")
    ended = secretive.run("plan", "-out", "plan.json")
    assert "guess at" not in ended.out + ended.err
    found = read_fingerprints((secretive.path / "plan.json").read_text(encoding="utf-8"))
    assert found
    assert not found & {guess(WORD, key) for key in (NO_STATE_KEY, "k1", "")}
    monkeypatch.setenv("PLANNER_PLAN_KEY", "k2")
    secretive.run("plan", "-out", "other.json")
    assert not found & read_fingerprints((secretive.path / "other.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("key", [None, "k1"])
def test_a_saved_plan_is_applied_under_the_key_that_it_was_made_with(
    secretive: Bench, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    if key is not None:
        monkeypatch.setenv("PLANNER_PLAN_KEY", key)
    secretive.run("plan", "-out", "plan.json")
    assert secretive.run("apply", "plan.json").code == 0
    assert WORD in (secretive.path / "account.json").read_text(encoding="utf-8")
    state = (secretive.path / "planner.state.json").read_text(encoding="utf-8")
    assert not read_fingerprints(state) & read_fingerprints((secretive.path / "plan.json").read_text(encoding="utf-8"))
    assert secretive.run("plan", "-detailed-exitcode").code == 0


def test_another_secret_is_found_out_under_a_key_too(secretive: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_PLAN_KEY", "k1")
    secretive.run("plan", "-out", "plan.json")
    monkeypatch.setenv("PLANNER_VAR_secret", "something-else")
    assert secretive.run("apply", "plan.json").code == 6


def test_ids_agree_wherever_the_key_is_the_same(secretive: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = read_id(secretive)
    monkeypatch.setenv("PLANNER_PLAN_KEY", "k1")
    keyed = read_id(secretive)
    assert keyed == read_id(secretive) != bare
    assert secretive.run("apply", "-plan-id", bare).code == 6
    secretive.run("plan", "-out", "plan.json")
    assert secretive.run("apply", "-plan-id", "plan.json").code == 0


def test_ids_are_the_same_with_and_without_a_key_once_there_is_a_state(
    secretive: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    secretive.run("apply", "-auto-approve")
    (secretive.path / "main.hcl").write_text(MAIN.replace("password", "secretKey"), encoding="utf-8")
    bare = read_id(secretive)
    monkeypatch.setenv("PLANNER_PLAN_KEY", "k1")
    assert read_id(secretive) == bare


def test_ids_are_the_same_with_and_without_a_key_where_there_is_no_secret(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = read_id(bench)
    monkeypatch.setenv("PLANNER_PLAN_KEY", "k1")
    assert read_id(bench) == bare
