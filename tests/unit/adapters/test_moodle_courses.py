"""What a course is worth: by the institution's table or the fields of the course, and never by a guess."""

import pytest

from adapters.errors import AdapterError
from adapters.moodle.courses import Catalogue
from adapters.moodle.mapping import MappedCourse, read_mapping
from adapters.moodle.options import options_of
from tests.unit.adapters.moodle_site import FORMS, HOME, MODULE, FakeMoodle, connection
from xapi.words import explain


def course(mapping=None, modules=None, options=None, **changes):
    site = FakeMoodle()
    site.add_course(5, "Kursus", **changes)
    found = options_of(connection(site, **(options or {})))
    return Catalogue(found, mapping or {}, modules or {}, FORMS).course(site.courses[0], HOME)


def fields(jp="", form="", organiser="", kind="text"):
    said = {"jp": jp, "bentuk": form, "penyelenggara": organiser}
    return {"customfields": [{"shortname": name, "type": kind, "value": value, "valueraw": value}
                             for name, value in said.items()]}  # fmt: skip


@pytest.mark.parametrize(
    ("written", "jp"),
    [
        ("3", 300),
        ("3.00000", 300),
        ("2,5", 250),
        ("4 JP", 400),
        ("10", 1000),
        ("0.50", 50),
        ("100", 10000),
        ("4.50000", 450),
    ],
)
def test_jp_is_read_as_offices_write_it(written, jp):
    assert course(**fields(written, "e-learning")).worth.jp == jp


@pytest.mark.parametrize("written", ["", "0", "0.00000", " ", None])
def test_an_empty_field_or_nought_is_no_jp(written):
    found = course(**fields(written, "e-learning"))

    assert (found.worth.jp, found.problem.code) == (None, "moodle.no_jp")


@pytest.mark.parametrize("written", ["tiga", "-2", "99999", "1.250", "1.2345", "3-5"])
def test_jp_that_is_no_number_is_told_and_counts_for_nothing(written):
    found = course(**fields(written, "e-learning"))

    assert found.worth.jp is None
    assert found.problem.code.startswith("spreadsheet.jp_")


@pytest.mark.parametrize(("written", "slug"), [("E-learning", "e-learning"), ("Bimtek", "bimbingan-teknis")])
def test_a_form_is_known_by_the_names_offices_give_it(written, slug):
    assert course(**fields("3", written)).worth.form == slug


def test_jp_without_a_form_or_with_an_unknown_one_counts_for_nothing():
    assert course(**fields("3")).problem.code == "moodle.no_form"
    assert course(**fields("3", "rapat")).problem.code == "spreadsheet.form_unknown"
    assert course(**fields("3", "rapat")).worth.jp is None


def test_an_institution_may_say_which_form_its_courses_have():
    assert course(options={"bentuk": "e-learning"}, **fields("3")).worth.form == "e-learning"


def test_the_value_of_a_select_is_its_text_and_not_its_number():
    listed = [
        {"shortname": "JP", "type": "number", "value": "3.00", "valueraw": 3.0},
        {"shortname": "bentuk", "type": "select", "value": "E-learning", "valueraw": "1"},
    ]

    found = course(customfields=listed)

    assert (found.worth.jp, found.worth.form) == (300, "e-learning")


@pytest.mark.parametrize("name", ["id:5", "lms-5", "kursus"])
def test_the_table_comes_before_the_fields_of_the_course(name):
    mapped = MappedCourse(jp=150, form="bimbingan-teknis", organiser="BKPSDM", activity="https://contoh.go.id/kursus")

    found = course({name: mapped}, idnumber="LMS-5", **fields("3", "e-learning", "BPSDM"))

    assert (found.worth.jp, found.worth.form, found.worth.organiser) == (150, "bimbingan-teknis", "BKPSDM")
    assert found.activity == "https://contoh.go.id/kursus"


def test_the_table_may_say_that_a_course_counts_for_nothing_and_nobody_is_told():
    found = course({"id:5": MappedCourse(jp=None)}, **fields("3", "e-learning"))

    assert (found.worth.jp, found.problem) == (None, None)


def test_a_nip_in_the_field_for_the_organiser_is_left_out():
    assert course(**fields("3", "e-learning", "Ibu 198501012099032001")).worth.organiser == ""


def test_a_module_of_ours_gives_a_course_its_jp_where_nobody_says_another():
    modules = {"pelayanan": MODULE}

    assert course(modules=modules, idnumber="pelayanan", customfields=[]).worth.jp == MODULE.jp
    assert course(modules=modules, idnumber="pelayanan").worth.jp == 300


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("A &amp; B &lt;x&gt;", "A & B <x>"),
        ('<span lang="en" class="multilang">Day</span><span lang="id" class="multilang">Hari</span> 1', "Hari 1"),
        ("{mlang en}Service{mlang}{mlang id}Layanan{mlang}", "Layanan"),
        ("{mlang other}Umum{mlang}", "Umum"),
        ("<b>Tebal</b>\n dan\tpanjang", "Tebal dan panjang"),
        ("", "Kursus 5"),
        (None, "Kursus 5"),
    ],
)  # fmt: skip
def test_a_name_is_read_in_one_language_without_markup(name, read):
    assert course(fullname=name).title == read


def table(tmp_path, *rows):
    path = tmp_path / "kursus.csv"
    path.write_text("Kursus;JP;Bentuk;Penyelenggara;Modul;Nilai lulus\n" + "\n".join(rows), encoding="utf-8")
    return path


def test_a_table_of_courses_is_read(tmp_path):
    path = table(tmp_path, "id:5;3,5;E-learning;BPSDM;;", "LAN-7;;;;;", "k9;2;Bimtek;;pelayanan;70%")

    found = read_mapping(path, FORMS)

    assert found["id:5"] == MappedCourse(jp=350, form="e-learning", organiser="BPSDM")
    assert found["lan-7"].jp is None
    assert (found["k9"].activity, found["k9"].pass_mark) == ("pelayanan", 70.0)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (";3;E-learning;;;", "Kursus"), ("a;tiga;E-learning;;;", "JP"), ("a;3;rapat;;;", "Bentuk"),
        ("a;3;E-learning;198501012099031001;;", "Penyelenggara"), ("a;3;E-learning;;;170", "Nilai lulus"),
    ],
)  # fmt: skip
def test_a_wrong_cell_of_the_table_is_named_by_row_and_column(tmp_path, row, column):
    with pytest.raises(AdapterError) as caught:
        read_mapping(table(tmp_path, "b;2;E-learning;;;", row), FORMS)

    assert caught.value.code == "moodle.mapping_row"
    assert (caught.value.params["row"], caught.value.params["column"]) == (3, column)
    assert "198501012099031001" not in explain(caught.value)


def test_a_course_that_stands_in_the_table_twice_is_told(tmp_path):
    with pytest.raises(AdapterError):
        read_mapping(table(tmp_path, "b;2;E-learning;;;", "B;3;E-learning;;;"), FORMS)


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(AdapterError) as caught:
        read_mapping(tmp_path / "tidak-ada.csv", FORMS)

    assert caught.value.code == "moodle.mapping_missing"
