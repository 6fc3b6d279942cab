"""Gets an installation ready for a crowd: a province with its records, modules, a platform, and accounts of staff."""

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench._server import ROOT, BenchError, environment_for
from bench.crowd.lms import Lms
from bench.crowd.modules import write_modules
from bench.crowd.staff import PASSWORD
from lti_tool.accounts import Accounts
from lti_tool.secret_files import secret_text
from lti_tool.services import Services, open_services
from lti_tool.settings import FILE_NAME, Settings, load_settings
from lti_tool.web.metrics import TOKEN_FILE

HOST = "jampel.example.go.id"


@dataclass(frozen=True)
class Installation:
    """A data folder `data` that is ready: `nips` of employees who will learn, ids of `modules`, the sequence number of
    the newest statement before the crowd came, the token of the monitor, and the present year."""

    data: Path
    settings: Settings
    nips: list[str]
    modules: list[str]
    seq: int
    monitor: str
    year: int


def province(people: int, folder: Path | None, data: Path, database: str) -> None:
    """Fills `data` with a year of records of `people` made-up employees; with `folder` it is kept there for the next
    time (SQLite only). Raises BenchError when it cannot be filled."""
    kept = folder / f"province-{people}" if folder is not None and not database else data
    if not (kept / "done").exists():
        shutil.rmtree(kept, ignore_errors=True)
        command = [sys.executable, "-m", "lti_tool.cli", "audit", "simulate", "--asn", str(people), "--data", str(kept)]
        if subprocess.run(command, cwd=ROOT, env=environment_for(database), check=False).returncode:
            raise BenchError("the province could not be filled; see above")
        (kept / "done").touch()
    if kept != data:
        shutil.copytree(kept, data)


def install(data: Path, lms: Lms, learners: int, database: str) -> Installation:
    """Makes `data` ready for `learners` learners who come from `lms`."""
    lines = ["[server]", f'base_url = "https://{HOST}"', "[lti]", f'private_hosts = ["{lms.host}"]']
    (data / FILE_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = load_settings(data, {"JAMPEL_DATABASE__URL": database} if database else {})
    with open_services(settings) as services, tempfile.TemporaryDirectory() as sources:
        modules = [services.library.publish(one)[0].course_id for one in write_modules(Path(sources))]
        _register(services, lms)
        accounts = Accounts(services.house, services.clock, services.ids)
        for username, role in staff():
            accounts.create(username, username, role, PASSWORD)
        nips = [employee.nip for employee in services.people.roster(services.today)]
        if len(nips) < learners:
            raise BenchError(f"{learners} learners need at least as many employees; there are {len(nips)}")
        return Installation(
            data=data,
            settings=settings,
            nips=nips[:learners],
            modules=modules,
            seq=_newest(services),
            monitor=secret_text(data / "secrets", TOKEN_FILE),
            year=services.today.year,
        )


def staff() -> list[tuple[str, str]]:
    """User names and roles of the staff."""
    return [("auditor-1", "auditor"), ("auditor-2", "auditor"), ("admin-1", "admin")]


def _register(services: Services, lms: Lms) -> None:
    added = services.lti.platforms.add(lms.registration(), "1" * 32, services.clock())
    services.lti.deployments.approve(added.id, lms.deployment, services.clock())
    services.lti.platforms.save_jwks(added.id, lms.jwks().decode(), services.clock())


def _newest(services: Services) -> int:
    seq = 0
    while found := services.statements.after(services.institution.id, seq, 5000):
        seq = found[-1].seq
    return seq
