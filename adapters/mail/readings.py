"""What one place (file name, subject, text) says of number, date and type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from adapters.mail import vietnamese_names as names

_UPPER = "A-ZĐÂĂÊÔƠƯÁÀẢÃẠ"
_WORD = rf"[{_UPPER}][A-Za-zĐđÂĂÊÔƠƯâăêôơư0-9]{{0,11}}"
_SYMBOL = rf"{_WORD}(?:[ ]?[-–.&][ ]?{_WORD}){{0,4}}"
#: 218/SNN-TL, 12/2019/QĐ-UBND, 340 /TTr - UBND, 218.BC-UBND is a file's.
_WRITTEN = re.compile(
    rf"(?<![\w/.-])(?P<number>\d{{1,5}}[a-zđ]?)[ ]?/[ ]?"
    rf"(?:(?P<year>(?:19|20)\d\d)[ ]?/[ ]?)?(?P<symbol>{_SYMBOL})(?![\w])"
)
#: Party bodies: 12-BC/HU, 45-CV/ĐU.
_PARTY = re.compile(
    rf"(?<![\w/.-])(?P<number>\d{{1,5}})[ ]?-[ ]?"
    rf"(?P<symbol>[{_UPPER}][A-Za-zĐđ]{{1,4}}/[{_UPPER}]{{2,8}}(?:-[{_UPPER}]{{1,8}})?)"
    r"(?!\w)"
)
#: Without a symbol: Công văn số 218, QĐ 12-2019.
_BARE = re.compile(
    r"(?<!\w)(?P<type>[A-ZĐa-zđ]{2,4}[ ]+|(?:[Ss]ố|SỐ|[Ss]o)[ ]*:?[ ]*)"
    r"(?P<number>\d{1,5})(?:[-/](?P<year>(?:19|20)\d\d))?(?![\w/.-])"
)
_OLD_FORM = re.compile(r"\[strKyhieu\]([^\[\]]{1,60})\[/strKyhieu\]")
_DATE = re.compile(
    r"(?<![\d/.-])(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<y>(?:19|20)\d\d)"
    r"(?![\d])"
)
_DATE_WORDS = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})\s+năm\s+(?P<y>(?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)(?P<d2>\d{1,2})\s+thang\s+(?P<m2>\d{1,2})\s+nam\s+(?P<y2>(?:19|20)\d\d)"
)
#: Between a number and its date: ", ngày ", " của UBND tỉnh ngày ".
_ITS_DATE = 60
_ABOUT = re.compile(r"(?:\bv/v|\bvề việc|\bve viec)\s*:?\s*(.+)", re.IGNORECASE)
_REPLY = re.compile(
    r"(?:\s*(?:re|fw|fwd|tr|chuyển tiếp|trả lời)\s*:)+\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Found:
    """One document named somewhere; empty fields were not named there."""

    number: str = ""
    notation: str = field(default="", repr=False)
    #: Right behind the number.
    day: date | None = None
    type_name: str = ""
    #: The year stood inside the number.
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one place says."""

    #: "file-name", "subject", "text", "old-form".
    place: str
    found: Found
    about: str = field(default="", repr=False)
    #: A date that is not a number's own.
    loose: date | None = None
    #: It begins with V/v, as a Công văn's subject does.
    says_letter: bool = False


def subject(text: str) -> Reading:
    """The subject of a mail, its `Fwd:` taken off."""
    bare = without_reply(text)
    candidates = list(_named(bare))
    found = candidates[0] if len(candidates) == 1 else Found()
    if not candidates:
        found = _bare_number(bare)
    if not found.type_name:
        found = _with_type(found, names.first_type(bare))
    loose = next(iter(_dates(bare)), None)
    return Reading("subject", found, about(bare), loose, _says_letter(bare))


def text(written: str) -> Reading:
    """The text of a mail: what it says only where it names one document alone."""
    old = _OLD_FORM.search(written)
    if old and (found := next(_named(old[1]), None)):
        return Reading("old-form", found)
    distinct = {(f.number, f.notation): f for f in _named(written)}
    found = next(iter(distinct.values())) if len(distinct) == 1 else Found()
    return Reading("text", found, about(written), None)


def without_reply(text: str) -> str:
    """The subject without what replying and forwarding put before it."""
    return _REPLY.sub("", text, count=1) if _REPLY.match(text) else text


def about(text: str) -> str:
    """What stands behind V/v or về việc, up to the end of the line."""
    found = _ABOUT.search(text)
    return " ".join(found[1].split()).rstrip(" .;,")[:500] if found else ""


def _says_letter(text: str) -> bool:
    return names.without_marks(text).lstrip().startswith("v/v")


def _named(text: str) -> Iterator[Found]:
    """Documents named with number and symbol, other documents' mentions left out."""
    for form in (_WRITTEN, _PARTY):
        for match in form.finditer(text):
            before = text[max(match.start() - 80, 0) : match.start()]
            if not names.is_mention(before):
                yield _found(match, before, text)


def _found(match: re.Match[str], before: str, text: str) -> Found:
    told = match.groupdict()
    symbol = re.sub(r"\s*([-–.&/])\s*", r"\1", told["symbol"]).replace("–", "-")
    year = told.get("year")
    after = text[match.end() : match.end() + _ITS_DATE]
    return Found(
        number=told["number"].lstrip("0") or "0",
        notation=f"{year}/{symbol}" if year else symbol,
        day=next(iter(_dates(after)), None),
        type_name=names.type_before(before),
        year=int(year) if year else None,
    )


def _bare_number(text: str) -> Found:
    """A number without its symbol: `Công văn số 218`, `QĐ 12-2019`."""
    found = [m for m in _BARE.finditer(text) if _is_bare(m, text)]
    if len(found) != 1:
        return Found()
    match = found[0]
    year = int(match["year"]) if match["year"] else None
    after = text[match.end() : match.end() + _ITS_DATE]
    before = text[: match.start("number")]
    return Found(
        number=match["number"].lstrip("0") or "0",
        day=next(iter(_dates(after)), None),
        type_name=_type_at(match["type"], before),
        year=year,
    )


def _is_bare(match: re.Match[str], text: str) -> bool:
    before = text[: match.start("number")]
    return bool(_type_at(match["type"], before)) and not names.is_mention(before)


def _type_at(word: str, before: str) -> str:
    return names.type_of_token(word.strip()) or names.type_before(before)


def _with_type(found: Found, type_name: str) -> Found:
    return Found(found.number, found.notation, found.day, type_name, found.year)


def _dates(text: str) -> Iterator[date]:
    """Days named in a text, in their order; what is no day is none."""
    found = [*_DATE.finditer(text), *_DATE_WORDS.finditer(text)]
    for match in sorted(found, key=re.Match.start):
        told = match.groupdict()
        parts = [told.get(k) or told.get(f"{k}2") or "0" for k in ("y", "m", "d")]
        if (day := as_day(*map(int, parts))) is not None:
            yield day


def as_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has none such."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
