"""The functions that make UUIDs: of a name, or at random.

What is made at random bears a mark, so that it reaches no cluster. Refuses namespaces that are no UUID.
"""

import re
from collections.abc import Sequence
from hashlib import sha1
from typing import Final

from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.quoting import quote
from planner.lang.types import STRING, Type
from planner.lang.values import Value, make_text, text_of

__all__ = ["FUNCTIONS"]

_NAMESPACES: Final = {
    "dns": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "url": "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
    "oid": "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
    "x500": "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
}
_DASHED = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
_UUID = re.compile(rf"(?:[uU][rR][nN]:[uU][uU][iI][dD]:)?{_DASHED}|.{_DASHED}.|[0-9a-fA-F]{{32}}", re.DOTALL)
"""A UUID as Terraform reads one: also between any two characters, which are meant to be braces."""
_BRACED, _PREFIXED = 38, 45
"""The lengths of a UUID in braces, and behind `urn:uuid:`."""
_SHOWN = 60
"""Up to how many characters of a namespace a message shows."""


def _format(content: bytes, version: int) -> str:
    """Return the UUID of 16 bytes, in which the version and the variant are set."""
    marked = bytearray(content[:16])
    marked[6] = marked[6] & 0x0F | version << 4
    marked[8] = marked[8] & 0x3F | 0x80
    digits = marked.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _uuid(_arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    return make_text(_format(environment.draw(16), 4))


def _uuidv5(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    namespace, name = map(text_of, arguments)
    text = _NAMESPACES.get(namespace, namespace)
    if _UUID.fullmatch(text) is None:
        shown = quote(namespace) if len(namespace) <= _SHOWN else "this"
        raise FunctionError(f"{shown} is no namespace: it must be a UUID, or one of {', '.join(_NAMESPACES)}")
    bare = text[1:-1] if len(text) == _BRACED else text[9:] if len(text) == _PREFIXED else text
    content = sha1(bytes.fromhex(bare.replace("-", "")) + name.encode(), usedforsecurity=False).digest()
    return make_text(_format(content, 5))


FUNCTIONS = (
    Function(
        name="uuid",
        summary="Gives a UUID made at random, another one each time; nothing of it can be in a cluster.",
        returns=STRING,
        compute=_uuid,
        examples=(Example(expression="length(uuid())", result="36"),),
        is_volatile=True,
    ),
    Function(
        name="uuidv5",
        summary="Gives the UUID of a name in a namespace: dns, url, oid, x500, or a UUID.",
        parameters=(Parameter(name="namespace", type=STRING), Parameter(name="name", type=STRING)),
        returns=STRING,
        compute=_uuidv5,
        examples=(
            Example(expression='uuidv5("dns", "www.terraform.io")', result='"a5008fae-b28c-5ba5-96cd-82b4c53552d6"'),
        ),
    ),
)
