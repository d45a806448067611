"""Mails in by SMTP, a message out by AMQP, receipts and their bounces by mail."""

import asyncio
import email
import json
import re
import smtplib
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest
import pytest_asyncio

from hub.rehearsal import mails
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.odd_mails import bounce
from tests.acceptance.conftest import World
from tests.acceptance.outsiders import hub

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="session")]


def letter(number: int, *above: str) -> bytes:
    """A mail of its own number."""
    about = f"Báo cáo số {number}/BC-SNN ngày 02/12/2019 về việc tiêm phòng"
    named = replace(
        mails.clear_letter(),
        subject=about,
        files=((f"{number}_BC-SNN.pdf", mails.paper_pdf("report")),),
        message_id=f"<{number}@mail.example>",
        above=above,
    )
    return mails.compose(named)


async def push(world: World, data: bytes, sender: str, receiver: str) -> str:
    """As a mail server pushes it; returns the arrival."""

    def talk() -> str:
        with smtplib.SMTP("127.0.0.1", world.mail_port, timeout=30) as client:
            client.ehlo()
            client.mail(sender)
            assert client.rcpt(receiver)[0] == 250
            code, told = client.data(data)
        assert code == 250, told
        return told.decode().split()[1]

    return await asyncio.to_thread(talk)


@pytest_asyncio.fixture(loop_scope="session")
async def sink(world) -> AsyncIterator[MailSink]:
    one = MailSink(port=world.stage.smtp_port)
    await one.start()
    yield one
    await one.stop()


async def receipt_about(sink: MailSink, number: int) -> EmailMessage:
    async with asyncio.timeout(30):
        while True:
            for caught in sink.mails:
                mail = email.message_from_bytes(caught.data, policy=default)
                if mail["In-Reply-To"] == f"<{number}@mail.example>":
                    return mail
            await asyncio.sleep(0.05)


async def until_traced(world: World, arrival: str, words: str) -> str:
    for _ in range(60):
        code, told = await hub(world.stage, "trace", arrival)
        if code == 0 and words in told:
            return told
        await asyncio.sleep(0.2)
    pytest.fail(f"no {words} in:\n{told}")


async def test_a_mail_is_delivered_and_a_bounce_of_its_receipt_is_on_it(world, sink):
    data = letter(901, *mails.received())
    arrival = await push(world, data, mails.ADDRESS, mails.MAILBOX)

    queue, properties, body = await world.mailroom.wait_for(data)
    assert queue == "agency.ubnd-huyen.ordinary"
    assert properties.headers["from"] == "000.00.12.H40"
    assert b"901" in body

    mail = await receipt_about(sink, 901)
    told = json.loads(next(iter(mail.iter_attachments())).get_content())
    assert (told["outcome"], told["arrival"]) == ("deliver", arrival)
    back = sink.mails[-1].sender
    assert re.fullmatch(rf"truc\+{told['id']}@.+", back)

    returned = bounce(mail["Message-ID"], mails.ADDRESS)
    report = await push(world, returned, "", back)
    traced = await until_traced(world, arrival, "5.1.1")
    assert report not in traced, "the report is an arrival of its own"


async def test_a_mail_that_nothing_proves_is_held_and_nobody_is_written_to(world, sink):
    arrival = await push(world, letter(902), mails.ADDRESS, mails.MAILBOX)
    await until_traced(world, arrival, "mail-unproven")
    proven = letter(903, *mails.received())
    await push(world, proven, mails.ADDRESS, mails.MAILBOX)
    await receipt_about(sink, 903)
    answered = [email.message_from_bytes(c.data)["In-Reply-To"] for c in sink.mails]
    assert "<902@mail.example>" not in answered
