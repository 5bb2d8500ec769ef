"""Values to YAML, byte for byte as Terraform writes it.

Strings are always in quotation marks, or lines below a `|` where they have several. Refuses numbers that cannot be
written out; what is unknown is the caller's business.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.lang.functions.signature import FunctionError
from planner.lang.number import Number, format_number
from planner.lang.values import Nothing, Value, list_members

__all__ = ["write_yaml"]

_WIDTH = 80
"""Behind which column a string is broken at its next space."""
_KEY_SIZE = 128
"""How many bytes a key may have that stands before a colon, and not behind a question mark."""

_BREAKS = "\r\n\x85\u2028\u2029"
_PRINTABLE = re.compile(r"[\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]+")
_BARE = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
"""What stands for itself in quotation marks."""
_LINE = re.compile(rf"([^{_BREAKS}]*)([{_BREAKS}]?)")
_STEP = 2
"""By how many columns an inner level is indented."""
_ESCAPES = {
    "\0": "0",
    "\a": "a",
    "\b": "b",
    "\t": "t",
    "\n": "n",
    "\v": "v",
    "\f": "f",
    "\r": "r",
    "\x1b": "e",
    '"': '"',
    "\\": "\\",
    "\x85": "N",
    "\xa0": "_",
    "\u2028": "L",
    "\u2029": "P",
}
_BLOCK_UNFIT = re.compile(rf" [{_BREAKS}]| \Z")
"""What cannot stand below a `|`: spaces that end a line."""


def write_yaml(value: Value) -> str:
    """Return `value`, which is wholly known, as a YAML document.

    Raises:
        FunctionError: a number in it has too many digits.
    """
    writer = _Writer()
    _write(value, writer, -1)
    writer.start_line(0)
    if writer.is_open:
        writer.put_sign("...")
        writer.start_line(0)
    return "".join(writer.parts)


@dataclass(slots=True)
class _Writer:
    """The text so far, and where it stands.

    `is_spaced`: what comes next needs no space before it. `is_indented`: only spaces, `-` and `?` are on the line.
    `is_open`: a reader could not know that the document ends here.
    """

    parts: list[str] = field(default_factory=list)
    column: int = 0
    is_spaced: bool = True
    is_indented: bool = True
    is_open: bool = False

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.column += len(text)

    def put_sign(self, sign: str, *, is_apart: bool = True, opens_line: bool = False, opens: bool = False) -> None:
        """Put a sign of YAML's own: `is_apart` from what is before it; `opens` what may follow it directly."""
        self.put(f" {sign}" if is_apart and not self.is_spaced else sign)
        self.is_spaced = opens
        self.is_indented = self.is_indented and opens_line
        self.is_open = False

    def start_line(self, indent: int) -> None:
        """Go to the column `indent`, on a line that has nothing yet."""
        if not self.is_indented or self.column > indent or (self.column == indent and not self.is_spaced):
            self.break_line("\n")
        self.put(" " * (indent - self.column))
        self.is_spaced = self.is_indented = True

    def break_line(self, end: str) -> None:
        self.parts.append(end)
        self.column = 0
        self.is_indented = True


def _write(value: Value, writer: _Writer, indent: int, *, is_member: bool = False) -> None:
    content = value.content
    if isinstance(content, tuple):
        _write_sequence(content, writer, indent, is_member=is_member)
    elif isinstance(content, Mapping):
        _write_mapping(value, writer, indent)
    elif isinstance(content, str):
        _write_text(content, writer, indent)
    else:
        writer.put_sign(_format_plain(value))
        writer.is_open = indent < 0


def _format_plain(value: Value) -> str:
    """Return a number, a bool or null as YAML has it."""
    content = value.content
    if not isinstance(content, Number):
        return "null" if isinstance(content, Nothing) else "true" if content else "false"
    try:
        return format_number(content)
    except ArithmeticError:
        raise FunctionError("a number in it has too many digits to be written out") from None


def _write_sequence(items: tuple[Value, ...], writer: _Writer, indent: int, *, is_member: bool) -> None:
    if not items:
        _write_empty("[]", writer)
        return
    # Below a key, the dashes stand where the key does.
    inner = indent if is_member and not writer.is_indented else _deepen(indent)
    for item in items:
        writer.start_line(inner)
        writer.put_sign("-", opens_line=True)
        _write(item, writer, inner)


def _write_mapping(value: Value, writer: _Writer, indent: int) -> None:
    members = list_members(value)
    if not members:
        _write_empty("{}", writer)
        return
    inner = _deepen(indent)
    for key, member in members:
        writer.start_line(inner)
        if len(key.encode()) <= _KEY_SIZE and not any(sign in key for sign in _BREAKS):
            _write_quoted(key, writer, None)
            writer.put_sign(":", is_apart=False)
        else:
            writer.put_sign("?", opens_line=True)
            _write_text(key, writer, inner)
            writer.start_line(inner)
            writer.put_sign(":", opens_line=True)
        _write(member, writer, inner, is_member=True)


def _deepen(indent: int) -> int:
    return 0 if indent < 0 else indent + _STEP


def _write_empty(signs: str, writer: _Writer) -> None:
    writer.put_sign(signs[0], opens=True)
    writer.put_sign(signs[1], is_apart=False)


def _write_text(text: str, writer: _Writer, indent: int) -> None:
    inner = max(indent, 0) + _STEP
    if "\n" in text and _PRINTABLE.fullmatch(text) and not _BLOCK_UNFIT.search(text):
        _write_block(text, writer, inner)
    else:
        _write_quoted(text, writer, inner)


def _write_block(text: str, writer: _Writer, indent: int) -> None:
    """Write `text` as lines below a `|`, with the signs that tell how it begins and ends."""
    writer.put_sign("|")
    if text[0] == " " or text[0] in _BREAKS:
        writer.put_sign(str(_STEP), is_apart=False)
    if text[-1] not in _BREAKS:
        writer.put_sign("-", is_apart=False)
    elif len(text) == 1 or text[-2] in _BREAKS:
        writer.put_sign("+", is_apart=False)
    writer.break_line("\n")
    writer.is_spaced = True
    for line, end in _LINE.findall(text):
        if line:
            writer.start_line(indent)
            writer.put(line)
            writer.is_indented = False
        if end:
            writer.break_line(end)


def _write_quoted(text: str, writer: _Writer, indent: int | None) -> None:
    """Write `text` in quotation marks; where it is long, it goes on at the column `indent`, unless that is None."""
    writer.put_sign('"')
    # Terraform's writer takes all that stands behind a byte order mark for one too.
    is_bare = not text.startswith("\ufeff")
    last, is_after_space = len(text) - 1, False
    for at, character in enumerate(text):
        is_space = is_bare and character == " "
        if is_space and indent is not None and not is_after_space and writer.column > _WIDTH and 0 < at < last:
            writer.start_line(indent)
            writer.put("\\" if text[at + 1] == " " else "")
        else:
            writer.put(character if is_bare and _BARE.fullmatch(character) else _escape(character))
        is_after_space = is_space
    writer.put_sign('"', is_apart=False)


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return f"\\{_ESCAPES[character]}"
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
