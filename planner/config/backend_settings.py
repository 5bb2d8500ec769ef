"""`backend` blocks: where the state is kept. They are read before anything has a value, so that no name stands in them.

Refuses credentials, which would lie in Git in plain text, and addresses to which a password must not go.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from planner.config.constants import read_text
from planner.lang.content import read_content
from planner.lang.schema import AttributeSchema, BodySchema
from planner.lang.syntax import Attribute, Block
from planner.model.backend import BackendKind, BackendSettings
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["read_backend"]

_REQUIRED: Mapping[BackendKind, tuple[str, ...]] = MappingProxyType(
    {
        "local": ("path",),
        "s3": ("bucket", "key"),
        "gcs": ("bucket",),
        "azurerm": ("storage_account_name", "container_name", "key"),
        "http": ("address",),
        "pg": (),
    }
)
_OPTIONAL: Mapping[BackendKind, tuple[str, ...]] = MappingProxyType(
    {
        "local": (),
        "s3": ("region", "endpoint", "use_path_style"),
        "gcs": ("prefix",),
        "azurerm": ("endpoint",),
        "http": ("lock_address", "unlock_address", "update_method", "lock_method", "unlock_method", "username"),
        "pg": ("conn_str", "schema_name"),
    }
)
_CREDENTIALS: Mapping[BackendKind, Mapping[str, str]] = MappingProxyType(
    {
        "local": {},
        "s3": {
            "access_key": "AWS_ACCESS_KEY_ID",
            "secret_key": "AWS_SECRET_ACCESS_KEY",
            "token": "AWS_SESSION_TOKEN",
        },
        "gcs": {"credentials": "GOOGLE_APPLICATION_CREDENTIALS", "access_token": "GOOGLE_APPLICATION_CREDENTIALS"},
        "azurerm": {
            "access_key": "AZURE_STORAGE_ACCOUNT_KEY",
            "sas_token": "AZURE_STORAGE_SAS_KEY",
            "client_secret": "AZURE_CLIENT_SECRET",
        },
        "http": {"password": "PLANNER_HTTP_PASSWORD"},
        "pg": {},
    }
)
"""Arguments that Terraform has for secrets, and the environment variables that hold them here."""

_ADDRESSES = ("address", "lock_address", "unlock_address", "endpoint")
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
_PASSWORD = re.compile(r"\bpassword\s*=|://[^/@]*:[^/@]*@|[?&]password=", re.IGNORECASE)
_METHOD = re.compile(r"[A-Za-z]{1,20}")


def read_backend(block: Block, found: list[Diagnostic]) -> BackendSettings | None:
    """Return what a `backend` block says, or None where something is wrong with it."""
    (label,) = block.labels
    kind = _find_kind(label.text)
    if kind is None:
        found.append(_unknown_backend(label.text, label.span))
        return None
    content, diagnostics = read_content(block.body, _make_schema(kind), block.header)
    before = len(found)
    found.extend(diagnostics)
    secret = _CREDENTIALS[kind]
    found.extend(_credential(content.attributes[name], secret[name]) for name in secret if name in content.attributes)
    arguments: dict[str, str] = {}
    for name in (*_REQUIRED[kind], *_OPTIONAL[kind]):
        text = read_text(content.attributes.get(name), found)
        if text is not None:
            found.extend(_check(content.attributes[name], text))
            arguments[name] = text
    return None if len(found) > before else BackendSettings(kind=kind, arguments=arguments)


def _find_kind(text: str) -> BackendKind | None:
    return next((kind for kind in _REQUIRED if kind == text), None)


def _make_schema(kind: BackendKind) -> BodySchema:
    required = [AttributeSchema(name=name, is_required=True) for name in _REQUIRED[kind]]
    return BodySchema(
        attributes=(*required, *(AttributeSchema(name=name) for name in (*_OPTIONAL[kind], *_CREDENTIALS[kind])))
    )


def _check(attribute: Attribute, text: str) -> list[Diagnostic]:
    """Return what is wrong with the text of one argument."""
    name, span = attribute.name, attribute.expression.span
    if not text or "\0" in text or not text.isprintable():
        return [_not_a_name(name, span)]
    if name in _ADDRESSES:
        return _check_address(name, text, span)
    if name.endswith("_method") and not _METHOD.fullmatch(text):
        return [_unsuitable(name, 'a method of HTTP, such as "POST"', span)]
    if name == "use_path_style" and text not in {"true", "false"}:
        return [_unsuitable(name, "true or false", span)]
    if name == "conn_str" and _PASSWORD.search(text):
        return [_credential(attribute, "PGPASSWORD")]
    return []


def _check_address(name: str, text: str, span: Span) -> list[Diagnostic]:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return [_unsuitable(name, "an address that starts with https://", span)]
    if parts.scheme not in {"http", "https"} or not host:
        return [_unsuitable(name, "an address that starts with https://", span)]
    if "@" in parts.netloc:
        return [_unsuitable(name, "an address without a name or a password in it", span)]
    if parts.scheme == "http" and not _LOOPBACK.fullmatch(host):
        return [_unsuitable(name, "an address that starts with https://: what goes there would be readable", span)]
    return []


def _credential(attribute: Attribute, variable: str) -> Diagnostic:
    return Diagnostic(
        code="credential-in-configuration",
        summary="Credentials do not belong in the configuration",
        detail=f'"{attribute.name}" would be stored in plain text. Remove what is secret in it, and set the '
        f"environment variable {variable}.",
        span=attribute.name_span,
    )


def _unknown_backend(name: str, span: Span) -> Diagnostic:
    kinds = ", ".join(f'"{kind}"' for kind in _REQUIRED)
    return Diagnostic(
        code="unsupported-backend",
        summary="Unsupported backend type",
        detail=f'There is no backend type "{name}". Write one of {kinds}.',
        span=span,
    )


def _not_a_name(name: str, span: Span) -> Diagnostic:
    if name == "path":
        return Diagnostic(
            code="unsuitable-value",
            summary="Invalid path of the state",
            detail='"path" must name a file. Write one, such as "planner.state.json".',
            span=span,
        )
    return _unsuitable(name, "a text that is not empty, on one line", span)


def _unsuitable(name: str, what: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="unsuitable-value",
        summary=f"Invalid {name} of the backend",
        detail=f'"{name}" must be {what}. Correct the value.',
        span=span,
    )
