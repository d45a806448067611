"""Names that must not be mixed up with one another or with plain text."""

import unicodedata
from functools import lru_cache
from hashlib import sha256
from typing import NewType

#: One coming of bytes at a door; 32 hex digits.
ArrivalId = NewType("ArrivalId", str)
#: One document whatever door it came by; 64 hex digits (see `document_key`).
DocumentKey = NewType("DocumentKey", str)
#: SHA-256 of bytes, 64 lower-case hex digits.
Digest = NewType("Digest", str)
#: A mã định danh as written by somebody; look it up before you compare it.
AgencyCode = NewType("AgencyCode", str)


def digest_of(data: bytes | memoryview) -> Digest:
    """The SHA-256 of bytes as the evidence store names them."""
    return Digest(sha256(data).hexdigest())


@lru_cache(maxsize=1024)
def normal_code(code: str) -> AgencyCode:
    """A code in capitals, without blanks and invisible letters: for look-ups only.

    Senders write `000.00.37.h40 ` and worse; what was written is kept elsewhere.
    """
    if code.isascii():  # the usual case, a hundred thousand times in a catalogue
        return AgencyCode("".join(code.split()).upper())
    text = unicodedata.normalize("NFKC", code)
    kept = (c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
    return AgencyCode("".join(kept).upper())
