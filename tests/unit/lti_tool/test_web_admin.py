"""Administration: platforms, deployments, waiting learners, accounts, the queue and the log."""

import pytest

from lti_tool.web.testing import LMS, PASSWORD, send

PLATFORM = {
    "name": "LMS Provinsi",
    "profile": "moodle",
    "issuer": LMS,
    "client_id": "abc",
    "auth_url": f"{LMS}/auth",
    "token_url": f"{LMS}/token",
    "jwks_url": f"{LMS}/certs",
    "deployments": "1\n2\n\n",
}


@pytest.fixture
def admin(site):
    return site.staff("admin")


def actions(site) -> list[str]:
    return [line.action for line in site.services.house.log.last()]


@pytest.mark.parametrize(
    "address",
    ["/admin/", "/admin/lms/", "/admin/lms/baru", "/admin/peluncuran", "/admin/pegawai/", "/admin/kredensial",
     "/admin/kredensial/baru", "/admin/akun", "/admin/antrean", "/admin/catatan"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_opens_on_an_empty_installation(admin, address: str, language: str) -> None:
    assert admin.get(f"{address}?lang={language}").status_code == 200


def test_a_platform_is_registered_with_its_deployments(site, admin) -> None:
    answer = send(admin, "/admin/lms/baru", "/admin/lms/baru", **PLATFORM)
    assert answer.status_code == 303
    platform = site.services.lti.platforms.find(LMS, "abc")
    assert platform.profile == "moodle"
    assert {one.deployment for one in site.services.lti.deployments.list()} == {"1", "2"}
    assert "LMS Provinsi" in admin.get("/admin/lms/").text
    assert actions(site)[0] == "platform.add"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "lms"},
        {"auth_url": "javascript:alert(1)"},
        {"client_id": ""},
        {"profile": "tidak-ada"},
        {"name": "x" * 200},
    ],
)
def test_a_wrong_platform_is_shown_back_and_not_stored(site, admin, wrong: dict) -> None:
    answer = send(admin, "/admin/lms/baru", "/admin/lms/baru", **(PLATFORM | wrong))
    assert answer.status_code == 400
    assert 'class="wrong"' in answer.text
    assert site.services.lti.platforms.list() == []


def test_a_platform_twice_is_explained(admin) -> None:
    send(admin, "/admin/lms/baru", "/admin/lms/baru", **PLATFORM)
    answer = send(admin, "/admin/lms/baru", "/admin/lms/baru", **PLATFORM)
    assert answer.status_code == 400
    assert "error:" not in answer.text


def test_a_waiting_deployment_is_approved_or_refused(site, admin) -> None:
    platform = site.platform()
    for deployment in ("7", "8"):
        site.services.lti.deployments.wait(platform.id, deployment, site.clock())
    address = f"/admin/lms/{platform.id}/deployment"
    assert all("Menunggu persetujuan" in admin.get(page).text for page in ("/admin/", "/admin/lms/"))
    send(admin, "/admin/", address, deployment="7", putusan="approve")
    send(admin, "/admin/", address, deployment="8", putusan="refuse")
    states = {one.deployment: one.state for one in site.services.lti.deployments.list()}
    assert states == {"7": "approved", "8": "refused"}
    assert send(admin, "/admin/", address, deployment="7", putusan="apa").status_code == 400
    assert (
        send(admin, "/admin/", "/admin/lms/tidak-ada/deployment", deployment="7", putusan="approve").status_code == 404
    )


def test_a_platform_is_switched_off_and_on(site, admin) -> None:
    platform = site.platform()
    address = f"/admin/lms/{platform.id}"
    send(admin, address, f"{address}/nyala")
    assert not site.services.lti.platforms.get(platform.id).active
    send(admin, address, f"{address}/nyala")
    assert site.services.lti.platforms.get(platform.id).active


def test_the_launches_tell_results_and_codes(site, admin) -> None:
    site.services.lti.audit.add("launch", "launch.state_unknown", site.clock(), reference="a1b2c3d4")
    page = admin.get("/admin/peluncuran").text
    assert "launch.state_unknown" in page
    assert "a1b2c3d4" in page


def test_a_waiting_learner_is_matched_with_an_employee(site, admin) -> None:
    person = site.employ("Siti Rahmawati")
    waiting = site.services.people.resolve(LMS, "u-1", name="Siti", now=site.clock()).person
    address = f"/admin/pegawai/{waiting}"
    assert address in admin.get("/admin/pegawai/").text
    assert "Siti Rahmawati" in admin.get(address).text
    assert send(admin, address, address, pegawai=person).status_code == 303
    assert site.services.people.waiting() == []
    assert site.services.people.canonical()[waiting] == person
    assert admin.get(address).status_code == 404


def test_matching_with_nobody_changes_nothing(site, admin) -> None:
    waiting = site.services.people.resolve(LMS, "u-1", name="Siti", now=site.clock()).person
    address = f"/admin/pegawai/{waiting}"
    assert send(admin, "/admin/kredensial", address, pegawai="0" * 32).status_code == 404
    assert len(site.services.people.waiting()) == 1


def test_accounts_are_made_and_switched_off(site, admin) -> None:
    fields = {"username": "rina", "name": "Rina", "role": "auditor", "password": PASSWORD}
    assert send(admin, "/admin/akun", "/admin/akun", **fields).status_code == 303
    again = send(admin, "/admin/akun", "/admin/akun", **fields)
    assert (again.status_code, "sudah dipakai" in again.text) == (400, True)
    rina = next(one for one in site.services.house.accounts.list() if one.username == "rina")
    send(admin, "/admin/akun", f"/admin/akun/{rina.id}/aktif")
    assert not site.services.house.accounts.get(rina.id).active
    assert actions(site)[:2] == ["account.off", "account.add"]


def test_an_admin_cannot_switch_off_themselves(site, admin) -> None:
    me = site.services.house.accounts.list()[0]
    answer = send(admin, "/admin/akun", f"/admin/akun/{me.id}/aktif")
    assert (answer.status_code, "accounts.own_account" in answer.text) == (400, True)


def test_what_is_stuck_is_shown_with_its_reason_and_tried_again(site, admin) -> None:
    queue, institution = site.services.queue, site.services.institution.id
    queue.put(institution, "score", b"{}")
    job = queue.lease(["score"], "uji", site.clock(), 60, 1)[0]
    queue.quarantine(job, "LMS menolak")
    page = admin.get("/admin/antrean").text
    assert "LMS menolak" in page
    send(admin, "/admin/antrean", "/admin/antrean")
    assert queue.status(institution)["score"]["waiting"] == 1


@pytest.mark.parametrize("path", ["/admin/kredensial/baru", "/admin/akun", "/admin/antrean", "/admin/lms/baru"])
def test_a_post_without_the_token_of_its_form_is_refused(site, admin, path: str) -> None:
    before = actions(site)
    assert admin.post(path, data=PLATFORM).status_code == 400
    assert actions(site) == before


def test_an_auditor_cannot_post_to_the_admin_pages(site) -> None:
    auditor = site.staff("auditor")
    assert send(auditor, "/", "/admin/antrean").status_code == 403


def test_the_log_names_who_did_what(site, admin) -> None:
    send(admin, "/admin/lms/baru", "/admin/lms/baru", **PLATFORM)
    page = admin.get("/admin/catatan?cari=platform").text
    assert "platform.add" in page
    assert ">admin<" in page


HOSTED = PLATFORM | {
    "issuer": "https://canvas.example",
    "service_hosts": "Provinsi.canvas.example\napi.canvas.example:8443",
}


def test_a_hosted_platform_has_hosts_of_its_own_and_an_audience(site, admin) -> None:
    sent = HOSTED | {"token_audience": "https://api.example/auth"}
    assert send(admin, "/admin/lms/baru", "/admin/lms/baru", **sent).status_code == 303
    (platform,) = site.services.lti.platforms.list()
    assert platform.token_audience == "https://api.example/auth"
    assert platform.owns("https://provinsi.canvas.example/api/lti/courses/1/line_items")
    assert {"https://provinsi.canvas.example", "https://api.canvas.example:8443"} <= set(platform.origins)


@pytest.mark.parametrize("host", ["https://x.example", "x.example/a", "*", "'none'", "x;script-src", "x.example:port"])
def test_a_host_that_is_none_is_refused_with_the_form(site, admin, host: str) -> None:
    answer = send(admin, "/admin/lms/baru", "/admin/lms/baru", **HOSTED | {"service_hosts": host})
    assert answer.status_code == 400
    assert site.services.lti.platforms.list() == []
