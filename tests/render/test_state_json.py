"""The state as `planner show -json` writes it: what reads Terraform's reads it, and no secret is in it."""

import json
from typing import Any

from planner.render.state_json import render_state_json
from state.address import parse_address
from state.values import Output, Secret
from tests.render.terraform_json import STATE, find_misfits, is_supported


def details(name: str, **members: Any) -> dict[str, Any]:  # noqa: ANN401 - the parts of a record
    return {
        "id": f"c-{name}",
        "name": name,
        "applied": {"metadata": {"name": name}},
        "observed": None,
        "resource_version": 3,
        "prevent_destroy": False,
        "depends_on": [],
        **members,
    }


def read(addresses: dict[str, dict[str, Any]], **outputs: Output) -> Any:  # noqa: ANN401 - a document
    text = render_state_json([(parse_address(address), told) for address, told in addresses.items()], outputs)
    document = json.loads(text)
    assert text.endswith("}\n")
    assert list(find_misfits(document, STATE)) == []
    assert is_supported(document["format_version"])
    return document


def test_an_empty_state_has_no_values() -> None:
    assert read({}) == {"format_version": "1.0"}


def test_clusters_stand_in_their_modules() -> None:
    root = read(
        {
            "cluster.web": details("web"),
            'module.fleet["eu"].cluster.a': details("a"),
            'module.fleet["eu"].module.deep.cluster.b[0]': details("b"),
            'module.fleet["eu"].module.deep.cluster.b[1]': details("c"),
            "module.other.module.deep.cluster.d": details("d"),
        }
    )["values"]["root_module"]
    assert [one["address"] for one in root["resources"]] == ["cluster.web"]
    fleet, other = root["child_modules"]
    assert (fleet["address"], other["address"]) == ('module.fleet["eu"]', "module.other")
    assert [one["address"] for one in fleet["resources"]] == ['module.fleet["eu"].cluster.a']
    assert "resources" not in other
    (deep,) = fleet["child_modules"]
    assert deep["address"] == 'module.fleet["eu"].module.deep'
    assert [(one["name"], one["index"]) for one in deep["resources"]] == [("b", 0), ("b", 1)]
    assert [one["address"] for one in other["child_modules"][0]["resources"]] == ["module.other.module.deep.cluster.d"]


def test_values_are_what_the_server_said_and_secrets_are_fingerprints() -> None:
    observed = {"metadata": {"name": "web"}, "spec": {"pivot": {"options": {"$secret": "k1:1"}}, "version": "1"}}
    (found,) = read({"cluster.web": details("web", observed=observed, depends_on=["cluster.a"])})["values"][
        "root_module"
    ]["resources"]
    assert found == {
        "address": "cluster.web",
        "mode": "managed",
        "type": "cluster",
        "name": "web",
        "provider_name": "imply",
        "schema_version": 0,
        "values": observed,
        "sensitive_values": {"spec": {"pivot": {"options": True}}},
        "depends_on": ["cluster.a"],
        "applied": {"metadata": {"name": "web"}},
        "cluster_id": "c-web",
        "cluster_name": "web",
        "prevent_destroy": False,
        "resource_version": 3,
    }


def test_what_was_never_seen_settled_is_as_it_was_asked_for() -> None:
    (found,) = read({"cluster.web": details("web")})["values"]["root_module"]["resources"]
    assert found["values"] == {"metadata": {"name": "web"}}
    assert found["sensitive_values"] == {}


def test_outputs_are_those_of_terraform() -> None:
    token = Output(value=Secret("k1:1"), type="string", is_sensitive=True)
    assert read({}, sizes=Output(value=[1], type="list(number)"), token=token)["values"] == {
        "outputs": {
            "sizes": {"sensitive": False, "type": ["list", "number"], "value": [1]},
            "token": {"sensitive": True, "type": "string", "value": None},
        },
        "root_module": {},
    }
