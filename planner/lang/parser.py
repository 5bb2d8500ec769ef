"""The parser: python-hcl2's grammar run by lark; the only door to both.

Gives lark's trees, or says where and why a text could not be read. Refuses nesting beyond `DEPTH_LIMIT`.
"""

import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast
from typing import Literal as OneOf

from planner.lang.grammar import correct_grammar, read_grammar
from planner.lang.layout import NEWLINE, Construct, Frame, Layout, TooDeepError
from planner.lang.reading import Message
from planner.lang.syntax_errors import Stop, explain_depth, explain_stop
from planner.lang.tables import TABLES, TableStore, decode_tables, encode_tables, make_key

if TYPE_CHECKING:
    from lark import Lark, Token, Tree
    from lark.parsers.lalr_interactive_parser import InteractiveParser

__all__ = ["Rule", "StoppedError", "parse_tree"]

Rule = OneOf["start", "expression", "template"]
"""What a text is read as: a file, one expression, or a template without quotes."""


class StoppedError(Exception):
    """The parser stopped at a mistake: what to say and where, what it had read in full, and what it was reading."""

    def __init__(
        self, message: Message, place: tuple[int, int], finished: list["Tree[Token]"], item: int | None
    ) -> None:
        super().__init__(message.summary)
        self.message = message
        self.place = place
        self.finished = finished
        """The trees of the arguments and blocks of a file that stand before the one with the mistake."""
        self.item = item
        """Where that one starts."""


_CONSTRUCTS = {"start": Construct.BODY, "expression": Construct.WHOLE, "template": Construct.TEXT}
_WORD = re.compile(r"[\w-]+|.", re.DOTALL)
_REST = re.compile(r"[^\n]+|\n")


def parse_tree(text: str, start: int, end: int, rule: Rule) -> "Tree[Token]":
    """Return the tree of the part of `text` from `start` to `end`, read as `rule`; its offsets are those of `text`.

    Raises:
        StoppedError: it is not that.
    """
    from lark import Token, UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415 - only what reads HCL pays for it
    from lark.utils import TextSlice  # noqa: PLC0415 - as above

    parser = _load_parser(TABLES.get()).parse_interactive(TextSlice(text, start, end), start=rule)
    layout = Layout([Frame(_CONSTRUCTS[rule])])
    try:
        _feed(parser, layout)
        last = layout.last
        if rule == "start" and len(layout.frames) == 1 and last is not None and last.type != NEWLINE:
            parser.feed_token(Token(NEWLINE, "", end, end_pos=end))
        return cast("Tree[Token]", parser.feed_token(Token("$END", "", end, end_pos=end)))
    except TooDeepError as error:
        raise _stop(explain_depth(), (error.start, error.end), layout, parser) from None
    except UnexpectedToken as error:
        at, kind = error.token.start_pos or 0, error.token.type
    except UnexpectedCharacters as error:
        at, kind = error.pos_in_stream, ""
    while at < end and text[at] in " \t":
        at += 1  # the grammar counts blanks before `=` and `:` among these tokens
    word, rest = _WORD.match(text, at, end), _REST.match(text, at, end)
    stop = Stop(
        start=at,
        end=word.end() if word else at,
        text=rest[0] if rest else "",
        kind=kind,
        expected=frozenset(_list_accepted(parser)),
        layout=layout,
    )
    raise _stop(*explain_stop(stop, text), layout, parser)


def _feed(parser: "InteractiveParser", layout: Layout) -> None:
    feed = parser.parser_state.feed_token
    tokens: Iterator[Token] = parser.lexer_thread.lex(parser.parser_state)  # type: ignore[no-untyped-call]  # lark's own
    for token in tokens:
        if token.type == NEWLINE:
            if layout.is_meant(token):
                feed(token)
                layout.enter(token)
            continue
        for newline in layout.release(token):
            feed(newline)
            layout.enter(newline)
        feed(token)
        layout.enter(token)


def _list_accepted(parser: "InteractiveParser") -> set[str]:
    return cast("set[str]", parser.accepts())  # type: ignore[no-untyped-call]  # lark does not annotate it


def _stop(message: Message, place: tuple[int, int], layout: Layout, parser: "InteractiveParser") -> StoppedError:
    item = layout.top_item.start_pos if layout.top_item is not None else None
    return StoppedError(message, place, _find_finished(parser), item)


def _find_finished(parser: "InteractiveParser") -> list["Tree[Token]"]:
    """Return the arguments and blocks that a stopped parser had read in full: they lie at the bottom of its stack."""
    items: list[Tree[Token]] = []
    pending: list[Tree[Token] | Token] = list(reversed(parser.parser_state.value_stack))
    while pending:
        node = pending.pop()
        if isinstance(node, str):
            if node.type != NEWLINE:
                break
        elif node.data in {"attribute", "block"}:
            items.append(node)
        elif "_items" in node.data:
            pending.extend(reversed(node.children))
        else:
            break
    return items


class _Passing:
    """What lark asks of a post-lexer: newlines may come anywhere, and `Layout` sorts them out."""

    always_accept = (NEWLINE,)

    def process(self, stream: "Iterator[Token]") -> "Iterator[Token]":
        return stream


@lru_cache(maxsize=4)
def _load_parser(store: TableStore | None) -> "Lark":
    """Return the parser, made from the tables in `store` if they are there, and otherwise kept there."""
    from lark import __version__  # noqa: PLC0415 - only what reads HCL pays for it

    grammar = correct_grammar(read_grammar())
    if store is None:
        return _build_parser(grammar)
    key = make_key(__version__, str(sys.implementation.cache_tag), grammar)
    data = store.read(key)
    if data is not None:
        try:
            return _revive_parser(decode_tables(data))
        except (ValueError, TypeError, LookupError, AttributeError, AssertionError):
            pass  # damaged, or not ours: computed anew, and written over
    parser = _build_parser(grammar)
    store.write(key, encode_tables(_take_tables(parser)))
    return parser


def _build_parser(grammar: str) -> "Lark":
    from lark import Lark  # noqa: PLC0415 - as above

    return Lark(
        grammar,
        parser="lalr",
        lexer="contextual",
        start=["start", "expression", "template"],
        postlex=cast("Any", _Passing()),
        maybe_placeholders=False,
    )


def _take_tables(parser: "Lark") -> list[dict[Any, Any]]:
    """Return what lark itself would save with pickle; it is made of plain data."""
    from lark.grammar import Rule as GrammarRule  # noqa: PLC0415 - as above
    from lark.lexer import TerminalDef  # noqa: PLC0415 - as above

    data, memo = parser.memo_serialize([TerminalDef, GrammarRule])
    options = {name: option for name, option in data["options"].items() if name != "postlex"}
    return [{**data, "options": options}, memo]


def _revive_parser(tables: Any) -> "Lark":  # noqa: ANN401 - lark's own document
    from lark import Lark  # noqa: PLC0415 - as above

    data, memo = tables
    # lark's public `load` takes pickles only; this is the method behind it.
    revive = cast("Callable[..., Lark]", Lark._load_from_dict)  # noqa: SLF001 - see above
    return revive(data, memo, postlex=_Passing())
