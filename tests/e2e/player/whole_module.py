"""A module folder with all that a module can have: every kind of question, a pool, a recording, a document, many pages.

Text enough that the pages after the first come as files of their own. Twelve points; the pool gives two of them.
"""

import shutil
from importlib import resources
from pathlib import Path
from typing import Any

from tests.unit.scorm_packager.office_files import pdf

TITLES = ("Mendengar warga", "Asas dan aturan", "Kata sendiri", "Latihan", "Suara dan surat")
MINUTES = 30
SETTINGS = f"""id = "uji-segala"
judul = "Melayani dengan mendengar"
versi = "1.0.0"
jp = 1.5
bentuk = "e-learning"
kompetensi = "Melayani warga"
kelulusan = 70
penulis = ["Tim"]
instansi = "Dinas Contoh"
deskripsi = "Semua jenis soal dan media."
menit = {MINUTES}
tonton = 80
"""
TEXT = "Pelayanan yang mendengar warga dimulai dari telinga, bukan dari meja.\n\n" * 12
PAGES = (
    """![Loket pelayanan](gambar/loket.svg)

::: soal pilihan #pilih nilai=2 percobaan=3
Apa yang dilakukan dahulu bila warga mengadu?

- [ ] Dimarahi
- [x] Didengar
- [ ] Dicatat
:::
""",
    """::: soal pilihan-jamak #jamak acak
Mana yang benar?

- [ ] Dimarahi
- [x] Didengar
- [x] Dicatat
:::

::: soal benar-salah #benar
Layanan boleh berbeda menurut kedudukan.

= salah
:::

::: soal jodohkan #pasang
Jodohkan daerah dengan ibu kotanya.

- Bali => Denpasar
- Maluku => Ambon
- => Medan
:::

::: soal urutkan #urut nilai=2
Urutkan penanganan pengaduan.

1. Terima
2. Periksa
3. Jawab
:::
""",
    """::: soal isian #isi
Kepanjangan SPM?

= Standar Pelayanan Minimal
:::

::: soal angka #angka satuan="°C"
Suhu simpan?

= 20.5 ± 0.5
:::

::: soal uraian #asas
Sebutkan dua asas pelayanan.

= transparan | transparansi
= akuntabel | akuntabilitas
:::

::: soal uraian #cerita minimal=3
Ceritakan satu pengaduan.

Contoh: Warga mengeluh antrean lama.
:::

::: soal skala #skala
Modul ini membantu.

- Tidak setuju
- Ragu-ragu
- Setuju
:::
""",
    """::: soal bank #bank ambil=2
soal/bank.gift
:::
""",
    """![Cerita](audio/nada.mp3)

![Surat edaran](dokumen/edaran.pdf)
""",
)
BANK = "".join(f"::b{number}::Warga nomor {number} berhak dilayani.{{T}}\n\n" for number in range(1, 6))
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"><rect width="9" height="4" fill="#0b5a68"/></svg>'
#: A right response to each question, as the player holds it; `bank` stands for what the pool gives.
RIGHT: dict[str, Any] = {
    "pilih": 1,
    "jamak": [1, 2],
    "benar": False,
    "pasang": [0, 1],
    "urut": [0, 1, 2],
    "isi": "standar  pelayanan minimal",
    "angka": "20,8",
    "asas": "Transparansi, lalu akuntabilitas.",
    "cerita": "Antrean di loket terlalu lama.",
    "skala": 2,
    "bank": True,
}


def write_whole_module(folder: Path) -> Path:
    """The module, written to `folder`."""
    for name in ("isi", "gambar", "audio", "dokumen", "soal"):
        (folder / name).mkdir(parents=True)
    (folder / "modul.toml").write_text(SETTINGS, encoding="utf-8")
    for number, (title, body) in enumerate(zip(TITLES, PAGES, strict=True), 1):
        (folder / "isi" / f"{number:02}-halaman.md").write_text(f"# {title}\n\n{TEXT}{body}", encoding="utf-8")
    (folder / "gambar" / "loket.svg").write_text(PICTURE, encoding="utf-8")
    (folder / "soal" / "bank.gift").write_text(BANK, encoding="utf-8")
    (folder / "dokumen" / "edaran.pdf").write_bytes(pdf(["Lembar satu", "Lembar dua"], box="0 0 300 200"))
    template = resources.files("scorm_packager") / "template" / "audio"
    for name in ("nada.mp3", "nada.md"):
        with resources.as_file(template / name) as source:
            shutil.copyfile(source, folder / "audio" / name)
    return folder
