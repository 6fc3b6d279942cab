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
from lti_tool.pylti import new_line_item
from lti_tool.sandbox.model import LEARNER, LINE_ITEM_SCOPE, LineItem, ResourceLink, Score, User
from lti_tool.sandbox.personality import MOODLE, NAMES, STRICT
from lti_tool.sandbox.tokens import new_pem
from tests.contract.lms import COURSE, HARD_NAME, LEARNERS, MODULES, Side, walk

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
    following = [bool(linked(one.headers.get("Link", ""), NEXT)) for one in pages]
    assert following == [True] * (len(pages) - 1) + [False]


def test_every_service_is_asked_for_its_one_media_type(side: Side) -> None:
    link = side.bare_link()
    side.finish("11", link)
    side.settle()
    side.open("2", link)
    asked = {one.accept for one in side.notebook.seen if one.method == "GET" and "vnd.ims" in one.accept}
    groups = {"application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"} if side.name == STRICT else set()
    assert asked == groups | {
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


def test_a_browser_without_cookies_opens_the_module_in_a_tab_though_hints_work_once(moodle: Side) -> None:
    moodle.choose("arsip")
    browser = moodle.enter("11")
    frame = browser.get(f"{moodle.lms_url}/kegiatan/{moodle.links()[0].id}").frames[0]
    form = browser.submit(browser.get(frame).forms[0]).forms[0]
    assert "id_token" in form.fields
    lost = Browser().submit(form)  # the frame has no cookie of ours
    assert (lost.status, "launch.cookie_missing" in lost.text) == (403, True)
    (tab,) = [link for link in lost.links if "/lti/tab" in link]
    page = walk(browser, browser.get(tab))
    assert page.data["jampel-course"]["title"] == MODULES["arsip"]
    assert page.data["jampel-config"]["learner"] == "Peserta 11"


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


@pytest.fixture(scope="module", params=NAMES)
def lasting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, pem: str) -> Iterator[Side]:
    """One LMS and one tool for the tests that follow, with one activity; each keeps to its own columns and people."""
    with closing(Side(tmp_path_factory.mktemp("lasting"), request.param, pem)) as found:
        found.choose("arsip")
        yield found


def test_line_items_are_made_read_changed_and_deleted(lasting: Side) -> None:
    items, link = lasting.services.lti_parts.line_items, lasting.links()[0].id
    url = lasting.platform.addresses.line_items(COURSE.id, "1")
    new = new_line_item(label="Tugas", maximum=100, resource_id="tugas", resource_link_id="")
    new.set_tag("akhir")
    made = items.create(lasting.registered, url, new)
    read = items.get(lasting.registered, str(made.get_id()), scope=LINE_ITEM_SCOPE)
    assert (read.get_label(), read.get_score_maximum(), read.get_tag()) == ("Tugas", 100, "akhir")
    read.set_label("Tugas akhir").set_score_maximum(50)
    items.update(lasting.registered, read)
    again = items.get(lasting.registered, str(made.get_id()), scope=LINE_ITEM_SCOPE)
    assert (again.get_label(), again.get_score_maximum(), again.get_tag()) == ("Tugas akhir", 50, "akhir")
    found = items.read_all(lasting.registered, url, scope=LINE_ITEM_SCOPE)
    assert [one.get_label() for one in found] == [MODULES["arsip"], "Tugas akhir"]
    of_link = items.read_all(lasting.registered, url, scope=LINE_ITEM_SCOPE, resource_link_id=link)
    assert [one.get_label() for one in of_link] == [MODULES["arsip"]]
    for _ in range(2):  # the second time it is gone, which is as good
        items.delete(lasting.registered, str(made.get_id()))
    assert [item.label for item in lasting.store.line_items(COURSE.id)] == [MODULES["arsip"]]


def test_a_line_item_that_was_changed_keeps_its_activity(lasting: Side) -> None:
    items, link = lasting.services.lti_parts.line_items, lasting.links()[0].id
    url = lasting.platform.addresses.line_items(COURSE.id, "1")
    (item,) = items.read_all(lasting.registered, url, scope=LINE_ITEM_SCOPE)
    item.set_tag("baru")
    items.update(lasting.registered, item)
    assert [(one.resource_link, one.tag) for one in lasting.store.line_items(COURSE.id)] == [(link, "baru")]


def test_results_are_read_to_their_end(lasting: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.results.PAGE_SIZE", "2")
    column = lasting.store.add_line_item(LineItem("", COURSE.id, "Hasil", 100))
    for number in range(11, 11 + LEARNERS):
        teacher_grades(lasting, str(number), column.id, seconds_ahead=0)
    results, address = lasting.services.lti_parts.results, lasting.platform.addresses.line_item(column)
    found = results.of(lasting.registered, address)
    lasting.store.remove_line_item(column.id)
    assert {subject: result.percent for subject, result in found.items()} == {
        str(number): 50 for number in range(11, 11 + LEARNERS)
    }
    pages = 1 if lasting.name == MOODLE else -(-LEARNERS // 2)
    assert len(lasting.notebook.of("GET", "/results")) == pages


def test_the_roster_of_one_activity_is_asked_for_by_its_id(lasting: Side) -> None:
    url, link = lasting.platform.addresses.memberships(COURSE.id, "1"), lasting.links()[0].id
    roster = lasting.services.lti_parts.roster
    assert len(roster.members(lasting.registered, url, link)) == LEARNERS + 2
    assert {one.status for one in lasting.notebook.seen if f"rlid={link}" in one.path} == {200}
    assert len(roster.members(lasting.registered, url, "999")) == LEARNERS + 2, "else of the whole course"
    assert {one.status for one in lasting.notebook.seen if "rlid=999" in one.path} == {404}


def test_what_changed_in_a_roster_is_seen_by_differences_where_the_platform_tells_them(lasting: Side) -> None:
    roster, url = lasting.services.lti_parts.roster, lasting.platform.addresses.memberships(COURSE.id, "1")
    before = {one.subject for one in roster.members(lasting.registered, url)}
    lasting.store.fill(
        [], [User("13", "Nama Baru", LEARNER), User("17", "Peserta 17", "guest"), User("9", "Z", LEARNER)]
    )
    lasting.notebook.seen.clear()
    after = {one.subject: one.name for one in roster.members(lasting.registered, url)}
    lasting.store.fill([], [User("17", "Peserta 17", LEARNER), User("9", "Z", "guest")])
    assert set(after) == before - {"17"} | {"9"}
    assert after["13"] == "Nama Baru"
    asked = [one.path for one in lasting.notebook.seen if one.method == "GET"]
    assert (len(asked), "since=" in asked[0]) == (1, lasting.name == STRICT)


def test_a_module_opens_in_a_copied_course_and_its_scores_go_there(lasting: Side) -> None:
    lasting.finish("11", lasting.links()[0].id)
    lasting.settle()
    copied = lasting.platform.copy_course(COURSE)
    (link,) = lasting.store.links(copied.id)
    (column,) = lasting.store.line_items(copied.id)
    lasting.finish("12", link.id)
    lasting.settle()
    assert lasting.grade("12", column.id) == 100
    assert lasting.grade("12", "1") is None, "the column of the old course is not written to"
    assert lasting.grade("11", "1") == 100


def test_a_token_is_understood_under_whatever_media_type_it_comes(lasting: Side) -> None:
    given = lasting.notebook.of("POST", "/token")[-1]
    media_type = given.headers["Content-Type"].partition(";")[0]
    assert (given.status, media_type) == (200, {MOODLE: "text/html", STRICT: "application/json"}[lasting.name])


def test_a_link_copied_without_custom_values_opens_where_the_platform_tells_of_the_copy(lasting: Side) -> None:
    copied = lasting.platform.copy_course(COURSE)
    bare = ResourceLink("", copied.id, MODULES["arsip"], {})
    page = lasting.open("12", lasting.store.add_link(bare, None))[1]
    kinds = [one.last_kind for one in lasting.services.lti.notices.handlers(lasting.registered.id)]
    if lasting.name == MOODLE:
        assert (kinds, page.status) == ([], 404)
        return
    assert kinds == ["LtiContextCopyNotice"]
    assert page.data["jampel-course"]["title"] == MODULES["arsip"]


def test_a_class_is_filtered_by_group_where_the_platform_has_groups(lasting: Side) -> None:
    browser, page = lasting.open("2", lasting.links()[0].id)
    assert ("Semua kelompok" in page.text) == (lasting.name == STRICT)
    if lasting.name == MOODLE:
        return
    choice = next(form for form in page.forms if form.action.endswith("/lti/kelas/"))
    shown = browser.submit(choice, kelompok="a").text
    names = {f"Peserta {number}": number % 2 == 0 for number in (11, 12, 14, 15, 16)}
    assert {name: name in shown for name in names} == names
