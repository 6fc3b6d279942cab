"""The rules of the standard that types cannot say, one broken rule at a time."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.errors import StatementError
from xapi.testing import encoded, make_agent, make_statement
from xapi.validation import validate_statement
from xapi.validation.formats import moment_or_none, require_duration, require_iri, require_language
from xapi.validation.strict_json import count_all_keys

UUID = "aa97b177-9383-4934-8543-0f91a7a02836"
AGENT = {"mbox": "mailto:a@example.com"}
ACTIVITY = {"id": "https://example.com/modul"}
REFERENCE = {"objectType": "StatementRef", "id": UUID}
ATTACHMENT = {
    "usageType": "https://example.com/sertifikat",
    "display": {"id": "Sertifikat"},
    "contentType": "application/pdf",
    "length": 12,
    "sha2": "0" * 64,
    "fileUrl": "https://example.com/a.pdf",
}


def defined(**definition: Any) -> dict[str, Any]:
    return {**ACTIVITY, "definition": definition}


def inner(**changes: Any) -> dict[str, Any]:
    return make_statement(objectType="SubStatement", **changes)


REFUSED = [
    ({"actor": {}}, "statement.ifi_none", "$.actor"),
    ({"actor": {"name": "Tanpa pengenal"}}, "statement.ifi_none", "$.actor"),
    ({"actor": {**AGENT, "openid": "https://a.example/"}}, "statement.ifi_many", "$.actor"),
    ({"actor": {"mbox": "a@example.com"}}, "statement.mbox", "$.actor.mbox"),
    ({"actor": {"mbox": "mailto:a b@example.com"}}, "statement.mbox", "$.actor.mbox"),
    ({"actor": {"mbox_sha1sum": "abc"}}, "statement.sha1", "$.actor.mbox_sha1sum"),
    ({"actor": {"openid": "a.example"}}, "statement.iri", "$.actor.openid"),
    ({"actor": {"account": {"homePage": "a.example", "name": "a"}}}, "statement.iri", "$.actor.account.homePage"),
    ({"actor": {"account": {"homePage": "https:///", "name": "a"}}}, "statement.iri", "$.actor.account.homePage"),
    ({"actor": {"account": {"homePage": "https://a.example"}}}, "statement.shape", "$.actor.account"),
    ({"actor": {"account": {"homePage": "https://a.example", "name": 1}}}, "statement.shape", "$.actor.account.name"),
    ({"actor": {**AGENT, "objectType": "agent"}}, "statement.shape", "$.actor.objectType"),
    ({"actor": {**AGENT, "objectType": "Activity"}}, "statement.shape", "$.actor.objectType"),
    ({"actor": {**AGENT, "member": [AGENT]}}, "statement.member", "$.actor.member"),
    ({"actor": {"objectType": "Group"}}, "statement.anonymous_group", "$.actor"),
    ({"actor": {"objectType": "Group", "member": []}}, "statement.anonymous_group", "$.actor"),
    ({"actor": {"objectType": "Group", "member": [{}]}}, "statement.ifi_none", "$.actor.member[0]"),
    (
        {"actor": {"objectType": "Group", "member": [AGENT, {"objectType": "Group", "member": [AGENT]}]}},
        "statement.not_agent",
        "$.actor.member[1]",
    ),
    ({"actor": {**AGENT, "Name": "A"}}, "statement.shape", "$.actor.Name"),
    ({"actor": {**AGENT, "name": None}}, "statement.shape", "$.actor.name"),
    ({"verb": {"id": "passed"}}, "statement.iri", "$.verb.id"),
    ({"verb": {"id": "https://example.com/a b"}}, "statement.iri", "$.verb.id"),
    ({"verb": {"display": {"id": "lulus"}}}, "statement.shape", "$.verb"),
    (
        {"verb": {"id": "https://example.com/v", "display": {"bahasa_id": "x"}}},
        "statement.language",
        "$.verb.display.bahasa_id",
    ),
    ({"verb": {"id": "https://example.com/v", "display": {"id": 1}}}, "statement.shape", "$.verb.display.id"),
    ({"object": {}}, "statement.shape", "$.object"),
    ({"object": {"id": "modul"}}, "statement.iri", "$.object.id"),
    ({"object": {**ACTIVITY, "objectType": "activity"}}, "statement.object_type", "$.object.objectType"),
    ({"object": defined(type="x")}, "statement.iri", "$.object.definition.type"),
    ({"object": defined(moreInfo="x")}, "statement.iri", "$.object.definition.moreInfo"),
    ({"object": defined(name={"1": "x"})}, "statement.language", "$.object.definition.name['1']"),
    ({"object": defined(extensions={"jp": 1})}, "statement.iri", "$.object.definition.extensions.jp"),
    ({"object": defined(interactionType="pilihan")}, "statement.shape", "$.object.definition.interactionType"),
    (
        {"object": defined(correctResponsesPattern=["a"])},
        "statement.interaction",
        "$.object.definition.correctResponsesPattern",
    ),
    ({"object": defined(choices=[{"id": "a"}])}, "statement.interaction", "$.object.definition.choices"),
    (
        {"object": defined(interactionType="likert", steps=[{"id": "a"}])},
        "statement.interaction",
        "$.object.definition.steps",
    ),
    (
        {"object": defined(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}])},
        "statement.component_twice",
        "$.object.definition.choices[1].id",
    ),
    ({"object": {"objectType": "StatementRef"}}, "statement.shape", "$.object"),
    ({"object": {"objectType": "StatementRef", "id": "1"}}, "statement.uuid", "$.object.id"),
    ({"object": inner(id=UUID)}, "statement.shape", "$.object.id"),
    ({"object": inner(stored="2026-01-01T00:00:00Z")}, "statement.shape", "$.object.stored"),
    ({"object": inner(version="1.0.0")}, "statement.shape", "$.object.version"),
    ({"object": inner(authority=AGENT)}, "statement.shape", "$.object.authority"),
    ({"object": inner(object=inner())}, "statement.object_type", "$.object.object.objectType"),
    ({"object": inner(timestamp="2026-01-01T00:00:00-00:00")}, "statement.timestamp", "$.object.timestamp"),
    ({"object": inner(actor={})}, "statement.ifi_none", "$.object.actor"),
    (
        {"object": inner(object=AGENT | {"objectType": "Agent"}, context={"platform": "x"})},
        "statement.only_activity",
        "$.object.context.platform",
    ),
    ({"result": {"score": {"scaled": 1.1}}}, "statement.scaled", "$.result.score.scaled"),
    ({"result": {"score": {"scaled": True}}}, "statement.shape", "$.result.score.scaled"),
    ({"result": {"score": {"raw": 11, "max": 10}}}, "statement.score_range", "$.result.score.raw"),
    ({"result": {"score": {"raw": -1, "min": 0}}}, "statement.score_range", "$.result.score.raw"),
    ({"result": {"score": {"min": 2, "max": 1}}}, "statement.score_range", "$.result.score"),
    ({"result": {"success": "true"}}, "statement.shape", "$.result.success"),
    ({"result": {"duration": "35 menit"}}, "statement.duration", "$.result.duration"),
    ({"result": {"extensions": {"jp": 1}}}, "statement.iri", "$.result.extensions.jp"),
    ({"result": {"Score": {}}}, "statement.shape", "$.result.Score"),
    ({"context": {"registration": "1"}}, "statement.uuid", "$.context.registration"),
    ({"context": {"language": "bahasa indonesia"}}, "statement.language", "$.context.language"),
    ({"context": {"team": AGENT}}, "statement.team", "$.context.team"),
    ({"context": {"instructor": {}}}, "statement.ifi_none", "$.context.instructor"),
    ({"context": {"statement": {"id": UUID}}}, "statement.shape", "$.context.statement"),
    ({"context": {"statement": {**REFERENCE, "id": "1"}}}, "statement.uuid", "$.context.statement.id"),
    (
        {"context": {"contextActivities": {"parents": [ACTIVITY]}}},
        "statement.shape",
        "$.context.contextActivities.parents",
    ),
    (
        {"context": {"contextActivities": {"parent": [{"id": "x"}]}}},
        "statement.iri",
        "$.context.contextActivities.parent[0].id",
    ),
    (
        {"context": {"contextActivities": {"other": [{**ACTIVITY, **AGENT}]}}},
        "statement.shape",
        "$.context.contextActivities.other[0].mbox",
    ),
    ({"object": REFERENCE, "context": {"revision": "1"}}, "statement.only_activity", "$.context.revision"),
    (
        {"object": AGENT | {"objectType": "Agent"}, "context": {"platform": "x"}},
        "statement.only_activity",
        "$.context.platform",
    ),
    ({"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}, "statement.voiding", "$.object"),
    ({"id": "1"}, "statement.uuid", "$.id"),
    ({"id": UUID + "0"}, "statement.uuid", "$.id"),
    ({"timestamp": "2026-02-30T00:00:00Z"}, "statement.timestamp", "$.timestamp"),
    ({"timestamp": "2026-02-03"}, "statement.timestamp", "$.timestamp"),
    ({"timestamp": "2026-02-03T00:00:00-00"}, "statement.timestamp", "$.timestamp"),
    ({"timestamp": "2026-02-03T00:00:00-0000"}, "statement.timestamp", "$.timestamp"),
    ({"timestamp": "2026-02-03T00:00:00-00:00"}, "statement.timestamp", "$.timestamp"),
    ({"stored": "kemarin"}, "statement.timestamp", "$.stored"),
    ({"version": "0.95"}, "statement.version", "$.version"),
    ({"version": "1.1.0"}, "statement.version", "$.version"),
    ({"version": "2.0.0"}, "statement.newer_version", "$.version"),
    ({"context": {"contextAgents": []}}, "statement.newer", "$.context.contextAgents"),
    ({"object": inner(context={"contextGroups": []})}, "statement.newer", "$.object.context.contextGroups"),
    (
        {"object": inner(verb={"id": "http://adlnet.gov/expapi/verbs/voided"})},
        "statement.voiding",
        "$.object.object",
    ),
    ({"actor": {"openid": "https://a.example/\u00e9"}}, "statement.iri", "$.actor.openid"),
    ({"actor": {"mbox": "mailto:a@example.com?cc=b"}}, "statement.mbox", "$.actor.mbox"),
    ({"actor": {"mbox": "mailto:a\u0000@example.com"}}, "statement.mbox", "$.actor.mbox"),
    ({"verb": {"id": "https://example.com/\u0085"}}, "statement.iri", "$.verb.id"),
    (
        {"attachments": [{**ATTACHMENT, "contentType": "a/b; c"}]},
        "statement.media_type",
        "$.attachments[0].contentType",
    ),
    ({"timestamp": "2026-0302T08:00:00Z"}, "statement.timestamp", "$.timestamp"),
    ({"timestamp": "20260302T08:00:00Z"}, "statement.timestamp", "$.timestamp"),
    ({"authority": {"objectType": "Group", "member": [AGENT]}}, "statement.authority", "$.authority"),
    (
        {"authority": {"objectType": "Group", **AGENT, "member": [AGENT, make_agent()]}},
        "statement.authority",
        "$.authority",
    ),
    ({"attachments": [{**ATTACHMENT, "usageType": "x"}]}, "statement.iri", "$.attachments[0].usageType"),
    ({"attachments": [{**ATTACHMENT, "sha2": "x"}]}, "statement.sha2", "$.attachments[0].sha2"),
    ({"attachments": [{**ATTACHMENT, "length": -1}]}, "statement.length", "$.attachments[0].length"),
    ({"attachments": [{**ATTACHMENT, "length": 1.5}]}, "statement.shape", "$.attachments[0].length"),
    ({"attachments": [{**ATTACHMENT, "contentType": "pdf"}]}, "statement.media_type", "$.attachments[0].contentType"),
    ({"attachments": [{**ATTACHMENT, "fileUrl": "x"}]}, "statement.iri", "$.attachments[0].fileUrl"),
    ({"attachments": [{**ATTACHMENT, "display": {"_": "x"}}]}, "statement.language", "$.attachments[0].display._"),
    (
        {"attachments": [{**ATTACHMENT, "description": {"_": "x"}}]},
        "statement.language",
        "$.attachments[0].description._",
    ),
    ({"attachments": ATTACHMENT}, "statement.shape", "$.attachments"),
    ({"extra": 1}, "statement.shape", "$.extra"),
    ({"Verb": {"id": "https://example.com/v"}}, "statement.shape", "$.Verb"),
]


@pytest.mark.parametrize(
    ("changes", "code", "path"), REFUSED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_broken_rule_is_refused_with_its_place_and_clause(changes: dict[str, Any], code: str, path: str) -> None:
    with pytest.raises(StatementError) as caught:
        validate_statement(encoded(make_statement(**changes)))

    assert (caught.value.code, caught.value.path) == (code, path)
    assert caught.value.clause


@pytest.mark.parametrize("missing", ["actor", "verb", "object"])
def test_actor_verb_and_object_are_required(missing: str) -> None:
    with pytest.raises(StatementError, match=missing):
        validate_statement(encoded(make_statement(**{missing: None})))


ACCEPTED = [
    {"actor": {"objectType": "Group", **AGENT}},
    {"actor": {"objectType": "Group", "member": [AGENT]}},
    {"actor": {"openid": "https://a.example/"}},
    {"actor": {"mbox_sha1sum": "A" * 40}},
    {"verb": {"id": "tag:example.com,2026:lulus"}},
    {"object": {"id": "urn:uuid:" + UUID}},
    {"actor": {"openid": "httpx:a"}},
    {"attachments": [{**ATTACHMENT, "contentType": 'multipart/mixed; boundary="a;\\"b"; x=\'y\''}]},
    {"object": {"id": "https://contoh.id/pelayanan/../\u00e9"}},
    {
        "object": defined(
            interactionType="matching", source=[{"id": "a"}], target=[{"id": "a"}], correctResponsesPattern=[]
        )
    },
    {"object": defined(extensions={"https://example.com/x": None})},
    {"result": {"extensions": {"https://example.com/x": {"a": [None, {"b": None}]}}}},
    {"result": {"score": {"scaled": -1}}},
    {"result": {"score": {"scaled": 1, "raw": 10, "min": 0, "max": 10}}},
    {"result": {}},
    {"context": {"contextActivities": {"parent": ACTIVITY}}},
    {"context": {"revision": "1", "platform": "x"}},
    {"timestamp": "2026-03-02T08:00:00"},
    {"timestamp": "20260302T080000.123Z"},
    {"timestamp": "2026-03-02T08:00:00.1234567891234+0700"},
    {"timestamp": "2026-12-31T23:59:60Z"},
    {"version": "1.0"},
    {"version": "1.0.9"},
    {"version": "1.0.0-rc.1"},
    {"authority": {"objectType": "Group", "member": [AGENT, make_agent()]}},
    {"attachments": []},
]


@pytest.mark.parametrize("changes", ACCEPTED, ids=str)
def test_what_the_standard_allows_is_accepted(changes: dict[str, Any]) -> None:
    body = encoded(make_statement(**changes))

    assert validate_statement(body).body == body


NOT_STRICT = [
    (b"", "statement.json"),
    (b"[]", "statement.shape"),
    (b"{", "statement.json"),
    (b"null", "statement.shape"),
    (b"\xef\xbb\xbf{}", "statement.json"),
    (b'{"a":' * 50_000, "statement.shape"),
    (b"[" * 100_000, "statement.shape"),
]


@pytest.mark.parametrize(("body", "code"), NOT_STRICT, ids=lambda value: repr(value)[:20])
def test_what_is_no_statement_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(StatementError) as caught:
        validate_statement(body)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"NaN", "statement.json"),
        (b"Infinity", "statement.json"),
        (b"1e999", "statement.shape"),
        (b"01", "statement.json"),
        (b'"\\ud800"', "statement.json"),
        (b'"\xed\xa0\x80"', "statement.encoding"),
        (b'"\xff"', "statement.encoding"),
        (b"'a'", "statement.json"),
        (b"[1,]", "statement.json"),
        (b"[" * 70 + b"]" * 70, "statement.too_deep"),
        (b"[" * 5000 + b"]" * 5000, "statement.too_deep"),
        (b'{"a":1,"a":2}', "statement.duplicate_key"),
        (b'{"a":1, "a" :2}', "statement.duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "statement.duplicate_key"),
    ],
    ids=lambda value: repr(value)[:24],
)
@pytest.mark.parametrize("place", ["result", "context", "object"])
def test_json_is_read_strictly_everywhere(value: bytes, code: str, place: str) -> None:
    extensions = {"extensions": {"https://example.com/x": "HERE"}}
    changes = {place: defined(**extensions) if place == "object" else extensions}
    body = encoded(make_statement(**changes)).replace(b'"HERE"', value)

    with pytest.raises(StatementError) as caught:
        validate_statement(body)

    assert caught.value.code == code


@pytest.mark.parametrize("again", [b'"id"', b'"verb"', b'"actor"', b'"version"'])
def test_a_property_that_stands_twice_is_refused(again: bytes) -> None:
    body = encoded(make_statement(id=UUID, version="1.0.0"))
    value = encoded(json.loads(body)[again.decode().strip('"')])

    with pytest.raises(StatementError) as caught:
        validate_statement(body[:-1] + b"," + again + b":" + value + b"}")

    assert caught.value.code == "statement.duplicate_key"


@given(st.lists(st.tuples(st.text(max_size=3), st.integers()), max_size=5))
def test_repeated_keys_are_found_whatever_they_are(pairs: list[tuple[str, int]]) -> None:
    body = ("{" + " , ".join(f"{json.dumps(key)} : {value}" for key, value in pairs) + "}").encode()
    if len({key for key, _ in pairs}) == len(pairs):
        assert count_all_keys(body, "$") == len(pairs)
    else:
        with pytest.raises(StatementError):
            count_all_keys(body, "$")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='":, \\a{}', max_size=6),
    lambda values: (
        st.lists(values, max_size=4) | st.dictionaries(st.text(alphabet='":, \\a', max_size=4), values, max_size=4)
    ),
)


@given(_JSON, st.sampled_from([(",", ":"), (", ", ": "), (" ,", " :")]))
def test_no_key_is_taken_for_repeated(value: object, separators: tuple[str, str]) -> None:
    count_all_keys(json.dumps(value, separators=separators).encode(), "$")


@pytest.mark.parametrize(
    "duration", ["P1Y", "PT0S", "P3Y1M29DT4H35M59.14S", "P4W", "P1DT12H36M0.12567S", "PT1.5H", "P0,5D"]
)
def test_durations_of_iso_8601_are_accepted(duration: str) -> None:
    assert require_duration(duration, "$") == duration


@pytest.mark.parametrize(
    "duration", ["", "P", "PT", "1D", "P1", "PT1D", "P1H", "P1.5DT2H", "P0003-06-04T12:30:05", "-P1D", "P1DT"]
)
def test_other_durations_are_refused(duration: str) -> None:
    with pytest.raises(StatementError):
        require_duration(duration, "$")


@pytest.mark.parametrize(
    "tag", ["id", "en-US", "zh-Hant-TW", "sl-rozaj-biske", "de-CH-1901", "x-jampel", "i-klingon", "ace-Arab"]
)
def test_language_tags_are_accepted(tag: str) -> None:
    assert require_language(tag, "$", "") == tag


@pytest.mark.parametrize("tag", ["", "a", "something", "en_US", "id-", "en-x", "12", "id-1", "id\n"])
def test_other_language_tags_are_refused(tag: str) -> None:
    with pytest.raises(StatementError):
        require_language(tag, "$", "")


@pytest.mark.parametrize(
    "text", ["https://a.example/b", "urn:x:y", "mailto:a@b.c", "tag:a,2026:x", "https://a.example/\u2603"]
)
def test_iris_with_a_scheme_are_accepted(text: str) -> None:
    assert require_iri(text, "$", "") == text


@pytest.mark.parametrize("text", ["", "a.example", "//a.example", "https:", "http://a b", "1x:a", "https://a\n", 'x:"'])
def test_texts_that_are_no_iri_are_refused(text: str) -> None:
    with pytest.raises(StatementError):
        require_iri(text, "$", "")


@given(st.datetimes(min_value=datetime(2, 1, 1)), st.integers(min_value=-1439, max_value=1439))
def test_an_rfc_3339_timestamp_is_read_as_its_moment(local: datetime, minutes: int) -> None:
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    assert moment_or_none(moment.isoformat()) in (moment, None if moment.year == 9999 else moment)


def test_an_account_name_that_looks_like_a_nip_is_noticed() -> None:
    nip = "198501012099031001"
    everywhere = [
        {"actor": make_agent(nip)},
        {"object": make_agent(nip)},
        {"actor": {"objectType": "Group", "member": [make_agent(nip)]}},
        {"context": {"instructor": make_agent(nip)}},
        {"object": inner(actor=make_agent(nip))},
        {"actor": {**make_agent(), "name": f"Siti ({nip})"}},
        {"actor": {"mbox": f"mailto:{nip}@example.go.id"}},
        {"actor": {"openid": f"https://example.go.id/{nip}"}},
    ]

    assert all(validate_statement(encoded(make_statement(**changes))).nip for changes in everywhere)
    assert not validate_statement(encoded(make_statement())).nip
