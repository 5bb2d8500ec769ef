"""Writing: blocks and values as the text of a configuration, in HCL in the standard style or in its JSON syntax.

Whatever a text holds, it is read back as that text: no template, no comment and no second line comes of it. Refuses
nothing; that a value can be said in the language is for whoever made it to see to.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from planner.lang.format_text import format_hcl
from planner.lang.print_expression import print_key, print_text
from planner.model.spans import Source
from planner.model.written import Block, Reference, Word, Written

__all__ = ["Section", "write_document", "write_hcl", "write_json_syntax"]

Section: TypeAlias = tuple[str, Block]
"""A block of a file, and its type."""

_WIDEST = 100


def write_hcl(remark: str, sections: Iterable[Section]) -> str:
    """Return a file with `sections`, formatted as `planner fmt` would; `remark` is the comment that it begins with."""
    parts = [f"# {remark}\n", *("\n".join(_write_block(type_, block)) + "\n" for type_, block in sections)]
    formatted, problems = format_hcl(Source("", "\n".join(parts)))
    if problems:
        raise ValueError(f"what was written is no configuration: {problems[0].summary}")
    return formatted


def write_json_syntax(remark: str, sections: Iterable[Section]) -> str:
    """Return the same file in JSON syntax, in which blocks of one type and without labels are an array."""
    document: dict[str, Any] = {"//": remark}
    for type_, block in sections:
        if not block.labels:
            document.setdefault(type_, []).append(_to_members(block.members))
            continue
        place = document.setdefault(type_, {})
        for label in block.labels[:-1]:
            place = place.setdefault(label, {})
        place[block.labels[-1]] = _to_members(block.members)
    return write_document(document)


def write_document(document: object) -> str:
    """Return `document` as JSON for a file."""
    # In the log of a pipeline, `##[` would begin a command.
    return json.dumps(document, indent=2).replace("##[", "#\\u0023[") + "\n"


def _write_block(type_: str, block: Block) -> Iterator[str]:
    """Yield the lines of a block, not indented, with blank ones around the blocks in it."""
    yield " ".join([type_, *map(_quote, block.labels), "{"])
    is_after_block = False
    for number, (name, member) in enumerate(block.members.items()):
        is_block = isinstance(member, Block)
        if number and (is_block or is_after_block):
            yield ""
        if isinstance(member, Block):
            yield from _write_block(name, member)
        else:
            yield f"{name} = {_write(member)}"
        is_after_block = is_block
    yield "}"


def _write(value: Written) -> str:
    match value:
        case str():
            return _quote(value)
        case Reference(text=text) | Word(text=text):
            return text
        case float():
            return json.dumps(_to_whole(value))
        case None | bool() | int():
            return json.dumps(value)
        case list():
            return _write_list(value)
        case dict():
            return _write_object(value)
        case Block(members=members):
            return _write_object(members)
        case _:
            assert_never(value)


def _write_list(items: Sequence[Written]) -> str:
    texts = [_write(item) for item in items]
    line = f"[{', '.join(texts)}]"
    if len(line) <= _WIDEST and "\n" not in line:
        return line
    return "".join(["[\n", *(f"{text},\n" for text in texts), "]"])


def _write_object(members: Mapping[str, Written]) -> str:
    if not members:
        return "{}"
    lines = (f"{_defuse(print_key(name))} = {_write(member)}\n" for name, member in members.items())
    return "".join(["{\n", *lines, "}"])


def _quote(text: str) -> str:
    return _defuse(print_text(text))


def _defuse(quoted: str) -> str:
    """Return a text in quotation marks without what begins a command in the log of a pipeline."""
    return quoted.replace("##[", "#\\u0023[")


def _to_members(members: Mapping[str, Written]) -> dict[str, Any]:
    return {_to_template(name): _to_json(member) for name, member in members.items()}


def _to_json(value: Written) -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return _to_template(value)
        case Reference(text=text):
            return f"${{{text}}}"
        case Word(text=text):
            return text
        case list():
            return [_to_json(item) for item in value]
        case dict():
            return _to_members(value)
        case Block(members=members):
            return _to_members(members)
        case float():
            return _to_whole(value)
        case None | bool() | int():
            return value
        case _:
            assert_never(value)


def _to_whole(number: float) -> float:
    """Return a number that is whole as one: the shortest decimal of a large one is another number."""
    return int(number) if number.is_integer() else number


def _to_template(text: str) -> str:
    """Return the template, as a string in JSON is one, that comes to `text`."""
    return f"${{{print_text(text)}}}" if "${" in text or "%{" in text else text
