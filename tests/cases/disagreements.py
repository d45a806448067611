"""Where xmlsec1 or pdfsig say otherwise than the hub, and why that is well.

One line a disagreement: which cases, what the hub says, what the other says, and the
reason. A disagreement that is not listed fails its case; one that is listed and does
not occur any more fails too.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.cases.opinions import Opinion, Said

HOLDS, BROKEN, SILENT = Said.HOLDS, Said.BROKEN, Said.SILENT
YES, NO = "yes", "no"

#: A point on which two judges may differ, and what each says of it.
Point = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """A disagreement that is understood."""

    #: Names of cases, `*` for any letters.
    cases: str
    point: str
    ours: str
    theirs: str
    why: str

    def explains(self, name: str, point: Point) -> bool:
        """Whether it is this one."""
        same = (self.point, self.ours, self.theirs) == point
        return same and any(fnmatchcase(name, one) for one in self.cases.split())


def points(ours: Opinion, theirs: Opinion) -> list[Point]:
    """Where the two differ; chain and extent only where both say that it holds."""
    if ours.math is not theirs.math:
        return [("math", ours.math, theirs.math)]
    if ours.math is not HOLDS:
        return []
    asked = (
        ("chain", ours.chain, theirs.chain),
        ("whole", ours.whole, theirs.whole),
    )
    return [
        (point, YES if one else NO, YES if other else NO)
        for point, one, other in asked
        if None not in {one, other} and one != other
    ]


KNOWN: tuple[Known, ...] = (
    # xmlsec1: what it computes and we refuse to
    Known(
        "chain-ways/more_certificates_than_anybody_needs xades/pile_of_crls"
        " refusals/thirty_one_references refusals/one_signature_too_many"
        " refusals/too_large_to_read_plainly",
        "math",
        SILENT,
        HOLDS,
        "over a limit of ours: piles are not looked at (issue, item 8)",
    ),
    Known(
        "refusals/key_without_certificate",
        "math",
        SILENT,
        HOLDS,
        "a bare KeyValue verifies and says nothing of who signed; we ask for a"
        " certificate",
    ),
    Known(
        "refusals/doctype",
        "math",
        SILENT,
        HOLDS,
        "libxml2 reads a DOCTYPE; we refuse it before a parser sees it",
    ),
    Known(
        "chain-ways/extension_given_twice",
        "math",
        SILENT,
        HOLDS,
        "OpenSSL reads a certificate with an extension twice; RFC 5280 4.2 forbids it"
        " and `cryptography` refuses the certificate",
    ),
    # xmlsec1: what it finds broken and we do not even begin
    Known(
        "refusals/xslt refusals/xpath refusals/xpath_filter_2"
        " refusals/two_canonicalizations refusals/xpointer_to_the_root"
        " refusals/xpointer_to_an_id refusals/no_address refusals/manifest"
        " refusals/method_with_md5 refusals/digest_md5 refusals/digest_unknown",
        "math",
        SILENT,
        BROKEN,
        "the case changes SignedInfo without signing it anew: computed, it is broken;"
        " we refuse the transform, address or algorithm and compute nothing",
    ),
    Known(
        "refusals/instruction_beside_the_root",
        "math",
        SILENT,
        BROKEN,
        "it signs what stands beside the root, too; we refuse such documents",
    ),
    Known(
        "xml/inherited_xml_attribute",
        "math",
        SILENT,
        BROKEN,
        "xml:* attributes of ancestors under inclusive C14N: theirs inherits them,"
        " ours refuses to guess",
    ),
    # xmlsec1: what it cannot do
    Known(
        "wrapping/envelope_inside_another wrapping/other_parts_share_an_id",
        "math",
        HOLDS,
        SILENT,
        "told which attributes are Ids it refuses a document with any Id twice; we"
        " compute and say that what was signed is not the document",
    ),
    Known(
        "xml/rsa_pss",
        "math",
        HOLDS,
        SILENT,
        "xmlsec1 1.2.37 knows no RSA-PSS",
    ),
    Known(
        "xml/key_beside_the_certificate",
        "math",
        HOLDS,
        BROKEN,
        "it takes the first key of KeyInfo, a bare KeyValue of somebody else; we take"
        " certificates only",
    ),
    Known(
        "xml/ecdsa_of_another_length",
        "math",
        BROKEN,
        SILENT,
        "it stops at a signature value of the wrong length; to us that is broken",
    ),
    # what xmlsec1 says of chains
    Known(
        "dates/expired_without_any_time dates/not_yet_valid_without_any_time"
        " xades/*_before_its_certificate_ended",
        "chain",
        YES,
        NO,
        "OpenSSL asks for dates at the one moment it is given; to us a path is one"
        " thing and the certificate's dates at the proven moment another",
    ),
    Known(
        "xades/level_lt xades/level_lt_by_ocsp xades/crl_of_a_stranger_offered",
        "chain",
        YES,
        NO,
        "the sub-CA stands in XAdES' CertificateValues, which xmlsec1 does not read",
    ),
    Known(
        "chain-ways/pile_beside_the_real_one",
        "chain",
        YES,
        NO,
        "OpenSSL follows the first issuer of that name and gives up; we leave out what"
        " nobody vouches for",
    ),
    Known(
        "chain-ways/ca_signed_with_md5",
        "chain",
        NO,
        YES,
        "OpenSSL at its lowest level lets MD5 pass",
    ),
    Known(
        "revocations/ca_revoked",
        "chain",
        NO,
        YES,
        "xmlsec1 is given no revocation lists",
    ),
    # pdfsig
    Known(
        "pdf-ranges/an_empty_byte_range pdf-ranges/a_negative_byte_range"
        " pdf-ranges/a_byte_range_past_the_end",
        "math",
        BROKEN,
        SILENT,
        "poppler does not compute a byte range that cannot be; to us it is broken",
    ),
    Known(
        "pdf-lasting/a_document_stamp_over_changed_text",
        "math",
        BROKEN,
        SILENT,
        "poppler 22.12 does not check document time stamps (ETSI.RFC3161)",
    ),
    Known(
        "pdf-lasting/* pdf-certified/validation_data_after_no_changes",
        "math",
        HOLDS,
        SILENT,
        "poppler 22.12 does not check document time stamps (ETSI.RFC3161)",
    ),
    Known(
        "pdf-ranges/content_inside_the_cms"
        " pdf-ranges/an_old_subfilter_with_sha1_inside",
        "math",
        SILENT,
        BROKEN,
        "the CMS brings its own content; poppler digests the file, we refuse the form",
    ),
    Known(
        "pdf-ranges/cades_that_names_another_certificate",
        "math",
        SILENT,
        HOLDS,
        "poppler does not compare the signing-certificate attribute",
    ),
    Known(
        "pdf-ranges/more_certificates_than_looked_at",
        "math",
        SILENT,
        HOLDS,
        "over a limit of ours: piles are not looked at (issue, item 8)",
    ),
    Known(
        "pdf-hybrids/two_files_in_one_signed",
        "whole",
        NO,
        YES,
        "every byte is covered, and two readers see two files: poppler counts bytes",
    ),
)
