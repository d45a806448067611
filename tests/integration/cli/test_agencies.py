"""`hub agencies`: an axis' catalogue from a file into the journal, and look-ups."""

import json
from dataclasses import replace

import pytest

from hub.parts import built
from hub.rehearsal.bulk_agencies import bulk_agencies, vxp_reply
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import set_stage
from hub.sources import load
from tests.acceptance.outsiders import hub

ROWS = [*bulk_agencies(200)]


@pytest.fixture
async def stage(tmp_path):
    """Settings whose journal is there."""
    stage = set_stage(tmp_path, Pki.make(DEFAULT_AT), at=DEFAULT_AT)
    async with built(load(stage.settings), migrate=True):
        return stage


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "danh-ba.json"
    path.write_bytes(vxp_reply(ROWS))
    return path


async def test_a_file_is_taken_and_what_changed_is_told(stage, file):
    code, told = await hub(stage, "agencies", "import", str(file))
    assert (code, "trong tệp" in told) == (0, True)
    file.write_bytes(vxp_reply([replace(ROWS[0], name="Tên mới"), *ROWS[2:]]))
    code, told = await hub(stage, "agencies", "import", str(file))
    assert code == 0
    assert "Tên mới" in told
    assert "không còn" in told
    code, told = await hub(stage, "agencies", "import", str(file), "--json")
    change = json.loads(told)
    assert (code, change["unchanged"], change["changed"]) == (0, 199, 0)


@pytest.mark.full
async def test_a_file_that_was_cut_short_needs_a_person(stage, file):
    await hub(stage, "agencies", "import", str(file))
    file.write_bytes(vxp_reply(ROWS[:100]))
    code, told = await hub(stage, "agencies", "import", str(file))
    assert (code, "--force" in told) == (3, True)
    code, told = await hub(stage, "agencies", "import", str(file), "--force")
    assert (code, "KHÔNG NHẬP" in told) == (0, False)


async def test_what_is_no_catalogue_is_not_taken(stage, file):
    file.write_bytes(vxp_reply(ROWS)[:-9])
    code, told = await hub(stage, "agencies", "import", str(file))
    assert (code, "truncated" in told) == (1, True)


async def test_bad_rows_are_told_with_their_number(stage, file):
    file.write_text("code,name\nH40,UBND tỉnh\n,không mã\n")
    code, told = await hub(stage, "agencies", "import", str(file))
    assert (code, "dòng 2 : không có mã" in told) == (0, True)


@pytest.mark.full
async def test_a_body_is_found_by_old_code_and_by_name(stage, file):
    await hub(stage, "agencies", "import", str(file))
    row = ROWS[60]
    for wanted in (row.code, row.old_code, row.name.upper()):
        code, told = await hub(stage, "agencies", "find", wanted)
        assert (code, row.name in told) == (0, True), wanted
    assert (await hub(stage, "agencies", "find", "khong-co-ai"))[0] == 1
