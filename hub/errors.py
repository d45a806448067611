"""The errors of the hub, grouped by what the caller does next.

    HubError
    ├── SettingsError            do not start; lists every problem at once
    ├── Unroutable               no queue takes it: an operator's list
    ├── PermanentFailure         tell the sender; never retry
    │   ├── MalformedEnvelope    it cannot be read
    │   ├── NotAllowed           credentials, or a right that is missing
    │   └── KeyReused            an idempotency key with other content
    └── TemporaryFailure         wait and try again
        ├── BrokerUnavailable
        ├── JournalUnavailable
        │   └── JournalRefused   it answers, and will never take this
        ├── EvidenceUnavailable
        ├── TrustUnavailable
        ├── SignerUnavailable
        ├── SourceUnavailable
        └── ClaimLost            another worker has it; do nothing more

Anything else is a bug: it is buried with its story, and a person looks.
"""

from hub.model.faults import SENTENCES, Fault


class HubError(Exception):
    """Something this hub knows how to answer."""


class SettingsError(HubError):
    """The settings are not fit to start with."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class PermanentFailure(HubError):
    """The sender must put something right; trying again changes nothing."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.code}: {SENTENCES[fault.code][1]}")
        self.fault = fault


class MalformedEnvelope(PermanentFailure):
    """The bytes are not an envelope this hub can read."""


class NotAllowed(PermanentFailure):
    """Who asks may not do this."""


class KeyReused(PermanentFailure):
    """A client's own key came again with other content."""


class Unroutable(HubError):
    """The broker has no queue for it; the topology is not what we think."""


class TemporaryFailure(HubError):
    """It may work later."""


class BrokerUnavailable(TemporaryFailure):
    """The broker does not answer or does not confirm."""


class JournalUnavailable(TemporaryFailure):
    """The journal's database does not answer."""


class JournalRefused(JournalUnavailable):
    """The database answers, and takes everything but this value."""


class EvidenceUnavailable(TemporaryFailure):
    """The disk that keeps the bytes is full or does not answer."""


class TrustUnavailable(TemporaryFailure):
    """The trust folder cannot be read just now."""


class SignerUnavailable(TemporaryFailure):
    """The hub's own key does not answer (a token that was pulled out)."""


class SourceUnavailable(TemporaryFailure):
    """A source cannot be reached or says: not now."""


class ClaimLost(TemporaryFailure):
    """The lease ran out or another worker holds it."""
