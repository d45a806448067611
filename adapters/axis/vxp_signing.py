"""Signs requests as the VXP kit does: parameters as headers, HMAC-SHA256 over them.

The list of the signed names, the JSON text of the signed headers, and the hex HMAC of
that very text under the system's secret travel as three more headers (EDXML.md 3.1).
"""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from hub.edxml.dates import VIETNAM

PREFIX = "XroadVnpt-"
NAMES = PREFIX + "signed-headers"
TEXT = PREFIX + "header-json"
PROOF = PREFIX + "hash-header"


def signed(parameters: Mapping[str, str], secret: str) -> dict[str, str]:
    """The parameters as headers, empty ones left out, with what proves them."""
    headers = {PREFIX + name: value for name, value in parameters.items() if value}
    text = json.dumps(headers)
    proof = hmac.digest(secret.encode(), text.encode(), "sha256").hex()
    return {**headers, NAMES: ";".join(headers), TEXT: text, PROOF: proof}


def timestamp(moment: datetime) -> str:
    """`ddMMyyyy'T'HHmmss+0700`, Vietnam time."""
    return moment.astimezone(VIETNAM).strftime("%d%m%YT%H%M%S%z")
