"""Behaviour: what the API's pages leave open, each assumption a flag that can be turned the other way.

What is documented is not here: no flag makes the emulator break its own contract. Faults are in `trouble`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Behaviour", "ListEnvelope"]

ListEnvelope: TypeAlias = Literal["array", "values", "items", "clusters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How an emulated account behaves where the documentation is silent; times are in seconds."""

    # Assumed: a token must be shown. Documented for the real API; an account in a file has no one to keep out.
    requires_token: bool = True
    static_tokens: tuple[str, ...] = ("emulator-token",)
    """Tokens that are always good; the real API issues none, a test or a demonstration is simpler with one."""
    unprivileged_tokens: tuple[str, ...] = ("emulator-token-without-role",)
    """Tokens of a client that lacks the role `manage-clusters`: answered 403."""

    # Assumed: the client-credentials grant, form encoded, at this path.
    token_path: str = "/oauth/token"  # noqa: S105 - a path, not a password
    client_id: str = "planner"
    client_secret: str = "emulator-secret"  # noqa: S105 - stands in the documentation, opens nothing
    token_seconds: float = 300
    """How long a granted token is good; five minutes is the documented default."""
    token_uses: int | None = None
    """A granted token is refused after so many requests: one that is withdrawn early."""

    # Assumed: a list is a JSON array, or an object with one member that holds it.
    list_envelope: ListEnvelope = "array"
    # Assumed: further pages follow a `Link` header with rel="next"; None gives the whole account at once.
    page_size: int | None = None
    # Assumed: that link may be relative to the request (RFC 8288 allows both).
    absolute_links: bool = False
    # Assumed: a list may trail behind the writes; a cluster is missing from it for so long after its creation.
    list_lag_seconds: float = 0
    # Assumed: so may a read by id.
    read_lag_seconds: float = 0

    # Assumed: a write answers with the cluster (201 for a create); otherwise 204 and an empty body.
    answers_write_with_cluster: bool = True
    # Assumed: bodies of another media type are refused with 415.
    checks_content_type: bool = True
    # Assumed: a change that changes nothing is accepted and makes no new resource version.
    counts_changes_without_effect: bool = False
    # Assumed: the first configuration of a cluster has this resource version.
    first_resource_version: int = 1

    # Assumed: the server fills in fields that a request left out, with plausible values.
    fills_defaults: bool = True
    # Assumed: it adds what nobody sent: `metadata.created`, `status.events`, `status.updateState`.
    adds_own_fields: bool = True
    # Assumed: lists of named entries are kept without order, and come back in another one.
    reorders_lists: bool = True
    # Assumed: values may come back in the server's own spelling: no trailing slash on `spec.deepStorage.path`; sizes,
    # durations, JVM options and the like of Druid's properties, and the YAML or JSON in `spec.pivot.options`, otherwise
    # put.
    respells_values: bool = False

    # Assumed: fields of a request that only the server sets (`metadata.uid`, `status`) are passed over, so that a
    # cluster that was read can be written back; otherwise they are refused.
    ignores_read_only_fields: bool = True
    # Assumed: a field that the schema does not know is refused, as a misspelling would otherwise go unnoticed.
    refuses_unknown_fields: bool = True
    # Assumed: these cannot be changed once the cluster is there; a change is refused with 400.
    immutable_fields: tuple[str, ...] = ("metadata.name", "spec.encryptVolumes", "spec.metadataStore.encrypt")
    # Assumed: an earlier release is accepted; the pages only say from which release an upgrade may come.
    refuses_downgrades: bool = False
    # Assumed: a name is taken once per account; a second one is answered 409.
    names_unique: bool = True

    # Assumed: a change is not taken while another is in progress: 409.
    conflict_while_updating: bool = True
    # Assumed: a cluster can be deleted at any time, also while it is on its way.
    deletes_while_updating: bool = True
    # Assumed: how long a cluster is in CREATING, UPDATING, STARTING, STOPPING or DELETING.
    settle_seconds: float = 0
    # Assumed: a cluster that could not be made or changed ends in FAILED; these do, by name.
    failing_names: tuple[str, ...] = ()

    latency_seconds: float = 0
    """Time before each answer: the way there and back."""
    knows_put_issue: bool = True
    """The documented fault: a PUT without `spec.pivot.accessMode` answers 500. Turned off, it is repaired."""
