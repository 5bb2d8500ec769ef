"""Records and intents: what we remember of one cluster, and of one request whose outcome we do not know yet.

Plain data; a secret is a fingerprint in it. Refuses nothing: what is written is checked where it is read.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from state.address import Address
from state.values import NO_TIMEOUTS, Timeouts, Value

__all__ = ["Intent", "IntentKind", "Record"]

IntentKind: TypeAlias = Literal["create", "update", "delete"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One cluster that we manage.

    `applied` is the `{"metadata", "spec"}` that we last asked for; `observed` what the server said once it had settled,
    None where it was never seen settled. `resource_version` is the server's count of the cluster's versions.
    `timeouts` are what the configuration said of them: they hold after its block is gone, for the delete. `made_at`
    is when we last created it, RFC 3339 in UTC, empty where another write came after that, or we never did.
    """

    address: Address
    id: str
    name: str
    applied: dict[str, Value]
    observed: dict[str, Value] | None = None
    resource_version: int | None = None
    prevent_destroy: bool = False
    depends_on: tuple[Address, ...] = ()
    timeouts: Timeouts = NO_TIMEOUTS
    made_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A request that may have been sent and whose outcome is not recorded.

    `key` is a UUID. `id` is None for a create; `before` are the ids that bore `name` before it, so that the cluster
    which it made can be told from those. `applied` is what the record will hold once it is done, None for a delete.
    `at` is the time of writing, RFC 3339 in UTC.
    """

    key: str
    address: Address
    kind: IntentKind
    name: str
    id: str | None = None
    before: tuple[str, ...] = ()
    applied: dict[str, Value] | None = None
    at: str
