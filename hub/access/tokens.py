"""Bearer tokens of sources and agencies; only their SHA-256 is held in memory."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

#: A token shorter than this can be guessed; `hub check` says so.
SHORTEST_TOKEN = 24

T = TypeVar("T")


def token_hash(token: str) -> bytes:
    """How a token is remembered."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def match_token(known: Mapping[bytes, T], authorization: str) -> T | None:
    """Compare with every token in constant time each, so that time tells nothing."""
    scheme, _, token = authorization.partition(" ")
    offered = token_hash(token.strip())
    found: T | None = None
    for held, owner in known.items():
        if hmac.compare_digest(held, offered):
            found = owner
    return found if scheme.lower() == "bearer" else None
