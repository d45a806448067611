"""The words of official mail: types, abbreviations, what is a mention of another.

NĐ 30/2020, Phụ lục III. An abbreviation counts as a whole token only, and đ is never d
where both mean something (ĐA Đề án, DA Dự án); QD, which means nothing, is QĐ.
"""

import re
import unicodedata

_STROKE = str.maketrans({"đ": "d", "Đ": "D"})

#: Token of a notation, in capitals as written -> name of the type.
ABBREVIATIONS = {
    "BC": "Báo cáo",
    "CT": "Chỉ thị",
    "CTR": "Chương trình",
    "CĐ": "Công điện",
    "GM": "Giấy mời",
    "HD": "Hướng dẫn",
    "QC": "Quy chế",
    "KH": "Kế hoạch",
    "TB": "Thông báo",
    "ĐA": "Đề án",
    "CV": "Công văn",
    "QĐ": "Quyết định",
    "QD": "Quyết định",
    "TTR": "Tờ trình",
    "NQ": "Nghị quyết",
    "QYĐ": "Quy định",
    "TC": "Thông cáo",
    "PA": "Phương án",
    "DA": "Dự án",
    "BB": "Biên bản",
    "HĐ": "Hợp đồng",
    "BGN": "Bản ghi nhớ",
    "BTT": "Bản thỏa thuận",
    "GUQ": "Giấy ủy quyền",
    "GGT": "Giấy giới thiệu",
    "PG": "Phiếu gửi",
    "PC": "Phiếu chuyển",
    "PB": "Phiếu báo",
}
LETTER = "Công văn"
#: What people call every document: no evidence against another type.
_GENERIC = frozenset({"cong van", "van ban", "cv"})


def without_marks(text: str) -> str:
    """Small letters without tone marks, vowel marks and the stroke of đ."""
    apart = unicodedata.normalize("NFD", text.casefold().translate(_STROKE))
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


#: Name without marks -> name. "hop dong" and the like as well as the abbreviations'.
NAMES = {without_marks(name): name for name in ABBREVIATIONS.values()}

_WORDS = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
#: The type at the beginning of an unmarked subject or file name, or before a number.
_FIRST = re.compile(rf"[\W_]*(?:gui[\W_]+)?({_WORDS})(?![a-z])")
_BEFORE = re.compile(rf"({_WORDS}|van ban)[\W_]+(?:so[\W_]+)?$")
_FIRST_TOKEN = re.compile(r"[\W_]*([A-Za-zĐđ]{2,4})(?=[\W_\d]|$)")

#: Where one of these goes right before a number, another document is meant.
_MENTION = re.compile(
    r"(?:can cu|thuc hien|(?<!kem )theo|tra loi|phuc dap|tiep theo|tai|de nghi tai|"
    r"trien khai|kem theo cong van di|ban hanh kem theo|thay the|bai bo|sua doi|"
    r"dieu chinh|chap hanh|nhac lai|dinh chinh)"
    r"(?:[\W_]+[a-z]+){0,5}[\W_]*(?:so)?[\W_:]*$"
)
_BEFORE_LETTERS = 80


def type_of_token(token: str, *, first: bool = True) -> str:
    """The type a notation's token names; "" if none. CV is Công văn anywhere."""
    plain = unicodedata.normalize("NFC", token).upper()
    return ABBREVIATIONS.get(plain, "") if first or plain == "CV" else ""


def first_type(text: str) -> str:
    """The type a subject or file name begins with, in words or abbreviated."""
    word = _FIRST.match(without_marks(text))
    if word:
        return NAMES[word[1]]
    token = _FIRST_TOKEN.match(text)
    return type_of_token(token[1]) if token and token[1].isupper() else ""


def type_before(text: str) -> str:
    """The type that stands right before the end: "Công văn số "; "" if none."""
    found = _BEFORE.search(without_marks(text[-_BEFORE_LETTERS:]))
    return NAMES.get(found[1], LETTER) if found else ""


def is_generic(type_name: str) -> bool:
    """Whether a name is what people call any document."""
    return without_marks(type_name) in _GENERIC


def is_mention(before: str) -> bool:
    """Whether what stands before a number says: another document."""
    return _MENTION.search(without_marks(before[-_BEFORE_LETTERS:])) is not None
