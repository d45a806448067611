"""Which type of document is it? TypeName first, then the notation (EDXML.md 1.8, 6).

The numbers of DocumentType mean other things at other senders; they are a hint for the
clerk where nothing else is known, and decide nothing.
"""

from dataclasses import dataclass

from hub.model.documents import DocumentType
from hub.model.envelopes import Envelope
from hub.rules.letters import bare_words, same_form, without_marks
from hub.rules.notation import ABBREVIATIONS, Notation, read_notation

#: TypeName without marks -> type. The values of DocumentType are those very words.
_NAMES = {
    **{t.value.replace("-", " "): t for t in DocumentType if t != DocumentType.UNKNOWN},
    **dict.fromkeys(
        (
            "van ban quy pham phap luat",
            "van ban qppl",
            "hien phap",
            "bo luat",
            "luat",
            "phap lenh",
            "lenh",
            "nghi quyet lien tich",
            "nghi dinh",
            "thong tu",
            "thong tu lien tich",
        ),
        DocumentType.NORMATIVE,
    ),
}
#: What some systems write where they do not know the type: as good as nothing.
_SAYS_NOTHING = frozenset(
    {"", "null", "khac", "loai khac", "van ban", "van ban khac", "van ban hanh chinh"}
)
#: Types that exist in a normative form, told by the year inside the number.
_ALSO_NORMATIVE = frozenset(
    {DocumentType.DECISION, DocumentType.RESOLUTION, DocumentType.DIRECTIVE}
)
#: Lists of SĐ1:2022 as far as they matter here (EDXML.md 1.8).
_LIST_B = {
    1: DocumentType.RESOLUTION,
    2: DocumentType.DECISION,
    3: DocumentType.DIRECTIVE,
    4: DocumentType.REGULATION,
    5: DocumentType.RULES,
    6: DocumentType.COMMUNIQUE,
    7: DocumentType.NOTICE,
    8: DocumentType.GUIDANCE,
    9: DocumentType.PROGRAMME,
    10: DocumentType.PLAN,
    18: DocumentType.LETTER,
    19: DocumentType.DISPATCH,
    25: DocumentType.INVITATION,
}
_ADMINISTRATIVE = 2


@dataclass(frozen=True, slots=True)
class TypeReading:
    """A type, and how it was come by."""

    type: DocumentType
    #: "type-name", "notation", or "default" where neither says anything.
    read_from: str
    #: TypeName and notation disagree: for the clerk, and paper.
    conflict: bool = False


def read_type(
    envelope: Envelope, year: int | None, *, normative_decision: bool = True
) -> TypeReading:
    """The type of an envelope.

    `year` is that of a plausible PromulgationDate; `normative_decision` says whether a
    Quyết định with the year inside its number counts as VBQPPL.
    """
    named = _named(envelope.type_name)
    noted = read_notation(envelope.number, envelope.notation, year)
    if named is None:
        reading = _from_notation(noted)
    elif named is DocumentType.UNKNOWN:
        reading = _from_strange_name(noted)
    else:
        reading = TypeReading(named, "type-name", _disagree(envelope, named, noted))
    return _refined(reading, noted, normative_decision=normative_decision)


def _named(type_name: str) -> DocumentType | None:
    """None: it says nothing. UNKNOWN: a name nobody told us of."""
    name = bare_words(type_name)
    if name in _SAYS_NOTHING:
        return None
    abbreviated = ABBREVIATIONS.get(same_form(type_name))
    return _NAMES.get(name) or abbreviated or DocumentType.UNKNOWN


def _from_notation(noted: Notation | None) -> TypeReading:
    if noted is None:
        return TypeReading(DocumentType.UNKNOWN, "default")
    if noted.certain:
        return TypeReading(next(iter(noted.types)), "notation")
    # A Công văn has no type token: agency and unit only (UBND-VP). A token that may
    # be a mistyped one (QD for QĐ) must not become paperless by that.
    absent = DocumentType.UNKNOWN if noted.types else DocumentType.LETTER
    return TypeReading(absent, "notation")


def _from_strange_name(noted: Notation | None) -> TypeReading:
    if noted is None or not noted.certain:
        return TypeReading(DocumentType.UNKNOWN, "type-name")
    # The name cannot confirm what the notation says.
    return TypeReading(next(iter(noted.types)), "notation", conflict=True)


def _disagree(envelope: Envelope, named: DocumentType, noted: Notation | None) -> bool:
    if noted is None or not noted.types:
        return False
    if _says_individual(envelope.type_name) and noted.year:
        return True
    if named is DocumentType.NORMATIVE and noted.year:
        return not noted.types & {*_ALSO_NORMATIVE, DocumentType.NORMATIVE}
    return named not in noted.types


def _says_individual(type_name: str) -> bool:
    return "ca biet" in without_marks(type_name)


def _refined(
    reading: TypeReading, noted: Notation | None, *, normative_decision: bool
) -> TypeReading:
    """Apply the year inside the number, where name and notation agree."""
    if noted is None or reading.conflict or not (noted.certain and noted.year):
        return reading
    if DocumentType.DECISION in noted.types and not normative_decision:
        return TypeReading(DocumentType.DECISION, reading.read_from)
    if reading.type in _ALSO_NORMATIVE:
        return TypeReading(DocumentType.NORMATIVE, reading.read_from)
    return reading


def hinted_type(envelope: Envelope) -> DocumentType | None:
    """What Type and TypeDetail would mean in the lists of 2022; only ever a hint."""
    if envelope.type_detail and envelope.type_number == _ADMINISTRATIVE:
        return _LIST_B.get(envelope.type_detail)
    if envelope.type_detail or envelope.type_number is None:
        return None
    return _LIST_B.get(envelope.type_number)
