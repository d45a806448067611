"""The pure door of agencies, by AMQP and by REST: the frame off, the XML as it came."""

from hub.edxml import agency_status, dialects, mimeheaders
from hub.model.frames import Entity, Frame
from hub.model.limits import Limits

#: Said of anything where a client sets no content type; a brace begins no XML.
_SAYS_NOTHING = frozenset({"", "application/octet-stream", "text/plain"})


def translate(entity: Entity, limits: Limits) -> Frame:
    """See `hub.ports.Translate`: edXML by itself, or in a multipart with its files.

    JSON is a status (`schemas/agency-status.schema.json`).
    """
    if _is_json(entity):
        return agency_status.frame(entity, limits)
    return dialects.frame(entity, limits)


def _is_json(entity: Entity) -> bool:
    kind = mimeheaders.structured(entity.content_type).value
    begins = entity.data[:64].lstrip().startswith(b"{")
    return kind in agency_status.TYPES or (kind in _SAYS_NOTHING and begins)
