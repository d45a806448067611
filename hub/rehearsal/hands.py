"""Signatures put into PDFs the way other tools do it, habit by habit.

Modelled on what the tools' files look like, not on their code: iText (and VGCA's own
tool on top of it), Adobe's and Foxit's. Everything is written by hand (pdf_updates).
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from asn1crypto import cms
from asn1crypto.crl import CertificateList
from asn1crypto.pdf import RevocationInfoArchival
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from hub.rehearsal.foreign import as_asn1_key
from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from hub.rehearsal.pki import Identity, Pki
from hub.rehearsal.signing import VIETNAM, finish, hand

_SUBFILTERS = {"adobe": b"/adbe.pkcs7.detached", "pades": b"/ETSI.CAdES.detached"}
_RANGE = b"[0 0000000000 0000000000 0000000000]"

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Habit:
    """How one tool writes a signature into a file."""

    subfilter: str = "adobe"
    digest: str = "sha256"
    #: With a time stamp of the TSA at the same moment.
    timestamp: bool = False
    #: Cross-references as a stream, not a table.
    xref_stream: bool = False
    #: Room for the CMS, bytes; the rest is zeros.
    room: int = 8_192
    #: Numbers taken and never used stand in the table as free.
    frees: bool = False
    #: The page tree's root and the page's font written again as they were.
    rewrites: bool = False
    #: Info with a new ModDate and Producer.
    info: bool = False
    #: Fonts and a default appearance in the form.
    resources: bool = False
    #: The page's /Annots as an object of its own.
    annotations_apart: bool = False
    #: /Extensions and /Version in the catalogue.
    extensions: bool = False
    #: The file certified with this DocMDP level, under /Perms.
    certifies: int = 0
    #: CRLs (DER) among the signed attributes (adbe-revocationInfoArchival).
    archives: tuple[bytes, ...] = field(default=(), repr=False)
    #: RSASSA-PSS instead of PKCS #1 v1.5.
    pss: bool = False


#: iText 5 and 7 in append mode.
ITEXT = Habit(frees=True, rewrites=True, info=True, resources=True)
ITEXT_PADES = replace(ITEXT, subfilter="pades", timestamp=True)
#: VGCA Sign of before 2019.
VGCA_OLD = replace(ITEXT, digest="sha1", timestamp=True, room=16_384)
#: The same today.
VGCA = replace(VGCA_OLD, digest="sha256")
ADOBE = Habit(
    xref_stream=True, info=True, annotations_apart=True, extensions=True, resources=True
)
FOXIT = Habit(info=True, annotations_apart=True, rewrites=True)

HABITS = {
    "itext": ITEXT,
    "itext-pades": ITEXT_PADES,
    "vgca": VGCA,
    "adobe": ADOBE,
    "foxit": FOXIT,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Who signs what where."""

    signer: Identity
    pki: Pki
    at: datetime
    field: str = "Signature1"
    box: Box = (300, 140, 400, 240)


def sign_by_hand(
    pdf: bytes, habit: Habit, wish: Wish, update: Update | None = None
) -> bytes:
    """The file with one more signature; `update` may have written other things."""
    update = update or Update(pdf)
    value = update.put(_signature(habit, wish))
    widget = update.put(_widget(update, wish, value))
    _on_page(update, widget, habit)
    _in_form(update, widget, value, habit)
    if habit.rewrites:
        _again(update)
    if habit.frees:
        update.freed |= {update.reserve(), update.reserve()}
    if habit.info:
        _info(update, wish)
    data = update.stream() if habit.xref_stream else update.table()
    return fill(data, habit, wish)


def _signature(habit: Habit, wish: Wish) -> bytes:
    local = wish.at.astimezone(VIETNAM)
    entries = {
        "/Type": b"/Sig",
        "/Filter": b"/Adobe.PPKLite",
        "/SubFilter": _SUBFILTERS[habit.subfilter],
        "/M": b"(D:%s+07'00')" % f"{local:%Y%m%d%H%M%S}".encode(),
        "/ByteRange": _RANGE,
        "/Contents": b"<" + b"0" * (2 * habit.room) + b">",
    }
    if habit.certifies:
        entries["/Reference"] = (
            b"[<</Type/SigRef/TransformMethod/DocMDP"
            b"/TransformParams<</Type/TransformParams/V/1.2/P %d>>>>]" % habit.certifies
        )
    return dictionary(entries)


def _widget(update: Update, wish: Wish, value: int) -> bytes:
    left, bottom, right, top = wish.box
    box = b"[0 0 %d %d]" % (right - left, top - bottom)
    form = {"/Type": b"/XObject", "/Subtype": b"/Form", "/BBox": box}
    blank = update.put(stream(b"% DSBlank", form))
    drawn = update.put(stream(b"0.8 0 0 RG 2 w 5 5 60 60 re S", form))
    resources = b"<</XObject<</n0 %s/n2 %s>>>>" % (refer(blank), refer(drawn))
    look = update.put(
        stream(b"q /n0 Do Q q /n2 Do Q", {**form, "/Resources": resources})
    )
    return dictionary(
        {
            "/Type": b"/Annot",
            "/Subtype": b"/Widget",
            "/FT": b"/Sig",
            "/T": b"(%s)" % wish.field.encode(),
            "/V": refer(value),
            "/F": b"132",
            "/P": refer(update.page),
            "/Rect": b"[%d %d %d %d]" % wish.box,
            "/AP": b"<</N %s>>" % refer(look),
        }
    )


def _on_page(update: Update, widget: int, habit: Habit) -> None:
    numbers = _numbers(update.reader.root["/Pages"]["/Kids"][0], "/Annots")
    members = b"[%s]" % b" ".join(refer(n) for n in (*numbers, widget))
    if habit.annotations_apart:
        members = refer(update.put(members))
    if update.page in update.objects:
        raise ValueError("the page is written already")
    update.change(update.page, {"/Annots": members})


def _in_form(update: Update, widget: int, value: int, habit: Habit) -> None:
    root = update.reader.root
    numbers = _numbers(root["/AcroForm"], "/Fields") if "/AcroForm" in root else []
    entries = {"/Fields": b"[%s]" % b" ".join(refer(n) for n in (*numbers, widget))}
    entries["/SigFlags"] = b"3"
    if habit.resources:
        font = update.put(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
        entries["/DR"] = b"<</Font<</Helv %s>>>>" % refer(font)
        entries["/DA"] = b"(/Helv 0 Tf 0 g )"
    more = {"/AcroForm": dictionary(entries)}
    if habit.extensions:
        more["/Extensions"] = b"<</ADBE<</BaseVersion/1.7/ExtensionLevel 8>>>>"
        more["/Version"] = b"/1.7"
    if habit.certifies:
        more["/Perms"] = b"<</DocMDP %s>>" % refer(value)
    update.change(update.root, more)


def _numbers(holder: DictionaryObject, key: str) -> list[int]:
    """Numbers of what an array in a dictionary refers to; none where it is not."""
    if key not in holder:
        return []
    array = holder[key]
    return [int(array.raw_get(index).idnum) for index in range(len(array))]


def _again(update: Update) -> None:
    """The root of the page tree, and what the first page's resources refer to."""
    update.again(int(update.reader.root.raw_get("/Pages").idnum))
    fonts = update.reader.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    for name in fonts:
        update.again(int(fonts.raw_get(name).idnum))


def _info(update: Update, wish: Wish) -> None:
    moment = f"{wish.at.astimezone(VIETNAM):%Y%m%d%H%M%S}".encode()
    entries = {"/Producer": b"(Dien tap; modified)", "/ModDate": b"(D:%s)" % moment}
    update.trailer["/Info"] = refer(update.put(dictionary(entries)))


def fill(data: bytes, habit: Habit, wish: Wish) -> bytes:
    """Put byte range and CMS into the last signature that was left open."""
    mark = data.rindex(_RANGE)
    start = data.index(b"<", mark)
    end = data.index(b">", start) + 1
    numbers = (start, end, len(data) - end)
    found = b"[0 %d %d %d]" % numbers
    data = data[:mark] + found.ljust(len(_RANGE)) + data[mark + len(_RANGE) :]
    signed = data[:start] + data[end:]
    der = signed_cms(hashlib.new(habit.digest, signed).digest(), habit, wish)
    return data[: start + 1] + der.hex().encode() + data[start + 1 + 2 * len(der) :]


def _archive(crls: tuple[bytes, ...]) -> RevocationInfoArchival | None:
    if not crls:
        return None
    return RevocationInfoArchival({"crl": [CertificateList.load(c) for c in crls]})


def signed_cms(digest: bytes, habit: Habit, wish: Wish) -> bytes:
    """A detached CMS over a digest, leaf-only as official tools write it."""
    settings = PdfCMSSignedAttributes(
        signing_time=None
        if habit.subfilter == "pades"
        else wish.at.astimezone(VIETNAM),
        adobe_revinfo_attr=_archive(habit.archives),
    )
    signer = hand(wish.signer)
    if habit.pss:
        key = as_asn1_key(wish.signer.key)
        signer = SimpleSigner(signer.signing_cert, key, signer.cert_registry)
        signer.prefer_pss = True
    work = signer.async_sign(
        data_digest=digest,
        digest_algorithm=habit.digest,
        use_pades=habit.subfilter == "pades",
        timestamper=wish.pki.timestamper(wish.at) if habit.timestamp else None,
        signed_attr_settings=settings,
    )
    found: cms.ContentInfo = finish(work)
    return bytes(found.dump())
