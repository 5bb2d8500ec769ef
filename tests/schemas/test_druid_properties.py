import re

import pytest

from schemas import Meaning, find_entry, find_field, find_property_meaning, load_document
from schemas.druid_properties import list_properties


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("druid.processing.buffer.sizeBytes", "size"),
        ("druid.server.maxSize", "size"),
        ("druid.coordinator.period", "duration"),
        ("druid.broker.cache.useCache", "boolean"),
        ("druid.worker.capacity", "integer"),
        ("druid.indexer.runner.javaOpts", "jvm-options"),
        ("druid.indexer.runner.javaOptsArray", "jvm-options-list"),
        ("druid.segmentCache.locations", "locations"),
        ("druid.indexer.fork.property.druid.processing.buffer.sizeBytes", "size"),
        ("druid.indexer.fork.property.druid.worker.version", None),
        ("druid.worker.version", None),
        ("druid.router.tierToBrokerMap", None),
        ("druid.unknown", None),
        ("team", None),
        ("", None),
    ],
)
def test_a_property_is_known_by_its_name(name: str, meaning: Meaning | None) -> None:
    assert find_property_meaning(name) == meaning


def test_names_are_in_order_and_none_comes_twice() -> None:
    names = [name for listed in list_properties().values() for name in listed]
    assert len(names) == len(set(names))
    assert all(list(listed) == sorted(listed) for listed in list_properties().values())
    assert all(re.fullmatch(r"druid(\.\w+)+", name) for name in names)


def test_only_lists_of_properties_have_values_with_a_meaning() -> None:
    properties, tags = find_field(("spec", "commonRuntimeProperties")), find_field(("spec", "awsTags"))
    assert properties is not None
    assert tags is not None
    for listed, meaning in ((properties, "size"), (tags, None)):
        entry = find_entry(listed, "druid.server.maxSize")
        assert entry is not None
        assert entry.fields["value"].meaning == meaning


def test_no_secret_is_among_the_properties() -> None:
    pattern = load_document("cluster.schema.json")["$defs"]["NameValueList"]["x-sensitive-names"]
    names = [name for listed in list_properties().values() for name in listed]
    assert [name for name in names if re.search(pattern, name, re.IGNORECASE)] == []
