"""The type token of a số/ký hiệu: `12/2019/QĐ-UBND`, `340 /TTr - UBND`, `12-BC/HU`."""

import re
from dataclasses import dataclass
from itertools import pairwise

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
_SEPARATORS = re.compile(r"[\W_]+")
_YEAR = re.compile(r"(19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Notation:
    """What number and notation say of the type."""

    #: Types the token may stand for; empty: no type token, as a Công văn has it.
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
    return _classify(words[0], year=inside)


def _split(number: str, notation: str) -> tuple[list[str], list[str]]:
    """Leading numbers and the words after them."""
    first, second = _tokens(number), _tokens(notation)
    # Some senders repeat the number in the notation: 12, then 12/QĐ-UBND.
    repeated = bool(first) and second[: len(first)] == first
    tokens = second if repeated else first + second
    count = next((i for i, t in enumerate(tokens) if not t[0].isdigit()), len(tokens))
    return tokens[:count], tokens[count:]


def _tokens(text: str) -> list[str]:
    return [token for token in _SEPARATORS.split(same_form(text)) if token]


def _classify(token: str, *, year: bool) -> Notation:
    if year and token in _NORMATIVE:
        only = frozenset({DocumentType.NORMATIVE})
        return Notation(only, certain=True, year=True)
    if token in ABBREVIATIONS:
        return Notation(frozenset({ABBREVIATIONS[token]}), certain=True, year=year)
    return Notation(_DOUBTFUL.get(token, frozenset()), certain=False, year=year)
