"""The checker says where a document leaves the strict form, and never what it holds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.edxml import checker
from hub.edxml.checker import Checker, load
from hub.edxml.schemas import NAMES
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


def both(root: etree._Element) -> tuple[bool, bool]:
    """What libxml2 says, and what xmlschema says."""
    is_status = b"StatusCode" in etree.tostring(root) and not root.findall(
        ".//{*}edXMLBody"
    )
    schema = CHECKER._status if is_status else CHECKER._envelope
    checker._take_payloads_out(root)  # as the checker does before it asks either
    return CHECKER._gates[schema].finds_valid(root), schema.is_valid(root)


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
    quick, authority = both(root)
    assert quick is authority


SIGNATURE = b"""<Signature xmlns="http://www.w3.org/2000/09/xmldsig#" Id="s">
<SignedInfo>
<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<Reference URI="#s" Type="urn:x"><Transforms><Transform Algorithm="urn:x"/></Transforms>
<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
<DigestValue>n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=</DigestValue></Reference>
</SignedInfo><SignatureValue>QUJD
REVG</SignatureValue><KeyInfo><KeyName>k</KeyName><KeyValue><RSAKeyValue>
<Modulus>AQAB</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue><X509Data>
<X509IssuerSerial><X509IssuerName>CN=a</X509IssuerName><X509SerialNumber>7
</X509SerialNumber></X509IssuerSerial></X509Data><X509Data><X509Certificate>AAAA
</X509Certificate></X509Data></KeyInfo></Signature>"""


def signed() -> bytes:
    return strict().replace(
        b"</edXML:edXMLHeader>", SIGNATURE + b"</edXML:edXMLHeader>"
    )


VALUES = (
    *("", " ", "0", "-1", "007", "1 ", "+1", "99999999999", "1.0", "true", "x y"),
    *("2019/12/02", "2019-12-02", "02/12/2019", "2019/13/40", "٣", "１", "=="),
    *("000.00.12.H40", "\u00a01", "1\n", "\t1", "AAA", "AAAA", "AA==", "a:b"),
    *("AB==", "AAA=", "AAB=", "0000:", "QUJD REVG", "%zz", "http://[", "#", "://"),
)


@settings(max_examples=200, deadline=None)
@given(
    source=st.sampled_from([strict(), status(), signed(), signed()]),
    at=st.integers(0, 200),
    in_attribute=st.booleans(),
    value=st.one_of(
        st.sampled_from(VALUES),
        st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12),
        st.integers().map(str),
        st.dates().map(lambda day: f"{day:%Y/%m/%d}"),
    ),
)
def test_what_passes_the_gate_is_valid_to_the_authority(
    source, at, in_attribute, value
):
    root = etree.fromstring(source)
    found = list(root.iter("*"))
    leaves = [(e, "") for e in found if len(e) == 0]
    attributes = [(e, str(name)) for e in found for name in e.attrib]
    places = (in_attribute and attributes) or leaves
    element, name = places[at % len(places)]
    if name:
        element.set(name, value)
    else:
        element.text = value
    quick, authority = both(root)
    # Not the other way: Python's int() takes digits of every script.
    assert authority or not quick


def test_ordinary_documents_pass_the_gate():
    assert [both(etree.fromstring(x)) for x in (strict(), status(), signed())] == [
        (True, True)
    ] * 3


@pytest.mark.parametrize("name", ["schemaLocation", "noNamespaceSchemaLocation"])
def test_a_document_that_points_to_schemas_is_not_shown_to_libxml2(name):
    root = etree.fromstring(strict())
    place = list(root.iter("*"))[-1]
    place.set(f"{{http://www.w3.org/2001/XMLSchema-instance}}{name}", "urn:x x.xsd")
    assert not CHECKER._gates[CHECKER._envelope].finds_valid(root)
