"""Whether a name is a body's or a person's, by the words names here begin with."""

from collections.abc import Callable, Iterable

from hub.model.names import bare_name, plain_name

#: Words a body's name begins with and no person's does; no company's either, which
#: is no authority.
_BODY_WORDS = (
    "ủy ban",
    "hội đồng",
    "hội",
    "văn phòng",
    "phòng",
    "sở",
    "cục",
    "chi cục",
    "tổng cục",
    "thanh tra",
    "đảng ủy",
    "bộ",
    "chính phủ",
    "trung tâm",
    "trạm y tế",
    "hạt",
    "ban quản lý",
    "ban chấp hành",
    "ban tổ chức",
    "ban dân vận",
    "ban tuyên giáo",
    "bảo hiểm xã hội",
    "kho bạc",
    "tòa án",
    "viện kiểm sát",
)
#: The same of bodies called after a place, which may be called like a person: Lý Nhân.
_OF_PLACES = (
    "huyện ủy",
    "thị ủy",
    "thành ủy",
    "tỉnh ủy",
    "huyện đoàn",
    "thị đoàn",
    "thành đoàn",
    "tỉnh đoàn",
    "công an",
)
_SCHOOLS = (
    *("tiểu học", "trung học", "phổ thông", "liên cấp", "mầm non", "mẫu giáo"),
    *("trung cấp", "cao đẳng", "đại học", "chính trị", "cán bộ", "dạy nghề"),
    *("dân tộc nội trú", "th", "thcs", "thpt", "ptth", "mn", "ptdt", "ptdtnt"),
)
_UNIONS = (
    *("thanh niên", "tncs", "xã", "phường", "huyện", "tỉnh", "thị xã", "thị trấn"),
    *("khối", "trường", "cơ sở", "đại biểu", "kiểm tra", "công tác"),
)
#: The same of bodies called after persons. Đoàn is a surname, too, and Trường is
#: Trương without its marks: a body's only before certain words.
_OF_PERSONS = (
    "bệnh viện",
    *(f"trường {kind}" for kind in _SCHOOLS),
    *(f"đoàn {kind}" for kind in _UNIONS),
)
#: Words with the number of words that are a person's name when they come after.
_LEAST = (
    dict.fromkeys(_BODY_WORDS, 2)
    | dict.fromkeys(_OF_PLACES, 3)
    | dict.fromkeys(_OF_PERSONS, 99)
)
_SURNAMES = (
    *("nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ"),
    *("võ", "đặng", "bùi", "đỗ", "hồ", "ngô", "dương", "lý"),
)
#: What begins like a surname or a middle name and is none.
_NO_NAMES = (
    *("hồ sơ", "hỗ trợ", "lý luận", "võ thuật", "đo lường"),
    *("văn hóa", "văn hoá", "văn thư", "văn phòng", "văn bản", "văn xã", "văn học"),
    *("thị trấn", "thị xã", "thị trường", "thị chính"),
)
#: What surnames that are not in the list are followed by: Phòng Văn A.
_MIDDLE_NAMES = ("văn", "thị")


def named_as_body(names: Iterable[str], bodies: Iterable[str]) -> bool:
    """Whether one of the names is one of the bodies, or begins as a body's does.

    Case, blanks, short forms (UBND, HĐND) and, in a name written without any, marks
    are forgiven. "Thanh tra Nguyễn Văn A" is a person with a title.
    """
    plain = {plain_name(name) for name in names} - {""}
    known = {bare_name(plain_name(body)) for body in bodies}
    return any(bare_name(name) in known or _begins_as_body(name) for name in plain)


def _begins_as_body(name: str) -> bool:
    spell = bare_name if name.isascii() else str
    for word, least in _LEAST.items():
        begin = spell(word)
        if name.startswith(f"{begin} ") or (name == begin and " " in word):
            return not _is_persons(name[len(begin) :].strip(), least, spell)
    return False


def _is_persons(text: str, least: int, spell: Callable[[str], str]) -> bool:
    """Whether words are a person's name, which begins with one of few surnames."""
    if f"{text} ".startswith(tuple(f"{spell(words)} " for words in _NO_NAMES)):
        return False
    first, *more = text.split() or [""]
    names = map(spell, (*_SURNAMES, *_MIDDLE_NAMES))
    return first in names and 1 + len(more) >= least
