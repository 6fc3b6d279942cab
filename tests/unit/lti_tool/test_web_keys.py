"""The administration page of the signing keys."""

import html
import re

import pytest
from cryptography.hazmat.primitives import serialization

from lti_tool.web.testing import send


@pytest.fixture
def admin(site):
    return site.staff("admin")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_shows_the_key_that_signs(site, admin, language: str) -> None:
    kid = site.services.lti_parts.keys.signing().kid
    assert kid in admin.get(f"/admin/kunci/?lang={language}").text


def test_a_rotation_is_shown_with_the_platforms_that_know_the_next_key(site, admin) -> None:
    site.platform()
    assert send(admin, "/admin/kunci/", "/admin/kunci/ganti", hari="7").status_code == 303
    assert "Belum terlihat" in admin.get("/admin/kunci/").text
    site.browser().get("/lti/jwks", headers={"User-Agent": "MoodleBot/4.5 (+https://lms.example.go.id)"})
    shown = admin.get("/admin/kunci/").text
    assert "Belum terlihat" not in shown
    assert ">Sudah<" in shown
    assert site.services.house.log.last()[0].action == "keys.rotate"


def test_a_switch_without_a_wait_is_offered_for_keys_that_leaked(site, admin) -> None:
    old = site.services.lti_parts.keys.signing().kid
    send(admin, "/admin/kunci/", "/admin/kunci/ganti", hari="0")
    assert site.services.lti_parts.keys.signing().kid != old


@pytest.mark.parametrize("days", ["-1", "", "999", "x"])
def test_another_wait_than_those_offered_is_refused(site, admin, days: str) -> None:
    assert send(admin, "/admin/kunci/", "/admin/kunci/ganti", hari=days).status_code == 400
    assert len(site.services.lti.keys.list()) == 1


def test_only_an_admin_sees_and_changes_keys(site) -> None:
    author = site.staff("author")
    assert author.get("/admin/kunci/").status_code == 403
    assert site.browser().get("/admin/kunci/").status_code == 302


def test_the_key_set_holds_no_private_number(site) -> None:
    site.services.lti_parts.keys.rotate()
    published = site.browser().get("/lti/jwks").get_json()["keys"]
    assert len(published) == 2
    assert all(set(jwk) == {"kty", "use", "alg", "kid", "n", "e"} for jwk in published)


def test_a_platform_that_cannot_fetch_the_key_set_can_be_given_the_public_key(site, admin) -> None:
    page = html.unescape(admin.get("/admin/kunci/").text)
    (pem,) = re.findall("-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", page, re.DOTALL)
    shown = serialization.load_pem_public_key(pem.encode())
    assert shown.public_numbers() == site.services.lti_parts.keys.signing().private.public_key().public_numbers()
    assert "PRIVATE" not in page


def test_canvas_reads_its_configuration_from_an_address(site) -> None:
    answer = site.browser().get("/lti/canvas.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json["target_link_uri"] == f"{site.services.settings.base_url}/lti/launch"
