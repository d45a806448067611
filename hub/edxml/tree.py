"""Parses a skeleton and walks it by local name, noting what is odd on the way."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

from hub.edxml.names import (
    ALIASES,
    DSIG,
    KNOWN,
    QCVN,
    SECRECY,
    XLINK,
    edxml_name,
    folded,
    local_name,
    namespace,
)
from hub.edxml.prolog import read_prolog
from hub.edxml.quirklog import QuirkLog
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode

#: libxml2 refuses longer text nodes unless told otherwise.
_LIBXML_TEXT = 10_000_000
_REPAIRS = {"edXML": QCVN, "xlink": XLINK}
_UNBOUND = re.compile(r"Namespace prefix (\S+) (?:on|for) ")
#: WS-Security has an element of that name; it holds tokens and keys.
_WSS = "oasis-open.org/wss"
_ROOT_NAME = re.compile(rb"<[^\s/>]+")


def parse(skeleton: bytes) -> _Element:
    """The root; comments and instructions dropped, nothing resolved or fetched.

    Raises etree.XMLSyntaxError, whose meaning only the caller knows.
    """
    return etree.fromstring(skeleton, _parser(len(skeleton) > _LIBXML_TEXT))


def parse_or_repair(skeleton: bytes, log: QuirkLog) -> _Element:
    """The root, repaired where nothing but a known prefix was left undeclared.

    Raises MalformedEnvelope(NOT_XML).
    """
    parser = _parser(len(skeleton) > _LIBXML_TEXT)
    try:
        return etree.fromstring(skeleton, parser)
    except etree.XMLSyntaxError as error:
        prefixes = _unbound(parser)
        if not prefixes:
            raise _not_xml(error) from error
    try:
        root = parse(_declare(skeleton, prefixes))
    except etree.XMLSyntaxError as error:
        raise _not_xml(error) from error
    log.add(QuirkCode.UNBOUND_PREFIX, "edXML", ",".join(prefixes))
    return root


def _parser(huge: bool) -> etree.XMLParser:  # noqa: FBT001 - one caller, one flag
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=huge,
        remove_comments=True,
        remove_pis=True,
    )


def _unbound(parser: etree.XMLParser) -> list[str]:
    """The undeclared prefixes, if they are all that is wrong and all are known."""
    found = [_UNBOUND.match(entry.message or "") for entry in parser.error_log]
    names = {match[1] if match else "" for match in found}
    return sorted(names) if names <= _REPAIRS.keys() else []


def _declare(skeleton: bytes, prefixes: list[str]) -> bytes:
    start = _ROOT_NAME.match(skeleton, read_prolog(skeleton).root)
    at = start.end() if start else 0
    added = "".join(f' xmlns:{name}="{_REPAIRS[name]}"' for name in prefixes)
    return skeleton[:at] + added.encode() + skeleton[at:]


def _not_xml(error: etree.XMLSyntaxError) -> MalformedEnvelope:
    line = error.lineno or 1
    return MalformedEnvelope(Fault(FaultCode.NOT_XML, f"line {line}"))


@lru_cache(maxsize=512)
def _tags(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names in every namespace that means edXML's, as lxml looks for them by itself."""
    spaces = [f"{{{space}}}" if space else "" for space in sorted(ALIASES)]
    return tuple(space + name for name in names for space in spaces)


@dataclass(frozen=True, slots=True)
class Node:
    """An element with its path; reading from it notes quirks and keeps limits."""

    element: _Element
    path: str
    log: QuirkLog
    limits: Limits

    def many(self, *names: str) -> list["Node"]:
        """The children of that name, in order; the first name is the right one."""
        found = list(self.element.iterchildren(*_tags(names)))
        many = len(found) > 1
        nodes = []
        for number, child in enumerate(found, 1):
            name = local_name(child)
            path = f"{self.path}/{name}[{number}]" if many else f"{self.path}/{name}"
            if name != names[0]:
                self.log.add(QuirkCode.NAME_VARIANT, path, name)
            nodes.append(Node(child, path, self.log, self.limits))
        return nodes

    def one(self, *names: str) -> "Node | None":
        """The first child of that name; more than one is a quirk."""
        found = self.many(*names)
        if len(found) > 1:
            self.log.add(QuirkCode.ELEMENT_TWICE, f"{self.path}/{names[0]}")
        return found[0] if found else None

    def text(self, *names: str) -> str:
        """The stripped text of the first child of that name; "" if absent.

        Raises MalformedEnvelope(FIELD_TOO_LONG).
        """
        child = self.one(*names)
        return child.value if child else ""

    @property
    def value(self) -> str:
        """The stripped text of this element."""
        return self._limited(self.element.text or "")

    def number(self, *names: str) -> int | None:
        """A whole number of at most nine digits; something else is a quirk."""
        text = self.text(*names)
        if text.isascii() and text.isdigit() and len(text) <= 9:  # noqa: PLR2004 - fits any database
            return int(text)
        if text:
            self.log.add(QuirkCode.NUMBER_FORM, f"{self.path}/{names[0]}")
        return None

    def secrecy(self) -> str:
        """What secrecy fields anywhere in here say, a line each, in any namespace.

        Elements and attributes of any such name, and `value` attributes of the former.
        """
        found = (
            " ".join(self._limited(text).split())
            for element in self.element.iter("*")
            for text in _secrecy_texts(element)
        )
        return self._limited("\n".join(dict.fromkeys(word for word in found if word)))

    def note_strangers(self, parent: str = "") -> None:
        """Note elements that EDXML.md does not know, here and below.

        `parent` is the name to go by where the element's own is another (SOAP).
        """
        known = KNOWN.get(parent or local_name(self.element), frozenset())
        for child in self.element:
            name = local_name(child)
            if edxml_name(child) and name in known:
                if name in KNOWN:
                    path = f"{self.path}/{name}"
                    Node(child, path, self.log, self.limits).note_strangers()
            elif namespace(child) != DSIG and folded(name) not in SECRECY:
                self.log.add(QuirkCode.ELEMENT_UNKNOWN, self.path, name[:60])

    def _limited(self, text: str) -> str:
        text = text.strip()
        if len(text) > self.limits.field_characters:
            limit = str(self.limits.field_characters)
            raise MalformedEnvelope(Fault(FaultCode.FIELD_TOO_LONG, self.path, limit))
        return text


def _secrecy_texts(element: _Element) -> Iterator[str]:
    names = SECRECY
    if folded(local_name(element)) in SECRECY and _WSS not in namespace(element):
        yield "".join(map(str, element.itertext()))
        names = SECRECY | {"value"}
    for key, value in element.attrib.items():
        if folded(etree.QName(key).localname) in names:
            yield str(value)
