"""The simulated axis behind an API manager (WSO2); the wire is in `lgsp_wire.py`."""

import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.axis_post import Handed
from hub.rehearsal.axis_wire import Pages, as_json, days_of, form_of, object_of
from hub.rehearsal.lgsp_face import spelled
from hub.rehearsal.lgsp_wire import NO_BEARER, TOKEN, WSO2

if TYPE_CHECKING:
    from hub.rehearsal.called_axis import AxisSimulator

_PAGE, _CATALOGUE_PAGE = 50, 1000
_Told = dict[str, Any]
_Act = Callable[[str, web.Request], Awaitable[_Told]]


class Wso2Face:
    """Client credentials, a bearer, resources in Vietnamese."""

    def __init__(self, axis: "AxisSimulator") -> None:
        self._axis = axis
        self._pages = Pages(axis.faults)

    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""
        one = f"{WSO2}/vanbans/{{doc_id}}"
        bodies = f"{WSO2}/donvilienthongs"
        answering = self._answering
        return [
            web.post(TOKEN, self._log_in),
            web.get(f"{WSO2}/vanbans", answering(self._list)),
            web.post(f"{WSO2}/vanbans", answering(self._send)),
            web.get(one, answering(self._get)),
            web.put(one, answering(self._update)),
            web.get(bodies, answering(self._catalogue)),
            web.post(bodies, answering(self._register)),
            web.put(bodies, answering(self._register)),
        ]

    async def _log_in(self, request: web.Request) -> web.Response:
        try:
            form = await form_of(request)
        except Refusal:
            return as_json({"error": "invalid_request"}, 400)
        name, word = _basic(request.headers.get("Authorization", ""))
        if form.get("grant_type") != "client_credentials":
            return as_json({"error": "unsupported_grant_type"}, 400)
        try:
            token = self._axis.bearers.begin(name, word)
        except Refusal:
            return as_json({"error": "invalid_client"}, 401)
        told = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": int(self._axis.bearers.seconds),
            "scope": "default",
        }
        return as_json(told)

    def _answering(self, act: _Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            try:
                told = await act(self._axis.bearers.system_of(request), request)
            except Refusal as no:
                return as_json(_refused(no), no.status)
            well = {"status": "OK", "errorCode": "0", "errorDesc": "", **told}
            return as_json(self._axis.faults.misspoken(well))

        return answer

    async def _list(self, system: str, request: web.Request) -> _Told:
        asked = request.query
        kind = asked.get("messageType", "edoc")
        since, until = days_of(asked)
        index, size = _page(request, _PAGE)
        lines = self._axis.rows(system, kind, since, until)
        key = (system, kind, str(since), str(until))
        page = self._pages.cut(lines, index, size, key)
        rows = [spelled(self._axis.row(line)) for line in page]
        return {"data": rows, "total": len(lines)}

    async def _get(self, system: str, request: web.Request) -> _Told:
        line = self._axis.given(system, request.match_info["doc_id"])
        return {"docId": line.doc_id, "data": base64.b64encode(line.data).decode()}

    async def _update(self, system: str, request: web.Request) -> _Told:
        said = object_of(await request.read())
        word, why = str(said.get("status", "")), str(said.get("description", ""))
        self._axis.acknowledge(system, request.match_info["doc_id"], word, why)
        return {}

    async def _send(self, system: str, request: web.Request) -> _Told:
        said = object_of(await request.read())
        try:
            data = base64.b64decode(str(said.get("data", "")), validate=True)
        except binascii.Error as error:
            raise Refusal(Code.FILE, "data không phải base64") from error
        handed = Handed(str(said.get("messageType", "edoc")), data)
        return {"docId": self._axis.post.take(system, handed)}

    async def _catalogue(self, _: str, request: web.Request) -> _Told:
        index, size = _page(request, _CATALOGUE_PAGE)
        bodies = self._axis.bodies()
        if province := request.query.get("province"):
            bodies = [b for b in bodies if province in str(b.get("code")).split(".")]
        page = bodies[(index - 1) * size : index * size]
        return {"data": page, "total": len(bodies)}

    async def _register(self, _: str, request: web.Request) -> _Told:
        self._axis.register(object_of(await request.read()))
        return {}


def _basic(header: str) -> tuple[str, str]:
    """Name and password of `Basic …`; ("", "") where they cannot be read."""
    scheme, _, coded = header.partition(" ")
    try:
        text = base64.b64decode(coded, validate=True).decode()
    except ValueError:  # neither base64 nor UTF-8
        return "", ""
    name, _, word = text.partition(":")
    return (name, word) if scheme.lower() == "basic" else ("", "")


def _page(request: web.Request, size: int) -> tuple[int, int]:
    asked = request.query
    return Pages.asked(asked.get("pageIndex", ""), asked.get("pageSize", ""), size)


def _refused(no: Refusal) -> _Told:
    if no.code is Code.OK:
        return dict(NO_BEARER)
    return {"status": "FAIL", "errorCode": no.code, "errorDesc": no.words}
