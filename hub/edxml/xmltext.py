"""Writes XML as text, in one fixed form: the same values give the same bytes."""

import re
from html import escape

#: Letters that XML 1.0 forbids (section 2.2); they are dropped, never replaced.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(text: str) -> str:
    """The text without what XML forbids, stripped."""
    return _FORBIDDEN.sub("", text).strip()


def leaf(name: str, text: str | int | None) -> str:
    """An element with text; nothing where there is none to write."""
    value = allowed("" if text is None else str(text))
    return f"<{name}>{_escaped(value)}</{name}>\n" if value else ""


def required(name: str, text: str) -> str:
    """An element with text, empty if need be."""
    return leaf(name, text) or f"<{name}></{name}>\n"


def branch(name: str, *children: str, attributes: str = "") -> str:
    """An element around others; nothing where all of them are nothing."""
    inside = "".join(children)
    return f"<{name}{attributes}>\n{inside}</{name}>\n" if inside else ""


def _escaped(text: str) -> str:
    # A bare CR would come back as LF.
    return escape(text, quote=False).replace("\r", "&#13;")
