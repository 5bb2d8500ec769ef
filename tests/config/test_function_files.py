"""The files that functions may read: what is below the configuration's directory, and nothing else."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.config.configuration import VariableInputs
from planner.config.function_files import FILE_LIMIT, DirectoryFiles, open_files
from planner.config.read import read_configuration
from planner.lang.functions.signature import FunctionError
from planner.model.diagnostics import Diagnostic

Ask = Callable[[DirectoryFiles, str], object]
READERS: dict[str, Ask] = {"read": DirectoryFiles.read, "exists": DirectoryFiles.exists}
ALL: dict[str, Ask] = {**READERS, "list": DirectoryFiles.list_directory}


def _read(root: Path) -> tuple[Diagnostic, ...]:
    """Return the mistakes in the configuration."""
    return read_configuration(str(root), VariableInputs()).diagnostics


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A configuration's directory with a file, beside a file that it does not have."""
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "configuration"
    (root / "data" / "deep").mkdir(parents=True)
    (root / "a.txt").write_text("A")
    (root / "data" / "b.txt").write_text("B")
    return root


@pytest.fixture
def files(root: Path) -> DirectoryFiles:
    return open_files(str(root))


@pytest.mark.parametrize("ask", ALL.values(), ids=ALL)
@pytest.mark.parametrize(
    "path", ["../secret.txt", "data/../../secret.txt", "../../../../../../../../etc/passwd", "/etc/passwd", "/", ".."]
)
def test_paths_that_lead_outside_are_refused(files: DirectoryFiles, ask: Ask, path: str) -> None:
    with pytest.raises(FunctionError) as refusal:
        ask(files, path)
    assert f'"{path}" is outside the directory of the configuration' in str(refusal.value)
    assert "put a copy there" in str(refusal.value)
    assert refusal.value.argument == 0


@pytest.mark.parametrize("ask", ALL.values(), ids=ALL)
def test_links_that_lead_outside_are_refused(root: Path, files: DirectoryFiles, ask: Ask) -> None:
    (root / "link.txt").symlink_to("../secret.txt")
    (root / "absolute.txt").symlink_to("/etc/passwd")
    (root / "up").symlink_to("..")
    (root / "chain").symlink_to("up")
    for path in ("link.txt", "absolute.txt", "up/secret.txt", "chain/secret.txt", "up"):
        with pytest.raises(FunctionError, match="outside the directory of the configuration"):
            ask(files, path)


def test_a_directory_whose_name_begins_as_the_root_is_outside(root: Path, files: DirectoryFiles) -> None:
    other = root.with_name("configuration-2")
    other.mkdir()
    (other / "x.txt").write_text("x")
    with pytest.raises(FunctionError, match="outside"):
        files.read("../configuration-2/x.txt")


def test_home_is_outside_too(files: DirectoryFiles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(FunctionError, match="outside"):
        files.read("~/secret.txt")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "/proc/self/environ"])
def test_devices_are_outside(files: DirectoryFiles, path: str) -> None:
    with pytest.raises(FunctionError, match="outside"):
        files.read(path)


@pytest.mark.parametrize("ask", READERS.values(), ids=READERS)
def test_link_to_a_device_is_refused(root: Path, files: DirectoryFiles, ask: Ask) -> None:
    (root / "zero").symlink_to("/dev/zero")
    with pytest.raises(FunctionError, match="outside"):
        ask(files, "zero")


@pytest.mark.parametrize("ask", READERS.values(), ids=READERS)
def test_pipes_and_sockets_are_refused_without_waiting(
    root: Path, files: DirectoryFiles, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(root / "pipe")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        for name in ("pipe", "socket"):
            with pytest.raises(FunctionError, match=f'"{name}" is a pipe, a socket or a device'):
                ask(files, name)


@pytest.mark.parametrize("size", [FILE_LIMIT + 1, 10 * 1024**3])
def test_large_files_are_refused(root: Path, files: DirectoryFiles, size: int) -> None:
    with (root / "huge").open("wb") as huge:
        huge.truncate(size)
    with pytest.raises(FunctionError, match='"huge" is larger than 4 MiB, which is the most; make it smaller'):
        files.read("huge")


def test_largest_file_is_read(root: Path, files: DirectoryFiles) -> None:
    (root / "large").write_bytes(b"x" * FILE_LIMIT)
    assert len(files.read("large")) == FILE_LIMIT


def test_run_reads_so_much_and_no_more(root: Path) -> None:
    files = DirectoryFiles(str(root), bytes_left=2, names_left=4)
    assert [files.read("a.txt"), files.read("data/b.txt")] == [b"A", b"B"]
    with pytest.raises(FunctionError, match="have read 256 MiB in this run"):
        files.read("a.txt")
    assert len(files.list_directory(".")) + len(files.list_directory("data")) == 4
    with pytest.raises(FunctionError, match="have looked at 2,000,000 files in this run"):
        files.list_directory(".")


@pytest.mark.parametrize("path", ["", ".", "data", "data/", "data/deep/.."])
@pytest.mark.parametrize("ask", READERS.values(), ids=READERS)
def test_directories_are_no_files(files: DirectoryFiles, ask: Ask, path: str) -> None:
    with pytest.raises(FunctionError, match="is a directory, not a file"):
        ask(files, path)


def test_what_is_missing_is_told(files: DirectoryFiles) -> None:
    assert not files.exists("missing.txt")
    with pytest.raises(FunctionError, match=r'there is no file "missing\.txt" below the directory'):
        files.read("missing.txt")
    with pytest.raises(FunctionError, match=r'"a\.txt/b" is below something that is a file'):
        files.exists("a.txt/b")


def test_file_that_may_not_be_read_is_told(files: DirectoryFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: str, flags: int, *, dir_fd: int | None = None) -> int:
        if path == "a.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(FunctionError, match=r'"a\.txt" cannot be read: Permission denied'):
        files.read("a.txt")


@pytest.mark.parametrize("path", ["a\0b", "a.txt\0", "\0"])
@pytest.mark.parametrize("ask", ALL.values(), ids=ALL)
def test_nul_in_a_path_is_refused(files: DirectoryFiles, ask: Ask, path: str) -> None:
    with pytest.raises(FunctionError, match="cannot hold the character NUL"):
        ask(files, path)


@pytest.mark.parametrize("path", ["x" * 5000, "x/" * 5000, "../" * 5000 + "a", "a" * 1_000_000])
@pytest.mark.parametrize("ask", READERS.values(), ids=READERS)
def test_long_paths_are_refused_in_few_words(files: DirectoryFiles, ask: Ask, path: str) -> None:
    try:
        assert ask(files, path) is False
    except FunctionError as refusal:
        assert len(str(refusal)) < 500  # noqa: PT017 - either is right


def test_names_with_control_characters_are_shown_as_escapes(files: DirectoryFiles) -> None:
    with pytest.raises(FunctionError) as refusal:
        files.read("\x1b[31m\n.txt")
    assert "\x1b" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_links_inside_are_followed(root: Path, files: DirectoryFiles) -> None:
    (root / "link").symlink_to("data")
    (root / "absolute").symlink_to(root / "a.txt")
    assert files.read("link/b.txt") == b"B"
    assert files.read("absolute") == b"A"
    assert files.exists("link/b.txt")


def test_dots_take_back_the_name_before_them_even_of_a_link(root: Path, files: DirectoryFiles) -> None:
    (root / "data" / "deep" / "c.txt").write_text("C")
    (root / "link").symlink_to("data/deep")
    assert files.read("link/../a.txt") == b"A"


def test_absolute_paths_inside_are_read(root: Path, files: DirectoryFiles) -> None:
    assert files.read(str(root / "a.txt")) == b"A"
    assert files.read(files.make_absolute("a.txt")) == b"A"


def test_root_may_be_a_link(root: Path) -> None:
    link = root.with_name("link")
    link.symlink_to(root.name)
    assert open_files(str(link)).read("data/b.txt") == b"B"


def test_directory_is_listed_with_what_links_lead_to(root: Path, files: DirectoryFiles) -> None:
    (root / "broken").symlink_to("nothing")
    (root / "inside").symlink_to("data")
    (root / "loop").symlink_to(".")
    (root / "outside").symlink_to("/etc")
    os.mkfifo(root / "pipe")
    assert [(entry.name, entry.kind) for entry in files.list_directory(".")] == [
        ("a.txt", "file"),
        ("broken", "broken"),
        ("data", "directory"),
        ("inside", "directory"),
        ("loop", "other"),
        ("outside", "outside"),
        ("pipe", "other"),
    ]
    assert files.list_directory("missing") == ()
    assert files.list_directory("a.txt") == ()
    assert files.list_directory("a.txt/b") == ()


def test_directory_with_too_many_names_is_refused(
    root: Path, files: DirectoryFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.config.function_files.LISTING_LIMIT", 2)
    (root / "c.txt").write_text("C")
    with pytest.raises(FunctionError, match="more than 2 files"):
        files.list_directory(".")


def test_home_of_another_user_is_refused(files: DirectoryFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert files.expand_home("~/x/../y") == "/home/me/y"
    assert files.expand_home("~") == "/home/me"
    with pytest.raises(FunctionError, match='no home directory for "~you/x"'):
        files.expand_home("~you/x")


@pytest.mark.parametrize(
    ("expression", "summary", "words"),
    [
        ('file("../secret.txt")', "Invalid function argument", 'cannot be used: "../secret.txt" is outside'),
        ('file("/etc/passwd")', "Invalid function argument", 'cannot be used: "/etc/passwd" is outside'),
        ('file("latin.txt")', "Error in function call", '"latin.txt" is not UTF-8'),
        ('filemd5("../secret.txt")', "Error in function call", '"../secret.txt" is outside'),
        ('fileexists("../secret.txt")', "Error in function call", '"../secret.txt" is outside'),
        ('fileset("..", "*")', "Error in function call", '".." is outside'),
        ('fileset(".", "../*")', "Error in function call", '".." is outside'),
        ('fileset("/", "**")', "Error in function call", '"/" is outside'),
        ('templatefile("../secret.txt", {})', "Invalid function argument", '"../secret.txt" is outside'),
    ],
)
def test_refusals_are_diagnostics_of_the_configuration(root: Path, expression: str, summary: str, words: str) -> None:
    (root / "latin.txt").write_bytes(b"\xe9")
    (root / "main.hcl").write_text(f'output "a" {{\n  value = {expression}\n}}\n')
    found = _read(root)
    assert [one.summary for one in found] == [summary]
    assert words in found[0].detail


def test_sensitive_path_is_not_shown(root: Path) -> None:
    (root / "main.hcl").write_text(
        'locals {\n  a = file(sensitive("../hidden-name.txt"))\n}\noutput "a" {\n  value = nonsensitive(local.a)\n}\n'
    )
    found = _read(root)
    assert found
    assert all("hidden-name" not in f"{one.summary} {one.detail}" for one in found)


def test_volatile_value_is_refused_in_a_cluster_and_kept_in_an_output(root: Path) -> None:
    text = 'cluster "web" {\n  spec {\n    version = "2021.06"\n    awsTags = { made = CALL }\n  }\n}\n'
    for call in ("timestamp()", "plantimestamp()", "uuid()", "md5(timestamp())", '"x-${uuid()}"'):
        (root / "main.hcl").write_text(text.replace("CALL", call))
        assert [one.code for one in _read(root)] == ["volatile-value"]
    (root / "main.hcl").write_text('output "now" {\n  value = timestamp()\n}\n')
    assert _read(root) == ()
