"""Who asks at the SOAP door: a source, or an agency attached here."""

from dataclasses import dataclass

from hub.errors import NotAllowed
from hub.model.arrivals import Door, Shown, Source
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.ports import Access

_SIGNED = ("xroadvnpt-hash-header", "xroadvnpt-header-json")


@dataclass(frozen=True, slots=True)
class Asker:
    """Exactly one of the two."""

    source: Source | None = None
    agency: AgencyCode | None = None

    @property
    def codes(self) -> tuple[AgencyCode, ...]:
        """The codes it may call its own."""
        if self.agency is not None:
            return (self.agency,)
        return self.source.codes if self.source else ()


class Askers:
    """Asks the port Access, whatever way a client shows itself."""

    def __init__(self, access: Access, door: Door) -> None:
        self._access = access
        self._door = door

    def by_headers(self, shown: Shown) -> Asker | None:
        """By headers or certificate; None where nothing of the kind is shown.

        Raises NotAllowed. A certificate alone that is no source's proves nothing, and
        the client may still show its token in the message.
        """
        authorization = shown.headers.get("authorization", "")
        signed = any(name in shown.headers for name in _SIGNED)
        if not authorization and not signed and not shown.certificate:
            return None
        try:
            return Asker(source=self._access.source(self._door, shown))
        except NotAllowed as error:
            if error.fault.code is not FaultCode.CREDENTIALS or signed:
                raise
            if authorization:
                return Asker(agency=self._access.agency(authorization))
            return None

    def by_token(self, token: str) -> Asker:
        """By the Token in a message, as old clients of Bkav do; raises NotAllowed."""
        authorization = f"Bearer {token}"
        try:
            return Asker(agency=self._access.agency(authorization))
        except NotAllowed as error:
            if error.fault.code is not FaultCode.CREDENTIALS:
                raise
        shown = Shown({"authorization": authorization})
        return Asker(source=self._access.source(self._door, shown))
