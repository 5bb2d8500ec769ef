"""`plan -untrusted`: secrets of the base, which a stranger computes with and is told nothing of."""

from hashlib import sha256

import pytest

from tests.cli.test_base import Git, git
from tests.cli.test_untrusted import MAIN, SECRET, plan, secretive, write
from tests.cli.workbench import Bench

__all__ = ["git", "secretive"]


def test_a_decoy_of_the_same_value_hides_no_secret_that_is_told(secretive: Bench) -> None:
    """The value is still that of some sensitive variable; the one that the base keeps secret is none of them."""
    decoy = secretive.path / "decoy"
    decoy.mkdir()
    write(secretive, 'variable "x" {\n  sensitive = true\n}\n', "decoy/main.hcl")
    text = MAIN.replace("  sensitive = true\n", "")
    text += 'module "decoy" {\n  source = "./decoy"\n  x      = var.password\n}\n'
    write(secretive, text + 'output "leak" {\n  value = join("-", split("", var.password))\n}\n')
    ended = plan(secretive)
    assert ended.code == 5
    assert "What main keeps secret is not secret any more" in ended.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("leak.hcl", 'output "leak" {\n  value = nonsensitive(join("-", split("", var.password)))\n}\n'),
        (
            "leak.hcl.json",
            r"""{"output": {"leak": {"value": "${\u006eonsensitive(join(\"-\", split(\"\", var.password)))}"}}}""",
        ),
        (
            "leak.hcl",
            r"""output "leak" {
  value = templatestring(local.t, { x = var.password })
}
locals {
  t = "$${nonsen${"sitive"}(join(\"-\", split(\"\", x)))}"
}
""",
        ),
    ],
)
def test_no_file_takes_the_mark_off_a_secret(secretive: Bench, name: str, text: str) -> None:
    write(secretive, text, name)
    ended = plan(secretive)
    assert ended.code == 3
    assert "sensitive" in ended.err


LETTERS = 'locals {\n  letters = split("", "abcdefghijklmnopqrstuvwxyz-")\n}\n'
LATE = 'cluster "z" {\n  metadata = { name = "z" }\n  spec     = { version = "2021.06" }\n}\n'


@pytest.mark.parametrize(
    "text",
    [
        (
            'output "o" {\n  value = join("-", flatten([for i in range(25) : [for c in local.letters : c if '
            'can(regex("^.{${i}}${c}", var.password))]]))\n}\n'
        ),
        (
            'output "o" {\n  value = join("-", flatten([for i in range(25) : [for c in local.letters : c if '
            'issensitive(try(regex("^.{${i}}${c}", var.password), ""))]]))\n}\n'
        ),
        LATE + 'locals {\n  a = { (join("-", split("", var.password))) = 1 }\n'
        '  n = cluster.z.metadata.uid == "x" ? { b = local.a } : { b = local.a }\n}\n'
        'output "o" {\n  value = keys(local.n.b)\n}\n',
        'output "o" {\n  sensitive = true\n  value     = { (join("-", split("", var.password))) = 1 }\n}\n',
        'module "m" {\n  source = "./m"\n  count  = parseint(substr(sha256(var.password), 0, 15), 16)\n}\n',
    ],
)
def test_what_a_stranger_computes_is_not_computed_of_the_secret(secretive: Bench, text: str) -> None:
    """Whatever loses a mark, a name of a type, a number of instances: it is of a text that stands in."""
    (secretive.path / "m").mkdir()
    write(secretive, "locals {}\n", "m/main.hcl")
    write(secretive, MAIN + LETTERS + text)
    ended = plan(secretive, "-out", "plan.json", "-html", "plan.html", "-json-events", "events.json")
    told = ended.out + ended.err
    for name in ("plan.json", "plan.html", "events.json"):
        path = secretive.path / name
        told += path.read_text(encoding="utf-8") if path.exists() else ""
    number = str(int(sha256(SECRET.encode()).hexdigest()[:15], 16))
    for leak in (SECRET, "-".join(SECRET), number, f"{int(number):,}"):
        assert leak not in told


def test_a_secret_stands_where_it_stood_and_is_no_change(secretive: Bench) -> None:
    joined = MAIN.replace("= var.password }", '= var.password, "b" = "x${var.password}y" }')
    write(secretive, joined)
    assert secretive.run("apply", "-auto-approve").code == 0
    write(secretive, joined.replace("2021.06", "2021.07"))
    ended = plan(secretive, "-out", "plan.json")
    assert ended.code == 0, ended.err
    assert 'version                 = "2021.06" -> "2021.07"' in ended.out or '"2021.06" -> "2021.07"' in ended.out
    assert "(sensitive value)" not in ended.out
    trusted = secretive.run("plan", "-ci", "none")
    assert ended.out.splitlines()[0] == trusted.out.splitlines()[0], "it is the plan that is applied after the merge"


def test_a_secret_keeps_its_type(secretive: Bench) -> None:
    """Of a map the names can be told, and a text may be one."""
    write(secretive, MAIN.replace("type      = string", "type      = map(string)"))
    ended = plan(secretive)
    assert ended.code == 5


def test_a_file_of_the_base_that_takes_marks_off_cannot_be_given_a_secret(secretive: Bench, git: Git) -> None:
    git("checkout", "-q", "main")
    write(secretive, 'locals {\n  named = "a"\n}\n', "names.hcl")
    write(secretive, 'output "name" {\n  value = nonsensitive(sensitive(local.named))\n}\n', "told.hcl")
    git("add", "-A")
    git("commit", "-q", "-m", "names")
    git("checkout", "-q", "-B", "change")
    write(secretive, 'locals {\n  named = join("-", split("", var.password))\n}\n', "names.hcl")
    assert plan(secretive).code == 3
