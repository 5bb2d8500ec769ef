"""`planner fmt`: which files it takes, what it writes and prints, and how it ends."""

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from planner.cli.main import run_command
from planner.model.diagnostics import ExitCode
from tests.cli.workbench import Bench

MESSY, NEAT = "a=1\nbcd   = 2\n", "a   = 1\nbcd = 2\n"
BROKEN = "a = \n"


def lay(bench: Bench, **texts: str) -> None:
    """Write files; `__` in a name stands for a directory."""
    for name, text in texts.items():
        path = bench.path / f"{name.replace('__', '/')}.hcl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def read(bench: Bench, name: str) -> str:
    return (bench.path / name).read_bytes().decode()


def type_in(text: str, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    return run_command(["fmt", *arguments])


def test_the_files_of_the_current_directory_are_written_and_named(bench: Bench) -> None:
    lay(bench, b=MESSY, a=MESSY, neat=NEAT, sub__c=MESSY)
    ended = bench.run("fmt")
    assert (ended.code, ended.out, ended.err) == (ExitCode.DONE, "a.hcl\nb.hcl\n", "")
    assert read(bench, "a.hcl") == read(bench, "b.hcl") == NEAT
    assert read(bench, "sub/c.hcl") == MESSY


def test_what_is_in_the_standard_style_is_not_touched(bench: Bench) -> None:
    lay(bench, a=NEAT)
    before = (bench.path / "a.hcl").stat()
    assert bench.run("fmt").out == ""
    after = (bench.path / "a.hcl").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_values_of_variables_are_formatted_and_json_and_what_editors_leave_are_not(bench: Bench) -> None:
    lay(bench, **{"planner.vars": MESSY, "prod.vars": MESSY, ".hidden": MESSY})
    for name in ("a.hcl~", "#a.hcl#", "main.hcl.json", "main.tf", "hcl"):
        (bench.path / name).write_text(MESSY, encoding="utf-8")
    assert bench.run("fmt", "-recursive").out == "planner.vars.hcl\nprod.vars.hcl\n"


def test_directories_of_directories_are_formatted_if_asked_for(bench: Bench) -> None:
    lay(bench, a=MESSY, sub__deep__b=MESSY, sub__c=MESSY, **{".terraform__d": MESSY}, z=MESSY)
    (bench.path / "loop").symlink_to(bench.path, target_is_directory=True)
    assert bench.run("fmt", "-recursive").out == "a.hcl\nsub/c.hcl\nsub/deep/b.hcl\nz.hcl\n"
    assert bench.run("fmt", "-recursive", "-check").code == ExitCode.DONE


def test_files_and_directories_may_be_named_and_each_is_taken_once(bench: Bench) -> None:
    lay(bench, a=MESSY, sub__b=MESSY, sub__c=MESSY, d=MESSY)
    assert bench.run("fmt", "./sub", "a.hcl", "sub/../sub/b.hcl").out == "sub/b.hcl\nsub/c.hcl\na.hcl\n"
    assert read(bench, "d.hcl") == MESSY


@pytest.mark.parametrize("place", [("-C", "sub", "fmt"), ("fmt", "-C", "sub"), ("-chdir=sub", "fmt", "b.hcl")])
def test_paths_are_relative_to_the_configuration_s_directory(bench: Bench, place: tuple[str, ...]) -> None:
    lay(bench, sub__b=MESSY)
    assert bench.run(*place).out == "b.hcl\n"
    assert read(bench, "sub/b.hcl") == NEAT


def test_a_check_writes_nothing_and_ends_as_terraform_s_does(bench: Bench) -> None:
    lay(bench, a=MESSY, b=NEAT)
    ended = bench.run("fmt", "-check")
    assert (ended.code, ended.out) == (3, "a.hcl\n")
    assert read(bench, "a.hcl") == MESSY
    assert (bench.run("fmt", "--check", "-list=false").out, bench.run("fmt", "-check", "b.hcl").code) == ("", 0)


def test_a_difference_is_shown_as_diff_shows_it(bench: Bench) -> None:
    lay(bench, sub__a="a {\nb=1\n}\n\tc=2", b=NEAT)
    ended = bench.run("fmt", "-diff", "-write=false", "sub", "b.hcl")
    assert ended.out == (
        "sub/a.hcl\n--- old/sub/a.hcl\n+++ new/sub/a.hcl\n@@ -1,4 +1,4 @@\n a {\n-b=1\n+  b = 1\n }\n"
        "-\tc=2\n\\ No newline at end of file\n+c = 2\n\\ No newline at end of file\n"
    )
    assert read(bench, "sub/a.hcl") == "a {\nb=1\n}\n\tc=2"


def test_without_list_write_and_diff_the_texts_are_printed(bench: Bench) -> None:
    lay(bench, a=MESSY, b="c = 1\r\n")
    assert bench.run("fmt", "-list=false", "-write=false").out == NEAT + "c = 1\r\n"
    assert bench.run("fmt", "-list=false").out == ""
    assert read(bench, "a.hcl") == NEAT


def test_what_is_not_valid_is_told_and_the_others_are_formatted(bench: Bench) -> None:
    lay(bench, a=BROKEN, b=MESSY)
    ended = bench.run("fmt")
    assert (ended.code, ended.out) == (ExitCode.INVALID_CONFIGURATION, "b.hcl\n")
    assert "on a.hcl:1:" in ended.err
    assert (read(bench, "a.hcl"), read(bench, "b.hcl")) == (BROKEN, NEAT)


def test_the_input_is_formatted_to_the_output_byte_for_byte(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert type_in("é=1\r\nb=\t2 # \x1b\n", "-", monkeypatch=monkeypatch) == ExitCode.DONE
    assert capfdbinary.readouterr().out == "é = 1\r\nb = 2 # \x1b\n".encode()


def test_the_input_can_be_checked_and_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert type_in(MESSY, "-check", "-", monkeypatch=monkeypatch) == 3
    assert capsys.readouterr().out == ""
    assert type_in(NEAT, "-", "-check", monkeypatch=monkeypatch) == ExitCode.DONE
    assert type_in("a=1\n", "-diff", "-", monkeypatch=monkeypatch) == ExitCode.DONE
    assert capsys.readouterr().out == "--- old/<stdin>\n+++ new/<stdin>\n@@ -1 +1 @@\n-a=1\n+a = 1\n"
    assert type_in(BROKEN, "-", monkeypatch=monkeypatch) == ExitCode.INVALID_CONFIGURATION
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "on <stdin>:1:" in captured.err


def test_the_input_has_no_other_path_beside_it(bench: Bench) -> None:
    ended = bench.run("fmt", "-", "a.hcl")
    assert ended.code == ExitCode.ERROR
    assert "is formatted alone" in ended.err


@pytest.mark.parametrize(
    ("path", "told"),
    [("nowhere", "No file or directory"), ("main.tf", "cannot be formatted"), ("main.hcl.json", "cannot be formatted")],
)
def test_a_path_that_cannot_be_formatted_is_told_and_the_others_are(bench: Bench, path: str, told: str) -> None:
    lay(bench, a=MESSY)
    for name in ("main.tf", "main.hcl.json"):
        (bench.path / name).write_text(MESSY, encoding="utf-8")
    ended = bench.run("fmt", path, "a.hcl")
    assert (ended.code, ended.out) == (ExitCode.ERROR, "a.hcl\n")
    assert told in ended.err


def test_only_regular_files_are_read(bench: Bench) -> None:
    os.mkfifo(bench.path / "pipe.hcl")
    (bench.path / "gone.hcl").symlink_to("nowhere")
    lay(bench, a=MESSY, directory__b=MESSY)
    (bench.path / "directory").rename(bench.path / "directory.hcl")
    ended = bench.run("fmt")
    assert (ended.code, ended.out) == (ExitCode.INVALID_CONFIGURATION, "a.hcl\n")
    assert "pipe.hcl" in ended.err
    assert "gone.hcl" in ended.err
    assert read(bench, "directory.hcl/b.hcl") == MESSY


def test_a_text_that_is_not_utf8_stays_as_it_is(bench: Bench) -> None:
    (bench.path / "a.hcl").write_bytes(b"a='\xff'\n")
    ended = bench.run("fmt")
    assert ended.code == ExitCode.INVALID_CONFIGURATION
    assert "UTF-8" in ended.err
    assert (bench.path / "a.hcl").read_bytes() == b"a='\xff'\n"


def test_a_byte_order_mark_goes_and_the_ends_of_lines_stay(bench: Bench) -> None:
    lay(bench, a="\ufeffa=1\r\n", b="\ufeffa = 1\n")
    assert bench.run("fmt").out == "a.hcl\nb.hcl\n"
    assert (read(bench, "a.hcl"), read(bench, "b.hcl")) == ("a = 1\r\n", "a = 1\n")


def test_the_mode_of_a_file_and_a_link_to_it_stay(bench: Bench) -> None:
    lay(bench, real__a=MESSY)
    target = bench.path / "real" / "a.hcl"
    target.chmod(0o640)
    (bench.path / "link.hcl").symlink_to("real/a.hcl")
    assert bench.run("fmt").out == "link.hcl\n"
    assert (bench.path / "link.hcl").is_symlink()
    assert (read(bench, "real/a.hcl"), stat.S_IMODE(target.stat().st_mode)) == (NEAT, 0o640)
    assert [path.name for path in target.parent.iterdir()] == ["a.hcl"]


def test_a_file_that_cannot_be_written_is_as_it_was(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(bench, a=MESSY, b=MESSY)
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if target.name == "a.hcl":
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    ended = bench.run("fmt")
    assert (ended.code, ended.out) == (ExitCode.ERROR, "b.hcl\n")
    assert "No space left on device" in ended.err
    assert (read(bench, "a.hcl"), read(bench, "b.hcl")) == (MESSY, NEAT)
    assert sorted(path.name for path in bench.path.iterdir()) == ["a.hcl", "b.hcl", "web.cluster.json"]


def test_a_file_that_must_not_be_written_is_not_replaced(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(bench, a=MESSY)
    monkeypatch.setattr(os, "access", lambda path, mode: not (str(path).endswith("a.hcl") and mode == os.W_OK))
    ended = bench.run("fmt")
    assert (ended.code, ended.out) == (ExitCode.ERROR, "")
    assert "Permission denied" in ended.err
    assert read(bench, "a.hcl") == MESSY


def test_nothing_that_is_printed_moves_a_terminal_or_commands_a_pipeline(bench: Bench) -> None:
    lay(bench, **{"a\x1b[2J": "a=1 # \x1b[2J ##vso[task]\n#::error::\n"})
    shown = bench.run("fmt", "-check", "-diff").out
    assert "\x1b" not in shown
    assert "##vso[" not in shown
    assert shown.count("\\u{1b}[2J") == 5


@pytest.mark.parametrize("spelling", ["-recursive", "--recursive", "-recursive=true"])
def test_options_are_spelled_as_terraform_s_users_do(bench: Bench, spelling: str) -> None:
    lay(bench, sub__a=MESSY)
    assert bench.run("fmt", spelling, "-write=false", "-no-color").out == "sub/a.hcl\n"
    assert bench.run("fmt", "-recursive=false").out == ""
