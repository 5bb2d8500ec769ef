"""What the command writes is looked through for secrets, wherever a text comes from and whoever writes it."""

import base64
import json
import logging
import sys

import pytest

from planner.workflow.emulate import edit_account
from planner.workflow.session import Session
from planner.workflow.validate import validate
from tests.canaries import Watch
from tests.cli.workbench import Bench, Ended

TOKEN = "tok-canary-31415926"
SECRET = "canary-4711-secret"
MAIN = f"""
variable "store_password" {{
  type      = string
  sensitive = true
}}

cluster "web" {{
  spec {{
    version = "2021.06"
    awsTags = {{ team = "ads", note = "it is {SECRET}" }}
    commonRuntimeProperties = {{
      "druid.metadata.storage.connector.password" = var.store_password
    }}
    pivot {{
      accessMode    = "OIDC"
      roleAuthority = "NATIVE"
      options       = <<-EOT
        issuer: https://idp.example.com
        clientSecret: {SECRET}
      EOT
    }}
  }}
}}
"""


@pytest.fixture
def secretive(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose configuration has a secret in a tag too, and whose environment holds others."""
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    monkeypatch.setenv("IMPLY_TOKEN", TOKEN)
    monkeypatch.setenv("PLANNER_VAR_store_password", 'canary "0815"\n')
    return bench


def read_all(bench: Bench) -> str:
    """Return what planner has written into the directory."""
    written = (path for path in bench.path.iterdir() if path.name not in {"main.hcl", "account.json"})
    return "".join(path.read_text(encoding="utf-8") for path in written)


def test_a_secret_in_a_place_that_nobody_marked_is_written_nowhere(secretive: Bench) -> None:
    runs = [
        secretive.run("plan", "-show-requests", "-out", "plan.json"),
        secretive.run("plan", "-json"),
        secretive.run("show", "-json", "plan.json"),
        secretive.run("apply", "plan.json"),
        secretive.run("show"),
        secretive.run("show", "-json"),
    ]
    assert [run.code for run in runs] == [0] * 6
    assert "canary" not in "".join(run.out + run.err for run in runs) + read_all(secretive)
    assert f"it is {SECRET}" in (secretive.path / "account.json").read_text(encoding="utf-8")
    assert 'What is secret elsewhere stands in spec.awsTags["note"].value of cluster.web' in " ".join(
        runs[0].out.split()
    )


def test_hiding_it_makes_no_difference_that_is_not_there(secretive: Bench) -> None:
    secretive.run("apply", "-auto-approve")
    assert secretive.run("plan", "-detailed-exitcode").code == 0
    (secretive.path / "main.hcl").write_text(MAIN.replace('"ads"', '"ops"'), encoding="utf-8")
    assert secretive.run("plan", "-detailed-exitcode", "-out", "plan.json").code == 2
    assert secretive.run("apply", "plan.json").code == 0
    assert secretive.run("plan", "-detailed-exitcode").code == 0


def test_another_secret_in_that_place_is_an_edit(secretive: Bench) -> None:
    secretive.run("apply", "-auto-approve")
    (secretive.path / "main.hcl").write_text(MAIN.replace("it is ", "now it is "), encoding="utf-8")
    ended = secretive.run("plan", "-detailed-exitcode")
    assert ended.code == 2
    assert '"note" = (sensitive value) # edit' in ended.out


def test_a_secret_that_somebody_writes_into_a_field_of_theirs_is_not_remembered(secretive: Bench) -> None:
    secretive.run("apply", "-auto-approve")
    edit_account(str(secretive.path / "account.json"), "web", {"spec": {"awsKeyPair": SECRET}})
    (secretive.path / "main.hcl").write_text(MAIN.replace('"ads"', '"ops"'), encoding="utf-8")
    runs = [secretive.run("plan", "-out", "plan.json"), secretive.run("apply", "plan.json"), secretive.run("plan")]
    assert [run.code for run in runs] == [0, 0, 0]
    assert "canary" not in "".join(run.out + run.err for run in runs) + read_all(secretive)


def test_an_import_does_not_remember_it_either(secretive: Bench) -> None:
    secretive.run("apply", "-auto-approve")
    edit_account(str(secretive.path / "account.json"), "web", {"spec": {"awsKeyPair": SECRET}})
    secretive.run("state", "rm", "cluster.web")
    for path in secretive.path.glob("planner.state.json*"):
        path.unlink()
    assert secretive.run("import", "cluster.web", "web").code == 0
    assert "canary" not in read_all(secretive)
    assert '"awsKeyPair"' in read_all(secretive)


@pytest.mark.parametrize("spell", [str, json.dumps, lambda text: base64.b64encode(text.encode()).decode()])
def test_the_source_line_of_a_mistake_hides_a_secret_that_no_word_gives_away(secretive: Bench, spell: object) -> None:
    assert callable(spell)
    (secretive.path / "main.hcl").write_text(
        MAIN + f'\noutput "x" {{\n  value = nothing({json.dumps(spell(TOKEN))})\n}}\n', encoding="utf-8"
    )
    for options in ([], ["-json"]):
        ended = secretive.run("plan", *options)
        assert ended.code == 3
        assert "nothing(" in ended.out + ended.err
        assert "(sensitive value)" in ended.out + ended.err
        assert "canary" not in ended.out + ended.err
        assert base64.b64encode(TOKEN.encode()).decode()[:12] not in ended.out + ended.err


def test_the_value_of_a_sensitive_variable_is_hidden_though_the_configuration_is_wrong(secretive: Bench) -> None:
    wrong = '\noutput "x" {\n  value = nothing("canary \\"0815\\"\\n")\n}\n'
    (secretive.path / "main.hcl").write_text(MAIN + wrong, encoding="utf-8")
    ended = secretive.run("validate")
    assert "nothing(" in ended.err
    assert "canary" not in ended.err


def test_json_stays_json_when_a_secret_is_a_word_of_its_own(secretive: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_VAR_store_password", "change")
    ended: Ended = secretive.run("plan", "-json")
    assert {event["type"] for event in ended.events} >= {"version", "planned_change", "outcome"}
    assert all("change" in event for event in ended.events if event["type"] == "planned_change")


def test_the_id_of_a_plan_is_never_taken_for_a_secret(secretive: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_id = secretive.run("plan").out.split()[1]
    monkeypatch.setenv("IMPLY_CLIENT_SECRET", plan_id.removeprefix("pl-")[:7])
    assert secretive.run("plan").out.split()[1] == plan_id


def test_what_others_write_and_log_is_looked_through(
    secretive: Bench, monkeypatch: pytest.MonkeyPatch, canaries: Watch
) -> None:

    def leak(session: Session) -> object:
        print(f"printed {TOKEN}")  # noqa: T201 - what a library might do
        sys.stderr.writelines(["written ", TOKEN, "\n"])
        sys.stdout.buffer.write(f"bytes {TOKEN}\n".encode())
        logger = logging.getLogger("a.library")
        handler = logging.StreamHandler()
        logger.addHandler(handler)
        logger.warning("logged %s", TOKEN)
        logger.removeHandler(handler)
        return validate(session)

    monkeypatch.setattr("planner.cli.validate_command.validate", leak)
    ended = secretive.run("validate")
    assert ended.code == 0
    for way in ("printed", "written", "bytes", "logged"):
        assert f"{way} (sensitive value)" in ended.out + ended.err
    assert "canary" not in ended.out + ended.err
    assert len(canaries.take_leaks()) == 1, "the record itself, which no handler of ours writes"


def test_a_bug_shows_no_secret_and_its_traceback_neither(secretive: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(_: object) -> object:
        raise RuntimeError(f"unexpected {TOKEN}")

    monkeypatch.setenv("PLANNER_LOG", "debug")
    monkeypatch.setattr("planner.cli.validate_command.validate", break_off)
    ended = secretive.run("validate")
    assert ended.code == 1
    assert "RuntimeError" in ended.err
    assert "break_off" in ended.err
    assert "canary" not in ended.err


def test_formatting_changes_no_letter_of_a_secret(secretive: Bench) -> None:
    (secretive.path / "main.hcl").write_text(f'locals {{\n  a="{TOKEN}"\n}}\n', encoding="utf-8")
    assert secretive.run("fmt").code == 0
    assert (secretive.path / "main.hcl").read_text(encoding="utf-8") == f'locals {{\n  a = "{TOKEN}"\n}}\n'


def test_the_streams_are_the_processs_own_again_afterwards(secretive: Bench) -> None:
    before = sys.stdout, sys.stderr
    secretive.run("validate")
    assert (sys.stdout, sys.stderr) == before
