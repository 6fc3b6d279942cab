"""A Moodle for tests: answers the web services from what is put into it, in the shapes a 4.5.6 was seen to use."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from adapters.moodle.site import NEEDED, OF_PLUGINS, USEFUL
from adapters.remote import Connection, OwnModule
from adapters.wire_http import Reply, Sent

HOME = "https://lms.contoh.go.id/moodle"
TOKEN = "0123456789abcdef0123456789abcdef"
MARCH = 1772416800  # 2 March 2026, 09:00 in Jakarta
FORMS = frozenset({"e-learning", "bimbingan-teknis"})
MODULE = OwnModule(iri="https://w3id.org/jampel/modul/contoh/pelayanan", title="Pelayanan", jp=200, form="e-learning")


def refusal(says: str) -> dict:
    """What Moodle answers, with status 200, when it does not."""
    return {"exception": "core\\exception\\moodle_exception", "errorcode": says, "message": "Maaf"}


def nip(serial: int) -> str:
    """A synthetic NIP."""
    return f"19850101209903{1 + serial % 2}{serial:03d}"


@dataclass
class FakeMoodle:
    """Courses, people and what they did; `refuse` maps a function, or one with a course, or also a person, to an
    errorcode or a Reply."""

    home: str = HOME
    functions: tuple = (*NEEDED, *USEFUL)
    courses: list = field(default_factory=list)
    people: dict = field(default_factory=dict)
    hidden: set = field(default_factory=set)
    done: dict = field(default_factory=dict)
    states: dict = field(default_factory=dict)
    grades: dict = field(default_factory=dict)
    contents: dict = field(default_factory=dict)
    scorms: dict = field(default_factory=dict)
    scoes: dict = field(default_factory=dict)
    tracks: dict = field(default_factory=dict)
    issues: list = field(default_factory=list)
    refuse: dict = field(default_factory=dict)
    features: dict = field(default_factory=lambda: {"enablecompletion": 1})
    asked: list = field(default_factory=list)

    def __call__(self, sent: Sent) -> Reply:
        form = {name: values[0] for name, values in parse_qs((sent.body or b"").decode()).items()}
        assert sent.method == "POST"
        assert form["wstoken"] == TOKEN
        assert TOKEN not in sent.url
        function = form["wsfunction"]
        course, person = int(form.get("courseid", 0)), int(form.get("userid", 0))
        self.asked.append((function, course, person))
        for key in (function, (function, course), (function, course, person)):
            if key in self.refuse:
                told = self.refuse[key]
                return told if isinstance(told, Reply) else self._reply(refusal(told))
        if function not in (*self.functions, "core_webservice_get_site_info"):
            return self._reply(refusal("accessexception"))
        return self._reply(getattr(self, f"_{function}")(form, course, person))

    def count(self, function: str) -> int:
        """How often `function` was asked."""
        return sum(name == function for name, _, _ in self.asked)

    def add_course(self, number: int, name: str, people=(), **changes) -> None:
        """A course that tracks completion, with `people` by number; `changes` are further columns, None removes one."""
        fields = {"jp": ("number", "3.00"), "bentuk": ("select", "E-learning")}
        row = {
            "id": number, "fullname": name, "shortname": name.upper(), "format": "topics", "visible": 1,
            "enablecompletion": 1, "startdate": str(MARCH),
            "customfields": [
                {"shortname": short, "type": kind, "value": value, "valueraw": "1" if kind == "select" else value}
                for short, (kind, value) in fields.items()
            ],
            **changes,
        }  # fmt: skip
        self.courses.append({name: value for name, value in row.items() if value is not None})
        self.people[number] = list(people)
        self.contents.setdefault(number, [])

    def complete(self, course: int, person: int, at: int = MARCH, **changes) -> None:
        """`person` completes the course; numbers are texts, as Moodle writes many of them."""
        met = [{"complete": True, "timecompleted": at - 500}, {"complete": True, "timecompleted": str(at)}]
        status = {"completed": True, "aggregation": "1", "completions": met}
        self.done[(course, person)] = status | changes

    def add_package(self, course: int, module: int, instance: int, manifest: str = "jampel-pelayanan") -> None:
        """A SCORM activity with one SCO, of the number of the instance."""
        row = {"id": module, "modname": "scorm", "instance": instance, "name": f"Paket {instance}"}
        self.contents[course].append(row)
        self.scorms.setdefault(course, []).append({"id": instance, "name": f"Paket {instance}", "coursemodule": module})
        self.scoes[instance] = [
            {"id": instance * 10, "launch": "", "manifest": manifest},
            {"id": instance, "launch": "index.html", "manifest": manifest},
        ]

    def _reply(self, answer: object) -> Reply:
        return Reply(200, json.dumps(answer).encode())

    def _core_webservice_get_site_info(self, form, course, person):
        return {
            "sitename": "LMS Contoh &amp; Mitra", "siteurl": self.home, "release": "4.5.6 (Build: 20250811)",
            "version": "2024100706", "userid": 7, "functions": [{"name": name} for name in self.functions],
            "advancedfeatures": [{"name": name, "value": value} for name, value in self.features.items()],
        }  # fmt: skip

    def _core_course_get_courses_by_field(self, form, course, person):
        front = {"id": 1, "fullname": "Depan", "shortname": "Depan", "format": "site", "enablecompletion": 0}
        return {"courses": [front, *reversed(self.courses)], "warnings": []}

    def _core_enrol_get_enrolled_users(self, form, course, person):
        options = {form[f"options[{n}][name]"]: form[f"options[{n}][value]"] for n in range(4)}
        begin, length = int(options["limitfrom"]), int(options["limitnumber"])
        part = sorted(self.people[course], key=lambda row: row["id"])[begin : begin + length]
        return [row for row in part if row["id"] not in self.hidden]

    def _core_completion_get_course_completion_status(self, form, course, person):
        found = self.done.get((course, person), {"completed": False, "aggregation": 1, "completions": []})
        return found if "errorcode" in found else {"completionstatus": found, "warnings": []}

    def _core_completion_get_activities_completion_status(self, form, course, person):
        return {"statuses": self.states.get((course, person), []), "warnings": []}

    def _gradereport_user_get_grade_items(self, form, course, person):
        items = self.grades.get((course, person), [])
        return {"usergrades": [{"userid": person, "gradeitems": items}], "warnings": []}

    def _core_course_get_contents(self, form, course, person):
        return [{"id": 1, "modules": self.contents[course]}]

    def _mod_scorm_get_scorms_by_courses(self, form, course, person):
        return {"scorms": self.scorms.get(int(form["courseids[0]"]), []), "warnings": []}

    def _mod_scorm_get_scorm_scoes(self, form, course, person):
        return {"scoes": self.scoes[int(form["scormid"])], "warnings": []}

    def _mod_scorm_get_scorm_sco_tracks(self, form, course, person):
        said = self.tracks.get((int(form["scoid"]), person), {})
        tracks = [{"element": name, "value": value} for name, value in said.items()]
        warnings = [] if said else [{"item": "attempt", "warningcode": "notattempted"}]
        return {"data": {"attempt": "1" if said else 0, "tracks": tracks}, "warnings": warnings}

    def _mod_customcert_list_issues(self, form, course, person):
        begin = int(form["offset"])
        return [one for one in self.issues if one["issue"]["timecreated"] >= int(form["timecreatedfrom"])][begin:]

    def _core_course_get_course_module_by_instance(self, form, course, person):
        return {"cm": {"id": 900, "course": int(form["instance"])}, "warnings": []}


def with_certificates() -> FakeMoodle:
    """A Moodle with the plugin Custom certificate."""
    return FakeMoodle(functions=(*NEEDED, *USEFUL, *OF_PLUGINS))


def person(number: int, **changes) -> dict:
    """A learner with a NIP in the ID number, as get_enrolled_users tells of them."""
    row = {
        "id": number, "username": f"asn{number}", "fullname": f"Pegawai {number}", "idnumber": nip(number),
        "lastcourseaccess": MARCH - 7 * 86_400,
    }  # fmt: skip
    return {name: value for name, value in (row | changes).items() if value is not None}


def connection(site: FakeMoodle, now: int = MARCH + 3600, modules=None, **options: str) -> Connection:
    """The fake as an adapter reaches it."""
    return Connection(
        institution="0" * 31 + "1",
        options={"url": site.home, "token": TOKEN, "pause": "0", **options},
        clock=lambda: datetime.fromtimestamp(now, UTC),
        zone=ZoneInfo("Asia/Jakarta"),
        forms=FORMS,
        sleep=lambda seconds: None,
        transport=site,
        modules={"pelayanan": MODULE, MODULE.iri: MODULE} if modules is None else modules,
    )
