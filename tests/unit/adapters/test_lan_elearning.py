"""A blended course: what each participant did, what is missing, and every slip named by file, row and column."""

import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from openpyxl import Workbook

from adapters.errors import AdapterError
from adapters.lan_elearning import ADAPTER
from adapters.lan_elearning.reading import read_class
from adapters.lan_elearning.schedule import Session, overlaps
from adapters.lan_elearning.standing import DONE, LATE, MISSING, PENDING, SHORT
from adapters.records import statement_of
from adapters.remote import Connection
from xapi.vocabulary import EXT_AWAITS, EXT_BENTUK, EXT_DAYS, EXT_EVIDENCE, EXT_IMPLEMENTS, EXT_JP, PASSED
from xapi.words import explain

EXAMPLE = Path(__file__).parents[3] / "examples" / "lan-elearning"
WITA = timezone(timedelta(hours=8))
FORMS = frozenset({"pelatihan-teknis", "e-learning", "seminar"})
MADE, STRANGER = "198001102099011001", "197001012099011999"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the example, to be changed."""
    shutil.copytree(EXAMPLE, tmp_path / "kursus")
    return tmp_path / "kursus"


def read(folder: Path, *, now: datetime = datetime(2020, 2, 1, tzinfo=UTC)):
    connection = Connection(institution="a" * 32, options={}, clock=lambda: now, zone=WITA, forms=FORMS)
    return read_class(folder / "jadwal.toml", connection)


def records(folder: Path, *, now: datetime = datetime(2020, 2, 1, tzinfo=UTC)):
    connection = Connection(institution="a" * 32, options={}, clock=lambda: now, zone=WITA, forms=FORMS)
    return ADAPTER.exchange.read(folder / "jadwal.toml", connection)


def change(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


def add(file: Path, *lines: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8")


def slips(folder: Path) -> list[tuple[str, int, str, str]]:
    found = read(folder)
    assert found.standings == ()
    assert not records(folder).records
    for one in found.refused:
        for language in ("id", "en"):
            sentence = explain(one.error, language)
            assert one.code not in sentence, sentence
            assert STRANGER not in sentence
    return [(one.file, one.row, one.column, one.code) for one in found.refused]


def standing_of(folder: Path, name: str, **when):
    return next(one for one in read(folder, **when).standings if one.who.name == name)


def state(standing, code: str) -> str:
    return next(one.state for one in standing.outcomes if one.session.code == code)


def test_nine_of_twelve_pass_and_the_others_are_told_what_is_missing() -> None:
    found = read(EXAMPLE)
    assert found.refused == ()
    rules = found.schedule.course.rules
    missing = {one.who.name: [text % params for text, params in one.missing(rules)] for one in found.standings}
    assert {name: reasons for name, reasons in missing.items() if reasons} == {
        "Ni Nyoman Puspawati": ["RM3-TUGAS (Tugas 3: peta masalah layanan): terlambat, sesudah batas waktunya."],
        "I Putu Wirawan": ["RM2-CHAT-B (Live chat integritas, kelompok B): hadir 33 persen, paling sedikit 80 persen."],
        "Ni Komang Ratnadi": ["RM4-KELAS-2 (Kelas hari kedua: presentasi): tidak hadir di kelas."],
    }
    assert sum(one.passed for one in found.standings) == 9


def test_a_pass_is_one_credit_with_all_jp_of_its_form_and_waits_for_the_implementation() -> None:
    held = records(EXAMPLE)
    credits = [statement_of(one) for one in held.records if one.jp is not None]
    assert len(credits) == 9
    for statement in credits:
        said = statement["context"]["extensions"]
        assert (statement["verb"]["id"], said[EXT_JP], said[EXT_BENTUK]) == (PASSED, 4000, "pelatihan-teknis")
        assert (said[EXT_AWAITS], said[EXT_DAYS]) == (True, 8)
        assert statement["timestamp"] == "2019-11-22T12:00:00+08:00"
    assert all(one.form == "" for one in held.records if one.jp is None)


def test_only_a_validated_implementation_names_the_course_that_it_releases() -> None:
    released = [statement_of(one)["context"]["extensions"] for one in records(EXAMPLE).records if one.implements]
    shown = [one for one in records(EXAMPLE).records if one.activity.endswith("/implementasi")]
    assert (len(released), len(shown)) == (6, 8)
    assert all(len(said[EXT_EVIDENCE]) == 64 and said[EXT_IMPLEMENTS].endswith("klungkung-2019") for said in released)


def test_the_days_of_the_credit_are_those_online_or_all(course: Path) -> None:
    assert read(course).schedule.days() == 8  # 12 to 19 November
    change(course / "jadwal.toml", 'hari = "daring"', 'hari = "semua"')
    assert read(course).schedule.days() == 11


def test_several_lines_of_one_chat_are_added_up_and_no_minute_counts_twice(course: Path) -> None:
    broken = next(one for one in standing_of(course, "I Ketut Darmayasa").outcomes if one.session.code == "RM1-CHAT-A")
    assert (broken.minutes, broken.state) == (87, DONE)  # came early, and was away for three minutes
    add(course / "obrolan.csv", "RM1-CHAT-A;darmayasa.03;12-11-2019 09:10;12-11-2019 10:20")
    again = next(one for one in standing_of(course, "I Ketut Darmayasa").outcomes if one.session.code == "RM1-CHAT-A")
    assert again.minutes == 90


def test_the_least_attendance_is_a_setting_of_the_schedule(course: Path) -> None:
    assert not standing_of(course, "I Putu Wirawan").passed
    change(course / "jadwal.toml", "kehadiran = 80", "kehadiran = 30")
    assert standing_of(course, "I Putu Wirawan").passed


def test_a_late_task_counts_when_the_schedule_says_so(course: Path) -> None:
    assert state(standing_of(course, "Ni Nyoman Puspawati"), "RM3-TUGAS") == LATE
    change(course / "jadwal.toml", "tugas_terlambat = false", "tugas_terlambat = true")
    assert standing_of(course, "Ni Nyoman Puspawati").passed


def test_a_second_try_in_time_takes_the_place_of_a_low_score(course: Path) -> None:
    change(
        course / "tugas.csv", "RM1-TUGAS;suartana.01;14-11-2019 20:00;81", "RM1-TUGAS;suartana.01;13-11-2019 20:00;40"
    )
    assert state(standing_of(course, "I Made Suartana"), "RM1-TUGAS") == SHORT
    add(course / "tugas.csv", "RM1-TUGAS;suartana.01;14-11-2019 21:00;75", "RM1-TUGAS;suartana.01;20-11-2019 21:00;99")
    assert state(standing_of(course, "I Made Suartana"), "RM1-TUGAS") == DONE


def test_a_session_that_is_not_over_is_neither_missing_nor_a_pass() -> None:
    during = datetime(2019, 11, 21, 9, tzinfo=UTC)
    found = read(EXAMPLE, now=during)
    assert {(one.file, one.code) for one in found.refused} == {
        ("kelas.csv", "lan.in_future"), ("implementasi.csv", "lan.in_future"),
    }  # fmt: skip


def test_a_class_in_the_middle_has_pending_sessions_and_no_credit(course: Path) -> None:
    for name in ("kelas.csv", "implementasi.csv"):
        lines = (course / name).read_text(encoding="utf-8").splitlines()
        (course / name).write_text(
            "\n".join([lines[0], *(line for line in lines if "KELAS-1" in line)]), encoding="utf-8"
        )
    now = datetime(2019, 11, 20, 10, tzinfo=UTC)
    standing = standing_of(course, "I Made Suartana", now=now)
    assert (state(standing, "RM4-KELAS-1"), state(standing, "RM4-KELAS-2")) == (DONE, PENDING)
    assert (standing.passed, standing.missing(read(course, now=now).schedule.course.rules)) == (False, [])
    assert not [one for one in records(course, now=now).records if one.jp is not None]


def test_a_session_of_another_group_is_noted_and_does_not_count(course: Path) -> None:
    standing = standing_of(course, "Ni Ketut Suryani")
    assert [text % params for text, params in standing.notes] == [
        "RM1-CHAT-A: hadir di sesi kelompok lain; tidak dihitung."
    ]
    assert standing.passed
    change(course / "obrolan.csv", "RM1-CHAT-B;suryani.08;12-11-2019 10:48", "RM1-CHAT-A;suryani.08;12-11-2019 10:00")
    assert state(standing_of(course, "Ni Ketut Suryani"), "RM1-CHAT-B") == MISSING


def test_presence_in_two_sessions_at_once_is_flagged_and_nothing_deducted(course: Path) -> None:
    change(course / "sesi.csv", "12-11-2019;10:45;;12:15;B", "12-11-2019;10:00;;11:30;B")
    add(course / "obrolan.csv", "RM1-CHAT-B;suryani.08;12-11-2019 10:00;12-11-2019 11:30")
    notes = [text for text, _params in standing_of(course, "Ni Ketut Suryani").notes]
    assert "%(first)s dan %(second)s: tercatat hadir di dua sesi pada waktu yang sama." in notes
    assert standing_of(course, "Ni Ketut Suryani").passed


def test_a_time_without_zone_is_of_the_course_and_another_zone_may_be_written(course: Path) -> None:
    change(course / "obrolan.csv", "RM1-CHAT-A;suartana.01;12-11-2019 09:00;12-11-2019 10:30",
           "RM1-CHAT-A;suartana.01;12-11-2019 08.00 WIB;2019-11-12T02:30:00Z")  # fmt: skip
    chat = next(one for one in standing_of(course, "I Made Suartana").outcomes if one.session.code == "RM1-CHAT-A")
    assert chat.minutes == 90


def test_a_schedule_without_a_zone_is_refused_by_its_key(course: Path) -> None:
    change(course / "jadwal.toml", 'zona = "WITA"\n', "")
    assert slips(course) == [("jadwal.toml", 4, "kursus.zona", "lan.key_missing")]


def test_every_slip_of_the_schedule_is_named_by_line_and_key(course: Path) -> None:
    for before, after in (
        ('bentuk = "pelatihan-teknis"', 'bentuk = "kuliah"'), ("selesai = 2019-11-22", 'selesai = "22-11-2019"'),
        ("kehadiran = 80", "kehadiran = 180"), ("tugas_terlambat = false", 'tugas_terlambat = "tidak"'),
        ("jp = 8", "jp = 8.125"), ('kode = "RM2"', 'kode = "RM1"'), ("posting = 1", "postingan = 1"),
        ('peserta = "peserta.csv"', 'peserta = "../../etc/passwd"'), ('forum = "forum.csv"', 'forum = "diskusi.csv"'),
        ('\nvideo = "video.csv"', "\nvideo = 7"),
    ):  # fmt: skip
        change(course / "jadwal.toml", before, after)
    assert [(row, column, code) for _file, row, column, code in slips(course)] == [
        (8, "kursus.bentuk", "cell.one_of"), (11, "kursus.selesai", "lan.day"),
        (15, "lulus.kehadiran", "cell.number"), (17, "lulus.postingan", "lan.key_unknown"),
        (19, "lulus.tugas_terlambat", "lan.true_or_false"), (24, "mata_pelatihan.1.jp", "lan.jp"),
        (27, "mata_pelatihan.2.kode", "lan.code_twice"), (43, "berkas.peserta", "lan.file_missing"),
        (45, "berkas.forum", "lan.file_missing"), (47, "berkas.video", "lan.no_text"),
    ]  # fmt: skip


def test_every_slip_of_the_sessions_is_named_by_row_and_column(course: Path) -> None:
    change(course / "sesi.csv", "live chat;12-11-2019;09:00;;10:30;A", "live chat;12-11-2019;09:00;;08:30;A")
    change(course / "sesi.csv", "forum;13-11-2019", "forum;10-11-2019")
    change(course / "sesi.csv", "RM1-TUGAS;RM1;Tugas 1: potret diri;tugas", "RM1-TUGAS;RM9;Tugas 1: potret diri;kuis")
    change(course / "sesi.csv", "tatap muka;22-11-2019;08:00", "tatap muka;;jam delapan")
    assert slips(course) == [
        ("sesi.csv", 3, "Selesai", "lan.ends_before_start"), ("sesi.csv", 5, "Tanggal", "lan.outside_course"),
        ("sesi.csv", 6, "Mata pelatihan", "lan.subject_unknown"), ("sesi.csv", 6, "Jenis", "cell.one_of"),
        ("sesi.csv", 17, "Tanggal", "cell.empty"), ("sesi.csv", 17, "Mulai", "cell.clock"),
    ]  # fmt: skip


def test_two_sessions_at_once_for_the_same_people_are_refused(course: Path) -> None:
    change(course / "sesi.csv", "12-11-2019;10:45;;12:15;B", "12-11-2019;10:00;;12:15;")
    add(course / "sesi.csv", "RM2-VID;RM2;;video;14-11-2019;08:00;;09:00;;ya")
    assert slips(course) == [
        ("sesi.csv", 19, "Kode", "lan.code_twice"), ("sesi.csv", 4, "Mulai", "lan.overlap"),
    ]  # fmt: skip


def test_a_long_session_overlaps_every_one_within_it() -> None:
    def session(row: int, first: int, last: int, group: str = "") -> Session:
        day = datetime(2019, 11, 20, tzinfo=WITA)
        return Session(code=f"S{row}", subject="", title="", kind="tatap muka", start=day.replace(hour=first),
                       end=day.replace(hour=last), group=group, required=True, row=row)  # fmt: skip

    found = overlaps([session(1, 8, 16), session(2, 9, 10), session(3, 11, 12, "A"), session(4, 16, 17)])
    assert [(before.row, after.row) for before, after in found] == [(1, 2), (1, 3)]
    assert overlaps([session(1, 8, 12, "A"), session(2, 8, 12, "B")]) == []


def test_every_slip_of_the_exports_is_named_by_file_row_and_column(course: Path) -> None:
    add(course / "obrolan.csv", "RM1-CHAT-A;suartana.01;12-11-2019 10:00;12-11-2019 09:00",
        "RM1-CHAT-A;suartana.01;13-11-2019 09:00;13-11-2019 10:00", "RM9;;12-11-2019 09:00;12-11-2019 10:00",
        "RM1-CHAT-A;suartana.01;12-11-2019;12-11-2019 10:00")  # fmt: skip
    add(course / "kelas.csv", f"RM4-KELAS-1;{STRANGER};Orang Lain;hadir",
        f"RM1-FORUM;{MADE};I Made Suartana;mungkin", "RM4-KELAS-1;1,98E+17;I Made Suartana;hadir")  # fmt: skip
    add(course / "tugas.csv", "RM1-TUGAS;suartana.01;11-11-2019 20:00;81", "RM1-TUGAS;tamu;14-11-2019 20:00;130")
    lines = {name: len((course / name).read_text(encoding="utf-8").splitlines()) for name in
             ("obrolan.csv", "kelas.csv", "tugas.csv")}  # fmt: skip
    chat, room, task = lines["obrolan.csv"], lines["kelas.csv"], lines["tugas.csv"]
    assert slips(course) == [
        ("obrolan.csv", chat - 3, "Keluar", "lan.left_before_joined"),
        ("obrolan.csv", chat - 2, "Masuk", "lan.outside_session"),
        ("obrolan.csv", chat - 1, "Sesi", "lan.session_unknown"),
        ("obrolan.csv", chat, "Masuk", "cell.moment"),
        ("kelas.csv", room - 2, "NIP", "lan.participant_unknown"),
        ("kelas.csv", room - 1, "Sesi", "lan.session_kind"),
        ("kelas.csv", room, "NIP", "people.nip_number"),
        ("tugas.csv", task - 1, "Waktu", "lan.outside_session"),
        ("tugas.csv", task, "Akun", "lan.participant_unknown"),
    ]


def test_a_participant_list_is_checked_before_anything_is_held_against_it(course: Path) -> None:
    add(course / "peserta.csv", f"{MADE};I Made Suartana;A;lain;;", f"{STRANGER};Orang Baru;C;orang.baru;;",
        "197001012099011998;Orang Lama;A;suartana.01;;")  # fmt: skip
    assert slips(course) == [
        ("peserta.csv", 14, "NIP", "lan.participant_twice"), ("peserta.csv", 15, "Kelompok", "lan.group_unknown"),
        ("peserta.csv", 16, "Akun", "lan.participant_twice"),
    ]  # fmt: skip


def test_an_approval_needs_evidence_a_validator_and_a_day(course: Path) -> None:
    table = course / "implementasi.csv"
    change(table, "bukti-01.txt;Disetujui;BKPSDM Kabupaten Klungkung;20-12-2019", ";Disetujui;;")
    change(table, "bukti-02.txt;Disetujui;BKPSDM Kabupaten Klungkung;20-12-2019", "tidak-ada.pdf;Setuju;BKPSDM;")
    change(table, "bukti-03.txt;Disetujui;BKPSDM Kabupaten Klungkung;20-12-2019",
           "../jadwal.toml;Disetujui;BKPSDM;01-12-2019")  # fmt: skip
    change(table, "13-12-2019;bukti-04.txt", "01-11-2019;bukti-04.txt")
    assert slips(course) == [
        ("implementasi.csv", 2, "Berkas bukti", "lan.no_evidence"),
        ("implementasi.csv", 2, "Peran validator", "lan.no_validator"),
        ("implementasi.csv", 2, "Tanggal validasi", "lan.validated_when"),
        ("implementasi.csv", 3, "Berkas bukti", "evidence.missing"),
        ("implementasi.csv", 3, "Status validasi", "cell.one_of"),
        ("implementasi.csv", 4, "Berkas bukti", "evidence.missing"),
        ("implementasi.csv", 5, "Tanggal implementasi", "lan.before_course"),
    ]  # fmt: skip


def test_a_row_of_two_people_and_a_rounded_account_are_refused_and_a_small_number_is_a_name(course: Path) -> None:
    change(course / "peserta.csv", ";suartana.01;", ";4711;")
    for name in ("obrolan.csv", "forum.csv", "tugas.csv", "video.csv"):
        text = (course / name).read_text(encoding="utf-8").replace("suartana.01", "4711")
        (course / name).write_text(text, encoding="utf-8")
    book = Workbook()
    for row in (["Sesi", "NIP", "Akun", "Waktu"], ["RM1-FORUM", None, 4711, datetime(2019, 11, 13, 9)],
                ["RM1-FORUM", MADE, "widiastuti.02", "13-11-2019 09:00"],
                ["RM1-FORUM", None, 198102112099022002, "13-11-2019 09:00"]):  # fmt: skip
        book.active.append(row)
    book.save(course / "lain.xlsx")
    change(course / "jadwal.toml", 'forum = "forum.csv"', 'forum = ["forum.csv", "lain.xlsx"]')
    assert slips(course) == [
        ("lain.xlsx", 3, "Akun", "lan.two_people"), ("lain.xlsx", 4, "Akun", "people.nip_number"),
    ]  # fmt: skip


def test_a_schedule_in_which_nothing_is_required_would_pass_nobody(course: Path) -> None:
    lines = (course / "sesi.csv").read_text(encoding="utf-8").replace(";ya\n", ";tidak\n")
    (course / "sesi.csv").write_text(lines, encoding="utf-8")
    assert slips(course) == [("sesi.csv", 0, "", "lan.no_session")]


def test_evidence_may_be_named_by_a_nip_and_the_same_file_for_two_is_noted(course: Path) -> None:
    (course / "bukti" / "bukti-01.txt").rename(course / "bukti" / f"{MADE}.txt")
    change(course / "implementasi.csv", "bukti-01.txt", f"{MADE}.txt")
    change(course / "implementasi.csv", "bukti-02.txt", f"{MADE}.txt")
    notes = {one.who.name: [text for text, _ in one.notes] for one in read(course).standings}
    same = "Bukti implementasinya berkas yang sama dengan bukti peserta lain."
    assert [name for name, said in notes.items() if same in said] == ["I Made Suartana", "Ni Luh Widiastuti"]
    change(course / "implementasi.csv", f"{MADE}.txt", f"{STRANGER}.txt")
    assert slips(course) == [("implementasi.csv", 2, "Berkas bukti", "evidence.missing")]


def test_a_file_that_is_no_table_is_named_whole(course: Path) -> None:
    (course / "forum.csv").write_bytes("Sesi;Akun;Waktu\nRM1-FORUM;ç\n".encode("utf-32"))
    (course / "video.csv").write_text("Sesi;Akun\nRM1-VID;suartana.01\n", encoding="utf-8")
    assert slips(course) == [("forum.csv", 0, "", "sheet.no_table"), ("video.csv", 0, "", "sheet.columns_missing")]


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"[kursus\n", b"x = " + b"[" * 5000])
def test_a_schedule_that_is_no_toml_is_refused(course: Path, text: bytes) -> None:
    (course / "jadwal.toml").write_bytes(text)
    with pytest.raises(AdapterError, match=r"lan\.no_schedule"):
        read(course)


def test_a_workbook_with_hours_dates_and_merged_cells_is_read_and_what_merging_hid_is_named(course: Path) -> None:
    book = Workbook()
    sheet = book.active
    lines = [line.split(";") for line in (course / "sesi.csv").read_text(encoding="utf-8").splitlines()]
    sheet.append(["JADWAL PELATIHAN REVOLUSI MENTAL"])
    sheet.append(lines[0])
    for code, subject, title, kind, day, start, last, end, *rest in lines[1:]:
        days = [datetime.strptime(text, "%d-%m-%Y") if text else None for text in (day, last)]
        hours = [datetime.strptime(text, "%H:%M").time() for text in (start, end)]
        sheet.append([code, subject, title, kind, days[0], hours[0], days[1], hours[1], *rest])
    for row in range(4, 8):
        sheet.cell(row, 2).value = None
    sheet.merge_cells("B3:B7")  # a subject over its five sessions
    book.save(course / "sesi.xlsx")
    change(course / "jadwal.toml", 'sesi = "sesi.csv"', 'sesi = "sesi.xlsx"')
    assert sum(one.passed for one in read(course).standings) == 9
    sheet.merge_cells("C8:D8")  # sideways: the kind is gone
    book.save(course / "sesi.xlsx")
    assert slips(course) == [("sesi.xlsx", 8, "Jenis", "cell.empty")]
