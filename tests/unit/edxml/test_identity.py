"""Two envelopes are one document by what they say, not by how it is written."""

from dataclasses import replace
from unicodedata import normalize

from hub.edxml.identity import identify
from hub.model.documents import Identity
from hub.model.envelopes import Envelope, Hop, Kind
from hub.model.ids import AgencyCode
from tests.unit.edxml.look_alikes import (
    EDOC,
    PDF,
    QCVN,
    attachment,
    b64,
    body,
    layered,
    message,
    reference,
    related,
    soap,
    status,
    trace,
    zipped,
)
from tests.unit.edxml.reading import read


def envelope(data: bytes, content_type: str = "application/xml") -> Envelope:
    return read(data, content_type).envelope


def identity(data: bytes) -> Identity:
    return identify(envelope(data))


DOCUMENT = identity(layered())
KEY = "5f7a854fb8ad5da50c2409858c5e1056da33c4ccafbbe0cc007a4f407afaa6bc"
CONTENT = "e8afb83bee14e6059c94821c241ec48f84a16e0aff671602d9fb5f615d586c5f"


def test_the_values_of_a_known_document_never_change():
    """They stand in journals: another form needs another name in front."""
    assert DOCUMENT.key == KEY
    assert DOCUMENT.content == CONTENT


def test_family_prefix_namespace_and_form_of_dates_do_not_matter():
    content_type, data = related(soap(), ("f1", b64(PDF).encode()))
    assert identify(envelope(data, content_type)) == DOCUMENT
    assert identity(layered().replace(QCVN.encode(), EDOC.encode())) == DOCUMENT
    renamed = layered().replace(b"edXML:", b"q:").replace(b"xmlns:edXML", b"xmlns:q")
    assert identity(renamed) == DOCUMENT
    assert identity(layered(message(date="28/09/2018") + trace())) == DOCUMENT


def test_order_does_not_matter():
    files = (b"1", b"2", b"3")

    def listing(order):
        return layered(
            listed="".join(reference(f"cid:{n}", f"{n}") for n in order),
            encoded="".join(attachment(b64(files[n]), f"cid:{n}") for n in order),
        )

    assert identity(listing([0, 1, 2])) == identity(listing([2, 0, 1]))


def test_a_zip_around_a_file_does_not_matter():
    wrapped = layered(encoded=attachment(b64(zipped(("uuid", PDF)))))
    assert identity(wrapped) == DOCUMENT


def test_nfc_and_nfd_are_the_same_text():
    assert identity(normalize("NFD", layered().decode()).encode()) == DOCUMENT


def test_hops_and_receivers_are_the_axis_business():
    plain = envelope(layered())
    hop = Hop(AgencyCode("W00"), "2018/09/28 00:00:01")
    assert identify(replace(plain, hops=(*plain.hops, hop))) == DOCUMENT
    assert identify(replace(plain, receivers=())) == DOCUMENT
    other = layered(message(receivers=body("000.00.00.H40")) + trace())
    assert identity(other) == DOCUMENT


def test_other_content_keeps_the_key_and_changes_the_content():
    plain = envelope(layered())
    changed = [
        identity(layered(encoded=attachment(b64(PDF + b"\n")))),
        identity(layered(encoded=attachment("!"))),
        identity(layered(listed="", encoded="")),
        identify(replace(plain, subject="khác")),
        identify(replace(plain, notation="UBND-VP")),
        identity(layered(message() + trace(paper="1"))),
        identity(layered(message(date="2018/09/29") + trace())),
    ]
    assert {i.key for i in changed} == {DOCUMENT.key}
    assert len({i.content for i in changed} | {DOCUMENT.content}) == len(changed) + 1


def test_sender_document_id_and_kind_make_the_key():
    keys = {
        identity(layered(message(sender=body("H40", tag="From")) + trace())).key,
        identity(layered(message(document_id="khác") + trace())).key,
        identity(layered(message() + trace("3"))).key,
        DOCUMENT.key,
    }
    assert len(keys) == 4


def test_a_code_written_carelessly_is_the_same_sender():
    careless = message(sender=body(" 000.00.00.g22 ", "Văn phòng", "From"))
    assert identity(layered(careless + trace())).key == DOCUMENT.key


def test_two_updates_of_one_document_are_two_and_one_sent_twice_is_one():
    target = "<edXML:DocumentId>đích</edXML:DocumentId>"
    first = envelope(layered(message() + trace("2", target)))
    assert first.kind is Kind.UPDATE
    later = (Hop(AgencyCode("000.00.00.G22"), "2018/09/29 00:00:00"),)
    passed_on = (*first.hops, Hop(AgencyCode(""), "2018/09/28 00:00:01"))
    assert identify(replace(first, hops=later)).key != identify(first).key
    assert identify(replace(first, hops=passed_on)) == identify(first)
    assert identify(replace(first, hops=passed_on[::-1])) == identify(first)
    elsewhere = envelope(layered(message() + trace("2", target.replace("đích", "b"))))
    assert identify(elsewhere).key != identify(first).key


def test_statuses_of_one_document_differ_by_code_and_moment():
    at = b"2015/09/20 11:08:36"
    keys = {
        identity(status("03")).key,
        identity(status("05")).key,
        identity(status("03").replace(at, b"2015/09/20 11:08:37")).key,
        identity(status("03", sender="000.00.00.H14")).key,
    }
    assert len(keys) == 4
    other_form = status("03").replace(at, b"2015-09-20T11:08:36+07:00")
    assert identity(other_form) == identity(status("03"))
