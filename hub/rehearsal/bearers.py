"""Bearer tokens of a simulated LGSP: begun by a login, ended by time or by mishap."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from aiohttp import web

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.axis_wire import System, same
from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.lgsp_wire import SECRET_HEADER, SYSTEM_HEADER


class Bearers:
    """Who holds which token, and until when."""

    def __init__(
        self, systems: Sequence[System], faults: Faults, seconds: float
    ) -> None:
        self._systems = systems
        self._faults = faults
        #: How long a token is good.
        self.seconds = seconds
        self._tokens: dict[str, tuple[System, datetime]] = {}

    def begin(self, username: str, password: str) -> str:
        """A new token; raises Refusal(CREDENTIALS) with HTTP 401."""
        for system in self._systems:
            if system.username == username and same(system.password, password):
                token = secrets.token_urlsafe(24)
                ends = datetime.now(UTC) + timedelta(seconds=self.seconds)
                self._tokens[token] = (system, ends)
                return token
        raise Refusal(Code.CREDENTIALS, "sai tài khoản hoặc mật khẩu", 401)

    def system_of(self, request: web.Request) -> str:
        """The system behind token, system id and secret; raises Refusal.

        A token that is not good is HTTP 401 without a code.
        """
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if self._faults.strikes(Mishap.EXPIRED):
            self._tokens.pop(token, None)
        system, ends = self._tokens.get(token, (None, datetime.now(UTC)))
        if system is None or datetime.now(UTC) >= ends:
            raise Refusal(Code.OK, "licenseInfo:invalid", 401)
        headers = request.headers
        is_right = same(system.secret, headers.get(SECRET_HEADER, ""))
        if headers.get(SYSTEM_HEADER) != system.id or not is_right:
            raise Refusal(Code.CREDENTIALS, "sai X-SystemId hoặc X-SecretKey")
        return system.id
