"""The pages of the LRS's credentials: made, shown once, looked at, rotated, revoked."""

import re
from datetime import UTC, datetime

import pytest

from lti_tool.web.testing import PASSWORD, send
from xapi.lrs.scopes import SCOPES
from xapi.vocabulary import EXT_BENTUK, EXT_JP, EXT_MODULE_VERSION

PAGE = "/admin/kredensial"
NEW = f"{PAGE}/baru"
GOOD = {"name": "SIMPEG", "scope": "statements/write", "source": "lms_record"}


@pytest.fixture
def admin(site):
    return site.staff("admin")


def add(admin, **fields):
    """The answer to a filled form."""
    return send(admin, NEW, NEW, **(GOOD | fields))


def shown(answer) -> tuple[str, str, str]:
    """Endpoint, key and secret on the page of a new secret."""
    endpoint, key, secret = re.findall(r'class="secret">([^<]+)<', answer.text)
    return endpoint, key, secret


def listed(site) -> list:
    return site.services.credentials.list(site.services.institution.id)


def test_a_credential_shows_its_secret_once(site, admin) -> None:
    endpoint, key, secret = shown(add(admin))
    principal = site.services.credentials.authenticate(key, secret)
    assert endpoint == "http://localhost/xapi/"
    assert (principal.source, principal.scopes) == ("lms_record", frozenset({"statements/write"}))
    for page in (admin.get(PAGE).text, admin.get(f"{PAGE}/{key}").text, admin.get(f"{PAGE}/{key}/cabut").text):
        assert key in page
        assert secret not in page
    assert secret not in repr(site.services.house.log.last())


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": "review"},
        {"source": "launch"},
        {"scope": "root"},
        {"scope": []},
        {"name": ""},
        {"module": "tidak-ada"},
        {"expires": "31-12-2099"},
        {"expires": "2020-01-01"},
        {"scope": "module"},
        {"scope": ["module", "all"]},
    ],
)
def test_a_credential_that_cannot_be_is_shown_back_and_not_made(site, admin, wrong: dict) -> None:
    answer = add(admin, **wrong)
    assert answer.status_code == 400
    assert 'class="wrong"' in answer.text or 'role="alert"' in answer.text
    assert listed(site) == []


def test_several_scopes_add_up(site, admin) -> None:
    _, key, secret = shown(add(admin, scope=["statements/write", "statements/read/mine"]))
    principal = site.services.credentials.authenticate(key, secret)
    assert principal.scopes == {"statements/write", "statements/read/mine"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_form_offers_every_scope_with_a_sentence(admin, language: str) -> None:
    page = admin.get(f"{NEW}?lang={language}").text
    for scope in SCOPES:
        assert re.search(rf'value="{scope}".*?<b>[^<]+</b><span[^>]*>[^<]{{20,}} <code>{scope}</code>', page)


def test_a_module_credential_has_the_modules_jp_and_says_what_to_do(site, admin, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    answer = add(admin, scope="module", module=module.course_id, source="lms_record")
    _, key, secret = shown(answer)
    principal = site.services.credentials.authenticate(key, secret)
    assert "Memakainya di dalam paket" in answer.text
    assert principal.source == "package"
    assert principal.module.activity == module.iri
    assert principal.module.extensions == {EXT_JP: 100, EXT_BENTUK: "e-learning", EXT_MODULE_VERSION: "1.0.0"}
    assert module.iri in admin.get(f"{PAGE}/{key}").text


def test_a_module_without_its_scope_is_refused(site, admin, tmp_path) -> None:
    module = site.publish(tmp_path / "modul")
    assert add(admin, module=module.course_id).status_code == 400
    assert listed(site) == []


def test_the_last_day_counts_to_its_end_where_the_institution_is(site, admin) -> None:
    add(admin, expires="2027-01-31")
    (one,) = listed(site)
    assert one.expires == datetime(2027, 1, 31, 17, tzinfo=UTC)
    assert "Sampai 31 Jan 2027" in admin.get(PAGE).text


def test_the_list_tells_who_is_over_and_when_each_was_used(site, admin) -> None:
    _, key, secret = shown(add(admin))
    add(admin, name="Lama", expires="2026-11-23")
    site.services.credentials.authenticate(key, secret)
    page = admin.get(PAGE).text
    assert "23 Nov 2026 09.00 WIB" in page
    site.clock.advance(hours=15)
    again = site.browser()
    send(again, "/masuk", "/masuk", username="admin", password=PASSWORD)
    assert "Berakhir" in again.get(PAGE).text


def test_rotating_shows_the_new_secret_once_and_the_old_one_works_as_long_as_chosen(site, admin) -> None:
    _, key, old = shown(add(admin))
    answer = send(admin, f"{PAGE}/{key}", f"{PAGE}/{key}/ganti", grace="7d")
    _, same, new = shown(answer)
    credentials = site.services.credentials
    assert same == key
    assert "Rahasia lama masih berlaku sampai 30 Nov 2026" in answer.text
    assert [credentials.authenticate(key, secret) is not None for secret in (old, new)] == [True, True]
    assert "Rahasia berganti" in admin.get(PAGE).text
    site.clock.advance(days=7)
    assert [credentials.authenticate(key, secret) is not None for secret in (old, new)] == [False, True]


def test_rotating_without_a_grace_ends_the_old_secret(site, admin) -> None:
    _, key, old = shown(add(admin))
    _, _, new = shown(send(admin, f"{PAGE}/{key}", f"{PAGE}/{key}/ganti", grace="0"))
    credentials = site.services.credentials
    assert [credentials.authenticate(key, secret) is not None for secret in (old, new)] == [False, True]


@pytest.mark.parametrize("grace", ["", "3650d", "-1d", "2d"])
def test_a_grace_that_is_not_offered_changes_nothing(site, admin, grace: str) -> None:
    _, key, old = shown(add(admin))
    assert send(admin, f"{PAGE}/{key}", f"{PAGE}/{key}/ganti", grace=grace).status_code == 400
    assert site.services.credentials.authenticate(key, old) is not None


def test_revoking_asks_first(site, admin) -> None:
    _, key, secret = shown(add(admin))
    page = admin.get(f"{PAGE}/{key}/cabut")
    assert "Cabut SIMPEG?" in page.text
    assert site.services.credentials.authenticate(key, secret) is not None
    answer = send(admin, f"{PAGE}/{key}/cabut", f"{PAGE}/{key}/cabut")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert site.services.credentials.authenticate(key, secret) is None
    assert key not in admin.get(PAGE).text


@pytest.mark.parametrize("address", ["", "/cabut"])
def test_an_unknown_or_foreign_credential_has_no_page(site, admin, address: str) -> None:
    other = site.services.credentials.add("f" * 32, "Instansi lain", ["all"], "foreign")
    for key in (other.key, "tidak-ada"):
        assert admin.get(f"{PAGE}/{key}{address}").status_code == 404
        for action in ("ganti", "cabut"):
            assert send(admin, NEW, f"{PAGE}/{key}/{action}", grace="0").status_code == 404
    assert "Instansi lain" not in admin.get(PAGE).text
    assert site.services.credentials.authenticate(other.key, other.secret) is not None


def test_the_log_names_what_was_done_and_never_a_secret(site, admin) -> None:
    _, key, first = shown(add(admin))
    _, _, second = shown(send(admin, f"{PAGE}/{key}", f"{PAGE}/{key}/ganti", grace="1h"))
    send(admin, f"{PAGE}/{key}/cabut", f"{PAGE}/{key}/cabut")
    lines = site.services.house.log.last(3)
    assert [line.action for line in lines] == ["credential.revoke", "credential.rotate", "credential.add"]
    assert {line.subject for line in lines} == {key}
    assert not {first, second} & {line.detail for line in lines}


def test_only_administrators_have_these_pages(site, admin) -> None:
    _, key, _ = shown(add(admin))
    auditor = site.staff("auditor")
    for address in ("", "/baru", f"/{key}", f"/{key}/cabut"):
        assert auditor.get(PAGE + address).status_code == 403
