"""Accepted credits into SIASN: the bodies of the public SDKs, whole hours, and never a record twice."""

import hashlib
import logging
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import wire_http
from adapters.errors import AdapterError
from adapters.remote import AcceptedCredit
from adapters.siasn import ADAPTER
from adapters.siasn.bodies import whole_hours
from adapters.siasn.push import SiasnPush
from adapters.siasn.testing import INSTITUTION, FakeSiasn
from xapi.words import explain, translate

ANI, BUDI = "198501012099031001", "198612312099032002"
PERSON = "A8ACA7A4ECE03912E040640A040269BB"
NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
PDF = b"%PDF-1.7\nsertifikat"
DIGEST = hashlib.sha256(PDF).hexdigest()


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def siasn(clock):
    with FakeSiasn(people={ANI: PERSON, BUDI: "A8ACA7A4ECE03912E040640A040269CC"}, clock=clock) as server:
        yield server


def credit(**changes) -> AcceptedCredit:
    given = {
        "statement": "4d16dbbd-340a-41ee-96e3-0a580a830008", "nip": ANI, "name": "Ani",
        "title": "Pelayanan publik prima", "organiser": "BKPSDM Klungkung", "form": "bimbingan-teknis", "bkn": 8,
        "jp": 1200, "year": 2026, "first": date(2026, 11, 12), "last": date(2026, 11, 14),
        "certificate": "12/BKPSDM/2026",
    }  # fmt: skip
    return AcceptedCredit(**(given | changes))


def push_once(siasn, *credits, **options) -> list[str]:
    """What a new process does that has lost every receipt: each credit is looked for, and written when not found."""
    push, connection = SiasnPush(), siasn.connection(**{"push": "ya", **options})
    numbers = []
    for one in credits:
        prepared = push.prepare(one, connection)
        numbers.append(push.find(prepared, connection) or push.send(prepared, connection))
    return numbers


def code_of(act) -> str:
    with pytest.raises(AdapterError) as caught:
        act()
    told = explain(caught.value) + repr(caught.value) + repr(caught.value.params)
    assert not [secret for secret in (ANI, BUDI, "palsu", "token-") if secret in told]
    return caught.value.code


def notes_of(prepared) -> list[str]:
    return [translate("adapters", "id", text, params) for text, params in prepared.notes]


def test_a_course_has_the_fields_of_kursus_save(siasn):
    prepared = SiasnPush().prepare(credit(jp=1250, certificate=""), siasn.connection())

    assert prepared.body == {
        "id": None, "instansiId": INSTITUTION, "institusiPenyelenggara": "BKPSDM Klungkung", "jenisDiklatId": "8",
        "jenisKursus": "", "jenisKursusSertipikat": "T", "jumlahJam": 12, "lokasiId": "",
        "namaKursus": "Pelayanan publik prima", "nomorSertipikat": "", "path": [], "pnsOrangId": None,
        "tahunKursus": 2026, "tanggalKursus": "12-11-2026", "tanggalSelesaiKursus": "14-11-2026",
    }  # fmt: skip
    assert notes_of(prepared) == [
        "12,5 JP dikirim sebagai 12 jam: dibulatkan ke bawah, karena SIASN menerima bilangan bulat.",
        "Tanpa nomor sertifikat.",
    ]


def test_structural_training_has_the_fields_of_diklat_save(siasn):
    leading = credit(title="Pelatihan Kepemimpinan Pengawas angkatan II", bkn=1, jp=90000)
    connection = siasn.connection(structural="pelatihan kepemimpinan pengawas=2; *=8", push="ya")
    prepared = SiasnPush().prepare(leading, connection)

    assert prepared.body == {
        "bobot": 0, "id": None, "institusiPenyelenggara": "BKPSDM Klungkung", "jenisKompetensi": "", "jumlahJam": 900,
        "latihanStrukturalId": "2", "nomor": "12/BKPSDM/2026", "path": [], "pnsOrangId": None, "tahun": 2026,
        "tanggal": "12-11-2026", "tanggalSelesai": "14-11-2026",
    }  # fmt: skip
    assert notes_of(prepared)[1] == "Dikirim sebagai riwayat diklat struktural: SEPALA/ADUM/DIKLAT PIM TK. IV."
    [number] = push_once(siasn, leading, structural="pengawas=2")
    assert siasn.records["diklat"][number]["idPns"] == PERSON
    assert push_once(siasn, leading, structural="pengawas=2") == [number]
    assert not siasn.records["kursus"]


def test_a_history_with_other_fields_is_no_reason_to_write(siasn):
    number = siasn.put("kursus", ANI, {})
    siasn.records["kursus"][number] = {"nipBaru": ANI, "id": number, "judul": "Pelayanan publik prima", "nomor": "12"}
    assert code_of(lambda: push_once(siasn, credit())) == "siasn.answer"
    assert siasn.asked["kursus/save"] == 0


def test_a_record_is_there_even_when_its_number_cannot_be_used(siasn):
    siasn.put("kursus", ANI, {"id": None, "namaKursus": "Pelayanan publik prima", "noSertipikat": "12/BKPSDM/2026"})
    assert push_once(siasn, credit()) == ["?"]
    assert siasn.asked["kursus/save"] == 0


def test_structural_training_that_someone_entered_as_a_course_is_found(siasn):
    leading = credit(title="Pelatihan Kepemimpinan Pengawas", bkn=1)
    held = {"namaKursus": "PELATIHAN KEPEMIMPINAN PENGAWAS", "noSertipikat": None}
    dates = {"tanggalKursus": "12-11-2026", "tanggalSelesaiKursus": "14-11-2026"}
    number = siasn.put("kursus", ANI, held | dates)
    assert push_once(siasn, leading, structural="*=8") == [number]
    assert not siasn.records["diklat"]


def test_the_level_of_structural_training_is_never_guessed(siasn):
    leading = credit(title="Pelatihan Kepemimpinan Administrator", bkn=1)
    assert code_of(lambda: SiasnPush().prepare(leading, siasn.connection(structural="pengawas=2"))) == (
        "siasn.structural_unknown"
    )
    assert SiasnPush().prepare(leading, siasn.connection(structural="*=8")).body["latihanStrukturalId"] == "8"


@pytest.mark.parametrize(("rounding", "hours"), [("down", 12), ("nearest", 13), ("up", 13), ("", 12)])
def test_fractions_are_rounded_as_chosen_and_down_without_a_choice(siasn, rounding, hours):
    prepared = SiasnPush().prepare(credit(jp=1250), siasn.connection(rounding=rounding))
    assert prepared.body["jumlahJam"] == hours
    assert f"12,5 JP dikirim sebagai {hours} jam: dibulatkan" in notes_of(prepared)[0]


@given(st.integers(min_value=1, max_value=200_000), st.sampled_from(["down", "nearest", "up"]))
def test_rounding_moves_by_less_than_an_hour_and_down_never_adds(jp, rounding):
    hours = whole_hours(jp, rounding)
    assert abs(Decimal(jp) / 100 - hours) < 1
    assert (hours * 100 <= jp) if rounding == "down" else True
    assert jp % 100 or hours * 100 == jp


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"jp": 70}, "siasn.no_hours"),
        ({"form": "tugas-belajar", "bkn": None}, "siasn.no_kind"),
        ({"bkn": 26}, "siasn.no_kind"),
    ],
)
def test_what_siasn_has_no_place_for_is_refused_before_anything_is_asked(siasn, changes, code):
    assert code_of(lambda: SiasnPush().prepare(credit(**changes), siasn.connection())) == code
    assert not siasn.asked


@pytest.mark.parametrize(
    "option",
    [{"rounding": "ke atas"}, {"upload": "kapan-kapan"}, {"structural": "pengawas=9"}, {"upload_most_kb": "1 MB"}],
)
def test_a_setting_that_is_none_is_named(siasn, option):
    assert code_of(lambda: SiasnPush().prepare(credit(), siasn.connection(**option))) == "siasn.setting_value"


def test_nothing_is_sent_until_the_institution_says_so(siasn):
    assert code_of(lambda: push_once(siasn, credit(), push="tidak")) == "siasn.push_off"
    assert code_of(lambda: push_once(siasn, credit(), push="ya", instansi_id="")) == "remote.siasn.no_institution"
    assert siasn.asked["kursus/save"] == 0


def test_the_same_credit_again_writes_nothing_new(siasn):
    first = push_once(siasn, credit(), credit(nip=BUDI, certificate="13/BKPSDM/2026"))
    again = push_once(siasn, credit(), credit(nip=BUDI, certificate="13/BKPSDM/2026"))

    assert again == first
    assert len(siasn.records["kursus"]) == 2
    assert siasn.records["kursus"][first[0]]["noSertipikat"] == "12/BKPSDM/2026"


@pytest.mark.parametrize("fault", ["drop", "drop_after", "html", "html_after", "busy", "busy_after", "garbage_after"])
def test_a_break_anywhere_in_a_write_never_makes_two_records(siasn, fault):
    siasn.fail("kursus/save", fault)
    assert code_of(lambda: push_once(siasn, credit())) == "remote.unsure"
    assert siasn.asked["kursus/save"] == 1, "a write is not repeated by itself"

    push_once(siasn, credit())
    push_once(siasn, credit())

    assert len(siasn.records["kursus"]) == 1


def test_an_answer_that_does_not_come_leaves_the_outcome_open(siasn, monkeypatch):
    monkeypatch.setattr(wire_http, "READ_SECONDS", 0.2)
    siasn.fail("kursus/save", "slow_after")
    assert code_of(lambda: push_once(siasn, credit())) == "remote.unsure"
    push_once(siasn, credit())
    assert len(siasn.records["kursus"]) == 1


def test_in_one_run_a_record_whose_outcome_is_open_is_looked_for_afresh(siasn):
    push, connection = SiasnPush(), siasn.connection(push="ya")
    prepared = push.prepare(credit(), connection)
    assert push.find(prepared, connection) is None
    siasn.fail("kursus/save", "drop_after")
    assert code_of(lambda: push.send(prepared, connection)) == "remote.unsure"

    assert push.find(prepared, connection) == next(iter(siasn.records["kursus"]))


def test_a_system_that_is_out_while_looking_is_no_reason_to_write(siasn):
    siasn.fail("pns/rw-kursus", "html")
    assert code_of(lambda: push_once(siasn, credit())) == "remote.broken_answer"
    siasn.fail("pns/rw-kursus", *["busy"] * 4)
    assert code_of(lambda: push_once(siasn, credit())) == "remote.busy"
    assert siasn.asked["kursus/save"] == 0


def test_reads_are_tried_again_by_themselves(siasn):
    siasn.fail("pns/rw-kursus", "busy", "drop")
    siasn.fail("pns/data-utama", "busy")
    assert len(push_once(siasn, credit())) == 1


def test_a_refusal_is_told_without_the_numbers_in_it(siasn):
    siasn.fail("kursus/save", "refuse")
    with pytest.raises(AdapterError) as caught:
        push_once(siasn, credit())
    assert caught.value.code == "siasn.refused"
    assert "SIASN menolak (HTTP 200): “Data … ditolak”" in explain(caught.value)
    assert not siasn.records["kursus"]


@pytest.mark.parametrize(
    "held",
    [
        {"namaKursus": "PELAYANAN  PUBLIK (Prima)", "tanggalKursus": "12-11-2026",
         "tanggalSelesaiKursus": "14-11-2026"},
        {"namaKursus": "Bimtek pelayanan", "noSertipikat": "12/bkpsdm/2026", "tanggalKursus": "12-11-2026",
         "tanggalSelesaiKursus": "14-11-2026"},
        {"namaKursus": "Pelayanan publik prima", "noSertipikat": "12-BKPSDM-2026", "tanggalKursus": None,
         "tanggalSelesaiKursus": "30-11-2026"},
        {"namaKursus": "Pelayanan publik prima", "noSertifikat": "12/BKPSDM/2026", "tanggalKursus": "kemarin"},
    ],
)  # fmt: skip
def test_what_someone_else_entered_is_found_by_two_of_number_name_and_dates(siasn, held):
    number = siasn.put("kursus", ANI, {"jumlahJam": 12, **held})
    assert push_once(siasn, credit()) == [number]
    assert siasn.asked["kursus/save"] == 0


@pytest.mark.parametrize(
    "held",
    [
        {"namaKursus": "Pelayanan publik prima", "noSertipikat": "-", "tanggalKursus": "12-11-2025",
         "tanggalSelesaiKursus": "14-11-2025"},
        {"namaKursus": "Kearsipan", "noSertipikat": "99/X", "tanggalKursus": "12-11-2026",
         "tanggalSelesaiKursus": "14-11-2026"},
        {"namaKursus": None, "noSertipikat": None, "tanggalKursus": None, "tanggalSelesaiKursus": None},
    ],
)  # fmt: skip
def test_another_training_is_not_taken_for_it(siasn, held):
    siasn.put("kursus", ANI, held)
    siasn.put("kursus", BUDI, {"namaKursus": "Pelayanan publik prima", "noSertipikat": "12/BKPSDM/2026"})
    push_once(siasn, credit())
    assert siasn.asked["kursus/save"] == 1


def test_a_person_whom_siasn_does_not_know_is_named_by_no_number(siasn):
    assert code_of(lambda: push_once(siasn, credit(nip="199001012099031009"))) == "siasn.person_unknown"


def test_what_is_not_allowed_is_about_one_person_and_asks_for_no_new_tokens(siasn):
    for path in ("pns/rw-kursus", "pns/data-utama", "kursus/save"):
        siasn.fail(path, "forbid")
        assert code_of(lambda: push_once(siasn, credit())) == "siasn.forbidden"
    assert siasn.asked["oauth2/token"] == 3, "one for each run"
    assert not siasn.records["kursus"]


def test_each_person_and_history_is_asked_for_once_in_a_run(siasn):
    push_once(siasn, *(credit(title=f"Kursus {day}", certificate="", first=date(2026, 1, day), last=date(2026, 1, day))
                       for day in range(1, 6)))  # fmt: skip
    assert siasn.asked["pns/data-utama"] == 1
    assert siasn.asked["pns/rw-kursus"] == 1
    assert siasn.asked["oauth2/token"] == 1
    assert len(siasn.records["kursus"]) == 5


def test_what_this_run_wrote_is_found_without_asking_again(siasn):
    assert len(set(push_once(siasn, credit(), credit()))) == 1
    assert len(siasn.records["kursus"]) == 1


def test_tokens_are_renewed_before_they_end_and_when_they_were_withdrawn(siasn, clock):
    push, connection = SiasnPush(), siasn.connection(push="ya")
    prepared = push.prepare(credit(), connection)
    assert push.find(prepared, connection) is None
    clock.now += timedelta(minutes=59, seconds=45)
    assert push.send(prepared, connection)
    assert siasn.asked["oauth2/token"] == 2
    siasn.forget_tokens()
    other = push.prepare(credit(nip=BUDI), connection)
    assert push.find(other, connection) is None
    assert siasn.asked["oauth2/token"] == 3


def test_a_token_that_is_given_is_used_and_its_end_is_told(siasn):
    _status, answer = siasn.token("sso", True, "")
    given = {"sso_token": answer["access_token"], "sso_password": "", "sso_username": ""}
    push_once(siasn, credit(), **given)
    assert not [path for path in siasn.asked if path.startswith("auth/")]
    siasn.forget_tokens()
    assert code_of(lambda: push_once(siasn, credit(), **given)) == "remote.siasn.sso_token_stale"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"consumer_secret": "salah"}, "remote.siasn.wso_refused"),
        ({"sso_password": "salah"}, "remote.siasn.sso_refused"),
        ({"sso_username": ""}, "remote.siasn.sso_missing"),
        ({"consumer_key": ""}, "adapter.option_missing"),
    ],
)
def test_the_login_that_fails_is_named(siasn, options, code):
    assert code_of(lambda: push_once(siasn, credit(), **options)) == code


@pytest.mark.parametrize("path", ["oauth2/token", "auth/realms/public-siasn/protocol/openid-connect/token"])
def test_a_page_instead_of_a_token_ends_the_run(siasn, path):
    siasn.fail(path, "html")
    assert code_of(lambda: push_once(siasn, credit())) == "remote.siasn.no_token"


@pytest.fixture
def evidence(tmp_path):
    (tmp_path / DIGEST[:2]).mkdir()
    (tmp_path / DIGEST[:2] / f"{DIGEST}.pdf").write_bytes(PDF)
    return str(tmp_path)


def test_a_certificate_at_hand_is_put_on_the_record(siasn, evidence):
    [number] = push_once(siasn, credit(evidence=DIGEST), evidence_folder=evidence)
    assert [(d["id_riwayat"], d["dok_id"], d["size"]) for d in siasn.documents] == [(number, "881", len(PDF))]
    assert list(siasn.records["kursus"][number]["path"]) == ["881"]


def test_a_certificate_can_go_before_the_record_and_stand_in_its_path(siasn, evidence):
    leading = credit(bkn=1, evidence=DIGEST)
    options = {"evidence_folder": evidence, "upload": "before", "structural": "*=8"}
    [number] = push_once(siasn, leading, **options)
    [document] = siasn.records["diklat"][number]["path"]
    assert (document["dok_id"], document["dok_uri"]) == ("874", siasn.documents[0]["dok_uri"])


def test_a_certificate_that_fails_before_the_record_leaves_nothing_behind(siasn, evidence):
    siasn.fail("upload-dok", "html")
    options = {"evidence_folder": evidence, "upload": "before"}
    assert code_of(lambda: push_once(siasn, credit(evidence=DIGEST), **options)) == "remote.unsure"
    assert not siasn.records["kursus"]


def test_a_record_whose_certificate_did_not_get_there_is_told_and_not_written_again(siasn, evidence):
    siasn.fail("upload-dok-rw", "busy", "drop", "busy")
    code = code_of(lambda: push_once(siasn, credit(evidence=DIGEST), evidence_folder=evidence))
    assert code == "remote.written.certificate"
    assert push_once(siasn, credit(evidence=DIGEST), evidence_folder=evidence) == list(siasn.records["kursus"])


def test_a_certificate_that_siasn_finds_too_large_is_told_in_its_words(siasn, tmp_path):
    large = PDF + b"x" * 1024 * 1024
    digest = hashlib.sha256(large).hexdigest()
    (tmp_path / f"{digest}.pdf").write_bytes(large)
    with pytest.raises(AdapterError, match="remote.written") as caught:
        push_once(siasn, credit(evidence=digest), evidence_folder=str(tmp_path), upload_most_kb="2048")
    assert "(Ukuran file melebihi batas)" in explain(caught.value)
    assert len(siasn.records["kursus"]) == 1


def test_an_upload_that_broke_is_tried_again(siasn, evidence):
    siasn.fail("upload-dok-rw", "drop_after", "busy")
    push_once(siasn, credit(evidence=DIGEST), evidence_folder=evidence)
    assert len({document["id_riwayat"] for document in siasn.documents}) == 1


def test_a_certificate_that_cannot_go_along_is_told_before_sending(siasn, tmp_path):
    for content, note in (
        (b"%PDF-" + b"x" * 2048, "3 KiB, batasnya 1 KiB"),
        (b"gambar", "bukan PDF"),
        (None, "tidak ada"),
    ):
        digest = hashlib.sha256(content or b"").hexdigest()
        if content is not None:
            (tmp_path / f"{digest}.pdf").write_bytes(content)
        connection = siasn.connection(evidence_folder=str(tmp_path), upload_most_kb="1")
        assert note in notes_of(SiasnPush().prepare(credit(evidence=digest), connection))[-1]
        push_once(siasn, credit(evidence=digest), evidence_folder=str(tmp_path), upload_most_kb="1")
    assert not siasn.documents


def test_a_certificate_with_another_content_than_its_evidence_is_not_sent(siasn, evidence, tmp_path):
    (tmp_path / DIGEST[:2] / f"{DIGEST}.pdf").write_bytes(PDF + b"!")
    assert code_of(lambda: push_once(siasn, credit(evidence=DIGEST), evidence_folder=evidence)) == (
        "siasn.certificate_changed"
    )
    assert not siasn.records["kursus"]


def test_no_nip_and_no_secret_is_in_a_log(siasn, caplog):
    with caplog.at_level(logging.DEBUG):
        push_once(siasn, credit())
        siasn.fail("kursus/save", "refuse")
        assert code_of(lambda: push_once(siasn, credit(title="Lain", certificate=""))) == "siasn.refused"
    said = " ".join(record.getMessage() for record in caplog.records)
    assert not [word for word in (ANI, "palsu", "token-") if word in said]


def test_the_adapter_says_what_it_can_do():
    assert (ADAPTER.push is not None, ADAPTER.pull is not None, ADAPTER.check is not None) == (True, True, True)
    secret = {option.name for option in ADAPTER.options if option.secret}
    assert secret == {"consumer_key", "consumer_secret", "sso_username", "sso_password", "sso_token"}


def test_a_file_for_simpeg_has_the_exact_body_and_the_person(siasn):
    push = SiasnPush()
    prepared = push.prepare(credit(jp=1250, evidence=DIGEST), siasn.connection())
    record, row = push.record_for_file(prepared), push.row_for_file(prepared)

    assert (record["nip"], record["path"], record["body"]) == (ANI, "kursus/save", prepared.body)
    assert (row["NIP"], row["Jumlah jam"], row["JP diakui"]) == (ANI, 12, "12,5")
    assert (row["Jenis diklat"], row["Tanggal mulai"]) == ("Bimbingan Teknis", "12-11-2026")
    assert list(row) == list(push.row_for_file(push.prepare(credit(bkn=1), siasn.connection(structural="*=8"))))
