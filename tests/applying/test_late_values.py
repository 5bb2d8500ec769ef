"""Late values through an apply: filled in when what they come from has settled, and never sent before."""

import json
from dataclasses import replace
from typing import Any

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.desired import DesiredCluster, Lifecycle
from planner.model.diagnostics import Diagnostic
from planner.model.late import find_late, holds_late
from planner.model.paths import format_path
from planner.model.plan import Action, Plan
from planner.model.report import Fate, Report
from state.address import Address
from state.entries import Entry, IntentOpened, RecordPut
from state.values import Late, Secret
from tests.laws.lab import Lab, name_requests
from tests.laws.references import Fleet, Ref, Referring, refer

UID = Ref("a", "metadata.uid")
VERSION = Ref("a", "status.resourceVersion", "v{}".format)
AREA = Behaviour(settle_seconds=30)


def fleet(*clusters: Referring) -> Fleet:
    return Fleet(clusters)


def converge(lab: Lab, *clusters: Referring) -> Report:
    report = lab.apply(lab.plan(fleet(*clusters).read()))
    assert {outcome.fate for outcome in report.outcomes} == {Fate.DONE}, report
    lab.app.requests.clear()
    return report


def fates(report: Report) -> dict[str, Fate]:
    return {outcome.address.name: outcome.fate for outcome in report.outcomes}


def actions(plan: Plan) -> dict[str, Action]:
    return {change.address.name: change.action for change in plan.changes}


def late_paths(plan: Plan) -> dict[str, list[str]]:
    return {
        change.address.name: sorted(format_path(path) for path, _ in find_late(change.after or {}))
        for change in plan.changes
    }


def uid_of(lab: Lab, name: str) -> str:
    live: list[Any] = lab.app.describe_clusters()
    (uid,) = (cluster["metadata"]["uid"] for cluster in live if cluster["metadata"]["name"] == name)
    return str(uid)


def sent(lab: Lab) -> list[Any]:
    return [request.document for request in lab.sent]


@pytest.mark.parametrize("settle_seconds", [0.0, 30.0])
def test_what_a_create_gives_is_what_the_next_one_takes(settle_seconds: float) -> None:
    lab = Lab(Behaviour(settle_seconds=settle_seconds))
    configuration = fleet(refer("a"), refer("b", awsKeyPair=UID), refer("c", awsKeyPair=Ref("b", "metadata.uid")))
    planned = lab.plan(configuration.read())
    assert late_paths(planned.plan) == {"a": [], "b": ["spec.awsKeyPair"], "c": ["spec.awsKeyPair"]}

    report = lab.apply(planned)

    assert set(fates(report).values()) == {Fate.DONE}
    assert lab.specs["b"]["awsKeyPair"] == uid_of(lab, "a")
    assert lab.specs["c"]["awsKeyPair"] == uid_of(lab, "b")
    snapshot = lab.load()
    assert snapshot is not None
    assert not any(holds_late(record.applied) for record in snapshot.records.values())
    assert lab.plan(configuration.read()).plan.changes == ()


def test_what_is_known_already_is_no_late_value() -> None:
    lab = Lab()
    converge(lab, refer("a"))
    planned = lab.plan(fleet(refer("a"), refer("b", awsKeyPair=UID)).read())
    assert late_paths(planned.plan) == {"b": []}
    assert sent(lab) == []
    lab.apply(planned)
    assert lab.specs["b"]["awsKeyPair"] == uid_of(lab, "a")


def test_an_update_makes_late_what_it_may_change() -> None:
    """Its status may change; its id does not, and its fields will be what is planned."""
    lab = Lab(AREA)

    def configure(replicas: int) -> Fleet:
        return fleet(
            refer("a", query={"replicas": replicas}),
            refer("b", awsKeyPair=VERSION),
            refer("c", awsKeyPair=UID),
            refer("d", awsKeyPair=Ref("a", "spec.query.replicas", "n{}".format)),
            refer("e", awsKeyPair=Ref("b", "status.resourceVersion", "v{}".format)),
        )

    converge(lab, *configure(1).clusters)
    planned = lab.plan(configure(2).read())
    assert actions(planned.plan) == dict.fromkeys("abde", Action.UPDATE)
    assert late_paths(planned.plan) == {
        "a": [], "b": ["spec.awsKeyPair"], "d": [], "e": ["spec.awsKeyPair"]
    }  # fmt: skip

    lab.apply(planned)

    assert {name: lab.specs[name].get("awsKeyPair") for name in "bcde"} == {
        "b": "v2", "c": uid_of(lab, "a"), "d": "n2", "e": "v2"
    }  # fmt: skip
    assert lab.plan(configure(2).read()).plan.changes == ()


def test_a_replacement_makes_late_all_that_comes_from_it() -> None:
    lab = Lab(AREA)
    clusters = (refer("a"), refer("b", awsKeyPair=UID, commonRuntimeProperties=[{"name": "v", "value": VERSION}]))
    converge(lab, *clusters)
    former = uid_of(lab, "a")
    planned = lab.plan(fleet(*clusters).read(), replace=("cluster.a",))
    assert late_paths(planned.plan) == {
        "a": [], "b": ["spec.awsKeyPair", 'spec.commonRuntimeProperties["v"].value']
    }  # fmt: skip

    lab.apply(planned)

    assert lab.specs["b"]["awsKeyPair"] == uid_of(lab, "a") != former
    assert lab.plan(fleet(*clusters).read()).plan.changes == ()


def test_a_cluster_on_its_way_says_its_status_later() -> None:
    lab = Lab(Behaviour(settle_seconds=500))
    converge(lab, refer("a"))
    lab.run(lab.send("PATCH", f"/clusters/{uid_of(lab, 'a')}", {"spec": {"master": {"replicas": 3}}}))
    state = Ref("a", "status.state")
    planned = lab.plan(fleet(refer("a"), refer("b", awsKeyPair=state)).read())
    assert late_paths(planned.plan) == {"b": ["spec.awsKeyPair"]}
    lab.apply(planned)
    assert lab.specs["b"]["awsKeyPair"] == "RUNNING"


def test_an_overwrite_is_filled_in() -> None:
    lab = Lab(AREA)
    lifecycle = Lifecycle(update="overwrite")
    converge(lab, refer("a", query={"replicas": 1}), refer("b", lifecycle=lifecycle, awsKeyPair=VERSION))
    planned = lab.plan(
        fleet(refer("a", query={"replicas": 2}), refer("b", lifecycle=lifecycle, awsKeyPair=VERSION)).read()
    )
    lab.apply(planned)
    assert [request.method for request in lab.sent] == ["PATCH", "PUT"]
    assert lab.specs["b"]["awsKeyPair"] == "v2"


def test_a_destroy_waits_for_no_value() -> None:
    lab = Lab()
    clusters = (refer("a"), refer("b", awsKeyPair=UID))
    converge(lab, *clusters)
    planned = lab.plan(fleet(*clusters).read(), destroy=True)
    assert actions(planned.plan) == {"a": Action.DELETE, "b": Action.DELETE}
    assert fates(lab.apply(planned)) == {"a": Fate.DONE, "b": Fate.DONE}
    assert lab.specs == {}


def refuse(_: DesiredCluster) -> tuple[Diagnostic, ...]:
    return (Diagnostic(code="not-allowed", summary="The value is not allowed", detail="Choose another one."),)


def test_a_value_that_is_wrong_fails_its_cluster_and_what_depends_on_it() -> None:
    lab = Lab()
    clusters = (refer("a"), refer("b", awsKeyPair=UID, check=refuse), refer("c", "b"), refer("d", awsKeyPair=UID))
    report = lab.apply(lab.plan(fleet(*clusters).read()))
    assert fates(report) == {"a": Fate.DONE, "b": Fate.FAILED, "c": Fate.SKIPPED, "d": Fate.DONE}
    assert [one.code for one in report.outcomes[1].diagnostics] == ["not-allowed"]
    assert report.outcomes[1].diagnostics[0].address == Address("b")
    assert lab.specs.keys() == {"a", "d"}
    snapshot = lab.load()
    assert snapshot is not None
    assert snapshot.intents == ()


def test_a_value_that_never_comes_fails_its_cluster() -> None:
    lab = Lab()
    report = lab.apply(lab.plan(fleet(refer("a"), refer("b", awsKeyPair=Ref("a", "events.last"))).read()))
    assert fates(report) == {"a": Fate.DONE, "b": Fate.FAILED}
    (problem,) = report.outcomes[1].diagnostics
    assert problem.code == "late-value-unknown"
    assert "cluster.a.events.last" in problem.detail
    assert name_requests(lab.sent) == ["POST /clusters"]


def test_without_a_way_to_complete_it_nothing_is_sent() -> None:
    lab = Lab()
    planned = lab.plan(fleet(refer("a"), refer("b", awsKeyPair=UID)).read())
    desired = planned.reading.desired
    desired = replace(desired, clusters=tuple(replace(cluster, complete=None) for cluster in desired.clusters))
    configuration = replace(planned.reading.configuration, desired=desired)
    reading = replace(planned.reading, configuration=configuration)
    assert fates(lab.apply(replace(planned, reading=reading))) == {"a": Fate.DONE, "b": Fate.FAILED}


def test_many_clusters_that_wait_for_one_are_not_evaluated_one_by_one() -> None:
    calls: list[str] = []

    def note(cluster: DesiredCluster) -> tuple[Diagnostic, ...]:
        calls.append(cluster.name)
        return ()

    lab = Lab(AREA)
    many = [refer(f"m-{number:02}", awsKeyPair=UID, check=note) for number in range(60)]
    chain = [refer("b", awsKeyPair=UID, check=note), refer("c", awsKeyPair=Ref("b", "metadata.uid"), check=note)]
    clusters = (refer("a"), *many, *chain)
    planned = lab.plan(fleet(*clusters).read())
    calls.clear()

    report = lab.apply(planned)

    assert set(fates(report).values()) == {Fate.DONE}
    assert len(calls) < 30
    assert {lab.specs[f"m-{number:02}"]["awsKeyPair"] for number in range(60)} == {uid_of(lab, "a")}
    assert lab.specs["c"]["awsKeyPair"] == uid_of(lab, "b")
    assert lab.plan(fleet(*clusters).read()).plan.changes == ()


def test_a_bug_in_completing_cuts_nobody_off() -> None:
    def fail(_: DesiredCluster) -> tuple[Diagnostic, ...]:
        raise KeyError("x")

    lab = Lab(AREA)
    clusters = (refer("a"), refer("b", awsKeyPair=UID, check=fail), refer("c", awsKeyPair=UID))
    report = lab.apply(lab.plan(fleet(*clusters).read()))
    assert fates(report) == {"a": Fate.DONE, "b": Fate.FAILED, "c": Fate.DONE}
    assert [one.code for one in report.outcomes[1].diagnostics] == ["bug"]


def test_what_a_failed_update_was_to_give_is_not_made_up() -> None:
    lab = Lab()
    converge(lab, refer("a", query={"replicas": 1}), refer("b", awsKeyPair=VERSION))
    planned = lab.plan(fleet(refer("a", query={"replicas": 2}), refer("b", awsKeyPair=VERSION)).read())
    lab.trouble(parse_trouble("409@PATCH"))
    assert fates(lab.apply(planned)) == {"a": Fate.FAILED, "b": Fate.SKIPPED}


def test_a_field_that_cannot_change_is_refused_before_anything_is_sent_for_it() -> None:
    lab = Lab(AREA)

    def configure(replicas: int) -> Fleet:
        is_first = Ref("a", "status.resourceVersion", lambda version: version == 1)
        return fleet(refer("a", query={"replicas": replicas}), refer("b", metadataStore={"encrypt": is_first}))

    converge(lab, *configure(1).clusters)
    planned = lab.plan(configure(2).read())
    report = lab.apply(planned)
    assert fates(report) == {"a": Fate.DONE, "b": Fate.FAILED}
    assert [one.code for one in report.outcomes[1].diagnostics] == ["immutable-field"]
    assert [request.method for request in lab.sent] == ["PATCH"]


def test_what_is_written_down_is_filled_in_and_holds_no_secret() -> None:
    lab = Lab(AREA)
    entries: list[Entry] = []

    def bend(ports: Any) -> Any:  # noqa: ANN401 - the ports
        async def record(entry: Entry) -> None:
            entries.append(entry)
            await ports.record(entry)

        return replace(ports, record=record)

    lab.bend = bend
    password = Ref("a", "metadata.uid", "p:{}".format)
    properties = [{"name": "x.password", "value": password}, {"name": "y", "value": UID}]
    lab.apply(lab.plan(fleet(refer("a"), refer("b", commonRuntimeProperties=properties)).read()))
    uid = uid_of(lab, "a")
    written: list[Any] = [
        entry.intent.applied if isinstance(entry, IntentOpened) else entry.record.applied
        for entry in entries
        if (isinstance(entry, IntentOpened) and entry.intent.address == Address("b"))
        or (isinstance(entry, RecordPut) and entry.record.address == Address("b"))
    ]
    assert len(written) >= 2
    for applied in written:
        secret, plain = applied["spec"]["commonRuntimeProperties"]
        assert isinstance(secret["value"], Secret)
        assert plain["value"] == uid
    assert json.loads(json.dumps(lab.specs["b"]["commonRuntimeProperties"])) == [
        {"name": "x.password", "value": f"p:{uid}"}, {"name": "y", "value": uid}
    ]  # fmt: skip


def test_after_a_lost_answer_the_filled_in_values_are_looked_for() -> None:
    lab = Lab(AREA)
    converge(lab, refer("a", query={"replicas": 1}), refer("b", awsKeyPair=VERSION))
    planned = lab.plan(fleet(refer("a", query={"replicas": 2}), refer("b", awsKeyPair=VERSION)).read())
    lab.trouble(parse_trouble("lose-answer@PATCH#1x2"))
    assert fates(lab.apply(planned)) == {"a": Fate.DONE, "b": Fate.DONE}
    assert lab.specs["b"]["awsKeyPair"] == "v2"


def test_the_report_knows_the_clusters_as_they_were_last_seen() -> None:
    lab = Lab(AREA)
    report = converge(lab, refer("a"), refer("b", awsKeyPair=UID))
    documents: dict[str, Any] = {address.name: cluster.document for address, cluster in report.live.items()}
    assert documents["b"]["spec"]["awsKeyPair"] == documents["a"]["metadata"]["uid"] == uid_of(lab, "a")
    assert {name: document["status"]["state"] for name, document in documents.items()} == {
        "a": "RUNNING", "b": "RUNNING"
    }  # fmt: skip


def test_a_mark_says_what_it_waits_for() -> None:
    planned = Lab().plan(fleet(refer("a"), refer("b", awsKeyPair=UID)).read())
    after: Any = planned.plan.changes[1].after
    assert after["spec"]["awsKeyPair"] == Late(("cluster.a.metadata.uid",))


def test_what_is_ignored_stays_when_what_is_late_is_filled_in() -> None:
    lab = Lab(AREA)
    lifecycle = Lifecycle(ignore_changes=(("spec", "awsKeyPair"), ("spec", "awsTags", "y")))

    def configure(replicas: int) -> Fleet:
        tags = [{"name": "x", "value": VERSION}, {"name": "y", "value": "1"}]
        return fleet(
            refer("a", query={"replicas": replicas}),
            refer("b", lifecycle=lifecycle, awsKeyPair=VERSION, awsInstanceRole=VERSION, awsTags=tags),
        )

    converge(lab, *configure(1).clusters)
    theirs = {"awsKeyPair": "theirs", "awsTags": [{"name": "x", "value": "v1"}, {"name": "y", "value": "2"}]}
    lab.run(lab.send("PATCH", f"/clusters/{uid_of(lab, 'b')}", {"spec": theirs}))
    lab.app.requests.clear()
    lab.passed += 60

    lab.apply(lab.plan(configure(2).read()))

    assert sent(lab)[1] == {
        "spec": {"awsInstanceRole": "v2", "awsTags": [{"name": "x", "value": "v2"}, {"name": "y", "value": "2"}]}
    }
    assert lab.plan(configure(2).read()).plan.changes == ()


def test_a_cluster_that_moves_is_known_by_its_new_address() -> None:
    lab = Lab()
    converge(lab, refer("a"))
    moved = fleet(refer("b", awsKeyPair=Ref("n", "metadata.uid")), refer("n"))
    former = Address("a")

    def read(known: Any = None) -> Any:  # noqa: ANN401 - a configuration
        read_again = moved.read(known)
        assert read_again.desired is not None
        clusters = tuple(
            replace(cluster, document={**cluster.document, "metadata": {"name": "a"}})
            if cluster.address == Address("n") else cluster
            for cluster in read_again.desired.clusters
        )  # fmt: skip
        return replace(read_again, desired=replace(read_again.desired, clusters=clusters), revise=read)

    planned = lab.plan(read())
    assert {change.address.name: change.moved_from for change in planned.plan.changes} == {"b": None, "n": former}
    lab.apply(planned)
    assert lab.specs["b"]["awsKeyPair"] == uid_of(lab, "a")
