"""The simulated axis as Lạng Sơn's LGSP is called; the wire is in `lgsp_wire.py`."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import web

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.axis_post import Handed
from hub.rehearsal.axis_wire import as_json, days_of, file_of, form_of, object_of
from hub.rehearsal.beside import laid_beside
from hub.rehearsal.edxml_peek import glance
from hub.rehearsal.lgsp_wire import FILE_PART, LANGSON, NO_BEARER

if TYPE_CHECKING:
    from hub.rehearsal.called_axis import AxisSimulator

_Told = dict[str, Any]
_Act = Callable[[str, web.Request], Awaitable[_Told]]


class LgspFace:
    """A login, a bearer token, system id and secret beside it."""

    def __init__(self, axis: "AxisSimulator") -> None:
        self._axis = axis

    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""
        answering = self._answering
        return [
            web.post(f"{LANGSON}/auth/login", self._log_in),
            web.get(f"{LANGSON}/syncReceivedEdocList", answering(self._list)),
            web.get(f"{LANGSON}/getEdoc", answering(self._get)),
            web.post(f"{LANGSON}/updateStatus", answering(self._update)),
            web.post(f"{LANGSON}/sendEdoc", answering(self._send)),
            web.get(f"{LANGSON}/getAgenciesList", answering(self._catalogue)),
        ]

    async def _log_in(self, request: web.Request) -> web.Response:
        said = object_of(await request.read())
        bearers = self._axis.bearers
        try:
            token = bearers.begin(str(said.get("username")), str(said.get("password")))
        except Refusal as no:
            return as_json({"success": False, "message": no.words}, no.status)
        told = {"success": True, "token": token, "expiresIn": bearers.seconds}
        return as_json(told)

    def _answering(self, act: _Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                told = await act(self._axis.bearers.system_of(request), request)
            except Refusal as no:
                return as_json(_refused(no), no.status)
            return as_json(self._axis.faults.misspoken(told))

        return answer

    async def _list(self, system: str, request: web.Request) -> _Told:
        asked = request.query
        since, until = days_of(asked)
        kind = asked.get("messageType", "edoc")
        lines = self._axis.rows(system, kind, since, until)
        rows = [spelled(self._axis.row(line)) for line in lines]
        return _well({"count": len(rows), "data": rows})

    async def _get(self, system: str, request: web.Request) -> _Told:
        line = self._axis.given(system, request.query.get("docId", ""))
        seen = glance(line.data)
        beside = self._axis.beside
        edxml, files = laid_beside(line.data) if beside else (line.data, [])
        return {
            "docId": line.doc_id,
            "from": line.sender,
            "fromName": seen.sender_name,
            "edocCode": seen.notation,
            "edocAbstract": seen.subject,
            "edxml": base64.b64encode(edxml).decode(),
            "attachments": files,
        }

    async def _update(self, system: str, request: web.Request) -> _Told:
        said = object_of(await request.read())
        doc_id, word = str(said.get("docId", "")), str(said.get("status", ""))
        self._axis.acknowledge(system, doc_id, word, str(said.get("description", "")))
        return _well({"message": "Cập nhật thành công"})

    async def _send(self, system: str, request: web.Request) -> _Told:
        data = await file_of(request, FILE_PART)
        form = await form_of(request)
        name = getattr(form.get(FILE_PART), "filename", "")
        if not name.endswith(".edxml"):
            raise Refusal(Code.FILE, "tên tệp phải kết thúc bằng .edxml")
        handed = Handed(str(form.get("messageType", "edoc")), data)
        doc_id = self._axis.post.take(system, handed)
        return {"success": True, "message": "Gửi thành công", "docId": doc_id}

    async def _catalogue(self, _: str, __: web.Request) -> _Told:
        return _well({"data": self._axis.bodies()})


def spelled(row: Mapping[str, Any]) -> _Told:
    """A line of a list in the LGSP's spelling: createdTime, status in small letters."""
    told = {_camel(name): value for name, value in row.items()}
    return {**told, "status": row["status"].lower()}


def _well(told: _Told) -> _Told:
    return {"success": True, "errorCode": 0, "errorDesc": "", **told}


def _refused(no: Refusal) -> _Told:
    if no.code is Code.OK:
        return dict(NO_BEARER)
    data = {
        "docId": None,
        "status": "fail",
        "errorCode": int(no.code),
        "errorDesc": no.words,
    }
    return {"success": False, "message": no.words, "data": data}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
