"""Oddities met while reading, from a closed list: kept and shown, never a refusal."""

from dataclasses import dataclass
from enum import StrEnum


class QuirkCode(StrEnum):
    """What was odd; the value is stable and stands in journals."""

    #: The root was edXMLEnvelope itself, without edXML around it.
    ROOT_ENVELOPE = "root-envelope"
    #: No namespace, or the old e-doc.vn one, where QCVN's was expected.
    NAMESPACE_ALIAS = "namespace-alias"
    #: `Manifest` for `edXMLManifest`, `Business` for `Bussiness`.
    NAME_VARIANT = "name-variant"
    #: A prefix without declaration was repaired before parsing.
    UNBOUND_PREFIX = "unbound-prefix"
    #: A date that cannot be (2014/02/30) or in no known form; the text is kept.
    DATE_IMPOSSIBLE = "date-impossible"
    #: A date in another form than yyyy/MM/dd.
    DATE_FORM = "date-form"
    #: A number was due and something else stood there.
    NUMBER_FORM = "number-form"
    #: OrganId missing, empty or the literal `null`.
    ORGAN_ID_NULL = "organ-id-null"
    #: An OrganId in none of the known forms.
    ORGAN_ID_FORM = "organ-id-form"
    #: The same receiver named twice; named once here.
    RECEIVER_TWICE = "receiver-twice"
    #: ContentType said one thing and the bytes another.
    TYPE_LIES = "type-lies"
    #: The manifest and the attachment name different content types.
    TYPE_DISAGREES = "type-disagrees"
    #: The file came in a ZIP of its own (the VNPT kit's habit); taken out.
    ZIP_WRAPPED = "zip-wrapped"
    #: Manifest entry and attachment were paired by name, or by position.
    PAIRED_BY_NAME = "paired-by-name"
    PAIRED_BY_POSITION = "paired-by-position"
    #: The manifest lists a file that is not there / the reverse.
    FILE_MISSING = "file-missing"
    FILE_UNLISTED = "file-unlisted"
    #: `cid:` on one side only.
    CID_ONE_SIDED = "cid-one-sided"
    #: A PDF or office file ruined by a text conversion.
    PAYLOAD_DAMAGED = "payload-damaged"
    #: An attachment of no bytes.
    FILE_EMPTY = "file-empty"
    #: Bussiness is absent: taken as a new document, paper unknown.
    BUSINESS_ABSENT = "business-absent"
    #: BussinessDocType none of 0..3.
    KIND_UNKNOWN = "kind-unknown"
    #: The paper flag was neither 0 nor 1.
    PAPER_FORM = "paper-form"
    #: Element repeated where one was expected; the first is read.
    ELEMENT_TWICE = "element-twice"
    #: An element nobody told us of.
    ELEMENT_UNKNOWN = "element-unknown"
    #: The schema of the strict form disagrees (the skeleton was checked).
    SCHEMA = "schema"
    #: Read on the plain path: payloads could not be hoisted safely.
    NOT_HOISTED = "not-hoisted"


@dataclass(frozen=True, slots=True)
class Quirk:
    """One oddity, where it stands, and what was there (never personal data)."""

    code: QuirkCode
    place: str = ""
    detail: str = ""
