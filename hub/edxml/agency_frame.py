"""The pure door of agencies, by AMQP and by REST: the frame off, the XML as it came."""

from hub.edxml import dialects
from hub.model.frames import Entity, Frame
from hub.model.limits import Limits


def translate(entity: Entity, limits: Limits) -> Frame:
    """See `hub.ports.Translate`: edXML by itself, or in a multipart with its files."""
    return dialects.frame(entity, limits)
