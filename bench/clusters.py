"""Made-up clusters that look like real ones: about 60 values each, the same for the same number on any machine.

Numbers count from 0. Refuses nothing; knows nothing of how a configuration is written.
"""

from typing import TypeAlias

__all__ = ["Json", "Member", "count_leaves", "make_cluster", "make_label"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Member: TypeAlias = dict[str, Json]

_REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-2")
_TEAMS = ("ads", "search", "billing", "security", "telemetry", "growth", "logistics")
_STAGES = ("production", "staging", "development")
_DATA = ("i3.large", "i3.xlarge", "i3.2xlarge", "r5d.xlarge")
_QUERY = ("m5.large", "m5.xlarge", "c5.xlarge")


def make_label(number: int) -> str:
    """Return the name of cluster `number`, also good as a block's label and as a file's name."""
    return f"bench-{number:05d}"


def make_cluster(number: int, *, changed: bool = False) -> Member:
    """Return the document of cluster `number`, `{"metadata", "spec"}`; `changed` edits two values of it."""
    return {"metadata": {"name": make_label(number)}, "spec": _make_spec(number, changed=changed)}


def count_leaves(value: Json) -> int:
    """Return how many values that are neither object nor list are in `value`."""
    match value:
        case dict():
            return sum(map(count_leaves, value.values()))
        case list():
            return sum(map(count_leaves, value))
        case _:
            return 1


def _make_spec(number: int, *, changed: bool) -> Member:
    region = _pick(_REGIONS, number)
    stage = _pick(_STAGES, number // 5)
    return {
        "version": "2021.06",
        "desiredState": "STARTED",
        "awsInstanceRole": f"imply-{stage}-instance",
        "awsKeyPair": f"ops-{region}",
        "awsTags": _pair(team=_pick(_TEAMS, number), stage=stage, region=region, costCentre=f"cc-{number % 97:03d}"),
        "encryptVolumes": True,
        "commonRuntimeProperties": _make_common_properties(number),
        "master": _make_master(number),
        "query": _make_query(number, changed=changed),
        "data": _make_data(number),
        "metadataStore": {"instanceType": "db.t3.medium", "diskSize": 50, "backupRetention": 7, "encrypt": True},
        "pivot": {"accessMode": "NATIVE", "url": f"https://pivot-{number:05d}.example.com"},
        "deepStorage": {"path": f"s3://imply-{region}/bench/{number:05d}", "encrypt": True},
        "druidExtensions": ["druid-datasketches", "druid-kinesis-indexing-service", "druid-parquet-extensions"],
        "featureFlags": ["sql-based-ingestion"],
    }


def _make_common_properties(number: int) -> list[Json]:
    return _pair(
        **{
            "druid.emitter": "http",
            "druid.emitter.http.recipientBaseUrl": f"https://metrics.example.com/{number % 13}",
            "druid.lookup.enableLookupSyncOnStartup": "false",
            "druid.sql.planner.useApproximateCountDistinct": "true",
            "druid.startup.logging.logProperties": "true",
        }
    )


def _make_master(number: int) -> Member:
    return {
        "replicas": 3,
        "instanceType": "m5.large",
        "coordinatorRuntimeProperties": _pair(
            **{"druid.coordinator.period": "PT60S", "druid.coordinator.startDelay": f"PT{60 + number % 5}S"}
        ),
        "overlordRuntimeProperties": _pair(**{"druid.indexer.queue.startDelay": "PT30S"}),
    }


def _make_query(number: int, *, changed: bool) -> Member:
    return {
        "replicas": 2 + number % 3 + changed,
        "instanceType": _pick(_QUERY, number),
        "brokerRuntimeProperties": _pair(
            **{
                "druid.broker.http.numConnections": str(20 + number % 7),
                "druid.server.http.numThreads": "60",
                "druid.processing.numMergeBuffers": "8" if changed else "4",
            }
        ),
        "routerRuntimeProperties": _pair(**{"druid.router.http.numMaxThreads": "100"}),
    }


def _make_data(number: int) -> Member:
    return {
        "historicalRuntimeProperties": _pair(**{"druid.historical.cache.useCache": "true"}),
        "tier1": {
            "replicas": 3 + number % 5,
            "instanceType": _pick(_DATA, number),
            "historicalRuntimeProperties": _pair(**{"druid.server.maxSize": str(300_000_000_000 + number)}),
            "middleManagerRuntimeProperties": _pair(**{"druid.worker.capacity": str(2 + number % 4)}),
        },
        "tier2": {"replicas": number % 3, "instanceType": _pick(_DATA, number + 1)},
    }


def _pair(**properties: str) -> list[Json]:
    return [{"name": name, "value": value} for name, value in properties.items()]


def _pick(choices: tuple[str, ...], number: int) -> str:
    return choices[number % len(choices)]
