"""Redaction: the net below everything that hides secrets by where they stand.

Knows secret texts, and finds them in whatever is about to be written, in the spellings that text goes through on its
way out. Hides whole secrets alone; and what could be an ordinary word only where it stands by itself, because a page
of which half the words are hidden protects nobody.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, MutableMapping

from planner.model.spellings import (
    SHORTEST,
    find_anchor,
    is_word,
    list_secret_lines,
    list_secret_texts,
    spell_base64,
    spell_escaped,
)
from state.values import Json

__all__ = ["REDACTED", "Redactor"]

REDACTED = "(sensitive value)"
"""What stands where a secret was."""

_FEW = 64
"""So many beginnings are looked for one by one; with more, the text is gone through once for all of them."""

_BLOCK, _STRIDE = 4, 3
"""Letters that are looked up together, and at how many places one of them is: together no more than a beginning."""

_ESCAPE = re.compile(r"(?:\\[bfnrt]|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|\x1b\[[0-9;]*m)\Z")
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"(\s*:)?')


def _spell_no_other(_: str) -> Iterable[str]:
    return ()


class Redactor:
    """Finds the secrets that it has been told of. One is made for each run, and learns as the run goes on.

    `spell` gives the spellings of a text beside those that every program knows.
    """

    def __init__(self, spell: Callable[[str], Iterable[str]] = _spell_no_other) -> None:
        self._spell = spell
        self._pending: list[Json] = []
        self._texts: set[str] = set()
        self._dormant: dict[str, list[str]] = {}
        """Texts of which the spellings have not been made, by what is in all of them: most are never needed."""
        self._forms: dict[str, bool] = {}
        """Each spelling, and whether it may be an ordinary word."""
        self._starts: dict[str, list[int]] = {}
        """How long the spellings are, by the letters that they begin with; the longest first."""
        self._blocks: dict[str, set[int]] = {}
        """How far from a beginning a few letters may stand."""

    def learn(self, secrets: Iterable[Json]) -> None:
        """Hide each of `secrets`, and each text in it, from here on."""
        self._pending.extend(secrets)

    def open_vault(self) -> MutableMapping[str, Json]:
        """Return an empty vault; whatever is put into it is learnt."""
        return _Vault(self._pending)

    def holds(self, text: str) -> bool:
        """Tell whether there is a secret in `text`."""
        return next(self._find(text), None) is not None

    def mask(self, text: str) -> str:
        """Return `text` with a mark in place of each secret; JSON stays JSON."""
        spans = list(self._find(text))
        if not spans:
            return text
        strings = _list_strings(text)
        if strings is None:
            return _replace(text, spans)
        masked = _replace(text, self._keep_inside(text, spans, strings))
        if _list_strings(masked) is not None:
            return masked
        # A secret began or ended in the middle of an escape.
        return _replace(text, [(begin + 1, end - 1) for begin, end, _ in strings if _meets(spans, begin, end)])

    def _keep_inside(
        self, text: str, spans: list[tuple[int, int]], strings: list[tuple[int, int, bool]]
    ) -> list[tuple[int, int]]:
        """Return those of `spans` that are in a string of JSON text; the name of a member may be like any word."""
        begins = [begin for begin, _, _ in strings]
        kept: list[tuple[int, int]] = []
        for start, stop in spans:
            begin, end, is_name = strings[max(bisect_right(begins, start) - 1, 0)] if strings else (0, 0, False)
            if begin < start and stop < end and not (is_name and self._forms[text[start:stop]]):
                kept.append((start, stop))
        return kept

    def _find(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where each secret begins and ends, in order; of several at one place the longest."""
        if self._pending:
            self._take_in()
        starts = self._find_starts(text) if self._starts else []
        while self._wake({text[start : start + SHORTEST] for start in starts}):
            starts = self._find_starts(text)
        free = 0
        for start in starts:
            if start < free:
                continue
            for length in self._starts[text[start : start + SHORTEST]]:
                may_be_word = self._forms.get(text[start : start + length])
                if may_be_word is not None and not (may_be_word and _is_joined(text, start, length)):
                    free = start + length
                    yield start, free
                    break

    def _find_starts(self, text: str) -> list[int]:
        """Return the places, in order, at which the first letters of a spelling stand."""
        if len(self._starts) <= _FEW:
            return sorted(at for start in self._starts if start in text for at in _find_all(text, start))
        # Every beginning has a block of its letters at one of every few places.
        blocks = self._blocks
        met = [at for at in range(0, len(text), _STRIDE) if text[at : at + _BLOCK] in blocks]
        found = {at - offset for at in met for offset in blocks[text[at : at + _BLOCK]]}
        return sorted(start for start in found if text[max(start, 0) : start + SHORTEST] in self._starts)

    def _take_in(self) -> None:
        texts = {text for secret in self._pending for text in list_secret_texts(secret)} - self._texts
        self._pending.clear()
        self._texts |= texts
        for text in texts:
            for form in spell_base64(text):
                self._add(form, may_be_word=False)
        lines = {line for text in texts for line in list_secret_lines(text)}
        for text in texts | lines:
            anchor = find_anchor(text)
            if anchor is None:
                self._spell_out(text)
            else:
                self._dormant.setdefault(anchor, []).append(text)
                self._note(anchor)

    def _wake(self, met: set[str]) -> bool:
        """Make the spellings of the texts that may be there, and tell whether there were any to make."""
        woken = self._dormant.keys() & met
        for anchor in woken:
            for text in self._dormant.pop(anchor):
                self._spell_out(text)
        return bool(woken)

    def _spell_out(self, text: str) -> None:
        may_be_word = is_word(text)
        for form in {text, *spell_escaped(text), *self._spell(text)}:
            self._add(form, may_be_word=may_be_word)

    def _add(self, form: str, *, may_be_word: bool) -> None:
        if len(form) < SHORTEST:
            return
        self._forms[form] = self._forms.get(form, True) and may_be_word
        lengths = self._note(form[:SHORTEST])
        if len(form) not in lengths:
            lengths.append(len(form))
            lengths.sort(reverse=True)

    def _note(self, start: str) -> list[int]:
        lengths = self._starts.get(start)
        if lengths is None:
            lengths = self._starts[start] = []
            for offset in range(_STRIDE):
                self._blocks.setdefault(start[offset : offset + _BLOCK], set()).add(offset)
        return lengths


class _Vault(dict[str, Json]):
    """Fingerprint to secret; each secret that is put in is told."""

    def __init__(self, told: list[Json]) -> None:
        super().__init__()
        self._told = told

    def __setitem__(self, fingerprint: str, secret: Json) -> None:
        if fingerprint not in self:
            self._told.append(secret)
        super().__setitem__(fingerprint, secret)


def _is_joined(text: str, start: int, length: int) -> bool:
    """Tell whether what stands there is only a part of a word: of `default-group`, say, or of `druid.x.password`."""
    before, after = text[max(0, start - 12) : start], text[start + length : start + length + 2]
    return (
        (_is_letter(before[-1:]) and not _ESCAPE.search(before))
        or (before[-1:] in {"-", "."} and _is_letter(before[-2:-1]))
        or _is_letter(after[:1])
        or (after[:1] in {"-", "."} and _is_letter(after[1:]))
    )


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def _find_all(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _meets(spans: Iterable[tuple[int, int]], begin: int, end: int) -> bool:
    return any(begin < start < end for start, _ in spans)


def _replace(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += text[done:start], REDACTED
        done = end
    return "".join([*pieces, text[done:]])


def _list_strings(text: str) -> list[tuple[int, int, bool]] | None:
    """Return where each string of a JSON text, or of lines of JSON, begins and ends, and whether it names a member."""
    if text.lstrip()[:1] not in {"{", "[", '"'}:
        return None
    if not _is_json(text) and not all(_is_json(line) for line in text.split("\n") if line.strip()):
        return None
    return [
        (match.start(), match.end() - len(match[1] or ""), match[1] is not None)
        for match in _JSON_STRING.finditer(text)
    ]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
