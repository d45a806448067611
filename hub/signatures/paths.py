"""Paths from a certificate to an anchor: certvalidator's, without any fetching.

Revocation is no part of it (revocation.py), nor are the leaf's own dates.
"""

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import ValidationContext, find_valid_path
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    DisallowedAlgorithmError,
    InvalidCertificateError,
    OCSPValidationError,
    PathBuildingError,
    PathError,
    ValidationError,
)
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
)

from hub.signatures.certificates import (
    UNREADABLE,
    Certificate,
    issued,
    read,
    readable,
)
from hub.signatures.policy import BROKEN_DIGESTS, BROKEN_RSA_BITS, Ground

#: What certvalidator and asn1crypto raise for odd certificates.
FOREIGN = (
    ValidationError,
    PathError,
    CRLValidationError,
    OCSPValidationError,
    *UNREADABLE,
    AssertionError,
    AttributeError,
    IndexError,
    NotImplementedError,
    RecursionError,
    InvalidSignature,
)


class NoPath(Exception):
    """The certificate leads to nobody we know."""


class BadPath(Exception):
    """It leads to an anchor, and the path does not hold."""


class WeakPath(BadPath):
    """The same: a key or a digest in it is broken, anybody could have made it."""


@dataclass(frozen=True, slots=True)
class _Search:
    """What a search for a path starts from; a key of the cache, too."""

    leaf: bytes = field(repr=False)
    others: tuple[bytes, ...] = field(repr=False)
    anchors: tuple[bytes, ...] = field(repr=False)
    tolerance: timedelta


def find_path(
    leaf: Certificate, others: Iterable[bytes], moment: datetime, ground: Ground
) -> tuple[Certificate, ...]:
    """The path from leaf to anchor, leaf first; raises NoPath or BadPath.

    A path is looked for at a moment within the leaf's own dates, so that an expired
    certificate still says whose it was.
    """
    if not ground.knowledge.anchors:
        raise NoPath
    search = _Search(
        leaf.der,
        (*ground.knowledge.intermediates, *vouched(leaf, others, ground)),
        ground.knowledge.anchors,
        max(ground.skew, timedelta(seconds=1)),
    )
    parsed = leaf.parsed
    within = min(max(moment, parsed.not_valid_before_utc), parsed.not_valid_after_utc)
    try:
        known = _usual_path(search)
        if known and all(_held(certificate, within) for certificate in known):
            return known
        return _search(search, within)
    except (PathBuildingError, InvalidCertificateError) as error:
        raise NoPath from error
    except DisallowedAlgorithmError as error:
        raise WeakPath from error
    except FOREIGN as error:
        raise BadPath from error


@lru_cache(maxsize=512)
def _usual_path(search: _Search) -> tuple[Certificate, ...]:
    """The path at the leaf's first day, kept; empty where there is none then.

    A path that holds at one moment holds at every moment at which all of it is in
    date: nothing else in it depends on time.
    """
    try:
        first = read(search.leaf).parsed.not_valid_before_utc
        return _search(search, first)
    except (PathBuildingError, *FOREIGN):
        return ()


def _held(certificate: Certificate, moment: datetime) -> bool:
    parsed = certificate.parsed
    return parsed.not_valid_before_utc <= moment <= parsed.not_valid_after_utc


def _search(search: _Search, moment: datetime) -> tuple[Certificate, ...]:
    own = asn1.Certificate.load(search.leaf)
    context = _context(search, moment)
    paths = context.path_builder.async_build_paths_lazy(own)
    path = _finish(find_valid_path(own, paths, context))
    ders = [bytes(c.dump()) for c in path.iter_certs(include_root=True)]
    return tuple(read(der) for der in reversed(ders))


def _context(search: _Search, moment: datetime) -> ValidationContext:
    weak = DisallowWeakAlgorithmsPolicy(  # type: ignore[no-untyped-call]  # theirs
        weak_hash_algos=BROKEN_DIGESTS, rsa_key_size_threshold=BROKEN_RSA_BITS
    )
    return ValidationContext(
        trust_roots=[asn1.Certificate.load(der) for der in search.anchors],
        other_certs=[asn1.Certificate.load(der) for der in search.others],
        moment=moment,
        allow_fetching=False,
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
        time_tolerance=search.tolerance,
        algorithm_usage_policy=weak,
    )


def _finish(work: Coroutine[Any, Any, ValidationPath]) -> ValidationPath:
    """Run a coroutine that has nothing to wait for, without an event loop.

    Nothing is fetched, so certvalidator never waits; were it to, it ends here.
    """
    try:
        work.send(None)
    except StopIteration as done:
        path: ValidationPath = done.value
        return path
    finally:
        work.close()
    raise NotImplementedError("certvalidator wanted to wait")


def vouched(
    leaf: Certificate, others: Iterable[bytes], ground: Ground
) -> tuple[bytes, ...]:
    """Those of `others` that somebody we know has signed, directly or in steps.

    What nobody vouches for is left out before paths are built: ten certificates of
    one name made by a stranger would take over 100 s to try (ENGINEERING.md A).
    """
    waiting = [c for c in readable(others) if c.der != leaf.der]
    if not waiting:
        return ()
    known = readable((*ground.knowledge.anchors, *ground.knowledge.intermediates))
    kept: list[Certificate] = []
    while found := [c for c in waiting if any(issued(c, by) for by in known)]:
        kept += found
        known = found
        waiting = [c for c in waiting if c not in found]
    return tuple(certificate.der for certificate in kept)
