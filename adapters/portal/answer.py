"""Receipts to the portal as progress entries (CapNhatTienDoHoSoMC), in lots of ten.

The hub says what *it* did. TrangThai is what the dossier itself said, unchanged: the
hub never claims a legal state.
"""

import unicodedata
from dataclasses import dataclass

import msgspec

from adapters.portal import dates
from adapters.portal.batching import Batcher
from adapters.portal.client import PortalClient
from adapters.portal.envelope import STATUSES as _STATUSES
from adapters.portal.mapping import folded
from adapters.portal.peek import peek
from adapters.portal.replies import Told
from hub.errors import PermanentFailure
from hub.kit import Kit
from hub.model.answers import Trouble
from hub.model.decisions import Disposition
from hub.model.dossier_news import DossierNews
from hub.model.faults import Fault, FaultCode
from hub.model.receipts import Receipt, Untold

SERVICE = "CapNhatTienDoHoSoMC"
#: Entries of one call (EDXML.md 4.4).
LOT = 10
_TEXT, _SPEAKER = 1_000, 50
#: Longest TrangThai that is handed back as it came.
_STATUS = max(map(len, _STATUSES)) + 8

Entry = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Lot:
    """Sends progress entries to one portal."""

    client: PortalClient

    async def send(self, entries: list[Entry]) -> None:
        """Tell all of them; returns when the portal said so with its words.

        Raises SourceUnavailable, Unclear or PermanentFailure; of which of several
        entries, it does not say.
        """
        told = await self._call(entries, updating=False)
        if told.trouble is Trouble.EXISTS:
            told = await self._call(entries, updating=True)
        told.check()

    async def _call(self, entries: list[Entry], *, updating: bool) -> Told:
        asked = {
            "service": SERVICE,
            "isUpdating": str(updating),
            "data": entries,
        }
        return await self.client.call(self.client.calls.progress_url, asked)


class Answers:
    """Answers one portal."""

    def __init__(self, client: PortalClient, kit: Kit, hub_name: str) -> None:
        self._evidence = kit.evidence
        self._hub_name = hub_name
        self._batcher = Batcher(_Lot(client).send, LOT)

    async def answer(self, receipt: Receipt) -> Untold | None:
        """See the port Adapter; a dossier in which we spoke last is not answered.

        Our own entry comes back as progress, or the next list shows the dossier changed
        by it: answered, it would change once more, for ever.

        Raises PermanentFailure(NO_DOSSIER_NUMBER) where nobody can say which dossier
        it is about: progress is told by number.
        """
        try:
            data = await self._evidence.read(receipt.sha256)
        except KeyError:
            data = b""
        seen = peek(data)
        if not seen.number:
            raise PermanentFailure(Fault(FaultCode.NO_DOSSIER_NUMBER, "MaHoSo"))
        if seen.speaker and _folded(seen.speaker) == _folded(self._hub_name):
            return Untold.NOT_OWED
        await self._batcher.put(
            {
                "MaHoSo": seen.number,
                "NguoiXuLy": self._hub_name[:_SPEAKER],
                "ChucDanh": "",
                "ThoiDiemXuLy": dates.write(receipt.at),
                "PhongBanXuLy": self._hub_name[:_SPEAKER],
                "NoiDungXuLy": words(receipt),
                "TrangThai": seen.status[:_STATUS],
                "NgayBatDau": "",
                "NgayKetThucTheoQuyDinh": "",
            }
        )
        return None

    async def tell(self, told: str, data: bytes) -> None:
        """What an office says of a dossier, by the status it says.

        `told`: our id of it, so that a person finds it again; `data`: `DossierNews`.
        Raises as `answer` does, PermanentFailure(NOT_JSON) where it is none.
        """
        try:
            news = msgspec.json.decode(data, type=DossierNews)
        except msgspec.DecodeError as error:
            raise PermanentFailure(Fault(FaultCode.NOT_JSON, "body")) from error
        office = news.office_name or news.office
        known_by = f" Mã: {told}"
        await self._batcher.put(
            {
                "MaHoSo": news.number,
                "NguoiXuLy": (news.person or office)[:_SPEAKER],
                "ChucDanh": "",
                "ThoiDiemXuLy": dates.write(news.at),
                "PhongBanXuLy": (news.department or office)[:_SPEAKER],
                "NoiDungXuLy": _done(news)[: _TEXT - len(known_by)] + known_by,
                "TrangThai": news.status[:_STATUS],
                "NgayBatDau": "",
                "NgayKetThucTheoQuyDinh": "",
            }
        )


def _done(news: DossierNews) -> str:
    """What the office wrote, else the status in words."""
    if news.text.strip():
        return news.text.strip()
    word = _STATUSES.get(news.status, "")
    return f"{news.office_name or news.office}: {word or f'trạng thái {news.code}'}."


def _folded(name: str) -> str:
    """A name as databases may give it back: other case, NFD, blanks."""
    return folded(unicodedata.normalize("NFC", name))


def words(receipt: Receipt) -> str:
    """The outcome in Vietnamese, as a clerk at the portal reads it; not too long."""
    where = f" (chỗ: {receipt.place})" if receipt.place else ""
    match receipt.outcome:
        case Disposition.DELIVER | Disposition.DISCARD:
            told = f"Đã chuyển hồ sơ đến: {', '.join(receipt.delivered_to) or '?'}."
            told = f"{told} {receipt.text_vi}".strip()
        case Disposition.HOLD:
            told = f"Tạm giữ hồ sơ, chờ người xem: {receipt.text_vi}{where}"
        case Disposition.REFUSE:
            told = f"Không chuyển hồ sơ: {receipt.text_vi}{where} Mã: {receipt.code}."
    known_by = f" Mã báo nhận: {receipt.id}"
    return told[: _TEXT - len(known_by)] + known_by
