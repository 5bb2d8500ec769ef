"""No spelling in which a server quotes a known secret is shown, and no place that one was moved to is kept."""

import base64
import html
import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TypeAlias

import pytest

from planner.workflow.emulate import edit_account
from state.values import Json
from tests.cli.workbench import Bench

Refuse: TypeAlias = Callable[[str, str], None]
"""Starts a server that refuses every request with a body, and a name for the request."""

ODD = 'pA55"w/ord+&<x>%41ZZ'
MOVED = "canary-2718-moved"
MAIN = """
variable "secret" {
  type      = string
  sensitive = true
}

cluster "web" {
  spec {
    version = "2021.06"
    commonRuntimeProperties = {
      "x.y" = var.secret
      "a.b" = "%s"
    }
  }
}
"""


def spell(text: str) -> list[str]:
    """Return `text` in the ways in which programs write one into JSON, a page, a URL or a header."""
    in_json = json.dumps(text)[1:-1]
    return [
        text,
        in_json,
        json.dumps(in_json)[1:-1],
        in_json.replace("/", "\\/"),
        in_json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"),
        in_json.replace("&", "\\u0026").replace("<", "\\u003C").replace(">", "\\u003E"),
        html.escape(text),
        html.escape(text, quote=False),
        urllib.parse.quote(text),
        urllib.parse.quote_plus(text),
        base64.b64encode(text.encode()).decode(),
        base64.urlsafe_b64encode(text.encode()).decode(),
        base64.b64encode(f"planner:{text}".encode()).decode(),
    ]


def make_refusal(message: str, request_id: str) -> type[BaseHTTPRequestHandler]:
    class Refusal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = message.encode()
            self.send_response(400)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Request-Id", request_id)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Refusal


@pytest.fixture
def marked(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench with a secret variable."""
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(MAIN % "one", encoding="utf-8")
    monkeypatch.setenv("PLANNER_VAR_secret", ODD)
    return bench


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Refuse]:
    """Start servers for as long as the test lasts."""
    servers: list[HTTPServer] = []

    def start(message: str, request_id: str) -> None:
        server = HTTPServer(("127.0.0.1", 0), make_refusal(message, request_id))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        monkeypatch.setenv("IMPLY_ENDPOINT", f"http://127.0.0.1:{server.server_port}")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("options", [[], ["-json"]])
@pytest.mark.parametrize("number", range(len(spell(ODD))))
def test_a_refusal_shows_no_spelling_of_a_secret(
    marked: Bench, refuse: Refuse, number: int, options: list[str]
) -> None:
    form = spell(ODD)[number]
    refuse(json.dumps({"error": {"code": "Bad", "message": f"no good: {form}."}}), form)
    ended = marked.run("plan", *options)
    shown = ended.out + ended.err
    assert ended.code == 4
    assert "no good" in shown
    assert "(sensitive value)" in shown
    for piece in {form, json.dumps(form)[1:-1]}:
        assert piece not in shown


@pytest.mark.parametrize("shift", range(0, 21, 4))
def test_a_refusal_that_is_cut_short_shows_no_part_of_a_secret(marked: Bench, refuse: Refuse, shift: int) -> None:
    refuse("." * (180 + shift) + ODD, "r-1")
    ended = marked.run("plan")
    assert ended.code == 4
    assert "pA55" not in ended.err


@pytest.fixture
def moved(marked: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A bench whose secret somebody has written into two more properties of the live cluster, by hand."""
    monkeypatch.setenv("PLANNER_VAR_secret", MOVED)
    for value in ("one", "two"):
        (marked.path / "main.hcl").write_text(MAIN % value, encoding="utf-8")
        assert marked.run("apply", "-auto-approve").code == 0
    properties = {"x.y": "1", "a.b": MOVED, "c.d": f"it is {MOVED}"}
    listed: list[Json] = [{"name": name, "value": value} for name, value in properties.items()]
    edit_account(str(marked.path / "account.json"), "web", {"spec": {"commonRuntimeProperties": listed}})
    return marked


def read_written(bench: Bench) -> str:
    """Return what planner has written into the directory."""
    paths = [path for path in bench.path.rglob("*") if path.is_file() and path.name not in {"main.hcl", "account.json"}]
    return "".join(path.read_text(encoding="utf-8") for path in paths)


def test_a_secret_that_somebody_moved_is_written_nowhere(moved: Bench) -> None:
    runs = [
        moved.run("plan", "-out", "plan.json"),
        moved.run("plan", "-json"),
        moved.run("show", "-json", "plan.json"),
        moved.run("plan", "-refresh-only"),
        moved.run("history", "cluster.web"),
        moved.run("history", "-json", "cluster.web"),
        moved.run("rollback", "cluster.web", "-to", "1", "-out", "back.json"),
        moved.run("show", "back.json"),
        moved.run("dump"),
        moved.run("dump", "-out", "dumped"),
        moved.run("state", "show", "cluster.web"),
    ]
    assert [run.code for run in runs] == [0] * len(runs)
    assert [moved.run("drift").code, moved.run("drift", "-json").code] == [2, 2]
    assert MOVED not in "".join(run.out + run.err for run in runs)
    assert MOVED not in read_written(moved)


def test_a_rollback_over_a_moved_secret_can_be_saved_and_performed(moved: Bench) -> None:
    assert moved.run("rollback", "cluster.web", "-to", "1", "-out", "back.json").code == 0
    assert moved.run("apply", "back.json").code == 0
    assert MOVED not in read_written(moved)
    shown = json.loads((moved.path / "account.json").read_text(encoding="utf-8"))
    properties = [record["spec"] for record in shown if "spec" in record][-1]["commonRuntimeProperties"]
    assert {entry["name"]: entry["value"] for entry in properties} == {"x.y": MOVED, "a.b": "one"}


def test_a_rollback_to_a_version_with_a_moved_secret_can_be_saved_and_performed(moved: Bench) -> None:
    assert moved.run("apply", "-auto-approve").code == 0
    assert moved.run("rollback", "cluster.web", "-to", "3", "-out", "back.json").code == 0
    assert MOVED not in read_written(moved)
    assert moved.run("apply", "back.json").code == 0
    assert MOVED not in read_written(moved)
    shown = json.loads((moved.path / "account.json").read_text(encoding="utf-8"))
    properties = [record["spec"] for record in shown if "spec" in record][-1]["commonRuntimeProperties"]
    assert {entry["name"]: entry["value"] for entry in properties}["a.b"] == MOVED


INSIDE = """
cluster "web" {
  spec {
    version = "2021.06"
    commonRuntimeProperties = {
      "druid.indexer.runner.javaOpts" = "-Xmx%s -Ddruid.s3.secretKey=canary-s3-31 -Djavax.net.ssl.keyStore=/etc/k.jks"
      "druid.indexer.runner.javaOptsArray" = "[\\"-Djavax.net.ssl.keyStorePassword=canary-ssl-41\\"]"
      "druid.metadata.storage.connector.connectURI" = "jdbc:mysql://druid:canary-db-59@db:3306/druid"
      "druid.emitter.http.recipientBaseUrl" = "https://example.com/x?access_token=canary-url-26"
      "druid.x.connector.pass" = "canary-pass-53"
      "druid.server.https.keyStorePath" = "/etc/k.jks"
    }
    awsTags = { note = "canary-db-59" }
  }
}
"""


def test_secrets_within_options_and_addresses_are_written_nowhere(bench: Bench) -> None:
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(INSIDE % "2g", encoding="utf-8")
    runs = [
        bench.run("plan", "-show-requests", "-out", "plan.json"),
        bench.run("plan", "-json"),
        bench.run("show", "-json", "plan.json"),
        bench.run("apply", "plan.json"),
        bench.run("plan", "-detailed-exitcode"),
        bench.run("show", "-json"),
        bench.run("dump"),
        bench.run("dump", "-out", "dumped"),
    ]
    (bench.path / "main.hcl").write_text(INSIDE % "4g", encoding="utf-8")
    runs += [bench.run("plan"), bench.run("apply", "-auto-approve"), bench.run("history", "cluster.web")]
    assert [run.code for run in runs] == [0] * len(runs)
    written = "".join(run.out + run.err for run in runs) + read_written(bench)
    assert "canary" not in written
    assert re.search(r'"druid.server.https.keyStorePath" += "/etc/k.jks"', runs[6].out)
    account = (bench.path / "account.json").read_text(encoding="utf-8")
    assert "-Xmx4g -Ddruid.s3.secretKey=canary-s3-31" in account
    assert "jdbc:mysql://druid:canary-db-59@db:3306/druid" in account


def test_a_dump_makes_variables_of_them(bench: Bench) -> None:
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(INSIDE % "2g", encoding="utf-8")
    assert bench.run("apply", "-auto-approve").code == 0
    dumped = bench.run("dump").out
    for name in ("javaOpts", "javaOptsArray", "connectURI", "recipientBaseUrl", "pass"):
        (line,) = [line for line in dumped.splitlines() if f'.{name}"' in line and "=" in line]
        assert "= var." in line
