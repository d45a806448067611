"""Namespaces of edXML and the element names each part of it may hold."""

from functools import lru_cache

from lxml.etree import QName, _Element

#: Family A (QCVN 102:2016/BTTTT); what this hub writes.
QCVN = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
#: Family B, the old eDoc.
EDOC = "http://www.e-doc.vn/Schema/"
#: Family C, recognised and refused.
FLAT = "http://www.go.vn/eDoc"
SOAP = frozenset(
    {
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    }
)
DSIG = "http://www.w3.org/2000/09/xmldsig#"
XLINK = "http://www.w3.org/1999/xlink"

#: When reading, these mean the same (EDXML.md 1.2).
ALIASES = frozenset({QCVN, EDOC, ""})

#: Names a secrecy field goes by, folded; the standard has none, senders make them up.
SECRECY = frozenset(
    {"secrecy", "secrecylevel", "secretlevel", "security", "securitylevel"}
    | {"confidentiality", "confidentiallevel", "domat", "mucdomat"}
)

PAYLOAD = "ContentTransferEncoded"

_BODY = frozenset(
    {"OrganId", "OrganizationInCharge", "OrganName", "OrganAdd"}
    | {"Email", "Telephone", "Fax", "Website"}
)
_FILE = frozenset({"ContentId", "ContentType", "Description", "AttachmentName"})

#: Parent -> children that EDXML.md 1.2 knows; what is not here is a quirk.
KNOWN: dict[str, frozenset[str]] = {
    "edXMLHeader": frozenset(
        {"MessageHeader", "TraceHeaderList", "Bussiness", "Business"}
        | {"Signature", "DigitalSignature", "ErrorList"}
    ),
    "MessageHeader": frozenset(
        {"From", "To", "DocumentId", "Code", "PromulgationInfo", "DocumentType"}
        | {"Subject", "Content", "SignerInfo", "DueDate", "OtherInfo", "ResponseFor"}
        | {"SteeringType", "ResponseForTask", "ApplicationType", "ToPlaces"}
        | {"StaffInfo", "StatusCode", "Description", "Timestamp"}
    ),
    "From": _BODY,
    "To": _BODY,
    "PromulgationInfo": frozenset({"Place", "PromulgationDate"}),
    "DocumentType": frozenset({"Type", "TypeDetail", "TypeName"}),
    "SignerInfo": frozenset({"Competence", "Position", "FullName"}),
    "OtherInfo": frozenset(
        {"Priority", "SphereOfPromulgation", "TyperNotation", "PromulgationAmount"}
        | {"PageAmount", "Direction", "Appendixes", "ReplyFors", "ReferenceCodes"}
    ),
    "ResponseFor": frozenset({"OrganId", "Code", "DocumentId", "PromulgationDate"}),
    "TraceHeaderList": frozenset({"TraceHeader", "Bussiness", "Business"}),
    "TraceHeader": frozenset({"OrganId", "Timestamp"}),
    "Bussiness": frozenset(
        {"DocumentId", "BussinessDocType", "BussinessDocReason", "Paper"}
        | {"BussinessDocumentInfo", "ReplacementInfoList", "StaffInfo"}
        | {"BusinessDocType", "BusinessDocReason", "BusinessDocumentInfo"}
    ),
    "StaffInfo": frozenset({"Department", "Staff", "Email", "Mobile"}),
    "edXMLBody": frozenset({"edXMLManifest", "Manifest"}),
    "edXMLManifest": frozenset({"Reference"}),
    "Reference": _FILE,
    "AttachmentEncoded": frozenset({"Attachment"}),
    "Attachment": _FILE | {PAYLOAD},
}
KNOWN["Business"] = KNOWN["Bussiness"]
KNOWN["Manifest"] = KNOWN["edXMLManifest"]


#: Longer tags are no names of edXML; they are not kept.
_LONGEST_KEPT = 200


def namespace(element: _Element) -> str:
    """The namespace URI of an element; "" for none."""
    return _parts(element)[0]


def local_name(element: _Element) -> str:
    """The local name of an element, whatever its namespace."""
    return _parts(element)[1]


def edxml_name(element: _Element) -> str:
    """The local name if the namespace is one of edXML's aliases, else ""."""
    space, name = _parts(element)
    return name if space in ALIASES else ""


def folded(name: str) -> str:
    """A local name as SECRECY has it: `Muc_Do-Mat` is `mucdomat`."""
    return name.replace("_", "").replace("-", "").casefold()


def _parts(element: _Element) -> tuple[str, str]:
    """Namespace and local name; asked some 600 times for an ordinary envelope."""
    tag: object = element.tag
    if isinstance(tag, str) and len(tag) <= _LONGEST_KEPT:
        return _split(tag)
    name = QName(element)
    return name.namespace or "", name.localname


@lru_cache(maxsize=1024)
def _split(tag: str) -> tuple[str, str]:
    name = QName(tag)
    return name.namespace or "", name.localname
