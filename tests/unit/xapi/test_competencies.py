"""The map of competencies: what counts as held, for how long, and where the ledger gets its proofs from."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from xapi import vocabulary as words
from xapi.audit.competencies import PersonMap as Person
from xapi.audit.competencies import Policy, Proof, last_day, map_of, sums
from xapi.audit.projector import project, rebuild
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import (
    INSTITUTION,
    ListedEmployee,
    ListedPeople,
    ListedStatements,
    credit,
    person_id,
    review,
    void,
)
from xapi.database import migrate, open_database
from xapi.errors import PeopleError
from xapi.people.standards import StandardLine, Standards, for_position, read_standards
from xapi.people.store.standards import StandardStore

TODAY = date(2026, 6, 1)


def need(code: str = "T.01", level: int | None = 3, position: str = "Analis") -> StandardLine:
    return StandardLine(position=position, standard="SKJ", code=code, title=f"Kompetensi {code}", level=level)


def proof(kind: str = "test", **changes) -> Proof:
    values = {"kind": kind, "statement_id": "a", "title": "Uji", "competency": "T.01", "score": None,
              "level": 3 if kind == "test" else None, "day": date(2026, 3, 10), "review": "Disetujui"}  # fmt: skip
    return Proof(**values | changes)


@pytest.mark.parametrize(
    ("proofs", "policy", "state"),
    [
        ([], Policy(), "missing"),
        ([proof()], Policy(), "tested"),
        ([proof(competency="lain; kompetensi t.01")], Policy(), "tested"),
        ([proof(level=2)], Policy(), "low"),
        ([proof(level=None)], Policy(), "low"),
        ([proof("credit")], Policy(), "learnt"),
        ([proof("credit")], Policy(credits=False), "missing"),
        ([proof("credit"), proof(level=2, day=date(2026, 3, 11))], Policy(), "low"),
        ([proof("credit"), proof(level=2, day=date(2026, 3, 9))], Policy(), "learnt"),
        ([proof(level=2, day=date(2026, 4, 1)), proof()], Policy(), "tested"),
        ([proof(review="Ditinjau")], Policy(), "pending"),
        ([proof(review="Ditolak")], Policy(), "missing"),
        ([proof(day=date(2023, 5, 31))], Policy(years=3), "expired"),
        ([proof(day=date(2023, 6, 1))], Policy(years=3), "tested"),
        ([proof(competency="T.010")], Policy(), "missing"),
    ],
)
def test_what_counts_as_held(proofs: list[Proof], policy: Policy, state: str) -> None:
    (held,), _others = map_of([need()], proofs, TODAY, policy)
    assert held.state == state


def test_evidence_ends_on_the_same_day_some_years_later_and_other_competencies_are_kept_apart() -> None:
    assert last_day(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert last_day(date(2024, 2, 29), 0) is None
    other = proof(statement_id="b", competency="X.9")
    (held,), others = map_of([need()], [proof(), other], TODAY, Policy(years=2))
    assert held.until == date(2028, 3, 10)
    assert others == [other]


def test_a_position_needs_each_competency_once_at_its_highest_level_with_those_of_everyone() -> None:
    lines = [
        need(level=2),
        need(level=4, position="*"),
        need("M.01", None, position="ANALIS"),
        need("Z", position="Lain"),
    ]
    assert [(line.code, line.level) for line in for_position(lines, "analis")] == [("M.01", None), ("T.01", 4)]
    assert [line.code for line in for_position(lines, "")] == ["T.01"]


def test_many_maps_are_summed_by_competency() -> None:
    people = [
        Person(person="1", nip="", name="", opd="", position="", items=map_of([need()], found, TODAY, Policy())[0])
        for found in ([proof()], [proof(level=1)], [])
    ]
    (found,) = sums(people)
    assert (found.people, found.met, found.by_state["low"], found.by_state["missing"]) == (3, 1, 1, 1)


def test_standards_come_from_toml_too_and_a_broken_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "standar.toml"
    path.write_text(
        'sumber = "Contoh"\n[[standar]]\nkode = "S"\njabatan = "Analis"\n'
        'kompetensi = [{kode = "T.01", nama = "Menulis", tingkat = 2}, {nama = "Integritas"}]\n',
        encoding="utf-8",
    )
    found = read_standards(path)
    assert found.source == "Contoh"
    assert [(one.position, one.code, one.title, one.level) for one in found.lines] == [
        ("Analis", "T.01", "Menulis", 2), ("Analis", "Integritas", "Integritas", None),
    ]  # fmt: skip
    for text in ("standar = 1", "[[standar]]\nkompetensi = 3", "x = [", "\xff"):
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(PeopleError, match=r"standards\.toml"):
            read_standards(path)
    path.write_text('[[standar]]\njabatan = "A"\nkompetensi = [{nama = "B; C"}, {nama = "198501012099031001"}]\n')
    assert [one.code for one in read_standards(path).refused] == ["standards.text", "standards.nip"]


def passed(number: int, person: int = 1, **changes) -> dict:
    """A statement of a test that was passed in T.01 at level 3, without JP."""
    statement = credit(number, person, None, None, competency=changes.get("competency", "T.01"))
    statement["context"]["extensions"][words.EXT_LEVEL] = changes.get("level", 3)  # type: ignore[index]
    statement["result"] = {"success": changes.get("success", True), "score": {"scaled": 0.84}}
    return statement | {key: value for key, value in changes.items() if key in ("timestamp", "verb")}


def test_a_proof_follows_reviews_voids_and_links_the_same_in_increments_and_in_a_rebuild(place: Path | str) -> None:
    engine = open_database(place)
    migrate(engine, "xapi.audit")
    ledger, statements = Ledger(engine, INSTITUTION), ListedStatements()
    people = ListedPeople([ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu")])
    rules = load_rules()
    everyone = [person_id(1), person_id(2)]

    def shown() -> list[tuple]:
        project(ledger, statements, people, rules)
        by_steps = ledger.proofs.of(everyone)
        rebuild(ledger, statements, people, rules)
        assert ledger.proofs.of(everyone) == by_steps
        return [
            (who[-1], one.kind, one.competency, one.level, one.score, one.day.isoformat(), one.review)
            for who, proofs in sorted(by_steps.items()) for one in proofs
        ]  # fmt: skip

    try:
        statements.add(passed(1), "lms_record")
        statements.add(credit(2, 1, competency="M.02"), "lms_record")
        statements.add(passed(3, 2, level="tinggi", competency="T.01; M.01"), "sheet")
        statements.add(passed(4, success=False), "lms_record")
        statements.add(passed(5, timestamp="2099-01-01T00:00:00Z"), "lms_record")
        tested = ("1", "test", "T.01", 3, 8400, "2026-03-10", "Disetujui")
        assert shown() == [
            tested, ("1", "credit", "M.02", None, None, "2026-03-10", "Disetujui"),
            ("2", "test", "T.01; M.01", None, 8400, "2026-03-10", "Ditinjau"),
        ]  # fmt: skip
        assert ledger.findings() == []  # a proof decides over no JP, so a bad one is no finding

        people.aliases[person_id(2)] = person_id(1)
        statements.add(review(6, 3, "Disetujui"), "review")
        statements.add(void(7, 1), "package")  # nobody may take back what the LMS recorded
        statements.add(void(8, 2), "lms_record")
        assert shown() == [tested, ("1", "test", "T.01; M.01", None, 8400, "2026-03-10", "Disetujui")]
    finally:
        engine.dispose()


def test_the_lines_of_a_file_take_the_place_of_those_before_for_one_institution_alone(place: Path | str) -> None:
    engine = open_database(place)
    migrate(engine, "xapi.people")
    now = datetime(2026, 6, 1, tzinfo=UTC)
    try:
        here, there = StandardStore(engine, "1" * 32), StandardStore(engine, "2" * 32)
        assert (here.lines(), here.origin()) == ([], None)
        here.replace(Standards((need(), need("M.01", None)), "Contoh"), now)
        there.replace(Standards((need("Z"),)), now)
        here.replace(Standards((need("A", None),), "Baru"), now)
        assert (here.lines(), here.origin()) == ([need("A", None)], ("Baru", now))
        assert there.lines() == [need("Z")]
    finally:
        engine.dispose()
