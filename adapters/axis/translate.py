"""The pure door of the axis: transport frame off, XML exactly as received."""

from hub.edxml import dialects, soapframe
from hub.model.frames import Entity, Frame
from hub.model.limits import Limits


def translate(entity: Entity, limits: Limits) -> Frame:
    """See `hub.ports.Translate`; every dialect an axis speaks is edXML's own."""
    return dialects.frame(entity, limits)


def translate_soap(entity: Entity, limits: Limits) -> Frame:
    """The same for the SOAP door, whose message is a frame around the edXML."""
    return soapframe.frame(entity, limits)
