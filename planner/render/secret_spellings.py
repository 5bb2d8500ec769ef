"""Secret spellings: how a secret would look on a screen, for whoever looks for secrets in what is shown."""

from collections.abc import Iterator

from planner.render.escaping import escape, quote, quote_json

__all__ = ["spell_shown"]


def spell_shown(text: str) -> Iterator[str]:
    """Yield `text` as it looks in prose, in quotes, and in quotes within prose."""
    if text.isascii() and text.isalnum():
        return
    quoted = quote(text)[1:-1]
    yield from (escape(text), quoted, quote_json(text)[1:-1], escape(quoted), quoted.replace("${", "$${"))
    yield quoted.replace("${", "$${").replace("%{", "%%{")
