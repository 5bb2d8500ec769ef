"""Three ways to write the same clusters down, and the changed form of some of them.

`documents` is a `*.cluster.json` for each; `blocks` is HCL, one hundred blocks a file; `for_each` is one block over a
document of variables. By hand: `python -m bench.layouts documents 100 DIRECTORY`.
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from bench.clusters import Json, make_cluster, make_label

__all__ = ["LAYOUTS", "count_changed", "format_block", "write_layout"]

LAYOUTS = ("documents", "blocks", "for_each")
_BLOCKS_IN_A_FILE = 100
_FOR_EACH = """\
variable "clusters" {
  type = any
}

cluster "bench" {
  for_each = var.clusters
  metadata { name = each.key }
  spec = each.value.spec
}
"""


def count_changed(count: int) -> int:
    """Return how many clusters one per cent of `count` is, one at least."""
    return max(1, count // 100)


def write_layout(layout: str, count: int, directory: Path, *, changed: int = 0) -> None:
    """Write clusters 0 to `count` - 1 into `directory`, `changed` of them, spread evenly, in their changed form."""
    directory.mkdir(parents=True, exist_ok=True)
    write = {"documents": _write_documents, "blocks": _write_blocks, "for_each": _write_for_each}[layout]
    write(_make_clusters(count, changed), directory)


def format_block(label: str, spec: Mapping[str, Json]) -> str:
    """Return a cluster as an HCL block: objects as nested blocks, lists of name/value pairs as maps."""
    return f'cluster "{label}" {{\n  spec {{\n{_format_body(spec, "    ")}  }}\n}}\n'


def _make_clusters(count: int, changed: int) -> Iterator[tuple[str, dict[str, Json]]]:
    every = count // changed if changed else 0
    for number in range(count):
        is_changed = changed > 0 and number % every == 0 and number // every < changed
        yield make_label(number), make_cluster(number, changed=is_changed)


def _write_documents(clusters: Iterator[tuple[str, dict[str, Json]]], directory: Path) -> None:
    for label, document in clusters:
        (directory / f"{label}.cluster.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _write_blocks(clusters: Iterator[tuple[str, dict[str, Json]]], directory: Path) -> None:
    number = 0
    while part := list(islice(clusters, _BLOCKS_IN_A_FILE)):
        text = "\n".join(format_block(label, _as_object(document["spec"])) for label, document in part)
        (directory / f"clusters-{number:03d}.hcl").write_text(text, encoding="utf-8")
        number += 1


def _write_for_each(clusters: Iterator[tuple[str, dict[str, Json]]], directory: Path) -> None:
    (directory / "main.hcl").write_text(_FOR_EACH, encoding="utf-8")
    values = {label: {"spec": document["spec"]} for label, document in clusters}
    text = json.dumps({"clusters": values}, indent=2) + "\n"
    (directory / "clusters.auto.vars.json").write_text(text, encoding="utf-8")


def _format_body(members: Mapping[str, Json], indent: str) -> str:
    return "".join(_format_member(name, value, indent) for name, value in members.items())


def _format_member(name: str, value: Json, indent: str) -> str:
    match value:
        case dict():
            return f"{indent}{name} {{\n{_format_body(value, indent + '  ')}{indent}}}\n"
        case [{"name": _, "value": _}, *_]:
            pairs = map(_as_object, value)
            lines = [f"{indent}  {_format_text(pair['name'])} = {_format_text(pair['value'])}\n" for pair in pairs]
            return f"{indent}{name} = {{\n{''.join(lines)}{indent}}}\n"
        case list():
            return f"{indent}{name} = [{', '.join(map(_format_text, value))}]\n"
        case _:
            return f"{indent}{name} = {_format_text(value)}\n"


def _format_text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _as_object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TypeError(f"expected an object: {value!r}")
    return value


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.layouts", description="Write made-up clusters.")
    parser.add_argument("layout", choices=LAYOUTS)
    parser.add_argument("count", type=int)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--changed", type=int, default=0, help="how many of them in their changed form")
    options = parser.parse_args()
    write_layout(options.layout, options.count, options.directory, changed=options.changed)


if __name__ == "__main__":
    _main()
