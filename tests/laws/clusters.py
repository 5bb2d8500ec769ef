"""Clusters: generated documents that the Manager API takes, with every field of its contract.

Written from the contract and not from the schema. The alphabets are small, so that two documents often say different
things of the same field.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from planner.model.desired import DesiredCluster
from state.address import Address
from tests.laws.lab import Document

__all__ = ["FIELDS", "FLEETS", "NAMES", "SPECS", "fleets", "in_the_lab", "specs"]

in_the_lab = settings(max_examples=settings().max_examples * 2 // 5)
"""For laws whose every example is a run of the whole engine: fewer of them, by whatever profile."""

TEXTS = st.sampled_from(["a", "b", "t2.small", "wört ", 'say "x"', "${x}", "0", "null", "line\nline", "{}", " "])
VALUES = st.sampled_from(["", "1", "true", "zwei", "a\nb", "{{x}}", "\u202e"])
SECRETS = st.sampled_from(["hunter2", "hunter3", ""])
SECRET_WORDS, OPEN = {"password", "accesskey"}, ("hunter", "fisher")
PROPERTY_NAMES = st.sampled_from(["druid.a", "druid.b", "druid.c", "$secret", "druid.x.password", "druid.s3.accessKey"])
NAMES = ("web", "data eu", "Käse", "$secret", 'a"b')


def some_of(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """Return objects that have some of `fields`."""
    return st.fixed_dictionaries({}, optional=fields)


def one_of_each(names: st.SearchStrategy[str], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Document]]:
    """Return lists of entries that no two share a name in."""
    entries = st.fixed_dictionaries({"name": names, **fields})
    return st.lists(entries, max_size=3, unique_by=lambda entry: entry["name"])


def publish(properties: list[Document]) -> list[Document]:
    """Return `properties` without canaries where the name of none is that of a secret."""
    return [
        one if set(one["name"].lower().split(".")) & SECRET_WORDS else {**one, "value": one["value"].replace(*OPEN)}
        for one in properties
    ]


PROPERTIES = one_of_each(PROPERTY_NAMES, value=VALUES | SECRETS).map(publish)
TAGS = one_of_each(st.sampled_from(["team", "region", "env"]), value=VALUES)
NAME_SETS = st.lists(
    st.sampled_from(["druid-kafka", "druid-s3", "beta"])
    | st.fixed_dictionaries({"name": st.sampled_from(["custom", "other"]), "path": TEXTS}),
    max_size=3,
    unique_by=lambda item: item["name"] if isinstance(item, dict) else item,
)
FILES = st.lists(
    some_of(content=SECRETS | st.just({"deep": ["hunter4"]})).flatmap(
        lambda rest: st.sampled_from(["log4j2.xml", "jaas.conf"]).map(lambda name: {"name": name, **rest})
    ),
    max_size=2,
    unique_by=lambda entry: entry["name"],
)
BALANCERS = st.lists(some_of(type=TEXTS, ports=st.lists(st.integers(1, 3), max_size=2)), max_size=2)
URLS = some_of(url=st.sampled_from(["https://a.example", "https://b.example"]))
PIVOTS = (
    st.just({"accessMode": "PROXIED"})
    | URLS.map(lambda url: {"accessMode": "NATIVE", **url})
    | st.tuples(
        URLS,
        st.fixed_dictionaries(
            {
                "accessMode": st.sampled_from(["OIDC", "LDAP"]),
                "roleAuthority": st.sampled_from(["NATIVE", "EXTERNAL"]),
                "options": st.sampled_from(["clientSecret: hunter5", "clientSecret: hunter6\n"]),
            }
        ),
    ).map(lambda parts: {**parts[0], **parts[1]})
)
COUNTS = st.integers(1, 3)
TIERS = some_of(
    replicas=st.integers(0, 2),
    instanceType=TEXTS,
    historicalRuntimeProperties=PROPERTIES,
    middleManagerRuntimeProperties=PROPERTIES,
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "desiredState": st.sampled_from(["STARTED", "STOPPED"]),
    "awsInstanceRole": TEXTS,
    "awsKeyPair": TEXTS,
    "awsTags": TAGS,
    # What cannot be changed has one value only, the one that the server would choose: see the laws of immutability.
    "encryptVolumes": st.just(False),  # noqa: FBT003 - a value of the document
    "commonRuntimeProperties": PROPERTIES,
    "master": some_of(
        replicas=COUNTS,
        instanceType=TEXTS,
        coordinatorRuntimeProperties=PROPERTIES,
        overlordRuntimeProperties=PROPERTIES,
    ),
    "query": some_of(
        replicas=COUNTS, instanceType=TEXTS, brokerRuntimeProperties=PROPERTIES, routerRuntimeProperties=PROPERTIES
    ),
    "data": some_of(
        historicalRuntimeProperties=PROPERTIES,
        middleManagerRuntimeProperties=PROPERTIES,
        tier1=TIERS,
        tier2=TIERS,
        tier3=TIERS,
    ),
    "metadataStore": some_of(
        instanceType=st.sampled_from(["db.t2.small", "db.m5.large"]),
        diskSize=COUNTS,
        backupRetention=st.integers(0, 35),
        encrypt=st.just(False),  # noqa: FBT003 - as above
    ),
    "pivot": PIVOTS,
    "deepStorage": some_of(path=st.sampled_from(["s3://bucket/a", "s3://bucket/b/"]), encrypt=st.booleans()),
    "druidExtensions": NAME_SETS,
    "featureFlags": NAME_SETS,
    "customFiles": FILES,
    "loadBalancers": BALANCERS,
}


def specs(**others: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """Return specifications; `others` stand in the place of fields, or beside them."""
    versions = st.sampled_from(["2021.06", "2021.06.01", "2022.01"])
    return st.fixed_dictionaries({"version": versions}, optional={**FIELDS, **others})


SPECS = specs()


@st.composite
def fleets(draw: st.DrawFn, size: int = 3, spec: st.SearchStrategy[Document] = SPECS) -> tuple[DesiredCluster, ...]:
    """Return up to `size` clusters of `spec`, each of which may depend on those before it.

    An address always has the same name, and a name one of two addresses: between two fleets, a cluster may move.
    """
    numbers = draw(st.lists(st.sampled_from(range(len(NAMES))), min_size=1, max_size=size, unique=True))
    clusters: list[DesiredCluster] = []
    for number in numbers:
        earlier = [cluster.address for cluster in clusters]
        needs = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        clusters.append(
            DesiredCluster(
                address=Address("nodes", number) if draw(st.booleans()) else Address(f"c-{number}"),
                document={"metadata": {"name": NAMES[number]}, "spec": draw(spec)},
                depends_on=tuple(sorted(needs)),
            )
        )
    return tuple(clusters)


FLEETS = fleets()
