from datetime import date
from pathlib import Path

import pytest
import yaml

from hub.errors import SettingsError
from hub.model.agencies import AgencyKind
from hub.model.ids import AgencyCode
from hub.registry.reading import read_agencies

SHIPPED = (Path(__file__).parents[3] / "config" / "agencies.yaml").read_bytes()
BOOK = read_agencies(SHIPPED)
DAY = date(2019, 11, 20)
KINDS = {
    AgencyKind.PARTY: 1,
    AgencyKind.COUNCIL: 1,
    AgencyKind.COMMITTEE: 1,
    AgencyKind.ONE_STOP: 1,
    AgencyKind.OFFICE: 12,
    AgencyKind.TOWN: 2,
    AgencyKind.COMMUNE: 20,
}


def changed(**changes):
    plain = yaml.safe_load(SHIPPED)
    return yaml.safe_dump(plain | changes, allow_unicode=True).encode()


def problems(data):
    with pytest.raises(SettingsError) as refused:
        read_agencies(data)
    return refused.value.problems


def test_the_shipped_book_holds_the_districts_38_bodies():
    assert len(BOOK.agencies) == 38
    found = {kind: sum(a.kind is kind for a in BOOK.agencies) for kind in AgencyKind}
    assert found == KINDS


def test_the_shipped_book_says_that_its_codes_are_made_up():
    assert "giả định" in BOOK.label
    assert "made-up" in BOOK.label
    assert BOOK.as_of is not None
    assert BOOK.as_of.year == 2019


def test_the_shipped_entries_have_no_end_and_both_forms_of_code():
    for agency in BOOK.agencies:
        assert agency.valid_from is None
        assert agency.valid_until is None
        assert len(agency.code) == 13
        assert agency.aliases
        for code in (agency.code, *agency.aliases):
            assert BOOK.find(code, DAY) is agency
            assert BOOK.is_local(code)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("000.00.37.H40", "UBND huyện Giao Thủy"),
        ("H40.37", "UBND huyện Giao Thủy"),
        ("000.01.37.H40", "Văn phòng Huyện ủy – HĐND – UBND"),
        ("000.12.37.H40", "Phòng Kinh tế và Hạ tầng"),
        ("000.20.37.H40", "UBND thị trấn Ngô Đồng"),
        ("000.41.37.H40", "UBND xã Hồng Thuận"),
        ("000.00.37.A40", "Huyện ủy Giao Thủy"),
        ("000.00.37.K40", "HĐND huyện Giao Thủy"),
    ],
)
def test_the_shipped_codes_lead_to_their_bodies(code, name):
    agency = BOOK.find(AgencyCode(code), DAY)
    assert agency is not None
    assert agency.name == name


def test_the_version_is_of_the_bytes():
    assert len(BOOK.version) == 64
    assert read_agencies(SHIPPED + b"\n# more\n").version != BOOK.version


def test_an_unknown_key_is_a_problem_wherever_it_stands():
    entry = yaml.safe_load(SHIPPED)["agencies"][0]
    extra = [entry | {"colour": "red"}]
    listed = problems(changed(agencies=extra, palette=1, hub={"code": "x", "y": 1}))
    places = {line.partition(":")[0] for line in listed}
    assert {"agencies.0.colour", "palette", "hub.y", "hub.name"} <= places


def test_inconsistencies_of_a_well_formed_file_are_all_listed():
    entry = yaml.safe_load(SHIPPED)["agencies"][0]
    listed = problems(changed(agencies=[entry, entry | {"queue": "Bad Slug"}]))
    assert any("belongs to both" in line for line in listed)
    assert any("is not a slug" in line for line in listed)
