"""Law 7: a secret put anywhere in a configuration is found nowhere in what the tool writes."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.exchange import answer_json
from planner.emulator.trouble import AnswerInstead, Trouble
from planner.model.desired import DesiredCluster, DesiredOutput
from planner.model.diagnostics import Failure
from planner.model.paths import Path
from planner.model.plan_document import dumps_plan
from planner.model.report import Report
from planner.render.diagnostics_text import render_diagnostics
from planner.render.events_json import (
    describe_event,
    describe_outputs,
    describe_plan,
    describe_report,
    render_json_event,
)
from planner.render.outputs_json import render_outputs_json
from planner.render.outputs_text import render_outputs
from planner.render.plan_json import render_plan_json
from planner.render.plan_text import render_plan
from planner.render.progress_text import render_event
from planner.render.report_text import render_report
from planner.render.state_text import render_records
from planner.workflow.plan import Planned
from state.backends.memory import MemoryBackend, Shelf
from tests.laws.clusters import SPECS, in_the_lab
from tests.laws.lab import Document, Lab, declare, want

CANARIES = ("canary-ä-1: x", "canary-2\n  y", "canary-3")


def spell(canary: str) -> set[str]:
    """Return the forms in which a text may get out."""
    raw = canary.encode()
    quoted = json.dumps(canary)[1:-1]
    return {canary, quoted, json.dumps(quoted)[1:-1], quote(canary), base64.b64encode(raw).decode(), repr(canary)[1:-1]}


def list_leaves(value: Any, path: Path = ()) -> Iterator[Path]:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            for name, member in value.items():
                yield from list_leaves(member, (*path, name))
        case list():
            for position, item in enumerate(value):
                yield from list_leaves(item, (*path, position))
        case _:
            yield path


def put(value: Any, path: Path, leaf: object) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` with `leaf` at `path`."""
    if not path:
        return leaf
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {**value, step: put(value.get(step), rest, leaf)}
    return [put(item, rest, leaf) if position == step else item for position, item in enumerate(value)]


TEXT_LEAVES = (
    "awsInstanceRole", "awsKeyPair", "value", "instanceType", "url", "content", "options", "type", "path"
)  # fmt: skip


@st.composite
def confidential(draw: st.DrawFn, canary: str) -> DesiredCluster:
    """Return a cluster that holds `canary` where the schema expects secrets, and at some leaves called sensitive."""
    spec = draw(SPECS)
    spec["pivot"] = {"accessMode": "OIDC", "roleAuthority": "NATIVE", "options": canary}
    spec["customFiles"] = [{"name": "jaas.conf", "content": canary, "more": {"deep": [canary]}}]
    spec["commonRuntimeProperties"] = [
        *({"name": name, "value": canary} for name in ("druid.x.password", "druid.apiKey", "DRUID.SECRET")),
        {"name": "druid.plain", "value": "seen"},
    ]
    paths = [
        path
        for path in list_leaves(spec)
        if path[-1] in TEXT_LEAVES and path[0] not in {"deepStorage", "metadataStore", "customFiles", "pivot"}
    ]
    chosen = draw(st.lists(st.sampled_from(paths), unique=True, max_size=4)) if paths else []
    for path in chosen:
        spec = put(spec, path, canary)
    cluster = declare("web", **spec)
    return replace(cluster, sensitive=frozenset(("spec", *path) for path in chosen))


class Listener(MemoryBackend):
    """A state in memory that keeps a copy of every byte that was ever written to it."""

    written: list[bytes]

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf)
        self.written = []

    async def write(self, content: bytes, *, expected: str, offset: int) -> str:
        self.written.append(content)
        return await super().write(content, expected=expected, offset=offset)

    async def append(self, line: bytes, *, expected: str, offset: int) -> None:
        self.written.append(line)
        await super().append(line, expected=expected, offset=offset)


def write_plan(planned: Planned) -> Iterator[str]:
    """Yield everything that is written of a plan."""
    plan = planned.plan
    yield render_plan(plan, color=False, show_requests=True)
    yield render_plan(plan, color=True, show_requests=True)
    yield render_plan_json(plan)
    yield dumps_plan(plan)
    yield repr(planned.plan)
    for event in describe_plan(plan):
        yield render_json_event(event, timestamp="2023-11-14T22:13:20Z")


def write_run(lab: Lab, report: Report) -> Iterator[str]:
    """Yield everything that is written of an apply."""
    yield render_report(report, color=False)
    yield render_json_event(describe_report(report), timestamp="2023-11-14T22:13:20Z")
    for event in lab.events:
        yield render_event(event) or ""
        yield render_json_event(describe_event(event), timestamp="2023-11-14T22:13:20Z")
    snapshot = lab.load()
    assert snapshot is not None
    yield repr(snapshot)
    yield repr(lab.conclusion)
    yield render_outputs(snapshot.outputs)
    yield render_outputs_json(snapshot.outputs)
    yield render_json_event(describe_outputs(snapshot.outputs), timestamp="2023-11-14T22:13:20Z")
    yield render_records((record.address, record.id, record.applied) for record in snapshot.records.values())
    yield render_records((record.address, record.id, record.observed or {}) for record in snapshot.records.values())


def refuse_aloud(canary: str) -> Trouble:
    """Return the trouble of a server that quotes what it was sent."""
    details = [
        {"code": "MalformedValue", "target": f"spec.pivot.options.{canary}", "message": f"{canary} is no YAML"},
        {"code": "MalformedValue", "target": "spec.commonRuntimeProperties[0].value", "message": repr(canary)},
    ]
    error = {"error": {"code": "BadArgument", "message": f"Bad: {canary}", "details": details}}
    return Trouble(AnswerInstead(answer_json(400, json.dumps(error))), on="PATCH")


@in_the_lab
@given(confidential(CANARIES[0]), confidential(CANARIES[1]), st.booleans())
def test_no_secret_is_written_anywhere(first: DesiredCluster, second: DesiredCluster, is_refused: bool) -> None:  # noqa: FBT001 - drawn
    """Neither a plan, nor a state, journal, event, report or diagnostic holds a secret, in whatever spelling."""
    backends: list[Listener] = []

    def open_backend(shelf: Shelf) -> Listener:
        backends.append(Listener(shelf))
        return backends[-1]

    lab = Lab(open_backend=open_backend)
    written: list[str] = []
    outputs = [
        (
            DesiredOutput(name="token", value=one, type="string", is_sensitive=True),
            DesiredOutput(name="copy", value=[one], type="list(string)"),  # which does not say that it is sensitive
        )
        for one in CANARIES
    ]
    steps = ((first, None), (second, refuse_aloud(CANARIES[1]) if is_refused else None), (second, None))
    for desired, trouble in steps:
        lab.trouble(*[trouble] if trouble else [])
        planned = lab.plan(replace(want(desired), outputs=outputs[desired is second]))
        written += write_plan(planned)
        written += write_run(lab, lab.apply(planned))
    lab.app.edit_cluster("web", make_edit())
    written += write_plan(lab.plan(want(first)))
    written += [content.decode() for backend in backends for content in backend.written]

    assert len([request for request in lab.sent if "canary" in repr(request.document)]) >= 2
    for canary in CANARIES:
        leaks = {form: text for form in spell(canary) for text in written if form in text}
        assert leaks == {}


def make_edit() -> Document:
    """Return the edit of somebody else who changes every secret."""
    return {
        "spec": {
            "pivot": {"options": CANARIES[2]},
            "customFiles": [{"name": "jaas.conf", "content": CANARIES[2]}],
            "commonRuntimeProperties": [{"name": "druid.x.password", "value": CANARIES[2]}],
        }
    }


@in_the_lab
@given(confidential(CANARIES[0]))
def test_a_refused_plan_tells_no_secret(desired: DesiredCluster) -> None:
    """The diagnostics of a plan that is refused hold no secret either."""
    lab = Lab()
    lab.converge(desired)
    moved = replace(desired, document={**desired.document, "metadata": {"name": "other"}})
    other = put(moved.document, ("spec", "encryptVolumes"), leaf=True)
    try:
        lab.plan(want(replace(moved, document=other)))
    except Failure as failure:
        text = render_diagnostics(failure.diagnostics, {}, color=False) + repr(failure.diagnostics)
    else:
        raise AssertionError("a name cannot be changed")
    assert "canary" not in text
