"""A test PKI made at run time, shaped like the Government Cipher Committee's.

    root ── issuing ── leaves (agencies' stamps, leaders' certificates)
       └─── tsa
    other_root ── other_issuing ── strangers' leaves

Nothing here is a secret and nothing is kept: keys live as long as the process, and
certificates of one name share one key, so that a thousand samples cost few keys.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict, Unpack

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.general import as_signing_certificate
from pyhanko.sign.timestamps import DummyTimeStamper

from hub.rehearsal.certificates import CA_USAGE, LEAF_USAGES, Identity, Wish, issue
from hub.rehearsal.foreign import as_asn1_certificate, as_asn1_key
from hub.rehearsal.names import agency_subject, authority_subject, person_subject

__all__ = ["Identity", "MomentStamper", "Pki"]

#: How long CRLs and OCSP answers say they hold.
FRESH = timedelta(days=30)
_YEAR = timedelta(days=365)
#: Below where it is served: the lists of both authorities, and the responder.
ROOT_LIST, ISSUING_LIST, OCSP = "crl/root.crl", "crl/issuing.crl", "ocsp"


def _authority(
    name: str,
    at: datetime,
    below: int,
    issuer: Identity | None = None,
    served: str = "",
) -> Identity:
    valid = (at - 10 * _YEAR, at + 20 * _YEAR)
    constraints = x509.BasicConstraints(ca=True, path_length=below)
    wish = Wish(authority_subject(name), valid, constraints, CA_USAGE)
    if served:
        crl_url, ocsp_url = f"{served}/{ROOT_LIST}", f"{served}/{OCSP}"
        wish = replace(wish, crl_url=crl_url, ocsp_url=ocsp_url)
    return issue(wish, issuer)


def _stamping(at: datetime, root: Identity) -> Identity:
    """The TSA's certificate, under the root itself as the VGCA's is."""
    wish = Wish(
        authority_subject("TSA diễn tập Liên thông"),
        (at - 5 * _YEAR, at + 15 * _YEAR),
        x509.BasicConstraints(ca=False, path_length=None),
        LEAF_USAGES["nonrepudiation"],
        (ExtendedKeyUsageOID.TIME_STAMPING,),
    )
    return issue(wish, root)


class Sort(TypedDict, total=False):
    """What sort of certificate; all of it may be left out."""

    #: A person's: given name and surname, the organisation beside them.
    person: bool
    #: Where in the organisation the person works.
    unit: str
    #: "both" or "nonrepudiation".
    usage: str
    #: The issuing CA, unless said otherwise.
    issuer: "Identity | None"
    #: Three years before the PKI's moment to ten after.
    valid: tuple[datetime, datetime] | None
    #: Where its CRL is and who answers OCSP; else where the PKI is served.
    crl_url: str
    ocsp_url: str
    #: A mail address it is made out to.
    email: str


@dataclass(frozen=True, slots=True)
class Pki:
    """Two authorities that do not know each other, and a time-stamping authority."""

    at: datetime
    root: Identity
    issuing: Identity
    other_root: Identity
    other_issuing: Identity
    tsa: Identity
    #: Where its lists and answers are to be had (`responder.py`); "": nowhere.
    served: str = ""

    @classmethod
    def make(cls, at: datetime, served: str = "") -> "Pki":
        """A PKI whose certificates hold for years on both sides of `at`.

        `served`: "http://host:port", which the certificates then name.
        """
        root = _authority("RootCA dien tap Lien thong", at, 1)
        other = _authority("RootCA cua nguoi la", at, 1)
        return cls(
            at,
            root,
            _authority("CA diễn tập phục vụ các cơ quan Nhà nước", at, 0, root, served),
            other,
            _authority("CA của người lạ", at, 0, other),
            _stamping(at, root),
            served,
        )

    def leaf(
        self, common_name: str, organization: str = "", **sort: Unpack[Sort]
    ) -> Identity:
        """An agency's or a person's certificate."""
        subject = agency_subject(common_name, organization)
        if sort.get("person"):
            unit = sort.get("unit", "")
            subject = person_subject(common_name, organization, unit)
        wish = Wish(
            subject,
            sort.get("valid") or (self.at - 3 * _YEAR, self.at + 10 * _YEAR),
            x509.BasicConstraints(ca=False, path_length=None),
            LEAF_USAGES[sort.get("usage", "both")],
            crl_url=sort.get("crl_url", self._at(ISSUING_LIST)),
            ocsp_url=sort.get("ocsp_url", self._at(OCSP)),
            email=sort.get("email", ""),
        )
        return issue(wish, sort.get("issuer") or self.issuing)

    def _at(self, path: str) -> str:
        return f"{self.served}/{path}" if self.served else ""

    def crl(
        self,
        revoked: Sequence[tuple[int, datetime]],
        *,
        at: datetime,
        issuer: Identity | None = None,
    ) -> bytes:
        """A CRL (DER) of the issuing CA (or `issuer`): serials with their moments."""
        signer = issuer or self.issuing
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(signer.parsed.subject)
            .last_update(at)
            .next_update(at + FRESH)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    signer.key.public_key()
                ),
                critical=False,
            )
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        )
        for serial, moment in revoked:
            builder = builder.add_revoked_certificate(_revocation(serial, moment))
        return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(
        self, leaf: Identity, *, at: datetime, revoked_at: datetime | None = None
    ) -> bytes:
        """An OCSP response (DER) about `leaf`, signed by the CA that issued it."""
        issuer = self.issuer_of(leaf)
        status = ocsp.OCSPCertStatus
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                leaf.parsed,
                issuer.parsed,
                hashes.SHA1(),  # noqa: S303 - names the certificate, secures nothing
                status.REVOKED if revoked_at else status.GOOD,
                at,
                at + FRESH,
                revoked_at,
                None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, issuer.parsed)
        )
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def issuer_of(self, leaf: Identity) -> Identity:
        """The authority of this PKI that issued `leaf`; raises LookupError."""
        name = leaf.parsed.issuer
        for authority in (self.issuing, self.root, self.other_issuing, self.other_root):
            if authority.parsed.subject == name:
                return authority
        raise LookupError(name.rfc4514_string())

    def timestamper(self, at: datetime) -> "MomentStamper":
        """A time-stamping authority that lives at one moment."""
        return MomentStamper(self.tsa, at)

    def write_trust(
        self,
        folder: Path,
        *,
        at: datetime,
        revoked: Sequence[tuple[int, datetime]] = (),
        lists: bool = True,
    ) -> None:
        """Write what config/trust holds: anchors, intermediates (PEM), CRLs (DER).

        The root's CRL speaks for the issuing CA and the TSA, the issuing CA's for the
        leaves; `revoked` stands in the latter. Without `lists`, no CRL is written.
        """
        _write(folder / "anchors" / "rehearsal-root.crt", _pem(self.root))
        _write(folder / "intermediates" / "rehearsal-issuing.crt", _pem(self.issuing))
        if not lists:
            return
        root = self.crl((), at=at, issuer=self.root)
        _write(folder / "crls" / "rehearsal-root.crl", root)
        _write(folder / "crls" / "rehearsal-issuing.crl", self.crl(revoked, at=at))


class MomentStamper(DummyTimeStamper):
    """pyHanko's own stand-in for a TSA, at one given moment."""

    def __init__(self, tsa: Identity, at: datetime) -> None:
        super().__init__(
            as_asn1_certificate(tsa.certificate),
            as_asn1_key(tsa.key),
            fixed_dt=at.astimezone(UTC).replace(microsecond=0),
        )
        self.hand = tsa.key

    def _sign_tst_info(
        self, tst_info_data: bytes, md_algorithm: str, dt: datetime
    ) -> tuple[bytes, cms.CMSAttributes]:
        """Sign with the key at hand: pyHanko reads and checks it anew, for 0.3 s."""
        values = {
            "content_type": "tst_info",
            "signing_time": cms.Time({"utc_time": dt}),
            "signing_certificate": as_signing_certificate(self.tsa_cert),
            "message_digest": hashlib.new(md_algorithm, tst_info_data).digest(),
        }
        attributes = cms.CMSAttributes(
            [{"type": name, "values": [value]} for name, value in values.items()]
        )
        digest: hashes.HashAlgorithm = getattr(hashes, md_algorithm.upper())()
        return self.hand.sign(attributes.dump(), PKCS1v15(), digest), attributes


def _revocation(serial: int, moment: datetime) -> x509.RevokedCertificate:
    return (
        x509.RevokedCertificateBuilder()
        .serial_number(serial)
        .revocation_date(moment)
        .build()
    )


def _pem(identity: Identity) -> bytes:
    return identity.parsed.public_bytes(Encoding.PEM)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
