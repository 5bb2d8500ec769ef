"""JVM options: a text of them taken apart, flag by flag.

Options are told apart as Druid does it when it starts a task: at white space outside of double quotes, which stay. Of
a flag that can be set once the last one counts; where else the order may mean something, it is kept. Refuses what it
does not know how to take apart.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Flag", "FlagChanges", "canonicalise_options", "canonicalise_options_list", "compare_flags"]

_BLANK = " \t\n\v\f\r"
_TOKEN = re.compile(r'(?:[^" \t\n\v\f\r]|"[^"]*")+')
_PROPERTY = re.compile(r"-D([^=]+)(?:=.*)?", re.DOTALL)
_SWITCH = re.compile(r"-XX:[+-](\w+)", re.ASCII)
_SETTING = re.compile(r"-XX:(\w+)=(.*)", re.ASCII | re.DOTALL)
_MEMORY = re.compile(r"-(Xmx|Xms|Xmn|Xss)(.+)", re.ASCII)
_SIZE = re.compile(r"([0-9]{1,18})([kmgt]?)", re.ASCII | re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_SIZES = frozenset(
    {
        "CompressedClassSpaceSize",
        "G1HeapRegionSize",
        "InitialCodeCacheSize",
        "LargePageSizeInBytes",
        "MaxDirectMemorySize",
        "MaxMetaspaceSize",
        "MaxPermSize",
        "MaxRAM",
        "MetaspaceSize",
        "PermSize",
        "ReservedCodeCacheSize",
        "SoftMaxHeapSize",
    }
)
"""The settings whose value is a number of bytes; of another one, `8g` may be a name."""
_LISTS = frozenset({"CompileCommand", "CompileOnly", "DisableIntrinsic", "OnError", "OnOutOfMemoryError"})
"""The settings that may be given several times, and then hold all that was given."""
_ORDERING = frozenset(
    {
        "-Djava.class.path",
        "-Djava.compiler",
        "AggressiveHeap",
        "AggressiveOpts",
        "AlwaysTenure",
        "DisplayVMOutputToStderr",
        "DisplayVMOutputToStdout",
        "ExtendedDTraceProbes",
        "Flags",
        "InitialHeapSize",
        "MaxHeapSize",
        "MaxNewSize",
        "MaxTenuringThreshold",
        "MinHeapSize",
        "NeverTenure",
        "NewSize",
        "PrintSharedArchiveAndExit",
        "ThreadStackSize",
        "UnlockCommercialFeatures",
        "UnlockDiagnosticVMOptions",
        "UnlockExperimentalVMOptions",
        "VMOptionsFile",
    }
)
"""Where one of these is there, the order of all options is kept: it unlocks, or sets, what others set too."""
_OVERLAPPING = ("-X", "-verbose")
_INDEPENDENT = ("-Xbootclasspath/a:", "-Xdebug", "-Xnoagent", "-Xrunjdwp", *(f"-XX:{name}=" for name in _LISTS))
"""Another flag that begins so keeps the order, as `-Xint` switches what `-XX:-UseCompiler` does; but not these."""
_TAKES_NEXT = frozenset(
    {
        "--add-exports",
        "--add-modules",
        "--add-opens",
        "--add-reads",
        "--class-path",
        "--limit-modules",
        "--module-path",
        "--patch-module",
        "--upgrade-module-path",
        "-classpath",
        "-cp",
        "-p",
    }
)
"""The options whose value is the next word."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One option: its words as they are written, and as they are compared; `name` is that of one that counts once."""

    words: tuple[str, ...]
    spelled: tuple[str, ...]
    name: str | None = None

    @property
    def text(self) -> str:
        """The option as it is written."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class FlagChanges:
    """What becomes of a set of options: the flags that go, those that come, and how many stay."""

    gone: tuple[str, ...]
    come: tuple[str, ...]
    kept: int


def canonicalise_options(text: str) -> str | None:
    """Return options in their canonical spelling, or None where `text` cannot be taken apart."""
    flags = _read_text(text)
    return None if flags is None else " ".join(_spell(flags))


def canonicalise_options_list(text: str) -> str | None:
    """Return a JSON array of options in its canonical spelling, or None where `text` cannot be taken apart."""
    flags = _read_list(text)
    return None if flags is None else json.dumps(list(_spell(flags)), separators=(",", ":"))


def compare_flags(before: str, after: str, *, is_list: bool) -> FlagChanges | None:
    """Return what becomes of options; None where they cannot be taken apart, or differ in nothing but order."""
    read = _read_list if is_list else _read_text
    present, future = read(before), read(after)
    if present is None or future is None:
        return None
    there, wanted = (Counter(flag.spelled for flag in flags) for flags in (present, future))
    gone = tuple(_pick(present, there - wanted))
    come = tuple(_pick(future, wanted - there))
    return FlagChanges(gone, come, (there & wanted).total()) if gone or come else None


def _pick(flags: Iterable[Flag], chosen: Counter[tuple[str, ...]]) -> Iterator[str]:
    left = chosen.copy()
    for flag in flags:
        if left[flag.spelled] > 0:
            left[flag.spelled] -= 1
            yield flag.text


def _read_text(text: str) -> list[Flag] | None:
    stripped = text.strip(_BLANK)
    words = _TOKEN.findall(stripped)
    # Whatever else Java takes for white space would separate two words that look like one here.
    is_known = all(character in _BLANK for character in text if character.isspace())
    rest = _TOKEN.sub("", stripped).strip(_BLANK)
    return _read_words(words) if is_known and not rest else None


def _read_list(text: str) -> list[Flag] | None:
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        return None
    return _read_words(words)


def _read_words(words: Sequence[str]) -> list[Flag] | None:
    flags: list[Flag] = []
    waiting = iter(words)
    for word in waiting:
        if not word.startswith("-"):
            return None
        if word not in _TAKES_NEXT:
            flags.append(_read_flag(word))
            continue
        value = next(waiting, None)
        if value is None:
            return None
        flags.append(Flag((word, value), (word, value)))
    return flags


def _read_flag(word: str) -> Flag:
    if match := _PROPERTY.fullmatch(word):
        return Flag((word,), (word,), f"-D{match[1]}")
    if match := _MEMORY.fullmatch(word):
        size = _read_size(match[2])
        spelled = word if size is None else f"-{match[1]}{size}"
        return Flag((word,), (spelled,), f"-{match[1]}" if size is not None else None)
    if match := _SWITCH.fullmatch(word):
        return Flag((word,), (word,), f"-XX:{match[1]}")
    if (match := _SETTING.fullmatch(word)) and match[1] not in _LISTS:
        size = _read_size(match[2]) if match[1] in _SIZES else None
        spelled = word if size is None else f"-XX:{match[1]}={size}"
        return Flag((word,), (spelled,), f"-XX:{match[1]}")
    return Flag((word,), (word,))


def _read_size(text: str) -> int | None:
    match = _SIZE.fullmatch(text)
    return None if match is None else int(match[1]) * int(1024 ** _POWERS[match[2].lower()])


def _spell(flags: Sequence[Flag]) -> Iterator[str]:
    """Yield the words in their canonical order: flags that count once by name, then the others as they came."""
    ordered: Iterable[Flag] = flags
    if not any(map(_keeps_order, flags)):
        last = {flag.name: flag for flag in flags if flag.name is not None}
        ordered = (*(last[name] for name in sorted(last)), *(flag for flag in flags if flag.name is None))
    for flag in ordered:
        yield from flag.spelled


def _keeps_order(flag: Flag) -> bool:
    """Tell whether what `flag` sets may be set by flags of another name too, of which the last one then counts."""
    if flag.name is not None:
        return flag.name.removeprefix("-XX:") in _ORDERING
    return flag.text.startswith(_OVERLAPPING) and not flag.text.startswith(_INDEPENDENT)
