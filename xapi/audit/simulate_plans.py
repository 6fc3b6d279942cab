"""How synthetic people spend a year: plans of records, from nothing at all to far over the target."""

import msgspec


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A record and how often it happens. JP in hundredths; `repeated` is the source of a second record of the same.

    The pass of one that `awaits` is held until its implementation is shown.
    A `module` has the title, JP and form of a published module, and those of the item where none is published.
    """

    title: str
    bentuk: str = "e-learning"
    jp: int = 200
    days: int = 1
    times: int = 1
    times_pppk: int = 0
    source: str = "launch"
    module: bool = False
    international: bool = False
    certificate: str = ""
    same_month: bool = False
    awaits: bool = False
    organiser: str = ""
    repeated: str = ""


Plan = tuple[Item, ...]

MODULE = Item(title="Pembelajaran mandiri daring", module=True)
COURSE = Item(title="Pengelolaan arsip elektronik", jp=1200, days=4, source="lms_record", certificate="PKT")
SEMINAR = Item(bentuk="seminar", title="Seminar tata kelola pemerintahan digital", jp=400, source="lms_record")
TECHNICAL = Item(
    bentuk="pelatihan-teknis",
    title="Pelatihan teknis perencanaan anggaran",
    jp=1600,
    source="lms_record",
    certificate="PT",
)
BRIEFING = Item(bentuk="bimbingan-teknis", title="Bimbingan teknis pengadaan barang dan jasa", jp=800, source="sheet")

PLANS: tuple[Plan, ...] = (
    (),  # nothing all year
    (
        MODULE, COURSE, SEMINAR,
        Item(bentuk="coaching", title="Coaching bersama atasan", jp=200, times=2, source="lms_record"),
    ),
    # just under the target: 16 + 2, and a briefing that waits for its review
    (TECHNICAL, Item(bentuk="mentoring", title="Mentoring jabatan baru", jp=200, source="lms_record"), BRIEFING),
    # more coaching in a month than counts
    (
        Item(bentuk="coaching", title="Coaching bersama atasan", jp=200, times=5, source="lms_record", same_month=True),
        SEMINAR,
        TECHNICAL,
    ),
    # over the maximum of a PPPK
    (TECHNICAL, COURSE, SEMINAR, MODULE),
    # the same course from a sheet and from the LMS, and one certificate for two courses
    (
        Item(title="Pelayanan informasi publik", jp=900, days=3, source="lms_record", repeated="sheet"),
        Item(bentuk="kursus", title="Kursus bahasa Inggris", jp=600, source="lms_record", certificate="KRS"),
        Item(bentuk="kursus", title="Kursus bahasa Inggris lanjutan", jp=600, source="lms_record", certificate="KRS"),
    ),
    # abroad
    (
        Item(
            bentuk="workshop", title="Workshop pengelolaan pesisir", jp=1500, days=3, source="lms_record",
            international=True, certificate="WS",
        ),
        MODULE,
    ),
    # packages at home, not yet approved
    (
        Item(title="Literasi digital", module=True, source="package"),
        Item(title="Etika pelayanan", jp=300, source="package", times=2), SEMINAR,
    ),
    # much in one day of self-study, a little of everything
    (
        Item(bentuk="belajar-mandiri", title="Membaca pedoman penyusunan laporan kinerja", jp=500, source="lms_record"),
        Item(bentuk="komunitas-belajar", title="Komunitas belajar analis", jp=150, times=4, source="lms_record"),
        Item(bentuk="sosialisasi", title="Sosialisasi disiplin pegawai", jp=400, source="sheet"),
        MODULE,
    ),
    # one long placement
    (Item(bentuk="magang", title="Praktik kerja di balai perikanan", jp=2000, source="lms_record"), MODULE),
    # leadership training
    (
        Item(
            bentuk="pelatihan-struktural-kepemimpinan", title="Pelatihan kepemimpinan pengawas", jp=9000,
            source="lms_record", certificate="PKP",
        ),
    ),
    # the same module again and again
    (
        Item(title="Pembelajaran mandiri daring", module=True, times=4), SEMINAR,
        Item(bentuk="workshop", title="Lokakarya inovasi", jp=500, days=2, source="lms_record"),
    ),
    # blended: passed in class and online, held until the implementation is shown
    (
        Item(
            bentuk="pelatihan-sosial-kultural", title="Revolusi mental untuk pelayanan publik", jp=2400, days=8,
            source="lms_record", awaits=True, organiser="BKPSDM Contoh",
        ),
        MODULE, SEMINAR,
    ),
)  # fmt: skip
