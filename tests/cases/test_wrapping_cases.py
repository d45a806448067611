"""Signature wrapping, in the published forms: it never ends in a pass.

After McIntosh and Austel, "XML Signature Element Wrapping Attacks" (2005), and
Somorovsky et al., "On Breaking SAML" (2012): what is signed is moved aside and
verifies there, while another element stands where readers look.
"""

import pytest

from hub.model.findings import Finding, SubIndication
from hub.model.verdicts import Verdict
from hub.rehearsal.signing import sign_xml
from tests.cases.room import envelope, judge_xml, office, signed_envelope

_BODY = (b"<edXML:edXMLBody", b"</edXML:edXMLBody>")
_FILES = (b"<AttachmentEncoded", b"</AttachmentEncoded>")
_EVIL = b'<edXML:edXMLBody Id="%s"><edXML:edXMLManifest/></edXML:edXMLBody>'
_EVIL_FILES = b'<AttachmentEncoded Id="%s"><Attachment/></AttachmentEncoded>'


def cut(xml: bytes, edges: tuple[bytes, bytes]) -> tuple[bytes, bytes, bytes]:
    """Before, the element, after."""
    start = xml.index(edges[0])
    end = xml.index(edges[1]) + len(edges[1])
    return xml[:start], xml[start:end], xml[end:]


def wrapped(xml: bytes) -> Finding:
    findings = judge_xml(xml)
    assert not any(f.passed for f in findings)
    assert not Verdict(findings).signed
    return findings[0]


def in_signature(xml: bytes, inner: bytes) -> bytes:
    closing = b"</ds:Signature>"
    return xml.replace(closing, b"<ds:Object>" + inner + b"</ds:Object>" + closing)


def in_header(xml: bytes, inner: bytes) -> bytes:
    closing = b"</edXML:edXMLHeader>"
    return xml.replace(closing, b"<Wrapper>" + inner + b"</Wrapper>" + closing)


@pytest.mark.parametrize("hide", [in_signature, in_header])
@pytest.mark.parametrize("evil_id", [b"evil", b"body"])
def test_signed_body_moved_aside(hide, evil_id):
    """S -> #body, which lies in ds:Object or a wrapper; another body at its place.

    NOT_THE_DOCUMENT; with the Id repeated, too.
    """
    before, body, after = cut(signed_envelope(references=("#body",)), _BODY)
    xml = hide(before + _EVIL % evil_id + after, body)
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


@pytest.mark.parametrize("hide", [in_signature, in_header])
def test_signed_files_moved_aside(hide):
    """S -> #body, #files; the files lie aside, others stand at their place."""
    signed = signed_envelope(references=("#body", "#files"))
    before, files, after = cut(signed, _FILES)
    xml = hide(before + _EVIL_FILES % b"evil" + after, files)
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


@pytest.mark.parametrize("hide", [in_signature, in_header])
def test_signed_message_header_moved_aside(hide):
    """S -> #message, #body, #files; the header that is read is another one."""
    signed = signed_envelope(references=("#message", "#body", "#files"))
    edges = (b"<edXML:MessageHeader", b"</edXML:MessageHeader>")
    before, message, after = cut(signed, edges)
    evil = message.replace(b'Id="message"', b'Id="evil"')
    xml = hide(before + evil + after, message)
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


def test_signed_message_header_in_the_first_of_two_headers():
    """S -> #message in its header, and a second header without one beside it."""
    signed = signed_envelope(references=("#message", "#body", "#files"))
    opening = b"<edXML:edXMLBody"
    xml = signed.replace(opening, b"<edXML:edXMLHeader/>" + opening)
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


def test_signed_body_as_a_sibling():
    """S -> #body, beside it another body before it, as readers of `//Body` like."""
    before, body, after = cut(signed_envelope(references=("#body",)), _BODY)
    xml = before + _EVIL % b"evil" + body + after
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


def test_signed_envelope_inside_another():
    """S -> #envelope, the whole of it put into another edXML's envelope."""
    signed = signed_envelope(references=("#envelope",))
    edges = (b"<edXML:edXMLEnvelope", b"</edXML:edXMLEnvelope>")
    _, inner, _ = cut(signed, edges)
    xml = in_header(envelope("V/v khác").replace(b' Id="envelope"', b""), inner)
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


def test_signed_root_inside_another():
    """S -> "", the whole document put into another root: its digest breaks."""
    signed = signed_envelope()
    inner = signed[signed.index(b"<edXML ") :]
    xml = in_header(envelope("V/v khác"), inner)
    assert wrapped(xml).intact is False


def test_unsigned_copy_after_the_signed_one():
    """S -> #body at its place, and a second body later: which one is read?"""
    before, body, after = cut(signed_envelope(references=("#body",)), _BODY)
    xml = before + body + _EVIL % b"evil" + after
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


def test_id_given_twice_under_other_spellings():
    """S -> #body; another element has ID or xml:id "body"."""
    signed = signed_envelope(references=("#body",))
    for spelling in (b'ID="body"', b'id="body"', b'xml:id="body"'):
        xml = signed.replace(b'Id="message"', spelling)
        assert wrapped(xml).reasons == (SubIndication.NOT_THE_DOCUMENT,)


def test_envelope_hidden_in_the_signature():
    """S -> "" without itself; an envelope inside S, where nothing is signed."""
    hidden = b"<edXMLEnvelope><edXMLBody/></edXMLEnvelope>"
    xml = in_signature(signed_envelope(), hidden)
    assert SubIndication.NOT_THE_DOCUMENT in wrapped(xml).reasons


def test_signature_over_its_own_object_only():
    """S -> #own, which lies in S's own ds:Object: intact, and signs no document."""
    own = b'<o:own xmlns:o="urn:o" Id="own"></o:own>'
    closing = b"</edXML:edXMLHeader>"
    signed = sign_xml(
        envelope().replace(closing, own + closing), office(), references=("#own",)
    )
    finding = wrapped(in_signature(signed.replace(own, b""), own))
    assert finding.intact
    assert finding.reasons == (SubIndication.NOT_THE_DOCUMENT,)


def test_comment_inside_a_signed_text():
    """S -> "" with a comment put into Subject: canonical form leaves it out.

    The signature is intact, and a reader would take half the text: NOT_THE_DOCUMENT.
    """
    xml = signed_envelope().replace(b"giao ban", b"giao <!-- -->ban")
    finding = wrapped(xml)
    assert finding.intact
    assert finding.reasons == (SubIndication.NOT_THE_DOCUMENT,)


def test_comment_between_elements_is_harmless():
    """S -> "" with a comment among blanks: TOTAL_PASSED."""
    xml = signed_envelope().replace(b"<edXML:To>", b"<!-- to --><edXML:To>")
    assert judge_xml(xml)[0].passed


def test_a_pile_of_comments():
    """S -> "" with 20,000 comments among blanks: RESOURCE_LIMIT, at once."""
    pile = b"<!---->" * 20_000
    xml = signed_envelope().replace(b"<edXML:To>", pile + b"<edXML:To>")
    finding = wrapped(xml)
    assert finding.intact
    assert finding.reasons == (SubIndication.RESOURCE_LIMIT,)


def test_as_many_comments_as_are_looked_at():
    """S -> "" with 1,000 comments among blanks: TOTAL_PASSED; one in a text: not."""
    pile = b"<!---->" * 999
    xml = signed_envelope().replace(b"<edXML:To>", pile + b"<!-- --><edXML:To>")
    assert judge_xml(xml)[0].passed
    xml = signed_envelope().replace(b"<edXML:To>", pile + b"<edXML:To>")
    xml = xml.replace(b"giao ban", b"giao <!-- -->ban")
    assert wrapped(xml).reasons == (SubIndication.NOT_THE_DOCUMENT,)


def test_files_taken_out_of_a_signed_document():
    """S -> #body; AttachmentEncoded is nobody's: the verdict is not "signed"."""
    findings = judge_xml(signed_envelope(references=("#body", "#header")))
    assert findings[0].passed
    assert not Verdict(findings).signed
