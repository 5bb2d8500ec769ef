"""Values in `depends_on`: what a variable, a local or an output is made of is waited for."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]

INNER = """
variable "after" {
  default = null
}

cluster "c" {
  metadata {
    name = "inner"
  }
  spec {
    version = "2021.06"
  }
  depends_on = [var.after]
}

output "id" {
  value = cluster.c.metadata.uid
}
"""

MAIN = """
cluster "a" {
  spec {
    version = "2021.06"
  }
}

module "inner" {
  source = "./inner"
  after  = cluster.a.metadata.uid
}

locals {
  id = module.inner.id
}

cluster "b" {
  spec {
    version = "2021.06"
  }
  depends_on = [NEEDED]
}
"""


@pytest.mark.parametrize("needed", ["local.id", "module.inner.id", "module.inner"])
def test_what_a_value_is_made_of_is_waited_for(read: Read, needed: str) -> None:
    configuration = read({"main.hcl": MAIN.replace("NEEDED", needed), "inner/main.hcl": INNER})
    assert configuration.desired is not None, configuration.diagnostics
    waits = {str(cluster.address): [*map(str, cluster.depends_on)] for cluster in configuration.desired.clusters}
    assert waits == {
        "cluster.a": [],
        "cluster.b": ["module.inner.cluster.c"],
        "module.inner.cluster.c": ["cluster.a"],
    }


@pytest.mark.parametrize(
    "needed", ["cluster.a.spec", "local.id.x", "module.inner.id.x", "each.key", "1", "[cluster.a]"]
)
def test_a_part_of_something_is_not_waited_for(read: Read, needed: str) -> None:
    configuration = read({"main.hcl": MAIN.replace("NEEDED", needed), "inner/main.hcl": INNER})
    assert [one.code for one in configuration.diagnostics] == ["invalid-dependency"]
