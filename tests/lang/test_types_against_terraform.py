"""Random type constraints with defaults, and values for them: the `terraform` on the PATH makes the same of each.

The seed is printed; `PLANNER_SEED` sets it, `PLANNER_TYPES` how many there are.
"""

import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from planner.lang.constants import evaluate_constant
from planner.lang.conversion import ConversionError, convert
from planner.lang.defaults import apply_defaults
from planner.lang.parse_type import parse_type
from planner.lang.show_value import show_value

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on the PATH"),
    pytest.mark.fresh,
]

LITERALS = {
    "any": ("1", '"a"', "true", "[1]", "{ q = 1 }", "[]", "{}", '["a", 1]'),
    "bool": ("true", "false", '"true"', '"0"'),
    "number": ("1", "2", "10", '"3"', "-0.5"),
    "string": ('"a"', '"b"', '"1"', "1", "2.5", "true"),
}


@dataclass(frozen=True, slots=True)
class Of:
    """A collection: `kind` of `element`."""

    kind: str
    element: "Shape"


@dataclass(frozen=True, slots=True)
class Parts:
    """A tuple."""

    items: "tuple[Shape, ...]"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an object; `default` is one as it is written, or nothing."""

    name: str
    shape: "Shape"
    is_optional: bool = False
    default: str = ""


Shape: TypeAlias = str | Of | Parts | tuple[Attribute, ...]


class Generator:
    """Makes types and values that mostly go together."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - no secret

    def make_shape(self, depth: int) -> Shape:
        match self.random.choice(["leaf", "list", "set", "map", "tuple", "object", "object"]) if depth else "leaf":
            case "leaf":
                return self.random.choice(sorted(LITERALS))
            case "tuple":
                return Parts(tuple(self.make_shape(depth - 1) for _ in range(self.random.randint(0, 3))))
            case "object":
                names = self.random.sample("abc", self.random.randint(0, 3))
                return tuple(self._make_attribute(name, depth - 1) for name in names)
            case kind:
                return Of(kind, self.make_shape(depth - 1))

    def _make_attribute(self, name: str, depth: int) -> Attribute:
        shape = self.make_shape(depth)
        is_optional = self.random.random() < 0.6
        default = self.make_value(shape, noise=0) if is_optional and self.random.random() < 0.6 else ""
        return Attribute(name, shape, is_optional, default)

    def make_value(self, shape: Shape, noise: float = 0.03) -> str:
        if self.random.random() < 0.06:
            return "null"
        if self.random.random() < noise:
            return self.random.choice(["1", "[]", "{}", '"z"'])
        match shape:
            case str():
                return self.random.choice(LITERALS[shape])
            case Of(kind="map", element=element):
                names = self.random.sample("xyz", self.random.randint(0, 3))
                return _write_object([(name, self.make_value(element, noise)) for name in names])
            case Of(element=element):
                items = [self.make_value(element, noise) for _ in range(self.random.randint(0, 3))]
                return f"[{', '.join(items)}]"
            case Parts(items=shapes):
                return f"[{', '.join(self.make_value(item, noise) for item in shapes)}]"
            case _:
                present = [one for one in shape if self.random.random() < (0.5 if one.is_optional else 1 - noise)]
                return _write_object([(one.name, self.make_value(one.shape, noise)) for one in present])


def _write_object(pairs: list[tuple[str, str]]) -> str:
    return f"{{{', '.join(f'{name} = {text}' for name, text in pairs)}}}"


def _write_shape(shape: Shape) -> str:
    match shape:
        case str():
            return shape
        case Of(kind=kind, element=element):
            return f"{kind}({_write_shape(element)})"
        case Parts(items=items):
            return f"tuple([{', '.join(map(_write_shape, items))}])"
        case _:
            return f"object({_write_object([(one.name, _write_attribute(one)) for one in shape])})"


def _write_attribute(attribute: Attribute) -> str:
    text = _write_shape(attribute.shape)
    if not attribute.is_optional:
        return text
    return f"optional({text}, {attribute.default})" if attribute.default else f"optional({text})"


def _ask(type_: str, value: str, directory: Path) -> str:
    """Return what Terraform shows of a variable of the type with that default; nothing where it refuses it."""
    text = f'variable "v" {{\n  type    = {type_}\n  default = {value}\n}}\n'
    (directory / "main.tf").write_text(text, encoding="utf-8")
    finished = subprocess.run(
        ["terraform", "console"],  # noqa: S607 - the one on the PATH
        input="var.v\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=directory,
        env={name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"},
        timeout=60,
    )
    assert finished.returncode == 0 or re.search("Invalid default value", finished.stderr), finished.stderr
    return finished.stdout.rstrip("\n")


def _make(type_: str, value: str, read: Callable[[str], Any]) -> str:
    """Return what is shown here; nothing where it is refused."""
    parsed, defaults, mistakes = parse_type(read(type_))
    if mistakes:
        return ""
    given, mistakes = evaluate_constant(read(value))
    assert mistakes == ()
    try:
        return show_value(convert(apply_defaults(given, defaults), parsed))
    except ConversionError:
        return ""


def test_terraform_makes_the_same_of_a_value(
    tmp_path: Path, read_expression: Callable[[str], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("PLANNER_SEED") or random.SystemRandom().randrange(1 << 30))
    with capsys.disabled():
        print(f"\nPLANNER_SEED={seed}")  # noqa: T201 - so that a failure can be seen again
    generator = Generator(seed)
    for _ in range(int(os.environ.get("PLANNER_TYPES") or 30)):
        shape = generator.make_shape(3)
        type_, value = _write_shape(shape), generator.make_value(shape)
        ours, theirs = _make(type_, value, read_expression), _ask(type_, value, tmp_path)
        assert ours == theirs, f"PLANNER_SEED={seed}: {type_} of {value}"
