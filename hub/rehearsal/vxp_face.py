"""The simulated axis as the national kit calls it; the wire is in `vxp_wire.py`."""

import base64
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from hub.rehearsal import vxp_wire
from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.axis_post import Handed
from hub.rehearsal.axis_wire import Pages, as_json, day_of, file_of, object_of
from hub.rehearsal.ledger import DONE, FAIL, Line
from hub.rehearsal.vxp_wire import Asked

if TYPE_CHECKING:
    from hub.rehearsal.called_axis import AxisSimulator

_PAGE, _CATALOGUE_PAGE = 50, 1000
_Told = dict[str, Any]
_Act = Callable[[str, Asked, web.Request], Awaitable[_Told]]


class VxpFace:
    """Parameters as signed headers, everything by POST but the counters."""

    def __init__(self, axis: "AxisSimulator") -> None:
        self._axis = axis
        self._pages = Pages(axis.faults)

    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""
        posts: Mapping[str, _Act] = {
            "getReceivedEdocList": self._received,
            "getSentEdocList": self._sent,
            "getEdoc": self._get,
            "downloadEdoc": self._get,
            "updateStatus": self._update,
            "sendEdoc": self._send,
            "getAgenciesList": self._catalogue,
            "getAgenciesListQD20": self._catalogue,
            "getSynchronizeUnit": self._catalogue,
            "registerAgency": self._register,
            "deleteAgency": self._unregister,
        }
        gets: Mapping[str, _Act] = {
            "countReceiveEdoc": self._count,
            "countReceiveStatus": self._count,
        }
        return [
            web.route(verb, f"{vxp_wire.BASE}/{name}", self._answering(act))
            for verb, acts in (("POST", posts), ("GET", gets))
            for name, act in acts.items()
        ]

    def _answering(self, act: _Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                system, asked = self._signed_by(request)
                told = _well(await act(system, asked, request))
            except Refusal as no:
                told = {"status": "FAIL", "ErrorCode": no.code, "ErrorDesc": no.words}
            return as_json(self._axis.faults.misspoken(told))

        return answer

    def _signed_by(self, request: web.Request) -> tuple[str, Asked]:
        """The system whose secret signed the headers, and what is signed."""
        named = vxp_wire.claimed_system(request.headers)
        known = {one.id: one.secret for one in self._axis.systems}
        # A system nobody knows is refused as a wrong secret is, and takes as long.
        asked = vxp_wire.prove(
            request.headers, known.get(named, "") or secrets.token_hex()
        )
        if asked.get("systemid") != named:
            raise Refusal(Code.CREDENTIALS, "systemid phải được ký")
        skew = timedelta(minutes=self._axis.skew_minutes)
        vxp_wire.check_time(asked, self._axis.faults.now(), skew)
        return named, asked

    async def _received(self, system: str, asked: Asked, _: web.Request) -> _Told:
        return self._listed(self._axis.rows(system, *_window(asked)), system, asked)

    async def _sent(self, system: str, asked: Asked, _: web.Request) -> _Told:
        return self._listed(self._axis.sent(system, *_window(asked)), system, asked)

    def _listed(self, lines: list[Line], system: str, asked: Asked) -> _Told:
        index, size = _page(asked, _PAGE)
        key = (system, *map(asked.get, ("messagetype", "fromDate", "toDate")))
        page = self._pages.cut(lines, index, size, key)
        return {"data": [self._axis.row(one) for one in page], "total": len(lines)}

    async def _get(self, system: str, asked: Asked, _: web.Request) -> _Told:
        line = self._axis.given(system, _due(asked, "docId"))
        return {"docId": line.doc_id, "data": base64.b64encode(line.data).decode()}

    async def _update(self, system: str, asked: Asked, _: web.Request) -> _Told:
        doc_id, word = _due(asked, "docId"), _due(asked, "status")
        self._axis.acknowledge(system, doc_id, word, asked.get("description"))
        return {}

    async def _send(self, system: str, asked: Asked, request: web.Request) -> _Told:
        data = await file_of(request, vxp_wire.FILE_PART)
        if hashlib.sha256(data).hexdigest() != _due(asked, "hash-file").lower():
            raise Refusal(Code.FILE, "hash-file không khớp tệp")
        to = (code.strip() for code in asked.get("to").split(";"))
        handed = Handed(
            _due(asked, "messagetype"),
            data,
            _due(asked, "from"),
            tuple(code for code in to if code),
        )
        return {"DocId": self._axis.post.take(system, handed)}

    async def _catalogue(self, _: str, asked: Asked, __: web.Request) -> _Told:
        index, size = _page(asked, _CATALOGUE_PAGE)
        bodies = self._axis.bodies()
        page = bodies[(index - 1) * size : index * size]
        return {"data": page, "total": len(bodies)}

    async def _register(self, _: str, asked: Asked, request: web.Request) -> _Told:
        body = object_of(await request.read())
        self._axis.register({"code": asked.get("code"), "name": "", **body})
        return {}

    async def _unregister(self, _: str, asked: Asked, __: web.Request) -> _Told:
        self._axis.unregister(_due(asked, "code"))
        return {}

    async def _count(self, system: str, _: Asked, request: web.Request) -> _Told:
        kind = "status" if request.path.endswith("Status") else "edoc"
        waiting = [
            line
            for line in self._axis.ledger.of(system, kind)
            if line.state not in {DONE, FAIL}
        ]
        return {"data": len(waiting)}


def _well(told: _Told) -> _Told:
    return {"status": "OK", "ErrorCode": Code.OK, "ErrorDesc": "", **told}


def _window(asked: Asked) -> tuple[str, date, date]:
    kind = asked.get("messagetype") or "edoc"
    return kind, day_of(asked.get("fromDate")), day_of(asked.get("toDate"))


def _page(asked: Asked, size: int) -> tuple[int, int]:
    return Pages.asked(asked.get("pageIndex"), asked.get("pageSize"), size)


def _due(asked: Asked, name: str) -> str:
    value = asked.get(name)
    if not value:
        raise Refusal(Code.SDK, f"{vxp_wire.PREFIX}{name}: thiếu hoặc chưa ký")
    return value
