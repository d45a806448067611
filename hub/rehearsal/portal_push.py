"""How a portal pushes to a hub: lots, sessions, and answers believed by their words."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from hub.rehearsal import portal_wire
from hub.rehearsal.axis_wire import object_of
from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.misspeaking import misspelled

_PATIENCE = ClientTimeout(total=60)
_ADD, _UPDATE, _PROGRESS = "add", "update", "progress"
_Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Door:
    """Where the hub takes, and how the portal is known there: token or login."""

    url: str
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    #: `madonvi` of every frame.
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the hub said of one lot."""

    believed: bool
    code: str
    message: str
    exists: bool = False
    #: The session is not known any more.
    ended: bool = False


class Pusher:
    """Hands lots to one hub; troubles them on purpose as faults say."""

    def __init__(self, door: Door, faults: Faults) -> None:
        self._door = door
        self._faults = faults
        self._session = ""
        self._client: ClientSession | None = None

    async def start(self) -> None:
        """Be able to call."""
        self._client = ClientSession(timeout=_PATIENCE)

    async def stop(self) -> None:
        """Call no more."""
        if self._client:
            await self._client.close()

    async def push(self, act: str, rows: _Rows) -> Said:
        """One lot of `add`, `update` or `progress`, as far as one try goes.

        An ended session is begun again once; "đã tồn tại" is sent as an update.
        """
        said = await self._try(act, rows)
        if said.ended and self._door.username:
            self._session = ""
            said = await self._try(act, rows)
        if said.exists and act != _UPDATE:
            said = await self._try(_UPDATE if act == _ADD else act, rows, again=True)
        return said

    async def _try(self, act: str, rows: _Rows, *, again: bool = False) -> Said:
        try:
            return await self._say(act, rows, again=again)
        except (ClientError, TimeoutError, ConnectionError, _Cut) as error:
            return Said(believed=False, code="", message=type(error).__name__)

    async def _say(self, act: str, rows: _Rows, *, again: bool) -> Said:
        if self._door.username and not self._session:
            told = await self._log_in()
            if not told.believed:
                return told
        if self._session and self._faults.strikes(Mishap.EXPIRED):
            self._session += "x"
        path = (
            portal_wire.HUB_PROGRESS if act == _PROGRESS else portal_wire.HUB_DOSSIERS
        )
        body = json.dumps(
            self._frame(act, rows, again=again), ensure_ascii=False
        ).encode()
        if self._faults.strikes(Mishap.DUPLICATES):  # the answer to the first is lost
            await self._post(path, body)
        return _read(*await self._post(path, body))

    async def _log_in(self) -> Said:
        door = self._door
        asked = {"username": door.username, "password": door.password}
        status, told = await self._post(
            portal_wire.HUB_AUTH, json.dumps(asked).encode(), whole=True
        )
        self._session = str(told.get("session") or "")
        return _read(status, told)

    def _frame(self, act: str, rows: _Rows, *, again: bool) -> dict[str, Any]:
        rows = list(rows)
        if self._faults.strikes(Mishap.REORDERED):
            rows.reverse()
        if self._faults.strikes(Mishap.WORDS):
            rows = [misspelled(row) for row in rows]
        is_update = again or act == _UPDATE
        service = "CapNhatTienDoHoSoMC" if act == _PROGRESS else "DongBoHoSoMC"
        return {
            "session": self._session,
            "madonvi": self._door.unit,
            "service": service,
            "isUpdating": str(is_update),
            "data": rows,
        }

    async def _post(
        self, path: str, body: bytes, *, whole: bool = False
    ) -> tuple[int, dict[str, Any]]:
        assert self._client, "start it first"
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
        }
        if self._door.token:
            headers["Authorization"] = f"Bearer {self._door.token}"
        data = body if whole else await self._troubled(body)
        url = self._door.url.rstrip("/") + path
        async with self._client.post(url, data=data, headers=headers) as answer:
            return answer.status, object_of(await answer.text())

    async def _troubled(self, body: bytes) -> bytes | AsyncIterator[bytes]:
        """What is sent: all of it, late, or half, at once or after a long silence."""
        if self._faults.strikes(Mishap.SLOW):
            await asyncio.sleep(self._faults.slow_seconds)
        if self._faults.strikes(Mishap.HALF_OPEN):
            return _half(body, self._faults.half_open_seconds)
        return _half(body, 0) if self._faults.strikes(Mishap.CUT) else body


class _Cut(Exception):
    """The portal's line breaks in the middle of what it says."""


async def _half(body: bytes, silence: float) -> AsyncIterator[bytes]:
    yield body[: len(body) // 2]
    await asyncio.sleep(silence)
    raise _Cut


def _read(status: int, told: Mapping[str, Any]) -> Said:
    code = str(told.get("error_code", f"HTTP {status}"))
    return Said(
        believed=portal_wire.believed(status, told),
        code=code,
        message=str(told.get("message") or ""),
        exists=portal_wire.exists(told),
        ended=code == str(int(portal_wire.Code.SESSION)),
    )
