"""A vendor's client: aiohttp, json and hmac, nothing of the hub's own wire."""

import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from aiohttp import ClientSession, FormData

from hub.rehearsal.axis_wire import System
from hub.rehearsal.called_axis import AxisSimulator

SECRET, PASSWORD = "secret-of-one-system", "password-of-one-system"
HUB = System("HUB", SECRET, "hub", PASSWORD, ("000.00.37.H40",))
OTHER = System("OTHER", "secret-of-the-other", "other", "pw-other", ("000.00.41.H40",))
CONTROL = "control-token"
VIETNAM = timezone(timedelta(hours=7))


def edxml(number: int = 1, sender: str = "000.00.37.H40", to: str = "", more: str = ""):
    """Enough of family A for an axis to carry it."""
    named = f"<To><OrganId>{to}</OrganId></To>" if to else ""
    return (
        '<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope>'
        f"<edXMLHeader><MessageHeader><From><OrganId>{sender}</OrganId></From>{named}"
        f"<DocumentId>{sender},2019/12/02,{number}/BC</DocumentId>{more}"
        "</MessageHeader></edXMLHeader></edXMLEnvelope></edXML>"
    ).encode()


def status(about: str, sender: str = "000.00.37.H40", code: str = "01") -> bytes:
    """A status message about a document of 000.00.00.G22 (EDXML.md 1.6)."""
    return (
        '<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope>'
        f"<edXMLHeader><MessageHeader><From><OrganId>{sender}</OrganId></From>"
        "<ResponseFor><OrganId>000.00.00.G22</OrganId>"
        f"<DocumentId>{about}</DocumentId></ResponseFor>"
        f"<StatusCode>{code}</StatusCode></MessageHeader></edXMLHeader>"
        "</edXMLEnvelope></edXML>"
    ).encode()


@dataclass
class Vendor:
    """Calls one simulated axis; what it gets wrong is what a test wants wrong."""

    http: ClientSession
    url: str
    system: System = HUB
    at: datetime | None = None
    bearer: str = ""

    def signed(self, **parameters: str) -> dict[str, str]:
        """Headers as EDXML.md 3.1 has them; `hash_file` is `hash-file`."""
        now = (self.at or datetime.now(UTC)).astimezone(VIETNAM)
        told = {
            "systemid": self.system.id,
            "timestamp": now.strftime("%d%m%YT%H%M%S+0700"),
            "servicetype": "eDoc",
            **{name.replace("_", "-"): value for name, value in parameters.items()},
        }
        headers = {f"XroadVnpt-{name}": value for name, value in told.items()}
        text = json.dumps(headers)
        proof = hmac.new(self.system.secret.encode(), text.encode(), sha256)
        headers["XroadVnpt-signed-headers"] = ";".join(headers)
        headers["XroadVnpt-header-json"] = text
        headers["XroadVnpt-hash-header"] = proof.hexdigest()
        return headers

    async def vxp(self, path: str, **parameters: str) -> dict[str, Any]:
        return await self.shown(path, self.signed(**parameters))

    async def shown(
        self, path: str, headers: Mapping[str, str], data: Any = b"", verb: str = "POST"
    ) -> dict[str, Any]:
        url = f"{self.url}/XrdAdapter/adapter/{path}"
        async with self.http.request(verb, url, headers=headers, data=data) as reply:
            assert reply.status == 200
            return dict(await reply.json())

    async def vxp_list(self, **parameters: str) -> dict[str, Any]:
        asked = {**days(), "messagetype": "edoc", **parameters}
        return await self.vxp("getReceivedEdocList", **asked)

    async def vxp_send(
        self, document: bytes, kind: str = "edoc", **parameters: str
    ) -> dict[str, Any]:
        asked = {
            "messagetype": kind,
            "from": "000.00.37.H40",
            "to": "000.00.41.H40",
            "hash_file": sha256(document).hexdigest(),
            **parameters,
        }
        form = FormData()
        form.add_field("file_doc", document, filename="a.edxml")
        return await self.shown("sendEdoc", self.signed(**asked), form)

    async def log_in(self, password: str = "") -> int:
        """By Lạng Sơn's way; the status, the token is kept."""
        said = {
            "username": self.system.username,
            "password": password or self.system.password,
            "applicationCode": "",
            "otp": None,
            "twoFactorProvider": None,
            "typeObjs": [0, 1],
        }
        url = f"{self.url}/v1/auth/login?allow_anonymous=true"
        async with self.http.post(url, json=said) as reply:
            self.bearer = (await reply.json()).get("token", "")
            return reply.status

    def bearing(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.bearer}",
            "X-SystemId": self.system.id,
            "X-SecretKey": self.system.secret,
        }

    async def lgsp(self, verb: str, path: str, **more: Any) -> tuple[int, Any]:
        headers = more.pop("headers", None) or self.bearing()
        url = f"{self.url}{path}"
        async with self.http.request(verb, url, headers=headers, **more) as reply:
            return reply.status, await reply.json()

    async def control(self, verb: str, path: str, token: str = CONTROL, **more: Any):
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.url}{path}"
        async with self.http.request(verb, url, headers=headers, **more) as reply:
            return reply.status, await reply.json()


def days() -> dict[str, str]:
    """Yesterday to tomorrow in Vietnam."""
    today = datetime.now(VIETNAM)
    day = timedelta(days=1)
    return {
        "fromDate": f"{today - day:%Y/%m/%d}",
        "toDate": f"{today + day:%Y/%m/%d}",
    }


@asynccontextmanager
async def calling(axis: AxisSimulator) -> AsyncIterator[Vendor]:
    """The axis up, and a vendor before it."""
    async with axis, ClientSession() as http:
        yield Vendor(http, axis.url)
