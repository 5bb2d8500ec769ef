"""What has moved and is recognised without a block: the plan says so, and suggests blocks that say the same."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.desired import Desired, DesiredCluster
from planner.model.plan import Plan
from state.address import Address, ModuleStep, parse_address
from state.record import Record
from tests.laws.lab import declare
from tests.planning.sides import move, plan, remember, show


def at(text: str, name: str) -> DesiredCluster:
    return replace(declare("any", name=name), address=parse_address(text))


def know(text: str, name: str) -> Record:
    return replace(remember("any", name=name, id=f"id-{name}"), address=parse_address(text))


def readdress(former: Mapping[str, str], now: Mapping[str, str], past: Desired = Desired()) -> Plan:  # noqa: B008
    """Return the plan for clusters, by their names, that have former addresses in the state and others now."""
    wanted = sorted((at(text, name) for name, text in now.items()), key=lambda cluster: cluster.address)
    records = [know(text, name) for name, text in former.items()]
    return plan(wanted, records, [show(name) for name in former], past=past)


def suggested(made: Plan) -> list[tuple[str, str]]:
    return [(one.source, one.target) for one in made.suggested_moves]


@pytest.mark.parametrize(
    ("former", "now", "blocks"),
    [
        pytest.param({"w": "cluster.a"}, {"w": "cluster.b"}, [("cluster.a", "cluster.b")], id="a label"),
        pytest.param(
            {"eu": "cluster.web[0]", "us": "cluster.web[1]"},
            {"eu": 'cluster.web["eu"]', "us": 'cluster.web["us"]'},
            [("cluster.web[0]", 'cluster.web["eu"]'), ("cluster.web[1]", 'cluster.web["us"]')],
            id="count to for_each",
        ),
        pytest.param(
            {"eu": "module.m.cluster.web[0]", "us": "module.m.cluster.web[1]"},
            {"eu": 'module.m.cluster.web["eu"]', "us": 'module.m.cluster.web["us"]'},
            [
                ("module.m.cluster.web[0]", 'module.m.cluster.web["eu"]'),
                ("module.m.cluster.web[1]", 'module.m.cluster.web["us"]'),
            ],
            id="count to for_each in a module",
        ),
        pytest.param(
            {"eu": 'cluster.a["eu"]', "us": 'cluster.a["us"]'},
            {"eu": 'cluster.b["eu"]', "us": 'cluster.b["us"]'},
            [("cluster.a", "cluster.b")],
            id="the label of all instances",
        ),
        pytest.param(
            {"eu": 'cluster.a["eu"]', "us": 'cluster.a["us"]'},
            {"eu": 'cluster.b["eu"]', "us": 'cluster.a["us"]'},
            [('cluster.a["eu"]', 'cluster.b["eu"]')],
            id="the label of one instance, while another stays",
        ),
        pytest.param(
            {"x": "module.a.cluster.x", "y": "module.a.module.deep.cluster.y[1]"},
            {"x": "module.b.cluster.x", "y": "module.b.module.deep.cluster.y[1]"},
            [("module.a", "module.b")],
            id="a module",
        ),
        pytest.param(
            {"x": "module.a[0].cluster.x", "y": "module.a[1].cluster.x"},
            {"x": 'module.a["x"].cluster.x', "y": 'module.a["y"].cluster.x'},
            [("module.a[0]", 'module.a["x"]'), ("module.a[1]", 'module.a["y"]')],
            id="count to for_each of a module",
        ),
        pytest.param(
            {"x": "cluster.x", "y": "cluster.y"},
            {"x": "module.m.cluster.x", "y": "module.m.cluster.y"},
            [("cluster.x", "module.m.cluster.x"), ("cluster.y", "module.m.cluster.y")],
            id="into a module",
        ),
        pytest.param({"w": "cluster.a"}, {"w": "cluster.a[0]"}, [("cluster.a", "cluster.a[0]")], id="count comes"),
        pytest.param({"w": "cluster.a"}, {"w": "cluster.a"}, [], id="nothing"),
    ],
)
def test_blocks_say_what_was_recognised(
    former: dict[str, str], now: dict[str, str], blocks: list[tuple[str, str]]
) -> None:
    made = readdress(former, now)
    assert suggested(made) == blocks
    moved = {str(change.moved_from): str(change.address) for change in made.changes if change.is_recognised}
    assert moved == {former[name]: text for name, text in now.items() if former[name] != text}


def test_what_a_block_says_is_not_suggested() -> None:
    made = readdress({"w": "cluster.a"}, {"w": "cluster.b"}, move(("cluster.a", "cluster.b")))
    assert [(change.moved_from, change.is_recognised) for change in made.changes] == [(Address("a"), False)]
    assert suggested(made) == []


def test_a_suggestion_goes_on_from_where_a_block_leads() -> None:
    made = readdress({"w": "cluster.a"}, {"w": "cluster.c"}, move(("cluster.a", "cluster.b")))
    assert [str(change.moved_from) for change in made.changes] == ["cluster.a"]
    assert suggested(made) == [("cluster.b", "cluster.c")]


def test_what_goes_does_not_move_along() -> None:
    made = readdress({"eu": 'cluster.a["eu"]', "us": 'cluster.a["us"]'}, {"eu": 'cluster.b["eu"]'})
    assert suggested(made) == [('cluster.a["eu"]', 'cluster.b["eu"]')]
    assert [(str(change.address), change.action.value) for change in made.changes] == [
        ('cluster.a["us"]', "delete"),
        ('cluster.b["eu"]', "no-op"),
    ]


def test_a_destroy_suggests_nothing() -> None:
    made = plan([at("cluster.b", "w")], [know("cluster.a", "w")], [show("w")], destroy=True)
    assert suggested(made) == []


ADDRESSES = st.builds(
    Address,
    st.sampled_from(["a", "b"]),
    st.none() | st.integers(0, 1) | st.sampled_from(["x", "y"]),
    st.just(()) | st.tuples(st.builds(ModuleStep, st.sampled_from(["m", "n"]), st.none() | st.integers(0, 1))),
).map(str)


@given(
    st.lists(
        st.tuples(ADDRESSES, ADDRESSES | st.none()), min_size=1, max_size=5, unique_by=(lambda p: p[0], lambda p: p[1])
    )
)
def test_with_the_suggested_blocks_the_plan_is_the_same(pairs: list[tuple[str, str | None]]) -> None:
    former = {f"n{number}": source for number, (source, _) in enumerate(pairs)}
    taken = set(former.values())
    moving = {f"n{number}": target for number, (_, target) in enumerate(pairs)}
    now = {
        name: text for name, text in moving.items() if text is not None and (text not in taken or text == former[name])
    }
    made = readdress(former, now)
    if not made.suggested_moves:
        return
    pasted = readdress(former, now, move(*suggested(made)))
    assert pasted.id == made.id
    assert suggested(pasted) == []
    assert not any(change.is_recognised for change in pasted.changes)
