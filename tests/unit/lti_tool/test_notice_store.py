"""Subscriptions, notices and copied courses in the database: once, bounded, and each institution its own."""

import msgspec

from lti_tool.claims import CONTEXT, CUSTOM
from lti_tool.store import Arrival, LtiStore

URL, COPY = "https://lms.example.go.id/notices", "LtiContextCopyNotice"


def arrival(bench, **changes) -> Arrival:
    expires = int(bench.clock().timestamp()) + 600
    usual = Arrival(
        platform=bench.platform.id, deployment="7", kind=COPY, mark="m" * 64, expires=expires, context="course-2",
        origins=("course-1", "course-0"),
    )  # fmt: skip
    return msgspec.structs.replace(usual, **changes)


def test_a_mark_is_taken_once_while_its_message_lives_and_then_forgotten(bench) -> None:
    notices = bench.store.notices
    notices.want(bench.platform.id, "7", URL, [COPY], bench.clock())
    assert [notices.take(arrival(bench), bench.clock()) for _ in range(2)] == [True, False]
    (handler,) = notices.handlers(bench.platform.id)
    assert (handler.last_kind, handler.last_at) == (COPY, int(bench.clock().timestamp()))
    bench.clock.advance(seconds=601)
    assert notices.take(arrival(bench), bench.clock())


def test_the_module_of_a_link_is_known_by_its_title_in_the_courses_before(bench) -> None:
    notices = bench.store.notices
    bench.launch(**{CUSTOM: {"jampel_module": "arsip"}, CONTEXT: {"id": "course-0"}})
    place = (bench.platform.id, "7")
    assert notices.module_before(*place, "course-2", "Pelayanan") == ""
    notices.take(arrival(bench), bench.clock())
    assert notices.module_before(*place, "course-2", "Pelayanan") == "arsip"
    assert notices.module_before(*place, "course-2", "Lain") == ""
    assert notices.module_before(bench.platform.id, "8", "course-2", "Pelayanan") == ""
    other = LtiStore(bench.engine, "b" * 32)
    assert other.notices.module_before(*place, "course-2", "Pelayanan") == ""


def test_another_address_is_asked_for_at_most_once_an_hour(bench) -> None:
    notices = bench.store.notices
    notices.want(bench.platform.id, "7", URL, [COPY], bench.clock())
    (handler,) = notices.waiting(bench.clock())
    notices.settle(handler, "", bench.clock())
    notices.want(bench.platform.id, "7", f"{URL}/2", [COPY], bench.clock())
    assert notices.waiting(bench.clock()) == []
    bench.clock.advance(hours=1)
    notices.want(bench.platform.id, "7", f"{URL}/2", [COPY], bench.clock())
    assert [one.url for one in notices.waiting(bench.clock())] == [f"{URL}/2"]
