"""Laws of checking, over generated Clusters, good and damaged.

The strategies are written from the Manager API's contract and not from the schema, so that the two are held together.
"""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemas import Path, check_cluster, is_acceptable, load_document

JUDGE = Draft202012Validator(load_document("cluster.schema.json"))

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS | st.just(""),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
"""Any value that JSON can hold."""


def some_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def one_of_each_name(name: st.SearchStrategy[str], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    entries = st.fixed_dictionaries({"name": name, **fields})
    return st.lists(entries, max_size=3, unique_by=lambda entry: entry["name"])


PROPERTIES = one_of_each_name(
    TEXTS | st.just("druid.x.password"), value=st.text(st.characters(codec="utf-8"), max_size=5)
)
NAMES = st.lists(TEXTS, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*[st.just(name) | st.just({"name": name, "more": [1]}) for name in names]).map(list)
)
VERSIONS = st.from_regex(r"(19|20)[0-9]{2}\.(0[1-9]|1[0-2])(\.[0-9]{2})?", fullmatch=True)
URLS = some_of(url=TEXTS)
PIVOTS = (
    st.just({"accessMode": "PROXIED"})
    | URLS.map(lambda url: {"accessMode": "NATIVE", **url})
    | st.tuples(
        URLS,
        st.fixed_dictionaries({
            "accessMode": st.sampled_from(["OIDC", "LDAP"]),
            "roleAuthority": st.sampled_from(["NATIVE", "EXTERNAL"]),
            "options": TEXTS,
        }),
    ).map(lambda parts: {**parts[0], **parts[1]})
)  # fmt: skip
COUNTS = st.integers(1, 500)
TIERS = some_of(
    replicas=st.integers(0, 500),
    instanceType=TEXTS,
    historicalRuntimeProperties=PROPERTIES,
    middleManagerRuntimeProperties=PROPERTIES,
)
SPECS = st.fixed_dictionaries(
    {"version": VERSIONS},
    optional={
        "desiredState": st.sampled_from(["STARTED", "STOPPED"]),
        "awsInstanceRole": TEXTS,
        "awsTags": PROPERTIES,
        "encryptVolumes": st.booleans(),
        "master": some_of(replicas=COUNTS, instanceType=TEXTS, overlordRuntimeProperties=PROPERTIES),
        "query": some_of(replicas=COUNTS, instanceType=TEXTS, brokerRuntimeProperties=PROPERTIES),
        "data": some_of(historicalRuntimeProperties=PROPERTIES, tier1=TIERS, tier3=TIERS),
        "metadataStore": some_of(
            instanceType=st.just("db.t2.small"),
            diskSize=COUNTS,
            backupRetention=st.integers(0, 35),
            encrypt=st.booleans(),
        ),
        "pivot": PIVOTS,
        "deepStorage": some_of(path=st.just("s3://bucket/prefix"), encrypt=st.booleans()),
        "druidExtensions": NAMES,
        "customFiles": one_of_each_name(TEXTS, content=JSON),
        "loadBalancers": st.lists(st.dictionaries(TEXTS, JSON, max_size=3), max_size=2),
    },
)
GOOD = st.fixed_dictionaries({
    "metadata": st.fixed_dictionaries({"name": TEXTS.filter(lambda name: re.search(r"\S", name) is not None)}),
    "spec": SPECS,
})  # fmt: skip

NEARLY: st.SearchStrategy[Any] = st.sampled_from(
    ["", 0, 1, 3.0, 2.5, -1, True, "STARTED", "PROXIED", "OIDC", None, [], {}, "2021.06\n", 10**30]
)
FIELDS = st.sampled_from(
    ["name", "value", "replicas", "pivot", "accessMode", "url", "options", "uid", "status", "extra"]
)


def find_containers(value: object, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict | list):
        yield path
        for step, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from find_containers(member, (*path, step))


def follow(value: Any, path: Path) -> Any:  # noqa: ANN401 - any JSON document
    for step in path:
        value = value[step]
    return value


@st.composite
def damaged(draw: st.DrawFn) -> Any:  # noqa: ANN401 - any JSON document
    """A good Cluster in which up to three values were replaced, removed, added or repeated."""
    document = copy.deepcopy(draw(GOOD))
    for _ in range(draw(st.integers(0, 3))):
        container = follow(document, draw(st.sampled_from(list(find_containers(document)))))
        value = copy.deepcopy(draw(NEARLY | JSON))
        if isinstance(container, list):
            container.append(draw(st.sampled_from(container) | st.just(value)) if container else value)
        elif container and draw(st.booleans()):
            name = draw(st.sampled_from(sorted(container)))
            container.pop(name)
            if draw(st.booleans()):
                container[name] = value
        else:
            container[draw(FIELDS)] = value
    return document


def has_repeated_name(document: Any) -> bool:  # noqa: ANN401 - any JSON document
    """Tell whether a list that is keyed by name repeats one: every list that stands in no other, but load balancers."""
    paths = [path for path in find_containers(document) if path != ("spec", "loadBalancers")]
    values = [follow(document, path) for path in paths if not any(isinstance(step, int) for step in path)]
    names = [
        [entry["name"] if isinstance(entry, dict) else entry for entry in value]
        for value in values
        if isinstance(value, list)
    ]
    return any(len(set(listed)) < len(listed) for listed in names)


@given(GOOD)
def test_what_the_contract_allows_is_accepted(document: dict[str, Any]) -> None:
    assert is_acceptable(document)
    assert check_cluster(document) == ()


@settings(max_examples=300)
@given(damaged())
def test_the_acceptor_and_jsonschema_agree(document: dict[str, Any]) -> None:
    """Accepted is what jsonschema accepts, sets no read-only field and repeats no name; nothing more, nothing less."""
    valid = JUDGE.is_valid(document)
    configurable = valid and "status" not in document and "uid" not in document["metadata"]

    assert is_acceptable(document) == (configurable and not has_repeated_name(document))


@settings(max_examples=300)
@given(damaged())
def test_a_document_is_acceptable_just_when_there_is_nothing_to_say(document: dict[str, Any]) -> None:
    assert is_acceptable(document) == (check_cluster(document) == ())


@given(damaged())
def test_no_two_violations_are_at_one_place_and_none_is_below_another(document: dict[str, Any]) -> None:
    paths = [violation.path for violation in check_cluster(document)]

    assert len(set(paths)) == len(paths)
    assert not {path[:length] for path in paths for length in range(len(path))} & set(paths)


@given(damaged())
def test_the_order_of_the_violations_is_the_order_of_the_document(document: dict[str, Any]) -> None:
    places = {path: number for number, path in enumerate(walk_in_order(document))}
    present = [places[violation.path] for violation in check_cluster(document) if violation.path in places]

    assert present == sorted(present)


def walk_in_order(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(value, dict | list):
        for step, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from walk_in_order(member, (*path, step))


@given(damaged())
def test_a_missing_field_is_not_there_and_every_other_place_is(document: dict[str, Any]) -> None:
    places = set(walk_in_order(document))

    for violation in check_cluster(document):
        assert (violation.path in places) == (violation.code != "missing-field")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=2)
    | st.just(5000).map(lambda digits: 10**digits) | st.just("\ud800") | st.characters(categories=["Cc", "Cs", "Cf"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(FIELDS | st.text(max_size=3) | st.integers(0, 2), inner, max_size=3)
    | st.tuples(inner),
    max_leaves=12,
)  # fmt: skip
"""What JSON can hold and what it cannot."""


@given(
    ANYTHING, st.sampled_from([(), ("metadata",), ("spec",), ("spec", "pivot"), ("spec", "awsTags"), ("spec", "data")])
)
def test_nothing_makes_it_raise_or_print_what_a_terminal_would_obey(value: object, path: tuple[str, ...]) -> None:
    document = value
    for step in reversed(path):
        document = {step: document}

    violations = check_cluster(document)

    assert violations
    assert not is_acceptable(document)
    assert all(violation.message.isprintable() and len(violation.message) < 400 for violation in violations)


CANARY = "canary-7c1f"
SECRETS = st.sampled_from([CANARY, [CANARY], {"a": CANARY}, {"name": "b", "value": [CANARY]}])
MISPLACED: st.SearchStrategy[dict[str, Any]] = st.one_of(
    SECRETS.map(lambda secret: {"pivot": secret}),
    SECRETS.map(lambda secret: {"pivot": {"options": secret}}),
    SECRETS.map(lambda secret: {"pivot": {"accessMode": "OIDC", "option": secret}}),
    SECRETS.map(lambda secret: {"commonRuntimeProperties": [{"name": "druid.secretKey", "value": secret}, 1]}),
    SECRETS.map(lambda secret: {"commonRuntimeProperties": {"druid.secretKey": secret}}),
    SECRETS.map(lambda secret: {"awsTags": [secret]}),
    SECRETS.map(lambda secret: {"customFiles": [secret, 1]}),
    SECRETS.map(lambda secret: {"customFiles": [{"content": secret}, 1]}),
    SECRETS.map(lambda secret: {"loadBalancers": [{"key": secret}], "master": {"replicas": 0}}),
    SECRETS.map(lambda secret: {"unknown": secret}),
)
"""Secrets where they belong, where they were put by mistake, and a mistake elsewhere beside them."""


@given(GOOD, MISPLACED)
def test_a_secret_is_in_no_message(document: dict[str, Any], misplaced: dict[str, Any]) -> None:
    document["spec"] |= misplaced

    assert CANARY not in str(check_cluster(document))


@given(damaged())
def test_what_the_caller_hides_is_nowhere(document: dict[str, Any]) -> None:
    canaries = {path for path in walk_in_order(document) if isinstance(follow(document, path), str)}
    for path in canaries - {()}:
        follow(document, path[:-1])[path[-1]] = f"canary-{len(path)}"

    assert "canary" not in str(check_cluster(document, hidden=canaries))


@given(damaged())
def test_checking_changes_nothing(document: dict[str, Any]) -> None:
    before = json.dumps(document)

    check_cluster(document)

    assert json.dumps(document) == before
