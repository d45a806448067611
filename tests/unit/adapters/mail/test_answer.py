"""Answers by mail: to whom, how often, what they say, and what becomes of them."""

import email
import json
from dataclasses import replace
from email.policy import default

import pytest

from adapters.mail.adapter import MailAdapter, build
from adapters.mail.answer import BEFORE_PROOF
from adapters.mail.settings import MailSettings
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.receipts import Receipt, Untold
from hub.rehearsal import mails
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.odd_mails import bounce
from hub.rules.decide import RULES
from tests.fakes.kits import MemoryBounces, kit_of
from tests.fakes.outsides import NOON, MemoryEvidence, SteppingClock

ID = "6f1b7a52-6f0e-5c37-9a44-5f2f6e3c7d10"
HUB = "truc@lienthong.namdinh.gov.vn"
STRANGER = "ai.do@xa.example.vn"


@pytest.fixture
async def sink():
    one = MailSink()
    await one.start()
    yield one
    await one.stop()


@pytest.fixture
def evidence() -> MemoryEvidence:
    return MemoryEvidence()


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def bounces() -> MemoryBounces:
    return MemoryBounces({ID})


@pytest.fixture
def adapter(sink, evidence, clock, bounces) -> MailAdapter:
    settings = MailSettings.model_validate(
        {
            "name": "thu",
            "doors": ["mail-smtp"],
            "listen": {"port": 0, "peers": ["127.0.0.1/32"]},
            "senders": mails.ground()["senders"],
            "trusted_servers": [mails.SERVER],
            "sending": {
                "host": "127.0.0.1",
                "port": sink.port,
                "tls": "none",
                "address": HUB,
                "bounces": "tra-lai@lienthong.namdinh.gov.vn",
            },
        }
    )
    return build(settings, {}, kit_of(evidence=evidence, clock=clock, bounces=bounces))


async def receipt(evidence, data: bytes, **changes: object) -> Receipt:
    good = Receipt(
        id=ID,
        hub=AgencyCode("000.90.37.H40"),
        arrival=ArrivalId("a" * 32),
        door_id="van-thu/INBOX/1/1",
        sha256=await evidence.keep_bytes(data),
        outcome=Disposition.DELIVER,
        at=NOON,
        rule="proven",
        document_id="d-1",
        notation="218/BC-SNN",
    )
    return replace(good, **changes)  # type: ignore[arg-type] # each field is one of its kind


MAIL = mails.compose(mails.clear_letter())


def fault(**changes: object) -> dict[str, object]:
    told = {
        "outcome": Disposition.REFUSE,
        "document_id": "",
        "notation": "",
        "code": "no-document",
        "text_vi": "Thư không kèm văn bản nào.",
        "text_en": "The mail carries no document.",
    }
    return {**told, **changes}


async def test_a_receipt_is_a_mail_vietnamese_first_with_json_beside(
    adapter, sink, evidence
):
    given = await receipt(evidence, MAIL)
    await adapter.answer(given)
    (caught,) = sink.mails
    assert caught.receivers == (mails.ADDRESS,)
    assert caught.sender == f"tra-lai+{ID}@lienthong.namdinh.gov.vn"
    assert f"ENVID={ID}".upper() in [o.upper() for o in caught.options]
    mail = email.message_from_bytes(caught.data, policy=default)
    assert mail["Message-ID"] == f"<{ID}@lienthong.namdinh.gov.vn>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["In-Reply-To"] == "<1@snnptnt.namdinh.gov.vn>"
    assert mail["Subject"] == "Báo nhận: 218/BC-SNN – đã chuyển"
    text, data = mail.iter_parts()
    words = text.get_content()
    assert words.index("Kính gửi") < words.index("The hub answers")
    assert data.get_content_type() == "application/json"
    assert json.loads(data.get_content())["id"] == ID


async def test_every_try_sends_the_same_bytes(adapter, sink, evidence):
    given = await receipt(evidence, MAIL)
    for _ in range(2):
        await adapter.answer(given)
    first, second = sink.mails
    assert first == second


async def test_no_field_of_a_document_forges_a_header(adapter, sink, evidence):
    odd = "1/X\r\nBcc: a@x.vn\u202e"
    await adapter.answer(await receipt(evidence, MAIL, notation=odd, text_vi=odd))
    mail = email.message_from_bytes(sink.mails[0].data, policy=default)
    assert mail["Bcc"] is None
    assert "\r" not in mail["Subject"]
    assert "\u202e" not in mail["Subject"]


def written_by(address: str, *above: str) -> bytes:
    letter = replace(mails.clear_letter(), sender=address, above=above)
    return mails.compose(letter)


NEVER = {
    "a bounce": bounce("<1@hub>"),
    "a list": written_by(mails.ADDRESS, "List-Id: <x.vn>"),
    "bulk": written_by(mails.ADDRESS, "Precedence: bulk"),
    "an absence": written_by(mails.ADDRESS, "Auto-Submitted: auto-replied"),
    "an empty return path": written_by(mails.ADDRESS, "Return-Path: <>"),
    "two senders": written_by(mails.ADDRESS, f"From: <{STRANGER}>"),
    "ourselves": written_by(HUB),
    "a stranger": written_by(STRANGER),
    "a stranger whom another server proves": written_by(
        STRANGER, *(a.replace("mx.", "my.") for a in mails.received(address=STRANGER))
    ),
    "nothing": b"",
    "no header": b"\r\n\r\n",
    "bytes": bytes(range(256)) * 10,
}


@pytest.mark.parametrize("name", NEVER)
async def test_nobody_answers(adapter, sink, evidence, name):
    told = await adapter.answer(await receipt(evidence, NEVER[name], **fault()))
    assert (told, sink.mails) == (Untold.NOBODY, [])


async def test_what_was_erased_names_nobody(adapter, sink, evidence):
    gone = await receipt(evidence, MAIL, sha256=Digest("0" * 64))
    assert await adapter.answer(gone) is Untold.NOBODY


async def test_a_null_sender_at_the_door_is_not_answered(adapter, sink, evidence):
    await adapter.answer(await receipt(evidence, MAIL, door_id="null/x/y"))
    assert sink.mails == []


async def test_a_stranger_whom_our_server_proves_hears_what_is_wrong(
    adapter, sink, evidence
):
    data = written_by(STRANGER, *mails.received(address=STRANGER))
    await adapter.answer(await receipt(evidence, data, **fault(code="unknown-mailbox")))
    assert sink.mails[0].receivers == (STRANGER,)


@pytest.mark.parametrize("name", mails.ODD_MAILS)
async def test_an_odd_mail_gets_at_most_one_answer_and_only_its_sender(
    adapter, sink, evidence, name
):
    data = mails.ODD_MAILS[name].data()
    for number in range(3):
        given = await receipt(evidence, data, **fault(id=f"{ID[:-1]}{number}"))
        await adapter.answer(given)
    assert len(sink.mails) <= 1
    assert {c.receivers for c in sink.mails} <= {(a,) for a in mails.SENDERS}


async def test_faults_are_told_once_a_day_and_a_retry_is_no_second_time(
    adapter, sink, evidence, clock
):
    first = await receipt(evidence, MAIL, **fault())
    second = await receipt(evidence, MAIL, **fault(id="0" * 36))
    sink.reply = "451 not now"
    with pytest.raises(SourceUnavailable):
        await adapter.answer(first)
    await adapter.answer(second)
    sink.reply = ""
    await adapter.answer(first)
    assert len(sink.mails) == 1
    clock.step(86_400)
    await adapter.answer(second)
    assert len(sink.mails) == 2


async def test_every_document_hears_of_itself(adapter, sink, evidence):
    for number in range(3):
        identifier = f"{ID[:-1]}{number}"
        held = {"id": identifier, "outcome": Disposition.HOLD, "code": "doubtful"}
        await adapter.answer(await receipt(evidence, MAIL, **held))
    assert len(sink.mails) == 3


UNPROVEN: dict[str, object] = {
    "outcome": Disposition.HOLD,
    "code": FaultCode.MAIL_UNPROVEN,
}


async def test_whom_nothing_proves_hears_nothing(adapter, sink, evidence):
    told = await adapter.answer(await receipt(evidence, MAIL, **UNPROVEN))
    assert (told, sink.mails) == (Untold.NOT_OWED, [])
    passed = {**UNPROVEN, "outcome": Disposition.DELIVER}
    await adapter.answer(await receipt(evidence, MAIL, **passed))
    assert len(sink.mails) == 1


async def test_an_unproven_sender_who_is_to_be_told_is_not_flooded(
    adapter, sink, evidence
):
    telling = replace(adapter, answers=replace(adapter.answers, unproven=True))
    for number in range(3):
        identifier = f"{ID[:-1]}{number}"
        given = await receipt(evidence, MAIL, id=identifier, **UNPROVEN)
        await telling.answer(given)
    assert len(sink.mails) == 1


PROVEN = b"".join(f"{line}\r\n".encode() for line in reversed(mails.received())) + MAIL


@pytest.mark.parametrize("rule", ["sender", "required", "recipients", "twin"])
async def test_what_is_decided_before_the_proof_floods_nobody_whose_name_was_taken(
    adapter, sink, evidence, rule
):
    """Anybody may write such mails under a known address, thousands of them."""
    refused = {"outcome": Disposition.REFUSE, "code": "unknown-receiver", "rule": rule}
    for number in range(3):
        identifier = f"{ID[:-1]}{number}"
        await adapter.answer(await receipt(evidence, MAIL, id=identifier, **refused))
    assert len(sink.mails) == 1
    for number in range(3, 5):  # whom our server proves hears of each
        identifier = f"{ID[:-1]}{number}"
        await adapter.answer(await receipt(evidence, PROVEN, id=identifier, **refused))
    assert len(sink.mails) == 3


def test_the_rules_before_the_proof_are_those_of_the_chain():
    names = [rule.name for rule in RULES]
    before = set(names[: names.index("proven")]) - {"released"}
    assert set(BEFORE_PROOF) == before


async def test_machines_that_send_our_answers_back_are_answered_once_a_day(
    adapter, sink, evidence
):
    """One that says nothing of itself and attaches what it got would never end."""
    ours = f"<{ID}@lienthong.namdinh.gov.vn>"
    held = {"outcome": Disposition.HOLD, "code": "doubtful", "rule": "doubtful"}
    for number in range(3):
        data = PROVEN.replace(
            b"Subject:",
            f"In-Reply-To: {ours}\r\nX-Nr: {number}\r\nSubject:".encode(),
            1,
        )
        identifier = f"{ID[:-1]}{number}"
        await adapter.answer(await receipt(evidence, data, id=identifier, **held))
    assert len(sink.mails) == 1


class HeadsOnly(MemoryEvidence):
    """Gives nobody a whole mail."""

    async def read(self, digest):
        raise AssertionError


@pytest.mark.parametrize("evidence", [HeadsOnly()])
async def test_only_the_beginning_of_a_mail_is_looked_at(adapter, sink, evidence):
    data = MAIL + b"x" * 1_000_000
    await adapter.answer(await receipt(evidence, data))
    assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reply": "451 not now"}, SourceUnavailable),
        ({"reply": "554 never"}, PermanentFailure),
        ({"rcpt_reply": "450 later"}, SourceUnavailable),
        ({"rcpt_reply": "550 5.1.1 nobody"}, PermanentFailure),
        ({"reply": "535 who are you"}, SourceUnavailable),
    ],
)
async def test_what_the_server_says_decides_about_another_try(
    adapter, sink, evidence, changes, error
):
    for name, value in changes.items():
        setattr(sink, name, value)
    with pytest.raises(error):
        await adapter.answer(await receipt(evidence, MAIL))


async def test_a_server_that_is_not_there_is_tried_again(adapter, sink, evidence):
    await sink.stop()
    with pytest.raises(SourceUnavailable):
        await adapter.answer(await receipt(evidence, MAIL))


async def test_a_mail_over_the_limit_is_answered_once_from_its_header(adapter, sink):
    header = MAIL.partition(b"\r\n\r\n")[0]
    for _ in range(2):
        await adapter.too_large(header)
    first, second = sink.mails  # a retry: the very same mail
    assert first == second
    await adapter.too_large(b"X: y\r\n" + header)
    assert len(sink.mails) == 2
    mail = email.message_from_bytes(first.data, policy=default)
    assert "dung lượng" in mail.get_content()


def returned(to: str = HUB, message_id: str = "<1@other.vn>", **changes: str) -> bytes:
    data = bounce(message_id).replace(mails.MAILBOX.encode(), to.encode(), 1)
    for old, new in changes.items():
        data = data.replace(old.encode(), new.encode())
    return data


async def came_back(adapter, evidence, data: bytes, *receivers: str) -> None:
    digest: Digest = await evidence.keep_bytes(data)
    await adapter.returns.returned(digest, len(data), receivers)


async def test_a_bounce_is_known_by_its_return_path(adapter, evidence, bounces):
    path = f"Tra-Lai+{ID}@lienthong.namdinh.gov.vn"
    await came_back(adapter, evidence, bounce("<other@x.vn>"), path)
    assert [one for one, _ in bounces.listed] == [ID]


async def test_a_bounce_is_known_by_the_message_it_is_about(adapter, evidence, bounces):
    await came_back(adapter, evidence, bounce(f"<{ID}@lienthong.namdinh.gov.vn>"))
    ((known, status),) = bounces.listed
    assert known == ID
    assert status.startswith("5.")


async def test_what_is_no_bounce_of_ours_changes_nothing(adapter, evidence, bounces):
    for data in (MAIL, bounce("<1@other.vn>"), bounce(f"<{ID}@other.vn>"), b""):
        await came_back(adapter, evidence, data)
    assert bounces.listed == []


async def test_a_server_that_still_tries_is_no_bounce(adapter, evidence, bounces):
    data = bounce(f"<{ID}@lienthong.namdinh.gov.vn>")
    delayed = data.replace(b"Action: failed", b"Action: delayed")
    delayed = delayed.replace(b"Status: 5.", b"Status: 4.")
    assert delayed != data
    await came_back(adapter, evidence, delayed)
    assert bounces.listed == []
