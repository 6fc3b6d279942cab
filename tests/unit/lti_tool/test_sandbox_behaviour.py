"""The two personalities of the sandbox LMS answer differently where Moodle and the book differ.

What is expected of Moodle here was answered by a running Moodle 4.5.6.
"""

import json
from pathlib import Path

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lti_tool.sandbox.model import SCOPES, LineItem, ResourceLink
from lti_tool.sandbox.personality import MOODLE, NAMES, STRICT, load_personality
from lti_tool.sandbox.platform import Platform
from lti_tool.sandbox.testing import COURSE, TOOL, sandbox_in, token_form
from lti_tool.sandbox.tokens import DEEP_LINKING, LTI, SigningKey, new_pem
from lti_tool.sandbox.web import create_sandbox
from xapi.testing import FixedClock

ITEM = "application/vnd.ims.lis.v2.lineitem+json"
ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
MEMBERS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@pytest.fixture(scope="module")
def pem() -> str:
    return new_pem()


class Lms:
    """The LMS with one activity and its column, asked by a tool that may do everything."""

    def __init__(self, platform: Platform, clock: FixedClock, pem: str) -> None:
        self.platform, self.clock, self.pem = platform, clock, pem
        self.http: FlaskClient = create_sandbox(platform).test_client()
        link = ResourceLink("", COURSE.id, "Modul", {"jampel_module": "m"})
        platform.store.add_link(link, LineItem("", COURSE.id, "Modul", 100))
        form = token_form(platform, TOOL, pem, *SCOPES)
        token = json.loads(self.http.post(self.path("token"), data=form).data)["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def path(self, name: str) -> str:
        return self.platform.addresses.of(name).removeprefix(self.platform.issuer)

    def url(self, what: str) -> str:
        addresses = self.platform.addresses
        item = self.platform.store.line_items(COURSE.id)[0]
        urls = {
            "line_items": addresses.line_items(COURSE.id, "1"),
            "line_item": addresses.line_item(item),
            "scores": addresses.line_item(item, "/scores"),
            "results": addresses.line_item(item, "/results"),
            "memberships": addresses.memberships(COURSE.id, "1"),
        }
        return urls[what].removeprefix(self.platform.issuer)

    def get(self, what: str, accept: str | None = None, more: str = "") -> TestResponse:
        headers = self.headers | ({} if accept is None else {"Accept": accept})
        url = self.url(what)
        return self.http.get(url + (f"{'&' if '?' in url else '?'}{more}" if more else ""), headers=headers)

    def score(self, *, media_type: str = SCORE, **changes: object) -> TestResponse:
        body = {
            "userId": "asn",
            "scoreGiven": 80,
            "scoreMaximum": 100,
            "timestamp": self.clock().isoformat(),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        } | changes
        body = {name: value for name, value in body.items() if value is not None}
        headers = self.headers | {"Content-Type": media_type}
        return self.http.post(self.url("scores"), data=json.dumps(body), headers=headers)

    def grade(self) -> float | None:
        return self.platform.store.scores("1")[0].given


@pytest.fixture(params=NAMES)
def lms(request: pytest.FixtureRequest, tmp_path: Path, pem: str) -> Lms:
    clock = FixedClock()
    return Lms(sandbox_in(tmp_path, request.param, pem, clock), clock, pem)


def by_name(lms: Lms, *, moodle: object, strict: object) -> object:
    return {MOODLE: moodle, STRICT: strict}[lms.platform.personality.name]


ACCEPTS = [
    ("line_items", None, 200), ("line_items", ITEMS, 200), ("line_items", "*/*", 400),
    ("line_items", "application/json", 400), ("line_items", f"{ITEMS}, */*;q=0.1", 400),
    ("line_items", f"{ITEMS};q=1", 400), ("line_item", ITEM, 200), ("line_item", "*/*", 200),
    ("line_item", "application/json", 400), ("results", "*/*", 200), ("results", "application/json", 400),
    ("memberships", MEMBERS, 200), ("memberships", "*/*", 200),
]  # fmt: skip


@pytest.mark.parametrize(("what", "accept", "status"), ACCEPTS)
def test_moodle_takes_one_media_type_where_the_book_negotiates(
    lms: Lms, what: str, accept: str | None, status: int
) -> None:
    assert lms.get(what, accept).status_code == by_name(lms, moodle=status, strict=200)


def test_nothing_that_can_be_answered_is_406_by_the_book(tmp_path: Path, pem: str) -> None:
    strict = Lms(sandbox_in(tmp_path, STRICT, pem, clock := FixedClock()), clock, pem)
    assert strict.get("results", "text/html").status_code == 406


def test_a_wrong_content_type_is_refused(lms: Lms) -> None:
    answer = lms.score(media_type="application/json")
    assert answer.status_code == by_name(lms, moodle=400, strict=415)


@pytest.mark.parametrize("seconds", [0, -5])
def test_a_score_that_is_not_later_is_409(lms: Lms, seconds: float) -> None:
    assert lms.score().status_code == 200
    lms.clock.advance(seconds=seconds)
    answer = lms.score(scoreGiven=10)
    assert answer.status_code == 409
    assert (answer.text == "[]") == by_name(lms, moodle=True, strict=False)
    assert lms.grade() == 80


def test_moodle_counts_whole_seconds_only(lms: Lms) -> None:
    assert lms.score().status_code == 200
    lms.clock.advance(seconds=0.4)
    assert lms.score(scoreGiven=90).status_code == by_name(lms, moodle=409, strict=200)


@pytest.mark.parametrize("changes", [{"gradingProgress": "Pending"}, {"gradingProgress": "NotReady"}])
def test_a_score_that_is_not_final_wipes_the_grade_of_moodle_alone(lms: Lms, changes: dict) -> None:
    lms.score()
    lms.clock.advance(seconds=2)
    assert lms.score(**changes).status_code == 200
    assert lms.grade() == by_name(lms, moodle=None, strict=80)


def test_a_score_without_a_value_empties_the_grade_everywhere(lms: Lms) -> None:
    """AGS 2.0, 3.4.5."""
    lms.score()
    lms.clock.advance(seconds=2)
    lms.score(scoreGiven=None, scoreMaximum=None)
    assert lms.grade() is None
    assert "resultScore" not in json.loads(lms.get("results").data)[0]


def test_more_than_the_maximum_is_the_maximum_in_moodle(lms: Lms) -> None:
    lms.score(scoreGiven=130)
    assert lms.grade() == by_name(lms, moodle=100, strict=130)


@pytest.mark.parametrize("user", ["guru", "siapa"])
def test_who_cannot_be_graded_is_refused_without_a_word_in_the_body(lms: Lms, user: str) -> None:
    answer = lms.score(userId=user)
    assert answer.status_code == by_name(lms, moodle=400, strict=422)
    assert "Incorrect score" in answer.status
    assert lms.platform.store.scores("1") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp": "kemarin"},
        {"timestamp": "2026-01-01T00:00:00"},
        {"scoreGiven": "80"},
        {"scoreGiven": float("nan")},
        {"scoreGiven": 10**400},
        {"scoreGiven": -1},
        {"scoreMaximum": None},
        {"activityProgress": "Selesai"},
        {"gradingProgress": None},
    ],
)
def test_a_broken_score_is_400(lms: Lms, changes: dict) -> None:
    assert lms.score(**changes).status_code == 400
    assert lms.platform.store.scores("1") == []


def test_the_token_answer_of_moodle_says_text_html(lms: Lms) -> None:
    form = token_form(lms.platform, TOOL, lms.pem, SCOPES[0], "unknown")
    answer = lms.http.post(lms.path("token"), data=form)
    assert answer.mimetype == by_name(lms, moodle="text/html", strict="application/json")
    assert json.loads(answer.data)["scope"] == SCOPES[0]


def test_moodle_has_no_leeway_for_clocks(lms: Lms) -> None:
    form = token_form(lms.platform, TOOL, lms.pem, SCOPES[0])
    lms.clock.advance(seconds=-5)
    assert lms.http.post(lms.path("token"), data=form).status_code == by_name(lms, moodle=400, strict=200)


def test_an_assertion_for_somebody_else_is_refused_by_the_book_alone(lms: Lms) -> None:
    now = int(lms.platform.now())
    claims = {"iss": "x", "sub": TOOL.client_id, "aud": "x", "iat": now, "exp": now + 60, "jti": "1"}
    form = token_form(lms.platform, TOOL, lms.pem, SCOPES[0])
    form["client_assertion"] = SigningKey("tool", lms.pem).sign(claims)
    assert lms.http.post(lms.path("token"), data=form).status_code == by_name(lms, moodle=200, strict=400)


def test_the_link_to_the_next_line_items_has_moodles_quotes(lms: Lms) -> None:
    lms.platform.store.add_line_item(LineItem("", COURSE.id, "Lain", 10))
    link = lms.get("line_items", ITEMS, "limit=1").headers["Link"].encode("latin-1").decode()
    assert ("rel=“next”" in link) == by_name(lms, moodle=True, strict=False)
    assert ('rel="next"' in link) == by_name(lms, moodle=False, strict=True)
    assert ("&amp;from=1" in link) == by_name(lms, moodle=True, strict=False)


def test_line_items_are_changed_and_removed(lms: Lms) -> None:
    headers = lms.headers | {"Content-Type": ITEM}
    body = json.dumps({"label": "Baru", "scoreMaximum": 50, "resourceLinkId": "1"})
    assert lms.http.put(lms.url("line_item"), data=body, headers=headers).status_code == 200
    assert json.loads(lms.get("line_item", ITEM).data)["label"] == "Baru"
    url = lms.url("line_item")
    assert lms.http.delete(url, headers=lms.headers).status_code == 204
    assert lms.http.get(url, headers=lms.headers).status_code == 404


def test_a_line_item_of_a_foreign_activity_is_403(lms: Lms) -> None:
    body = json.dumps({"label": "X", "scoreMaximum": 5, "resourceLinkId": "99"})
    answer = lms.http.post(lms.url("line_items"), data=body, headers=lms.headers | {"Content-Type": ITEM})
    assert answer.status_code == 403


def login(lms: Lms, user: str | None, link: str | None) -> dict[str, str]:
    store = lms.platform.store
    course, person = store.course(COURSE.id), store.user(user or "")
    assert course is not None
    fields = lms.platform.login_form(TOOL, person, course, store.link(link) if link else None)
    return {name: fields[name] for name in ("login_hint", "lti_message_hint", "client_id")} | {
        "scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none",
        "redirect_uri": TOOL.launch_url, "nonce": "n", "state": "s",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "moodle", "strict"),
    [
        ({"nonce": ""}, None, "invalid_request"),
        ({"scope": "profile"}, None, "invalid_scope"),
        ({"response_type": "code"}, None, "unsupported_response_type"),
        ({"response_mode": "query"}, "invalid_request", "invalid_request"),
        ({"prompt": "login"}, "invalid_request", "invalid_request"),
        ({"login_hint": "guru"}, "access_denied", "login_required"),
        ({"lti_message_hint": "x"}, None, "login_required"),
        ({"redirect_uri": "https://evil.example"}, None, None),
    ],
)
def test_the_tool_hears_of_an_error_or_not(lms: Lms, changes: dict, moodle: str | None, strict: str | None) -> None:
    expected = by_name(lms, moodle=moodle, strict=strict)
    lms.http.post("/masuk", data={"user": "asn"})
    answer = lms.http.get(lms.path("auth"), query_string=login(lms, "asn", "1") | changes)
    assert answer.status_code == (200 if expected else by_name(lms, moodle=404, strict=400))
    assert (f'name="error" value="{expected}"' in answer.text) == (expected is not None)
    assert "id_token" not in answer.text.replace("response_type", "")


def test_tags_in_state_come_back_from_the_book_alone(lms: Lms) -> None:
    answer = lms.platform.authenticate(login(lms, "asn", "1") | {"state": "a<b>c"}, lms.platform.store.user("asn"))
    assert answer.fields["state"] == by_name(lms, moodle="ac", strict="a<b>c")


def deep_link(lms: Lms, *items: dict, **settings: object) -> int:
    """How many of `items` became activities."""
    request = lms.platform.authenticate(login(lms, "guru", None), lms.platform.store.user("guru"))
    sent = jwt.decode(request.fields["id_token"], options={"verify_signature": False})
    asked = sent[f"{DEEP_LINKING}deep_linking_settings"]
    now = int(lms.platform.now())
    claims = {
        "iss": TOOL.client_id,
        "aud": lms.platform.issuer,
        "iat": now,
        "exp": now + 60,
        "nonce": "n",
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": "1",
        f"{DEEP_LINKING}content_items": list(items),
    } | ({f"{DEEP_LINKING}data": asked["data"]} if "data" in asked else {})
    session = asked["deep_link_return_url"].partition("sesskey=")[2]
    return lms.platform.accept_links(SigningKey("tool", lms.pem).sign(claims | settings), session)[1]


@pytest.mark.parametrize(
    ("item", "moodle"),
    [
        ({"title": "x" * 255}, 1),
        ({"title": "x" * 256}, 0),
        ({"lineItem": {"scoreMaximum": 100}}, 1),
        ({"lineItem": {"scoreMaximum": 200}}, 0),
        ({"lineItem": {"scoreMaximum": 20.5}}, 0),
    ],
)
def test_moodle_quietly_drops_what_its_form_does_not_take(lms: Lms, item: dict, moodle: int) -> None:
    assert deep_link(lms, {"type": "ltiResourceLink"} | item) == by_name(lms, moodle=moodle, strict=1)


@pytest.mark.parametrize(
    "item",
    [
        {"custom": {"a": {"b": 1}}},
        {"custom": ["a"]},
        {"lineItem": {"scoreMaximum": "x"}},
        {"lineItem": {"scoreMaximum": 10**400}},
        {"lineItem": []},
    ],
)
def test_an_item_that_nobody_takes_adds_nothing_at_all(lms: Lms, item: dict) -> None:
    good = {"type": "ltiResourceLink", "title": "Baik"}
    with pytest.raises(Exception, match="bad_deep_link"):
        deep_link(lms, good, {"type": "ltiResourceLink"} | item)
    assert len(lms.platform.store.links(COURSE.id)) == 1


def test_the_audience_of_an_answer_is_checked_by_the_book_alone(lms: Lms) -> None:
    item = {"type": "ltiResourceLink", "title": "Baik"}
    if lms.platform.personality.name == MOODLE:
        assert deep_link(lms, item, aud="https://elsewhere.example") == 1
        return
    with pytest.raises(Exception, match="tool_token_refused"):
        deep_link(lms, item, aud="https://elsewhere.example")


def test_a_learner_gets_no_deep_linking(lms: Lms) -> None:
    with pytest.raises(Exception, match="bad_auth_request"):
        lms.platform.authenticate(login(lms, "asn", None), lms.platform.store.user("asn"))


def test_an_unknown_personality_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_personality("canvas")
