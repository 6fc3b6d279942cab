"""The audit's words for people: fates, sources, reasons, and numbers as they are written in each language."""

from collections.abc import Mapping
from typing import Literal

from xapi.words import translate

Language = Literal["id", "en"]


def N_(text: str) -> str:
    """Marks `text` for the catalogue."""
    return text


FATES: Mapping[str, str] = {
    "counted": N_("dihitung"),
    "same activity": N_("kegiatan yang sama sudah dihitung tahun ini"),
    "same certificate": N_("nomor sertifikat yang sama sudah dihitung tahun ini"),
    "month cap": N_("melewati batas kegiatan per bulan"),
    "day cap": N_("dikurangi batas JP per hari"),
    "year cap": N_("dikurangi batas JP per tahun untuk status ini"),
    "not approved": N_("tidak dihitung: belum atau tidak disetujui"),
    "matched": N_("tidak dihitung: catatan LMS untuk kegiatan ini yang dihitung"),
    "held": N_("ditahan: menunggu bukti implementasi disahkan"),
    "voided": N_("dibatalkan"),
}
SOURCES: Mapping[str, str] = {
    "launch": N_("belajar lewat LMS (peluncuran)"),
    "lms_record": N_("catatan LMS"),
    "sheet": N_("daftar hadir"),
    "package": N_("paket modul"),
    "foreign": N_("sistem lain"),
    "review": N_("keputusan petugas"),
}
REASONS: Mapping[str, str] = {
    "unreadable": N_("Isi pernyataan tidak terbaca."),
    "jp": N_("JP bukan bilangan bulat perseratus JP antara 0 dan 1.000.000."),
    "days": N_("Jumlah hari bukan bilangan bulat 1 sampai 366."),
    "quantity": N_("Jumlah bulan atau semester bukan bilangan bulat 1 sampai 60."),
    "form": N_("Bentuk pengembangan kompetensi tidak disebut."),
    "form_unknown": N_("Bentuk pengembangan kompetensi tidak ada dalam tabel aturan."),
    "no_rule": N_("Tidak ada tabel aturan yang berlaku pada tanggal ini."),
    "timestamp": N_("Waktu pernyataan tidak terbaca."),
    "in_future": N_("Waktu pernyataan lebih baru daripada waktu diterima."),
    "actor_unknown": N_("Pelaku bukan nama samaran pegawai instansi ini."),
    "object": N_("Objek pernyataan bukan kegiatan."),
    "international": N_("Tanda internasional bukan benar atau salah."),
    "certificate": N_("Nomor sertifikat bukan teks pendek."),
    "awaits": N_("Tanda menunggu implementasi bukan benar atau salah."),
    "time_zone": N_("Zona waktu bukan WIB, WITA, WIT, atau nama zona IANA."),
    "duration": N_("Durasi negatif, tidak terbaca, atau lebih dari setahun; JP tetap dihitung."),
    "release_untrusted": N_("Bukti implementasi tidak berasal dari catatan LMS."),
    "release_object": N_("Bukti implementasi tidak menyebut kegiatan yang ditunggunya."),
    "review_untrusted": N_("Peninjauan tidak ditulis oleh alat ini untuk validator yang masuk."),
    "review_object": N_("Peninjauan tidak menunjuk sebuah pernyataan."),
    "review_status": N_("Status peninjauan tidak dikenal."),
    "void_ignored": N_("Pembatalan oleh sumber yang tidak berwenang diabaikan."),
}
UNITS: Mapping[str, str] = {
    "hari": N_("hari"),
    "kali": N_("kali"),
    "bulan": N_("bulan"),
    "semester": N_("semester"),
    "jp": N_("JP"),
}
LIMITED_WORD = N_("pemrosesan dibatasi")
LIMITED_NOTE = N_(
    "Pemrosesan data orang ini dibatasi (UU 27/2022 pasal 11 dan 41): yang dicatat sebelumnya terhitung, sesudahnya "
    "tidak ada yang dicatat atau diputuskan."
)
MET: Mapping[bool, str] = {True: N_("Terpenuhi"), False: N_("Belum Terpenuhi")}


def word(table: Mapping[str, str], key: str, language: str) -> str:
    """The words for `key` of one of the tables above; the key itself when the table lacks it."""
    return translate("xapi", language, table[key]) if key in table else key


def met(flag: object, language: str) -> str:
    """Terpenuhi or Belum Terpenuhi."""
    return translate("xapi", language, MET[bool(flag)])


def number(hundredths: int, language: str) -> str:
    """Hundredths as a decimal: `1.234,50` in Indonesian, `1,234.50` in English."""
    sign, size = ("-" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{whole(size // 100, language)}{',' if language == 'id' else '.'}{size % 100:02d}"


def whole(value: int, language: str) -> str:
    """A whole number with its thousands marked: `6.363` in Indonesian, `6,363` in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if language == "id" else text


def plain(hundredths: int) -> str:
    """Hundredths as programs read them: `12.50`."""
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def day_text(day: int, language: str) -> str:
    """`yyyymmdd` as people write it: `14/08/2023`, or `2023-08-14` in English."""
    year, month, number_of_day = day // 10000, day // 100 % 100, day % 100
    if language == "id":
        return f"{number_of_day:02d}/{month:02d}/{year}"
    return f"{year}-{month:02d}-{number_of_day:02d}"
