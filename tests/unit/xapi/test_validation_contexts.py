"""Contexts that repeat but for their registrations: each statement keeps its own, however it is written."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.errors import StatementError
from xapi.model import Context
from xapi.testing import make_statement
from xapi.validation import validate_statement

A, B = "6f1a0c1e-7b7a-4f0e-9b0e-0a1b2c3d4e5f", "AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE"
NAMES = st.sampled_from(["registration", 'a"registration', "registratio\\u006e", "x", "\\"])
VALUES = st.sampled_from([A, B, "registration", '"registration":"', {"registration": A}, 1, None])
EXTENSIONS = st.dictionaries(st.just("https://x.example"), st.dictionaries(NAMES, VALUES, max_size=3), max_size=1)
OPTIONAL = {"platform": st.just("registration"), "extensions": EXTENSIONS, "language": st.just("id")}


def with_context(context: str) -> bytes:
    statement = json.dumps(make_statement(context=None))
    return f'{statement[:-1]},"context":{context}}}'.encode()


def registration_of(context: str) -> str:
    parsed = validate_statement(with_context(context))
    assert parsed.context is not None
    return str(parsed.context.context.registration)


def test_a_context_seen_before_gets_its_own_registration() -> None:
    found = [registration_of(f'{{"platform":"p","registration":"{one}"}}') for one in (A, B, A)]

    assert found == [A, B, A]


def test_a_registration_that_is_no_uuid_is_refused_also_in_a_context_seen_before() -> None:
    registration_of(f'{{"platform":"q","registration":"{A}"}}')

    for wrong in (A[:-1], A + "0", A[:-1] + "g", "", A.replace("-", "")):
        with pytest.raises(StatementError) as raised:
            registration_of(f'{{"platform":"q","registration":"{wrong}"}}')
        assert raised.value.path == "$.context.registration"


def test_a_registration_that_stands_twice_is_refused() -> None:
    registration_of(f'{{"registration":"{A}"}}')

    for name in ("registration", "registratio\\u006e"):
        with pytest.raises(StatementError):
            registration_of(f'{{"registration":"{A}","{name}":"{B}"}}')


@pytest.mark.parametrize("hidden", [A, B])
def test_a_text_that_only_looks_like_a_registration_does_not_count(hidden: str) -> None:
    context = f'{{"registratio\\u006e":"{A}","extensions":{{"https://x.example":{{"a\\"registration":"{hidden}"}}}}}}'

    assert registration_of(context) == A


@given(
    st.fixed_dictionaries({"registration": st.sampled_from([A, B])}, optional=OPTIONAL),
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", " : ")]),
)
def test_what_is_found_in_a_context_is_what_its_json_says(
    context: dict[str, object], backwards: bool, separators: tuple[str, str]
) -> None:
    items = list(context.items())
    text = json.dumps(dict(items[::-1] if backwards else items), separators=separators)

    parsed = validate_statement(with_context(text))

    assert parsed.context is not None
    assert parsed.context.context == msgspec.json.decode(text, type=Context)
