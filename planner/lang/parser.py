"""The parser: the tables of python-hcl2's grammar, run over the tokens of a text.

Gives trees, or says where and why a text could not be read. Refuses nesting beyond `DEPTH_LIMIT`.
"""

import re
import sys
from functools import lru_cache
from typing import Any
from typing import Literal as OneOf

from planner.lang.grammar import correct_grammar, describe_maker, read_grammar
from planner.lang.layout import NEWLINE, Construct, Frame, Layout, TooDeepError, Writing
from planner.lang.reading import Message
from planner.lang.scan import scan
from planner.lang.syntax_errors import Stop, explain_depth, explain_stop
from planner.lang.tables import (
    TABLES,
    Reduction,
    Tables,
    TableStore,
    build_tables,
    decode_tables,
    encode_tables,
    make_key,
)
from planner.lang.trees import Token, Tree

__all__ = ["Rule", "StoppedError", "parse_tree"]

Rule = OneOf["start", "expression", "template"]
"""What a text is read as: a file, one expression, or a template without quotes."""

_RULES: tuple[Rule, ...] = ("start", "expression", "template")


class StoppedError(Exception):
    """The parser stopped at a mistake: what to say and where, what it had read in full, and what it was reading."""

    def __init__(
        self, message: Message, place: tuple[int, int], reach: int, finished: list[Tree], item: int | None
    ) -> None:
        super().__init__(message.summary)
        self.message = message
        self.place = place
        self.reach = reach
        """Up to where the text was read."""
        self.finished = finished
        """The trees of the arguments and blocks of a file that stand before the one with the mistake."""
        self.item = item
        """Where that one starts."""


_CONSTRUCTS = {"start": Construct.BODY, "expression": Construct.WHOLE, "template": Construct.TEXT}
_END = "$END"
_KEYWORDS = {
    "else": "ELSE",
    "endfor": "ENDFOR",
    "endif": "ENDIF",
    "false": "FALSE",
    "for": "FOR",
    "if": "IF",
    "in": "IN",
    "null": "NULL",
    "true": "TRUE",
}
_CALL = re.compile(r"(?:[ \t]|/\*(?:[^*]|\*(?!/))*+\*/)*+(?:\(|::)")
_REST = re.compile(r"[^\n]+|\n")


def parse_tree(text: str, start: int, end: int, rule: Rule) -> Tree:
    """Return the tree of the part of `text` from `start` to `end`, read as `rule`; its offsets are those of `text`.

    Raises:
        StoppedError: it is not that.
    """
    writing = Writing.LINES if rule == "template" else Writing.CODE
    layout = Layout([Frame(_CONSTRUCTS[rule], writing=writing)])
    machine = _Machine(_load_tables(TABLES.get()), rule)
    try:
        return _feed(machine, layout, text, start, end)
    except TooDeepError as error:
        raise _stop(explain_depth(), (error.start, error.end), error.end, layout, machine) from None
    except _MisplacedError as error:
        token = error.token
    rest = _REST.match(text, token.start, end)
    stop = Stop(
        start=token.start,
        end=token.start + len(token.rstrip("\r\n") or token[:1]),
        text=rest[0] if rest else "",
        kind=token.type,
        expected=machine.list_expected(),
        layout=layout,
    )
    raise _stop(*explain_stop(stop, text), stop.end, layout, machine)


def _feed(machine: "_Machine", layout: Layout, text: str, start: int, end: int) -> Tree:
    for token in scan(text, start, end, layout):
        if token.type == NEWLINE:
            if layout.is_meant(token):
                machine.take(token)
                layout.enter(token)
            continue
        if token.type == "NAME" and token in _KEYWORDS:
            machine.tell_keyword(token, is_call=_CALL.match(text, token.end, end) is not None)
        for newline in layout.release(token):
            machine.take(newline)
            layout.enter(newline)
        machine.take(token)
        layout.enter(token)
    is_body = layout.frames[-1].construct is Construct.BODY and len(layout.frames) == 1
    if is_body and layout.last is not None and layout.last.type != NEWLINE:
        machine.take(Token(NEWLINE, "", end, end))
    machine.take(Token(_END, "", end, end))
    tree: Tree = machine.values[-1]
    return tree


class _MisplacedError(Exception):
    """A token cannot stand where it does."""

    def __init__(self, token: Token) -> None:
        super().__init__(token.type)
        self.token = token


class _Machine:
    """The states that the parser is in, one in the other, and a node for each that it has left behind."""

    def __init__(self, tables: Tables, rule: Rule) -> None:
        self._states = tables.states
        self._reductions = tables.reductions
        self._shortcuts = tables.shortcuts
        self._end = tables.ends[rule]
        self._stack = [tables.starts[rule]]
        self.values: list[Any] = []

    def take(self, token: Token) -> None:
        """Go on by `token`.

        Raises:
            _MisplacedError: it cannot stand here.
        """
        states, stack, values = self._states, self._stack, self.values
        kind = token.type
        while True:
            action = states[stack[-1]].get(kind)
            if action is None:
                raise _MisplacedError(token)
            if action >= 0:
                stack.append(action)
                values.append(token)
                return
            reduction = self._reductions[~action]
            size = reduction.size
            if size == 1 and reduction.gives_way:
                stack[-1] = self._shortcuts.get((stack[-2], stack[-1], kind)) or self._find_shortcut(kind)
            else:
                values[len(values) - size :] = [_make_node(reduction, values[len(values) - size :])]
                del stack[len(stack) - size :]
                stack.append(states[stack[-1]][reduction.origin])
            if kind == _END and stack[-1] == self._end:
                return

    def _find_shortcut(self, kind: str) -> int:
        """Return the state in which a last part that gives way leaves the parser, again and again before `kind`."""
        way = (self._stack[-2], self._stack[-1], kind)
        state = way[1]
        while True:
            action = self._states[state].get(kind, 0)
            reduction = self._reductions[~action] if action < 0 else None
            if reduction is None or reduction.size != 1 or not reduction.gives_way:
                break
            state = self._states[way[0]][reduction.origin]
            if state == self._end:
                break
        self._shortcuts[way] = state
        return state

    def tell_keyword(self, token: Token, *, is_call: bool) -> None:
        """Make the name `token` a keyword if one can stand here; `is_call` where it would be that of a function."""
        kind = _KEYWORDS[token]
        if kind in self._states[self._stack[-1]] and not (is_call and kind in {"TRUE", "FALSE", "NULL"}):
            token.type = kind

    def list_expected(self) -> frozenset[str]:
        """Return the kinds of tokens that could stand here."""
        return frozenset(kind for kind in self._states[self._stack[-1]] if kind.isupper() and self._would_take(kind))

    def _would_take(self, kind: str) -> bool:
        stack = self._stack.copy()
        while True:
            action = self._states[stack[-1]].get(kind)
            if action is None or action >= 0:
                return action is not None
            reduction = self._reductions[~action]
            del stack[len(stack) - reduction.size :]
            stack.append(self._states[stack[-1]][reduction.origin])
            if kind == _END and stack[-1] == self._end:
                return True


def _make_node(reduction: Reduction, parts: list[Any]) -> Any:  # noqa: ANN401 - a tree or a token
    taken = reduction.taken
    if taken is not None:
        children: list[Any] = []
        for at, is_open in taken:
            if not is_open:
                children.append(parts[at])
            elif children:
                children += parts[at].children
            else:
                children = parts[at].children  # its own list, so that a long one is not copied at each step
        parts = children
    return parts[0] if reduction.gives_way and len(parts) == 1 else Tree(reduction.name, parts)


def _stop(message: Message, place: tuple[int, int], reach: int, layout: Layout, machine: _Machine) -> StoppedError:
    item = layout.top_item.start if layout.top_item is not None else None
    return StoppedError(message, place, reach, _find_finished(machine), item)


def _find_finished(machine: _Machine) -> list[Tree]:
    """Return the arguments and blocks that a stopped parser had read in full: they lie at the bottom of its stack."""
    items: list[Tree] = []
    pending: list[Any] = machine.values[::-1]
    while pending:
        node = pending.pop()
        if isinstance(node, Token):
            if node.type != NEWLINE:
                break
        elif node.data in {"attribute", "block"}:
            items.append(node)
        elif "_items" in node.data:
            pending.extend(reversed(node.children))
        else:
            break
    return items


@lru_cache(maxsize=4)
def _load_tables(store: TableStore | None) -> Tables:
    """Return the tables in `store` if they are there, and otherwise make them and keep them there."""
    grammar = correct_grammar(read_grammar())
    if store is None:
        return build_tables(grammar, _RULES)
    key = make_key(describe_maker(), str(sys.implementation.cache_tag), grammar)
    data = store.read(key)
    if data is not None:
        try:
            return decode_tables(data)
        except ValueError:
            pass  # damaged, or not ours: made anew, and written over
    tables = build_tables(grammar, _RULES)
    store.write(key, encode_tables(tables))
    return tables
