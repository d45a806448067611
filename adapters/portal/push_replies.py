"""What the push door says, in the portal's own form: {error_code, message, ...}.

Portals believe a reply only when error_code is 0 *and* the message says "thành công"
(EDXML.md 4.4): both stand in every success and never both elsewhere.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from hub.model.arrivals import Taken
from hub.model.faults import SENTENCES, Fault, FaultCode

#: error_code: all is well; put it right; try later; log in (again).
WELL, REFUSED, NOT_NOW, LOG_IN = 0, -1, -2, -3
RETRY_SECONDS = 5

STATUS: Mapping[FaultCode, int] = {
    FaultCode.CREDENTIALS: HTTPStatus.UNAUTHORIZED,
    FaultCode.TIMESTAMP: HTTPStatus.UNAUTHORIZED,
    FaultCode.RATE: HTTPStatus.TOO_MANY_REQUESTS,
    FaultCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FaultCode.TOO_MANY_PARTS: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FaultCode.CONTENT_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}
_CODES = {FaultCode.CREDENTIALS: LOG_IN, FaultCode.RATE: NOT_NOW}


@dataclass(frozen=True, slots=True)
class ItemRefused:
    """One dossier of a lot that was not taken."""

    fault: Fault


Outcome = Taken | ItemRefused


def taken(outcomes: Sequence[Outcome]) -> web.Response:
    """What became of each dossier of a lot, in its order."""
    rows = [_row(number, one) for number, one in enumerate(outcomes)]
    refused = [row for row in rows if row["error_code"] != WELL]
    if refused:
        message = (
            f"Chỉ nhận {len(rows) - len(refused)}/{len(rows)} hồ sơ: "
            f"{refused[0]['message']}"
        )
        more = {"code": refused[0]["code"], "place": refused[0]["place"], "data": rows}
        return _reply(HTTPStatus.BAD_REQUEST, REFUSED, message, more)
    message = f"Tiếp nhận thành công {len(rows)} hồ sơ; kết quả sẽ được báo sau."
    return _reply(HTTPStatus.OK, WELL, message, {"code": "", "place": "", "data": rows})


def session(text: str) -> web.Response:
    """A session that has begun."""
    message = "Đăng nhập thành công."
    more = {"code": "", "place": "", "data": [], "session": text}
    return _reply(HTTPStatus.OK, WELL, message, more)


def refused(fault: Fault) -> web.Response:
    """The whole message was not taken."""
    status = STATUS.get(fault.code, HTTPStatus.BAD_REQUEST)
    code = _CODES.get(fault.code, REFUSED)
    return _reply(status, code, _sentence(fault), _told(fault))


def not_now() -> web.Response:
    """Not all of it was taken; the whole again in a moment will be."""
    message = "Trục tạm thời chưa nhận được; đề nghị gửi lại sau."
    more = {"code": "not-now", "place": "", "data": []}
    response = _reply(HTTPStatus.SERVICE_UNAVAILABLE, NOT_NOW, message, more)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _row(number: int, outcome: Outcome) -> dict[str, object]:
    if isinstance(outcome, ItemRefused):
        fault = outcome.fault
        return {
            "index": number,
            "error_code": REFUSED,
            "code": fault.code,
            "place": fault.place,
            "message": _sentence(fault),
        }
    arrival = outcome.arrival
    return {
        "index": number,
        "error_code": WELL,
        "code": "",
        "place": "",
        "message": "Tiếp nhận thành công.",
        "arrival": arrival.id,
        "sha256": arrival.digest,
        "repeated": outcome.repeated,
    }


def _told(fault: Fault) -> dict[str, object]:
    return {"code": fault.code, "place": fault.place, "data": []}


def _sentence(fault: Fault) -> str:
    where = f" ({fault.place})" if fault.place else ""
    return SENTENCES[fault.code][0] + where


def _reply(
    status: int, error_code: int, message: str, more: Mapping[str, object]
) -> web.Response:
    told = {"error_code": error_code, "message": message, **more}
    body = json.dumps(told, ensure_ascii=False).encode()
    response = web.Response(status=status, body=body, content_type="application/json")
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
