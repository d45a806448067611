"""A portal as we call it, behind the port Fetch: sessions, entries, a list by pages."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from hub.errors import SourceUnavailable
from hub.model.calls import Call, Reply
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.portal_doors import OUR_PASSWORD

AUTH_URL = "https://cong.example/api/auth"
PROGRESS_URL = "https://cong.example/api/progress"
LIST_URL = "https://cong.example/api/list"
CALLS = {
    "auth_url": AUTH_URL,
    "login": {"username": "truc", "password_file": "calls"},
    "progress_url": PROGRESS_URL,
    "list_url": LIST_URL,
    "unit": "H40.37",
}
WELL = {"error_code": 0, "message": "Cập nhật thành công"}

Said = tuple[int, object]


@dataclass
class PortalSide(AnsweringFetch):
    """Implements the port Fetch; `script` answers first, then all is well."""

    session: str = ""
    logins: int = 0
    #: Answers to progress and lists, in their order: (status, JSON or bytes).
    script: list[Said] = field(default_factory=list)
    lots: list[dict[str, object]] = field(default_factory=list)
    #: What the list has, each a slice as it is written.
    dossiers: list[bytes] = field(default_factory=list)
    asked: list[dict[str, object]] = field(default_factory=list)
    #: Called before each answer; may raise.
    before: Callable[[Call], None] = lambda _call: None

    async def ask(self, call: Call, most: int) -> Reply:
        self.calls.append(call)
        self.before(call)
        body = json.loads(call.body)
        status, said = self._answer(call.url, body)
        data = said if isinstance(said, bytes) else json.dumps(said).encode()
        if len(data) > most:
            raise SourceUnavailable("too much")
        return Reply(status, {}, data)

    def _answer(self, url: str, body: dict[str, object]) -> Said:
        if url == AUTH_URL:
            return self._log_in(body)
        if self.script:
            return self.script.pop(0)
        if not self.session or body["session"] != self.session:
            return 200, {"error_code": -3, "message": "Phiên làm việc đã hết hạn"}
        if url == PROGRESS_URL:
            self.lots.append(body)
            return 200, WELL
        return self._list(body)

    def _log_in(self, body: dict[str, object]) -> Said:
        if body != {"username": "truc", "password": OUR_PASSWORD}:
            return 200, {"error_code": 3, "message": "Sai tài khoản"}
        self.logins += 1
        self.session = f"session-{self.logins}"
        return 200, {"session": self.session, "error_code": 0}

    def _list(self, body: dict[str, object]) -> Said:
        self.asked.append(body)
        page, size = int(str(body["trang"])), int(str(body["soLuong"]))
        rows = self.dossiers[(page - 1) * size : page * size]
        head = b'{"error_code": "0", "message": "", "data": ['
        return 200, head + b",".join(rows) + b"]}"

    @property
    def entries(self) -> list[dict[str, str]]:
        """Every progress entry it took, in order."""
        return [one for lot in self.lots for one in lot["data"]]  # type: ignore[attr-defined] # a list of objects
