"""Forwarding: everything arrives once and in order, what is refused keeps nothing back, and people can see and act."""

import random
import sqlite3
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from xapi.clock import random_ids
from xapi.database import migrate, open_database
from xapi.errors import ForwardError
from xapi.lrs.forwarding import ForwardDesk, Forwarder, ForwardStore, NewTarget, Sealer
from xapi.lrs.forwarding import forwarder as forwarder_module
from xapi.lrs.forwarding.target import MOST_HELD, STOPPED
from xapi.lrs.selection import selection_of
from xapi.queue.worker import Backoff
from xapi.recorder.port import NotAllowedError, StatementRefused, UnavailableError
from xapi.testing import INSTITUTION, FixedClock, embedded_lrs, encoded, make_principal, make_statement
from xapi.vocabulary import VOIDED

PASSED = "http://adlnet.gov/expapi/verbs/passed"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
SECRET = "rahasia-yang-tidak-boleh-terlihat"
MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"


class FakeTarget:
    """Another LRS: remembers what it took, refuses what a test tells it to."""

    def __init__(self) -> None:
        self.taken: dict[str, bytes] = {}
        self.order: list[str] = []
        self.contents: dict[str, bytes] = {}
        self.guilty: set[str] = set()
        self.conflicts: dict[str, bytes] = {}
        self.failure: Exception | None = None
        self.calls = 0
        self.closed = 0

    def send(self, statements: Sequence[bytes], contents):
        self.calls += 1
        if self.failure is not None:
            raise self.failure
        ids = [msgspec.json.decode(body)["id"] for body in statements]
        if self.guilty & set(ids):
            raise StatementRefused("recorder.statement_refused", "HTTP 400 bad verb", status=400, answer="bad verb")
        if self.conflicts.keys() & set(ids):
            raise StatementRefused("recorder.statement_refused", "HTTP 409 other", status=409, answer="other")
        self.order += [number for number in ids if number not in self.taken]
        self.taken.update(zip(ids, statements, strict=True))
        self.contents.update({one.sha2: one.content for one in contents})
        return ids

    def find(self, statement_id: str):
        return self.conflicts.get(statement_id)

    def close(self) -> None:
        self.closed += 1


class Place:
    """A province's LRS with forwarding, and the national one as a fake."""

    def __init__(self, where, folder) -> None:
        self.clock = FixedClock()
        self.here = embedded_lrs(folder, self.clock)
        engine = open_database(where, durability="NORMAL")
        migrate(engine, "xapi.lrs")
        self.store = ForwardStore(engine, INSTITUTION)
        self.desk = ForwardDesk(self.store, self.here.statements, Sealer(b"k" * 32), self.clock, random_ids)
        self.national = FakeTarget()
        self.secrets: list[str] = []
        self.forwarder = self.worker("pekerja-1")

    def worker(self, owner: str) -> Forwarder:
        def connect(_target, secret):
            self.secrets.append(secret)
            return self.national

        backoff = Backoff(random.Random(1))
        return Forwarder(
            self.store, self.here.statements, Sealer(b"k" * 32), connect,
            clock=self.clock, owner=owner, backoff=backoff,
        )  # fmt: skip

    def add(self, name: str = "nasional", **changes):
        values = {"name": name, "endpoint": "https://lrs.example.go.id/xapi/", "key": "kunci", "secret": SECRET}
        return self.desk.add(NewTarget(**values | changes))

    def record(self, source: str = "foreign", contents=None, **changes) -> str:
        principal = make_principal(source=source)
        return self.here.lrs.post_statements(principal, encoded(make_statement(**changes)), contents=contents or {})[0]

    def record_many(self, count: int) -> list[str]:
        many = [make_statement() for _ in range(count)]
        return self.here.lrs.post_statements(make_principal(), encoded(many))

    def forward(self) -> None:
        while self.forwarder.run_once():
            pass

    def look(self, name: str = "nasional"):
        return self.desk.named(name)


@pytest.fixture
def province(tmp_path):
    """On SQLite; what the database decides is tested with `anywhere`."""
    return Place(tmp_path / "uji.db", tmp_path)


@pytest.fixture
def anywhere(place, tmp_path):
    return Place(place, tmp_path)


def test_everything_goes_in_order_once_and_the_position_is_at_the_end(anywhere):
    ids = anywhere.record_many(450)
    anywhere.add()
    anywhere.forward()
    assert anywhere.national.order == ids
    assert anywhere.look().sent == 450
    assert anywhere.desk.waiting(anywhere.look()).count == 0
    assert anywhere.forwarder.run_once() == 0


def test_stored_and_authority_are_left_to_the_receiver_and_the_rest_stays_as_it_is(province):
    number = province.record(result={"score": {"scaled": 0.5}}, timestamp="2026-03-02T08:00:00.123456789+07:00")
    province.add()
    province.forward()
    sent = msgspec.json.decode(province.national.taken[number])
    kept = msgspec.json.decode(province.here.lrs.get_statement(make_principal(), number))
    assert sent == {name: value for name, value in kept.items() if name not in ("stored", "authority")}
    assert b"2026-03-02T08:00:00.123456789+07:00" in province.national.taken[number]


@pytest.mark.parametrize(("version", "stays"), [("1.0.3", False), ("2.0.0", True)])
def test_a_target_that_speaks_the_old_version_gets_no_new_version_number(province, version, stays):
    (number,) = province.here.lrs.post_statements(make_principal(), encoded(make_statement()), version="2.0.0")
    province.add(version=version)
    province.forward()
    assert (b'"version"' in province.national.taken[number]) is stays


def test_the_secret_reaches_the_client_and_stands_nowhere_else(province, tmp_path):
    province.record()
    target = province.add()
    province.forward()
    assert province.secrets == [SECRET]
    assert SECRET not in repr(target) + repr(province.look())
    assert SECRET.encode() not in target.sealed
    dump = "\n".join(sqlite3.connect(tmp_path / "uji.db").iterdump())
    assert "kunci" in dump
    assert SECRET not in dump
    assert SECRET.encode().hex() not in dump.lower()


def test_a_database_opened_with_another_key_stops_and_says_why(province):
    province.record()
    province.add()
    other = Forwarder(
        province.store, province.here.statements, Sealer(b"x" * 32), lambda *_: province.national,
        clock=province.clock, owner="lain", backoff=Backoff(random.Random(1)),
    )  # fmt: skip
    other.run_once()
    assert (province.look().state, province.look().error) == (STOPPED, "forward.sealed")
    assert province.national.calls == 0


def test_one_refused_statement_is_held_with_its_reason_and_keeps_nothing_back(province):
    ids = province.record_many(30)
    province.national.guilty = {ids[17]}
    province.add()
    province.forward()
    assert province.national.order == [number for number in ids if number != ids[17]]
    (held,) = province.desk.held(province.look())
    assert (held.statement, held.reason) == (ids[17], "HTTP 400 bad verb")
    assert province.look().state == "on"


def test_a_held_statement_goes_when_it_is_tried_again_and_the_cause_is_gone(anywhere):
    ids = anywhere.record_many(3)
    anywhere.national.guilty = {ids[1]}
    target = anywhere.add()
    anywhere.forward()
    assert anywhere.desk.retry(target) == 1
    anywhere.forward()
    assert [held.again for held in anywhere.desk.held(target)] == [False]
    anywhere.national.guilty = set()
    anywhere.desk.retry(target)
    anywhere.forward()
    assert ids[1] in anywhere.national.taken
    assert anywhere.desk.held_count(target) == 0


def test_a_skipped_statement_is_never_tried_again(anywhere):
    (number,) = anywhere.record_many(1)
    anywhere.national.guilty = {number}
    target = anywhere.add()
    anywhere.forward()
    (held,) = anywhere.desk.held(target)
    assert anywhere.desk.skip(target, held.seq) == 1
    anywhere.national.guilty = set()
    assert anywhere.desk.retry(target) == 0
    anywhere.forward()
    assert number not in anywhere.national.taken
    assert anywhere.desk.held(target) == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_credential_stops_the_target_until_a_person_helps(anywhere, status):
    ids = anywhere.record_many(3)
    anywhere.national.failure = NotAllowedError("recorder.not_allowed", f"HTTP {status}", status=status)
    target = anywhere.add()
    anywhere.forward()
    anywhere.clock.advance(days=3)
    anywhere.forward()
    stopped = anywhere.look()
    assert (stopped.state, stopped.error, stopped.error_params) == (STOPPED, "forward.credential", {"status": status})
    assert anywhere.national.calls == 1
    anywhere.national.failure = None
    anywhere.desk.resume(target, secret="rahasia-baru")
    anywhere.forward()
    assert anywhere.national.order == ids
    assert anywhere.secrets[-1] == "rahasia-baru"
    assert anywhere.look().error == ""


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (UnavailableError("recorder.unreachable", "ConnectionError"), "forward.unreachable"),
        (UnavailableError("recorder.busy", "HTTP 503", status=503), "forward.busy"),
        (UnavailableError("recorder.not_an_lrs", "a page"), "forward.not_an_lrs"),
        (NotAllowedError("recorder.not_allowed", "HTTP 404", status=404), "forward.address"),
    ],
)
def test_any_other_failure_is_tried_again_later_and_later(province, failure, code):
    ids = province.record_many(3)
    province.national.failure = failure
    province.add()
    waits = []
    for _ in range(4):
        province.forward()
        waits.append((province.look().due - province.clock()).total_seconds())
        assert province.look().error == code
        province.clock.now = province.look().due
    assert waits == sorted(waits)
    assert waits[0] >= 1
    assert province.national.calls == 4
    province.national.failure = None
    province.forward()
    assert province.national.order == ids
    assert (province.look().error, province.look().attempts) == ("", 0)


def test_a_wait_that_the_target_asks_for_is_kept(province):
    province.record()
    asked = UnavailableError("recorder.busy", "HTTP 429", retry_after=600, status=429)
    province.national.failure = asked
    province.add()
    province.forward()
    assert province.look().due >= province.clock() + timedelta(seconds=600)
    province.clock.advance(seconds=599)
    province.forward()
    assert province.national.calls == 1


def test_what_the_target_has_already_counts_as_sent_and_something_else_under_its_id_is_held(province):
    ids = province.record_many(4)
    same = province.here.lrs.get_statement(make_principal(), ids[1])
    other = encoded(make_statement(id=ids[2], verb={"id": COMPLETED}))
    province.national.conflicts = {ids[1]: same, ids[2]: other}
    province.add()
    province.forward()
    assert province.national.order == [ids[0], ids[3]]
    assert [held.statement for held in province.desk.held(province.look())] == [ids[2]]


def test_a_conflict_at_a_target_where_we_may_not_read_is_held(province):
    (number,) = province.record_many(1)
    province.national.conflicts = {number: b"{}"}

    def refuse(_statement_id):
        raise NotAllowedError("recorder.not_allowed", "HTTP 403", status=403)

    province.national.find = refuse
    province.add()
    province.forward()
    assert [held.statement for held in province.desk.held(province.look())] == [number]
    assert province.look().state == "on"


def test_a_target_that_refuses_everything_stops_before_all_is_held(province, monkeypatch):
    monkeypatch.setattr(forwarder_module, "MOST_HELD", 20)
    assert MOST_HELD > 100
    ids = province.record_many(60)
    province.national.guilty = set(ids)
    monkeypatch.setattr(forwarder_module, "PAGE", 15)
    province.add()
    province.forward()
    assert (province.look().state, province.look().error) == (STOPPED, "forward.too_many_held")
    assert province.desk.held_count(province.look()) == 30


def test_another_id_in_the_answer_is_no_acknowledgement(province):
    province.record_many(2)
    province.national.send = lambda _statements, _contents: ["00000000-0000-4000-8000-000000000000"]
    province.add()
    province.forward()
    assert province.look().error == "forward.not_an_lrs"
    assert province.desk.waiting(province.look()).count == 2


def test_a_selection_sends_only_what_fits_each_of_its_parts(province):
    wanted = province.record("launch", verb={"id": COMPLETED})
    province.record("launch")
    province.record("foreign", verb={"id": COMPLETED})
    related = province.record(
        "launch",
        verb={"id": COMPLETED},
        object={"id": "https://example.go.id/halaman"},
        context={"contextActivities": {"parent": [{"id": MODULE}]}},
    )
    province.record("launch", verb={"id": COMPLETED}, object={"id": "https://example.go.id/lain"})
    chosen = selection_of(verbs=[COMPLETED], activities=[MODULE], sources=["launch"])
    province.add(selection=chosen)
    province.forward()
    assert province.national.order == [wanted, related]
    assert province.desk.waiting(province.look()).count == 0


def test_only_the_wanted_agents_go_also_as_members_and_objects(province):
    someone = {"account": {"homePage": "https://w3id.org/jampel/instansi/x", "name": "b" * 32}}
    as_actor = province.record(actor=someone)
    as_member = province.record(actor={"objectType": "Group", "member": [someone]})
    as_object = province.record(object={"objectType": "Agent", **someone})
    province.record()
    province.add(selection=selection_of(agents=[someone]))
    province.forward()
    assert province.national.order == [as_actor, as_member, as_object]


def test_what_voids_follows_what_was_sent_and_nothing_else(anywhere):
    sent = anywhere.record("launch")
    kept = anywhere.record("foreign")
    gone = [
        anywhere.record("review", verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": number})
        for number in (sent, kept)
    ]
    anywhere.add(selection=selection_of(sources=["launch"], verbs=[PASSED]))
    anywhere.forward()
    assert anywhere.national.order == [sent, gone[0]]


def test_what_voids_a_statement_that_comes_later_goes_before_it(province):
    later = "11111111-1111-4111-8111-111111111111"
    early = province.record(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": later})
    province.record("launch", id=later)
    province.add(selection=selection_of(sources=["launch"]))
    province.forward()
    assert province.national.order == [early, later]


def test_a_voiding_verb_written_with_escaped_slashes_is_understood(province):
    number = province.record("launch")
    body = encoded(make_statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": number}))
    escaped = body.replace(b"http://adlnet.gov/expapi/verbs/voided", rb"http:\/\/adlnet.gov\/expapi\/verbs\/voided")
    (voiding,) = province.here.lrs.post_statements(make_principal(), escaped)
    province.add(selection=selection_of(sources=["launch"]))
    province.forward()
    assert province.national.order == [number, voiding]


def test_forwarding_from_now_on_leaves_out_what_was_before(province):
    province.record_many(3)
    province.add(position=province.desk.end())
    number = province.record()
    province.forward()
    assert province.national.order == [number]


ATTACHED = {
    "usageType": "https://w3id.org/jampel/attachments/sertifikat",
    "display": {"id": "Sertifikat"},
    "contentType": "text/plain",
    "length": 3,
    "sha2": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
}


def test_contents_of_attachments_go_along(province):
    number = province.record(attachments=[ATTACHED], contents={ATTACHED["sha2"]: b"abc"})
    province.add()
    province.forward()
    assert province.national.contents == {ATTACHED["sha2"]: b"abc"}
    assert number in province.national.taken


def test_without_attachments_a_statement_that_needs_one_stays_here_and_others_go(province):
    province.record(attachments=[ATTACHED], contents={ATTACHED["sha2"]: b"abc"})
    linked = province.record(
        attachments=[{**ATTACHED, "fileUrl": "https://example.go.id/berkas"}], contents={ATTACHED["sha2"]: b"abc"}
    )
    plain = province.record()
    province.add(attachments=False)
    province.forward()
    assert province.national.order == [linked, plain]
    assert province.national.contents == {}
    assert province.desk.held_count(province.look()) == 0


def test_two_workers_never_have_one_target_at_once(anywhere):
    anywhere.record()
    anywhere.add()
    second = anywhere.worker("pekerja-2")
    seen = []

    def send(statements, contents):
        seen.append(second.run_once())
        return FakeTarget.send(anywhere.national, statements, contents)

    anywhere.national.send = send
    anywhere.forward()
    assert seen == [0]


def test_a_late_worker_settles_nothing_and_another_goes_on_where_it_was(anywhere):
    ids = anywhere.record_many(2)
    target = anywhere.add()
    late = anywhere.store.lease(target.id, "pekerja-mati", anywhere.clock(), 60)
    assert anywhere.forwarder.run_once() == 0
    anywhere.clock.advance(seconds=61)
    anywhere.forward()
    assert anywhere.national.order == ids
    result = forwarder_module.Result(position=0)
    assert not anywhere.store.settle(late, result, anywhere.clock())
    assert anywhere.desk.waiting(anywhere.look()).count == 0


def test_a_round_that_takes_too_long_keeps_what_it_reached(province):
    province.record_many(450)
    province.add()
    slow = FakeTarget.send

    def send(statements, contents):
        province.clock.advance(seconds=15)
        return slow(province.national, statements, contents)

    province.national.send = send
    province.forwarder.run_once()
    assert province.look().sent == 400
    assert province.desk.waiting(province.look()).count == 50


def test_a_paused_target_waits_and_goes_on_where_it_was(province):
    target = province.add()
    province.desk.pause(target)
    ids = province.record_many(2)
    province.forward()
    assert province.national.order == []
    province.desk.resume(target)
    province.forward()
    assert province.national.order == ids


def test_pausing_while_a_worker_is_at_it_stays_paused(anywhere):
    anywhere.record_many(2)
    target = anywhere.add()
    leased = anywhere.store.lease(target.id, "pekerja", anywhere.clock(), 60)
    anywhere.desk.pause(target)
    failed = ForwardError("forward.credential", status=401)
    assert anywhere.store.settle(leased, forwarder_module.Result(position=0, error=failed), anywhere.clock())
    assert anywhere.look().state == "paused"


def test_a_removed_target_is_gone_with_what_it_held(anywhere):
    (number,) = anywhere.record_many(1)
    anywhere.national.guilty = {number}
    target = anywhere.add()
    anywhere.forward()
    anywhere.desk.remove(target)
    assert anywhere.desk.all() == []
    assert anywhere.store.held(target.id) == []
    with pytest.raises(ForwardError, match=r"forward\.unknown"):
        anywhere.look()


def test_another_institution_neither_sees_nor_touches_a_target(anywhere):
    target = anywhere.add()
    anywhere.record()
    other = ForwardStore(anywhere.store._engine, "f" * 32)
    assert other.all() == []
    assert other.due(anywhere.clock()) == []
    assert other.lease(target.id, "x", anywhere.clock(), 60) is None
    for act in (lambda: other.remove(target.id), lambda: other.pause(target.id), lambda: other.named("nasional")):
        with pytest.raises(ForwardError, match=r"forward\.unknown"):
            act()
    assert other.retry(target.id, anywhere.clock()) == 0


def test_a_name_stands_for_one_target(anywhere):
    anywhere.add()
    with pytest.raises(ForwardError, match=r"forward\.name_taken"):
        anywhere.add()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"endpoint": "ftp://lrs.example.go.id/"}, "forward.endpoint"),
        ({"endpoint": "https://kunci:rahasia@lrs.example.go.id/"}, "forward.endpoint"),
        ({"endpoint": "https://"}, "forward.endpoint"),
        ({"endpoint": "https://lrs.example.go.id/xapi?x=1"}, "forward.endpoint"),
        ({"endpoint": "https://[::1/xapi"}, "forward.endpoint"),
        ({"endpoint": "http://lrs.example.go.id/xapi"}, "forward.plain_http"),
        ({"version": "0.9"}, "forward.version"),
        ({"name": " "}, "forward.name"),
        ({"key": "a:b"}, "forward.key"),
        ({"secret": ""}, "forward.key"),
        ({"secret": "a\r\nX-Evil: 1"}, "forward.key"),
    ],
)
def test_a_target_that_cannot_work_or_is_unsafe_is_refused(province, changes, code):
    with pytest.raises(ForwardError) as caught:
        province.add(**changes)
    assert caught.value.code == code
    assert province.desk.all() == []


def test_plain_http_is_for_this_machine_or_by_an_explicit_word(province):
    assert province.add("sendiri", endpoint="http://127.0.0.1:8000/xapi/").state == "on"
    assert province.add("intranet", endpoint="http://lrs.example.go.id/xapi/", plain_http=True).state == "on"


def test_much_that_waits_is_reckoned_not_counted(province, monkeypatch):
    monkeypatch.setattr("xapi.lrs.forwarding.desk.COUNTED", 5)
    province.record_many(9)
    target = province.add()
    waiting = province.desk.waiting(target)
    assert (waiting.count, waiting.exact) == (9, False)
