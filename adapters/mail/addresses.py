"""Who sent a mail: the one address of From, by a grammar that leaves no choice."""

import re
from collections.abc import Mapping

from adapters.mail.faults import ambiguous
from adapters.mail.headers import Header

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[^"]')
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62}){1,9}"
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def sender(header: Header) -> str:
    """The address of From in small letters.

    Raises MalformedEnvelope: `from-missing`, `from-several`, `address-group`,
    `address-comment`, `address-8bit`, `address-encoded-word`, `address-odd`.
    """
    if not header.has("from"):
        ambiguous("header From", "from-missing")
    return mailbox(header.text("from"), "header From")


def mailbox(text: str, place: str) -> str:
    """The one address of `Name <address>` or `address`; the name is not looked at."""
    bare = "".join(_outside_quotes(text, place))
    _refuse_lists(bare, place)
    found = bare.strip()
    if "<" in found or ">" in found:
        name, _, rest = found.partition("<")
        found, close, after = rest.partition(">")
        if not close or after.strip() or set("<>@") & set(name + after) or "<" in found:
            ambiguous(place, "address-odd")
    if not found.isascii():
        ambiguous(place, "address-8bit")
    if "=?" in found:
        ambiguous(place, "address-encoded-word")
    if not _ADDRESS.fullmatch(found):
        ambiguous(place, "address-odd")
    return found.lower()


def _outside_quotes(text: str, place: str) -> list[str]:
    """The letters that stand in no quoted string; a quote left open is odd."""
    found = _TOKEN.findall(text)
    if len("".join(found)) != len(text):
        ambiguous(place, "address-odd")
    return [token for token in found if len(token) == 1]


def _refuse_lists(bare: str, place: str) -> None:
    """Commas, groups and comments are where readers of From part."""
    if not bare.strip():
        ambiguous(place, "from-missing")
    for letters, word in (
        ("()", "address-comment"),
        (":;", "address-group"),
        (",", "from-several"),
        ("\\", "address-odd"),
    ):
        if any(letter in bare for letter in letters):
            ambiguous(place, word)
    if bare.count("<") > 1:
        ambiguous(place, "from-several")


def check_sender(header: Header, address: str, senders: Mapping[str, str]) -> None:
    """Sender may be another mailbox (a clerk for an office), not another agency's.

    Raises MalformedEnvelope: `sender-contradiction`, and what `mailbox` raises.
    """
    if not header.has("sender"):
        return
    other = mailbox(header.text("sender"), "header Sender")
    if senders.get(other, senders.get(address)) != senders.get(address):
        ambiguous("header Sender", "sender-contradiction")


def ours(header: Header, receivers: Mapping[str, str]) -> tuple[str, ...]:
    """Addresses of To and Cc that are ours, as they come; others do not matter."""
    written = " ".join(header.text(name) for name in ("to", "cc"))
    found = (a.lower() for a in _ADDRESS.findall(_QUOTED.sub(" ", written)))
    return tuple(dict.fromkeys(a for a in found if a in receivers))
