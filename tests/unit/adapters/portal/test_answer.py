"""Receipts as progress entries: lots of ten, believed only with the words."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
import pytest

from adapters.portal.adapter import PACKAGE, PortalAdapter
from adapters.portal.replies import Unclear
from adapters.portal.settings import PORTAL_PUSH
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.decisions import Disposition
from hub.model.dossier_news import DossierNews
from hub.model.envelopes import Kind
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, ArrivalId, Digest, digest_of
from hub.model.receipts import Receipt, Untold
from hub.model.sending import Sending
from tests.fakes.outsides import MemoryEvidence
from tests.fakes.portal_doors import SECRETS, PortalFront, portal_settings
from tests.fakes.portal_side import AUTH_URL, CALLS, PROGRESS_URL, WELL, PortalSide
from tests.unit.adapters.portal.dossiers import OFFICE, dossier, progress, raw

LISTED = {**CALLS, "list_url": ""}
EXISTS = {"error_code": 3, "message": "Hồ sơ đã tồn tại"}


@pytest.fixture
def portal():
    return PortalSide()


@pytest.fixture
def evidence():
    return MemoryEvidence()


def build(portal, evidence, **changes) -> PortalAdapter:
    settings = portal_settings(**{"calls": LISTED, **changes})
    front = PortalFront(settings, evidence=evidence, fetch=portal)
    adapter = PACKAGE.build(settings, SECRETS, front.kit())
    assert isinstance(adapter, PortalAdapter)
    return adapter


@pytest.fixture
def adapter(portal, evidence):
    return build(portal, evidence)


async def receipt(evidence, values, **changes) -> Receipt:
    data = values if isinstance(values, bytes) else raw(values)
    digest = await evidence.keep_bytes(data)
    facts: dict[str, object] = {
        "id": "7f0c5d0e-0000-5000-8000-000000000000",
        "hub": AgencyCode("000.90.37.H40"),
        "arrival": ArrivalId("0" * 32),
        "door_id": f"add/{digest}",
        "sha256": digest,
        "outcome": Disposition.DELIVER,
        "at": datetime(2019, 12, 2, 1, 2, 3, tzinfo=UTC),
        "rule": "deliver",
        "delivered_to": (AgencyCode(OFFICE),),
    }
    return Receipt(**{**facts, **changes})


async def test_the_portal_hears_what_became_of_a_dossier(portal, evidence, adapter):
    await adapter.answer(await receipt(evidence, dossier()))
    (lot,) = portal.lots
    assert lot["session"] == "session-1"
    assert (lot["madonvi"], lot["service"]) == ("H40.37", "CapNhatTienDoHoSoMC")
    assert lot["isUpdating"] == "False"
    assert portal.entries == [
        {
            "MaHoSo": "000.03.37.H40-191202-00001",
            "NguoiXuLy": "Trục liên thông",
            "ChucDanh": "",
            "ThoiDiemXuLy": "20191202080203",
            "PhongBanXuLy": "Trục liên thông",
            "NoiDungXuLy": f"Đã chuyển hồ sơ đến: {OFFICE}. "
            "Mã báo nhận: 7f0c5d0e-0000-5000-8000-000000000000",
            "TrangThai": "2",
            "NgayBatDau": "",
            "NgayKetThucTheoQuyDinh": "",
        }
    ]


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (Disposition.HOLD, "Tạm giữ hồ sơ, chờ người xem: Câu. (chỗ: DonViXuLy)"),
        (Disposition.REFUSE, "Không chuyển hồ sơ: Câu. (chỗ: DonViXuLy) Mã: doubtful."),
    ],
)
async def test_trouble_is_told_with_its_place(portal, evidence, adapter, outcome, says):
    told = {"code": "doubtful", "place": "DonViXuLy", "text_vi": "Câu."}
    one = await receipt(evidence, dossier(), outcome=outcome, **told)
    await adapter.answer(one)
    assert portal.entries[0]["NoiDungXuLy"].startswith(says)


async def test_the_status_is_the_dossiers_own_whatever_the_hub_did(
    portal, evidence, adapter
):
    await adapter.answer(
        await receipt(evidence, dossier(TrangThaiHoSo="11"), outcome=Disposition.REFUSE)
    )
    await adapter.answer(await receipt(evidence, dossier(TrangThaiHoSo=None)))
    assert [entry["TrangThai"] for entry in portal.entries] == ["11", ""]


async def test_texts_keep_within_the_portals_caps(portal, evidence):
    adapter = build(portal, evidence, hub_name="T" * 50)
    long = await receipt(
        evidence, dossier(), outcome=Disposition.HOLD, text_vi="x" * 3_000
    )
    await adapter.answer(long)
    (entry,) = portal.entries
    assert len(entry["NguoiXuLy"]) == 50
    assert len(entry["NoiDungXuLy"]) == 1_000
    assert entry["NoiDungXuLy"].endswith(long.id)


async def test_answers_of_the_same_moment_go_in_lots_of_ten(portal, evidence, adapter):
    receipts = [await receipt(evidence, dossier(MaHoSo=str(n))) for n in range(25)]
    await asyncio.gather(*(adapter.answer(one) for one in receipts))
    assert [len(lot["data"]) for lot in portal.lots] == [10, 10, 5]
    assert {e["MaHoSo"] for e in portal.entries} == {str(n) for n in range(25)}
    assert portal.logins == 1


@pytest.mark.parametrize(
    "said",
    [
        {"error_code": 0, "message": "OK"},
        {"error_code": 0, "message": ""},
        {"error_code": 0},
        {"error_code": 1, "message": "Cập nhật thành công"},
        {"error_code": -1, "message": "Lỗi hệ thống"},
        {"error_code": 3, "message": "Lỗi hệ thống"},
        {"message": "Cập nhật thành công"},
        b"<html>thanh cong</html>",
        b"",
        b"[]",
        b'{"error_code": {}, "message": []}',
    ],
)
async def test_without_code_and_words_it_is_tried_again_later(
    portal, evidence, adapter, said
):
    portal.script = [(200, said)]
    with pytest.raises(SourceUnavailable):
        await adapter.answer(await receipt(evidence, dossier()))


@pytest.mark.parametrize("code", [0, "0", " 0 ", 0.0])
@pytest.mark.parametrize(
    "message", ["Cập nhật thành công!", "THÀNH CÔNG", "tha\u0300nh co\u0302ng"]
)
async def test_a_success_is_known_however_it_is_written(
    portal, evidence, adapter, code, message
):
    if isinstance(code, float):
        code = 0
    portal.script = [(200, {"error_code": code, "message": message})]
    await adapter.answer(await receipt(evidence, dossier()))
    assert not portal.script


@pytest.mark.parametrize(
    "message",
    [
        "Cập nhật không thành công",
        "CẬP NHẬT KHÔNG  THÀNH CÔNG",
        "Chưa thành công",
        "Thành công 3 hồ sơ, không thành công 2 hồ sơ",
    ],
)
async def test_words_that_deny_a_success_are_none(portal, evidence, adapter, message):
    portal.script = [(200, {**WELL, "message": message})] * 2
    with pytest.raises(Unclear):
        await adapter.answer(await receipt(evidence, dossier()))


@pytest.mark.parametrize("status", [500, 502, 503, 404, 429, 302, 201])
async def test_other_statuses_wait(portal, evidence, adapter, status):
    portal.script = [(status, {})]
    with pytest.raises(SourceUnavailable):
        await adapter.answer(await receipt(evidence, dossier()))


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, {"error_code": 3, "message": "Hồ sơ không tồn tại"}),
        (200, {"error_code": -3, "message": "Dữ liệu không hợp lệ"}),
        (400, {"error_code": 1, "message": "?"}),
        (422, {"error_code": 1, "message": ""}),
    ],
)
async def test_what_will_never_do_is_given_up(portal, evidence, adapter, status, said):
    portal.script = [(status, said)]
    with pytest.raises(PermanentFailure) as told:
        await adapter.answer(await receipt(evidence, dossier()))
    assert told.value.fault.place == "portal"


async def test_a_message_that_may_name_a_person_is_repeated_nowhere(
    portal, evidence, adapter
):
    for message in ("Hồ sơ của Nguyễn Văn A không hợp lệ", "Nguyễn Văn A"):
        portal.script = [(200, {"error_code": "3\nNguyễn Văn A", "message": message})]
        with pytest.raises((PermanentFailure, SourceUnavailable)) as told:
            await adapter.answer(await receipt(evidence, dossier()))
        assert "Nguyễn" not in str(told.value) + repr(getattr(told.value, "fault", ""))


async def test_one_bad_entry_fails_alone(portal, evidence, adapter):
    def refuse(call):
        if b'"bad"' in call.body:
            portal.script = [(200, {"error_code": 3, "message": "Không tồn tại"})]

    portal.before = refuse
    receipts = [
        await receipt(evidence, dossier(MaHoSo=number)) for number in ("1", "bad", "2")
    ]
    done = await asyncio.gather(
        *(adapter.answer(one) for one in receipts), return_exceptions=True
    )
    assert [type(one) for one in done] == [type(None), PermanentFailure, type(None)]
    assert [entry["MaHoSo"] for entry in portal.entries] == ["1", "2"]


async def test_an_entry_the_portal_chokes_on_holds_up_no_other(
    portal, evidence, adapter
):
    def choke(call):
        if b'"bad"' in call.body:
            portal.script = [(200, {"error_code": 1, "message": "Lỗi"})]

    portal.before = choke
    numbers = ["bad", *map(str, range(4))]
    receipts = [await receipt(evidence, dossier(MaHoSo=n)) for n in numbers]
    done = await asyncio.gather(
        *(adapter.answer(one) for one in receipts), return_exceptions=True
    )
    assert [type(one) for one in done] == [Unclear, *[type(None)] * 4]


async def test_a_portal_that_is_ill_is_not_asked_for_each_of_many(
    portal, evidence, adapter
):
    portal.script = [(200, {"error_code": -1, "message": "Hệ thống bận"})] * 99
    receipts = [await receipt(evidence, dossier(MaHoSo=str(n))) for n in range(10)]
    done = await asyncio.gather(
        *(adapter.answer(one) for one in receipts), return_exceptions=True
    )
    assert {type(one) for one in done} == {Unclear}
    assert 99 - len(portal.script) == 3


async def test_a_portal_that_is_away_is_asked_once_for_all_who_wait(
    portal, evidence, adapter
):
    def away(_call):
        raise SourceUnavailable("no answer")

    portal.before = away
    receipts = [await receipt(evidence, dossier(MaHoSo=str(n))) for n in range(50)]
    done = await asyncio.gather(
        *(adapter.answer(one) for one in receipts), return_exceptions=True
    )
    assert {type(one) for one in done} == {SourceUnavailable}
    assert len(portal.calls) == 1
    portal.before = lambda _call: None
    await adapter.answer(receipts[0])


async def test_what_exists_is_sent_again_as_an_update(portal, evidence, adapter):
    portal.session = "session-1"
    portal.script = [(200, EXISTS)]
    await adapter.answer(await receipt(evidence, dossier()))
    assert [lot["isUpdating"] for lot in portal.lots] == ["True"]


async def test_what_exists_even_as_an_update_waits(portal, evidence, adapter):
    portal.script = [(200, EXISTS), (200, EXISTS)]
    with pytest.raises(SourceUnavailable):
        await adapter.answer(await receipt(evidence, dossier()))


async def test_a_session_that_ended_is_begun_again_once(portal, evidence, adapter):
    await adapter.answer(await receipt(evidence, dossier()))
    portal.session = "ended"
    await adapter.answer(await receipt(evidence, dossier()))
    assert portal.logins == 2
    portal.script = [(401, {}), (401, {})]
    with pytest.raises(SourceUnavailable):
        await adapter.answer(await receipt(evidence, dossier()))
    assert portal.logins == 3


async def test_many_calls_with_an_ended_session_log_in_once(portal, evidence):
    adapter = build(portal, evidence)
    await adapter.answer(await receipt(evidence, dossier()))
    portal.session = "ended"
    receipts = [await receipt(evidence, dossier(MaHoSo=str(n))) for n in range(30)]
    await asyncio.gather(*(adapter.answer(one) for one in receipts))
    assert portal.logins == 2


async def test_a_wrong_password_is_an_operators_matter(portal, evidence):
    settings = portal_settings(calls=LISTED)
    front = PortalFront(settings, evidence=evidence, fetch=portal)
    secrets = SECRETS | {"calls": "wrong"}
    adapter = PACKAGE.build(settings, secrets, front.kit())
    with pytest.raises(SourceUnavailable, match="HTTP 200, error_code 3"):
        await adapter.answer(await receipt(evidence, dossier()))


async def test_a_portal_without_sessions_is_called_without(portal, evidence):
    calls = {"progress_url": PROGRESS_URL}
    adapter = build(portal, evidence, calls=calls)
    portal.script = [(200, WELL)]
    await adapter.answer(await receipt(evidence, dossier()))
    assert [call.url for call in portal.calls] == [PROGRESS_URL]
    assert json.loads(portal.calls[0].body)["session"] == ""


@pytest.mark.parametrize("values", [b"not json", b"[]", dossier(MaHoSo="")])
async def test_what_has_no_number_cannot_be_told_of(portal, evidence, adapter, values):
    one = await receipt(evidence, values, outcome=Disposition.REFUSE)
    with pytest.raises(PermanentFailure) as told:
        await adapter.answer(one)
    assert told.value.fault.code is FaultCode.NO_DOSSIER_NUMBER
    assert not portal.calls


async def test_what_was_erased_cannot_be_told_of(evidence, adapter):
    one = await receipt(evidence, dossier(), sha256=Digest(digest_of(b"gone")))
    with pytest.raises(PermanentFailure):
        await adapter.answer(one)


async def test_our_own_progress_that_comes_back_is_not_answered(
    portal, evidence, adapter
):
    ours = ("Trục liên thông", "tru\u0323c liên  THÔNG")
    for speaker, entries in ((ours[0], 0), (ours[1], 0), ("Trần Thị B", 1)):
        values = progress(NguoiXuLy=speaker)
        one = await receipt(
            evidence, values, door_id=f"progress/{digest_of(raw(values))}"
        )
        await adapter.answer(one)
        assert len(portal.entries) == entries


async def test_a_dossier_that_changed_by_our_own_word_is_not_answered(
    portal, evidence, adapter
):
    """A list shows who spoke last: us, about the update before."""
    values = dossier(NguoiXuLy="Trục liên thông", NoiDungXuLy="Đã chuyển hồ sơ đến: X.")
    for act in ("update", "add"):
        one = await receipt(evidence, values, door_id=f"{act}/{digest_of(raw(values))}")
        assert await adapter.answer(one) is Untold.NOT_OWED
    assert portal.entries == []


async def test_who_gives_up_waiting_takes_nobody_along(portal, evidence, adapter):
    """A cancelled answer (a relay that stops) leaves the others their turn."""
    gate = asyncio.Event()
    inner = portal.ask

    async def slow(call, most):
        await gate.wait()
        return await inner(call, most)

    portal.ask = slow
    receipts = [await receipt(evidence, dossier(MaHoSo=str(n))) for n in range(12)]
    tasks = [asyncio.create_task(adapter.answer(one)) for one in receipts]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    tasks[0].cancel()
    gate.set()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert done[1:] == [None] * 11
    told = [entry["MaHoSo"] for entry in portal.entries]
    assert {str(n) for n in range(1, 12)} <= set(told)


async def test_a_portal_without_an_address_is_told_nothing_and_a_person_hears(
    portal, evidence
):
    adapter = build(portal, evidence, calls={})
    await adapter.answer(await receipt(evidence, dossier()))
    assert not portal.calls
    assert [problem.split(";")[0] for problem in await adapter.check()] == [
        "cong-dvc: calls.progress_url is not set",
        "cong-dvc: file_hosts is empty",
    ]


async def test_the_password_and_the_dossier_are_not_shown(portal, evidence, adapter):
    await adapter.answer(await receipt(evidence, dossier()))
    assert adapter.name == "cong-dvc"
    assert SECRETS["calls"] not in repr(adapter)
    assert SECRETS["calls"] not in repr(portal.calls)
    assert portal.calls[0].url == AUTH_URL
    assert adapter.settings.doors == (PORTAL_PUSH,)


@pytest.mark.parametrize(
    ("written", "number"),
    [(b"1E5", "1E5"), (b"12345678901234567890123", "12345678901234567890123")],
)
async def test_a_number_is_told_as_the_translator_reads_it(
    portal, evidence, adapter, written, number
):
    data = b'{"MaHoSo": ' + written + b"}"
    await adapter.answer(await receipt(evidence, data))
    assert portal.entries[0]["MaHoSo"] == number


async def test_two_numbers_are_none(portal, evidence, adapter):
    one = await receipt(evidence, b'{"MaHoSo": "1", "mahoso": "2"}')
    with pytest.raises(PermanentFailure):
        await adapter.answer(one)
    assert portal.lots == []


NEWS = DossierNews(
    number="000.00.37.H40-191202-00001",
    status="5",
    office=AgencyCode("000.03.37.H40"),
    office_name="Phòng Tư pháp",
    at=datetime(2019, 12, 2, 1, 2, 3, tzinfo=UTC),
    person="Trần Thị Lan",
    text="Đề nghị bổ sung bản sao CCCD",
)
SENDING = Sending(
    id="7f0c5d0e-0000-5000-8000-000000000000",
    kind=Kind.STATUS,
    sender=NEWS.office,
    receivers=(),
    document_id=NEWS.number,
    name="x",
    at=NEWS.at,
)


async def test_an_offices_status_is_progress_with_its_own_number(adapter, portal):
    assert await adapter.forward(SENDING, msgspec.json.encode(NEWS)) == ""
    [entry] = portal.lots[0]["data"]
    assert entry["MaHoSo"] == NEWS.number
    assert (entry["TrangThai"], entry["NguoiXuLy"]) == ("5", "Trần Thị Lan")
    assert entry["PhongBanXuLy"] == "Phòng Tư pháp"
    assert entry["ThoiDiemXuLy"] == "20191202080203"
    assert entry["NoiDungXuLy"].startswith("Đề nghị bổ sung bản sao CCCD")


async def test_a_status_without_words_is_told_in_the_portals(adapter, portal):
    bare = replace(NEWS, text="", person="", status="2")
    await adapter.forward(SENDING, msgspec.json.encode(bare))
    [entry] = portal.lots[0]["data"]
    assert "được tiếp nhận" in entry["NoiDungXuLy"]
    assert entry["NguoiXuLy"] == "Phòng Tư pháp"


async def test_statuses_of_dossiers_leave_in_lots_of_ten(adapter, portal):
    every = [replace(NEWS, number=f"H-{n}") for n in range(25)]
    await asyncio.gather(
        *(adapter.forward(SENDING, msgspec.json.encode(one)) for one in every)
    )
    assert [len(lot["data"]) for lot in portal.lots] == [10, 10, 5]


async def test_what_is_no_status_of_a_dossier_goes_to_no_portal(portal, evidence):
    adapter = build(portal, evidence)
    with pytest.raises(PermanentFailure) as caught:
        await adapter.forward(SENDING, b"<edXML/>")
    assert caught.value.fault.code is FaultCode.NOT_JSON
    with pytest.raises(PermanentFailure) as caught:
        await adapter.forward(replace(SENDING, kind=Kind.NEW), b"<edXML/>")
    assert caught.value.fault.code is FaultCode.NO_WAY_OUT
    assert portal.lots == []


async def test_a_portal_that_hears_no_progress_is_sent_none(portal, evidence):
    deaf = build(portal, evidence, calls={})
    told = await deaf.forward(SENDING, msgspec.json.encode(NEWS))
    assert told is Untold.NOT_OWED
