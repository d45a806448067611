"""The port `Access`: tokens, signed headers and client certificates.

Each proof that is shown must hold: a request with a sound certificate and another
source's token is nobody's. A certificate that no source has (a proxy's own) proves
nothing and harms nothing.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta

from hub.access import signed
from hub.access.rates import Rates
from hub.access.tokens import match_token, token_hash
from hub.errors import NotAllowed
from hub.model.arrivals import Credential, Door, Shown, Source
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, digest_of
from hub.ports import Clock

log = logging.getLogger(__name__)

_Sources = tuple[Source, ...]
#: How far a signed moment may be from our clock.
SKEW = timedelta(minutes=5)


class Gate:
    """See `hub.ports.Access`; one source may have several doors and credentials."""

    def __init__(
        self,
        sources: Sequence[tuple[Credential, Sequence[Source]]],
        agencies: Mapping[bytes, AgencyCode],
        rates: Rates,
        clock: Clock,
        skew: timedelta = SKEW,
    ) -> None:
        self._tokens = {token_hash(c.token): tuple(s) for c, s in sources if c.token}
        self._secrets = [
            (c.system_id, c.secret, tuple(s)) for c, s in sources if c.secret
        ]
        self._certificates = {
            c.certificate_sha256.lower(): tuple(s)
            for c, s in sources
            if c.certificate_sha256
        }
        self._agencies = dict(agencies)
        self._rates = rates
        self._clock = clock
        self._skew = skew

    def source(self, door: Door, shown: Shown) -> Source:
        proofs = (self._by_token(shown), self._by_hmac(shown))
        found = [known for known in proofs if known is not None]
        found += self._by_certificate(shown)
        names = {source.name for known in found for source in known}
        here = [source for known in found for source in known if source.door == door]
        if len(names) == 1 and all(found) and not here:
            # It is known, and looks for the fault in its token: here it stands.
            log.warning(
                "source has no such door", extra={"door": door, "source": names.pop()}
            )
        if len(names) != 1 or not here or not all(found):
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        self._rates.spend(here[0].name)
        return here[0]

    def agency(self, authorization: str) -> AgencyCode:
        code = match_token(self._agencies, authorization)
        if code is None:
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        self._rates.spend(code)
        return code

    def _by_token(self, shown: Shown) -> _Sources | None:
        """None: no token is shown; (): it is nobody's."""
        authorization = shown.headers.get("authorization")
        if authorization is None:
            return None
        return match_token(self._tokens, authorization) or ()

    def _by_hmac(self, shown: Shown) -> _Sources | None:
        claim = signed.claimed(shown.headers)
        if claim is None:
            return None
        found: _Sources = ()
        for system_id, secret, sources in self._secrets:
            if claim.is_proven_by(secret) and system_id == claim.system_id:
                found = sources
        if found:
            claim.check(self._clock.now(), self._skew)
        return found

    def _by_certificate(self, shown: Shown) -> list[_Sources]:
        if not shown.certificate:
            return []
        known = self._certificates.get(digest_of(shown.certificate))
        return [known] if known else []
