"""A teacher sees the whole class: who has not begun, who learns, and the reason when the roster cannot be read."""

import dataclasses
from unittest.mock import create_autospec

import pytest

from lti_tool.class_view import class_of, view_class
from lti_tool.errors import ToolError
from lti_tool.roster import Member, Roster
from lti_tool.store import Link

ROSTER_URL = "https://lms.example.go.id/roster"


@pytest.fixture
def roster(site):
    """The platform's roster: two learners and a teacher."""
    fake = create_autospec(Roster, instance=True, spec_set=True)
    fake.members.return_value = [
        Member("7", frozenset({"learner"}), "Ani", None),
        Member("8", frozenset({"learner"}), "Budi", None),
        Member("9", frozenset({"teacher"}), "Bu Guru", None),
    ]
    site.services.lti_parts = dataclasses.replace(site.services.lti_parts, roster=fake)
    return fake


def test_learners_who_have_not_begun_are_listed_too(site, roster) -> None:
    view = view_class(site.services, class_of(site.launch(nrps_url=ROSTER_URL)))
    assert [(row.name, row.last) for row in view.rows] == [("Ani", None), ("Budi", None)]


def test_a_platform_without_a_roster_is_not_asked(site, roster) -> None:
    assert view_class(site.services, class_of(site.launch(nrps_url=""))).rows == ()
    roster.members.assert_not_called()


def test_a_roster_that_cannot_be_read_is_said_and_hides_nobody(site, roster) -> None:
    roster.members.side_effect = ToolError("services.status", "unexpected status", status=503)
    view = view_class(site.services, class_of(site.launch(nrps_url=ROSTER_URL)))
    assert view.roster_problem.code == "services.status"


def test_looking_at_a_class_makes_nobody(site, roster) -> None:
    launch = site.launch(nrps_url="", subject="77")
    link = Link(
        registration=launch.registration,
        platform=launch.platform.id,
        deployment=launch.deployment_id,
        resource_link=launch.resource_link_id,
        subject=launch.subject,
        learner=True,
    )
    site.services.lti.launches.save(launch.id, launch.message_type, "learner", link, site.clock())
    assert [row.name for row in view_class(site.services, class_of(launch)).rows] == [""]
    assert site.services.people.waiting() == []
