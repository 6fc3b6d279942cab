"""The address of notices answers a program: how many were taken, which were not, and when to send them again."""

import pytest

from lti_tool.errors import LaunchRefused
from lti_tool.notices.receive import Judged
from lti_tool.web.notices import MOST_BODY
from lti_tool.web.testing import LMS


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what is said here does not depend on the database, whose stores have tests of their own."""
    return tmp_path / "uji.db"


def posted(site, monkeypatch, *refusals: LaunchRefused | None):
    """The answer when the notices end as `refusals` say, None for one that is taken."""
    judged = [Judged(refusal, None if refusal is None else site.platform()) for refusal in refusals]
    monkeypatch.setattr(site.services.lti_parts.notices, "receive", lambda _body: judged)
    return site.browser().post("/lti/notices", json={"notices": []})


def test_what_was_taken_is_counted_and_what_was_not_is_named(site, monkeypatch) -> None:
    answer = posted(site, monkeypatch, None, LaunchRefused("notice.used"), None)
    assert (answer.status_code, answer.json["taken"]) == (200, 2)
    (refused,) = answer.json["refused"]
    assert (refused["notice"], refused["code"]) == (1, "notice.used")
    (line,) = site.services.lti.audit.last()
    assert (line.kind, line.code, line.platform, line.reference) == (
        "notice", "notice.used", site.platform().id, refused["reference"]
    )  # fmt: skip


def test_many_refusals_of_one_kind_are_one_line_of_the_audit(site, monkeypatch) -> None:
    answer = posted(site, monkeypatch, *[LaunchRefused("notice.used") for _ in range(50)])
    assert len(answer.json["refused"]) == 50
    assert len(site.services.lti.audit.last()) == 1


@pytest.mark.parametrize(
    ("refusals", "status"),
    [
        ([], 200), ([LaunchRefused("notice.used")], 400), ([LaunchRefused("notice.deployment", status=403)], 403),
        ([None, LaunchRefused("launch.keys_unreachable", status=503)], 503),
    ],
)  # fmt: skip
def test_the_status_says_whether_to_send_again(site, monkeypatch, refusals: list, status: int) -> None:
    assert posted(site, monkeypatch, *refusals).status_code == status


def test_a_body_that_is_too_large_is_not_read(site) -> None:
    answer = site.browser().post("/lti/notices", data=b"x" * (MOST_BODY + 1), content_type="application/json")
    assert (answer.status_code, answer.json["refused"][0]["code"]) == (413, "notice.too_large")


def test_n64_the_administrators_first_page_is_red_while_a_clock_is_wrong(site) -> None:
    admin = site.staff("admin")
    assert "Jam berbeda" not in admin.get("/admin/lms/").text
    site.services.lti.observed.note(site.platform().id, 75, site.clock())
    page = admin.get("/admin/").text
    assert "mendahului jam server ini 75 detik" in page
    assert "Jam berbeda" in admin.get("/admin/lms/").text
    site.services.lti.observed.note(site.platform().id, -75, site.clock())
    assert "tertinggal dari jam server ini 75 detik" in admin.get("/admin/").text


def test_the_page_of_a_platform_tells_of_its_notices(site) -> None:
    platform = site.platform()
    site.services.lti.notices.want(platform.id, "1", f"{LMS}/n", ["LtiContextCopyNotice"], site.clock())
    assert "Pemberitahuan dari LMS" in site.staff("admin").get(f"/admin/lms/{platform.id}").text
