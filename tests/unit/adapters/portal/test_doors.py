"""The push door: "thành công" only after the journal; every refusal in portal form."""

import io
import json
from datetime import timedelta

import pytest
from aiohttp import ClientError
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict

from adapters.portal import push_replies
from adapters.portal.doors import AUTH, DOSSIERS, MOST_ITEMS, PROGRESS
from adapters.portal.media import content_type
from hub.errors import EvidenceUnavailable, JournalUnavailable
from hub.model.dossiers import DossierAct
from hub.model.faults import SENTENCES
from hub.model.ids import digest_of
from tests.fakes.portal_doors import (
    PASSWORD,
    SECRETS,
    TOKEN,
    PortalFront,
    portal_settings,
)
from tests.unit.access.signing import SECRET, SYSTEM, signed_headers
from tests.unit.adapters.portal.dossiers import dossier, progress, raw

BEARER = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
MANY = b"[" + b"{}," * MOST_ITEMS + b"{}]"
ADD, UPDATE, TOLD = (content_type(act) for act in DossierAct)


@pytest.fixture
def front():
    return PortalFront()


@pytest.fixture
async def client(front):
    async with TestClient(TestServer(front.app())) as one:
        yield one


async def push(client, body, path=DOSSIERS, headers=BEARER, status=200):
    data = body if isinstance(body, bytes) else raw(body)
    response = await client.post(path, data=data, headers=headers)
    told = await response.json()
    assert response.status == status, told
    well = told["error_code"] == 0 and "thành công" in told["message"]
    assert well is (status == 200)
    return told


async def test_a_single_object_is_one_arrival_and_no_lot(client, front):
    body = raw(dossier())
    told = await push(client, body)
    (offer,) = front.intake.offers
    assert front.evidence.kept == {offer.digest: body}
    assert offer.digest == digest_of(body)
    assert (offer.content_type, offer.lot) == (ADD, "")
    assert offer.door_id == f"add/{digest_of(body)}"
    assert (offer.source.name, offer.source.codes) == ("cong-dvc", ("000.00.00.H40",))
    assert told["data"][0]["sha256"] == offer.digest


@pytest.mark.parametrize(
    "around",
    [
        b"[%s]",
        b"\xef\xbb\xbf [ %s ]\r\n",
        b'{"session": "", "madonvi": "H40", "service": "DongBoHoSoMC", "data": [%s]}',
        b'{"data" : [ %s ] , "isUpdating": "False"}',
    ],
)
async def test_of_every_form_the_dossiers_are_cut_out_as_they_came(
    client, front, around
):
    one, two = b'{ "MaHoSo":"1",\n "A": 1.50 }', '{"MaHoSo": "2", "Tên": "Đỗ"}'.encode()
    body = around % (one + b" , " + two)
    await push(client, body)
    digests = [offer.digest for offer in front.intake.offers]
    assert digests == [digest_of(one), digest_of(two)]
    assert front.evidence.kept == {digest_of(b): b for b in (one, two, body)}
    assert [o.lot for o in front.intake.offers] == [
        f"{digest_of(body)}#0",
        f"{digest_of(body)}#1",
    ]


async def test_the_same_dossier_in_another_lot_is_the_same_arrival(client, front):
    one, two = raw(dossier()), raw(dossier(MaHoSo="2"))
    first = await push(client, b"[" + one + b"]")
    again = await push(client, b"[" + two + b"," + one + b"]")
    assert len(front.intake.offers) == 2
    assert again["data"][1]["arrival"] == first["data"][0]["arrival"]
    assert [row["repeated"] for row in again["data"]] == [False, True]


@pytest.mark.parametrize(
    ("path", "frame", "expected"),
    [
        (DOSSIERS, {}, ADD),
        (DOSSIERS, {"isUpdating": "False"}, ADD),
        (DOSSIERS, {"isUpdating": "True"}, UPDATE),
        (DOSSIERS, {"isUpdating": True}, UPDATE),
        (DOSSIERS, {"ISUPDATING": 1, "service": "DongBoHoSoMC"}, UPDATE),
        (f"{DOSSIERS}?isUpdating=True", {}, UPDATE),
        (f"{DOSSIERS}?isUpdating=true", {"isUpdating": "True"}, UPDATE),
        (PROGRESS, {}, TOLD),
        (PROGRESS, {"service": "CapNhatTienDoHoSoMC"}, TOLD),
    ],
)
async def test_address_and_frame_say_what_is_to_be_done(
    client, front, path, frame, expected
):
    await push(client, {**frame, "data": [dossier()]}, path)
    assert front.intake.offers[0].content_type == expected


@pytest.mark.parametrize(
    ("path", "frame", "place"),
    [
        (DOSSIERS, {"isUpdating": "maybe"}, "isUpdating"),
        (f"{DOSSIERS}?isUpdating=True", {"isUpdating": "False"}, "isUpdating"),
        (DOSSIERS, {"service": "CapNhatTienDoHoSoMC"}, "service"),
        (PROGRESS, {"service": "DongBoHoSoMC"}, "service"),
        (DOSSIERS, {"service": "TraCuuHoSo"}, "service"),
    ],
)
async def test_where_they_disagree_nothing_is_guessed(
    client, front, path, frame, place
):
    told = await push(client, {**frame, "data": [dossier()]}, path, status=400)
    assert (told["code"], told["place"]) == ("operation", place)
    assert not front.evidence.kept


async def test_progress_lots_of_ten_are_taken_as_they_are(client, front):
    rows = [progress(NoiDungXuLy=str(n)) for n in range(10)]
    told = await push(client, {"data": rows}, PROGRESS)
    assert len(told["data"]) == len(front.intake.offers) == 10


@pytest.mark.parametrize(
    ("body", "status", "code", "place"),
    [
        (b"", 400, "empty", ""),
        (b" \n", 400, "empty", ""),
        (b"[]", 400, "empty", ""),
        (b'{"data": []}', 400, "empty", "data"),
        (b'{"data": null}', 400, "empty", "data"),
        (b'{"data": "<xml/>"}', 400, "not-json", "data"),
        (b"<edXML/>", 400, "not-json", "byte 0"),
        (b'"text"', 400, "not-json", "byte 0"),
        (b"[{},", 400, "not-json", ""),
        (b"[{}] x", 400, "not-json", "byte 6"),
        (b'[{"a": NaN}]', 400, "not-json", "byte 7"),
        (b'[{"a": "\xff"}]', 400, "encoding", "byte 8"),
        (b'{"data": [{}], "data": [{}]}', 400, "not-json", "data"),
        (b'{"data": [{}], "session": "a", "session": "b"}', 400, "not-json", "session"),
        (b'{"DATA": [{}], "Session": "a", "session": "b"}', 400, "not-json", "session"),
        (b"[" * 100_000, 400, "too-deep", ""),
        (MANY, 413, "too-many-parts", "[100]"),
        (b'{"data": ' + MANY + b"}", 413, "too-many-parts", "data[100]"),
    ],
)  # fmt: skip
async def test_a_frame_that_cannot_be_read_is_told_with_its_place(
    client, front, body, status, code, place
):
    told = await push(client, body, status=status)
    assert (told["code"], told["place"]) == (code, place)
    assert told["message"].startswith(SENTENCES[code][0])
    assert not front.intake.offers


async def test_what_is_no_object_is_told_and_the_others_are_taken(client, front):
    told = await push(client, b'[{"MaHoSo": "1"}, 7, {"MaHoSo": "2"}]', status=400)
    assert [row["error_code"] for row in told["data"]] == [0, -1, 0]
    assert told["message"].startswith("Chỉ nhận 2/3 hồ sơ")
    assert (told["code"], told["place"]) == ("not-json", "data[1]")
    assert len(front.intake.offers) == 2


async def test_the_payload_is_not_read_at_the_door(client, front):
    await push(client, b'{"MaHoSo": 1, "MaHoSo": 2, "NgayHenTra": "31/02/2020"}')
    assert front.intake.offers


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Type": "application/xml"}, "content-type"),
        ({"Content-Type": "application/json; charset=utf-16"}, "content-type"),
        ({"Content-Encoding": "gzip"}, "content-type"),
    ],
)
async def test_another_kind_of_content_is_told(client, front, headers, code):
    told = await push(client, b"[{}]", headers=BEARER | headers, status=415)
    assert told["code"] == code


@pytest.mark.parametrize("chunked", [False, True])
async def test_too_much_is_told_before_it_is_kept(client, front, chunked):
    async def slowly():
        for _ in range(12):
            yield b"x" * 1_000_000

    data = slowly() if chunked else io.BytesIO(b"x" * 12_000_000)
    response = await client.post(DOSSIERS, data=data, headers=BEARER)
    assert response.status == 413
    assert (await response.json())["code"] == "too-large"
    assert not front.evidence.kept


async def test_a_line_that_breaks_in_the_middle_is_no_accident_of_ours(
    client, front, caplog
):
    async def half():
        yield b'[{"MaHoSo":'
        raise ConnectionError("cut")

    with pytest.raises((ClientError, ConnectionError)):
        await client.post(DOSSIERS, data=half(), headers=BEARER)
    await push(client, [dossier()])
    assert len(front.intake.offers) == 1
    assert "Error handling request" not in caplog.text


@pytest.mark.parametrize("trouble", [JournalUnavailable, EvidenceUnavailable])
async def test_what_cannot_be_taken_now_is_never_called_taken(client, front, trouble):
    front.intake.troubles = [trouble("away")]
    told = await push(client, [dossier()], status=503)
    assert (told["error_code"], told["code"]) == (-2, "not-now")
    await push(client, [dossier()])


async def test_a_lot_broken_off_in_the_middle_is_the_same_when_it_comes_again(
    client, front
):
    rows = [dossier(MaHoSo=str(n)) for n in range(3)]
    await push(client, rows[:1])
    front.intake.troubles = []
    first = front.intake.offers[0]
    told = await push(client, rows)
    assert [row["repeated"] for row in told["data"]] == [True, False, False]
    assert front.intake.offers[0] == first


async def test_wrong_credentials_keep_nothing(client, front):
    for headers in (BEARER | {"Authorization": "Bearer wrong"}, {}):
        told = await push(
            client,
            [dossier()],
            headers={"Content-Type": "application/json", **headers},
            status=401,
        )
        assert (told["error_code"], told["code"]) == (-3, "credentials")
    assert not front.evidence.kept


async def test_a_portal_may_sign_its_headers_and_the_body_with_them(tmp_path):
    settings = portal_settings(
        signed_headers={"system_id": SYSTEM, "secret_file": tmp_path / "signing"}
    )
    front = PortalFront(settings, secrets={**SECRETS, "signing": SECRET})
    body = raw([dossier()])
    headers = signed_headers(body) | {"Content-Type": "application/json"}
    async with TestClient(TestServer(front.app())) as client:
        await push(client, body, headers=headers)
        other = body.replace(b"khai", b"KHAI")
        told = await push(client, other, headers=headers, status=400)
        assert (told["code"], told["place"]) == ("hash-mismatch", "xroadvnpt-hash-file")
        forged = headers | {"xroadvnpt-hash-file": digest_of(other)}
        await push(client, other, headers=forged, status=401)
    assert len(front.intake.offers) == 1


async def test_an_encoding_that_comes_twice_is_not_read_in_two_ways(client, front):
    headers = CIMultiDict(BEARER)
    headers.add("Content-Encoding", "identity")
    headers.add("Content-Encoding", "gzip")
    told = await push(client, [dossier()], headers=headers, status=415)
    assert (told["code"], told["place"]) == ("content-type", "Content-Encoding")
    assert not front.evidence.kept


JSON = {"Content-Type": "application/json"}


async def log_in(client, username="cong", password=PASSWORD, status=200):
    body = {"username": username, "password": password, "dstcode": "H40"}
    return await push(client, body, AUTH, JSON, status)


async def test_a_portal_that_logs_in_first_is_known_by_its_session(client, front):
    session = (await log_in(client))["session"]
    await push(client, {"session": session, "data": [dossier()]}, headers=JSON)
    assert front.intake.offers[0].source.name == "cong-dvc"
    assert session not in json.dumps(front.marks.marks)


async def test_a_session_ends(client, front):
    session = (await log_in(client))["session"]
    front.clock.step(timedelta(minutes=31).total_seconds())
    body = {"session": session, "data": [dossier()]}
    told = await push(client, body, headers=JSON, status=401)
    assert (told["error_code"], told["place"]) == (-3, "session")


@pytest.mark.parametrize(
    "session", ["cong-dvc.0", "x", ".", "kho-la." + "0" * 48, "\ud800.", "a" * 5_000]
)
async def test_a_made_up_session_is_nobodys(client, front, session):
    await log_in(client)
    body = json.dumps({"session": session, "data": [dossier()]}).encode()
    told = await push(
        client, body, headers=JSON, status=400 if "\ud800" in session else 401
    )
    assert told["code"] in {"credentials", "not-json"}
    assert not front.intake.offers


@pytest.mark.parametrize(
    ("username", "password"),
    [("cong", "wrong"), ("", ""), ("khac", PASSWORD), ("cong:" + PASSWORD, "")],
)
async def test_a_wrong_password_opens_nothing(client, front, username, password):
    told = await log_in(client, username, password, status=401)
    assert told["code"] == "credentials"
    assert not front.marks.marks


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"username": 1}', b"\xff"])
async def test_a_login_that_cannot_be_read_is_told(client, body):
    assert (await push(client, body, AUTH, JSON, 400))["code"] == "not-json"


async def test_many_sessions_are_remembered_in_one_mark(client, front):
    sessions = [(await log_in(client))["session"] for _ in range(25)]
    assert len(front.marks.marks) == 1
    for session, status in ((sessions[0], 401), (sessions[-1], 200)):
        body = {"session": session, "data": [dossier()]}
        await push(client, body, headers=JSON, status=status)


def test_no_refusal_has_the_words_of_a_success():
    for vietnamese, english in SENTENCES.values():
        assert "thành công" not in vietnamese + english
    assert "thành công" not in push_replies.not_now().text  # type: ignore[operator] # it has a body
