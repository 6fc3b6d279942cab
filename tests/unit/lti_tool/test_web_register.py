"""Registration by invite as an LMS's browser meets it: preview, confirmation, frames, hostile platforms and replies."""

import base64
import dataclasses
import html
import json
import re
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.registration.desk import RegistrationDesk
from lti_tool.registration.request import CLAIMS, FURTHER_SCOPES, SCOPES, TOOL_CONFIGURATION, Addresses
from lti_tool.store import NewPlatform
from lti_tool.testing import FakeHttp, json_reply, moodle_configuration
from lti_tool.web.app import create_app
from lti_tool.web.register import personal_words, service_words
from lti_tool.web.testing import CHEAP, Site

LMS = "https://lms.example.go.id"
CONFIGURATION = f"{LMS}/mod/lti/openid-configuration.php"
REGISTRATION = f"{LMS}/mod/lti/openid-registration.php"
TOOL = "https://jampel.example.go.id"
INVITE, REG_TOKEN = "undangan-rahasia", "eyJ.token-lms.x"


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what is said here does not depend on the database, whose stores have tests of their own."""
    return tmp_path / "uji.db"


class Desk:
    """The tool with an open invite, and a Moodle behind `http`."""

    def __init__(self, site: Site, ours: str = TOOL) -> None:
        self.site, self.services = site, site.services
        self.http = FakeHttp({
            f"GET {CONFIGURATION}": json_reply(moodle_configuration(LMS)),
            f"POST {REGISTRATION}": registered("klien-baru"),
        })  # fmt: skip
        parts = self.services.lti_parts
        desk = RegistrationDesk(
            parts.store, self.http, secret=b"k" * 32, ours=Addresses(ours), profiles=self._profile,
            clock=site.clock, ids=uuid.uuid4,
        )  # fmt: skip
        self.services.lti_parts = dataclasses.replace(parts, registration=desk)
        self.browser = create_app(self.services, CHEAP).test_client()
        self.invite = self.invited("Provinsi Contoh", INVITE)

    def _profile(self, name: str) -> Any:
        return self.services.adapters.get(name if name == "moodle" else "generic").launch_profile

    def invited(self, name: str, token: str, **more: Any) -> Any:
        return self.services.lti.invites.add(name, token, uuid.uuid4().hex, self.site.clock(), **more)

    def open(self, token: str = INVITE, **changes: Any) -> Any:
        query = {"openid_configuration": CONFIGURATION, "registration_token": REG_TOKEN} | changes
        return self.browser.get(f"/lti/register/{token}", query_string={k: v for k, v in query.items() if v is not ...})

    def form(self, token: str = INVITE, **changes: Any) -> dict[str, str]:
        return fields(self.open(token, **changes).text)

    def press(self, form: dict[str, str], token: str = INVITE) -> Any:
        query = {"openid_configuration": CONFIGURATION}  # as in the form's own address
        return self.browser.post(f"/lti/register/{token}", query_string=query, data=form)

    def codes(self) -> list[str]:
        return [line.code for line in self.services.lti.audit.last() if line.kind == "register"]

    def platforms(self) -> list[Any]:
        return self.services.lti.platforms.list()

    def posts(self) -> int:
        return self.http.called("POST")


def fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def registered(client: str, status: int = 200, **changes: Any) -> Reply:
    value = {"client_id": client, "scope": " ".join(SCOPES), TOOL_CONFIGURATION: {"deployment_id": "7"}}
    return json_reply(value | changes, status)


def ancestors(answer: Any) -> str:
    return re.findall(r"frame-ancestors ([^;]+)", answer.headers["Content-Security-Policy"])[-1]


@pytest.fixture
def desk(site) -> Desk:
    return Desk(site)


def test_the_preview_shows_who_asks_and_what_for_before_anything_is_sent(desk) -> None:
    answer = desk.open()
    assert answer.status_code == 200
    for shown in ("Moodle", "versi 4.5.6", LMS, REGISTRATION, "Provinsi Contoh", "Nama lengkap", "Mengirim nilai"):
        assert shown in answer.text
    assert "Alamat surel, foto, dan kata sandi tidak diminta." in answer.text
    assert desk.posts() == 0
    assert desk.platforms() == []


def test_every_scope_and_claim_that_is_asked_for_has_words(desk) -> None:
    with desk.browser.application.test_request_context():
        assert set(service_words()) == {*SCOPES, *FURTHER_SCOPES}
        assert set(CLAIMS) - {"iss"} <= set(personal_words())


def test_the_configuration_is_fetched_as_plain_json_and_without_the_token(desk) -> None:
    desk.open()
    method, url, _body, headers = desk.http.calls[0]
    assert (method, url, headers) == ("GET", CONFIGURATION, {"Accept": "application/json"})


def test_pressing_install_registers_the_platform_with_its_deployment(desk) -> None:
    answer = desk.press(desk.form())
    assert answer.status_code == 200
    assert "Activate" in answer.text
    (platform,) = desk.platforms()
    assert (platform.name, platform.issuer, platform.client_id) == ("Provinsi Contoh", LMS, "klien-baru")
    assert (platform.profile, platform.token_url) == ("moodle", f"{LMS}/mod/lti/token.php")
    assert desk.services.lti.deployments.state(platform.id, "7") == "approved"
    _method, url, body, headers = desk.http.calls[-1]
    assert (url, headers["Authorization"]) == (REGISTRATION, f"Bearer {REG_TOKEN}")
    assert json.loads(body)["redirect_uris"] == [f"{TOOL}/lti/launch"]
    assert desk.services.house.log.last()[0].action == "platform.register"


def test_no_cookie_is_needed_or_set(desk) -> None:
    preview = desk.open()
    answer = desk.press(fields(preview.text))
    assert "Set-Cookie" not in preview.headers
    assert "Set-Cookie" not in answer.headers


def test_a_missing_registration_token_is_said_and_none_is_sent(desk) -> None:
    page = desk.open(registration_token=...)
    assert "tidak mengirim token pendaftaran" in page.text
    assert desk.press(fields(page.text)).status_code == 200
    assert "Authorization" not in desk.http.calls[-1][3]


def test_the_frame_is_open_to_the_platform_alone_and_to_nobody_without_an_invite(desk) -> None:
    page = desk.open()
    assert ancestors(page) == LMS
    assert ancestors(desk.press(fields(page.text))) == LMS
    assert ancestors(desk.open(openid_configuration=f"{LMS}/salah")) == LMS
    assert ancestors(desk.open("undangan-lain")) == "'none'"
    assert ancestors(desk.open(openid_configuration="https://a;script-src *")) == "'none'"
    assert ancestors(desk.open(openid_configuration=...)) == "'none'"
    for answer in (page, desk.open("undangan-lain")):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"


def test_n49_the_page_is_closed_by_a_message_to_the_platforms_origin_only(desk) -> None:
    page = desk.open()
    done = desk.press(fields(page.text))
    script = desk.browser.get("/static/register.js").text
    assert f'data-parent="{LMS}"' in page.text
    assert f'data-parent="{LMS}"' in done.text
    assert 'postMessage({ subject: "org.imsglobal.lti.close" }, parent)' in script
    assert '"*"' not in script


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://lms.example.go.id/config", "http.not_https"),
        ("https://lms.example.go.id:8443/config", "http.not_https"),
        ("https://169.254.169.254/latest", "http.private_address"),
        ("https://[::1]/config", "http.private_address"),
        ("https://[::ffff:127.0.0.1]/config", "http.private_address"),
        ("https://admin@lms.example.go.id/config", "registration.address"),
        ("file:///etc/passwd", "registration.address"),
        ("https://lms.example.go.id/config#a", "registration.address"),
        ("x" * 3000, "registration.address"),
        ("", "registration.no_configuration"),
    ],
)
def test_n45_a_configuration_address_that_must_not_be_called_is_refused(desk, address: str, code: str) -> None:
    desk.http.get = lambda url, **_more: desk.http.check(url) or Reply(200, b"{}", {})
    answer = desk.open(openid_configuration=address)
    assert 400 <= answer.status_code <= 502
    assert code in answer.text
    assert desk.codes() == [code]


def test_n45_a_private_endpoint_in_the_configuration_is_refused_before_anybody_can_agree(desk) -> None:
    desk.http.answers[f"GET {CONFIGURATION}"] = json_reply(
        moodle_configuration(LMS) | {"jwks_uri": "https://10.1.2.3/certs"}
    )
    answer = desk.open()
    assert "http.private_address" in answer.text
    assert fields(answer.text) == {}


def test_n46_endpoints_on_other_hosts_are_shown_loudly(desk) -> None:
    changed = moodle_configuration(LMS) | {"token_endpoint": "https://auth.vendor.example/token"}
    desk.http.answers[f"GET {CONFIGURATION}"] = json_reply(changed)
    page = desk.open().text
    assert "Perhatikan sebelum memasang" in page
    assert 'https://auth.vendor.example/token <span class="badge bad">host lain</span>' in page


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"issuer": "https://bank.example"}, "registration.issuer_host"),
     ({"issuer": f"{LMS}?a=1"}, "registration.issuer"),
     ({"registration_endpoint": "https://evil.example/r"}, "registration.endpoint_host")],
)  # fmt: skip
def test_n46_a_contradictory_configuration_is_a_page_without_a_button(desk, changes: dict, code: str) -> None:
    desk.http.answers[f"GET {CONFIGURATION}"] = json_reply(moodle_configuration(LMS) | changes)
    answer = desk.open()
    assert answer.status_code == 400
    assert code in answer.text
    assert "<form" not in answer.text


def test_n47_nothing_starts_without_an_open_invite(desk) -> None:
    form = desk.form()
    desk.site.clock.advance(days=8)
    for answer in (desk.open("tebakan"), desk.open(), desk.press(form)):
        assert answer.status_code == 404
        assert "registration.invite" in answer.text
    assert desk.http.called("GET") == 1
    assert desk.posts() == 0


def test_n47_an_ended_invite_ends_the_page_that_is_open(desk) -> None:
    form = desk.form()
    assert desk.services.lti.invites.end(desk.invite.id, desk.site.clock())
    assert desk.press(form).status_code == 404
    assert desk.posts() == 0


def test_n47_the_form_works_once(desk) -> None:
    form = desk.form()
    assert desk.press(form).status_code == 200
    again = desk.press(form)
    assert again.status_code == 409
    assert "registration.form_used" in again.text
    assert desk.posts() == 1


def test_n47_a_form_of_another_invite_token_or_hour_is_refused(desk) -> None:
    desk.invited("Provinsi Lain", "undangan-dua")
    form = desk.form()
    assert "registration.form" in desk.press(form, "undangan-dua").text
    assert "registration.form" in desk.press(form | {"registration_token": "lain"}).text
    assert "registration.form" in desk.press(form | {"shown": ""}).text
    desk.site.clock.advance(minutes=31)
    assert "registration.form_old" in desk.press(form).text
    assert desk.posts() == 0


def test_n47_what_was_shown_is_what_is_registered(desk) -> None:
    form = desk.form()
    body, _dot, signature = form["shown"].rpartition(".")
    other = base64.urlsafe_b64decode(body).replace(b"token.php", b"evil_.php")
    changed = f"{base64.urlsafe_b64encode(other).decode()}.{signature}"
    assert desk.press(form | {"shown": changed}).status_code == 403
    desk.http.answers[f"GET {CONFIGURATION}"] = json_reply(
        moodle_configuration(LMS) | {"token_endpoint": "https://evil.example/token"}
    )
    desk.press(form)
    assert desk.platforms()[0].token_url == f"{LMS}/mod/lti/token.php"


def test_n47_a_registration_that_is_there_is_not_overwritten_by_another_invite(desk) -> None:
    desk.press(desk.form())
    desk.invited("Orang lain", "undangan-dua")
    page = desk.open("undangan-dua")
    assert "LMS ini sudah terdaftar" in page.text
    moved = moodle_configuration(LMS) | {"token_endpoint": "https://evil.example/token"}
    desk.http.answers[f"GET {CONFIGURATION}"] = json_reply(moved)
    before = desk.platforms()
    answer = desk.press(desk.form("undangan-dua"), "undangan-dua")
    assert answer.status_code == 409
    assert "registration.exists" in answer.text
    assert desk.platforms() == before


def test_n47_the_registration_token_and_the_invite_are_in_no_log(desk, caplog) -> None:
    caplog.set_level("DEBUG")
    desk.http.answers[f"POST {REGISTRATION}"] = Reply(500, f"kata {REG_TOKEN}".encode(), {})
    desk.press(desk.form())
    kept = " ".join(f"{record.__dict__}" for record in caplog.records)
    kept += str(desk.services.lti.audit.last()) + str(desk.services.house.log.last())
    assert REG_TOKEN not in kept
    assert INVITE not in kept


def test_the_invite_that_registered_a_platform_renews_it(desk) -> None:
    desk.press(desk.form())
    changed = moodle_configuration(LMS) | {"jwks_uri": f"{LMS}/certs-baru"}
    desk.http.answers[f"GET {CONFIGURATION}"] = json_reply(changed)
    page = desk.open()
    assert "Perbarui Jampel di LMS ini?" in page.text
    answer = desk.press(fields(page.text))
    assert "Pendaftaran Jampel diperbarui" in answer.text
    (platform,) = desk.platforms()
    assert platform.jwks_url == f"{LMS}/certs-baru"


def test_a_renewal_invite_makes_no_second_registration(desk) -> None:
    desk.press(desk.form())
    desk.http.answers[f"POST {REGISTRATION}"] = registered("klien-lain")
    answer = desk.press(desk.form())
    assert answer.status_code == 409
    assert "registration.other_client" in answer.text
    assert [one.client_id for one in desk.platforms()] == ["klien-baru"]


def test_a_renewal_invite_is_for_its_own_platform_alone_and_says_so_before_anything_is_sent(desk) -> None:
    other = desk.services.lti.platforms.add(
        NewPlatform(name="LMS Lain", issuer="https://lain.example", client_id="x", auth_url="https://lain.example/a",
                    token_url="https://lain.example/t", jwks_url="https://lain.example/j"),
        uuid.uuid4().hex, desk.site.clock(),
    )  # fmt: skip
    desk.invited("Pembaruan", "pembaruan", platform=other.id)
    answer = desk.open("pembaruan")
    assert "registration.other_platform" in answer.text
    assert "LMS Lain" in answer.text
    assert "<form" not in answer.text


def test_a_renewal_changes_neither_the_name_nor_a_refused_deployment(desk) -> None:
    desk.press(desk.form())
    (platform,) = desk.platforms()
    desk.services.lti.deployments.refuse(platform.id, "7", desk.site.clock())
    desk.invited("Nama lain", "pembaruan", platform=platform.id)
    assert desk.press(desk.form("pembaruan"), "pembaruan").status_code == 200
    assert desk.platforms()[0].name == "Provinsi Contoh"
    assert desk.services.lti.deployments.state(platform.id, "7") == "refused"


@pytest.mark.parametrize(
    ("reply", "code", "said"),
    [
        (Reply(401, b"token_already_used", {}), "registration.refused", "token_already_used"),
        (Reply(400, b"<script>alert(1)</script>salah", {}), "registration.refused", "salah"),
        (Reply(404, b"<html><body>Error", {}, "Not Found"), "registration.refused", "Not Found"),
        (Reply(200, b"<html>ok</html>", {}), "registration.reply", ""),
        (registered(""), "registration.client_id", ""),
        (registered("abc", redirect_uris=["https://evil.example/x"]), "registration.other_addresses", ""),
        (ToolError("http.unreachable", "gone", host="lms.example.go.id"), "http.unreachable", "lms.example.go.id"),
    ],
)
def test_n48_when_the_platform_gives_no_registration_nothing_is_stored_and_one_can_try_again(
    desk, reply: Any, code: str, said: str
) -> None:
    desk.http.answers[f"POST {REGISTRATION}"] = reply
    answer = desk.press(desk.form())
    assert answer.status_code == 502
    assert code in answer.text
    assert said in answer.text
    assert "<script>alert" not in answer.text
    assert desk.platforms() == []
    assert desk.codes() == [code]
    desk.http.answers[f"POST {REGISTRATION}"] = registered("kali-dua", 201)
    assert desk.press(fields(answer.text)).status_code == 200
    assert desk.platforms()[0].client_id == "kali-dua"


def test_a_reply_without_a_deployment_leaves_the_first_launch_to_the_inbox(desk) -> None:
    desk.http.answers[f"POST {REGISTRATION}"] = registered("abc", **{TOOL_CONFIGURATION: {}})
    assert "menunggu persetujuan admin Jampel" in desk.press(desk.form()).text
    assert desk.services.lti.deployments.list() == []


def test_what_the_platform_did_not_grant_is_told(desk) -> None:
    desk.http.answers[f"POST {REGISTRATION}"] = registered("abc", scope="openid")
    assert "Nilai tidak akan masuk ke buku nilai." in desk.press(desk.form()).text


@pytest.mark.parametrize(
    ("ours", "told"), [("https://10.1.2.3", True), ("https://jampel.example.go.id:8443", True), (TOOL, False)]
)
def test_moodle_that_will_not_fetch_our_keys_is_told_beforehand(site, ours: str, told: bool) -> None:
    desk = Desk(site, ours)
    answer = desk.press(desk.form())
    assert answer.status_code == 200
    assert ("HTTP security" in answer.text) is told


def test_the_page_notices_when_the_platform_has_opened_the_tool(desk) -> None:
    address = f"/lti/register/{INVITE}/keadaan"
    assert desk.browser.get(address).json == {"active": False}
    answer = desk.press(desk.form())
    assert f'data-state="{address}"' in answer.text
    assert desk.browser.get(address).json == {"active": False}
    desk.services.lti.platforms.save_jwks(desk.platforms()[0].id, "{}", desk.site.clock())
    assert desk.browser.get(address).json == {"active": True}
    assert desk.browser.get("/lti/register/lain/keadaan").status_code == 404


def test_text_of_the_platform_is_escaped_on_every_page(desk) -> None:
    evil = moodle_configuration(LMS)
    evil["https://purl.imsglobal.org/spec/lti-platform-configuration"] |= {
        "version": '"><script>alert(1)</script>', "product_family_code": "<b>x</b>",
    }  # fmt: skip
    desk.http.answers[f"GET {CONFIGURATION}"] = json_reply(evil)
    page = desk.open().text
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


def test_a_value_given_twice_and_a_form_that_is_too_large_are_refused(desk) -> None:
    twice = desk.browser.get(f"/lti/register/{INVITE}?openid_configuration=a&openid_configuration=b")
    assert "registration.parameter_twice" in twice.text
    large = desk.press({"shown": "x" * 200_000})
    assert large.status_code == 413
    assert "registration.form_too_large" in large.text


@pytest.mark.parametrize("token", ["a\r\nX-Evil: 1", "token dengan spasi", "é", "x" * 9000])
def test_a_registration_token_that_no_header_can_hold_is_refused(desk, token: str) -> None:
    assert "registration.token" in desk.open(registration_token=token).text


def test_two_confirmations_at_once_register_one_platform(desk) -> None:
    first, second = desk.form(), desk.form()
    desk.http.answers[f"POST {REGISTRATION}"] = [registered("satu"), registered("dua")]
    assert desk.press(first).status_code == 200
    assert desk.press(second).status_code == 409
    assert [one.client_id for one in desk.platforms()] == ["satu"]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    token=st.sampled_from([INVITE, "lain", "%00", "é" * 50]),
    query=st.dictionaries(st.sampled_from(["openid_configuration", "registration_token", "lain"]), _TEXT),
    form=st.dictionaries(st.sampled_from(["shown", "registration_token", "lain"]), _TEXT),
)
def test_whatever_is_asked_the_answer_is_a_page_with_code_cause_and_next_step_and_nothing_is_kept(
    desk, token: str, query: dict, form: dict
) -> None:
    answers = [
        desk.browser.get(f"/lti/register/{token}", query_string=query),
        desk.browser.post(f"/lti/register/{token}", data=form),
    ]
    for answer in answers:
        assert 400 <= answer.status_code < 500 or answer.status_code == 502
        assert "Kode: " in answer.text
        assert "web.broken" not in answer.text
    assert desk.platforms() == []
    assert desk.posts() == 0
    assert desk.services.lti.invites.find(INVITE, desk.site.clock()).used is None
