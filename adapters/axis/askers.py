"""Who asks at the SOAP door: a source, or an agency attached here."""

from dataclasses import dataclass

from hub.errors import NotAllowed
from hub.model.arrivals import Door, Shown, Source
from hub.model.faults import Fault, FaultCode
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
                return self._agency(authorization, shown.certificate)
            return None

    def by_token(self, token: str, shown: Shown) -> Asker:
        """By the Token in a message, as old clients of Bkav do; raises NotAllowed.

        A certificate that came along must not be another's.
        """
        authorization = f"Bearer {token}"
        try:
            return self._agency(authorization, shown.certificate)
        except NotAllowed as error:
            if error.fault.code is not FaultCode.CREDENTIALS:
                raise
        both = Shown({"authorization": authorization}, shown.certificate)
        return Asker(source=self._access.source(self._door, both))

    def same(self, asker: Asker, token: str, shown: Shown) -> Asker:
        """Who was known by headers; the Token in its message, if any, is its own too.

        Raises NotAllowed.
        """
        if token and self.by_token(token, shown) != asker:
            raise NotAllowed(Fault(FaultCode.CREDENTIALS, "Token"))
        return asker

    def _agency(self, authorization: str, certificate: bytes) -> Asker:
        """An agency by its token; over the line of a source only of one of its codes.

        The software of an office is often both, a source and the agency, under one
        certificate; a carrier's is no agency's.
        """
        code = self._access.agency(authorization)
        owner = self._owner(certificate)
        if owner is not None and (owner.carrier or code not in owner.codes):
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        return Asker(agency=code)

    def _owner(self, certificate: bytes) -> Source | None:
        if not certificate:
            return None
        try:
            return self._access.source(self._door, Shown(certificate=certificate))
        except NotAllowed as error:
            if error.fault.code is not FaultCode.CREDENTIALS:
                raise
            return None
