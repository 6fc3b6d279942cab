"""Runs with other systems: one at a time, receipts whatever happens, and a cursor that never runs ahead."""

import sqlite3
import threading
from datetime import date, timedelta

import pytest

from adapters.errors import AdapterError
from lti_tool.errors import ToolError
from lti_tool.store.adapter_pushes import SENDING, SENT, AdapterPushStore, Pushed
from lti_tool.store.adapter_runs import DONE, INTERRUPTED, LEASE, RUNNING, AdapterRunStore, Problem, Refusal, Run
from lti_tool.systems.problems import problem_of, sentence
from lti_tool.systems.runs import beating
from xapi.database import migrate, open_database
from xapi.errors import JampelError
from xapi.testing import FixedClock

ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def engine(place):
    found = open_database(place)
    migrate(found, "lti_tool.house")
    migrate(found, "lti_tool.store")
    yield found
    found.dispose()


@pytest.fixture
def store(engine) -> AdapterRunStore:
    return AdapterRunStore(engine, ONE)


def make_run(clock, number: int = 1, **changes) -> Run:
    values = {
        "id": f"{number:032x}", "system": "moodle", "connection": "", "action": "pull", "subject": "", "state": RUNNING,
        "started": clock(), "ended": None, "counts": {}, "problem": None, "began_at": "", "cursor": "",
    }  # fmt: skip
    return Run(**values | changes)


def test_a_second_run_of_the_same_connection_is_refused_and_of_another_is_not(store, clock):
    store.begin(make_run(clock))

    with pytest.raises(ToolError) as caught:
        store.begin(make_run(clock, 2))
    assert caught.value.code == "adapter.run_under_way"
    store.begin(make_run(clock, 3, connection="provinsi"))
    store.begin(make_run(clock, 4, system="siasn"))


def test_a_run_whose_process_died_is_interrupted_and_stands_in_nobodys_way(store, clock):
    store.begin(make_run(clock))
    clock.advance(seconds=LEASE.total_seconds() + 1)

    assert store.latest(clock())[0].state == INTERRUPTED
    store.begin(make_run(clock, 2))
    assert [run.state for run in store.latest(clock())] == [RUNNING, INTERRUPTED]


def test_a_run_that_gives_signs_of_life_is_not_taken_for_dead(store, clock):
    store.begin(make_run(clock))
    clock.advance(seconds=60)
    assert store.beat(f"{1:032x}", clock())
    clock.advance(seconds=60)

    with pytest.raises(ToolError):
        store.begin(make_run(clock, 2))


def test_a_run_gives_signs_of_life_by_itself_also_after_a_beat_that_failed(store, clock, monkeypatch):
    monkeypatch.setattr("lti_tool.systems.runs.BEAT_SECONDS", 0.001)
    beaten, beat = threading.Event(), store.beat
    failures = [sqlite3.OperationalError("database is locked")]

    def watched(run, now) -> bool:
        if failures:
            raise failures.pop()
        alive = beat(run, now)
        beaten.set()
        return alive

    monkeypatch.setattr(store, "beat", watched)
    store.begin(make_run(clock))
    clock.advance(seconds=60)
    with beating(store, f"{1:032x}", clock):
        assert beaten.wait(5)
    clock.advance(seconds=60)
    assert store.latest(clock())[0].state == RUNNING


def test_a_run_that_was_replaced_can_keep_nothing_any_more(store, clock):
    first = make_run(clock)
    store.begin(first)
    clock.advance(seconds=LEASE.total_seconds() + 1)
    store.begin(make_run(clock, 2))

    with pytest.raises(ToolError) as caught:
        store.advance(first, clock(), counts={"read": 1}, refused=[], cursor="9")
    assert caught.value.code == "adapter.run_lost"
    assert store.cursor("moodle", "") == ""
    assert not store.beat(first.id, clock())


def test_a_receipt_keeps_counts_refusals_and_how_far_it_came(store, clock):
    run = make_run(clock)
    store.begin(run)
    refusals = [Refusal("baris 2", Problem("cell.empty", "adapters"))]
    store.advance(run, clock(), counts={"read": 2}, refused=refusals, cursor="7")
    store.advance(run, clock(), counts={"read": 3}, refused=refusals, cursor="8")
    store.end(run.id, clock() + timedelta(seconds=5), DONE)

    kept = store.get("0000", clock())
    assert (kept.state, kept.counts, kept.cursor, kept.ended - kept.started) == (
        DONE, {"read": 3}, "8", timedelta(seconds=5),
    )  # fmt: skip
    assert store.refused(run.id) == refusals * 2
    assert store.cursor("moodle", "") == "8"
    assert store.cursor("moodle", "provinsi") == ""


def test_a_receipt_is_found_by_a_beginning_that_only_it_has(store, clock):
    for number in (1, 2):
        store.begin(make_run(clock, number, connection=str(number)))

    for beginning in ("0" * 8, "000", "%", "ffff"):
        with pytest.raises(ToolError) as caught:
            store.get(beginning, clock())
        assert caught.value.code == "adapter.run_unknown"
    assert store.get(f"{2:032x}", clock()).connection == "2"


def test_runs_and_records_sent_of_another_institution_are_not_there(engine, store, clock):
    run = make_run(clock)
    store.begin(run)
    store.advance(run, clock(), counts={}, refused=[], cursor="7")
    AdapterPushStore(engine, ONE).put("siasn", "", [Pushed("k", 2026, "s", SENT, "d" * 64, "r1", run="r", at=clock())])

    other = AdapterRunStore(engine, TWO)
    assert other.latest(clock()) == []
    assert other.cursor("moodle", "") == ""
    other.begin(make_run(clock))
    assert AdapterPushStore(engine, TWO).of("siasn", "") == {}


def test_what_became_of_a_record_takes_the_place_of_what_was_known(engine, clock):
    pushes = AdapterPushStore(engine, ONE)
    pushes.put("siasn", "", [Pushed("k", 2026, "s", SENDING, "d" * 64, run="r", at=clock())])
    sent = Pushed("k", 2026, "s", SENT, "e" * 64, "r1", found=True, problem=Problem("a.b", "adapters"), at=clock())
    pushes.put("siasn", "", [sent])

    assert pushes.of("siasn", "") == {"k": sent}
    assert pushes.of("siasn", "", 2025) == {}


def test_a_problem_is_explained_later_in_either_language_and_holds_no_nip():
    error = ToolError("adapter.run_lost", "x", run="pegawai 199001012099031001")
    kept = problem_of(error)

    assert "199001012099031001" not in str(kept)
    assert sentence(kept, "id") != sentence(kept, "en")
    gone = JampelError("lain.kode")
    gone.package = "paket_yang_sudah_dilepas"
    assert sentence(problem_of(gone), "id") == "lain.kode"


def test_old_refusals_are_forgotten_but_no_receipt_no_cursor_and_not_the_newest_run(engine, store, clock):
    refusal, pushes = Refusal("baris 2", Problem("people.nip_number", "xapi")), AdapterPushStore(engine, ONE)
    pushes.put("siasn", "", [Pushed(key="k", year=2026, statement="s", state=SENT, digest="d", at=clock())])
    began = clock()
    for number, system in ((1, "moodle"), (2, "moodle"), (3, "siasn"), (4, "moodle")):
        clock.advance(days=100)
        store.begin(run := make_run(clock, number, system=system))
        store.advance(run, clock(), counts={"refused": 1}, refused=[refusal], cursor=f"c{number}")
        store.end(run.id, clock(), DONE)
    other = AdapterRunStore(engine, TWO)
    assert other.forget_refused(clock()) == 0
    assert store.forget_refused(began + timedelta(days=150)) == 1
    assert store.forget_refused(clock() + timedelta(days=1)) == 1
    assert store.forget_refused(clock() + timedelta(days=1)) == 0
    kept = [len(store.refused(f"{number:032x}")) for number in (1, 2, 3, 4)]
    assert kept == [0, 0, 1, 1]
    assert [run.counts for run in store.latest(clock())] == [{"refused": 1}] * 4
    assert store.cursor("moodle", "") == "c4"
    assert pushes.of("siasn", "")["k"].state == SENT


def test_a_day_in_a_kept_reason_is_written_as_people_write_it(clock):
    kept = problem_of(AdapterError("spreadsheet.in_future", "a day that has not come", day=date(2026, 5, 1)))
    assert sentence(kept, "id").startswith("Tanggal 1 Mei 2026 belum tiba.")
    assert "1 May 2026" in sentence(kept, "en")
