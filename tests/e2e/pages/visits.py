"""Every page of the tool, as a visit: its address, who comes, and which state it is in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from lti_tool.competency_sums import CompetencySums
from lti_tool.web import figures
from tests.e2e.pages import launches
from tests.e2e.pages.house import House

#: Routes whose answer is no page, and what it is instead.
NO_PAGE = {
    "static": "a file", "learn.player_file": "a file", "learn.later_page": "a file", "pustaka.file": "a file",
    "lti.login": "a way to the platform", "lti.tab": "a way to the platform", "lti.jwks": "for programs",
    "canvas.document": "for programs", "interface.openapi": "for programs", "health.page": "for programs",
    "health.ready": "for programs", "metrics.page": "for programs", "register.state": "for programs",
    "unggah.progress_json": "for programs", "login.state": "for programs", "sign_on.begin": "a way to the provider",
    "unduh.download": "a download", "saya.download": "a download", "saya.evidence_file": "a download",
    "saya_competency.download": "a download", "audit.download": "a download", "audit.person_transcript": "a download",
    "audit_competency.download": "a download", "audit_anomalies.download": "a download",
    "evidence_file.open_file": "a download", "admin_statements.attachment": "a download",
    "admin_statements.whole": "a download", "admin_statement_file.download": "a download",
    "admin_roster.template": "a download", "pekerjaan.file": "a download", "pekerjaan.progress": "for programs",
}  # fmt: skip
Made = Callable[[House, str], Any]


@dataclass(frozen=True)
class Visit:
    """A page: the endpoint of its route, its state in words, and how it is reached.

    `path` may name places of the house in braces. `who` is one of its browsers. A page that is no answer to a GET is
    `made(house, language)`. A `framed` page lives inside the LMS.
    """

    endpoint: str
    state: str
    path: str
    who: str = "nobody"
    house: str = "full"
    made: Made | None = None
    framed: bool = False
    status: int = 200

    def answer(self, house: House, language: str) -> Any:
        """The page in a language, as its reader gets it."""
        if self.made is not None:
            return self.made(house, language)
        return house.browsers[self.who].get(self.address(house, language))

    def address(self, house: House, language: str) -> str:
        """Where the page is."""
        path = self.path.format_map(house.places)
        return f"{path}{'&' if '?' in path else '?'}lang={language}"

    @property
    def name(self) -> str:
        return f"{self.endpoint} ({self.state})"


def _sent(to: str, who: str, page: str = "", **fields: str) -> Made:
    """The page that answers a form sent to `to`."""
    return lambda house, language: launches.sent(house, who, to, page or to, language, fields)


def _got(who: str, endpoint: str, path: str, *states: tuple[str, str]) -> list[Visit]:
    """The page with data, further states by what their query adds, and on an empty tool where nothing is named."""
    found = [Visit(endpoint, "with data", path, who)]
    found += [Visit(endpoint, state, f"{path}{query}", who) for state, query in states]
    if "{" not in path.replace("{platform}", ""):
        found.append(Visit(endpoint, "empty", path, who, house="empty"))
    return found


def _form(endpoint: str, path: str, who: str, /, *, page: str = "", **fields: str) -> Visit:
    """The page that shows a refused form again."""
    return Visit(endpoint, "a form with mistakes", path, who, made=_sent(path, who, page, **fields), status=400)


def all_visits() -> list[Visit]:
    """Every page."""
    return [
        *_open(),
        *_library(),
        *_tasks(),
        *_learner(),
        *_audit(),
        *_admin(),
        *_admin_forms(),
        *_errors(),
        *_launched(),
    ]


def _open() -> list[Visit]:
    return [
        Visit("home.page", "a stranger", "/"),
        Visit("home.page", "an auditor", "/", "auditor"),
        Visit("home.page", "a learner", "/", "learner"),
        Visit("interface.page", "to read", "/dokumen/antarmuka"),
        Visit("login.page", "the form", "/masuk"),
        Visit("login.page", "with a single sign-on", "/masuk", house="sso"),
        Visit("login.enter", "wrong", "/masuk", made=_sent("/masuk", "nobody", username="rina", password="salah"),
              status=401),
        Visit("login.leave", "where the single sign-on may go on", "/keluar", made=launches.left, house="sso"),
        Visit("login.reset", "the form", "/sandi/{reset}"),
        Visit("login.reset", "too short", "/sandi/{reset}", made=_sent("/sandi/{reset}", "nobody", password="pendek"),
              status=400),
        Visit("login.first_admin", "the form", "/awal/{first}"),
        Visit("login.first_admin", "used", "/awal/dipakai", status=410),
        Visit("own_account.page", "the form", "/akun/", "auditor"),
        _form("own_account.password", "/akun/sandi", "auditor", page="/akun/", current="salah", password="x"),
    ]  # fmt: skip


def _library() -> list[Visit]:
    module = "/pustaka/modul/{digest}"
    return [
        *_got("author", "pustaka.page", "/pustaka/", ("nothing found", "?cari=xyz")),
        Visit("pustaka.page", "who only reads", "/pustaka/", "auditor"),
        *_got("author", "pustaka.detail", module),
        Visit("pustaka.detail", "a draft", "/pustaka/modul/{draft}", "author"),
        Visit("pustaka.detail", "withdrawn", "/pustaka/modul/{withdrawn}", "author"),
        *_got("author", "pustaka.preview", "/pustaka/lihat/{digest}/"),
        *_got("author", "unggah.form", "/pustaka/unggah"),
        Visit("unggah.upload", "no file", "/pustaka/unggah", "author", made=_sent("/pustaka/unggah", "author"),
              status=422),
        Visit("unggah.progress", "done", "/pustaka/unggahan/{build}", "author"),
        Visit("unggah.progress", "failed", "/pustaka/unggahan/{failed}", "author"),
        Visit("unggah.progress", "waiting", "/pustaka/unggahan/{waiting}", "author"),
        *_got("author", "versi.use", f"{module}/pemakaian"),
        *_got("auditor", "unduh.page", f"{module}/unduh"),
    ]  # fmt: skip


def _counting(house: House, language: str) -> Any:
    """The map of competencies where there are many people and nobody has counted yet."""
    house.site.services.competency_sums = CompetencySums(house.site.clock, lambda _work: None)
    with patch.object(figures, "AT_ONCE", -1):
        return house.browsers["auditor"].get(f"/audit/kompetensi/?lang={language}")


def _tasks() -> list[Visit]:
    states = ("waiting", "running", "done", "cancelled", "failed")
    pages = [Visit("pekerjaan.page", state, f"/pekerjaan/{{task_{state}}}", "auditor") for state in states]
    pages.append(Visit("audit_competency.page", "being counted", "/audit/kompetensi/", "auditor", made=_counting))
    return [*_got("auditor", "pekerjaan.listing", "/pekerjaan/", ("nothing found", "?cari=xyz")), *pages]


def _learner() -> list[Visit]:
    return [
        Visit("saya.page", "a stranger", "/saya/", status=401),
        Visit("saya.enter", "sent by another site", "/saya/masuk", made=launches.own_jp_from_elsewhere),
        *_got("learner", "saya.page", "/saya/", ("a year before", "?tahun=2025")),
        *_got("learner", "saya.evidence", "/saya/bukti/{credit}"),
        Visit("saya.evidence", "waits", "/saya/bukti/{sheet}", "learner"),
        *_got("learner", "saya_competency.page", "/saya/kompetensi/"),
        *_got("learner", "saya_data.page", "/saya/data/"),
        Visit("saya_data.page", "a stranger", "/saya/data/", status=401),
        Visit("saya_data.page", "suspended", "/saya/data/", "suspended"),
    ]


def _audit() -> list[Visit]:
    person = "/audit/orang/{person}"
    return [
        *_got("auditor", "audit.page", "/audit/", ("narrowed", "?status=x"), ("a year before", "?tahun=2025")),
        *_got("auditor", "audit.people", "/audit/pegawai", ("below", "?capaian=0"), ("nothing found", "?cari=xyz")),
        Visit("audit.people", "the second page", "/audit/pegawai?hal=2", "auditor"),
        *_got("auditor", "audit.opd", "/audit/opd?nama=Inspektorat"),
        *_got("auditor", "audit.person", person),
        Visit("audit.person", "frozen", "/audit/orang/{frozen}", "auditor"),
        *_got("auditor", "audit.evidence", f"{person}/2026/bukti/{{credit}}"),
        Visit("audit.evidence", "waits", f"{person}/2026/bukti/{{sheet}}", "auditor"),
        _form("audit.review", f"{person}/2026/bukti/{{sheet}}", "auditor", status=""),
        *_got("auditor", "audit.waiting", "/audit/tinjauan"),
        *_got("auditor", "audit_competency.page", "/audit/kompetensi/", ("an OPD", "?opd=Inspektorat")),
        Visit("audit_competency.page", "being counted", "/audit/kompetensi/", "auditor", made=launches.counting),
        *_got("auditor", "audit_competency.person", "/audit/kompetensi/orang/{person}"),
        *_got("auditor", "audit_competency.proof", "/audit/kompetensi/orang/{person}/bukti/{proof}"),
        *_got("auditor", "audit_anomalies.page", "/audit/temuan/", ("one severity", "?tingkat=high")),
        *_got("auditor", "audit_anomalies.kind", "/audit/temuan/clock"),
        *_got("auditor", "audit_rules.page", "/audit/aturan/"),
        Visit("audit_rules.attempt", "not a layer", "/audit/aturan/coba", "admin",
              made=_sent("/audit/aturan/coba", "admin", "/audit/aturan/"), status=400),
    ]  # fmt: skip


def _admin() -> list[Visit]:
    lms, statement = "/admin/lms/{platform}", "/admin/pernyataan/"
    pages = {
        "admin_home.page": "/admin/", "admin.page": "/admin/lms/", "admin.new_platform": "/admin/lms/baru",
        "admin.platform": lms,
        "admin.launches": "/admin/peluncuran", "admin_people.page": "/admin/pegawai/",
        "admin_people.match": "/admin/pegawai/{waits}", "admin_roster.page": "/admin/pegawai/impor/",
        "admin_matches.page": "/admin/pegawai/usulan/",
        "admin_privacy.page": "/admin/data-pribadi/", "admin_subject.page": "/admin/data-pribadi/orang/",
        "admin_subject.one": "/admin/data-pribadi/orang/{person}",
        "admin_subject.copy_page": "/admin/data-pribadi/orang/{person}/salinan",
        "admin_subject.correct_page": "/admin/data-pribadi/orang/{person}/betulkan",
        "admin_subject.suspend_page": "/admin/data-pribadi/orang/{person}/tunda",
        "admin_subject.refuse_page": "/admin/data-pribadi/orang/{person}/tolak", "admin_statements.page": statement,
        "admin_statements.one": statement + "{credit}", "admin_statements.void_page": statement + "{credit}/batal",
        "admin_access.staff": "/admin/akun", "admin_access.queue": "/admin/antrean",
        "admin_access.log": "/admin/catatan", "admin_credentials.page": "/admin/kredensial",
        "admin_credentials.new_credential": "/admin/kredensial/baru",
        "admin_credentials.credential": "/admin/kredensial/{key}",
        "admin_credentials.confirm": "/admin/kredensial/{key}/cabut", "admin_forwarding.page": "/admin/penerusan/",
        "admin_forwarding.target": "/admin/penerusan/{target}", "admin_scores.page": "/admin/nilai/",
        "admin_keys.page": "/admin/kunci/", "admin_invites.page": "/admin/undangan",
        "admin_manual.page": "/admin/lms/manual", "admin_manual.system": "/admin/lms/manual/moodle",
        "admin_doctor.page": lms + "/periksa", "admin_doctor.debugger": lms + "/peluncuran",
    }  # fmt: skip
    roles = ("roles tried", "?uji=membership%23Mentor")
    return [
        *(visit for endpoint, path in pages.items() for visit in _got("admin", endpoint, path)),
        *_got("admin", "admin_roles.page", f"{lms}/peran", roles),
        Visit("admin_people.match", "an employee is found", "/admin/pegawai/{known}", "admin"),
        Visit("admin_subject.one", "suspended", "/admin/data-pribadi/orang/{frozen}", "admin"),
        Visit("admin_subject.suspend_page", "suspended", "/admin/data-pribadi/orang/{frozen}/tunda", "admin"),
        *(Visit("admin_roster.one", state, f"/admin/pegawai/impor/{{roster_{state}}}", "admin")
          for state in ("good", "faulty", "strange", "taken", "complete", "known")),
        Visit("admin_statements.one", "with an attachment", statement + "{attached}", "admin"),
        Visit("admin_statements.one", "voided", statement + "{voided}", "admin"),
        Visit("admin_statements.page", "a wrong filter", f"{statement}?dari=kemarin", "admin", status=400),
        *(Visit("admin_manual.system", name, f"/admin/lms/manual/{name}", "admin")
          for name in ("canvas", "blackboard", "openedx", "d2l")),
    ]  # fmt: skip


def _admin_forms() -> list[Visit]:
    people = _sent("/admin/pernyataan/cari", "admin", "/admin/pernyataan/", orang="Pegawai")
    lists, subjects = "/admin/pegawai/impor/", "/admin/data-pribadi/orang/"
    asked = f"{subjects}{{person}}/"
    return [
        Visit("admin_roster.send", "no file", lists, "admin", made=_sent(lists, "admin"), status=422),
        _form("admin_roster.layout", f"{lists}{{roster_good}}/kolom", "admin", page=f"{lists}{{roster_good}}",
              hari="kemarin"),
        Visit("admin_subject.search", "several", subjects, "admin", made=_sent(subjects, "admin", orang="Pegawai")),
        Visit("admin_subject.search", "nobody", subjects, "admin", made=_sent(subjects, "admin", orang="Xyz"),
              status=404),
        _form("admin_subject.correct", f"{asked}betulkan", "admin", name="", reason="", status="PNS"),
        _form("admin_subject.suspend", f"{asked}tunda", "admin", reason=""),
        _form("admin_subject.refuse", f"{asked}tolak", "admin", reason="", request="erase"),
        _form("admin.add_platform", "/admin/lms/baru", "admin", issuer="bukan alamat"),
        _form("admin_access.add_account", "/admin/akun", "admin", username="", password="pendek"),
        _form("admin_credentials.add", "/admin/kredensial/baru", "admin"),
        _form("admin_invites.add", "/admin/undangan", "admin", name="", days="0"),
        _form("admin_forwarding.add", "/admin/penerusan/", "admin", endpoint="lrs.pusat"),
        _form("admin_statements.void_it", "/admin/pernyataan/{credit}/batal", "admin"),
        Visit("admin_statements.search", "several people", "/admin/pernyataan/cari", "admin", made=people),
        Visit("admin_credentials.add", "the secret", "/admin/kredensial/baru", "admin", made=launches.secret),
        Visit("admin_invites.add", "the address", "/admin/undangan", "admin", made=launches.invited),
        Visit("admin_access.reset_password", "the link", "/admin/akun/x/sandi", "admin", made=launches.reset_link),
        Visit("admin_doctor.check", "examined", "/admin/lms/x/periksa", "admin", made=launches.examined),
    ]  # fmt: skip


def _errors() -> list[Visit]:
    return [
        Visit("error", "not found", "/tidak-ada", status=404),
        Visit("error", "another role", "/admin/", "auditor", status=403),
        Visit("error", "gone", "/sandi/dipakai", status=410),
        Visit("error", "a form that expired", "/masuk", made=launches.expired, status=400),
        Visit("saya.page", "a stranger, where a single sign-on is", "/saya/", house="sso", status=401),
        Visit("sign_on.back", "refused", "/masuk/sso/kembali?error=access_denied", house="sso", status=400),
    ]


def _launched() -> list[Visit]:
    """What is seen inside the LMS."""
    return [
        Visit(endpoint, state, path, made=made, framed=state not in launches.ALONE, status=status, house=house)
        for endpoint, state, path, made, status, house in launches.PAGES
    ]
