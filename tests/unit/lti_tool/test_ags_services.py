"""Line items, results and members over all pages, from a platform by the book and from one with Moodle's manners."""

import dataclasses

import pytest

from lti_tool.errors import ToolError
from lti_tool.line_items import LINE_ITEM, LineItems, below
from lti_tool.paging import pages
from lti_tool.platform_services import PlatformServices
from lti_tool.pylti import new_line_item
from lti_tool.results import Results
from lti_tool.roster import Roster
from lti_tool.store import Link
from lti_tool.testing import FakeHttp, json_reply
from lti_tool.testing_services import BASE, FakeServices
from lti_tool.tokens import ServiceTokens

LIST = f"{BASE}/ags/items?type_id=1"
ROSTER = f"{BASE}/nrps/2"


@pytest.fixture
def place(tmp_path):
    """SQLite alone: what is said here does not depend on the database, whose stores have tests of their own."""
    return tmp_path / "uji.db"


@pytest.fixture(params=[False, True], ids=["by-the-book", "moodle"])
def lms(request) -> FakeServices:
    return FakeServices(moodle=request.param)


def parts(bench, http):
    """The services of the tool over `http`."""
    services = PlatformServices(http, ServiceTokens(http, bench.lti.keys, lambda _name: bench.profile, bench.clock))
    profiles = lambda _name: bench.profile  # noqa: E731
    return LineItems(services, profiles), Results(services, profiles), Roster(services, profiles, bench.clock)


def link(**changes) -> Link:
    values = {"registration": "r", "platform": "1" * 32, "deployment": "7", "resource_link": "link-1", "subject": "2",
              "line_items": LIST, "scopes": LINE_ITEM}  # fmt: skip
    return Link(**(values | changes))


def test_line_items_are_read_over_all_pages_with_their_filter(bench, lms) -> None:
    items, _results, _roster = parts(bench, lms)
    for name in "abcde":
        lms.add_item(name, resourceLinkId="link-1" if name != "c" else "other")
    assert [item.get_label() for item in items.read_all(bench.platform, LIST)] == list("abcde")
    found = items.read_all(bench.platform, LIST, resource_link_id="link-1")
    assert [item.get_label() for item in found] == list("abde")
    assert any("Case=aB" in url for _method, url in lms.calls)


def test_a_line_item_is_made_read_changed_and_deleted(bench, lms) -> None:
    items, _results, _roster = parts(bench, lms)
    made = items.create(bench.platform, LIST, new_line_item(label="A", maximum=100, resource_id="m",
                                                           resource_link_id="link-1"))  # fmt: skip
    found = items.get(bench.platform, made.get_id())
    assert (found.get_label(), found.get_resource_link_id()) == ("A", "link-1")
    items.delete(bench.platform, made.get_id())
    items.delete(bench.platform, made.get_id())
    assert lms.items == {}


def test_a_change_keeps_what_we_do_not_know(bench, lms) -> None:
    items, _results, _roster = parts(bench, lms)
    address = lms.add_item("a", resourceLinkId="link-1", gradesReleased=False, weight=0, **{"x:own": {"b": [1]}})
    item = items.get(bench.platform, address)
    item.set_label("Baru")
    items.update(bench.platform, item)
    assert lms.items["a"] == {
        "id": address, "label": "Baru", "scoreMaximum": 100, "resourceLinkId": "link-1", "gradesReleased": False,
        "weight": 0, "x:own": {"b": [1]},
    }  # fmt: skip


def test_results_come_over_all_pages_as_percentages(bench, lms) -> None:
    _items, results, _roster = parts(bench, lms)
    address = lms.add_item("a")
    for number in range(5):
        lms.grades["a", str(number)] = {"given": number * 10, "moment": None}
    lms.grades["a", "9"] = {"given": None, "moment": None}
    found = results.of(bench.platform, address)
    assert {user: one.percent for user, one in found.items()} == {
        "0": 0, "1": 10, "2": 20, "3": 30, "4": 40, "9": None,
    }  # fmt: skip
    assert list(results.of(bench.platform, address, "3")) == ["3"]


def test_a_platform_that_cannot_page_results_is_asked_for_all_at_once(bench) -> None:
    http = FakeHttp({f"POST {BASE}/token": json_reply({"access_token": "t"})})
    http.answers[f"GET {BASE}/i/results"] = json_reply([{"userId": "2", "resultScore": 1}])
    services = PlatformServices(http, ServiceTokens(http, bench.lti.keys, lambda _name: bench.profile, bench.clock))
    results = Results(services, lambda _name: dataclasses.replace(bench.profile, results_at_once=True))
    assert results.of(bench.platform, f"{BASE}/i")["2"].percent == 100


@pytest.mark.parametrize(
    ("row", "percent"),
    [
        ({"resultScore": 5, "resultMaximum": 10}, 50), ({"resultScore": 0.5}, 50), ({}, None),
        ({"resultScore": 5, "resultMaximum": 0}, None), ({"resultScore": "5"}, None), ({"resultScore": True}, None),
        ({"resultScore": 5, "resultMaximum": None}, None),
    ],
)  # fmt: skip
def test_odd_results_are_no_grade(bench, row: dict, percent: float | None) -> None:
    http = FakeHttp({f"POST {BASE}/token": json_reply({"access_token": "t"})})
    http.answers[f"GET {BASE}/i/results?limit=200"] = json_reply([{"userId": "2", **row}, "x", {"userId": 3}])
    _items, results, _roster = parts(bench, http)
    assert results.of(bench.platform, f"{BASE}/i")["2"].percent == percent


def member(user: str, **more) -> dict:
    return {"user_id": user, "roles": ["Learner"], "status": "Active", "name": f"Nama {user}", **more}


def test_the_roster_of_one_activity_is_asked_for(bench, lms) -> None:
    _items, _results, roster = parts(bench, lms)
    lms.members = [member(str(number)) for number in range(5)]
    assert len(roster.members(bench.platform, ROSTER, "link-1")) == 5
    asked = [url for method, url in lms.calls if method == "GET"]
    assert all("rlid=link-1" in url for url in asked)


def test_where_an_activity_is_not_known_the_course_is_read(bench, lms) -> None:
    _items, _results, roster = parts(bench, lms)
    lms.members = [member("2")]
    assert [one.subject for one in roster.members(bench.platform, ROSTER, "other")] == ["2"]


def test_a_platform_that_knows_no_page_size_is_asked_without_one(bench) -> None:
    http = FakeHttp({f"POST {BASE}/token": json_reply({"access_token": "t"}),
                     f"GET {ROSTER}?limit=200": json_reply({}, 400),
                     f"GET {ROSTER}": json_reply({"members": [member("2")]})})  # fmt: skip
    _items, _results, roster = parts(bench, http)
    assert [one.subject for one in roster.members(bench.platform, ROSTER)] == ["2"]


def test_where_a_platform_tells_differences_only_those_are_read_again(bench, lms) -> None:
    _items, _results, roster = parts(bench, lms)
    lms.members, lms.changes = [member("2"), member("3"), member("4")], []
    assert len(roster.members(bench.platform, ROSTER)) == 3
    lms.changes = [member("3", status="Deleted"), member("5"), member("2", name="Baru")]
    lms.calls.clear()
    found = {one.subject: one.name for one in roster.members(bench.platform, ROSTER)}
    assert found == {"2": "Baru", "4": "Nama 4", "5": "Nama 5"}
    assert len(lms.calls) == 1
    assert "since=" in lms.calls[0][1]


def test_a_differences_link_that_fails_costs_nothing(bench, lms) -> None:
    _items, _results, roster = parts(bench, lms)
    lms.members, lms.changes = [member("2")], []
    roster.members(bench.platform, ROSTER)
    lms.members, lms.down = [member("2"), member("3")], 1
    assert [one.subject for one in roster.members(bench.platform, ROSTER)] == ["2", "3"]


def test_differences_are_not_trusted_for_ever(bench, lms) -> None:
    _items, _results, roster = parts(bench, lms)
    lms.members, lms.changes = [member("2")], []
    roster.members(bench.platform, ROSTER)
    bench.clock.advance(hours=7)
    lms.members = [member("3")]
    assert [one.subject for one in roster.members(bench.platform, ROSTER)] == ["3"]


def test_a_page_that_leads_back_is_stopped() -> None:
    back = json_reply([], link=f'<{BASE}/a>; rel="next"')
    with pytest.raises(ToolError, match=r"services\.too_many_pages"):
        list(pages(lambda _url: back, f"{BASE}/a"))


EVIL = ("https://evil.example/x", "http://lms.example.go.id/x", "https://lms.example.go.id:8443/x",
        "https://lms.example.go.id.evil.example/x", "https://lms.example.go.id@evil.example/x", "//evil.example/x",
        "javascript:alert(1)")  # fmt: skip


@pytest.mark.parametrize("evil", EVIL)
class TestNoTokenForAForeignHost:
    """N53: whatever a platform names, a token goes to its own hosts alone."""

    @pytest.fixture
    def http(self) -> FakeHttp:
        return FakeHttp({f"POST {BASE}/token": json_reply({"access_token": "t"})})

    @pytest.fixture(autouse=True)
    def _only_ours(self, http):
        yield
        hosts = {url.split("/")[2] for _method, url, _body, headers in http.calls if "Authorization" in headers}
        assert hosts <= {"lms.example.go.id"}
        assert all(url.startswith(f"{BASE}/") for _method, url, _body, _headers in http.calls)

    def test_line_items(self, bench, http, evil: str) -> None:
        items, results, roster = parts(bench, http)
        item = new_line_item(label="A", maximum=1, resource_id="m", resource_link_id="l")
        item.set_id(evil)
        for call in (
            lambda: items.read_all(bench.platform, evil),
            lambda: items.get(bench.platform, evil),
            lambda: items.create(bench.platform, evil, item),
            lambda: items.update(bench.platform, item),
            lambda: items.delete(bench.platform, evil),
            lambda: results.of(bench.platform, evil),
            lambda: roster.members(bench.platform, evil, "link-1"),
        ):
            with pytest.raises(ToolError, match=r"services\.foreign_host"):
                call()
        assert http.calls == []

    def test_next_links(self, bench, http, evil: str) -> None:
        items, results, roster = parts(bench, http)
        following = f'<{evil}>; rel="next"'
        http.answers[f"GET {LIST}"] = json_reply([], link=following)
        http.answers[f"GET {BASE}/i/results?limit=200"] = json_reply([], link=following)
        http.answers[f"GET {ROSTER}?limit=200"] = json_reply({"members": []}, link=following)
        for call in (
            lambda: items.read_all(bench.platform, LIST),
            lambda: results.of(bench.platform, f"{BASE}/i"),
            lambda: roster.members(bench.platform, ROSTER),
        ):
            with pytest.raises(ToolError, match=r"services\.foreign_host"):
                call()

    def test_differences(self, bench, http, evil: str) -> None:
        _items, _results, roster = parts(bench, http)
        http.answers[f"GET {ROSTER}?limit=200"] = json_reply(
            {"members": [member("2")]}, link=f"<{evil}>; rel=differences"
        )
        for _time in range(2):
            assert [one.subject for one in roster.members(bench.platform, ROSTER)] == ["2"]
        assert http.called("GET", f"{ROSTER}?limit=200") == 2

    def test_line_items_in_a_list_and_new_ones(self, bench, http, evil: str) -> None:
        items, _results, _roster = parts(bench, http)
        http.answers[f"GET {LIST}&resource_link_id=link-1"] = json_reply([{"id": evil, "resourceLinkId": "link-1"}])
        http.answers[f"POST {LIST}"] = json_reply({"id": evil}, 201)
        with pytest.raises(ToolError, match=r"services\.foreign_host"):
            items.of(bench.platform, link())


def test_services_stand_before_the_query() -> None:
    assert below("https://x/5/lineitem?type_id=1", "results") == "https://x/5/lineitem/results?type_id=1"
