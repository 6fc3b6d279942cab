"""Forwarding over HTTP, from our LRS to our LRS: attachments, both versions, two hops, and round in a ring."""

import random
import threading
import uuid

import pytest
from flask import Flask
from werkzeug.serving import make_server

from xapi.clock import random_ids
from xapi.database import open_database
from xapi.lrs.compare import same_bodies
from xapi.lrs.forwarding import ForwardDesk, Forwarder, ForwardStore, NewTarget, Sealer
from xapi.lrs.forwarding.client import connect_http
from xapi.lrs.web import blueprint
from xapi.queue.worker import Backoff
from xapi.testing import INSTITUTION, FixedClock, embedded_lrs, encoded, make_agent, make_principal, make_statement
from xapi.vocabulary import VOIDED

CERTIFICATE = {
    "usageType": "https://w3id.org/jampel/attachments/sertifikat",
    "display": {"id": "Sertifikat"},
    "contentType": "text/plain",
    "length": 3,
    "sha2": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
}


class House:
    """An LRS on HTTP that can forward."""

    def __init__(self, folder, name: str) -> None:
        folder.mkdir()
        self.clock = FixedClock()
        self.parts = embedded_lrs(folder, self.clock, random_ids)
        store = ForwardStore(open_database(folder / "lrs.db", durability="NORMAL"), INSTITUTION)
        sealer = Sealer(name.encode().ljust(32, b"."))
        self.desk = ForwardDesk(store, self.parts.statements, sealer, self.clock, random_ids)
        self.forwarder = Forwarder(
            store, self.parts.statements, sealer, connect_http,
            clock=self.clock, owner=name, backoff=Backoff(random.Random(1)),
        )  # fmt: skip
        self.credential = self.parts.credentials.add(INSTITUTION, "penerusan", {"all"}, "foreign")
        app = Flask(name)
        lrs = blueprint(self.parts.lrs, self.parts.credentials, self.clock)
        app.register_blueprint(lrs, url_prefix="/xapi")
        self.server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}/xapi/"

    def to(self, other: "House", **changes) -> None:
        """Forwards to `other` from now on, with all that is stored."""
        values = {"name": f"ke-{other.endpoint}", "endpoint": other.endpoint}
        self.desk.add(NewTarget(**values, key=other.credential.key, secret=other.credential.secret, **changes))

    def forward(self) -> None:
        """Forwards until nothing is left to do."""
        while self.forwarder.run_once():
            pass

    def record(self, contents=None, **changes) -> str:
        body = encoded(make_statement(**changes))
        return self.parts.lrs.post_statements(make_principal(), body, version="2.0.0", contents=contents or {})[0]

    def all(self):
        return self.parts.statements.after(INSTITUTION, 0, 10_000)


@pytest.fixture
def houses(tmp_path):
    made = []

    def make(name: str) -> House:
        made.append(House(tmp_path / name, name))
        return made[-1]

    yield make
    for house in made:
        house.server.shutdown()
        house.server.server_close()


def equal(mine: House, theirs: House) -> bool:
    ours, others = mine.all(), theirs.all()
    return [one.id for one in ours] == [one.id for one in others] and all(
        same_bodies(one.body, other.body) for one, other in zip(ours, others, strict=True)
    )


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_statements_attachments_and_voiding_arrive_as_they_are(houses, version):
    province, national = houses("provinsi"), houses("nasional")
    province.record(attachments=[CERTIFICATE], contents={CERTIFICATE["sha2"]: b"abc"})
    gone = province.record(result={"score": {"scaled": 0.12345678901234567}})
    province.record(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": gone})
    province.to(national, version=version)
    province.forward()
    assert equal(province, national)
    assert national.parts.statements.get(INSTITUTION, uuid.UUID(gone).bytes, voided=True)
    sha2 = CERTIFICATE["sha2"]
    assert national.parts.statements.contents(INSTITUTION, {sha2}) == {sha2: b"abc"}
    assert province.desk.held(province.desk.all()[0]) == []


def test_a_statement_that_only_xapi_2_knows_is_held_by_a_target_of_1_0_3_and_goes_to_one_of_2_0_0(houses):
    province, old, new = houses("provinsi"), houses("lama"), houses("baru")
    agents = {"contextAgents": [{"objectType": "contextAgent", "agent": make_agent("c" * 32)}]}
    number = province.record(context=agents)
    province.to(old)
    province.to(new, version="2.0.0")
    province.forward()
    assert [one.id for one in new.all()] == [number]
    assert old.all() == []
    held = [one for target in province.desk.all() for one in province.desk.held(target)]
    assert [one.statement for one in held] == [number]
    assert held[0].reason.startswith("HTTP 400")


def test_two_hops_bring_a_district_to_the_nation_with_the_authority_of_each_door(houses):
    district, province, national = houses("kabupaten"), houses("provinsi"), houses("nasional")
    numbers = [district.record() for _ in range(3)]
    district.to(province)
    province.to(national)
    for house in (district, province):
        house.forward()
    assert [one.id for one in national.all()] == numbers
    authorities = {
        house.parts.lrs.get_statement(make_principal(), numbers[0]).split(b'"authority":')[1].split(b"}}")[0]
        for house in (district, province, national)
    }
    assert len(authorities) == 3


def test_a_ring_of_two_comes_to_rest_with_each_statement_once(houses):
    province, national = houses("provinsi"), houses("nasional")
    province.to(national)
    national.to(province)
    numbers = [province.record(), national.record()]
    for _ in range(4):
        province.forward()
        national.forward()
    assert sorted(one.id for one in province.all()) == sorted(numbers)
    assert sorted(one.id for one in national.all()) == sorted(numbers)
    assert (province.forwarder.run_once(), national.forwarder.run_once()) == (0, 0)
    assert [target.sent for house in (province, national) for target in house.desk.all()] == [2, 2]


def test_a_wrong_secret_stops_and_the_right_one_goes_on(houses):
    province, national = houses("provinsi"), houses("nasional")
    number = province.record()
    province.desk.add(
        NewTarget(name="pusat", endpoint=national.endpoint, key=national.credential.key, secret="salah")  # noqa: S106
    )
    province.forward()
    stopped = province.desk.named("pusat")
    assert (stopped.state, stopped.error, stopped.error_params) == ("stopped", "forward.credential", {"status": 401})
    province.desk.resume(stopped, secret=national.credential.secret)
    province.forward()
    assert [one.id for one in national.all()] == [number]


def test_a_target_that_is_down_is_tried_again_and_loses_nothing(houses):
    province, national = houses("provinsi"), houses("nasional")
    numbers = [province.record() for _ in range(2)]
    province.to(national)
    endpoint = national.server
    endpoint.shutdown()
    endpoint.server_close()
    province.forward()
    (target,) = province.desk.all()
    assert (target.state, target.error) == ("on", "forward.unreachable")
    back = make_server("127.0.0.1", endpoint.server_port, endpoint.app, threaded=True)
    threading.Thread(target=back.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    national.server = back
    province.clock.now = target.due
    province.forward()
    assert [one.id for one in national.all()] == numbers
