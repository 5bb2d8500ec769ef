"""What is dumped is what is live: with it the next plan imports everything and changes nothing, and so it stays.

Of generated accounts: every field, names and texts that are hostile to HCL, to JSON and to templates, a server that
adds defaults and fields of its own and gives lists back in another order.
"""

import asyncio
import json
import random
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from planner.lang.format_text import format_hcl
from planner.model.desired import Settings
from planner.model.live import LiveCluster
from planner.model.plan import Action
from planner.model.spans import Source
from planner.model.written import Block, Reference, Written
from planner.planning.dump import Dumped, DumpOptions, dump_clusters
from planner.planning.make_plan import make_rules
from planner.workflow.apply import Limits, Screen, apply_clusters
from planner.workflow.dump import Dump, DumpRequest, Form, compose_document, compose_files, dump_account, label_clusters
from planner.workflow.new_files import write_new_files
from planner.workflow.plan import Planned, PlanRequest, plan_clusters
from planner.workflow.session import Session, connect
from tests.canaries import Watch
from tests.laws.clusters import in_the_lab, one_of_each, some_of, specs

ENDPOINT = "emulator:account.json?seed=fixed"
HOSTILE = (
    st.sampled_from(
        [
            "${}",
            "%{",
            "$${x}",
            "%%{x}",
            "$",
            "%",
            '"',
            "\\",
            "'",
            "}",
            "//",
            "##[error]",
            "\n::x\n",
            "<<E\nE\n",
            "\\u0041",
            "",
        ]
    )
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
).map(lambda text: normalize("NFC", text))
NAMES = (HOSTILE | st.sampled_from(["web", "Web", "a b", "a-b", "for", "Käse", "1", "../x", "con", "a/b"])).filter(
    lambda text: text.strip() != ""
)
LEAVES = HOSTILE | st.booleans() | st.integers(-(10**30), 10**30)
NUMBERS = st.floats(-1e200, 1e200).filter(lambda number: abs(number) > 1e-200)


def nest(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return any JSON without null that is made of `leaves`."""
    inner = leaves | st.lists(leaves, max_size=1)
    return leaves | st.lists(inner, max_size=2) | st.dictionaries(HOSTILE, inner, max_size=2)


PAIRS = one_of_each(HOSTILE.filter(bool) | st.sampled_from(["name", "value", "x.password", "y token"]), value=HOSTILE)
ACCOUNTS = st.dictionaries(
    NAMES,
    specs(
        awsTags=PAIRS,
        commonRuntimeProperties=PAIRS,
        awsKeyPair=HOSTILE.filter(bool) | st.sampled_from(["hunter2", "it is hunter3"]),
        loadBalancers=st.lists(
            st.dictionaries(HOSTILE | st.just("x-token"), nest(LEAVES | NUMBERS), max_size=3), max_size=2
        ),
        customFiles=one_of_each(HOSTILE.filter(bool), content=nest(LEAVES | NUMBERS)),
        data=some_of(tier2=some_of(historicalRuntimeProperties=PAIRS)),
    ),
    min_size=1,
    max_size=3,
)
FORMS = st.sampled_from(get_args(Form))


def make_session(directory: Path, environment: Mapping[str, str] | None = None) -> Session:
    return Session(directory=str(directory), environment={"IMPLY_ENDPOINT": ENDPOINT, **(environment or {})})


async def create(session: Session, account: Mapping[str, Any]) -> None:
    async with connect(session, ENDPOINT, Settings()) as api:
        for name, spec in account.items():
            await api.send("POST", "/clusters", {"metadata": {"name": name}, "spec": spec})


def find_secrets(written: Written, live: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield each variable in what was written, with the live value in whose place it stands."""
    match written:
        case Reference(text=text):
            yield text.removeprefix("var."), live
        case Block(members=members) | dict(members):
            for name, member in members.items():
                yield from find_secrets(member, find_member(live, name))
        case list():
            for at, item in enumerate(written):
                entry = find_entry(live, item["name"]) if isinstance(item, dict) and "name" in item else live[at]
                yield from find_secrets(item, entry)
        case _:
            pass


def find_entry(live: list[Any], name: object) -> Any:  # noqa: ANN401 - any JSON
    return next(entry for entry in live if isinstance(entry, dict) and entry.get("name") == name)


def find_member(live: Any, name: str) -> Any:  # noqa: ANN401 - any JSON
    return find_entry(live, name)["value"] if isinstance(live, list) else live[name]


def set_secrets(dump: Dump) -> dict[str, str]:
    """Return the environment that somebody sets who knows the secrets."""
    found = {name: value for one in dump.clusters for name, value in find_secrets(one.spec, one.live.document["spec"])}
    assert found.keys() == {variable.name for variable in dump.variables}
    return {f"PLANNER_VAR_{name}": write_variable(value) for name, value in found.items()}


def write_variable(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Return the text of a variable: a text as it is, anything else as an expression, with the escapes that HCL has."""
    if isinstance(value, str):
        return value
    text = json.dumps(round_off(value), ensure_ascii=False).replace("${", "\\u0024{").replace("%{", "\\u0025{")
    return re.sub(r"\\(.)", lambda found: {"b": "\\u0008", "f": "\\u000c"}.get(found[1], found[0]), text)


def round_off(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` with whole numbers as such: the shortest decimal of a large one is another number."""
    match value:
        case float():
            return int(value) if value.is_integer() else value
        case list():
            return [round_off(item) for item in value]
        case dict():
            return {name: round_off(member) for name, member in value.items()}
        case _:
            return value


def dump_into(directory: Path, form: Form, *, keeps_defaults: bool = False) -> dict[str, str]:
    """Write what is live into `directory`, and return the environment that sets its secrets.

    Where bare Clusters cannot hold a secret, JSON syntax takes their place.
    """
    session = make_session(directory)
    full = asyncio.run(dump_account(session, DumpRequest(form="hcl.json", keeps_defaults=keeps_defaults)))
    if form == "json" and full.variables:
        form = "hcl.json"
    dump = asyncio.run(dump_account(session, DumpRequest(form=form, keeps_defaults=keeps_defaults)))
    assert not dump.warnings
    files = compose_files(dump)
    assert len({name.casefold() for name in files}) == len(files)
    write_new_files(str(directory), files)
    for name, text in files.items():
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*\.(hcl|hcl\.json|cluster\.json|import\.hcl)", name)
        assert not name.endswith(".hcl") or format_hcl(Source(name, text)) == (text, ())
        assert not re.search(r"(?m)^\s*::|##\[", text)
    return set_secrets(dump)


def plan(session: Session) -> Planned:
    return asyncio.run(plan_clusters(session, PlanRequest()))


def apply(session: Session) -> None:
    screen = Screen(show=lambda _: None, agree=None, begin=lambda _: None, tell=lambda _: None)
    asyncio.run(apply_clusters(session, PlanRequest(), screen, Limits()))


@in_the_lab
@given(account=ACCOUNTS, form=FORMS, keeps_defaults=st.booleans())
def test_the_plan_after_a_dump_only_imports(
    watch: Watch,
    account: dict[str, Any],
    form: Form,
    keeps_defaults: bool,  # noqa: FBT001 - drawn
) -> None:
    watch.take_leaks()
    with tempfile.TemporaryDirectory() as root:
        directory = Path(root)
        asyncio.run(create(make_session(directory), account))
        environment = dump_into(directory, form, keeps_defaults=keeps_defaults)
        session = make_session(directory, environment)
        planned = plan(session).plan
        assert planned.operations == ()
        assert {change.name for change in planned.changes if change.importing} == account.keys()
        assert {change.action for change in planned.changes} == {Action.NO_OP}
        apply(session)
        assert plan(session).plan.changes == ()
        check_managed(session)
    # A text like a secret is none in an account that has no such secret: then it is written as it is.
    secrets = {word for text in environment.values() for word in re.findall(r"hunter\d", text)}
    assert [place for place, text in watch.written for secret in secrets if secret in text] == []
    watch.take_leaks()


def check_managed(session: Session) -> None:
    """Check that a dump of what is managed finds every address again, and imports nothing."""
    dump = asyncio.run(dump_account(session, DumpRequest()))
    declared = {cluster.name: cluster.address.name for cluster in plan(session).reading.desired.clusters}
    assert {one.live.name: one.label for one in dump.clusters} == declared
    assert "\nimport {\n" not in compose_document(dump)


@given(account=ACCOUNTS, seed=st.integers(0, 99))
def test_the_order_of_what_is_live_does_not_show(account: dict[str, Any], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    live = [make_live(name, spec, f"id-{number}") for number, (name, spec) in enumerate(account.items())]
    others = chance.sample(live, len(live))
    other = [make_live(one.name, shuffle(one.document["spec"], chance), one.id) for one in others]
    assert compose(live) == compose(other)


def make_live(name: str, spec: Any, id_: str) -> LiveCluster:  # noqa: ANN401 - any JSON
    document = {"metadata": {"name": name, "uid": id_}, "spec": spec}
    return LiveCluster(id=id_, name=name, resource_version=1, state="RUNNING", document=document)


def compose(live: list[LiveCluster]) -> str:
    dumped: tuple[Dumped, ...] = dump_clusters(
        label_clusters(live, None, None), make_rules(None), DumpOptions(), {}, lambda _: False
    )
    return compose_document(Dump(request=DumpRequest(), clusters=dumped, warnings=()))


def shuffle(value: Any, chance: random.Random, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """Return `value` with what has no order in another one."""
    match value:
        case dict():
            return {key: shuffle(value[key], chance, key) for key in chance.sample(list(value), len(value))}
        case list() if re.search("Properties$|Tags$|Extensions$|Flags$|Files$", name):
            return [shuffle(item, chance) for item in chance.sample(value, len(value))]
        case list():
            return [shuffle(item, chance) for item in value]
        case _:
            return value
