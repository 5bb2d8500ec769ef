"""The part of SARIF 2.1.0 that we write, as a schema; what it does not name is no part of it."""

from typing import Any

__all__ = ["SARIF"]


def _object(required: list[str], **properties: Any) -> dict[str, Any]:  # noqa: ANN401 - any schema
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


_TEXT = {"type": "string", "minLength": 1}
_MESSAGE = _object(["text"], text=_TEXT)
_COUNT = {"type": "integer", "minimum": 1}
_REGION = _object(["startLine"], startLine=_COUNT, startColumn=_COUNT)
_ARTIFACT = _object(["uri"], uri={"type": "string", "format": "uri-reference", "pattern": "^[^\\s<>\\\\]+$"})
_PLACE = _object(["physicalLocation"], physicalLocation=_object([], artifactLocation=_ARTIFACT, region=_REGION))
_RESULT = _object(
    ["message"],
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level={"enum": ["none", "note", "warning", "error"]},
    message=_MESSAGE,
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    locations={"type": "array", "items": _PLACE},
)
_RULE = _object(["id"], id=_TEXT, shortDescription=_MESSAGE)
_DRIVER = _object(["name"], name=_TEXT, version=_TEXT, rules={"type": "array", "uniqueItems": True, "items": _RULE})
_RUN = _object(
    ["tool"],
    tool=_object(["driver"], driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": _RESULT},
    invocations={"type": "array", "items": _object(["executionSuccessful"], executionSuccessful={"type": "boolean"})},
    automationDetails=_object([], id=_TEXT),
    properties={"type": "object"},
)
SARIF = _object(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}},
    runs={"type": "array", "items": _RUN},
)
