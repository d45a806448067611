"""What the simulated axis reads of an edXML, tried on every sample there is."""

import pytest

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.edxml_peek import Peeked, glance, peek
from hub.rehearsal.samples import XML


def test_a_sample_is_known_by_its_ids(samples):
    one = samples["report-signed"]
    seen = peek(one.xml)

    assert seen.document_id == one.document_id
    assert seen.sender == "000.00.12.H40"
    assert seen.receivers == one.expected.receivers
    assert seen.notation == "218/BC-SNN"
    assert seen.subject
    assert seen.status == ""


def test_every_receiver_is_seen(samples):
    one = samples["some-receivers-unknown"]
    wanted = {*one.expected.receivers, *one.expected.unknown}

    assert wanted <= set(peek(one.xml).receivers)


def test_nothing_a_sample_holds_breaks_a_glance(samples):
    seen = {name: glance(one.xml) for name, one in samples.items()}

    assert seen["empty"] == Peeked()
    assert {type(one) for one in seen.values()} == {Peeked}
    assert any(one.content_type != XML for one in samples.values())


def test_an_entity_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("told")
    hostile = (
        f'<!DOCTYPE edXML [<!ENTITY e SYSTEM "{tmp_path}/secret">]>'
        "<edXML><MessageHeader><DocumentId>&e;</DocumentId></MessageHeader></edXML>"
    )

    assert "told" not in glance(hostile.encode()).document_id


@pytest.mark.parametrize("data", [b"", b"<edXML>", b"<a/>", b"\xff\xfe", b"{}"])
def test_what_is_no_edxml_is_refused_with_its_code(data):
    with pytest.raises(Refusal) as told:
        peek(data)

    assert told.value.code is Code.FORM
