"""How XML cases are cut, wrapped and asked further: what several chapters need."""

from hub.model.findings import Covered, Field, Finding, Level, StampFact, TimeProof
from hub.model.verdicts import Verdict
from hub.signatures.judge import Ground
from tests.cases.book import Also, Case, Expected, Sort
from tests.cases.room import ground

Edges = tuple[bytes, bytes]

ROOT: Edges = (b"<edXML ", b"</edXML>")
ENVELOPE: Edges = (b"<edXML:edXMLEnvelope", b"</edXML:edXMLEnvelope>")
HEADER: Edges = (b"<edXML:edXMLHeader", b"</edXML:edXMLHeader>")
MESSAGE: Edges = (b"<edXML:MessageHeader", b"</edXML:MessageHeader>")
BODY: Edges = (b"<edXML:edXMLBody", b"</edXML:edXMLBody>")
FILES: Edges = (b"<AttachmentEncoded", b"</AttachmentEncoded>")
SIGNATURE: Edges = (b"<ds:Signature ", b"</ds:Signature>")


def xml_case(
    data: bytes,
    *expected: Expected,
    twin: str = "",
    also: Also | None = None,
    how: Ground | None = None,
) -> Case:
    """A case of one envelope, judged in the usual room."""
    return Case(Sort.XML, data, expected, how or ground(), twin, also)


def cut(xml: bytes, edges: Edges) -> tuple[bytes, bytes, bytes]:
    """Before, the element, after."""
    start = xml.index(edges[0])
    end = xml.index(edges[1], start) + len(edges[1])
    return xml[:start], xml[start:end], xml[end:]


def once(xml: bytes, old: bytes, new: bytes) -> bytes:
    """One replacement that must take place, or the case would show nothing."""
    assert old in xml, old
    return xml.replace(old, new, 1)


def refilled(xml: bytes, name: bytes, text: bytes) -> bytes:
    """The first element of that name (with its prefix) holds another text."""
    start = xml.index(b"<%s>" % name) + len(name) + 2
    return xml[:start] + text + xml[xml.index(b"</%s>" % name, start) :]


def in_signature(xml: bytes, inner: bytes) -> bytes:
    """Hidden in a ds:Object of the signature, which it does not cover."""
    return once(
        xml, b"</ds:Signature>", b"<ds:Object>" + inner + b"</ds:Object></ds:Signature>"
    )


def in_header(xml: bytes, inner: bytes) -> bytes:
    """Hidden in a wrapper of the header."""
    closing = HEADER[1]
    return once(xml, closing, b"<Wrapper>" + inner + b"</Wrapper>" + closing)


def covers(*parts: Covered, signed: bool | None = None) -> Also:
    """The first finding covers exactly these parts; the verdict is "signed" or not."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].covers == parts
        if signed is not None:
            assert Verdict(found).signed is signed

    return also


def fields(*names: Field) -> Also:
    """The first finding covers exactly these business fields."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].fields == names

    return also


def remarks(text: str, *, intact: bool | None = None) -> Also:
    """What is remarked of the last finding, and whether its digests held."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[-1].remark == text
        assert found[-1].intact is intact

    return also


def both(*many: Also) -> Also:
    """All of them."""

    def also(found: tuple[Finding, ...]) -> None:
        for one in many:
            one(found)

    return also


def intact(found: tuple[Finding, ...]) -> None:
    """Its digests hold: only what they are about was moved."""
    assert found[0].intact is True


def broken(found: tuple[Finding, ...]) -> None:
    """Its digests do not hold, so it covers nothing."""
    assert found[0].intact is False
    assert found[0].covers == ()
    assert found[0].fields == ()


def reached(level: Level, proof: TimeProof, *stamps: bool) -> Also:
    """The level that was proven, how the time is known, and which stamps prove it."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].level is level
        assert found[0].time_proof is proof
        assert tuple(map(_proven, found[0].stamps)) == stamps

    return also


def _proven(stamp: StampFact) -> bool:
    return stamp.proven
