"""What a pull of a Moodle records, what it tells instead, and what a second one leaves alone."""

import pytest

from adapters.errors import AdapterError
from adapters.moodle import ADAPTER
from adapters.moodle.pull import MARGIN
from adapters.wire_http import Reply
from tests.unit.adapters.moodle_site import (
    HOME,
    MARCH,
    MODULE,
    TOKEN,
    FakeMoodle,
    connection,
    nip,
    person,
    with_certificates,
)
from xapi.vocabulary import COMPLETED, FAILED, PASSED
from xapi.words import explain

COURSE = "core_completion_get_course_completion_status"
DAY = 86_400


class Pulled:
    """The pages of one run, put together."""

    def __init__(self, site: FakeMoodle, cursor: str = "", **options) -> None:
        self.pages = list(ADAPTER.pull.pages(connection(site, **options), cursor))
        self.records = [record for page in self.pages for record in page.records]
        self.told = [(one.error.code, one.place) for page in self.pages for one in page.refused]
        self.codes = [code for code, _ in self.told]
        self.sentences = [explain(one.error) for page in self.pages for one in page.refused]
        self.cursor = self.pages[-1].cursor


def site_with_one(**changes) -> FakeMoodle:
    site = FakeMoodle()
    site.add_course(5, "Pelayanan prima", [person(8), person(9)], **changes)
    site.complete(5, 8)
    return site


def graded(share: float | None, at: int = MARCH) -> list[dict]:
    raw = None if share is None else share * 80 + 20
    return [{"itemtype": "course", "graderaw": raw, "grademin": "20", "grademax": 100, "gradedategraded": at}]


def state(number: int, value: int, at: int = MARCH, kind: str = "quiz", tracking: int = 2) -> dict:
    return {"cmid": str(number), "modname": kind, "state": value, "timecompleted": at, "tracking": tracking}


def test_a_completed_course_is_a_record_with_its_jp_form_and_score():
    site = site_with_one()
    site.grades[(5, 8)] = graded(0.75)

    record = Pulled(site).records[0]

    assert (record.verb, record.completed, record.jp, record.form) == (COMPLETED, True, 300, "e-learning")
    assert (record.activity, record.title) == (f"{HOME}/course/view.php?id=5", "Pelayanan prima")
    assert record.score == 0.75
    assert record.at.isoformat() == "2026-03-02T09:00:00+07:00"
    assert record.who.nip.digits == nip(8)
    assert (record.who.issuer, record.who.subject) == (HOME, "8")


def test_the_names_by_which_packages_and_the_log_store_know_a_person_are_told_too():
    record = Pulled(site_with_one()).records[0]

    assert record.accounts == (("https://lms.contoh.go.id", "asn8"), (HOME, "asn8"))


def test_a_user_name_of_digits_could_be_the_number_of_somebody_else():
    site = FakeMoodle()
    site.add_course(5, "Kursus", [person(8, username="12")])
    site.complete(5, 8)

    assert Pulled(site).records[0].accounts == ()


def test_a_second_run_records_nothing_and_asks_about_nobody():
    site = site_with_one()
    cursor = Pulled(site).cursor
    site.asked.clear()

    again = Pulled(site, cursor, now=MARCH + 5 * DAY)

    assert (again.records, again.told) == ([], [])
    assert site.count(COURSE) == 0


def test_who_opened_the_course_since_is_read_again_even_if_the_clocks_differ():
    site = site_with_one()
    cursor = Pulled(site, now=MARCH + 3 * DAY).cursor
    site.people[5][1]["lastcourseaccess"] = MARCH + 3 * DAY - MARGIN + 60
    site.complete(5, 9, MARCH + 3 * DAY)

    again = Pulled(site, cursor, now=MARCH + 4 * DAY)

    assert [record.who.subject for record in again.records] == ["9"]


def test_everybody_is_read_again_after_a_week():
    site = site_with_one()
    cursor = Pulled(site).cursor
    site.complete(5, 9, MARCH + 60)  # by a teacher: nobody has opened the course

    assert Pulled(site, cursor, now=MARCH + 6 * DAY).records == []
    assert len(Pulled(site, cursor, now=MARCH + 8 * DAY).records) == 1


def test_a_course_whose_last_visit_is_hidden_is_always_read():
    site = site_with_one()
    site.people[5] = [person(8, lastcourseaccess=None), person(9, lastcourseaccess=None)]
    cursor = Pulled(site).cursor
    site.complete(5, 9)

    assert len(Pulled(site, cursor, now=MARCH + 5 * DAY).records) == 1


def test_the_same_pull_from_the_start_makes_the_same_keys():
    site = site_with_one()

    assert [one.key for one in Pulled(site).records] == [one.key for one in Pulled(site, now=MARCH + 90 * DAY).records]


def test_a_run_that_breaks_goes_on_where_it_stopped():
    site = FakeMoodle()
    site.add_course(5, "Besar", [person(n) for n in range(1, 251)])
    for number in range(1, 251):
        site.complete(5, number)
    site.refuse[(COURSE, 5, 150)] = Reply(503)
    pages = []
    with pytest.raises(AdapterError) as caught:
        pages += ADAPTER.pull.pages(connection(site), "")
    assert caught.value.code == "remote.busy"
    site.refuse.clear()
    site.asked.clear()

    rest = Pulled(site, first_cursor(site), now=MARCH + 7200)

    assert {record.who.subject for record in rest.records} == {str(n) for n in range(101, 251)}


def first_cursor(site: FakeMoodle) -> str:
    return next(ADAPTER.pull.pages(connection(site), "")).cursor


def test_a_person_moodle_crashes_over_is_left_out_and_told():
    site = site_with_one()
    site.complete(5, 9)
    site.refuse[(COURSE, 5, 8)] = Reply(500)

    pulled = Pulled(site)

    assert [record.who.subject for record in pulled.records] == ["9"]
    assert pulled.told == [("moodle.crashed", "Pelayanan prima · 8")]


@pytest.mark.parametrize("says", ["userdeleted", "suspended", "usernotconfirmed", "invaliduser"])
def test_a_deleted_or_suspended_person_holds_up_nobody(says):
    site = site_with_one()
    site.complete(5, 9)
    site.refuse[(COURSE, 5, 8)] = says

    pulled = Pulled(site)

    assert [record.who.subject for record in pulled.records] == ["9"]
    assert pulled.codes == ["moodle.refused"]


def test_teachers_and_guests_are_no_learners():
    site = site_with_one()
    site.people[5] += [person(10), person(11, username="guest")]
    site.refuse[(COURSE, 5, 10)] = "usernotenroled"

    pulled = Pulled(site)

    assert (len(pulled.records), pulled.told) == (1, [])
    assert (COURSE, 5, 11) not in site.asked


def test_people_whom_the_account_may_not_see_do_not_end_the_list():
    site = FakeMoodle()
    site.add_course(5, "Besar", [person(n) for n in range(1, 451)])
    site.hidden = set(range(1, 150)) | set(range(210, 300))
    site.complete(5, 450)

    assert [record.who.subject for record in Pulled(site).records] == ["450"]


def test_somebody_who_leaves_while_the_list_is_read_makes_nobody_be_skipped():
    site = FakeMoodle()
    site.add_course(5, "Besar", [person(n) for n in range(1, 301)])
    for number in range(1, 301):
        site.complete(5, number)
    pages = ADAPTER.pull.pages(connection(site), "")
    seen = list(next(pages).records)
    del site.people[5][:10]
    for page in pages:
        seen += page.records

    assert {record.who.subject for record in seen} == {str(n) for n in range(1, 301)}


def test_a_person_without_a_nip_is_known_by_the_account_alone():
    site = site_with_one()
    site.people[5] = [person(8, idnumber="")]

    who = Pulled(site).records[0].who

    assert (who.nip, who.subject) == (None, "8")


def test_a_nip_in_a_profile_field_is_found():
    site = site_with_one()
    field = {"shortname": "NIP_Pegawai", "type": "text", "value": "19850101 209903 1 008"}
    site.people[5] = [person(8, idnumber="", customfields=[field])]

    assert Pulled(site, nip_field="idnumber,nip_pegawai").records[0].who.nip.digits == "198501012099031008"


def test_a_withdrawn_completion_is_told_once_and_its_return_is_a_new_fact():
    site = site_with_one()
    first = Pulled(site)
    kept = site.done.pop((5, 8))

    withdrawn = Pulled(site, first.cursor, whole_after="0")
    again = Pulled(site, withdrawn.cursor, whole_after="0")
    site.done[(5, 8)] = kept | {"completions": [{"complete": 1, "timecompleted": MARCH + 90 * DAY}]}
    retaken = Pulled(site, again.cursor, now=MARCH + 91 * DAY)

    assert withdrawn.codes == ["moodle.withdrawn"]
    assert "8" in withdrawn.sentences[0]
    assert again.told == []
    assert retaken.records[0].key != first.records[0].key


def test_a_completion_that_only_changed_its_day_is_told_and_not_recorded_again():
    site = site_with_one()
    cursor = Pulled(site).cursor
    site.complete(5, 8, MARCH + 60 * DAY)

    moved = Pulled(site, cursor, whole_after="0")

    assert (moved.records, moved.codes) == ([], ["moodle.moved_day"])
    assert Pulled(site, moved.cursor, whole_after="0").told == []


def test_a_changed_grade_is_told_once():
    site = site_with_one()
    site.grades[(5, 8)] = graded(0.75)
    cursor = Pulled(site).cursor
    site.grades[(5, 8)] = graded(0.9)

    changed = Pulled(site, cursor, whole_after="0")

    assert (changed.records, changed.codes) == ([], ["moodle.regraded"])
    assert Pulled(site, changed.cursor, whole_after="0").told == []


def test_a_course_without_jp_is_recorded_told_once_and_counted_when_it_gets_jp():
    site = site_with_one(customfields=[])
    first = Pulled(site)
    second = Pulled(site, first.cursor, whole_after="0")
    site.courses.clear()
    site.add_course(5, "Pelayanan prima", site.people[5])

    now = Pulled(site, second.cursor, now=MARCH + 5 * DAY)  # a quick run: the course is read whole all the same

    assert (first.records[0].jp, first.codes) == (None, ["moodle.no_jp"])
    assert (second.records, second.told) == ([], [])
    assert [record.jp for record in now.records] == [300]
    assert now.records[0].key != first.records[0].key
    assert Pulled(site, now.cursor, now=MARCH + 6 * DAY).records == []


def test_a_changed_jp_is_told_and_counts_from_then_on():
    site = site_with_one()
    cursor = Pulled(site).cursor
    site.courses[0]["customfields"][0] |= {"value": "4,5", "valueraw": "4.50000"}
    site.complete(5, 9)

    changed = Pulled(site, cursor, whole_after="0")

    assert changed.codes == ["moodle.worth_changed"]
    assert "3 JP e-learning" in changed.sentences[0]
    assert [(record.who.subject, record.jp) for record in changed.records] == [("9", 450)]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"enablecompletion": 0}, "moodle.no_completion"),
        ({"enablecompletion": None}, "moodle.course"),
    ],
)
def test_a_course_that_cannot_be_read_is_told_once(columns, code):
    site = site_with_one(**columns)
    first = Pulled(site)

    assert (first.records, first.codes) == ([], [code])
    assert Pulled(site, first.cursor, whole_after="0").told == []


def test_a_course_without_criteria_is_told_and_its_activities_are_read():
    site = site_with_one()
    site.refuse[(COURSE, 5)] = "nocriteriaset"
    site.states[(5, 8)] = [state(70, 2)]
    site.contents[5] = [{"id": 70, "modname": "quiz", "instance": 1, "name": "Kuis <b>akhir</b>"}]

    pulled = Pulled(site)

    assert pulled.codes == ["moodle.no_criteria"]
    assert [(one.title, one.verb, one.passed, one.jp) for one in pulled.records] == [("Kuis akhir", PASSED, True, None)]
    assert site.count(COURSE) == 1


def test_finished_activities_are_learning_on_the_way():
    site = site_with_one()
    site.states[(5, 9)] = [state(70, 1), state(71, 3), state(72, 0, 0), state(73, 1, 0)]

    records = Pulled(site).records[1:]

    assert [(one.verb, one.jp, one.form, one.parent) for one in records] == [
        (COMPLETED, None, "", f"{HOME}/course/view.php?id=5"),
        (FAILED, None, "", f"{HOME}/course/view.php?id=5"),
    ]
    assert records[0].activity == f"{HOME}/mod/quiz/view.php?id=70"


def test_activities_can_be_left_out():
    site = site_with_one()
    site.states[(5, 8)] = [state(70, 1)]

    assert [one.jp for one in Pulled(site, activities="tidak").records] == [300]
    assert site.count("core_completion_get_activities_completion_status") == 0


def test_a_refused_activity_report_does_not_cost_the_completion_of_the_course():
    site = site_with_one()
    site.refuse["core_completion_get_activities_completion_status"] = "nopermissions"

    pulled = Pulled(site)

    assert ([one.jp for one in pulled.records], pulled.codes) == ([300], ["moodle.permission"])


def test_refused_grades_cost_nothing_but_the_score():
    site = site_with_one()
    site.refuse["gradereport_user_get_grade_items"] = "nopermissiontoviewgrades"

    assert Pulled(site).records[0].score is None


@pytest.mark.parametrize("at", [0, "0", None])
def test_a_completion_without_a_time_takes_that_of_the_grade_or_is_told(at):
    site = site_with_one()
    site.done[(5, 8)]["completions"] = [{"complete": True, "timecompleted": at}]

    assert Pulled(site).codes == ["moodle.no_time"]
    site.grades[(5, 8)] = graded(0.8, MARCH + 60)
    assert Pulled(site).records[0].key[-2] == str(MARCH + 60)


def test_where_any_criterion_is_enough_the_first_one_tells_the_day():
    site = site_with_one()
    site.done[(5, 8)]["aggregation"] = 2

    assert Pulled(site).records[0].key[-2] == str(MARCH - 500)


def test_a_null_grade_is_no_score():
    site = site_with_one()
    site.grades[(5, 8)] = graded(None)

    assert Pulled(site).records[0].score is None


def test_a_package_of_ours_counts_by_itself_where_the_course_does_not():
    site = site_with_one(customfields=[])
    site.add_package(5, 70, 3)
    site.states[(5, 9)] = [state(70, 2, kind="scorm")]
    site.tracks[(3, 9)] = {"status": "passed", "cmi.core.score.raw": "90", "total_time": "00:32:10.50"}

    records = [one for one in Pulled(site).records if one.who.subject == "9"]

    assert [(one.activity, one.jp, one.form, one.verb) for one in records] == [(MODULE.iri, 200, "e-learning", PASSED)]
    assert (records[0].score, round(records[0].lasted.total_seconds())) == (0.9, 1930)


def test_a_package_of_ours_does_not_count_beside_a_course_that_does():
    site = site_with_one()
    site.add_package(5, 70, 3)
    site.states[(5, 8)] = [state(70, 2, kind="scorm")]

    assert [(one.activity, one.jp) for one in Pulled(site).records] == [
        (f"{HOME}/course/view.php?id=5", 300),
        (MODULE.iri, None),
    ]


def test_a_course_that_is_worth_what_its_only_module_is_counts_as_that_module():
    site = site_with_one()
    site.courses[0]["customfields"][0] |= {"value": "2.00", "valueraw": "2"}
    site.add_package(5, 70, 3)

    assert [(one.activity, one.jp) for one in Pulled(site).records] == [(MODULE.iri, 200)]


def test_a_course_named_by_the_id_of_a_module_of_ours_counts_as_that_module():
    site = site_with_one(idnumber="pelayanan", customfields=[])

    assert [(one.activity, one.jp, one.form) for one in Pulled(site).records] == [(MODULE.iri, 200, "e-learning")]


def test_a_package_of_ours_that_moodle_does_not_follow_is_read_from_its_own_tracks():
    site = site_with_one(customfields=[], enablecompletion=0)
    site.add_package(5, 70, 3)
    site.tracks[(3, 8)] = {"status": "completed", "cmi.success_status": "passed", "timemodified": str(MARCH + 9),
                           "cmi.score.scaled": "0.85", "total_time": "PT1H2M3S"}  # fmt: skip
    site.tracks[(3, 9)] = {"status": "incomplete", "timemodified": MARCH}

    records = Pulled(site).records

    assert [(one.who.subject, one.verb, one.jp, one.score) for one in records] == [("8", PASSED, 200, 0.85)]
    assert records[0].lasted.total_seconds() == 3723


def test_a_failed_attempt_at_a_package_of_ours_earns_nothing():
    site = site_with_one(customfields=[])
    site.add_package(5, 70, 3)
    site.states[(5, 8)] = [state(70, 1, kind="scorm")]
    site.tracks[(3, 8)] = {"status": "completed", "cmi.success_status": "failed"}

    assert [(one.verb, one.passed, one.jp) for one in Pulled(site).records[1:]] == [(FAILED, False, None)]


def test_a_package_of_somebody_else_is_an_activity_like_any_other():
    site = site_with_one(customfields=[])
    site.add_package(5, 70, 3, manifest="com.contoh.kursus")
    site.states[(5, 8)] = [state(70, 1, kind="scorm")]

    assert Pulled(site).records[1].activity == f"{HOME}/mod/scorm/view.php?id=70"


def test_the_number_of_a_certificate_comes_with_the_course_it_is_for():
    site = with_certificates()
    site.add_course(5, "Pelayanan prima", [person(8), person(9)])
    site.complete(5, 8)
    site.complete(5, 9)
    issue = {"id": 1, "customcertid": 5, "code": "A1B2C3", "timecreated": MARCH}
    site.issues = [{"issue": issue, "user": {"id": 8}}]

    assert [record.certificate for record in Pulled(site).records] == ["A1B2C3", ""]


def test_a_refused_list_of_certificates_costs_the_numbers_alone():
    site = with_certificates()
    site.add_course(5, "Pelayanan prima", [person(8)])
    site.complete(5, 8)
    site.refuse["mod_customcert_list_issues"] = "nopermissions"

    assert [record.certificate for record in Pulled(site).records] == [""]


def test_only_the_courses_asked_for_are_read():
    site = FakeMoodle()
    for number in (5, 6, 7):
        site.add_course(number, f"K{number}", [person(8)])
        site.complete(number, 8)

    pulled = Pulled(site, courses="k5, 7")

    assert [record.title for record in pulled.records] == ["K5", "K7"]


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ("invalidtoken", "moodle.token"),
        ("accessexception", "moodle.token"),
        ("sitemaintenance", "moodle.closed"),
        ("wsaccessusersuspended", "moodle.account"),
    ],
)
def test_a_closed_door_ends_the_run_with_what_to_do(says, code):
    site = site_with_one()
    site.refuse["core_webservice_get_site_info"] = says

    with pytest.raises(AdapterError) as caught:
        Pulled(site)

    assert caught.value.code == code
    assert TOKEN not in explain(caught.value) + str(caught.value)


def test_a_token_that_is_withdrawn_in_the_middle_ends_the_run():
    site = site_with_one()
    site.refuse[(COURSE, 5, 9)] = "invalidtoken"

    with pytest.raises(AdapterError) as caught:
        Pulled(site)

    assert caught.value.code == "moodle.token"


def test_a_page_of_html_is_no_answer():
    site = site_with_one()
    site.refuse["core_course_get_courses_by_field"] = Reply(200, b"<html><b>Notice</b>: Undefined index</html>")

    with pytest.raises(AdapterError) as caught:
        Pulled(site)

    assert caught.value.code == "remote.broken_answer"


@pytest.mark.parametrize("body", [b"[]", b"{}", b"null", b'"teks"', b'{"courses": {"a": 1}}', b"[[1]]"])
@pytest.mark.parametrize("function", ["core_course_get_courses_by_field", COURSE, "core_enrol_get_enrolled_users",
                                      "core_course_get_contents", "gradereport_user_get_grade_items"])  # fmt: skip
def test_an_answer_of_another_shape_breaks_nothing(function, body):
    site = site_with_one()
    site.refuse[function] = Reply(200, body)

    assert len(Pulled(site).records) <= 1


def test_a_service_that_lacks_a_function_is_told_which():
    site = site_with_one()
    site.functions = tuple(name for name in site.functions if name != COURSE)

    with pytest.raises(AdapterError) as caught:
        Pulled(site)

    assert COURSE in explain(caught.value)


def test_a_moodle_that_moved_does_not_record_everything_anew():
    site = site_with_one()
    first = Pulled(site)
    site.home = "https://baru.contoh.go.id"

    with pytest.raises(AdapterError) as caught:
        Pulled(site, first.cursor)
    moved = Pulled(site, first.cursor, home=HOME + "/", whole_after="0")

    assert caught.value.code == "moodle.moved"
    assert (moved.records, moved.told) == ([], [])


@pytest.mark.parametrize("cursor", ["x", "{}", '{"v":9,"home":"h"}', '{"v":1,"home":"%s","courses":{"5":{"p":"?"}}}'])
def test_a_broken_cursor_is_told_and_not_believed(cursor):
    with pytest.raises(AdapterError) as caught:
        Pulled(site_with_one(), cursor.replace("%s", HOME))

    assert caught.value.code == "moodle.cursor"


@pytest.mark.parametrize(("name", "value"), [("pause", "lama"), ("whole_after", "9999"), ("bentuk", "rapat")])
def test_a_setting_that_cannot_be_meant_is_named(name, value):
    with pytest.raises(AdapterError) as caught:
        Pulled(site_with_one(), **{name: value})

    assert (caught.value.code, caught.value.params["name"]) == ("moodle.option", name)
