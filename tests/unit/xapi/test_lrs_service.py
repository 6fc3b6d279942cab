"""The LRS without the web: storing, finding, voiding, paging, and who may do what."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from xapi.errors import LrsError, StatementError
from xapi.lrs.principal import LaunchGrant, Principal
from xapi.lrs.query import StatementQuery
from xapi.lrs.store.times import micros
from xapi.testing import EmbeddedLrs, embedded_lrs, encoded, make_agent, make_principal, make_statement
from xapi.vocabulary import COMPLETED, EXT_BENTUK, EXT_JP, EXT_MODULE_VERSION, PASSED, VOIDED

MODULE = "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"
REGISTRATION = "aa97b177-9383-4934-8543-0f91a7a02836"
OTHER_INSTITUTION = "00000000000000000000000000000002"
ADMIN = make_principal()


@pytest.fixture
def house(place: Path | str) -> EmbeddedLrs:
    return embedded_lrs(place)


def uid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def post(house: EmbeddedLrs, *statements: dict[str, Any], principal: Principal = ADMIN) -> list[str]:
    return house.lrs.post_statements(principal, encoded(list(statements)))


def get(house: EmbeddedLrs, statement_id: str, *, voided: bool = False) -> dict[str, Any]:
    return json.loads(house.lrs.get_statement(ADMIN, statement_id, voided=voided))


def found(house: EmbeddedLrs, principal: Principal = ADMIN, **query: Any) -> list[str]:
    result = house.lrs.query(principal, StatementQuery(**query))
    return [json.loads(body)["id"] for body in result.bodies]


def refers(number: int, target: int, verb: str = COMPLETED, **changes: Any) -> dict[str, Any]:
    reference = {"objectType": "StatementRef", "id": uid(target)}
    return make_statement(id=uid(number), verb={"id": verb}, object=reference, actor=make_agent("penilai"), **changes)


class TestStoring:
    def test_a_statement_comes_back_as_it_was_sent(self, house: EmbeddedLrs) -> None:
        sent = make_statement(id=uid(1), timestamp="2026-03-02T08:00:00.123456789+07:00", version="1.0.3")
        post(house, sent)

        assert {key: value for key, value in get(house, uid(1)).items() if key in sent} == sent

    def test_digits_and_spacing_are_kept(self, house: EmbeddedLrs) -> None:
        body = encoded(make_statement(id=uid(1), result={"score": {"raw": "HERE"}}))
        body = body.replace(b'"HERE"', b"1.50000000000000000001e0 ")
        house.lrs.post_statements(ADMIN, body)

        assert body[:-1] in house.lrs.get_statement(ADMIN, uid(1))

    def test_the_lrs_sets_what_is_its_to_set(self, house: EmbeddedLrs) -> None:
        (made,) = post(house, make_statement())
        stored = get(house, made)

        assert stored["id"] == made
        assert stored["stored"] == stored["timestamp"] == "2026-03-02T01:00:00.000000Z"
        assert stored["authority"] == ADMIN.authority
        assert stored["version"] == "1.0.0"

    def test_a_client_cannot_set_stored_or_authority(self, house: EmbeddedLrs) -> None:
        raw = b"1.10"
        sent = make_statement(
            id=uid(1),
            stored="2020-01-01T00:00:00Z",
            authority=make_agent("penyusup"),
            result={"score": {"raw": "HERE"}},
        )
        house.lrs.post_statements(ADMIN, encoded(sent).replace(b'"HERE"', raw))
        body = house.lrs.get_statement(ADMIN, uid(1))

        assert b"penyusup" not in body
        assert b"2020-01-01" not in body
        assert b'"raw":1.10' in body

    def test_a_single_context_activity_becomes_a_list(self, house: EmbeddedLrs) -> None:
        context = {"contextActivities": {"parent": {"id": MODULE}, "other": [{"id": MODULE}]}}
        inner = make_statement(objectType="SubStatement", context=context)
        post(house, make_statement(id=uid(1), context=context), make_statement(id=uid(2), object=inner))
        lists = {"parent": [{"id": MODULE}], "other": [{"id": MODULE}]}

        assert get(house, uid(1))["context"]["contextActivities"] == lists
        assert get(house, uid(2))["object"]["context"]["contextActivities"] == lists

    def test_put_stores_under_the_given_id(self, house: EmbeddedLrs) -> None:
        house.lrs.put_statement(ADMIN, uid(1), encoded(make_statement()))

        assert get(house, uid(1))["id"] == uid(1)

    def test_put_refuses_another_id_in_the_body(self, house: EmbeddedLrs) -> None:
        with pytest.raises(StatementError, match="other_id"):
            house.lrs.put_statement(ADMIN, uid(1), encoded(make_statement(id=uid(2))))

    def test_a_list_can_be_empty(self, house: EmbeddedLrs) -> None:
        assert house.lrs.post_statements(ADMIN, b" [] ") == []

    def test_a_batch_larger_than_a_chunk_is_stored_in_order(self, house: EmbeddedLrs) -> None:
        made = post(house, *(make_statement(id=uid(number)) for number in range(1, 728)))

        assert [one.id for one in house.statements.after(ADMIN.institution, 0, 1000)] == made

    def test_the_place_in_a_batch_is_told(self, house: EmbeddedLrs) -> None:
        with pytest.raises(StatementError) as caught:
            post(house, make_statement(), make_statement(verb={"id": "x"}))

        assert caught.value.path == "$[1].verb.id"
        assert caught.value.params["path"] == "$[1].verb.id"

    def test_one_bad_statement_keeps_the_whole_batch_out(self, house: EmbeddedLrs) -> None:
        with pytest.raises(StatementError):
            post(house, make_statement(id=uid(1)), make_statement(id=uid(2), verb={"id": "x"}))

        assert found(house) == []

    def test_one_conflict_keeps_the_whole_batch_out(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(2)))
        with pytest.raises(LrsError, match="conflict"):
            post(house, make_statement(id=uid(1), verb={"id": "https://baru.example/"}), refers(2, 3))

        assert found(house) == [uid(2)]
        assert found(house, verb="https://baru.example/") == []

    def test_the_terms_of_a_refused_batch_are_forgotten(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(2)))
        fresh = make_statement(id=uid(1), verb={"id": "https://baru.example/"})
        with pytest.raises(LrsError):
            post(house, fresh, refers(2, 3))
        post(house, fresh)

        assert found(house, verb="https://baru.example/") == [uid(1)]

    def test_the_same_id_twice_in_a_batch_is_refused(self, house: EmbeddedLrs) -> None:
        with pytest.raises(StatementError, match="same_id"):
            post(house, make_statement(id=uid(10)), make_statement(id=uid(10).upper()))

    def test_too_many_statements_are_refused(self, house: EmbeddedLrs) -> None:
        with pytest.raises(LrsError) as caught:
            house.lrs.post_statements(ADMIN, b"[" + b"1," * 5000 + b"1]")

        assert caught.value.status == 413

    def test_an_attachment_without_file_url_is_refused(self, house: EmbeddedLrs) -> None:
        attachment = {"usageType": MODULE, "display": {}, "contentType": "a/b", "length": 1, "sha2": "0" * 64}
        with pytest.raises(StatementError, match="attachment"):
            post(house, make_statement(attachments=[attachment]))
        post(house, make_statement(attachments=[{**attachment, "fileUrl": MODULE}]))

    def test_stored_rises_even_when_the_clock_goes_back(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(), make_statement())
        house.clock.advance(hours=-5)
        post(house, make_statement())
        times = [one.stored for one in house.statements.after(ADMIN.institution, 0, 10)]

        assert times == sorted(set(times))

    def test_statements_survive_a_restart(self, house: EmbeddedLrs, place: Path | str) -> None:
        post(house, make_statement(id=uid(1)))
        again = embedded_lrs(place)
        again.lrs.post_statements(ADMIN, encoded(make_statement(id=uid(2))))

        assert found(again, verb=PASSED) == [uid(2), uid(1)]


class TestTheSameId:
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"id": uid(0xABC).upper()},
            {"verb": {"id": PASSED, "display": {"en": "passed"}}},
            {"object": {"id": MODULE, "definition": {"name": {"id": "Baru"}}}},
            {"stored": "2026-01-01T00:00:00Z", "authority": make_agent("x"), "version": "1.0.2"},
            {"timestamp": "2026-03-02T08:00:00.000+07:00"},
            {"result": {"duration": "PT1.239S", "score": {"raw": 1.0}}},
            {"actor": {"objectType": "Group", "member": [make_agent("b"), make_agent("a")]}},
            {"context": {"registration": REGISTRATION.upper(), "contextActivities": {"parent": {"id": MODULE}}}},
        ],
        ids=str,
    )
    def test_a_statement_that_says_the_same_is_accepted_again(
        self, house: EmbeddedLrs, changes: dict[str, Any]
    ) -> None:
        first = make_statement(
            id=uid(0xABC),
            timestamp="2026-03-02T01:00:00Z",
            result={"duration": "PT1.234S", "score": {"raw": 1}},
            actor={"objectType": "Group", "member": [make_agent("a"), make_agent("b")]},
            context={"registration": REGISTRATION, "contextActivities": {"parent": [{"id": MODULE}]}},
        )
        post(house, first)
        before = house.lrs.get_statement(ADMIN, uid(0xABC))
        post(house, {**first, **changes})

        assert house.lrs.get_statement(ADMIN, uid(0xABC)) == before
        assert found(house) == [uid(0xABC)]

    @pytest.mark.parametrize(
        "changes",
        [
            {"actor": make_agent("lain")},
            {"verb": {"id": COMPLETED}},
            {"object": {"id": MODULE + "2"}},
            {"timestamp": "2026-03-02T01:00:01Z"},
            {"result": {"duration": "PT1.24S"}},
            {"result": {"duration": "PT1.23S", "response": "x"}},
            {"context": {"language": "id"}},
        ],
        ids=str,
    )
    def test_another_statement_conflicts_and_changes_nothing(self, house: EmbeddedLrs, changes: dict[str, Any]) -> None:
        first = make_statement(id=uid(1), timestamp="2026-03-02T01:00:00Z", result={"duration": "PT1.23S"})
        post(house, first)
        before = house.lrs.get_statement(ADMIN, uid(1))
        with pytest.raises(LrsError) as caught:
            post(house, {**first, **changes})

        assert caught.value.status == 409
        assert house.lrs.get_statement(ADMIN, uid(1)) == before

    def test_a_statement_that_says_less_at_its_end_conflicts(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1), version="1.0.0", result={"success": True}))
        with pytest.raises(LrsError):
            post(house, make_statement(id=uid(1)))
        with pytest.raises(LrsError):
            post(house, make_statement(id=uid(1), version="1.0.0"))

    def test_a_statement_without_timestamp_can_be_sent_again(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)))
        house.clock.advance(minutes=1)

        assert post(house, make_statement(id=uid(1))) == [uid(1)]

    @pytest.mark.parametrize(
        "thing",
        [make_agent("b"), make_statement(objectType="SubStatement"), {"objectType": "StatementRef", "id": uid(9)}],
    )
    def test_any_kind_of_object_is_compared(self, house: EmbeddedLrs, thing: dict[str, Any]) -> None:
        post(house, make_statement(id=uid(1), object=thing, verb={"id": PASSED}))

        assert post(house, make_statement(id=uid(1), object=thing, verb={"id": PASSED, "display": {}})) == [uid(1)]


class TestVoiding:
    def test_a_voided_statement_is_found_only_as_voided(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)))
        post(house, refers(2, 1, VOIDED))

        assert get(house, uid(1), voided=True)["id"] == uid(1)
        assert found(house) == [uid(2)]
        for statement_id, voided in ((uid(1), False), (uid(2), True)):
            with pytest.raises(LrsError) as caught:
                get(house, statement_id, voided=voided)
            assert caught.value.status == 404

    def test_a_statement_can_be_voided_before_it_comes(self, house: EmbeddedLrs) -> None:
        post(house, refers(2, 1, VOIDED))
        post(house, make_statement(id=uid(1)))

        assert get(house, uid(1), voided=True)

    def test_a_statement_can_be_voided_in_its_own_batch(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)), refers(2, 1, VOIDED))

        assert found(house) == [uid(2)]

    def test_a_voiding_statement_cannot_be_voided(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)))
        post(house, refers(2, 1, VOIDED))
        post(house, refers(3, 2, VOIDED))

        assert get(house, uid(1), voided=True)
        assert get(house, uid(2))

    def test_another_institution_cannot_void(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)))
        post(house, refers(2, 1, VOIDED), principal=make_principal(OTHER_INSTITUTION))

        assert get(house, uid(1))

    def test_the_projector_sees_voided_statements_too(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)), refers(2, 1, VOIDED))

        assert [one.id for one in house.statements.after(ADMIN.institution, 0, 10)] == [uid(1), uid(2)]


class TestFinding:
    def test_agent_matches_actor_object_and_members(self, house: EmbeddedLrs) -> None:
        person = make_agent("siti")
        group = {"objectType": "Group", "member": [make_agent("adi"), person]}
        post(
            house,
            make_statement(id=uid(1), actor=person),
            make_statement(id=uid(2), object={**person, "name": "Siti"}),
            make_statement(id=uid(3), actor=group),
            make_statement(id=uid(4), context={"instructor": person}),
            make_statement(id=uid(5), object=make_statement(objectType="SubStatement", actor=person)),
            make_statement(id=uid(6)),
        )

        assert found(house, agent=person) == [uid(3), uid(2), uid(1)]
        assert found(house, agent=person, related_agents=True) == [uid(number) for number in (5, 4, 3, 2, 1)]

    def test_related_agents_include_the_authority(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)))

        assert found(house, agent=ADMIN.authority) == []
        assert found(house, agent=ADMIN.authority, related_agents=True) == [uid(1)]

    def test_activity_matches_the_object_and_related_ones_when_asked(self, house: EmbeddedLrs) -> None:
        around = {"contextActivities": {"grouping": [{"id": MODULE}]}}
        other = {"id": "https://lain.example/"}
        post(
            house,
            make_statement(id=uid(1), object={"id": MODULE}),
            make_statement(id=uid(2), object=other, context=around),
            make_statement(id=uid(3), object=make_statement(objectType="SubStatement", object={"id": MODULE})),
            make_statement(id=uid(4), object=make_statement(objectType="SubStatement", object=other, context=around)),
            make_statement(id=uid(5), object=other),
        )

        assert found(house, activity=MODULE) == [uid(1)]
        assert found(house, activity=MODULE, related_activities=True) == [uid(number) for number in (4, 3, 2, 1)]

    def test_registration_is_found_in_either_case(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1), context={"registration": REGISTRATION.upper()}), make_statement())

        assert found(house, registration=REGISTRATION) == [uid(1)]

    def test_all_filters_must_match(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)), make_statement(id=uid(2), verb={"id": COMPLETED}))

        assert found(house, agent=make_agent(), verb=COMPLETED, activity=MODULE) == [uid(2)]
        assert found(house, verb=COMPLETED, registration=REGISTRATION) == []

    def test_since_is_exclusive_and_until_inclusive(self, house: EmbeddedLrs) -> None:
        for number in range(1, 4):
            post(house, make_statement(id=uid(number)))
            house.clock.advance(minutes=1)
        second = get(house, uid(2))["stored"]

        assert found(house, since=second) == found(house, since=second, verb=PASSED) == [uid(3)]
        assert found(house, until=second) == found(house, until=second, verb=PASSED) == [uid(2), uid(1)]
        assert found(house, since="2027-01-01T00:00:00Z", verb=PASSED) == []
        assert found(house, until="2020-01-01T00:00:00Z", verb=PASSED) == []

    def test_ascending_turns_the_order(self, house: EmbeddedLrs) -> None:
        made = post(house, make_statement(), make_statement())

        assert found(house, ascending=True) == made
        assert found(house, ascending=True, verb=PASSED) == made

    @pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)], ids=str)
    def test_statements_that_refer_to_a_match_are_found_in_whatever_order_they_came(
        self, house: EmbeddedLrs, order: tuple[int, ...]
    ) -> None:
        chain = {1: make_statement(id=uid(1)), 2: refers(2, 1), 3: refers(3, 2)}
        for number in order:
            post(house, chain[number])

        assert sorted(found(house, activity=MODULE)) == [uid(1), uid(2), uid(3)]
        assert sorted(found(house, agent=make_agent(), related_agents=True)) == [uid(1), uid(2), uid(3)]
        assert sorted(found(house, verb=COMPLETED, activity=MODULE)) == []

    def test_a_reference_through_a_voided_statement_is_found(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)), refers(2, 1, VOIDED))

        assert found(house, activity=MODULE) == [uid(2)]

    def test_time_bounds_are_those_of_the_statement_that_refers(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(id=uid(1)))
        stored = get(house, uid(1))["stored"]
        house.clock.advance(minutes=1)
        post(house, refers(2, 1))

        assert found(house, activity=MODULE, since=stored) == [uid(2)]

    def test_statements_that_refer_to_each_other_do_no_harm(self, house: EmbeddedLrs) -> None:
        post(house, refers(1, 2), refers(2, 1), refers(3, 3))

        assert sorted(found(house, verb=COMPLETED)) == [uid(1), uid(2), uid(3)]

    @pytest.mark.parametrize(
        "query",
        [
            {"verb": "x"},
            {"activity": "x"},
            {"registration": "x"},
            {"since": "x"},
            {"until": "x"},
            {"agent": {}},
            {"agent": {"objectType": "Group", "member": [make_agent()]}},
        ],
        ids=str,
    )
    def test_a_malformed_filter_is_refused_by_name(self, house: EmbeddedLrs, query: dict[str, Any]) -> None:
        with pytest.raises(StatementError) as caught:
            found(house, **query)

        assert caught.value.path.startswith(next(iter(query)))


class TestPaging:
    @pytest.mark.parametrize(
        "query", [{}, {"verb": PASSED}, {"ascending": True}, {"agent": make_agent(), "ascending": True}], ids=str
    )
    def test_pages_hold_each_statement_once_while_others_are_stored(
        self, house: EmbeddedLrs, query: dict[str, Any]
    ) -> None:
        made = post(house, *(make_statement() for _ in range(7)))
        seen = list(self.pages(house, StatementQuery(limit=3, **query)))

        assert [one for one in seen if one in made] == (made if query.get("ascending") else made[::-1])
        assert len(seen) == len(set(seen))

    def pages(self, house: EmbeddedLrs, query: StatementQuery) -> Iterator[str]:
        result, rounds = house.lrs.query(ADMIN, query), 0
        while True:
            yield from (json.loads(body)["id"] for body in result.bodies)
            if not result.more:
                return
            if rounds < 2:
                post(house, make_statement())
            rounds += 1
            result = house.lrs.more(ADMIN, result.more)

    def test_the_last_page_has_no_more(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(), make_statement())

        assert house.lrs.query(ADMIN, StatementQuery(limit=2)).more == ""
        assert house.lrs.query(ADMIN, StatementQuery(limit=0)).more == ""

    def test_a_link_used_by_another_institution_shows_only_its_own(self, house: EmbeddedLrs) -> None:
        other = make_principal(OTHER_INSTITUTION)
        post(house, *(make_statement() for _ in range(3)))
        post(house, make_statement(id=uid(9)), principal=other)
        token = house.lrs.query(ADMIN, StatementQuery(limit=1)).more

        assert house.lrs.more(other, token).bodies == []

    @pytest.mark.parametrize("token", ["", "x", "e30", "????", "bnVsbA", "\u00e9", "W1tbW1s"])
    def test_a_made_up_link_is_refused(self, house: EmbeddedLrs, token: str) -> None:
        with pytest.raises(LrsError, match="more"):
            house.lrs.more(ADMIN, token)


class TestFormats:
    def test_ids_leave_only_what_identifies(self, house: EmbeddedLrs) -> None:
        group = {"objectType": "Group", "name": "Tim", "member": [make_agent("a", name="A")]}
        inner = make_statement(objectType="SubStatement", object={"id": MODULE, "definition": {}}, actor=group)
        post(
            house,
            make_statement(
                id=uid(1),
                actor=make_agent(name="Siti"),
                object=inner,
                context={
                    "instructor": make_agent("b", name="B"),
                    "contextActivities": {"other": [{"id": MODULE, "definition": {}}]},
                },
            ),
            make_statement(id=uid(2), object={"objectType": "StatementRef", "id": uid(1)}),
            make_statement(id=uid(3), object=make_agent("c", name="C")),
        )
        result = house.lrs.query(ADMIN, StatementQuery(format="ids", ascending=True))
        first, second, third = (json.loads(body) for body in result.bodies)

        assert first["actor"] == make_agent()
        assert first["verb"] == {"id": PASSED}
        assert first["object"]["object"] == {"id": MODULE}
        assert first["object"]["actor"] == {"objectType": "Group", "member": [make_agent("a")]}
        assert first["context"] == {"instructor": make_agent("b"), "contextActivities": {"other": [{"id": MODULE}]}}
        assert second["object"] == {"objectType": "StatementRef", "id": uid(1)}
        assert third["object"] == make_agent("c")

    @pytest.mark.parametrize(
        ("language", "expected"),
        [
            ("id", "Soal"),
            ("en", "Question"),
            ("EN-us;q=0.9, id;q=0.1", "Question"),
            ("fr", "Soal"),
            ("", "Soal"),
            ("en;q=0, id;q=x", "Soal"),
            ("id-ID", "Soal"),
        ],
    )
    def test_canonical_leaves_one_language(self, house: EmbeddedLrs, language: str, expected: str) -> None:
        names = {"id": "Soal", "en-US": "Question"}
        activity = {"id": MODULE, "definition": {"name": names, "description": {}, "extensions": {MODULE: names}}}
        post(
            house,
            make_statement(
                object=activity,
                verb={"id": PASSED, "display": names},
                context={"contextActivities": {"other": [activity]}},
            ),
        )
        (body,) = house.lrs.query(ADMIN, StatementQuery(format="canonical", language=language)).bodies
        statement = json.loads(body)

        assert list(statement["object"]["definition"]["name"].values()) == [expected]
        assert list(statement["verb"]["display"].values()) == [expected]
        assert list(statement["context"]["contextActivities"]["other"][0]["definition"]["name"].values()) == [expected]
        assert statement["object"]["definition"]["extensions"] == {MODULE: names}

    def test_exact_is_what_is_stored(self, house: EmbeddedLrs) -> None:
        (made,) = post(house, make_statement())

        assert house.lrs.query(ADMIN, StatementQuery()).bodies == [house.lrs.get_statement(ADMIN, made)]


class TestInstitutions:
    def test_an_institution_sees_only_its_own(self, house: EmbeddedLrs) -> None:
        other = make_principal(OTHER_INSTITUTION)
        post(house, make_statement(id=uid(1)))
        post(house, make_statement(id=uid(1), verb={"id": COMPLETED}), principal=other)
        post(house, make_statement(id=uid(2)), principal=other)
        nobody = make_principal("0" * 32)

        assert (
            found(house)
            == found(house, verb=PASSED)
            == found(house, agent=make_agent(), related_agents=True)
            == [uid(1)]
        )
        assert found(house, other) == [uid(2), uid(1)]
        assert found(house, nobody) == found(house, nobody, verb=PASSED) == []
        assert [one.id for one in house.statements.after(other.institution, 0, 10)] == [uid(1), uid(2)]
        with pytest.raises(LrsError):
            get(house, uid(2))

    def test_a_reference_does_not_reach_another_institution(self, house: EmbeddedLrs) -> None:
        other = make_principal(OTHER_INSTITUTION)
        post(house, make_statement(id=uid(1)))
        post(house, refers(2, 1), principal=other)

        assert found(house, other, activity=MODULE) == []


class TestScopes:
    def test_writing_does_not_include_reading(self, house: EmbeddedLrs) -> None:
        writer = make_principal(scopes=frozenset({"statements/write"}))
        (made,) = post(house, make_statement(), principal=writer)

        for read in (lambda: found(house, writer), lambda: house.lrs.get_statement(writer, made)):
            with pytest.raises(LrsError) as caught:
                read()
            assert caught.value.status == 403

    @pytest.mark.parametrize("scope", ["all/read", "statements/read"])
    def test_reading_does_not_include_writing(self, house: EmbeddedLrs, scope: str) -> None:
        reader = make_principal(scopes=frozenset({scope}))

        assert found(house, reader) == []
        for write in (
            lambda: post(house, make_statement(), principal=reader),
            lambda: house.lrs.put_statement(reader, uid(1), b""),
        ):
            with pytest.raises(LrsError) as caught:
                write()
            assert caught.value.status == 403

    def test_the_source_is_the_credentials(self, house: EmbeddedLrs) -> None:
        post(house, make_statement(), principal=make_principal(source="sheet"))

        assert [one.source for one in house.statements.after(ADMIN.institution, 0, 10)] == ["sheet"]

    def test_a_nip_is_no_account_name_unless_allowed(self, house: EmbeddedLrs) -> None:
        statement = make_statement(actor=make_agent("198501012099031001"))
        with pytest.raises(StatementError, match="nip") as caught:
            post(house, statement)
        with pytest.raises(StatementError, match="nip"):
            found(house, agent=statement["actor"])

        assert "198501012099031001" not in str(caught.value)
        assert post(house, statement, principal=make_principal(allow_nip=True))


CREDIT = {EXT_JP: 200, EXT_BENTUK: "e-learning"}


class TestLaunch:
    @pytest.fixture
    def launch(self, house: EmbeddedLrs) -> Principal:
        return make_principal(
            scopes=frozenset({"statements/write"}),
            source="launch",
            grant=LaunchGrant(
                actor=make_agent(),
                activity=MODULE,
                registration=REGISTRATION,
                expires=house.clock() + timedelta(hours=1),
                extensions={**CREDIT, EXT_MODULE_VERSION: "1.0.0"},
            ),
        )

    def launched(self, **changes: Any) -> dict[str, Any]:
        context = {"registration": REGISTRATION, "extensions": CREDIT}
        return make_statement(**{"object": {"id": MODULE}, "context": context, **changes})

    @pytest.mark.parametrize("date", ["2019-12-31T00:00:00Z", "0001-01-01T00:00:00Z", "2020-01-01T06:00:00+07:00"])
    def test_a_launch_cannot_date_a_credit_before_the_enrolment(
        self, house: EmbeddedLrs, launch: Principal, date: str
    ) -> None:
        grant = msgspec.structs.replace(launch.grant, since=datetime(2020, 1, 1, tzinfo=UTC))
        late = msgspec.structs.replace(launch, grant=grant)
        with pytest.raises(LrsError, match=r"lrs\.grant_early"):
            post(house, self.launched(timestamp=date), principal=late)
        post(house, self.launched(timestamp="2020-01-01T00:00:00Z"), principal=late)
        post(house, self.launched(timestamp=date, context={"registration": REGISTRATION}), principal=late)

    def test_a_launch_writes_about_itself(self, house: EmbeddedLrs, launch: Principal) -> None:
        plain = {"registration": REGISTRATION.upper()}
        around = {**plain, "contextActivities": {"parent": [{"id": MODULE}]}}
        post(
            house,
            self.launched(),
            self.launched(object={"id": MODULE + "#q1"}, context=plain),
            self.launched(
                object={"id": MODULE + "/halaman"}, context={**plain, "extensions": {EXT_MODULE_VERSION: "1.0.0"}}
            ),
            self.launched(object={"id": MODULE + "?soal=1"}, context=around),
            self.launched(context={**plain, "extensions": {"https://example.com/lain": 1}}),
            principal=launch,
        )

        assert [one.source for one in house.statements.after(ADMIN.institution, 0, 10)] == ["launch"] * 5

    @pytest.mark.parametrize(
        "changes",
        [
            {"actor": make_agent("lain")},
            {"actor": {**make_agent(), "objectType": "Group"}},
            {"object": {"id": MODULE + "-lain"}},
            {"object": {"id": MODULE + "?soal=1"}},
            {"object": {"id": "https://lain.example/"}},
            {"object": make_agent()},
            {"object": make_statement(objectType="SubStatement")},
            {"context": None},
            {"context": {"registration": uid(1)}},
            {"context": {"registration": REGISTRATION, "extensions": {EXT_JP: 201}}},
            {"context": {"registration": REGISTRATION, "extensions": {EXT_JP: "200"}}},
            {"context": {"registration": REGISTRATION, "extensions": {"https://w3id.org/jampel/extensions/days": 3}}},
            {"object": {"id": MODULE + "#q1"}},
            {"verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": uid(1)}},
            {
                "object": {"id": MODULE + "-lain"},
                "context": {"registration": REGISTRATION, "contextActivities": {"parent": [{"id": MODULE}]}},
            },
        ],
        ids=str,
    )
    def test_a_launch_cannot_write_about_anything_else(
        self, house: EmbeddedLrs, launch: Principal, changes: dict[str, Any]
    ) -> None:
        with pytest.raises(LrsError) as caught:
            post(house, self.launched(**changes), principal=launch)

        assert caught.value.status == 403
        assert found(house) == []

    def test_true_is_not_one(self, house: EmbeddedLrs, launch: Principal) -> None:
        grant = launch.grant
        assert grant is not None
        one = LaunchGrant(grant.actor, grant.activity, grant.registration, grant.expires, {EXT_JP: 1})
        sent = self.launched(context={"registration": REGISTRATION, "extensions": {EXT_JP: True}})
        with pytest.raises(LrsError):
            post(house, sent, principal=make_principal(scopes=launch.scopes, grant=one))

    def test_a_launch_is_over_when_it_expires(self, house: EmbeddedLrs, launch: Principal) -> None:
        house.clock.advance(hours=1)
        with pytest.raises(LrsError) as caught:
            post(house, self.launched(), principal=launch)

        assert (caught.value.status, caught.value.code) == (403, "lrs.grant_expired")

    def test_a_launch_cannot_read_statements(self, house: EmbeddedLrs, launch: Principal) -> None:
        with pytest.raises(LrsError) as caught:
            found(house, launch)

        assert caught.value.status == 403


def test_consistent_through_is_before_a_write_under_way_in_another_process(
    house: EmbeddedLrs, place: Path | str
) -> None:
    post(house, make_statement(id=uid(1)))
    house.clock.advance(minutes=1)
    assert house.lrs.consistent_through() == house.clock() - timedelta(microseconds=1)
    other = embedded_lrs(place).statements
    with other._sessions.write():
        stored = house.statements.after(ADMIN.institution, 0, 1)[0].moment
        assert micros(house.lrs.consistent_through()) == stored
    assert micros(house.lrs.consistent_through()) > stored


def test_texts_of_any_length_and_with_nul_are_found_again(house: EmbeddedLrs) -> None:
    activity = "https://panjang.example/" + "é" * 5000
    actor = {"account": {"homePage": "https://a.example/", "name": "x\0" * 3000}}
    post(house, make_statement(id=uid(1), actor=actor, object={"id": activity, "definition": {"moreInfo": activity}}))

    assert found(house, activity=activity) == [uid(1)]
    assert found(house, agent=actor) == [uid(1)]
    assert house.statements.definitions(ADMIN.institution, [activity]).keys() == {activity}


def test_a_definition_that_another_process_merged_meanwhile_counts(house: EmbeddedLrs, place: Path | str) -> None:
    def named(name: str) -> dict:
        return make_statement(object={"id": MODULE, "definition": {"name": {"id": name}}})

    post(house, named("satu"))
    post(embedded_lrs(place), named("dua"))
    post(house, named("satu"))

    assert b"satu" in house.statements.definitions(ADMIN.institution, [MODULE])[MODULE]
