"""What the commands that look at the state write of its records."""

import json
from collections.abc import Sequence

from planner.cli.streams import Streams
from planner.model.outputs import Outputs
from planner.render.outputs_json import list_outputs
from planner.render.outputs_text import render_closing
from planner.render.state_text import render_record
from planner.workflow.inspect_state import Remembered

__all__ = ["show_records"]


def show_records(
    streams: Streams, records: Sequence[Remembered], outputs: Outputs | None = None, *, as_json: bool
) -> None:
    """Write all of `records`, as JSON or in the form of the configuration language, and the outputs if given."""
    if as_json:
        document = {"format_version": "1.0", "clusters": [record.details for record in records]}
        listed = {} if outputs is None else {"outputs": list_outputs(outputs)}
        streams.write(json.dumps({**document, **listed}, indent=2) + "\n")
        return
    texts = [render_record(record.address, record.id, record.document) for record in records]
    if outputs:
        texts.append(render_closing(outputs, color=False))
    streams.write("\n".join(texts) or "The state holds no clusters.\n")
