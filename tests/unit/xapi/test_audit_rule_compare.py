"""Two rule sets are compared cell by cell and in words, and tried on the same statements beside the ledger in use."""

from pathlib import Path

import pytest

from xapi.audit.rule_compare import compare, csv_of_differences
from xapi.audit.rule_trial import Trial, try_rules
from xapi.audit.rule_words import facts, pay
from xapi.audit.rules import load_rules
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id

PUBLISHED = load_rules()
PEOPLE = ListedPeople(
    [
        ListedEmployee(person_id(1), "198501012099031001", "Ayu", opd="Dinas A"),
        ListedEmployee(person_id(2), "198501012099031002", "Budi", opd="Dinas B"),
        ListedEmployee(person_id(3), "198501012099031003", "Citra", opd="Dinas B"),
    ]
)


def rules(folder: Path, text: str, **head: str):
    path = folder / "lapisan.toml"
    lines = ["format = 1", 'name = "b"', 'version = "1"', *(f"{key} = {value}" for key, value in head.items())]
    path.write_text("\n".join([*lines, text]), encoding="utf-8")
    return load_rules([path])


def test_equal_rules_have_no_difference() -> None:
    assert compare(PUBLISHED, load_rules()) == ()


def test_a_difference_says_cell_values_days_and_what_it_means(tmp_path: Path) -> None:
    other = rules(tmp_path, "[bentuk.seminar]\nnational = { jp = 5 }\n", valid_from="2027-01-01", valid_to="2027-12-31")
    (one,) = compare(PUBLISHED, other)
    assert (one.path, one.before, one.after) == ("bentuk.seminar.national", "4,00 JP per hari", "5,00 JP per hari")
    assert (one.valid_from, one.valid_to, one.after_layer) == (20270101, 20271231, "b 1")
    assert "2 hari dibayar 8,00 JP" in one.meaning
    assert "2 hari dibayar 10,00 JP" in one.meaning


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("[bentuk.e-learning]\nday_cap = { jp = 2 }\n", ["bentuk.e-learning.day_cap"]),
        ("[bentuk.e-learning]\nday_cap = { none = true }\nday_cap_international = { none = true }\n",
         ["bentuk.e-learning.day_cap", "bentuk.e-learning.day_cap_international"]),
        ('[bentuk.coaching]\nmonth_cap = { kali = 2, group = "bersama" }\n', ["bentuk.coaching.month_cap"]),
        ("[target.PPPK]\nmaximum = { none = true }\n", ["target.PPPK.maximum"]),
        ("[target.PNS.year.2027]\nminimum = { jp = 24 }\n",
         ["target.PNS.year.2027.maximum", "target.PNS.year.2027.minimum"]),
        ("[review]\nsheet = { status = 'Disetujui' }\n", ["review.sheet"]),
        ("[settings]\nrounding = { value = 'up' }\n", ["settings.rounding"]),
        ("[settings]\nwebinar_form = { value = 'workshop' }\n", ["settings.webinar_form"]),
    ],
)  # fmt: skip
def test_what_a_layer_changes_is_what_differs(tmp_path: Path, text: str, paths: list[str]) -> None:
    found = [one.path for one in compare(PUBLISHED, rules(tmp_path, text))]
    assert found == paths


def test_a_cell_that_a_layer_settles_differs_though_its_value_stays(tmp_path: Path) -> None:
    (one,) = compare(PUBLISHED, rules(tmp_path, "[target.CPNS]\nminimum = { jp = 20 }\n"), "en")
    assert (one.before, one.before_unconfirmed, one.after, one.after_unconfirmed) == (
        "20.00 JP",
        True,
        "20.00 JP",
        False,
    )


def test_the_two_published_versions_pay_alike() -> None:
    paths = {one.path for one in compare(load_rules(base="lan-10-2018 1.0.0"), PUBLISHED)}
    said = {path for path in paths if path.endswith(".share") or path.startswith("review.")}
    assert paths - said == {"target.PPPK PARUH WAKTU.minimum", "target.PPPK PARUH WAKTU.maximum"}


def test_differences_are_csv_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    text = csv_of_differences(compare(PUBLISHED, rules(tmp_path, '[bentuk.seminar]\nbps = "=1+1"\n')), "en")
    assert text.splitlines()[1].startswith("bentuk.seminar.bps,B6,'=1+1,2018-01-01,,")


def test_every_cell_of_the_table_has_words_in_both_languages() -> None:
    edition = PUBLISHED.editions[-1]
    for language in ("id", "en"):
        assert {cell.path for cell in edition.cells} <= facts(edition, language).keys()


def test_a_semester_form_pays_for_each_semester() -> None:
    form = PUBLISHED.editions[-1].forms["tugas-belajar"]
    assert [pay(form, 9_999, units, 0, international=False) for units in (1, 3)] == [2000, 6000]


@pytest.fixture
def statements() -> ListedStatements:
    found = ListedStatements()
    for number in range(1, 6):
        found.add(credit(number, 1, 400, "seminar", at=f"2026-03-{number:02d}T03:00:00Z"), "launch")
    found.add(credit(10, 2, 400, "kursus"), "launch")
    found.add(credit(11, 1, 400, "seminar", at="2025-03-01T03:00:00Z"), "launch")
    return found


def trial(folder: Path, statements: ListedStatements, text: str) -> Trial:
    scratch = folder / "coba"
    scratch.mkdir()
    return try_rules(
        PUBLISHED, rules(folder, text), 2026, sources=(INSTITUTION, statements, PEOPLE), scratch=scratch
    )  # fmt: skip


def test_a_trial_tells_who_changes_and_what_becomes_of_each_opd(tmp_path: Path, statements: ListedStatements) -> None:
    found = trial(tmp_path, statements, "[bentuk.seminar]\nnational = { jp = 3 }\n")
    (one,) = found.people
    assert (one.name, one.before, one.after, one.met_before, one.met_after) == ("Ayu", 2000, 1500, True, False)
    assert [(o.opd, o.employees, o.changed, o.met_before, o.met_after, o.before, o.after) for o in found.opds] == [
        ("Dinas A", 1, 1, 1, 0, 2000, 1500), ("Dinas B", 2, 0, 0, 0, 400, 400),
    ]  # fmt: skip
    assert (found.before.accepted, found.after.accepted, found.employees) == (2400, 1900, 3)


def test_a_trial_lists_whose_verdict_alone_changes(tmp_path: Path, statements: ListedStatements) -> None:
    found = trial(tmp_path, statements, "[target.PNS.year.2026]\nminimum = { jp = 4 }\n")
    assert [(one.name, one.before, one.after, one.met_after) for one in found.people] == [("Budi", 400, 400, True)]


def test_statements_that_arrive_during_a_trial_count_on_neither_side(
    tmp_path: Path, statements: ListedStatements
) -> None:
    class Busy(ListedStatements):
        def after(self, institution: str, seq: int, limit: int):
            batch = super().after(institution, seq, limit)
            if not batch:
                number = 100 + len(self.listed)
                self.add(credit(number, 3, 300, "kursus"), "launch")
            return batch

    busy = Busy()
    busy.listed = statements.listed
    found = trial(tmp_path, busy, "[bentuk.workshop]\nnational = { jp = 1 }\n")
    assert (found.people, found.before.accepted, found.after.accepted) == ((), 2400, 2400)
