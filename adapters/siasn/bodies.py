"""From an accepted credit to the body of `kursus/save` or `diklat/save`, as the public SDKs show them.

The person is left open (`pnsOrangId`): BKN's number of a person is looked up when the record is sent.
"""

from collections.abc import Mapping
from datetime import date

from adapters.errors import AdapterError
from adapters.remote import N_, AcceptedCredit, Prepared
from adapters.siasn.evidence import certificate
from adapters.siasn.options import Choices
from adapters.siasn.references import DIKLAT, KINDS, STRUCTURAL_TRAINING, record_of

HUNDREDTHS = 100
Note = tuple[str, Mapping[str, object]]
ROUNDED = {
    "down": N_("%(jp)s JP dikirim sebagai %(hours)s jam: dibulatkan ke bawah, karena SIASN menerima bilangan bulat."),
    "nearest": N_(
        "%(jp)s JP dikirim sebagai %(hours)s jam: dibulatkan ke terdekat, karena SIASN menerima bilangan bulat."
    ),
    "up": N_("%(jp)s JP dikirim sebagai %(hours)s jam: dibulatkan ke atas, karena SIASN menerima bilangan bulat."),
}


def prepare(credit: AcceptedCredit, choices: Choices) -> Prepared:
    """The record of `credit`; asks nobody.

    Raises AdapterError: `siasn.no_kind` when BKN has no jenisDiklat for the form, `siasn.no_hours` when less than an
    hour is left after rounding, `siasn.structural_unknown`, `siasn.certificate_changed`.
    """
    if credit.bkn not in KINDS:
        raise AdapterError("siasn.no_kind", credit.form, form=credit.form)
    hours = whole_hours(credit.jp, choices.rounding)
    if hours == 0:
        raise AdapterError("siasn.no_hours", str(credit.jp), jp=jp_text(credit.jp))
    notes: list[Note] = [_hours_note(credit.jp, hours, choices.rounding)]
    if record_of(credit.bkn) is DIKLAT:
        body = _diklat(credit, hours, choices)
        named = STRUCTURAL_TRAINING[str(body["latihanStrukturalId"])]
        notes.append((N_("Dikirim sebagai riwayat diklat struktural: %(name)s."), {"name": named}))
    else:
        body = _kursus(credit, hours, choices)
        if not choices.instansi_id:
            notes.append((N_("instansi_id belum diisi; tanpa itu riwayat kursus tidak dikirim."), {}))
    if not credit.organiser:
        notes.append((N_("Tanpa nama penyelenggara."), {}))
    if not credit.certificate:
        notes.append((N_("Tanpa nomor sertifikat."), {}))
    notes += _evidence_notes(credit, choices)
    return Prepared(credit=credit, key=credit.statement, body=body, notes=notes)


def whole_hours(jp: int, rounding: str) -> int:
    """`jp` hundredths as whole hours: rounded `down`, to the `nearest` (a half goes up), or `up`."""
    added = {"down": 0, "nearest": HUNDREDTHS // 2, "up": HUNDREDTHS - 1}[rounding]
    return (jp + added) // HUNDREDTHS


def _kursus(credit: AcceptedCredit, hours: int, choices: Choices) -> dict[str, object]:
    return {
        "id": None,
        "instansiId": choices.instansi_id,
        "institusiPenyelenggara": credit.organiser,
        "jenisDiklatId": str(credit.bkn),
        "jenisKursus": "",
        "jenisKursusSertipikat": KINDS[credit.bkn or 0].certificate,
        "jumlahJam": hours,
        "lokasiId": choices.location_id,
        "namaKursus": credit.title,
        "nomorSertipikat": credit.certificate,
        "path": [],
        "pnsOrangId": None,
        "tahunKursus": credit.year,
        "tanggalKursus": day_text(credit.first),
        "tanggalSelesaiKursus": day_text(credit.last),
    }


def _diklat(credit: AcceptedCredit, hours: int, choices: Choices) -> dict[str, object]:
    training = choices.structural_id(credit.title)
    if training is None:
        raise AdapterError("siasn.structural_unknown", credit.title, title=credit.title)
    return {
        "bobot": 0,
        "id": None,
        "institusiPenyelenggara": credit.organiser,
        "jenisKompetensi": "",
        "jumlahJam": hours,
        "latihanStrukturalId": training,
        "nomor": credit.certificate,
        "path": [],
        "pnsOrangId": None,
        "tahun": credit.year,
        "tanggal": day_text(credit.first),
        "tanggalSelesai": day_text(credit.last),
    }


def day_text(day: date) -> str:
    """`day` as SIASN writes it, `20-11-2026`."""
    return f"{day.day:02d}-{day.month:02d}-{day.year:04d}"


def jp_text(jp: int) -> str:
    """Hundredths of JP as people read them, `12,5`."""
    whole, rest = divmod(jp, HUNDREDTHS)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",")


def _hours_note(jp: int, hours: int, rounding: str) -> Note:
    params = {"jp": jp_text(jp), "hours": hours}
    if jp == hours * HUNDREDTHS:
        return N_("%(jp)s JP dikirim sebagai %(hours)s jam, tanpa pembulatan."), params
    return ROUNDED[rounding], params


def _evidence_notes(credit: AcceptedCredit, choices: Choices) -> list[Note]:
    if not credit.evidence or choices.upload == "off":
        return []
    found = certificate(choices.evidence_folder, credit.evidence, choices.most_bytes)
    return [(found.note, found.params)]
