from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.agencies import CertificateBinding
from hub.model.findings import Belonging, Finding, SignatureKind, Signer, Slot
from hub.model.ids import AgencyCode
from hub.model.knowledge import Binding
from hub.signatures.belonging import belonging, fits, whose

AT = datetime(2020, 3, 2, tzinfo=UTC)
ISSUER = "CN=CA phục vụ các cơ quan Nhà nước G2,O=Ban Cơ yếu Chính phủ,C=VN"
FINGERPRINT = "0a" * 32

PROVINCE, FARMING, DISTRICT, OTHER, NOBODY = map(
    AgencyCode,
    (
        "000.00.00.H40",
        "000.00.12.H40",
        "000.00.37.H40",
        "000.00.38.H40",
        "000.00.99.H40",
    ),
)


def signer(name: str, *bodies: str, person: bool = False) -> Signer:
    parts = (f"CN={name}", *(f"O={body}" for body in bodies), "C=VN")
    return Signer(
        common_name=name,
        organization=bodies[0] if bodies else "",
        serial="3B65B0",
        issuer=ISSUER,
        fingerprint=FINGERPRINT,
        not_before=AT,
        not_after=AT,
        is_organization=not person,
        subject=",".join(parts),
        bodies=bodies,
    )


def named(name: str, parent: str = "") -> CertificateBinding:
    return CertificateBinding(subject_organization=name, parent_organization=parent)


PROVINCES = Binding(
    (PROVINCE, AgencyCode("H40")), (named("Ủy ban nhân dân tỉnh Nam Định"),)
)
DISTRICTS = Binding((DISTRICT,), (named("UBND huyện Giao Thủy"),))
OTHERS = Binding((OTHER,), (named("UBND huyện Xuân Trường"),))
BINDINGS = (PROVINCES, DISTRICTS, OTHERS)

SEAL = signer("UBND huyện Giao Thủy", "UBND huyện Giao Thủy")
LEADER = signer("Nguyễn Văn Mẫu", "UBND huyện Giao Thủy", person=True)
#: The department's own seal, under the province.
FARMINGS = signer("Sở Nông nghiệp", "UBND tỉnh Nam Định")
FARMER = signer("Trần Thị Mẫu", "UBND tỉnh Nam Định", "Sở Nông nghiệp", person=True)


def of(who: Signer | None, sender: str, *bindings: Binding) -> Belonging:
    finding = Finding(SignatureKind.PDF, "attachment 1", Slot.SIGNATURE, signer=who)
    (found,) = belonging((finding,), AgencyCode(sender), bindings or BINDINGS)
    assert replace(found, belongs=Belonging.NOT_CHECKED) == finding
    return found.belongs


@pytest.mark.parametrize(
    ("who", "sender", "expected"),
    [
        (SEAL, DISTRICT, Belonging.SENDER),
        (LEADER, DISTRICT, Belonging.SENDERS_PERSON),
        (SEAL, " 000.00.37.h40 ", Belonging.SENDER),
        # somebody else's
        (SEAL, OTHER, Belonging.OTHER),
        (LEADER, OTHER, Belonging.OTHER),
        (SEAL, PROVINCE, Belonging.OTHER),
        # a department's seal is not the province's, a department's person may be
        (FARMINGS, PROVINCE, Belonging.OTHER),
        (FARMINGS, "H40", Belonging.OTHER),
        (FARMER, PROVINCE, Belonging.SENDERS_PERSON),
        # nothing is bound to the sender
        (FARMINGS, FARMING, Belonging.UNBOUND),
        (FARMER, FARMING, Belonging.UNBOUND),
        (SEAL, NOBODY, Belonging.OTHER),
        (LEADER, NOBODY, Belonging.UNBOUND),
        # nobody says who sends
        (SEAL, "", Belonging.NOT_CHECKED),
        (SEAL, "null", Belonging.NOT_CHECKED),
        (None, DISTRICT, Belonging.NOT_CHECKED),
    ],
)
def test_a_certificate_is_the_senders_or_not(who, sender, expected):
    assert of(who, sender) is expected


def test_an_authority_that_stamps_time_signs_for_nobody():
    stamp = Finding(SignatureKind.PDF_TIMESTAMP, "x", Slot.SIGNATURE, signer=SEAL)
    assert belonging((stamp,), OTHER, BINDINGS) == (stamp,)


def test_xml_and_pdf_are_asked_alike():
    xml = Finding(SignatureKind.XML, "edXML", Slot.SIGNATURE, signer=SEAL)
    (found,) = belonging((xml,), DISTRICT, BINDINGS)
    assert found.belongs is Belonging.SENDER


def test_an_office_may_use_the_committees_seal_where_the_registry_says_so():
    office = AgencyCode("000.01.37.H40")
    assert of(SEAL, office) is Belonging.OTHER
    shared = Binding((office,), (named("UBND huyện Giao Thủy"),))
    assert of(SEAL, office, DISTRICTS, shared) is Belonging.SENDER
    assert of(SEAL, DISTRICT, DISTRICTS, shared) is Belonging.SENDER


def test_the_name_of_the_body_above_tells_namesakes_apart():
    ours = Binding((FARMING,), (named("Phòng Nội vụ", "UBND huyện Giao Thủy"),))
    assert of(signer("Phòng Nội vụ", "UBND huyện Giao Thủy"), FARMING, ours) is (
        Belonging.SENDER
    )
    assert of(signer("Phòng Nội vụ", "UBND huyện Xuân Trường"), FARMING, ours) is (
        Belonging.OTHER
    )


PINNED = Binding((DISTRICT,), (CertificateBinding(serial="3b65b0", issuer=ISSUER),))


def test_one_pinned_certificate_lets_no_other_seal_of_the_body_sign():
    renewed = replace(SEAL, serial="3B65B1")
    assert of(SEAL, DISTRICT, PINNED) is Belonging.SENDER
    assert of(renewed, DISTRICT, PINNED) is Belonging.OTHER


def test_where_only_the_seal_is_pinned_nothing_is_said_of_persons():
    leader = replace(LEADER, serial="77")
    assert of(leader, DISTRICT, PINNED) is Belonging.UNBOUND
    assert of(replace(LEADER, serial="3B65B0"), DISTRICT, PINNED) is (
        Belonging.SENDERS_PERSON
    )


def test_a_person_pinned_to_another_body_is_the_others():
    pinned = Binding((OTHER,), (CertificateBinding(fingerprint=FINGERPRINT),))
    assert of(LEADER, NOBODY, pinned) is Belonging.OTHER


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        ({}, False),
        ({"subject_organization": " "}, False),
        ({"fingerprint": FINGERPRINT.upper()}, True),
        ({"fingerprint": "0A:" * 31 + "0A"}, True),
        ({"fingerprint": "0b" * 32}, False),
        ({"serial": "003B65B0", "issuer": ISSUER}, True),
        ({"serial": "003B65B0", "issuer": ISSUER.replace("G2", "G1")}, False),
        ({"serial": "3B65B1", "issuer": ISSUER}, False),
        ({"subject": "C=VN, O=ubnd huyện giao thủy, CN=ubnd huyện giao thủy"}, True),
        ({"subject": "C=VN, O=UBND huyện Giao Thủy"}, False),
        ({"subject": "nonsense"}, False),
        ({"subject_organization": "Uỷ ban nhân dân huyện Giao Thuỷ"}, True),
        ({"subject_organization": "UBND huyen Giao Thuy"}, True),
        ({"subject_organization": "UBND huyện"}, False),
        ({"subject_organization": "UBND huyện Giao Thủy", "serial": "1"}, False),
    ],
)
def test_every_field_that_is_given_must_fit(binding, expected):
    assert fits(SEAL, CertificateBinding(**binding)) is expected


def test_where_a_bodys_certificate_is_named_otherwise_its_organisation_counts():
    """A seal made out to `Văn thư`, known as a body's by its tax number."""
    clerk = replace(SEAL, common_name="Văn thư")
    assert of(clerk, DISTRICT) is Belonging.SENDER


def test_there_its_office_counts_before_the_body_above_it():
    """O the province, OU the department, CN nobody's name."""
    clerk = replace(FARMINGS, common_name="Văn thư")
    clerk = replace(clerk, bodies=("UBND tỉnh Nam Định", "Sở Nông nghiệp"))
    assert of(clerk, PROVINCE) is Belonging.OTHER
    farming = Binding((FARMING,), (named("Sở Nông nghiệp", "UBND tỉnh Nam Định"),))
    assert of(clerk, FARMING, farming) is Belonging.SENDER


TEXT = st.one_of(st.text(max_size=20), st.sampled_from([ISSUER, "3B65B0", "UBND", ""]))
ANY = st.builds(CertificateBinding, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
SIGNERS = st.builds(
    signer, TEXT, TEXT, TEXT, person=st.booleans()
)  # names as strangers may write them


@given(SIGNERS, st.lists(ANY, max_size=3), st.lists(ANY, max_size=3))
def test_whatever_stands_in_names_somebody_is_said_to_sign(who, own, others):
    told = whose(who, own, others)
    fitting = any(fits(who, binding) for binding in own)
    assert (told in {Belonging.SENDER, Belonging.SENDERS_PERSON}) is fitting
    assert told is not Belonging.NOT_CHECKED
    if not own and not others:
        assert told is Belonging.UNBOUND
