"""A real Postfix pushes to the LMTP door, comes again, and sends real bounces."""

import asyncio
import shutil
import smtplib
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.mail.adapter import build
from adapters.mail.settings import MailSettings
from hub.errors import JournalUnavailable
from hub.rehearsal import mails
from hub.rehearsal.postfix import Postfix, why_not
from tests.fakes.kits import ListeningIntake, MemoryBounces, kit_of
from tests.fakes.outsides import MemoryEvidence

pytestmark = [pytest.mark.mail, pytest.mark.full]

DOMAIN = "giaothuy.namdinh.gov.vn"
ID = "6f1b7a52-6f0e-5c37-9a44-5f2f6e3c7d10"
MAIL = mails.compose(mails.clear_letter())


@dataclass
class Post:
    """Postfix before the door, and what the door took."""

    postfix: Postfix
    intake: ListeningIntake
    evidence: MemoryEvidence
    bounces: MemoryBounces

    async def send(self, sender: str, *receivers: str) -> None:
        def talk() -> None:
            with smtplib.SMTP("127.0.0.1", self.postfix.port) as client:
                client.sendmail(sender, receivers, MAIL)

        await asyncio.to_thread(talk)

    async def until(self, true) -> None:
        async with asyncio.timeout(30):
            while not true():
                await asyncio.sleep(0.02)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    if reason := why_not():
        pytest.skip(reason)
    settings = MailSettings.model_validate(
        {
            "name": "thu",
            "doors": ["mail-smtp"],
            "listen": {"protocol": "lmtp", "port": 0, "peers": ["127.0.0.1/32"]},
            "senders": mails.ground()["senders"],
            "receivers": mails.ground()["receivers"],
            "sending": {"host": "127.0.0.1", "address": f"truc@{DOMAIN}"},
        }
    )
    intake, evidence, bounces = ListeningIntake(), MemoryEvidence(), MemoryBounces({ID})
    kit = kit_of(intake=intake, evidence=evidence, bounces=bounces)
    server = await build(settings, {}, kit).door().start()
    base = Path(tempfile.mkdtemp(prefix="lt-"))
    postfix = Postfix(base, DOMAIN, server.sockets[0].getsockname()[1])
    await postfix.start()
    yield Post(postfix, intake, evidence, bounces)
    await postfix.stop()
    server.close()
    shutil.rmtree(base)


async def test_a_mail_comes_through_and_one_put_off_comes_again(post):
    post.intake.troubles = [JournalUnavailable("away")]
    await post.send(mails.ADDRESS, mails.MAILBOX)
    await post.until(lambda: post.intake.offers)
    (offer,) = post.intake.offers
    assert f'rcpt="{mails.MAILBOX}"' in offer.content_type
    kept = await post.evidence.read(offer.digest)
    assert MAIL in kept
    assert kept.startswith(b"Received: from")


async def test_its_bounce_of_our_mail_ends_on_the_receipt(post):
    await post.send(f"truc+{ID}@{DOMAIN}", f"nobody@{DOMAIN}")
    await post.until(lambda: post.bounces.listed)
    assert post.bounces.listed == [(ID, "5.1.1")]
    (offer,) = post.intake.offers
    assert offer.door_id.startswith("null/")
