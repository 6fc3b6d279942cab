"""Pulling over HTTP from an LRS: all pages, after a break, only what is new, and nothing from or to elsewhere."""

import json
import threading
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from xapi.clock import random_ids
from xapi.database import migrate, open_database
from xapi.errors import PullError
from xapi.intake import Intake
from xapi.lrs.transfer.admission import Admission
from xapi.lrs.transfer.client import HttpSourceClient
from xapi.lrs.transfer.cursor import PullNote
from xapi.lrs.transfer.importer import Importer
from xapi.lrs.transfer.pull import Asked, Pull
from xapi.lrs.transfer.survey import Survey
from xapi.lrs.web import blueprint
from xapi.people import PeopleStore
from xapi.testing import INSTITUTION, FixedClock, embedded_lrs, encoded, make_agent, make_principal, make_statement
from xapi.words import explain

CERTIFICATE = {
    "usageType": "https://w3id.org/jampel/attachments/sertifikat",
    "display": {"id": "Sertifikat"},
    "contentType": "text/plain",
    "length": 3,
    "sha2": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
}
LMS = make_agent("42", account={"homePage": "https://lms.contoh.go.id", "name": "42"})


class Quiet(WSGIRequestHandler):
    """A handler that writes no log."""

    def log(self, *_: object, **__: object) -> None:
        """Says nothing."""


class Elsewhere:
    """An LRS on HTTP; `answer`, given the request, may answer in its place, and `asked` are the addresses it saw."""

    def __init__(self, folder, clock) -> None:
        self.clock = clock
        self.parts = embedded_lrs(folder, clock, random_ids)
        self.credential = self.parts.credentials.add(INSTITUTION, "penarik", {"all/read"}, "foreign")
        self.asked: list[str] = []
        self.answer = lambda _request: None
        app = Flask("lain")
        app.before_request(self._before)
        app.register_blueprint(blueprint(self.parts.lrs, self.parts.credentials, clock), url_prefix="/xapi")
        self.server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}/xapi/"

    def _before(self):
        self.asked.append(request.full_path)
        return self.answer(request)

    def record(self, contents=None, **changes) -> str:
        """Stores a statement, ten minutes after the last."""
        self.clock.advance(minutes=10)
        body = encoded(make_statement(**{"actor": LMS, **changes}))
        return self.parts.lrs.post_statements(make_principal(), body, version="2.0.0", contents=contents or {})[0]

    def since(self) -> list[str]:
        """The `since` of each first question so far."""
        queries = [parse_qs(urlsplit(one).query) for one in self.asked if "ascending" in one]
        return [query.get("since", [""])[0] for query in queries]


class Here:
    """Our LRS, which pulls."""

    def __init__(self, folder, clock) -> None:
        folder.mkdir()
        self.clock, self.folder = clock, folder
        self.parts = embedded_lrs(folder, clock, random_ids)
        engine = open_database(folder / "people.db", durability="NORMAL")
        migrate(engine, "xapi.people")
        self.intake = Intake(PeopleStore(engine, INSTITUTION, random_ids), clock)
        self.heard, self.waits, self.pages, self.stop_after = [], [], 0, 0

    def page(self, until: str) -> None:
        self.pages += 1
        if self.pages == self.stop_after:
            raise KeyboardInterrupt

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    def pull(self, there: Elsewhere, *, secret="", dry=False, **asked) -> Pull:
        client = HttpSourceClient(there.endpoint, there.credential.key, secret or there.credential.secret)
        note = None if dry else PullNote(self.folder / "pulls", [there.endpoint])
        pull = Pull(
            client, self.survey if dry else self.importer, hear=self.heard.append, told=self, clock=self.clock,
            note=note,
        )  # fmt: skip
        try:
            pull.run(Asked(**{"limit": 2, **asked}))
        finally:
            client.close()
        return pull

    def importer(self, hear) -> Importer:
        return Importer(
            self.parts.lrs, self.parts.statements, lambda source: make_principal(source=source),
            admission=Admission(self.intake), source="foreign", hear=hear,
        )  # fmt: skip

    def survey(self, hear) -> Survey:
        return Survey(lambda ids: self.parts.statements.bodies(INSTITUTION, ids), hear)

    def all(self):
        return self.parts.statements.after(INSTITUTION, 0, 10_000)

    def ids(self) -> list[str]:
        return [one.id for one in self.all()]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def elsewhere(tmp_path, clock):
    made = []

    def make(name: str) -> Elsewhere:
        made.append(Elsewhere(tmp_path / f"{name}.db", clock))
        return made[-1]

    yield make
    for one in made:
        one.server.shutdown()
        one.server.server_close()


@pytest.fixture
def there(elsewhere) -> Elsewhere:
    return elsewhere("sana")


@pytest.fixture
def here(tmp_path, clock) -> Here:
    return Here(tmp_path / "sini", clock)


def page(*statements, more="") -> Response:
    return Response(json.dumps({"statements": list(statements), "more": more}), mimetype="application/json")


def instead(response, path="/xapi/statements"):
    """Answers questions for statements with `response`, everything else as it was."""
    return lambda asked: response if asked.path.startswith(path) else None


def kept(**changes):
    """A statement as an LRS gives it."""
    made = make_statement(id=str(uuid.uuid4()), stored="2026-03-01T01:00:00Z", actor=LMS)
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def test_all_pages_come_in_order_with_attachments_and_without_names(there, here) -> None:
    ids = [there.record() for _ in range(4)]
    ids.append(there.record(attachments=[CERTIFICATE], contents={CERTIFICATE["sha2"]: b"abc"}))
    pull = here.pull(there)
    assert here.ids() == ids
    assert (pull.counts.new, pull.counts.sound, here.pages) == (5, True, 3)
    assert {one.source for one in here.all()} == {"foreign"}
    assert b"lms.contoh.go.id" not in b"".join(one.body for one in here.all())
    assert dict(here.parts.statements.contents(INSTITUTION, {CERTIFICATE["sha2"]})) == {CERTIFICATE["sha2"]: b"abc"}


def test_a_second_pull_asks_for_what_came_since_and_adds_that_alone(there, here) -> None:
    ids = [there.record() for _ in range(5)]
    here.pull(there)
    quiet = here.pull(there).counts
    assert (quiet.read, quiet.new, quiet.already) == (1, 0, 1)
    assert there.since()[1] > there.since()[0] == ""
    ids += [there.record() for _ in range(3)]
    assert here.pull(there).counts.new == 3
    assert here.ids() == ids


def test_a_pull_that_was_killed_goes_on_after_the_last_whole_page(there, here) -> None:
    ids = [there.record() for _ in range(7)]
    here.stop_after = 2
    with pytest.raises(KeyboardInterrupt):
        here.pull(there)
    assert here.ids() == ids[:4]
    counts = here.pull(there).counts
    assert (counts.new, counts.already) == (3, 1)
    assert here.ids() == ids


def test_an_order_that_is_not_kept_loses_nothing_after_a_break(there, here) -> None:
    ids = [there.record() for _ in range(6)]
    ascending = there.parts.statements.after(INSTITUTION, 0, 10)
    newest_first = [json.loads(one.body) for one in reversed(ascending)]

    def answer(asked):
        at = int(asked.args.get("from", 0))
        since = asked.args.get("since", "")
        found = [one for one in newest_first if one["stored"] > since]
        more = f"/xapi/statements?from={at + 2}" if at + 2 < len(found) else ""
        return page(*found[at : at + 2], more=more) if asked.path == "/xapi/statements" else None

    there.answer, here.stop_after = answer, 1
    with pytest.raises(KeyboardInterrupt):
        here.pull(there)
    here.pull(there)
    assert sorted(here.ids()) == sorted(ids)


def test_a_busy_lrs_is_waited_for_as_long_as_it_asks(there, here) -> None:
    there.record()
    busy = iter([Response(status=429, headers={"Retry-After": "20"}), Response(status=503)])
    there.answer = lambda asked: next(busy, None) if asked.path == "/xapi/statements" else None
    assert here.pull(there).counts.new == 1
    assert len(here.waits) == 2
    assert here.waits[0] >= 20


@pytest.mark.parametrize("headers", [{"Retry-After": "7200"}, {}])
def test_an_lrs_that_stays_busy_ends_the_pull(there, here, headers) -> None:
    there.answer = instead(Response(status=503, headers=headers))
    with pytest.raises(PullError) as caught:
        here.pull(there)
    assert caught.value.code == "pull.busy"
    assert len(here.waits) == (0 if headers else 5)


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:{port}/xapi/statements",
        "//127.0.0.1:{port}/xapi/statements",
        "https://127.0.0.1:{own}/xapi/statements",
        "http://127.0.0.1:{own}@127.0.0.1:{port}/xapi/statements",
        "http://a@127.0.0.1:{own}/xapi/statements",
        "http://127.0.0.1:{port}\\@127.0.0.1:{own}/xapi/statements",
        "file:///etc/passwd",
        "http://[/",
    ],
)
def test_a_link_to_another_address_is_not_followed(there, here, elsewhere, link) -> None:
    other = elsewhere("lain")
    ports = {"port": other.server.server_port, "own": there.server.server_port}
    statement = kept()
    there.answer = instead(page(statement, more=link.format(**ports)))
    with pytest.raises(PullError) as caught:
        here.pull(there)
    assert caught.value.code == "pull.foreign_more"
    assert (other.asked, here.ids()) == ([], [statement["id"]])


def test_a_redirect_is_not_followed(there, here, elsewhere) -> None:
    other = elsewhere("lain")
    there.answer = instead(Response(status=302, headers={"Location": f"{other.endpoint}statements"}), path="/xapi")
    with pytest.raises(PullError) as caught:
        here.pull(there)
    assert (caught.value.code, other.asked) == ("pull.address", [])


def test_a_wrong_secret_is_told_and_never_shown(there, here) -> None:
    with pytest.raises(PullError) as caught:
        here.pull(there, secret="rahasia-yang-salah")
    assert caught.value.code == "pull.credential"
    for language in ("id", "en"):
        told = explain(caught.value, language)
        assert "401" in told
        assert "rahasia-yang-salah" not in told + str(caught.value)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", b"<html>masuk dulu</html>"),
        ("application/json", b'{"statements": [{"id": "'),
        ("application/json", b'{"statements": 1}'),
        ("application/json", b'{"statements": ["\xff"]}'),
        ("application/json", b'{"statements": ' + b"[" * 100_000),
        ("multipart/mixed; boundary=b", b"--b\r\nContent-Type: application/json\r\n\r\n{}"),
        ("multipart/mixed", b"{}"),
        ("multipart/mixed; boundary*=aneh'x'%ff%0d", b"--b--"),
    ],
)
def test_an_answer_that_is_none_ends_the_pull_and_moves_nothing(there, here, kind, body) -> None:
    there.record()
    there.answer = instead(Response(body, content_type=kind))
    with pytest.raises(PullError) as caught:
        here.pull(there)
    assert caught.value.code == "pull.not_an_lrs"
    there.answer = lambda _request: None
    assert here.pull(there).counts.new == 1


def test_pages_that_go_round_end_the_pull(there, here) -> None:
    there.answer = instead(page(kept(), more="/xapi/statements/more/lagi"))
    with pytest.raises(PullError) as caught:
        here.pull(there)
    assert caught.value.code == "pull.endless"


def test_what_is_wrong_is_refused_with_its_number_and_id_and_the_rest_is_stored(there, here) -> None:
    good, bad, nameless = kept(), kept(verb={"id": "x"}), kept(id=None)
    forged = {"jampel:source": "launch"}
    nip = kept(context={"extensions": {"https://a.go.id/x": "198501012099031001"}})
    there.answer = instead(page(bad, nameless, forged, nip, good))
    counts = here.pull(there).counts
    assert (here.ids(), counts.read, counts.refused) == ([good["id"]], 5, 4)
    assert {(one.line, one.statement, one.error.code) for one in here.heard} == {
        (1, bad["id"], "statement.iri"),
        (2, "", "pull.no_id"),
        (3, "", "pull.no_id"),
        (4, nip["id"], "intake.nip_left"),
    }
    assert {one.source for one in here.all()} == {"foreign"}


def test_an_lrs_is_spoken_to_in_the_newest_version_it_names(there, here) -> None:
    versions = []
    there.answer = lambda asked: versions.append(asked.headers["X-Experience-API-Version"])
    here.pull(there)
    assert versions == ["1.0.3", "2.0.0"]
    there.answer = instead(Response(status=404), path="/xapi/about")
    assert here.pull(there).counts.sound


def test_what_an_lrs_does_not_vouch_for_yet_is_asked_for_again(there, here) -> None:
    statement = kept(stored="2026-03-01T01:00:00Z")
    answer = page(statement)
    answer.headers["X-Experience-API-Consistent-Through"] = "2026-02-28T00:00:00Z"
    there.answer = instead(answer)
    here.pull(there)
    here.pull(there)
    assert there.since() == ["", "2026-02-27T23:59:30.000000Z"]


def test_the_wish_stands_in_the_question(there, here) -> None:
    there.record()
    there.record(verb={"id": "https://contoh.go.id/kata/lain"})
    asked = {"verb": "https://contoh.go.id/kata/lain", "agent": json.dumps(LMS), "since": "2020-01-01T00:00:00.000000Z"}
    assert here.pull(there, **asked).counts.new == 1


def test_a_trial_counts_and_stores_nothing(there, here) -> None:
    first = there.record()
    here.pull(there)
    there.record()
    counts = here.pull(there, dry=True).counts
    assert (counts.new, counts.already, here.ids()) == (1, 1, [first])


def test_nobody_there_is_told_at_once(there, here) -> None:
    there.server.shutdown()
    there.server.server_close()
    with pytest.raises(PullError) as caught:
        here.pull(there)
    assert (caught.value.code, here.waits) == ("pull.unreachable", [])


def test_a_clock_that_runs_ahead_hides_nothing_that_comes_later(there, here, clock) -> None:
    clock.now = datetime(2026, 3, 1, tzinfo=UTC)
    there.answer = instead(page(kept(stored="2999-01-01T00:00:00Z"), kept(stored="0001-01-01T00:00:00Z")))
    here.pull(there)
    here.pull(there)
    assert there.since()[1] <= (clock.now - timedelta(seconds=30)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
