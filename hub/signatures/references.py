"""What an XML signature says it signs, whether we compute that, and what it covers."""

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from hub.model.findings import Covered, SubIndication
from hub.model.limits import Limits
from hub.signatures.document import Document, elements, local
from hub.signatures.policy import XMLDSIG, Refused, digest_name

_ENVELOPED = f"{XMLDSIG}enveloped-signature"
_INCLUSIVE = (
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
)
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_C14N = frozenset(
    {*_INCLUSIVE, *(f"{uri}#WithComments" for uri in _INCLUSIVE), _EXCLUSIVE}
    | {f"{_EXCLUSIVE}WithComments"}
)
#: "#" and an NCName as Ids are written; XPointers and the like are not computed.
_FRAGMENT = re.compile(r"#[\w][\w.\-]*\Z")
#: Comments looked at in one document; honest senders write a handful.
_COMMENTS = 1_000
_XML = "{http://www.w3.org/XML/1998/namespace}"
_SOAP = re.compile(r"\{http://(schemas\.xmlsoap\.org|www\.w3\.org/2003/05)/.*\}")


@dataclass(frozen=True, slots=True)
class Reference:
    """One ds:Reference of a SignedInfo, its algorithms allowed."""

    uri: str
    digest: str
    #: The element it signs in the document's tree; the root for URI "".
    target: etree._Element = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a signature says of itself, read before it is verified."""

    method: str
    references: tuple[Reference, ...]


def read_claims(
    document: Document, signature: etree._Element, limits: Limits
) -> Claims:
    """Read SignedInfo; raises Refused for whatever this hub does not compute."""
    info = signature.find(_ds("SignedInfo"))
    if info is None:
        raise Refused(SubIndication.FORMAT_FAILURE, "no SignedInfo")
    found = info.findall(_ds("Reference"))
    if len(found) > limits.references:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too many references")
    if not found:
        raise Refused(SubIndication.SIGNED_DATA_NOT_FOUND, "no reference")
    c14n = _algorithm(info, "CanonicalizationMethod")
    if c14n not in _C14N:
        raise Refused(SubIndication.UNSUPPORTED, "canonicalization unknown")
    _refuse_inherited(signature, c14n)
    references = tuple(_read_reference(document, r) for r in found)
    return Claims(_algorithm(info, "SignatureMethod"), references)


def _read_reference(document: Document, reference: etree._Element) -> Reference:
    uri = reference.get("URI")
    if uri is None or (uri and not _FRAGMENT.match(uri)):
        raise Refused(SubIndication.UNSUPPORTED, "reference to something outside")
    target = _resolve(document.root, uri)
    transforms = [
        t.get("Algorithm", "")
        for t in reference.iterfind(f"{_ds('Transforms')}/{_ds('Transform')}")
    ]
    _refuse_transforms(transforms)
    _refuse_inherited(target, next((t for t in transforms if t in _C14N), ""))
    if not uri:
        _refuse_instructions(document.root)
    digest = digest_name(_algorithm(reference, "DigestMethod"))
    return Reference(uri, digest, target)


def _resolve(root: etree._Element, uri: str) -> etree._Element:
    """The one element with that Id, whatever the attribute's spelling."""
    if not uri:
        return root
    found = [e for e in elements(root) if uri[1:] in _ids(e)]
    if not found:
        raise Refused(SubIndication.SIGNED_DATA_NOT_FOUND, "no element with this Id")
    if len(found) > 1:
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "Id given twice")
    return found[0]


def _ids(element: etree._Element) -> list[str]:
    names = ((str(k).rpartition("}")[2], str(v)) for k, v in element.attrib.items())
    return [value for name, value in names if name.lower() == "id"]


def _refuse_transforms(transforms: list[str]) -> None:
    """At most one enveloped-signature, then at most one c14n.

    signxml passes over transforms it does not know; here they end the matter.
    """
    rest = transforms[1:] if transforms[:1] == [_ENVELOPED] else transforms
    if len(rest) > 1 or any(t not in _C14N for t in rest):
        raise Refused(SubIndication.UNSUPPORTED, "transform not computed")


def _refuse_inherited(element: etree._Element, c14n: str) -> None:
    """xml:lang and the like are inherited by inclusive c14n; ours would lose them."""
    if c14n.startswith(_EXCLUSIVE):
        return
    if any(
        str(name).startswith(_XML)
        for ancestor in element.iterancestors()
        for name in ancestor.attrib
    ):
        raise Refused(SubIndication.UNSUPPORTED, "inherited xml: attributes")


def _refuse_instructions(root: etree._Element) -> None:
    """Processing instructions beside the root belong to URI ""; signxml skips them."""
    beside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    if any(str(node.tag) == str(etree.PI) for node in beside):
        raise Refused(SubIndication.UNSUPPORTED, "processing instruction")


def covers(
    document: Document, signature: etree._Element, claims: Claims
) -> tuple[Covered, ...]:
    """The parts of the envelope that verified references cover.

    Raises Refused(NOT_THE_DOCUMENT) when something signed is not a part of the one
    envelope that is read, at its legal place: a wrapped or stray copy.
    """
    if any(local(e) in _PARTS for e in elements(signature)):
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "envelope inside a signature")
    if _comments_in_texts(document.root):
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "comment inside a text")
    legal = _legal_parts(document.root)
    found: set[Covered] = set()
    for reference in claims.references:
        if signature in {reference.target, *reference.target.iterancestors()}:
            continue  # XAdES properties: they speak of the signature, not the document
        part = next((p for e, p in legal if e is reference.target), None)
        if part is None:
            raise Refused(
                SubIndication.NOT_THE_DOCUMENT, "signed part not the read one"
            )
        found.add(part)
    if not found:
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "no part of the document signed")
    return tuple(part for part in Covered if part in found)


def _comments_in_texts(root: etree._Element) -> bool:
    """Whether a comment, which no signature covers, cuts a text that is read.

    A reader takes "A" from A<!-- -->B where "AB" was signed (CVE-2017-11427). Raises
    Refused(RESOURCE_LIMIT) for a pile of comments.
    """
    comments = list(islice(root.iter(etree.Comment), _COMMENTS + 1))
    if len(comments) > _COMMENTS:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too many comments")
    # Each parent once: asking for every comment would take time by their square.
    parents = {comment.getparent() for comment in comments}
    texts = (
        text
        for parent in parents
        if parent is not None
        for text in (parent.text, *(child.tail for child in parent))
    )
    return any((text or "").strip() for text in texts)


_PARTS = {
    "edXML",
    "edXMLEnvelope",
    "edXMLHeader",
    "edXMLBody",
    "AttachmentEncoded",
    "MessageHeader",
    "TraceHeaderList",
    "edXMLManifest",
    "Manifest",
    "Attachment",
}

_Parts = list[tuple[etree._Element, Covered]]  # noqa: SLF001 - its only name


def _legal_parts(root: etree._Element) -> _Parts:
    """Elements that are the document's parts: once each, at their own places."""
    counts = Counter(local(e) for e in elements(root))
    if _SOAP.match(str(root.tag)):
        return _soap_parts(root, counts)
    envelope = root if local(root) == "edXMLEnvelope" else _child(root, "edXMLEnvelope")
    header = _child(envelope, "edXMLHeader")
    places = [
        (envelope, Covered.ENVELOPE),
        (header, Covered.HEADER),
        (_child(envelope, "edXMLBody"), Covered.BODY),
        (_child(root, "AttachmentEncoded"), Covered.ATTACHMENTS),
    ]
    if counts["edXMLHeader"] == 1:
        # What is routed by. The axis appends hops beside it, so that a signature over
        # the stable parts names it and not the header (EDXML.md 5.1).
        places.append((_child(header, "MessageHeader"), Covered.HEADER))
    parts = [(e, p) for e, p in places if e is not None and counts[local(e)] == 1]
    if local(root) not in {"edXML", "edXMLEnvelope"}:
        return parts
    whole = _carries_its_files(root, counts)
    return [(root, Covered.DOCUMENT if whole else Covered.ENVELOPE), *parts]


def _carries_its_files(root: etree._Element, counts: Counter[str]) -> bool:
    """Whether the text of the document is inside the root, or there is none at all."""
    has_files = _child(root, "AttachmentEncoded") is not None
    return has_files or not (counts["edXMLManifest"] or counts["Manifest"])


def _soap_parts(root: etree._Element, counts: Counter[str]) -> _Parts:
    """Family B: files are MIME parts, so the whole root is the envelope only."""
    header, body = _child(root, "Header"), _child(root, "Body")
    places = (
        (root, Covered.ENVELOPE),
        (header, Covered.HEADER),
        (_child(header, "MessageHeader"), Covered.HEADER),
        (body, Covered.BODY),
        (_child(body, "Manifest"), Covered.BODY),
    )
    return [(e, p) for e, p in places if e is not None and counts[local(e)] == 1]


def _child(parent: etree._Element | None, name: str) -> etree._Element | None:
    if parent is None:
        return None
    return next((child for child in parent if local(child) == name), None)


def _algorithm(parent: etree._Element, name: str) -> str:
    found = parent.find(_ds(name))
    return found.get("Algorithm", "") if found is not None else ""


def _ds(name: str) -> str:
    return f"{{{XMLDSIG}}}{name}"
