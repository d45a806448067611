"""One JSON object's fields by name, for who looks at a few of them and is in a hurry.

What decides about a dossier is read by `strict_json`, in the judging child.
"""

import msgspec
from msgspec import Raw

_BOM = b"\xef\xbb\xbf"


def members(body: bytes) -> dict[str, Raw] | None:
    """Names in small letters -> slices as received; None: it is no JSON object."""
    try:
        found = msgspec.json.decode(body.removeprefix(_BOM), type=dict[str, Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return {name.casefold(): value for name, value in found.items()}


def text(raw: Raw | None) -> str:
    """A text, a number or a flag as text; "" for everything else."""
    if raw is None:
        return ""
    try:
        value = msgspec.json.decode(raw, type=str | int | float | bool | None)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return "" if value is None else str(value).strip()
