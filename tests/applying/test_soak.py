"""A soak: a thousand changes to fifty clusters, by an account of whose requests one in ten goes wrong.

What goes wrong is drawn from a seed: requests and answers are lost or cut, servers are busy or broken, and reads are
struck like writes. The account would take two clusters of one name, so that a create that is sent once too often shows.
"""

import random
from typing import Any

from planner.emulator.app import EmulatorApp
from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.desired import Desired
from planner.model.live import ApiFault
from planner.model.plan import Action
from planner.model.report import Fate
from tests.laws.lab import Document, Lab, declare, want

CLUSTERS = 50
CHANGES = 1000
KINDS = ("lose-request", "lose-answer", "cut", "cut-quietly", "empty", "html", "429=1", "500", "503")


class Weather:
    """Strikes one request in ten, and counts how many it struck."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self.struck = self.requests = 0
        self.is_fair = False

    def blow(self, app: EmulatorApp) -> Any:  # noqa: ANN401 - an ASGI app
        async def blown(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
            self.requests += 1
            if not self.is_fair and self._draw.random() < 0.1:
                self.struck += 1
                app.troubles.append(parse_trouble(self._draw.choice(KINDS)))
            await app(scope, receive, send)

        return blown


def draw_changes(draw: random.Random, wanted: dict[str, Document]) -> int:
    """Create, change and delete some of the fifty clusters in `wanted`; return how many."""
    labels = draw.sample([f"c{number:02}" for number in range(CLUSTERS)], draw.randint(5, 20))
    for label in labels:
        if label in wanted and draw.random() < 0.3:
            del wanted[label]
        else:
            wanted[label] = {"awsKeyPair": f"key-{draw.randrange(10**9)}"}
    return len(labels)


def configure(wanted: dict[str, Document]) -> Desired:
    return want(*(declare(label, **spec) for label, spec in wanted.items()))


def run_once(lab: Lab, desired: Desired) -> tuple[int, int]:
    """Plan and apply once; return how many changes were done and how many were not. No plan, no change."""
    try:
        planned = lab.plan(desired)
    except ApiFault:
        return 0, 0
    outcomes = lab.apply(planned).outcomes
    done = sum(outcome.fate is Fate.DONE and outcome.action is not Action.FORGET for outcome in outcomes)
    return done, len(outcomes) - done


def assert_nothing_lost(lab: Lab) -> None:
    """Hold that each cluster is known or announced, and that no two share a name."""
    snapshot = lab.load()
    assert snapshot is not None
    announced = {intent.name for intent in snapshot.intents}
    known = {record.id for record in snapshot.records.values()}
    assert {name for name in lab.specs if lab.app.account.uids[name] not in known} <= announced


def test_a_thousand_changes_while_one_request_in_ten_goes_wrong() -> None:
    draw = random.Random(20261126)  # noqa: S311 - chance, no secret
    weather = Weather(draw)
    lab = Lab(Behaviour(names_unique=False), wrap=weather.blow)
    wanted: dict[str, Document] = {}
    done = failed = runs = 0
    while done < CHANGES:
        draw_changes(draw, wanted)
        one_done, one_failed = run_once(lab, configure(wanted))
        done, failed, runs = done + one_done, failed + one_failed, runs + 1
        assert runs < CHANGES, "it does not get on"
        if lab.load() is not None:
            assert_nothing_lost(lab)
    assert weather.struck >= weather.requests // 15
    assert failed > 0, "the weather was too fair to show anything"

    weather.is_fair = True
    lab.app.troubles.clear()
    lab.converge(*configure(wanted).clusters)
    assert {name: spec["awsKeyPair"] for name, spec in lab.specs.items()} == {
        label: spec["awsKeyPair"] for label, spec in wanted.items()
    }
    snapshot = lab.load()
    assert snapshot is not None
    assert snapshot.intents == ()
    assert {record.id for record in snapshot.records.values()} == lab.ids
    assert lab.plan(configure(wanted)).plan.changes == ()
