"""The kinds of long work: who may ask for each, whether it can be cancelled, and how it is done."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from lti_tool.browse.export import export_statements
from lti_tool.competency_maps import maps_of_opd
from lti_tool.doctor.work import examine_platform
from lti_tool.roster_upload.work import check_list, take_list
from lti_tool.rule_desk import rules_of, uploaded, with_layer
from lti_tool.seal_subjects import about_findings
from lti_tool.sealing import SealDesk
from lti_tool.subject.rights import copy_subject
from lti_tool.tasks.model import About, Task
from lti_tool.tasks.steps import READ, RECKON, SEAL, WRITE, Tell
from xapi.audit.anomalies import csv_text, find_anomalies
from xapi.audit.competencies import PersonMap
from xapi.audit.competency_file import map_csv, write_map_xlsx
from xapi.audit.meanings import Stored
from xapi.audit.projector import project
from xapi.audit.report import report
from xapi.audit.report_write import Form, write_report
from xapi.audit.rule_trial import try_rules
from xapi.audit.seal.form import SUFFIX
from xapi.audit.seal.form import About as SealAbout
from xapi.audit.seal.scope import scope_of

if TYPE_CHECKING:
    from lti_tool.services import Services

AUDITORS = ("auditor", "admin")
ADMIN = ("admin",)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work. `run` writes into the file and returns its name, empty when nothing is to be fetched; with
    `shows` the text in the file is kept with the work, for its page to show."""

    roles: Sequence[str]
    run: Callable[["Services", Task, IO[bytes], Tell], str]
    cancels: bool = True
    shows: bool = False


def report_about(year: int, by: str, form: str, scope: Mapping[str, str], *, sealed: bool) -> About:
    """What is asked for with the work `report`; `scope` is as a seal tells it."""
    names = {f"scope.{name}": value for name, value in scope.items()}
    return {"year": str(year), "by": by, "form": form, "sealed": "1" if sealed else "", **names}


def _report(services: "Services", task: Task, target: IO[bytes], tell: Tell) -> str:
    """The report of a year, as `audit.download` gives it at once where there are few people."""
    about = task.about
    year, by, form = int(about["year"]), about["by"], about["form"]
    scope = {name.removeprefix("scope."): value for name, value in about.items() if name.startswith("scope.")}
    name = f"jp-{year}-{by}.{form}"
    tell(RECKON)
    if about["sealed"]:
        return _sealed(services, task, target, tell, SealAbout(year, by, scope), name)
    found = report(services.ledger, services.people, year, by, scope=scope_of(scope))
    rows = len(found.rows)
    tell(WRITE, 0, rows)
    write_report(
        found, cast(Form, form), target, SealDesk(services).dress, language=task.language,
        progress=lambda done: tell(WRITE, done, rows),
    )  # fmt: skip
    return name


def _sealed(
    services: "Services", task: Task, target: IO[bytes], tell: Tell, about: SealAbout, name: str
) -> str:  # fmt: skip
    """The file with its seal inside (JSON), or a zip of both; the name of what was written."""
    desk, form = SealDesk(services), name.rpartition(".")[2]
    draft = desk.draft(about)
    tell(WRITE, 0, draft.rows)
    written = desk.write(draft, form, task.language, lambda done: tell(WRITE, done, draft.rows))
    tell(SEAL)
    if written.seal is None:
        target.write(written.content)
        return name
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, written.content)
        packed.writestr(name + SUFFIX, written.seal)
    return f"{name}.zip"


def _findings(services: "Services", task: Task, target: IO[bytes], tell: Tell) -> str:
    """The findings of one kind (`kind`), or of all, as CSV or sealed."""
    about = task.about
    year, form, kinds = int(about["year"]), about["form"], tuple(about["kinds"].split())
    name = f"temuan-{year}-{about['kinds'] or 'semua'}.{form}"
    tell(RECKON)
    if about["sealed"]:
        return _sealed(services, task, target, tell, about_findings(year, kinds, None), name)
    found = find_anomalies(services.ledger, services.people, year, kinds=kinds)
    tell(WRITE, 0, len(found.rows))
    target.write(csv_text(found, task.language).encode())
    return name


def _competency(services: "Services", task: Task, target: IO[bytes], tell: Tell) -> str:
    """The map of competencies of everyone, or of one OPD."""
    about, people = task.about, len(services.people.roster(services.today))

    def counted() -> Iterator[PersonMap]:
        for done, one in enumerate(maps_of_opd(services, about.get("opd"))):
            tell(WRITE, done, people)
            yield one

    tell(READ)
    if about["form"] == "csv":
        target.write(map_csv(counted(), task.language).encode())
    else:
        write_map_xlsx(counted(), target, task.language, services.today)
    return f"peta-kompetensi.{about['form']}"


def _rules(services: "Services", task: Task, target: IO[bytes], tell: Tell) -> str:
    """What a layer of rules would change for each person of a year, reckoned beside the ledger in use."""
    about, settings = task.about, services.settings
    tell(RECKON)
    whole = 2 * services.ledger.cursor()  # both sides read every statement
    with (
        uploaded(about["text"].encode(), about["name"]) as path,
        tempfile.TemporaryDirectory(prefix="jampel-") as folder,
    ):
        before, after = rules_of(settings), rules_of(settings, with_layer(settings, path))
        read = _Counting(services, lambda done: tell(RECKON, done, whole))
        sources = (services.institution.id, read, services.people)
        trial = try_rules(before, after, int(about["year"]), sources=sources, scratch=Path(folder))
    target.write(trial.csv(task.language).encode())
    return f"uji-aturan-{about['year']}.csv"


def _recount(services: "Services", task: Task, _target: IO[bytes], tell: Tell) -> str:
    """Counts all JP anew, by the rules as they are on the disk."""
    rules = rules_of(services.settings)
    tell(RECKON)
    whole = services.ledger.cursor()
    read = _Counting(services, lambda done: tell(RECKON, done, whole))
    project(services.ledger, read, services.people, rules)
    services.rules = rules
    return ""


class _Counting:
    """The statements, telling after each batch how many have been read."""

    def __init__(self, services: "Services", tell: Callable[[int], None]) -> None:
        self._statements = services.statements
        self._tell = tell
        self._read = 0

    def __call__(self, institution: str, seq: int, limit: int) -> Sequence[Stored]:
        """The next statements after `seq`."""
        found = self._statements.after(institution, seq, limit)
        self._tell(self._read)
        self._read += len(found)
        return found


KINDS: Mapping[str, Kind] = {
    "report": Kind(AUDITORS, _report),
    "findings": Kind(AUDITORS, _findings),
    "competency": Kind(AUDITORS, _competency),
    "rules": Kind(AUDITORS, _rules),
    "recount": Kind(ADMIN, _recount, cancels=False),
    "roster_check": Kind(ADMIN, check_list),
    "roster_import": Kind(ADMIN, take_list),
    "statements": Kind(ADMIN, export_statements),
    "subject_copy": Kind(ADMIN, copy_subject),
    "examination": Kind(ADMIN, examine_platform, shows=True),
}
