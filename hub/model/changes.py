"""What happened to a PDF after it was signed, named as an auditor would name it."""

from dataclasses import dataclass
from enum import StrEnum


class Changes(StrEnum):
    """Four outcomes, never mixed; what each leads to is the policy's."""

    WHOLE = "whole"
    #: More came after the signature, all of it named and harmless (`Alteration`).
    ALLOWED = "allowed"
    UNEXPLAINED = "unexplained"
    BROKEN = "broken"


class AlterationKind(StrEnum):
    """What one later revision, or something beside the revisions, did."""

    # harmless: what signing tools do
    #: Another signature: the organisation's stamp after the leader's.
    SIGNATURE = "signature"
    DOCUMENT_TIMESTAMP = "document-timestamp"
    #: Certificates, CRLs and OCSP answers of a DSS (ETSI EN 319 142-1, 5.4.2).
    VALIDATION_DATA = "validation-data"
    #: Info dictionary, XMP, dates of change.
    METADATA = "metadata"
    #: An empty signature field.
    SIGNATURE_FIELD = "signature-field"
    #: Objects written again as they were, cross-reference bookkeeping, freed entries
    #: that nothing refers to.
    BOOKKEEPING = "bookkeeping"
    # never harmless by themselves
    FORM = "form"
    ANNOTATION = "annotation"
    PAGE = "page"
    #: The catalogue: actions, scripts, layers, embedded files.
    CATALOG = "catalog"
    #: A cross-reference table and a stream that two readers may read as two files.
    HYBRID = "hybrid"
    #: Bytes that belong to no revision.
    STRAY_BYTES = "stray-bytes"
    #: The byte range leaves out more than this signature's own value.
    BYTE_RANGE = "byte-range"
    #: A certification (DocMDP) or a lock (FieldMDP) that forbids what came after.
    FORBIDDEN = "forbidden"
    #: Something else, in objects nobody could name.
    OTHER = "other"


#: Alterations that leave what is read as it was.
HARMLESS = frozenset(
    {
        AlterationKind.SIGNATURE,
        AlterationKind.DOCUMENT_TIMESTAMP,
        AlterationKind.VALIDATION_DATA,
        AlterationKind.METADATA,
        AlterationKind.SIGNATURE_FIELD,
        AlterationKind.BOOKKEEPING,
    }
)


@dataclass(frozen=True, slots=True)
class Alteration:
    """One named thing that came after a signature."""

    kind: AlterationKind
    #: Revision that brought it, the first is 0; None: beside the revisions.
    revision: int | None = None


class Look(StrEnum):
    """What comparing the rendered revisions showed (the second look)."""

    #: Pages, their texts and what stands on them are the same, later signatures' own
    #: rectangles apart.
    SAME = "same"
    DIFFERENT = "different"
    #: One of the revisions cannot be rendered, or it would take too long.
    UNKNOWN = "unknown"
