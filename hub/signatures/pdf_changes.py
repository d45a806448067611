"""What happened to a PDF after it was signed: whole, allowed, unexplained, broken.

pyHanko's bottom line is not used: it calls a file fine whose form fields were filled
in after signing, which changes what is read, and suspicious one whose stamp was put
in by a tool that frees what nothing refers to. Here each later revision is compared
with the one before by what can be reached, and only more signatures, time stamps and
validation data may come after a signature.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.changes import HARMLESS, Alteration, AlterationKind, Changes
from hub.model.findings import SubIndication
from hub.signatures.pdf_history import FOREIGN, History
from hub.signatures.pdf_overlays import covers_a_page
from hub.signatures.pdf_ranges import (
    Covered,
    covered,
    has_stray_bytes,
    has_unnamed_objects,
    hybrid_revisions,
    odd_tables,
)
from hub.signatures.pdf_revisions import Revision, Story
from hub.signatures.policy import Refused

#: Revisions compared after one signature; a file passed round ten desks has forty.
_REVISIONS = 100

#: What a certification that allows no changes allows all the same (ISO 32000-2, table
#: 257: validation data and document time stamps).
_ALWAYS = frozenset(
    {
        AlterationKind.DOCUMENT_TIMESTAMP,
        AlterationKind.VALIDATION_DATA,
        AlterationKind.METADATA,
        AlterationKind.BOOKKEEPING,
    }
)


@dataclass(slots=True)
class Change:
    """What came after one signature."""

    changes: Changes
    alterations: tuple[Alteration, ...] = ()
    #: The revision that the signature ends, where it ends one.
    signed: Covered | None = None


@dataclass(slots=True)
class Chronicle:
    """One file's bytes with what is known of its revisions, shared by signatures."""

    data: bytes = field(repr=False)
    history: History = field(repr=False)
    story: Story = field(repr=False)

    @classmethod
    def of(cls, data: bytes, history: History) -> "Chronicle":
        """Nothing compared yet."""
        return cls(data, history, Story(history))


def changes_after(signature: EmbeddedPdfSignature, file: Chronicle) -> Change:
    """What came after the bytes signed; BROKEN is the digest's business.

    Raises Refused for a file of more revisions than are compared.
    """
    signed = covered(signature, file.data)
    if signed is None:
        return Change(
            Changes.UNEXPLAINED, (Alteration(AlterationKind.BYTE_RANGE),), None
        )
    found = (*dict.fromkeys(_alterations(signature, signed, file)),)
    if not found and signed.end == len(file.data):
        return Change(Changes.WHOLE, (), signed)
    harmless = all(one.kind in HARMLESS for one in found)
    changes = Changes.ALLOWED if harmless else Changes.UNEXPLAINED
    return Change(changes, found, signed)


def _alterations(
    signature: EmbeddedPdfSignature, signed: Covered, file: Chronicle
) -> Iterator[Alteration]:
    if signed.revision is None:
        yield Alteration(AlterationKind.OTHER)
        return
    later = range(signed.revision + 1, file.history.last + 1)
    if len(later) > _REVISIONS:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too many revisions")
    yield from _two_readings(file, signed, signed.revision)
    yield from _of_revisions(signature, file.story, later)
    if later and _drawn_over(file.history, signed.revision):
        yield Alteration(AlterationKind.ANNOTATION, file.history.last)


def _two_readings(
    file: Chronicle, signed: Covered, revision: int
) -> Iterator[Alteration]:
    """What makes other readers read another file than this one."""
    reader, data = file.history.reader, file.data
    for number in range(file.history.last + 1):
        if file.story.doubles_trailer(number):
            yield Alteration(AlterationKind.OTHER, number)
    for number in hybrid_revisions(reader, revision):
        yield Alteration(AlterationKind.HYBRID, number)
    if has_stray_bytes(reader, data, signed) or (
        has_unnamed_objects(reader, data, revision)
    ):
        yield Alteration(AlterationKind.STRAY_BYTES)
    for number in odd_tables(reader, data, revision):
        yield Alteration(AlterationKind.OTHER, number)


def _of_revisions(
    signature: EmbeddedPdfSignature, story: Story, later: Iterable[int]
) -> Iterator[Alteration]:
    brought: set[str] = set()
    for number in later:
        try:
            revision = story.revision(number)
        except FOREIGN:
            yield Alteration(AlterationKind.OTHER, number)
            continue
        brought.update(revision.brought)
        for kind in sorted(revision.kinds, key=list(AlterationKind).index):
            yield Alteration(kind, number)
        if _is_forbidden(signature, revision, brought):
            yield Alteration(AlterationKind.FORBIDDEN, number)


def _drawn_over(history: History, signed: int) -> bool:
    try:
        return covers_a_page(history.view(signed), history.view(history.last))
    except FOREIGN:
        return True  # boxes that are none


def _is_forbidden(
    signature: EmbeddedPdfSignature, revision: Revision, brought: set[str]
) -> bool:
    """Whether the signature's own DocMDP or FieldMDP rules out what a revision did.

    `brought` are fields that came after the signature. A certification allows signing
    in fields that are there, and no new field that shows something: the "sneaky
    signature" (Mainka et al., "Breaking the Specification: PDF Certification", IEEE
    S&P 2021). No lock can have meant a field that came later and shows nothing.
    """
    allowed = signature.docmdp_level
    if allowed is MDPPerm.NO_CHANGES and not revision.kinds <= _ALWAYS:
        return True
    sneaked = brought.intersection(revision.drawn)
    if allowed is not None and sneaked:
        return True
    locked = signature.fieldmdp
    names = sneaked | {*revision.signed} - brought
    return locked is not None and any(locked.is_locked(name) for name in names)
