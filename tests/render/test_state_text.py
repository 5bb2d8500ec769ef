"""What the state holds of a cluster, as `planner state show` lists it."""

from planner.render.state_text import render_record, render_records
from state.address import Address
from state.values import Secret, Value

DOCUMENT: dict[str, Value] = {
    "spec": {
        "version": "2021.06",
        "awsTags": [{"name": "team", "value": "ads"}, {"name": "a.b", "value": None}],
        "pivot": {"options": Secret("k1:9fe0")},
        "jvm": "-server\n-Xmx8g\n",
        "hosts": [{"port": 80, "open": True}, "x", []],
        "featureFlags": {},
        "strange name": 1.5,
    },
    "metadata": {"name": "web \x1b"},
}

LISTING = """\
# cluster.web["eu"]:
cluster "web" {
    id       = "c-1"
    metadata = {
        name = "web \\u{1b}"
    }
    spec     = {
        awsTags        = {
            "a.b"  = null
            "team" = "ads"
        }
        featureFlags   = {}
        hosts          = [
            {
                open = true
                port = 80
            },
            "x",
            [],
        ]
        jvm            = <<-EOT
            -server
            -Xmx8g
        EOT
        pivot          = {
            options = (sensitive value)
        }
        "strange name" = 1.5
        version        = "2021.06"
    }
}
"""


def test_one_cluster() -> None:
    assert render_record(Address("web", "eu"), "c-1", DOCUMENT) == LISTING


def test_several_clusters() -> None:
    small: dict[str, Value] = {"spec": {}}
    second = '# cluster.shop:\ncluster "shop" {\n    id   = "c-2"\n    spec = {}\n}\n'
    records = [(Address("web", "eu"), "c-1", DOCUMENT), (Address("shop"), "c-2", small)]
    assert render_records(records) == f"{LISTING}\n{second}"


def test_no_clusters() -> None:
    assert render_records([]) == ""
