"""What an axis answers is read tolerantly; what cannot be read is tried again."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.axis import lgsp, vxp
from adapters.axis.connector import MessageType
from adapters.axis.replies import HEAD_BYTES, HTTP, Told, document, read
from adapters.axis.rows import catalogue_rows, page_of
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble
from hub.model.calls import OpenReply, Reply
from hub.model.faults import FaultCode

CODES = vxp.CODES


def reply(told: object, status: int = 200) -> Reply:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return Reply(status, {}, body)


#: EDXML.md 3.2 and the times an operator mends it; 20, 21, 5xx and time-outs pass.
TABLE = {
    "10": PermanentFailure,
    "15": SourceUnavailable,
    "18": PermanentFailure,
    "19": PermanentFailure,
    "20": SourceUnavailable,
    "21": SourceUnavailable,
    "22": PermanentFailure,
    "23": PermanentFailure,
    "100": SourceUnavailable,
    "999": SourceUnavailable,
    "": SourceUnavailable,
}


@pytest.mark.parametrize(("code", "error"), TABLE.items())
@pytest.mark.parametrize("codes", [vxp.CODES, lgsp.CODES])
def test_each_error_code_has_its_class(code, error, codes):
    with pytest.raises(error):
        read(reply({"status": "FAIL", "ErrorCode": code, "ErrorDesc": "x"}), codes)


@pytest.mark.parametrize("codes", [vxp.CODES, lgsp.CODES])
def test_no_row_of_a_table_is_untried(codes):
    assert set(codes) <= set(TABLE)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("10", FaultCode.FRAME),
        ("18", FaultCode.UNKNOWN_RECEIVER),
        ("19", FaultCode.SENDER_NOT_ALLOWED),
        ("22", FaultCode.NOT_EDXML),
        ("23", FaultCode.UNKNOWN_RECEIVER),
    ],
)
def test_a_refusal_has_a_code_of_ours_and_the_words_of_the_axis(code, fault):
    told = {"success": False, "data": {"errorCode": int(code), "errorDesc": "lý do"}}
    with pytest.raises(PermanentFailure) as caught:
        read(reply(told), CODES)

    assert caught.value.fault.code is fault
    assert caught.value.fault.detail == f"{code} lý do"


def test_what_the_axis_says_forges_no_line_of_a_log():
    told = {"status": "FAIL", "errorCode": "10", "errorDesc": "a\r\nb\x1b[2J" * 99}
    with pytest.raises(PermanentFailure) as caught:
        read(reply(told), CODES)

    assert caught.value.fault.detail.isprintable()
    assert len(caught.value.fault.detail) <= 120


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *(
            (s, PermanentFailure if t is Trouble.PERMANENT else SourceUnavailable)
            for s, t in HTTP.items()
        ),
        (404, SourceUnavailable),
        (429, SourceUnavailable),
        (500, SourceUnavailable),
        (502, SourceUnavailable),
        (503, SourceUnavailable),
        (302, SourceUnavailable),
    ],
)
def test_without_a_code_the_status_decides(status, error):
    with pytest.raises(error):
        read(reply({"message": "no"}, status), CODES)


def test_the_code_counts_more_than_the_status():
    with pytest.raises(PermanentFailure):
        read(reply({"status": "FAIL", "errorCode": "18"}, 500), CODES)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>502</html>",
        b'{"status":"OK"',
        b'"OK"',
        b"7",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_page_of_a_proxy_is_no_statement_of_the_axis(body, status):
    with pytest.raises(SourceUnavailable):
        read(reply(body, status), CODES)


@pytest.mark.parametrize(
    "told",
    [
        {"status": "OK", "ErrorCode": "0"},
        {"Status": "ok", "error_code": 0},
        {"success": True, "count": 3},
        {"SUCCESS": "true"},
        {"status": "Success", "errorCode": "00"},
        {},
        [],
    ],
)
def test_all_is_well_in_many_words(told):
    assert isinstance(read(reply(told), CODES), Told)


@pytest.mark.parametrize(
    "told",
    [
        {"status": "FAIL", "ErrorCode": "0"},
        {"success": "false"},
        {"success": False},
        {"status": "error"},
        {"data": {"errorCode": "20"}},
    ],
)
def test_a_failure_without_a_known_code_is_tried_again(told):
    with pytest.raises(SourceUnavailable):
        read(reply(told), CODES)


NAMES = st.sampled_from(
    ["data", "docId", "status", "errorCode", "success", "from", "created_time", "x"]
)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner),
        max_leaves=20,
    )
)
def test_no_reply_whatever_breaks_the_reader(told):
    for reading in (page_of, catalogue_rows):
        try:
            found = read(reply(told), CODES)
            if reading is page_of:
                page_of(found, MessageType.EDOC)
            else:
                catalogue_rows(found)
        except (SourceUnavailable, PermanentFailure):
            continue


def test_lines_are_read_in_any_case_and_numbers_as_text():
    told = Told(
        {
            "Data": [
                {
                    "DOCID": 4711,
                    "Status": "INITIAL",
                    "messagetype": "EDOC",
                    "From": "H40",
                    "createdTime": "2019/12/02 08:00:00",
                },
                {"docId": "x y"},
                {"docId": None},
                "nonsense",
                {"docId": "other", "messageType": "status"},
                {"docId": "a" * 201},
            ]
        }
    )

    page, count = page_of(told, MessageType.EDOC)

    [row] = page.rows
    assert (row.doc_id, row.state, row.sender) == ("4711", "initial", "H40")
    assert row.created_at is not None
    assert row.created_at.isoformat() == "2019-12-02T01:00:00+00:00"
    assert (page.unread, count) == (3, 5)


@pytest.mark.parametrize("told", [{"data": None, "count": 0}, {"errorCode": "0"}])
def test_an_empty_list_may_be_null(told):
    assert page_of(Told(told), MessageType.EDOC)[0].rows == ()


def test_a_reply_that_has_no_list_is_not_an_empty_one():
    with pytest.raises(SourceUnavailable):
        page_of(Told({"status": "OK", "data": "soon"}), MessageType.EDOC)


def test_a_list_of_one_may_be_an_object():
    page, _ = page_of(Told({"data": {"docId": "1"}}), MessageType.EDOC)

    assert [row.doc_id for row in page.rows] == ["1"]


async def streamed(body: bytes, status: int = 200) -> bytes:
    async def chunks():
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    opened = OpenReply(status, {}, chunks())
    return b"".join([chunk async for chunk in document(opened, vxp._check_document)])


LONG = b'{"status":"OK","data":"' + b"A" * (3 * HEAD_BYTES) + b'"}'


@pytest.mark.parametrize("body", [b'{"data":"QQ=="}', LONG, b"\xef\xbb\xbf " + LONG])
async def test_a_document_comes_through_unchanged(body):
    assert await streamed(body) == body


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"status":"FAIL","ErrorCode":"20"}', 200),
        (b'{"status":"OK","ErrorCode":"0","data":null}', 200),
        (b"<html>", 200),
        (b"", 200),
        (LONG[:-2], 200),
        (LONG, 500),
        (b"<html>" + b" " * HEAD_BYTES, 200),
        (b'{"data":"QQ=="}', 401),
    ],
)
async def test_what_is_no_whole_document_is_never_taken_for_one(body, status):
    with pytest.raises(SourceUnavailable):
        await streamed(body, status)


async def test_a_refusal_told_instead_of_a_document_is_one():
    with pytest.raises(PermanentFailure):
        await streamed(b'{"status":"FAIL","ErrorCode":"22"}')


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_what_http_says_of_our_asking_makes_no_message_fail(status):
    with pytest.raises(SourceUnavailable):
        await streamed(b'{"message":"a parameter is missing"}', status)


async def test_a_document_that_is_gone_is_gone():
    with pytest.raises(PermanentFailure):
        await streamed(b'{"message":"gone"}', 410)
