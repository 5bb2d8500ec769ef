"""What the tests of the state share: hypothesis' strategies for its types, and a backend of each kind."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import strategies as st

from state.address import Address, ModuleStep
from state.backends.document import DocumentBackend
from state.backends.http import HttpSettings, HttpSlot
from state.backends.local import LocalBackend
from state.backends.memory import MemoryBackend, MemorySlot, Shelf
from state.backends.object_store import ObjectSlot, open_object_store
from state.backends.postgres import PostgresSlot
from state.entries import IntentClosed, IntentOpened, OutputsPut, RecordDropped, RecordMoved, RecordPut, RunEnded
from state.ports import Backend
from state.record import Intent, Record
from state.run import Run, RunChange
from state.snapshot import Snapshot
from state.values import Output, Secret, Timeouts, Value
from tests.state.servers import StateServer, run_moto, run_postgres, run_state_server

if TYPE_CHECKING:
    from obstore.store import ObjectStore

texts = st.text(st.characters(), max_size=8)  # lone surrogates and control characters too
names = st.from_regex(r"[a-z_][a-z0-9_-]{0,5}", fullmatch=True) | st.sampled_from(
    ["ü", "नाम", "x", "cluster", "module"]
)
keys = st.none() | texts | st.integers(min_value=0, max_value=10**20)
addresses = st.builds(Address, names, keys, st.lists(st.builds(ModuleStep, names, keys), max_size=2).map(tuple))

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
    | st.builds(Secret, texts)
)
members = (
    st.sampled_from(["$secret", "$$secret", "$$$secret", "$late", "$$late", "a$secret", '$secret":', "spec"]) | texts
)


def make_documents(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[dict[str, Value]]:
    return st.dictionaries(members, inner, max_size=3)


values: st.SearchStrategy[Value] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | make_documents(inner), max_leaves=5
)
documents = make_documents(values)
seconds = st.none() | st.floats(min_value=0, max_value=1e9)
records = st.builds(
    Record,
    address=addresses,
    id=texts,
    name=texts,
    applied=documents,
    observed=st.none() | documents,
    resource_version=st.none() | st.integers(min_value=0),
    prevent_destroy=st.booleans(),
    depends_on=st.lists(addresses, max_size=2).map(tuple),
    timeouts=st.builds(Timeouts, create=seconds, update=seconds, delete=seconds),
    made_at=texts,
)
intents = st.builds(
    Intent,
    key=texts,
    address=addresses,
    kind=st.sampled_from(["create", "update", "delete"]),
    name=texts,
    id=st.none() | texts,
    before=st.lists(texts, max_size=2).map(tuple),
    applied=st.none() | documents,
    at=texts,
)
outputs = st.dictionaries(texts, st.builds(Output, value=values, type=texts, is_sensitive=st.booleans()), max_size=2)
run_changes = st.builds(
    RunChange, address=addresses, action=texts, fate=texts, seconds=st.floats(min_value=0, max_value=1e9)
)
runs = st.builds(
    Run,
    plan_id=texts,
    operation=texts,
    began=texts,
    seconds=st.floats(min_value=0, max_value=1e9),
    who=texts,
    version=texts,
    total=st.integers(min_value=0),
    commit=texts,
    link=texts,
    exit_code=st.integers(min_value=0, max_value=255),
    changes=st.lists(run_changes, max_size=2).map(tuple),
)
snapshots = st.builds(
    Snapshot,
    lineage=texts,
    serial=st.integers(min_value=0),
    fingerprint_key=texts,
    account=texts,
    records=st.lists(records, max_size=3).map(lambda found: {record.address: record for record in found}),
    intents=st.lists(intents, max_size=2, unique_by=lambda intent: intent.key).map(tuple),
    outputs=outputs,
    runs=st.lists(runs, max_size=2).map(tuple),
)
few = st.sampled_from([Address("a"), Address("b"), Address("b", 1)])

st.register_type_strategy(Address, addresses)
st.register_type_strategy(Record, records)
st.register_type_strategy(Intent, intents)
st.register_type_strategy(Snapshot, snapshots)
st.register_type_strategy(IntentOpened, st.builds(IntentOpened, intents))
st.register_type_strategy(IntentClosed, st.builds(IntentClosed, texts))
st.register_type_strategy(RecordPut, st.builds(RecordPut, records, st.none() | texts))
st.register_type_strategy(RecordDropped, st.builds(RecordDropped, few, st.none() | texts))
st.register_type_strategy(RecordMoved, st.builds(RecordMoved, few, few))
st.register_type_strategy(OutputsPut, st.builds(OutputsPut, outputs))
st.register_type_strategy(RunEnded, st.builds(RunEnded, runs))


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with run_moto() as url:
        yield url


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with run_postgres() as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def state_server() -> Iterator[StateServer]:
    with run_state_server() as server:
        yield server


def open_s3(url: str) -> "ObjectStore":
    return open_object_store(
        "s3",
        {
            "bucket": "states",
            "endpoint": url,
            "region": "us-east-1",
            "access_key_id": "testing",
            "secret_access_key": "testing",
        },
    )


@pytest.fixture(params=["local", "memory", "document", "s3", "pg", "http"])
def open_backend(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Backend]:
    """Open the same stored state again and again, as one process after another does."""
    key, shelf = os.urandom(8).hex(), Shelf()
    match request.param:
        case "local":
            return lambda: LocalBackend(tmp_path / "planner.state.json")
        case "memory":
            return lambda: MemoryBackend(shelf)
        case "document":
            return lambda: DocumentBackend(MemorySlot(shelf))
        case "s3":
            store = open_s3(request.getfixturevalue("s3"))
            return lambda: DocumentBackend(ObjectSlot(store, key, name="The state in S3"))
        case "pg":
            conninfo = request.getfixturevalue("postgres")
            return lambda: DocumentBackend(PostgresSlot(conninfo, key, schema="planner", name="The state"))
        case _:
            address = f"{request.getfixturevalue('state_server').url}/{key}"
            settings = HttpSettings(address=address, lock_address=address)

            def open_http() -> Backend:
                slot = HttpSlot(settings, name="The state")
                return DocumentBackend(slot, latch=slot)

            return open_http
