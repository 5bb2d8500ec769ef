"""Checking: whether the server takes a configuration. Refuses with the documented 400 and says each thing wrong.

What a Cluster is stands in the schema; here is only how the API words it, and what an existing cluster forbids.
"""

from functools import reduce
from typing import cast

from planner.emulator.behaviour import Behaviour
from planner.emulator.exchange import Refusal, Request, detail, refuse
from planner.emulator.json_text import Json, MalformedJsonError, read_json
from schemas import Violation, check_cluster

__all__ = ["check_configuration", "check_immutable", "drop_read_only", "read_object", "refuse_argument"]

_SERVERS_OWN_METADATA = ("created", "uid")


def read_object(request: Request, media_type: str, behaviour: Behaviour) -> dict[str, Json]:
    """Return the JSON object that a request carries.

    Raises:
        Refusal: 415 for another media type, 400 for what is not a JSON object.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if behaviour.checks_content_type and given != media_type:
        # Assumed: 415 and this code.
        raise refuse(415, "UnsupportedMediaType", f"The body must be {media_type}.")
    try:
        document = read_json(request.body)
    except MalformedJsonError as error:
        raise refuse_argument(detail("MalformedValue", "", f"The body is not JSON: {error}.")) from None
    if not isinstance(document, dict):
        raise refuse_argument(detail("MalformedValue", "", "The body must be a JSON object."))
    return document


def drop_read_only(document: dict[str, Json], behaviour: Behaviour) -> dict[str, Json]:
    """Return what a request sent without the fields that are the server's own, if those are to be passed over."""
    if not behaviour.ignores_read_only_fields:
        return document
    kept = {name: member for name, member in document.items() if name != "status"}
    if isinstance(metadata := kept.get("metadata"), dict):
        kept["metadata"] = {name: value for name, value in metadata.items() if name not in _SERVERS_OWN_METADATA}
    return kept


def check_configuration(document: dict[str, Json], behaviour: Behaviour) -> None:
    """Refuse a whole configuration, `{"metadata", "spec"}`, in which something is wrong."""
    violations = check_cluster(document)
    if not behaviour.refuses_unknown_fields:
        violations = tuple(violation for violation in violations if violation.code != "unknown-field")
    if violations:
        raise refuse_argument(*(_word_violation(violation) for violation in violations))


def check_immutable(before: dict[str, Json], after: dict[str, Json], behaviour: Behaviour) -> None:
    """Refuse a change, from one completed configuration to another, of what cannot be changed."""
    details = [
        detail("MalformedValue", target, f"{target} cannot be changed after the cluster was created.")
        for target in behaviour.immutable_fields
        if _has_changed(before, after, tuple(target.split(".")))
    ]
    if behaviour.refuses_downgrades and _read_release(after) < _read_release(before):
        details.append(detail("MalformedValue", "spec.version", "spec.version cannot go back to an earlier release."))
    if details:
        raise refuse_argument(*details)


def _has_changed(before: Json, after: Json, path: tuple[str | int, ...]) -> bool:
    """Tell whether a value was changed or removed; one that was never set can still be set."""
    value = _find(before, path)
    return value is not None and value != _find(after, path)


def refuse_argument(*details: Json) -> Refusal:
    """Return the documented 400, `BadArgument` with details."""
    return refuse(400, "BadArgument", "The request is not valid.", *details)


def _word_violation(violation: Violation) -> Json:
    """Return a violation of the schema as a detail; a missing field counts as null."""
    is_null = violation.code in {"missing-field", "null-value"}
    code = "NullValue" if is_null else "MalformedValue"
    return detail(code, ".".join(map(str, violation.path)), f"{violation.message}.")


def _find(document: Json, path: tuple[str | int, ...]) -> Json:
    """Return what stands at `path`, or None where nothing does."""
    return reduce(_step, path, document)


def _step(document: Json, step: str | int) -> Json:
    match document, step:
        case dict(), str():
            return document.get(step)
        case list(), int():
            return document[step] if 0 <= step < len(document) else None
        case _:
            return None


def _read_release(document: dict[str, Json]) -> tuple[int, ...]:
    return tuple(map(int, cast("str", _find(document, ("spec", "version"))).split(".")))
