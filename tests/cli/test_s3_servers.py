"""States in S3 as others serve it: SeaweedFS keeps the contract, s3rver lies and is found out, and a 409 is no answer.

The real command opens them: at an address of this machine without TLS, with buckets in paths and keys from the
environment.
"""

import asyncio
import re
from collections.abc import Iterator

import pytest

from state.backends.document import DocumentBackend
from state.backends.object_store import ObjectSlot, open_object_store, probe_store
from state.store import StateStore
from tests.cli.workbench import Bench, Ended
from tests.state.conftest import open_s3
from tests.state.faulty_slots import Time, make_entry, make_info
from tests.state.s3_servers import Conflicts, run_conflicting, run_s3rver, run_seaweed
from tests.state.servers import run_moto
from tests.state.test_shared_stores import check_slot, new_key, race


@pytest.fixture(scope="module")
def conflicts() -> Iterator[Conflicts]:
    with run_moto() as url, run_conflicting(url) as conflicts:
        yield conflicts


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "S3RVER")  # the only one that s3rver knows; the others take any
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "S3RVER")


def use_s3(bench: Bench, url: str) -> str:
    """Have the bench keep its state at a key of this test's own."""
    key = new_key()
    (bench.path / "backend.hcl").write_text(
        f"""
          planner {{
            backend "s3" {{
              bucket         = "states"
              key            = "{key}"
              region         = "us-east-1"
              endpoint       = "{url}"
              use_path_style = true
            }}
          }}
        """
    )
    return key


def say(ended: Ended) -> str:
    return re.sub(r"\s+", " ", ended.out + ended.err)


def list_objects(url: str) -> list[str]:
    arguments = {"bucket": "states", "endpoint": url, "region": "us-east-1"}

    async def main() -> list[str]:
        pages = open_object_store("s3", arguments).list("").collect_async()
        return [found["path"] for found in await pages]

    return asyncio.run(main())


def test_seaweedfs_keeps_the_contract_and_a_state_a_whole_life(bench: Bench) -> None:
    with run_seaweed() as url:
        store, key = open_s3(url), new_key()
        asyncio.run(check_slot(ObjectSlot(store, new_key(), name="The state")))
        asyncio.run(probe_store(store, new_key(), name="The state"))
        told = race(lambda: ObjectSlot(store, key, name="The state"))
        assert sorted(type(one).__name__ for one in told) == ["SwapRefused", "str"]

        use_s3(bench, url)
        assert ": no state yet." in say(bench.run("init"))
        assert "1 created" in bench.run("apply", "-auto-approve").out
        assert "No changes." in bench.run("plan").out
        bench.scale(5)
        assert "1 updated" in bench.run("apply", "-auto-approve").out
        assert "1 deleted" in bench.run("destroy", "-auto-approve").out


def test_a_server_that_takes_every_write_is_refused_by_init(bench: Bench) -> None:
    """C6: nothing is kept there, not even the objects by which it was found out."""
    with run_s3rver() as url:
        use_s3(bench, url)
        refused = bench.run("init")
        assert (refused.code, "does not keep two runs apart" in say(refused)) == (1, True)
        assert "Use a store that honours conditional writes." in say(refused)
        assert list_objects(url) == []
    assert not (bench.path / ".planner").exists()


@pytest.mark.parametrize("strike", ["before", "after"])
def test_a_conflict_is_no_answer(conflicts: Conflicts, strike: str) -> None:
    """C5: whichever write of a run meets it, what was recorded is there, once, and the lock comes and goes."""

    async def live(number: int) -> int:
        conflicts.seen.clear()
        conflicts.script[:] = [*[""] * number, strike]
        key = new_key()
        slot = ObjectSlot(open_s3(conflicts.url), key, name="The state")
        store = StateStore(DocumentBackend(slot, Time().pace), sleep=Time().never)
        async with store.hold(make_info()):
            await store.load()
            await store.record(make_entry(1))
        backend = DocumentBackend(slot, Time().pace)
        snapshot = await StateStore(backend).load()
        assert snapshot is not None
        assert [record.id for record in snapshot.records.values()] == ["c-1"]
        assert await backend.break_lock("nobody's") is None
        return len(conflicts.seen)

    writes = asyncio.run(live(99))
    assert 4 <= writes < 8
    for number in range(writes):
        assert asyncio.run(live(number)) == writes + (strike == "before"), number
        assert conflicts.script == []


def test_init_and_apply_meet_conflicts(bench: Bench, conflicts: Conflicts) -> None:
    use_s3(bench, conflicts.url)
    conflicts.script[:] = ["before", "", "", "after"]
    assert ": no state yet." in say(bench.run("init"))
    conflicts.script[:] = ["before", "after", ""] * 3
    assert "1 created" in bench.run("apply", "-auto-approve").out
    assert "No changes." in bench.run("plan").out
