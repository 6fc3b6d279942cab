"""Finds out what works between Jampel and a Moodle, and tells an administrator what to switch on, and where."""

from collections.abc import Iterator
from itertools import islice

from adapters.errors import AdapterError
from adapters.moodle import site as sites
from adapters.moodle.client import open_moodle
from adapters.moodle.courses import Catalogue, Course, read_courses
from adapters.moodle.mapping import read_mapping
from adapters.moodle.options import MoodleOptions, options_of
from adapters.moodle.people import Member, members
from adapters.moodle.probe import Probe, hidden_activities, try_course
from adapters.moodle.service import Moodle, MoodleError
from adapters.moodle.site import Site
from adapters.remote import N_, CheckLine, Connection
from xapi.errors import JampelError

TRIED_VERSION = 2024100700
"""Moodle 4.5; the adapter was tried with 4.5.6."""
OLDEST_VERSION = 2022041900
"""Moodle 4.0."""
SAMPLE_COURSES = 5
SAMPLE_PEOPLE = 200


class MoodleCheck:
    """Asks a Moodle what it offers; reads a few courses and changes nothing."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""

        try:
            options = options_of(connection)
            moodle = open_moodle(connection, options)
            site = sites.site_of(moodle)
        except JampelError as error:
            yield from _closed(error)
            return
        yield _line("ok", N_("%(name)s menjawab di %(home)s, Moodle %(release)s."),
                    name=site.name, home=site.home, release=site.release or "?")  # fmt: skip
        yield from _of_site(site, connection)
        if site.missing():
            return
        yield from _of_courses(moodle, site, options, connection)
        yield _line("unknown", N_(
            "Plugin logstore_xapi tidak terlihat dari luar. Bila terpasang: Site administration › Plugins › Logging › "
            "Manage log stores."
        ))  # fmt: skip


def _line(state: str, text: str, **params: object) -> CheckLine:
    return CheckLine(state=state, text=text, params=params)


def _closed(error: JampelError) -> Iterator[CheckLine]:
    """Why nothing more can be found out, and what to look at, in the order of the screens."""
    yield CheckLine.of(error)
    if error.code == "remote.refused":
        yield _line("missing", N_(
            "Nyalakan layanan web: Site administration › General › Advanced features › Enable web services."
        ))  # fmt: skip
        yield _line("missing", N_(
            "Nyalakan REST: Site administration › Server › Web services › Manage protocols › REST protocol."
        ))  # fmt: skip
    elif error.code == "moodle.token":
        yield _line("missing", N_(
            "Periksa token, masa berlaku, dan batas IP-nya di Site administration › Server › Web services › Manage "
            "tokens; layanannya harus Enabled, akunnya masuk Authorised users, dan perannya punya webservice/rest:use."
        ))  # fmt: skip


def _of_site(site: Site, connection: Connection) -> Iterator[CheckLine]:
    if site.version and site.version < OLDEST_VERSION:
        yield _line("missing", N_("Moodle ini lebih tua daripada 4.0; penarikan belum pernah dicoba dengannya."))
    address = connection.options.get("url", "").strip().rstrip("/")
    if address != site.home:
        yield _line("missing", N_(
            "Moodle menyebut dirinya %(home)s, sedangkan url di pengaturan %(url)s. Tulis alamat yang sama: alamat itu "
            "bagian dari akun orang."
        ), home=site.home, url=address)  # fmt: skip
    if site.completion is False:
        yield _line("missing", N_(
            "Pelacakan penyelesaian mati untuk seluruh situs: Site administration › General › Advanced features › "
            "Enable completion tracking."
        ))  # fmt: skip
    for name in site.missing():
        yield _line("missing", _ADD, function=name)
    for name in site.missing(sites.USEFUL):
        yield _line("missing", N_(
            "Fungsi %(function)s belum ada di layanan; tanpa itu sebagian data dilewati. Tambahkan di Site "
            "administration › Server › Web services › External services › Functions."
        ), function=name)  # fmt: skip
    if not site.missing(sites.NEEDED + sites.USEFUL):
        yield _line("ok", N_("Semua fungsi yang dipakai ada di layanan."))
    if site.missing(sites.OF_PLUGINS):
        yield _line("unknown", N_(
            "Nomor sertifikat tidak ditarik: layanan tidak punya %(function)s, dari plugin Custom certificate 4.4.10 "
            "atau lebih baru."
        ), function=", ".join(site.missing(sites.OF_PLUGINS)))  # fmt: skip
    else:
        yield _line("ok", N_("Nomor sertifikat dari plugin Custom certificate ikut ditarik."))


_ADD = N_(
    "Fungsi %(function)s wajib dan belum ada di layanan. Tambahkan di Site administration › Server › Web services › "
    "External services › Functions."
)


def _of_courses(moodle: Moodle, site: Site, options: MoodleOptions, connection: Connection) -> Iterator[CheckLine]:
    try:
        mapping = read_mapping(options.mapping, connection.forms) if options.mapping else {}
        catalogue = Catalogue(options, mapping, connection.modules, connection.forms)
        courses = read_courses(moodle, catalogue, site.home)
    except JampelError as error:
        yield CheckLine.of(error)
        return
    if not courses:
        yield _line("missing", N_("Akun token tidak melihat satu kursus pun. Beri perannya moodle/course:view."))
        return
    yield from _figures(courses, options)
    yield from _tried(moodle, site, options, [course for course in courses if course.open and course.completion])


def _figures(courses: list[Course], options: MoodleOptions) -> Iterator[CheckLine]:
    total = len(courses)
    closed = sum(not course.open for course in courses)
    if closed:
        yield _line("missing", N_(
            "%(number)s dari %(total)s kursus tertutup bagi akun token. Beri perannya moodle/course:view dan "
            "moodle/course:viewhiddencourses di tingkat situs."
        ), number=closed, total=total)  # fmt: skip
    followed = sum(course.completion for course in courses)
    yield _line("ok" if followed else "missing", N_(
        "%(number)s dari %(total)s kursus melacak penyelesaian (Course settings › Completion tracking)."
    ), number=followed, total=total)  # fmt: skip
    worth = sum(course.worth.jp is not None for course in courses)
    yield _line("ok" if worth else "missing", N_(
        "%(number)s dari %(total)s kursus punya JP dan bentuk, dari kolom %(jp)s dan %(form)s atau tabel mapping. "
        "Kolom dibuat di Site administration › Courses › Course custom fields."
    ), number=worth, total=total, jp=options.jp_field, form=options.bentuk_field)  # fmt: skip
    for course in [one for one in courses if one.problem is not None and one.problem.code != "moodle.no_jp"][:10]:
        if course.problem is not None:
            yield _line("missing", N_(
                "JP atau bentuk kursus %(course)s tidak dapat dipakai (%(code)s). Perbaiki kolom kursusnya."
            ), course=course.place, code=course.problem.code)  # fmt: skip


def _tried(moodle: Moodle, site: Site, options: MoodleOptions, courses: list[Course]) -> Iterator[CheckLine]:
    """What the account may do in a few courses, and which of their people have a NIP."""
    people: dict[int, Member] = {}
    problems: dict[str, Probe] = {}
    for course in courses[:SAMPLE_COURSES]:
        try:
            found = list(islice(members(moodle, course.number, site.home, options.nip_fields), SAMPLE_PEOPLE))
        except AdapterError as error:
            problems.setdefault("members", Probe("moodle/course:viewparticipants", course, error))
            continue
        people.update((one.number, one) for one in found)
        for probe in try_course(moodle, site, course, found):
            problems.setdefault(probe.capability, probe)
        if hidden := hidden_activities(moodle, site, course, found):
            yield _line("missing", _HIDDEN, number=hidden, course=course.place)
    yield from map(_refused, problems.values())
    if courses and not problems:
        yield _line("ok", N_("Akun token boleh membaca peserta, penyelesaian, dan nilai."))
    yield from _nips(list(people.values()), options)


_HIDDEN = N_(
    "%(number)s aktivitas yang menjadi syarat kursus %(course)s tidak tampak bagi akun token. Beri perannya semua izin "
    "mod/…:view dan moodle/course:viewhiddenactivities."
)


def _refused(probe: Probe) -> CheckLine:
    says = probe.error.says if isinstance(probe.error, MoodleError) else probe.error.code
    return _line("missing", N_(
        "Di kursus %(course)s Moodle menolak (%(says)s). Beri peran akun token %(capability)s: Site administration › "
        "Users › Permissions › Define roles."
    ), course=probe.course.place, says=says, capability=probe.capability)  # fmt: skip


def _nips(people: list[Member], options: MoodleOptions) -> Iterator[CheckLine]:
    if not people:
        yield _line("unknown", N_("Belum ada peserta yang dapat dibaca, jadi kolom NIP belum dapat diperiksa."))
        return
    known = sum(one.who.nip is not None for one in people)
    yield _line("ok" if known else "missing", N_(
        "%(number)s dari %(total)s peserta yang dilihat punya NIP di %(fields)s. Yang lain masuk daftar Peserta "
        "menunggu. Bila kolomnya tampak kosong, beri peran akun moodle/user:viewalldetails."
    ), number=known, total=len(people), fields=", ".join(options.nip_fields))  # fmt: skip
