"""Mails deliveries and notices to agencies that take official mail (port `Post`)."""

import asyncio
from dataclasses import dataclass

from adapters.mail.bounces import return_path
from adapters.mail.parcels import Parcel, compose
from adapters.mail.sending import Outgoing, Sender
from hub.model.records import OutboxRow


@dataclass(frozen=True, slots=True)
class AgencyPost:
    """See `hub.mail_ports.Post`; what comes back of it is found by the row's id."""

    sender: Sender

    async def deliver(self, row: OutboxRow, to: str, body: bytes) -> None:
        """See the port."""
        known = self.sender.settings
        parcel = Parcel(row, known.address, to, body, known.most_bytes)
        data = await asyncio.to_thread(compose, parcel)
        returns = return_path(known, row.id)
        await self.sender.send(Outgoing(data, to, returns, row.id))
