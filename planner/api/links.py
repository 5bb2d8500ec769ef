"""Links: finds the next page in a `Link` header, RFC 8288 section 3."""

import re

__all__ = ["find_next"]

_TARGET = re.compile(r"\s*<([^<>]*)>")
_PARAMETER = re.compile(r"""\s*;\s*([^\s=;,"<>]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"<>]*)))?""")
_SEPARATOR = re.compile(r"[\s,;]*")


def find_next(header: str) -> str | None:
    """Return the target of the first link whose relation is `next`, as it stands there; None where there is none.

    Raises `ValueError` for a header that cannot be read to its end: the rest may name a next page.
    """
    position = 0
    while target := _TARGET.match(header, position):
        relations: list[str] | None = None
        position = target.end()
        while parameter := _PARAMETER.match(header, position):
            position = parameter.end()
            if relations is None and parameter[1].lower() == "rel":
                relations = (parameter[2] or parameter[3] or "").lower().split()
        if relations is not None and "next" in relations:
            return target[1]
        separator = _SEPARATOR.match(header, position)
        position = separator.end() if separator else position
    if header[position:].strip():
        raise ValueError("a Link header that cannot be read")
    return None
