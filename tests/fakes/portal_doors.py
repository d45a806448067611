"""Outsides of the portal's doors as real classes: a gate, a journal's memory."""

from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from adapters.portal.adapter import PACKAGE
from adapters.portal.settings import PORTAL_PUSH, PortalSettings
from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.kit import Kit
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.kits import ListeningIntake, MemoryMarks, kit_of
from tests.fakes.outsides import MemoryEvidence, SteppingClock

TOKEN, PASSWORD = "portal-token-portal-token", "portal-password-portal-pw"
OUR_PASSWORD = "hub-password-hub-password"
SECRETS = {"token": TOKEN, "password": PASSWORD, "calls": OUR_PASSWORD}


def portal_settings(**changes: object) -> PortalSettings:
    values: dict[str, object] = {
        "name": "cong-dvc",
        "doors": [PORTAL_PUSH],
        "code": "000.00.00.H40",
        "token_file": Path("token"),
        "login": {"username": "cong", "password_file": Path("password")},
    }
    return PortalSettings.model_validate({**values, **changes})


@dataclass
class PortalFront:
    """The push door with everything behind it."""

    settings: PortalSettings = field(default_factory=portal_settings)
    intake: ListeningIntake = field(default_factory=ListeningIntake)
    evidence: MemoryEvidence = field(default_factory=MemoryEvidence)
    marks: MemoryMarks = field(default_factory=MemoryMarks)
    clock: SteppingClock = field(default_factory=SteppingClock)
    fetch: AnsweringFetch = field(default_factory=AnsweringFetch)
    limit: int = 50_000_000
    secrets: dict[str, str] = field(default_factory=lambda: SECRETS)

    def kit(self) -> Kit:
        credentials = self.settings.credentials(self.secrets)
        rates = Rates(per_second=1e6, burst=1e6, monotonic=lambda: 0.0)
        gate = Gate(
            [(one, self.settings.sources()) for one in credentials],
            {},
            rates,
            self.clock,
        )
        return kit_of(
            access=gate,
            evidence=self.evidence,
            intake=self.intake,
            fetch=self.fetch,
            clock=self.clock,
            marks=self.marks,
            limit=self.limit,
        )

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(PACKAGE.routes(self.kit()))
        return app
