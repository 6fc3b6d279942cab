"""Submission review launches: whose work is asked for, checked like any other launch."""

import pytest

from lti_tool.claims import CUSTOM, FOR_USER, MESSAGE_TYPE, RESOURCE_LINK, REVIEW_LAUNCH, ROLES
from lti_tool.errors import LaunchRefused
from lti_tool.testing import INSTRUCTOR


def review(bench, **changes):
    claims = {MESSAGE_TYPE: REVIEW_LAUNCH, ROLES: [INSTRUCTOR], FOR_USER: {"user_id": "7", "roles": ["x"]}}
    return bench.launch(sub="guru", **(claims | changes))


def test_a_review_launch_tells_whose_work_is_asked_for(bench) -> None:
    launch = review(bench)
    assert (launch.message_type, launch.subject, launch.for_user) == (REVIEW_LAUNCH, "guru", "7")


def test_an_ordinary_launch_is_about_nobody_else(bench) -> None:
    assert bench.launch(**{FOR_USER: {"user_id": "7"}}).for_user == ""


@pytest.mark.parametrize(
    "wrong",
    [{FOR_USER: ...}, {FOR_USER: {}}, {FOR_USER: "7"}, {FOR_USER: {"user_id": 7}}, {FOR_USER: {"user_id": "x" * 256}},
     {RESOURCE_LINK: ...}, {ROLES: ...}],
)  # fmt: skip
def test_a_review_launch_that_lacks_something_is_refused(bench, wrong: dict) -> None:
    with pytest.raises(LaunchRefused):
        review(bench, **wrong)
    assert bench.store.launches.last() == []


def test_a_review_launch_enrols_nobody(bench) -> None:
    assert bench.store.launches.link(review(bench).registration) is None


def test_a_learner_who_reviews_keeps_the_module_of_their_enrolment(bench) -> None:
    registration = bench.launch(sub="7", **{CUSTOM: {"jampel_module": "m"}}).registration
    bench.launch(sub="7", **{MESSAGE_TYPE: REVIEW_LAUNCH, FOR_USER: {"user_id": "7"}})
    assert bench.store.launches.link(registration).module == "m"
