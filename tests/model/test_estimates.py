"""How long a change may take, by how long the last ones took."""

from planner.model.estimates import NO_HISTORY, Estimate, Past, Took, estimate
from state.address import Address

WEB, APP = Address("web"), Address("app")


def test_nothing_known_is_nothing_said() -> None:
    assert estimate(NO_HISTORY, WEB, "create") is None
    assert estimate(Past((Took(WEB, "update", 60.0),)), WEB, "create") is None


def test_the_cluster_itself_counts_before_all_others() -> None:
    past = Past((Took(WEB, "update", 60.0), Took(APP, "update", 600.0), Took(APP, "update", 900.0)))
    assert estimate(past, WEB, "update") == Estimate(60.0, 1)
    assert estimate(past, Address("new"), "update") == Estimate(600.0, 3)


def test_only_the_last_nine_count() -> None:
    past = Past(tuple(Took(WEB, "update", float(minutes)) for minutes in range(100)))
    assert estimate(past, WEB, "update") == Estimate(95.0, 9)


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert Estimate(600.0, 3).left(100.0) == 500.0
    assert Estimate(600.0, 3).left(600.0) is None
    assert Estimate(600.0, 3).left(10_000.0) is None
