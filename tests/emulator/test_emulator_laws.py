"""Laws of the emulator, over generated accounts and requests."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.emulator.account import Account, fold
from planner.emulator.account_file import FileStore
from planner.emulator.behaviour import Behaviour
from planner.emulator.exchange import Answer, Request, Scene
from planner.emulator.merge_patch import merge_patch
from planner.emulator.routing import answer_request
from planner.emulator.store import MemoryStore, Store
from schemas import check_cluster, load_document
from tests.emulator.test_contract_documents import EVERYTHING, contains

Step: TypeAlias = tuple[str, str, dict[str, Any]]

OPEN = Behaviour(requires_token=False)
PLAIN = Behaviour(requires_token=False, fills_defaults=False, adds_own_fields=False, reorders_lists=False)
NAMED = st.dictionaries(st.sampled_from("abcdefgh"), st.text(max_size=3), max_size=5).map(
    lambda pairs: [{"name": name, "value": value} for name, value in pairs.items()]
)
SPECS = st.fixed_dictionaries(
    {"version": st.sampled_from(["2021.06", "2022.01.03"])},
    optional={
        "awsTags": NAMED,
        "commonRuntimeProperties": NAMED,
        "desiredState": st.sampled_from(["STARTED", "STOPPED"]),
        "pivot": st.sampled_from([{"accessMode": "NATIVE"}, EVERYTHING["pivot"]]),
        "query": st.fixed_dictionaries({}, optional={"replicas": st.integers(1, 9), "brokerRuntimeProperties": NAMED}),
        **{
            name: st.just(EVERYTHING[name])
            for name in ("data", "deepStorage", "druidExtensions", "loadBalancers", "master")
        },
    },
)
PATCHES = st.fixed_dictionaries(
    {},
    optional={
        "awsTags": NAMED | st.none(),
        "desiredState": st.sampled_from(["STARTED", "STOPPED", None]),
        "awsKeyPair": st.text(min_size=1, max_size=3) | st.none() | st.integers(),
        "query": st.none() | st.fixed_dictionaries({}, optional={"replicas": st.integers(-1, 9) | st.none()}),
    },
)
NAMES = st.sampled_from(["a", "b", "c"])
STEPS = st.lists(
    st.tuples(st.just("POST"), NAMES, SPECS)
    | st.tuples(st.just("PATCH"), NAMES, PATCHES)
    | st.tuples(st.just("DELETE"), NAMES, st.just({})),
    max_size=12,
)


def send(store: Store, behaviour: Behaviour, method: str, path: str, body: object = None) -> Answer:
    media_type = "application/merge-patch+json" if method == "PATCH" else "application/json"
    request = Request(
        method=method,
        path=f"/api/v1{path}",
        headers={"content-type": media_type},
        body=b"" if body is None else json.dumps(body).encode(),
    )

    def decide(account: Account) -> Any:  # noqa: ANN401 - what `transact` takes
        decision = answer_request(Scene(account=account, now=1e9, behaviour=behaviour), request)
        return decision.commits, decision.answer

    answer: Answer = store.transact(decide)
    return answer


def take(store: Store, behaviour: Behaviour, step: Step) -> Answer:
    method, name, body = step
    if method == "POST":
        return send(store, behaviour, "POST", "/clusters", {"metadata": {"name": name}, "spec": body})
    uid = store.read().uids.get(name, "nobody")
    return send(store, behaviour, method, f"/clusters/{uid}", {"spec": body} if method == "PATCH" else None)


def read_all(store: Store, behaviour: Behaviour) -> Any:  # noqa: ANN401 - the list as it was sent
    return json.loads(send(store, behaviour, "GET", "/clusters").body)


@given(STEPS)
def test_an_account_is_what_merge_patches_make_of_what_was_created(steps: list[Step]) -> None:
    store, model, versions = MemoryStore(Account()), dict[str, Any](), dict[str, int]()
    for method, name, body in steps:
        answer = take(store, PLAIN, (method, name, body))
        if method == "POST":
            after: Any = body if name not in model else None
        else:
            after = merge_patch(model[name], body) if name in model else None
        if after is None or check_cluster({"metadata": {"name": name}, "spec": after}):
            assert answer.status in {400, 404, 409}
        elif method == "DELETE":
            assert answer.status == 204
            del model[name], versions[name]
        else:
            assert answer.status in {200, 201}
            versions[name] = versions.get(name, 0) + (model.get(name) != after)
            model[name] = after

    listed = read_all(store, PLAIN)

    assert {cluster["metadata"]["name"]: cluster["spec"] for cluster in listed} == model
    assert {cluster["metadata"]["name"]: cluster["status"]["resourceVersion"] for cluster in listed} == versions


@given(STEPS)
@settings(max_examples=40)
def test_an_account_in_a_file_that_is_opened_anew_each_time_answers_like_one_in_memory(steps: list[Step]) -> None:
    memory = MemoryStore(Account(seed="same"))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "account.json")
        for step in steps:
            file = FileStore(path, seed="same")
            assert take(file, OPEN, step) == take(memory, OPEN, step)

        file = FileStore(path, seed="same")
        assert read_all(file, OPEN) == read_all(memory, OPEN)
        assert file.read().clusters == memory.read().clusters
        assert file.read().uids == memory.read().uids


@given(SPECS)
def test_what_was_sent_is_shown_and_what_is_shown_is_valid_and_changes_nothing_when_sent(spec: dict[str, Any]) -> None:
    store = MemoryStore(Account())
    created = json.loads(take(store, OPEN, ("POST", "web", spec)).body)

    assert contains(sort_lists(created["spec"]), sort_lists(spec))
    assert check_cluster({"metadata": {"name": "web"}, "spec": created["spec"]}) == ()
    answer = send(store, OPEN, "PUT", f"/clusters/{created['metadata']['uid']}", created)
    assert json.loads(answer.body) == created


@given(SPECS, PATCHES)
def test_the_history_is_what_was_read_at_each_version(spec: dict[str, Any], patch: dict[str, Any]) -> None:
    store = MemoryStore(Account())
    before = json.loads(take(store, OPEN, ("POST", "web", spec)).body)
    take(store, OPEN, ("PATCH", "web", patch))
    uid = before["metadata"]["uid"]
    after = json.loads(send(store, OPEN, "GET", f"/clusters/{uid}").body)

    for cluster in (before, after):
        number = cluster["status"]["resourceVersion"]
        then = json.loads(send(store, OPEN, "GET", f"/clusters/{uid}/history/{number}").body)
        assert {**then, "status": None} == {**cluster, "status": None}


@given(STEPS)
def test_an_account_that_was_folded_into_another_stays_as_it_was(steps: list[Step]) -> None:
    store = MemoryStore(Account())
    for step in steps:
        before = store.read()
        known = (dict(before.clusters), dict(before.uids))
        take(store, OPEN, step)
        for commit_account in (before, fold(before)):
            assert (commit_account.clusters, commit_account.uids) == known


def test_every_reference_of_the_api_document_leads_somewhere() -> None:
    document = load_document("manager-api.openapi.json")

    references = sorted(set(find_references(document)))

    assert "cluster.schema.json" in references
    for reference in references:
        name, _, pointer = reference.partition("#")
        node: Any = load_document(name) if name else document
        for step in filter(None, pointer.split("/")):
            node = node[step]
        assert node


def test_the_api_document_takes_whole_clusters_as_the_schema_of_a_cluster_has_them() -> None:
    paths = load_document("manager-api.openapi.json")["paths"]
    bodies = [paths["/api/v1/clusters"]["post"], paths["/api/v1/clusters/{clusterId}"]["put"]]

    for body in bodies:
        assert body["requestBody"]["content"] == {"application/json": {"schema": {"$ref": "cluster.schema.json"}}}


def test_an_account_in_a_file_loads_no_server_and_no_client() -> None:
    heavy = {"asyncio", "h11", "httpx", "jsonschema", "starlette", "uvicorn", "planner.emulator.trouble"}
    code = "import sys, planner.emulator.endpoint, planner.emulator.embedded; print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603

    assert set(loaded.stdout.split()) & heavy == set()


def find_references(node: Any) -> list[str]:  # noqa: ANN401 - any node of a JSON document
    match node:
        case {"$ref": str(reference)}:
            return [reference]
        case dict():
            return [reference for member in node.values() for reference in find_references(member)]
        case list():
            return [reference for member in node for reference in find_references(member)]
        case _:
            return []


def sort_lists(node: Any) -> Any:  # noqa: ANN401 - any node of a JSON document
    match node:
        case dict():
            return {name: sort_lists(member) for name, member in node.items()}
        case list():
            return sorted((sort_lists(member) for member in node), key=json.dumps)
        case _:
            return node
