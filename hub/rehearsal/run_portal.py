"""`hub rehearse portal`: a TTHC portal that pushes or is asked, until it is stopped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from hub.rehearsal.axis_wire import VIETNAM
from hub.rehearsal.faults import Faults
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.portal_push import Door
from hub.rehearsal.portal_wire import API, AUTH
from hub.rehearsal.standing import key_in, say, until_stopped, write_ledger


@dataclass(frozen=True, slots=True)
class PortalOptions:
    """What the command line says."""

    keys: Path
    host: str = "127.0.0.1"
    port: int = 0
    #: Dossiers to begin with, and odd ones beside them.
    dossiers: int = 10
    odd: tuple[str, ...] = ()
    #: yyyy-MM-dd; "" is today.
    day: str = ""
    #: The hub's address; "": it pushes nothing, the hub asks.
    hub: str = ""
    #: The portal is known there by a token, or by name and password.
    token_file: Path | None = None
    username: str = ""
    password_file: Path | None = None
    #: By what name the hub logs in here; its password is `keys`/portal.password.
    account: str = "truc"
    unit: str = ""
    #: Seconds between rounds of pushing what was not taken.
    pause: float = 5
    ledger: Path | None = None
    #: End after so many seconds; 0: when stopped.
    seconds: float = 0


async def run_portal(options: PortalOptions, faults: Faults) -> None:
    """Serve, push what is to be pushed, and write the ledger at the end.

    Raises ValueError where an oddity or a day is not known, OSError where it cannot
    listen, read or write.
    """
    async with _portal(options, faults) as portal:
        portal.make(options.dossiers)
        for odd in options.odd:
            portal.make(1, odd)
        _introduce(portal, options)
        pushing = asyncio.create_task(_push(portal, options.pause))
        await until_stopped(options.seconds)
        pushing.cancel()
        with suppress(asyncio.CancelledError):
            await pushing
        told = portal.ledger.export()
    write_ledger(options.ledger, told)
    counts = {name: told[name] for name in ("dossiers", "taken", "answered")}
    say(**counts, struck=dict(faults.struck))


@asynccontextmanager
async def _portal(
    options: PortalOptions, faults: Faults
) -> AsyncIterator[PortalSimulator]:
    today = datetime.now(VIETNAM).date()
    account = Account(options.account, key_in(options.keys, "portal.password"))
    async with PortalSimulator(
        account,
        _door(options),
        faults,
        host=options.host,
        port=options.port,
        control_token=key_in(options.keys, "control.token"),
        day=date.fromisoformat(options.day) if options.day else today,
    ) as portal:
        yield portal


def _door(options: PortalOptions) -> Door | None:
    """How it knocks at the hub; raises OSError where a file cannot be read."""
    if not options.hub:
        return None
    token, word = options.token_file, options.password_file
    return Door(
        options.hub,
        token.read_text().strip() if token else "",
        options.username,
        word.read_text().strip() if word else "",
        options.unit,
    )


async def _push(portal: PortalSimulator, pause: float) -> None:
    """Push until the hub has all of it; again when there is more."""
    if portal.door is None:
        return
    before = -1
    while True:
        left = await portal.push()
        if left != before:
            say(left=left)
        before = left
        await asyncio.sleep(pause)


def _introduce(portal: PortalSimulator, options: PortalOptions) -> None:
    api = portal.url + API
    say(
        auth=f"{api}/{AUTH}",
        list=f"{api}/LayDanhSachHoSo",
        progress=f"{api}/CapNhatTienDoHoSoMC",
        files=portal.files_url,
        control=portal.url,
        account=options.account,
        keys=str(options.keys),
        dossiers=len(portal.ledger.cases),
    )
