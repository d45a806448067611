"""Every real sender's sample is read rightly, and so are our look-alikes."""

from datetime import UTC, date, datetime

import pytest

from hub.edxml import identity
from hub.model.envelopes import Family, FileState, Kind, ReceiverChange
from hub.model.ids import AgencyCode, digest_of
from hub.model.quirks import QuirkCode
from tests.unit.edxml.look_alikes import LIKE, SHARED, both, every_sample
from tests.unit.edxml.reading import CHECKER, codes, read

G22 = "000.00.00.G22"
H41 = "000.00.00.H41"
ORIGINAL = "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT"


def sources(name):
    return pytest.mark.parametrize(
        "data", [pytest.param(data, id=origin) for origin, data in both(name)]
    )


def test_every_shared_sample_has_a_look_alike():
    shared = {path.name for path in SHARED.glob("*.edxml")}
    assert shared <= LIKE.keys()


@pytest.mark.parametrize(
    "data", [pytest.param(d, id=f"{n}-{o}") for n, o, d in every_sample()]
)
def test_what_all_samples_have_in_common(data):
    reading = read(data)
    envelope = reading.envelope
    assert envelope.family is Family.LAYERED
    assert envelope.sender.code
    assert envelope.receivers
    assert len(reading.files) == len(envelope.attachments)
    assert not codes(reading) & {
        QuirkCode.ELEMENT_UNKNOWN,
        QuirkCode.ELEMENT_TWICE,
        QuirkCode.NAMESPACE_ALIAS,
        QuirkCode.ORGAN_ID_FORM,
        QuirkCode.NOT_HOISTED,
    }
    for described, file in zip(envelope.attachments, reading.files, strict=True):
        assert file is not None
        assert described.size == len(file)
        assert described.digest == digest_of(file)
    identity.identify(envelope)


@sources("A_edoc_new.edxml")
def test_the_kits_new_document(data):
    envelope = read(data).envelope
    assert envelope.kind is Kind.NEW
    assert envelope.sender.code == "000.00.00.A80"
    assert [r.code for r in envelope.receivers] == ["28.22.H17"]
    assert envelope.document_id == ORIGINAL
    assert envelope.notation == "VPCP-TTĐT"
    assert envelope.place == "Hà Nội"
    assert envelope.promulgated == date(2019, 1, 16)
    assert (envelope.type_number, envelope.type_name) == (1, "Công văn")
    assert envelope.subject.startswith("V/v kết nối, liên thông")
    assert envelope.business
    assert envelope.business.paper == 0
    assert envelope.business.document_id == "000.00.00.G22,2014/02/30,7806/VPCP-TTĐT"
    assert envelope.hops[0].moment_text == "2018/09/28 00:00:00"


@sources("A_edoc_new.edxml")
def test_what_the_kit_calls_a_zip_is_told_by_its_bytes(data):
    reading = read(data)
    file = reading.envelope.attachments[0]
    assert file.name == "1896_QD-TTg_m_294779.doc"
    assert file.content_id == "209"
    assert file.claimed_type == "application/zip"
    assert file.media_type == "text/plain"
    assert reading.files == (b"PAYLOAD ELIDED",)
    assert QuirkCode.TYPE_LIES in codes(reading)


@sources("A_edoc_revocation.edxml")
def test_a_revocation_is_about_its_own_document_id(data):
    envelope = read(data).envelope
    assert envelope.kind is Kind.REVOKE
    assert envelope.business
    assert envelope.business.document_id == ""
    assert envelope.target_id == ORIGINAL
    assert envelope.answers[0].code == "000.00.00.H14"
    assert envelope.answers[0].notation == "267/VPCP-TTĐT"
    assert len(envelope.receivers) == 3


@sources("A_edoc_update.edxml")
def test_an_update_names_its_target_and_who_comes_and_goes(data):
    envelope = read(data).envelope
    assert envelope.kind is Kind.UPDATE
    assert envelope.target_id == "000.00.00.G22,2014/02/30,7806/VPCP-TTĐT"
    assert envelope.business
    assert envelope.business.info_changed
    assert envelope.business.receivers_changed
    assert envelope.business.changes == (
        ReceiverChange(AgencyCode(H41), added=False),
        ReceiverChange(AgencyCode("000.00.00.H14"), added=True),
    )


@sources("A_edoc_replacement.edxml")
def test_a_replacement_lists_what_it_replaces_and_for_whom(data):
    envelope = read(data).envelope
    assert envelope.kind is Kind.REPLACE
    assert envelope.business
    assert len(envelope.business.replacements) == 2
    first = envelope.business.replacements[0]
    assert first.document_id == "000.00.00.G22,2014/01/30,7806/VPCP-TTĐT"
    assert first.codes == (H41, "000.00.00.H14")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(data, name[-8:-6], id=f"{name}-{origin}")
        for name, origin, data in every_sample()
        if "status" in name
    ],
)
def test_status_messages(data, code):
    reading = read(data)
    envelope = reading.envelope
    assert envelope.kind is Kind.STATUS
    assert envelope.status
    assert envelope.status.code == code
    assert envelope.status.about.document_id == ORIGINAL
    assert envelope.status.about.notation == "7816/VPCP-TTĐT"
    assert envelope.status.about.promulgated_text == "2015/09/30"
    assert envelope.status.moment == datetime(2015, 9, 20, 4, 8, 36, tzinfo=UTC)
    assert envelope.status.staff
    assert envelope.status.staff.mobile == "0900000000"
    assert envelope.attachments == ()
    sender, addressee = (G22, H41) if code == "13" else (H41, G22)
    assert envelope.sender.code == sender
    assert [r.code for r in envelope.receivers] == [addressee]
    assert CHECKER.check(reading.hoisted.skeleton) == ()


@sources("P_minimal.edxml")
def test_the_gateways_minimal_document(data):
    reading = read(data)
    envelope = reading.envelope
    assert envelope.kind is Kind.NEW
    assert envelope.business is None
    assert envelope.document_id == "test-doc"
    assert envelope.sender.code == "vxp.saas.03"
    file = envelope.attachments[0]
    assert (file.name, file.media_type, file.size) == ("clean.txt", "text/plain", 10)
    assert file.digest != file.sent_digest
    assert {
        QuirkCode.ZIP_WRAPPED,
        QuirkCode.TYPE_DISAGREES,
        QuirkCode.BUSINESS_ABSENT,
    } <= codes(reading)


@sources("P_multi_attachment_zip_as_text.edxml")
def test_three_texts_each_in_a_zip_called_text(data):
    reading = read(data)
    envelope = reading.envelope
    assert [a.name for a in envelope.attachments] == [
        "localA.txt",
        "localB.txt",
        "localC.txt",
    ]
    assert [a.position for a in envelope.attachments] == [1, 2, 3]
    assert {a.state for a in envelope.attachments} == {FileState.SOUND}
    assert {a.media_type for a in envelope.attachments} == {"text/plain"}
    assert len({a.digest for a in envelope.attachments}) == 3
    assert QuirkCode.ZIP_WRAPPED in codes(reading)
    assert QuirkCode.TYPE_LIES not in codes(reading)
    assert envelope.document_id == "1da394ba-2117-4354-a23f-6ec3e47ba81b"
    assert envelope.promulgated == date(2025, 10, 20)
