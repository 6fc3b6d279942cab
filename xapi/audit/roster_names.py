"""Names, offices and positions to make a synthetic roster from: names as given in several regions of Indonesia.

Every combination is made up. No name, position or office here stands for a real person.
"""

GIVEN = {
    "m": (
        ("Agus", "Bambang", "Dwi", "Eko", "Hadi", "Joko", "Slamet", "Sigit"),
        ("Asep", "Cecep", "Dadang", "Ujang", "Yayan"),
        ("I Made", "I Wayan", "I Nyoman", "I Ketut"),
        ("Togar", "Parlindungan", "Binsar", "Poltak"),
        ("Teuku", "Fauzan", "Zulkifli", "Mukhlis"),
        ("Andi", "Baso", "Daeng", "Syamsul"),
        ("Yohanis", "Marthen", "Elia", "Frans"),
        ("Rusli", "Hendra", "Sahrul", "Riski"),
    ),
    "f": (
        ("Sri", "Endang", "Retno", "Wahyuni", "Dewi", "Lestari"),
        ("Neneng", "Euis", "Imas", "Yuyun"),
        ("Ni Made", "Ni Wayan", "Ni Luh", "Ni Ketut"),
        ("Rotua", "Tiurma", "Lamria", "Ester"),
        ("Cut", "Nurhayati", "Safrina", "Maulida"),
        ("Andi Tenri", "Rosmini", "Hasnah", "Nurlina"),
        ("Yosina", "Maria", "Dorkas", "Naomi"),
        ("Fitriani", "Susanti", "Mardiana", "Yulia"),
    ),
}
FAMILY = (
    ("Santoso", "Prasetyo", "Nugroho", "Wibowo", "Raharjo", "Utomo"),
    ("Hidayat", "Gunawan", "Kurniawan", "Permana", "Sutisna"),
    ("Adnyana", "Suardana", "Wirawan", "Parwati", "Sudiarta"),
    ("Sihombing", "Nainggolan", "Simatupang", "Hutabarat", "Panjaitan"),
    ("Abdullah", "Ismail", "Ramli", "Yusuf", "Saputra"),
    ("Mappaseng", "Tenriawaru", "Rahman", "Pallawa", "Sulaiman"),
    ("Wanma", "Rumbiak", "Kaisiepo", "Tahapary", "Leiwakabessy"),
    ("Effendi", "Syahputra", "Oktaviani", "Anwar", "Firmansyah"),
)
OPD = (
    "Dinas Kelautan dan Perikanan",
    "Dinas Pendidikan",
    "Dinas Kesehatan",
    "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
    "Dinas Komunikasi dan Informatika",
    "Dinas Pekerjaan Umum dan Penataan Ruang",
    "Badan Perencanaan Pembangunan Daerah",
    "Dinas Sosial",
    "Dinas Perhubungan",
    "Satuan Polisi Pamong Praja",
    "Dinas Lingkungan Hidup",
    "Inspektorat",
)
POSITIONS = (
    ("Kepala Bidang", "IV/a"),
    ("Kepala Seksi", "III/d"),
    ("Analis Kebijakan Ahli Muda", "III/d"),
    ("Analis Sumber Daya Manusia Aparatur Ahli Pertama", "III/b"),
    ("Pranata Komputer Ahli Pertama", "III/a"),
    ("Penyuluh Perikanan Ahli Pertama", "III/b"),
    ("Guru Ahli Muda", "III/c"),
    ("Perawat Terampil", "II/d"),
    ("Bendahara", "III/a"),
    ("Pengadministrasi Umum", "II/c"),
    ("Pengelola Data", "II/d"),
    ("Pengemudi", "II/a"),
)
PPPK_GRADES = ("V", "VII", "IX", "X")
