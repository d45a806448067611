"""The type token of a số/ký hiệu: `12/2019/QĐ-UBND`, `340 /TTr - UBND`, `12-BC/HU`.

Only the first word names a type for certain. A Công văn has no type word, so whatever
looks like one that is badly written (glued, in pieces, at the end, in an old font) is a
doubt: a false doubt costs a sheet, a false Công văn the paper the law asks for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, pairwise

from hub.model.documents import DocumentType
from hub.rules.letters import same_form

#: NĐ 30/2020, Phụ lục III. Whole tokens only, and đ is never d: ĐA Đề án, DA Dự án.
ABBREVIATIONS = {
    "bc": DocumentType.REPORT,
    "ct": DocumentType.DIRECTIVE,
    "ctr": DocumentType.PROGRAMME,
    "cđ": DocumentType.DISPATCH,
    "gm": DocumentType.INVITATION,
    "hd": DocumentType.GUIDANCE,
    "qc": DocumentType.REGULATION,
    "kh": DocumentType.PLAN,
    "tb": DocumentType.NOTICE,
    "đa": DocumentType.SCHEME,
    "cv": DocumentType.LETTER,
    "qđ": DocumentType.DECISION,
    "ttr": DocumentType.PROPOSAL,
    "nq": DocumentType.RESOLUTION,
    "qyđ": DocumentType.RULES,
    "tc": DocumentType.COMMUNIQUE,
    "pa": DocumentType.OPTION,
    "da": DocumentType.PROJECT,
    "bb": DocumentType.MINUTES,
    "hđ": DocumentType.CONTRACT,
    "bgn": DocumentType.MEMORANDUM,
    "btt": DocumentType.AGREEMENT,
    "guq": DocumentType.AUTHORIZATION,
    "ggt": DocumentType.INTRODUCTION,
    "gnp": DocumentType.LEAVE,
    "pg": DocumentType.SENDING_SLIP,
    "pc": DocumentType.TRANSFER_SLIP,
    "pb": DocumentType.NOTICE_SLIP,
}
#: Kinds that are normative and nothing else; in use only with the year inside.
_NORMATIVE = frozenset({"nđ", "tt", "ttlt", "nqlt"})
#: Tokens that may mean this or that: never a Công văn by absence, never certain.
_DOUBTFUL = {
    "qd": frozenset({DocumentType.DECISION}),
    "cd": frozenset({DocumentType.DISPATCH}),
    "qyd": frozenset({DocumentType.RULES}),
    "tt": frozenset({DocumentType.PROPOSAL, DocumentType.NORMATIVE}),
    "nđ": frozenset({DocumentType.NORMATIVE}),
    "nd": frozenset({DocumentType.NORMATIVE}),
}
#: A later word that names a unit far more often than a type: Kế hoạch, Tài chính, Pháp
#: chế, Báo chí, Thiết bị, Chính trị, Công đoàn, Quảng cáo, Dự án, Ban Thường trực
#: (MTTQ-BTT). CV is what it says.
_UNITS = frozenset({"kh", "tc", "pc", "bc", "tb", "ct", "cđ", "qc", "da", "btt", "cv"})
#: Types that need paper and that no agency's name begins with: glued to any word.
_GLUED_TO_ANY = ("qđ", "qd", "ttr", "nq", "qyđ", "qyd")
#: Agencies a type is glued to. Of others (TTĐT, KHĐT) it cannot be told.
_AGENCIES = frozenset(
    {"ubnd", "ubnn", "ub", "hđnd", "hdnd", "hu", "tu", "đu", "cp", "ttg", "vp", "mttq"}
)
#: Of abbreviations: they bear no tones. A word with other letters is none.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzăâđêôơư0123456789")
#: What stands for Vietnamese letters in TCVN3 and is no letter itself: § is Đ.
_TCVN3 = "§®¡¢£¤¥¦©«¬"
#: A number with its suffix (05a), a police unit (PC08), a word.
_TOKEN = re.compile(
    r"\d++(?:[a-zđ](?![^\W\d_]))?"
    r"|p[acvx]\d\d(?!\w)"
    rf"|(?:[^\W\d_]|[{_TCVN3}\u0300-\u036f])+"
)
#: What senders write before the number.
_LABELS = frozenset({"số", "sô", "so", "no", "ký", "kí", "ky", "hiệu", "hiêu", "hieu"})
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Notation:
    """What number and notation say of the type."""

    #: Types the token may stand for (UNKNOWN: it cannot be told); empty: no type token,
    #: as a Công văn has it.
    types: frozenset[DocumentType]
    #: One type, written as the decree writes it.
    certain: bool
    #: The year stands inside the number: the sign of a VBQPPL.
    year: bool


def read_notation(number: str, notation: str, year: int | None) -> Notation | None:
    """The first word after the number; None where nothing was written.

    `year` is the year of promulgation where it is known: another year is no sign.
    """
    numbers, words = _split(number, notation)
    if not words:
        return None
    inside = any(
        _YEAR.fullmatch(token) and (year is None or int(token) == year)
        for _, token in pairwise(numbers)
    )
    return _classify(words, year=inside)


def _split(number: str, notation: str) -> tuple[list[str], list[str]]:
    """Leading numbers and the words after them."""
    first, second = _tokens(number), _tokens(notation)
    # Some senders repeat the number in the notation: 12, then 12/QĐ-UBND.
    repeated = bool(first) and second[: len(first)] == first
    tokens = second if repeated else first + second
    count = next((i for i, t in enumerate(tokens) if not t[0].isdigit()), len(tokens))
    words = [token for token in tokens[count:] if not token[0].isdigit()]
    return tokens[:count], words


def _tokens(text: str) -> list[str]:
    return [*dropwhile(_LABELS.__contains__, _TOKEN.findall(same_form(text)))]


def _classify(words: list[str], *, year: bool) -> Notation:
    first = words[0]
    if year and first in _NORMATIVE:
        only = frozenset({DocumentType.NORMATIVE})
        return Notation(only, certain=True, year=True)
    doubts = _doubts(words)
    named = ABBREVIATIONS.get(first)
    if named and not (named is DocumentType.LETTER and doubts):
        return Notation(frozenset({named}), certain=True, year=year)
    return Notation(_DOUBTFUL.get(first, doubts), certain=False, year=year)


def _doubts(words: list[str]) -> frozenset[DocumentType]:
    """What a notation may mean whose first word names no type."""
    found = {_known(word) for word in words[1:] if word not in _UNITS}
    found |= {_glued(word) for word in words} | set(_in_pieces(words))
    if not any(found) and set("".join(words)) - _LETTERS:
        return frozenset({DocumentType.UNKNOWN})
    return frozenset(kind for kind in found if kind)


def _known(word: str) -> DocumentType | None:
    mistyped = {"qd": "qđ", "qyd": "qyđ"}
    return ABBREVIATIONS.get(mistyped.get(word, word))


def _glued(word: str) -> DocumentType | None:
    """The type that begins a word: QĐUBND."""
    for start in (*ABBREVIATIONS, *_GLUED_TO_ANY):
        rest = word.removeprefix(start)
        if rest == word:
            continue
        if rest in _AGENCIES or (len(rest) > 1 and start in _GLUED_TO_ANY):
            return _known(start)
    return None


def _in_pieces(words: list[str]) -> Iterator[DocumentType | None]:
    """Types written letter by letter: Q.Đ, T.Tr."""
    for size in (2, 3):
        for at in range(len(words) - size + 1):
            pieces = words[at : at + size]
            if any(len(piece) == 1 for piece in pieces):
                yield _known("".join(pieces))
