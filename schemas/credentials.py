"""Credentials: whether the text of a property holds one that its own name does not give away.

A system property of a JVM, the address of a database, and what such an address asks for are looked at; which names are
secret, the schema says. Refuses to say what the credential is: the text is secret as a whole.
"""

import re
from collections.abc import Callable, Iterator

__all__ = ["holds_credentials"]

_SYSTEM_PROPERTY = re.compile(r"-D([^=\s\"]+)=(?=\S)")
_SIGNS = ("-D", "://", "jdbc:")
"""One of these is in every text that is looked at any closer."""
_USER = re.compile(r"://[^\s/?#:@\"']*:(?!\d+(?:[/,?;]|$))[^\s\"@]+@")
"""A password in an address, where a port may stand as well."""
_ORACLE_USER = re.compile(r"jdbc:oracle:\w+:[^\s/@]+/[^\s@]+@", re.IGNORECASE)
_PARAMETER = re.compile(r"[?&;]([\w.\-]+)=(?=[^\s&;])")


def holds_credentials(text: str, is_secret: Callable[[str], bool]) -> bool:
    """Tell whether `text` holds a credential; `is_secret` tells it of a name."""
    if not any(sign in text for sign in _SIGNS):
        return False
    return bool(_USER.search(text) or _ORACLE_USER.search(text)) or any(map(is_secret, _list_names(text)))


def _list_names(text: str) -> Iterator[str]:
    """Yield the names of what options of a JVM, or an address, set."""
    yield from _SYSTEM_PROPERTY.findall(text)
    if "://" in text or "jdbc:" in text:
        yield from _PARAMETER.findall(text)
