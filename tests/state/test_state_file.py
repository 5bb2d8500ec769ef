"""The state file: read back as it was written, pleasant to compare in Git, and refused when anything is wrong."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from state.address import Address
from state.codec import decode_snapshot, encode_snapshot
from state.errors import StateDamaged, StateError, StateForeign, StateNotWritten, StateTooNew
from state.record import Intent, Record
from state.snapshot import Snapshot
from state.upgrades import upgrade
from state.values import Output, Secret, Value

RESTORE = "Restore it from planner.state.json.backup."
SCHEMA = json.loads((files("schemas") / "documents" / "state.schema.json").read_text(encoding="utf-8"))

WEB = Record(
    address=Address("web", "eu"),
    id="c-1",
    name="web-eu",
    applied={
        "metadata": {"name": "web-eu"},
        "spec": {"version": "2021.06", "query": {"replicas": 3}, "pivot": {"options": Secret("5f")}},
    },
    observed=None,
    resource_version=7,
    depends_on=(Address("hub"),),
)
START = Intent(key="k-1", address=Address("hub"), kind="create", name="hub", before=("c-0",), at="2026-01-02T03:04:05Z")
SNAPSHOT = Snapshot(
    lineage="l-1",
    serial=3,
    fingerprint_key="f0",
    account="https://a.example",
    records={WEB.address: WEB},
    intents=(START,),
    outputs={
        "token": Output(value=Secret("6a"), type="string", is_sensitive=True),
        "ids": Output(value={"eu": "c-1"}, type="map(string)"),
    },
)

BODY = """{
  "account": "https://a.example",
  "fingerprint_key": "f0",
  "format": 2,
  "intents": [
    {
      "address": "cluster.hub",
      "applied": null,
      "at": "2026-01-02T03:04:05Z",
      "before": ["c-0"],
      "id": null,
      "key": "k-1",
      "kind": "create",
      "name": "hub"
    }
  ],
  "lineage": "l-1",
  "outputs": {
    "ids": {"sensitive": false, "type": "map(string)", "value": {"eu": "c-1"}},
    "token": {"sensitive": true, "type": "string", "value": {"$secret": "6a"}}
  },
  "records": {
    "cluster.web[\\"eu\\"]": {
      "applied": {
        "metadata": {
          "name": "web-eu"
        },
        "spec": {
          "pivot": {"options": {"$secret": "5f"}},
          "query": {"replicas": 3},
          "version": "2021.06"
        }
      },
      "depends_on": ["cluster.hub"],
      "id": "c-1",
      "name": "web-eu",
      "observed": null,
      "prevent_destroy": false,
      "resource_version": 7
    }
  },
  "serial": 3,
"""


def seal(body: str | bytes) -> bytes:
    """Return a body with the checksum that makes it a state file, whatever it says."""
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return content + f'  "checksum": "sha256:{sha256(content).hexdigest()}"\n}}\n'.encode()


def replaced(before: str, after: str) -> bytes:
    assert before in BODY
    return seal(BODY.replace(before, after, 1))


@given(snapshot=...)
def test_a_snapshot_is_read_back_as_it_was_written(snapshot: Snapshot) -> None:
    content = encode_snapshot(snapshot)
    again = decode_snapshot(content)
    assert again == snapshot
    assert encode_snapshot(again) == content  # which tells 1 from 1.0 and true


@given(snapshot=...)
def test_what_is_written_is_what_the_schema_says(snapshot: Snapshot) -> None:
    # jsonschema cannot count above a float's range, and the schema only asks for a number there.
    document = json.loads(encode_snapshot(snapshot), parse_int=lambda digits: min(int(digits), 10**9))
    named = bool(snapshot.lineage) and all(intent.key for intent in snapshot.intents)
    assert Draft202012Validator(SCHEMA).is_valid(document) == named


def test_the_schema_explains_every_member() -> None:
    def walk(schema: object) -> None:
        if not isinstance(schema, dict):
            return
        for member in schema.get("properties", {}).values():
            assert {"title", "description"} <= member.keys()
        for member in [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]:
            walk(member)

    Draft202012Validator.check_schema(SCHEMA)
    walk(SCHEMA)


def test_the_file_looks_like_this() -> None:
    assert encode_snapshot(SNAPSHOT) == seal(BODY)


def test_an_empty_snapshot_looks_like_this() -> None:
    members = [
        '"account": ""',
        '"fingerprint_key": "f"',
        '"format": 2',
        '"intents": []',
        '"lineage": "l"',
        '"outputs": {}',
        '"records": {}',
        '"serial": 0',
    ]
    body = "{\n" + "".join(f"  {member},\n" for member in members)
    assert encode_snapshot(Snapshot(lineage="l", serial=0, fingerprint_key="f")) == seal(body)


@settings(max_examples=40)
@given(snapshot=..., order=st.randoms(use_true_random=False))
def test_the_order_of_records_and_members_makes_no_difference(snapshot: Snapshot, order: Random) -> None:
    found = list(snapshot.records.items())
    order.shuffle(found)
    shuffled = Snapshot(
        lineage=snapshot.lineage,
        serial=snapshot.serial,
        fingerprint_key=snapshot.fingerprint_key,
        account=snapshot.account,
        records=dict(found),
        intents=snapshot.intents,
        outputs=snapshot.outputs,
        runs=snapshot.runs,
    )
    assert encode_snapshot(shuffled) == encode_snapshot(snapshot)


def test_one_changed_setting_is_one_changed_line() -> None:
    spec: dict[str, Value] = {f"field{number}": number for number in range(20)}
    before, after = (
        encode_snapshot(
            Snapshot(
                lineage="l",
                serial=1,
                fingerprint_key="f",
                records={WEB.address: Record(address=WEB.address, id="c", name="w", applied={"spec": document})},
            )
        ).splitlines()
        for document in (spec, {**spec, "field7": 8})
    )
    different = [line for line, other in zip(before, after, strict=True) if line != other]
    assert [line.strip()[:10] for line in different] == [b'"field7": ', b'"checksum"']


def test_a_file_cut_short_anywhere_is_refused() -> None:
    whole = seal(BODY)
    for size in range(len(whole)):
        with pytest.raises(StateDamaged):
            decode_snapshot(whole[:size])


def test_a_file_with_any_byte_changed_is_refused() -> None:
    whole = seal(BODY)
    for position, mask in product(range(len(whole)), (0x01, 0x20, 0x80)):
        changed = bytearray(whole)
        changed[position] ^= mask
        with pytest.raises((StateDamaged, StateTooNew, StateForeign)):
            decode_snapshot(bytes(changed))


@given(content=st.binary(max_size=200), at=st.integers(0, len(BODY)), length=st.integers(0, 50))
def test_a_file_with_any_part_replaced_is_refused(content: bytes, at: int, length: int) -> None:
    whole = seal(BODY)
    changed = whole[:at] + content + whole[at + length :]
    if changed != whole:
        with pytest.raises((StateDamaged, StateTooNew, StateForeign)):
            decode_snapshot(changed)


@given(content=st.binary() | st.text().map(str.encode) | st.builds(seal, st.text()))
def test_whatever_stands_there_the_reader_answers_with_a_state_error(content: bytes) -> None:
    with pytest.raises(StateError):
        decode_snapshot(content)


@pytest.mark.parametrize(
    "content",
    [
        replaced('"replicas": 3', '"replicas": NaN'),
        replaced('"replicas": 3', '"replicas": -Infinity'),
        replaced('"replicas": 3', '"replicas": 1e999'),
        replaced('"replicas": 3', f'"replicas": {"9" * 5000}'),
        replaced('"replicas": 3', '"replicas": 3, "replicas": 3'),
        replaced('"format": 2', '"format": 2, "format": 2'),
        replaced('"replicas": 3', f'"replicas": {"[" * 100_000}{"]" * 100_000}'),
        replaced('"replicas": 3', '"replicas": "\udcff"'),
        replaced('"serial": 3', '"serial": "3"'),
        replaced('"serial": 3', '"serial": 3.0'),
        replaced('"serial": 3', '"serial": true'),
        replaced('"serial": 3', '"serial": -1'),
        replaced('"serial": 3', '"serial": 3, "extra": null'),
        replaced('  "serial": 3,\n', ""),
        replaced('"lineage": "l-1"', '"lineage": null'),
        replaced('"fingerprint_key": "f0"', '"fingerprint_key": {"$secret": "f0"}'),
        replaced('cluster.web[\\"eu\\"]', "cluster.web.eu"),
        replaced('"id": "c-1"', '"id": null'),
        replaced('"id": "c-1"', '"id": "c-1", "uid": "c-1"'),
        replaced('"name": "web-eu",', ""),
        replaced('"prevent_destroy": false', '"prevent_destroy": 0'),
        replaced('"resource_version": 7', '"resource_version": -7'),
        replaced('"resource_version": 7', '"resource_version": "7"'),
        replaced('"resource_version": 7', '"resource_version": 7, "timeouts": null'),
        replaced('"resource_version": 7', '"resource_version": 7, "timeouts": {}'),
        replaced('"resource_version": 7', '"resource_version": 7, "timeouts": {"read": 60.0}'),
        replaced('"resource_version": 7', '"resource_version": 7, "timeouts": {"create": -1.0}'),
        replaced('"resource_version": 7', '"resource_version": 7, "timeouts": {"create": true}'),
        replaced('["cluster.hub"]', '"cluster.hub"'),
        replaced('["cluster.hub"]', '["hub"]'),
        replaced('["cluster.hub"]', "[1]"),
        replaced('"observed": null', '"observed": []'),
        replaced('"format": 2', '"format": 1'),
        replaced('"sensitive": false', '"sensitive": 0'),
        replaced('"type": "map(string)"', '"type": null'),
        replaced('"type": "map(string)", ', ""),
        replaced('"type": "map(string)"', '"type": "map(string)", "extra": 1'),
        replaced('"ids": {"sensitive": false, "type": "map(string)", "value": {"eu": "c-1"}}', '"ids": "c-1"'),
        replaced('"kind": "create"', '"kind": "destroy"'),
        replaced('"before": ["c-0"]', '"before": null'),
        replaced('"applied": null', '"applied": "all"'),
        seal(BODY.replace('"intents": [', '"intents": [[],')),
        seal('{\n  "format": 2,\n  "lineage": "l",\n  "records": [],\n'),
        seal('{\n  "format": 0,\n  "lineage": "l",\n'),
        seal('{\n  "format": -1,\n  "lineage": "l",\n'),
        b"\xef\xbb\xbf" + seal(BODY),
        seal(BODY).replace(b"\n", b"\r\n"),
        seal(BODY) + b"\n",
        seal(BODY) + seal(BODY),
        json.dumps(json.loads(seal(BODY))).encode(),
        BODY.encode("utf-16"),
        b"<<<<<<< HEAD\n" + seal(BODY),
    ],
    ids=lambda content: f"{len(content)} bytes",
)
def test_a_file_that_is_not_as_we_write_it_is_damaged(content: bytes) -> None:
    with pytest.raises(StateDamaged) as caught:
        decode_snapshot(content, name="planner.state.json", restore=RESTORE)
    assert caught.value.summary == "planner.state.json is damaged"
    assert caught.value.advice.endswith(f" Nothing was changed. {RESTORE}")


@pytest.mark.parametrize("content", [b"", b"\n", b"  \r\n\t"])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    with pytest.raises(StateDamaged) as caught:
        decode_snapshot(content, name="planner.state.json", restore=RESTORE)
    assert caught.value.summary == "planner.state.json is empty"
    assert caught.value.advice.endswith(RESTORE)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "resources": []}', "Terraform"),
        (b'{"format": 2}', "JSON"),
        (b'{"lineage": "l", "format": "1"}', "JSON"),
        (b'{"lineage": "l", "format": true}', "JSON"),
        (b"[1, 2]", "JSON"),
        (b"null", "JSON"),
        (b'"a string"', "JSON"),
        (b'{"$secret": "x"}', "JSON"),
    ],
)
def test_a_file_of_something_else_is_foreign(content: bytes, kind: str) -> None:
    with pytest.raises(StateForeign) as caught:
        decode_snapshot(content, name="planner.state.json", restore=RESTORE)
    assert caught.value.summary == "planner.state.json is not a state of planner"
    assert kind in caught.value.advice
    assert caught.value.advice.endswith(RESTORE)


def test_a_newer_format_is_too_new_whatever_else_it_holds() -> None:
    content = b'{"format": 3, "lineage": "l", "checksum": "of another kind"}'
    with pytest.raises(StateTooNew, match="Its format is 3; this version knows format 2 and older"):
        decode_snapshot(content)


def test_no_message_repeats_what_the_file_holds() -> None:
    with pytest.raises(StateDamaged) as caught:
        decode_snapshot(seal(BODY.replace('"f0"', '["canary"]')))
    assert "canary" not in str(caught.value)


def make_nested(depth: int) -> Value:
    value: Value = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("make", [lambda inner: {"spec": inner}, lambda inner: {"spec": [Secret("f"), inner]}])
def test_what_could_not_be_read_again_is_not_written(make: Callable[[Value], dict[str, Value]]) -> None:
    def encode(value: Value) -> bytes:
        record = Record(address=Address("a"), id="i", name="n", applied=make(value))
        return encode_snapshot(Snapshot(lineage="l", serial=0, fingerprint_key="f", records={record.address: record}))

    assert decode_snapshot(encode(make_nested(90))).serial == 0
    for value in (float("nan"), float("inf"), make_nested(101), make_nested(100_000)):
        with pytest.raises(StateNotWritten, match="A value in it cannot be kept"):
            encode(value)


def test_an_older_format_goes_through_each_upgrade_in_turn() -> None:
    upgrades = {
        7: lambda document: {**document, "format": 8, "serial": document["version"]},
        8: lambda document: {**document, "format": 9, "lineage": document["lineage"]},
    }
    document: dict[str, Value] = {"format": 7, "version": 3, "lineage": "l"}
    upgraded = upgrade(document, found=7, wanted=9, upgrades=upgrades)
    assert upgraded == {"format": 9, "version": 3, "serial": 3, "lineage": "l"}
    assert upgrade(document, found=9, wanted=9, upgrades=upgrades) == document
    with pytest.raises(ValueError, match="no format 6"):
        upgrade(document, found=6, wanted=9, upgrades=upgrades)


def test_a_state_of_the_first_format_can_be_read() -> None:
    body = BODY.replace('"format": 2', '"format": 1')
    start, end = body.index('  "outputs"'), body.index('  "records"')
    assert decode_snapshot(seal(body[:start] + body[end:])) == replace(SNAPSHOT, outputs={})


def test_keys_that_look_like_marks_are_never_taken_for_marks() -> None:
    outputs = {
        "mine": Output(value={"$late": ["a"], "$$late": {"$secret": "b"}}, type="any"),
        "token": Output(value=Secret("6a"), type="string", is_sensitive=True),
    }
    for held in (outputs, {"mine": Output(value={"$late": ["a"]}, type="any")}):
        snapshot = Snapshot(lineage="l", serial=0, fingerprint_key="f", outputs=held)
        assert decode_snapshot(encode_snapshot(snapshot)) == snapshot


def test_a_state_that_does_not_say_whose_it_is_can_be_read() -> None:
    body = encode_snapshot(SNAPSHOT).decode().replace('  "account": "https://a.example",\n', "")
    content = seal(body[: body.index('  "checksum"')])
    assert decode_snapshot(content, name="it", restore="").account == ""
