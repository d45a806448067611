"""What the maker of dossiers writes: real in form, never of a real person."""

import json
import re
from datetime import date

import pytest
import yaml

from hub.rehearsal.dossiers import FORMS, PROCEDURES, dossier, other_number, progress
from hub.rehearsal.odd_dossiers import ODD
from hub.rehearsal.portal_files import MANNERS
from hub.rehearsal.samples import DEFAULT_AT, DEFAULT_DAY
from hub.resources import resource
from tests.unit.adapters.portal.json_schema import fits

BASE = "http://127.0.0.1:1/tep"
MANY = [dossier(number, BASE) for number in range(1, 61)]
SCHEMA = json.loads(resource("schemas", "portal-dossier.schema.json").read_text())


def test_the_same_number_is_the_same_dossier_byte_for_byte():
    assert dossier(7, BASE) == dossier(7, BASE)


def test_numbers_have_the_form_of_the_portal_and_are_all_different():
    form = re.compile(r"000\.\d{2}\.37\.H40-191202-\d{5}")

    assert all(form.fullmatch(one.number) for one in MANY)
    assert len({one.number for one in MANY}) == len(MANY)


def test_every_procedure_is_one_of_the_published_list_with_its_owner():
    text = resource("config", "procedures.yaml").read_text()
    known = {row["code"]: row for row in yaml.safe_load(text)["procedures"]}

    for mine in PROCEDURES:
        row = known[mine.code]
        assert (mine.name, mine.office) == (row["name"], row["office"])
        assert (mine.field, mine.days) == (row["field"], row["days"])


def test_nobody_is_real():
    for one in MANY:
        assert one.row["ChuHoSo"].startswith("Công dân Diễn Tập")
        assert one.row["Email"].endswith("@dien-tap.invalid")
        assert re.fullmatch(r"999\d{9}|000000001", one.row["SoGiayToChuHoSo"])


def test_a_short_number_is_of_the_older_kind_and_stands_for_unknown():
    kinds = {
        len(who["SoDinhDanh"]): who["LoaiDinhDanh"]
        for one in MANY
        for who in one.row["DinhDanhCHS"]
    }

    assert kinds == {9: 2, 12: 1}


def test_every_form_of_a_date_occurs():
    moment = DEFAULT_AT
    made = {form.__name__: form(moment) for form in FORMS}

    assert made == {
        "compact": "20191202100000",
        "iso": "2019-12-02T10:00:00.000",
        "day_first": "02/12/2019 10:00:00",
        "slashed": "2019/12/02 10:00:00",
        "epoch": "/Date(1575255600000)/",
        "compact_day": "20191202",
        "day_alone": "02/12/2019",
    }
    shapes = {re.sub(r"\d", "9", one.row["NgayNopHoSo"]) for one in MANY}
    assert len(shapes) == len(FORMS)
    assert {one.row["NgayTra"] for one in MANY} == {"", None, "00010101000000"}


def test_each_file_is_a_pdf_of_its_own_at_its_address():
    files = [file for one in MANY for file in one.files]
    addresses = [
        row["DuongDanTaiTepTin"] for one in MANY for row in one.row["TaiLieuNop"]
    ]

    assert all(file.data.startswith(b"%PDF-") for file in files)
    assert len({file.digest for file in files}) == len(files)
    assert addresses == [f"{BASE}/{file.name}" for file in files]


@pytest.mark.parametrize("odd", [name for name in ODD if name != "no-number"])
def test_odd_dossiers_can_still_be_read(odd):
    row = dict(ODD[odd](dossier(1, BASE), BASE).row)

    assert fits(row, SCHEMA, SCHEMA)


def test_plain_dossiers_and_progress_keep_to_the_schema():
    told = progress(MANY[0], 9, DEFAULT_AT)

    assert all(fits(dict(one.row), SCHEMA, SCHEMA) for one in MANY)
    assert fits(told, SCHEMA, SCHEMA)


@pytest.mark.parametrize("odd", ODD)
def test_an_oddity_changes_something(odd):
    plain = dossier(3, BASE)
    changed = ODD[odd](plain, BASE)

    assert changed != plain
    assert {file.manner for file in changed.files} <= MANNERS.keys()


def test_a_large_file_is_large_and_still_named_alike():
    plain = dossier(3, BASE)
    heavy = ODD["large-file"](plain, BASE)

    assert len(heavy.files[0].data) > 5_000_000
    assert [file.name for file in heavy.files] == [file.name for file in plain.files]


def test_two_files_stand_in_one_field():
    one = ODD["joined-files"](dossier(2, BASE), BASE)
    [row] = one.row["TaiLieuNop"]

    assert row["DuongDanTaiTepTin"].split("##") == [
        f"{BASE}/{file.name}" for file in one.files
    ]


def test_the_missing_result_is_the_first_submitted_file():
    one = ODD["result-is-submitted"](dossier(2, BASE), BASE)
    [result] = one.row["DanhSachGiayToKetQua"]

    submitted = one.row["TaiLieuNop"][0]["DuongDanTaiTepTin"]
    assert result["DuongDanTepTinKetQua"] == submitted


def test_the_other_number_is_minted_once_and_keeps_office_and_day():
    one = dossier(2, BASE, date(2026, 11, 24))
    other = other_number(one)

    assert other == other_number(one) != one.number
    assert other.rpartition("-")[0] == one.number.rpartition("-")[0]


def test_a_dossier_is_of_the_day_it_is_asked_for():
    assert "-191202-" in dossier(1, BASE, DEFAULT_DAY).number
    assert "-261124-" in dossier(1, BASE, date(2026, 11, 24)).number
