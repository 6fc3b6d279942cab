"""The addresses of LTI as a browser meets them: cookies, headers, frames and pages."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, make_response
from jinja2 import DictLoader

from lti_tool.testing import TOOL, state_and_nonce
from lti_tool.web.lti import blueprint

PAGE = "{{ error.code }}|{{ error.status }}|{{ error.sentence }}|{{ error.reference }}"


@pytest.fixture
def app(bench):
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"error.html": PAGE})
    library = SimpleNamespace(newest=lambda name: SimpleNamespace(title="Modul <A>") if name == "a" else None)

    def opened(_services, launch):
        response = make_response(f"{launch.message_type} {launch.form_token}")
        response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors *"
        response.headers["X-Frame-Options"] = "DENY"
        return response

    def reopened(_services, asked, problem):
        return make_response(f"{asked.platform.name} {problem.code}", 400)

    services = SimpleNamespace(lti_parts=bench.lti, library=library, zone=ZoneInfo("Asia/Jakarta"))
    from flask_babel import Babel

    Babel(app)
    app.register_blueprint(blueprint(services, opened, opened, reopened))
    return app


@pytest.fixture
def browser(app):
    return app.test_client()


def login(bench, browser, method="post") -> tuple[str, str]:
    form = bench.fake.login_form()
    answer = browser.post("/lti/login", data=form, base_url=TOOL) if method == "post" else browser.get(
        "/lti/login", query_string=form, base_url=TOOL)  # fmt: skip
    assert answer.status_code == 302
    return state_and_nonce(answer.headers["Location"])


@pytest.mark.parametrize("method", ["get", "post"])
def test_login_and_launch_open_the_module_in_the_platforms_frame_only(bench, browser, method: str) -> None:
    state, nonce = login(bench, browser, method)
    form = {"state": state, "id_token": bench.fake.token(bench.fake.claims(nonce))}
    answer = browser.post("/lti/launch", data=form, base_url=TOOL)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'self'; frame-ancestors https://lms.example.go.id"
    )
    assert "X-Frame-Options" not in answer.headers
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert "Partitioned" in answer.headers["Set-Cookie"]


def test_a_refusal_is_a_page_with_a_code_a_sentence_and_a_reference(bench, browser) -> None:
    answer = browser.post("/lti/launch", data={"state": "x", "id_token": "x"}, base_url=TOOL)
    code, status, sentence, reference = answer.text.split("|")
    assert (code, status, answer.status_code) == ("launch.cookie_missing", "403", 403)
    assert "cookie" in sentence
    assert len(reference) == 8


def test_a_form_over_the_limit_is_refused_with_a_line_in_the_audit(bench, browser) -> None:
    answer = browser.post("/lti/launch", data={"state": "x", "id_token": "x" * 300_000}, base_url=TOOL)
    code, status, _sentence, reference = answer.text.split("|")
    assert (code, status, answer.status_code) == ("launch.form_too_large", "413", 413)
    line = bench.store.audit.last()[0]
    assert (line.kind, line.code, line.reference) == ("launch", code, reference)


def test_a_parameter_given_twice_is_refused(bench, browser) -> None:
    form = {**bench.fake.login_form(), "iss": [bench.fake.issuer, "https://evil.example"]}
    assert browser.post("/lti/login", data=form, base_url=TOOL).text.startswith("login.parameter_twice|400")


def test_the_key_set_is_public_and_may_be_kept_for_a_while(browser) -> None:
    answer = browser.get("/lti/jwks", base_url=TOOL)
    assert answer.json["keys"][0]["kty"] == "RSA"
    assert "max-age=300" in answer.headers["Cache-Control"]


def deep_link(bench, browser) -> tuple[str, str]:
    state, nonce = login(bench, browser)
    form = {"state": state, "id_token": bench.fake.token(bench.fake.deep_linking_claims(nonce))}
    token = browser.post("/lti/launch", data=form, base_url=TOOL).text.split(" ")[1]
    return bench.store.launches.last()[0].id, token


def test_the_choice_of_a_teacher_goes_back_to_the_platform(bench, browser) -> None:
    launch, token = deep_link(bench, browser)
    form = {"launch": launch, "token": token, "modules": "a", "line_item": "1", "title": ""}
    answer = browser.post("/lti/deep-link", data=form, base_url=TOOL)
    assert 'action="https://lms.example.go.id/return?course=2"' in answer.text
    assert "frame-ancestors https://lms.example.go.id" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert browser.post("/lti/deep-link", data=form, base_url=TOOL).text.startswith("deep_link.used|403")


def test_an_unknown_module_does_not_use_up_the_choice(bench, browser) -> None:
    launch, token = deep_link(bench, browser)
    form = {"launch": launch, "token": token, "modules": ["a", "gone"]}
    assert browser.post("/lti/deep-link", data=form, base_url=TOOL).status_code == 404
    assert browser.post("/lti/deep-link", data={**form, "modules": "a"}, base_url=TOOL).status_code == 200


def test_a_form_that_can_be_mended_is_shown_again_and_can_then_be_sent(bench, browser) -> None:
    launch, token = deep_link(bench, browser)
    form = {"launch": launch, "token": token}
    answer = browser.post("/lti/deep-link", data=form, base_url=TOOL)
    assert (answer.status_code, answer.text) == (400, "LMS contoh deep_link.none_chosen")
    assert browser.post("/lti/deep-link", data={**form, "modules": "a"}, base_url=TOOL).status_code == 200


def test_a_form_of_nobody_is_not_shown_again(bench, browser) -> None:
    answer = browser.post("/lti/deep-link", data={"launch": "1" * 32, "token": "x"}, base_url=TOOL)
    assert answer.text.startswith("deep_link.used|403")


def test_cancelling_is_an_answer(bench, browser) -> None:
    launch, token = deep_link(bench, browser)
    form = {"launch": launch, "token": token, "modules": "a", "batal": "1"}
    assert 'name="JWT"' in browser.post("/lti/deep-link", data=form, base_url=TOOL).text


def test_a_form_of_many_fields_is_refused(bench, browser) -> None:
    answer = browser.post("/lti/launch", data={f"n{number}": "x" for number in range(101)}, base_url=TOOL)
    assert answer.status_code == 413
    assert answer.text.startswith("launch.form_too_large|413")


def test_a_form_in_parts_is_as_good_as_a_plain_one(bench, browser) -> None:
    state, nonce = login(bench, browser)
    form = {"state": state, "id_token": bench.fake.token(bench.fake.claims(nonce))}
    answer = browser.post("/lti/launch", data=form, base_url=TOOL, content_type="multipart/form-data")
    assert answer.status_code == 200


@pytest.mark.parametrize("body", [b"", b"&&&", b"%ff=%fe", b"state=\xff\xfe&id_token=%00", b"=&==", b"state"])
def test_a_broken_form_is_refused_with_a_page(browser, body: bytes) -> None:
    form = "application/x-www-form-urlencoded"
    assert browser.post("/lti/launch", data=body, base_url=TOOL, content_type=form).status_code in (400, 403)
