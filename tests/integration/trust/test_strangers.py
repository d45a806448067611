"""A certificate names addresses: only servers installed or allowed are asked."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from hub.model.findings import Revocation
from hub.rehearsal.pki import ISSUING_LIST, OCSP, Pki
from hub.rehearsal.responder import Mood, Responder
from hub.rehearsal.stage import free_port
from hub.trust.gatherer import Rules
from tests.integration.trust.conftest import DAY, HASTY, NOW


@pytest.fixture
async def elsewhere(desk):
    """A second server of the same authorities, named by nobody here."""
    port = free_port()
    async with Responder(desk.pki, port, desk.clock.now) as responder:
        yield responder


def address(responder, path):
    return f"http://127.0.0.1:{responder.port}/{path}"


async def until(there: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not there():
            await asyncio.sleep(0.02)


async def test_a_server_named_by_a_leaf_alone_is_not_asked(desk, elsewhere, caplog):
    """root -> issuing -> leaf, whose list and responder are on an inner server."""
    leaf = desk.pki.leaf(
        "UBND xã Giao Hà",
        crl_url=address(elsewhere, ISSUING_LIST),
        ocsp_url=address(elsewhere, OCSP),
    )
    worker = await desk.worker()
    for _ in range(2):
        await worker.gather(desk.needs(leaf))
    assert not elsewhere.asked
    noted = [r for r in caplog.records if "not on the list" in r.message]
    assert [r.server for r in noted] == [f"http://127.0.0.1:{elsewhere.port}"]


async def test_the_same_server_is_asked_where_the_settings_allow_it(desk, elsewhere):
    leaf = desk.pki.leaf("UBND xã Giao Hà", crl_url=address(elsewhere, ISSUING_LIST))
    elsewhere.listed[leaf.serial] = NOW - DAY
    rules = Rules(allow=(address(elsewhere, ""),), manner=HASTY)
    worker = await desk.worker(rules)
    found = desk.judged(leaf, await worker.gather(desk.needs(leaf)))
    assert found.revocation is Revocation.REVOKED


async def test_a_server_that_hangs_neither_blocks_another_nor_has_it_blamed(
    desk, elsewhere
):
    """issuing -> six leaves on a server that hangs, one on another that is well."""
    desk.responder.feel(Mood.SLOW)
    leaf = desk.pki.leaf("UBND xã Giao Hà", crl_url=address(elsewhere, ISSUING_LIST))
    many = [desk.pki.leaf(f"UBND xã số {number}") for number in range(6)]
    worker = await desk.worker(Rules(allow=(address(elsewhere, ""),), manner=HASTY))
    first = asyncio.create_task(worker.gather(desk.needs(*many)))
    await until(lambda: desk.responder.asked)
    found = desk.judged(leaf, await worker.gather(desk.needs(leaf)))
    await first
    assert found.revocation is Revocation.GOOD
    assert elsewhere.asked


async def test_who_was_not_asked_for_want_of_a_slot_is_asked_next_time(desk, elsewhere):
    """One slot, taken by a server that hangs; the other is asked once it is free."""
    desk.responder.feel(Mood.SLOW)
    leaf = desk.pki.leaf("UBND xã Giao Hà", crl_url=address(elsewhere, ISSUING_LIST))
    manner = replace(HASTY, at_once=1)
    worker = await desk.worker(Rules(allow=(address(elsewhere, ""),), manner=manner))
    first = asyncio.create_task(worker.gather(desk.needs(desk.pki.leaf("UBND huyện"))))
    await until(lambda: desk.responder.asked)
    await worker.gather(desk.needs(leaf))
    await first
    await until(lambda: elsewhere.asked)


async def test_a_redirect_is_followed_to_a_server_that_may_be_asked(desk, elsewhere):
    leaf = desk.pki.leaf("UBND xã Giao Hà")
    desk.responder.moved_to = f"http://127.0.0.1:{elsewhere.port}"
    rules = Rules(allow=(desk.responder.moved_to,), manner=HASTY)
    worker = await desk.worker(rules)
    assert desk.judged(leaf, await worker.gather(desk.needs(leaf))).passed
    assert elsewhere.asked


async def test_a_redirect_to_any_other_server_is_not_followed(desk, elsewhere):
    leaf = desk.pki.leaf("UBND xã Giao Hà")
    desk.responder.moved_to = f"http://127.0.0.1:{elsewhere.port}"
    worker = await desk.worker()
    assert not (await worker.gather(desk.needs(leaf))).crls
    assert not elsewhere.asked


@pytest.mark.parametrize("to", ["", "http://[bad"])
async def test_redirects_that_lead_in_a_ring_or_nowhere_end(desk, leaf, to):
    desk.responder.moved_to = to or desk.pki.served
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    assert {row.why for row in await worker.lists()} == {"redirects"}


async def test_a_certificate_made_by_a_stranger_makes_nobody_be_asked(desk):
    """A stranger's authority takes the name of ours; its leaf names our own server."""
    forged = Pki.make(NOW, served=desk.pki.served)
    leaf = forged.leaf("UBND huyện Giao Thủy", issuer=forged.other_issuing)
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    assert not desk.responder.asked


async def test_an_inner_address_is_refused_even_where_it_is_named(desk, leaf):
    """An installed authority names 127.0.0.1; outside rehearsals that is nobody's."""
    desk.private = False
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    assert not desk.responder.asked
    rows = await worker.refresh()
    assert {row.why for row in rows} == {"address-not-allowed"}


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1@evil.example/x.crl",
        "http://evil.example\\@127.0.0.1/x.crl",
        "file:///etc/passwd",
        "http://[::1]:22/x.crl",
        "http://127.0.0.1:99999/x.crl",
        "http:///x.crl",
        "http://" + "a" * 3_000,
    ],
)
async def test_odd_addresses_harm_nobody(desk, url):
    leaf = desk.pki.leaf("UBND xã Giao Hải", crl_url=url, ocsp_url=url)
    worker = await desk.worker()
    knowledge = await worker.gather(desk.needs(leaf))
    assert knowledge.anchors
    assert set(desk.responder.asked) <= {"/crl/root.crl", f"/{OCSP}"}


async def test_one_authoritys_list_cannot_take_the_place_of_anothers(desk, leaf):
    """Somebody on the way answers with the root's list, newer and well signed."""
    worker = await desk.worker()
    before = await worker.gather(desk.needs(leaf))
    desk.responder.pki = Pki(
        **{
            name: getattr(desk.pki, name)
            for name in ("at", "root", "other_root", "other_issuing", "tsa", "served")
        },
        issuing=desk.pki.root,
    )
    desk.clock.step(5 * 3600)
    rows = await worker.refresh()
    assert "list of another authority" in {row.why for row in rows}
    assert set(before.crls) & set((await worker.gather(desk.needs(leaf))).crls)
