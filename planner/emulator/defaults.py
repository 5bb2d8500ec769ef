"""Defaults: what the server makes of a configuration that it accepted, before it keeps it.

Fills in what was left out, puts lists in the server's own order, spells values its own way. Refuses nothing.
"""

import zlib
from typing import cast

from planner.emulator.behaviour import Behaviour
from planner.emulator.json_text import Json
from planner.emulator.merge_patch import merge_patch
from planner.emulator.respelling import respell
from schemas.fields import Field, find_field

__all__ = ["complete_spec"]

# Assumed: the values that the server chooses; only `desiredState` and `pivot.accessMode` are told.
_CHOSEN: dict[str, Json] = {
    "desiredState": "STARTED",
    "awsInstanceRole": "imply-default-role",
    "awsTags": [],
    "encryptVolumes": False,
    "commonRuntimeProperties": [],
    "master": {
        "replicas": 1,
        "instanceType": "m5.large",
        "coordinatorRuntimeProperties": [],
        "overlordRuntimeProperties": [],
    },
    "query": {
        "replicas": 1,
        "instanceType": "c5.large",
        "brokerRuntimeProperties": [],
        "routerRuntimeProperties": [],
    },
    "data": {"historicalRuntimeProperties": [], "middleManagerRuntimeProperties": []},
    "metadataStore": {"instanceType": "db.t3.medium", "diskSize": 20, "backupRetention": 7, "encrypt": False},
    "pivot": {"accessMode": "PROXIED"},
    "druidExtensions": [],
    "featureFlags": [],
    "customFiles": [],
}
_CHOSEN_TIER: dict[str, Json] = {
    "replicas": 1,
    "instanceType": "i3.large",
    "historicalRuntimeProperties": [],
    "middleManagerRuntimeProperties": [],
}
_TIERS = ("tier1", "tier2", "tier3")


def complete_spec(spec: dict[str, Json], uid: str, behaviour: Behaviour) -> dict[str, Json]:
    """Return `spec`, a valid one, as the server keeps and shows it."""
    completed: Json = spec
    if behaviour.fills_defaults:
        completed = _fill(completed, uid)
    if behaviour.reorders_lists:
        completed = _reorder(completed, find_field(("spec",)))
    if behaviour.respells_values:
        completed = _shorten_path(cast("dict[str, Json]", respell(completed, find_field(("spec",)))))
    return cast("dict[str, Json]", completed)


def _fill(spec: Json, uid: str) -> Json:
    """Return the server's choices with `spec` merged over them: what was sent always wins."""
    asked = spec if isinstance(spec, dict) else {}
    path: Json = {"deepStorage": {"path": f"s3://imply-deep-storage/{uid}", "encrypt": False}}
    chosen = merge_patch(_CHOSEN, path)
    data = asked.get("data")
    tiers = [name for name in _TIERS if isinstance(data, dict) and name in data] or ["tier1"]
    chosen = merge_patch(chosen, {"data": dict.fromkeys(tiers, _CHOSEN_TIER)})
    return merge_patch(chosen, asked)


def _reorder(value: Json, field: Field | None) -> Json:
    """Return `value` with the lists in which order has no meaning, by the schema, in an order of the server's own."""
    if field is None:
        return value
    if isinstance(value, dict):
        return {name: _reorder(member, field.fields.get(name)) for name, member in value.items()}
    if isinstance(value, list) and (field.list_key or field.is_set):
        return sorted(value, key=_scatter)
    return value


def _scatter(entry: Json) -> tuple[int, str]:
    """Return a key that puts names in an order that looks like none, and is the same on every machine."""
    name = _name_entry(entry) or ""
    return zlib.crc32(name.encode(errors="surrogatepass")), name


def _name_entry(entry: Json) -> str | None:
    """Return what names an entry of a list: itself, or its `name`."""
    name = entry.get("name") if isinstance(entry, dict) else entry
    return name if isinstance(name, str) else None


def _shorten_path(spec: dict[str, Json]) -> Json:
    storage = spec.get("deepStorage")
    if isinstance(storage, dict) and isinstance(path := storage.get("path"), str):
        return {**spec, "deepStorage": {**storage, "path": path.rstrip("/")}}
    return spec
