"""The entries of a CRL: found without walking through twenty thousand of them."""

from functools import lru_cache

from cryptography import x509

from hub.signatures.certificates import extension

#: DER of BOOLEAN TRUE: every critical extension holds it.
_CRITICAL = b"\x01\x01\xff"
#: DER of the OID of certificateIssuer, 2.5.29.29.
_ISSUER = b"\x06\x03\x55\x1d\x1d"


def entry_of(
    crl: x509.CertificateRevocationList, der: bytes, serial: int, issuer: x509.Name
) -> x509.RevokedCertificate | None:
    """The entry of a certificate; a list its digits do not occur in is not walked.

    cryptography looks at entry after entry: 2 ms for 20,000 of them.
    """
    digits = abs(serial).to_bytes(max(1, (serial.bit_length() + 7) // 8))
    if serial >= 0 and digits not in der:
        return None
    # cryptography cannot look for a negative serial; there are such certificates.
    if serial < 0 or crl.issuer != issuer or _names_issuers(der):
        return _of_issuer(crl, serial, issuer)
    return crl.get_revoked_certificate_by_serial_number(serial)


def _names_issuers(der: bytes) -> bool:
    return _ISSUER in der


def _of_issuer(
    crl: x509.CertificateRevocationList, serial: int, issuer: x509.Name
) -> x509.RevokedCertificate | None:
    """In a list of several issuers, an issuer holds until the next one is named."""
    wanted = x509.DirectoryName(issuer)
    fits = crl.issuer == issuer
    for entry in crl:
        named = extension(entry.extensions, x509.CertificateIssuer)
        if named is not None:
            fits = wanted in named
        if fits and entry.serial_number == serial:
            return entry
    return None


def reason_of(entry: x509.RevokedCertificate | None) -> str:
    """Why, as RFC 5280 5.3.1 writes it; "" where nothing is said."""
    found = None if entry is None else extension(entry.extensions, x509.CRLReason)
    return "" if found is None else str(found.reason.value)


def is_walkable(crl: x509.CertificateRevocationList, der: bytes) -> bool:
    """No entry has a critical extension that is unknown here (RFC 5280, 5.3).

    Entries are walked only where the bytes hold more critical marks than the list's
    own extensions explain.
    """
    own = sum(extension.critical for extension in crl.extensions)
    return der.count(_CRITICAL) <= own or _each_is_known(der)


@lru_cache(maxsize=16)
def _each_is_known(der: bytes) -> bool:
    return all(
        isinstance(extension.value, x509.CertificateIssuer)
        for entry in x509.load_der_x509_crl(der)
        for extension in entry.extensions
        if extension.critical
    )
