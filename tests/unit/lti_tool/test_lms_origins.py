"""Pages of an LMS may use the LRS from a browser when the LMS is registered; pages of other sites may not."""

import base64
from datetime import timedelta
from typing import Any

import pytest

from lti_tool.lms_origins import LmsOrigins
from lti_tool.web.testing import LMS
from xapi.lrs.credentials import Limits

ELSEWHERE = "https://lain.example"
MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.fixture
def ask(site) -> Any:
    """`ask(origin, scope)` sends one statement from a page of `origin` with a credential that has `scope`."""
    site.platform()
    services = site.services

    def answer(origin: str | None, scope: str = "module", name: str = "peserta-7") -> Any:
        limits = Limits(module=MODULE) if scope == "module" else Limits()
        source = "package" if scope == "module" else "foreign"
        new = services.credentials.add(services.institution.id, "uji", [scope], source, limits=limits)
        statement = {
            "actor": {"account": {"homePage": LMS, "name": name}},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
            "object": {"id": MODULE + "#q-1"},
            "context": {"registration": REGISTRATION},
        }
        return site.browser().post(
            "/xapi/statements",
            json=statement,
            auth=(new.key, new.secret),
            headers={"X-Experience-API-Version": "1.0.3", **({"Origin": origin} if origin else {})},
        )

    return answer


def test_a_preflight_is_answered_by_its_origin(site) -> None:
    site.platform()
    asked = [
        site.browser().options("/xapi/statements", headers={"Origin": one, **PREFLIGHT}) for one in (LMS, ELSEWHERE)
    ]
    assert asked[0].headers["Access-Control-Allow-Origin"] == LMS
    assert "Authorization" in asked[0].headers["Access-Control-Allow-Headers"]
    assert [name for name in dict(asked[1].headers) if name.startswith("Access-Control")] == []
    assert {one.headers["Vary"] for one in asked} == {"Origin"}
    assert {one.status_code for one in asked} == {204}


def test_a_module_writes_from_a_page_of_a_registered_lms(ask: Any) -> None:
    answer = ask(LMS)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, LMS)
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_module_is_refused_in_a_page_of_another_site_and_makes_nobody_known(site, ask: Any) -> None:
    answer = ask(ELSEWHERE)
    assert (answer.status_code, answer.json["error"]) == (403, "lrs.origin")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert site.services.people.waiting() == []


def test_no_origin_is_hidden_in_a_form(site, ask: Any) -> None:
    """The alternate syntax needs no preflight: it is the credential that is refused."""
    services = site.services
    new = services.credentials.add(services.institution.id, "uji", ["module"], "package", limits=Limits(module=MODULE))
    pair = base64.b64encode(f"{new.key}:{new.secret}".encode()).decode()
    answer = site.browser().post(
        "/xapi/statements?method=POST",
        data={"Authorization": f"Basic {pair}", "X-Experience-API-Version": "1.0.3", "content": "[]"},
        headers={"Origin": ELSEWHERE},
    )
    assert (answer.status_code, answer.json["error"]) == (403, "lrs.origin")


def test_requests_that_no_browser_sends_for_a_page_are_answered_as_ever(ask: Any) -> None:
    for scope in ("module", "statements/write"):
        answer = ask(None, scope)
        assert answer.status_code == 200
        assert [name for name in dict(answer.headers) if name.startswith("Access-Control")] == []


def test_other_credentials_are_stored_and_a_foreign_page_reads_no_answer(ask: Any) -> None:
    answer = ask(ELSEWHERE, "statements/write")
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_lms_that_is_switched_off_loses_it_within_ten_seconds(site, ask: Any) -> None:
    assert ask(LMS).status_code == 200
    site.services.lti.platforms.set_active(site.platform().id, active=False)
    site.clock.now += timedelta(seconds=11)
    assert ask(LMS).status_code == 403


def test_our_own_pages_and_those_of_the_settings_may_too(clock) -> None:
    may = LmsOrigins(list, ("https://Paket.example:443/", "null"), "https://jampel.example/", clock)
    assert [may(one) for one in ("https://jampel.example", "https://paket.example", "null", ELSEWHERE, "", "*")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert LmsOrigins(list, ("*",), "", clock)(ELSEWHERE)
