"""What the commands that look at the state write of its records."""

import json
from collections.abc import Sequence

from planner.cli.streams import Streams
from planner.model.outputs import Outputs
from planner.render.outputs_text import render_closing
from planner.render.state_text import render_record
from planner.workflow.inspect_state import Remembered

__all__ = ["show_records"]


def show_records(
    streams: Streams, records: Sequence[Remembered], outputs: Outputs | None = None, *, as_json: bool
) -> None:
    """Write `records` as JSON or in the form of the configuration language; with the outputs, they are all there is."""
    if as_json and outputs is not None:
        from planner.render.state_json import render_state_json  # noqa: PLC0415 - only -json pays for it

        streams.write(render_state_json([(record.address, record.details) for record in records], outputs))
        return
    if as_json:
        document = {"format_version": "1.0", "clusters": [record.details for record in records]}
        streams.write(json.dumps(document, indent=2) + "\n")
        return
    texts = [render_record(record.address, record.id, record.document) for record in records]
    if outputs:
        texts.append(render_closing(outputs, color=False))
    streams.write("\n".join(texts) or "The state holds no clusters.\n")
