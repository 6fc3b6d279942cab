"""Rules for roles: an administrator's meaning comes before the usual one, and the tester says why."""

import json

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.errors import ToolError
from lti_tool.role_words import headline, reasons
from lti_tool.roles import MOST_RULES, check_rules, judge, rights
from lti_tool.web.testing import send

V = "http://purl.imsglobal.org/vocab/lis/v2/"
LEARNER, INSTRUCTOR, MENTOR = (f"{V}membership#{name}" for name in ("Learner", "Instructor", "Mentor"))
STAFF, ADMINISTRATOR = f"{V}institution/person#Staff", f"{V}institution/person#Administrator"


@pytest.mark.parametrize(
    ("roles", "rules", "expected"),
    [
        ([MENTOR], {MENTOR: "teacher"}, {"teacher"}), ([INSTRUCTOR], {INSTRUCTOR: "learner"}, {"learner"}),
        ([INSTRUCTOR], {INSTRUCTOR: "none"}, set()), ([INSTRUCTOR, LEARNER], {INSTRUCTOR: "none"}, {"learner"}),
        ([STAFF], {STAFF: "learner"}, {"learner"}), ([STAFF, INSTRUCTOR], {STAFF: "learner"}, {"teacher"}),
        ([MENTOR, ADMINISTRATOR], {MENTOR: "none"}, set()), (["urn:lms:asisten"], {"urn:lms:asisten": "teacher"},
        {"teacher"}), ([f"{LEARNER}x"], {LEARNER: "teacher"}, set()), ([LEARNER], {}, {"learner"}),
        ([ADMINISTRATOR], {ADMINISTRATOR: "none"}, set()),
    ],
)  # fmt: skip
def test_a_rule_comes_before_the_usual_meaning(roles: list, rules: dict, expected: set) -> None:
    assert rights(roles, rules.items()) == expected
    assert judge(roles, rules.items()).rights == expected


def test_the_tester_says_what_counted_and_why() -> None:
    verdict = judge([INSTRUCTOR, ADMINISTRATOR, "x", MENTOR], [(MENTOR, "learner")])
    assert headline(verdict, "id") == "Menjadi: peserta, pengajar"
    assert reasons(verdict, "id") == [
        (INSTRUCTOR, "peran di kursus, dihitung sebagai pengajar"),
        (ADMINISTRATOR, "tidak dihitung: peran di kursus menang atas peran di lembaga"),
        ("x", "tidak dikenal, jadi tidak memberi hak"),
        (MENTOR, "dihitung sebagai peserta menurut aturan LMS ini"),
    ]
    assert "LMS administrator" in headline(judge([ADMINISTRATOR]), "en")
    assert reasons(judge([ADMINISTRATOR]), "id") == [(ADMINISTRATOR, "peran di lembaga, dihitung sebagai admin LMS")]
    assert "tanpa hak" in headline(judge([]), "id")


@pytest.mark.parametrize(
    "rule",
    [("", "teacher"), ("x", "boss"), ("x" * 256, "teacher"), ("a b", "teacher"), ("a,b", "learner"), ("a\n", "none")],
)
def test_a_rule_that_is_none_is_refused(rule: tuple[str, str]) -> None:
    with pytest.raises(ToolError, match=r"roles\."):
        check_rules([rule])


def test_each_role_has_one_rule_and_there_are_not_too_many() -> None:
    assert check_rules([("a", "teacher"), ("a", "learner")]) == (("a", "learner"),)
    with pytest.raises(ToolError, match=r"roles\.too_many"):
        check_rules((f"r{number}", "none") for number in range(MOST_RULES + 1))


def test_rules_are_kept_with_the_platform_and_count_at_the_next_launch(bench) -> None:
    bench.store.platforms.set_role_rules(bench.platform.id, ((LEARNER, "teacher"),))
    assert bench.store.platforms.get(bench.platform.id).role_rules == ((LEARNER, "teacher"),)
    assert bench.launch().roles == {"teacher"}
    bench.store.platforms.set_role_rules(bench.platform.id, ())
    assert bench.launch().roles == {"learner"}


def test_the_page_changes_rules_and_tries_roles_out(site) -> None:
    admin, platform = site.staff("admin"), site.platform()
    page = f"/admin/lms/{platform.id}/peran"
    assert send(admin, page, page, role=MENTOR, meaning="teacher").status_code == 303
    assert site.services.lti.platforms.get(platform.id).role_rules == ((MENTOR, "teacher"),)
    tried = admin.get(page, query_string={"uji": f"{MENTOR}, {STAFF}"}).text
    assert "Menjadi: pengajar" in tried
    assert "dihitung sebagai pengajar menurut aturan LMS ini" in tried
    assert "tidak dikenal" in tried
    wrong = send(admin, page, page, role="a b", meaning="teacher")
    assert (wrong.status_code, "tanpa spasi" in wrong.text) == (400, True)
    assert send(admin, page, page, role=MENTOR, hapus="1").status_code == 303
    assert site.services.lti.platforms.get(platform.id).role_rules == ()
    assert [line.action for line in site.services.house.log.last()][:2] == ["platform.roles", "platform.roles"]


def test_the_page_switches_launches_without_a_name(site) -> None:
    admin, platform = site.staff("admin"), site.platform()
    page = f"/admin/lms/{platform.id}/peran"
    for expected in (True, False):
        assert send(admin, page, f"/admin/lms/{platform.id}/anonim").status_code == 303
        assert site.services.lti.platforms.get(platform.id).anonymous is expected
    assert admin.get("/admin/lms/tidak-ada/peran").status_code == 404


@pytest.mark.parametrize("role", ["auditor", "author"])
def test_only_administrators_come_to_the_rules(site, role: str) -> None:
    page = f"/admin/lms/{site.platform().id}/peran"
    assert site.staff(role).get(page).status_code == 403
    assert site.browser().get(page).status_code == 302


def test_the_inbox_shows_what_waits_and_one_click_decides(site) -> None:
    admin, platform = site.staff("admin"), site.platform()
    for name in ("satu", "dua"):
        site.services.lti.deployments.wait(platform.id, name, site.clock())
    page = admin.get("/admin/").text
    assert all(part in page for part in ("satu", "dua", platform.issuer, platform.client_id, "sejak"))
    address = f"/admin/lms/{platform.id}/deployment"
    send(admin, "/admin/", address, deployment="satu", putusan="approve")
    send(admin, "/admin/", address, deployment="dua", putusan="refuse")
    states = {one.deployment: one.state for one in site.services.lti.deployments.list()}
    assert states == {"satu": "approved", "dua": "refused"}
    assert "Menunggu persetujuan" not in admin.get("/admin/").text


@pytest.fixture
def run(tmp_path):
    def call(*arguments: str, language: str = "id"):
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": language}
        return CliRunner().invoke(main, ["lti", *arguments], env=environment)

    return call


@pytest.fixture
def platform(run) -> str:
    lms = "https://lms.example.go.id"
    added = run("add", "--name", "LMS", "--issuer", lms, "--client-id", "a", "--auth-url", f"{lms}/a", "--token-url",
                f"{lms}/t", "--jwks-url", f"{lms}/j", "--json")  # fmt: skip
    return json.loads(added.stdout)["platform"]


def test_the_command_says_what_somebody_would_be_and_why(run, platform: str) -> None:
    said = run("roles", platform, "--test", f"{INSTRUCTOR},{ADMINISTRATOR}")
    assert said.exit_code == 0
    assert said.stdout.splitlines()[0] == "Menjadi: pengajar"
    assert "peran di kursus menang" in said.stdout
    assert "Would be: teacher" in run("roles", platform, "--test", "Instructor", language="en").stdout


def test_the_command_sets_and_clears_rules(run, platform: str) -> None:
    assert run("roles", platform, "--set", f"{MENTOR}=teacher", "--set", "x=none").exit_code == 0
    listed = json.loads(run("roles", platform, "--json").stdout)
    assert listed == [{"role": MENTOR, "meaning": "teacher"}, {"role": "x", "meaning": "none"}]
    tried = json.loads(run("roles", platform, "--test", MENTOR, "--json").stdout)
    assert (tried["rights"], tried["reasons"][0]["role"]) == (["teacher"], MENTOR)
    run("roles", platform, "--clear", "x")
    assert len(json.loads(run("roles", platform, "--json").stdout)) == 1


def test_a_wrong_rule_or_platform_is_one_sentence_and_changes_nothing(run, platform: str) -> None:
    wrong = run("roles", platform, "--set", "x=bos", "--set", "y=teacher")
    assert wrong.exit_code != 0
    assert "arti peran" in wrong.stderr
    assert json.loads(run("roles", platform, "--json").stdout) == []
    for command in (("roles", "hilang"), ("anonymous", "hilang", "on"), ("refuse", "hilang", "1")):
        assert run(*command).exit_code != 0


def test_the_command_switches_anonymous_launches_and_refuses_deployments(run, platform: str) -> None:
    assert run("anonymous", platform, "on").exit_code == 0
    assert run("anonymous", platform, "off").exit_code == 0
    assert run("refuse", platform, "9").exit_code == 0
    assert json.loads(run("list", "--json").stdout)[0]["deployments"] == ["9 (refused)"]
