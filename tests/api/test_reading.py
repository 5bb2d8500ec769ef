from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.api.reading import ErrorDocument, Strange, read_clusters, read_error, to_live
from planner.model.live import ErrorDetail, LiveCluster
from state.values import Json
from tests.api.doubles import make_cluster

JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["metadata", "uid", "name", "error", "items"]), inner)
    ),
    max_leaves=8,
)


def test_a_cluster_is_read_with_all_that_the_server_put_there() -> None:
    document: dict[str, Json] = {
        "metadata": {"uid": "c-1", "name": "my web", "created": "2021-06-01"},
        "spec": {"version": "2021.06", "novelty": [1]},
        "status": {"resourceVersion": 7, "state": "RUNNING", "updateState": {"any": "thing"}},
        "more": None,
    }
    assert to_live(document) == LiveCluster(
        id="c-1", name="my web", resource_version=7, state="RUNNING", document=document
    )


@pytest.mark.parametrize(
    "status",
    [None, "RUNNING", [], {}, {"resourceVersion": "7", "state": 1}, {"resourceVersion": True}, {"resourceVersion": -1}],
)
def test_a_status_that_is_new_to_us_is_no_error(status: Json) -> None:
    cluster = to_live({"metadata": {"uid": "c-1", "name": "web"}, "status": status})
    assert (cluster.resource_version, cluster.state) == (None, None)


def test_a_cluster_without_a_status_is_no_error() -> None:
    cluster = to_live({"metadata": {"uid": "c-1", "name": ""}})
    assert (cluster.name, cluster.resource_version, cluster.state) == ("", None, None)


@pytest.mark.parametrize(
    "document",
    [
        None,
        "c-1",
        [],
        {},
        {"metadata": None},
        {"metadata": []},
        {"metadata": {"name": "web"}},
        {"metadata": {"uid": None, "name": "web"}},
        {"metadata": {"uid": 1, "name": "web"}},
        {"metadata": {"uid": "", "name": "web"}},
        {"metadata": {"uid": "../users", "name": "web"}},
        {"metadata": {"uid": "c-1"}},
        {"metadata": {"uid": "c-1", "name": 1}},
    ],
)
def test_a_cluster_without_identity_is_refused(document: Json) -> None:
    with pytest.raises(Strange):
        to_live(document)
    with pytest.raises(Strange):
        read_clusters([make_cluster(), document])


@pytest.mark.parametrize("name", ["values", "items", "clusters"])
def test_a_list_may_be_wrapped(name: str) -> None:
    bare = read_clusters([make_cluster("c-1"), make_cluster("c-2")])
    assert [cluster.id for cluster in bare] == ["c-1", "c-2"]
    assert read_clusters({name: [make_cluster("c-1"), make_cluster("c-2")]}) == bare
    assert read_clusters({name: [], "total": 0, "next": None, "hasMore": False}) == ()


@pytest.mark.parametrize(
    "document",
    [
        None,
        0,
        "",
        {},
        {"data": []},
        {"items": {}},
        {"items": None},
        {"items": [], "values": []},
        {"error": {"code": "x"}},
    ],
)
def test_what_is_no_list_is_not_an_empty_one(document: Json) -> None:
    with pytest.raises(Strange, match="is not a list of clusters"):
        read_clusters(document)


@pytest.mark.parametrize(
    "member",
    [{"next": "/p2"}, {"nextPageToken": "x"}, {"has_more": True}, {"continue": "x"}, {"cursors": {"after": "x"}}],
)
def test_a_part_of_a_list_is_not_taken_for_the_whole(member: dict[str, Json]) -> None:
    with pytest.raises(Strange, match="one page of several"):
        read_clusters({"items": [make_cluster()], **member})


def test_an_error_document_is_read() -> None:
    document: Json = {
        "error": {
            "code": "BadArgument",
            "message": "Invalid cluster",
            "details": [{"code": "NullValue", "target": "metadata.name", "message": "must not be null"}],
        }
    }
    assert read_error(document) == ErrorDocument(
        code="BadArgument",
        message="Invalid cluster",
        details=(ErrorDetail("NullValue", "metadata.name", "must not be null"),),
    )


@pytest.mark.parametrize("document", [None, [], "no", {}, {"error": "no"}, {"error": {"code": 5, "details": {"a": 1}}}])
def test_an_odd_error_document_says_nothing(document: Json) -> None:
    assert read_error(document) == ErrorDocument()


def test_what_is_odd_in_an_error_document_is_left_out() -> None:
    document: Json = {
        "error": {"code": "NotFound", "message": None, "details": [None, "x", {"target": 1, "code": "y"}]}
    }
    assert read_error(document) == ErrorDocument(code="NotFound", details=(ErrorDetail("y", "", ""),))


@given(JSON)
def test_any_document_is_understood_or_refused(document: Json) -> None:
    read_error(document)
    for read in (to_live, read_clusters):
        with suppress(Strange):
            read(document)
