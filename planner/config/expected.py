"""What may stand in a configuration's files: each block, its labels and its arguments. Data only.

What the language has and this version does not is here too, so that it is refused in words and not as unknown.
"""

from planner.lang.schema import AttributeSchema, BlockSchema, BodySchema, Notation

__all__ = [
    "BACKEND",
    "CLUSTER",
    "CREDENTIALS",
    "LIFECYCLE",
    "PLANNER",
    "PROVIDER",
    "UNSUPPORTED",
    "VARIABLE",
    "expect_root",
]

UNSUPPORTED = {
    "check": "Watch the clusters with a monitoring system of your own",
    "count": "Write one cluster block for each",
    "create_before_destroy": "A cluster is never replaced unless you ask for it",
    "dynamic": "Write the blocks out, or a list of objects",
    "for_each": "Write one cluster block for each",
    "ignore_changes": "Leave the field out: what the configuration does not set is the server's own",
    "import": "Only clusters that planner created can be managed",
    "locals": "Use a variable with a default",
    "module": "Write the module's clusters into this directory",
    "moved": "Keep the address that the cluster has",
    "output": "Look values up with `planner state show`",
    "postcondition": "Check the cluster after the apply",
    "precondition": "Check the values before they are passed in",
    "removed": "A cluster that is left out of the configuration is deleted; keep it in until then",
    "replace_triggered_by": "A cluster is never replaced unless you ask for it",
    "validation": "Check the value before it is passed in",
}
"""The blocks and arguments of the language that are not read yet, and what to do instead."""

CREDENTIALS = ("token", "client_id", "client_secret", "password", "username")

BACKEND = BodySchema(attributes=(AttributeSchema(name="path", is_required=True),))

PLANNER = BodySchema(
    attributes=(AttributeSchema(name="required_version"), AttributeSchema(name="unknown_fields")),
    blocks=(BlockSchema(type="backend", labels=("type",)),),
)

PROVIDER = BodySchema(attributes=tuple(AttributeSchema(name=name) for name in ("endpoint", *CREDENTIALS)))

VARIABLE = BodySchema(
    attributes=(
        AttributeSchema(name="type", notation=Notation.BARE),
        AttributeSchema(name="default", notation=Notation.LITERAL),
        AttributeSchema(name="description", notation=Notation.LITERAL),
        AttributeSchema(name="sensitive"),
        AttributeSchema(name="nullable"),
    ),
    blocks=(BlockSchema(type="validation"),),
)

LIFECYCLE = BodySchema(
    attributes=(
        AttributeSchema(name="prevent_destroy"),
        AttributeSchema(name="update"),
        AttributeSchema(name="create_before_destroy"),
        AttributeSchema(name="ignore_changes", notation=Notation.BARE),
        AttributeSchema(name="replace_triggered_by", notation=Notation.BARE),
    ),
    blocks=(BlockSchema(type="postcondition"), BlockSchema(type="precondition")),
)

_DOCUMENT = ("metadata", "spec")
_CLUSTER_ATTRIBUTES = (
    *(AttributeSchema(name=name) for name in (*_DOCUMENT, "count", "for_each")),
    AttributeSchema(name="depends_on", notation=Notation.BARE),
)
_CLUSTER_BLOCKS = (BlockSchema(type="lifecycle", body=LIFECYCLE), BlockSchema(type="dynamic", labels=("name",)))

CLUSTER = BodySchema(
    attributes=_CLUSTER_ATTRIBUTES, blocks=(*(BlockSchema(type=name) for name in _DOCUMENT), *_CLUSTER_BLOCKS)
)

_JSON_CLUSTER = BodySchema(attributes=_CLUSTER_ATTRIBUTES, blocks=_CLUSTER_BLOCKS)
"""In JSON syntax `metadata` and `spec` are objects, never blocks: only so may an expression stand for either."""


def expect_root(*, is_json: bool) -> BodySchema:
    """Return what may stand in a whole file."""
    named = ("name",)
    return BodySchema(
        blocks=(
            BlockSchema(type="cluster", labels=named, body=_JSON_CLUSTER if is_json else CLUSTER),
            BlockSchema(type="planner", body=PLANNER),
            BlockSchema(type="provider", labels=named, body=PROVIDER),
            BlockSchema(type="variable", labels=named, body=VARIABLE),
            *(BlockSchema(type=type_) for type_ in ("import", "locals", "moved", "removed")),
            *(BlockSchema(type=type_, labels=named) for type_ in ("check", "module", "output")),
        )
    )
