"""Where a plan says that its values were written: in its JSON, which survives without the files."""

import json
from typing import Any

from tests.cli.workbench import Bench

MAIN = """\
variable "replicas" {
  default = 3
}

cluster "shop" {
  metadata = { name = "shop" }
  spec = {
    version = "2021.06"
    query = {
      replicas     = var.replicas
      instanceType = "c5.large"
    }
  }
}
"""


def read_changes(bench: Bench) -> dict[str, Any]:
    bench.run("plan", "-out", "plan.json")
    document = json.loads((bench.path / "plan.json").read_text(encoding="utf-8"))
    return {change["address"]: change for change in document["resource_changes"]}


def test_each_value_knows_the_line_that_set_it(bench: Bench) -> None:
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    changes = read_changes(bench)
    assert changes["cluster.shop"]["source"] == {"filename": "main.hcl", "line": 5, "column": 1}
    assert changes["cluster.web"]["source"]["filename"] == "web.cluster.json"

    bench.run("apply", "-auto-approve")
    (bench.path / "main.hcl").write_text(f"# higher\n{MAIN.replace('= 3', '= 4')}", encoding="utf-8")
    (difference,) = read_changes(bench)["cluster.shop"]["differences"]
    assert difference["path"] == ["spec", "query", "replicas"]
    assert difference["source"] == {"filename": "main.hcl", "line": 11, "column": 22}


def test_what_is_removed_has_no_line_but_its_surroundings(bench: Bench) -> None:
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    bench.run("apply", "-auto-approve")
    (bench.path / "main.hcl").write_text(MAIN.replace('      instanceType = "c5.large"\n', ""), encoding="utf-8")
    changes = read_changes(bench)
    (difference,) = changes["cluster.shop"]["differences"]
    assert difference["source"] == {"filename": "main.hcl", "line": 9, "column": 13}
    (bench.path / "main.hcl").unlink()
    assert "source" not in read_changes(bench)["cluster.shop"]


def test_a_plan_is_the_same_wherever_it_was_written(bench: Bench) -> None:
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    read_changes(bench)
    (bench.path / "main.hcl").write_text(f"\n\n{MAIN}", encoding="utf-8")
    bench.run("plan", "-out", "later.json")
    ended = bench.run("plan", "diff", "plan.json", "later.json", "-detailed-exitcode")
    assert ended.code == 0
    assert bench.run("apply", "plan.json").code == 0
