"""The two written forms of a mã định danh; soft, because real senders are (EDXML.md 2).

Old (QCVN 102:2016): `000.05.37.H40`, lowest level first. New (QĐ 20/2020/QĐ-TTg):
`H40.37.5`, level 1 first. One is never turned round into the other to compare them:
which codes belong to one body is told by aliases and by the axis' catalogue. What
`look_alikes` gives serves only to refuse, never to find.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from hub.model.ids import AgencyCode, normal_code

#: Four groups; three-part and shorter ones are in use, too (`28.22.H17`).
_OLD = re.compile(r"(\d{3}\.)?(\d{2}\.){1,2}[A-Z]\d{2}", re.ASCII)
#: Level 1 first, up to 35 characters; enterprises have letters in it (`H37.DN.001`).
_NEW = re.compile(r"(?=.{1,35}$)[A-Z]\d{2}(\.[0-9A-Z]{1,5})*", re.ASCII)
#: Interconnection systems have ids of this level 1 and take no documents.
_SYSTEMS = "W00"
#: What real senders write where they have no code.
_NOBODY = frozenset({"", "NULL"})
_BETWEEN = re.compile(r"[^A-Z0-9]+")
#: A group of digits, and the group of a province or ministry (H40), O typed for 0.
_DIGITS = re.compile(r"[0-9O]+")
_ROOT = re.compile(r"[A-Z][0-9O]{2}")
#: QCVN 102:2016 has four levels; one more stands in no known code.
_LEVELS = 4


class CodeForm(StrEnum):
    """How a code is written."""

    OLD = "old"
    #: Old order with fewer than four groups.
    OLD_SHORT = "old-short"
    NEW = "new"
    #: An interconnection system (`…W00`), not addressable.
    SYSTEM = "system"
    #: None of the known forms (`vxp.saas.03`): it may still be in a catalogue.
    OTHER = "other"
    #: Blank, or the literal `null`.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ParsedCode:
    """A code taken apart."""

    #: As `normal_code` gives it.
    text: AgencyCode
    form: CodeForm
    #: Level 1 first, as written, levels not used left out; () for OTHER and NONE.
    levels: tuple[str, ...] = ()


def parse(code: str) -> ParsedCode:
    """A code's form and levels; total, blanks and case are forgiven."""
    text = normal_code(code)
    form = _form(text)
    if form in {CodeForm.OTHER, CodeForm.NONE}:
        return ParsedCode(text, form)
    groups = text.split(".")
    if not _NEW.fullmatch(text):
        groups.reverse()
        while len(groups) > 1 and not groups[-1].strip("0"):
            groups.pop()
    return ParsedCode(text, form, tuple(groups))


def is_well_formed(code: str) -> bool:
    """Whether a code, exactly as written, has one of the two forms."""
    return bool(_OLD.fullmatch(code) or _NEW.fullmatch(code))


def names_somebody(code: str) -> bool:
    """Whether there is a code at all; the literal `null` is none."""
    return normal_code(code) not in _NOBODY


def look_alikes(code: str) -> Iterator[str]:
    """The code and every regular one it may be taken for (`OOO.5.37.H40`)."""
    yield code
    groups = [group for group in _BETWEEN.split(normal_code(code)) if group]
    if groups and _ROOT.fullmatch(groups[-1]):
        groups.reverse()
    if not groups or not _ROOT.fullmatch(groups[0]):
        return
    root = groups[0][0] + groups[0][1:].replace("O", "0")
    levels = [_number(group) for group in groups[1:]]
    while levels and levels[-1] == "0":
        levels.pop()
    yield ".".join((root, *levels))
    yield ".".join((root, *(level.zfill(2) for level in levels)))
    if len(levels) < _LEVELS:
        yield from _old_forms(root, levels)


def _old_forms(root: str, levels: list[str]) -> Iterator[str]:
    two, three, four = [*levels, "0", "0", "0"][:3]
    short = f"{three.zfill(2)}.{two.zfill(2)}.{root}"
    yield f"{four.zfill(3)}.{short}"
    if four == "0":
        yield short
    if four == three == "0":
        yield f"{two.zfill(2)}.{root}"


def _number(group: str) -> str:
    if not _DIGITS.fullmatch(group):
        return group
    return group.replace("O", "0").lstrip("0") or "0"


def _form(text: str) -> CodeForm:
    if text in _NOBODY:
        return CodeForm.NONE
    if not is_well_formed(text):
        return CodeForm.OTHER
    if _SYSTEMS in text.split("."):
        return CodeForm.SYSTEM
    if _NEW.fullmatch(text):
        return CodeForm.NEW
    return CodeForm.OLD if text.count(".") == _LEVELS - 1 else CodeForm.OLD_SHORT
