"""Tables: what the parser does in each of its states, made by lark of the grammar once and kept as bytes.

Plain JSON behind a checksum, never pickle: whoever can write to the store can at worst spoil a parse. Bytes that are
not what was written are refused.
"""

import hashlib
import json
from collections.abc import Hashable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

__all__ = ["TABLES", "Reduction", "TableStore", "Tables", "build_tables", "decode_tables", "encode_tables", "make_key"]


class TableStore(Hashable, Protocol):
    """Where things are kept between processes; it may forget them, or fail to keep them, at any time."""

    def read(self, key: str) -> bytes | None:
        """Return what was written under `key`, or None."""

    def write(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""


TABLES: ContextVar[TableStore | None] = ContextVar("TABLES", default=None)
"""Where to keep the parser's tables between processes; without it they are made at each first parse (1 s)."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """A rule of the grammar, read in full: `size` parts become a node `name`, where the symbol `origin` was wanted.

    `taken` are the parts that become its children, True with those whose own children take their place; None means
    all. A node that `gives_way` is not made for a single child.
    """

    name: str
    origin: str
    size: int
    taken: tuple[tuple[int, bool], ...] | None
    gives_way: bool


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """For each state and symbol the next state, or the number of a reduction, all bits inverted.

    `starts` and `ends` are the states in which each kind of text begins and is complete. `shortcuts` is filled by who
    runs the tables: from the state below, the state and the symbol that comes next to where single parts that give way
    lead.
    """

    states: tuple[dict[str, int], ...]
    reductions: tuple[Reduction, ...]
    starts: dict[str, int]
    ends: dict[str, int]
    shortcuts: dict[tuple[int, int, str], int] = field(default_factory=dict)


def make_key(*parts: str) -> str:
    """Return the name under which something is kept that depends on `parts` and on nothing else."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def build_tables(grammar: str, starts: Iterable[str]) -> Tables:
    """Return the tables of `grammar`, which has a rule for each of `starts`."""
    from lark import Lark  # noqa: PLC0415 - only the first run on a machine pays for it
    from lark.parsers.lalr_analysis import Shift  # noqa: PLC0415 - as above

    lark = Lark(
        grammar, parser="lalr", lexer="contextual", start=list(starts), postlex=_ANYTHING, maybe_placeholders=False
    )
    table = cast("Any", lark.parser).parser._parse_table  # noqa: SLF001 - lark's public face only runs its own lexers
    numbers = {rule: number for number, rule in enumerate(lark.rules)}
    order = {state: number for number, state in enumerate(table.states)}

    def find_action(action: object, target: Any) -> int:  # noqa: ANN401 - a state, or a rule
        return order[target] if action is Shift else ~numbers[target]

    return Tables(
        states=tuple({name: find_action(*todo) for name, todo in actions.items()} for actions in table.states.values()),
        reductions=tuple(map(_describe_rule, lark.rules)),
        starts={start: order[state] for start, state in table.start_states.items()},
        ends={start: order[state] for start, state in table.end_states.items()},
    )


class _Anything:
    """What lark asks for, so that it lets a grammar have tokens that it does not scan itself."""

    always_accept = ()

    def process(self, stream: Any) -> Any:  # noqa: ANN401 - never called
        return stream


_ANYTHING = cast("Any", _Anything())


def _describe_rule(rule: Any) -> Reduction:  # noqa: ANN401 - lark does not export the type
    keep_all = rule.options.keep_all_tokens
    taken = [
        (at, not symbol.is_term and symbol.name.startswith("_"))
        for at, symbol in enumerate(rule.expansion)
        if keep_all or not (symbol.is_term and symbol.filter_out)
    ]
    is_whole = len(taken) == len(rule.expansion) and not any(is_open for _, is_open in taken)
    return Reduction(
        name=str(rule.alias or rule.options.template_source or rule.origin.name),
        origin=str(rule.origin.name),
        size=len(rule.expansion),
        taken=None if is_whole else tuple(taken),
        gives_way=bool(rule.options.expand1 and not rule.alias),
    )


def encode_tables(tables: Tables) -> bytes:
    """Return `tables` as bytes."""
    reductions = [[one.name, one.origin, one.size, one.taken, one.gives_way] for one in tables.reductions]
    document = [tables.states, reductions, tables.starts, tables.ends]
    text = json.dumps(document, separators=(",", ":")).encode()
    return hashlib.sha256(text).hexdigest().encode() + b"\n" + text


def decode_tables(data: bytes) -> Tables:
    """Return the tables that `encode_tables` wrote as `data`.

    Raises:
        ValueError: `data` is not what it wrote.
    """
    checksum, _, text = data.partition(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != checksum:
        raise ValueError("the parser's tables are damaged")
    try:
        states, rules, starts, ends = json.loads(text)
        reductions = tuple(map(_read_rule, rules))
        allowed = range(-len(reductions), len(states))
        tables = Tables(tuple(states), reductions, starts, ends)
        are_sound = all(
            type(action) is int and action in allowed for todo in (*states, starts, ends) for action in todo.values()
        )
    except (AttributeError, TypeError, UnicodeDecodeError) as error:
        raise ValueError("the parser's tables have another form") from error
    if not are_sound or not starts or starts.keys() != ends.keys():
        raise ValueError("the parser's tables have another form")
    return tables


def _read_rule(rule: Any) -> Reduction:  # noqa: ANN401 - whatever the document holds
    name, origin, size, taken, gives_way = rule
    parts = None if taken is None else tuple((at, is_open) for at, is_open in taken)
    return Reduction(name, origin, size, parts, gives_way)
