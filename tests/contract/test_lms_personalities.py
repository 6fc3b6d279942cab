"""The tool works with every kind of LMS that the sandbox can be: each claim holds with each of them, over HTTP."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from lti_tool.demo.client import Browser
from lti_tool.paging import NEXT, linked
from lti_tool.sandbox.model import LEARNER, LINE_ITEM_SCOPE, Score, User
from lti_tool.sandbox.personality import MOODLE, NAMES, STRICT
from lti_tool.sandbox.tokens import new_pem
from tests.contract.lms import COURSE, HARD_NAME, LEARNERS, MODULES, Side

SCORE_KIND = "score"


@pytest.fixture(scope="module")
def pem() -> str:
    return new_pem()


@pytest.fixture(params=NAMES)
def side(request: pytest.FixtureRequest, tmp_path: Path, pem: str) -> Iterator[Side]:
    with closing(Side(tmp_path, request.param, pem)) as found:
        yield found


@pytest.fixture
def moodle(tmp_path: Path, pem: str) -> Iterator[Side]:
    with closing(Side(tmp_path, MOODLE, pem)) as found:
        yield found


def teacher_grades(side: Side, user: str, item: str, *, seconds_ahead: float) -> None:
    """The teacher writes 50 into the gradebook, at a moment that far from now."""
    moment = (side.clock() + timedelta(seconds=seconds_ahead)).timestamp()
    graded = Score(item, user, 50, 100, f"{moment:020.6f}", "Completed", "FullyGraded")
    assert side.store.put_score(graded)


def test_a_launch_opens_the_module_for_the_learner(side: Side) -> None:
    side.choose("arsip")
    page = side.open("11", side.links()[0].id)[1]
    assert page.data["jampel-course"]["title"] == MODULES["arsip"]
    assert page.data["jampel-config"]["learner"] == "Peserta 11"


def test_the_nip_that_the_platform_sends_is_the_persons(side: Side) -> None:
    side.choose("arsip")
    side.open("12", side.links()[0].id)
    person = side.services.people.by_account(side.lms_url, "12")
    assert person is not None
    assert (
        person
        == side.services.people.resolve(
            "https://elsewhere.example", "x", nip="198501012099031012", name=None, now=side.clock()
        ).person
    )


@pytest.mark.parametrize("modules", [("arsip",), ("etika", "arsip", "pelayanan-publik")])
def test_chosen_modules_become_activities_each_with_its_column(side: Side, modules: tuple[str, ...]) -> None:
    side.choose(*modules)
    links, items = side.links(), side.store.line_items(COURSE.id)
    assert {link.custom["jampel_module"] for link in links} == set(modules)
    assert [item.resource_link for item in items] == [link.id for link in links]
    assert {item.score_maximum for item in items} == {100}


def test_a_finished_module_reaches_the_gradebook(side: Side) -> None:
    side.choose("arsip")
    side.finish("11", side.links()[0].id)
    side.settle()
    assert side.grade("11", "1") == 100
    assert [one.status for one in side.notebook.of("POST", "/scores")] == [200]


def test_a_column_that_is_missing_is_made_once(side: Side) -> None:
    link = side.bare_link()
    for user in ("11", "12"):
        side.finish(user, link)
        side.settle()
    items = side.store.line_items(COURSE.id)
    assert [(item.resource_link, item.resource_id) for item in items] == [(link, "pelayanan-publik")]
    assert [side.grade(user, items[0].id) for user in ("11", "12")] == [100, 100]
    assert len([one for one in side.notebook.of("POST", "/lineitems") if one.status == 201]) == 1


def test_a_score_that_the_platform_finds_too_old_is_sent_with_a_later_time(side: Side) -> None:
    side.choose("arsip")
    side.finish("11", side.links()[0].id)
    teacher_grades(side, "11", "1", seconds_ahead=0)
    side.settle()
    assert [one.status for one in side.notebook.of("POST", "/scores")] == [409, 200]
    assert side.grade("11", "1") == 100


def test_a_score_waits_for_the_hour_of_a_grade_that_is_ahead(side: Side) -> None:
    side.choose("arsip")
    side.finish("11", side.links()[0].id)
    teacher_grades(side, "11", "1", seconds_ahead=3600)
    side.settle()
    refused = side.notebook.of("POST", "/scores")
    assert refused, "no score was sent at all"
    assert {one.status for one in refused} == {409}
    assert side.grade("11", "1") == 50
    side.clock.advance(hours=2)
    side.settle()
    assert side.notebook.of("POST", "/scores")[-1].status == 200
    assert side.grade("11", "1") == 100


def test_no_score_is_sent_that_would_wipe_a_grade(side: Side) -> None:
    side.choose("arsip")
    side.finish("11", side.links()[0].id)
    side.settle()
    side.open("11", side.links()[0].id)
    side.settle()
    sent = [json.loads(one.body) for one in side.notebook.of("POST", "/scores")]
    assert [(body["scoreGiven"], body["gradingProgress"]) for body in sent] == [(100, "FullyGraded")]


def test_a_score_of_someone_who_left_is_kept_with_its_reason(side: Side) -> None:
    side.choose("arsip")
    side.finish("11", side.links()[0].id)
    side.store.fill([], [User("11", "Peserta 11", "guest")])
    side.settle()
    statuses = [one.status for one in side.notebook.of("POST", "/scores")]
    assert statuses == [{MOODLE: 400, STRICT: 422}[side.name]]
    stuck = side.services.queue.quarantined(side.services.institution.id, SCORE_KIND)
    assert [one.reason for one in stuck] == ["not_gradable"]


def test_a_token_that_ended_early_is_asked_for_again(side: Side) -> None:
    side.choose("arsip")
    link = side.links()[0].id
    side.finish("11", link)
    side.settle()
    used = side.notebook.of("POST", "/scores")[-1].authorization.removeprefix("Bearer ")
    assert side.store.take_ticket(used, "access_token", 0)
    side.finish("12", link)
    side.settle()
    assert [one.status for one in side.notebook.of("POST", "/scores")] == [200, 401, 200]
    assert side.grade("12", "1") == 100


def test_a_score_without_the_service_is_kept_until_it_is_switched_on(side: Side) -> None:
    side.choose("arsip")
    side.finish("11", side.links()[0].id)
    side.store.keep_tool(msgspec.structs.replace(side.tool, scopes=()))
    side.settle()
    assert side.notebook.of("POST", "/scores") == []
    assert 400 in [one.status for one in side.notebook.of("POST", "/token")]
    side.store.keep_tool(side.tool)
    side.clock.advance(hours=2)
    side.settle()
    assert side.grade("11", "1") == 100


def test_the_teacher_sees_everybody_by_their_real_names(side: Side) -> None:
    side.choose("arsip")
    side.finish("11", side.links()[0].id)
    page = side.open("2", side.links()[0].id)[1].text
    assert "Siti &amp; Budi &lt;Rahma&gt;" in page
    assert "&amp;amp;" not in page
    assert all(f"Peserta {n}" in page for n in range(11, 11 + LEARNERS))


def test_a_roster_in_pages_is_read_to_its_end(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.roster.PAGE_SIZE", "3")
    side.choose("arsip")
    url = side.platform.addresses.memberships(COURSE.id, "1")
    members = side.services.lti_parts.roster.members(side.registered, url)
    assert len(members) == LEARNERS + 2
    assert {member.name for member in members} >= {HARD_NAME, "Bu Guru"}
    assert sum(1 for member in members if LEARNER in member.roles) == LEARNERS + 1
    pages = [one for one in side.notebook.seen if "anggota" in one.path or "memberships" in one.path]
    assert len(pages) > 1
    assert ["Link" in one.headers for one in pages] == [True] * (len(pages) - 1) + [False]


def test_every_service_is_asked_for_its_one_media_type(side: Side) -> None:
    link = side.bare_link()
    side.finish("11", link)
    side.settle()
    side.open("2", link)
    asked = {one.accept for one in side.notebook.seen if one.method == "GET" and "vnd.ims" in one.accept}
    assert asked == {
        "application/vnd.ims.lis.v2.lineitemcontainer+json",
        "application/vnd.ims.lis.v2.resultcontainer+json",
        "application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
    }


def test_the_link_to_the_next_page_of_line_items_is_understood(side: Side) -> None:
    for module in MODULES:
        side.choose(module)
    services, url = side.services.lti_parts.services, side.platform.addresses.line_items(COURSE.id, "1")
    seen: list[str] = []
    following = f"{url}{'&' if '?' in url else '?'}limit=1"
    while following:
        accept = "application/vnd.ims.lis.v2.lineitemcontainer+json"
        reply = services.get(side.registered, following, scopes=[LINE_ITEM_SCOPE], accept=accept)
        seen += [item["label"] for item in json.loads(reply.body)]
        following = linked(reply.headers.get("link", ""), NEXT)
    assert seen == list(MODULES.values())


def test_a_hint_that_was_used_ends_in_a_page_and_not_in_a_launch(side: Side) -> None:
    side.choose("arsip")
    browser = side.enter("11")
    frame = browser.get(f"{side.lms_url}/kegiatan/{side.links()[0].id}").frames[0]
    form = browser.get(frame).forms[0]
    assert "id_token" in browser.submit(form).forms[0].fields
    again = browser.submit(form)
    if side.name == MOODLE:
        assert (again.status, again.forms) == (404, [])
        return
    assert again.forms[0].fields["error"] == "login_required"
    page = browser.submit(again.forms[0])
    assert 400 <= page.status < 500
    assert "login_required" in page.text


def test_a_session_that_is_over_is_told_in_words(moodle: Side) -> None:
    """Moodle starts the launch all the same, with the login hint 0."""
    moodle.choose("arsip")
    browser = Browser()
    start = browser.get(f"{moodle.lms_url}/lti/mulai/{COURSE.id}/{moodle.links()[0].id}")
    assert start.forms[0].fields["login_hint"] == "0"
    page = browser.submit(start.forms[0])
    assert 400 <= page.status < 500


def test_a_course_without_activities_offers_no_roster_and_choosing_works_all_the_same(moodle: Side) -> None:
    moodle.choose("arsip")
    assert [link.title for link in moodle.links()] == [MODULES["arsip"]]
    assert moodle.notebook.of("GET", "memberships") == []
