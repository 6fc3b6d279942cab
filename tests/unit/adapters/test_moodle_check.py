"""What a check of a Moodle tells an administrator: each thing that is missing, by the screen where it is given."""

import pytest

from adapters.moodle import ADAPTER
from adapters.moodle.site import NEEDED
from adapters.wire_http import Reply
from tests.unit.adapters.moodle_site import TOKEN, FakeMoodle, connection, person, with_certificates


def site(**changes) -> FakeMoodle:
    found = FakeMoodle(**changes)
    found.add_course(5, "Pelayanan prima", [person(8), person(9, idnumber="")])
    found.complete(5, 8)
    return found


def lines(found: FakeMoodle, state: str = "", **options) -> list[str]:
    told = list(ADAPTER.check.lines(connection(found, **options)))
    said = [line.sentence(language) for line in told for language in ("en", "id")]
    assert not any(TOKEN in sentence or "%(" in sentence for sentence in said)
    return [line.sentence("id") for line in told if state in ("", line.state)]


def test_a_moodle_where_everything_is_there_lacks_nothing():
    found = site()

    assert lines(found, "missing") + lines(found, "failed") == []
    assert any("1 dari 2 peserta" in line for line in lines(found, "ok"))
    assert any("logstore_xapi" in line for line in lines(found, "unknown"))


def test_what_the_plugin_for_certificates_offers_is_told():
    assert any("customcert" in line for line in lines(site(), "unknown"))
    assert any("Custom certificate" in line for line in lines(with_certificates(), "ok"))


def test_closed_web_services_are_named_with_both_switches():
    found = site()
    found.refuse["core_webservice_get_site_info"] = Reply(403)

    missing = "\n".join(lines(found, "missing"))

    assert "Advanced features" in missing
    assert "Manage protocols" in missing


@pytest.mark.parametrize("says", ["invalidtoken", "accessexception"])
def test_a_bad_token_is_named_with_the_screen_of_tokens(says):
    found = site()
    found.refuse["core_webservice_get_site_info"] = says

    assert "Manage tokens" in lines(found, "missing")[0]


@pytest.mark.parametrize("function", NEEDED[1:])
def test_a_function_that_the_service_lacks_is_named_and_nothing_more_is_tried(function):
    found = site(functions=tuple(name for name in FakeMoodle().functions if name != function))

    assert any(function in line for line in lines(found, "missing"))
    assert len(found.asked) == 1


@pytest.mark.parametrize(
    ("function", "says", "capability"),
    [
        ("core_completion_get_course_completion_status", "cannotviewreport", "report/completion:view"),
        ("core_completion_get_activities_completion_status", "nopermissions", "report/progress:view"),
        ("gradereport_user_get_grade_items", "nopermissiontoviewgrades", "moodle/grade:viewall"),
        ("core_enrol_get_enrolled_users", "nopermissions", "moodle/course:viewparticipants"),
    ],
)
def test_a_missing_permission_is_named(function, says, capability):
    found = site()
    found.refuse[function] = says

    assert any(capability in line and says in line for line in lines(found, "missing"))


def test_tracks_of_packages_need_a_permission_of_their_own():
    found = site()
    found.add_package(5, 70, 3)
    found.refuse["mod_scorm_get_scorm_sco_tracks"] = "nopermissions"

    assert any("mod/scorm:viewreport" in line for line in lines(found, "missing"))


def test_closed_courses_courses_without_completion_and_without_jp_are_counted():
    found = FakeMoodle(features={"enablecompletion": 0})
    found.add_course(5, "Tertutup", enablecompletion=None, customfields=[])
    found.add_course(6, "Rusak", enablecompletion=0, customfields=[{"shortname": "jp", "value": "x", "type": "text"}])

    missing = "\n".join(lines(found, "missing"))

    for part in ("1 dari 2 kursus tertutup", "0 dari 2 kursus melacak", "0 dari 2 kursus punya JP",
                 "seluruh situs", "Rusak"):  # fmt: skip
        assert part in missing


def test_an_account_that_sees_no_course_is_told():
    assert any("moodle/course:view" in line for line in lines(FakeMoodle(), "missing"))


def test_people_whose_number_is_in_no_field_are_counted():
    found = site()
    found.people[5] = [person(8, idnumber=None), person(9, idnumber=None)]

    assert any("0 dari 2 peserta" in line for line in lines(found, "missing"))


def test_an_address_that_is_not_the_one_moodle_gives_itself_is_told():
    assert any(
        "https://lain.contoh.go.id" in line for line in lines(site(), "missing", url="https://lain.contoh.go.id")
    )


def test_a_setting_that_cannot_be_meant_fails_the_check():
    assert len(lines(site(), "failed", pause="lama")) == 1


@pytest.mark.parametrize("function", ["core_webservice_get_site_info", "core_course_get_courses_by_field",
                                      "core_enrol_get_enrolled_users"])  # fmt: skip
@pytest.mark.parametrize("body", [b"<html>", b"[]", b"null", b"\xff"])
def test_a_check_never_raises_for_what_is_answered(function, body):
    found = site()
    found.refuse[function] = Reply(200, body)

    assert lines(found)
