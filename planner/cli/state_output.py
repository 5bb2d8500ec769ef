"""What the commands that look at the state write of its records."""

import json
from collections.abc import Sequence

from planner.cli.streams import Streams
from planner.render.state_text import render_record
from planner.workflow.inspect_state import Remembered

__all__ = ["show_records"]


def show_records(streams: Streams, records: Sequence[Remembered], *, as_json: bool) -> None:
    """Write all of `records`, as JSON or in the form of the configuration language."""
    if as_json:
        document = {"format_version": "1.0", "clusters": [record.details for record in records]}
        streams.write(json.dumps(document, indent=2) + "\n")
    elif records:
        texts = (render_record(record.address, record.id, record.document) for record in records)
        streams.write("\n".join(texts))
    else:
        streams.write("The state holds no clusters.\n")
