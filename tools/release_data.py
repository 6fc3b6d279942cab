"""Makes the small synthetic data folder that is kept for each release: `python -m tools.release_data DIR`.

It is written once, by the release itself, and never again: later versions must open it. Secrets are left out.
A part is filled by the services, the rest by the commands that an office uses; what the commands of asking answered is
kept too, and every later version must still answer so (tests/test_releases.py).
"""

import json
import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from lti_tool.accounts import Accounts
from lti_tool.cli import main as jampel
from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from lti_tool.store import NewPlatform
from lti_tool.version import VERSION
from lti_tool.worker import Work
from scorm_packager.scaffold import new_module
from xapi.audit.report import report
from xapi.audit.simulate import simulate_year, synthetic_roster
from xapi.lrs.principal import LaunchGrant
from xapi.lrs.states import Precondition, StateAddress
from xapi.testing import seeded_ids

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
YEAR = NOW.year
PASSWORD = "kuda-laut-menari-di-teluk"  # noqa: S105 - of an invented person in a folder for tests
EXAMPLES = Path(__file__).parent.parent / "examples"
SETTINGS = """[institution]
name = "Kabupaten Contoh"
slug = "contoh"
"""
#: A page of the audit that was handed out; its seal must hold for ever.
REPORT = "rekap.xlsx"
PUBLIC_KEY = "kunci-publik.txt"
ONE = "198501012099031001"  # somebody of examples/rumah-belajar
LEAVER = "199001012099031099"
FILES = {
    "rencana.csv": f"NIP;Rencana JP\n{ONE};24\n",
    "keluar.csv": f"NIP;Nama;OPD;Status\n{LEAVER};Orang Keluar Contoh;Dinas Contoh;PNS\n",
}
#: What an office does, one command after the other.
DONE = (
    "people import {examples}/rumah-belajar/pegawai.csv",
    "people standards {examples}/rumah-belajar/standar.csv",
    "adapter pull rumah_belajar {examples}/rumah-belajar/uji.csv",
    "adapter pull rumah_belajar {examples}/rumah-belajar/baca.csv",
    "outbox flush",
    "audit plan import {room}/rencana.csv --year {year}",
    "lti invite rsud",
    "lrs credential add pengirim --scope statements/write --source lms_record",
    "subject freeze {one} --reason pasal-11",
    "people import {room}/keluar.csv",
    "subject erase {leaver} --reason pasal-8 --although-employed --yes",
    "audit report --year {year} --by opd -o {room}/{report}",
)
#: What can be asked afterwards, and is answered alike on every later day.
ASKED = (
    "adapter runs",
    "people standards",
    "people roster",
    "lti list",
    "lrs credential list",
    "modul list",
    "subject log",
    "audit trail {one} --year {year}",
)
DATABASES = ("house", "lrs", "people", "queue", "ledger")


class Ticking:
    """A clock that moves a second each time it is read."""

    def __init__(self) -> None:
        self._now = NOW

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def make(target: Path) -> None:
    """Fills `target` with databases, the library and `expected.json`, what every later version must still find."""
    with TemporaryDirectory() as made_room:
        room = Path(made_room)
        data = room / "data"
        data.mkdir()
        (data / "jampel.toml").write_text(SETTINGS, encoding="utf-8")
        with open_services(load_settings(data, {}), Ticking(), seeded_ids(1)) as services:
            expected = fill(services, room)
        for name, text in FILES.items():
            (room / name).write_text(text, encoding="utf-8")
        for line in DONE:
            command(line, data, room)
        with open_services(load_settings(data, {})) as services:
            expected |= counted(services)
        target.mkdir(parents=True)
        expected["asked"] = {line: asked(line, data) for line in ASKED}
        for name in DATABASES:
            copy_database(data / f"{name}.db", target / f"{name}.db")
        shutil.copytree(data / "library", target / "library", ignore=shutil.ignore_patterns("packages"))
        for kept in (data / "jampel.toml", room / REPORT, room / f"{REPORT}.seal.json"):
            shutil.copy(kept, target)
        (target / PUBLIC_KEY).write_text(command("audit key show", data), encoding="utf-8")
        (target / "expected.json").write_text(
            json.dumps(expected, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def asked(line: str, data: Path) -> object:
    """What `jampel LINE` answers, without its seal, which says when it was asked."""
    answer = json.loads(command(line, data))
    return {key: value for key, value in answer.items() if key != "seal"} if isinstance(answer, dict) else answer


def command(line: str, data: Path, room: Path = EXAMPLES) -> str:
    """What `jampel LINE` writes, as JSON when it only asks; ends the program when it does not work."""
    names = {"examples": EXAMPLES, "room": room, "year": YEAR, "one": ONE, "leaver": LEAVER, "report": REPORT}
    words = [word.format_map(names) for word in line.split()]
    words += ["--json"] if line in ASKED else []
    done = CliRunner().invoke(jampel, [*words, "--data", str(data)], env={"JAMPEL_LANG": "id"})
    if done.exit_code:
        sys.exit(f"{line}: {done.stderr or done.exception!r}")
    return done.stdout


def copy_database(source: Path, target: Path) -> None:
    """A copy in one file, without the write-ahead log."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    new.execute("PRAGMA journal_mode = DELETE")
    new.execute("VACUUM")
    old.close()
    new.close()


def fill(services: Services, room: Path) -> dict[str, object]:
    """A little of everything; returns what can be asked of it."""
    new_module(room / "modul-contoh")
    module, _warnings = services.library.publish(room / "modul-contoh")
    people = services.people
    people.apply_roster(synthetic_roster(12, 3, 1), NOW.date().replace(month=1, day=1), keep_good=False)
    roster = people.roster(NOW.date())
    learner = people.resolve("https://lms.example.go.id", "7", nip=roster[0].nip, name=roster[0].name, now=NOW).person
    people.resolve("https://lms.example.go.id", "8", name="Peserta Tanpa NIP", now=NOW)
    made = simulate_year(roster, YEAR, 1, [module], home_page=people.home_page, today=NOW)
    for statement, source in made:
        services.recorder.record(statement, source)
    credential = services.credentials.add(services.institution.id, "perekam", frozenset({"all"}), "foreign")
    platform = services.lti.platforms.add(
        NewPlatform(
            name="LMS Contoh",
            issuer="https://lms.example.go.id",
            client_id="klien",
            auth_url="https://lms.example.go.id/auth",
            token_url="https://lms.example.go.id/token",  # noqa: S106 - an address
            jwks_url="https://lms.example.go.id/jwks",
        ),
        services.ids().hex,
        services.clock(),
    )
    services.lti.deployments.approve(platform.id, "1", services.clock())
    actor, registration = people.actor(learner), str(services.ids())
    grant = LaunchGrant(actor, module.iri, registration, NOW + timedelta(hours=8), {})
    services.credentials.grant(services.institution.id, grant)
    address = StateAddress(module.iri, actor, registration, "jampel")
    services.lrs.states.put(
        services.principal("launch"), address, b'{"state":"J1"}', "application/json", Precondition()
    )
    Accounts(services.house, services.clock, services.ids).create("inspektur", "Inspektur Contoh", "auditor", PASSWORD)
    work = Work(services, Random(1))  # noqa: S311
    while work.run_once():
        pass
    return {
        "version": VERSION,
        "institution": {"slug": "contoh", "name": "Kabupaten Contoh"},
        "year": YEAR,
        "credential": {"key": credential.key, "secret": credential.secret},
        "account": {"username": "inspektur", "password": PASSWORD},
        "platform": {"issuer": platform.issuer, "client_id": platform.client_id, "deployment": "1"},
        "module": {"id": module.course_id, "digest": module.digest},
        "state": {"activity": module.iri, "agent": actor, "registration": registration, "body": '{"state":"J1"}'},
    }


def counted(services: Services) -> dict[str, object]:
    """How much there is, and the JP that the audit accepted of each employee."""
    rows = report(services.ledger, services.people, YEAR, "pegawai").rows
    return {
        "statements": len(services.statements.after(services.institution.id, 0, 10_000)),
        "people": len(rows),
        "waiting": len(services.people.waiting()),
        "accepted": {str(row["nip"]): row["accepted"] for row in rows},
    }


if __name__ == "__main__":
    make(Path(sys.argv[1]))
