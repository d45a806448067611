"""Headers signed by HMAC-SHA256, as the VXP kit sends them (EDXML.md 3.1).

Every parameter is a header `XroadVnpt-<name>`. Three more headers prove them: the list
of the signed names joined by `;`, the JSON text of those headers, and the hex
HMAC-SHA256 of that very text under the secret of the system. Replayed within the skew,
a request is the same identity and bytes again, and gets the same receipt.
"""

import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Never

from hub.errors import NotAllowed
from hub.model.faults import Fault, FaultCode

PREFIX = "xroadvnpt-"
SYSTEM_ID = PREFIX + "systemid"
TIMESTAMP = PREFIX + "timestamp"
#: SHA-256 of the body, hex; the door compares it once the body is kept.
HASH_FILE = PREFIX + "hash-file"
#: Names of the signed headers, joined by `;`.
NAMES = PREFIX + "signed-headers"
#: JSON object of the signed headers: name -> value.
TEXT = PREFIX + "header-json"
#: Hex HMAC-SHA256 of TEXT as sent.
PROOF = PREFIX + "hash-header"
_TIME_FORM = "%d%m%YT%H%M%S%z"
_TIME = re.compile(r"\d{8}T\d{6}[+-]\d{4}", re.ASCII)
#: A kit sends a dozen short parameters.
_LONGEST = 16_384


@dataclass(frozen=True, slots=True)
class SignedHeaders:
    """What a request says is signed; nothing of it is proven yet."""

    system_id: str
    text: str = field(repr=False)
    proof: str = field(repr=False)
    #: Every header of the request, names in lower case.
    headers: Mapping[str, str] = field(repr=False)

    def is_proven_by(self, secret: str) -> bool:
        """Whether the text was signed under this secret; in constant time."""
        made = hmac.digest(_bytes(secret), _bytes(self.text), "sha256").hex()
        return hmac.compare_digest(made.encode(), _bytes(self.proof))

    def check(self, now: datetime, skew: timedelta) -> None:
        """What is signed is what was sent, enough is signed, and it is of now.

        Raises NotAllowed: CREDENTIALS or TIMESTAMP, with the header's name.
        """
        signed = _signed(self.text)
        listed = {_full(n) for n in self.headers.get(NAMES, "").split(";") if n.strip()}
        if listed != signed.keys():
            _refuse(NAMES)
        for name, value in signed.items():
            if self.headers.get(name) != value:
                _refuse(name)
        for name in _due(self.headers):
            if name not in signed:
                _refuse(name)
        _check_time(signed[TIMESTAMP], now, skew)


def claimed(headers: Mapping[str, str]) -> SignedHeaders | None:
    """What the headers say is signed; None where they say nothing of the kind."""
    if PROOF not in headers and TEXT not in headers:
        return None
    return SignedHeaders(
        system_id=headers.get(SYSTEM_ID, ""),
        text=headers.get(TEXT, ""),
        proof=headers.get(PROOF, "").strip().lower(),
        headers=headers,
    )


def _due(headers: Mapping[str, str]) -> tuple[str, ...]:
    """What must be among the signed ones; a body without a signed hash is nobody's."""
    length = headers.get("content-length", "0").strip()
    if length == "0" and "transfer-encoding" not in headers:
        return (SYSTEM_ID, TIMESTAMP)
    return (SYSTEM_ID, TIMESTAMP, HASH_FILE)


def _signed(text: str) -> dict[str, str]:
    """The signed headers under their full names in lower case."""
    if len(text) > _LONGEST:
        _refuse(TEXT)
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise NotAllowed(Fault(FaultCode.CREDENTIALS, TEXT)) from error
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        _refuse(TEXT)
    found = {_full(name): value for name, value in pairs}
    if len(found) != len(pairs):  # a name twice can be read two ways
        _refuse(TEXT)
    return found


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and all(isinstance(side, str) for side in pair)


def _full(name: str) -> str:
    """A name in lower case with its prefix; kits write it with and without."""
    low = name.strip().lower()
    return low if low.startswith(PREFIX) else PREFIX + low


def _check_time(text: str, now: datetime, skew: timedelta) -> None:
    stated = _moment(text) if _TIME.fullmatch(text) else None
    if stated is None or abs(stated - now) > skew:
        raise NotAllowed(Fault(FaultCode.TIMESTAMP, TIMESTAMP))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, _TIME_FORM)  # noqa: DTZ007 - the form has %z
    except ValueError:  # the 31st of February
        return None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _refuse(place: str) -> Never:
    raise NotAllowed(Fault(FaultCode.CREDENTIALS, place))
