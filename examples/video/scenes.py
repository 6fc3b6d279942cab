"""The scenes of the three example videos: a drawing, the words on the screen and the seconds they stay."""

from dataclasses import dataclass

import drawings as d


@dataclass(frozen=True)
class Scene:
    """One still: `heading` above, `art` in the middle, `lines` (at most two) below, for `seconds` seconds.

    `seen` says in a sentence what the drawing shows; it goes into the transcript.
    """

    heading: str
    art: str
    lines: tuple[str, ...]
    seconds: float
    seen: str


@dataclass(frozen=True)
class Film:
    """A video: the module's folder, the file's name without ending, its title and its scenes."""

    module: str
    name: str
    title: str
    scenes: tuple[Scene, ...]


def _pair(heading: str, bad: tuple[str, str, str], good: tuple[str, str, str]) -> tuple[Scene, Scene]:
    """A point of friction and then its cure; each is (art, line, what is seen)."""
    return (
        Scene(heading, bad[0] + d.box(0, 388, 854, 92, d.RED, 0), (bad[1],), 3.8, bad[2]),
        Scene(heading, good[0] + d.box(0, 388, 854, 92, d.TEAL, 0), (good[1],), 4.2, good[2]),
    )


COAST = d.shore()
JOURNEY = Film(
    "pelayanan-publik-prima",
    "perjalanan-warga",
    "Satu perjalanan, lima titik gesekan",
    (
        Scene(
            "Satu surat, satu penyeberangan",
            d.sea() + d.island(110) + d.office(640) + d.boat(370, 318, d.mother(0, -10)),
            ("Seorang ibu menyeberang laut", "untuk mengurus satu surat."),
            5.0,
            "Seorang ibu di atas perahu, antara pulau kecil dan kantor pelayanan.",
        ),
        *_pair(
            "1  Tahu",
            (
                COAST + d.mother(430, 345, "cemas") + d.person(600, 345, d.TEAL),
                "✗ Kabar lama dari tetangga",
                "Dua warga bercakap-cakap; wajah si ibu cemas.",
            ),
            (
                COAST + d.mother(430, 345, "senang") + d.paper(640, 250, 4, "benar"),
                "✓ Info terbaru di kantor desa",
                "Si ibu tersenyum di depan lembar informasi.",
            ),
        ),
        *_pair(
            "2  Siap",
            (
                d.mother(260, 360, "cemas") + d.paper(480, 250, 2) + d.words(600, 280, "?", 120, d.RED),
                "✗ Syarat tidak jelas",
                "Selembar kertas dengan tanda tanya besar.",
            ),
            (
                d.mother(260, 360, "senang") + d.paper(480, 250, 5, "benar") + d.phone(640, 250, "Lengkap"),
                "✓ Daftar centang, foto diperiksa dulu",
                "Daftar centang dan ponsel bertuliskan lengkap.",
            ),
        ),
        *_pair(
            "3  Datang",
            (
                d.office(200, 350) + d.mother(470, 350, "cemas") + d.clock(660, 240, 8.1),
                "✗ Pemeriksa belum hadir",
                "Si ibu di depan kantor; jam menunjukkan pukul delapan.",
            ),
            (
                d.office(200, 350)
                + d.mother(450, 350, "senang")
                + d.person(540, 350, d.NAVY, "senang")
                + d.clock(700, 240, 8.1),
                "✓ Jadwal mengikuti perahu",
                "Petugas menyambut si ibu pada jam yang sama.",
            ),
        ),
        *_pair(
            "4  Diproses",
            (
                d.mother(240, 360, "cemas") + d.paper(430, 250, 4, "salah") + d.person(620, 360, d.NAVY),
                "✗ Ditolak karena satu lembar",
                "Petugas mengembalikan berkas bertanda silang.",
            ),
            (
                d.mother(240, 360, "senang") + d.paper(430, 250, 4, "benar") + d.person(620, 360, d.NAVY, "senang"),
                "✓ Kekurangan dilengkapi di tempat",
                "Berkas yang sama kini bertanda centang.",
            ),
        ),
        *_pair(
            "5  Selesai",
            (
                COAST + d.mother(450, 345, "cemas") + d.clock(640, 220, 11.5),
                "✗ Menunggu tanpa kabar",
                "Si ibu menunggu di tepi pantai; jarum jam berputar.",
            ),
            (
                COAST + d.mother(450, 345, "senang") + d.phone(640, 230, "Jadi!"),
                "✓ Pesan saat surat jadi",
                "Ponsel menampilkan pesan: jadi.",
            ),
        ),
        Scene(
            "Ukuran yang jujur",
            d.bars(300, 340, [("dulu", 210, d.RED), ("kini", 70, d.TEAL)])
            + d.words(342, 120, "3 ×", 36, d.RED, bold=True)
            + d.words(462, 260, "1 ×", 36, d.TEAL, bold=True),
            ("Hitung berapa kali warga", "harus datang untuk satu urusan."),
            6.0,
            "Dua batang: dahulu tiga kali datang, kini satu kali.",
        ),
    ),
)

FORMULA = d.words(427, 190, "es = berat × 0,8 × selisih suhu ÷ 80", 36, d.NAVY, bold=True)
NIGHT = d.box(0, 70, 854, 330, "#1d3b5c", 0) + '<circle cx="700" cy="140" r="34" fill="#ffe9a8"/>' + d.sea(330, 10)
FILL = (
    ("alas es", ["es"]),
    ("selapis ikan", ["es", "ikan"]),
    ("es pengisi celah", ["es", "ikan", "es"]),
    ("ikan lagi", ["es", "ikan", "es", "ikan"]),
    ("es penutup", ["es", "ikan", "es", "ikan", "es"]),
)
ICE = Film(
    "penanganan-hasil-laut",
    "es-dan-ikan",
    "Menghitung dan menyusun es",
    (
        Scene(
            "Perlombaan dimulai",
            NIGHT + d.boat(420, 326, d.fish(-60, -34) + d.fish(0, -28)),
            ("Begitu ikan mati, waktu dan suhu", "mulai menurunkan mutunya."),
            5.0,
            "Perahu berisi ikan di laut pada malam hari.",
        ),
        Scene(
            "Dari 28 °C ke 0 °C",
            d.thermometer(300, 340, 28) + d.fish(480, 240, 2.0),
            ("Ikan naik pada suhu sekitar 28 °C.",),
            3.6,
            "Termometer di samping ikan menunjukkan 28 derajat.",
        ),
        Scene(
            "Dari 28 °C ke 0 °C",
            d.thermometer(300, 340, 0) + d.fish(480, 240, 2.0),
            ("Sasarannya sedekat mungkin dengan 0 °C.",),
            4.0,
            "Termometer turun sampai 0 derajat.",
        ),
        Scene(
            "Hitung esnya",
            FORMULA,
            ("Kalikan berat, 0,8, dan selisih suhu,", "lalu bagi 80."),
            6.0,
            "Rumus kebutuhan es tertulis besar.",
        ),
        Scene(
            "Hitung esnya",
            FORMULA + d.words(427, 280, "50 × 0,8 × 28 ÷ 80 = 14 kg", 40, d.RED, bold=True),
            ("Untuk 50 kg ikan: 14 kg es,", "baru untuk mendinginkannya."),
            6.0,
            "Hitungan contoh: 14 kilogram.",
        ),
        Scene(
            "Tambahkan yang hilang",
            d.bars(250, 340, [("dingin", 210, d.NAVY), ("hilang", 90, d.TEAL), ("cadangan", 60, d.AMBER)])
            + d.words(292, 120, "14", 34)
            + d.words(412, 240, "6", 34)
            + d.words(532, 270, "4", 34),
            ("Es juga meleleh oleh panas luar.", "14 + 6 + 4 = 24 kg (angka contoh)."),
            7.0,
            "Tiga batang: 14 untuk mendinginkan, 6 yang hilang, 4 cadangan.",
        ),
        *(
            Scene("Susun berlapis", d.chest(277, 370, layers), (f"{number}. {name}",), 2.2, f"Peti berisi: {name}.")
            for number, (name, layers) in enumerate(FILL, 1)
        ),
        Scene(
            "Susun berlapis",
            d.chest(277, 370, FILL[-1][1], closed=True),
            ("Tutup rapat, simpan di tempat teduh.",),
            3.4,
            "Peti ditutup rapat.",
        ),
        Scene(
            "Empat kata",
            d.words(427, 180, "dingin  •  bersih", 52, d.NAVY, bold=True)
            + d.words(427, 270, "cepat  •  lembut", 52, d.TEAL, bold=True),
            ("Es bekerja lewat sentuhan:", "pecahan kecil, berlapis, tertutup."),
            5.4,
            "Empat kata kunci.",
        ),
    ),
)

STORM = d.box(0, 70, 854, 330, "#cfd9e3", 0) + d.island(140, 340) + d.sea(330, 46)
ADAPT = Film(
    "berakhlak-adaptif",
    "empat-langkah",
    "Dari kaget menjadi siap: empat langkah adaptif",
    (
        Scene(
            "Penyeberangan ditutup",
            STORM + d.boat(620, 330),
            ("Ombak tinggi. Tiga puluh dua warga", "menunggu di pulau seberang."),
            5.6,
            "Perahu tertahan di tengah ombak tinggi; pulau di kejauhan.",
        ),
        Scene(
            "1  Lihat tandanya",
            d.shore() + d.person(460, 345, d.NAVY) + d.clock(660, 220, 5.75),
            ("Musim angin, pertanyaan berulang,", "surat pemberitahuan: perubahan bertanda."),
            6.4,
            "Petugas memandang laut; jam menunjukkan pukul enam kurang seperempat.",
        ),
        Scene(
            "2  Siapkan: jika – maka",
            d.paper(250, 230, 5)
            + d.words(360, 200, "JIKA", 44, d.RED, "start", True)
            + d.words(490, 200, "laut ditutup", 38, d.INK, "start"),
            ("Tulis pemicu yang terlihat.",),
            4.4,
            "Selembar rencana dengan kata jika.",
        ),
        Scene(
            "2  Siapkan: jika – maka",
            d.paper(250, 230, 5, "benar")
            + d.words(360, 200, "JIKA", 44, d.RED, "start", True)
            + d.words(490, 200, "laut ditutup", 38, d.INK, "start")
            + d.words(360, 280, "MAKA", 44, d.TEAL, "start", True)
            + d.words(520, 280, "kabari warga", 38, d.INK, "start"),
            ("Tulis tindakan pertama dan perannya.",),
            5.0,
            "Rencana dilengkapi dengan kata maka.",
        ),
        Scene(
            "3  Coba kecil, lalu ukur",
            d.bars(300, 340, [("sebelum", 112, d.RED), ("sesudah", 196, d.TEAL)])
            + d.words(342, 216, "40%", 34)
            + d.words(462, 132, "70%", 34),
            ("Satu loket, satu minggu, satu ukuran.", "Kecil bila gagal, berguna bila berhasil."),
            7.0,
            "Dua batang: undangan tepat waktu naik dari 40 menjadi 70 persen.",
        ),
        Scene(
            "4  Belajar bersama",
            d.person(250, 350, d.TEAL)
            + d.person(427, 350, d.NAVY, "senang")
            + d.person(604, 350, d.AMBER)
            + d.words(427, 150, "rencana?  nyata?  mengapa?  lain kali?", 32, d.NAVY, bold=True),
            ("Lima belas menit, empat pertanyaan,", "tanpa mencari siapa yang salah."),
            7.0,
            "Tiga pegawai berbincang di bawah empat kata tanya.",
        ),
        Scene(
            "Ingat batasnya",
            d.office(427, 360),
            ("Bila syarat, biaya, tenggat, atau hak berubah:", "bawa kepada pejabat yang berwenang."),
            6.4,
            "Gedung kantor dengan bendera.",
        ),
        Scene(
            "Adaptif",
            d.sea(330, 16)
            + d.island(150, 340)
            + d.boat(520, 326, d.person(-30, -10, d.TEAL, "senang") + d.person(36, -10, d.NAVY, "senang")),
            ("Luwes di cara, teguh di aturan.",),
            5.2,
            "Perahu berangkat kembali dengan dua petugas yang tersenyum.",
        ),
    ),
)

FILMS = (JOURNEY, ICE, ADAPT)
