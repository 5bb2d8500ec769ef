"""The functions that write text as Base64, in other character sets, for URLs, and read CSV.

Refuses what is not Base64 or not UTF-8 once it is decoded; what a message quotes is never more than a few characters.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from urllib.parse import quote_plus
from zlib import DEFLATED, MAX_WBITS, compressobj

from planner.lang.functions.arguments import check_count, write_text
from planner.lang.functions.character_sets import decode_text, encode_text, find_character_set
from planner.lang.functions.csv_text import parse_csv
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.types import DYNAMIC, STRING, Type, make_object_type
from planner.lang.values import Value, make_list, make_object, make_text, text_of

__all__ = ["FUNCTIONS", "decode_base64", "encode_base64"]

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_STR = Parameter(name="str", type=STRING)
_ENCODING = Parameter(name="encoding", type=STRING)


def encode_base64(content: bytes) -> str:
    """Return `content` as Base64."""
    return b64encode(content).decode("ascii")


def decode_base64(text: str) -> bytes | None:
    """Return what the Base64 `text` stands for, None where it is none; line ends in it do not count."""
    digits = text.replace("\r", "").replace("\n", "")
    if len(digits) % 4 or _BASE64.fullmatch(digits) is None:
        return None
    return b64decode(digits)


def _base64encode(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    return make_text(encode_base64(text_of(arguments[0]).encode()))


def _base64decode(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    content = decode_base64(text_of(arguments[0]))
    if content is None:
        raise FunctionError("the string is not Base64 as RFC 4648 has it in section 4, with its padding")
    try:
        return write_text(content.decode())
    except UnicodeDecodeError:
        raise FunctionError("what was decoded is not UTF-8, so it is no string; leave it in Base64") from None


def _base64gzip(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    packer = compressobj(method=DEFLATED, wbits=MAX_WBITS | 16)
    return make_text(encode_base64(packer.compress(text_of(arguments[0]).encode()) + packer.flush()))


def _textencodebase64(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    text, name = map(text_of, arguments)
    return make_text(encode_base64(encode_text(text, find_character_set(name, 1), 0)))


def _textdecodebase64(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    text, name = map(text_of, arguments)
    character_set = find_character_set(name, 1)
    content = decode_base64(text)
    if content is None:
        raise FunctionError("the string is not Base64 as RFC 4648 has it in section 4, with its padding", 0)
    return write_text(decode_text(content, character_set, 0))


def _urlencode(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    return make_text(quote_plus(text_of(arguments[0])))


def _csvdecode(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    header, *rows = parse_csv(text_of(arguments[0]))
    check_count(len(header) * len(rows))
    objects = [make_object(dict(zip(header, map(write_text, row), strict=True))) for row in rows]
    return make_list(make_object_type(dict.fromkeys(header, STRING)), objects)


FUNCTIONS = (
    Function(
        name="base64decode",
        summary="Gives the string whose UTF-8 a Base64 string stands for.",
        parameters=(_STR,),
        returns=STRING,
        compute=_base64decode,
        examples=(Example(expression='base64decode("SGVsbG8gV29ybGQ=")', result='"Hello World"'),),
    ),
    Function(
        name="base64encode",
        summary="Writes the UTF-8 of a string as Base64.",
        parameters=(_STR,),
        returns=STRING,
        compute=_base64encode,
        examples=(Example(expression='base64encode("Hello World")', result='"SGVsbG8gV29ybGQ="'),),
    ),
    Function(
        name="base64gzip",
        summary="Compresses the UTF-8 of a string with gzip and writes that as Base64.",
        parameters=(_STR,),
        returns=STRING,
        compute=_base64gzip,
        examples=(Example(expression='startswith(base64gzip("Hello World"), "H4sI")', result="true"),),
    ),
    Function(
        name="csvdecode",
        summary="Reads a table in CSV: a list of objects, whose attributes the first line names.",
        parameters=(_STR,),
        returns=DYNAMIC,
        compute=_csvdecode,
        examples=(
            Example(expression=r'csvdecode("name,size\nhot,2\ncold,8")[1].size', result='"8"'),
            Example(
                expression=r'{ for row in csvdecode("name,size\nhot,2\ncold,8") : row.name => tonumber(row.size) }',
                result='{\n  "cold" = 8\n  "hot" = 2\n}',
            ),
        ),
    ),
    Function(
        name="textdecodebase64",
        summary="Gives the string that a Base64 string stands for in a character set.",
        parameters=(Parameter(name="source", type=STRING), _ENCODING),
        returns=STRING,
        compute=_textdecodebase64,
        examples=(Example(expression='textdecodebase64("SABlAGwAbABvAA==", "UTF-16LE")', result='"Hello"'),),
    ),
    Function(
        name="textencodebase64",
        summary="Writes a string in a character set, and that as Base64.",
        parameters=(Parameter(name="string", type=STRING), _ENCODING),
        returns=STRING,
        compute=_textencodebase64,
        examples=(Example(expression='textencodebase64("Hello", "UTF-16LE")', result='"SABlAGwAbABvAA=="'),),
    ),
    Function(
        name="urlencode",
        summary="Writes a string so that it can be a value in the query of a URL.",
        parameters=(_STR,),
        returns=STRING,
        compute=_urlencode,
        examples=(Example(expression='urlencode("a=1 & b/ü")', result='"a%3D1+%26+b%2F%C3%BC"'),),
    ),
)
