"""Lock info: who holds a lock, since when and for what; written beside the lock for whoever finds it held.

The JSON members are those of Terraform's lock info, so that shared backends understand them. Reading never fails: what
cannot be understood is nobody's info.
"""

import json
import os
import pwd
import time
from dataclasses import dataclass

__all__ = ["LockInfo", "decode_lock_info", "describe_holder", "encode_lock_info", "make_lock_info", "name_user"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockInfo:
    """Who holds a lock: `who` is user@host, `operation` the command, `created` RFC 3339 in UTC."""

    id: str
    operation: str
    who: str
    version: str
    created: str
    pid: int
    info: str = ""


def make_lock_info(operation: str, *, version: str, info: str = "") -> LockInfo:
    """Return the info of this process, now: `operation` is the command, `version` the program's."""
    return LockInfo(
        id=os.urandom(16).hex(),
        operation=operation,
        who=name_user(),
        version=version,
        created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        pid=os.getpid(),
        info=info,
    )


def name_user() -> str:
    """Return who runs this process, and where: user@host."""
    return f"{_find_user()}@{os.uname().nodename}"


def _find_user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a user that nobody named
        return str(os.getuid())


def encode_lock_info(info: LockInfo) -> bytes:
    """Return `info` as one line of JSON."""
    document = {
        "ID": info.id,
        "Operation": info.operation,
        "Who": info.who,
        "Version": info.version,
        "Created": info.created,
        "Pid": info.pid,
        "Info": info.info,
    }
    return json.dumps(document).encode("ascii") + b"\n"


def decode_lock_info(content: bytes) -> LockInfo | None:
    """Return the info that `content` holds, or None where it is not one: empty, half written, or something else."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or "ID" not in document:
        return None
    pid = document.get("Pid")
    return LockInfo(
        id=_read_text(document, "ID"),
        operation=_read_text(document, "Operation"),
        who=_read_text(document, "Who"),
        version=_read_text(document, "Version"),
        created=_read_text(document, "Created"),
        pid=pid if isinstance(pid, int) else 0,
        info=_read_text(document, "Info"),
    )


def describe_holder(holder: LockInfo | None) -> str:
    """Return a sentence that says who holds a lock, since when and for what."""
    if holder is None:
        return "Who holds it cannot be read."
    parts = [
        f"It is held by {holder.who or 'somebody'}",
        f"since {holder.created}" if holder.created else "",
        f"for {holder.operation!r}" if holder.operation else "",
        f"(process {holder.pid}, lock {holder.id})" if holder.pid else f"(lock {holder.id})",
        f"in {holder.info}" if holder.info.startswith(("https://", "http://")) else "",
    ]
    return " ".join(filter(None, parts)) + "."


def _read_text(document: dict[str, object], name: str) -> str:
    """Return a member for people: whoever wrote the file, it is one line that no terminal takes for a command."""
    value = document.get(name, "")
    text = value if isinstance(value, str) else ""
    return "".join(character if character.isprintable() else "\ufffd" for character in text[:200])
