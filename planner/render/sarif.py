"""SARIF 2.1.0: findings for code scanning, each on the line of the configuration that set it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/ is the format. A rule is a kind of change, or the code of a diagnostic.
"""

import json
from hashlib import sha256
from urllib.parse import quote

from planner import __version__
from planner.model.review import Broken, Review
from planner.render.escaping import escape
from planner.render.findings import Finding, list_findings
from state.values import Json

__all__ = ["fingerprint", "render_sarif"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "planner.create": "A cluster is created.",
    "planner.delete": "A cluster is deleted with all of its data.",
    "planner.replace": "A cluster is deleted with all of its data, then created again, empty.",
    "planner.recreate": "A cluster that somebody deleted is created again, empty.",
    "planner.forget": "A cluster is no longer managed, and stays.",
    "planner.no-op": "Only the state is brought up to date.",
    "planner.edit": "A value changes because the configuration did.",
    "planner.default": "A default of the server's goes along with a document that is sent whole.",
    "planner.drift": "A value that somebody else changed is put back.",
    "planner.conflict": "A value that somebody else changed is overwritten by another one.",
}


def render_sarif(subject: Review | Broken) -> str:
    """Return the SARIF log of `subject`, a newline at its end."""
    findings = list(list_findings(subject))
    names = list(dict.fromkeys(finding.rule for finding in findings))
    rules: list[Json] = [_describe_rule(name) for name in names]
    run: dict[str, Json] = {
        "tool": {"driver": {"name": "planner", "version": __version__, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_describe(finding, names) for finding in findings],
        "invocations": [{"executionSuccessful": isinstance(subject, Review)}],
    }
    if isinstance(subject, Review):
        run["automationDetails"] = {"id": f"planner/{escape(subject.title) or 'plan'}/"}
        run["properties"] = {"planId": subject.plan.id}
    log: dict[str, Json] = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2) + "\n"


def _describe_rule(name: str) -> dict[str, Json]:
    text = _RULES.get(name, f"A diagnostic of planner: {name}.")
    return {"id": name, "shortDescription": {"text": text}}


def _describe(finding: Finding, names: list[str]) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": finding.level.value,
        "message": {"text": f"{finding.title}. {finding.text}"},
        "partialFingerprints": {"planner/v1": fingerprint(finding)},
    }
    if finding.file:
        place: dict[str, Json] = {
            "artifactLocation": {"uri": quote(finding.file)},
            "region": {"startLine": max(finding.line, 1), "startColumn": max(finding.column, 1)},
        }
        result["locations"] = [{"physicalLocation": place}]
    return result


def fingerprint(finding: Finding) -> str:
    """Return what is the same for the same finding of another run, whatever stands above it in the file."""
    return sha256(json.dumps([finding.rule, finding.key, finding.title]).encode()).hexdigest()[:32]
