"""What a door knows of a mail beside its bytes, as parameters of its content type.

The translator reads `rcpt` and `mailbox`. Content types stand in the journal for ever:
our own mailboxes may, who writes to us (the envelope's sender) must not. Every value
is checked against a grammar first: nothing that came over the wire can add a parameter
of its own.
"""

import re
from collections.abc import Iterable

#: An address as it may stand in an envelope; no quoted local parts.
MAILBOX = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){0,9}"
)
_PEER = re.compile(r"[0-9A-Fa-f.:]{1,45}")


def from_mailbox(mailbox: str) -> str:
    """The content type of a mail read from a mailbox."""
    return f'message/rfc822; mailbox="{_checked(mailbox)}"'


def pushed(peer: str, receivers: Iterable[str]) -> str:
    """The content type of a mail pushed by a server."""
    if not _PEER.fullmatch(peer):
        raise ValueError("no address of a host")
    rcpt = ", ".join(map(_checked, receivers))
    return f'message/rfc822; peer="{peer}"; rcpt="{rcpt}"'


def _checked(address: str) -> str:
    if not MAILBOX.fullmatch(address):
        raise ValueError("no mail address")
    return address
