"""A plan file that anybody may have written is refused with a message, whatever is in it, and nothing is sent."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.diagnostics import ExitCode, Failure
from planner.model.plan_document import dumps_plan, loads_plan
from planner.planning.plan_id import make_plan_id
from planner.workflow import saved_plans
from planner.workflow.saved_plans import read_plan
from tests.cli.workbench import Bench
from tests.render.test_plan_golden import SAMPLES

Edit: TypeAlias = Callable[[Any], object]
BYTES = st.integers(0, 255)


def sign(document: Any) -> bytes:  # noqa: ANN401 - a document of any kind
    """Return the file of `document`, with a digest as anybody can make one."""
    document.pop("digest", None)
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return json.dumps({**document, "digest": f"sha256:{sha256(text.encode()).hexdigest()}"}).encode()


def nest(depth: int) -> Any:  # noqa: ANN401 - a document
    value: Any = {}
    for _ in range(depth):
        value = {"a": value}
    return value


def set_format(version: str) -> Edit:
    return lambda document: document.update(format_version=version)


HOSTILE: dict[str, bytes | Edit] = {
    "empty": b"",
    "no text": b"\xff\xfe\x00",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "zeros": b"\x00" * 100,
    "no object": b"[]",
    "not a number": b'{"format_version": "1.2", "plan_id": NaN}',
    "infinity": b'{"format_version": "1.2", "plan_id": -Infinity}',
    "a number too large": b'{"format_version": "1.2", "plan_id": 1e999}',
    "a number of many digits": b'{"format_version": "1.2", "plan_id": ' + b"9" * 10_000 + b"}",
    "a name twice": b'{"format_version": "1.2", "format_version": "1.2", "plan_id": "x"}',
    "lists without end": b"[" * 200_000,
    "objects without end": b'{"a":' * 200_000,
    "half a surrogate as a name": b'{"format_version": "1.2", "plan_id": "x", "\\ud800": 1}',
    "half a surrogate as a version": b'{"format_version": "\\ud800", "plan_id": "x"}',
    "a plan of Terraform": b'{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": []}',
    "an older plan": set_format("1.1"),
    "a plan of the future": set_format("2.0"),
    "a version in other digits": set_format("1.\u0662"),
    "deeper than any plan": lambda document: document["resource_changes"][0]["change"].update(before=nest(250)),
    "deeper than the stack": lambda document: document["resource_changes"][0].update(applied=nest(900)),
    "half a surrogate as an output": lambda document: document["output_changes"].update({"\ud800": {}}),
    "an escape sequence as an output": lambda document: document["output_changes"].update({"\x1b[31m": {}}),
    "a count that is true": lambda document: document.update(unchanged=True),
    "a count of many digits": lambda document: document["precondition"].update(serial=10**4000),
    "an address of many digits": lambda document: document["resource_changes"][0].update(
        address=f"cluster.web[{'9' * 5000}]"
    ),
    "late everywhere": lambda document: document["resource_changes"][0].update(late=[{"path": [], "references": []}]),
    "late nowhere": lambda document: document["resource_changes"][0].update(
        late=[{"path": ["spec", -1, "x"], "references": []}]
    ),
    "a null": lambda document: document.update(resource_changes=None),
}


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("command", [("show", "plan.json"), ("show", "-json", "plan.json"), ("apply", "plan.json")])
def test_a_hostile_plan_is_refused(bench: Bench, hostile: bytes | Edit, command: tuple[str, ...]) -> None:
    bench.run("plan", "-out", "plan.json")
    file = bench.path / "plan.json"
    if not isinstance(hostile, bytes):
        document = json.loads(file.read_text())
        hostile(document)
        hostile = sign(document)
    file.write_bytes(hostile)
    account = bench.path / "account.json"
    before = account.read_bytes()

    ended = bench.run(*command)

    assert ended.code in {ExitCode.ERROR, ExitCode.STALE_PLAN}
    told = " ".join((ended.err + ended.out).split())
    assert "plan.json is not a plan as it was saved" in told or "plan.json was saved by" in told
    assert "Traceback" not in told
    assert "\x1b" not in told
    assert account.read_bytes() == before


@pytest.mark.parametrize(("version", "told"), [("1.1", "an older planner"), ("1.0", "an older"), ("3.0", "a newer")])
def test_a_plan_of_another_version_is_called_so(bench: Bench, version: str, told: str) -> None:
    bench.run("plan", "-out", "plan.json")
    document = json.loads((bench.path / "plan.json").read_text())
    document["format_version"] = version
    (bench.path / "plan.json").write_bytes(sign(document))
    ended = bench.run("apply", "plan.json")
    assert ended.code == ExitCode.ERROR
    assert f"Error: plan.json was saved by {told}" in ended.err
    assert "Plan again with -out" in " ".join(ended.err.split())


def test_a_plan_of_an_older_version_may_be_replaced(bench: Bench) -> None:
    (bench.path / "plan.json").write_text(f'{{"format_version": "1.1", "plan_id": "{"7" * 64}"}}')
    assert bench.run("plan", "-out", "plan.json").code == 0
    assert bench.run("apply", "plan.json").code == 0


def test_a_file_that_is_too_large_is_not_even_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run("plan", "-out", "plan.json")
    monkeypatch.setattr(saved_plans, "_MAX_BYTES", 100)
    ended = bench.run("apply", "plan.json")
    assert ended.code == ExitCode.ERROR
    assert "too large" in ended.err


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan that creates, updates and has outputs, as a file."""
    path = tmp_path_factory.mktemp("saved") / "plan.json"
    sample = SAMPLES["outputs"]
    plan = replace(sample, id=make_plan_id(sample.changes, sample.operations))
    path.write_text(dumps_plan(plan))
    assert read_plan(str(path), None) == plan
    return path


@given(at=st.integers(0), byte=BYTES)
def test_one_changed_byte_is_refused_or_changes_nothing(saved: Path, at: int, byte: int) -> None:
    whole = saved.read_bytes()
    at %= len(whole)
    other = saved.with_name("other.json")
    other.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
    try:
        plan = read_plan(str(other), None)
    except Failure as failure:
        assert failure.exit_code in {ExitCode.ERROR, ExitCode.STALE_PLAN}  # noqa: PT017 - it need not fail
        return
    assert plan == loads_plan(whole.decode())


@given(at=st.integers(0), length=st.integers(1, 40))
def test_a_piece_that_is_missing_is_missed(saved: Path, at: int, length: int) -> None:
    whole = saved.read_bytes()
    at %= len(whole)
    other = saved.with_name("other.json")
    other.write_bytes(whole[:at] + whole[at + length :])
    try:
        plan = read_plan(str(other), None)
    except Failure as failure:
        assert failure.exit_code in {ExitCode.ERROR, ExitCode.STALE_PLAN}  # noqa: PT017 - it need not fail
        return
    assert plan == loads_plan(whole.decode())
