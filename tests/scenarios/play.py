"""Playing: does what a page says, and returns the page as it should be. A page that is right comes back unchanged.

What the blocks of a page mean:

- `hcl FILE`, `json FILE`: a file of the configuration; the same name again, later on, is an edit of it.
- `console`: commands after `$ `, each with what it prints to stdout and, where it is not 0, its exit code.
- `repl`: expressions after `> `, each with what `planner console` says of it, be it the value or what is wrong.
- `text stderr`: what the commands above print to stderr. It must be there where they report an error or a warning;
  progress and hints are shown only where the page wants them.
- `http requests`: the requests of the commands above that change something, and their bodies. It must be there if
  there are any.
- `json applied`, `json observed`: what the state then holds of each cluster: what we asked for, what the server said.
- `sh`: commands that must succeed, and whose output is of no interest; `http requests` below may show what they sent.
- `http by hand`: a request that somebody else sends to the account.
- `json lock`: who else holds the state's lock, from here on and until `{}`.
- `text emulator`: options of the emulator, one a line, from here on and until the next such block.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from planner.emulator.app import Exchange
from state.values import Json
from tests.scenarios.pages import Block, Page, Prose
from tests.scenarios.world import Done, World

__all__ = ["play_page"]

_ROOT = "/api/v1"
_WIDTH = 100
_REPORTED = re.compile(r"^(Error|Warning|Usage): ", re.MULTILINE)


@dataclass
class _Stage:
    """Where the play of a page stands: what is written of it, and what the last commands left to be shown.

    `due` is what must be shown of them, `place` is where they stand.
    """

    world: World
    written: list[Prose | Block] = field(default_factory=list)
    stderr: str = ""
    requests: str = ""
    due: list[str] = field(default_factory=list)
    place: int = 0

    def show(self, block: Block, text: str) -> list[Block]:
        """Return `block` with `text`; nothing where there is none to show."""
        if block.purpose in self.due:
            self.due.remove(block.purpose)
        return [replace(block, text=text)] if text else []

    def go_on(self) -> None:
        """Write what is due below the commands that it came of, and forget what the page does not show."""
        blocks = {
            "stderr": Block(language="text", purpose="stderr", text=self.stderr),
            "requests": Block(language="http", purpose="requests", text=self.requests),
        }
        self.written[self.place : self.place] = [blocks[purpose] for purpose in self.due]
        self.due, self.stderr, self.requests = [], "", ""


def play_page(page: Page, world: World) -> Page:
    """Do what `page` says, in order, and return it with what came of it.

    Raises:
        AssertionError: a block means nothing, or a command fails whose output the page does not show.
    """
    stage = _Stage(world)
    for part in page:
        if isinstance(part, Prose):
            stage.written.append(part)
        else:
            stage.written.extend(_play_block(part, stage))
    stage.go_on()
    return stage.written


def _play_block(block: Block, stage: _Stage) -> list[Block]:
    match block.language, block.purpose:
        case "text", "stderr":
            return stage.show(block, stage.stderr)
        case "http", "requests":
            return stage.show(block, stage.requests)
        case "json", "applied" | "observed":
            return [replace(block, text=_end_line(_write_json(_read_state(block.purpose, stage.world))))]
        case _:
            stage.go_on()
            return [_act(block, stage)]


def _act(block: Block, stage: _Stage) -> Block:
    match block.language, block.purpose:
        case "console", "":
            return _run_shown(block, stage)
        case "repl", "":
            return _evaluate_all(block, stage)
        case "sh", "":
            _run_unshown(block, stage)
        case "http", "by hand":
            _send_all(block, stage.world)
        case "json", "lock":
            stage.world.hold_lock(block.text)
        case "text", "emulator":
            stage.world.options = "&".join(map(_quote_option, block.text.splitlines()))
        case "hcl" | "json", name if "." in name:
            stage.world.write_file(name, block.text)
        case language, purpose:
            raise AssertionError(f"a block means nothing: {language} {purpose}")
    return block


def _quote_option(line: str) -> str:
    name, _, value = line.partition("=")
    return urlencode({name: value})


def _run_shown(block: Block, stage: _Stage) -> Block:
    """Run the commands of a block and return it with what they print."""
    commands = [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]
    assert commands, f"a console without a command: {block.text!r}"
    done = _run_all(commands, stage)
    if _REPORTED.search(stage.stderr):
        stage.due.append("stderr")
    if stage.requests:
        stage.due.append("requests")
    stage.place = len(stage.written) + 1
    return replace(block, text="\n".join(_write_run(command, one) for command, one in done))


def _evaluate_all(block: Block, stage: _Stage) -> Block:
    """Return a block of expressions with what each comes to."""
    written = []
    for line in block.text.splitlines():
        if line.startswith("> "):
            done = stage.world.evaluate(line.removeprefix("> "))
            answer = (done.stdout or done.stderr).rstrip("\n")
            written.append(f"{line}\n{_end_line(answer)}")
    assert written, f"no expression after `> `: {block.text!r}"
    return replace(block, text="\n".join(written))


def _run_unshown(block: Block, stage: _Stage) -> None:
    for command, done in _run_all(block.text.splitlines(), stage):
        assert done.exit_code == 0, f"$ {command}\n{done.stdout}{done.stderr}"


def _run_all(commands: Sequence[str], stage: _Stage) -> list[tuple[str, Done]]:
    """Run commands, and put on the stage what may be shown of them apart from what they print to stdout."""
    done = [(command, stage.world.run(command)) for command in commands]
    stage.stderr = _end_line("".join(one.stderr for _, one in done).strip("\n"))
    stage.requests = "\n".join(_write_request(request, stage.world) for _, one in done for request in one.requests)
    return done


def _write_run(command: str, done: Done) -> str:
    code = f"[exit code {done.exit_code}]\n" if done.exit_code else ""
    return f"$ {command}\n{_end_line(done.stdout)}{code}"


def _end_line(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def _write_request(request: Exchange, world: World) -> str:
    body = f"\n{_write_json(request.document)}" if request.document is not None else ""
    return world.label(f"{request.method} {request.path}{body}\n")


def _send_all(block: Block, world: World) -> None:
    for text in block.text.split("\n\n"):
        head, _, body = text.partition("\n")
        method, _, path = head.partition(" ")
        world.send(method, path.removeprefix(_ROOT), json.loads(body) if body.strip() else None)


def _read_state(half: str, world: World) -> Json:
    document = json.loads(world.run("planner show -json").stdout)
    member = {"applied": "applied", "observed": "values"}[half]
    return {
        cluster["address"]: cluster[member]
        for cluster in _list_clusters(document.get("values", {}).get("root_module", {}))
    }


def _list_clusters(module: Any) -> Iterator[Any]:  # noqa: ANN401 - a part of a document
    yield from module.get("resources", ())
    for child in module.get("child_modules", ()):
        yield from _list_clusters(child)


def _write_json(value: Json, indent: str = "") -> str:
    """Return `value` as a person writes it: what fits on a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or (len(indent) + len(line) <= _WIDTH and indent):
        return line
    deeper = f"{indent}  "
    if isinstance(value, dict):
        members = [f"{json.dumps(name)}: {_write_json(member, deeper)}" for name, member in value.items()]
        return f"{{\n{deeper}" + f",\n{deeper}".join(members) + f"\n{indent}}}"
    return f"[\n{deeper}" + f",\n{deeper}".join(_write_json(member, deeper) for member in value) + f"\n{indent}]"
