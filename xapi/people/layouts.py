"""The layout of a roster: which of its columns is the NIP, the name, the OPD …, guessed, chosen or remembered."""

from collections.abc import Sequence

from xapi.sheet_layout import Known, Layout, read_pairs

#: What a roster can say, with the headers that offices give it, the best first (BPS, Sleman, Kaltim, SIASN, Excel).
NAMES: dict[str, tuple[str, ...]] = {
    "nip": ("NIP", "NIP Baru", "NIP/NI PPPK", "NIP/NIPPPK", "NIP / NI PPPK", "NIP Peserta", "NIP Pegawai", "NI PPPK",
            "NIPPPK", "No NIP", "Nomor Induk Pegawai", "Employee Number", "Employee ID"),
    "name": ("Nama", "Nama Lengkap", "Nama Pegawai", "Nama ASN", "Nama Peserta", "Name", "Full Name"),
    "opd": ("OPD", "Perangkat Daerah", "Nama OPD", "SKPD", "Nama SKPD", "Unit Kerja", "Satuan Kerja", "Satker",
            "Unit Organisasi", "Unor", "Nama Unor", "Instansi Kerja", "Satuan Organisasi", "Agency", "Unit",
            "Nama Unit Eselon 2", "Unit Eselon 2", "Kode Unit Eselon 2"),
    "status": ("Status", "Status Pegawai", "Status Kepegawaian", "Status ASN", "Jenis ASN", "Jenis Pegawai",
               "Kedudukan Pegawai", "Employment Status"),
    "position": ("Jabatan", "Nama Jabatan", "Position", "Job Title"),
    "grade": ("Golongan", "Gol", "Gol/Ruang", "Golongan/Ruang", "Gol. Ruang", "Pangkat/Golongan", "Pangkat Gol",
              "Pangkat/Gol.Ruang", "Golongan Terakhir", "Grade"),
    "unit": ("Sub Satuan Organisasi", "Bidang", "Bagian", "Seksi", "Subbidang", "Sub Bidang", "Nama Unit Eselon 3",
             "Sub Unit", "Division"),
    "unit_code": ("Kode Unit Eselon 3", "Kode Unit Eselon 2", "Kode Unit", "Kode Unit Kerja", "Kode OPD", "Kode SKPD",
                  "Kode Satker", "Kode Unor", "Unit Code"),
    "start": ("Tanggal mulai", "Mulai", "TMT", "TMT Jabatan", "TMT Golongan", "Berlaku Mulai", "Start Date",
              "Valid From", "Start"),
    "end": ("Tanggal selesai", "Selesai", "Berlaku Sampai", "Sampai", "Tanggal Berhenti", "End Date", "Valid To",
            "End"),
}  # fmt: skip
TITLES = {
    "nip": "NIP", "name": "Nama", "opd": "OPD", "status": "Status", "position": "Jabatan", "grade": "Golongan",
    "unit": "Unit", "unit_code": "Kode unit", "start": "Tanggal mulai", "end": "Tanggal selesai",
}  # fmt: skip
REQUIRED = ("nip", "name", "opd", "status")
SETTABLE = ("opd", "status", "position", "grade", "unit", "unit_code")
#: Instead of a status: what the shape of the NIP suggests, where it suggests something.
BY_NIP = "NIP"
ROSTER = Known(names=NAMES, titles=TITLES, required=REQUIRED, settable=SETTABLE)


def read_layout(columns: Sequence[str], fixed: Sequence[str]) -> Layout:
    """The layout of `FIELD=HEADER` and `FIELD=VALUE`, as they are typed; raises SheetError for any other field."""
    return Layout(read_pairs(columns, tuple(NAMES), TITLES), read_pairs(fixed, SETTABLE, TITLES))
