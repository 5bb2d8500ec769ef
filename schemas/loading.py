"""Loading: the JSON documents that ship with this package, read once.

Found beside this file rather than through `importlib.resources`, whose import alone costs more than reading them
all; the package is never run from a zip. Refuses every name that is not a file in `documents`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["load_cluster_schema", "load_document", "resolve_references"]

_DOCUMENTS = Path(__file__).parent / "documents"


@cache
def load_document(name: str) -> dict[str, Any]:
    """Return the document in the file `name`, such as `cluster.schema.json`.

    All callers share it: it is not to be changed.

    Raises:
        ValueError: there is no such document.
    """
    path = _DOCUMENTS / name
    if path.parent != _DOCUMENTS or not path.is_file():
        raise ValueError(f"there is no document called {name!r}")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@cache
def load_cluster_schema() -> dict[str, Any]:
    """Return the schema of a Cluster with every `$ref` replaced by what it stands for."""
    document = load_document("cluster.schema.json")
    resolved: dict[str, Any] = resolve_references(document, document["$defs"])
    return resolved


def resolve_references(node: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - any node of a JSON document
    """Return `node` with each `{"$ref": "#/$defs/…"}` replaced; what stands beside a `$ref` wins over its target."""
    match node:
        case {"$ref": str(reference), **beside}:
            target = definitions[reference.removeprefix("#/$defs/")]
            return resolve_references({**target, **beside}, definitions)
        case dict():
            return {key: resolve_references(member, definitions) for key, member in node.items() if key != "$defs"}
        case list():
            return [resolve_references(member, definitions) for member in node]
        case _:
            return node
