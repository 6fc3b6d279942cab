"""Moodle's profile says what a Moodle 4.5 was seen to do."""

import pytest

from adapters.base import LIS, LaunchProfile
from adapters.moodle import PRESET, PROFILE


def test_scores_are_sent_as_moodle_takes_them():
    assert PROFILE.needs_strictly_rising_timestamps
    assert PROFILE.timestamp_resolution_seconds == 1.0
    assert PROFILE.wipes_grade_without_score
    assert PROFILE.stale_score_statuses == {409}
    assert 400 in PROFILE.not_gradable_statuses


@pytest.mark.parametrize(("wanted", "maximum"), [(100.0, 100.0), (250.0, 100.0), (20.5, 20.0), (0.2, 1.0)])
def test_a_line_item_has_a_whole_maximum_of_at_most_100(wanted, maximum):
    assert PROFILE.line_item_score_maximum(wanted) == maximum


def test_a_platform_without_limits_gets_what_we_want():
    assert LaunchProfile().line_item_score_maximum(250.5) == 250.5


@pytest.mark.parametrize(
    ("claims", "number"),
    [
        ({LIS: {"person_sourcedid": " 198501012099031001 "}}, "198501012099031001"),
        ({LIS: {"person_sourcedid": ""}}, None),
        ({LIS: {"person_sourcedid": "$Person.sourcedId"}}, None),
        ({LIS: []}, None),
        ({}, None),
        ({LIS: {"person_sourcedid": 198501012099031001}}, None),
    ],
)
def test_the_nip_is_read_from_the_launch_when_it_is_there(claims, number):
    assert PROFILE.person_id(claims) == number


def test_the_package_preset_leaves_the_status_to_the_player():
    assert (PRESET.name, PRESET.mastery_score) == ("moodle45", False)
