"""Whatever is done to signed bytes: no exception, and no pass for changed ones."""

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.model.changes import Changes
from hub.model.findings import Finding, SignatureKind
from hub.model.frames import Hoisted
from hub.model.limits import Limits
from hub.rehearsal.signing import sign_xml
from hub.rehearsal.xadessigning import Form, sign_xades, stamp_xades
from hub.signatures.judge import judge, needs
from tests.cases.room import (
    HOUR,
    NOW,
    envelope,
    ground,
    hoist,
    judge_pdf,
    judge_xml,
    leader,
    office,
    pki,
    plain,
    signed_envelope,
    signed_pdf,
)

_DS = "{http://www.w3.org/2000/09/xmldsig#}Signature"

calm = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

Change = tuple[int, int, bytes]


def changes(size: int) -> st.SearchStrategy[Change]:
    """Replace up to 40 bytes at a place by up to 40 others."""
    return st.tuples(
        st.integers(0, size - 1), st.integers(0, 40), st.binary(max_size=40)
    )


def changed(data: bytes, change: Change) -> bytes:
    start, length, new = change
    return data[:start] + new + data[start + length :]


PDF = signed_pdf(timestamp=True)
_RANGE = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", PDF)
assert _RANGE is not None
BEFORE, AFTER = int(_RANGE[2]), int(_RANGE[3])
TWICE = signed_pdf(office(), PDF, field="Signature2")


@calm
@given(changes(len(PDF)))
def test_a_changed_pdf_never_passes(change):
    data = changed(PDF, change)
    findings = judge_pdf(data)
    if any(f.passed for f in findings):
        assert data[:BEFORE] == PDF[:BEFORE]
        assert data[len(data) - (len(PDF) - AFTER) :].strip() == PDF[AFTER:].strip()


@calm
@given(changes(len(TWICE) - len(PDF)))
def test_a_changed_second_revision_leaves_nothing_clean_but_true(change):
    """The first signature may be called clean only where pyHanko explains the rest."""
    start, length, new = change
    data = changed(TWICE, (start + len(PDF), length, new))
    for finding in judge_pdf(data):
        if finding.passed and finding.changes is Changes.WHOLE:
            assert finding.place.endswith(("Signature1", "Signature2"))
        if finding.passed and finding.place.endswith("Signature2"):
            assert len(data) >= len(TWICE)


@calm
@given(st.binary(max_size=300))
def test_garbage_is_no_pdf(data):
    assert not any(f.passed for f in judge_pdf(b"%PDF-1.7\n/ByteRange [" + data))


XML = signed_envelope(references=("",))
PARTS = signed_envelope(references=("#body", "#files"))


def signed_part(xml: bytes) -> bytes | None:
    """What the enveloped signature is over, canonically; None: not even XML."""
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False))
    except (etree.XMLSyntaxError, ValueError):
        return None
    for signature in list(root.iter(_DS)):
        parent = signature.getparent()
        assert parent is not None
        before = signature.getprevious()
        tail = signature.tail or ""
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
        parent.remove(signature)
    return etree.tostring(root, method="c14n", exclusive=True)


@calm
@given(changes(len(XML)))
def test_a_changed_envelope_never_passes(change):
    data = changed(XML, change)
    if any(f.passed for f in judge_xml(data)):
        assert signed_part(data) == signed_part(XML)


@calm
@given(changes(len(PARTS)))
def test_a_changed_part_never_passes(change):
    data = changed(PARTS, change)
    if any(f.passed for f in judge_xml(data)):
        for first, last in ((b"<edXML:edXMLBody", b"</edXML:edXMLBody>"),):
            kept = PARTS[PARTS.index(first) : PARTS.index(last)]
            body = data[data.index(first) : data.index(last)]
            assert len(body) >= len(kept) - 40


STABLE = ("#message", "#body", "#files")
XADES = sign_xades(envelope(), office(), Form(NOW - HOUR), ("#body", "#files"))
SIGNED: list[Callable[[], bytes]] = [
    lambda: XML,
    lambda: PARTS,
    lambda: signed_envelope(c14n="inclusive"),
    lambda: signed_envelope(c14n="inclusive", references=("#files", "#body")),
    lambda: signed_envelope(digest="sha1"),
    lambda: signed_envelope(c14n="inclusive", references=STABLE),
    lambda: signed_envelope(references=("#envelope", "#files", "#files")),
    lambda: XADES,
    lambda: stamp_xades(XADES, pki(), NOW - HOUR),
    lambda: sign_xades(
        envelope(), office(), Form(NOW - HOUR, c14n="inclusive"), STABLE
    ),
    lambda: sign_xml(PARTS, leader(), references=("#files",)),
    envelope,
]


def verdicts(hoisted: Hoisted) -> tuple[Finding, ...]:
    return judge(hoisted, (), ground())


@pytest.mark.parametrize("make", SIGNED)
def test_hoisted_and_plain_verdicts_agree(make):
    xml = make()
    assert verdicts(hoist(xml)) == verdicts(plain(xml))


@calm
@given(st.sampled_from(SIGNED), st.data())
def test_hoisted_and_plain_verdicts_agree_on_changed_documents(make, data):
    """Changes outside the payload; the token stands where the payload stood."""
    xml = make()
    taken = hoist(xml)
    ((token, run),) = taken.runs.items()
    skeleton = changed(taken.skeleton, data.draw(changes(len(taken.skeleton))))
    if skeleton.count(token.encode()) != 1:
        return  # the hoister itself falls back
    whole = skeleton.replace(token.encode(), bytes(run))
    assert verdicts(Hoisted(skeleton, taken.runs)) == verdicts(plain(whole))


def test_a_change_inside_a_hoisted_payload_is_seen():
    taken = hoist(XML)
    ((token, run),) = taken.runs.items()
    other = {token: b"X" + bytes(run)[1:]}
    (finding,) = verdicts(Hoisted(taken.skeleton, other))
    assert finding.intact is False


def test_a_token_that_stands_twice_is_not_expanded():
    """Somebody who could guess a token must not gain by it."""
    taken = hoist(XML)
    (token,) = taken.runs
    skeleton = taken.skeleton.replace(b"cid:1<", f"{token}<".encode())
    (finding,) = verdicts(Hoisted(skeleton, taken.runs))
    assert not finding.passed


def test_a_hoisted_certificate_is_put_back():
    """A hoister with a low threshold takes certificates out, too."""
    start = XML.index(b"<ds:X509Certificate>") + len(b"<ds:X509Certificate>")
    end = XML.index(b"</ds:X509Certificate>")
    token = "T" + "5" * 35
    skeleton = XML[:start] + token.encode() + XML[end:]
    (finding,) = verdicts(Hoisted(skeleton, {token: memoryview(XML)[start:end]}))
    assert finding.passed


@calm
@given(changes(len(XML)), changes(len(PDF)))
def test_needs_never_raises(xml_change, pdf_change):
    found = needs(
        plain(changed(XML, xml_change)), ((1, changed(PDF, pdf_change)),), Limits()
    )
    assert all(isinstance(name, str) for name in found.issuers)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_xml_end_in_a_finding(data):
    (finding, *_) = judge_xml(data)
    assert finding.kind is SignatureKind.XML
    assert not finding.passed


def test_a_doctype_is_refused_here_too():
    xml = XML.replace(b"<edXML ", b'<!DOCTYPE edXML [<!ENTITY a "b">]><edXML ', 1)
    (finding,) = judge_xml(xml)
    assert not finding.passed
    assert finding.intact is None
