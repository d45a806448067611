"""What all ways of calling a simulator share: who calls, days, pages, JSON."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any, TypeVar

from aiohttp import web

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.faults import Faults, Mishap

VIETNAM = timezone(timedelta(hours=7))
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class System:
    """One system that calls: its id, its secret, and its account at the LGSP."""

    id: str
    secret: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    #: Codes it may speak for, and whose messages come to it; none: any, and nobody's.
    codes: tuple[str, ...] = ()


class Pages:
    """Cuts lists into pages; a mishap may shift them while they are read."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        #: List -> by how much its later pages are shifted, as something new on top
        #: would do: nothing is lost, the last of a page stands on the next again.
        self._shifts: dict[tuple[str, ...], int] = {}

    def cut(
        self, rows: Sequence[T], index: int, size: int, key: tuple[str, ...]
    ) -> Sequence[T]:
        """One page, counted from 1; `key` says of which list."""
        if index == 1:
            self._shifts[key] = 0
        elif self._faults.strikes(Mishap.DRIFT):
            self._shifts[key] = self._shifts.get(key, 0) + 1
        start = (index - 1) * size - self._shifts.get(key, 0)
        return rows[max(start, 0) : max(start, 0) + size]

    @staticmethod
    def asked(index: str, size: str, usual: int) -> tuple[int, int]:
        """Page and size as asked for; raises Refusal(SDK)."""
        try:
            wanted = int(index or 1), int(size or usual)
        except ValueError as error:
            raise Refusal(Code.SDK, "pageIndex, pageSize: số") from error
        if min(wanted) < 1:
            raise Refusal(Code.SDK, "pageIndex, pageSize: từ 1")
        return wanted


def as_json(told: Mapping[str, Any], status: int = 200) -> web.Response:
    """An answer, Vietnamese letters as they are."""
    text = json.dumps(told, ensure_ascii=False, default=str)
    body = text.encode(errors="replace")  # what was called may come back in it
    return web.Response(body=body, status=status, content_type="application/json")


async def file_of(request: web.Request, name: str) -> bytes:
    """The file of a form, read once; raises Refusal."""
    if request.content_type != "multipart/form-data":
        raise Refusal(Code.FILE, f"multipart/form-data với phần {name}")
    file = (await form_of(request)).get(name)
    if not isinstance(file, web.FileField):
        raise Refusal(Code.FILE, f"thiếu phần {name}")
    with file.file as opened:  # its line may be cut: nobody else closes it
        return opened.read()


async def form_of(request: web.Request) -> Mapping[str, object]:
    """The fields of a form; raises Refusal where it cannot be read."""
    try:
        return await request.post()
    except (ValueError, LookupError) as error:  # LookupError: a charset nobody knows
        raise Refusal(Code.FILE, "không đọc được multipart/form-data") from error


def same(due: str, shown: str) -> bool:
    """Whether a secret is the one due; headers may hold bytes that are no UTF-8."""
    shown_bytes = shown.encode(errors="surrogatepass")
    return bool(due) and hmac.compare_digest(due.encode(), shown_bytes)


def day_of(text: str) -> date:
    """yyyy/MM/dd; raises Refusal."""
    try:
        return datetime.strptime(text, "%Y/%m/%d").replace(tzinfo=VIETNAM).date()
    except ValueError as error:
        raise Refusal(Code.SDK, f"ngày {text!r}: yyyy/MM/dd") from error


def days_of(asked: Mapping[str, str]) -> tuple[date, date]:
    """`fromDate` and `toDate` of a call; raises Refusal."""
    return day_of(asked.get("fromDate", "")), day_of(asked.get("toDate", ""))


def object_of(text: str | bytes) -> dict[str, Any]:
    """A JSON object; {} for anything else, also for what is too deep or no UTF-8."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
