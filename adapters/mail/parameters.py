"""Structured header values: `type/subtype; name=value`, RFC 2231 and RFC 2047."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from adapters.mail.faults import ambiguous

_TOKEN = r"[!#$%&'*+\-.0-9A-Z^_`a-z{|}~]+"  # noqa: S105 - grammar, not a secret
_VALUE = re.compile(rf"({_TOKEN}(?:/{_TOKEN})?)[ \t]*(?:;|$)")
_PARAMETER = re.compile(
    rf'[ \t]*({_TOKEN})[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^ \t";,()<>\[\]]+)[ \t]*(?:;|$)'
)
_SECTION = re.compile(r"([^*]+)\*(?:(0|[1-9]\d{0,2})(\*)?)?$")
_QUOTED_PAIR = re.compile(r"\\(.)")
_WORD = re.compile(r"=\?([A-Za-z0-9_-]+)(?:\*[A-Za-z-]*)?\?([BbQq])\?([^?\s]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?)")
_Q = re.compile(rb"=([0-9A-Fa-f]{2})")
_BAD_Q = re.compile(rb"=(?![0-9A-Fa-f]{2})")

#: Charsets that are one to one and that senders here write.
CHARSETS = frozenset(
    {"utf-8", "us-ascii", "iso-8859-1", "windows-1252", "windows-1258"}
)
_SAME = {"utf8": "utf-8", "ascii": "us-ascii", "latin1": "iso-8859-1"}


@dataclass(frozen=True, slots=True)
class Structured:
    """A value in small letters, and its parameters."""

    value: str
    parameters: Mapping[str, str]

    def get(self, name: str) -> str:
        """A parameter; "" where it is not there."""
        return self.parameters.get(name, "")


def charset_name(written: str, place: str) -> str:
    """A known charset; raises MalformedEnvelope `charset` (UTF-7, unknown ones)."""
    name = _SAME.get(written.lower(), written.lower())
    if name not in CHARSETS:
        ambiguous(place, "charset")
    return name


def read(text: str, place: str) -> Structured:
    """Read a structured value to its last letter.

    Raises MalformedEnvelope: `header-syntax`, `two-parameters`,
    `parameter-conflict` (`filename` and `filename*` differ),
    `parameter-continuation` (a section is missing), `charset`, `charset-lie`.
    """
    value = _VALUE.match(text)
    if value is None or "\ufffd" in text:
        ambiguous(place, "header-syntax")
    written: dict[str, str] = {}
    at = value.end()
    while at < len(text) and text[at:].strip(" \t;"):
        found = _PARAMETER.match(text, at)
        if found is None:
            ambiguous(place, "header-syntax")
        name = found[1].lower()
        if name in written:
            ambiguous(place, "two-parameters")
        written[name] = _unquoted(found[2])
        at = found.end()
    return Structured(value[1].lower(), _joined(written, place))


def _joined(written: Mapping[str, str], place: str) -> dict[str, str]:
    """Plain parameters with the extended ones decoded; they must not contradict."""
    plain = {
        name: decoded_words(value, place)
        for name, value in written.items()
        if "*" not in name
    }
    for name, sections in _sections(written, place).items():
        value = _extended(sections, place)
        if plain.setdefault(name, value) != value:
            ambiguous(place, "parameter-conflict")
    return plain


#: Number of a section (None: not continued) -> whether it is encoded, and its text.
_Sections = dict[int | None, tuple[bool, str]]


def _sections(written: Mapping[str, str], place: str) -> dict[str, _Sections]:
    found: dict[str, _Sections] = {}
    for name, value in written.items():
        if "*" not in name:
            continue
        match = _SECTION.match(name)
        if match is None:
            ambiguous(place, "parameter-continuation")
        number = int(match[2]) if match[2] else None
        encoded = number is None or bool(match[3])
        sections = found.setdefault(match[1], {})
        if number in sections:
            ambiguous(place, "two-parameters")
        sections[number] = (encoded, value)
    return found


def _extended(sections: _Sections, place: str) -> str:
    if None in sections:
        if len(sections) > 1:
            ambiguous(place, "parameter-conflict")
        return _decoded([sections[None]], place)
    order = range(len(sections))
    if set(sections) != set(order):
        ambiguous(place, "parameter-continuation")
    return _decoded([sections[number] for number in order], place)


def _decoded(sections: list[tuple[bool, str]], place: str) -> str:
    charset, first = "us-ascii", sections[0][1]
    if sections[0][0]:
        written, quote, rest = first.partition("'")
        _, second, first = rest.partition("'")
        if not (quote and second):
            ambiguous(place, "parameter-continuation")
        charset = charset_name(written, place)
    texts = [(sections[0][0], first), *sections[1:]]
    pieces = [unquote_to_bytes(t) if coded else t.encode() for coded, t in texts]
    return as_text(b"".join(pieces), charset, place)


def as_text(data: bytes, charset: str, place: str) -> str:
    """The text of bytes; raises MalformedEnvelope `charset-lie`."""
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        ambiguous(place, "charset-lie")


def decoded_words(text: str, place: str) -> str:
    """The text with its encoded words (RFC 2047) undone.

    Raises MalformedEnvelope: `encoded-word`, `charset`, `charset-lie`.
    """
    if "=?" not in text:
        return text
    joined = _BETWEEN.sub(r"\1", text)
    pieces: list[str] = []
    at, held, charset = 0, b"", ""
    for word in _WORD.finditer(joined):
        name = charset_name(word[1], place)
        if held and (name != charset or word.start() != at):
            pieces.append(as_text(held, charset, place))
            held = b""
        pieces.append(joined[at : word.start()])
        # Some senders cut a letter in two, so neighbours are joined before decoding.
        held, charset, at = held + _word(word, place), name, word.end()
    pieces.append(as_text(held, charset or "us-ascii", place))
    return "".join([*pieces, joined[at:]])


def _word(word: re.Match[str], place: str) -> bytes:
    data = word[3].encode("utf-8")
    if word[2] in "Bb":
        try:
            return base64.b64decode(data + b"=" * (-len(data) % 4), validate=True)
        except (binascii.Error, ValueError):
            ambiguous(place, "encoded-word")
    if _BAD_Q.search(data):
        ambiguous(place, "encoded-word")
    return _Q.sub(lambda m: bytes([int(m[1], 16)]), data.replace(b"_", b" "))


def _unquoted(text: str) -> str:
    if text.startswith('"'):
        return _QUOTED_PAIR.sub(r"\1", text[1:-1])
    return text
