"""Lists of a video conference: who stayed long enough, once each, by NIP or mail address, and nobody by guess."""

from datetime import UTC, datetime

import pytest

from adapters.remote import Connection
from adapters.spreadsheet import SpreadsheetExchange
from adapters.table_files import TableChoice
from xapi.audit.rules import load_rules
from xapi.sheet_cells import SheetError
from xapi.sheet_layout import Layout

ANI = "198501012099031001"
RULES = load_rules()
HERE = Connection(
    institution="a" * 32, options={}, clock=lambda: datetime(2026, 11, 1, 12, tzinfo=UTC), zone=UTC,
    forms=frozenset(RULES.of_year(2026).forms), rules=RULES,
)  # fmt: skip
HEAD = (
    "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
    "123 456,ATA Xplore,10/15/2026 08:55:00 AM,10/15/2026 12:05:00 PM,host@contoh.go.id,190,3\n\n"
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest\n"
)
EVENT = {"event": "ATA Xplore 04", "organiser": "LAN"}


def held(tmp_path, *rows: str, **fixed: str):
    path = tmp_path / "peserta.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    return SpreadsheetExchange().open(path, HERE, TableChoice(chosen=Layout(fixed={**EVENT, **fixed})))


def stay(name: str, mail: str, start: str, end: str, minutes: int) -> str:
    return f"{name},{mail},10/15/2026 {start},10/15/2026 {end},{minutes},Yes"


def test_a_participant_attends_once_however_often_they_came_in(tmp_path):
    found = held(
        tmp_path,
        stay(f"{ANI}_Ani Contoh", "ani@contoh.go.id", "09:00:00 AM", "10:00:00 AM", 60),
        stay(f"{ANI}_Ani Contoh", "", "10:30:00 AM", "12:00:00 PM", 90),
        stay("Budi", "budi@contoh.go.id", "09:00:00 AM", "12:00:00 PM", 180),
    )
    ani, budi = found.records
    assert (ani.who.nip.digits, ani.who.name, ani.form, ani.jp) == (ANI, "Ani Contoh", "webinar", 400)
    assert (budi.who.issuer, budi.who.subject) == ("mbox", "mailto:budi@contoh.go.id")
    assert (ani.activity, str(ani.at.date())) == (budi.activity, "2026-10-15")


def test_two_devices_at_once_count_once(tmp_path):
    rows = [
        stay("Budi", "b@x.id", "09:00:00 AM", "09:30:00 AM", 30),
        stay("Budi", "B@x.id", "09:00:00 AM", "09:30:00 AM", 30),
    ]
    found = held(tmp_path, *rows)
    assert (list(found.records), dict(found.left_out.counts)) == ([], {"spreadsheet.left_early": 1})
    assert len(held(tmp_path, *rows, minimum="30").records) == 1


def test_somebody_without_nip_and_mail_is_left_out_and_named_by_row(tmp_path):
    found = held(tmp_path, stay("HP Samsung", "", "09:00:00 AM", "12:00:00 PM", 180))
    assert [(one.row, one.code) for one in found.left_out.kept] == [(5, "spreadsheet.nobody")]


def test_a_form_that_pays_the_declared_jp_gets_what_the_time_is_worth(tmp_path):
    (one,) = held(tmp_path, stay("Budi", "b@x.id", "09:00:00 AM", "10:30:00 AM", 90), form="kursus").records
    assert (one.form, one.jp) == ("kursus", 200)


@pytest.mark.parametrize("moment", ["13/40/2026 09:00:00 AM", "kemarin", "2026-10-15"])
def test_a_moment_that_is_none_is_refused(tmp_path, moment):
    found = held(tmp_path, f"Budi,b@x.id,{moment},,60,Yes")
    assert [bad.code for bad in found.refused] == ["spreadsheet.moment"]


def test_a_list_is_of_one_event(tmp_path):
    path = tmp_path / "peserta.csv"
    path.write_text(
        "Nama;Email;Lama (menit);Kegiatan;Penyelenggara;Tanggal\n"
        "Budi;b@x.id;60;A;LAN;2-3-2026\nCici;c@x.id;60;B;LAN;2-3-2026\n", "utf-8",
    )  # fmt: skip
    held = SpreadsheetExchange().open(path, HERE, TableChoice())
    assert [(bad.row, bad.code) for bad in held.refused] == [(3, "spreadsheet.one_event")]


def test_the_event_must_be_told_for_the_list_does_not_say_it_in_its_table(tmp_path):
    path = tmp_path / "peserta.csv"
    path.write_text(HEAD, "utf-8")
    with pytest.raises(SheetError) as caught:
        SpreadsheetExchange().open(path, HERE, TableChoice())
    assert caught.value.params["columns"] == "Kegiatan, Penyelenggara"
