"""The roster: every page, names as people write them, and no token for a foreign host (N53)."""

import pytest

from adapters.base import LaunchProfile
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.paging import linked
from lti_tool.testing import json_reply

URL = "https://lms.example.go.id/nrps/2/memberships"
FIRST = URL + "?limit=200"


@pytest.fixture
def course(bench):
    bench.http.answers["POST https://lms.example.go.id/token"] = json_reply({"access_token": "t1", "expires_in": 3600})
    return bench


def member(user: str, **more) -> dict:
    return {"user_id": user, "roles": ["Learner"], "status": "Active", **more}


def test_all_pages_are_read_with_the_exact_media_type(course) -> None:
    second = URL + "?from=aB-Cd&limit=1"
    course.http.answers[f"GET {FIRST}"] = json_reply({"members": [member("2")]}, link=f'<{second}>; rel="next"')
    course.http.answers[f"GET {second}"] = json_reply({"members": [member("3"), member("4", status="Inactive")]})
    assert [found.subject for found in course.lti.roster.members(course.platform, URL)] == ["2", "3"]
    sent = [call[3] for call in course.http.calls if call[0] == "GET"]
    assert {headers["Accept"] for headers in sent} == {"application/vnd.ims.lti-nrps.v2.membershipcontainer+json"}
    assert {headers["Authorization"] for headers in sent} == {"Bearer t1"}


def test_names_and_numbers_are_read(course) -> None:
    course.profile = LaunchProfile(member_names_escaped=True)
    row = member("2", name="A &amp; B", lis_person_sourcedid=" 198501012099031001 ")
    course.http.answers[f"GET {FIRST}"] = json_reply({"members": [row, {"user_id": 5}, "x", member("6", roles="x")]})
    first, second = course.lti.roster.members(course.platform, URL)
    assert (first.name, first.nip_text, first.roles) == ("A & B", "198501012099031001", {"learner"})
    assert (second.name, second.nip_text, second.roles) == (None, None, frozenset())
    assert "198501012099031001" not in repr(first)


@pytest.mark.parametrize(
    "url", ["https://evil.example/m", "http://lms.example.go.id/m", "https://lms.example.go.id:8/m"]
)
def test_a_foreign_address_never_gets_a_token(course, url: str) -> None:
    with pytest.raises(ToolError, match=r"services\.foreign_host"):
        course.lti.roster.members(course.platform, url)
    course.http.answers[f"GET {FIRST}"] = json_reply({"members": []}, link=f"<{url}>; rel=next")
    with pytest.raises(ToolError, match=r"services\.foreign_host"):
        course.lti.roster.members(course.platform, URL)
    assert [call[1] for call in course.http.calls if call[0] == "GET"] == [FIRST]


def test_a_platform_that_pages_for_ever_is_stopped(course) -> None:
    course.http.answers[f"GET {FIRST}"] = json_reply({"members": [member("2")]}, link=f"<{FIRST}>; rel=next")
    with pytest.raises(ToolError, match=r"services\.too_many_pages"):
        course.lti.roster.members(course.platform, URL)


@pytest.mark.parametrize("reply", [Reply(500, b"", {}), Reply(200, b"<html>", {}), Reply(200, b"[]", {})])
def test_an_answer_that_is_no_roster_is_an_error(course, reply) -> None:
    course.http.answers[f"GET {FIRST}"] = reply
    with pytest.raises(ToolError, match=r"services\."):
        course.lti.roster.members(course.platform, URL)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('<https://x/m?p=2>; rel="next"', "https://x/m?p=2"),
        ("<https://x/m?p=2>; rel=next", "https://x/m?p=2"),
        ("<https://x/m?a=1&amp;p=2>; rel=“next”", "https://x/m?a=1&p=2"),
        ('<https://x/a>; rel="differences", <https://x/m?P=Ab>; title="x"; rel="NEXT last"', "https://x/m?P=Ab"),
        ('<https://x/a>; rel="prev"', ""), ("", ""), ("rubbish", ""), ("<>", ""),
    ],
)  # fmt: skip
def test_link_headers_are_read_as_they_are_written_in_the_field(header: str, target: str) -> None:
    assert linked(header, "next") == target
