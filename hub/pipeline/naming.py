"""Names this hub derives: the same parts are the same id on every try and host."""

from uuid import UUID, uuid5

#: Namespace of every id this hub derives; never change it.
_NAMESPACE = UUID("6f1b7a52-6f0e-4c37-9a44-5f2f6e3c7d10")
#: Target of alerts: the operators of this hub.
OPERATORS = "operators"


def derived_id(*parts: str) -> str:
    """UUID5 over parts: the same parts are the same id on every try and host.

    The revision of a delivery is its content: a version with other content that an
    operator lets pass is a new message, a repeated one is the same.
    """
    return str(uuid5(_NAMESPACE, "\x1f".join(parts)))


def claim_url(public_url: str, digest: str) -> str:
    """Where an agency downloads bytes that were delivered to it."""
    return f"{public_url}/agencies/v1/claims/{digest}"
