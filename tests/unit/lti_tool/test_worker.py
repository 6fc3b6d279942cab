"""The worker's rounds: a part that fails stops no other, and what is over is forgotten once an hour."""

import logging
from datetime import timedelta

from lti_tool.grades import KIND as SCORE_KIND
from lti_tool.worker import ROSTER_EVERY, SCORES_KEPT, TIDY_EVERY, Work
from xapi.lrs.principal import LaunchGrant
from xapi.recorder import KIND as STATEMENT_KIND

REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02837"


def grant(site, **life: float) -> str:
    actor = site.services.people.actor("0" * 32)
    expires = site.clock() + timedelta(**life)
    found = LaunchGrant(actor, "https://contoh.go.id/modul", REGISTRATION, expires, {})
    return site.services.credentials.grant(site.services.institution.id, found)


def done(site, kind: str) -> None:
    queue = site.services.queue
    queue.put(site.services.institution.id, kind, b"{}")
    (job,) = queue.lease([kind], "uji", site.clock(), 60, 1)
    queue.done(job, "200")


def kept(site, kind: str) -> int:
    return site.services.queue.status(site.services.institution.id)[kind]["done"]


def test_launch_tokens_that_are_over_are_forgotten_and_no_others(site) -> None:
    grant(site, minutes=5)
    good = grant(site, days=2)
    work = Work(site.services)
    site.clock.advance(hours=1)
    while work.run_once():
        pass
    assert site.services.credentials.forget_expired(site.clock()) == 0
    assert site.services.credentials.authenticate_token(good, site.clock()) is not None


def test_old_receipts_of_scores_are_forgotten_and_those_of_statements_stay(site) -> None:
    done(site, SCORE_KIND)
    done(site, STATEMENT_KIND)
    work = Work(site.services)
    site.clock.advance(days=SCORES_KEPT.days - 1)
    while work.run_once():
        pass
    assert (kept(site, SCORE_KIND), kept(site, STATEMENT_KIND)) == (1, 1)
    site.clock.advance(days=2)
    while work.run_once():
        pass
    status = site.services.queue.status(site.services.institution.id)
    assert SCORE_KIND not in status
    assert kept(site, STATEMENT_KIND) == 1


def test_what_the_launch_debugger_saw_is_deleted_after_a_day(site) -> None:
    platform, debug = site.platform(), site.services.lti.debug
    site.services.lti_parts.debugger.switch_on(platform.id, 30)
    assert site.services.lti_parts.debugger.awake(site.clock())
    site.services.lti_parts.debugger.saw_login({"iss": platform.issuer}, site.clock(), None)
    began = site.clock()
    assert len(debug.entries(platform.id, began)) == 1
    site.clock.advance(hours=24, seconds=1)
    Work(site.services).run_once()
    assert debug.entries(platform.id, began) == []


def test_tidying_waits_for_an_hour(site) -> None:
    work = Work(site.services)
    work.run_once()
    grant(site, seconds=1)
    site.clock.advance(seconds=TIDY_EVERY.total_seconds() - 1)
    assert work.run_once() == 0
    site.clock.advance(seconds=2)
    assert work.run_once() == 1
    assert work.run_once() == 0


def test_a_part_that_fails_is_logged_by_name_and_stops_no_other(site, caplog) -> None:
    person = site.employ("Siti Contoh")
    site.services.recorder.record(
        {
            "actor": site.services.people.actor(person),
            "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
            "object": {"id": "https://contoh.go.id/halaman"},
        }
    )
    site.services.ledger = None  # as broken as a part can be
    with caplog.at_level(logging.ERROR):
        assert Work(site.services).run_once() > 0
    assert "credits failed" in caplog.text
    assert kept(site, STATEMENT_KIND) == 1


def test_the_worker_switches_to_the_next_signing_key_when_nobody_signs(site) -> None:
    new = site.services.lti_parts.keys.rotate(timedelta(days=1))
    site.clock.advance(days=1)
    Work(site.services).run_once()
    assert {key.kid: key.state for key in site.services.lti.keys.list()}[new.kid] == "active"


def test_employees_who_are_imported_stand_on_the_audit_page_at_the_next_round(site) -> None:
    work = Work(site.services)
    work.run_once()
    site.employ("Siti")
    site.clock.advance(seconds=ROSTER_EVERY.seconds)
    work.run_once()
    assert "Dinas Kelautan" in site.staff("auditor").get("/audit/?tahun=2026").text
