"""The form of a launch: read as the standard library reads it, within its limits, each field once."""

from io import BytesIO
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lti_tool.errors import LaunchRefused
from lti_tool.web.plain_form import MOST_FIELDS, MOST_FORM, bound, posted
from lti_tool.web.ready_response import sent_to

FORM = st.text(st.sampled_from("ab=&+%2C3/é;\n?"), max_size=40)


def asked(body: bytes, **environ: object) -> Request:
    given_environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/lti/launch", "SERVER_NAME": "x", "SERVER_PORT": "443",
        "wsgi.url_scheme": "https", "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body), **environ,
    }  # fmt: skip
    request = Request(given_environ)
    bound(request)
    return request


@settings(max_examples=150)
@given(FORM)
def test_a_form_is_read_as_the_standard_library_reads_it(text: str) -> None:
    pairs = parse_qsl(text, keep_blank_values=True)
    if len(dict(pairs)) != len(pairs):
        with pytest.raises(LaunchRefused) as refusal:
            posted(asked(text.encode()))
        assert refusal.value.code == "login.parameter_twice"
    else:
        assert posted(asked(text.encode())) == dict(pairs)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"state=a%00", "login.parameter_broken"),
        (b"state=a\x00", "login.parameter_broken"),
        (b"state=a&state=a", "login.parameter_twice"),
        (b"&".join(b"a%d=1" % number for number in range(MOST_FIELDS + 1)), "launch.form_too_large"),
    ],
)
def test_a_doubtful_form_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(LaunchRefused) as refusal:
        posted(asked(body))
    assert refusal.value.code == code


@pytest.mark.parametrize("query", ["a=%00", "a=\x00"])
def test_a_query_with_a_zero_character_is_refused_beside_any_form(query: str) -> None:
    with pytest.raises(LaunchRefused) as refusal:
        asked(b"state=a", QUERY_STRING=query)
    assert refusal.value.code == "login.parameter_broken"


def test_a_form_over_the_limit_is_refused_although_the_server_has_received_it() -> None:
    with pytest.raises(RequestEntityTooLarge):
        posted(asked(b"a=" + b"x" * MOST_FORM))


@pytest.mark.parametrize("length", ["9", "999999"])
def test_a_body_that_is_shorter_than_it_said_is_not_taken_for_a_form(length: str) -> None:
    with pytest.raises(HTTPException) as refusal:
        posted(asked(b"state=a", CONTENT_LENGTH=length))
    assert refusal.value.code in (400, 413)


def test_a_body_can_be_read_once_more_by_whoever_answers_a_refusal() -> None:
    request = asked(urlencode({"state": "a b", "id_token": "x.y.z"}).encode())
    assert posted(request) == request.form.to_dict()


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("https://lms.example/auth?a=%20b&c=[1]", "https://lms.example/auth?a=%20b&c=[1]"),
        ("https://lms.example/müh le?a=1", "https://lms.example/m%C3%BCh%20le?a=1"),
    ],
)
def test_a_browser_is_sent_to_a_uri(address: str, sent: str) -> None:
    answer = sent_to(address)
    headers = dict(answer.get_wsgi_headers({}))
    assert (answer.status_code, headers["Location"], headers["Content-Length"]) == (302, sent, "0")
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
