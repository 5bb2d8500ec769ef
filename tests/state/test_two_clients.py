"""Two clients of one shared store, with every fault in any order: a stateful model."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from state.backends.document import DocumentBackend
from state.backends.memory import Shelf
from state.errors import StateError
from state.store import StateStore
from tests.state.faulty_slots import FAULTS, FaultySlot, make_entry, make_info, open_store, read_document


class TwoClients(RuleBasedStateMachine):
    """Two clients of one store, whose answers get lost and whose locks get broken.

    Laws: what a record call returned from is stored and stays; nothing is stored that nobody recorded; the serial of
    the document never falls and its lineage stays; whoever lost his lock stores nothing more.
    """

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.shelf = Shelf()
        self.clients: list[tuple[StateStore, FaultySlot, DocumentBackend] | None] = [None, None]
        self.holding: list[contextlib.AsyncExitStack | None] = [None, None]
        self.stored: set[int] = set()
        self.tried: set[int] = set()
        self.number = 0
        self.serial = 0
        self.lineage = ""

    def teardown(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()

    def act(self, work: Coroutine[Any, Any, None]) -> None:
        self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        for who in (0, 1):
            self.restart(who)

    @rule(who=st.integers(0, 1))
    def restart(self, who: int) -> None:
        """Kill a client: its lock stays behind."""
        self.clients[who], self.holding[who] = open_store(self.shelf), None
        for task in asyncio.all_tasks(self.loop):
            task.cancel()

    @rule(who=st.integers(0, 1), faults=st.lists(st.sampled_from(FAULTS), max_size=3))
    def trouble(self, who: int, faults: list[str]) -> None:
        client = self.clients[who]
        assert client is not None
        client[1].faults = faults

    @rule(who=st.integers(0, 1))
    def lock(self, who: int) -> None:
        client = self.clients[who]
        assert client is not None
        if self.holding[who] is not None:
            return

        async def take() -> None:
            stack = contextlib.AsyncExitStack()
            with contextlib.suppress(StateError):
                await stack.enter_async_context(client[0].hold(make_info(f"{who}-{self.number}")))
                await client[0].load()
                self.holding[who] = stack

        self.number += 1
        self.act(take())

    @rule(who=st.integers(0, 1))
    def release(self, who: int) -> None:
        stack, self.holding[who] = self.holding[who], None
        if stack is None:
            return

        async def leave() -> None:
            with contextlib.suppress(StateError):
                await stack.aclose()

        self.act(leave())

    @rule()
    def steal(self) -> None:
        """Break whatever lock is there, as a person would who copies the id from the message."""
        client = open_store(self.shelf)

        async def break_it() -> None:
            lock = read_document(self.shelf)["lock"] if self.shelf.content is not None else None
            if lock is not None:
                await client[2].break_lock(lock["ID"])

        self.act(break_it())

    @rule(who=st.integers(0, 1), count=st.integers(1, 4))
    def record(self, who: int, count: int) -> None:
        client = self.clients[who]
        assert client is not None
        if self.holding[who] is None:
            return
        numbers = range(self.number, self.number + count)
        self.number += count
        self.tried |= set(numbers)

        async def try_one(number: int) -> None:
            with contextlib.suppress(StateError):
                await client[0].record(make_entry(number))
                self.stored.add(number)

        async def try_all() -> None:
            await asyncio.gather(*map(try_one, numbers))

        self.act(try_all())

    @invariant()
    def nothing_is_lost_or_invented(self) -> None:
        if self.shelf.content is None:
            assert not self.stored
            return
        document = read_document(self.shelf)
        assert document["serial"] >= self.serial
        assert self.lineage in {"", document["lineage"]}
        self.serial, self.lineage = document["serial"], document["lineage"]

        async def look() -> None:
            snapshot = await open_store(self.shelf)[0].load()
            found = {address.key for address in snapshot.records} if snapshot else set()
            assert self.stored <= found <= self.tried

        self.act(look())


TwoClients.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
test_two_clients = TwoClients.TestCase
