"""Where a score is: on the teacher's pages, on the administrator's, and by command; and sending it again by hand."""

import dataclasses
import json
import re
from unittest.mock import create_autospec

import pytest
from click.testing import CliRunner

from lti_tool.claims import REVIEW_LAUNCH, Ags
from lti_tool.class_view import class_of, view_class
from lti_tool.cli import main
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.grades import project_scores
from lti_tool.line_items import SCORE
from lti_tool.results import RESULT_READ, Result, Results
from lti_tool.roster import Member, Roster
from lti_tool.store import Link
from lti_tool.web.class_page import PASS_SECONDS
from lti_tool.web.learn import open_launch
from lti_tool.web.testing import LMS, send
from xapi.identity import mask_nips_in
from xapi.vocabulary import PASSED

ITEM = f"{LMS}/ags/5/lineitem"
TEACHER = frozenset({"teacher"})
NIP = "198501012099031001"


@pytest.fixture
def module(site, tmp_path):
    return site.publish(tmp_path / "modul")


@pytest.fixture
def roster(site):
    """The platform's roster and gradebook."""
    fake = create_autospec(Roster, instance=True, spec_set=True)
    fake.members.return_value = [
        Member("7", frozenset({"learner"}), "Ani", NIP),
        Member("8", frozenset({"learner"}), "<b>Budi</b>", "bukan-nip"),
    ]
    results = create_autospec(Results, instance=True, spec_set=True)
    results.of.return_value = {"7": Result("7", 55.5)}
    site.services.lti_parts = dataclasses.replace(site.services.lti_parts, roster=fake, results=results)
    return fake


def enrol(site, subject: str = "7", **changes) -> str:
    """A learner's launch; returns the registration."""
    launch = site.launch(subject=subject)
    values = {
        "registration": launch.registration, "platform": launch.platform.id, "deployment": "1",
        "resource_link": "tautan-1", "subject": subject, "module": "pelayanan-publik", "title": "Latsar",
        "learner": True, "line_item": ITEM, "scopes": SCORE,
    }  # fmt: skip
    link = Link(**(values | changes))
    return site.services.lti.launches.save(launch.id, launch.message_type, "learner", link, site.clock())


def finish(site, registration: str, share: float = 0.8) -> None:
    """The learner passes; the statement is in the LRS and the score in the outbox."""
    thing = {"id": "https://contoh.go.id/modul/1", "definition": {"name": {"id": "<script>soal"}}}
    statement = {
        "actor": site.services.people.actor("0" * 32), "verb": {"id": PASSED},
        "object": thing, "context": {"registration": registration},
        "result": {"score": {"scaled": share}, "response": "<i>x</i>"}, "timestamp": site.clock().isoformat(),
    }  # fmt: skip
    site.services.lrs.post_statements(site.services.principal("launch"), json.dumps(statement).encode())
    services = site.services
    project_scores(services.lti, services.statements.after, services.queue, services.clock)


def refuse(site, registration: str, problem: str = "not_gradable") -> None:
    score = site.services.lti.scores.get(registration)
    site.services.lti.scores.refused(score, problem, site.clock(), "")


def teacher_launch(site, **changes):
    ags = Ags(ITEM, "", (SCORE, RESULT_READ))
    return site.launch(roles=TEACHER, ags=ags, nrps_url=f"{LMS}/nrps", **changes)


def opened(site, launch) -> str:
    with site.app.test_request_context():
        return open_launch(site.services, launch).get_data(as_text=True)


def pass_of(page: str) -> str:
    return re.search(r'name="kelas" value="([^"]+)"', page).group(1)


def test_the_class_tells_why_a_score_has_not_arrived_and_what_to_do(site, module, roster) -> None:
    registration = enrol(site)
    finish(site, registration)
    page = opened(site, teacher_launch(site))
    assert "Menunggu dikirim" in page
    refuse(site, registration)
    page = opened(site, teacher_launch(site))
    assert "Ditolak LMS" in page
    assert "tidak menilai orang ini" in page
    assert "not_gradable" not in page
    assert "55,5" in page
    assert "&lt;b&gt;Budi" in page
    assert "Belum membuka" in page
    roster.members.assert_called_with(site.platform(), f"{LMS}/nrps", "tautan-1", groups=False)


def test_a_score_that_arrived_is_said_to_have_arrived(site, module, roster) -> None:
    registration = enrol(site)
    finish(site, registration)
    site.services.lti.scores.sent(site.services.lti.scores.get(registration), site.clock())
    page = opened(site, teacher_launch(site))
    assert "Sampai" in page
    assert "Kirim semua lagi" not in page


def test_a_class_without_a_gradebook_says_that_scores_stay_here(site, module, roster) -> None:
    finish(site, enrol(site, line_item="", scopes=""))
    assert "tidak punya kolom di buku nilai" in opened(site, site.launch(roles=TEACHER))


def test_a_nip_on_the_roster_finds_the_employee_and_is_nowhere_on_the_page(site, module, roster, caplog) -> None:
    person = site.employ("Ani Pegawai")
    enrol(site)
    page = opened(site, teacher_launch(site))
    assert site.services.people.by_account(LMS, "7") == person
    assert site.services.people.by_account(LMS, "8") is None
    assert NIP not in page
    assert NIP not in caplog.text
    assert mask_nips_in(page) == page


def test_another_nip_than_the_known_one_changes_nothing(site, roster) -> None:
    first = site.employ("Orang Lain", serial=2)
    nip = site.services.people.employee(first).nip
    site.services.people.resolve(LMS, "7", nip=nip, now=site.clock())
    site.employ("Ani Pegawai")
    view_class(site.services, class_of(teacher_launch(site)))
    assert site.services.people.by_account(LMS, "7") == first


def test_a_gradebook_that_cannot_be_read_is_said(site, module, roster) -> None:
    enrol(site)
    site.services.lti_parts.results.of.side_effect = ToolError("services.status", "x", status=401)
    assert "Buku nilai LMS tidak terbaca" in opened(site, teacher_launch(site))


def test_a_teacher_sends_again_from_the_frame_without_any_cookie(site, module, roster) -> None:
    registration = enrol(site)
    finish(site, registration)
    refuse(site, registration)
    token = pass_of(opened(site, teacher_launch(site)))
    answer = site.browser().post("/lti/kelas/kirim", data={"kelas": token})
    assert answer.status_code == 200
    assert "1 nilai dikirim lagi" in answer.text
    assert LMS in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert site.services.lti.scores.problems() == {}
    assert site.services.lti.scores.get(registration).version == 2


def test_a_pass_of_one_class_sends_nothing_of_another(site, module, roster) -> None:
    registration = enrol(site)
    finish(site, registration)
    refuse(site, registration)
    enrol(site, "8", resource_link="tautan-2")
    token = pass_of(opened(site, teacher_launch(site, resource_link_id="tautan-2")))
    assert site.browser().post("/lti/kelas/kirim", data={"kelas": token}).status_code == 200
    assert site.services.lti.scores.problems() == {registration: "not_gradable"}


@pytest.mark.parametrize("path", ["/lti/kelas/", "/lti/kelas/peserta", "/lti/kelas/kirim"])
def test_a_forged_or_old_pass_opens_nothing(site, module, roster, path: str) -> None:
    enrol(site)
    token = pass_of(opened(site, teacher_launch(site)))
    for wrong in ("", "x", token[:-2], "x" * 10_000, token.replace(".", "_")):
        answer = site.browser().post(path, data={"kelas": wrong})
        assert (answer.status_code, "launch.page_old" in answer.text) == (403, True)
    site.clock.advance(seconds=PASS_SECONDS)
    assert site.browser().post(path, data={"kelas": token}).status_code == 403


def test_a_class_page_of_a_platform_that_was_switched_off_closes(site, module, roster) -> None:
    enrol(site)
    token = pass_of(opened(site, teacher_launch(site)))
    site.services.lti.platforms.set_active(site.platform().id, False)
    answer = site.browser().post("/lti/kelas/", data={"kelas": token})
    assert (answer.status_code, "launch.platform_unknown" in answer.text) == (400, True)


def test_a_class_page_of_a_deployment_that_was_refused_since_closes(site, module, roster) -> None:
    enrol(site)
    token = pass_of(opened(site, teacher_launch(site)))
    site.services.lti.deployments.refuse(site.platform().id, "1", site.clock())
    answer = site.browser().post("/lti/kelas/", data={"kelas": token})
    assert (answer.status_code, "launch.deployment_refused" in answer.text) == (403, True)


def test_a_teacher_sees_what_one_learner_did(site, module, roster) -> None:
    finish(site, enrol(site))
    token = pass_of(opened(site, teacher_launch(site)))
    page = site.browser().post("/lti/kelas/peserta", data={"kelas": token, "peserta": "7"}).text
    assert "lulus" in page
    assert "skor 80%" in page
    assert "<i>x" not in page
    assert "<script>soal" not in page
    assert "&lt;script&gt;soal" in page
    assert (
        "belum membuka modul" in site.browser().post("/lti/kelas/peserta", data={"kelas": token, "peserta": "8"}).text
    )


def test_a_teacher_learns_no_name_of_somebody_outside_the_class(site, module, roster) -> None:
    enrol(site)
    person = site.employ("Orang Lain", serial=2)
    site.services.people.resolve(LMS, "99", nip=site.services.people.employee(person).nip, now=site.clock())
    token = pass_of(opened(site, teacher_launch(site)))
    answer = site.browser().post("/lti/kelas/peserta", data={"kelas": token, "peserta": "99"})
    assert "Orang Lain" not in answer.text


def test_a_class_whose_module_was_withdrawn_says_so(site, module, roster) -> None:
    enrol(site)
    token = pass_of(opened(site, teacher_launch(site)))
    site.services.library.withdraw(module)
    answer = site.browser().post("/lti/kelas/", data={"kelas": token})
    assert (answer.status_code, "launch.module_gone" in answer.text) == (404, True)


def review(site, subject: str, roles, for_user: str = "7", **changes):
    return site.launch(message_type=REVIEW_LAUNCH, subject=subject, roles=roles, for_user=for_user, **changes)


def test_a_review_launch_shows_the_teacher_the_work_behind_a_grade(site, module, roster) -> None:
    finish(site, enrol(site))
    page = opened(site, review(site, "guru", TEACHER))
    assert "skor 80%" in page
    assert 'name="kelas"' in page


def test_a_review_launch_needs_no_custom_values(site, module, roster) -> None:
    finish(site, enrol(site))
    assert "skor 80%" in opened(site, review(site, "guru", TEACHER, custom={}))


def test_a_learner_reviews_their_own_work_and_nobody_elses(site, module, roster) -> None:
    finish(site, enrol(site))
    page = opened(site, review(site, "7", frozenset({"learner"})))
    assert "skor 80%" in page
    assert 'name="kelas"' not in page
    with pytest.raises(LaunchRefused, match=r"launch\.review_of_others"):
        opened(site, review(site, "8", frozenset({"learner"})))
    with pytest.raises(LaunchRefused, match=r"launch\.review_of_others"):
        opened(site, review(site, "8", frozenset()))


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_administrator_sees_every_score_that_is_not_there(site, module, roster, language: str) -> None:
    admin = site.staff()
    assert admin.get(f"/admin/nilai/?lang={language}").status_code == 200
    person = site.employ("Ani Pegawai")
    site.services.people.resolve(LMS, "7", nip=site.services.people.employee(person).nip, now=site.clock())
    registration = enrol(site)
    finish(site, registration)
    refuse(site, registration, "http_403")
    finish(site, enrol(site, "8"))
    page = admin.get(f"/admin/nilai/?lang={language}").text
    assert "Ani Pegawai" in page
    assert "403" in page
    assert "error:" not in page
    assert NIP not in page


def test_the_administrator_sends_one_or_all_again(site, module) -> None:
    admin = site.staff()
    first, second = (enrol(site, subject) for subject in ("7", "8"))
    for registration in (first, second):
        finish(site, registration)
        refuse(site, registration)
    assert send(admin, "/admin/nilai/", "/admin/nilai/", registrasi=first).status_code == 303
    assert site.services.lti.scores.problems() == {second: "not_gradable"}
    send(admin, "/admin/nilai/", "/admin/nilai/")
    assert site.services.lti.scores.problems() == {}
    assert [line.action for line in site.services.house.log.last()][:2] == ["scores.again", "scores.again"]


@pytest.mark.parametrize("role", ["auditor", "author"])
def test_only_administrators_look_after_scores(site, role: str) -> None:
    assert site.staff(role).get("/admin/nilai/").status_code in (302, 403)
    assert site.browser().get("/admin/nilai/").status_code in (302, 303, 401)


def command(site, *arguments: str):
    environment = {"JAMPEL_DATA": str(site.data), "JAMPEL_LANG": "id", "COLUMNS": "300",
                   "JAMPEL_INSTITUTION__SLUG": "contoh"}  # fmt: skip
    if site.services.settings.database.url:
        environment["JAMPEL_DATABASE__URL"] = site.services.settings.database.url
    return CliRunner().invoke(main, ["outbox", "scores", *arguments], env=environment)


def test_the_command_lists_scores_without_names_and_sends_them_again(site, module) -> None:
    assert command(site).exit_code == 0
    registration = enrol(site)
    finish(site, registration)
    refuse(site, registration)
    found = command(site, "--json")
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    assert (told["undelivered"], told["refused"]) == (1, 1)
    assert told["scores"][0]["problem"] == "not_gradable"
    assert "subject" not in told["scores"][0]
    assert "tidak menilai orang ini" in command(site).stdout
    assert json.loads(command(site, "--again", "--json").stdout)["again"] == 1
    assert command(site).exit_code == 0


def test_who_is_no_employee_is_said_only_where_somebody_is(site, module, roster) -> None:
    enrol(site)
    assert "belum dikenal sebagai pegawai" not in opened(site, teacher_launch(site))
    site.employ("Ani Pegawai")
    assert opened(site, teacher_launch(site)).count("belum dikenal sebagai pegawai") == 1
