"""What an XML signature says it signs, and whether this hub computes that."""

import re
from dataclasses import dataclass, field

from lxml import etree

from hub.model.findings import SubIndication
from hub.model.limits import Limits
from hub.signatures.document import Document
from hub.signatures.policy import BROKEN_DIGESTS, XMLDSIG, Refused, digest_name
from hub.signatures.verifier import DIGESTS, METHODS

ENVELOPED = f"{XMLDSIG}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_PLAIN = (INCLUSIVE, "http://www.w3.org/2006/12/xml-c14n11", EXCLUSIVE)
C14N = frozenset({*_PLAIN, *(f"{uri.rstrip('#')}#WithComments" for uri in _PLAIN)})
#: Transforms by what they would do; none of them is ever computed.
_KNOWN_TRANSFORMS = {
    "http://www.w3.org/TR/1999/REC-xslt-19991116": "XSLT transform",
    "http://www.w3.org/TR/1999/REC-xpath-19991116": "XPath transform",
    "http://www.w3.org/2002/06/xmldsig-filter2": "XPath filter 2.0 transform",
    f"{XMLDSIG}base64": "base64 transform",
}
#: "#" and an NCName as Ids are written; XPointers and the like are not computed.
_FRAGMENT = re.compile(r"#[\w][\w.\-]*\Z")
_MANIFEST = f"{XMLDSIG}Manifest"
_XML = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class Reference:
    """One ds:Reference of a SignedInfo, its algorithms allowed."""

    uri: str
    digest: str
    #: The element it signs in the document's tree; the root for URI "".
    target: etree._Element = field(repr=False)
    #: ds:Reference/@Type, "" where absent; a hint of the signer's.
    type: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a signature says of itself, read before it is verified."""

    method: str
    references: tuple[Reference, ...]

    @property
    def targets(self) -> tuple[etree._Element, ...]:
        """What each reference signs, in order."""
        return tuple(reference.target for reference in self.references)


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
    if c14n not in C14N:
        raise Refused(SubIndication.UNSUPPORTED, "canonicalization unknown")
    refuse_inherited(signature, c14n)
    method = _read_method(info)
    return Claims(method, tuple(_read_reference(document, r) for r in found))


def _read_method(info: etree._Element) -> str:
    """The signature method, with its own word for each that is not computed.

    An HMAC's key is shared: whoever can verify it can make it.
    """
    uri = _algorithm(info, "SignatureMethod")
    name = uri.rpartition("#")[2].lower()
    if "hmac" in name:
        raise Refused(SubIndication.UNSUPPORTED, "HMAC")
    if name.startswith("dsa"):
        raise Refused(SubIndication.UNSUPPORTED, "DSA")
    if any(broken in name for broken in BROKEN_DIGESTS):
        raise Refused(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "algorithm broken")
    if uri not in METHODS:
        raise Refused(SubIndication.UNSUPPORTED, "signature method unknown")
    return uri


def _read_reference(document: Document, reference: etree._Element) -> Reference:
    uri, type_ = reference.get("URI"), reference.get("Type", "")
    _refuse_place(uri, type_)
    uri = uri or ""
    target = _resolve(document, uri)
    transforms = [
        t.get("Algorithm", "")
        for t in reference.iterfind(f"{_ds('Transforms')}/{_ds('Transform')}")
    ]
    _refuse_transforms(transforms)
    refuse_inherited(target, next((t for t in transforms if t in C14N), ""))
    if not uri:
        _refuse_instructions(document.root)
    return Reference(uri, _read_digest(reference), target, type_)


def _refuse_place(uri: str | None, type_: str) -> None:
    """Only this document's own elements; a Manifest's references prove nothing.

    XML-DSig leaves checking a ds:Manifest to the application (section 5.1).
    """
    if type_ == _MANIFEST:
        raise Refused(SubIndication.UNSUPPORTED, "ds:Manifest")
    if uri is None:
        raise Refused(SubIndication.UNSUPPORTED, "reference without URI")
    if uri.startswith("#xpointer"):
        raise Refused(SubIndication.UNSUPPORTED, "XPointer")
    if uri and not _FRAGMENT.match(uri):
        raise Refused(SubIndication.UNSUPPORTED, "reference to something outside")


def _resolve(document: Document, uri: str) -> etree._Element:
    """The one element with that Id, whatever the attribute's spelling."""
    if not uri:
        return document.root
    found = document.by_id.get(uri[1:], ())
    if not found:
        raise Refused(SubIndication.SIGNED_DATA_NOT_FOUND, "no element with this Id")
    if len(found) > 1:
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "Id given twice")
    return found[0]


def _read_digest(reference: etree._Element) -> str:
    uri = _algorithm(reference, "DigestMethod")
    name = digest_name(uri)
    if name in BROKEN_DIGESTS:
        raise Refused(SubIndication.CRYPTO_CONSTRAINTS_FAILURE, "algorithm broken")
    if uri not in DIGESTS:
        raise Refused(SubIndication.UNSUPPORTED, "digest unknown")
    return name


def _refuse_transforms(transforms: list[str]) -> None:
    """At most one enveloped-signature, then at most one c14n.

    signxml passes over transforms it does not know; here they end the matter.
    """
    rest = transforms[1:] if transforms[:1] == [ENVELOPED] else transforms
    for transform in rest:
        if transform not in C14N:
            remark = _KNOWN_TRANSFORMS.get(transform, "transform unknown")
            raise Refused(SubIndication.UNSUPPORTED, remark)
    if len(rest) > 1:
        raise Refused(SubIndication.UNSUPPORTED, "two canonicalizations")


def refuse_inherited(element: etree._Element, c14n: str) -> None:
    """xml:lang and the like are inherited by inclusive c14n; ours would lose them."""
    if c14n.startswith(EXCLUSIVE):
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


def _algorithm(parent: etree._Element, name: str) -> str:
    found = parent.find(_ds(name))
    return found.get("Algorithm", "") if found is not None else ""


def _ds(name: str) -> str:
    return f"{{{XMLDSIG}}}{name}"
