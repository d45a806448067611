"""A simulated portal as hubs call it; the wire is in `portal_wire.py`."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from hub.rehearsal import portal_wire
from hub.rehearsal.axis_codes import Refusal
from hub.rehearsal.axis_wire import VIETNAM, Pages, as_json, object_of, same
from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.portal_ledger import Case, PortalLedger
from hub.rehearsal.portal_wire import Code

_PAGE = 50
_Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """By what the hub is known at the portal."""

    username: str
    password: str = field(repr=False)
    session_seconds: float = 1800


class PortalFace:
    """Sessions, lists and progress; always HTTP 200, the words tell."""

    def __init__(self, ledger: PortalLedger, faults: Faults, account: Account) -> None:
        self._ledger = ledger
        self._faults = faults
        self._account = account
        self._pages = Pages(faults)
        self._sessions: dict[str, datetime] = {}

    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""
        api = portal_wire.API
        return [
            web.post(api, self._answer),
            web.post(f"{api}/{{service}}", self._answer),
        ]

    async def _answer(self, request: web.Request) -> web.Response:
        asked = object_of(await request.read())
        named = request.match_info.get("service") or str(asked.get("service", "auth"))
        service = named.lower()
        if service == portal_wire.AUTH:
            return as_json(self._faults.misspoken(self._log_in(asked)))
        if not self._is_known(str(asked.get("session", ""))):
            return as_json(_said(Code.SESSION, "Phiên làm việc đã hết hạn"))
        if service in portal_wire.LISTS:
            # Dossiers keep their own words: changed ones would be other dossiers.
            told = self._list(asked)
            rows = told.pop("data", None)
            told = {**self._faults.misspoken(told)}
            return as_json(told if rows is None else {**told, "data": rows})
        if service == portal_wire.PROGRESS:
            return as_json(self._faults.misspoken(self._progress(asked)))
        return as_json(_said(Code.REFUSED, f"Dịch vụ {named!r} không hợp lệ"))

    def _log_in(self, asked: _Told) -> _Told:
        name, word = str(asked.get("username")), str(asked.get("password"))
        due = self._account
        if name != due.username or not same(due.password, word):
            return _said(Code.REFUSED, "Sai tài khoản hoặc mật khẩu")
        session = secrets.token_urlsafe(24)
        ends = datetime.now(UTC) + timedelta(seconds=due.session_seconds)
        self._sessions[session] = ends
        return {**_said(Code.OK, "Đăng nhập thành công"), "session": session}

    def _is_known(self, session: str) -> bool:
        if self._faults.strikes(Mishap.EXPIRED):
            self._sessions.pop(session, None)
        ends = self._sessions.get(session)
        return ends is not None and self._faults.now() < ends

    def _list(self, asked: _Told) -> _Told:
        try:
            since, until = _moment(asked, "tuNgay"), _moment(asked, "denNgay")
            size = _text(asked, "soDong") or _text(asked, "soLuong")
            index, rows = Pages.asked(_text(asked, "trang"), size, _PAGE)
        except (Refusal, ValueError):
            return _said(Code.REFUSED, "Tham số không đúng định dạng")
        found = [
            case
            for case in self._ledger.cases.values()
            if since <= case.changed_at <= until
        ]
        return self._page(found, index, rows, (str(since), str(until)))

    def _page(
        self, found: list[Case], index: int, size: int, key: tuple[str, ...]
    ) -> _Told:
        cases = self._faults.shuffled(found)
        page = self._pages.cut(cases, index, size, key)
        for case in page:
            case.listed += 1
        return {
            **_said(Code.OK, "Lấy danh sách thành công"),
            "data": [case.dossier.row for case in page],
            "total": len(cases),
            "tongSoTrang": -(-len(cases) // size),
        }

    def _progress(self, asked: _Told) -> _Told:
        entries = asked.get("data")
        if isinstance(entries, dict):
            entries = [entries]
        if not isinstance(entries, list) or not entries:
            return _said(Code.REFUSED, "data: bắt buộc")
        self._ledger.lots.append(len(entries))
        if len(entries) > portal_wire.LOT:
            return _said(
                Code.REFUSED, f"Dữ liệu không hợp lệ: vượt quá {portal_wire.LOT} mục"
            )
        return self._heard([one for one in entries if isinstance(one, dict)])

    def _heard(self, entries: list[_Told]) -> _Told:
        """All or nothing: a number nobody has refuses the lot."""
        found: list[tuple[Case, _Told]] = []
        for entry in entries:
            case = self._ledger.find(str(entry.get("MaHoSo", "")))
            if case is None:
                self._ledger.astray.append(entry)
                return _said(Code.REFUSED, "Hồ sơ không tồn tại")
            found.append((case, entry))
        news = [case.hear(entry) for case, entry in found]
        if not any(news) and self._faults.strikes(Mishap.DUPLICATES):
            return _said(Code.REFUSED, "Tiến độ đã tồn tại")
        return _said(Code.OK, "Cập nhật tiến độ thành công")


def _moment(asked: _Told, name: str) -> datetime:
    """yyyyMMddHHmmss, Vietnam time; raises ValueError."""
    text = _text(asked, name)
    return datetime.strptime(text, portal_wire.MOMENT_FORM).replace(tzinfo=VIETNAM)


def _text(asked: _Told, name: str) -> str:
    value = asked.get(name)
    return "" if value is None else str(value)


def _said(code: Code, message: str) -> _Told:
    return {"error_code": int(code), "message": message}
