"""What a portal is known by, what it is called at, and what its translator knows."""

from pathlib import Path

import msgspec
import pytest
from pydantic import ValidationError

from adapters.portal.adapter import PACKAGE
from adapters.portal.mapping import Ground
from adapters.portal.settings import PORTAL_POLL, PORTAL_PUSH
from hub.kit import Called
from hub.model.agencies import Agency, AgencyKind
from hub.model.arrivals import Credential
from hub.model.ids import AgencyCode
from tests.fakes.kits import FewOrganizations
from tests.fakes.portal_doors import PASSWORD, SECRETS, TOKEN, portal_settings
from tests.fakes.portal_side import AUTH_URL, CALLS, LIST_URL, PROGRESS_URL

OFFICE = Agency(
    AgencyCode("000.03.37.H40"),
    "Phòng Tư pháp",
    AgencyKind.OFFICE,
    "tu-phap",
    aliases=(AgencyCode("H40.37.3"),),
)
OFFICES = FewOrganizations((OFFICE,))


def test_a_portal_may_be_known_in_four_ways():
    settings = portal_settings(
        signed_headers={"system_id": "CDV", "secret_file": "signing"},
        client_certificate_sha256="AB" * 32,
    )
    assert settings.secrets() == {
        "token": Path("token"),
        "signing": Path("signing"),
        "password": Path("password"),
    }
    assert settings.credentials({**SECRETS, "signing": "s"}) == (
        Credential(token=TOKEN),
        Credential(system_id="CDV", secret="s"),
        Credential(token=f"cong:{PASSWORD}"),
        Credential(certificate_sha256="ab" * 32),
    )


def test_it_speaks_for_its_own_code_at_each_door():
    settings = portal_settings(doors=[PORTAL_PUSH, PORTAL_POLL], calls=CALLS)
    assert [(s.door, s.codes, s.carrier) for s in settings.sources()] == [
        (PORTAL_PUSH, ("000.00.00.H40",), False),
        (PORTAL_POLL, ("000.00.00.H40",), False),
    ]
    assert set(PACKAGE.translators) == {PORTAL_PUSH, PORTAL_POLL}
    assert settings.secrets()["calls"] == Path("calls")


def test_every_address_it_is_called_at_is_named():
    settings = portal_settings(
        calls={**CALLS, "list_url": ""},
        file_hosts=["https://tep.example:8443"],
        inner_network=True,
    )
    assert settings.addresses() == (
        Called(AUTH_URL, private=True),
        Called(PROGRESS_URL, private=True),
        Called("https://tep.example:8443", private=True),
    )
    assert portal_settings().addresses() == ()
    polled = portal_settings(doors=[PORTAL_POLL], calls=CALLS)
    assert LIST_URL in {called.url for called in polled.addresses()}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Cổng"},
        {"doors": []},
        {"code": ""},
        {"token_file": None, "login": None},
        {"doors": [PORTAL_POLL]},
        {"calls": {"list_url": LIST_URL}},
        {"calls": {"auth_url": AUTH_URL}},
        {"calls": {"login": CALLS["login"]}},
        {"calls": {"progress_url": "ftp://x"}},
        {"calls": {"progress_url": "https://"}},
        {"file_hosts": ["files"]},
        {"login": {"username": "a:b", "password_file": "p"}},
        {"hub_name": "x" * 51},
        {"hub_name": ""},
        {"mapping": {"colour": "red"}},
        {"mapping": {"subject": "TrichYeuHoSo"}},
        {"polling": {"seconds": 0}},
        {"extra": 1},
    ],
)
def test_what_makes_no_sense_is_refused(changes):
    with pytest.raises(ValidationError):
        portal_settings(**changes)


def test_the_ground_is_json_and_reads_as_the_translators_tables():
    settings = portal_settings(
        offices={"Phòng  TƯ PHÁP": "000.03.37.H40"},
        mapping={"type_name": "Thông báo", "due": []},
    )
    ground = settings.ground(OFFICES, {"1.002891.000.00.00.H40": "000.04.37.H40"})
    crossed = msgspec.msgpack.decode(msgspec.msgpack.encode(ground))
    read = Ground.of(crossed)
    assert (read.code, read.name) == ("000.00.00.H40", "Cổng dịch vụ công")
    assert read.offices == {"phòng tư pháp": "000.03.37.H40"}
    assert read.agencies == dict.fromkeys(("000.03.37.H40", "H40.37.3"), OFFICE.code)
    assert read.names == {"000.03.37.H40": "Phòng Tư pháp"}
    assert read.procedures["1.002891.000.00.00.h40"] == "000.04.37.H40"
    assert read.procedures["1.002891"] == "000.04.37.H40"
    assert (read.rules.type_name, read.rules.due) == ("Thông báo", ())
    assert read.rules.subject == ("TrichYeuHoSo",)


def test_a_number_two_offices_own_is_nobodys_alone():
    owners = {
        "1.5.000.00.00.H40": "000.04.37.H40",
        "1.5.000.00.37.H40": "000.03.37.H40",
    }
    ground = Ground.of(portal_settings().ground(OFFICES, owners))
    assert "1.5" not in ground.procedures
    assert len(ground.procedures) == 2
