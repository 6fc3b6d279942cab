"""Anything at all sent to the addresses of LTI: a page with a code or a good answer, never a crash, nothing left."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti_tool.claims import (
    AGS,
    CONTEXT,
    COPY_NOTICE,
    CUSTOM,
    DEPLOYMENT,
    DL_SETTINGS,
    GROUPS,
    LIS,
    LTI,
    MESSAGE_TYPE,
    NOTICE,
    NOTICE_SERVICE,
    NRPS,
    ORIGINS,
    PRESENTATION,
    RESOURCE_LINK,
    ROLES,
    TARGET,
    VERSION,
)
from lti_tool.jose import base64url
from lti_tool.testing import INSTRUCTOR, LEARNER, TOOL, state_and_nonce
from lti_tool.web.testing import LMS
from tests.conformance.whole_tool import MODULE, WholeTool

pytestmark = pytest.mark.conformance
MARK = "<zz\"'>"
FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
TEXT = st.one_of(
    st.sampled_from(["", MARK, "0", "javascript:alert(1)", f"{TOOL}/lti/launch", LMS, "klien-1", "7", "_parent", "\x00",
                     "\ud7ff\ue000", "x" * 5000, LEARNER, INSTRUCTOR, "LtiDeepLinkingRequest", MODULE, "1.3.0"]),
    st.text(max_size=40), st.text(max_size=20).map(lambda text: text + MARK),
)  # fmt: skip
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)
LOGIN = ["iss", "login_hint", "target_link_uri", "client_id", "lti_message_hint", "lti_deployment_id",
         "lti_storage_target"]  # fmt: skip
LAUNCH = ["state", "id_token", "error", "error_description", "jampel_stored"]
CLAIMS = [MESSAGE_TYPE, VERSION, DEPLOYMENT, TARGET, ROLES, CONTEXT, RESOURCE_LINK, CUSTOM, LIS, PRESENTATION, AGS,
          NRPS, DL_SETTINGS, LTI + "lti1p1", NOTICE_SERVICE, NOTICE, ORIGINS, GROUPS, "jti",
          "iss", "aud", "azp", "sub", "exp", "iat", "nbf", "nonce",
          "name"]  # fmt: skip
MEMBERS = ["id", "title", "label", "return_url", "locale", "jampel_module", "lineitem", "lineitems", "scope",
           "context_memberships_url", "person_sourcedid", "deep_link_return_url", "accept_types", "accept_multiple",
           "accept_presentation_document_targets", "data"]  # fmt: skip
INSIDE = st.dictionaries(st.sampled_from(MEMBERS), VALUE, max_size=5)


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory, key: RSAPrivateKey) -> Iterator[WholeTool]:
    found = WholeTool(tmp_path_factory.mktemp("alat"), key)
    found.services.flow._limit = 10**9
    yield found
    found.site.close()


def fields(names: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    one = st.dictionaries(st.sampled_from(names), TEXT | st.lists(TEXT, min_size=2, max_size=2), max_size=7)
    return st.tuples(one, st.dictionaries(TEXT, TEXT, max_size=2)).map(lambda both: both[1] | both[0])


def check(tool: WholeTool, send: Any) -> None:
    """What holds for every answer: it is no crash, and a refusal has a page, a code and one line, and left nothing."""
    before, lines = tool.kept(), len(tool.services.lti.audit.last(10_000))
    answer = send()
    assert answer.status_code < 500, answer.text
    assert MARK not in answer.text
    if answer.status_code < 400 and answer.status_code != 303:
        return
    noted = tool.services.lti.audit.last(10_000)
    assert len(noted) == lines + 1
    assert tool.kept()[:2] == before[:2]
    assert noted[0].code.split(".")[0] in ("launch", "login", "deep_link")
    assert MARK not in str(noted[0])
    if answer.status_code == 303:
        assert answer.headers["Location"].startswith(f"{LMS}/")
    else:
        assert f"Kode: {noted[0].code}" in answer.text
        assert noted[0].reference in answer.text


@given(form=fields(LOGIN), method=st.sampled_from(["GET", "POST"]))
@FUZZ
def test_any_login_is_answered(tool, form: dict, method: str) -> None:
    sent = {"query_string": form} if method == "GET" else {"data": form}
    check(tool, lambda: tool.browser().open("/lti/login", method=method, base_url=TOOL, **sent))


@given(changes=fields(LOGIN))
@FUZZ
def test_any_change_of_a_good_login_is_answered(tool, changes: dict) -> None:
    form = tool.fake.login_form() | changes
    check(tool, lambda: tool.browser().post("/lti/login", data=form, base_url=TOOL))


@given(form=fields(LAUNCH))
@FUZZ
def test_any_launch_is_answered(tool, form: dict) -> None:
    check(tool, lambda: tool.browser().post("/lti/launch", data=form, base_url=TOOL))


@given(form=fields(LAUNCH), target=st.sampled_from(["", "_parent"]), own=st.booleans(), known=st.booleans())
@FUZZ
def test_any_launch_with_a_state_that_waits_is_answered(tool, form: dict, target: str, own: bool, known: bool) -> None:
    browser = tool.browser()
    answer = tool.login(browser, lti_storage_target=target)
    address = answer.headers.get("Location") or answer.text.split('data-next="')[1].split('"')[0].replace("&amp;", "&")
    form = form | {"state": state_and_nonce(address)[0]}
    headers = {"Origin": TOOL, "Sec-Fetch-Site": "same-origin"} if own else {}
    sender = browser if known else tool.browser()
    check(tool, lambda: sender.post("/lti/launch", data=form, headers=headers, base_url=TOOL))


@given(changes=st.dictionaries(st.sampled_from(CLAIMS), st.just(...) | VALUE | INSIDE, min_size=1, max_size=4),
       deep_linking=st.booleans())  # fmt: skip
@FUZZ
def test_any_claims_that_the_platform_signed_are_answered(tool, changes: dict, deep_linking: bool) -> None:
    browser = tool.browser()
    form = tool.form(browser, deep_linking=deep_linking, **({CUSTOM: {"jampel_module": MODULE}} | changes))
    check_signed(tool, lambda: browser.post("/lti/launch", data=form, base_url=TOOL))


def check_signed(tool: WholeTool, send: Any) -> None:
    """As `check`; a page that tells a signed person no (no role, no module) is no refusal of the launch."""
    launches, lines = tool.kept()[0], len(tool.services.lti.audit.last(10_000))
    answer = send()
    if tool.kept()[0] > launches:
        assert answer.status_code in (200, 403, 404)
        assert MARK not in answer.text
    else:
        assert len(tool.services.lti.audit.last(10_000)) == lines + 1
        assert 300 < answer.status_code < 500, answer.text
        assert MARK not in answer.text


@given(header=VALUE, payload=VALUE, tail=TEXT)
@FUZZ
def test_any_token_is_answered(tool, header: object, payload: object, tail: str) -> None:
    browser = tool.browser()
    form = tool.form(browser)
    parts = [base64url(json.dumps(part).encode("utf-8", "surrogatepass")) for part in (header, payload)]
    form["id_token"] = ".".join([*parts, tail])
    check(tool, lambda: browser.post("/lti/launch", data=form, base_url=TOOL))


@given(form=fields(["launch", "token", "modules", "title", "line_item"]))
@FUZZ
def test_any_choice_of_modules_is_answered(tool, form: dict) -> None:
    check(tool, lambda: tool.browser().post("/lti/deep-link", data=form, base_url=TOOL))


@given(form=fields(["state"]))
@FUZZ
def test_any_second_login_is_answered(tool, form: dict) -> None:
    check(tool, lambda: tool.browser().get("/lti/tab", query_string=form, base_url=TOOL))


@given(body=st.binary(max_size=300), kind=st.sampled_from(
    ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x", "application/json",
     "text/plain; charset=x", ""]), address=st.sampled_from(["login", "launch", "deep-link"]))  # fmt: skip
@FUZZ
def test_any_bytes_are_answered(tool, body: bytes, kind: str, address: str) -> None:
    check(tool, lambda: tool.browser().post(f"/lti/{address}", data=body, content_type=kind, base_url=TOOL))


@given(changes=st.dictionaries(st.sampled_from(CLAIMS), VALUE | INSIDE, max_size=6), whole=VALUE)
@settings(FUZZ, max_examples=40)
def test_any_notice_that_the_platform_signed_is_answered(tool, changes: dict, whole: object) -> None:
    now = int(tool.clock().timestamp())
    good = {"iss": tool.fake.issuer, "aud": "klien-1", "iat": now, "exp": now + 60, "nonce": "x", VERSION: "1.3.0",
            DEPLOYMENT: "7", NOTICE: {"id": "p", "type": COPY_NOTICE}, CONTEXT: {"id": "k"}}  # fmt: skip
    bodies = [{"notices": [{"jwt": tool.fake.token(good | changes)}, {"jwt": "x"}]}, {"notices": whole}, whole]
    for body in bodies:
        answer = tool.browser().post("/lti/notices", json=body, base_url=TOOL)
        assert answer.status_code < 500
        assert answer.json["taken"] == 0
        assert (answer.status_code >= 400) == bool(answer.json["refused"])
        assert all(one["message"] and MARK not in one["message"] for one in answer.json["refused"])
    assert tool.services.lti.notices.handlers(tool.platform.id) == []
