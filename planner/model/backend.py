"""Backends: where a state is kept, as a `backend` block says; and workspaces, several states of one configuration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

__all__ = ["DEFAULT_WORKSPACE", "BackendKind", "BackendSettings", "is_workspace"]

BackendKind: TypeAlias = Literal["local", "s3", "gcs", "azurerm", "http", "pg"]

DEFAULT_WORKSPACE = "default"
_WORKSPACE = re.compile(r"[A-Za-z0-9_-]{1,90}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendSettings:
    """One `backend` block: its type and its arguments, by their names; none of them is a secret."""

    kind: BackendKind = "local"
    arguments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def is_workspace(name: str) -> bool:
    """Tell whether a workspace may be called `name`: it becomes a part of a path, of a key and of a message."""
    return _WORKSPACE.fullmatch(name) is not None
