"""Makes the small synthetic data folder that is kept for each release: `python -m tools.release_data DIR`.

It is written once, by the release itself, and never again: later versions must open it. Secrets are left out.
"""

import json
import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec

from lti_tool.accounts import Accounts
from lti_tool.services import Services, open_services
from lti_tool.settings import Institution, load_settings
from lti_tool.store import NewPlatform
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
    with TemporaryDirectory() as room:
        data = Path(room) / "data"
        settings = load_settings(data, {})
        settings = msgspec.structs.replace(settings, institution=Institution(name="Kabupaten Contoh", slug="contoh"))
        with open_services(settings, Ticking(), seeded_ids(1)) as services:
            expected = fill(services, Path(room))
        target.mkdir(parents=True)
        for name in DATABASES:
            copy_database(data / f"{name}.db", target / f"{name}.db")
        shutil.copytree(data / "library", target / "library", ignore=shutil.ignore_patterns("packages"))
        (target / "expected.json").write_text(
            json.dumps(expected, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )


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
    rows = report(services.ledger, people, YEAR, "pegawai").rows
    statements = services.statements.after(services.institution.id, 0, 10_000)
    return {
        "version": "0.1.0",
        "institution": {"slug": "contoh", "name": "Kabupaten Contoh"},
        "year": YEAR,
        "statements": len(statements),
        "people": len(roster),
        "waiting": len(people.waiting()),
        "credential": {"key": credential.key, "secret": credential.secret},
        "account": {"username": "inspektur", "password": PASSWORD},
        "platform": {"issuer": platform.issuer, "client_id": platform.client_id, "deployment": "1"},
        "module": {"id": module.course_id, "digest": module.digest},
        "state": {"activity": module.iri, "agent": actor, "registration": registration, "body": '{"state":"J1"}'},
        "accepted": {str(row["nip"]): row["accepted"] for row in rows},
    }


if __name__ == "__main__":
    make(Path(sys.argv[1]))
