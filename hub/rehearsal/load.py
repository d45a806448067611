"""Many documents, or heavy ones, made quickly: keys and PDFs are made once."""

from collections.abc import Iterator
from dataclasses import replace

from hub.model.verdicts import Headline
from hub.rehearsal import papers
from hub.rehearsal.cast import AGRICULTURE, Body
from hub.rehearsal.family_a import kit
from hub.rehearsal.parcels import File
from hub.rehearsal.samples import Sample, Scene, delivered, drawn
from hub.rehearsal.tamper import weigh_down
from hub.rehearsal.xmlsigning import sign_xml


def bulk(
    count: int, scene: Scene, *, signed: bool = False, pdf: bytes | None = None
) -> Iterator[Sample]:
    """`count` distinct small reports; with `signed`, each has its XML signature.

    `pdf` goes into all of them, e.g. one signed once; by default an unsigned page.
    """
    paper = papers.report(scene.day)
    parcel = scene.parcel(paper, AGRICULTURE, pdf or drawn(paper).pdf)
    seal = parcel.sender.seal(scene.pki) if signed else None
    headline = Headline.PASSED if signed else Headline.UNSIGNED
    for number in range(1, count + 1):
        one = replace(
            parcel,
            notation=f"{10_000 + number}/BC-SNN",
            subject=f"{parcel.subject} (số {number})",
            receivers=_turn(scene.receivers, number),
        )
        xml = sign_xml(kit(one), seal) if seal else kit(one)
        yield Sample(
            f"bulk-{number:05d}",
            f"Báo cáo số {number}",
            f"Report no. {number}",
            xml,
            delivered(
                replace(scene, receivers=one.receivers), headline, 0 if signed else 1
            ),
            document_id=one.document_id,
            files=(one.files[0].data,),
        )


def large(megabytes: int, scene: Scene, *, signed: bool = True) -> Sample:
    """One report whose PDF weighs `megabytes` (10^6 bytes), as a long scan does."""
    paper = replace(papers.report(scene.day), notation=f"{90_000 + megabytes}/BC-SNN")
    heavy = weigh_down(drawn(paper).pdf, megabytes * 1_000_000)
    name = f"{paper.notation.replace('/', '_')}.pdf"
    parcel = replace(
        scene.parcel(paper, AGRICULTURE, b""),
        files=(File(name, "application/pdf", heavy),),
    )
    xml = sign_xml(kit(parcel), parcel.sender.seal(scene.pki)) if signed else None
    headline = Headline.PASSED if signed else Headline.UNSIGNED
    return Sample(
        f"large-{megabytes}",
        f"Báo cáo {megabytes} MB",
        f"Report of {megabytes} MB",
        xml or kit(parcel),
        delivered(scene, headline, 0 if signed else 1),
        document_id=parcel.document_id,
        files=(heavy,),
    )


def _turn(bodies: tuple[Body, ...], number: int) -> tuple[Body, ...]:
    """One receiver each, in turn, where there are several; else all of them."""
    return (bodies[number % len(bodies)],) if len(bodies) > 1 else bodies
