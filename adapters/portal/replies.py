"""Reads what a portal answers: {error_code, message}, believed only with its words.

Codes 0, 3 and -3 are known to say several things; the words decide (EDXML.md 4.4).
What is not in the table is temporary: a new word is no statement about a dossier.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from adapters.portal import loose_json
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble, Wire, codes, http
from hub.model.calls import Reply
from hub.model.faults import Fault, FaultCode

#: The most bytes of one answer: a page of dossiers.
MOST_BYTES = 33_554_432
_WELL = "0"
_CODE = re.compile(r"[^A-Za-z0-9_-]")
SUCCESS = "thành công"
#: "Cập nhật không thành công" has the words, too.
_DENIED = re.compile(rf"\b(?:không|chưa)(?: được)? {SUCCESS}")


#: HTTP status -> trouble, where no message comes along that says more.
HTTP: Mapping[int, Trouble] = http(Wire.PORTAL)
#: Words of a message -> trouble; the first that stands in it counts.
WORDS: tuple[tuple[str, Trouble], ...] = tuple(codes(Wire.PORTAL).items())


class Unclear(SourceUnavailable):
    """It answered, and not that all is well: the portal's trouble, or one entry's."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer read: `trouble` None is a success, proven by code and words."""

    trouble: Trouble | None
    #: The code and the word it was known by. Never the message: it may name a person.
    said: str = ""
    session: str = field(default="", repr=False)
    #: The slice under `data`, as received; b"" where there is none.
    data: bytes = field(default=b"", repr=False)
    pages: int | None = None

    def check(self) -> "Told":
        """Itself, where it is a success; raises Unclear, PermanentFailure."""
        if self.trouble is None:
            return self
        if self.trouble is Trouble.PERMANENT:
            raise PermanentFailure(Fault(FaultCode.FRAME, "portal", self.said))
        raise Unclear(f"{self.trouble}: the portal says {self.said}")


def read(reply: Reply, *, words_due: bool = True) -> Told:
    """What an answer says; `words_due` False: a list needs no "thành công".

    Never raises: an answer that cannot be read is temporary.
    """
    members = loose_json.members(reply.body)
    if members is None:
        # A proxy speaks, not the portal: no statement about a dossier.
        ended = HTTP.get(reply.status) is Trouble.SESSION
        told = Trouble.SESSION if ended else Trouble.TEMPORARY
        return Told(told, f"HTTP {reply.status}")
    code = loose_json.text(members.get("error_code"))
    message = unicodedata.normalize("NFC", loose_json.text(members.get("message")))
    trouble, word = _trouble(reply.status, code, message, words_due=words_due)
    said = f"HTTP {reply.status}, error_code {_CODE.sub('?', code)[:12]}"
    return Told(
        trouble,
        f"{said} ({word})" if word else said,
        loose_json.text(members.get("session")),
        bytes(members.get("data", b"")),
        _number(loose_json.text(members.get("tongsotrang"))),
    )


def _trouble(
    status: int, code: str, message: str, *, words_due: bool
) -> tuple[Trouble | None, str]:
    """What is wrong, if anything, and the word that says so."""
    words = " ".join(message.casefold().split())
    fine = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
    if fine and code == _WELL and (_succeeded(words) or not words_due):
        return None, ""
    for word, trouble in WORDS:
        if word in words:
            return trouble, word
    return Trouble.TEMPORARY if fine else HTTP.get(status, Trouble.TEMPORARY), ""


def _succeeded(words: str) -> bool:
    return SUCCESS in words and not _DENIED.search(words)


def _number(text: str) -> int | None:
    digits = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 - no list has a milliard of pages
    return int(text) if digits else None
