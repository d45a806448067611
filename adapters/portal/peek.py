"""Looks at two or three fields of a dossier kept as evidence, and believes nothing."""

from dataclasses import dataclass, field

from adapters.portal import strict_json
from adapters.portal.fields import Fields
from hub.errors import MalformedEnvelope
from hub.model.limits import Limits

_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Peek:
    """What an answer or a poller must know of a dossier; "" where it cannot be read."""

    number: str = ""
    status: str = ""
    #: Who spoke, where it is progress.
    speaker: str = field(default="", repr=False)


def peek(data: bytes, limits: Limits = _LIMITS) -> Peek:
    """Number, status and speaker; never raises."""
    try:
        value = strict_json.decode(data, limits)
        if not isinstance(value, dict):
            return Peek()
        fields = Fields(value, limits)
        status = fields.text("TrangThaiHoSo") or fields.text("TrangThai")
        return Peek(fields.text("MaHoSo"), status, fields.text("NguoiXuLy"))
    except MalformedEnvelope:
        return Peek()
