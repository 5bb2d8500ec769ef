import json

import pytest

from planner.emulator.behaviour import Behaviour
from tests.emulator.emulated import emulate


@pytest.mark.parametrize(
    ("name", "value", "respelled"),
    [
        ("druid.server.maxSize", "500MiB", "524288000"),
        ("druid.server.maxSize", "2k", "2000"),
        ("druid.server.maxSize", "lots", "lots"),
        ("druid.coordinator.period", "PT1H", "PT60M"),
        ("druid.sql.enable", "True", "true"),
        ("druid.worker.capacity", "007", "7"),
        ("druid.extensions.loadList", '["b","a"]', '["b", "a"]'),
        ("druid.indexer.runner.javaOpts", "-Xmx8g -Da=1  -XX:MaxDirectMemorySize=1g", None),
        ("druid.indexer.runner.javaOpts", "-cp a -Da=1", "-cp a -Da=1"),
        ("druid.other", "500MiB", "500MiB"),
    ],
)
def test_respells_properties(name: str, value: str, respelled: str | None) -> None:
    api = emulate(Behaviour(respells_values=True))
    cluster = api.create("web", commonRuntimeProperties=[{"name": name, "value": value}])

    (entry,) = cluster["spec"]["commonRuntimeProperties"]

    assert entry["value"] == (respelled or "-Da=1 -XX:MaxDirectMemorySize=1g -Xmx8192m")
    again = api.call("PATCH", f"/clusters/{cluster['metadata']['uid']}", {"spec": {"commonRuntimeProperties": [entry]}})
    assert again.json()["spec"]["commonRuntimeProperties"] == [entry]
    assert again.json()["status"]["resourceVersion"] == cluster["status"]["resourceVersion"]


def test_respells_documents() -> None:
    api = emulate(Behaviour(respells_values=True))
    pivot = {"accessMode": "LDAP", "roleAuthority": "NATIVE", "options": '{"b": 1, "a": [2]}'}

    spec = api.create("web", pivot=pivot)["spec"]

    assert json.loads(spec["pivot"]["options"]) == {"a": [2], "b": 1}
    assert spec["pivot"]["options"].startswith('{\n  "a"')
