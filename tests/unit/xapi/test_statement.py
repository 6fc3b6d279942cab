"""The typed statement: what goes in comes out."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from xapi.errors import StatementError
from xapi.statement import Activity, Actor, StatementRef, SubStatement, decode, encode
from xapi.testing import encoded, make_agent, make_statement
from xapi.vocabulary import EXT_JP, PASSED

UUID = "aa97b177-9383-4934-8543-0f91a7a02836"


def full_statement() -> dict:
    return make_statement(
        id=UUID,
        object={
            "objectType": "Activity",
            "id": "https://example.com/soal",
            "definition": {
                "name": {"id": "Soal", "en-US": "Question"},
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "moreInfo": "https://example.com/tentang",
                "interactionType": "choice",
                "correctResponsesPattern": ["a[,]b"],
                "choices": [{"id": "a", "description": {"id": "Satu"}}, {"id": "b"}],
                "extensions": {"https://example.com/ext": {"dalam": [None, 1.5, "x"]}},
            },
        },
        result={
            "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
            "success": True,
            "completion": True,
            "response": "a",
            "duration": "PT35M4.5S",
        },
        context={
            "registration": UUID,
            "instructor": make_agent("pengajar"),
            "team": {"objectType": "Group", "member": [make_agent("satu"), make_agent("dua")]},
            "contextActivities": {"parent": [{"id": "https://example.com/modul"}]},
            "revision": "1",
            "platform": "Jampel",
            "language": "id",
            "statement": {"objectType": "StatementRef", "id": UUID},
            "extensions": {EXT_JP: 200},
        },
        timestamp="2026-03-02T08:00:00.123456789+07:00",
        version="1.0.3",
        attachments=[
            {
                "usageType": "https://example.com/sertifikat",
                "display": {"id": "Sertifikat"},
                "contentType": "application/pdf",
                "length": 12,
                "sha2": "0" * 64,
                "fileUrl": "https://example.com/sertifikat.pdf",
            }
        ],
    )


def test_every_property_survives_decode_and_encode() -> None:
    assert json.loads(encode(decode(encoded(full_statement())))) == full_statement()


def test_properties_are_typed() -> None:
    statement = decode(encoded(full_statement()))

    assert statement.verb.id == PASSED
    assert isinstance(statement.actor, Actor)
    assert isinstance(statement.object, Activity)
    assert statement.result is not UNSET
    assert statement.result.score is not UNSET
    assert statement.result.score.scaled == 0.5


def test_a_missing_property_is_unset() -> None:
    assert decode(encoded(make_statement())).result is UNSET


def test_the_text_of_a_timestamp_is_kept() -> None:
    assert decode(encoded(full_statement())).timestamp == "2026-03-02T08:00:00.123456789+07:00"


def test_object_can_refer_to_a_statement() -> None:
    statement = decode(encoded(make_statement(object={"objectType": "StatementRef", "id": UUID})))

    assert statement.object == StatementRef(object_type="StatementRef", id=UUID)


def test_object_can_be_an_agent() -> None:
    assert isinstance(decode(encoded(make_statement(object=make_agent("lain")))).object, Actor)


def test_object_can_be_a_sub_statement() -> None:
    inner = make_statement(objectType="SubStatement", timestamp="2026-03-02T08:00:00Z")
    statement = decode(encoded(make_statement(object=inner)))

    assert isinstance(statement.object, SubStatement)
    assert statement.object.verb.id == PASSED


def test_decoding_the_same_bytes_twice_gives_the_same_statement() -> None:
    body = encoded(full_statement())

    assert decode(body) == decode(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(body: bytes) -> None:
    with pytest.raises(StatementError):
        decode(body)


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(full_statement())), _VALUES)
def test_any_value_in_any_property_is_decoded_or_refused_with_a_place(name: str, value: object) -> None:
    refused = refusal(json.dumps({**full_statement(), name: value}).encode())

    assert refused is None or refused.path.startswith("$")


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=3))
def test_a_damaged_statement_is_decoded_or_refused(place: int, damage: bytes) -> None:
    body = bytearray(encoded(full_statement()))
    place %= len(body)
    body[place : place + len(damage)] = damage
    refused = refusal(bytes(body))

    assert refused is None or refused.code.startswith("statement.")


def refusal(body: bytes) -> StatementError | None:
    try:
        decode(body)
    except StatementError as error:
        return error
    return None
