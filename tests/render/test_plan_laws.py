"""Laws that hold for every plan: it survives being saved, and its text is safe to show."""

import json
import re
import unicodedata
from string import ascii_lowercase
from typing import Any, TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.guard import Exceeded, GuardKind, Limit
from planner.model.outputs import OutputChange
from planner.model.paths import Key
from planner.model.plan import (
    MISSING,
    Action,
    Cause,
    Change,
    Difference,
    LeftOut,
    Method,
    Operation,
    Plan,
    Precondition,
    Reason,
    SuggestedMove,
)
from planner.model.plan_document import decode_plan, dumps_plan, encode_plan, loads_plan
from planner.model.spans import Span
from planner.render.plan_text import render_plan
from state.address import Address, ModuleStep
from state.values import Late, Output, Secret, Timeouts

Document: TypeAlias = dict[str, Any]

TEXTS = st.text(max_size=6) | st.sampled_from(
    [
        "a\nb\nc\n",
        "a\nX\nc",
        "::set-output name=x::y",
        "##vso[x]",
        "\x1b[31m",
        "\u202e",
        "\ud800",
        "EOT\nx",
        "$secret",
        "$late",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
SECRETS = st.builds(Secret, st.text(alphabet="123", max_size=3).map("canary-{}".format))
LEAVES = SCALARS | SECRETS | st.builds(Late, st.lists(TEXTS, max_size=2).map(tuple))
PAIRS: st.SearchStrategy[Any] = st.lists(st.fixed_dictionaries({"name": TEXTS, "value": LEAVES}), max_size=4)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES | PAIRS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=4,
)
DOCUMENTS: st.SearchStrategy[Document] = st.fixed_dictionaries(
    {"metadata": st.fixed_dictionaries({"name": TEXTS}), "spec": st.dictionaries(TEXTS, VALUES, max_size=3)}
)
IDS = st.text(alphabet=ascii_lowercase + "0123456789-", min_size=1, max_size=8)
KEYS = st.none() | st.integers(min_value=0, max_value=99) | TEXTS
SECONDS = st.none() | st.floats(min_value=0, max_value=1e9)
NAMES = st.text(alphabet=ascii_lowercase, min_size=1, max_size=4)
ADDRESSES = st.builds(Address, NAMES, KEYS, st.lists(st.builds(ModuleStep, NAMES, KEYS), max_size=2).map(tuple))
STEPS = TEXTS | st.integers(min_value=0, max_value=5) | st.builds(Key, TEXTS)
SIDES = st.just(MISSING) | VALUES
DIFFERENCES = st.builds(
    Difference,
    path=st.lists(STEPS, max_size=4).map(tuple),
    cause=st.sampled_from(Cause),
    before=SIDES,
    after=SIDES,
    applied=SIDES,
)
DIAGNOSTICS = st.builds(
    Diagnostic,
    severity=st.sampled_from(Severity),
    code=NAMES,
    summary=TEXTS,
    detail=TEXTS,
    span=st.none() | st.builds(Span, TEXTS, st.integers(0, 9), st.integers(0, 9)),
    address=st.none() | ADDRESSES,
)
TYPES = st.sampled_from(["string", "tuple([number, any])", "object({a = bool})", "set(string)"]) | TEXTS
LATE = st.builds(Late, st.lists(TEXTS, max_size=2).map(tuple))
OUTPUTS = st.builds(Output, value=VALUES | LATE, type=TYPES) | st.builds(
    Output, value=SECRETS | LATE, type=TYPES, is_sensitive=st.sampled_from([True])
)
OUTPUT_CHANGES = st.lists(
    st.builds(OutputChange, name=NAMES | TEXTS, before=st.none() | OUTPUTS, after=OUTPUTS)
    | st.builds(OutputChange, name=NAMES, before=OUTPUTS, after=st.none()),
    max_size=3,
    unique_by=lambda change: change.name,
).map(lambda changes: sorted(changes, key=lambda change: change.name))
CHECKS = st.builds(
    CheckResult,
    label=NAMES.map("check.{}".format) | ADDRESSES.map(str) | TEXTS,
    passed=st.none() | st.booleans(),
    problem=st.none() | DIAGNOSTICS,
)
LEFT_OUT = st.builds(LeftOut, address=ADDRESSES, action=st.sampled_from(Action), is_pending=st.booleans())

EXCEEDED = st.builds(
    Exceeded,
    kind=st.sampled_from(GuardKind),
    limit=st.builds(Limit, number=st.none() | st.integers(0, 9), percent=st.none() | st.floats(0, 100) | st.just(30)),
    total=st.integers(0, 9),
    whole=st.integers(0, 9),
    addresses=st.lists(ADDRESSES, max_size=2).map(tuple),
)

METHODS: dict[Action, list[tuple[Method, ...]]] = {
    Action.CREATE: [(Method.POST,)],
    Action.UPDATE: [(Method.PATCH,), (Method.PUT,)],
    Action.REPLACE: [(Method.DELETE, Method.POST)],
    Action.DELETE: [(Method.DELETE,)],
    Action.FORGET: [()],
    Action.NO_OP: [()],
}


@st.composite
def draw_change(draw: st.DrawFn, address: Address) -> Change:
    action = draw(st.sampled_from(Action))
    before, after = draw(DOCUMENTS), draw(DOCUMENTS)
    differences = list(draw(st.lists(DIFFERENCES, max_size=2)))
    for name in sorted(before["spec"].keys() | after["spec"].keys()):
        sides = [document["spec"].get(name, MISSING) for document in (before, after)]
        differences.append(Difference(path=("spec", name), cause=Cause.EDIT, before=sides[0], after=sides[1]))
    return Change(
        address=address,
        action=action,
        name=draw(TEXTS),
        id=None if action is Action.CREATE else draw(IDS),
        reason=draw(st.none() | st.sampled_from(Reason)),
        moved_from=draw(st.none() | ADDRESSES),
        is_recognised=draw(st.booleans()),
        rolls_back_to=draw(st.none() | st.integers(min_value=0, max_value=99)),
        before=None if action is Action.CREATE else before,
        after=None if action is Action.DELETE else after,
        differences=tuple(differences) if action in {Action.UPDATE, Action.NO_OP} else (),
        applied=draw(st.none() | st.just(after)),
        prevent_destroy=draw(st.booleans()),
        is_protected=draw(st.booleans()),
        depends_on=tuple(draw(st.lists(ADDRESSES, max_size=2))),
        compared=draw(NAMES),
        resource_version=draw(st.none() | st.integers(min_value=0, max_value=2**63 - 1)),
        timeouts=Timeouts(create=draw(SECONDS), update=draw(SECONDS), delete=draw(SECONDS)),
    )


@st.composite
def draw_plan(draw: st.DrawFn) -> Plan:
    addresses = draw(st.lists(ADDRESSES, min_size=1, max_size=2, unique=True))
    changes = tuple(draw(draw_change(address)) for address in sorted(addresses))
    operations: list[Operation] = []
    for change in changes:
        for method in draw(st.sampled_from(METHODS[change.action])):
            is_post = method is Method.POST
            body = None if method is Method.DELETE else change.after if is_post else draw(DOCUMENTS)
            operations.append(
                Operation(
                    number=len(operations) + 1,
                    address=change.address,
                    method=method,
                    path="/clusters" if is_post else f"/clusters/{change.id}",
                    body=body,
                    after=tuple(range(1, len(operations) + 1)),
                )
            )
    return Plan(
        id=draw(st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")),
        changes=changes,
        operations=tuple(operations),
        unchanged=draw(st.integers(0, 9)),
        targets=tuple(draw(st.lists(TEXTS, max_size=2))),
        excluded=tuple(draw(st.lists(TEXTS, max_size=2))),
        left_out=tuple(draw(st.lists(LEFT_OUT, max_size=2))),
        suggested_moves=tuple(draw(st.lists(st.builds(SuggestedMove, source=TEXTS, target=TEXTS), max_size=2))),
        precondition=Precondition(
            endpoint=draw(TEXTS), lineage=draw(st.none() | TEXTS), serial=draw(st.integers(0, 9))
        ),
        warnings=tuple(draw(st.lists(DIAGNOSTICS, max_size=2))),
        outputs=tuple(draw(OUTPUT_CHANGES)),
        checks=tuple(draw(st.lists(CHECKS, max_size=2))),
        guards=tuple(draw(st.lists(EXCEEDED, max_size=2))),
    )


PLANS = draw_plan()


@given(PLANS)
def test_decoding_undoes_encoding(plan: Plan) -> None:
    text = dumps_plan(plan)
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text) == encode_plan(plan)
    assert loads_plan(text) == decode_plan(encode_plan(plan)) == plan


@given(PLANS)
def test_a_saved_plan_shows_what_the_plan_shows(plan: Plan) -> None:
    saved = loads_plan(dumps_plan(plan))
    assert render_plan(plan, color=True, show_requests=True) == render_plan(saved, color=True, show_requests=True)


@given(PLANS)
def test_text_is_safe_for_terminals_and_logs(plan: Plan) -> None:
    for line in render_plan(plan, color=False, show_requests=True).split("\n"):
        assert [character for character in line if unicodedata.category(character)[0] == "C"] == []
        assert [character for character in line if unicodedata.category(character) in {"Zl", "Zp"}] == []
        assert not line.lstrip().startswith("::")
        assert re.search(r"##\w*\[", line) is None


@given(PLANS)
def test_colour_changes_nothing_but_colour(plan: Plan) -> None:
    colored = render_plan(plan, color=True, show_requests=False)
    plain = render_plan(plan, color=False, show_requests=False)
    stripped = re.sub(r"\x1b\[[0-9]*m", "", colored)
    assert "\x1b" not in stripped
    frame = re.compile(r"^[╷╵]\n|^│ ?", re.MULTILINE)
    assert frame.sub("", stripped).split() == frame.sub("", plain).split()


@given(PLANS)
def test_fingerprints_are_not_shown(plan: Plan) -> None:
    assert "canary" not in render_plan(plan, color=False, show_requests=True)
