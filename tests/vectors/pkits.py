"""NIST's PKITS (2011) as in cryptography's vectors: one signed mail a test.

Each mail's CMS carries the certificates and CRLs that the test is about. What must
come out stands in the test's name (Valid, Invalid) or, for those without, in section
4.8 and 4.12.3 of "Public Key Interoperability Test Suite, Certification Path
Validation", read with the default settings (any policy, nothing inhibited).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from asn1crypto import cms
from pyhanko.sign.general import extract_certificate_info

from hub.model.findings import SubIndication
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy
from hub.signatures.policy import Ground

#: Inside the dates of all that is meant to be in date (2010 to 2030).
AT = datetime(2015, 6, 1, tzinfo=UTC)

VALID_WITHOUT_A_WORD = frozenset(
    {
        "AllCertificatesAnyPolicyTest11",
        "AllCertificatesNoPoliciesTest2",
        "AllCertificatesSamePoliciesTest10",
        "AllCertificatesSamePoliciesTest13",
        "AllCertificatesSamePolicyTest1",
        "AnyPolicyTest14",
        "CPSPointerQualifierTest20",
        "DifferentPoliciesTest3",
        "OverlappingPoliciesTest6",
        "UserNoticeQualifierTest15",
        "UserNoticeQualifierTest16",
        "UserNoticeQualifierTest17",
        "UserNoticeQualifierTest18",
        "UserNoticeQualifierTest19",
        "inhibitAnyPolicyTest3",
    }
)

#: Why an invalid one is so, where it is not its path (by the test's text).
WHY = {
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: frozenset(
        {
            "InvalidCASignatureTest2",
            "InvalidNameChainingEETest1",
            "InvalidNameChainingOrderTest2",
        }
    ),
    SubIndication.OUT_OF_BOUNDS_NO_POE: frozenset(
        {"InvalidEEnotBeforeDateTest2", "Invalidpre2000UTCEEnotAfterDateTest7"}
    ),
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED: frozenset({"InvalidEEnotAfterDateTest6"}),
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: frozenset({"InvalidDSASignatureTest6"}),
    SubIndication.REVOKED_CA_NO_POE: frozenset({"InvalidRevokedCATest2"}),
    SubIndication.REVOKED_NO_POE: frozenset(
        {
            "InvalidBasicSelfIssuedCRLSigningKeyTest7",
            "InvalidBasicSelfIssuedNewWithOldTest5",
            "InvalidBasicSelfIssuedOldWithNewTest2",
            "InvalidIDPwithindirectCRLTest23",
            "InvalidLongSerialNumberTest18",
            "InvalidNegativeSerialNumberTest15",
            "InvalidRevokedEETest3",
            "InvalidSeparateCertificateandCRLKeysTest20",
            "InvalidUnknownCRLEntryExtensionTest8",
            "InvalidUnknownCRLExtensionTest9",
            "InvalidcRLIssuerTest31",
            "InvalidcRLIssuerTest32",
            "InvalidcRLIssuerTest34",
            "InvaliddeltaCRLTest3",
            "InvaliddeltaCRLTest4",
            "InvaliddeltaCRLTest6",
            "InvaliddeltaCRLTest9",
            "InvaliddistributionPointTest2",
            "InvaliddistributionPointTest6",
            "InvalidonlySomeReasonsTest15",
            "InvalidonlySomeReasonsTest20",
            "InvalidonlySomeReasonsTest21",
        }
    ),
    #: No list that counts is at hand; or the certificate is on hold (16).
    SubIndication.TRY_LATER: frozenset(
        {
            "InvalidBadCRLIssuerNameTest5",
            "InvalidBadCRLSignatureTest4",
            "InvalidIDPwithindirectCRLTest26",
            "InvalidOldCRLnextUpdateTest11",
            "InvalidSeparateCertificateandCRLKeysTest21",
            "InvalidUnknownCRLExtensionTest10",
            "InvalidWrongCRLTest6",
            "InvalidcRLIssuerTest27",
            "InvalidcRLIssuerTest35",
            "InvaliddeltaCRLIndicatorNoBaseTest1",
            "InvaliddeltaCRLTest10",
            "InvaliddistributionPointTest3",
            "InvaliddistributionPointTest8",
            "InvaliddistributionPointTest9",
            "InvalidkeyUsageCriticalcRLSignFalseTest4",
            "InvalidkeyUsageNotCriticalcRLSignFalseTest5",
            "InvalidonlyContainsAttributeCertsTest14",
            "InvalidonlyContainsCACertsCRLTest12",
            "InvalidonlyContainsUserCertsCRLTest11",
            "InvalidonlySomeReasonsTest16",
            "InvalidonlySomeReasonsTest17",
            "Invalidpre2000CRLnextUpdateTest12",
            "MissingCRLTest1",
        }
    ),
}

#: What comes out otherwise here, and why that is right for this hub.
DEVIATIONS = {
    "ValidDSASignaturesTest4": "DSA of 1,024 bits is broken by this hub's policy",
    "ValidDSAParameterInheritanceTest5": "cryptography reads no inherited parameters",
}


@dataclass(frozen=True, slots=True)
class Vector:
    """One test of the suite."""

    name: str
    leaf: bytes = field(repr=False)
    others: tuple[bytes, ...] = field(repr=False)
    ground: Ground = field(repr=False)

    @property
    def expected(self) -> SubIndication | None:
        """The reason that must come first; None: it must pass."""
        if self.name.startswith("Valid") or self.name in VALID_WITHOUT_A_WORD:
            return None
        reasons = (reason for reason, names in WHY.items() if self.name in names)
        return next(reasons, SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)


def _folder() -> Traversable:
    return files("cryptography_vectors").joinpath("x509", "PKITS_data")


def names() -> list[str]:
    """The names of all tests, as in "ValidSignaturesTest1"."""
    mails = (each.name for each in _folder().joinpath("smime").iterdir())
    found = (n.removeprefix("Signed").removesuffix(".eml") for n in mails)
    return sorted(found)


@cache
def _anchor() -> bytes:
    return _folder().joinpath("certs", "TrustAnchorRootCertificate.crt").read_bytes()


def vector(name: str) -> Vector:
    """One test, read from its mail."""
    mail = message_from_bytes(
        _folder().joinpath("smime", f"Signed{name}.eml").read_bytes()
    )
    *_, part = mail.walk()
    signed_data = cms.ContentInfo.load(part.get_payload(decode=True))["content"]
    found = extract_certificate_info(signed_data)
    known = Knowledge(anchors=(_anchor(),), crls=tuple(_lists(signed_data)))
    return Vector(
        name,
        bytes(found.signer_cert.dump()),
        tuple(bytes(c.dump()) for c in found.other_certs),
        Ground(known, VerificationPolicy(), Limits(), AT),
    )


def _lists(signed_data: Any) -> Iterator[bytes]:
    if signed_data["crls"].native is not None:
        yield from (bytes(each.dump()) for each in signed_data["crls"])
