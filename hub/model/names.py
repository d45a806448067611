"""Names in certificates and registries made comparable, tolerant where people are.

Two certificates of one body write it as `UBND xã Giao An` and `ỦY BAN NHÂN DÂN XÃ GIAO
AN`; administrators copy names of issuers from tools that order and spell them each in
its own way.
"""

import re
import unicodedata
from functools import lru_cache

_SHORT_FORMS = {
    "ubnd": "ủy ban nhân dân",
    "hđnd": "hội đồng nhân dân",
    "hdnd": "hội đồng nhân dân",
    "uỷ": "ủy",
    "toà": "tòa",
    "vp": "văn phòng",
}
#: Grave, acute, tilde, hook, dot below: old and new spelling put them on different
#: vowels of a word (Hoà, Hòa), never into another word.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")

#: What tools call an attribute -> one word for it; any other name stands for itself.
_ATTRIBUTES = {
    name: names[0]
    for names in (
        ("cn", "commonname", "2.5.4.3"),
        ("o", "organizationname", "2.5.4.10"),
        ("ou", "organizationalunitname", "2.5.4.11"),
        ("l", "localityname", "2.5.4.7"),
        ("st", "s", "stateorprovincename", "2.5.4.8"),
        ("c", "countryname", "2.5.4.6"),
        ("street", "streetaddress", "2.5.4.9"),
        ("dc", "domaincomponent", "0.9.2342.19200300.100.1.25"),
        ("uid", "userid", "0.9.2342.19200300.100.1.1"),
        ("serialnumber", "2.5.4.5"),
        ("sn", "surname", "2.5.4.4"),
        ("gn", "givenname", "2.5.4.42"),
        ("t", "title", "2.5.4.12"),
        ("e", "emailaddress", "email", "1.2.840.113549.1.9.1"),
        ("organizationidentifier", "2.5.4.97"),
    )
    for name in names
}
#: Attributes that hold names of bodies.
_OF_BODIES = frozenset({"cn", "o", "ou"})
_PARTS = re.compile(r"""(?:\\.|"(?:\\.|[^"\\])*"|[^,;+\\"])+""", re.DOTALL)
_ESCAPED = re.compile(r"(?:\\[0-9a-fA-F]{2})+|\\.", re.DOTALL)

#: A distinguished name as it is compared: its attributes in no order.
Attributes = tuple[tuple[str, str], ...]


@lru_cache(maxsize=16_384)
def plain_name(text: str) -> str:
    """A name without case, punctuation, doubled blanks and the usual short forms."""
    words = re.split(r"[\W_]+", unicodedata.normalize("NFC", text).casefold())
    plain = " ".join(_SHORT_FORMS.get(word, word) for word in words if word)
    # A name that was written without marks gets none by its short forms.
    return plain if not all(map(str.isascii, words)) else bare_name(plain)


def bare_name(text: str) -> str:
    """The text without its marks: "ủy" and "đ" become "uy" and "d"."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d"))
    return "".join(c for c in apart if unicodedata.category(c) != "Mn")


def same_body(one: str, other: str) -> bool:
    """Whether two names are one body's.

    Case, blanks, punctuation, short forms and the two spellings of tones are forgiven;
    marks only where one of the names is written without any: xã Giao Hà is not xã
    Giao Hạ.
    """
    first, second = plain_name(one), plain_name(other)
    if first.isascii() or second.isascii():
        return bool(first) and bare_name(first) == bare_name(second)
    return _toned(first) == _toned(second)


@lru_cache(maxsize=16_384)
def _toned(plain: str) -> str:
    """Each word with its tone behind it."""
    return " ".join(map(_tone_last, plain.split()))


def _tone_last(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    tones = [c for c in apart if c in _TONES]
    return "".join([*(c for c in apart if c not in _TONES), *tones])


def same_number(one: str, other: str) -> bool:
    """Whether two serials or fingerprints in hex are one, however they are written."""
    return hex_digits(one) == hex_digits(other) != ""


def hex_digits(text: str) -> str:
    """Hex in capitals without colons, blanks, `0x` and leading zeros; "" if it is none.

    Zero stays `0`.
    """
    digits = re.sub(r"[\s:]+", "", text).removeprefix("0x").removeprefix("0X").upper()
    if not re.fullmatch(r"[0-9A-F]+", digits):
        return ""
    return digits.lstrip("0") or "0"


@lru_cache(maxsize=16_384)
def distinguished(text: str) -> Attributes:
    """A distinguished name (RFC 4514, or as openssl prints it) as it is compared.

    Order, names of attributes, blanks and case are forgiven. Raises ValueError for
    what is none.
    """
    parts = [part for part in _PARTS.findall(text) if part.strip()]
    rest = _PARTS.sub("", text).strip(",;+ \n\t")
    if not parts or rest:
        raise ValueError("not a distinguished name")
    return tuple(sorted(map(_attribute, parts)))


def _attribute(part: str) -> tuple[str, str]:
    name, equals, value = part.partition("=")
    key = name.strip().casefold().removeprefix("oid.")
    if not equals or not key or not value.strip():
        raise ValueError("not a distinguished name")
    kind = _ATTRIBUTES.get(key, key)
    text = _ESCAPED.sub(_unescape, value.strip().strip('"'))
    if kind in _OF_BODIES:
        return kind, _toned(plain_name(text))
    return kind, " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _unescape(found: re.Match[str]) -> str:
    digits = found[0].replace("\\", "")
    if len(found[0]) == 2:  # noqa: PLR2004 - a backslash and the letter itself
        return digits
    return bytes.fromhex(digits).decode("utf-8", errors="replace")
