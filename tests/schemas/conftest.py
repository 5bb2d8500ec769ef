"""A Cluster that uses every field of the Manager API, as good as can be."""

import copy
from typing import Any

import pytest

COMPLETE: dict[str, Any] = {
    "metadata": {"name": "Ads, production"},
    "spec": {
        "version": "2021.06",
        "desiredState": "STARTED",
        "awsInstanceRole": "imply-instance",
        "awsKeyPair": "operators",
        "awsTags": [{"name": "team", "value": "ads"}, {"name": "region", "value": "eu"}],
        "encryptVolumes": True,
        "commonRuntimeProperties": [{"name": "druid.metadata.storage.connector.password", "value": "hunter2"}],
        "master": {
            "replicas": 3,
            "instanceType": "m5.large",
            "coordinatorRuntimeProperties": [{"name": "druid.coordinator.period", "value": "PT60S"}],
            "overlordRuntimeProperties": [{"name": "druid.indexer.queue.maxSize", "value": "100"}],
        },
        "query": {
            "replicas": 2,
            "instanceType": "c5.2xlarge",
            "brokerRuntimeProperties": [{"name": "druid.broker.cache.useCache", "value": "true"}],
            "routerRuntimeProperties": [{"name": "druid.router.http.numConnections", "value": "50"}],
        },
        "data": {
            "historicalRuntimeProperties": [{"name": "druid.server.http.numThreads", "value": "60"}],
            "middleManagerRuntimeProperties": [{"name": "druid.worker.capacity", "value": "4"}],
            "tier1": {
                "replicas": 2,
                "instanceType": "i3.xlarge",
                "historicalRuntimeProperties": [{"name": "druid.processing.numThreads", "value": "7"}],
                "middleManagerRuntimeProperties": [],
            },
            "tier2": {"replicas": 0, "instanceType": "i3.xlarge"},
            "tier3": {},
        },
        "metadataStore": {"instanceType": "db.t2.small", "diskSize": 20, "backupRetention": 7, "encrypt": False},
        "pivot": {
            "accessMode": "OIDC",
            "url": "https://pivot.example.com",
            "roleAuthority": "EXTERNAL",
            "options": "clientSecret: hunter2\n",
        },
        "deepStorage": {"path": "s3://acme-druid/ads", "encrypt": True},
        "druidExtensions": ["druid-histogram", {"name": "druid-datasketches", "path": "s3://acme/ext"}],
        "featureFlags": ["query-view"],
        "customFiles": [{"name": "lookups.json", "content": "hunter2"}],
        "loadBalancers": [{"type": "internal", "ports": [443, None], "options": {"idle": 60.5}}],
    },
}


@pytest.fixture
def complete() -> dict[str, Any]:
    """Return a document that the test may change."""
    return copy.deepcopy(COMPLETE)
