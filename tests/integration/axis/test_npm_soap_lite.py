"""npm `soap` and SOAP::Lite at the door: strangers to Python and to each other."""

import asyncio
import json
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from adapters.axis.translate import translate_soap
from hub.model.frames import Entity
from hub.model.limits import Limits
from tests.fakes.axis_doors import AXIS_TOKEN, OFFICE_TOKEN
from tests.unit.edxml.look_alikes import layered

pytestmark = pytest.mark.full
HERE = Path(__file__).parent
VERSIONS = pytest.mark.parametrize("version", ["1.1", "1.2"])


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with npm's `soap`, from wherever npm is told to look."""
    folder = tmp_path_factory.mktemp("npm")
    shutil.copy(HERE / "client.js", folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "soap@1"]
    subprocess.run(command, cwd=folder, check=True, timeout=300)
    return folder


async def run(*command: str, cwd: Path) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


def check(axis, sha256: str) -> None:
    """What was sent is in the evidence, and comes out as it was."""
    (offer,) = axis.front.intake.offers
    assert offer.digest == sha256
    body = axis.front.evidence.path(offer.digest).read_bytes()
    entity = Entity(offer.content_type, body)
    assert translate_soap(entity, Limits()).xml == layered()


@VERSIONS
async def test_npm_soap_sends_a_document_and_hears_a_fault(axis, node, version):
    words = (axis.wsdl, AXIS_TOKEN, OFFICE_TOKEN, b64encode(layered()).decode())
    told = json.loads(await run("node", "client.js", *words, version, cwd=node))
    assert told["taken"] is True, told
    check(axis, told["sha256"])
    assert told["status"] == (400 if version == "1.2" else 500)
    assert "unknown-document" in told["fault"]


@VERSIONS
async def test_perl_soap_lite_sends_a_document_and_hears_a_fault(axis, version):
    words = (axis.soap, AXIS_TOKEN, OFFICE_TOKEN, b64encode(layered()).decode())
    told = await run("perl", str(HERE / "client.pl"), *words, version, cwd=HERE)
    lines = told.splitlines()
    assert "taken: true" in lines, told
    sha256 = next(line for line in lines if line.startswith("sha256: "))
    check(axis, sha256.removeprefix("sha256: "))
    assert "fault: yes" in lines
    assert "code: unknown-document" in lines
