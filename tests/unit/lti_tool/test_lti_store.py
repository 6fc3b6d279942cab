"""The LTI tables: every institution sees its own, and whatever strangers can cause is bounded."""

import msgspec
import pytest

from lti_tool.errors import ToolError
from lti_tool.store import Link, LtiStore, Reached
from lti_tool.store.audit import AuditStore
from lti_tool.store.deployments import MOST_PENDING

OTHER = "b" * 32


@pytest.fixture
def other(bench) -> LtiStore:
    return LtiStore(bench.engine, OTHER)


def test_another_institution_sees_nothing(bench, other) -> None:
    launch = bench.deep_link()
    registration = bench.launch(**bench.fake.ags()).registration
    bench.lti.keys.signing()
    bench.store.scores.advance("scores", 5, {registration: Reached(10)})
    bench.store.audit.add("launch", "launch.nonce", bench.clock())
    assert other.platforms.list() == []
    assert other.platforms.get(bench.platform.id) is None
    assert other.platforms.find(bench.fake.issuer, "klien-1") is None
    assert other.platforms.with_issuer(bench.fake.issuer) == []
    assert other.deployments.list() == []
    assert other.deployments.state(bench.platform.id, "7") is None
    assert other.keys.list() == []
    assert other.launches.last() == []
    assert other.launches.link(registration) is None
    assert other.launches.at_resource_link(bench.platform.id, "7", "link-1") == []
    from lti_tool.flow.store import hashed

    assert other.launches.take_deep_linking(launch.id, hashed(launch.form_token), bench.clock()) is None
    assert other.scores.cursor("scores") == 0
    assert other.scores.get(registration) is None
    assert other.scores.waiting() == []
    assert other.scores.problems() == {}
    assert other.audit.last() == []


def test_another_institution_changes_nothing(bench, other) -> None:
    registration = bench.launch().registration
    other.platforms.set_active(bench.platform.id, False)
    other.platforms.save_jwks(bench.platform.id, "{}", bench.clock())
    other.deployments.refuse(bench.platform.id, "7", bench.clock())
    other.launches.set_line_item(bench.store.launches.link(registration), "https://lms.example.go.id/x")
    other.keys.drop_retired(bench.clock())
    assert bench.launch().registration == registration
    assert bench.store.launches.link(registration).line_item == ""


def test_an_issuer_may_have_several_clients_but_each_only_once(bench) -> None:
    bench.store.platforms.add(bench.fake.registration(client_id="k2"), "2" * 32, bench.clock())
    found = bench.store.platforms.with_issuer(bench.fake.issuer)
    assert [platform.client_id for platform in found] == ["k2", "klien-1"]
    with pytest.raises(ToolError, match=r"platform\.exists"):
        bench.store.platforms.add(bench.fake.registration(), "3" * 32, bench.clock())


@pytest.mark.parametrize("url", ["", "ftp://x/", "lms.example.go.id", "https://u@lms.example.go.id/"])
def test_a_platform_needs_real_addresses(bench, url: str) -> None:
    with pytest.raises(ToolError, match=r"platform\.address_broken"):
        bench.store.platforms.add(bench.fake.registration(client_id="k2", token_url=url), "2" * 32, bench.clock())


def test_a_platform_owns_its_hosts_and_those_it_names(bench) -> None:
    platform = bench.store.platforms.add(
        bench.fake.registration(client_id="k2", service_hosts=("api.example.go.id", "x.example:8443")), "2" * 32,
        bench.clock(),
    )  # fmt: skip
    assert platform.owns("https://api.example.go.id/ags")
    assert platform.owns("https://x.example:8443/")
    for url in ("https://x.example/", "http://api.example.go.id/", "https://api.example.go.id.evil/", "", "https://[x"):
        assert not platform.owns(url)
    assert platform.origins == ("https://lms.example.go.id", "https://api.example.go.id", "https://x.example:8443")


def test_what_is_no_host_gets_into_no_policy(bench) -> None:
    odd = msgspec.structs.replace(bench.platform, service_hosts=("x.example;script-src", "*", "y.example/z", "https:"))
    assert odd.origins == ("https://lms.example.go.id",)


def test_waiting_deployments_are_bounded_and_an_approval_keeps_its_first_day(bench) -> None:
    for number in range(MOST_PENDING + 5):
        bench.store.deployments.wait(bench.platform.id, f"d{number}", bench.clock())
    rows = bench.store.deployments.list()
    assert sum(row.state == "pending" for row in rows) == MOST_PENDING
    seen = bench.clock()
    bench.clock.advance(days=1)
    bench.store.deployments.approve(bench.platform.id, "d0", bench.clock())
    (row,) = [row for row in bench.store.deployments.list() if row.deployment == "d0"]
    assert (row.state, row.first_seen) == ("approved", int(seen.timestamp()))
    bench.store.deployments.wait(bench.platform.id, "d0", bench.clock())
    assert bench.store.deployments.state(bench.platform.id, "d0") == "approved"


def test_the_audit_keeps_the_newest_lines(bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.store.audit.MOST_LINES", 10)
    audit = AuditStore(bench.engine, "a" * 32)
    for number in range(128):
        audit.add("launch", "launch.nonce", bench.clock(), reference=str(number))
    lines = audit.last(1000)
    assert len(lines) == 10
    assert lines[0].reference == "127"


def test_the_list_of_launches_keeps_the_newest(bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.store.launches.MOST_LAUNCHES", 10)
    link = Link(registration="r", platform=bench.platform.id, deployment="7", resource_link="", subject="")
    for number in range(256):
        bench.store.launches.save(f"{number:032x}", "x", "", link, bench.clock())
    lines = bench.store.launches.last(1000)
    assert (len(lines), lines[0].id) == (10, f"{255:032x}")


def test_deep_linking_that_was_never_answered_is_swept(bench) -> None:
    bench.deep_link()
    bench.clock.advance(hours=1)
    bench.deep_link()
    with bench.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM lti_deep_linking").scalar() == 1


def test_the_teacher_sees_the_best_score_of_each_learner(bench) -> None:
    first, second = bench.launch(sub="2").registration, bench.launch(sub="3").registration
    bench.store.scores.advance("scores", 1, {first: Reached(8000)})
    rows = bench.store.launches.at_resource_link(bench.platform.id, "7", "link-1")
    assert [(row.subject, row.best) for row in rows] == [("2", 8000), ("3", None)]
    assert first != second


def test_a_slow_reader_never_takes_the_cursor_back(bench) -> None:
    bench.store.scores.advance("scores", 9, {})
    bench.store.scores.advance("scores", 5, {"r1": Reached(10)})
    assert bench.store.scores.cursor("scores") == 9
    assert bench.store.scores.get("r1").best == 10


def test_scores_and_cursor_move_together_or_not_at_all(bench) -> None:
    with pytest.raises(Exception, match=r"(?i)not[- ]null"):
        bench.store.scores.advance("scores", 5, {"r1": Reached(10), "r2": Reached(None)})
    assert bench.store.scores.cursor("scores") == 0
    assert bench.store.scores.get("r1") is None
