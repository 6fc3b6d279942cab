"""The history that SIASN holds, read back: what is entered twice shows in the audit, and no JP is counted twice."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest

from adapters.errors import AdapterError
from adapters.records import statement_of
from adapters.siasn.history import PERSONS, SiasnHistory
from adapters.siasn.testing import FakeSiasn
from xapi.vocabulary import EXT_BENTUK, EXT_CERTIFICATE, EXT_JP, EXT_ORGANISER

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
ANI, BUDI = "198501012099031001", "198612312099032002"
COURSE = {
    "namaKursus": "PELAYANAN PUBLIK PRIMA", "noSertipikat": "12/BKPSDM/2026", "jumlahJam": 12, "jenisDiklatId": "8",
    "institusiPenyelenggara": "BKPSDM Klungkung", "tanggalKursus": "12-11-2026", "tanggalSelesaiKursus": "14-11-2026",
}  # fmt: skip


@pytest.fixture
def siasn():
    with FakeSiasn(people={ANI: "A", BUDI: "B"}, clock=lambda: NOON) as server:
        yield server


def read(siasn, cursor="", **options):
    return list(SiasnHistory().pages(siasn.connection(**options), cursor))


def test_a_row_becomes_evidence_of_another_system_with_its_hours_and_form(siasn):
    number = siasn.put("kursus", ANI, COURSE)
    [page] = read(siasn)
    [record] = page.records
    statement = statement_of(record)

    assert SiasnHistory.source == "foreign", "it waits for a validator, whatever an LMS says"
    assert record.key == ("siasn", "kursus", number)
    assert (record.who.nip, record.lasted) == (ANI, timedelta(days=2))
    assert statement["object"]["definition"]["name"] == {"id": "PELAYANAN PUBLIK PRIMA"}
    assert statement["timestamp"] == "2026-11-14T12:00:00+07:00"
    assert statement["context"]["extensions"] == {
        EXT_JP: 1200, EXT_BENTUK: "bimbingan-teknis", EXT_CERTIFICATE: "12/BKPSDM/2026",
        EXT_ORGANISER: "BKPSDM Klungkung",
    }  # fmt: skip
    assert ANI not in json.dumps(statement)
    assert (page.cursor, page.done, page.total) == ("", 2, 2)


def test_structural_training_is_read_from_its_own_history(siasn):
    siasn.put("diklat", ANI, {"latihanStrukturalId": 2, "latihanStrukturalNama": "PIM IV", "nomor": "1/LAN",
                              "jumlahJam": "900", "tanggal": "01-03-2026", "tanggalSelesai": None})  # fmt: skip
    [record] = read(siasn)[0].records
    assert (record.form, record.jp, record.title) == ("pelatihan-struktural-kepemimpinan", 90000, "PIM IV")
    assert record.at.date().isoformat() == "2026-03-01"


def test_years_before_the_one_that_is_asked_for_are_left_alone(siasn):
    siasn.put("kursus", ANI, COURSE | {"tanggalKursus": "12-11-2019", "tanggalSelesaiKursus": "14-11-2019"})
    siasn.put("kursus", ANI, COURSE | {"tanggalKursus": None, "tanggalSelesaiKursus": None, "tahunKursus": "1998"})
    [page] = read(siasn)
    assert (page.records, page.refused) == ([], [])
    assert len(read(siasn, pull_from="2019")[0].records) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"jumlahJam": None}, "siasn.row_hours"),
        ({"jumlahJam": 0}, "siasn.row_hours"),
        ({"jumlahJam": "dua belas"}, "siasn.row_hours"),
        ({"jumlahJam": 99999}, "siasn.row_hours"),
        ({"namaKursus": " "}, "siasn.row_incomplete"),
        ({"tanggalKursus": None, "tanggalSelesaiKursus": "31-02-2026"}, "siasn.row_incomplete"),
        ({"tanggalKursus": "20-11-2026"}, "siasn.row_dates"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_holds_up_no_other(siasn, change, code):
    number = siasn.put("kursus", ANI, COURSE | change)
    siasn.put("kursus", ANI, COURSE)
    [page] = read(siasn)
    assert [(one.place, one.error.code) for one in page.refused] == [(f"rw-kursus {number}", code)]
    assert len(page.records) == 1


@pytest.mark.parametrize("odd", [None, True, [], {}, [{"a": 1}], "x" * 9999, 10**4000, 1e300, "\x00", -1])
def test_whatever_stands_in_a_field_no_row_stops_the_run(siasn, odd):
    for name in COURSE:
        siasn.put("kursus", ANI, COURSE | {name: odd})
    siasn.put("kursus", ANI, COURSE | {"id": odd})
    siasn.put("kursus", ANI, COURSE)
    [page] = read(siasn)
    assert len(page.records) + len(page.refused) == len(COURSE) + 2
    assert {one.error.code.partition(".")[0] for one in page.refused} == {"siasn"}
    assert statement_of(page.records[-1])


def test_a_row_without_a_known_kind_is_a_course(siasn):
    siasn.put("kursus", ANI, COURSE | {"jenisDiklatId": None})
    siasn.put("kursus", ANI, COURSE | {"jenisDiklatId": "000211"})
    assert [record.form for record in read(siasn)[0].records] == ["kursus", "kursus"]


def test_a_form_that_the_rules_do_not_know_is_refused(siasn):
    siasn.put("kursus", ANI, COURSE)
    [page] = SiasnHistory().pages(siasn.connection(forms={"seminar"}), "")
    assert [one.error.code for one in page.refused] == ["siasn.row_form"]


def test_what_a_push_of_ours_put_there_is_not_read_back(siasn):
    number = siasn.put("kursus", ANI, COURSE)
    connection = dataclasses.replace(siasn.connection(), pushed=lambda: {number})
    [page] = SiasnHistory().pages(connection, "")
    assert (page.records, page.refused) == ([], [])


def test_a_run_that_broke_off_goes_on_with_the_people_who_are_left(siasn):
    people = {f"1985010120990310{n:02d}": f"P{n}" for n in range(2 * PERSONS + 1)}
    siasn.people = people
    for nip in people:
        siasn.put("kursus", nip, COURSE)
    pages = read(siasn)

    assert [len(page.records) for page in pages] == [PERSONS, PERSONS, 1]
    assert not [page for page in pages if any(nip in page.cursor for nip in people)]
    rest = read(siasn, pages[0].cursor)
    assert [record.key for page in rest for record in page.records] == [
        record.key for page in pages[1:] for record in page.records
    ]
    assert len(read(siasn, "3/99")) == 3, "a list that has changed is read from the beginning"
    assert len(read(siasn, "seadanya")) == 3


def test_an_outage_ends_the_run_and_is_no_empty_history(siasn):
    siasn.put("kursus", ANI, COURSE)
    siasn.fail("pns/rw-kursus", *["busy"] * 4)
    with pytest.raises(AdapterError) as caught:
        read(siasn)
    assert caught.value.code == "remote.busy"


def test_without_people_there_is_nobody_to_ask_about(siasn):
    siasn.people = {}
    with pytest.raises(AdapterError) as caught:
        read(siasn)
    assert caught.value.code == "siasn.no_people"
