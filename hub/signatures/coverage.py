"""What verified references cover: parts of the one envelope that is read, its fields.

The reader takes elements by path from the root (hub/edxml/reader.py). What is signed
counts only where it is those very elements; anything else is a wrapped or stray copy.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from hub.model.findings import Covered, Field, SubIndication
from hub.signatures.document import Document, local, namespace
from hub.signatures.policy import EDOC, QCVN, Refused
from hub.signatures.references import Claims

#: Comments looked at in one document; honest senders write a handful.
_COMMENTS = 1_000
_SOAP = frozenset(
    {
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    }
)
#: Namespaces that readers take for edXML's (EDXML.md 1.2).
_EDXML = frozenset({QCVN, EDOC, ""})
_PARTS = frozenset(
    {"edXML", "edXMLEnvelope", "edXMLHeader", "edXMLBody", "AttachmentEncoded"}
    | {"MessageHeader", "TraceHeaderList", "edXMLManifest", "Manifest", "Attachment"}
)
#: The same for lxml, which finds them by itself: no namespace makes them harmless.
_PART_TAGS = tuple(f"{{*}}{name}" for name in sorted(_PARTS))
_COUNTED = (*_PART_TAGS, *(f"{{*}}{name}" for name in ("Envelope", "Header", "Body")))
#: The elements of MessageHeader that a business field is read from.
_SOURCES = {
    Field.SENDER: ("From",),
    Field.RECEIVERS: ("To",),
    Field.NUMBER: ("DocumentId", "Code"),
    Field.TYPE: ("DocumentType",),
    Field.SUBJECT: ("Subject",),
}
#: What is to be done with a document (EDXML.md 1.5), in both spellings; it stands
#: beside MessageHeader. "New" is what a document is without a word.
_ERRANDS = ("Bussiness", "Business")
_ERRAND_TYPES = ("BussinessDocType", "BusinessDocType")
_NEW = frozenset({"", "0"})
_ASTRAY = "signed part not the read one"
#: Children of MessageHeader that may stand more than once.
_MANY = frozenset({"To", "ResponseFor"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a signature covers, as far as it was proven."""

    parts: tuple[Covered, ...] = ()
    fields: tuple[Field, ...] = ()


def coverage(document: Document, signature: etree._Element, claims: Claims) -> Coverage:
    """The parts and the business fields that verified references cover.

    Raises Refused(NOT_THE_DOCUMENT) when something signed is not at a legal place of
    the one envelope that is read, and where readers could read it in two ways.
    """
    _refuse_two_readings(document, signature)
    legal = Legal.of(document.root)
    found: set[Covered] = set()
    targets: set[etree._Element] = set()
    for reference in claims.references:
        target = reference.target
        if signature in {target, *target.iterancestors()}:
            if edxml(target):  # hidden there, where nobody reads it
                raise Refused(SubIndication.NOT_THE_DOCUMENT, _ASTRAY)
            continue  # XAdES properties: they speak of the signature, not the document
        part = next((p for e, p in legal.parts if e is target), None)
        if part is not None:
            found.add(part)
        elif not (legal.is_single(target) or target is legal.errand):
            raise Refused(SubIndication.NOT_THE_DOCUMENT, _ASTRAY)
        targets.add(target)
    return _concluded(legal, found, targets)


def _concluded(
    legal: "Legal", found: set[Covered], targets: set[etree._Element]
) -> Coverage:
    if not all(_within(errand, targets) for errand in _errands(legal.message)):
        # Or whoever carries a document could make it revoke another one.
        found.discard(Covered.HEADER)
    if legal.files is not None and _within(legal.files, targets):
        whole = Covered.DOCUMENT in found
        found |= set() if whole else {Covered.ATTACHMENTS}
    fields = frozenset(_fields(legal, found, targets))
    if not (found or fields):
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "no part of the document signed")
    return Coverage(
        tuple(part for part in Covered if part in found),
        tuple(one for one in Field if one in fields),
    )


def _fields(
    legal: "Legal", found: set[Covered], targets: set[etree._Element]
) -> Iterator[Field]:
    """Fields whose every source is signed; a source that is not there, with its place.

    The list of files says which of them is the document: it belongs to the files.
    """
    if legal.message is not None and _within(legal.message, targets):
        yield from _SOURCES
    elif legal.message is not None and any(map(legal.is_single, targets)):
        for one, names in _SOURCES.items():
            sources = _sources(legal.message, names)
            first = next(sources, None)
            if first is not None and all(
                _within(source, targets) for source in (first, *sources)
            ):
                yield one
    listed = bool(found & {Covered.BODY, Covered.ENVELOPE})
    if Covered.DOCUMENT in found or (listed and Covered.ATTACHMENTS in found):
        yield Field.ATTACHMENTS


def _sources(message: etree._Element, names: Iterable[str]) -> Iterator[etree._Element]:
    """Children of MessageHeader; of Code its own children, read one by one."""
    for found in message.iterchildren(*_tags(names)):
        inner = list(elements_of(found)) if edxml(found) == "Code" else []
        yield from inner or [found]


def _tags(names: Iterable[str]) -> list[str]:
    """Names in every namespace that readers take for edXML's, as lxml finds them."""
    spaces = [f"{{{space}}}" if space else "" for space in sorted(_EDXML)]
    return [space + name for name in names for space in spaces]


def _errands(message: etree._Element | None) -> Iterator[etree._Element]:
    """Words beside a MessageHeader that make of a document more than a new one."""
    for errand in _businesses(message):
        types = errand.iterchildren(*_tags(_ERRAND_TYPES))
        if not _NEW.issuperset((e.text or "").strip() for e in types):
            yield errand


def _businesses(message: etree._Element | None) -> Iterator[etree._Element]:
    """What is said beside a MessageHeader of what is to be done."""
    header = None if message is None else message.getparent()
    if header is None:
        return
    holders = header, *header.iterchildren(*_tags(["TraceHeaderList"]))
    for holder in holders:
        yield from holder.iterchildren(*_tags(_ERRANDS))


def _errand(
    root: etree._Element, message: etree._Element | None
) -> etree._Element | None:
    """The one such element of the document, at a place where it is read."""
    everywhere = list(islice(root.iter(*(f"{{*}}{n}" for n in _ERRANDS)), 2))
    read = list(_businesses(message))
    return read[0] if read and everywhere == read else None


def _within(element: etree._Element, targets: set[etree._Element]) -> bool:
    return element in targets or any(a in targets for a in element.iterancestors())


# two readings of one document


def _refuse_two_readings(document: Document, signature: etree._Element) -> None:
    if next(signature.iter(*_PART_TAGS), None) is not None:
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "envelope inside a signature")
    if _comments_in_texts(document.root):
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "comment inside a text")
    bearers = (b for b in document.by_id.values() if len(b) > 1)
    if any(local(element) in _PARTS for twins in bearers for element in twins):
        raise Refused(SubIndication.NOT_THE_DOCUMENT, "Id of a part given twice")


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


# legal places

_Places = list[tuple[etree._Element, Covered]]  # noqa: SLF001 - its only name


@dataclass(frozen=True, slots=True)
class Legal:
    """Elements at the places where they are read, each the only one that could be."""

    parts: _Places = field(repr=False)
    message: etree._Element | None = field(repr=False)
    files: etree._Element | None = field(repr=False)
    #: What is to be done with the document, where one element alone says it.
    errand: etree._Element | None = field(default=None, repr=False)

    @classmethod
    def of(cls, root: etree._Element) -> "Legal":
        """The legal places of a document of family A or B."""
        counts = Counter(local(e) for e in root.iter(*_COUNTED))
        soap = namespace(root) in _SOAP
        parts = _soap_parts(root, counts) if soap else _layered_parts(root, counts)
        message, files = (
            _named(parts, name) for name in ("MessageHeader", "AttachmentEncoded")
        )
        return cls(parts, message, files, _errand(root, message))

    def is_single(self, element: etree._Element) -> bool:
        """Whether it is an element of the one MessageHeader, readable alone.

        One of Code's may be; and each is the only one of its name, or many may be.
        """
        parent, name = element.getparent(), edxml(element)
        if parent is None or not name:
            return False
        if parent is not self.message and not (
            edxml(parent) == "Code" and self.is_single(parent)
        ):
            return False
        found = parent.iterchildren(*_tags([name]))
        return name in _MANY or len(list(islice(found, 2))) == 1


def _named(parts: _Places, name: str) -> etree._Element | None:
    return next((e for e, _ in parts if local(e) == name), None)


def _layered_parts(root: etree._Element, counts: Counter[str]) -> _Places:
    envelope = root if edxml(root) == "edXMLEnvelope" else child(root, "edXMLEnvelope")
    header = child(envelope, "edXMLHeader")
    outer = child(root, "AttachmentEncoded")
    files = outer if outer is not None else child(envelope, "AttachmentEncoded")
    places = [
        (envelope, Covered.ENVELOPE),
        (header, Covered.HEADER),
        (child(envelope, "edXMLBody"), Covered.BODY),
        (files, Covered.ATTACHMENTS),
    ]
    if counts["edXMLHeader"] == 1:
        # What is routed by. The axis appends hops beside it, so that a signature over
        # the stable parts names it and not the header (EDXML.md 5.1).
        places.append((child(header, "MessageHeader"), Covered.HEADER))
    parts = [(e, p) for e, p in places if e is not None and counts[local(e)] == 1]
    if edxml(root) not in {"edXML", "edXMLEnvelope"}:
        return parts
    whole = _carries_its_files(root, counts)
    return [(root, Covered.DOCUMENT if whole else Covered.ENVELOPE), *parts]


def _carries_its_files(root: etree._Element, counts: Counter[str]) -> bool:
    """Whether the text of the document is inside the root, or there is none at all."""
    has_files = child(root, "AttachmentEncoded") is not None
    return has_files or not (counts["edXMLManifest"] or counts["Manifest"])


def _soap_parts(root: etree._Element, counts: Counter[str]) -> _Places:
    """Family B: files are MIME parts, so the whole root is the envelope only."""
    header, body = _soap_child(root, "Header"), _soap_child(root, "Body")
    places = (
        (root, Covered.ENVELOPE),
        (header, Covered.HEADER),
        (child(header, "MessageHeader"), Covered.HEADER),
        (body, Covered.BODY),
        (child(body, "Manifest"), Covered.BODY),
    )
    return [(e, p) for e, p in places if e is not None and counts[local(e)] == 1]


def edxml(element: etree._Element) -> str:
    """The local name as readers of edXML see it; "" in any other namespace."""
    return local(element) if namespace(element) in _EDXML else ""


def elements_of(parent: etree._Element) -> Iterator[etree._Element]:
    """The children that are elements."""
    return parent.iterchildren("*")


def child(parent: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that name, as readers take it."""
    if parent is None:
        return None
    return next((c for c in elements_of(parent) if edxml(c) == name), None)


def _soap_child(parent: etree._Element, name: str) -> etree._Element | None:
    found = (c for c in elements_of(parent) if namespace(c) in _SOAP)
    return next((c for c in found if local(c) == name), None)
