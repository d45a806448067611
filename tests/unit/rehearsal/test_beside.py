"""Files laid beside an edXML: the hub's own translator and reader find them again."""

import json

import pytest

from adapters.axis.pulled import translate
from hub.edxml import reader
from hub.model.envelopes import FileState
from hub.model.frames import Entity
from hub.model.ids import digest_of
from hub.model.limits import Limits
from hub.rehearsal.beside import laid_beside
from hub.rehearsal.called_axis import AxisSimulator
from tests.unit.rehearsal.vendor import HUB, calling, edxml

WHOLE = ("report-unsigned", "letter-signed", "report-signed")


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("beside", [True, False])
async def test_the_hub_reads_the_same_files_either_way(samples, name, beside):
    sample = samples[name]
    async with calling(axis := AxisSimulator([HUB], beside=beside)) as vendor:
        axis.put("HUB", "doc-1", sample.xml)
        await vendor.log_in()
        _, told = await vendor.lgsp("GET", "/v1/getEdoc", params={"docId": "doc-1"})
    form = "application/json; form=lgsp-getedoc"
    frame = translate(Entity(form, json.dumps(told).encode()), Limits())
    reading = reader.read(frame, Limits())

    files = reading.envelope.attachments
    assert frame.beside is beside
    assert [one.state for one in files] == [FileState.SOUND] * len(sample.files)
    assert [one.digest for one in files] == [digest_of(data) for data in sample.files]


def test_nothing_else_of_the_edxml_changes(samples):
    whole = samples["report-signed"].xml
    bare, files = laid_beside(whole)

    before, _, after = whole.partition(b"<AttachmentEncoded")
    assert bare == before + after.partition(b"</AttachmentEncoded>")[2]
    assert len(files) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no XML",
        edxml(),
        edxml(more="<AttachmentEncoded></AttachmentEncoded>"),
        edxml(more="<AttachmentEncoded><Attachment/></AttachmentEncoded>" * 2),
    ],
)
def test_what_has_no_files_or_cannot_be_read_stays_as_it_is(data):
    assert laid_beside(data) == (data, [])
