"""The two ways to a broker's users: its management API, and our own node's tool."""

import base64
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from hub.broker.private_node import PrivateNode
from hub.errors import BrokerUnavailable, NotAllowed, SettingsError, SourceUnavailable
from hub.model.calls import Call, Reply
from hub.model.faults import Fault, FaultCode
from hub.ports import Fetch

#: Names of some thousand users.
_MOST = 4_000_000
#: What a client is told whose connection is closed.
_WHY = "the password was changed"
_REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class NodeAdmin:
    """Implements Admin for the private node that a `hub up` keeps in a folder."""

    def __init__(self, base: Path) -> None:
        self._node = PrivateNode(base)

    async def users(self) -> frozenset[str]:
        """See Admin."""
        told = await self._ctl("list_users", "--formatter", "json", "--quiet")
        return frozenset(str(row["user"]) for row in json.loads(told))

    async def load(self, definitions: bytes) -> None:
        """See Admin."""
        await self._ctl("import_definitions", "--format", "json", stdin=definitions)

    async def drop(self, user: str) -> None:
        """See Admin."""
        await self._ctl("delete_user", user)

    async def disconnect(self, user: str) -> None:
        """See Admin."""
        await self._ctl("close_all_user_connections", user, _WHY)

    async def _ctl(self, *words: str, stdin: bytes = b"") -> str:
        self._node.attach()
        return await self._node.ctl(*words, stdin=stdin)


class HttpAdmin:
    """Implements Admin at `https://user:password@host:15671`, RabbitMQ's own API."""

    def __init__(self, fetch: Fetch, url: str) -> None:
        """`fetch` may call that address. Raises SettingsError without a user."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.username:
            raise SettingsError(("broker_admin: http(s)://user:password@host:port",))
        self._fetch = fetch
        self._base = bare(url)
        shown = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        token = base64.b64encode(shown.encode()).decode()
        self._headers = {
            "Authorization": f"Basic {token}",
            "Content-Type": "application/json",
        }

    async def users(self) -> frozenset[str]:
        """See Admin; raises NotAllowed too."""
        reply = await self._ask("GET", "users?columns=name")
        try:
            rows: list[dict[str, Any]] = json.loads(reply.body)
            return frozenset(str(row["name"]) for row in rows)
        except (ValueError, TypeError, KeyError) as error:
            raise BrokerUnavailable(f"{self._base}: is no RabbitMQ") from error

    async def load(self, definitions: bytes) -> None:
        """See Admin; raises NotAllowed too."""
        await self._ask("POST", "definitions", definitions)

    async def drop(self, user: str) -> None:
        """See Admin; raises NotAllowed too."""
        await self._ask("DELETE", f"users/{quote(user, safe='')}")

    async def disconnect(self, user: str) -> None:
        """See Admin; raises NotAllowed too.

        The management knows a connection some seconds after its login; `rabbitmqctl`
        knows it at once.
        """
        await self._ask("DELETE", f"connections/username/{quote(user, safe='')}")

    async def _ask(self, method: str, path: str, body: bytes = b"") -> Reply:
        call = Call(method, f"{self._base}/api/{path}", self._headers, body)
        try:
            reply = await self._fetch.ask(call, _MOST)
        except SourceUnavailable as error:
            raise BrokerUnavailable(f"{self._base}: {error}") from error
        if reply.status in _REFUSED:
            raise NotAllowed(Fault(FaultCode.CREDENTIALS, self._base))
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise BrokerUnavailable(f"{self._base}: {reply.status} to {method} {path}")
        return reply


def bare(url: str) -> str:
    """The address alone: without user, password and what follows."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))
