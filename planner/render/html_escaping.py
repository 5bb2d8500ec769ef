"""Escaping for HTML: text from outside as text, in a page's body and in an attribute in quotes."""

from html import escape as escape_html

from planner.render.escaping import escape

__all__ = ["escape_html", "show"]


def show(text: str) -> str:
    """Return text from outside for a place in HTML, an attribute in quotes too: nothing in it is markup, or unseen."""
    return escape_html(escape(text))
