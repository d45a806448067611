"""What is asked and answered at the REST door of agencies, as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from aiohttp import web

from hub import problems
from hub.errors import PermanentFailure
from hub.model.arrivals import Taken
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest
from hub.model.shelf import Standing

#: Media types the translator knows; anything else is told at the door.
DOCUMENTS = frozenset(
    {
        "application/xml",
        "text/xml",
        "application/edxml",
        "application/edxml+xml",
        "multipart/related",
        "multipart/form-data",
    }
)
#: A status is edXML, or a small JSON object.
STATUSES = DOCUMENTS | {"application/json"}
MOST = 100
SECONDS = range(10, 3_601)
#: Of a request that only says something.
_TOLD_BYTES = 4_096
_REASON = 500
#: Python makes no number of some thousand.
_DIGITS = 10
#: Of the headers a consumer gets: told otherwise here.
_ELSEWHERE = frozenset({"content_type", "body", "body_sha256", "body_size", "body_url"})


@dataclass(frozen=True, slots=True)
class Wish:
    """How many, and for how many seconds."""

    most: int
    seconds: int


def limit_of(request: web.Request) -> int:
    """`limit` of a query, 1 to MOST; raises PermanentFailure(FRAME)."""
    return _number(request.query.get("limit", "50"), "limit", range(1, MOST + 1))


async def wish_of(request: web.Request) -> Wish:
    """`most` and `seconds`; raises PermanentFailure."""
    said = await told(request)
    return Wish(
        most=_number(said.get("most", 10), "most", range(1, MOST + 1)),
        seconds=_number(said.get("seconds", 300), "seconds", SECONDS),
    )


async def told(request: web.Request) -> dict[str, Any]:
    """The JSON object of a small request; {} where it is empty.

    Raises PermanentFailure: TOO_LARGE, FRAME (no JSON object).
    """
    body = await request.content.read(_TOLD_BYTES + 1)
    while body and len(body) <= _TOLD_BYTES and not request.content.at_eof():
        body += await request.content.read(_TOLD_BYTES + 1 - len(body))
    if len(body) > _TOLD_BYTES:
        raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=f"{_TOLD_BYTES}"))
    try:
        found = json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError) as error:
        raise PermanentFailure(Fault(FaultCode.FRAME, "body")) from error
    if not isinstance(found, dict):
        raise PermanentFailure(Fault(FaultCode.FRAME, "body"))
    return found


def reason_of(said: dict[str, Any]) -> str:
    """Why an agency refuses; raises PermanentFailure(FRAME) without a word."""
    reason = said.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise PermanentFailure(Fault(FaultCode.FRAME, "reason"))
    # Half a pair is JSON and no text: nothing could write it down.
    return reason.strip()[:_REASON].encode(errors="replace").decode()


def _number(value: object, place: str, allowed: range) -> int:
    """A whole number as JSON or a query has it; raises PermanentFailure(FRAME)."""
    written = str(value) if isinstance(value, int | str) else ""
    digits = written.isascii() and written.isdecimal() and len(written) < _DIGITS
    if not digits or int(written) not in allowed:
        detail = f"{allowed.start} - {allowed.stop - 1}"
        raise PermanentFailure(Fault(FaultCode.FRAME, place, detail))
    return int(written)


def listed(found: Sequence[Standing], public_url: str, now: datetime) -> web.Response:
    """What stands on a shelf."""
    return _json(
        HTTPStatus.OK, {"deliveries": [_shown(one, public_url, now) for one in found]}
    )


def _shown(one: Standing, public_url: str, now: datetime) -> dict[str, Any]:
    headers = one.headers
    leased = one.lease_until if one.lease_until and one.lease_until > now else None
    return {
        "message_id": one.id,
        "kind": one.kind,
        "since": one.since.isoformat(),
        "leased_until": leased.isoformat() if leased else None,
        "leases": one.leases,
        "content_url": f"{public_url}/agencies/v1/deliveries/{one.id}",
        "content_type": headers.get("content_type", ""),
        "content_sha256": one.body or Digest(""),
        "content_size": headers.get("body_size", 0),
        "headers": {k: v for k, v in headers.items() if k not in _ELSEWHERE},
    }


def taken(what: Taken) -> web.Response:
    """What the agency sent is kept."""
    arrival = what.arrival
    return _json(
        HTTPStatus.ACCEPTED,
        {
            "arrival": arrival.id,
            "sha256": arrival.digest,
            "size": arrival.size,
            "taken_at": arrival.accepted_at.isoformat(),
            "repeated": what.repeated,
            "message": "Đã nhận và lưu; kết quả sẽ được báo sau.",
            "message_en": "Taken and kept; the outcome follows as a notice.",
        },
    )


def unknown() -> web.Response:
    """Nothing of the kind left for this agency, or its bytes were erased."""
    return problems.plain(
        HTTPStatus.NOT_FOUND,
        "no-such-delivery",
        "Không có gói tin này cho cơ quan, hoặc nội dung đã được xóa theo hạn lưu.",
        "Nothing of the kind was delivered to you, or its bytes are erased.",
    )


def _json(status: HTTPStatus, value: dict[str, Any]) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, content_type="application/json")
