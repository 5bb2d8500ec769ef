"""Random expressions, evaluated here and by the `terraform` on the PATH: the same value, type, and mistakes.

The seed is printed; `PLANNER_SEED` sets it, `PLANNER_EXPRESSIONS` how many there are.
"""

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from planner.lang.show_value import show_type, show_value
from planner.lang.values import UNKNOWN, Value, collect_marks, is_wholly_known, make_object
from planner.model.diagnostics import Diagnostic

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on the PATH"),
    pytest.mark.fresh,
]

Outcome = tuple[Value, tuple[Diagnostic, ...]]
DATA = json.loads(Path(__file__).with_name("differential.json").read_text(encoding="utf-8"))
NAMES: Mapping[str, str] = DATA["names"]
LEAVES: Mapping[str, list[str]] = DATA["leaves"]
LITERALS: Mapping[str, list[str]] = DATA["literals"]
FUNCTIONS: Mapping[str, list[str]] = DATA["functions"]
"""What expressions are made of; a kind in the place of an argument is replaced by an expression that has it."""

_KNOWN_LATER = "local.k"
_LONGEST_LINE = 60_000
"""How many bytes `terraform console` reads in one go."""

KINDS = ("number", "string", "bool", "list", "map", "strings", "numbers", "any")


class Generator:
    """Makes expressions: mostly ones that fit together, some that do not."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - to choose tests by
        self.bound: list[str] = []

    def make(self, kind: str, depth: int) -> str:
        """Return an expression that is probably of `kind`."""
        if self.random.random() < 0.06:
            kind = self.random.choice(KINDS)
        if kind == "any" and depth > 0 and self.random.random() < 0.8:
            kind = self.random.choice(KINDS[:-1])
        if depth <= 0:
            return self._make_leaf(kind)
        made = self.random.choice(self._list_makers(kind))(kind, depth - 1)
        return f"try({made}, {self._make_leaf(kind)})" if self.random.random() < 0.2 else made

    def _make_leaf(self, kind: str) -> str:
        if self.bound and self.random.random() < 0.4:
            return self.random.choice(self.bound)
        return self.random.choice(LEAVES[kind] if self.random.random() < 0.6 else LITERALS[kind])

    def _list_makers(self, kind: str) -> list[Callable[[str, int], str]]:
        own: Mapping[str, list[Callable[[str, int], str]]] = {
            "number": [self._operate, self._operate, self._negate],
            "string": [self._interpolate, self._interpolate, self._direct],
            "bool": [self._compare, self._compare, self._combine, self._invert],
            "list": [self._list, self._loop, self._loop, self._splat],
            "strings": [self._list_of, self._loop_of],
            "numbers": [self._list_of, self._loop_of],
            "map": [self._map, self._loop_map, self._group],
            "any": [self._access],
        }
        return [self._call, self._call, self._choose, self._access, self._parenthesize, *own[kind]]

    def _call(self, kind: str, depth: int) -> str:
        template = self.random.choice(FUNCTIONS[kind])
        quoted = re.split(r'("[^"]*")', template)
        return "".join(
            part if at % 2 and "${" not in part else self._fill(part, depth) for at, part in enumerate(quoted)
        )

    def _fill(self, text: str, depth: int) -> str:
        return re.sub(rf"\b({'|'.join(KINDS)})\b(?!\()", lambda match: self.make(match[1], depth), text)

    def _choose(self, kind: str, depth: int) -> str:
        return f"({self.make('bool', depth)} ? {self.make(kind, depth)} : {self.make(kind, depth)})"

    def _access(self, _: str, depth: int) -> str:
        step = self.random.choice(["[0]", "[1]", ".a", ".id", '["a"]', '["k"]', "[*]", ".*.id", "[*].id", ".0"])
        if self.random.random() < 0.3:
            step = f"[{self.make(self.random.choice(['number', 'string']), depth)}]"
        kind = "list" if step[1:2].isdigit() or "*" in step else "map"
        return f"({self.make(kind, depth)}){step}"

    def _parenthesize(self, kind: str, depth: int) -> str:
        return f"({self.make(kind, depth)})"

    def _operate(self, _: str, depth: int) -> str:
        return f"{self.make('number', depth)} {self.random.choice('+-*/%')} {self.make('number', depth)}"

    def _negate(self, _: str, depth: int) -> str:
        return f"-({self.make('number', depth)})"

    def _compare(self, _: str, depth: int) -> str:
        if self.random.random() < 0.5:
            kind = self.random.choice(KINDS)
            return f"({self.make(kind, depth)}) {self.random.choice(['==', '!='])} ({self.make(kind, depth)})"
        operator = self.random.choice(["<", "<=", ">", ">="])
        return f"({self.make('number', depth)} {operator} {self.make('number', depth)})"

    def _combine(self, _: str, depth: int) -> str:
        return f"({self.make('bool', depth)} {self.random.choice(['&&', '||'])} {self.make('bool', depth)})"

    def _invert(self, _: str, depth: int) -> str:
        return f"!({self.make('bool', depth)})"

    def _interpolate(self, _: str, depth: int) -> str:
        kind = self.random.choice(["string", "number", "any"])
        return f'"{self.random.choice(["", "p-", " "])}${{{self.make(kind, depth)}}}{self.random.choice(["", "-e"])}"'

    def _direct(self, _: str, depth: int) -> str:
        if self.random.random() < 0.5:
            return f'"%{{ if {self.make("bool", depth)} }}y%{{ else }}${{{self.make("string", depth)}}}%{{ endif }}"'
        collection = self.make(self.random.choice(["list", "map"]), depth)
        return f'"%{{ for x in {collection} ~}} [${{{self._within("x", "string", depth)}}}] %{{ endfor }}"'

    def _within(self, name: str, kind: str, depth: int) -> str:
        self.bound.append(name)
        made = self.make(kind, depth)
        self.bound.pop()
        return made

    def _list(self, _: str, depth: int) -> str:
        kind = self.random.choice(KINDS)
        return "[" + ", ".join(self.make(kind, depth) for _ in range(self.random.randrange(4))) + "]"

    def _list_of(self, kind: str, depth: int) -> str:
        return "[" + ", ".join(self.make(kind[:-1], depth) for _ in range(self.random.randrange(4))) + "]"

    def _loop_of(self, kind: str, depth: int) -> str:
        return f"[for v in {self.make('list', depth)} : {self._within('v', kind[:-1], depth)}]"

    def _loop(self, _: str, depth: int) -> str:
        collection = self.make(self.random.choice(["list", "map"]), depth)
        condition = f" if {self._within('v', 'bool', depth)}" if self.random.random() < 0.4 else ""
        return f"[for k, v in {collection} : {self._within('v', 'any', depth)}{condition}]"

    def _splat(self, _: str, depth: int) -> str:
        return f"({self.make('any', depth)})[*]"

    def _map(self, _: str, depth: int) -> str:
        keys = ["a", "b", f"({self.make('string', depth)})", '"k-${local.n}"']
        chosen = self.random.sample(keys, self.random.randrange(1, 4))
        return "{" + ", ".join(f"{key} = {self.make('any', depth)}" for key in chosen) + "}"

    def _loop_map(self, _: str, depth: int) -> str:
        collection = self.make(self.random.choice(["list", "map"]), depth)
        condition = f" if {self._within('v', 'bool', depth)}" if self.random.random() < 0.3 else ""
        return f"{{for k, v in {collection} : k => {self._within('v', 'any', depth)}{condition}}}"

    def _group(self, _: str, depth: int) -> str:
        return f'{{for k, v in {self.make("list", depth)} : "${{v}}" => k...}}'


CONFIGURATION = "\n".join(
    [
        'resource "terraform_data" "later" {\n  input = "x"\n}',
        "locals {",
        *(f"  {name} = {text}" for name, text in NAMES.items()),
        "}",
    ]
)
"""All names; what `terraform_data` gives is not known before it is made."""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("terraform")
    (path / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
    _start(["init"], "", path)
    return path


def _start(command: list[str], text: str, directory: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "TF_CLI_CONFIG_FILE"}
    return subprocess.run(  # noqa: S603 - the program that we compare with
        ["terraform", *command],  # noqa: S607 - the one on the PATH
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=directory,
        env=environment,
        timeout=300,
    )


def _ask(line: str, directory: Path) -> tuple[str, str]:
    """Return what `terraform console` prints for `line`, and what it says of a mistake."""
    finished = _start(["console"], f"{line}\n", directory)
    return finished.stdout, re.sub(r"\x1b\[[0-9;]*m", "", finished.stderr)


def _find_summary(said: str) -> str:
    match = re.search(r"Error: (.*)", said)
    return match[1].strip() if match else said


def _classify(expressions: list[str], directory: Path) -> list[bool | None]:
    """Return for each expression whether Terraform can evaluate it; None where it does not know yet."""
    line = f"[{', '.join(f'can({one})' for one in expressions)}]"
    if len(line) > _LONGEST_LINE:
        half = len(expressions) // 2
        return _classify(expressions[:half], directory) + _classify(expressions[half:], directory)
    printed, said = _ask(line, directory)
    words = {"true": True, "false": False, "(known after apply)": None}
    found = [words[line.strip(" ,")] for line in printed.splitlines()[1:-1]]
    assert len(found) == len(expressions), said
    return found


def _print_values(expressions: list[str], directory: Path) -> list[tuple[str, str]]:
    """Return what Terraform prints for each expression and for its type; for a mistake its summary, and nothing.

    They are asked for as one object. One mistake and nothing is printed at all, so then each half is asked again.
    """
    if not expressions:
        return []
    whole = f"{{{', '.join(f'a{at:04} = {one}' for at, one in enumerate(expressions))}}}"
    printed, said = _ask(whole, directory) if len(whole) < _LONGEST_LINE else ("", "")
    if printed:
        types, _ = _ask(f"type({whole})", directory)
        values = _split_members(printed)
        kinds = re.split(r"^    a[0-9]{4}: ", types.removesuffix("})\n"), flags=re.MULTILINE)[1:]
        return [(value, " ".join(kind.split()).rstrip(",")) for value, kind in zip(values, kinds, strict=True)]
    if len(expressions) == 1:
        return [(_find_summary(said), "")]
    half = len(expressions) // 2
    return _print_values(expressions[:half], directory) + _print_values(expressions[half:], directory)


def _split_members(printed: str) -> list[str]:
    """Return the values in an object that has been printed."""
    values = re.split(r'^  "a[0-9]{4}" = ', printed.removesuffix("}\n"), flags=re.MULTILINE)[1:]
    return [re.sub(r"^  ", "", value, flags=re.MULTILINE).rstrip("\n") for value in values]


def _find_difference(expression: str, outcome: Outcome, theirs: tuple[str, str]) -> str | None:
    value, diagnostics = outcome
    printed, type_ = theirs
    if (_KNOWN_LATER in expression and not is_wholly_known(value)) or _is_marked_by_key(expression, value):
        return None
    # Texts of several lines are printed in another way where they are alone.
    (ours,) = _split_members(show_value(make_object({"a0000": value})) + "\n")
    own = " ".join(show_type(value.type).split())
    if diagnostics:
        is_same, ours = not type_ and diagnostics[0].summary == printed, f"{diagnostics[0].summary} {diagnostics[0]}"
    elif _KNOWN_LATER in expression:
        is_same = ours == printed
    else:
        is_same = (ours, own) == (printed, type_)
    return None if is_same else f"{expression}\n  ours: {ours} {own}\n  terraform: {printed} {type_}"


def _knows_more(expression: str) -> bool:
    """Tell whether Terraform may know more: of some unknown values, that they are not null.

    Those that a `for` goes through are unknown too, when its condition is looked at for the first time.
    """
    return _KNOWN_LATER in expression or (" if " in expression and "*" in expression)


def _is_marked_by_key(expression: str, value: Value) -> bool:
    """Tell whether a secret key is why `value` is secret: Terraform loses the mark of a key into an object."""
    return bool(collect_marks(value)) and re.search(r"\[.*(secret|shut|local\.sl|sensitive)", expression) is not None


def test_terraform_says_the_same(
    directory: Path, run: Callable[..., Outcome], capsys: pytest.CaptureFixture[str]
) -> None:
    seed = int(os.environ.get("PLANNER_SEED") or random.SystemRandom().randrange(1 << 30))
    count = int(os.environ.get("PLANNER_EXPRESSIONS") or 150)
    with capsys.disabled():
        print(f"\nPLANNER_SEED={seed}")  # noqa: T201 - so that a failure can be seen again
    generator = Generator(seed)
    made = (generator.make("any", generator.random.randrange(1, 6)) for _ in range(2 * count))
    expressions = [one for one in made if len(one) < 3000][:count]
    names = _make_names(run)
    found = _classify(expressions, directory)
    outcomes = {one: run(one, **names) for one in expressions}
    wrong = [
        f"{one}\n  ours: {outcomes[one]}\n  terraform: {'a value' if is_right else 'a mistake'}"
        for one, is_right in zip(expressions, found, strict=True)
        if is_right is not None and is_right != (not outcomes[one][1]) and not _knows_more(one)
    ]
    shown = [one for one, is_right in zip(expressions, found, strict=True) if is_right]
    mistaken = [one for one, is_right in zip(expressions, found, strict=True) if not is_right]
    asked = shown + generator.random.sample(mistaken, min(len(mistaken), count // 15))
    printed = _print_values(shown, directory) + [_print_values([one], directory)[0] for one in asked[len(shown) :]]
    differences = [_find_difference(one, outcomes[one], theirs) for one, theirs in zip(asked, printed, strict=True)]
    wrong += [difference for difference in differences if difference is not None]
    assert not wrong, "\n".join([f"PLANNER_SEED={seed}, {len(wrong)} of {count}:", *wrong])


def _make_names(run: Callable[..., Outcome]) -> dict[str, Value]:
    """Return the values of all names, as evaluated here."""
    later = make_object({"later": make_object({"output": UNKNOWN})})
    members = {}
    for name, text in NAMES.items():
        members[name], diagnostics = run(text, terraform_data=later)
        assert diagnostics == ()
    return {"local": make_object(members), "terraform_data": later}
