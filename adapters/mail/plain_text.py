"""The sender's own words: markup, quoted mails and signatures taken away."""

import html
import re
import unicodedata

#: A covering note is some hundred letters; what comes later is no evidence.
_LETTERS = 20_000
_HIDDEN = ("script", "style", "head", "title")
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
#: Ways to hide letters that a reader of the mail does not see; nobody renders it here.
_HIDES = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|mso-hide\s*:|<[a-z][^<>]{0,500}\shidden\b",
    re.IGNORECASE,
)
#: `html.unescape` fails on numbers of thousands of digits.
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9A-Fa-f]{8,}")
#: Where somebody else's mail begins.
_QUOTE = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|thư gốc|tin nhắn gốc|"
    r"thư chuyển tiếp|tin nhắn đã chuyển tiếp|thư đã chuyển tiếp)"
    r"|on .{1,200} wrote:|vào .{1,200} đã viết:|vào lúc .{1,200} viết:"
    r"|(?:from|từ|người gửi):\s.*@.*|_{10,})",
    re.IGNORECASE,
)
#: Where a signature begins: `-- ` (RFC 3676, 4.3), or the usual end of a letter.
_END = re.compile(
    r"^(?:-- ?|\s*(?:trân trọng|kính thư|best regards|regards|tran trong)"
    r"(?:\s+(?:cảm ơn|kính chào|cam on))?[\s.,!/]*)$",
    re.IGNORECASE,
)


def own_words(plain: str, markup: str) -> str:
    """The text to look for evidence in, NFC; plain text where there is any."""
    text = plain if plain.strip() else from_html(markup)
    kept: list[str] = []
    for line in unicodedata.normalize("NFC", text[:_LETTERS]).split("\n"):
        if _QUOTE.match(line[:400]) or _END.match(line[:100]):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def from_html(markup: str) -> str:
    """The letters of an HTML text, in linear time; nothing is fetched or run.

    "" where some of them may be hidden: which, only a browser could say.
    """
    text = markup[: 10 * _LETTERS]
    if _HIDES.search(text):
        return ""
    for name in _HIDDEN:
        text = _without(text, name)
    text = _BREAK.sub("\n", _without_comments(text))
    bare = _LONG_REFERENCE.sub("", _TAG.sub(" ", text))
    return html.unescape(bare).replace("\xa0", " ")


def _without(text: str, name: str) -> str:
    """The text without an element whose letters nobody sees."""
    kept: list[str] = []
    starts = re.compile(rf"<{name}\b", re.IGNORECASE)
    ends = re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE)
    at = 0
    while (start := starts.search(text, at)) is not None:
        kept.append(text[at : start.start()])
        end = ends.search(text, start.end())
        if end is None:
            return "".join(kept)
        at = end.end()
    return "".join([*kept, text[at:]])


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        kept.append(text[at:start])
        end = text.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, text[at:]])
