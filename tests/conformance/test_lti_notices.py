"""N61: notices of a platform are checked like launches, taken once, and only when they were asked for."""

import json
from typing import Any

import pytest

from lti_tool.claims import (
    CONTEXT,
    COPY_NOTICE,
    CUSTOM,
    DEPLOYMENT,
    HELLO_NOTICE,
    NOTICE,
    NOTICE_SCOPE,
    NOTICE_SERVICE,
    ORIGINS,
    RESOURCE_LINK,
    VERSION,
)
from lti_tool.errors import LaunchRefused
from lti_tool.http import Reply
from lti_tool.jose import sign
from lti_tool.notices.receive import MOST_NOTICES
from lti_tool.testing import LtiHarness, json_reply
from xapi.testing import FixedClock

pytestmark = pytest.mark.conformance
LMS = "https://lms.example.go.id"
SERVICE = f"{LMS}/notices/7"
OFFER = {
    NOTICE_SERVICE: {
        "service_versions": ["1.0"], "platform_notification_service_url": SERVICE, "scope": [NOTICE_SCOPE],
        "notice_types_supported": [HELLO_NOTICE, COPY_NOTICE, "LtiAssetProcessorSubmissionNotice"],
    }
}  # fmt: skip


@pytest.fixture
def tool(tmp_path, key):
    harness = LtiHarness(tmp_path, key, FixedClock())
    harness.http.answers[f"POST {LMS}/token"] = json_reply({"access_token": "t", "token_type": "Bearer"})
    harness.http.answers[f"PUT {SERVICE}"] = json_reply({}, 200)
    yield harness
    harness.close()


@pytest.fixture
def subscribed(tool):
    tool.launch(**OFFER)
    return tool


def claims(tool: LtiHarness, kind: str = HELLO_NOTICE, **changes: Any) -> dict[str, Any]:
    now = int(tool.clock().timestamp())
    whole = {
        "iss": LMS, "aud": "klien-1", "azp": "klien-1", "iat": now, "exp": now + 3600, "nonce": "n-1",
        VERSION: "1.3.0", DEPLOYMENT: "7", NOTICE: {"id": "p-1", "timestamp": "2026-01-01T00:00:00Z", "type": kind},
    }  # fmt: skip
    if kind == COPY_NOTICE:
        whole |= {CONTEXT: {"id": "course-2", "title": "Latsar 2"}, ORIGINS: ["course-1"]}
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def delivered(tool: LtiHarness, *tokens: str) -> list[str]:
    """The code with which each notice is refused, empty when it is taken."""
    body = json.dumps({"notices": [{"jwt": token} for token in tokens]}).encode()
    return [one.refusal.code if one.refusal else "" for one in tool.lti.notices.receive(body)]


def last(tool: LtiHarness) -> str:
    return tool.store.notices.handlers(tool.platform.id)[0].last_kind


def test_n61_a_notice_that_was_asked_for_is_taken(subscribed) -> None:
    assert delivered(subscribed, subscribed.fake.token(claims(subscribed))) == [""]
    assert last(subscribed) == HELLO_NOTICE


def test_n61_a_notice_is_taken_once(subscribed) -> None:
    token = subscribed.fake.token(claims(subscribed))
    other = subscribed.fake.token(claims(subscribed, nonce=..., jti="n-1"))
    assert delivered(subscribed, token, token, other) == ["", "notice.used", ""]
    assert delivered(subscribed, token, other) == ["notice.used"] * 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://x.example"}, "notice.platform_unknown"), ({"iss": ...}, "notice.platform_unknown"),
        ({"iss": LMS + "/"}, "notice.platform_unknown"), ({"aud": "x"}, "notice.platform_unknown"),
        ({"aud": []}, "notice.platform_unknown"), ({"aud": ["x", "klien-1"], "azp": "x"}, "launch.audience"),
        ({"aud": ["x", "klien-1"], "azp": ...}, "launch.audience"), ({"aud": {"a": 1}}, "notice.platform_unknown"),
        ({"exp": ...}, "launch.time_missing"), ({"iat": "x"}, "launch.time_missing"),
        ({"iat": 1, "exp": 61}, "launch.expired"), ({"exp": 9e9}, "launch.lifetime"),
        ({VERSION: "1.1"}, "launch.version"), ({DEPLOYMENT: "99"}, "notice.deployment"),
        ({DEPLOYMENT: 7}, "notice.broken"), ({NOTICE: "x"}, "notice.broken"), ({NOTICE: {}}, "notice.broken"),
        ({NOTICE: {"id": 1, "type": HELLO_NOTICE}}, "notice.broken"), ({"nonce": ...}, "notice.broken"),
        ({"nonce": 5}, "notice.broken"), ({"jti": ""}, "notice.broken"),
        ({NOTICE: {"id": "p", "type": "LtiAssetProcessorSubmissionNotice"}}, "notice.unsubscribed"),
    ],
)  # fmt: skip
def test_n61_a_notice_that_is_not_right_is_refused_and_leaves_nothing(subscribed, changes: dict, code: str) -> None:
    assert delivered(subscribed, subscribed.fake.token(claims(subscribed, **changes))) == [code]
    assert last(subscribed) == ""


@pytest.mark.parametrize(
    "changes", [{CONTEXT: ...}, {CONTEXT: {}}, {CONTEXT: []}, {ORIGINS: "course-1"}, {ORIGINS: [1]}, {ORIGINS: [""]}]
)
def test_n61_a_copy_without_courses_is_refused(subscribed, changes: dict) -> None:
    bad = subscribed.fake.token(claims(subscribed, COPY_NOTICE, **changes))
    assert delivered(subscribed, bad) == ["notice.broken"]


def test_n61_a_forged_notice_is_refused(subscribed, other_key) -> None:
    good = subscribed.fake.token(claims(subscribed)).split(".")
    tampered = ".".join([good[0], subscribed.fake.token(claims(subscribed, nonce="n-2")).split(".")[1], good[2]])
    forged = sign(claims(subscribed), other_key, "kunci-1")
    assert delivered(subscribed, forged, tampered) == ["launch.signature"] * 2
    assert delivered(subscribed, sign(claims(subscribed), other_key, "lain")) == ["launch.kid_unknown"]
    assert delivered(subscribed, "x", "a.b.c")[0] == "launch.token_malformed"


def test_n61_nothing_is_fetched_for_a_stranger(subscribed) -> None:
    calls = len(subscribed.http.calls)
    delivered(subscribed, subscribed.fake.token(claims(subscribed, iss="https://x.example")))
    assert len(subscribed.http.calls) == calls


def test_n61_a_notice_that_nobody_asked_for_is_refused(tool) -> None:
    assert delivered(tool, tool.fake.token(claims(tool))) == ["notice.unsubscribed"]


def test_n61_a_refused_notice_stops_no_other(subscribed) -> None:
    good = subscribed.fake.token(claims(subscribed))
    assert delivered(subscribed, "x", good) == ["launch.token_malformed", ""]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"notices": {}}', b'{"notices": [1]}', b'{"notices": [{"jwt": 1}]}', b'{"notices": [{}]}',
     b'{"notices": [{"jwt":"a"}], "notices": []}', b'{"notices": [' + b'{"jwt":1},' * MOST_NOTICES + b'{}]}'],
)  # fmt: skip
def test_n61_a_body_that_is_no_list_of_notices_is_refused(subscribed, body: bytes) -> None:
    with pytest.raises(LaunchRefused):
        subscribed.lti.notices.receive(body)


def test_n61_a_platform_gets_no_subscription_on_another_host(tool) -> None:
    away = {NOTICE_SERVICE: OFFER[NOTICE_SERVICE] | {"platform_notification_service_url": "https://evil.example/x"}}
    tool.launch(**away)
    assert tool.store.notices.handlers(tool.platform.id) == []
    assert tool.lti.subscriber.run_once() == 0


def test_the_worker_asks_for_the_notices_that_a_launch_offered_once(tool) -> None:
    tool.launch()
    assert tool.lti.subscriber.run_once() == 0, "without an offer nothing changes"
    for _ in range(3):
        tool.launch(**OFFER)
    assert tool.http.called("PUT") == 0, "no launch waits for a platform"
    assert [tool.lti.subscriber.run_once() for _ in range(2)] == [1, 0]
    bodies = [json.loads(call[2]) for call in tool.http.calls if call[0] == "PUT"]
    handler = "https://jampel.example.go.id/lti/notices"
    assert bodies == [{"notice_type": kind, "handler": handler} for kind in (COPY_NOTICE, HELLO_NOTICE)]


def test_a_subscription_that_failed_is_told_and_tried_again_later(tool) -> None:
    tool.http.answers[f"PUT {SERVICE}"] = [Reply(403, b"", {}), json_reply({})]
    tool.launch(**OFFER)
    tool.lti.subscriber.run_once()
    (handler,) = tool.store.notices.handlers(tool.platform.id)
    assert (handler.state, handler.problem) == ("failed", "http_403")
    assert tool.lti.subscriber.run_once() == 0
    tool.clock.advance(hours=6)
    assert tool.lti.subscriber.run_once() == 1
    assert tool.store.notices.handlers(tool.platform.id)[0].state == "done"


def copied(tool: LtiHarness, **changes: Any) -> None:
    assert delivered(tool, tool.fake.token(claims(tool, COPY_NOTICE, **changes))) == [""]


NEW = {CONTEXT: {"id": "course-2", "title": "Latsar 2"}, RESOURCE_LINK: {"id": "link-9", "title": "Pelayanan"}}


def test_a_link_that_was_copied_without_its_custom_values_opens_the_same_module(subscribed) -> None:
    subscribed.launch(**{CUSTOM: {"jampel_module": "arsip"}})
    assert subscribed.launch(**NEW).module == "", "before the notice nobody knows"
    copied(subscribed)
    launch = subscribed.launch(**NEW)
    assert launch.module == "arsip"
    assert subscribed.store.launches.link(launch.registration).module == "arsip"


def test_a_module_is_not_guessed_where_several_have_the_title_or_the_course_is_another(subscribed) -> None:
    copied(subscribed)
    for number, module in enumerate(("arsip", "etika")):
        link = {"id": f"l{number}", "title": "Pelayanan"}
        subscribed.launch(**{CUSTOM: {"jampel_module": module}, RESOURCE_LINK: link})
    assert subscribed.launch(**NEW).module == ""
    assert subscribed.launch(**(NEW | {CONTEXT: {"id": "course-3"}})).module == ""


def test_a_link_that_moved_to_another_course_forgets_the_column_of_the_old_one(tool) -> None:
    first = tool.launch(**tool.fake.ags())
    assert tool.store.launches.link(first.registration).line_item.endswith("/5/lineitem?type_id=1")
    elsewhere = tool.fake.ags(lineitem=None, lineitems=f"{LMS}/ags/3/lineitems?type_id=1")
    again = tool.launch(**elsewhere, **{CONTEXT: {"id": "course-2"}})
    assert again.registration == first.registration
    assert tool.store.launches.link(again.registration).line_item == ""


def test_a_link_whose_own_column_is_left_out_of_a_launch_keeps_it(tool) -> None:
    first = tool.launch(**tool.fake.ags())
    tool.launch(**tool.fake.ags(lineitem=None))
    assert tool.store.launches.link(first.registration).line_item.endswith("/5/lineitem?type_id=1")
