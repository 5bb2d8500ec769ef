"""Quoting: what a server said, made fit for a message: short, on one line, and without what must stay hidden.

Refuses to let a control character, a direction override or a known secret through.
"""

import json
import re
import unicodedata
from collections.abc import Iterable

__all__ = ["MASK", "escape", "hide", "quote"]

MASK = "(sensitive value)"
_SHORTEST_LINE = 6
_LIKE_ESCAPE = re.compile(r"\\[uU]")
_CHARACTER = re.compile(r"(\\*)([^\\]|\Z)", re.DOTALL)


def quote(text: str, secrets: Iterable[str] = (), *, longest: int = 200) -> str:
    """Return the first `longest` characters of `text`, secrets hidden and unprintable characters escaped."""
    shown = hide(text, secrets)
    return escape(shown[:longest]) + ("…" if len(shown) > longest else "")


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with each secret, as it is and as JSON spells it, masked; of a long secret also each line."""
    for spelling in sorted(_spell(secrets), key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text


def _spell(secrets: Iterable[str]) -> set[str]:
    """Return every form in which one of `secrets` may be met; a server often quotes only the line it disliked."""
    whole = {secret for secret in secrets if secret}
    lines = {line.strip() for secret in whole for line in secret.splitlines() if len(line.strip()) >= _SHORTEST_LINE}
    forms = whole | lines
    return forms | {json.dumps(form, ensure_ascii=ascii_only)[1:-1] for form in forms for ascii_only in (True, False)}


def escape(text: str) -> str:
    r"""Return `text` with every character that does not simply stand on its line as `\u001b`, and injectively.

    Backslashes stay as they are, except before something that is, or could be taken for, such an escape: there they
    are doubled. What is shown is escaped again by whoever shows it, to whom such an escape is a text without harm.
    """
    if text.isascii() and text.isprintable() and not _LIKE_ESCAPE.search(text):
        return text
    return _CHARACTER.sub(_escape_character, text)


def _escape_character(match: re.Match[str]) -> str:
    slashes, character = match.groups()
    if character and not _is_plain(character):
        code = ord(character)
        return slashes * 2 + (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return slashes * (2 if character in {"u", "U"} else 1) + character


def _is_plain(character: str) -> bool:
    return unicodedata.category(character)[0] != "C" and unicodedata.category(character) not in {"Zl", "Zp"}
