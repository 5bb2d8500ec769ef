"""States that GitLab and Gitea keep, from the command line: locks that must be named, and serials that come once."""

import asyncio
import json
import os
import re
from collections.abc import Iterator

import pytest

from state.backends.document import DocumentBackend
from state.backends.http import HttpSettings, HttpSlot
from state.errors import LockLost
from state.lock import LockInfo, encode_lock_info
from tests.cli.workbench import Bench, Ended
from tests.state.forges import Forge, answer_as_gitea, answer_as_gitlab, run_forge

INFO = LockInfo(id="lock-1", operation="apply", who="ann@ci", version="0.1.0", created="2026-01-01T00:00:00Z", pid=7)
DEAD = LockInfo(id="dead-run", operation="apply", who="bo@ci", version="0.1.0", created="2026-01-01T00:00:00Z", pid=7)


@pytest.fixture(scope="module", params=[answer_as_gitlab, answer_as_gitea], ids=["gitlab", "gitea"])
def forge(request: pytest.FixtureRequest) -> Iterator[Forge]:
    with run_forge(request.param) as forge:
        yield forge


@pytest.fixture
def path(bench: Bench, forge: Forge) -> str:
    """Have the bench keep its state at a path of this test's own."""
    path = f"/projects/7/terraform/state/{os.urandom(4).hex()}"
    forge.refused.clear()
    block = f"""
      planner {{
        backend "http" {{
          address        = "{forge.url}{path}"
          lock_address   = "{forge.url}{path}/lock"
          unlock_address = "{forge.url}{path}/lock"
          lock_method    = "POST"
          unlock_method  = "DELETE"
        }}
      }}
    """
    (bench.path / "backend.hcl").write_text(block)
    return path


def say(ended: Ended) -> str:
    return re.sub(r"\s+", " ", ended.out + ended.err)


def test_a_state_lives_a_whole_life(bench: Bench, forge: Forge, path: str) -> None:
    assert ": no state yet." in say(bench.run("init"))
    assert "1 created" in bench.run("apply", "-auto-approve").out
    assert "No changes." in bench.run("plan").out
    bench.scale(5)
    assert "1 updated" in bench.run("apply", "-auto-approve").out
    assert "1 deleted" in bench.run("destroy", "-auto-approve").out
    assert forge.refused == []
    kept = forge.kept[path]
    assert kept.lock is None
    assert kept.serials == sorted(set(kept.serials))
    assert len(kept.serials) > 9  # every intent and every outcome is one


@pytest.mark.parametrize("forge", [answer_as_gitlab], indirect=True, ids=["gitlab"])
@pytest.mark.parametrize("writes", range(7))
def test_an_answer_to_any_write_is_lost(bench: Bench, forge: Forge, path: str, writes: int) -> None:
    """C4, C10: the write is known by its nonce; to send it again would be a serial that is taken."""
    bench.run("init")
    forge.loses_answer_after = writes
    assert "1 created" in bench.run("apply", "-auto-approve").out
    assert forge.loses_answer_after < 0
    assert forge.kept[path].lock is None
    assert "No changes." in bench.run("plan").out


def test_the_lock_of_a_dead_run_is_told_of_and_taken_away(bench: Bench, forge: Forge, path: str) -> None:
    """C3: also where the forge says nothing of who has it, for it stands in the state as well."""
    bench.run("apply", "-auto-approve")
    kept = forge.kept[path]
    assert kept.content is not None
    kept.lock = json.loads(encode_lock_info(DEAD))
    document = json.loads(kept.content)
    document |= {"lock": {**kept.lock, "Heartbeat": "2026-01-01T00:05:00Z"}, "serial": document["serial"] + 1}
    kept.content = json.dumps(document).encode()
    kept.serials.append(document["serial"])
    bench.scale(4)
    held = bench.run("apply", "-auto-approve")
    assert held.code == 7
    for told in ("bo@ci", "2026-01-01T00:00:00Z", "last sign of life", "planner force-unlock dead-run"):
        assert told in say(held)
    assert bench.run("force-unlock", "another-run").code == 7
    assert kept.lock is not None
    assert "Took the lock of bo@ci" in say(bench.run("force-unlock", "dead-run"))
    assert kept.lock is None
    assert "1 updated" in bench.run("apply", "-auto-approve").out


def test_the_answer_to_the_lock_is_lost(bench: Bench, forge: Forge, path: str) -> None:
    """GitLab says that the lock is ours; with Gitea nobody can tell, and a person is told how to go on."""
    bench.run("init")
    forge.loses_lock_after = 0
    applied = bench.run("apply", "-auto-approve")
    if forge.answer is answer_as_gitlab:
        assert "1 created" in applied.out
        return
    assert (applied.code, "its own" in say(applied)) == (7, True)
    unlock = re.findall(r"planner (force-unlock \w+)", applied.err)
    assert bench.run(*unlock[0].split()).code == 0
    assert forge.kept[path].lock is None
    assert "1 created" in bench.run("apply", "-auto-approve").out


def test_a_lock_that_the_forge_forgot_is_released_all_the_same(forge: Forge, path: str) -> None:
    """It was taken away after the last write, or the forge keeps locks in memory and was started again."""
    settings = HttpSettings(
        address=f"{forge.url}{path}", lock_address=f"{forge.url}{path}/lock", lock_method="POST", unlock_method="DELETE"
    )

    def open_backend() -> DocumentBackend:
        slot = HttpSlot(settings, name="The state")
        return DocumentBackend(slot, latch=slot)

    async def forget() -> None:
        backend = open_backend()
        await backend.lock(INFO)
        await backend._remove_lock(INFO.id)
        forge.kept[path].lock = None
        await backend.unlock()
        await backend.lock(INFO)
        await backend.unlock()
        with pytest.raises(LockLost, match="has another id"):
            await open_backend().break_lock("unheard-of")
        await open_backend().lock(INFO)
        forge.kept[path].lock = None
        assert await open_backend().break_lock(INFO.id) == INFO
        assert forge.kept[path].lock is None

    asyncio.run(forget())
