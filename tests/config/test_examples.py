"""Each directory under examples/ is a configuration that is valid as it lies there."""

from pathlib import Path
from typing import Any

import pytest

from planner.config.configuration import Configuration, VariableInputs
from planner.config.read import read_configuration

EXAMPLES = Path(__file__).parents[2] / "examples"

ENVIRONMENTS = ("dev", "production", "stage")
ADDRESSES = {
    "documentation": ["cluster.test-1"],
    "fleet": [
        *(f'cluster.ingestion["{name}-{region}"]' for name in ENVIRONMENTS for region in ("eu", "us")),
        *(f'module.environment["{name}"].cluster.reporting' for name in ENVIRONMENTS),
    ],
    "forms": ["cluster.archive", "cluster.ingest", "cluster.reporting", "cluster.sandbox"],
    "modules": [
        'module.ingestion["eu"].cluster.main',
        'module.ingestion["us"].cluster.main',
        "module.reporting.cluster.main",
    ],
    "quickstart": ["cluster.web"],
}


def read(example: str) -> Configuration:
    return read_configuration(str(EXAMPLES / example), VariableInputs())


@pytest.mark.parametrize("example", ADDRESSES)
def test_example_is_valid(example: str) -> None:
    configuration = read(example)
    assert configuration.diagnostics == ()
    assert configuration.desired is not None
    assert [str(cluster.address) for cluster in configuration.desired.clusters] == ADDRESSES[example]


def test_no_example_is_forgotten() -> None:
    found = {path.parent.name for pattern in ("*/*.hcl", "*/*.json") for path in EXAMPLES.glob(pattern)}
    assert found == set(ADDRESSES)


def test_forms_say_what_they_mean() -> None:
    configuration = read("forms")
    assert configuration.desired is not None
    archive, _, reporting, _ = configuration.desired.clusters
    spec: Any = archive.document["spec"]
    assert spec["awsTags"] == [{"name": "stage", "value": "production"}, {"name": "team", "value": "ads"}]
    assert reporting.sensitive == {("spec", "commonRuntimeProperties", 1, "value")}
    assert [str(address) for address in reporting.depends_on] == ["cluster.ingest", "cluster.sandbox"]


def test_fleet_differs_by_environment() -> None:
    configuration = read("fleet")
    assert configuration.desired is not None
    clusters = {str(cluster.address): cluster for cluster in configuration.desired.clusters}
    dev: Any = clusters['module.environment["dev"].cluster.reporting'].document["spec"]
    production: Any = clusters['module.environment["production"].cluster.reporting'].document["spec"]
    assert (dev["version"], production["version"]) == ("2021.09", "2021.06")
    assert (dev["master"]["replicas"], production["master"]["replicas"]) == (1, 3)
    assert list(dev["data"]) == ["tier1"]
    assert production["data"]["tier2"] == {"replicas": 2, "instanceType": "d2.xlarge"}
    ingestion = clusters['cluster.ingestion["production-us"]']
    assert list(ingestion.late) == [("spec", "commonRuntimeProperties", 0, "value")]
    assert 'module.environment["production"].cluster.reporting' in map(str, ingestion.depends_on)


def test_modules_share_what_they_are_made_of() -> None:
    configuration = read("modules")
    assert configuration.desired is not None
    spec: Any = configuration.desired.clusters[0].document["spec"]
    assert {entry["name"]: entry["value"] for entry in spec["awsTags"]} == {
        "cluster": "ingestion-eu",
        "region": "eu",
        "team": "ads",
    }
    assert spec["commonRuntimeProperties"] == [
        {"name": "druid.sql.enable", "value": "true"},
        {"name": "druid.startup.logging.logProperties", "value": "true"},
    ]
