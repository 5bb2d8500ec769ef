"""What may stand in a configuration's files: each block, its labels and its arguments. Data only."""

from planner.lang.schema import AttributeSchema, BlockSchema, BodySchema, Notation

__all__ = [
    "ASSERTION",
    "CHECK",
    "CLUSTER",
    "CREDENTIALS",
    "DYNAMIC",
    "ENCRYPTION",
    "GUARD",
    "IMPORT",
    "LIFECYCLE",
    "LOCALS",
    "MODULE",
    "MOVED",
    "OUTPUT",
    "PLANNER",
    "PROVIDER",
    "PROVIDER_TEXTS",
    "REMOVED",
    "REMOVED_LIFECYCLE",
    "REPETITION",
    "TIMEOUTS",
    "VARIABLE",
    "expect_root",
]

CREDENTIALS = ("token", "client_secret", "password", "username")

PROVIDER_TEXTS = ("endpoint", "client_id", "token_url")
"""What a `provider` block says: where the Manager API is, who we are, and where tokens for it are to be had."""

GUARD_LIMITS = ("max_change", "max_delete", "max_recreate", "max_replace", "max_servers_removed")
"""Each is a number, and with `_percent` at its end a share."""

GUARD = BodySchema(
    attributes=(
        AttributeSchema(name="failed_checks"),
        *(AttributeSchema(name=f"{name}{end}") for name in GUARD_LIMITS for end in ("", "_percent")),
    )
)

ENCRYPTION = BodySchema(
    attributes=(AttributeSchema(name="recipients", is_required=True), AttributeSchema(name="enforced"))
)

PLANNER = BodySchema(
    attributes=(
        AttributeSchema(name="required_version"),
        AttributeSchema(name="unknown_fields"),
        AttributeSchema(name="prices"),
        AttributeSchema(name="instance_types"),
    ),
    blocks=(
        BlockSchema(type="backend", labels=("type",)),
        BlockSchema(type="encryption", body=ENCRYPTION),
        BlockSchema(type="guard", body=GUARD),
    ),
)

PROVIDER = BodySchema(attributes=tuple(AttributeSchema(name=name) for name in (*PROVIDER_TEXTS, *CREDENTIALS)))

ASSERTION = BodySchema(
    attributes=(
        AttributeSchema(name="condition", is_required=True),
        AttributeSchema(name="error_message", is_required=True),
    )
)
"""`validation`, `precondition`, `postcondition` and `assert`."""

VARIABLE = BodySchema(
    attributes=(
        AttributeSchema(name="type", notation=Notation.BARE),
        AttributeSchema(name="default", notation=Notation.LITERAL),
        AttributeSchema(name="description", notation=Notation.LITERAL),
        AttributeSchema(name="sensitive"),
        AttributeSchema(name="ephemeral"),
        AttributeSchema(name="nullable"),
    ),
    blocks=(BlockSchema(type="validation", body=ASSERTION),),
)

LOCALS = BodySchema(open=True)

REPETITION = ("count", "for_each")
_DEPENDS_ON = AttributeSchema(name="depends_on", notation=Notation.BARE)

OUTPUT = BodySchema(
    attributes=(
        AttributeSchema(name="value", is_required=True),
        AttributeSchema(name="description", notation=Notation.LITERAL),
        AttributeSchema(name="sensitive"),
        AttributeSchema(name="ephemeral"),
        _DEPENDS_ON,
    ),
    blocks=(BlockSchema(type="precondition", body=ASSERTION),),
)

MODULE = BodySchema(
    attributes=(
        AttributeSchema(name="source", is_required=True, notation=Notation.LITERAL),
        AttributeSchema(name="version", notation=Notation.LITERAL),
        AttributeSchema(name="providers", notation=Notation.BARE),
        *(AttributeSchema(name=name) for name in REPETITION),
        _DEPENDS_ON,
    ),
    open=True,
)

MOVED = BodySchema(
    attributes=tuple(AttributeSchema(name=name, is_required=True, notation=Notation.BARE) for name in ("from", "to"))
)

REMOVED_LIFECYCLE = BodySchema(attributes=(AttributeSchema(name="destroy"),))

REMOVED = BodySchema(
    attributes=(AttributeSchema(name="from", is_required=True, notation=Notation.BARE),),
    blocks=(BlockSchema(type="lifecycle", body=REMOVED_LIFECYCLE),),
)

IMPORT = BodySchema(
    attributes=(
        AttributeSchema(name="to", is_required=True, notation=Notation.BARE),
        AttributeSchema(name="id", is_required=True),
        AttributeSchema(name="for_each"),
    )
)

DYNAMIC = BodySchema(
    attributes=(
        AttributeSchema(name="for_each", is_required=True),
        AttributeSchema(name="iterator", notation=Notation.BARE),
        AttributeSchema(name="labels"),
    ),
    blocks=(BlockSchema(type="content"),),
)

CHECK = BodySchema(blocks=(BlockSchema(type="assert", body=ASSERTION),))

LIFECYCLE = BodySchema(
    attributes=(
        AttributeSchema(name="prevent_destroy"),
        AttributeSchema(name="update"),
        AttributeSchema(name="create_before_destroy"),
        AttributeSchema(name="ignore_changes", notation=Notation.BARE),
        AttributeSchema(name="replace_triggered_by", notation=Notation.BARE),
    ),
    blocks=(BlockSchema(type="postcondition", body=ASSERTION), BlockSchema(type="precondition", body=ASSERTION)),
)

TIMEOUTS = BodySchema(attributes=tuple(AttributeSchema(name=name) for name in ("create", "update", "delete")))

_DOCUMENT = ("metadata", "spec")
_CLUSTER_ATTRIBUTES = (*(AttributeSchema(name=name) for name in (*_DOCUMENT, *REPETITION)), _DEPENDS_ON)
_CLUSTER_BLOCKS = (BlockSchema(type="lifecycle", body=LIFECYCLE), BlockSchema(type="timeouts", body=TIMEOUTS))

CLUSTER = BodySchema(
    attributes=_CLUSTER_ATTRIBUTES,
    blocks=(*(BlockSchema(type=name) for name in _DOCUMENT), *_CLUSTER_BLOCKS),
)

_JSON_CLUSTER = BodySchema(attributes=_CLUSTER_ATTRIBUTES, blocks=_CLUSTER_BLOCKS)
"""In JSON syntax `metadata` and `spec` are objects, never blocks: only so may an expression stand for either."""


_TERRAFORMS = (
    ("data", "There are no data sources. Refer to a cluster, such as cluster.web.status, or use a variable."),
    ("ephemeral", "There are no ephemeral resources. Use a variable with ephemeral = true."),
    ("resource", "The one kind of resource is a cluster. Write a cluster block."),
    ("terraform", 'Write a planner block instead, with required_version and backend "local".'),
)
"""Terraform's blocks that are none here, and what to do about each."""


def expect_root(*, is_json: bool) -> BodySchema:
    """Return what may stand in a whole file."""
    named = ("name",)
    return BodySchema(
        blocks=(
            BlockSchema(type="check", labels=named, body=CHECK),
            BlockSchema(type="cluster", labels=named, body=_JSON_CLUSTER if is_json else CLUSTER),
            BlockSchema(type="import", body=IMPORT),
            BlockSchema(type="locals", body=LOCALS),
            BlockSchema(type="module", labels=named, body=MODULE),
            BlockSchema(type="moved", body=MOVED),
            BlockSchema(type="output", labels=named, body=OUTPUT),
            BlockSchema(type="planner", body=PLANNER),
            BlockSchema(type="provider", labels=named, body=PROVIDER),
            BlockSchema(type="removed", body=REMOVED),
            BlockSchema(type="variable", labels=named, body=VARIABLE),
        ),
        advice=_TERRAFORMS,
    )
