"""Graphemes: what a reader takes for one character, of however many code points it is made.

Widths and lengths are counted in them, as Terraform does. Refuses nothing.
"""

__all__ = ["count_graphemes", "split_graphemes"]


def count_graphemes(text: str) -> int:
    r"""Return how many graphemes `text` has; `\r\n` is one."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return len(split_graphemes(text))


def split_graphemes(text: str) -> list[str]:
    """Return the graphemes of `text`, in their order."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    import regex  # noqa: PLC0415 - only text beyond ASCII pays for it

    return regex.findall(r"\X", text)
