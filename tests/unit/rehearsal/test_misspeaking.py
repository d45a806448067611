"""Wrong words: never another meaning, always another writing."""

import random

from hub.rehearsal.misspeaking import misspelled, misspoken

TOLD = {
    "status": "OK",
    "ErrorCode": "0",
    "ErrorDesc": "",
    "total": 1,
    "data": [
        {
            "docId": "0",
            "status": "INITIAL",
            "updated_time": "x",
            "from": "A",
            "bytes": 5,
        }
    ],
}


def manners() -> list[dict[str, object]]:
    return [misspoken(TOLD, random.Random(seed)) for seed in range(40)]


def test_there_are_several_manners_and_none_is_what_was_to_be_said():
    writings = {repr(told) for told in manners()}

    assert len(writings) >= 4
    assert repr(TOLD) not in writings


def test_the_id_is_always_there_as_it_was():
    for told in manners():
        rows = told.get("data") or told["DATA"]
        assert isinstance(rows, list)
        [row] = rows
        assert row.get("docId", row.get("DOCID")) == "0"
        assert row.get("from", row.get("FROM")) == "A"


def test_success_never_becomes_failure():
    for told in manners():
        code = told.get("ErrorCode", told.get("ERRORCODE"))
        status = str(told.get("status", told.get("STATUS"))).lower()
        assert str(code) == "0"
        assert status in {"ok", "success"}


def test_what_was_told_is_left_as_it_was():
    before = repr(TOLD)
    manners()

    assert repr(TOLD) == before


def test_a_row_is_misspelled_the_same_way_each_time():
    row = {"TrangThai": "4", "So": 12, "MaHoSo": "12345", "Da": True, "In": [{"x": 1}]}

    assert misspelled(row) == misspelled(row)
    assert misspelled(row) == {
        "TrangThai": 4,
        "So": "12",
        "MaHoSo": "12345",
        "Da": True,
        "In": [{"x": "1"}],
    }
