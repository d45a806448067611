"""Mails of ours that come back: by what they are known, and what became of them.

We write from `local+<receipt>@domain` (VERP), under a Message-ID and an ENVID of the
receipt's id. Whoever sends a report claims such an id: it is looked up, and a claim
does no more than put the matter on a person's list.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.mail import reports
from adapters.mail.reports import Report
from adapters.mail.settings import Sending
from adapters.mail.writers import HEAD_BYTES, header_of
from hub.kit import Kit
from hub.model.ids import Digest
from hub.model.limits import Limits

log = logging.getLogger(__name__)

#: Our mails are some kilobytes, and so is what comes back of them.
_REPORT_BYTES = 1_000_000
_PLACES = ("to", "delivered-to", "x-original-to", "envelope-to")
_ID = r"([0-9A-Za-z-]{1,64})"


def return_path(settings: Sending, identifier: str) -> str:
    """Where a mail of ours comes back to."""
    local, _, domain = settings.returns.rpartition("@")
    return f"{local}+{identifier}@{domain}" if settings.verp else settings.returns


def is_return_path(settings: Sending, address: str) -> bool:
    """Whether an address is one that our mails come back to."""
    local, _, domain = settings.returns.rpartition("@")
    form = rf"{re.escape(local)}(?:\+{_ID})?@{re.escape(domain)}"
    return re.fullmatch(form, address, re.IGNORECASE) is not None


@dataclass(frozen=True, slots=True)
class Returns:
    """Looks whether a mail is one of ours that came back."""

    settings: Sending | None
    kit: Kit

    async def returned(
        self, digest: Digest, size: int, receivers: tuple[str, ...] = ()
    ) -> None:
        """Put a bounce on the document it is about; other mails are none.

        `receivers`: of the envelope, where the door has one.
        """
        if self.settings is None or size > _REPORT_BYTES:
            return
        data = await self.kit.evidence.read(digest)
        if b"multipart/report" not in data[:HEAD_BYTES].lower():
            return
        report = reports.read(data, Limits())
        status = "unread" if report is None else _status(report)
        if not status:
            return
        for identifier in _claimed(self.settings, data, report, receivers):
            at = self.kit.clock.now()
            if await self.kit.bounces.bounced(identifier, status, at):
                log.warning("receipt came back", extra={"receipt": identifier})
                return


def _status(report: Report) -> str:
    """Why it came back; "" where it did not, or the server still tries."""
    if report.kind != "delivery-status":
        return ""
    if not report.failures:
        return "unread"
    failed = (f.status or "5.0.0" for f in report.failures if f.permanent)
    return next(failed, "")


def _claimed(
    settings: Sending,
    data: bytes,
    report: Report | None,
    receivers: tuple[str, ...],
) -> Iterator[str]:
    """Ids of receipts that it says it is about, the surest first."""
    header = header_of(data)
    local, _, domain = settings.returns.rpartition("@")
    verp = re.compile(rf"{re.escape(local)}\+{_ID}@{re.escape(domain)}", re.IGNORECASE)
    told = (*receivers, *(f.text for name in _PLACES for f in header.all(name)))
    found = [m[1] for text in told for m in verp.finditer(text)]
    if report is not None:
        own = re.escape(settings.address.rpartition("@")[2])
        if by_id := re.fullmatch(rf"<{_ID}@{own}>", report.message_id, re.IGNORECASE):
            found.append(by_id[1])
        if re.fullmatch(_ID, report.envelope_id):
            found.append(report.envelope_id)
    yield from dict.fromkeys(one.lower() for one in found)
