"""What a file's name says: `218_SNN-TL_12032019_signed.pdf`, `QĐ 12-2019.pdf`."""

import re
from datetime import date

from adapters.mail import vietnamese_names as names
from adapters.mail.readings import Found, Reading, as_day

_ENDING = re.compile(r"(?:\.(?:pdf|docx?|xlsx?|zip|rar|7z|signed))+$", re.IGNORECASE)
#: What signing tools and people add.
_ADDED = re.compile(
    r"[\s_.-]*(?:\(?(?:signed|da ky|daky|đã ký|dau|đóng dấu|ban chinh|final|scan|"
    r"copy|kyso|ký số)(?:[_ ]?\d{1,2})?\)?|\(\d{1,2}\))$",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<!\d)(\d{8})(?!\d)")
_PARTED = re.compile(
    r"(?<!\d)(\d{1,2})([-._])(\d{1,2})\2((?:19|20)\d\d)(?!\d)"
    r"|(?<!\d)((?:19|20)\d\d)([-._])(\d{1,2})\6(\d{1,2})(?!\d)"
)
_UPPER = "A-ZĐÂĂÊÔƠƯ"
_WORD = rf"[{_UPPER}][A-Za-zĐđÂĂÊÔƠƯ]{{1,11}}"
#: 218_SNN-TL, 218-SNN-TL, 218.BC-UBND, 12_2019_QĐ-UBND, 218BC-UBND.
_NUMBERED = re.compile(
    rf"^(?:(?P<type>[{_UPPER}][A-Za-zĐđ]{{1,3}})[\s_.-]*)?(?:[Ss][ốo][\s_.-]*)?"
    r"(?P<number>\d{1,5}[a-zđ]?)"
    r"(?:[\s_.-]+(?P<year>(?:19|20)\d\d)(?!\d))?"
    rf"(?:[\s_.-]*(?P<symbol>{_WORD}(?:[-_.&]{_WORD}){{0,4}}))?(?=$|[\s_.-])"
)


def read(name: str) -> Reading:
    """The reading of one file name; nothing where it begins with no number."""
    stem = _stem(name)
    day, rest = _without_day(stem)
    match = _NUMBERED.match(_after_type(rest))
    if match is None:
        return Reading("file-name", Found(type_name=names.first_type(stem)), loose=day)
    token = match["type"] or ""
    type_name = names.type_of_token(token) or names.first_type(stem)
    if token and not type_name:  # a word that is no type: "Phu luc 2", "TH 2019"
        return Reading("file-name", Found(), loose=day)
    year = match["year"]
    symbol = (match["symbol"] or "").replace("_", "-").strip("-.")
    if not (symbol or type_name or day):
        return Reading("file-name", Found(), loose=day)
    found = Found(
        number=match["number"].lstrip("0") or "0",
        notation=f"{year}/{symbol}" if year and symbol else symbol,
        day=day,
        type_name=type_name,
        year=int(year) if year else None,
    )
    return Reading("file-name", found)


def _stem(name: str) -> str:
    stem = _ENDING.sub("", name.strip())
    for _ in range(3):
        stem = _ADDED.sub("", stem)
    return stem.strip(" _.-")


def _after_type(text: str) -> str:
    """The name without a type in words before its number: `Bao cao so 218`."""
    plain = names.without_marks(text)
    for word in names.NAMES:
        if plain.startswith(word) and len(plain) == len(text):
            return text[len(word) :].lstrip(" _.-")
    return text


def _without_day(stem: str) -> tuple[date | None, str]:
    """The one day in a name, and the name without it."""
    parted = list(_PARTED.finditer(stem))
    compact = [m for m in _COMPACT.finditer(stem) if _compact(m[1])]
    if len(parted) + len(compact) != 1:
        return None, stem
    match = (parted or compact)[0]
    day = _parted(match) if parted else _compact(match[1])
    if day is None or match.start() == 0:
        return None, stem
    return day, (stem[: match.start()] + stem[match.end() :]).strip(" _.-")


def _parted(match: re.Match[str]) -> date | None:
    if match[4]:
        return as_day(int(match[4]), int(match[3]), int(match[1]))
    return as_day(int(match[5]), int(match[7]), int(match[8]))


def _compact(digits: str) -> date | None:
    """Day first or year first; None where both could be, or neither."""
    ways = (
        as_day(int(digits[4:]), int(digits[2:4]), int(digits[:2])),
        as_day(int(digits[:4]), int(digits[4:6]), int(digits[6:])),
    )
    days = [day for day in ways if day and 1990 <= day.year <= 2099]  # noqa: PLR2004 - years documents here bear
    return days[0] if len(days) == 1 else None
