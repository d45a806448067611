"""Reads an axis' catalogue of bodies as a file: JSON replies of VXP and LGSP, or CSV.

getAgenciesList, getAgenciesListQD20 (EDXML.md 2.2, 3.1), /donvilienthongs (3.3): an
object with a list in it, or the list alone. A CSV's first line names its columns, by
the same names or in Vietnamese. Names of fields are found whatever their case and
underscores; those of LGSPs by word of their family, not seen in a reply [I].

A row that cannot be read costs that row. A file that is cut off, an error page, a file
of something else raises: half a catalogue must not pass for a whole one.
"""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from hub.edxml.dates import read_date
from hub.errors import MalformedEnvelope
from hub.model.catalogue import CatalogueRow, RowProblem
from hub.model.codes import names_somebody
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode

#: Reasons of problems, a closed list.
UNREADABLE, NO_CODE, CODE, DATE, CELLS = (
    "unreadable",
    "no-code",
    "code",
    "date",
    "cells",
)
#: QĐ 20/2020 allows 35 characters; what is longer is no code in any catalogue.
_LONGEST_CODE = 64
_LONGEST_TEXT = 500
_MOST_ALIASES = 20
_LISTS = ("data", "result", "items", "rows", "content", "donvilienthongs")
_FAILED = frozenset({"fail", "failed", "error", "false"})
_DELIMITERS = (",", ";", "\t", "|")
#: A bare name -> which field it is.
_NAMES: Mapping[str, str] = {
    name: field
    for field, names in {
        "code": "code organid agencycode madonvi madinhdanh mãđơnvị mãđịnhdanh mã",
        "old": "code102 oldcode macu mãcũ mãqcvn102",
        "name": "name organname agencyname ten tendonvi tên tênđơnvị têncơquan",
        "parent": "pcode parentcode parent madonvicha macha mãcha mãđơnvịcha",
        "aliases": "aliases othercodes mãkhác",
        "state": "status state active isactive trangthai trạngthái",
        "from": "validfrom startdate fromdate ngayhieuluc ngàyhiệulực từngày",
        "until": "validuntil enddate todate expireddate ngayhethan đếnngày",
    }.items()
    for name in names.split()
}
_decode = msgspec.json.Decoder(list[msgspec.Raw] | dict[str, msgspec.Raw]).decode
_decode_any = msgspec.json.Decoder().decode
_BAD_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def read_catalogue(data: bytes) -> Iterator[CatalogueRow | RowProblem]:
    """The rows of a file, one after the other, and what is wrong with some.

    Raises MalformedEnvelope before the first row: TRUNCATED, NOT_JSON, ENCODING, or
    CATALOGUE for what is none.
    """
    body = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not body:
        raise MalformedEnvelope(Fault(FaultCode.EMPTY))
    if body[:1] in b"{[":
        return _rows_of_json(_list_in(body))
    if body[:1] == b"<":  # a page of some proxy
        raise _no_catalogue("HTML, XML")
    return _rows_of_csv(_csv_of(body))


def body_of(
    fields: Mapping[str, object], number: int = 0
) -> Iterator[CatalogueRow | RowProblem]:
    """One line of a catalogue: the row, what is wrong with it, or both."""
    texts = _texts(fields)
    old = texts.get("old", "")
    code = texts.get("code", "") or old
    if not names_somebody(code):
        yield RowProblem(number, "", NO_CODE)
        return
    if not _is_plain(code):
        yield RowProblem(number, _spoken(code, _LONGEST_CODE), CODE)
        return
    since, until = texts.get("from", ""), texts.get("until", "")
    yield CatalogueRow(
        code=AgencyCode(code),
        old_code=AgencyCode(old if _is_plain(old) and names_somebody(old) else ""),
        name=_spoken(texts.get("name", "")),
        parent=AgencyCode(_spoken(texts.get("parent", ""), _LONGEST_CODE)),
        aliases=_aliases(texts.get("aliases", "")),
        state=_spoken(texts.get("state", "")),
        valid_from=read_date(since)[0],
        valid_until=read_date(until)[0],
    )
    if _is_bad_day(since) or _is_bad_day(until):
        yield RowProblem(number, code, DATE, taken=True)


def _rows_of_json(lines: list[msgspec.Raw]) -> Iterator[CatalogueRow | RowProblem]:
    for number, line in enumerate(lines, 1):
        fields = _value(line)
        if isinstance(fields, dict):
            yield from body_of(fields, number)
        else:
            yield RowProblem(number, "", UNREADABLE)


def _value(line: msgspec.Raw) -> object:
    try:
        return _decode_any(line)
    except _BAD_JSON:  # well-formed as a whole, wrong inside: no UTF-8
        return None


def _list_in(body: bytes) -> list[msgspec.Raw]:
    """The list of a reply, its lines not yet looked at."""
    try:
        top = _decode(body)
    except _BAD_JSON as error:
        cut = "truncated" in str(error)
        code = FaultCode.TRUNCATED if cut else FaultCode.NOT_JSON
        raise MalformedEnvelope(Fault(code, detail=_place(error))) from error
    if isinstance(top, list):
        return top
    fields = {_bare(name): value for name, value in top.items()}
    _refuse_an_error(fields)
    inner = next((fields[name] for name in _LISTS if name in fields), None)
    if inner is not None and bytes(inner)[:1] in (b"{", b"["):
        return _list_in(bytes(inner))
    raise _no_catalogue("no list")


def _place(error: Exception) -> str:
    """Of the library's sentence only where it is: `byte 1042`."""
    return str(error).rpartition("(")[2].rstrip(")") if "(byte" in str(error) else ""


def _refuse_an_error(fields: Mapping[str, msgspec.Raw]) -> None:
    names = ("status", "success", "errorcode", "errordesc", "message")
    said = {n: _text(_value(fields[n])) for n in names if n in fields}
    failed = {said.get("status", "").lower(), said.get("success", "").lower()}
    if failed & _FAILED or said.get("errorcode", "").strip("0"):
        raise _no_catalogue(_spoken(" ".join(said.values()), 120))


def _csv_of(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        place = f"byte {error.start}"
        raise MalformedEnvelope(Fault(FaultCode.ENCODING, place)) from error


def _rows_of_csv(text: str) -> Iterator[CatalogueRow | RowProblem]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    head = next(_cells(lines), [])
    if not {_meaning(name) for name in head} & {"code", "old"}:
        raise _no_catalogue("no column `code`")
    return _rows_under(head, _cells(lines))


def _rows_under(
    head: list[str], lines: Iterator[list[str]]
) -> Iterator[CatalogueRow | RowProblem]:
    for number, cells in enumerate((c for c in lines if any(c)), 1):
        if len(cells) > len(head):  # a delimiter inside a name: nothing is certain
            yield RowProblem(number, "", CELLS)
        else:
            yield from body_of(dict(zip(head, cells, strict=False)), number)


def _cells(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    """Lines of a CSV; one with a field beyond all has more cells than any head."""
    while True:
        try:
            cells = next(lines, None)
        except csv.Error:
            cells = ["?"] * 1_000
        if cells is None:
            return
        yield cells


def _texts(fields: Mapping[str, object]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in fields.items():
        meaning = _meaning(name)
        if meaning and (text := _text(value)):
            found.setdefault(meaning, text)
    return found


@lru_cache(maxsize=512)
def _meaning(name: str) -> str:
    return _NAMES.get(_bare(name), "")


def _bare(name: str) -> str:
    kept = (c for c in unicodedata.normalize("NFC", name) if c not in "_-. \ufeff")
    return "".join(kept).casefold()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(_text(each) for each in value)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _aliases(text: str) -> tuple[AgencyCode, ...]:
    parts = (part.strip() for part in text.replace(",", ";").split(";"))
    plain = (p for p in parts if names_somebody(p) and _is_plain(p))
    return tuple(AgencyCode(p) for p in dict.fromkeys(plain))[:_MOST_ALIASES]


def _is_bad_day(text: str) -> bool:
    return bool(text) and read_date(text)[0] is None


def _is_plain(code: str) -> bool:
    return len(code) <= _LONGEST_CODE and code.isprintable()


def _spoken(text: str, most: int = _LONGEST_TEXT) -> str:
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text[:most].strip()


def _no_catalogue(what: str) -> MalformedEnvelope:
    return MalformedEnvelope(Fault(FaultCode.CATALOGUE, detail=what))
