"""Refreshing: what the list leaves out is asked for by its id, if it is ours or to be imported, and if it is an id."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from planner.model.live import LiveCluster
from planner.workflow.refresh import refresh
from tests.planning.sides import remember, show, snapshot


@dataclass
class Account:
    """An account whose list shows only some of its clusters."""

    listed: tuple[LiveCluster, ...]
    hidden: dict[str, LiveCluster]
    asked: list[str] = field(default_factory=list)
    lag: float = 0.0

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        return self.listed

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        self.asked.append(cluster_id)
        return self.hidden.get(cluster_id)


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ((), ["id-ours"]),
        (("id-hidden",), ["id-hidden", "id-ours"]),
        (("id-listed", "listed"), ["id-ours"]),
        (("id-ours",), ["id-ours"]),
        (("../x", "a name", "..", "x" * 129, "x/y", ""), ["id-ours"]),
    ],
)
def test_only_what_the_list_leaves_out_is_asked_for(wanted: tuple[str, ...], asked: list[str]) -> None:
    hidden = {"id-hidden": show("hidden"), "id-ours": show("ours")}
    account = Account((show("listed"),), hidden)
    found = asyncio.run(refresh(cast("Any", account), snapshot(remember("ours")), 4, wanted))
    assert sorted(account.asked) == asked
    assert {one.name for one in found} == {"listed", *(hidden[one].name for one in asked)}
