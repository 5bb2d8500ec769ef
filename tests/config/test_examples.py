"""Each directory under examples/ is a configuration that is valid as it lies there."""

from pathlib import Path
from typing import Any

import pytest

from planner.config.configuration import VariableInputs
from planner.config.read import read_configuration

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize(
    ("example", "addresses"),
    [
        pytest.param("documentation", ["cluster.test-1"], id="documentation"),
        pytest.param("quickstart", ["cluster.web"], id="quickstart"),
        pytest.param(
            "fleet", ["cluster.archive", "cluster.ingest", "cluster.reporting", "cluster.sandbox"], id="fleet"
        ),
    ],
)
def test_example_is_valid(example: str, addresses: list[str]) -> None:
    configuration = read_configuration(str(EXAMPLES / example), VariableInputs())
    assert configuration.diagnostics == ()
    assert configuration.desired is not None
    assert [str(cluster.address) for cluster in configuration.desired.clusters] == addresses


def test_no_example_is_forgotten() -> None:
    found = {path.parent.name for pattern in ("*/*.hcl", "*/*.json") for path in EXAMPLES.glob(pattern)}
    assert found == {"documentation", "quickstart", "fleet"}


def test_fleet_says_what_it_means() -> None:
    configuration = read_configuration(str(EXAMPLES / "fleet"), VariableInputs())
    assert configuration.desired is not None
    archive, _, reporting, _ = configuration.desired.clusters
    spec: Any = archive.document["spec"]
    assert spec["awsTags"] == [{"name": "stage", "value": "production"}, {"name": "team", "value": "ads"}]
    assert reporting.sensitive == {("spec", "commonRuntimeProperties", 1, "value")}
    assert [str(address) for address in reporting.depends_on] == ["cluster.ingest", "cluster.sandbox"]
