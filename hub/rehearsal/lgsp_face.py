"""The simulated axis as a provincial LGSP is called (EDXML.md 3.2)."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

from hub.rehearsal.axis_wire import Refusal, as_json, day_of, file_of, object_of
from hub.rehearsal.faults import Mishap

if TYPE_CHECKING:
    from hub.rehearsal.called_axis import AxisSimulator

BASE = "/v1"


class LgspFace:
    """A login, a bearer token, system id and secret beside it."""

    def __init__(self, axis: "AxisSimulator") -> None:
        self._axis = axis
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""
        return [
            web.post(f"{BASE}/auth/login", self._log_in),
            web.get(f"{BASE}/syncReceivedEdocList", self._answering(self._list)),
            web.get(f"{BASE}/getEdoc", self._answering(self._get)),
            web.post(f"{BASE}/updateStatus", self._answering(self._update)),
            web.post(f"{BASE}/sendEdoc", self._answering(self._send)),
            web.get(f"{BASE}/getAgenciesList", self._answering(self._catalogue)),
        ]

    async def _log_in(self, request: web.Request) -> web.Response:
        said = object_of(await request.text())
        for system in self._axis.systems:
            mine = (said.get("username"), said.get("password"))
            if system.username and mine == (system.username, system.password):
                token = secrets.token_urlsafe(24)
                end = datetime.now(UTC) + timedelta(seconds=self._axis.token_seconds)
                self._tokens[token] = (system.id, end)
                return as_json({"token": token, "expiresIn": self._axis.token_seconds})
        return as_json({"success": False, "message": "login"}, 401)

    def _answering(self, act: Callable[..., Any]) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.Response:
            try:
                told = await act(self._shown_by(request), request)
            except Refusal as no:
                data = {"errorCode": no.code, "errorDesc": no.words, "status": "FAIL"}
                told = {"success": False, "message": no.words, "data": data}
                return as_json(told, no.status)
            return as_json(told)

        return answer

    def _shown_by(self, request: web.Request) -> str:
        """The system behind token, system id and secret; raises Refusal."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        system, end = self._tokens.get(token, ("", datetime.now(UTC)))
        if self._axis.faults.strikes(Mishap.EXPIRED):
            self._tokens.pop(token, None)
            system = ""
        if not system or datetime.now(UTC) >= end:
            raise Refusal("", "licenseInfo:invalid", 401)
        shown = (request.headers.get("X-SystemId"), request.headers.get("X-SecretKey"))
        if shown not in {(one.id, one.secret) for one in self._axis.systems}:
            raise Refusal("15", "SystemId or SecretKey is wrong")
        return system

    async def _list(self, system: str, request: web.Request) -> dict[str, Any]:
        asked = request.query
        since, until = day_of(asked["fromDate"]), day_of(asked["toDate"])
        lines = self._axis.rows(system, asked["messageType"], since, until)
        rows = [self._axis.row(line) for line in lines]
        return {"success": True, "count": len(rows), "data": rows}

    async def _get(self, system: str, request: web.Request) -> dict[str, Any]:
        doc_id = request.query["docId"]
        data = self._axis.given(system, doc_id)
        return {"docId": doc_id, "from": "axis", "edxml": data.decode()}

    async def _update(self, system: str, request: web.Request) -> dict[str, Any]:
        said = object_of(await request.text())
        self._axis.acknowledge(system, str(said.get("docId")), str(said.get("status")))
        return {"success": True, "message": ""}

    async def _send(self, system: str, request: web.Request) -> dict[str, Any]:
        kind = str((await request.post()).get("messageType", "edoc"))
        data = await file_of(request, "edocFile")
        return {"success": True, "docId": self._axis.take(system, kind, "", data)}

    async def _catalogue(self, _: str, __: web.Request) -> dict[str, Any]:
        return {"success": True, "data": list(self._axis.catalogue())}
