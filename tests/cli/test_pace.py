"""The pace of progress: a few clusters one by one, many in one line, and never a flood."""

from planner.cli.pace import Pace
from planner.model.events import ChangeEnded, Crowd, StillSettling
from planner.model.plan import Action, Method, Operation
from planner.model.report import Fate, Outcome
from state.address import Address


def look(number: int, seconds: float) -> StillSettling:
    operation = Operation(number=number, address=Address(f"c-{number}"), method=Method.POST, path="/clusters")
    return StillSettling(operation=operation, id=f"id-{number}", phase="CREATING", seconds=seconds)


def test_one_cluster_is_told_soon_and_later_once_a_minute() -> None:
    pace = Pace(lambda: 0.0)
    told = [seconds for seconds in range(10, 600, 10) if pace.choose(look(1, seconds)) is not None]
    assert told == [10, 20, 40, 80, 140, 200, 260, 320, 380, 440, 500, 560]


def test_a_thousand_clusters_in_forty_minutes_are_a_few_dozen_lines() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    told = []
    for tick in range(1, 241):
        now = tick * 10.0
        told += [chosen for number in range(1000) if (chosen := pace.choose(look(number, now))) is not None]
    assert 40 <= len(told) <= 60
    last = told[-1]
    assert isinstance(last, Crowd)
    assert (last.count, last.counts) == (1000, ((Method.POST, 1000),))
    assert last.longest.seconds > 2300


def test_what_has_ended_is_counted_no_more() -> None:
    pace = Pace(lambda: 0.0)
    for number in range(6):
        pace.choose(look(number, 10.0))
    for number in range(6):
        address = Address(f"c-{number}")
        event = ChangeEnded(outcome=Outcome(address=address, action=Action.CREATE, fate=Fate.DONE))
        assert pace.choose(event) is event
    assert pace.choose(look(9, 30.0)) == look(9, 30.0), "there is one again"
