"""The pages of a platform's examination and of the launch debugger, and their commands."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from lti_tool.cli import main
from lti_tool.doctor.testing import FakeWay
from lti_tool.store import NewPlatform
from lti_tool.testing import FakePlatform, state_and_nonce
from lti_tool.watch.store import Beat
from lti_tool.web.testing import LMS, PASSWORD, send
from lti_tool.worker import Work
from xapi.database import writing
from xapi.queue.worker import LEASE_SECONDS

NIP = "209901012099011001"
OTHER = {
    "name": "LMS Kota", "issuer": "https://lms.kota.example", "client_id": "b",
    "auth_url": "https://lms.kota.example/a", "token_url": "https://lms.kota.example/t",
    "jwks_url": "https://lms.kota.example/k",
}  # fmt: skip


@pytest.fixture
def admin(site):
    return site.staff("admin")


@pytest.fixture
def platform(site):
    return site.platform()


@pytest.fixture
def fake(site, rsa_key, platform, clock):
    return FakePlatform(rsa_key, site.clock, client_id=platform.client_id)


def actions(site) -> list[str]:
    return [line.action for line in site.services.house.log.last()]


def launch(site, fake, **changes):
    """A login and a launch with claims changed, in a browser of its own; gives the answer to the launch."""
    site.services.lti.platforms.save_jwks(site.platform().id, fake.jwks().decode(), site.clock())
    site.services.lti.deployments.approve(site.platform().id, fake.deployment, site.clock())
    browser = site.browser()
    form = fake.login_form(target_link_uri="http://localhost/lti/launch")
    started = browser.post("/lti/login", data=form, base_url="https://localhost")
    assert started.status_code == 302, started.text
    state, nonce = state_and_nonce(started.headers["Location"])
    target = {"https://purl.imsglobal.org/spec/lti/claim/target_link_uri": "http://localhost/lti/launch"}
    token = fake.token(fake.claims(nonce, **target, **changes))
    return browser.post("/lti/launch", data={"state": state, "id_token": token}, base_url="https://localhost")


@pytest.mark.parametrize("page", ["periksa", "peluncuran"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pages_of_a_platform_open(admin, platform, page: str, language: str) -> None:
    assert admin.get(f"/admin/lms/{platform.id}/{page}?lang={language}").status_code == 200


@pytest.mark.parametrize("page", ["periksa", "peluncuran"])
def test_pages_of_no_platform_are_not_found(admin, page: str) -> None:
    assert admin.get(f"/admin/lms/{'9' * 32}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["periksa", "peluncuran"])
@pytest.mark.parametrize("role", ["auditor", "author"])
def test_only_administrators_see_them(site, platform, page: str, role: str) -> None:
    browser = site.staff(role)
    assert browser.get(f"/admin/lms/{platform.id}/{page}").status_code in (302, 303, 403)


@pytest.fixture
def work(site, monkeypatch):
    """The worker, for which no platform is there."""
    monkeypatch.setattr("lti_tool.doctor.work.way_of", lambda *_: FakeWay())
    return Work(site.services)


def asked(admin, platform) -> str:
    """The page of an examination that was asked for."""
    answer = send(admin, f"/admin/lms/{platform.id}/periksa", f"/admin/lms/{platform.id}/periksa", tulis="1")
    assert answer.status_code == 303
    return answer.location


def test_an_examination_is_done_by_the_worker_and_shows_every_check_with_its_remedy(site, admin, platform, work):
    page = asked(admin, platform)
    assert actions(site)[0] == "platform.check"
    assert asked(admin, platform) == page, "it is under way already"
    waiting = admin.get(page).text
    assert "Menunggu giliran" in waiting
    assert "jampel worker" in waiting, "no worker has been seen: the page says what to do"
    site.services.heartbeats.write(Beat("uji", "", site.clock(), site.clock()))
    assert "jampel worker" not in admin.get(page).text
    assert page in admin.get(f"/admin/lms/{platform.id}/periksa").text
    assert work.task_once() == 1
    assert admin.get(f"{page}.json").json["ended"]
    shown = admin.get(page).text
    assert all(words in shown for words in ("Nama di DNS", "http.unresolved", "Menunggu sambungan ke LMS."))
    assert "Name in the DNS" in admin.get(f"{page}?lang=en").text, "findings are kept as codes, not as sentences"


def test_the_last_findings_stay_on_the_page_of_the_platform_for_every_administrator(site, admin, platform, work):
    asked(admin, platform)
    work.task_once()
    site.clock.advance(days=20)
    site.services.tasks.tidy()
    site.accounts.create("budi", "Petugas lain", "admin", PASSWORD)
    other = site.browser()
    send(other, "/masuk", "/masuk", username="budi", password=PASSWORD)
    page = other.get(f"/admin/lms/{platform.id}/periksa").text
    assert "Hasil terakhir" in page
    assert "http.unresolved" in page
    site.services.lti.platforms.add(NewPlatform(**OTHER), "f" * 32, site.clock())
    assert "Hasil terakhir" not in other.get(f"/admin/lms/{'f' * 32}/periksa").text


def test_an_examination_whose_worker_died_is_done_by_the_next(site, admin, platform, work, monkeypatch) -> None:
    page = asked(admin, platform)

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FakeWay, "resolve", die)
        with pytest.raises(KeyboardInterrupt):
            work.task_once()
    assert "Memeriksa" in admin.get(f"{page}.json").json["words"]
    site.clock.advance(seconds=LEASE_SECONDS + 1)
    assert Work(site.services).task_once() == 1
    shown = admin.get(page).text
    assert "http.unresolved" in shown
    assert "percobaan ke-2" in shown


@pytest.mark.thorough
def test_an_examination_of_a_platform_that_was_removed_says_so(site, admin, platform, work) -> None:
    page = asked(admin, platform)
    task = site.services.tasks.store.get(page.rpartition("/")[2])
    about = {**task.about, "platform": "e" * 32}
    gone = site.services.tasks.ask("examination", about, task.account, "id")
    while work.task_once():
        pass
    shown = admin.get(f"/pekerjaan/{gone.id}").text
    assert 'class="notice bad' in shown
    assert task.about["name"] in shown


@pytest.mark.thorough
def test_findings_of_another_release_do_not_break_the_pages(site, admin, platform, work) -> None:
    page = asked(admin, platform)
    work.task_once()
    store, task_id = site.services.tasks.store, page.rpartition("/")[2]
    for result in ('{"findings": 3}', '{"findings": {"dns": {"code": "doctor.dns.good"}}}', "x"):
        with writing(store._engine) as connection:
            connection.execute(
                text("UPDATE task SET result = :result WHERE id = :id"), {"result": result, "id": task_id}
            )
        for address in (page, f"/admin/lms/{platform.id}/periksa"):
            assert admin.get(address).status_code == 200


def test_the_watch_is_switched_on_and_off_and_noted(site, admin, platform) -> None:
    page = f"/admin/lms/{platform.id}/peluncuran"
    assert send(admin, page, page, menit="30").status_code == 303
    assert site.services.lti_parts.debugger.until(platform.id) == int(site.clock().timestamp()) + 1800
    assert send(admin, page, page, menit="0").status_code == 303
    assert site.services.lti_parts.debugger.until(platform.id) is None
    assert actions(site)[:2] == ["debug.off", "debug.on"]


@pytest.mark.parametrize("minutes", ["", "-1", "7", "9999999", "x"])
def test_a_watch_of_another_length_is_refused(admin, platform, minutes: str) -> None:
    page = f"/admin/lms/{platform.id}/peluncuran"
    assert send(admin, page, page, menit=minutes).status_code == 400


def test_a_refused_launch_is_shown_with_the_reference_that_its_page_gave(site, admin, platform, fake) -> None:
    site.services.lti_parts.debugger.switch_on(platform.id, 30)
    refused = launch(site, fake, aud="lain", name="Siti Rahmawati", email="siti@contoh.example")
    row = site.services.lti_parts.debugger.entries(platform.id)[0][0]
    assert row.code == "launch.audience"
    assert row.reference in refused.text
    page = admin.get(f"/admin/lms/{platform.id}/peluncuran").text
    assert row.reference in page
    assert "launch.audience" in page
    assert "Siti" not in page
    assert "siti@" not in page


def test_claims_are_shown_as_text(site, admin, platform, fake) -> None:
    site.services.lti_parts.debugger.switch_on(platform.id, 30)
    launch(site, fake, aud="<script>alert(1)</script>")
    assert "<script>alert(1)" not in admin.get(f"/admin/lms/{platform.id}/peluncuran").text


@pytest.mark.parametrize(("sure", "holds"), [({}, False), ({"pribadi": "1"}, True)])
def test_a_capture_holds_personal_data_only_when_it_was_agreed_to(site, admin, platform, fake, sure, holds) -> None:
    site.services.lti_parts.debugger.switch_on(platform.id, 30)
    launch(site, fake, aud="lain", name="Siti Rahmawati")
    entry = site.services.lti_parts.debugger.entries(platform.id)[0][0].id
    page = f"/admin/lms/{platform.id}/peluncuran"
    answer = send(admin, page, f"{page}/{entry}/simpan", **sure)
    assert answer.status_code == 200
    assert ("eyJ" in answer.text) is holds
    assert answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert actions(site)[0] == "debug.capture"


def test_an_entry_of_nobody_is_not_found(site, admin, platform) -> None:
    page = f"/admin/lms/{platform.id}/peluncuran"
    site.services.lti_parts.debugger.switch_on(platform.id, 30)
    assert send(admin, page, f"{page}/{'a' * 32}/simpan").status_code == 404


def test_fetches_of_the_key_set_are_noted(site) -> None:
    site.browser().get("/lti/jwks", environ_base={"REMOTE_ADDR": "8.8.8.8"}, headers={"User-Agent": "curl/8.1"})
    assert [(one.agent, one.network) for one in site.services.lti.jwks_fetches.list()] == [("curl", "public")]


@pytest.fixture
def run(site):
    """`run("doctor")` runs `jampel` on the data of the site."""
    url = site.services.settings.database.url
    database = f'[database]\nurl = "{url}"\n' if url else ""
    text = f'[institution]\nname = "Provinsi Contoh"\nslug = "contoh"\n{database}'
    (site.data / "jampel.toml").write_text(text, encoding="utf-8")
    site.clock.now = datetime.now(UTC)  # the command goes by the real clock

    def call(*arguments: str, **more: object):
        environment = {"JAMPEL_DATA": str(site.data), "JAMPEL_LANG": "en"}
        return CliRunner().invoke(main, list(arguments), env=environment, **more)  # type: ignore[arg-type]

    return call


def test_doctor_of_a_platform_that_is_not_there_ends_with_three(run, platform) -> None:
    """The name ends in .invalid (RFC 6761): no resolver knows it."""
    lms = "https://lms.invalid"
    places = ("--auth-url", f"{lms}/a", "--token-url", f"{lms}/t", "--jwks-url", f"{lms}/k")
    done = run("lti", "add", "--name", "Tiada", "--issuer", lms, "--client-id", "x", *places)
    assert done.exit_code == 0
    answer = run("doctor", "Tiada", "--json")
    assert answer.exit_code == 3
    report = json.loads(answer.stdout)
    assert report["exit"] == 3
    assert report["checks"][0]["code"] == "http.unresolved"
    shown = run("doctor", "Tiada")
    assert (shown.exit_code, "NOT TRIED" in shown.stdout) == (3, True)


def test_doctor_of_an_unknown_platform_says_so(run) -> None:
    assert run("doctor", "tidak-ada").exit_code == 1


def test_doctor_options_without_a_platform_are_a_usage_error(run) -> None:
    assert run("doctor", "--json").exit_code == 2


def test_a_launch_is_watched_saved_and_judged_again_by_commands(site, run, platform, fake, tmp_path: Path) -> None:
    assert run("lti", "debug", LMS, "--minutes", "30").exit_code == 0
    launch(site, fake, aud="lain", name="Siti Rahmawati")
    rows = json.loads(run("lti", "debug", LMS, "--json").stdout)
    assert rows[0]["code"] == "launch.audience"
    assert "launch.audience" in run("lti", "debug", LMS).stdout
    file = tmp_path / "peluncuran.json"
    asked = run("lti", "capture", rows[0]["entry"], str(file), input="n\n")
    assert (asked.exit_code, file.exists()) == (1, False)
    assert run("lti", "capture", rows[0]["entry"], str(file), "--yes").exit_code == 0
    assert file.stat().st_mode & 0o077 == 0
    again = run("lti", "replay", str(file), "--json")
    assert (again.exit_code, json.loads(again.stdout)) == (
        0, {"code": "launch.audience", "captured": "launch.audience", "same": True})  # fmt: skip
    assert run("lti", "replay", str(file)).stdout == "launch.audience\n"
    assert run("lti", "capture", rows[0]["entry"], str(file), "--yes").exit_code != 0
    file.write_text(file.read_text()[:-20])
    assert run("lti", "replay", str(file)).exit_code == 1
    assert run("lti", "debug", LMS, "--off").exit_code == 0
    assert run("lti", "debug", LMS, "--off", "--minutes", "3").exit_code == 2
