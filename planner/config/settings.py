"""`planner` and `provider` blocks: what the tool itself is told.

Refuses another version's configuration, credentials in files, and a second block of either.
"""

from collections.abc import Iterable, Iterator, Sequence

from planner import __version__
from planner.config.backend_settings import read_backend
from planner.config.constants import read_text
from planner.config.draft import UnknownFields
from planner.config.encryption_settings import read_encryption
from planner.config.expected import CREDENTIALS, PLANNER, PROVIDER, PROVIDER_TEXTS
from planner.config.guard_settings import read_guard
from planner.config.reading import Reading
from planner.config.versions import is_satisfied, parse_constraints
from planner.lang.content import read_content
from planner.lang.syntax import Attribute, Block
from planner.lang.values import MarkKind, Value, is_known, is_null, unmark_deep
from planner.model.backend import BackendSettings
from planner.model.desired import NamedFile, Settings
from planner.model.diagnostics import Diagnostic
from planner.model.guard import Guard
from planner.model.spans import Span

__all__ = [
    "check_provider_block",
    "is_known_provider",
    "read_planner_block",
    "read_provider_text",
    "refuse_in_module",
    "refuse_late_text",
    "refuse_provider",
    "refuse_second",
]


def read_planner_block(block: Block, found: list[Diagnostic]) -> tuple[Settings, UnknownFields]:
    """Return the settings and what to do about unknown fields, as a `planner` block says."""
    content, diagnostics = read_content(block.body, PLANNER, block.header)
    found.extend(diagnostics)
    _check_version(content.attributes.get("required_version"), found)
    backends = [inner for inner in content.blocks if inner.type == "backend"]
    places = [read_backend(backend, found) for backend in backends]
    found.extend(_second_backend(backend) for backend in backends[1:])
    guards = [inner for inner in content.blocks if inner.type == "guard"]
    limits = [read_guard(guard, found) for guard in guards]
    found.extend(_second_guard(guard) for guard in guards[1:])
    seals = [inner for inner in content.blocks if inner.type == "encryption"]
    encryptions = [read_encryption(one, found) for one in seals]
    found.extend(_second_encryption(one) for one in seals[1:])
    backend = (places[0] if places else None) or BackendSettings()
    settings = Settings(
        backend=backend,
        has_wrong_backend=None in places[:1] or None in encryptions,
        encryption=encryptions[0] if encryptions else None,
        guard=limits[0] if limits else Guard(),
        prices=_read_file(content.attributes.get("prices"), found),
        instance_types=_read_file(content.attributes.get("instance_types"), found),
    )
    return settings, _read_unknown_fields(content.attributes.get("unknown_fields"), found)


def is_known_provider(block: Block) -> bool:
    """Tell whether a `provider` block is for the one provider that there is."""
    return block.labels[0].text == "imply"


def refuse_provider(block: Block) -> Diagnostic:
    """Return the message that there is no such provider as a block is for."""
    (label,) = block.labels
    return Diagnostic(
        code="unknown-provider",
        summary="Unknown provider",
        detail=f'There is no provider "{label.text}". Write provider "imply", the only one.',
        span=label.span,
    )


def _read_file(attribute: Attribute | None, found: list[Diagnostic]) -> NamedFile | None:
    name = read_text(attribute, found)
    return NamedFile(name=name, span=attribute.expression.span) if attribute is not None and name else None


def check_provider_block(block: Block, found: list[Diagnostic]) -> dict[str, Attribute]:
    """Return what a block of the provider says, by name: `endpoint`, `client_id`, `token_url`."""
    content, diagnostics = read_content(block.body, PROVIDER, block.header)
    found.extend(diagnostics)
    found.extend(_credential(content.attributes[name]) for name in CREDENTIALS if name in content.attributes)
    return {name: content.attributes[name] for name in PROVIDER_TEXTS if name in content.attributes}


def read_provider_text(attribute: Attribute, value: Value, found: list[Diagnostic]) -> str | None:
    """Return the text that `value` is, what an argument of the provider block comes to."""
    plain, marks = unmark_deep(value)
    span = attribute.expression.span
    if any(one.kind in {MarkKind.SENSITIVE, MarkKind.EPHEMERAL} for one in marks):
        found.append(_sensitive_text(attribute.name, span))
        return None
    if isinstance(plain.content, str) and plain.content:
        return plain.content
    if is_known(plain) and not is_null(plain):
        found.append(_not_a_text(attribute.name, span))
    return None


def refuse_second(blocks: Sequence[Block], reading: Reading) -> list[Diagnostic]:
    """Return a message for each block after the first, where a configuration has room for one."""
    if not blocks:
        return []
    place = reading.describe_place(blocks[0].header)
    return [
        Diagnostic(
            code="duplicate-block",
            summary=f"Duplicate {block.type} block",
            detail=f"A configuration has one {block.type} block, and it is at {place} already. Merge the two into one.",
            span=block.header,
        )
        for block in blocks[1:]
    ]


def refuse_in_module(blocks: Iterable[Block]) -> Iterator[Diagnostic]:
    """Yield what is wrong with `planner` and `provider` blocks of a module: it may say which versions it is for."""
    for block in blocks:
        if block.type == "provider":
            yield _root_alone(block, "provider", block.header)
        elif block.type == "planner":
            found: list[Diagnostic] = []
            read_planner_block(block, found)
            yield from found
            for attribute in block.body.attributes:
                if attribute.name == "unknown_fields":
                    yield _root_alone(block, attribute.name, attribute.name_span)
            for one in block.body.blocks:
                if one.type in {"backend", "encryption", "guard"}:
                    yield _root_alone(block, one.type, one.header)


def _root_alone(block: Block, what: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code=f"{block.type}-in-module",
        summary=f"Invalid {block.type} configuration",
        detail=f'What "{what}" says is for the whole configuration, so that it stands in the root module alone. Move '
        "it there.",
        span=span,
    )


def _check_version(attribute: Attribute | None, found: list[Diagnostic]) -> None:
    text = read_text(attribute, found)
    if text is None or attribute is None:
        return
    try:
        constraints = parse_constraints(text)
    except ValueError as error:
        found.append(_not_a_constraint(str(error), attribute.expression.span))
        return
    if not is_satisfied(__version__, constraints):
        found.append(_wrong_version(text, attribute.expression.span))


def _read_unknown_fields(attribute: Attribute | None, found: list[Diagnostic]) -> UnknownFields:
    match read_text(attribute, found):
        case "warn":
            return "warn"
        case None | "error":
            return "error"
        case _:
            found.append(_unknown_choice(attribute.expression.span if attribute else None))
            return "error"


def _credential(attribute: Attribute) -> Diagnostic:
    return Diagnostic(
        code="credential-in-configuration",
        summary="Credentials do not belong in the configuration",
        detail=f'"{attribute.name}" would be stored in plain text. Remove it, and set the environment '
        f"variable {'IMPLY_CLIENT_SECRET' if attribute.name == 'client_secret' else 'IMPLY_TOKEN'}.",
        span=attribute.name_span,
    )


def _not_a_constraint(part: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="invalid-version-constraint",
        summary="Invalid version constraint",
        detail=f'"{part}" is not a constraint. Write an operator and a version, as in ">= 0.1", "~> 0.1.2" or '
        '">= 0.1, < 1.0".',
        span=span,
    )


def _wrong_version(constraint: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="unsupported-version",
        summary="Unsupported planner version",
        detail=f'This configuration asks for planner "{constraint}", and this is version {__version__}. Install a '
        "version that fits, or change required_version.",
        span=span,
    )


def _second_backend(block: Block) -> Diagnostic:
    return Diagnostic(
        code="duplicate-block",
        summary="Duplicate backend block",
        detail="The state is kept in one place, and a backend is written above already. Keep one of the two.",
        span=block.header,
    )


def _second_guard(block: Block) -> Diagnostic:
    return Diagnostic(
        code="duplicate-block",
        summary="Duplicate guard block",
        detail="A planner block has one guard, and it is written above already. Merge the two into one.",
        span=block.header,
    )


def _second_encryption(block: Block) -> Diagnostic:
    return Diagnostic(
        code="duplicate-block",
        summary="Duplicate encryption block",
        detail="A planner block has one encryption, and it is written above already. Merge the two into one.",
        span=block.header,
    )


def _unknown_choice(span: Span | None) -> Diagnostic:
    return Diagnostic(
        code="unsuitable-value",
        summary="Unknown choice for unknown_fields",
        detail='"unknown_fields" must be "error", which refuses a field that the schema does not know, or "warn", '
        "which lets it through. Choose one of the two.",
        span=span,
    )


_EXAMPLES = {
    "endpoint": 'an address such as "https://acme.implycloud.com"',
    "client_id": "the id of an OAuth client",
    "token_url": 'an address such as "https://id.example.com/oauth/token"',
}


def _sensitive_text(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code=f"sensitive-{name.replace('_', '-')}",
        summary=f"Sensitive value as {_name_text(name)}",
        detail=f'"{name}" is shown in plans and messages, so that it cannot depend on a sensitive variable. '
        f"Write it out: {_EXAMPLES[name]}.",
        span=span,
    )


def _not_a_text(name: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code="unsuitable-value",
        summary=f"Invalid {name}",
        detail=f'"{name}" must be a string that is not empty. Write {_EXAMPLES[name]}, or remove it to use the '
        f"environment variable IMPLY_{name.upper()}.",
        span=span,
    )


def _name_text(name: str) -> str:
    return "the endpoint" if name == "endpoint" else name


def refuse_late_text(attribute: Attribute) -> Diagnostic:
    """Return the message that an argument of the provider block is not known when a plan is made."""
    name = attribute.name
    return Diagnostic(
        code=f"late-{name.replace('_', '-')}",
        summary=f"{_name_text(name).removeprefix('the ').capitalize()} that is known after apply",
        detail="The account must be known before anything is planned, and this depends on a cluster. Write it out.",
        span=attribute.expression.span,
    )
