"""The examination of a platform: each check by itself, good and with each fault, and the whole of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from adapters.base import LaunchProfile
from lti_tool.doctor.examine import REST, WAY, Report, examine, title
from lti_tool.doctor.kept import kept_report, report_from
from lti_tool.doctor.metadata import check_configuration, check_jwks
from lti_tool.doctor.model import Certificate, Patient
from lti_tool.doctor.network import check_clock, check_dns, check_tls
from lti_tool.doctor.reached import check_fetched, check_reachable, check_redirect
from lti_tool.doctor.services import (
    NOBODY,
    ROSTER,
    SCOPES,
    check_authorization,
    check_roster,
    check_score,
    token_check,
)
from lti_tool.doctor.testing import FakeWay
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.line_items import LINE_ITEM, LINE_ITEM_READ, SCORE
from lti_tool.store import JwksFetch, Platform
from lti_tool.testing import json_reply, public_jwk

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
LMS, TOOL = "https://lms.example.go.id", "https://jampel.example.go.id"
ITEMS, MEMBERS = f"{LMS}/services/2/lineitems", f"{LMS}/services/2/members"
ITEM = f"{LMS}/services/2/lineitems/9"
PROFILE = LaunchProfile(
    private_jwks_blocked=True,
    key_fetch_settings="Keamanan HTTP",
    scope_settings=((SCORE, "Layanan nilai"),),
    not_gradable_statuses=frozenset({400, 404}),
)


def fetch(platform: str) -> JwksFetch:
    return JwksFetch("Moodle", "public", platform, 1_600_000_000, 1_700_000_000)


@pytest.fixture
def patient() -> Patient:
    platform = Platform(
        id="1" * 32, institution="a" * 32, name="LMS contoh", issuer=LMS, client_id="klien",
        auth_url=f"{LMS}/auth", token_url=f"{LMS}/token", jwks_url=f"{LMS}/certs",
    )  # fmt: skip
    return Patient(
        platform=platform, profile=PROFILE, base_url=TOOL, now=NOW, line_items=f"{ITEMS}?type_id=1", roster=MEMBERS,
        last_launch=int(NOW.timestamp()) - 60, fetches=[fetch(platform.id)],
    )  # fmt: skip


@pytest.fixture
def way(rsa_key) -> FakeWay:
    dated = {"date": format_datetime(NOW, usegmt=True)}
    published = {
        "issuer": LMS,
        "authorization_endpoint": f"{LMS}/auth",
        "token_endpoint": f"{LMS}/token",
        "jwks_uri": f"{LMS}/certs",
    }
    return FakeWay(
        hosts={"lms.example.go.id": ["93.184.216.34"], "jampel.example.go.id": ["93.184.216.35"]},
        answers={
            f"GET {LMS}/.well-known/openid-configuration": Reply(200, json.dumps(published).encode(), dated),
            f"GET {LMS}/certs": json_reply({"keys": [public_jwk(rsa_key, "kunci-1")]}),
            f"GET {ITEMS}": json_reply([{"id": ITEM}]),
            f"GET {MEMBERS}": json_reply({"members": [{"user_id": "2", "lis_person_sourcedid": "209901012099011001"}]}),
            f"POST {ITEMS}": json_reply({"id": ITEM}, 201),
            f"POST {ITEM}/scores": Reply(400, b"[]", {}),
            f"DELETE {ITEM}": Reply(204, b"", {}),
        },
    )


def test_a_sound_platform_is_good_in_every_check(patient: Patient, way: FakeWay) -> None:
    report = examine(patient, way)
    assert {name: finding.code for name, finding in report.findings.items() if finding.state != "good"} == {}
    assert list(report.findings) == [*WAY, *REST]
    assert report.exit_code == 0


def test_every_check_is_told_before_it_begins(patient: Patient, way: FakeWay) -> None:
    told: list[str] = []
    examine(patient, way, told.append)
    assert told == [*WAY, *REST]


def test_the_test_line_item_belongs_to_no_link_and_is_removed_and_nobody_is_scored(patient, way) -> None:
    examine(patient, way)
    made, scored, removed = [call for call in way.calls if call[0] != "GET"]
    assert "resourceLinkId" not in json.loads(made[2])
    assert json.loads(scored[2])["userId"] == NOBODY
    assert removed[:2] == ("DELETE", ITEM)


def test_no_finding_holds_a_token_or_a_persons_number(patient: Patient, way: FakeWay) -> None:
    text = str(examine(patient, way).rows("id"))
    assert "token-" not in text
    assert "209901012099011001" not in text


def test_a_text_of_the_platform_commands_no_terminal(patient: Patient, way: FakeWay, rsa_key) -> None:
    way.answers[f"GET {LMS}/certs"] = json_reply({"keys": [public_jwk(rsa_key, "a\x1b[2Jb")]})
    cause, _remedy = check_jwks(patient, way).sentences("en")
    assert "\x1b" not in cause
    assert "a" in cause


def test_without_leave_to_write_the_gradebook_is_only_read(patient: Patient, way: FakeWay) -> None:
    report = examine(msgspec.structs.replace(patient, may_write=False), way)
    assert report.findings["score"].code == "doctor.score.read"
    assert {call[0] for call in way.calls} == {"GET"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_row_has_a_title_and_a_sentence_in_both_languages(patient, way, language: str) -> None:
    for row in examine(patient, way).rows(language):
        assert row["title"] == title(row["check"], language)
        assert row["cause"]
        assert row["code"] not in row["cause"]


def test_a_platform_without_a_name_is_unreachable_and_the_rest_is_not_tried(patient: Patient, way: FakeWay) -> None:
    del way.hosts["lms.example.go.id"]
    report = examine(patient, way)
    assert report.exit_code == 3
    assert report.findings["dns"].state == "bad"
    assert {name for name, one in report.findings.items() if one.state != "untried"} == {"dns", "reach"}
    assert way.calls == []


@pytest.mark.parametrize(
    ("code", "exit_code"), [("http.unreachable", 3), ("http.too_slow", 3), ("doctor.tls.expired", 1)]
)
def test_a_platform_that_cannot_be_called_stops_the_examination(patient, way, code: str, exit_code: int) -> None:
    way.shown = ToolError(code, host="lms.example.go.id", seconds=8)
    report = examine(patient, way)
    assert (report.findings["tls"].code, report.exit_code) == (code, exit_code)
    assert way.calls == []


def test_a_certificate_that_still_works_stops_nothing(patient: Patient, way: FakeWay) -> None:
    way.shown = Certificate(NOW + timedelta(days=2), "Contoh CA")
    report = examine(patient, way)
    assert {name for name, one in report.findings.items() if one.state != "good"} == {"tls"}
    assert report.exit_code == 1


@pytest.mark.parametrize("url", [f"{LMS}/.well-known/openid-configuration", f"{LMS}/certs"])
def test_a_platform_that_stops_answering_is_not_asked_again(patient: Patient, way: FakeWay, url: str) -> None:
    way.answers[f"GET {url}"] = ToolError("http.too_slow", seconds=8)
    report = examine(patient, way)
    assert report.exit_code == 3
    assert way.calls[-1][1] == url


def test_a_finding_alone_ends_with_one(patient: Patient, way: FakeWay) -> None:
    way.refused[SCORE] = ToolError("token.refused", "invalid_scope", status=400, platform="LMS")
    assert examine(patient, way).exit_code == 1


def test_names_and_addresses_are_told(patient: Patient, way: FakeWay) -> None:
    finding = check_dns(patient, way)
    assert finding.params == {"hosts": "lms.example.go.id", "addresses": "93.184.216.34"}


@pytest.mark.parametrize(("days", "code"), [(13, "doctor.tls.ending"), (15, "doctor.tls.good")])
def test_a_certificate_that_ends_soon_is_found(patient: Patient, way: FakeWay, days: int, code: str) -> None:
    way.shown = Certificate(NOW + timedelta(days=days), "Contoh CA")
    finding = check_tls(patient, way)
    assert (finding.code, finding.params["days"]) == (code, days)


def test_a_platform_without_tls_has_no_certificate_to_look_at(patient: Patient, way: FakeWay) -> None:
    plain = dict.fromkeys(("auth_url", "token_url", "jwks_url"), "http://lms.local/x")
    patient = msgspec.structs.replace(patient, platform=msgspec.structs.replace(patient.platform, **plain))
    assert check_tls(patient, way).code == "doctor.tls.none"


@pytest.mark.parametrize(
    ("ahead", "code"),
    [(0, "doctor.clock.good"), (31, "doctor.clock.ahead"), (-7, "doctor.clock.behind"), (-5, "doctor.clock.good")],
)
def test_clocks_that_differ_are_found(patient: Patient, way: FakeWay, ahead: int, code: str) -> None:
    patient.learn_clock({"date": format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)})
    assert check_clock(patient, way).code == code


@pytest.mark.parametrize("date", ["", "kemarin", "Mon, 02 Mar 2026 01:00:00 -0000"])
def test_a_date_that_tells_nothing_is_not_tried(patient: Patient, way: FakeWay, date: str) -> None:
    patient.learn_clock({"date": date})
    assert check_clock(patient, way).code == "doctor.clock.unknown"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(404, b"", {}), "doctor.configuration.none"),
        (Reply(200, b"<html>", {}), "doctor.configuration.broken"),
        (Reply(200, b"[" * 100_000, {}), "doctor.configuration.broken"),
        (json_reply({"issuer": "https://lain.example.go.id"}), "doctor.configuration.differs"),
        (json_reply({"issuer": LMS, "authorization_endpoint": 3}), "doctor.configuration.differs"),
    ],
)
def test_what_the_platform_publishes_is_compared(patient, way, reply: Reply, code: str) -> None:
    way.answers[f"GET {LMS}/.well-known/openid-configuration"] = reply
    assert check_configuration(patient, way).code == code


def test_the_configuration_lies_where_the_profile_says(patient: Patient, way: FakeWay) -> None:
    patient.profile = replace(PROFILE, configuration_path="/mod/lti/openid-configuration.php")
    check_configuration(patient, way)
    assert way.calls[0][1] == f"{LMS}/mod/lti/openid-configuration.php"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(500, b"", {}), "doctor.jwks.status"),
        (Reply(200, b"<html>", {}), "doctor.jwks.shape"),
        (Reply(200, b"3", {}), "doctor.jwks.shape"),
        (json_reply({"keys": []}), "doctor.jwks.shape"),
        (json_reply({"keys": [{"kid": "lemah", "kty": "RSA", "n": "AQAB", "e": "AQAB"}]}), "doctor.jwks.unfit"),
        (ToolError("http.too_large", limit=1), "http.too_large"),
    ],
)
def test_a_key_set_that_is_not_one_is_found(patient, way, reply, code: str) -> None:
    way.answers[f"GET {LMS}/certs"] = reply
    assert check_jwks(patient, way).code == code


def test_kids_and_sizes_of_the_keys_are_told(patient: Patient, way: FakeWay) -> None:
    assert check_jwks(patient, way).params == {"count": 1, "kids": "kunci-1", "bits": "2048"}


@pytest.mark.parametrize(
    ("url", "address", "blocked", "code"),
    [
        (TOOL, "93.184.216.35", True, "doctor.reach.good"),
        (TOOL, "10.0.0.5", True, "doctor.reach.blocked"),
        (f"{TOOL}:8443", "93.184.216.35", True, "doctor.reach.blocked"),
        (f"{TOOL}:8443", "93.184.216.35", False, "doctor.reach.private"),
        ("https://tiada.example.go.id", "93.184.216.35", True, "doctor.reach.unresolved"),
    ],
)
def test_an_address_that_the_platform_may_not_call_is_found(patient, way, url, address, blocked, code) -> None:
    way.hosts["jampel.example.go.id"] = [address]
    patient.base_url, patient.profile = url, replace(PROFILE, private_jwks_blocked=blocked)
    finding = check_reachable(patient, way)
    assert finding.code == code
    assert code != "doctor.reach.blocked" or "Keamanan HTTP" in finding.sentences("id")[1]


@pytest.mark.parametrize(
    ("fetches", "code"),
    [
        ([], "doctor.fetched.never"),
        ([""], "doctor.fetched.others"),
        (["another"], "doctor.fetched.others"),
        (["another", "this"], "doctor.fetched.good"),
    ],
)
def test_whether_the_platform_fetched_our_keys_is_told(patient, way, fetches, code: str) -> None:
    ids = {"this": patient.platform.id}
    patient.fetches = [
        JwksFetch("Moodle", "public", ids.get(one, one), 1_600_000_000, 1_700_000_000) for one in fetches
    ]
    assert check_fetched(patient, way).code == code


def test_a_token_that_was_given_proves_that_the_platform_reached_us(patient: Patient, way: FakeWay) -> None:
    patient.base_url, patient.fetches, patient.tokens = f"{TOOL}:8443", [], {SCORE: "t"}
    assert check_reachable(patient, way).code == "doctor.reach.allowed"
    assert check_fetched(patient, way).code == "doctor.fetched.token"


@pytest.mark.parametrize(
    ("language", "launched", "fetched", "ends"),
    [
        ("id", "2 Mar 2026 09.59 WIT", "15 Nov 2023 07.13 WIT", "31 Mei 2026"),
        ("en", "2 Mar 2026 09:59 WIT", "15 Nov 2023 07:13 WIT", "31 May 2026"),
    ],
)
def test_what_was_found_tells_the_time_of_the_institution(patient, way, language, launched, fetched, ends) -> None:
    patient.zone = ZoneInfo("Asia/Jayapura")
    found = Report({one.__name__: one(patient, way) for one in (check_redirect, check_fetched, check_tls)})
    kept = report_from(kept_report(found).decode())
    assert kept == found
    for told, finding in zip((launched, fetched, ends), kept.findings.values(), strict=True):
        assert told in finding.sentences(language)[0]


@pytest.mark.parametrize("text", ["", "{", '{"findings": {"a": {"code": "b", "params": {"c": {"moment": "x"}}}}}'])
def test_a_report_that_cannot_be_read_is_none(text: str) -> None:
    assert report_from(text) is None


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(400, b"Unknown redirect_uri", {}), "doctor.redirect.refused"),
        (Reply(404, b"<html>Invalid request", {}), "doctor.redirect.unproven"),
        (Reply(200, b"<form>", {}), "doctor.redirect.unproven"),
    ],
)
def test_without_a_launch_the_platform_is_asked_about_the_redirect_uri(patient, way, reply, code: str) -> None:
    patient.last_launch = None
    way.answers[f"GET {LMS}/auth"] = reply
    assert check_redirect(patient, way).code == code
    assert "redirect_uri=https%3A%2F%2Fjampel.example.go.id%2Flti%2Flaunch" in way.calls[-1][1]


@pytest.mark.parametrize(
    ("scope", "detail", "code"),
    [
        ("score", "invalid_scope", "doctor.token.setting_off"),
        ("result.readonly", "invalid_scope", "doctor.token.scope_off"),
        ("score", "invalid_client", "doctor.token.client"),
        ("score", "no token in the answer", "doctor.token.refused"),
    ],
)
def test_a_token_that_is_refused_names_what_to_change(patient, way, scope, detail, code: str) -> None:
    way.refused[SCOPES[scope]] = ToolError("token.refused", detail, status=400, platform="LMS")
    finding = token_check(scope)(patient, way)
    assert finding.code == code
    assert code != "doctor.token.setting_off" or "Layanan nilai" in finding.sentences("id")[1]
    assert SCOPES[scope] not in patient.tokens


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "doctor.authorization.stripped"),
        (403, "doctor.authorization.forbidden"),
        (200, "doctor.authorization.good"),
    ],
)
def test_a_stripped_authorization_header_is_recognised(patient, way, status: int, code: str) -> None:
    patient.tokens = {LINE_ITEM: "t"}
    way.answers[f"GET {ITEMS}"] = Reply(status, b"[]", {})
    assert check_authorization(patient, way).code == code


@pytest.mark.parametrize("check", [check_authorization, check_roster, check_score])
def test_services_without_a_token_or_an_address_are_not_tried(patient, way, check) -> None:
    assert check(patient, way).state == "untried"
    patient.tokens = {LINE_ITEM: "t", SCORE: "t", ROSTER: "t"}
    patient.line_items = patient.roster = ""
    assert check(patient, way).state == "untried"
    assert way.calls == []


@pytest.mark.parametrize("check", [check_authorization, check_roster, check_score])
def test_a_token_goes_to_no_host_but_the_platforms(patient, way, check) -> None:
    patient.tokens = {LINE_ITEM: "t", SCORE: "t", ROSTER: "t"}
    patient.line_items = patient.roster = "https://lain.example.go.id/x"
    assert check(patient, way).code == "services.foreign_host"
    assert way.calls == []


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(404, b"", {}), "doctor.roster.refused"),
        (Reply(200, b"[]", {}), "doctor.roster.refused"),
        (json_reply({"members": [{"user_id": "2"}, 3]}), "doctor.roster.no_numbers"),
        (json_reply({"members": []}), "doctor.roster.good"),
    ],
)
def test_the_roster_is_read_for_numbers_of_persons(patient, way, reply: Reply, code: str) -> None:
    patient.tokens = {ROSTER: "t"}
    way.answers[f"GET {MEMBERS}"] = reply
    assert check_roster(patient, way).code == code


@pytest.mark.parametrize(
    ("method", "url", "reply", "code"),
    [
        ("POST", ITEMS, Reply(403, b"", {}), "doctor.score.not_made"),
        ("POST", ITEMS, Reply(201, b"<html>", {}), "doctor.score.not_made"),
        ("POST", ITEMS, json_reply({"id": "https://lain.example.go.id/9"}, 201), "doctor.score.not_made"),
        ("POST", f"{ITEM}/scores", Reply(401, b"", {}), "doctor.score.refused"),
        ("POST", f"{ITEM}/scores", Reply(500, b"", {}), "doctor.score.refused"),
        ("POST", f"{ITEM}/scores", Reply(200, b"", {}), "doctor.score.good"),
        ("DELETE", ITEM, Reply(500, b"", {}), "doctor.score.left"),
        ("DELETE", ITEM, ToolError("http.unreachable", host="lms"), "doctor.score.left"),
    ],
)
def test_a_dry_run_of_a_score_tells_where_it_ends(patient, way, method, url, reply, code: str) -> None:
    patient.tokens = {LINE_ITEM: "t", SCORE: "t"}
    way.answers[f"{method} {url}"] = reply
    assert check_score(patient, way).code == code


def test_a_test_line_item_is_removed_though_its_score_met_no_answer(patient: Patient, way: FakeWay) -> None:
    patient.tokens = {LINE_ITEM: "t", SCORE: "t"}
    del way.answers[f"POST {ITEM}/scores"]
    assert check_score(patient, way).code == "http.unreachable"
    assert way.calls[-1][:2] == ("DELETE", ITEM)


@pytest.mark.parametrize(
    ("reply", "code"),
    [(Reply(200, b"[]", {}), "doctor.score.read"), (Reply(500, b"", {}), "doctor.score.not_read")],
)
def test_line_items_are_only_read_with_a_token_that_only_reads(patient, way, reply: Reply, code: str) -> None:
    patient.tokens = {LINE_ITEM_READ: "t"}
    way.answers[f"GET {ITEMS}"] = reply
    assert check_score(patient, way).code == code
