"""Files of an axis' catalogue: replies of VXP and LGSP, CSV, and what is none."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.axis.catalogue import read_catalogue
from hub.errors import MalformedEnvelope
from hub.model.catalogue import CatalogueRow, RowProblem
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.rehearsal.bulk_agencies import bulk_agencies, vxp_reply

UBND = CatalogueRow(
    AgencyCode("H40.37"), AgencyCode("000.00.37.H40"), "UBND huyện Giao Thủy"
)


def read(text):
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_catalogue(data))


def as_json(value):
    return json.dumps(value, ensure_ascii=False)


def refused(text):
    with pytest.raises(MalformedEnvelope) as told:
        read(text)
    return told.value.fault


LINE = {
    "id": 1,
    "code": "H40.37",
    "code102": "000.00.37.H40",
    "name": UBND.name,
    "pcode": "H40",
}


@pytest.mark.parametrize(
    "reply",
    [
        {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "data": [LINE]},
        {"success": True, "count": 1, "data": [LINE]},
        {"status": "OK", "errorCode": 0, "data": {"items": [LINE]}},
        {"donViLienThongs": [LINE]},
        [LINE],
    ],
    ids=["vxp", "lang-son", "nested", "lgsp", "list"],
)
def test_the_replies_of_every_axis_are_read(reply):
    assert read(as_json(reply)) == [replace(UBND, parent=AgencyCode("H40"))]


def test_the_older_list_has_its_codes_the_other_way_round():
    line = {"Code": "000.00.37.H40", "OldCode": "37.H40", "Name": "UBND"}
    (row,) = read(as_json([line]))
    assert (row.code, row.old_code) == ("000.00.37.H40", "37.H40")


def test_every_field_a_catalogue_may_have_is_taken():
    line = LINE | {
        "status": 1,
        "isActive": True,
        "validFrom": "2020/07/22",
        "endDate": "30/06/2025",
        "aliases": ["365", "null", "365"],
    }
    (row,) = read(as_json([line]))
    assert (row.state, row.valid_from, row.valid_until, row.aliases) == (
        "1",
        date(2020, 7, 22),
        date(2025, 6, 30),
        ("365",),
    )


def test_a_bad_row_costs_that_row_and_tells_its_number():
    assert read(b'[{"code": "\xff"}]') == [RowProblem(1, "", "unreadable")]
    lines = [LINE, 7, {"name": "không mã"}, {"code": "null"}, {"code": "H\u0000"}, LINE]
    assert read(as_json(lines)) == [
        replace(UBND, parent=AgencyCode("H40")),
        RowProblem(2, "", "unreadable"),
        RowProblem(3, "", "no-code"),
        RowProblem(4, "", "no-code"),
        RowProblem(5, "H", "code"),
        replace(UBND, parent=AgencyCode("H40")),
    ]


def test_a_date_that_cannot_be_costs_only_the_date():
    row, problem = read(as_json([LINE | {"validUntil": "2025/02/30"}]))
    assert isinstance(row, CatalogueRow)
    assert row.valid_until is None
    assert problem == RowProblem(1, "H40.37", "date", taken=True)


def test_line_breaks_and_control_letters_of_names_do_not_reach_a_terminal():
    (row,) = read(as_json([LINE | {"name": "UBND\n\x1b[31mxã\u202e"}]))
    assert row.name == "UBND  [31mxã"


@pytest.mark.parametrize(
    "head",
    [
        "code,code102,name,pcode",
        "Mã định danh,Mã cũ,Tên đơn vị,Mã cha",
        '"CODE","OLD_CODE","Organ-Name","ParentCode"',
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_by_its_first_line(head, delimiter, end):
    lines = [head, f'H40.37,000.00.37.H40,"{UBND.name}",H40', ""]
    text = end.join(lines).replace(",", delimiter)
    assert read("\ufeff" + text) == [replace(UBND, parent=AgencyCode("H40"))]


def test_a_csv_row_with_more_cells_than_the_head_is_not_guessed():
    text = "code,name\nH40,UBND tỉnh, Nam Định\n\nH41,UBND\n"
    assert read(text) == [
        RowProblem(1, "", "cells"),
        CatalogueRow(AgencyCode("H41"), name="UBND"),
    ]


def test_a_cell_beyond_all_costs_its_row():
    text = f"code,name\nH40,{'x' * 200_000}\nH41,UBND\n"
    found = read(text)
    assert RowProblem(1, "", "cells") in found
    assert found[-1] == CatalogueRow(AgencyCode("H41"), name="UBND")


def test_a_reply_that_was_cut_off_is_no_catalogue_wherever_the_cut():
    whole = vxp_reply(bulk_agencies(40))
    for end in range(1, len(whole), 37):
        with pytest.raises(MalformedEnvelope) as told:
            read(whole[:end])
        assert told.value.fault.code is FaultCode.TRUNCATED


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", FaultCode.EMPTY),
        (" \n", FaultCode.EMPTY),
        ("<html><body>502</body></html>", FaultCode.CATALOGUE),
        ('{"status": "FAIL", "ErrorCode": "15"}', FaultCode.CATALOGUE),
        ('{"success": false, "data": []}', FaultCode.CATALOGUE),
        ('{"status": "OK", "ErrorCode": "20", "data": [{}]}', FaultCode.CATALOGUE),
        ('{"status": "OK", "data": null}', FaultCode.CATALOGUE),
        ('{"data": "x"}', FaultCode.CATALOGUE),
        ('{"data": [1,}', FaultCode.NOT_JSON),
        ("ten,dia chi\nx,y\n", FaultCode.CATALOGUE),
        ("just some text", FaultCode.CATALOGUE),
        (b"code,name\nH40,\xff\n", FaultCode.ENCODING),
        ("[" * 5_000, FaultCode.NOT_JSON),
    ],
)
def test_what_is_no_catalogue_raises_before_its_first_row(text, code):
    assert refused(text).code is code


def test_the_whole_national_catalogue_comes_through():
    rows = [*bulk_agencies(3_000)]
    assert read(vxp_reply(rows)) == rows
    assert len({row.code for row in bulk_agencies(127_000)}) == 127_000


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_bytes_come_rows_or_a_fault_come_out(data):
    try:
        found = read(data)
    except MalformedEnvelope:
        return
    assert all(isinstance(each, CatalogueRow | RowProblem) for each in found)


VALUES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9)


@given(st.lists(st.dictionaries(st.sampled_from([*LINE, "endDate"]), VALUES)))
def test_every_row_is_a_row_or_a_problem_and_none_is_lost(lines):
    found = read(json.dumps(lines).replace("NaN", "0").replace("Infinity", "1"))
    taken = [each for each in found if isinstance(each, CatalogueRow)]
    lost = [e for e in found if isinstance(e, RowProblem) and not e.taken]
    assert len(taken) + len(lost) == len(lines)
    assert all(row.name.isprintable() and row.code.isprintable() for row in taken)
