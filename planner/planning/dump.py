"""Dumping: live clusters as the configuration that they already are.

Refuses to write a secret: a variable stands in its place. Of a name that can be no label something like it is made.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from planner.model.desired import DesiredCluster
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.live import LiveCluster
from planner.model.paths import Key, Path, format_path, position_path
from planner.model.secrets import Vault
from planner.model.written import Block, Reference, SecretVariable, Word, Written
from planner.planning.changes import Rules, find_sensitive
from planner.planning.seal import seal
from planner.planning.settable import Settable, find_settable
from planner.planning.unmarked import Holds, seal_unmarked
from schemas import Field, cluster_field, is_sensitive_name
from state.address import Address, is_identifier
from state.record import Record
from state.snapshot import Snapshot
from state.values import Json, Late, Secret, Value

__all__ = [
    "DumpOptions",
    "Dumped",
    "Labelled",
    "choose_labels",
    "dump_clusters",
    "list_sections",
    "make_import",
    "warn_of_gaps",
]

_LONGEST_LABEL = 60
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
_ODD_IN_VARIABLE = re.compile(r"[^A-Za-z0-9]+")
_PAIR = {"name", "value"}
_PROPERTIES = cluster_field().fields["spec"].fields["commonRuntimeProperties"]
"""The field whose names of secrets are those of all that has no schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DumpOptions:
    """How a cluster is written: with `keeps_defaults` also what the server would fill in anyhow.

    `is_bare`: as the API has it, where texts stay as they are and nothing can stand in the place of a secret.
    """

    keeps_defaults: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A live cluster, the label of its block, and what the state and the configuration know of it so far."""

    live: LiveCluster
    label: str
    record: Record | None = None
    desired: DesiredCluster | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """One live cluster as configuration; `document` is None where none can declare it.

    `document` holds a fingerprint where a secret is, and `spec` the same with variables in these places.
    `is_managed`: the state knows the cluster, and needs no import.
    """

    live: LiveCluster
    label: str
    is_managed: bool
    document: dict[str, Value] | None
    spec: Block
    variables: tuple[SecretVariable, ...]
    settable: Settable


def choose_labels(
    live: Iterable[LiveCluster], snapshot: Snapshot | None, declared: Mapping[Address, DesiredCluster]
) -> dict[str, str]:
    """Return a label for each cluster, by its id: that of its address, or one like its name that nobody else has.

    A cluster that is declared and not managed yet keeps its label. No two labels are the same where upper and lower
    case are, so that files can be named by them.
    """
    addresses = {record.id: address for address, record in snapshot.records.items()} if snapshot else {}
    declared_names = {cluster.name: address for address, cluster in declared.items()}
    taken = {address.name.casefold() for address in (*addresses.values(), *declared)}
    labels: dict[str, str] = {}
    # Whose name is a label comes before whose name is only made into the same one.
    for cluster in sorted(live, key=lambda one: (_make_label(one.name) != one.name, one.name, one.id)):
        address = addresses.get(cluster.id) or declared_names.get(cluster.name)
        if address is not None and address == Address(address.name):
            labels[cluster.id] = address.name
        else:
            labels[cluster.id] = _find_free(_make_label(cluster.name), "-", taken)
    return labels


def _make_label(name: str) -> str:
    text = _ODD.sub("-", name).strip("-")[:_LONGEST_LABEL].rstrip("-")
    return text if is_identifier(text) else f"cluster-{text}".rstrip("-")


def _find_free(text: str, joint: str, taken: set[str]) -> str:
    """Return `text`, with a number behind it if it is taken, and take it."""
    free, number = text, 1
    while free.casefold() in taken:
        number += 1
        free = f"{text}{joint}{number}"
    taken.add(free.casefold())
    return free


def dump_clusters(
    clusters: Iterable[Labelled], rules: Rules, options: DumpOptions, secrets: Vault, holds: Holds
) -> tuple[Dumped, ...]:
    """Return the configuration of each of `clusters`; no two of their variables have one name.

    The secrets in them go into `secrets`, before it is asked where else what `holds` knows to be one stands.
    """
    sealed = [(cluster, *_seal(cluster, rules, options, secrets)) for cluster in clusters]
    taken: set[str] = set()
    dumped: list[Dumped] = []
    for cluster, settable, document in sealed:
        hidden = seal_unmarked(document, holds, rules)
        writer = _Writer(cluster.label, secrets, taken)
        spec = writer.write_block(hidden.get("spec"), rules.field.fields["spec"], ("spec",))
        dumped.append(
            Dumped(
                live=cluster.live,
                label=cluster.label,
                is_managed=cluster.record is not None,
                document=None if settable.document is None else hidden,
                spec=spec,
                variables=tuple(writer.variables),
                settable=settable,
            )
        )
    return tuple(dumped)


def _seal(cluster: Labelled, rules: Rules, options: DumpOptions, secrets: Vault) -> tuple[Settable, dict[str, Value]]:
    """Return what of a cluster can be declared, as it is and with fingerprints in it."""
    sensitive = find_sensitive(cluster.desired, cluster.record, rules)
    document: dict[str, Json] = {
        "metadata": {"name": cluster.live.name},
        "spec": cluster.live.document.get("spec"),
    }
    settable = find_settable(
        document,
        hidden=[_plain(position_path(path, document)) for path in sensitive],
        keeps_defaults=options.keeps_defaults,
        takes_any_text=options.is_bare,
    )
    kept = settable.document or {}
    sensitive = sensitive.union(_find_named_secrets(kept, rules.field, ()))
    return settable, seal(kept, rules.field, rules.key, sensitive=sensitive, vault=secrets)


def _find_named_secrets(value: Json, field: Field | None, path: Path) -> Iterator[Path]:
    """Yield the path of each member that the schema does not know and whose name says that it is secret.

    What is written may be kept for ever and be read by many, so it is hidden although a plan would show it.
    """
    match value:
        case dict():
            for name, member in value.items():
                known = field.fields.get(name) if field is not None else None
                if known is None and is_sensitive_name(_PROPERTIES, name):
                    yield (*path, name)
                else:
                    yield from _find_named_secrets(member, known, (*path, name))
        case list():
            for position, item in enumerate(value):
                yield from _find_named_secrets(
                    item, field.items if field is not None else None, (*path, _name_item(item, position))
                )
        case _:
            pass


def _plain(path: Path) -> tuple[str | int, ...]:
    return tuple(step.name if isinstance(step, Key) else step for step in path)


def list_sections(dumped: Dumped, *, imports: bool) -> Iterator[tuple[str, Block]]:
    """Yield the blocks of one cluster: its secret variables, itself, and with `imports` how it comes to be managed."""
    for variable in dumped.variables:
        yield "variable", Block(labels=(variable.name,), members={"type": Word(variable.type), "sensitive": True})
    members: dict[str, Written] = {"spec": dumped.spec}
    if dumped.label != dumped.live.name:
        members = {"metadata": Block(members={"name": dumped.live.name}), **members}
    yield "cluster", Block(labels=(dumped.label,), members=members)
    if imports and not dumped.is_managed:
        yield make_import(dumped)


def make_import(dumped: Dumped) -> tuple[str, Block]:
    """Return the block that takes the cluster under management."""
    return "import", Block(members={"to": Word(f"cluster.{dumped.label}"), "id": dumped.live.id})


def warn_of_gaps(dumped: Dumped) -> tuple[Diagnostic, ...]:
    """Return a warning for each field that is live and is not in the configuration, as none can ask for it."""
    name = dumped.live.name
    if dumped.document is None:
        why = dumped.settable.left_out[-1]
        return (_warn(f'The cluster "{name}" cannot be declared', f"{why.path}: {why.reason}."),)
    return tuple(
        _warn(f'{gap.path} of the cluster "{name}" is left out', f"{gap.reason}.") for gap in dumped.settable.left_out
    )


def _warn(summary: str, reason: str) -> Diagnostic:
    detail = (
        f"No configuration can ask for it as it is: {reason} It stays as it is on the server. Change it there first"
    )
    return Diagnostic(
        severity=Severity.WARNING,
        code="left-out",
        summary=summary,
        detail=f"{detail} if it is to be managed.",
    )


class _Writer:
    """Writes the fields of one cluster, and makes a variable for each secret that it meets."""

    def __init__(self, label: str, secrets: Mapping[str, Json], taken: set[str]) -> None:
        self.variables: list[SecretVariable] = []
        self._label = label
        self._secrets = secrets
        self._taken = taken

    def write_block(self, value: Value, field: Field, path: Path) -> Block:
        """Return the fields of an object, each object of known fields in it a block again."""
        members = value if isinstance(value, dict) else {}
        return Block(
            members={
                name: self._write_member(member, field.fields.get(name), (*path, name))
                for name, member in members.items()
            }
        )

    def _write_member(self, value: Value, field: Field | None, path: Path) -> Written:
        if isinstance(value, dict) and field is not None and field.fields:
            return self.write_block(value, field, path)
        pairs = _read_pairs(value) if field is not None and _is_pair_list(field) else None
        if pairs is not None:
            return {name: self._write(entry, (*path, Key(name))) for name, entry in pairs.items()}
        return self._write(value, path)

    def _write(self, value: Value, path: Path) -> Written:
        match value:
            case Secret():
                return self._refer(value, path)
            case dict():
                return {name: self._write(member, (*path, name)) for name, member in value.items()}
            case list():
                return [self._write(item, (*path, _name_item(item, at))) for at, item in enumerate(value)]
            case Late():
                raise TypeError("nothing that is live comes late")
            case _:
                return value

    def _refer(self, secret: Secret, path: Path) -> Reference:
        steps = (step.name if isinstance(step, Key) else str(step) for step in path[1:])
        words = (_ODD_IN_VARIABLE.sub("_", step).strip("_") for step in (self._label, *steps))
        text = "_".join(filter(None, words))
        name = _find_free(text if is_identifier(text) else f"cluster_{text}", "_", self._taken)
        # What is hidden only because it stands elsewhere as a secret is a text.
        type_ = _name_type(self._secrets.get(secret.fingerprint, ""))
        place = f"cluster.{self._label}.{format_path(path)}"
        self.variables.append(SecretVariable(name=name, type=type_, path=place))
        return Reference(f"var.{name}")


def _name_item(item: Value | Json, position: int) -> Key | int:
    name = item.get("name") if isinstance(item, dict) else None
    return Key(name) if isinstance(name, str) else position


def _is_pair_list(field: Field) -> bool:
    return field.list_key == "name" and field.items is not None and field.items.fields.keys() == _PAIR


def _read_pairs(value: Value) -> dict[str, Value] | None:
    """Return the map that stands for a list of pairs; None where it would be taken for something else."""
    if not isinstance(value, list):
        return None
    pairs: dict[str, Value] = {}
    for item in value:
        name = item.get("name") if isinstance(item, dict) and item.keys() == _PAIR else None
        if not isinstance(name, str) or name in pairs:
            return None
        pairs[name] = item["value"] if isinstance(item, dict) else None
    return None if pairs.keys() == _PAIR else pairs


def _name_type(value: Json) -> str:
    """Return the type of a variable: a text is read as it stands, anything else as an expression."""
    match value:
        case str():
            return "string"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case _:
            return "any"
