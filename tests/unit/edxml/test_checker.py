"""The checker says where a document leaves the strict form, and never what it holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.edxml.checker import NAMES, Checker, load
from hub.model.quirks import Quirk, QuirkCode
from tests.unit.edxml.look_alikes import (
    PLACEHOLDER,
    attachment,
    b64,
    layered,
    message,
    status,
    trace,
)
from tests.unit.edxml.reading import CHECKER, SCHEMAS

HEADER = "edXML/edXMLEnvelope/edXMLHeader"


def strict() -> bytes:
    return layered(listed="", encoded=attachment(b64(b"x"), kind="application/pdf"))


def test_the_strict_form_passes():
    assert CHECKER.check(strict()) == ()
    assert CHECKER.check(status()) == ()


def test_a_wrong_value_is_placed_and_not_quoted():
    quirks = CHECKER.check(strict().replace(b"2018/09/28<", b"28/09/2018<"))
    place = f"{HEADER}/MessageHeader/PromulgationInfo/PromulgationDate"
    assert quirks == (Quirk(QuirkCode.SCHEMA, place, "value"),)


def test_a_missing_or_strange_element_is_placed_at_its_parent():
    missing = strict().replace(b"<edXML:Subject>", b"<edXML:Tieude>")
    missing = missing.replace(b"</edXML:Subject>", b"</edXML:Tieude>")
    assert Quirk(
        QuirkCode.SCHEMA, f"{HEADER}/MessageHeader", "children"
    ) in CHECKER.check(missing)


@pytest.mark.parametrize("code", ["07", "14", "1", ""])
def test_status_codes_of_no_list_are_found(code):
    quirks = CHECKER.check(status(code))
    assert {q.place for q in quirks} == {f"{HEADER}/MessageHeader/StatusCode"}


def test_the_kits_specimen_signature_is_no_xml_signature():
    data = strict().replace(
        b"</edXML:edXMLHeader>", PLACEHOLDER.encode() + b"</edXML:edXMLHeader>"
    )
    assert [q.place for q in CHECKER.check(data)] == [HEADER]


def test_a_real_signature_element_is_checked_against_the_w3cs_schema():
    signature = (
        b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><Bad/></Signature>'
    )
    data = strict().replace(
        b"</edXML:edXMLHeader>", signature + b"</edXML:edXMLHeader>"
    )
    assert f"{HEADER}/Signature" in {q.place for q in CHECKER.check(data)}


def test_payloads_are_not_looked_at():
    """176 times its size is what xmlschema would need for one (ENGINEERING.md B.0)."""
    not_base64 = attachment("!" * 100, kind="application/pdf")
    assert CHECKER.check(layered(listed="", encoded=not_base64)) == ()


def test_what_is_not_xml_is_a_quirk_and_no_error():
    assert CHECKER.check(b"<a>\n<b></a>") == (
        Quirk(QuirkCode.SCHEMA, "line 2", "not-well-formed"),
    )


def test_disagreements_are_capped():
    data = layered(message(extra="<edXML:X/>") + trace(), listed="<x/>" * 300)
    assert 0 < len(CHECKER.check(data)) <= 20


def test_schemas_that_are_not_there_or_not_schemas_stop_the_start():
    def read(name: str) -> bytes:
        return (SCHEMAS / name).read_bytes()

    assert load(read).check(strict()) == ()
    sources = {name: read(name) for name in NAMES}
    with pytest.raises(KeyError):
        Checker({**{n: s for n, s in sources.items() if n != "status.xsd"}})
    with pytest.raises(ValueError, match="cannot be built"):
        Checker({**sources, "status.xsd": b"<a/>"})
    doctype = (
        b'<!DOCTYPE x [<!ENTITY y "z">]>' + sources["status.xsd"].split(b"?>", 1)[1]
    )
    with pytest.raises(ValueError, match="cannot be built"):
        Checker({**sources, "status.xsd": doctype})


def test_a_schema_that_points_elsewhere_fetches_nothing():
    included = (
        (SCHEMAS / "status.xsd")
        .read_bytes()
        .replace(
            b'elementFormDefault="qualified">',
            b'elementFormDefault="qualified"><xs:include schemaLocation="edxml.xsd"/>',
        )
    )
    sources = {name: (SCHEMAS / name).read_bytes() for name in NAMES}
    with pytest.raises(ValueError, match="cannot be built"):
        Checker({**sources, "status.xsd": included})


def test_a_document_that_points_to_schemas_is_not_followed():
    hint = (
        b'<edXML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd urn:y /etc/hostname" '
        b'xsi:noNamespaceSchemaLocation="/etc/hostname"'
    )
    assert CHECKER.check(strict().replace(b"<edXML", hint, 1)) == ()


def by_libxml2(name: str) -> etree.XMLSchema:
    """The same schemas as another tool reads them, from where they lie."""
    return etree.XMLSchema(etree.parse(SCHEMAS / name))


LIBXML2 = {"edxml": by_libxml2("edxml.xsd"), "status": by_libxml2("status.xsd")}


@settings(max_examples=120, deadline=None)
@given(
    source=st.sampled_from(["edxml", "status"]),
    at=st.integers(0, 100),
    change=st.sampled_from(["remove", "twice", "rename", "empty", "attribute", "none"]),
)
def test_libxml2_agrees_on_documents_with_one_thing_changed(source, at, change):
    root = etree.fromstring(strict() if source == "edxml" else status())
    found = [e for e in root.iter("*") if e is not root]
    element = found[at % len(found)]
    if change == "remove":
        element.getparent().remove(element)
    elif change == "twice":
        element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))
    elif change == "rename":
        element.tag = "{urn:x}Other"
    elif change == "empty":
        element.clear()
    elif change == "attribute":
        element.set("odd", "1")
    is_status = b"StatusCode" in etree.tostring(root) and not root.findall(
        ".//{*}edXMLBody"
    )
    judge = LIBXML2["status" if is_status else "edxml"]
    ours = CHECKER.check(etree.tostring(root))
    assert (ours == ()) is judge.validate(root), (ours, judge.error_log)
