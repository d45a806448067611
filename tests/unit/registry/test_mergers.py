"""A merger, as an administrator would write it into the shipped book; made up."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from hub.model.ids import AgencyCode
from hub.registry.reading import read_agencies

SHIPPED = (Path(__file__).parents[3] / "config" / "agencies.yaml").read_bytes()
LAST_DAY, FIRST_DAY = date(2024, 8, 31), date(2024, 9, 1)
MERGED = ("000.20.37.H40", "000.23.37.H40")
NEW = "000.42.37.H40"


@pytest.fixture(scope="module")
def book():
    plain = yaml.safe_load(SHIPPED)
    for entry in plain["agencies"]:
        if entry["code"] in MERGED:
            entry |= {"valid_until": LAST_DAY, "successors": [NEW]}
    plain["agencies"].append(
        {
            "code": NEW,
            "name": "UBND thị trấn mới",
            "kind": "town",
            "queue": "tt-moi",
            "parent": "000.00.37.H40",
            "aliases": ["H40.37.42"],
            "valid_from": FIRST_DAY,
        }
    )
    return read_agencies(yaml.safe_dump(plain, allow_unicode=True).encode())


def queue(book, code, day):
    agency = book.find(AgencyCode(code), day)
    return agency and agency.queue


def test_until_the_last_day_each_commune_gets_its_own(book):
    assert queue(book, "000.20.37.H40", LAST_DAY) == "tt-ngo-dong"
    assert queue(book, "H40.37.23", LAST_DAY) == "xa-binh-hoa"
    assert queue(book, NEW, LAST_DAY) is None


def test_from_the_first_day_all_their_codes_lead_to_the_new_one(book):
    for code in (*MERGED, "H40.37.20", "H40.37.23", NEW, "H40.37.42"):
        assert queue(book, code, FIRST_DAY) == "tt-moi"


def test_the_others_do_not_notice(book):
    for day in (LAST_DAY, FIRST_DAY):
        assert queue(book, "000.24.37.H40", day) == "xa-giao-an"


def test_old_codes_stay_ours_so_that_no_carrier_speaks_for_them(book):
    assert all(book.is_ours(AgencyCode(code)) for code in MERGED)
