"""Plans as people see them, one page each in `golden/`. Read the pages: they are the specification.

`GOLDEN=write pytest tests/render/test_plan_golden.py` writes them anew; then read the difference before you commit it.
"""

import os
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from jsonschema import Draft202012Validator

from planner.model.diagnostics import Diagnostic, Severity
from planner.model.paths import Key
from planner.model.plan import (
    MISSING,
    Action,
    Cause,
    Change,
    Difference,
    Method,
    Missing,
    Operation,
    Plan,
    Precondition,
    Reason,
)
from planner.model.plan_document import dumps_plan, encode_plan, loads_plan
from planner.render.plan_text import render_plan
from state.address import Address, ModuleStep
from state.values import Secret, Value
from tests.render.large_plans import DELETE_MANY
from tests.render.late_plans import LATE
from tests.render.output_plans import OUTPUTS
from tests.render.past_plans import PAST
from tests.render.plan_schema import SCHEMA, list_faults

GOLDEN = Path(__file__).parent / "golden"
WEB = Address("web")
PRECONDITION = Precondition(endpoint="https://acme.implycloud.com", lineage="6f1c", serial=4)
ID = "8f14e45f-ceea-467f-a0e6-1b9d3c0a7c11"


Side: TypeAlias = "Value | Missing"


def pairs(**members: str) -> list[Value]:
    return [{"name": name.replace("__", "."), "value": value} for name, value in members.items()]


def cluster(name: str = "web", **spec: Value) -> dict[str, Value]:
    return {"metadata": {"name": name}, "spec": {"version": "2021.06", **spec}}


def differ(
    *path: str | int | Key, cause: Cause, before: Side, after: Side, applied: "Value | Missing" = MISSING
) -> Difference:
    """Return a difference; what puts back drift was applied before."""
    told = after if cause is Cause.DRIFT else applied
    return Difference(path=("spec", *path), cause=cause, before=before, after=after, applied=told)


def make_plan(*changes: Change, unchanged: int = 0, **bodies: dict[str, Value]) -> Plan:
    """Return a plan of `changes` with the requests that they lead to; `bodies` are those of PATCH, by name."""
    operations: list[Operation] = []
    for change in changes:
        for method in REQUESTS[change.action]:
            path = "/clusters" if method is Method.POST else f"/clusters/{change.id}"
            body = {Method.POST: change.after, Method.PATCH: bodies.get(change.address.name, {})}.get(method)
            number = len(operations) + 1
            operations.append(Operation(number=number, address=change.address, method=method, path=path, body=body))
    return Plan(
        id="7f3a9c01d2e5" + "0" * 52,
        changes=changes,
        operations=tuple(operations),
        unchanged=unchanged,
        precondition=PRECONDITION,
    )


REQUESTS = {
    Action.CREATE: (Method.POST,),
    Action.UPDATE: (Method.PATCH,),
    Action.REPLACE: (Method.DELETE, Method.POST),
    Action.DELETE: (Method.DELETE,),
    Action.FORGET: (),
    Action.NO_OP: (),
}

FULL = cluster(
    desiredState="STARTED",
    encryptVolumes=True,
    awsTags=pairs(team="ads", region="eu"),
    query={"replicas": 3, "instanceType": "t2.small"},
    data={"tier1": {"replicas": 2, "instanceType": "i3.xlarge"}},
    druidExtensions=["druid-s3", "druid-kafka"],
    featureFlags=[],
    pivot={"accessMode": "OIDC", "roleAuthority": "NATIVE", "options": Secret("k1:9fe0")},
    customFiles=[{"name": "log4j2.xml", "contents": Secret("k1:77aa"), "mode": None}],
)

MANY = {f"druid__prop__{number:02}": str(number) for number in range(30)}
MANY_AFTER = {name: value for name, value in MANY.items() if name != "druid__prop__20"}
MANY_AFTER |= {"druid__prop__10": "ten", "druid__new": "1"}

JVM = "-server\n-Xms8g\n-Xmx8g\n-XX:+UseG1GC\n-XX:MaxDirectMemorySize=12g\n-Duser.timezone=UTC\n-Dfile.encoding=UTF-8\n"
JVM_AFTER = JVM.replace("-Xmx8g", "-Xmx12g")
FILES: list[Value] = [{"name": "a.xml", "mode": 1}, {"name": "b.xml", "mode": 1}]
FILES_AFTER: list[Value] = [{"name": "c.xml", "mode": 1}, {"name": "b.xml", "mode": 2}]
CERTIFICATE = "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJRTESMBAGA1UE" * 3


def update(*differences: Difference, before: dict[str, Value], after: dict[str, Value], **more: object) -> Change:
    change = Change(
        address=WEB, action=Action.UPDATE, name="web", id=ID, before=before, after=after, differences=differences
    )
    return replace(change, **more)  # type: ignore[arg-type] # the fields of a Change, by name


CAUSES = update(
    differ("query", "replicas", cause=Cause.EDIT, before=3, after=5),
    differ("query", "instanceType", cause=Cause.CONFLICT, before="t2.large", after="t2.medium", applied="t2.small"),
    differ("awsTags", Key("team"), "value", cause=Cause.DRIFT, before="mine", after="ads"),
    differ("awsTags", Key("owner"), cause=Cause.DRIFT, before={"name": "owner", "value": "bob"}, after=MISSING),
    differ("awsKeyPair", cause=Cause.EDIT, before="ops", after=MISSING),
    differ("pivot", "options", cause=Cause.EDIT, before=Secret("k1:1111"), after=Secret("k1:2222")),
    differ("druidExtensions", Key("druid-kafka"), cause=Cause.EDIT, before=MISSING, after="druid-kafka"),
    differ("data", "tier2", cause=Cause.EDIT, before=MISSING, after={"replicas": 1, "instanceType": "i3.large"}),
    differ("encryptVolumes", cause=Cause.ADOPT, before=True, after=True),
    differ("desiredState", cause=Cause.DEFAULT, before="STARTED", after=MISSING),
    differ("metadataStore", "diskSize", cause=Cause.ECHO, before=100, after="100"),
    before=cluster(
        awsKeyPair="ops",
        awsTags=pairs(team="mine", owner="bob", region="eu"),
        query={"replicas": 3, "instanceType": "t2.large"},
        data={"tier1": {"replicas": 2}},
        druidExtensions=["druid-s3"],
        encryptVolumes=True,
        desiredState="STARTED",
        metadataStore={"diskSize": 100},
        pivot={"accessMode": "OIDC", "options": Secret("k1:1111")},
    ),
    after=cluster(
        awsTags=pairs(team="ads", region="eu"),
        query={"replicas": 5, "instanceType": "t2.medium"},
        data={"tier1": {"replicas": 2}, "tier2": {"replicas": 1, "instanceType": "i3.large"}},
        druidExtensions=["druid-s3", "druid-kafka"],
        encryptVolumes=True,
        desiredState="STARTED",
        metadataStore={"diskSize": 100},
        pivot={"accessMode": "OIDC", "options": Secret("k1:2222")},
    ),
)

HOSTILE_SPEC: dict[str, Value] = {
    "::warning::": "##vso[task.setvariable variable=x]y",
    "text": "::set-output name=a::b\n   ::stop-commands::x\nEOT\n\\u{1b}\x1b]8;;http://x\x07\n##[group]",
    "wide": pairs(日本="東京", é="\u00a0", plain="\ud800", **{"a b": "\\"}),
}

SAMPLES: dict[str, Plan] = {
    "no_changes": make_plan(unchanged=12),
    "create": make_plan(Change(address=WEB, action=Action.CREATE, name="web", after=FULL, applied=FULL)),
    "create_again": make_plan(
        Change(address=WEB, action=Action.CREATE, name="web", reason=Reason.GONE, after=cluster(), applied=cluster())
    ),
    "update_causes": make_plan(CAUSES, web={"spec": {"query": {"replicas": 5, "instanceType": "t2.medium"}}}),
    "update_keyed_list": make_plan(
        update(
            differ(
                "commonRuntimeProperties", Key("druid.prop.10"), "value", cause=Cause.EDIT, before="10", after="ten"
            ),
            differ(
                "commonRuntimeProperties",
                Key("druid.new"),
                cause=Cause.EDIT,
                before=MISSING,
                after={"name": "druid.new", "value": "1"},
            ),
            differ(
                "commonRuntimeProperties",
                Key("druid.prop.20"),
                cause=Cause.EDIT,
                before={"name": "druid.prop.20", "value": "20"},
                after=MISSING,
            ),
            before=cluster(commonRuntimeProperties=pairs(**MANY)),
            after=cluster(commonRuntimeProperties=pairs(**MANY_AFTER)),
        )
    ),
    "update_texts": make_plan(
        update(
            differ("query", "jvm", cause=Cause.EDIT, before=JVM, after=JVM_AFTER),
            differ("query", "note", cause=Cause.EDIT, before="one\ntwo\n", after="one\ntwo"),
            differ("query", "short", cause=Cause.EDIT, before="one", after="one\ntwo\n"),
            differ("certificate", cause=Cause.EDIT, before=CERTIFICATE, after="x" + CERTIFICATE),
            before=cluster(query={"jvm": JVM, "note": "one\ntwo\n", "short": "one"}, certificate=CERTIFICATE),
            after=cluster(query={"jvm": JVM_AFTER, "note": "one\ntwo", "short": "one\ntwo\n"}, certificate="x"),
        )
    ),
    "update_lists": make_plan(
        update(
            differ("hosts", cause=Cause.EDIT, before=list("abcdefgh"), after=list("abXdefg")),
            differ("ports", cause=Cause.DRIFT, before=[1, 2, 3], after=[]),
            differ("loadBalancers", 1, "type", cause=Cause.EDIT, before="alb", after="nlb"),
            differ("shape", cause=Cause.EDIT, before="flat", after={"kind": "deep"}),
            differ("featureFlags", Key("beta"), cause=Cause.EDIT, before="beta", after=MISSING),
            differ("featureFlags", Key("gamma"), cause=Cause.EDIT, before=MISSING, after="gamma"),
            differ("files", cause=Cause.EDIT, before=FILES, after=FILES_AFTER),
            differ("order", cause=Cause.DRIFT, before=pairs(a="1", b="2"), after=pairs(b="2", a="1")),
            differ("zones", cause=Cause.CONFLICT, before=[{"id": "a"}, {"id": "b"}], after=[{"id": "a"}, {"id": "c"}]),
            before=cluster(
                hosts=list("abcdefgh"),
                ports=[1, 2, 3],
                loadBalancers=[{"type": "alb"}, {"type": "alb", "port": 80}],
                shape="flat",
                featureFlags=["alpha", "beta"],
                files=FILES,
                order=pairs(a="1", b="2"),
                zones=[{"id": "a"}, {"id": "b"}],
            ),
            after=cluster(
                hosts=list("abXdefg"),
                ports=[],
                loadBalancers=[{"type": "alb"}, {"type": "nlb", "port": 80}],
                shape={"kind": "deep"},
                featureFlags=["gamma", "alpha"],
                files=FILES_AFTER,
                order=pairs(b="2", a="1"),
                zones=[{"id": "a"}, {"id": "c"}],
            ),
        )
    ),
    "overwrite_with_cure": make_plan(
        update(
            differ("version", cause=Cause.EDIT, before="2021.05", after="2021.06"),
            differ("pivot", "accessMode", cause=Cause.DEFAULT, before=MISSING, after="PROXIED"),
            before={"metadata": {"name": "web"}, "spec": {"version": "2021.05"}},
            after=cluster(pivot={"accessMode": "PROXIED"}),
        )
    ),
    "delete": make_plan(
        Change(address=WEB, action=Action.DELETE, name="web", id=ID, reason=Reason.NOT_IN_CONFIGURATION, before=FULL)
    ),
    "destroy_protected": make_plan(
        Change(
            address=WEB,
            action=Action.DELETE,
            name="web",
            id=ID,
            reason=Reason.DESTROY,
            before=cluster(),
            prevent_destroy=True,
            is_protected=True,
        )
    ),
    "replace": make_plan(
        Change(
            address=WEB,
            action=Action.REPLACE,
            name="web",
            id=ID,
            reason=Reason.REQUESTED,
            before=cluster(encryptVolumes=False, query={"replicas": 3, "chosenByServer": "x"}, chosenByServer=1),
            after=cluster(encryptVolumes=True, query={"replicas": 3}),
            differences=(differ("encryptVolumes", cause=Cause.EDIT, before=False, after=True),),
        )
    ),
    "moved": make_plan(
        Change(
            address=Address("web", "eu", (ModuleStep("fleet", 0),)),
            action=Action.NO_OP,
            name="web",
            id=ID,
            moved_from=WEB,
            before=cluster(),
            after=cluster(),
        ),
        update(
            differ("version", cause=Cause.EDIT, before="2021.05", after="2021.06"),
            before=cluster(),
            after=cluster(),
            address=Address("shop"),
            name="shop",
            moved_from=Address("store"),
        ),
        shop={"spec": {"version": "2021.06"}},
    ),
    "remembered": make_plan(
        Change(
            address=WEB,
            action=Action.NO_OP,
            name="web",
            id=ID,
            before=cluster(),
            after=cluster(),
            differences=(differ("version", cause=Cause.ADOPT, before="2021.06", after="2021.06"),),
        ),
        Change(address=Address("gone"), action=Action.FORGET, name="gone", id="77", reason=Reason.GONE),
        Change(address=Address("kept"), action=Action.FORGET, name="kept", id="78"),
    ),
    "hostile": make_plan(
        Change(
            address=Address("web", 'a"]\x1b[2J\n::set-output name=x::y'),
            action=Action.CREATE,
            name="::error::\r\x1b[31m",
            after=cluster(
                "\u202egnp.exe\u200b",
                **HOSTILE_SPEC,
            ),
        )
    ),
}
SAMPLES |= {"late": LATE, "delete_many": DELETE_MANY, **PAST, **OUTPUTS}
SAMPLES["requests"] = make_plan(
    replace(CAUSES, differences=CAUSES.differences[:1]),
    Change(address=Address("shop"), action=Action.CREATE, name="shop", after={**FULL, **cluster("shop")}),
    Change(address=Address("old"), action=Action.DELETE, name="old", id="42", before=cluster("old")),
    web={"spec": {"query": {"replicas": 5}}},
)
SAMPLES["requests"] = replace(
    SAMPLES["requests"],
    targets=("cluster.web",),
    operations=tuple(
        replace(operation, after=(1,) if operation.number == 3 else ()) for operation in SAMPLES["requests"].operations
    ),
    warnings=(
        Diagnostic(
            severity=Severity.WARNING,
            code="targeted",
            summary="This plan is limited by -target",
            detail="It may leave out changes that the configuration asks for. Plan without -target afterwards.",
        ),
    ),
)


@pytest.mark.parametrize("name", SAMPLES)
def test_text_is_as_on_the_page(name: str) -> None:
    text = render_plan(SAMPLES[name], color=False, show_requests=name in {"late", "requests"})
    page = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        page.write_text(text, encoding="utf-8")
    assert text == page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["create", "delete", "requests", "update_causes"])
def test_a_fingerprint_is_saved_but_not_shown(name: str) -> None:
    assert '"$secret":"k1:' in dumps_plan(SAMPLES[name])
    assert "k1:" not in render_plan(SAMPLES[name], color=True, show_requests=True)


def test_every_page_has_its_plan() -> None:
    assert sorted(page.stem for page in GOLDEN.iterdir()) == sorted(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_saved_plan_reads_back_as_it_was(name: str) -> None:
    plan = loads_plan(dumps_plan(SAMPLES[name]))
    assert plan == SAMPLES[name]
    assert render_plan(plan, color=True, show_requests=True) == render_plan(
        SAMPLES[name], color=True, show_requests=True
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_saved_plan_fits_its_schema_which_describes_all_of_it(name: str) -> None:
    assert list_faults(encode_plan(SAMPLES[name])) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format_version", "2.0"),
        ("plan_id", "pl-7f3a9c01d2"),
        ("unchanged", -1),
        ("resource_changes", [{}]),
        ("digest", None),
    ],
)
def test_schema_refuses_what_is_no_plan(member: str, value: object) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert not Draft202012Validator(SCHEMA).is_valid({**encode_plan(SAMPLES["create"]), member: value})
