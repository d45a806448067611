"""Names that must not be mixed up with one another or with plain text."""

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
