"""Figures and health: what a monitor reads is true, cheap to gather, bounded, and not for strangers."""

import subprocess
import sys
import threading
from datetime import timedelta

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from lti_tool.secret_files import secret_text
from lti_tool.settings import Health, Metrics
from lti_tool.watch import figures
from lti_tool.watch.pulse import Pulse
from lti_tool.watch.readiness import Readiness
from lti_tool.watch.store import Beat, Heartbeats, WatchedDatabase, fault_of, newest_statement, size_of
from lti_tool.watch.tally import MOST_SERIES, Tally
from lti_tool.web.testing import Site
from lti_tool.worker import Work
from xapi.database import migrate, open_database, writing
from xapi.queue import Queue
from xapi.testing import INSTITUTION, FixedClock, encoded, make_principal, make_statement


def token(site) -> dict[str, str]:
    return {"Authorization": "Bearer " + secret_text(site.data / "secrets", "metrics.token")}


def read(site) -> dict[tuple, float]:
    """The samples of /metrics by name and labels."""
    answer = site.browser().get("/metrics", headers=token(site))
    assert answer.status_code == 200
    samples = (one for family in text_string_to_metric_families(answer.text) for one in family.samples)
    return {(one.name, *sorted(one.labels.items())): one.value for one in samples}


def labels(site, name: str) -> set[str]:
    return {value for (_, *pairs) in read(site) for key, value in pairs if key == name}


def test_requests_are_counted_by_method_route_and_class_of_status(site) -> None:
    site.browser().get("/")
    site.browser().get("/")
    site.browser().get("/awal/salah")
    found = read(site)
    count = "jampel_http_request_duration_seconds_count"
    assert found[count, ("method", "GET"), ("route", "/"), ("status", "2xx")] == 2
    assert found[count, ("method", "GET"), ("route", "/awal/<token>"), ("status", "4xx")] == 1
    assert found["jampel_http_refusals_total", ("code", "accounts.link_closed")] == 1


def test_refusals_of_the_lrs_are_counted_by_their_code_and_reach_the_client_whole(site) -> None:
    answer = site.browser().get("/xapi/statements")
    assert answer.json["error"] == "lrs.unauthorized"
    assert read(site)["jampel_http_refusals_total", ("code", "lrs.unauthorized")] == 1


def test_hostile_paths_and_methods_make_no_labels(site) -> None:
    browser = site.browser()
    for number in range(30):
        browser.open(f"/jahat/{number}", method=f"AMBIL{number}")
        browser.get(f"/xapi/jahat{number}?x={number}")
        browser.get(f"/xapi/statements/more/{number}")
        browser.get(f"/pustaka/modul/{number}")
        browser.post(f"/xapi/statements/{number}", data=b'{"error":"jahat.%d"}' % number)
    assert labels(site, "route") <= {
        "-", "/xapi/-", "/xapi/statements/more/<token>", "/pustaka/modul/<digest>", "/metrics",
    }  # fmt: skip
    assert labels(site, "method") <= {"GET", "POST", "other"}
    assert not any("jahat" in code for code in labels(site, "code"))


def test_a_tally_never_grows_without_bound() -> None:
    tally = Tally()
    for number in range(MOST_SERIES + 50):
        tally.observe("GET", f"/{number}", "2xx", 0.1)
        tally.count("x", str(number))
    counted = tally.total()
    assert len(counted.requests) == MOST_SERIES + 1
    assert sum(sum(counts) for _, counts, _ in counted.requests) == MOST_SERIES + 50
    assert sum(amount for _, amount in counted.events) == MOST_SERIES + 50


def test_counts_of_threads_are_exact() -> None:
    tally = Tally()
    threads = [
        threading.Thread(target=lambda: [tally.observe("GET", "/", "2xx", 0.001) for _ in range(2000)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((_, counts, seconds),) = tally.total().requests
    assert sum(counts) == 16_000
    assert seconds == pytest.approx(16.0)


def test_processes_add_up_and_a_dead_one_stays_in_the_sum(tmp_path) -> None:
    program = (
        "import sys; from pathlib import Path; from lti_tool.watch.tally import Tally\n"
        "tally = Tally(Path(sys.argv[1])); tally.observe('GET', '/', '2xx', 0.5)\n"
        "tally.count('a', 'b', 2); tally.share()"
    )
    for _ in range(3):
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    mine = Tally(tmp_path)
    mine.observe("GET", "/", "2xx", 0.5)
    mine.share()
    counted = mine.total()
    assert [(key, sum(counts), seconds) for key, counts, seconds in counted.requests] == [(("GET", "/", "2xx"), 4, 2.0)]
    assert counted.events == [(("a", "b"), 6)]


def test_a_broken_file_and_a_folder_that_is_gone_stop_nothing(tmp_path) -> None:
    (tmp_path / "9.json").write_bytes(b'{"requests": [[')
    tally = Tally(tmp_path / "tidak-ada")
    tally.count("a", "b")
    tally.share()
    assert Tally(tmp_path).total().events == []
    assert tally.total().events == [(("a", "b"), 1)]


def test_sharing_goes_on_in_a_thread_and_once_more_at_the_end(tmp_path) -> None:
    stop, tally = threading.Event(), Tally(tmp_path, "satu")
    thread = tally.keep_sharing(stop)
    tally.count("a", "b")
    stop.set()
    thread.join()
    assert Tally(tmp_path, "dua").total().events == [(("a", "b"), 1)]


def test_the_stores_tell_of_statements_queue_worker_and_sizes(site) -> None:
    person = site.employ("Siti Contoh")
    site.credit(person, 200)
    site.services.queue.put(site.services.institution.id, "score", b"{}")
    site.clock.advance(minutes=5)
    before = read(site)
    assert before["jampel_queue_jobs", ("kind", "score"), ("state", "waiting")] == 1
    assert before["jampel_queue_overdue_seconds", ("kind", "score")] == 300
    assert before["jampel_lrs_statements_total",] == 1
    assert before["jampel_ledger_unread_seconds",] == 0
    assert before["jampel_database_bytes", ("database", "lrs")] > 4096
    assert before["jampel_disk_free_bytes",] > 0
    assert ("jampel_worker_heartbeat_timestamp_seconds",) not in before
    assert {before[name] for name in before if name[0] == "jampel_figures_up"} == {1}


def test_the_worker_tells_what_it_read_and_that_it_lives(site) -> None:
    site.credit(site.employ("Siti Contoh"), 200, source="sheet")
    tally: Tally = site.app.extensions["jampel_tally"]
    Work(site.services, tally=tally).run_once()
    found = read(site)
    assert found["jampel_statements_read_total", ("source", "sheet")] == 1
    assert found["jampel_worker_heartbeat_timestamp_seconds",] == site.clock().timestamp()
    assert found["jampel_ledger_projected_timestamp_seconds",] == site.clock().timestamp()


def test_a_statement_that_the_ledger_has_not_seen_is_told_by_its_age(site) -> None:
    site.services.lrs.post_statements(site.services.principal("sheet"), encoded(make_statement()))
    site.clock.advance(seconds=90)
    assert read(site)["jampel_ledger_unread_seconds",] == pytest.approx(90, abs=0.1)


def test_a_statement_that_was_not_read_for_a_grade_is_told_by_its_age(site) -> None:
    site.services.lrs.post_statements(site.services.principal("launch"), encoded(make_statement()))
    site.clock.advance(seconds=90)
    assert read(site)["jampel_scores_unread_seconds",] == pytest.approx(90, abs=0.1)
    Work(site.services).run_once()
    assert read(site)["jampel_scores_unread_seconds",] == 0


def test_what_the_worker_reads_while_the_figures_are_read_is_found_in_the_queue(site) -> None:
    """Whoever waits for an end, as a restart does, must not be told that nothing waits while a grade does."""
    order = [metric.name for gauge in figures.GAUGES for metric in gauge(site.services)]
    assert order.index("jampel_scores_unread_seconds") < order.index("jampel_queue_jobs")
    assert order.index("jampel_ledger_unread_seconds") < order.index("jampel_queue_jobs")


def test_a_store_that_is_broken_stops_no_other_figure(site) -> None:
    site.services.queue = None
    found = read(site)
    assert found["jampel_figures_up", ("group", "queue")] == 0
    assert found["jampel_figures_up", ("group", "databases")] == 1


def test_another_part_adds_figures_of_its_own(site, monkeypatch) -> None:
    def _forwarding(_services):
        yield figures.GaugeMetricFamily("jampel_forwarding_lag_seconds", "Lag.", 7)

    monkeypatch.setattr(figures, "GAUGES", [*figures.GAUGES, _forwarding])
    assert read(site)["jampel_forwarding_lag_seconds",] == 7


def test_no_figure_speaks_of_a_person(site) -> None:
    person = site.employ("Siti Contoh")
    site.credit(person, 200)
    site.browser().get(f"/audit/orang/{person}")
    page = site.browser().get("/metrics", headers=token(site)).text
    assert person not in page
    assert "Siti" not in page


HERE = {"REMOTE_ADDR": "127.0.0.1"}
AWAY = {"REMOTE_ADDR": "203.0.113.9"}


def looks(site, environ, headers=None, base="http://127.0.0.1:8000") -> int:
    return site.browser().get("/metrics", environ_base=environ, headers=headers, base_url=base).status_code


def test_figures_are_for_this_machine_and_the_token_alone(site) -> None:
    assert looks(site, HERE) == 200
    assert looks(site, HERE, base="http://[::1]:8000") == 200
    assert looks(site, AWAY) == 404
    assert looks(site, HERE, base="http://jampel.example.go.id") == 404
    assert looks(site, HERE, {"X-Forwarded-For": "127.0.0.1"}) == 404
    assert looks(site, AWAY, {"Authorization": "Bearer salah"}) == 404
    assert looks(site, AWAY, {"Authorization": "Bearer \xff"}) == 404
    assert looks(site, AWAY, token(site)) == 200


@pytest.mark.parametrize(
    ("access", "here", "with_token"), [("local", 200, 200), ("token", 404, 200), ("off", 404, 404), ("auto", 200, 200)]
)
def test_the_setting_decides_who_may_look(site, access: str, here: int, with_token: int) -> None:
    site.services.settings = msgspec.structs.replace(site.services.settings, metrics=Metrics(access))
    assert looks(site, HERE) == here
    assert looks(site, AWAY, token(site)) == with_token


def test_behind_a_proxy_only_the_token_counts(tmp_path) -> None:
    site = Site(tmp_path / "data", "https://jampel.example.go.id")
    assert looks(site, HERE) == 404
    assert looks(site, HERE, token(site)) == 200
    site.close()


def test_the_token_is_its_owners_alone_and_stays_the_same(site) -> None:
    path = site.data / "secrets" / "metrics.token"
    assert path.stat().st_mode & 0o077 == 0
    assert len(path.read_text()) >= 43
    assert secret_text(path.parent, path.name) == secret_text(path.parent, path.name)


def test_liveness_asks_no_database(site) -> None:
    site.services.house = None
    assert site.browser().get("/healthz").status_code == 200


def beat(site) -> None:
    Pulse(site.services.heartbeats, site.clock, "uji").beat()


def test_an_installation_is_ready_when_every_part_is_well(site) -> None:
    beat(site)
    answer = site.browser().get("/healthz/siap", headers=token(site))
    assert answer.status_code == 200
    assert answer.json["status"] == "ready"
    assert set(answer.json["parts"]) == {
        "house", "flow", "lrs", "people", "queue", "ledger", "worker", "disk", "zone"
    }  # fmt: skip
    assert set(answer.json["parts"].values()) == {"ok"}


def test_strangers_are_told_only_that_something_is_wrong(site) -> None:
    answer = site.browser().get("/healthz/siap", environ_base=AWAY)
    assert (answer.status_code, answer.json) == (503, {"status": "unready"})


def test_readiness_names_the_part_that_fails(site) -> None:
    def said(part: str) -> str:
        site.clock.advance(seconds=3)
        return site.browser().get("/healthz/siap", headers=token(site)).json["parts"][part]

    assert said("worker") == "never_seen"
    beat(site)
    assert said("worker") == "ok"
    site.clock.advance(seconds=61)
    assert said("worker") == "late"
    pulse = Pulse(site.services.heartbeats, site.clock, "uji")
    pulse.enter("credits")
    site.clock.advance(seconds=1801)
    pulse.beat()
    assert said("worker") == "stuck"
    site.services.settings = msgspec.structs.replace(site.services.settings, health=Health(disk_floor=2**62))
    assert said("disk") == "full"
    lrs = next(one for one in site.services.databases if one.name == "lrs")
    with writing(lrs.engine) as connection:
        connection.execute(text("UPDATE version_xapi_lrs SET version_num = '9999'"))
    assert said("lrs") == "other_version"


def test_a_file_that_is_no_database_any_more_is_unreachable(tmp_path) -> None:
    site = Site(tmp_path / "data")
    beat(site)
    people = next(one for one in site.services.databases if one.name == "people")
    people.engine.dispose()
    for path in site.data.glob("people.db*"):
        path.write_bytes(b"bukan basis data" * 1000)
    assert site.browser().get("/healthz/siap", headers=token(site)).json["parts"]["people"] == "unreachable"
    site.close()


def test_a_part_that_hangs_is_slow_and_is_not_asked_twice(site, monkeypatch) -> None:
    hangs, asked = threading.Event(), []

    def hang(database):
        if database.name == "lrs":
            asked.append(database.name)
            hangs.wait(10)
        return ""

    monkeypatch.setattr("lti_tool.watch.readiness.fault_of", hang)
    readiness = Readiness(site.services, patience=0.05)
    assert readiness.state().parts["lrs"] == "slow"
    site.clock.advance(seconds=5)
    assert readiness.state().parts["lrs"] == "slow"
    assert asked == ["lrs"]
    hangs.set()
    readiness.close()


def test_an_answer_is_kept_for_a_moment(site) -> None:
    readiness = Readiness(site.services)
    first = readiness.state()
    beat(site)
    assert readiness.state() is first
    site.clock.advance(seconds=2)
    assert readiness.state().ready
    readiness.close()


@pytest.fixture
def engine(place):
    found = open_database(place, durability="NORMAL")
    migrate(found, "lti_tool.watch")
    yield found
    found.dispose()


def test_the_latest_sign_of_life_of_any_worker_is_found(engine) -> None:
    clock, hearts = FixedClock(), Heartbeats(engine, INSTITUTION)
    assert hearts.latest() is None
    hearts.write(Beat("a", "", clock(), clock(), clock()))
    hearts.write(Beat("b", "credits", clock(), clock() + timedelta(seconds=5)))
    latest = hearts.latest()
    assert (latest.worker, latest.part, latest.projected) == ("b", "credits", clock())
    hearts.write(Beat("a", "", clock(), clock() + timedelta(days=2)))
    assert hearts.latest().projected is None
    assert Heartbeats(engine, "0" * 32).latest() is None


def test_a_pulse_writes_now_and_then_and_survives_its_store(engine, caplog) -> None:
    clock = FixedClock()
    pulse = Pulse(Heartbeats(engine, INSTITUTION), clock, "a" * 200)
    pulse.beat()
    clock.advance(seconds=5)
    pulse.beat()
    assert Heartbeats(engine, INSTITUTION).latest().at == clock() - timedelta(seconds=5)
    with writing(engine) as connection:
        connection.execute(text("DROP TABLE heartbeat"))
    clock.advance(seconds=10)
    pulse.beat()
    assert "no sign of life" in caplog.text


def test_a_database_tells_its_version_and_size(engine, place) -> None:
    database = WatchedDatabase("uji", engine, ("lti_tool.watch",), place if not isinstance(place, str) else None)
    assert fault_of(database) == ""
    assert size_of(database) > 0
    with writing(engine) as connection:
        connection.execute(text("UPDATE version_lti_tool_watch SET version_num = '0000'"))
    assert fault_of(database) == "other_version"
    assert fault_of(WatchedDatabase("uji", engine, ("xapi.people",))) == "unreachable"


def test_the_number_of_statements_is_read_from_the_last_one(tmp_path) -> None:
    from xapi.testing import embedded_lrs

    found = embedded_lrs(tmp_path)
    engine = open_database(tmp_path / "lrs.db")
    assert newest_statement(engine) == (0, 0)
    found.lrs.post_statements(make_principal(), encoded([make_statement(), make_statement()]))
    number, stored = newest_statement(engine)
    assert number == 2
    assert stored > 0


def test_the_backlog_counts_what_is_not_done(place) -> None:
    engine, clock = open_database(place), FixedClock()
    migrate(engine, "xapi.queue")
    queue = Queue(engine, clock)
    for kind in ("b", "a", "a", "a"):
        queue.put(INSTITUTION, kind, b"{}")
    queue.put("0" * 32, "c", b"{}")
    clock.advance(seconds=1)
    jobs = queue.lease(["a"], "uji", clock(), 60, 2)
    queue.done(jobs[0])
    queue.quarantine(jobs[1], "x")
    found = queue.backlog(INSTITUTION)
    assert found["a"].jobs == {"waiting": 1, "leased": 0, "quarantined": 1}
    assert found["b"].due == clock() - timedelta(seconds=1)
    assert set(found) == {"a", "b"}
