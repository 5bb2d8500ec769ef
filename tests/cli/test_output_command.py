"""`planner output`: what the state holds, in text, in JSON and bare; a sensitive value is nowhere."""

import json
from pathlib import Path

import pytest

from state.codec import encode_snapshot
from state.snapshot import Snapshot
from state.values import Output, Secret
from tests.cli.workbench import Bench

FINGERPRINT = "hmac:0123456789abcdef0123456789abcdef"
OUTPUTS = {
    "token": Output(value=Secret(FINGERPRINT), type="string", is_sensitive=True),
    "uid": Output(value="c-1", type="string"),
    "sizes": Output(value={"eu": 2, "us": 3.5}, type="map(number)"),
    "lines": Output(value="a\nb\n", type="string"),
    "ready": Output(value=True, type="bool"),
}


@pytest.fixture
def held(bench: Bench) -> Bench:
    """Return a bench whose state holds the outputs above."""
    hold(bench.path, OUTPUTS)
    return bench


def hold(path: Path, outputs: dict[str, Output]) -> None:
    snapshot = Snapshot(lineage="l", serial=1, fingerprint_key="f", outputs=outputs)
    (path / "planner.state.json").write_bytes(encode_snapshot(snapshot))


def test_all_outputs_are_listed(held: Bench) -> None:
    ended = held.run("output")
    assert ended.out == (
        'lines = <<EOT\na\nb\n\nEOT\nready = true\nsizes = tomap({\n  "eu" = 2\n  "us" = 3.5\n})\n'
        'token = <sensitive>\nuid = "c-1"\n'
    )
    assert (ended.code, ended.err) == (0, "")


def test_json_has_the_type_and_the_value_of_each(held: Bench) -> None:
    ended = held.run("output", "-json")
    assert json.loads(ended.out) == {
        "lines": {"sensitive": False, "type": "string", "value": "a\nb\n"},
        "ready": {"sensitive": False, "type": "bool", "value": True},
        "sizes": {"sensitive": False, "type": ["map", "number"], "value": {"eu": 2, "us": 3.5}},
        "token": {"sensitive": True, "type": "string", "value": None},
        "uid": {"sensitive": False, "type": "string", "value": "c-1"},
    }
    assert list(json.loads(ended.out)) == sorted(OUTPUTS)
    assert "the value is null here of: token" in " ".join(ended.err.split())
    assert ended.code == 0


@pytest.mark.parametrize(
    ("name", "text", "as_json", "raw"),
    [
        ("uid", '"c-1"\n', '"c-1"\n', "c-1"),
        ("ready", "true\n", "true\n", "true"),
        ("lines", "<<EOT\na\nb\n\nEOT\n", '"a\\nb\\n"\n', "a\nb\n"),
    ],
)
def test_one_output_is_shown_in_three_ways(held: Bench, name: str, text: str, as_json: str, raw: str) -> None:
    assert held.run("output", name).out == text
    assert held.run("output", "-json", name).out == as_json
    assert held.run("output", "-raw", name).out == raw


def test_what_is_no_single_text_is_not_raw(held: Bench) -> None:
    assert held.run("output", "--json", "sizes").out == '{"eu":2,"us":3.5}\n'
    ended = held.run("output", "-raw", "sizes")
    assert (ended.code, ended.out) == (1, "")
    assert 'output "sizes" is map of number' in ended.err


@pytest.mark.parametrize("options", [[], ["-json"], ["-raw"]])
def test_a_sensitive_value_is_said_not_to_be_kept(held: Bench, options: list[str]) -> None:
    ended = held.run("output", *options, "token")
    assert ended.code == 1
    assert 'The value of output "token" is not kept' in (ended.out + ended.err).replace('\\"', '"')


@pytest.mark.parametrize("command", [["output"], ["output", "-json"], ["output", "token"], ["show"], ["show", "-json"]])
def test_a_fingerprint_is_not_shown(held: Bench, command: list[str]) -> None:
    ended = held.run(*command)
    assert FINGERPRINT not in ended.out + ended.err


def test_an_unknown_name_is_an_error_with_the_one_that_was_meant(held: Bench) -> None:
    ended = held.run("output", "uidd")
    assert ended.code == 1
    assert 'Output "uidd" not found' in ended.err
    assert 'Did you mean "uid"?' in ended.err


@pytest.mark.parametrize("has_state", [True, False])
def test_no_outputs_are_a_warning(bench: Bench, has_state: bool) -> None:  # noqa: FBT001 - pytest hands it over
    if has_state:
        hold(bench.path, {})
    ended = bench.run("output")
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("Warning: No outputs found\n")
    assert bench.run("output", "-json").out == "{}\n"
    assert bench.run("output", "uid").code == 1


@pytest.mark.parametrize("arguments", [["-raw"], ["-raw", "-json", "uid"], ["uid", "sizes"]])
def test_options_that_do_not_fit_are_refused(held: Bench, arguments: list[str]) -> None:
    ended = held.run("output", *arguments)
    assert (ended.code, ended.out) == (1, "")


def test_the_state_is_shown_with_its_outputs(held: Bench) -> None:
    assert held.run("show").out.startswith("Outputs:\n\nlines = <<EOT\n")
    assert json.loads(held.run("show", "-json").out)["values"]["outputs"]["uid"]["value"] == "c-1"


def test_an_invalid_configuration_does_not_stand_in_the_way(held: Bench) -> None:
    (held.path / "broken.hcl").write_text("cluster {", encoding="utf-8")
    assert held.run("output", "-raw", "uid").out == "c-1"
