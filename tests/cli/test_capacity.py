"""What the servers of a plan's clusters have and cost, from files beside the configuration."""

import json
from typing import Any

import pytest

from tests.cli.workbench import Bench
from tests.render.plan_schema import list_faults

MAIN = """\
planner {
  prices         = "prices.json"
  instance_types = "types.json"
}

cluster "shop" {
  metadata = { name = "shop" }
  spec = {
    version = "2021.06"
    master  = { replicas = 3, instanceType = "m5.large" }
    query   = { replicas = 2, instanceType = "c5.large" }
    data    = { tier1 = { replicas = 4, instanceType = "i3.xlarge" } }
  }
}
"""
PRICES: dict[str, Any] = {
    "currency": "USD",
    "hourly": {"m5.large": 0.1, "c5.large": 0.08, "i3.xlarge": 0.3, "x9.huge": 10, "db.t3.small": 0.1},
}


@pytest.fixture
def shop(bench: Bench) -> Bench:
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    write(bench, "prices.json", PRICES)
    write(bench, "types.json", {"x9.huge": {"vcpu": 128, "memory_gib": 1024}})
    return bench


def write(bench: Bench, name: str, document: object) -> None:
    (bench.path / name).write_text(json.dumps(document), encoding="utf-8")


def edit(bench: Bench, before: str, after: str) -> None:
    text = (bench.path / "main.hcl").read_text(encoding="utf-8")
    assert before in text
    (bench.path / "main.hcl").write_text(text.replace(before, after), encoding="utf-8")


def tell(bench: Bench) -> list[str]:
    return [line for line in bench.run("plan").out.splitlines() if line.startswith(("Capacity:", "Cost:"))]


def test_what_comes_is_added_up(shop: Bench) -> None:
    assert tell(shop) == [
        "Capacity: servers 0 -> 9, 0 -> 26 vCPU, 0 -> 154 GiB of memory, 0 -> 3,800 GB of local disk.",
        "Cost: 0.00 -> at least 1,211.80 USD a month; unknown: metadata store.",
    ]
    edit(shop, "    data ", '    metadataStore = { instanceType = "db.t3.small" }\n    data ')
    assert tell(shop)[1] == "Cost: +1,284.80 USD a month (0.00 -> 1,284.80)."


def test_what_changes_is_compared_and_an_unknown_price_is_said(shop: Bench) -> None:
    shop.run("apply", "-auto-approve")
    edit(shop, 'replicas = 2, instanceType = "c5.large"', 'replicas = 4, instanceType = "c5.xlarge"')
    capacity, cost = tell(shop)
    assert capacity == "Capacity: servers 9 -> 11, 26 -> 38 vCPU, 154 -> 178 GiB of memory."
    assert cost == (
        "Cost: 1,211.80 -> at least 1,095.00 USD a month; unknown: c5.xlarge; not counted, as it stays: db.t3.medium."
    ), "the server chose a metadata store, and more servers of an unknown price do not make it cheaper"
    write(shop, "prices.json", {**PRICES, "hourly": {**PRICES["hourly"], "c5.xlarge": 0.16, "db.t3.medium": 0.07}})
    assert tell(shop)[1] == "Cost: +350.40 USD a month (1,262.90 -> 1,613.30)."


def test_types_of_ones_own_are_known(shop: Bench) -> None:
    edit(shop, '"i3.xlarge"', '"x9.huge"')
    assert tell(shop)[0].startswith("Capacity: servers 0 -> 9, 0 -> 522 vCPU")
    edit(shop, '"x9.huge"', '"y9.huge"')
    assert tell(shop) == [
        "Capacity: servers 0 -> 9, 0 -> at least 10 vCPU, 0 -> at least 32 GiB of memory; unknown: y9.huge.",
        "Cost: 0.00 -> at least 335.80 USD a month; unknown: metadata store, y9.huge.",
    ]


def test_one_unknown_type_for_another_is_said_though_no_figure_changes(shop: Bench) -> None:
    edit(shop, '"i3.xlarge"', '"y9.huge"')
    shop.run("apply", "-auto-approve")
    assert tell(shop) == [], "what is unknown and stays is nothing to tell"
    edit(shop, '"y9.huge"', '"z9.huge"')
    capacity, cost = tell(shop)
    assert capacity == "Capacity: at least 10 -> at least 10 vCPU; unknown: y9.huge, z9.huge."
    assert cost == (
        "Cost: at least 335.80 -> at least 335.80 USD a month; unknown: y9.huge, z9.huge; not counted, as it stays: "
        "db.t3.medium."
    )


def test_what_the_manager_chooses_is_not_taken_for_nothing(shop: Bench) -> None:
    edit(shop, '    master  = { replicas = 3, instanceType = "m5.large" }\n', "")
    edit(shop, "tier1 = { replicas = 4, instanceType", "tier1 = { instanceType")
    assert tell(shop)[0] == (
        "Capacity: servers 0 -> at least 2, 0 -> at least 4 vCPU, 0 -> at least 8 GiB of memory; unknown: "
        "data servers, master servers."
    )
    shop.run("apply", "-auto-approve")
    edit(shop, "replicas = 2", "replicas = 3")
    assert tell(shop)[0] == "Capacity: servers 4 -> 5, 10 -> 12 vCPU, 46.5 -> 50.5 GiB of memory."


def test_a_stopped_cluster_has_no_servers(shop: Bench) -> None:
    edit(shop, 'version = "2021.06"', 'version = "2021.06"\n    desiredState = "STOPPED"')
    assert tell(shop) == ["Cost: 0.00 -> unknown USD a month; unknown: metadata store."]


def test_it_is_in_the_saved_plan_and_for_reviewers(shop: Bench) -> None:
    shop.run("plan", "-out", "plan.json", "-markdown", "plan.md")
    document: dict[str, Any] = json.loads((shop.path / "plan.json").read_text(encoding="utf-8"))
    assert list_faults(document) == []
    unknown = {"before": [], "after": ["metadata store"], "staying": []}
    assert document["cost"] == {"before": 0, "after": 1211.8, "currency": "USD", "delta": None, "unknown": unknown}
    assert document["capacity"]["after"] == {"servers": 9, "vcpu": 26, "memory_gib": 154, "disk_gb": 3800}
    assert "`Cost: 0.00 -> at least 1,211.80 USD a month; unknown: metadata store`" in (
        shop.path / "plan.md"
    ).read_text(encoding="utf-8")
    assert "Cost: 0.00 -> at least 1,211.80 USD" in shop.run("show", "plan.json").out


def test_prices_are_no_part_of_what_was_approved(shop: Bench) -> None:
    first = shop.run("plan").out.splitlines()[0]
    write(shop, "prices.json", {"hourly": {}})
    assert shop.run("plan").out.splitlines()[0] == first


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], 'it must be an object of "currency" and "hourly"'),
        ({"hourly": {"m5.large": "0.1"}}, '"m5.large" must be a number from 0 up to 1,000,000,000'),
        ({"hourly": {"m5.large": -1}}, '"m5.large" must be a number from 0 up to 1,000,000,000'),
        ({"hourly": {"m5.large": 10**400}}, '"m5.large" must be a number from 0 up to 1,000,000,000'),
        ({"hourly": {"m5.large": float("nan")}}, '"m5.large" must be a number from 0 up to 1,000,000,000'),
        ({"hourly": {}, "currency": "`x`"}, '"currency" must be a few letters'),
    ],
)
def test_a_wrong_price_file_is_told_with_the_line_that_names_it(shop: Bench, document: object, told: str) -> None:
    write(shop, "prices.json", document)
    ended = shop.run("plan")
    assert ended.code == 3
    assert f"prices.json cannot be used: {told}" in " ".join(ended.err.split())
    assert "on main.hcl:2:20" in ended.err


def test_a_type_with_two_prices_is_told(shop: Bench) -> None:
    (shop.path / "prices.json").write_text('{"hourly": {"m5.large": 1, "m5.large": 2}}', encoding="utf-8")
    assert '"m5.large" is there twice' in " ".join(shop.run("plan").err.split())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("../prices.json", "not below the configuration's directory"),
        ("nothing.json", "there is no such file"),
        ("main.hcl", "it is not JSON from line 1"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(shop: Bench, name: str, told: str) -> None:
    edit(shop, '"prices.json"', f'"{name}"')
    ended = shop.run("plan")
    assert ended.code == 3
    assert told in " ".join(ended.err.split())


def test_a_plan_without_prices_tells_no_cost(bench: Bench) -> None:
    (told,) = tell(bench)
    assert told.startswith("Capacity: servers 0 -> at least 2, 0 -> at least 4 vCPU")
