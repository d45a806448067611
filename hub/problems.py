"""What HTTP doors say when they do not take something: RFC 9457."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from hub.model.faults import SENTENCES, Fault, FaultCode

MEDIA_TYPE = "application/problem+json"
#: A name, not an address: `type` tells problems apart and leads nowhere.
TYPE = "urn:lienthong:fault:"
RETRY_SECONDS = 5

STATUS: Mapping[FaultCode, int] = {
    FaultCode.CREDENTIALS: HTTPStatus.UNAUTHORIZED,
    FaultCode.TIMESTAMP: HTTPStatus.UNAUTHORIZED,
    FaultCode.RATE: HTTPStatus.TOO_MANY_REQUESTS,
    FaultCode.KEY_REUSED: HTTPStatus.CONFLICT,
    FaultCode.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    FaultCode.CONTENT_TYPE: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
}


def refused(fault: Fault) -> web.Response:
    """A fault as a problem document under its own status."""
    vietnamese, english = SENTENCES[fault.code]
    status = STATUS.get(fault.code, HTTPStatus.BAD_REQUEST)
    response = _problem(
        {
            "type": TYPE + fault.code,
            "title": english,
            "status": int(status),
            "detail": fault.detail,
            "code": fault.code,
            "place": fault.place,
            "message": vietnamese,
        }
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def not_now() -> web.Response:
    """Nothing was taken; the same again in a moment may be."""
    response = plain(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not-now",
        "Trục tạm thời chưa nhận được; đề nghị gửi lại sau.",
        "The hub cannot take it now; please try again later.",
    )
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def plain(status: HTTPStatus, code: str, vietnamese: str, english: str) -> web.Response:
    """A problem that is no fault of a document's."""
    return _problem(
        {
            "type": TYPE + code,
            "title": english,
            "status": int(status),
            "detail": "",
            "code": code,
            "place": "",
            "message": vietnamese,
        }
    )


def _problem(told: dict[str, str | int]) -> web.Response:
    body = json.dumps(told, ensure_ascii=False).encode()
    return web.Response(status=int(told["status"]), body=body, content_type=MEDIA_TYPE)
