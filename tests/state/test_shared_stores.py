"""Shared stores on this machine: what S3, PostgreSQL and servers of states do, and what they say when they do not."""

import asyncio
import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from state.address import Address
from state.backends.document import DocumentBackend
from state.backends.http import HttpSettings, HttpSlot
from state.backends.object_store import ObjectSlot, probe_store
from state.backends.postgres import PostgresSlot
from state.backends.slots import Slot, SlotContent, SwapRefused, SwapUnclear
from state.entries import RecordPut
from state.errors import LockHeld, LockLost, StateError, StateNotRead, StateNotWritten
from state.lock import LockInfo, make_lock_info
from state.record import Record
from state.store import StateStore
from tests.state.conftest import open_s3
from tests.state.servers import StateServer

T = TypeVar("T")
INFO = LockInfo(id="lock-1", operation="apply", who="ann@ci", version="0.1.0", created="2026-01-01T00:00:00Z", pid=7)


def make_entry(number: int) -> RecordPut:
    return RecordPut(Record(address=Address("web", number), id=f"c-{number}", name=f"web-{number}", applied={}))


def new_key() -> str:
    return os.urandom(8).hex()


async def check_slot(slot: Slot) -> None:
    """Hold `slot` to the contract: a swap is taken where its condition holds, and refused where it does not."""
    assert await slot.fetch() is None
    first = await slot.swap(b'{"serial": 1}', expected="")
    with pytest.raises(SwapRefused):
        await slot.swap(b'{"serial": 2}', expected="")
    second = await slot.swap(b'{"serial": 3}', expected=first)
    with pytest.raises(SwapRefused):
        await slot.swap(b'{"serial": 4}', expected=first)
    found = await slot.fetch()
    assert found is not None
    assert found.data == b'{"serial": 3}'
    third = await slot.swap(b'{"serial": 1}', expected=found.version)  # what was there before is another version now
    with pytest.raises(SwapRefused):
        await slot.swap(b'{"serial": 5}', expected=second)
    await slot.swap(b'{"serial": 6}', expected=third)


def test_an_object_keeps_the_contract(s3: str) -> None:
    asyncio.run(check_slot(ObjectSlot(open_s3(s3), new_key(), name="The state")))


def test_a_row_keeps_the_contract(postgres: str) -> None:
    asyncio.run(check_slot(PostgresSlot(postgres, new_key(), schema="planner", name="The state")))


def test_an_address_keeps_the_contract(state_server: StateServer) -> None:
    asyncio.run(check_slot(HttpSlot(HttpSettings(address=f"{state_server.url}/{new_key()}"), name="The state")))


def race(open_slot: Callable[[], Slot]) -> list[object]:
    """Let two swap the same version at once."""

    async def main() -> list[object]:
        version = await open_slot().swap(b'{"serial": 0}', expected="")
        both = (open_slot().swap(b'{"serial": %d}' % number, expected=version) for number in (1, 2))
        return await asyncio.gather(*both, return_exceptions=True)

    return asyncio.run(main())


def test_of_two_at_once_one_is_refused(s3: str, postgres: str) -> None:
    key, store = new_key(), open_s3(s3)
    for told in (
        race(lambda: ObjectSlot(store, key, name="The state")),
        race(lambda: PostgresSlot(postgres, key, schema="planner", name="The state")),
    ):
        assert sorted(type(one).__name__ for one in told) == ["SwapRefused", "str"]


def test_a_good_store_passes_the_probe_and_keeps_nothing_of_it(s3: str) -> None:
    store, key = open_s3(s3), new_key()

    async def main() -> list[str]:
        await probe_store(store, key, name="The state")
        return [found["path"] for page in await store.list(key).collect_async() for found in [page]]

    assert asyncio.run(main()) == []


class LyingStore:
    """A store that takes every write, whatever its condition."""

    def __init__(self, honest: object) -> None:
        self.honest = honest

    def __getattr__(self, name: str) -> object:
        return getattr(self.honest, name)

    async def put_async(self, path: str, data: bytes, *, mode: object, use_multipart: bool) -> object:
        del mode
        return await self.honest.put_async(path, data, mode="overwrite", use_multipart=use_multipart)  # type: ignore[attr-defined]


def test_a_store_that_ignores_conditions_is_refused(s3: str) -> None:
    store = LyingStore(open_s3(s3))
    with pytest.raises(StateNotWritten, match="does not keep two runs apart"):
        asyncio.run(probe_store(store, new_key(), name="The state"))  # type: ignore[arg-type]


def test_a_store_that_has_come_to_ignore_conditions_is_noticed_by_the_next_lock(s3: str) -> None:
    """C6: it was set up anew since init, or somebody put another one in its place."""

    async def lock(store: object, key: str) -> None:
        backend = DocumentBackend(ObjectSlot(store, key, name="The state"), doubts=True)  # type: ignore[arg-type]
        await backend.lock(make_lock_info("apply", version="0.1.0"))
        await backend.unlock()

    key = new_key()
    asyncio.run(lock(open_s3(s3), key))
    with pytest.raises(StateNotWritten, match="does not keep two runs apart"):
        asyncio.run(lock(LyingStore(open_s3(s3)), key))
    asyncio.run(lock(open_s3(s3), key))  # and it holds nobody's lock


def test_a_bucket_that_is_not_there_is_named(s3: str) -> None:
    from obstore.store import S3Store  # noqa: PLC0415 - the extra of these tests

    store = S3Store(
        "nowhere",
        endpoint=s3,
        region="us-east-1",
        access_key_id="x",
        secret_access_key="y",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    with pytest.raises(StateError) as told:
        asyncio.run(ObjectSlot(store, "k", name="The state").swap(b"1", expected=""))
    assert "NoSuchBucket" in told.value.advice or "not found" in told.value.advice


def test_a_store_that_cannot_be_reached_is_not_asked_for_ever() -> None:
    from obstore.store import S3Store  # noqa: PLC0415 - as above

    store = S3Store(
        "states",
        endpoint="http://127.0.0.1:1",
        region="us-east-1",
        access_key_id="x",
        secret_access_key="y",
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    slot = ObjectSlot(store, "k", name="The state")
    with pytest.raises(StateNotRead, match="cannot be read"):
        asyncio.run(slot.fetch())
    with pytest.raises(SwapUnclear):
        asyncio.run(slot.swap(b"1", expected=""))


def test_a_database_that_cannot_be_reached_is_told_of(tmp_path: Path) -> None:
    slot = PostgresSlot(f"host={tmp_path} user=nobody-here", "k", schema="planner", name="The state")
    with pytest.raises(StateNotRead, match="cannot be read"):
        asyncio.run(slot.fetch())
    with pytest.raises(SwapUnclear):
        asyncio.run(slot.swap(b"1", expected=""))


def test_workspaces_are_rows(postgres: str) -> None:
    schema = f"s{new_key()}"

    async def main() -> tuple[str, ...]:
        for name in ("prod", "dev"):
            await PostgresSlot(postgres, name, schema=schema, name="x").swap(b"1", expected="")
        await PostgresSlot(postgres, "gone", schema=schema, name="x").swap(b"1", expected="")
        await PostgresSlot(postgres, "gone", schema=schema, name="x").remove()
        return await PostgresSlot(postgres, "dev", schema=schema, name="x").list_beside()

    assert asyncio.run(main()) == ("dev", "prod")


def open_http(server: StateServer, key: str, **more: str) -> HttpSlot:
    address = f"{server.url}/{key}"
    return HttpSlot(HttpSettings(address=address, lock_address=address, **more), name="The state")


def test_the_servers_lock_is_taken_with_all_that_terraform_sends_and_named_in_writes(state_server: StateServer) -> None:
    key = new_key()
    slot = open_http(state_server, key)
    store = StateStore(DocumentBackend(slot, latch=slot))

    async def main() -> None:
        async with store.hold(INFO):
            assert state_server.locks[f"/{key}"]["Operation"] == "OperationTypeApply"
            await store.record(make_entry(1))

    state_server.asked.clear()
    state_server.demands_id = True
    try:
        asyncio.run(main())
    finally:
        state_server.demands_id = False
    asked = state_server.asked
    assert asked[0] == f"LOCK /{key}"
    assert asked[-1] == f"UNLOCK /{key}?ID=lock-1"
    assert {line for line in asked if line.startswith("POST")} == {f"POST /{key}?ID=lock-1"}
    document = json.loads(state_server.states[f"/{key}"])
    assert isinstance(document["serial"], int)
    assert isinstance(document["lineage"], str)


@pytest.mark.parametrize("bare", [False, True])
def test_who_has_the_servers_lock_is_told_where_the_server_says(state_server: StateServer, bare: bool) -> None:  # noqa: FBT001 - a parameter of the test
    key = new_key()
    slot, other = open_http(state_server, key), open_http(state_server, key)

    async def main() -> str:
        await slot.lock(INFO)
        state_server.conflicts_bare = bare
        try:
            await other.lock(replace(INFO, id="other"))
        except LockHeld as held:
            return held.advice
        finally:
            state_server.conflicts_bare = False
            await slot.unlock(INFO)
        return ""

    advice = asyncio.run(main())
    assert ("cannot be read" in advice) is bare
    assert ("force-unlock lock-1" in advice) is not bare


def test_a_lock_that_was_broken_at_the_server_stops_its_holder(state_server: StateServer) -> None:
    key = new_key()
    slot = open_http(state_server, key)
    store = StateStore(DocumentBackend(slot, latch=slot))
    breaker = open_http(state_server, key)

    async def main() -> None:
        async with store.hold(INFO):
            await store.record(make_entry(1))
            assert await DocumentBackend(breaker, latch=breaker).break_lock("lock-1") == INFO
            with pytest.raises(LockLost):
                await store.record(make_entry(2))

    asyncio.run(main())
    assert f"/{key}" not in state_server.locks


@pytest.mark.parametrize("trouble", [[500], [503, 502]])
def test_a_write_that_fails_is_tried_again(state_server: StateServer, trouble: list[int]) -> None:
    slot = open_http(state_server, new_key())

    async def main() -> SlotContent | None:
        state_server.fail_next = []
        version = await slot.swap(b'{"serial": 1}', expected="")
        backend = StateStore(DocumentBackend(open_http(state_server, new_key())))
        state_server.drop_next = ["POST"]  # it is stored, and nobody is told
        await backend.record(make_entry(1))
        assert version
        return await slot.fetch()

    assert asyncio.run(main()) is not None
    state_server.fail_next = list(trouble)
    with pytest.raises(StateNotRead, match=r"cannot be read"):
        asyncio.run(slot.fetch())
    state_server.fail_next = []


def test_a_serial_that_is_taken_is_a_refusal(state_server: StateServer) -> None:
    """C10: what is stored under that serial stays, and the next write comes with a higher one."""
    key = new_key()
    state_server.knows_serials = True

    async def main() -> tuple[int, int]:
        store, slot = StateStore(DocumentBackend(open_http(state_server, key))), open_http(state_server, key)
        await store.record(make_entry(1))
        found = await slot.fetch()
        assert found is not None
        with pytest.raises(SwapRefused):
            await slot.swap(found.data + b" ", expected=found.version)
        assert await slot.fetch() == found
        await store.record(make_entry(2))
        snapshot, after = await StateStore(DocumentBackend(open_http(state_server, key))).load(), await slot.fetch()
        assert snapshot is not None
        assert after is not None
        return len(snapshot.records), json.loads(after.data)["serial"] - json.loads(found.data)["serial"]

    try:
        assert asyncio.run(main()) == (2, 1)
    finally:
        state_server.knows_serials = False


@pytest.mark.parametrize(
    ("status", "told"), [(401, "PLANNER_HTTP_USERNAME"), (403, "may read and write"), (302, "redirect")]
)
def test_what_the_server_says_is_told_with_what_to_do(state_server: StateServer, status: int, told: str) -> None:
    state_server.fail_next = [status]
    with pytest.raises(StateNotRead) as caught:
        asyncio.run(open_http(state_server, new_key()).fetch())
    assert told in caught.value.advice


def test_the_password_goes_along_and_is_not_shown(state_server: StateServer) -> None:
    state_server.password = "cGxhbm5lcjpjYW5hcnk="
    try:
        key = new_key()
        with pytest.raises(StateNotRead):
            asyncio.run(open_http(state_server, key).fetch())
        slot = open_http(state_server, key, username="planner", password="canary")
        assert asyncio.run(slot.fetch()) is None
        assert "canary" not in repr(HttpSettings(address="x", password="canary"))
    finally:
        state_server.password = ""


TERRAFORM = Path("/usr/local/bin/terraform")


@pytest.mark.skipif(not TERRAFORM.exists(), reason="no terraform is installed")
def test_terraform_respects_our_lock_and_we_respect_its(state_server: StateServer, tmp_path: Path) -> None:
    key = new_key()
    address = f"{state_server.url}/{key}"
    (tmp_path / "main.tf").write_text(
        f'terraform {{\n  backend "http" {{\n    address = "{address}"\n    lock_address = "{address}"\n'
        f'    unlock_address = "{address}"\n  }}\n}}\noutput "x" {{\n  value = 1\n}}\n'
    )

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TF_IN_AUTOMATION": "1"}
        return subprocess.run(  # noqa: S603 - the program named above
            [str(TERRAFORM), *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    assert terraform("init", "-input=false").returncode == 0
    slot = open_http(state_server, key)
    asyncio.run(slot.lock(INFO))
    refused = terraform("apply", "-auto-approve", "-input=false")
    assert refused.returncode == 1
    assert "lock-1" in refused.stderr
    asyncio.run(slot.unlock(INFO))
    assert terraform("apply", "-auto-approve", "-input=false").returncode == 0
    with pytest.raises(StateError, match="is not a state of planner"):
        asyncio.run(StateStore(DocumentBackend(open_http(state_server, key))).load())
