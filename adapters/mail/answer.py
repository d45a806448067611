"""Receipts and polite answers by mail: whom, how often, and under which names."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID, uuid5

from adapters.mail import letters
from adapters.mail.bounces import return_path
from adapters.mail.sending import Outgoing, Sender
from adapters.mail.writers import HEAD_BYTES, Writer, writer_of
from hub.edxml.dates import VIETNAM
from hub.kit import Kit
from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.receipts import Receipt, Untold

log = logging.getLogger(__name__)

#: Begins the door's id of a mail with an empty return path: nobody is answered.
NULL_SENDER = "null/"
#: Rules that choose before anybody asks who wrote: such a mail may be forged, however
#: much of a document it is (docs/quy-tac.md has their order).
BEFORE_PROOF = frozenset(
    {
        "secrecy",
        "refused-by-operator",
        "readable",
        "sender",
        "required",
        "status",
        "recipients",
        "not-its-own",
        "recalled",
        "twin",
        "waits",
    }
)
#: What a machine that sends our own answers back would get for each of them.
_NOT_PASSED = frozenset({Disposition.HOLD, Disposition.REFUSE})
#: Namespace of answers that stand on no receipt; never change it.
_NAMESPACE = UUID("0b0f8e52-5d6a-4a3e-9a1e-3d1d7b0c6a42")


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers those who wrote to one source."""

    source: str
    sender: Sender | None
    kit: Kit
    #: Whose addresses are known: they are answered whether proven or not.
    known: Collection[str] = field(repr=False)
    trusted: Collection[str] = ()
    told: frozenset[Disposition] = frozenset(Disposition)
    #: Whether those hear of it whose mail nothing proves: it may be forged, and the
    #: answer one to somebody who wrote nothing.
    unproven: bool = False

    async def answer(self, receipt: Receipt) -> Untold | None:
        """See the port `Adapter`; whoever may not be answered is not."""
        if self.sender is None or not self._is_owed(receipt):
            return Untold.NOT_OWED
        writer = self._writer(await self._head(receipt))
        if writer is None:
            log.info("nobody to answer", extra={"arrival": receipt.arrival})
            return Untold.NOBODY
        own = self.sender.settings.address
        each = _is_about_a_document(receipt, writer) and not (
            receipt.outcome in _NOT_PASSED and writer.refers_to(own)
        )
        if not each and not await self._first_today(writer.address, receipt.id):
            return Untold.NOT_OWED
        answer = letters.of_receipt(receipt, own, writer.address, writer.message_id)
        await self._send(self.sender, answer)
        return None

    def _is_owed(self, receipt: Receipt) -> bool:
        """By the settings, and by what the door saw of it."""
        told = receipt.outcome in self.told and (
            self.unproven or not _is_in_doubt(receipt)
        )
        return told and not receipt.door_id.startswith(NULL_SENDER)

    async def _head(self, receipt: Receipt) -> bytes:
        try:
            return await self.kit.evidence.head(receipt.sha256, HEAD_BYTES)
        except KeyError:  # erased: nobody knows any more who wrote
            return b""

    async def too_large(self, header: bytes) -> None:
        """Tell who wrote a mail over the limit, that nobody will take."""
        writer = self._writer(header) if self.sender else None
        if self.sender is None or writer is None:
            return
        identifier = str(uuid5(_NAMESPACE, sha256(header).hexdigest()))
        if not await self._first_today(writer.address, identifier):
            return
        answer = letters.Answer(
            id=identifier,
            at=self.kit.clock.now(),
            sender=self.sender.settings.address,
            to=writer.address,
            outcome=Disposition.REFUSE,
            about=writer.message_id,
        )
        told = letters.with_fault(answer, FaultCode.TOO_LARGE)
        await self._send(self.sender, told)

    def _writer(self, data: bytes) -> Writer | None:
        """A stranger's address may be forged: an answer would be spam to another."""
        writer = writer_of(data, self.trusted)
        if writer is None or not (writer.proven or writer.address in self.known):
            return None
        own = self.sender.settings if self.sender else None
        ours = {own.address, own.returns} if own else set()
        return None if writer.address in ours else writer

    async def _first_today(self, address: str, identifier: str) -> bool:
        """Whether this is the day's one answer to an address, or a retry of it."""
        day = self.kit.clock.now().astimezone(VIETNAM).date().isoformat()
        who = sha256(f"{self.source}\x1f{address}".encode()).hexdigest()
        mark, told = f"mail-answer/{who}", f"{day} {identifier}"
        known = await self.kit.marks.read(mark)
        if known.startswith(f"{day} "):
            return known == told
        return await self.kit.marks.swap(mark, known, told)

    async def _send(self, sender: Sender, answer: letters.Answer) -> None:
        await sender.send(
            Outgoing(
                data=letters.compose(answer),
                to=answer.to,
                returns=return_path(sender.settings, answer.id),
                id=answer.id,
            )
        )


def _is_about_a_document(receipt: Receipt, writer: Writer) -> bool:
    """A document that was read, from a proven sender: each of them is answered."""
    proven = writer.proven or receipt.rule not in BEFORE_PROOF
    return bool(receipt.document_id) and proven and not _is_in_doubt(receipt)


def _is_in_doubt(receipt: Receipt) -> bool:
    """Held or refused because nothing proves who sent it."""
    unproven = receipt.code == FaultCode.MAIL_UNPROVEN
    return unproven and receipt.outcome is not Disposition.DELIVER
