"""`*.cluster.json`: one bare Cluster object a file, as the API takes it, addressed by the file's name.

A valid file is read in one go; positions are looked up again only when somebody must be told. Refuses what is
not JSON, and a key that an object has twice.
"""

import json
import unicodedata

from planner.config.draft import Draft, Place
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Path
from planner.model.spans import Source, Span
from state.address import Address, is_identifier
from state.values import Json

__all__ = ["read_cluster_file"]

_SUFFIX = ".cluster.json"


def read_cluster_file(source: Source) -> tuple[Draft | None, tuple[Diagnostic, ...]]:
    """Return the cluster that a `*.cluster.json` file describes, or what is wrong with the file."""
    name = unicodedata.normalize("NFC", source.file.rpartition("/")[2].removesuffix(_SUFFIX))
    misnamed = () if is_identifier(name) else (_misnamed(source.file, name),)
    try:
        document: Json = _DECODER.decode(source.text)
    except (ValueError, RecursionError) as error:
        return None, (*misnamed, *_explain(source, error))
    if not isinstance(document, dict):
        return None, (*misnamed, _not_an_object(source))
    if misnamed:
        return None, misnamed
    draft = Draft(
        address=Address(name),
        document=document,
        span=_find_start(source),
        locate=lambda path: _locate(source, path),
    )
    return draft, ()


def _read_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Return an object without its null members, which say "not set"; every member a key of its own."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same key twice")
    if None in members.values():
        return {key: value for key, value in members.items() if value is not None}
    return members


def _refuse_constant(name: str) -> Json:
    raise ValueError(f"{name} is not a JSON value")


_DECODER = json.JSONDecoder(object_pairs_hook=_read_object, parse_constant=_refuse_constant)


def _locate(source: Source, path: Path) -> Place:
    from planner.config.json_places import find_json_place  # noqa: PLC0415 - likewise

    return find_json_place(source, path, _find_start(source))


def _find_start(source: Source) -> Span:
    """Return the first character of the document: what stands for the whole cluster."""
    start = len(source.text) - len(source.text.lstrip())
    return Span(source.file, start, min(start + 1, len(source.text)))


def _explain(source: Source, error: ValueError | RecursionError) -> tuple[Diagnostic, ...]:
    from planner.config.json_places import explain_json  # noqa: PLC0415 - only a mistake should pay for its import

    explained = explain_json(source)
    if explained:
        return explained
    why = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
    return (
        Diagnostic(
            code="invalid-json",
            summary="Invalid JSON",
            detail=f"{source.file} cannot be read as JSON: {why}. Correct it.",
            span=_find_start(source),
        ),
    )


def _not_an_object(source: Source) -> Diagnostic:
    return Diagnostic(
        code="not-a-cluster",
        summary="Not a Cluster object",
        detail=f'{source.file} must hold one JSON object, {{"metadata": {{…}}, "spec": {{…}}}}, as the API takes it. '
        "Write one file for each cluster.",
        span=_find_start(source),
    )


def _misnamed(file: str, name: str) -> Diagnostic:
    return Diagnostic(
        code="invalid-file-name",
        summary="File name is not an address",
        detail=f'{file} would be the cluster "{name}", which is not an identifier: a letter or underscore, then '
        f"letters, digits, underscores and dashes. Rename the file, for example to {_suggest(name)}{_SUFFIX}; the "
        "name of the cluster in metadata.name may stay.",
        span=Span(file, 0, 0),
    )


def _suggest(name: str) -> str:
    """Return an identifier that looks like `name`."""
    text = "".join(character if character.isalnum() or character in "_-" else "-" for character in name).strip("-")
    return text if is_identifier(text) else f"cluster-{text}".rstrip("-")
