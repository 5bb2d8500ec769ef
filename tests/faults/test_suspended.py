"""A10: the machine sleeps in the middle of an apply, longer than its token lives."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from planner.emulator.app import make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.server import run_server


def test_a_machine_that_slept_goes_on_with_a_new_token(tmp_path: Path) -> None:
    (tmp_path / "main.hcl").write_text('cluster "web" {\n  spec { version = "2021.06" }\n}\n', encoding="utf-8")
    app = make_app(behaviour=Behaviour(token_seconds=1, settle_seconds=2))
    with run_server(app) as url:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("IMPLY_")}
        environment |= {
            "IMPLY_ENDPOINT": url,
            "IMPLY_CLIENT_ID": "planner",
            "IMPLY_CLIENT_SECRET": "emulator-secret",
            "IMPLY_TOKEN_URL": f"{url}/oauth/token",
        }
        with subprocess.Popen(
            [sys.executable, "-m", "planner", "apply", "-auto-approve"],
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                if "Creating" in line:
                    break
            process.send_signal(signal.SIGSTOP)
            time.sleep(1.5)  # nothing else makes a clock of the system go on
            process.send_signal(signal.SIGCONT)
            out, err = process.communicate(timeout=60)
    assert process.returncode == 0, out + err
    assert len(app.describe_clusters()) == 1
    assert [one.method for one in app.requests if one.path.endswith("/oauth/token")].count("POST") >= 2
