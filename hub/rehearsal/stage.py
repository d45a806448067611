"""Sets up a hub to rehearse with: one folder with settings, tokens and trust.

The settings are the shipped ones (policy, agencies) with other ports and paths: what
is rehearsed is what runs in production.
"""

import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yaml

from hub.model.ids import AgencyCode
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import Revoked
from hub.resources import resource

SOURCE = "truc-tinh"


@dataclass(frozen=True, slots=True)
class Stage:
    """One folder; everything of the rehearsal is in it and nothing elsewhere."""

    folder: Path
    hub_port: int
    axis_port: int

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
    workers: int = 1,
    journal_url: str = "",
) -> Stage:
    """Write settings, tokens and trust into an empty folder."""
    stage = Stage(folder, free_port(), free_port())
    pki.write_trust(folder / "trust", at=at, revoked=revoked)
    bodies = agencies()
    _write_tokens(folder, [body["queue"] for body in bodies])
    values = _settings(stage, workers) | {
        "agency_access": [
            {"code": b["code"], "token_file": f"tokens/{b['queue']}"} for b in bodies
        ]
    }
    if journal_url:
        _secret(folder / "tokens" / "journal-url", journal_url)
        values["journal"] = {"url_file": "tokens/journal-url"}
    stage.settings.write_text(yaml.safe_dump(values, allow_unicode=True))
    return stage


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
        "sources": [
            {
                "name": SOURCE,
                "doors": ["axis-rest", "axis-soap"],
                "token_file": "tokens/axis",
                "carrier": True,
                "receipts_url": f"http://127.0.0.1:{stage.axis_port}/receipts",
                "receipts_token_file": "tokens/receipts",
                "inner_network": True,
            }
        ],
        "rehearsal": {"private_addresses": True},
    }


def _write_tokens(folder: Path, queues: Sequence[str]) -> None:
    (folder / "tokens").mkdir(mode=0o700, exist_ok=True)
    for name in ("axis", "receipts", "window", *queues):
        _secret(folder / "tokens" / name, secrets.token_urlsafe(24))


def _secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def code_to_queue() -> dict[AgencyCode, str]:
    """Queue slugs by code."""
    return {AgencyCode(body["code"]): body["queue"] for body in agencies()}
