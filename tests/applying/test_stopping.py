"""A run that is asked to stop while a server hangs ends in seconds, and the next one finds out what came of it."""

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.report import Fate
from tests.laws.lab import Lab, declare, guard, name_requests, want

BEFORE = {"POST": [], "PATCH": [declare("web", awsKeyPair="old")], "DELETE": [declare("web")]}
AFTER = {"POST": [declare("web")], "PATCH": [declare("web", awsKeyPair="new")], "DELETE": []}


@pytest.mark.parametrize("method", AFTER)
def test_to_stop_while_a_server_hangs_takes_seconds(method: str) -> None:
    """A5: the request is left as an intent, and nothing is sent after it."""
    lab = Lab(Behaviour(names_unique=False))
    lab.converge(declare("bystander"), *BEFORE[method])
    desired = want(declare("bystander"), *AFTER[method])
    planned = lab.plan(desired)
    lab.trouble(parse_trouble(f"delay=600@{method}#1x*"))

    async def stop(_method: str, _path: str, _body: bytes) -> None:
        lab.trouble(parse_trouble("delay=600#1x*"))
        lab.stop.ask()

    lab.wrap = lambda app: guard(app, stop)
    begin = lab.passed
    report = lab.apply(planned)

    assert lab.passed - begin < 5
    assert [outcome.fate for outcome in report.outcomes] == [Fate.FAILED]
    assert report.interrupted
    assert [name.partition(" ")[0] for name in name_requests(lab.sent)] == [method]
    snapshot = lab.load()
    assert snapshot is not None
    assert [intent.name for intent in snapshot.intents] == ["web"]
    lab.app.troubles.clear()
    lab.wrap = lambda app: app
    lab.converge(*desired.clusters)
    assert lab.specs.keys() == {cluster.name for cluster in desired.clusters}
    assert lab.plan(desired).plan.changes == ()
