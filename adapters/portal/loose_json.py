"""One JSON object's fields by name, for who looks at a few of them and is in a hurry.

What decides about a dossier is read by `strict_json`, in the judging child.
"""

import re
from collections import Counter

import msgspec
from msgspec import Raw

_NUMBER = re.compile(rb"-?[0-9][0-9.eE+-]*")
_BOM = b"\xef\xbb\xbf"


def members(body: bytes) -> dict[str, Raw] | None:
    """Names in small letters -> slices as received; None: it is no JSON object.

    A name that stands there in two spellings is left out: nobody knows which counts.
    """
    try:
        found = msgspec.json.decode(body.removeprefix(_BOM), type=dict[str, Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    often = Counter(name.casefold() for name in found)
    folded = ((name.casefold(), value) for name, value in found.items())
    return {name: value for name, value in folded if often[name] == 1}


def text(raw: Raw | None) -> str:
    """A text, a number (as it was written) or a flag as text; "" for all else."""
    if raw is None:
        return ""
    if _NUMBER.fullmatch(raw):
        return bytes(raw).decode("ascii")
    try:
        value = msgspec.json.decode(raw, type=str | bool | None)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return "" if value is None else str(value).strip()
