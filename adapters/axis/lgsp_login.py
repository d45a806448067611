"""The login of an LGSP: a bearer token for half an hour, replaced in time."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.axis import replies
from adapters.axis.replies import Told
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble
from hub.model.calls import Call
from hub.ports import Clock, Fetch

_JSON = "application/json"
#: Said to be half an hour; renewed before that where the axis tells no time.
_TOKEN_SECONDS = 1_500.0
_EARLY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Login:
    """By what an LGSP knows us."""

    username: str
    password: str = field(repr=False)
    system_id: str
    secret: str = field(repr=False)
    application: str = ""


class Session:
    """A token in force; one login at a time."""

    def __init__(
        self,
        fetch: Fetch,
        clock: Clock,
        base: str,
        login: Login,
        codes: Mapping[str, Trouble],
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._base = base
        self._login = login
        self._codes = codes
        self._lock = asyncio.Lock()
        self._token = ""
        self._good_until: datetime | None = None

    def headers(self, token: str) -> dict[str, str]:
        """What every call shows: token, system id and secret."""
        return {
            "Authorization": f"Bearer {token}",
            "X-SystemId": self._login.system_id,
            "X-SecretKey": self._login.secret,
            "Accept": _JSON,
        }

    async def token(self, instead_of: str = "") -> str:
        """A token in force; a new one where the old was refused or is about to end."""
        async with self._lock:
            ends = self._good_until
            is_good = ends is not None and self._clock.now() < ends - _EARLY
            if not self._token or not is_good or self._token == instead_of:
                await self._log_in()
            return self._token

    async def _log_in(self) -> None:
        said = {
            "username": self._login.username,
            "password": self._login.password,
            "applicationCode": self._login.application,
            "otp": None,
            "twoFactorProvider": None,
            "typeObjs": [0, 1],
        }
        url = f"{self._base}/auth/login?allow_anonymous=true"
        body = json.dumps(said).encode()
        call = Call("POST", url, {"Content-Type": _JSON, "Accept": _JSON}, body)
        reply = await self._fetch.ask(call, replies.MOST_BYTES)
        try:
            told = replies.read(reply, self._codes)
        except PermanentFailure as error:  # of our account, never of a message
            why = f"credentials: {error.fault.detail}"
            raise SourceUnavailable(why) from error
        inner = told.inner("data", "result")
        names = ("token", "accessToken", "idToken", "jwt")
        token = told.text(*names) or inner.text(*names) or told.text("data")
        if not token.isascii() or not token.isprintable() or not token:
            raise SourceUnavailable("credentials: a login without a token")
        self._token = token
        self._good_until = self._clock.now() + _lifetime(told, inner)


def _lifetime(told: Told, inner: Told) -> timedelta:
    text = told.text("expiresIn") or inner.text("expiresIn")
    seconds = float(text) if text.isdigit() and len(text) < 8 else _TOKEN_SECONDS  # noqa: PLR2004 - more is no number of seconds
    return timedelta(seconds=max(seconds, 2 * _EARLY.total_seconds()))
