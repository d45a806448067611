"""libxml2's reading of our schemas: says quickly what is valid, and no more."""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml.etree import _Element

from hub.edxml.names import DSIG, local_name

_XSI = {"xsi": "http://www.w3.org/2001/XMLSchema-instance"}
#: XML-DSig's elements of base64Binary, which libxml2 reads too kindly.
_BINARY = frozenset(
    {"DigestValue", "SignatureValue", "X509SKI", "X509Certificate", "X509CRL"}
    | {"Modulus", "Exponent", "P", "Q", "G", "Y", "J", "Seed", "PgenCounter"}
    | {"SPKISexp", "PGPKeyID", "PGPKeyPacket"}
)
_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4})*"
    r"(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?"
)
#: Attributes are names of algorithms and of Ids; the two read URIs differently.
_PLAIN = re.compile(r"[A-Za-z0-9#:/._-]*")


class Gate:
    """One schema; what it imports is found among the others, and nowhere else."""

    def __init__(self, schemas: Mapping[str, bytes], name: str) -> None:
        """Build it; raises etree.LxmlError where libxml2 cannot."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False
        )
        parser.resolvers.add(_AtHand(schemas))
        self._schema = etree.XMLSchema(etree.fromstring(schemas[name], parser))

    def finds_valid(self, root: _Element) -> bool:
        """Whether it is valid for certain; False says only that others must look.

        libxml2 would follow an xsi:schemaLocation to any file: a document with an
        attribute of that namespace is never shown to it.
        """
        if root.xpath("boolean(//@xsi:*)", namespaces=_XSI):
            return False
        if not all(map(_is_plain, root.iter(f"{{{DSIG}}}*"))):
            return False
        return self._schema.validate(root)


def _is_plain(element: _Element) -> bool:
    """Whether an element of a signature holds nothing the two may disagree about."""
    if not all(_PLAIN.fullmatch(str(value)) for value in element.attrib.values()):
        return False
    if local_name(element) not in _BINARY:
        return True
    return _BASE64.fullmatch("".join((element.text or "").split())) is not None


class _AtHand(etree.Resolver):
    def __init__(self, schemas: Mapping[str, bytes]) -> None:
        self._schemas = schemas

    def resolve(self, system_url: str, *rest: Any) -> Any:  # noqa: ANN401 - lxml's context
        """Its bytes; empty, and so an error, for what is not at hand."""
        name = (system_url or "").rpartition("/")[2]
        return self.resolve_string(self._schemas.get(name, b""), rest[-1])  # type: ignore[call-arg]  # the stub asks for what is optional
