"""What the tests of mails share: the rehearsal's ground, and a mail translated."""

from adapters.mail.translate import translate
from hub.edxml import guard, reader
from hub.model.frames import Entity, Frame, Guess, Reading
from hub.model.limits import Limits
from hub.rehearsal import mails

LIMITS = Limits()


def entity(data: bytes, content_type: str = "message/rfc822") -> Entity:
    return Entity(content_type, data, ground=mails.ground())


def frame(data: bytes, content_type: str = "message/rfc822") -> Frame:
    return translate(entity(data, content_type), LIMITS)


def read(data: bytes) -> Reading:
    found = frame(data)
    guard.check(found.xml, LIMITS)
    return reader.read(found, LIMITS)


def guesses(data: bytes) -> dict[str, Guess]:
    return {guess.name: guess for guess in frame(data).guesses}
