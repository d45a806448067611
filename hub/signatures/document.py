"""The XML of an envelope as the verifier sees it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from hub.model.findings import SubIndication
from hub.model.frames import Hoisted
from hub.model.limits import Limits
from hub.signatures.policy import XMLDSIG, Refused

#: libxml2 refuses longer text nodes unless told to (ENGINEERING.md A).
_LIBXML_TEXT = 10_000_000

#: Longer tags are no names of edXML; they are not kept.
_LONGEST_KEPT = 200
_WITH_ATTRIBUTES = etree.XPath("descendant-or-self::*[@*]")
SIGNATURE = f"{{{XMLDSIG}}}Signature"


def local(element: etree._Element) -> str:
    """The element's name without its namespace; "" for comments and the like."""
    return _parts(element)[1]


def namespace(element: etree._Element) -> str:
    """The element's namespace; "" for none."""
    return _parts(element)[0]


def _parts(element: etree._Element) -> tuple[str, str]:
    """Namespace and local name; asked some 500 times for an ordinary envelope."""
    tag: object = element.tag
    if not isinstance(tag, str):
        return "", ""
    return _split(tag) if len(tag) <= _LONGEST_KEPT else _split.__wrapped__(tag)


@lru_cache(maxsize=1024)
def _split(tag: str) -> tuple[str, str]:
    space, closed, name = tag.rpartition("}")
    return space[1:] if closed else "", name


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """The root and everything in it that is an element, in document order."""
    return root.iter("*")


def ids(element: etree._Element) -> list[str]:
    """The Ids of an element, whatever the attribute's spelling: Id, ID, xml:id."""
    names = ((str(k).rpartition("}")[2], str(v)) for k, v in element.attrib.items())
    return [value for name, value in names if name.lower() == "id"]


def place_of(element: etree._Element) -> str:
    """A path of local names from the root: "edXML/edXMLEnvelope/edXMLHeader"."""
    above = [local(ancestor) for ancestor in element.iterancestors()]
    return "/".join([*reversed(above), local(element)])


@dataclass(frozen=True, slots=True)
class Document:
    """A hoisted document, parsed; nothing outside ds:Signature is put back."""

    skeleton: bytes = field(repr=False)
    runs: dict[str, bytes | memoryview] = field(repr=False)
    root: etree._Element = field(repr=False)
    #: Every ds:Signature in document order, nested ones too.
    signatures: tuple[etree._Element, ...] = field(repr=False)
    #: Every Id with the elements that bear it; one each in honest documents.
    by_id: Mapping[str, tuple[etree._Element, ...]] = field(repr=False)

    @classmethod
    def open(cls, hoisted: Hoisted, limits: Limits) -> "Document":
        """Parse the skeleton; raises Refused, or lxml's XMLSyntaxError."""
        if len(hoisted.skeleton) > limits.plain_xml_bytes:
            raise Refused(SubIndication.RESOURCE_LIMIT, "XML too large to verify")
        skeleton, runs = hoisted.skeleton, dict(hoisted.runs)
        root = parse(skeleton)
        inside = [t for t in _texts_of_signatures(root) if t in runs]
        for token in inside:
            # Keys and values of a signature are read, not only hashed.
            skeleton = skeleton.replace(token.encode(), bytes(runs.pop(token)))
        root = parse(skeleton) if inside else root
        signatures = tuple(root.iter(SIGNATURE))
        return cls(skeleton, runs, root, signatures, _by_id(root) if signatures else {})


def _by_id(root: etree._Element) -> dict[str, tuple[etree._Element, ...]]:
    found: dict[str, list[etree._Element]] = defaultdict(list)
    bearing = _WITH_ATTRIBUTES(root)
    assert isinstance(bearing, list)
    for element in bearing:
        assert isinstance(element, etree._Element)  # noqa: SLF001 - its only name
        for value in ids(element):
            found[value].append(element)
    return {value: tuple(bearers) for value, bearers in found.items()}


def parser_for(data: bytes) -> etree.XMLParser:
    """A parser that resolves nothing and goes nowhere."""
    return _parser(len(data) > _LIBXML_TEXT)


@lru_cache(maxsize=2)
def _parser(huge: bool) -> etree.XMLParser:  # noqa: FBT001 - one caller, one flag
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
    )


def parse(data: bytes) -> etree._Element:
    """The root element; raises Refused for a DOCTYPE."""
    root = etree.fromstring(data, parser=parser_for(data))
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(SubIndication.UNSUPPORTED, "DOCTYPE")
    return root


def _texts_of_signatures(root: etree._Element) -> Iterator[str]:
    for signature in root.iter(SIGNATURE):
        yield from (e.text for e in elements(signature) if e.text)
