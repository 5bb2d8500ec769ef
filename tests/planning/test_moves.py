"""Moves: what `moved` blocks, and `count` that comes or goes, make of the addresses in the state."""

from dataclasses import replace
from typing import Any, TypeAlias

import pytest

from planner.model.desired import DesiredCluster
from planner.model.diagnostics import ExitCode
from planner.model.plan import Plan, Reason
from planner.planning.moves import follow_moves
from state.address import parse_address
from state.record import Record
from tests.laws.lab import declare
from tests.planning.sides import announce, move, plan, refuse, remember, show

Steps: TypeAlias = list[tuple[str, str]]

FOLLOWED: list[tuple[str, Steps, list[str], dict[str, str]]] = [
    # what moves, the blocks, what the state knows, former address by new address
    ("a cluster", [("cluster.a", "cluster.b")], ["cluster.a", "cluster.c"], {"cluster.b": "cluster.a"}),
    ("nothing, where the state knows nothing", [("cluster.a", "cluster.b")], ["cluster.c"], {}),
    (
        "all instances of a cluster",
        [("cluster.a", "cluster.b")],
        ["cluster.a[0]", 'cluster.a["x"]'],
        {"cluster.b[0]": "cluster.a[0]", 'cluster.b["x"]': 'cluster.a["x"]'},
    ),
    ("one instance", [("cluster.a[1]", "cluster.b")], ["cluster.a[0]", "cluster.a[1]"], {"cluster.b": "cluster.a[1]"}),
    ("the single instance to a key", [("cluster.a", 'cluster.a["x"]')], ["cluster.a"], {'cluster.a["x"]': "cluster.a"}),
    ("no other than the single instance", [("cluster.a", 'cluster.a["x"]')], ["cluster.a[0]"], {}),
    (
        "from count to for_each",
        [("cluster.a[0]", 'cluster.a["x"]'), ("cluster.a[1]", 'cluster.a["y"]')],
        ["cluster.a[0]", "cluster.a[1]"],
        {'cluster.a["x"]': "cluster.a[0]", 'cluster.a["y"]': "cluster.a[1]"},
    ),
    (
        "a module",
        [("module.a", "module.b")],
        ["module.a.cluster.r", "module.a.module.deep.cluster.s[2]", "module.ab.cluster.r", "cluster.a"],
        {
            "module.b.cluster.r": "module.a.cluster.r",
            "module.b.module.deep.cluster.s[2]": "module.a.module.deep.cluster.s[2]",
        },
    ),
    (
        "all instances of a module",
        [("module.a", "module.b")],
        ["module.a[0].cluster.r", "module.a[1].cluster.r"],
        {"module.b[0].cluster.r": "module.a[0].cluster.r", "module.b[1].cluster.r": "module.a[1].cluster.r"},
    ),
    (
        "a module to a key",
        [("module.a", 'module.a["x"]')],
        ["module.a.cluster.r"],
        {'module.a["x"].cluster.r': "module.a.cluster.r"},
    ),
    (
        "a module inside one instance of another",
        [("module.m[0].module.a", "module.m[0].module.b")],
        ["module.m[0].module.a.cluster.r", "module.m[1].module.a.cluster.r"],
        {"module.m[0].module.b.cluster.r": "module.m[0].module.a.cluster.r"},
    ),
    ("into a module", [("cluster.r", "module.a.cluster.r")], ["cluster.r"], {"module.a.cluster.r": "cluster.r"}),
    ("out of a module", [("module.a.cluster.r", "cluster.x")],
     ["module.a.cluster.r"], {"cluster.x": "module.a.cluster.r"}),
    (
        "nothing, where a module on the way has keys that the block does not name",
        [("module.a.cluster.r", "cluster.x")],
        ["module.a[0].cluster.r"],
        {},
    ),
    (
        "along a chain, whatever the order of its blocks",
        [("cluster.b", "cluster.c"), ("cluster.c", "cluster.d"), ("cluster.a", "cluster.b")],
        ["cluster.a"],
        {"cluster.d": "cluster.a"},
    ),
    (
        "with its module, and then out of it",
        [("module.b.cluster.r", "cluster.x"), ("module.a", "module.b")],
        ["module.a.cluster.r"],
        {"cluster.x": "module.a.cluster.r"},
    ),
    (
        "a cluster in a module before the module",
        [("module.a", "module.b"), ("module.a.cluster.r", "cluster.x")],
        ["module.a.cluster.r", "module.a.cluster.s"],
        {"cluster.x": "module.a.cluster.r", "module.b.cluster.s": "module.a.cluster.s"},
    ),
    (
        "one instance before all others",
        [("cluster.a", "cluster.b"), ("cluster.a[1]", "cluster.c")],
        ["cluster.a[0]", "cluster.a[1]"],
        {"cluster.b[0]": "cluster.a[0]", "cluster.c": "cluster.a[1]"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", FOLLOWED, ids=[row[0] for row in FOLLOWED])
def test_what_moves(row: tuple[str, Steps, list[str], dict[str, str]]) -> None:
    _, steps, known, expected = row
    followed = follow_moves(move(*steps).moves, [parse_address(text) for text in known])
    assert {str(target): str(source) for target, source in followed.sources.items()} == expected
    assert followed.warnings == ()


BLOCKED: list[tuple[str, Steps, list[str], dict[str, str], list[str]]] = [
    # why, the blocks, what the state knows, what moved all the same, what could not
    ("the address is taken", [("cluster.a", "cluster.b")], ["cluster.a", "cluster.b"], {},
     ["cluster.a could not move to cluster.b"]),
    ("what is there moves on only later", [("cluster.b", "cluster.c"), ("cluster.a", "cluster.b")],
     ["cluster.a", "cluster.b"], {"cluster.c": "cluster.b"}, ["cluster.a could not move to cluster.b"]),
    ("one instance is there", [("cluster.a", "cluster.b")], ["cluster.a[0]", "cluster.b[1]"], {},
     ["cluster.a could not move to cluster.b"]),
    ("the module is there", [("module.a", "module.b")], ["module.a.cluster.r", "module.b.cluster.s"], {},
     ["module.a could not move to module.b"]),
    ("a module in the module is there", [("module.a", "module.b")],
     ["module.a.cluster.r", "module.a.module.deep.cluster.r", "module.b.module.deep.cluster.s"],
     {"module.b.cluster.r": "module.a.cluster.r"}, ["module.a.module.deep could not move to module.b.module.deep"]),
    ("one instance of the module is there", [("module.a", "module.b")],
     ["module.a[0].cluster.r", "module.a[1].cluster.r", "module.b[1].cluster.r"],
     {"module.b[0].cluster.r": "module.a[0].cluster.r"}, ["module.a[1] could not move to module.b[1]"]),
    ("the whole came first", [("cluster.c", "cluster.b[0]"), ("cluster.a", "cluster.b")],
     ["cluster.a[0]", "cluster.c"], {"cluster.b[0]": "cluster.a[0]"}, ["cluster.c could not move to cluster.b[0]"]),
]  # fmt: skip


@pytest.mark.parametrize("row", BLOCKED, ids=[row[0] for row in BLOCKED])
def test_what_cannot_move_stays_and_is_told(row: tuple[str, Steps, list[str], dict[str, str], list[str]]) -> None:
    _, steps, known, expected, told = row
    followed = follow_moves(move(*steps).moves, [parse_address(text) for text in known])
    assert {str(target): str(source) for target, source in followed.sources.items()} == expected
    (warning,) = followed.warnings
    assert warning.summary == "Unresolved resource instance address changes"
    assert [line.strip() for line in warning.detail.splitlines() if "could not move" in line and line[0] == " "] == told


CONTRADICTIONS: list[tuple[str, Steps, list[str], list[str]]] = [
    # what is wrong, the blocks, what is declared, codes
    ("the source is still declared", [("cluster.a", "cluster.b")], ["cluster.a"], ["moved-object-exists"]),
    ("an instance of it is", [("cluster.a", "cluster.b")], ["cluster.a[3]"], ["moved-object-exists"]),
    ("the instance is", [("cluster.a[1]", "cluster.b")], ["cluster.a[1]"], ["moved-object-exists"]),
    ("another instance is", [("cluster.a[1]", "cluster.b")], ["cluster.a[0]"], []),
    ("other instances than the single one are", [("cluster.a", 'cluster.a["x"]')], ['cluster.a["x"]'], []),
    ("the module is", [("module.a", "module.b")], ["module.a.module.deep.cluster.r"], ["moved-object-exists"]),
    ("the module is, under a key", [("module.a", "module.b")], ["module.a[0].cluster.r"], ["moved-object-exists"]),
    ("two sources", [("cluster.a", "cluster.b"), ("cluster.c", "cluster.b")], [], ["ambiguous-move"]),
    ("two targets", [("cluster.a", "cluster.b"), ("cluster.a", "cluster.c")], [], ["ambiguous-move"]),
    ("the same twice", [("cluster.a", "cluster.b"), ("cluster.a", "cluster.b")], [], []),
    ("a circle", [("cluster.a", "cluster.b"), ("cluster.b", "cluster.a")], [], ["cyclic-moves"]),
    ("a circle of keys", [('cluster.a["x"]', 'cluster.a["y"]'), ('cluster.a["y"]', 'cluster.a["x"]')], [],
     ["cyclic-moves"]),
    ("a wide circle", [("cluster.a", "cluster.b"), ("module.m", "module.n"), ("cluster.b", "module.m.cluster.r"),
     ("module.n.cluster.r", "cluster.a")], [], ["cyclic-moves"]),
    ("the same address", [("cluster.a", "cluster.a")], ["cluster.a"], ["redundant-move"]),
    ("a cluster to a module", [("cluster.a", "module.b")], [], ["invalid-move"]),
]  # fmt: skip


@pytest.mark.parametrize("row", CONTRADICTIONS, ids=[row[0] for row in CONTRADICTIONS])
def test_what_contradicts_is_refused(row: tuple[str, Steps, list[str], list[str]]) -> None:
    _, steps, declared, codes = row
    clusters = [at(text, name=f"n{number}") for number, text in enumerate(declared)]
    if not codes:
        assert plan(clusters, past=move(*steps)).warnings == ()
        return
    failure = refuse(clusters, past=move(*steps))
    assert [diagnostic.code for diagnostic in failure.diagnostics] == codes
    assert failure.exit_code is ExitCode.INVALID_CONFIGURATION
    assert all(diagnostic.span is not None and diagnostic.span.file == "main.hcl" for diagnostic in failure.diagnostics)


def test_a_circle_is_named() -> None:
    (problem,) = refuse([], past=move(("cluster.a", "cluster.b"), ("cluster.b", "cluster.a"))).diagnostics
    assert {"  cluster.a -> cluster.b", "  cluster.b -> cluster.a"} <= set(problem.detail.splitlines())


def at(text: str, name: str, **spec: Any) -> DesiredCluster:  # noqa: ANN401 - any field
    return replace(declare("any", name=name, **spec), address=parse_address(text))


def know(text: str, name: str, *, needs: tuple[str, ...] = ()) -> Record:
    """Return the record at any address; its id is `id-` and the name."""
    address = parse_address(text)
    return replace(
        remember("any", name=name, id=f"id-{name}"), address=address, depends_on=tuple(map(parse_address, needs))
    )


def told(made: Plan) -> list[str]:
    return [f"{change.action.value} {change.address} from {change.moved_from}" for change in made.changes]


def test_a_block_moves_what_an_edit_changes_too() -> None:
    made = plan(
        [at('cluster.a["x"]', "web", awsKeyPair="b")],
        [know("cluster.a", "web")],
        [show("web")],
        past=move(("cluster.a", 'cluster.a["x"]')),
    )
    assert told(made) == ['update cluster.a["x"] from cluster.a']
    assert [operation.path for operation in made.operations] == ["/clusters/id-web"]


def test_what_has_moved_out_of_the_configuration_is_deleted_under_its_new_address() -> None:
    made = plan([], [know("cluster.a", "web")], [show("web")], past=move(("cluster.a", "cluster.b")))
    assert told(made) == ["delete cluster.b from cluster.a"]
    assert made.changes[0].reason is Reason.NOT_IN_CONFIGURATION


def test_what_could_not_move_is_deleted_like_all_that_is_not_declared() -> None:
    made = plan(
        [at("cluster.b", "two")],
        [know("cluster.a", "one"), know("cluster.b", "two")],
        [show("one"), show("two")],
        past=move(("cluster.a", "cluster.b")),
    )
    assert told(made) == ["delete cluster.a from None"]
    assert [warning.code for warning in made.warnings] == ["move-blocked"]


@pytest.mark.parametrize(("former", "new"), [("cluster.a", "cluster.a[0]"), ("cluster.a[0]", "cluster.a")])
def test_when_count_comes_or_goes_the_first_instance_stays(former: str, new: str) -> None:
    made = plan([at(new, "web")], [know(former, "web")], [show("web")])
    assert told(made) == [f"no-op {new} from {former}"]


@pytest.mark.parametrize(("former", "new"), [("cluster.a", "cluster.a[0]"), ("cluster.a[0]", "cluster.a")])
def test_the_first_instance_is_not_made_anew_under_another_name(former: str, new: str) -> None:
    failure = refuse([at(new, "web-0")], [know(former, "web")], [show("web")])
    assert [(one.code, str(one.address)) for one in failure.diagnostics] == [("immutable-field", new)]


def test_a_name_comes_before_what_count_would_move() -> None:
    made = plan(
        [at("cluster.a[0]", "other"), at("cluster.c", "web")],
        [know("cluster.a", "web"), know("cluster.b", "other")],
        [show("web"), show("other")],
    )
    assert told(made) == ["no-op cluster.a[0] from cluster.b", "no-op cluster.c from cluster.a"]


def test_the_first_instance_is_no_other_while_both_are_there() -> None:
    made = plan(
        [at("cluster.a[0]", "zero"), at("cluster.a[1]", "one")],
        [know("cluster.a[0]", "zero"), know("cluster.a", "one")],
        [show("zero"), show("one")],
    )
    assert told(made) == ["no-op cluster.a[1] from cluster.a"]


def test_a_block_comes_before_what_count_would_move() -> None:
    made = plan(
        [at("cluster.a[0]", "web")],
        [know("cluster.a", "old"), know("cluster.z", "web")],
        [show("old"), show("web")],
        past=move(("cluster.z", "cluster.a[0]")),
    )
    assert told(made) == ["delete cluster.a from None", "no-op cluster.a[0] from cluster.z"]


def test_an_interrupted_create_moves_with_its_block() -> None:
    made = plan(
        [at("cluster.b", "web")],
        [],
        [show("web")],
        intents=[announce("a", name="web")],
        past=move(("cluster.a", "cluster.b")),
    )
    assert told(made) == ["no-op cluster.b from cluster.a"]
    assert made.changes[0].reason is Reason.TAKEN_OVER


def test_a_create_that_came_to_nothing_is_in_nobodys_way() -> None:
    made = plan(
        [at("cluster.b", "web")],
        [know("cluster.a", "web")],
        [show("web")],
        intents=[announce("b", name="other")],
        past=move(("cluster.a", "cluster.b")),
    )
    assert (told(made), made.warnings) == (["no-op cluster.b from cluster.a"], ())


def test_what_was_relied_on_is_deleted_after_its_dependants_also_where_it_has_moved() -> None:
    made = plan(
        [],
        [know("cluster.a", "base"), know("cluster.user", "user", needs=("cluster.a",))],
        [show("base"), show("user")],
        past=move(("cluster.a", "cluster.z")),
    )
    assert [(operation.address.name, operation.after) for operation in made.operations] == [("user", ()), ("z", (1,))]
