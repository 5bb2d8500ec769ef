"""The id of a plan, from files to the hash: whatever is written otherwise gives the same, and whatever is done another.

A configuration is written down in one of many ways, somewhere, beside an account that lives on; only what a plan does
may show in its id.
"""

import asyncio
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.config.configuration import World
from planner.workflow.apply import Limits, Screen, apply_clusters
from planner.workflow.emulate import edit_account
from planner.workflow.plan import PlanRequest, plan_clusters
from planner.workflow.session import Session
from tests.laws.clusters import in_the_lab

Clusters: TypeAlias = dict[str, dict[str, Any]]
"""By label: what stands in the block of each."""

ENDPOINT = "emulator:account.json?seed=fixed"

BEFORE: Clusters = {
    "store": {"spec": {"version": "2021.06", "awsKeyPair": "ops"}},
    "web": {
        "spec": {
            "version": "2021.06",
            "awsTags": [{"name": "team", "value": "ads"}, {"name": "env", "value": "eu"}],
            "query": {"replicas": 2, "instanceType": "c5.large"},
        },
        "depends_on": ["store"],
    },
    "old": {"spec": {"version": "2021.06"}},
    "same": {"spec": {"version": "2021.06", "druidExtensions": ["druid-s3", "druid-kafka"]}},
}

AFTER: Clusters = {
    "store": {"spec": {"version": "2021.07", "awsKeyPair": "ops"}},
    "web": {
        "spec": {
            "version": "2021.07",
            "awsTags": [{"name": "env", "value": "us"}, {"name": "team", "value": "ads"}],
            "query": {"replicas": 4, "instanceType": "c5.large"},
        },
        "depends_on": ["store"],
    },
    "new": {"spec": {"version": "2021.07", "desiredState": "STOPPED"}, "depends_on": ["web"]},
    "same": {"spec": {"version": "2021.06", "druidExtensions": ["druid-s3", "druid-kafka"]}},
}

GOLDEN = "54bd3f9bbbe372b469b610db8bc48441484dca9472cd1b39aa0b7170474523a0"


def draw_from(seed: int) -> random.Random:
    """Return what decides how things are written."""
    return random.Random(seed)  # noqa: S311 - nothing secret


def make_session(directory: Path, now: str = "2026-01-01T00:00:00Z") -> Session:
    world = World(now=lambda: now)
    return Session(directory=str(directory), environment={"IMPLY_ENDPOINT": ENDPOINT}, world=world)


def plan_in(directory: Path, **options: Any) -> str:  # noqa: ANN401 - those of `make_session`
    return asyncio.run(plan_clusters(make_session(directory, **options), PlanRequest())).plan.id


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory whose account and state are those of BEFORE."""
    directory = tmp_path_factory.mktemp("home")
    (directory / "main.hcl").write_text("".join(write_hcl(BEFORE, Hand(draw_from(0), is_plain=True))))
    screen = Screen(show=lambda _: None, agree=None, begin=lambda _: None, tell=lambda _: None)
    asyncio.run(apply_clusters(make_session(directory), PlanRequest(), screen, Limits()))
    (directory / "main.hcl").unlink()
    return directory


class Hand:
    """Somebody's handwriting: what two people may write otherwise and mean the same."""

    def __init__(self, chance: random.Random, *, is_plain: bool = False) -> None:
        self.chance, self.is_plain = chance, is_plain

    def toss(self) -> bool:
        return not self.is_plain and self.chance.random() < 0.4

    def shuffle(self, items: list[Any]) -> list[Any]:
        return items if self.is_plain else self.chance.sample(items, len(items))

    def break_line(self) -> str:
        return "\n" + ("\n# A remark, /* of no\n" if self.toss() else "") + ("  " if self.toss() else "\t")


def write_hcl(clusters: Clusters, hand: Hand) -> Iterator[str]:
    """Yield the blocks of `clusters`, and of the local values that they use, each as a text of its own."""
    local: dict[str, str] = {}
    for label, cluster in hand.shuffle(list(clusters.items())):
        lines = [
            f"spec {write_body(cluster['spec'], hand, local)}"
            if hand.toss()
            else f"spec = {write_value(cluster['spec'], hand, local)}"
        ]
        if "depends_on" in cluster:
            lines.append(f"depends_on = [{', '.join(f'cluster.{name}' for name in cluster['depends_on'])}]")
        if "lifecycle" in cluster:
            lines.append(f'lifecycle {{\n update = "{cluster["lifecycle"]["update"]}"\n}}')
        if "name" in cluster or hand.toss():
            lines.append(f'metadata = {{ name = "{cluster.get("name", label)}" }}')
        body = "".join(hand.break_line() + line for line in hand.shuffle(lines))
        yield f'cluster "{label}" {{{body}\n}}\n'
    yield from (f"locals {{{hand.break_line()}{name} = {text}\n}}\n" for name, text in local.items())


def write_body(members: dict[str, Any], hand: Hand, local: dict[str, str]) -> str:
    lines = [f"{name} = {write_value(value, hand, local)}" for name, value in hand.shuffle(list(members.items()))]
    return "{" + "".join(hand.break_line() + line for line in lines) + "\n}"


def write_value(value: Any, hand: Hand, local: dict[str, str]) -> str:  # noqa: ANN401 - any JSON
    match value:
        case dict():
            members = hand.shuffle(list(value.items()))
            text = "{" + ", ".join(f"{name} = {write_value(one, hand, local)}" for name, one in members) + "}"
        case list() if all(isinstance(one, dict) and {*one} == {"name", "value"} for one in value) and hand.toss():
            pairs = ", ".join(f'"{one["name"]}" = "{one["value"]}"' for one in hand.shuffle(value))
            text = f"{{{pairs}}}"
        case list():
            text = "[" + ", ".join(write_value(one, hand, local) for one in hand.shuffle(value)) + "]"
        case int() if not isinstance(value, bool) and hand.toss():
            text = f"{value - 1} + 1"
        case _:
            text = json.dumps(value)
    if not hand.toss():
        return text
    local[name := f"l{len(local)}"] = text
    return f"local.{name}"


def write_files(directory: Path, clusters: Clusters, chance: random.Random) -> None:
    """Write `clusters` into `directory`: in some syntax, spread over some files, in some order."""
    if chance.random() < 0.3:
        blocks = {
            label: {
                "metadata": {"name": cluster.get("name", label)},
                **{name: part for name, part in cluster.items() if name not in {"depends_on", "name"}},
                "depends_on": [f"cluster.{name}" for name in cluster.get("depends_on", [])],
            }
            for label, cluster in Hand(chance).shuffle(list(clusters.items()))
        }
        (directory / "main.hcl.json").write_text(json.dumps({"cluster": blocks}, indent=chance.choice([None, 1, 4])))
        return
    for number, text in enumerate(write_hcl(clusters, Hand(chance))):
        with (directory / f"{chance.choice('abc')}{number % 3}.hcl").open("a") as file:
            file.write(text)


def live_on(account: Path, chance: random.Random) -> None:
    """Let happen in the account what is none of our business; the store may be overwritten, and all of it is ours."""
    happenings: list[tuple[str, dict[str, Any]]] = [
        ("old", {"query": {"replicas": chance.randint(2, 9)}}),
        ("web", {"master": {"instanceType": chance.choice(["m5.large", "m5.xlarge"])}}),
        ("same", {"metadataStore": {"backupRetention": chance.randint(1, 30)}}),
        ("web", {"awsTags": [{"name": "env", "value": "eu"}, {"name": "team", "value": "ads"}]}),
    ]
    for name, spec in chance.sample(happenings, chance.randint(0, 3)):
        edit_account(str(account), name, {"spec": spec})


def plan_anew(home: Path, clusters: Clusters, chance: random.Random, *edits: tuple[str, dict[str, Any]]) -> str:
    """Return the id of the plan for `clusters`, written down by some hand, in some place, on some day."""
    with tempfile.TemporaryDirectory() as root:
        directory = Path(root, chance.choice(["one", "another/place", "ümlaut und so"]))
        directory.mkdir(parents=True)
        for path in home.iterdir():
            shutil.copy(path, directory)
        write_files(directory, clusters, chance)
        live_on(directory / "account.json", chance)
        for name, patch in edits:
            edit_account(str(directory / "account.json"), name, patch)
        return plan_in(directory, now=f"20{chance.randint(10, 99)}-06-01T00:00:00Z")


def test_the_id_of_a_known_transition_stays(home: Path) -> None:
    """Written down once: the same files, state and account must give it in every version to come."""
    (home / "main.hcl").write_text("".join(write_hcl(AFTER, Hand(draw_from(0), is_plain=True))))
    try:
        assert plan_in(home) == GOLDEN
    finally:
        (home / "main.hcl").unlink()


@in_the_lab
@given(chance=st.integers(0, 10**6).map(draw_from))
def test_what_is_only_written_otherwise_is_the_same_plan(home: Path, chance: random.Random) -> None:
    assert plan_anew(home, AFTER, chance) == GOLDEN


def edit(change: Callable[[Clusters], object]) -> Clusters:
    clusters = deepcopy(AFTER)
    change(clusters)
    return clusters


OTHERS: dict[str, Clusters] = {
    "a version": edit(lambda all_: all_["store"]["spec"].update(version="2021.08")),
    "a number": edit(lambda all_: all_["web"]["spec"]["query"].update(replicas=5)),
    "one entry of a list": edit(lambda all_: all_["web"]["spec"]["awsTags"][0].update(value="ap")),
    "one entry more": edit(lambda all_: all_["web"]["spec"]["awsTags"].append({"name": "x", "value": ""})),
    "a field less": edit(lambda all_: all_["store"]["spec"].pop("awsKeyPair")),
    "a field more": edit(lambda all_: all_["new"]["spec"].update(encryptVolumes=True)),
    "a cluster less": edit(lambda all_: all_.pop("new")),
    "a cluster more": edit(lambda all_: all_.update(more={"spec": {"version": "2021.06"}})),
    "one that stays after all": edit(lambda all_: all_.update(old={"spec": {"version": "2021.06"}})),
    "one that goes too": edit(lambda all_: all_.pop("same")),
    "an edit of one that was left alone": edit(lambda all_: all_["same"]["spec"].update(version="2021.07")),
    "another name": edit(lambda all_: all_["new"].update(name="newer")),
    "another address": edit(lambda all_: all_.update(newest={**all_.pop("new"), "name": "new"})),
    "a cluster that moves": edit(lambda all_: all_.update(equal={**all_.pop("same"), "name": "same"})),
    "another order": edit(lambda all_: all_["new"].update(depends_on=["store"])),
    "another verb": edit(lambda all_: all_["store"].update(lifecycle={"update": "overwrite"})),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_done_otherwise_is_another_plan(home: Path, name: str, seed: int) -> None:
    other = plan_anew(home, OTHERS[name], draw_from(seed))
    assert other != GOLDEN
    assert other == plan_anew(home, OTHERS[name], draw_from(seed + 2))


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("web", {"query": {"replicas": 3}}),
        ("web", {"awsTags": [{"name": "team", "value": "ads"}]}),
        ("store", {"awsKeyPair": "theirs"}),
        ("old", {"version": "2021.08"}),
        ("same", {"druidExtensions": ["druid-s3"]}),
    ],
)
def test_another_live_value_of_ours_is_another_plan(home: Path, name: str, spec: dict[str, Any]) -> None:
    assert plan_anew(home, AFTER, draw_from(7), (name, {"spec": spec})) != GOLDEN


def test_no_two_of_them_are_the_same(home: Path) -> None:
    ids = [plan_anew(home, clusters, draw_from(5)) for clusters in OTHERS.values()]
    assert len({*ids, GOLDEN}) == len(OTHERS) + 1
