"""The files a dossier points at: which are wanted, which came, which never will."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from adapters.portal.fields import Fields
from adapters.portal.notes import Notes
from hub.edxml import magic
from hub.edxml.xmltext import allowed
from hub.errors import MalformedEnvelope
from hub.model.envelopes import Attachment, FileState
from hub.model.faults import Fault, FaultCode
from hub.model.frames import RemoteFile
from hub.model.ids import Digest, digest_of

#: Several paths in one field (EDXML.md 4.4).
_BETWEEN = "##"
_LONGEST_URL = 2_000
_LONGEST_NAME = 200
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e]+")
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_PAGES = frozenset({".html", ".htm", ".xhtml", ".mht"})
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}")
#: Faults that wait for a person; any other one of a file is told as unavailable.
_AS_IT_IS = frozenset({FaultCode.FILE_UNAVAILABLE, FaultCode.ADDRESS})


@dataclass(frozen=True, slots=True)
class _Kind:
    """One list of a dossier that holds files."""

    rows: str
    url: str
    name: str
    described: str


_RESULTS = _Kind(
    "DanhSachGiayToKetQua", "DuongDanTepTinKetQua", "TenGiayTo", "Giấy tờ kết quả"
)
_SUBMITTED = _Kind("TaiLieuNop", "DuongDanTaiTepTin", "TenTepDinhKem", "Tài liệu nộp")


@dataclass(frozen=True, slots=True)
class Listed:
    """One file by its address; bytes or a fault once it was gathered."""

    place: str
    url: str = field(repr=False)
    name: str = field(repr=False)
    description: str
    is_result: bool
    data: bytes | None = field(default=None, repr=False)
    fault: Fault | None = None


def listed(
    dossier: Fields, came: Mapping[str, RemoteFile], notes: Notes
) -> tuple[Listed, ...]:
    """Results first, then what was handed in; deleted ones are left out.

    Raises MalformedEnvelope(TOO_MANY_PARTS).
    """
    found = [
        _filled(one, came)
        for kind in (_RESULTS, _SUBMITTED)
        for row in dossier.rows(kind.rows)
        if not row.is_set("IsDeleted")
        for one in _of_row(row, kind, notes)
    ]
    if len(found) > dossier.limits.parts:
        detail = f"limit {dossier.limits.parts}"
        raise MalformedEnvelope(Fault(FaultCode.TOO_MANY_PARTS, "TaiLieuNop", detail))
    return tuple(found)


def wants(found: Sequence[Listed]) -> tuple[str, ...]:
    """Addresses not yet asked, each once."""
    asked = (one.url for one in found if one.data is None and one.fault is None)
    return tuple(dict.fromkeys(asked))


def fault(found: Sequence[Listed]) -> Fault | None:
    """The first file that cannot be had: a person looks."""
    return next((one.fault for one in found if one.fault), None)


def attachments(found: Sequence[Listed]) -> tuple[Attachment, ...]:
    """As the manifest lists them; what has no bytes is missing."""
    return tuple(_attachment(n, one) for n, one in enumerate(found, 1))


def compare_results(found: Sequence[Listed], notes: Notes) -> None:
    """Doubt a result that is one of the files handed in.

    A portal's known habit: a result that is missing is filled with the first of them
    (EDXML.md 4.4), and an office would take it for the decision.
    """
    submitted = [one for one in found if not one.is_result]
    for result in (one for one in found if one.is_result):
        same = next((one for one in submitted if _same(result, one)), None)
        if same is not None:
            notes.doubt(result.place, result.name, f"same-as {same.place}")


def look_at_bytes(found: Sequence[Listed], notes: Notes) -> None:
    """Doubt a file that is not what its name says: a login page, nothing at all."""
    for one in found:
        if one.data is not None and (why := _why_odd(one.name, one.data)):
            notes.doubt(one.place, one.name, why)


def _why_odd(name: str, data: bytes) -> str:
    """The reason for a doubt; "" where there is none."""
    ending = PurePosixPath(name).suffix.lower()
    if not data:
        return "empty"
    if ending not in _PAGES and _PAGE.match(data):
        return "html-page"
    if ending == ".pdf" and magic.media_type(data) != magic.PDF:
        return "no-pdf"
    return ""


def _same(one: Listed, other: Listed) -> bool:
    by_bytes = one.data is not None and bool(one.data) and one.data == other.data
    return by_bytes or one.url == other.url


def _of_row(row: Fields, kind: _Kind, notes: Notes) -> Iterator[Listed]:
    notes.length(row, kind.name)
    urls = [u for part in row.text(kind.url).split(_BETWEEN) if (u := part.strip())]
    names = [part.strip() for part in row.text(kind.name).split(_BETWEEN)]
    for number, url in enumerate(urls):
        place = row.at(kind.url)
        if len(urls) > 1:
            place = f"{place}, {number + 1}"
        told = names[number] if len(names) == len(urls) else names[0]
        code = row.text("MaThanhPhanHoSo")
        description = f"{kind.described} {code}".strip()
        yield Listed(
            place, url, _name(told, url), description, is_result=kind is _RESULTS
        )


def _filled(one: Listed, came: Mapping[str, RemoteFile]) -> Listed:
    if not _may_be_asked(one.url):
        return replace(one, fault=Fault(FaultCode.ADDRESS, one.place))
    file = came.get(one.url)
    if file is None:
        return one
    if file.fault is None:
        return replace(one, data=file.data)
    code, detail = file.fault.code, file.fault.detail
    if code not in _AS_IT_IS:
        code, detail = FaultCode.FILE_UNAVAILABLE, f"{code} {detail}".strip()
    return replace(one, fault=Fault(code, one.place, detail))


def _may_be_asked(url: str) -> bool:
    """Whether it is a whole address by HTTP, without a name and password in it."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        return False
    clean = url.isprintable() and " " not in url and len(url) <= _LONGEST_URL
    return whole and clean and "@" not in parts.netloc


def _name(told: str, url: str) -> str:
    """The name people gave it, with the ending of its address where it has none."""
    path = PurePosixPath(unquote(_path(url)))
    name = _clean(told) or _clean(path.name) or "tep"
    if _ENDING.fullmatch(path.suffix) and not PurePosixPath(name).suffix:
        name += path.suffix
    return name


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _clean(text: str) -> str:
    """A file name without what leads elsewhere or hides its ending; not too long."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", allowed(text)).split()).strip(". ")
    stem, dot, ending = name.rpartition(".")
    room = _LONGEST_NAME - len(ending) - 1
    if len(name) > _LONGEST_NAME and room > 0:
        return f"{stem[:room]}{dot}{ending}"
    return name[:_LONGEST_NAME]


def _attachment(position: int, one: Listed) -> Attachment:
    there = one.data is not None
    digest = digest_of(one.data) if one.data is not None else Digest("")
    return Attachment(
        position=position,
        content_id=f"tep-{position}",
        name=one.name,
        description=one.description,
        claimed_type="",
        media_type=magic.media_type(one.data or b""),
        size=len(one.data or b""),
        digest=digest,
        sent_digest=digest,
        state=FileState.SOUND if there else FileState.MISSING,
    )
