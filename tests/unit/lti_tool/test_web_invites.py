"""Administration of invites, and the pages for registering by hand."""

import re

import pytest

from lti_tool.web.testing import send


@pytest.fixture
def admin(site):
    return site.staff("admin")


def make(admin, **changes: str):
    fields = {"name": "Provinsi Contoh", "days": "7", "platform": ""} | changes
    return send(admin, "/admin/undangan", "/admin/undangan", **fields)


def address(page: str) -> str:
    return re.findall(r"http://localhost/lti/register/[\w-]+", page)[0]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "page",
    ["/admin/undangan", "/admin/lms/manual", *(f"/admin/lms/manual/{name}" for name in
     ("moodle", "canvas", "blackboard", "openedx", "d2l"))],
)  # fmt: skip
def test_every_page_opens(admin, page: str, language: str) -> None:
    assert admin.get(f"{page}?lang={language}").status_code == 200


def test_an_invite_is_shown_once_and_kept_without_its_token(site, admin) -> None:
    answer = make(admin)
    assert answer.status_code == 200
    token = address(answer.text).rsplit("/", 1)[1]
    assert site.services.lti.invites.find(token, site.clock()).name == "Provinsi Contoh"
    listed = admin.get("/admin/undangan").text
    assert "Provinsi Contoh" in listed
    assert "Menunggu dipakai" in listed
    assert token not in listed
    assert site.services.house.log.last()[0].action == "invite.add"


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 121}, {"days": "0"}, {"days": "366"}, {"days": "banyak"},
              {"platform": "f" * 32}, {"name": "\u202eterbalik"}],
)  # fmt: skip
def test_a_wrong_invite_is_shown_back_and_not_made(site, admin, wrong: dict) -> None:
    assert make(admin, **wrong).status_code == 400
    assert site.services.lti.invites.list() == []


def test_an_invite_ends_at_once_and_only_once(site, admin) -> None:
    token = address(make(admin).text).rsplit("/", 1)[1]
    invite = site.services.lti.invites.list()[0]
    assert send(admin, "/admin/undangan", f"/admin/undangan/{invite.id}/akhiri").status_code == 303
    assert site.services.lti.invites.find(token, site.clock()) is None
    assert "Diakhiri" in admin.get("/admin/undangan").text
    assert send(admin, "/admin/undangan", f"/admin/undangan/{invite.id}/akhiri").status_code == 404


def test_the_page_of_a_platform_leads_to_an_invite_that_renews_it(site, admin) -> None:
    platform = site.platform()
    assert f"/admin/undangan?lms={platform.id}" in admin.get(f"/admin/lms/{platform.id}").text
    assert f'selected value="{platform.id}"' in admin.get(f"/admin/undangan?lms={platform.id}").text
    assert make(admin, platform=platform.id).status_code == 200
    assert site.services.lti.invites.list()[0].platform == platform.id


def test_only_admins_make_invites(site) -> None:
    assert site.staff("auditor").get("/admin/undangan").status_code == 403
    assert site.browser().post("/admin/undangan", data={"name": "x"}).status_code in (400, 401)


def test_another_institution_cannot_see_or_end_or_use_an_invite(site, admin) -> None:
    from lti_tool.store.invites import InviteStore

    token = address(make(admin).text).rsplit("/", 1)[1]
    store = site.services.lti.invites
    other = InviteStore(store._engine, "b" * 32)
    assert other.list() == []
    assert other.find(token, site.clock()) is None
    assert other.end(store.list()[0].id, site.clock()) is False


def test_a_manual_page_has_our_addresses_and_says_when_it_was_not_tried(admin) -> None:
    canvas = admin.get("/admin/lms/manual/canvas").text
    assert "belum dicoba" in canvas
    assert "http://localhost/lti/jwks" in canvas
    assert "oidc_initiation_url" in canvas
    moodle = admin.get("/admin/lms/manual/moodle").text
    assert "belum dicoba" not in moodle
    assert admin.get("/admin/lms/manual/lain").status_code == 404
