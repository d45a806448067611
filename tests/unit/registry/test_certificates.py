from datetime import date

import pytest
import yaml

from hub.errors import SettingsError
from hub.model.ids import AgencyCode
from hub.registry.reading import read_agencies
from tests.unit.registry.test_reading import SHIPPED

ISSUER = "CN=CA phục vụ các cơ quan Nhà nước G2,O=Ban Cơ yếu Chính phủ,C=VN"
PRINT = "ab" * 32


def entry(code: str, *certificates, **more):
    return {"code": code, "name": code, "certificates": list(certificates)} | more


def book(*senders, agencies=None):
    plain = yaml.safe_load(SHIPPED) | {"senders": list(senders)}
    if agencies is not None:
        plain["agencies"] = agencies
    return read_agencies(yaml.safe_dump(plain, allow_unicode=True).encode())


def problems(*senders, agencies=None):
    with pytest.raises(SettingsError) as refused:
        book(*senders, agencies=agencies)
    return refused.value.problems


ELSEWHERE = "000.00.38.H40"


def test_agencies_here_and_bodies_elsewhere_are_bound_alike():
    ours = yaml.safe_load(SHIPPED)["agencies"][0] | {
        "certificates": [{"subject_organization": "Huyện ủy Giao Thủy"}]
    }
    theirs = entry(ELSEWHERE, {"fingerprint": PRINT}, aliases=["H40.38"])
    bound = book(theirs, agencies=[ours]).bindings()

    assert [b.codes for b in bound] == [
        ("000.00.37.A40", "A40.37"),
        (ELSEWHERE, "H40.38"),
    ]
    assert bound[0].certificates[0].subject_organization == "Huyện ủy Giao Thủy"
    assert bound[1].certificates[0].fingerprint == PRINT


def test_a_body_without_certificates_is_no_binding():
    assert book(entry(ELSEWHERE)).bindings() == book().bindings()


def test_a_body_elsewhere_is_no_agency_of_ours():
    found = book(entry(ELSEWHERE))
    assert found.find(AgencyCode(ELSEWHERE), date(2019, 12, 1)) is None
    assert not found.is_ours(AgencyCode(ELSEWHERE))


@pytest.mark.parametrize(
    ("binding", "problem"),
    [
        ({}, "certificates.0: names nothing to compare"),
        ({"serial": "12"}, "certificates.0.serial: is unique only with its `issuer`"),
        ({"serial": "mười", "issuer": ISSUER}, "certificates.0.serial: is not hex"),
        ({"fingerprint": "abcd"}, "certificates.0.fingerprint: is not a SHA-256"),
        ({"fingerprint": "xy" * 32}, "certificates.0.fingerprint: is not a SHA-256"),
        ({"subject": "VGCA"}, "certificates.0.subject: is not a distinguished name"),
        ({"issuer": ISSUER}, "would fit every certificate of an authority"),
        ({"parent_organization": "UBND tỉnh"}, "would fit every certificate"),
        ({"subject_organization": "–"}, "subject_organization: is no name"),
        ({"colour": "red"}, "senders.0.certificates.0.colour"),
    ],
)
def test_a_binding_that_cannot_be_meant_is_a_problem(binding, problem):
    assert any(problem in line for line in problems(entry(ELSEWHERE, binding)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"fingerprint": PRINT}, {"fingerprint": ":".join(["AB"] * 32)}),
        (
            {"serial": "0012", "issuer": ISSUER},
            {
                "serial": "12",
                "issuer": "C=VN, O=ban cơ yếu chính phủ, "
                "CN=CA phục vụ các cơ quan Nhà nước G2",
            },
        ),
        ({"subject": "CN=A,C=VN"}, {"subject": "C=VN,CN=a"}),
    ],
)
def test_one_certificate_signs_for_one_body(one, other):
    listed = problems(entry(ELSEWHERE, one), entry("000.00.39.H40", other))
    assert listed == (
        f"000.00.39.H40: certificates.0: the same certificate is bound to {ELSEWHERE}",
    )


def test_one_name_may_stand_for_an_office_and_its_committee():
    name = {"subject_organization": "UBND huyện Xuân Trường"}
    assert book(entry(ELSEWHERE, name), entry("000.01.38.H40", name))


def test_a_serial_under_another_authority_is_another_certificate():
    one = {"serial": "12", "issuer": ISSUER}
    other = {"serial": "12", "issuer": ISSUER.replace("G2", "G1")}
    assert book(entry(ELSEWHERE, one), entry("000.00.39.H40", other))


@pytest.mark.parametrize(
    ("senders", "problem"),
    [
        ([entry("nobody")], "senders: code 'nobody' has none of the known forms"),
        ([entry(ELSEWHERE, name=" ")], f"senders: {ELSEWHERE}: the name is empty"),
        ([entry(ELSEWHERE), entry(ELSEWHERE)], "stands there twice"),
        ([entry(ELSEWHERE, aliases=["H40.37"])], "bind it under `agencies`"),
        ([entry("000.90.37.H40")], "bind it under `agencies`"),
    ],
)
def test_a_table_of_senders_that_cannot_be_meant_is_a_problem(senders, problem):
    assert any(problem in line for line in problems(*senders))


def test_what_signed_for_a_body_that_ended_stays_for_its_old_documents():
    ended = yaml.safe_load(SHIPPED)["agencies"][0] | {
        "valid_until": "2025-06-30",
        "certificates": [{"fingerprint": PRINT}],
    }
    [bound] = book(agencies=[ended]).bindings()
    assert bound.certificates[0].fingerprint == PRINT
