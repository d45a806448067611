"""Sets up a hub to rehearse with: one folder with settings, tokens and trust.

The settings are the shipped ones (policy, agencies) with other ports and paths: what
is rehearsed is what runs in production.
"""

import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from hub.model.ids import AgencyCode
from hub.rehearsal import portal_wire
from hub.rehearsal.cast import DISTRICT
from hub.rehearsal.mails import MAILBOX, SENDERS, dkim_keys
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import Revoked
from hub.resources import resource

SOURCE, PORTAL, MAIL = "truc-tinh", "cong-dvc", "thu-dien-tu"
#: Seconds in this file of the folder shift the clock of every process of the hub.
CLOCK_OFFSET = "clock-offset"
#: Our mailbox at the rehearsal's mail server.
MAIL_USER = "vanthu"
#: Code under which the rehearsal's portal speaks.
PORTAL_CODE = "000.00.90.H40"


@dataclass(frozen=True, slots=True)
class Stage:
    """One folder; everything of the rehearsal is in it and nothing elsewhere."""

    folder: Path
    hub_port: int
    axis_port: int
    portal_port: int = 0
    imap_port: int = 0
    lmtp_port: int = 0
    smtp_port: int = 0

    @property
    def hub_url(self) -> str:
        """Where the hub's front listens."""
        return f"http://127.0.0.1:{self.hub_port}"

    @property
    def settings(self) -> Path:
        """The hub's settings file."""
        return self.folder / "hub.yaml"

    @property
    def data(self) -> Path:
        """The hub's data folder."""
        return self.folder / "data"

    def token(self, name: str) -> str:
        """A token by the name of its file."""
        return (self.folder / "tokens" / name).read_text()


#: Makers of entries of `sources:`.
Further = Sequence[Callable[[Stage], dict[str, object]]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a rehearsal has otherwise than usual."""

    workers: int = 1
    #: "": SQLite in the data folder.
    journal_url: str = field(default="", repr=False)
    #: "": a private node. Several nodes of a cluster: with blanks between.
    broker_url: str = field(default="", repr=False)
    #: Sources beside the axis.
    further: Further = ()
    #: Further adapters, `module:NAME`.
    adapters: tuple[str, ...] = ()
    #: Queue of an agency -> what its entry in the registry has otherwise.
    attached: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def free_port() -> int:
    """A TCP port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def agencies() -> list[dict[str, str]]:
    """Code, name and queue of the shipped agencies, as the registry file has them."""
    return list(
        yaml.safe_load(resource("config", "agencies.yaml").read_bytes())["agencies"]
    )


def set_stage(
    folder: Path,
    pki: Pki,
    *,
    at: datetime,
    revoked: Sequence[Revoked] = (),
    wishes: Wishes = Wishes(),
) -> Stage:
    """Write settings, tokens and trust into an empty folder."""
    stage = Stage(folder, *(free_port() for _ in range(6)))
    pki.write_trust(folder / "trust", at=at, revoked=revoked)
    write_dkim_keys(folder / "trust" / "dkim")
    bodies = agencies()
    _write_tokens(folder, [body["queue"] for body in bodies])
    values = _settings(stage, wishes.workers) | {
        "agency_access": [
            {"code": b["code"], "token_file": f"tokens/{b['queue']}"} for b in bodies
        ]
    }
    values["sources"] = [*_axis(stage), *(make(stage) for make in wishes.further)]
    if wishes.attached:
        values["agencies"] = _registry(folder, wishes.attached)
    if wishes.adapters:
        values["adapters"] = list(wishes.adapters)
    if wishes.journal_url:
        _secret(folder / "tokens" / "journal-url", wishes.journal_url)
        values["journal"] = {"url_file": "tokens/journal-url"}
    if wishes.broker_url:
        _secret(folder / "tokens" / "broker-url", wishes.broker_url)
        values["broker"] = {"url_file": "tokens/broker-url"}
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))
    return stage


def _registry(folder: Path, attached: Mapping[str, Mapping[str, object]]) -> str:
    """The shipped registry with some agencies otherwise; the name of its file."""
    book = yaml.safe_load(resource("config", "agencies.yaml").read_bytes())
    for body in book["agencies"]:
        body.update(attached.get(body["queue"], {}))
    path = folder / "agencies.yaml"
    path.write_text(yaml.safe_dump(book, allow_unicode=True))
    return path.name


def _settings(stage: Stage, workers: int) -> dict[str, object]:
    return {
        "data": "data",
        "policy": str(resource("config", "policy.yaml")),
        "agencies": str(resource("config", "agencies.yaml")),
        "trust": "trust",
        "front": {
            "port": stage.hub_port,
            "public_url": stage.hub_url,
            "window_token_file": "tokens/window",
            "requests_per_second": 500,
            "burst": 2000,
        },
        "work": {"workers": workers},
        "rehearsal": {
            "private_addresses": True,
            "clock_offset_file": CLOCK_OFFSET,
        },
    }


def _axis(stage: Stage) -> list[dict[str, object]]:
    return [
        {
            "name": SOURCE,
            "doors": ["axis-rest", "axis-soap"],
            "token_file": "tokens/axis",
            "carrier": True,
            "receipts_url": f"http://127.0.0.1:{stage.axis_port}/receipts",
            "receipts_token_file": "tokens/receipts",
            "documents_url": f"http://127.0.0.1:{stage.axis_port}/documents",
            "documents_token_file": "tokens/receipts",
            "inner_network": True,
        }
    ]


def portal_source(stage: Stage) -> dict[str, object]:
    """A TTHC portal that pushes dossiers and hears progress."""
    root = f"http://127.0.0.1:{stage.portal_port}"
    return {
        "name": PORTAL,
        "doors": ["portal-push"],
        "code": PORTAL_CODE,
        "token_file": "tokens/portal",
        "calls": {
            "auth_url": f"{root}{portal_wire.API}/{portal_wire.AUTH}",
            "login": {"username": "truc", "password_file": "tokens/portal-calls"},
            "progress_url": f"{root}{portal_wire.API}/CapNhatTienDoHoSoMC",
        },
        "file_hosts": [root],
        "inner_network": True,
    }


def mail_source(stage: Stage) -> dict[str, object]:
    """A mailbox that is read by IMAP; answers leave by SMTP."""
    loopback = {"host": "127.0.0.1", "tls": "none"}
    return {
        "name": MAIL,
        "doors": ["mail-imap"],
        "accounts": [
            {
                **loopback,
                "name": "van-thu",
                "mailbox": MAILBOX,
                "port": stage.imap_port,
                "username": MAIL_USER,
                "password_file": "tokens/mail",
            }
        ],
        "sending": {**loopback, "port": stage.smtp_port, "address": MAILBOX},
        "senders": {address: str(body.code) for address, body in SENDERS.items()},
        "receivers": {MAILBOX: str(DISTRICT.code)},
        "poll_seconds": 2,
    }


def write_dkim_keys(folder: Path) -> None:
    """The keys of the rehearsal's senders, as an administrator hands them in."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in dkim_keys().items():
        (folder / f"{name}.txt").write_text(text)


def _write_tokens(folder: Path, queues: Sequence[str]) -> None:
    (folder / "tokens").mkdir(mode=0o700, exist_ok=True)
    own = ("axis", "receipts", "window", "portal", "portal-calls", "mail")
    for name in (*own, *queues):
        _secret(folder / "tokens" / name, secrets.token_urlsafe(24))


def _secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def code_to_queue() -> dict[AgencyCode, str]:
    """Queue slugs by code."""
    return {AgencyCode(body["code"]): body["queue"] for body in agencies()}
