"""Upper, lower and title case, one code point at a time: each letter becomes one letter, whatever stands around it.

So Terraform does it: `ß` stays `ß`, and a sigma at the end of a word is no other one.
"""

from functools import lru_cache

__all__ = ["to_lower", "to_title_words", "to_upper"]


def to_upper(text: str) -> str:
    """Return `text` with each letter in upper case."""
    return text.upper() if text.isascii() else "".join(map(_upper, text))


def to_lower(text: str) -> str:
    """Return `text` with each letter in lower case."""
    return text.lower() if text.isascii() else "".join(map(_lower, text))


def to_title_words(text: str) -> str:
    """Return `text` with a letter in title case wherever a word begins."""
    previous = f" {text}"[: len(text)]
    return "".join(
        _title(letter) if _is_separator(before) else letter for before, letter in zip(previous, text, strict=True)
    )


@lru_cache(maxsize=1024)
def _upper(letter: str) -> str:
    upper = letter.upper()
    # Where Unicode's full mapping gives several letters, the simple one is that of title case, if it is one letter.
    return upper if len(upper) == 1 else _title(letter)


@lru_cache(maxsize=1024)
def _lower(letter: str) -> str:
    # One letter alone has several in lower case: the dotted capital I, whose simple mapping is the plain one.
    return letter.lower()[0]


@lru_cache(maxsize=1024)
def _title(letter: str) -> str:
    title = letter.title()
    return title if len(title) == 1 else letter


def _is_separator(character: str) -> bool:
    """Tell whether a word begins after `character`: outside ASCII, only after white space."""
    if character.isascii():
        return not (character.isalnum() or character == "_")
    return character.isspace()
