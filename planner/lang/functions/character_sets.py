"""Character sets by the names that IANA has for them, and text in them.

Refuses names that Terraform does not know, a few that it knows, and characters that a set does not have; never puts
another character in place of one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from planner.lang.functions.signature import FunctionError
from planner.lang.quoting import quote

__all__ = ["CharacterSet", "decode_text", "encode_text", "find_character_set"]


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """A character set: the codec that has it, but for the characters that it exchanges, and those that it refuses.

    `exchanged` holds what the codec has and what the set has in its place, `refused` a class of characters; `mark` is
    what stands before the text.
    """

    name: str
    codec: str
    exchanged: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    mark: bytes = b""


_CONTROLS = "[\x80-\x9f]"
_PRIVATE = "[\ue000-\uf8ff]"
_REPLACEMENT = "\ufffd"
_IBM1047 = (("¬", "^"), ("Ý", "["), ("^", "¬"), ("[", "Ý"), ("]", "¨"), ("¨", "]"))
_KOI8U = (("╝", "ў"), ("╬", "Ў"))

_SHOWN = 40
"""Up to how many characters of a name a message shows."""

_LATIN = {
    1: "ISO_8859-1:1987 ISO_8859-1 iso-ir-100 latin1 l1 IBM819 CP819 csISOLatin1",
    2: "ISO_8859-2:1987 ISO_8859-2 iso-ir-101 latin2 l2 csISOLatin2",
    3: "ISO_8859-3:1988 ISO_8859-3 iso-ir-109 latin3 l3 csISOLatin3",
    4: "ISO_8859-4:1988 ISO_8859-4 iso-ir-110 latin4 l4 csISOLatin4",
    5: "ISO_8859-5:1988 ISO_8859-5 iso-ir-144 cyrillic csISOLatinCyrillic",
    6: "ISO_8859-6:1987 ISO_8859-6 iso-ir-127 ECMA-114 ASMO-708 arabic csISOLatinArabic "
    "ISO_8859-6-E csISO88596E ISO-8859-6-E ISO_8859-6-I csISO88596I ISO-8859-6-I",
    7: "ISO_8859-7:1987 ISO_8859-7 iso-ir-126 ELOT_928 ECMA-118 greek greek8 csISOLatinGreek",
    8: "ISO_8859-8:1988 ISO_8859-8 iso-ir-138 hebrew csISOLatinHebrew "
    "ISO_8859-8-E csISO88598E ISO-8859-8-E ISO_8859-8-I csISO88598I ISO-8859-8-I",
    9: "ISO_8859-9:1989 ISO_8859-9 iso-ir-148 latin5 l5 csISOLatin5",
    10: "ISO_8859-10:1992 iso-ir-157 l6 latin6 csISOLatin6",
    13: "csISO885913",
    14: "ISO_8859-14:1998 ISO_8859-14 iso-ir-199 latin8 iso-celtic l8 csISO885914",
    15: "ISO_8859-15 Latin-9 csISO885915",
    16: "ISO_8859-16:2001 ISO_8859-16 iso-ir-226 latin10 l10 csISO885916",
}
"""The further names of the parts of ISO 8859."""
_ALL_CONTROLS = frozenset({1, 9})
"""The parts in which the control characters from 0x80 on are defined."""

_PAGES = {
    "437": "csPC8CodePage437",
    "850": "csPC850Multilingual",
    "852": "csPCp852",
    "855": "csIBM855",
    "860": "csIBM860",
    "862": "csPC862LatinHebrew",
    "863": "csIBM863",
    "865": "csIBM865",
    "866": "csIBM866",
}
"""The further names of IBM's code pages, which are also called by their number alone."""

_OTHERS = (
    (
        CharacterSet("US-ASCII", "ascii"),
        "iso-ir-6 ANSI_X3.4-1968 ANSI_X3.4-1986 ISO_646.irv:1991 ISO646-US us IBM367 cp367 csASCII",
    ),
    (CharacterSet("UTF-8", "utf-8", refused=_REPLACEMENT), "csUTF8"),
    (CharacterSet("UTF-16", "utf-16-be", refused=_REPLACEMENT, mark=b"\xfe\xff"), "csUTF16"),
    (CharacterSet("UTF-16BE", "utf-16-be", refused=_REPLACEMENT), "csUTF16BE"),
    (CharacterSet("UTF-16LE", "utf-16-le", refused=_REPLACEMENT), "csUTF16LE"),
    (CharacterSet("KOI8-R", "koi8-r"), "csKOI8R"),
    (CharacterSet("KOI8-U", "koi8-u", exchanged=_KOI8U), "csKOI8U"),
    (CharacterSet("macintosh", "mac-roman"), "mac csMacintosh"),
    (CharacterSet("windows-874", "cp874"), "cswindows874"),
    (CharacterSet("IBM00858", "cp858"), "CCSID00858 CP00858 PC-Multilingual-850+euro csIBM00858"),
    (CharacterSet("IBM037", "cp037"), "cp037 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csIBM037"),
    (CharacterSet("IBM01140", "cp1140"), "CCSID01140 CP01140 ebcdic-us-37+euro csIBM01140"),
    (CharacterSet("IBM1047", "cp037", exchanged=_IBM1047), "IBM-1047 csIBM1047"),
    (CharacterSet("EUC-KR", "cp949"), "csEUCKR"),
    (CharacterSet("Shift_JIS", "cp932", refused=_PRIVATE), "MS_Kanji csShiftJIS"),
    (CharacterSet("GBK", "gbk"), "CP936 MS936 windows-936 csGBK"),
    (CharacterSet("GB18030", "gb18030", refused=_PRIVATE), "csGB18030"),
)
_LEFT_OUT = (
    "Big5 csBig5 EUC-JP Extended_UNIX_Code_Packed_Format_for_Japanese csEUCPkdFmtJapanese "
    "HZ-GB-2312 ISO-2022-JP csISO2022JP"
)
"""What Terraform knows too, in another form than Python has it."""


def _list_sets() -> Iterator[tuple[CharacterSet, str]]:
    yield from _OTHERS
    for number, names in _LATIN.items():
        refused = "" if number in _ALL_CONTROLS else _CONTROLS
        yield CharacterSet(f"ISO-8859-{number}", f"iso8859-{number}", refused=refused), names
    for page, names in _PAGES.items():
        yield CharacterSet(f"IBM{page}", f"cp{page}"), f"{page} cp{page} {names}"
    for number in range(1250, 1259):
        yield CharacterSet(f"windows-{number}", f"cp{number}"), f"cswindows{number}"


@cache
def _index_sets() -> Mapping[str, CharacterSet]:
    """Return the sets by their names in lower case."""
    return {name.lower(): one for one, names in _list_sets() for name in (one.name, *names.split())}


def find_character_set(name: str, argument: int) -> CharacterSet:
    """Return the character set called `name`; capitals do not count.

    Raises:
        FunctionError: there is none; `argument` is the position to blame.
    """
    key = name.strip().lower()
    found = _index_sets().get(key)
    if found is not None:
        return found
    if key in _LEFT_OUT.lower().split():
        raise FunctionError(f"Terraform knows the character set {name}, but it is left out here; use UTF-8", argument)
    shown = quote(name) if len(name) <= _SHOWN else "this"
    raise FunctionError(f'{shown} is no name that IANA has for a character set, such as "UTF-16LE"', argument)


def encode_text(text: str, character_set: CharacterSet, argument: int) -> bytes:
    """Return `text` in `character_set`.

    Raises:
        FunctionError: it has a character that the set does not have; `argument` is the position to blame.
    """
    inner = text.translate({ord(own): codec for codec, own in character_set.exchanged})
    try:
        content = inner.encode(character_set.codec)
        is_kept = _decode(content, character_set) == text
    except UnicodeError:
        is_kept = False
    if not is_kept:
        raise FunctionError(f"the string has characters that {character_set.name} does not have", argument)
    return character_set.mark + content


def decode_text(content: bytes, character_set: CharacterSet, argument: int) -> str:
    """Return the text that `content` is in `character_set`.

    Raises:
        FunctionError: it is none; `argument` is the position to blame.
    """
    try:
        if character_set.mark and content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return _refuse(content.decode("utf-16"), character_set)
        return _decode(content, character_set)
    except UnicodeError:
        raise FunctionError(f"the decoded bytes are no text in {character_set.name}", argument) from None


def _decode(content: bytes, character_set: CharacterSet) -> str:
    text = content.decode(character_set.codec)
    return _refuse(text.translate({ord(codec): own for codec, own in character_set.exchanged}), character_set)


def _refuse(text: str, character_set: CharacterSet) -> str:
    if character_set.refused and re.search(character_set.refused, text):
        raise UnicodeError
    return text
