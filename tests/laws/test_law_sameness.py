"""Law 5: same inputs, same bytes: whatever order, directory, day or hash seed."""

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.app import make_app
from planner.model.desired import Desired, DesiredCluster
from planner.model.plan_document import dumps_plan
from planner.workflow.plan import Planned, PlanRequest, plan_clusters, plan_reading
from planner.workflow.session import Session
from tests.laws.clusters import FLEETS, SPECS, in_the_lab
from tests.laws.lab import Document, Lab, want

Fleet = tuple[DesiredCluster, ...]


@in_the_lab
@given(FLEETS, FLEETS, st.integers(0, 9).map(random.Random))
def test_the_order_in_which_things_are_found_means_nothing(before: Fleet, after: Fleet, chance: random.Random) -> None:
    """The same plan, to the byte, from a list in another order, of documents whose members stand in another order."""
    lab = Lab()
    lab.converge(*before)
    planned = lab.plan(want(*after))
    reading = planned.reading
    live = [replace(cluster, document=shuffle(cluster.document, chance)) for cluster in reading.live]
    desired = [replace(cluster) for cluster in reading.desired.clusters]
    chance.shuffle(live)
    chance.shuffle(desired)

    shuffled = replace(reading, desired=Desired(clusters=tuple(desired)), live=tuple(live))
    assert dumps_plan(plan_reading(shuffled, PlanRequest()).plan) == dumps_plan(planned.plan)


@in_the_lab
@given(FLEETS, FLEETS)
def test_the_day_means_nothing(before: Fleet, after: Fleet) -> None:
    """From the same state and the same account, the same plan, to the byte, whenever it is made."""
    lab, later = Lab(), Lab(passed=1e7)
    lab.converge(*before)
    later.shelf, later.app = lab.shelf, make_app(lab.app.account, clock=later.tell_time)

    assert dumps_plan(later.plan(want(*after)).plan) == dumps_plan(lab.plan(want(*after)).plan)


def shuffle(document: Document, chance: random.Random) -> Document:
    """Return `document` with the members of every object in another order."""
    names = list(document)
    chance.shuffle(names)
    members = {name: document[name] for name in names}
    return {name: shuffle(member, chance) if isinstance(member, dict) else member for name, member in members.items()}


def plan_in(directory: Path) -> Planned:
    session = Session(directory=str(directory), environment={"IMPLY_ENDPOINT": "emulator:account.json"})
    return asyncio.run(plan_clusters(session, PlanRequest()))


@in_the_lab
@given(st.lists(SPECS, min_size=2, max_size=3), st.booleans())
def test_the_directory_and_the_order_of_its_files_mean_nothing(parts: list[Document], is_reversed: bool) -> None:  # noqa: FBT001 - drawn
    """Written elsewhere, in another order, the same files give the same plan."""
    documents = [{"metadata": {"name": f"c {number}"}, "spec": spec} for number, spec in enumerate(parts)]
    files = {f"c{number}.cluster.json": json.dumps(document) for number, document in enumerate(documents)}
    other_order = list(files)[::-1] if is_reversed else list(files)
    plans = []
    with tempfile.TemporaryDirectory() as root:
        for name, order in (("one", list(files)), ("another/place", other_order)):
            directory = Path(root, name)
            directory.mkdir(parents=True)
            for file in order:
                (directory / file).write_text(files[file], encoding="utf-8")
            plans.append(plan_in(directory).plan)
    assert dumps_plan(plans[0]) == dumps_plan(plans[1])


COMMAND = "from planner.cli.main import main; main()"
CONFIGURATION = """
cluster "web" {
  spec {
    version  = "2021.06"
    awsTags  = { team = "ads", region = "eu", env = "test" }
    druidExtensions = ["druid-s3", "druid-kafka", "druid-hll"]
  }
  depends_on = [cluster.store, cluster.other]
}
cluster "store" {
  spec { version = "2021.06" }
}
cluster "other" {
  spec {
    version = "2021.06"
    commonRuntimeProperties = { "druid.x.password" = "hunter2", "druid.b" = "1" }
  }
}
"""


def test_the_hash_seed_means_nothing(tmp_path: Path) -> None:
    """Two processes whose sets and dictionaries are ordered by other hashes write the same plan and the same text."""
    written = set()
    for seed in ("0", "1", "4242"):
        directory = tmp_path / seed
        directory.mkdir()
        (directory / "main.hcl").write_text(CONFIGURATION, encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - our own command, in a directory of the test's
            [sys.executable, "-c", COMMAND, "plan", "-no-color", "-out", "plan.json"],
            cwd=directory,
            env={**os.environ, "PYTHONHASHSEED": seed, "IMPLY_ENDPOINT": "emulator:account.json"},
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        written.add((done.stdout, (directory / "plan.json").read_text(encoding="utf-8")))
        shutil.rmtree(directory)
    assert len(written) == 1
