"""The simulated axis as the national kit calls it (EDXML.md 3.1)."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from hub.rehearsal.axis_wire import Refusal, as_json, day_of, file_of, object_of
from hub.rehearsal.faults import Mishap

if TYPE_CHECKING:
    from hub.rehearsal.called_axis import AxisSimulator

BASE = "/XrdAdapter/adapter"
_P = "XroadVnpt-"
#: How far a signed moment may be from ours.
_SKEW = timedelta(minutes=10)


class VxpFace:
    """Parameters as signed headers, everything by POST."""

    def __init__(self, axis: "AxisSimulator") -> None:
        self._axis = axis

    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""
        acts = {
            "getReceivedEdocList": self._list,
            "getEdoc": self._get,
            "updateStatus": self._update,
            "sendEdoc": self._send,
            "getAgenciesListQD20": self._catalogue,
        }
        return [
            web.post(f"{BASE}/{n}", self._answering(act)) for n, act in acts.items()
        ]

    def _answering(self, act: Callable[..., Any]) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.Response:
            try:
                told = await act(self._signed_by(request), request)
            except Refusal as no:
                told = {"status": "FAIL", "ErrorCode": no.code, "ErrorDesc": no.words}
            return as_json(told)

        return answer

    def _signed_by(self, request: web.Request) -> str:
        """The system whose secret signed the headers; raises Refusal."""
        text = request.headers.get(_P + "header-json", "")
        named = request.headers.get(_P + "signed-headers", "").split(";")
        system = request.headers.get(_P + "systemid", "")
        known = {one.id: one.secret for one in self._axis.systems}
        proof = hmac.digest(
            known.get(system, secrets.token_hex()).encode(), text.encode(), "sha256"
        ).hex()
        shown = request.headers.get(_P + "hash-header", "")
        if not hmac.compare_digest(proof.encode(), shown.encode()):
            raise Refusal("15", "SystemId or SecretKey is wrong")
        said = object_of(text)
        if any(request.headers.get(name) != said.get(name) for name in named):
            raise Refusal("15", "the signed headers are not those of the request")
        self._in_time(request.headers.get(_P + "timestamp", ""))
        return system

    def _in_time(self, text: str) -> None:
        try:
            moment = datetime.strptime(text, "%d%m%YT%H%M%S%z")
        except ValueError as error:
            raise Refusal("100", f"timestamp {text!r}") from error
        skew = (
            timedelta(hours=1)
            if self._axis.faults.strikes(Mishap.SKEW)
            else timedelta()
        )
        if abs(datetime.now(UTC) + skew - moment) > _SKEW:
            raise Refusal("100", "timestamp: the clocks are apart")

    async def _list(self, system: str, request: web.Request) -> dict[str, Any]:
        asked = _Headers(request)
        size, index = int(asked("pageSize")), int(asked("pageIndex"))
        since, until = day_of(asked("fromDate")), day_of(asked("toDate"))
        lines = self._axis.rows(system, asked("messagetype"), since, until)
        start = (index - 1) * size
        if index > 1 and self._axis.faults.strikes(Mishap.DRIFT):
            start -= 1  # the last of the page before once more
        page = [self._axis.row(line) for line in lines[start : start + size]]
        return {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "data": page}

    async def _get(self, system: str, request: web.Request) -> dict[str, Any]:
        data = self._axis.given(system, _Headers(request)("docId"))
        return {"status": "OK", "ErrorCode": "0", "data": data.decode()}

    async def _update(self, system: str, request: web.Request) -> dict[str, Any]:
        asked = _Headers(request)
        self._axis.acknowledge(system, asked("docId"), asked("status"))
        return {"status": "OK", "ErrorCode": self._axis.zero(), "ErrorDesc": ""}

    async def _send(self, system: str, request: web.Request) -> dict[str, Any]:
        asked = _Headers(request)
        data = await file_of(request, "file_doc")
        if hashlib.sha256(data).hexdigest() != asked("hash-file"):
            raise Refusal("10", "hash-file: not of this file")
        doc_id = self._axis.take(system, asked("messagetype"), asked("to"), data)
        return {"status": "OK", "ErrorCode": self._axis.zero(), "DocId": doc_id}

    async def _catalogue(self, _: str, request: web.Request) -> dict[str, Any]:
        asked = _Headers(request)
        size, index = int(asked("pageSize")), int(asked("pageIndex"))
        rows = list(self._axis.catalogue())[(index - 1) * size : index * size]
        return {"status": "OK", "ErrorCode": "0", "data": rows}


@dataclass(frozen=True, slots=True)
class _Headers:
    """Parameters that travel as headers; raises Refusal for one that is not there."""

    request: web.Request

    def __call__(self, name: str) -> str:
        value = self.request.headers.get(_P + name)
        if value is None:
            raise Refusal("100", f"{_P}{name}: missing")
        return value
