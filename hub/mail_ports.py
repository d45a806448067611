"""Seams of official mail: what leaves by it, and what comes back; see `hub.ports`."""

from datetime import datetime
from typing import Protocol

from hub.model.records import OutboxRow


class Post(Protocol):
    """The way to an agency that takes official mail."""

    async def deliver(self, row: OutboxRow, to: str, body: bytes) -> None:
        """Mail a delivery or a notice; returns when the mail server has it.

        `body`: the frozen body, whole. Every try of a row is the same mail. Raises
        SourceUnavailable (try later) or PermanentFailure (it will not).
        """


class Bounces(Protocol):
    """What came back of what this hub mailed."""

    async def bounced(self, receipt: str, status: str, at: datetime) -> bool:
        """Put what came back on its document and on a person's list, once.

        `receipt`: the id of a receipt, or the message_id of what was mailed to an
        agency. `status`: the enhanced status code ("5.1.1") or a word. False: nothing
        of the kind has left here.
        """
