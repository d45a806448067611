"""Parent and child understand each other: values go over as they are."""

import msgspec
import pytest

from hub.judging.handover import Shelf, pack
from hub.judging.protocol import ANSWER_LIMIT, HEADER, Answer, Operation, Request
from hub.model.documents import Identity
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.findings import Chain, Covered, Finding, SignatureKind, Slot
from hub.model.ids import Digest, DocumentKey
from hub.model.knowledge import Knowledge, Needs
from hub.model.verdicts import Verdict
from tests.fakes.outsides import NOON
from tests.unit.pipeline.test_carry import envelope

FINDING = Finding(
    SignatureKind.PDF,
    "attachment 1, Signature1",
    Slot.SIGNATURE,
    attachment=1,
    covers=(Covered.FILE,),
    chain=Chain.TRUSTED,
    signed_at=NOON,
)
ANSWERS = [
    Answer(),
    Answer(needs=Needs(issuers=("CN=Người cấp",), crl_urls=("http://ca/crl",))),
    Answer(written="/spool/a.edxml"),
    Answer(examined=Examined(Digest("a" * 64), fault=Fault(FaultCode.BASE64, "x"))),
    Answer(
        examined=Examined(
            Digest("a" * 64),
            envelope=envelope(),
            verdict=Verdict((FINDING,), "policy-1", "trust-1", main_pdf=1),
            identity=Identity(DocumentKey("b" * 64), Digest("c" * 64)),
            stamp="MẬT",
        )
    ),
]


def there_and_back(value):
    return msgspec.msgpack.decode(msgspec.msgpack.encode(value), type=type(value))


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_arrives_as_it_left(answer):
    assert there_and_back(answer) == answer


def test_a_question_arrives_with_its_knowledge_as_bytes():
    known = pack(
        Knowledge(anchors=(b"\x30\x82",), crls=(b"\x00",), version="trust-1"), Shelf()
    )
    request = Request(
        Operation.EXAMINE,
        "/evidence/a",
        Digest("a" * 64),
        "axis-rest",
        "application/xml",
        NOON,
        knowledge=known,
    )
    assert there_and_back(request) == request


def test_a_length_over_the_limit_can_be_told_from_one_under_it():
    assert HEADER.unpack(HEADER.pack(ANSWER_LIMIT + 1)) == (ANSWER_LIMIT + 1,)
