"""Spellings: which texts are secret in a secret, and how each is written on its way out of a program.

Rather too many than too few: a spelling that never occurs costs nothing. Refuses texts of fewer than six letters,
which are the same as any other word too often to be looked for.
"""

import json
import re
from collections.abc import Iterator

from state.values import Json

__all__ = [
    "SHORTEST",
    "find_anchor",
    "is_word",
    "list_secret_lines",
    "list_secret_texts",
    "spell_base64",
    "spell_escaped",
]

SHORTEST = 6

_LONG = 12
"""From so many letters on, a text is no ordinary word, and a line says more than that a block begins."""

_STRANGE = 8
"""From so many letters on, a word with digits in it is none."""

_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")
"""A text that nobody has to escape anything in."""

_RUN = re.compile(r"[A-Za-z0-9]{6,}")

_SECRET_NAME = re.compile(
    r"""(?:passw|passphrase|pwd|secret|token|credential|"""
    r"""key(?!store["']?\s*[:=]|[\w.\-]*(?:alias|file|path|type)["']?\s*[:=]))"""
    r"""[\w.\-]*["']?\s*[:=]\s*(?:"([^"\n]+)"|'([^'\n]+)'|"""
    r"""([^\s"',;{}\[\]]+))""",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(
    r"""://[^\s/?#:@\"']*:([^\s\"@/?]+)@|[?&;](?:[\w.\-]*(?:passw\w*|pass|pwd|secret|token|key))=([^\s&;\"']+)""",
    re.IGNORECASE,
)
"""A password in an address."""


def list_secret_texts(secret: Json) -> Iterator[str]:
    """Yield the texts that are secret in `secret`: each whole, and what is called a password in it."""
    match secret:
        case str():
            yield from (text for text in _list_parts(secret) if len(text) >= SHORTEST)
        case dict():
            for name, member in secret.items():
                if name != "name":  # which says what a property or a file is for
                    yield from list_secret_texts(member)
        case list():
            for item in secret:
                yield from list_secret_texts(item)
        case _:
            pass  # there are few numbers, and many are the same


def _list_parts(secret: str) -> Iterator[str]:
    yield secret
    bare = secret.strip()
    yield bare
    for pattern in (_SECRET_NAME, _IN_ADDRESS):
        for match in pattern.finditer(bare):
            yield from (text for text in match.groups() if text)


def list_secret_lines(text: str) -> Iterator[str]:
    """Yield the longer lines of a secret of several: on a screen they stand one by one, with something before each."""
    if "\n" in text:
        yield from (line for line in map(str.strip, text.splitlines()) if len(line) >= _LONG)


def find_anchor(text: str) -> str | None:
    """Return six letters of `text` that are in all its spellings but base64; None where there are no six in a row."""
    runs = _RUN.findall(text)
    if not runs:
        return None
    best: str = max(runs, key=lambda run: (any(map(str.isdigit, run)), len(run)))
    return best[:SHORTEST]


def is_word(text: str) -> bool:
    """Tell whether a text could be a word or a number that means something else elsewhere."""
    if not any(map(str.isalpha, text)):
        return text.isalnum() or len(text) < _LONG
    return len(text) < (_STRANGE if any(map(str.isdigit, text)) else _LONG)


def spell_escaped(text: str) -> Iterator[str]:
    """Yield the spellings of a text in JSON, in JSON within JSON, in a configuration, in a URL, and in a page."""
    if _PLAIN.fullmatch(text):
        return
    from urllib.parse import quote, quote_plus  # noqa: PLC0415 - most secrets are letters and digits alone

    for is_ascii in (True, False):
        once = json.dumps(text, ensure_ascii=is_ascii)[1:-1]
        yield once
        yield once.replace("/", "\\/")
        yield json.dumps(once, ensure_ascii=is_ascii)[1:-1]
        yield once.replace("${", "$${").replace("%{", "%%{")
    raw = _encode(text)
    for quoted in (quote(raw), quote(raw, safe=""), quote_plus(raw)):
        yield quoted
        yield re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)
    yield repr(text)[1:-1]
    yield from _spell_for_pages(text)


def _spell_for_pages(text: str) -> Iterator[str]:
    """Yield the spellings of a text in JSON that may stand in a page, in upper and in lower case, and in the page."""
    from html import escape  # noqa: PLC0415 - as above

    for is_ascii in (True, False):
        once = json.dumps(text, ensure_ascii=is_ascii)[1:-1]
        for marks in ("&<>", "&<>'+=`"):
            safe = once.replace('\\"', "\\u0022") if "'" in marks else once
            for mark in marks:
                safe = safe.replace(mark, f"\\u{ord(mark):04x}")
            yield safe
            yield re.sub(r"\\u[0-9a-f]{4}", lambda match: f"\\u{match[0][2:].upper()}", safe)
    for page in (escape(text), escape(text, quote=False)):
        yield from (page, page.replace("&#x27;", "&#39;"), page.replace("&#x27;", "&#39;").replace("&quot;", "&#34;"))


def spell_base64(text: str) -> Iterator[str]:
    """Yield a text in base64: by itself, and what is the same of it wherever it stands in a longer text."""
    from base64 import b64encode  # noqa: PLC0415 - a run that knows no secret can do without

    raw = _encode(text)
    whole = b64encode(raw).decode()
    yield from _spell_for_urls(whole)
    yield from _spell_for_urls(whole.rstrip("="))
    for offset in range(3):
        # Of the letters at both ends, some bits are a neighbour's.
        first, last = -(-8 * offset // 6), 8 * (offset + len(raw)) // 6
        yield from _spell_for_urls(b64encode(bytes(offset) + raw).decode()[first:last])


def _spell_for_urls(form: str) -> Iterator[str]:
    yield form
    if "+" in form or "/" in form:
        yield form.replace("+", "-").replace("/", "_")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
