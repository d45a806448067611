"""Load is made quickly, and every document of it is its own."""

from dataclasses import replace

from hub.model.verdicts import Headline
from hub.rehearsal.cast import COMMUNES
from hub.rehearsal.load import bulk, large
from tests.unit.rehearsal.raw import certificates


def test_bulk_documents_differ_in_id_and_bytes(scene):
    made = list(bulk(50, scene))
    assert len({sample.document_id for sample in made}) == 50
    assert len({sample.xml for sample in made}) == 50
    assert made[0].expected.headline is Headline.UNSIGNED


def test_signed_bulk_reuses_one_certificate(scene):
    made = list(bulk(5, scene, signed=True))
    assert len({str(certificates(sample.xml)) for sample in made}) == 1
    assert all(sample.expected.paper == 0 for sample in made)


def test_bulk_takes_turns_among_many_receivers(scene):
    many = replace(scene, receivers=COMMUNES)
    made = list(bulk(len(COMMUNES), many))
    found = {code for sample in made for code in sample.expected.receivers}
    assert found == {body.code for body in COMMUNES}


def test_a_large_document_weighs_what_was_asked(scene):
    made = large(2, scene)
    assert 2_000_000 < len(made.files[0]) < 2_100_000
    assert len(certificates(made.xml)) == 1
