import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.api.endpoint import check_id, check_path, is_id, normalise_endpoint, resolve_next
from planner.model.live import NotSent


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("https://acme.implycloud.com", "https://acme.implycloud.com/api/v1"),
        ("https://acme.implycloud.com/", "https://acme.implycloud.com/api/v1"),
        ("https://acme.implycloud.com/api/v1", "https://acme.implycloud.com/api/v1"),
        ("https://acme.implycloud.com/api/v1/", "https://acme.implycloud.com/api/v1"),
        ("HTTPS://Acme.ImplyCloud.com:443", "https://acme.implycloud.com/api/v1"),
        ("https://gateway.example:8443/imply", "https://gateway.example:8443/imply/api/v1"),
        ("https://[2001:DB8::1]:8443/", "https://[2001:db8::1]:8443/api/v1"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v1"),
        ("http://127.9.9.9:80/", "http://127.9.9.9/api/v1"),
        ("http://localhost:8080/api/v1", "http://localhost:8080/api/v1"),
        ("http://[::1]:8080", "http://[::1]:8080/api/v1"),
    ],
)
def test_one_address_has_one_form(written: str, base: str) -> None:
    assert normalise_endpoint(written).base == base
    assert normalise_endpoint(base).base == base


@pytest.mark.parametrize(
    "written",
    [
        "http://acme.implycloud.com",
        "http://10.0.0.1",
        "http://128.0.0.1",
        "http://2130706433",
        "http://127.1",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://[::ffff:127.0.0.1]",
        "http://0.0.0.0",
    ],
)
def test_the_token_never_leaves_this_machine_in_the_clear(written: str) -> None:
    with pytest.raises(NotSent, match="not encrypted"):
        normalise_endpoint(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "acme.implycloud.com",
        "ftp://acme.implycloud.com",
        "emulator:account.json",
        "https://",
        "https://:443",
        "https:///api/v1",
        "https://acme.implycloud.com:0",
        "https://acme.implycloud.com:65536",
        "https://acme.implycloud.com:x",
        "https://acme.implycloud.com?",
        "https://acme.implycloud.com?x=1",
        "https://acme.implycloud.com#x",
        "https://acme.implycloud.com/a/../b",
        "https://acme.implycloud.com/a//b",
        "https://acme.implycloud.com/%2e%2e",
        "https://acme.implycloud.com\\@evil.example",
        "https://acme.impl\u0443cloud.com",
        "https://acme implycloud.com",
        "https://acme.implycloud.com\r\nHost: evil.example",
        "https://-acme.example",
        "https://acme..example",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://[acme.example]",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(NotSent) as caught:
        normalise_endpoint(written)
    assert caught.value.summary.endswith("cannot be used")
    assert "https://YOUR-NAME.implycloud.com" in caught.value.advice
    assert "\r" not in str(caught.value)


@pytest.mark.parametrize("written", ["https://me:canary@acme.example", "https://canary@acme.example"])
def test_a_password_in_an_address_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(NotSent) as caught:
        normalise_endpoint(written)
    assert "canary" not in str(caught.value)


@given(st.text())
def test_any_text_is_an_endpoint_or_refused(text: str) -> None:
    try:
        endpoint = normalise_endpoint(text)
    except NotSent:
        return
    assert endpoint.base.startswith(f"{endpoint.origin}/")


@given(st.from_regex(r"https?://[!-~]{1,40}", fullmatch=True))
def test_no_text_makes_plain_http_leave_this_machine(text: str) -> None:
    try:
        endpoint = normalise_endpoint(text)
    except NotSent:
        return
    host = endpoint.origin.partition("://")[2]
    assert endpoint.origin.startswith("https://") or host.startswith(("127.", "localhost", "[::1]"))


@pytest.mark.parametrize("text", ["c-1", "0b0f6a52-3f1e-4a43-9f53-7f8b6a1f2c11", "a", "A.b_c-9", "...", "x" * 128])
def test_an_id_may_stand_in_an_address(text: str) -> None:
    assert is_id(text)
    assert check_id(text) == text


@pytest.mark.parametrize(
    "text", ["", ".", "..", "../x", "a/b", "a?b", "a#b", "a%2fb", "a b", "a\n", "a;b", "\u00e4", "x" * 129]
)
def test_what_could_change_the_path_is_no_id(text: str) -> None:
    assert not is_id(text)
    with pytest.raises(NotSent, match="is not the id of a cluster"):
        check_id(text)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/clusters"), ("PATCH", "/clusters/c-1"), ("PUT", "/clusters/c-1"), ("DELETE", "/clusters/c-1")],
)
def test_the_api_has_four_operations_that_change_something(method: str, path: str) -> None:
    assert check_path(method, path) == (method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/clusters"),
        ("POST", "/clusters/c-1"),
        ("POST", "/clusters/"),
        ("DELETE", "/clusters"),
        ("DELETE", "/clusters/"),
        ("DELETE", "/clusters/.."),
        ("DELETE", "/clusters/c-1/history/1"),
        ("DELETE", "clusters/c-1"),
        ("DELETE", "/users/c-1"),
        ("PATCH", "/clusters/c-1?force=true"),
        ("post", "/clusters"),
        ("TRACE", "/clusters/c-1"),
    ],
)
def test_every_other_operation_is_refused_before_it_is_sent(method: str, path: str) -> None:
    with pytest.raises(NotSent):
        check_path(method, path)


ORIGIN = "https://acme.implycloud.com"
HERE = f"{ORIGIN}/api/v1/clusters"


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("?page=2", f"{HERE}?page=2"),
        ("/api/v1/clusters?page=2", f"{HERE}?page=2"),
        ("clusters?page=2#x", f"{HERE}?page=2"),
        (f"{HERE}?page=2", f"{HERE}?page=2"),
        ("https://ACME.implycloud.com:443/api/v1/clusters?page=2", f"{HERE}?page=2"),
        ("http://acme.implycloud.com/api/v1/clusters?page=2", None),
        ("https://acme.implycloud.com:8443/api/v1/clusters", None),
        ("https://evil.example/api/v1/clusters?page=2", None),
        ("//evil.example/api/v1/clusters", None),
        ("https://acme.implycloud.com@evil.example/", None),
        ("https://me@acme.implycloud.com/", None),
        ("https://acme.implycloud.com\\@evil.example/", None),
        ("https://acme.implycloud.com:x/", None),
        ("https://[", None),
        ("javascript:alert(1)", None),
        ("?page=2\r\nHost: evil.example", None),
        ("", None),
        ("?" + "x" * 9000, None),
    ],
)
def test_the_next_page_is_on_the_same_server_or_nowhere(link: str, target: str | None) -> None:
    assert resolve_next(HERE, link, ORIGIN) == target


@given(st.text() | st.from_regex(r"(https?:)?//[!-~]{0,30}", fullmatch=True))
def test_no_link_leads_the_token_to_another_server(link: str) -> None:
    target = resolve_next(HERE, link, ORIGIN)
    assert target is None or target.startswith(f"{ORIGIN}/")
