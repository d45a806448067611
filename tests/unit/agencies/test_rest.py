"""The REST door of agencies: whose shelf it is, says the token and nothing else."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hub import problems
from hub.agencies.rest import RestDoor, Room
from hub.errors import EvidenceUnavailable, JournalUnavailable, NotAllowed
from hub.journal.leasing import Lease
from hub.model.agencies import Agency, AgencyKind
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, Digest, digest_of
from hub.model.shelf import Standing
from tests.fakes.kits import ListeningIntake, OpenAccess
from tests.fakes.outsides import NOON, MemoryEvidence, SteppingClock

AN = Agency(
    code=AgencyCode("000.24.37.H40"),
    name="UBND xã Giao An",
    kind=AgencyKind.COMMUNE,
    queue="xa-giao-an",
    aliases=(AgencyCode("H40.37.24"),),
)
HA = replace(AN, code=AgencyCode("000.26.37.H40"), queue="xa-giao-ha", aliases=())
BODY = b"<edXML>normal</edXML>"
ONE = "6f1b7a52-6f0e-5c37-9a44-5f2f6e3c7d10"
HUB = "https://truc.example.vn"


@dataclass
class OneShelf:
    """Implements the door's Shelf over one agency's things, and listens."""

    queue: str = AN.queue
    things: dict[str, Standing] = field(default_factory=dict)
    leases: list[Lease] = field(default_factory=list)
    heard: list[tuple[str, ...]] = field(default_factory=list)
    trouble: Exception | None = None

    def _own(self, queue: str) -> list[Standing]:
        if self.trouble:
            raise self.trouble
        return list(self.things.values()) if queue == self.queue else []

    async def lease(self, wish: Lease) -> list[Standing]:
        self.leases.append(wish)
        return [
            replace(one, lease_until=wish.until, leases=1)
            for one in self._own(wish.queue)[: wish.most]
        ]

    async def look(self, queue: str, most: int) -> list[Standing]:
        return self._own(queue)[:most]

    async def find(self, queue: str, message_id: str) -> Standing | None:
        return next((t for t in self._own(queue) if t.id == message_id), None)

    async def fetched(self, queue: str, message_id: str, at: datetime) -> None:
        self.heard.append(("fetched", message_id))

    async def acknowledge(self, queue: str, message_id: str, at: datetime) -> bool:
        known = await self.find(queue, message_id) is not None
        if known:
            self.heard.append(("acknowledged", message_id))
        return known

    async def reject(
        self, queue: str, message_id: str, words: str, at: datetime
    ) -> bool:
        known = await self.find(queue, message_id) is not None
        if known:
            self.heard.append(("rejected", message_id, words))
        return known


class FolderEvidence(MemoryEvidence):
    """Kept bytes that are also files."""

    def __init__(self, folder) -> None:
        super().__init__()
        self.folder, self.trouble = folder, None

    async def keep(self, chunks, limit: int):
        if self.trouble:
            raise self.trouble
        return await super().keep(chunks, limit)

    def path(self, digest: Digest):
        return self.folder / digest


class Bench:
    """The door with everything behind it visible."""

    def __init__(self, folder) -> None:
        self.access = OpenAccess(
            agencies={"an": AN.code, "ha": HA.code, "nobody": AgencyCode("000.99.H40")}
        )
        self.shelf, self.intake = OneShelf(), ListeningIntake()
        self.evidence, self.clock = FolderEvidence(folder), SteppingClock()
        digest = digest_of(BODY)
        (folder / digest).write_bytes(BODY)
        headers = {
            "content_type": "application/edxml+xml",
            "document_id": "d-1",
            "paper": 1,
            "body": "claim",
            "body_size": len(BODY),
            "body_url": "elsewhere",
        }
        self.shelf.things[ONE] = Standing(ONE, "deliver", NOON, headers, digest)

    def app(self, limit: int = 1_000) -> web.Application:
        room = Room(
            access=self.access,
            shelf=self.shelf,
            intake=self.intake,
            evidence=self.evidence,
            clock=self.clock,
            public_url=HUB,
            limit=limit,
        )
        app = web.Application()
        app.add_routes(RestDoor(room, [AN, HA]).routes())
        return app


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
async def client(bench):
    async with TestClient(TestServer(bench.app())) as one:
        yield one


def as_(token: str, **headers: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **headers}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "deliveries"),
        ("POST", "deliveries/lease"),
        ("GET", f"deliveries/{ONE}"),
        ("POST", f"deliveries/{ONE}/acknowledge"),
        ("POST", f"deliveries/{ONE}/reject"),
        ("POST", "documents"),
        ("POST", "statuses"),
    ],
)
class TestEveryRoute:
    """Each route of the door, each caller who is not the agency."""

    async def test_without_a_token_nobody_hears_anything(self, client, method, path):
        for headers in ({}, {"Authorization": "Basic x"}, as_("wrong")):
            found = await client.request(
                method, f"/agencies/v1/{path}", headers=headers
            )
            assert found.status == 401
            assert (await found.json())["code"] == "credentials"
            assert found.headers["WWW-Authenticate"] == "Bearer"

    async def test_two_tokens_are_none(self, client, method, path):
        headers = [("Authorization", "Bearer an"), ("Authorization", "Bearer ha")]
        found = await client.request(method, f"/agencies/v1/{path}", headers=headers)
        assert found.status == 401

    async def test_a_token_of_nobody_in_the_registry_opens_nothing(
        self, client, method, path
    ):
        found = await client.request(
            method, f"/agencies/v1/{path}", headers=as_("nobody")
        )
        assert found.status == 401

    async def test_another_agency_reaches_nothing_of_it(
        self, client, bench, method, path
    ):
        body = {"reason": "x"} if path.endswith("reject") else None
        found = await client.request(
            method, f"/agencies/v1/{path}", headers=as_("ha"), json=body
        )
        assert ONE not in await found.text()
        assert found.status in {200, 404, 415}
        assert not bench.shelf.heard

    async def test_a_journal_that_is_away_is_told_as_later(
        self, client, bench, method, path
    ):
        bench.shelf.trouble = JournalUnavailable("away")
        bench.evidence.trouble = EvidenceUnavailable("full")
        kind = {"Content-Type": "application/xml"} if "deliver" not in path else {}
        body = b'{"reason":"x"}' if path.endswith("reject") else b""
        found = await client.request(
            method, f"/agencies/v1/{path}", headers=as_("an", **kind), data=body
        )
        assert (found.status, found.headers["Retry-After"]) == (503, "5")


async def test_what_waits_is_shown_as_a_consumer_of_a_queue_gets_it(client):
    found = await client.get("/agencies/v1/deliveries", headers=as_("an"))
    (one,) = (await found.json())["deliveries"]
    assert one == {
        "message_id": ONE,
        "kind": "deliver",
        "since": "2019-12-02T05:00:00+00:00",
        "leased_until": None,
        "leases": 0,
        "content_url": f"{HUB}/agencies/v1/deliveries/{ONE}",
        "content_type": "application/edxml+xml",
        "content_sha256": digest_of(BODY),
        "content_size": len(BODY),
        "headers": {"document_id": "d-1", "paper": 1},
    }


async def test_a_lease_says_until_when(client, bench):
    found = await client.post(
        "/agencies/v1/deliveries/lease",
        headers=as_("an"),
        json={"most": 5, "seconds": 60},
    )
    (one,) = (await found.json())["deliveries"]
    assert one["leased_until"] == "2019-12-02T05:01:00+00:00"
    until = NOON + timedelta(seconds=60)
    assert bench.shelf.leases == [Lease(AN.queue, 5, NOON, until)]


async def test_a_lease_without_a_word_is_ten_for_five_minutes(client, bench):
    assert (
        await client.post("/agencies/v1/deliveries/lease", headers=as_("an"))
    ).status == 200
    (wish,) = bench.shelf.leases
    assert (wish.most, wish.until) == (10, NOON + timedelta(minutes=5))


@pytest.mark.parametrize(
    "said",
    [
        {"most": 0},
        {"most": 101},
        {"most": True},
        {"most": 2.5},
        {"most": "²"},
        {"seconds": 9},
        {"seconds": 3601},
        {"seconds": -60},
        {"seconds": None},
        {"seconds": []},
    ],
)
async def test_what_no_lease_may_be_is_refused_with_its_place(client, bench, said):
    found = await client.post(
        "/agencies/v1/deliveries/lease", headers=as_("an"), json=said
    )
    told = await found.json()
    assert (found.status, told["code"]) == (400, "frame")
    assert told["place"] == next(iter(said))
    assert not bench.shelf.leases


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 4_000, b"null"])
async def test_what_is_no_json_object_is_refused(client, body):
    found = await client.post(
        "/agencies/v1/deliveries/lease", headers=as_("an"), data=body
    )
    assert (found.status, (await found.json())["code"]) == (400, "frame")


async def test_a_long_request_is_not_read_to_its_end(client):
    found = await client.post(
        "/agencies/v1/deliveries/lease", headers=as_("an"), data=b" " * 5_000
    )
    assert (found.status, (await found.json())["code"]) == (413, "too-large")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "", "1" * 400])
async def test_a_list_has_its_limits(client, limit):
    found = await client.get(
        f"/agencies/v1/deliveries?limit={limit}", headers=as_("an")
    )
    assert (found.status, (await found.json())["place"]) == (400, "limit")


async def test_the_body_comes_whole_and_is_known_to_have(client, bench):
    found = await client.get(f"/agencies/v1/deliveries/{ONE}", headers=as_("an"))
    assert await found.read() == BODY
    assert found.content_type == "application/edxml+xml"
    assert found.headers["Digest"] == f"sha-256={digest_of(BODY)}"
    assert (
        await client.get("/agencies/v1/deliveries", headers=as_("an"))
    ).status == 200
    assert bench.shelf.heard == [("fetched", ONE)]


async def test_only_asking_for_the_head_takes_nothing(client, bench):
    found = await client.head(f"/agencies/v1/deliveries/{ONE}", headers=as_("an"))
    assert (found.status, bench.shelf.heard) == (405, [])


async def test_what_was_erased_is_told_as_not_there(client, bench):
    bench.evidence.path(digest_of(BODY)).unlink()
    found = await client.get(f"/agencies/v1/deliveries/{ONE}", headers=as_("an"))
    told = await found.json()
    assert (found.status, told["code"]) == (404, "no-such-delivery")
    assert told["message"]
    assert not bench.shelf.heard


async def test_an_acknowledgement_is_heard_and_twice_is_the_same(client, bench):
    url = f"/agencies/v1/deliveries/{ONE}/acknowledge"
    for _ in range(2):
        assert (await client.post(url, headers=as_("an"))).status == 204
    assert set(bench.shelf.heard) == {("acknowledged", ONE)}


async def test_a_refusal_wants_its_reason(client, bench):
    url = f"/agencies/v1/deliveries/{ONE}/reject"
    for said in ({}, {"reason": " "}, {"reason": 5}):
        found = await client.post(url, headers=as_("an"), json=said)
        assert (found.status, (await found.json())["place"]) == (400, "reason")
    assert not bench.shelf.heard
    found = await client.post(
        url, headers=as_("an"), json={"reason": " Hỏng tệp " + "x" * 600}
    )
    assert found.status == 204
    ((_, _, words),) = bench.shelf.heard
    assert (words[:8], len(words)) == ("Hỏng tệp", 500)


async def test_a_reason_that_is_no_text_is_kept_as_far_as_it_is_one(client, bench):
    url = f"/agencies/v1/deliveries/{ONE}/reject"
    data = b'{"reason": "h\\ud800ng"}'
    found = await client.post(url, headers=as_("an"), data=data)
    assert found.status == 204
    assert bench.shelf.heard == [("rejected", ONE, "h?ng")]


async def test_a_number_without_end_is_no_number(client):
    url = f"/agencies/v1/deliveries?limit={'9' * 5000}"
    found = await client.get(url, headers=as_("an"))
    assert (found.status, (await found.json())["place"]) == (400, "limit")


@pytest.mark.parametrize("path", ["..%2f..", "a" * 65, "a%00", "a.b"])
async def test_a_name_that_is_no_message_id_is_none(client, path):
    found = await client.get(f"/agencies/v1/deliveries/{path}", headers=as_("an"))
    assert found.status == 404


@pytest.mark.parametrize("kind", ["documents", "statuses"])
async def test_what_an_agency_sends_is_an_arrival_of_its_own(client, bench, kind):
    found = await client.post(
        f"/agencies/v1/{kind}",
        headers=as_(
            "an", **{"Content-Type": "application/xml", "Idempotency-Key": "k-1"}
        ),
        data=b"<edXML/>",
    )
    told = await found.json()
    assert (found.status, told["repeated"]) == (202, False)
    (offer,) = bench.intake.offers
    assert (offer.source.name, offer.source.door) == (
        "agency.xa-giao-an",
        "agency-rest",
    )
    assert offer.source.codes == (AN.code, *AN.aliases)
    assert not offer.source.carrier
    assert (offer.door_id, offer.strict_id) == ("k-1", True)
    assert offer.digest == told["sha256"] == digest_of(b"<edXML/>")


async def test_without_a_key_the_bytes_are_the_identity(client, bench):
    for _ in range(2):
        found = await client.post(
            "/agencies/v1/documents",
            headers=as_("an", **{"Content-Type": "application/xml"}),
            data=b"<edXML/>",
        )
    assert (await found.json())["repeated"] is True
    (offer,) = bench.intake.offers
    assert not offer.strict_id


async def test_a_status_may_be_json_and_a_document_may_not(client, bench):
    said = json.dumps({"status": "03", "about": ONE}).encode()
    kind = as_("an", **{"Content-Type": "application/json"})
    ok = await client.post("/agencies/v1/statuses", headers=kind, data=said)
    assert ok.status == 202
    refused = await client.post("/agencies/v1/documents", headers=kind, data=said)
    assert (refused.status, (await refused.json())["code"]) == (415, "content-type")
    assert len(bench.intake.offers) == 1


async def test_what_is_too_large_is_refused(client, bench):
    kind = as_("an", **{"Content-Type": "application/xml"})
    found = await client.post("/agencies/v1/documents", headers=kind, data=b"x" * 1_001)
    assert (found.status, (await found.json())["code"]) == (413, "too-large")
    assert not bench.intake.offers


async def test_too_many_requests_are_told_as_such(client, bench):
    class Busy(OpenAccess):
        def agency(self, authorization: str) -> AgencyCode:
            raise NotAllowed(Fault(FaultCode.RATE))

    bench.access = Busy()
    async with TestClient(TestServer(bench.app())) as other:
        found = await other.get("/agencies/v1/deliveries", headers=as_("an"))
    assert found.status == problems.STATUS[FaultCode.RATE] == 429


async def test_a_token_of_an_alias_is_the_agencys_and_of_its_heir_is_not(bench):
    """Who took over asks with its own token, and the old one's is the old one's."""
    before = replace(
        AN,
        code=AgencyCode("000.50.37.H40"),
        aliases=(),
        queue="xa-cu",
        valid_until=date(2018, 12, 31),
        successors=(AN.code,),
    )
    bench.access.agencies |= {"alias": AN.aliases[0], "before": before.code}
    room = Room(
        access=bench.access,
        shelf=bench.shelf,
        intake=bench.intake,
        evidence=bench.evidence,
        clock=bench.clock,
        public_url=HUB,
        limit=10,
    )
    app = web.Application()
    app.add_routes(RestDoor(room, [AN, before]).routes())
    async with TestClient(TestServer(app)) as other:
        found = await other.get("/agencies/v1/deliveries", headers=as_("alias"))
        assert len((await found.json())["deliveries"]) == 1
        found = await other.get("/agencies/v1/deliveries", headers=as_("before"))
        assert (await found.json())["deliveries"] == []
