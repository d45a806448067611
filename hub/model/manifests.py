"""What verdicts are made of besides the documents, named by digests.

The items themselves (certificates, revocation lists, the policy file) stand in the
evidence store, each once, whoever needs it.
"""

from dataclasses import dataclass, field

from hub.model.ids import Digest
from hub.model.limits import Limits
from hub.model.policy import SecrecyPolicy, VerificationPolicy


@dataclass(frozen=True, slots=True)
class Means:
    """What a judge is set up with, apart from knowledge: values, files, programs."""

    policy_version: str
    #: The policy file as it stands on disk.
    policy_file: bytes = field(repr=False)
    limits: Limits
    verification: VerificationPolicy
    secrecy: SecrecyPolicy
    #: Name of a program or library -> its version.
    software: dict[str, str] = field(hash=False)
    #: Canonical JSON of what sources' translators must know (`Entity.ground`).
    grounds: bytes = field(default=b"{}", repr=False)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a verdict was made of, besides the document and the moment.

    Values of the policy that the judge itself was given stand here whole: a file may
    leave them out, and defaults may change from one version of the hub to the next.
    """

    trust_version: str
    anchors: tuple[Digest, ...]
    intermediates: tuple[Digest, ...]
    crls: tuple[Digest, ...]
    ocsps: tuple[Digest, ...]
    #: Canonical JSON of `Knowledge.dkim_keys` and `Knowledge.bindings`.
    dkim_keys: Digest
    bindings: Digest
    policy_version: str
    #: The policy file, byte for byte.
    policy: Digest
    limits: Limits
    verification: VerificationPolicy
    secrecy: SecrecyPolicy
    software: dict[str, str] = field(hash=False)
    #: What sources' translators had to know; who sent a mail is said by its source's
    #: settings. None in manifests older than this.
    grounds: Digest | None = None

    @property
    def items(self) -> frozenset[Digest]:
        """Everything that must not be lost while somebody names this manifest."""
        lists = (*self.anchors, *self.intermediates, *self.crls, *self.ocsps)
        grounds = (self.grounds,) if self.grounds else ()
        rest = (self.dkim_keys, self.bindings, self.policy, *grounds)
        return frozenset((*lists, *rest))
