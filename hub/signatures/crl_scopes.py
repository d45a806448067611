"""Which certificates and which reasons a CRL speaks for (RFC 5280, 5.2.5 and 6.3.3)."""

from collections.abc import Iterator

from cryptography import x509

from hub.signatures.certificates import Certificate, extension, is_authority

#: Every reason that a list for some reasons may name (RFC 5280, 4.2.1.13).
EVERY_REASON = frozenset(
    reason.value
    for reason in x509.ReasonFlags
    if reason not in {x509.ReasonFlags.unspecified, x509.ReasonFlags.remove_from_crl}
)
#: Critical extensions that are understood here.
_UNDERSTOOD = (x509.IssuingDistributionPoint, x509.DeltaCRLIndicator)

Names = frozenset[x509.GeneralName]


def scope_of(
    crl: x509.CertificateRevocationList,
) -> x509.IssuingDistributionPoint | None:
    """What the list says it is about; None: everything its issuer has issued."""
    return extension(crl.extensions, x509.IssuingDistributionPoint)


def is_understood(crl: x509.CertificateRevocationList) -> bool:
    """Whether no critical extension is unknown: else absence says nothing."""
    return all(isinstance(e.value, _UNDERSTOOD) for e in crl.extensions if e.critical)


def delta_of(crl: x509.CertificateRevocationList) -> int | None:
    """The number of the list this one adds to; None for a complete list."""
    found = extension(crl.extensions, x509.DeltaCRLIndicator)
    return None if found is None else found.crl_number


def number_of(crl: x509.CertificateRevocationList) -> int:
    """The list's number; 0 for none."""
    found = extension(crl.extensions, x509.CRLNumber)
    return 0 if found is None else found.crl_number


def is_for_certificates(crl: x509.CertificateRevocationList) -> bool:
    """Not for attribute certificates, which count their serials apart."""
    scope = scope_of(crl)
    return scope is None or not scope.only_contains_attribute_certs


def names_issuer(certificate: Certificate, issuer: x509.Name) -> bool:
    """Whether a distribution point says this one issues the list (indirect CRLs)."""
    wanted = x509.DirectoryName(issuer)
    return any(wanted in (point.crl_issuer or ()) for point in points_of(certificate))


def points_of(certificate: Certificate) -> tuple[x509.DistributionPoint, ...]:
    """The certificate's distribution points; raises one of UNREADABLE."""
    found = extension(certificate.parsed.extensions, x509.CRLDistributionPoints)
    return tuple(found or ())


def reasons_for(
    crl: x509.CertificateRevocationList, certificate: Certificate, issuer: x509.Name
) -> frozenset[str]:
    """The reasons for which absence from this list means good; empty: for none."""
    scope = scope_of(crl)
    if not is_understood(crl) or not _is_of_its_kind(scope, certificate):
        return frozenset()
    found = frozenset[str]().union(*_matching(crl, certificate, issuer))
    some = scope.only_some_reasons if scope else None
    return found if some is None else found & {reason.value for reason in some}


def _is_of_its_kind(
    scope: x509.IssuingDistributionPoint | None, certificate: Certificate
) -> bool:
    if scope is None:
        return True
    if scope.only_contains_attribute_certs:
        return False
    authority = is_authority(certificate)
    return not (
        (scope.only_contains_ca_certs and not authority)
        or (scope.only_contains_user_certs and authority)
    )


def _matching(
    crl: x509.CertificateRevocationList, certificate: Certificate, issuer: x509.Name
) -> Iterator[frozenset[str]]:
    """Reasons of every distribution point that this list fills (6.3.3 b 1 and 2).

    Certificates that name none have one all the same, with their issuer's name.
    """
    scope = scope_of(crl)
    named = _names_of_scope(crl, scope)
    own = frozenset({x509.DirectoryName(issuer)})
    if crl.issuer == issuer and (not named or named & own):
        yield EVERY_REASON
    for point in points_of(certificate):
        if point.crl_issuer:
            indirect = scope is not None and scope.indirect_crl
            fits = indirect and x509.DirectoryName(crl.issuer) in point.crl_issuer
        else:
            fits = crl.issuer == issuer
        if fits and (not named or named & _names_of_point(point, issuer)):
            reasons = {reason.value for reason in point.reasons or ()}
            yield frozenset(reasons) if reasons else EVERY_REASON


def _names_of_scope(
    crl: x509.CertificateRevocationList, scope: x509.IssuingDistributionPoint | None
) -> Names:
    if scope is None:
        return frozenset()
    if scope.relative_name is not None:
        return _below(crl.issuer, scope.relative_name)
    return frozenset(scope.full_name or ())


def _names_of_point(point: x509.DistributionPoint, issuer: x509.Name) -> Names:
    if point.relative_name is not None:
        above = [n.value for n in point.crl_issuer or () if _is_directory(n)]
        return _below(above[0] if above else issuer, point.relative_name)
    return frozenset(point.full_name or point.crl_issuer or ())


def _is_directory(name: x509.GeneralName) -> bool:
    return isinstance(name, x509.DirectoryName)


def _below(name: x509.Name, relative: x509.RelativeDistinguishedName) -> Names:
    return frozenset({x509.DirectoryName(x509.Name([*name.rdns, relative]))})
