"""Mutations of XML that move, copy and rename elements, Ids, algorithms, base64."""

import base64
import re
from copy import deepcopy
from random import Random

from lxml import etree

from tests.fuzz import tlv
from tests.fuzz.bytes_ import Mutation

_BASE64 = re.compile(rb">([A-Za-z0-9+/=\s]{40,})<")
_ALGORITHMS = (
    "http://www.w3.org/2000/09/xmldsig#sha1",
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
    "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/TR/1999/REC-xpath-19991116",
    "http://www.w3.org/TR/1999/REC-xslt-19991116",
    "http://www.w3.org/2000/09/xmldsig#base64",
    "",
)
_URIS = ("", "#body", "#header", "#envelope", "#files", "#message", "#x", "http://a/")
_NAMES = (
    *("edXMLHeader", "edXMLBody", "edXMLEnvelope", "Signature", "Object", "Manifest"),
    *("Reference", "SignedInfo", "AttachmentEncoded", "Subject", "KeyInfo", "x"),
)


def on_tree(change) -> Mutation:
    """A change of elements, where the bytes are XML at all."""

    def mutate(data: bytes, random: Random) -> bytes:
        parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
        try:
            root = etree.fromstring(data, parser)
            change(root, list(root.iter("*")), random)
        except (etree.LxmlError, ValueError, TypeError, IndexError):
            return data
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    return mutate


def _move(_root, found, random) -> None:
    one, other = random.choice(found[1:]), random.choice(found)
    if other not in one.iterdescendants() and other is not one:
        other.insert(random.randrange(len(other) + 1), one)


def _copy(_root, found, random) -> None:
    one, other = random.choice(found[1:]), random.choice(found)
    other.insert(random.randrange(len(other) + 1), deepcopy(one))


def _take_out(_root, found, random) -> None:
    one = random.choice(found[1:])
    one.getparent().remove(one)


def _wrap(_root, found, random) -> None:
    one = random.choice(found[1:])
    parent = one.getparent()
    shell = etree.Element(
        etree.QName(etree.QName(one).namespace, random.choice(_NAMES))
    )
    parent.replace(one, shell)
    shell.append(one)


def _rename(_root, found, random) -> None:
    one = random.choice(found)
    one.tag = etree.QName(etree.QName(one).namespace, random.choice(_NAMES))


def _attribute(_root, found, random) -> None:
    having = [e for e in found if e.attrib]
    one = random.choice(having)
    key = random.choice(list(one.attrib))
    pool = {"Algorithm": _ALGORITHMS, "URI": _URIS}.get(str(key), ())
    others = [e.get(key) or "" for e in having if e.get(key)]
    one.set(key, random.choice((*pool, *others, "body", "")))


def _give_id(_root, found, random) -> None:
    name = random.choice(("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id"))
    random.choice(found).set(name, random.choice(("body", "header", "files", "1")))


def _text(_root, found, random) -> None:
    one = random.choice([e for e in found if e.text])
    at = random.randrange(len(one.text) + 1)
    one.text = one.text[:at] + random.choice(("x", " ", "\n", "0", "đ")) + one.text[at:]


def _comment(_root, found, random) -> None:
    one = random.choice(found)
    made = etree.Comment("x") if random.random() < 0.6 else etree.PI("x", "y")
    text = one.text or ""
    at = random.randrange(len(text) + 1)
    made.tail, one.text = text[at:], text[:at]
    one.insert(0, made)


def _order(_root, found, random) -> None:
    one = random.choice([e for e in found if len(e) > 1])
    one.append(one[random.randrange(len(one))])


def other_base64(data: bytes, random: Random) -> bytes:
    """A key, a value, a file: changed as DER where it may be, else as bytes."""
    found = list(_BASE64.finditer(data))
    if not found:
        return data
    match = random.choice(found)
    try:
        inner = base64.b64decode(match[1])
    except ValueError:
        return data
    new = base64.b64encode(tlv.mutated(inner, random))
    return data[: match.start(1)] + new + data[match.end(1) :]


MUTATIONS: tuple[Mutation, ...] = (
    *map(on_tree, (_move, _copy, _take_out, _wrap, _rename, _attribute, _attribute)),
    *map(on_tree, (_give_id, _text, _comment, _order)),
    other_base64,
)
