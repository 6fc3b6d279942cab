"""The year of the kabupaten as a file that SiPetis can load: sums per OPD, people, and their accepted credits."""

from collections.abc import Mapping
from typing import Any

from adapters.bangkom_files import BangkomExchange
from adapters.remote import AcceptedCredit, Connection
from adapters.yearly import FileColumn, FileTable, YearBook, YearFile, YearPerson
from xapi.alphabet import alphabetical, person_order

FORMAT = "jampel.recap"
_OPD = (
    FileColumn("opd", "Perangkat Daerah"), FileColumn("employees", "Jumlah Pegawai", "count"),
    FileColumn("met", "Terpenuhi", "count"), FileColumn("unmet", "Belum Terpenuhi", "count"),
    FileColumn("share_met", "Persentase", "percent"), FileColumn("jp", "Total JP", "jp"),
    FileColumn("average", "Rata-rata JP", "jp"),
)  # fmt: skip
_PERSON = (
    FileColumn("nip", "NIP"), FileColumn("name", "Nama"), FileColumn("opd", "Perangkat Daerah"),
    FileColumn("status", "Status"), FileColumn("jp", "JP Diterima", "jp"), FileColumn("target", "Target JP", "jp"),
    FileColumn("met_text", "Capaian"),
)  # fmt: skip
_CREDIT = (
    FileColumn("nip", "NIP"), FileColumn("name", "Nama"), FileColumn("opd", "Perangkat Daerah"),
    FileColumn("title", "Kegiatan"), FileColumn("organiser", "Penyelenggara"), FileColumn("form", "Bentuk"),
    FileColumn("first", "Tanggal Mulai"), FileColumn("last", "Tanggal Selesai"), FileColumn("jp", "JP Diterima", "jp"),
    FileColumn("certificate", "Nomor Sertifikat"), FileColumn("evidence", "SHA-256 Sertifikat"),
    FileColumn("key", "Kunci"),
)  # fmt: skip
_RULES = (FileColumn("name", "Keterangan"), FileColumn("value", "Isi"))
_PERCENT = 10_000


class SipetisExchange(BangkomExchange):
    """Reads bangkom files of OPDs, and writes the recap of a year (`YearWriter`)."""

    def year_file(self, book: YearBook, connection: Connection) -> YearFile:
        """As in `YearWriter`: each credit has a key that stays, so that loading a file twice adds nothing."""
        opd_of = {one.nip: one.opd for one in book.people if one.nip}
        opds = [
            _opd_row(name, people)
            for name, people in sorted(_by_opd(book).items(), key=lambda one: alphabetical(one[0]))
        ]
        people = [
            _person_row(one)
            for one in sorted(book.people, key=lambda one: person_order(one.opd, one.name, one.nip))
            if one.nip
        ]
        credits = [_credit_row(one, opd_of[one.nip]) for one in book.credits if one.nip in opd_of]
        about = {"institution": book.institution, "year": book.year, "rules": _rules(book)}
        return YearFile(
            tables=(
                FileTable("Rekap OPD", _OPD, opds),
                FileTable("Pegawai", _PERSON, people),
                FileTable("Kredit", _CREDIT, credits),
                FileTable("Aturan", _RULES, _about_rows(book)),
            ),
            value={
                "format": FORMAT, "version": 1, **about, "opd": opds,
                "people": [{**row, "met": row["met_text"] == _word(met=True)} for row in people],
                "credits": credits,
            },
            personal=True,
        )  # fmt: skip


def _by_opd(book: YearBook) -> dict[str, list[YearPerson]]:
    found: dict[str, list[YearPerson]] = {}
    for one in book.people:
        found.setdefault(one.opd, []).append(one)
    return found


def _opd_row(name: str, people: list[YearPerson]) -> dict[str, object]:
    """The sums of an OPD; share and average are rounded down, as in the audit."""
    met, jp = sum(one.met for one in people), sum(one.jp for one in people)
    return {
        "opd": name,
        "employees": len(people),
        "met": met,
        "unmet": len(people) - met,
        "share_met": met * _PERCENT // len(people),
        "jp": jp,
        "average": jp // len(people),
    }


def _person_row(one: YearPerson) -> dict[str, Any]:
    return {
        "nip": one.nip, "name": one.name, "opd": one.opd, "status": one.status, "jp": one.jp, "target": one.target,
        "met_text": _word(met=one.met),
    }  # fmt: skip


def _word(*, met: bool) -> str:
    return "Terpenuhi" if met else "Belum Terpenuhi"


def _credit_row(one: AcceptedCredit, opd: str) -> dict[str, object]:
    return {
        "nip": one.nip, "name": one.name, "opd": opd, "title": one.title, "organiser": one.organiser,
        "form": one.form, "first": one.first.isoformat(), "last": one.last.isoformat(), "jp": one.jp,
        "certificate": one.certificate, "evidence": one.evidence, "key": one.statement,
    }  # fmt: skip


def _rules(book: YearBook) -> Mapping[str, str]:
    return {"version": book.rules_version, "hash": book.rules_hash}


def _about_rows(book: YearBook) -> list[dict[str, object]]:
    told = {
        "Instansi": book.institution,
        "Tahun": str(book.year),
        "Versi aturan": book.rules_version,
        "Sidik aturan": book.rules_hash,
    }
    return [{"name": name, "value": value} for name, value in told.items()]
