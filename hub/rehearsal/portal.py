"""A simulated TTHC portal: pushes dossiers, is asked for them, hears what became.

async with PortalSimulator(Account("truc", word), door=Door(hub_url, token)) as portal:
    portal.make(20)
    await portal.push()
    ...
    assert portal.ledger.export()["taken"] == 20
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Self

from aiohttp import web

from hub.rehearsal import portal_wire
from hub.rehearsal.dossiers import Dossier, dossier, progress
from hub.rehearsal.faults import Faults
from hub.rehearsal.odd_dossiers import ODD
from hub.rehearsal.portal_face import Account, PortalFace
from hub.rehearsal.portal_files import FileFace
from hub.rehearsal.portal_ledger import Case, PortalLedger, Try
from hub.rehearsal.portal_push import Door, Pusher
from hub.rehearsal.samples import DEFAULT_DAY
from hub.rehearsal.stand import Stand, asked_of, number

_ADD, _UPDATE, _PROGRESS = "add", "update", "progress"


@dataclass
class PortalSimulator:
    """Serves on loopback; everything that happens stands in `ledger`."""

    account: Account
    #: Where dossiers are pushed to; None: the hub asks.
    door: Door | None = None
    faults: Faults = field(default_factory=Faults)
    ledger: PortalLedger = field(default_factory=PortalLedger)
    host: str = "127.0.0.1"
    port: int = 0
    #: Who may ask for the ledger and turn faults on; "": nobody.
    control_token: str = field(default="", repr=False)
    #: The day dossiers are of, and how many are in a lot that is pushed.
    day: date = DEFAULT_DAY
    lot: int = portal_wire.LOT

    def __post_init__(self) -> None:
        self._stand = Stand(self.faults, self.ledger.export, self.control_token)
        self._pusher = Pusher(self.door, self.faults) if self.door else None
        self._made = 0

    async def __aenter__(self) -> Self:
        faces = (
            PortalFace(self.ledger, self.faults, self.account),
            FileFace(self.ledger, self.faults),
        )
        routes = [route for face in faces for route in face.routes()]
        control = {"make": self._make, "push": self._push, "change": self._change}
        self.port = await self._stand.start(self.host, self.port, routes, control)
        if self._pusher:
            await self._pusher.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pusher:
            await self._pusher.stop()
        await self._stand.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    @property
    def files_url(self) -> str:
        """Where files are."""
        return f"{self.url}{portal_wire.FILES}"

    def make(self, count: int = 1, odd: str = "") -> tuple[Case, ...]:
        """So many dossiers more, with one oddity of `odd_dossiers.ODD` or none.

        Raises ValueError where nothing is called so.
        """
        if odd and odd not in ODD:
            raise ValueError(f"{odd!r}: one of {', '.join(ODD)}")
        made = []
        for _ in range(count):
            self._made += 1
            one = dossier(self._made, self.files_url, self.day)
            changed = ODD[odd](one, self.files_url) if odd else one
            made.append(self.ledger.put(one.number, changed))
        return tuple(made)

    def change(self, key: str, **fields: object) -> Case:
        """A dossier says something else now; raises ValueError where it is not here."""
        case = self.ledger.cases.get(key)
        if case is None:
            raise ValueError(f"{key!r}: no such dossier")
        return self.ledger.put(key, case.dossier.but(**fields))

    async def push(self) -> int:
        """One round of lots over what the hub has not taken; how many are left."""
        await self._lots(_ADD, self._waiting())
        return len(self._waiting())

    async def push_update(self, cases: Iterable[Case]) -> bool:
        """What dossiers say now, once more; whether all of it was taken."""
        return await self._lots(_UPDATE, list(cases))

    async def push_progress(self, cases: Iterable[Case], status: int) -> bool:
        """That dossiers have come to a status; whether all of it was taken."""
        return await self._lots(_PROGRESS, list(cases), status)

    def _waiting(self) -> list[Case]:
        return [case for case in self.ledger.cases.values() if not case.is_taken()]

    async def _lots(self, act: str, cases: list[Case], status: int = 0) -> bool:
        assert self._pusher, "a portal without a door pushes nothing"
        cases = self.faults.shuffled(cases)
        well = True
        for start in range(0, len(cases), self.lot):
            well &= await self._one_lot(act, cases[start : start + self.lot], status)
        return well

    async def _one_lot(self, act: str, cases: list[Case], status: int) -> bool:
        assert self._pusher, "see _lots"
        at = datetime.now(UTC)
        rows = [_row(act, case.dossier, status, at) for case in cases]
        said = await self._pusher.push(act, rows)
        told = Try(act, at, said.believed, said.code, said.message)
        for case in cases:
            case.tries.append(told)
        return said.believed

    # --- the control door ------------------------------------------------------------

    async def _make(self, request: web.Request) -> Mapping[str, Any]:
        """`POST /_make {"count": 5, "odd": "file-gone"}`."""
        asked = await asked_of(request)
        made = self.make(int(number(asked.get("count", 1))), str(asked.get("odd", "")))
        return {"made": [case.dossier.number for case in made]}

    async def _push(self, _: web.Request) -> Mapping[str, Any]:
        """`POST /_push`: one round."""
        if self._pusher is None:
            raise ValueError("started without --hub: it pushes nothing")
        return {"left": await self.push()}

    async def _change(self, request: web.Request) -> Mapping[str, Any]:
        """`POST /_change {"MaHoSo": "…", "TrangThaiHoSo": "4"}`."""
        asked = await asked_of(request)
        case = self.change(str(asked.pop("MaHoSo", "")), **asked)
        return {"MaHoSo": case.dossier.number}


def _row(act: str, one: Dossier, status: int, at: datetime) -> Mapping[str, Any]:
    return progress(one, status, at) if act == _PROGRESS else one.row
