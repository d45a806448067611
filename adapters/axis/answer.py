"""Receipts to the axis: JSON by HTTP, at least once with the same id."""

from http import HTTPStatus

import msgspec

from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble, Wire, http
from hub.model.calls import Call
from hub.model.faults import Fault, FaultCode
from hub.model.receipts import Receipt
from hub.ports import Fetch

_TROUBLES = http(Wire.PUSH)


async def post_receipt(fetch: Fetch, url: str, token: str, receipt: Receipt) -> None:
    """Post one receipt; returns when the axis says it has it (2xx).

    A wrong token (401, 403) or address (404) is temporary: an operator puts it right
    and the receipt must not be lost over it.
    """
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": receipt.id,
    }
    call = Call("POST", url, headers, msgspec.json.encode(receipt))
    async with fetch.open(call) as reply:
        status = reply.status
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if _TROUBLES.get(status) is Trouble.PERMANENT:
        raise PermanentFailure(Fault(FaultCode.FRAME, "receipt", f"HTTP {status}"))
    raise SourceUnavailable(f"receipt answered with HTTP {status}")
