"""A prepared record as a file tells it, for the institution's own SIMPEG to send: the exact body, and a row in words.

SIMPEG knows its people by NIP, so both have it; `pnsOrangId` is for SIMPEG to fill in.
"""

from collections.abc import Mapping

from adapters.remote import Prepared
from adapters.siasn.bodies import day_text, jp_text
from adapters.siasn.references import DIKLAT, KINDS, STRUCTURAL_TRAINING, record_of


def record_for_file(prepared: Prepared) -> dict[str, object]:
    """What a program of the institution needs: to whom (`nip`), where (`path`), and the exact `body`."""
    credit = prepared.credit
    return {
        "key": prepared.key,
        "nip": credit.nip,
        "path": record_of(credit.bkn).save,
        "document": record_of(credit.bkn).document,
        "evidence": credit.evidence,
        "body": dict(prepared.body),
    }


def row_for_file(prepared: Prepared) -> Mapping[str, object]:
    """The record by titles of columns, as people read and type it; numbers that are long or begin with 0 are texts."""
    credit, body = prepared.credit, prepared.body
    kind = KINDS.get(credit.bkn or 0)
    structural = str(body.get("latihanStrukturalId") or "")
    return {
        "NIP": credit.nip,
        "Nama": credit.name,
        "Jenis riwayat": "diklat struktural" if record_of(credit.bkn) is DIKLAT else "kursus",
        "ID jenis diklat": str(credit.bkn or ""),
        "Jenis diklat": kind.name if kind else "",
        "ID latihan struktural": structural,
        "Latihan struktural": STRUCTURAL_TRAINING.get(structural, ""),
        "Nama kegiatan": credit.title,
        "Penyelenggara": credit.organiser,
        "Nomor sertifikat": credit.certificate,
        "Tanggal mulai": day_text(credit.first),
        "Tanggal selesai": day_text(credit.last),
        "Tahun": credit.year,
        "Jumlah jam": body.get("jumlahJam"),
        "JP diakui": jp_text(credit.jp),
        "SHA-256 sertifikat": credit.evidence,
        "Kunci": prepared.key,
    }
