"""Quoting: what a server said, made fit for a message: short, on one line, and without what must stay hidden.

Refuses to let a control character, a direction override or a known secret through.
"""

import json
import unicodedata
from collections.abc import Iterable

__all__ = ["MASK", "escape", "hide", "quote"]

MASK = "(sensitive value)"
_SHORTEST_LINE = 6


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
    r"""Return `text` with every character that does not simply stand on its line as `\u{hex}`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if _is_plain(character) else f"\\u{{{ord(character):x}}}" for character in text)


def _is_plain(character: str) -> bool:
    return unicodedata.category(character)[0] != "C" and unicodedata.category(character) not in {"Zl", "Zp"}
