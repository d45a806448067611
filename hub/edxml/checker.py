"""Checks a skeleton against our own schemas; nothing is fetched, no file is opened."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from lxml import etree
from lxml.etree import _Element
from xmlschema import XMLSchema, XMLSchemaException
from xmlschema.validators import XMLSchemaValidationError

from hub.edxml import tree
from hub.edxml.gate import Gate
from hub.edxml.names import PAYLOAD, edxml_name, local_name
from hub.edxml.schemas import ENVELOPE, NAMES, SIGNATURE, STATUS
from hub.model.quirks import Quirk, QuirkCode

#: A legal value of base64Binary that costs nothing to check.
_STAND_IN = "AAAA"
#: So many disagreements say it; the rest is left unsaid.
_MOST = 20


class Checker:
    """The schemas, built once per process (some 200 ms each).

    xmlschema has the word. libxml2 reads the same schemas fifty times as fast, so what
    it finds valid is not asked again; a property test holds the two against each other.
    """

    def __init__(self, schemas: Mapping[str, bytes]) -> None:
        """Build from sources; raises KeyError or ValueError where they are not fit."""
        sources = {name: schemas[name].decode() for name in NAMES}
        try:
            self._envelope = _build(sources[ENVELOPE], _build(sources[SIGNATURE]))
            self._status = _build(sources[STATUS])
            self._gates = {
                self._envelope: Gate(schemas, ENVELOPE),
                self._status: Gate(schemas, STATUS),
            }
        except (XMLSchemaException, etree.LxmlError) as error:
            raise ValueError(f"schema cannot be built: {error}") from error

    def check(self, xml: bytes) -> tuple[Quirk, ...]:
        """Where the document disagrees with the strict form; () where it is valid.

        Details are kinds of disagreement, never values. Payloads are not looked at:
        xmlschema needs 176 times their size for them (ENGINEERING.md B.0).
        """
        try:
            root = tree.parse(xml)
        except etree.XMLSyntaxError as error:
            place = f"line {error.lineno or 1}"
            return (Quirk(QuirkCode.SCHEMA, place, "not-well-formed"),)
        _take_payloads_out(root)
        schema = self._status if _is_status(root) else self._envelope
        if self._gates[schema].finds_valid(root):
            return ()
        return tuple(islice(_quirks(schema, root), _MOST))


def load(read: Callable[[str], bytes]) -> Checker:
    """A checker from whatever gives the schemas' bytes by name."""
    return Checker({name: read(name) for name in NAMES})


def _build(source: str, imported: XMLSchema | None = None) -> XMLSchema:
    """A schema that may import one already built, and nothing else."""
    if imported is not None:
        return XMLSchema(source, global_maps=imported.maps)
    return XMLSchema(source, allow="none", defuse="always", use_fallback=False)


def _take_payloads_out(root: _Element) -> None:
    for element in root.iter("*"):
        if edxml_name(element) == PAYLOAD and element.text:
            element.text = _STAND_IN


def _is_status(root: _Element) -> bool:
    names = {edxml_name(element) for element in root.iter("*")}
    return "StatusCode" in names and "edXMLBody" not in names


def _quirks(schema: XMLSchema, root: _Element) -> Iterator[Quirk]:
    seen: set[Quirk] = set()
    for error in schema.iter_errors(root):
        quirk = Quirk(QuirkCode.SCHEMA, _place(error), _kind(error))
        if quirk not in seen:
            seen.add(quirk)
            yield quirk


def _place(error: XMLSchemaValidationError) -> str:
    """The path by local names, the root first."""
    element = error.elem
    names: list[str] = []
    while isinstance(element, _Element):
        names.append(local_name(element)[:60])
        element = element.getparent()
    return "/".join(reversed(names))


def _kind(error: XMLSchemaValidationError) -> str:
    name = type(error).__name__.removeprefix("XMLSchema").removesuffix("Error")
    return name.removesuffix("Validation").lower() or "value"
