"""Every data folder that a release has left behind opens in this version with everything still in it."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from lti_tool.accounts import Accounts
from lti_tool.backup.move import copy_databases
from lti_tool.cli import main as jampel
from lti_tool.services import Services, open_services
from lti_tool.settings import Database, Institution, load_settings
from tools import release_data
from xapi.audit.projector import rebuild
from xapi.audit.report import report
from xapi.lrs.states import StateAddress

ROOT = Path(__file__).parent.parent
RELEASES = ROOT / "tests" / "data" / "releases"
FOLDERS = sorted(path for path in RELEASES.iterdir() if path.is_dir())
#: What the next release would leave behind, if it were made now.
NEXT = "next"


@pytest.fixture(scope="module")
def next_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a release that is made of this tree."""
    folder = tmp_path_factory.mktemp("releases") / NEXT
    release_data.make(folder)
    return folder


@pytest.fixture(params=[*(path.name for path in FOLDERS), pytest.param(NEXT, marks=pytest.mark.thorough)])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a release's data folder."""
    data = tmp_path / "data"
    source = request.getfixturevalue("next_release") if request.param == NEXT else RELEASES / request.param
    shutil.copytree(source, data)
    return data


@pytest.fixture
def upgraded(folder: Path, place: Path | str):
    """The services over a release's data, in their files or copied to PostgreSQL, and what that release put there."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    settings = load_settings(folder, {})
    if isinstance(place, str):
        server = msgspec.structs.replace(settings, database=Database(url=place))
        copy_databases(settings, server, quietly)
        settings = server
    institution = Institution(name=expected["institution"]["name"], slug=expected["institution"]["slug"])
    with open_services(msgspec.structs.replace(settings, institution=institution)) as services:
        yield services, expected


def quietly(_total: int) -> Callable[[int], None]:
    return lambda _done: None


def rows(database: Path) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with closing(sqlite3.connect(database)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def test_what_went_to_postgresql_comes_back_row_for_row(folder: Path, postgres) -> None:
    here = load_settings(folder, {})
    there = msgspec.structs.replace(here, database=Database(url=postgres.new_database()))
    back = msgspec.structs.replace(here, data=folder.with_name("back"))
    copy_databases(here, there, quietly)
    copy_databases(msgspec.structs.replace(there, data=back.data), back, quietly)
    for path in folder.glob("*.db"):
        assert rows(back.data / path.name) == rows(path), path.name


def accepted(services: Services, year: int) -> dict[str, Any]:
    return {str(row["nip"]): row["accepted"] for row in report(services.ledger, services.people, year, "pegawai").rows}


def test_every_release_of_the_changelog_left_a_folder() -> None:
    released = re.findall(r"^## (\d+\.\d+\.\d+) ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M)
    assert "0.1.0" in released
    assert sorted(released) == [folder.name for folder in FOLDERS]


def test_what_was_asked_of_a_release_is_answered_as_it_was(folder: Path, place: Path | str) -> None:
    """Receipts, standards, the record of processing, a trail; a report that was handed out still has its seal."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    answers = expected.get("asked", {})
    environment = {"JAMPEL_LANG": "id"}
    if answers and isinstance(place, str):
        here = load_settings(folder, {})
        copy_databases(here, msgspec.structs.replace(here, database=Database(url=place)), quietly)
        environment["JAMPEL_DATABASE__URL"] = place
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        for line, answer in answers.items():
            assert holds(release_data.asked(line, folder), answer), line
        for report_file in folder.glob("*.xlsx"):
            key = ("--key", str(folder / release_data.PUBLIC_KEY))
            verified = CliRunner().invoke(jampel, ["audit", "verify", str(report_file), *key, "--data", str(folder)])
            assert verified.exit_code == 0, verified.output


def holds(new: object, old: object) -> bool:
    """Whether `new` says all that `old` says; it may say more of a thing."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(holds(new.get(key), value) for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(holds, new, old))
    return new == old


def test_no_release_folder_holds_a_secret() -> None:
    assert [path for path in RELEASES.rglob("*") if "secret" in path.name or path.suffix in (".key", ".pem")] == []


def test_no_statement_person_or_figure_is_lost(upgraded) -> None:
    services, expected = upgraded
    assert len(services.statements.after(services.institution.id, 0, 10_000)) == expected["statements"]
    assert len(services.people.waiting()) == expected["waiting"]
    assert accepted(services, expected["year"]) == expected["accepted"]


def test_a_rebuilt_ledger_gives_the_same_figures(upgraded) -> None:
    services, expected = upgraded
    rebuild(services.ledger, services.statements, services.people, services.rules)
    assert accepted(services, expected["year"]) == expected["accepted"]


def test_credentials_accounts_and_platforms_still_work(upgraded) -> None:
    services, expected = upgraded
    assert services.credentials.authenticate(**expected["credential"]) is not None
    listed = {one.key: one for one in services.credentials.list(services.institution.id)}[expected["credential"]["key"]]
    assert (listed.expires, listed.module) == (None, None)
    renewed = services.credentials.rotate(services.institution.id, expected["credential"]["key"])
    assert services.credentials.authenticate(renewed.key, renewed.secret) is not None
    assert services.credentials.authenticate(**expected["credential"]) is None
    accounts = Accounts(services.house, services.clock, services.ids)
    assert accounts.login(**expected["account"], address="127.0.0.1").role == "auditor"
    platform = services.lti.platforms.find(expected["platform"]["issuer"], expected["platform"]["client_id"])
    assert services.lti.deployments.state(platform.id, expected["platform"]["deployment"]) == "approved"


def test_the_library_and_the_learners_state_are_there(upgraded) -> None:
    services, expected = upgraded
    module = services.library.newest(expected["module"]["id"])
    assert module.digest == expected["module"]["digest"]
    assert services.library.course(module.digest).pages
    state = expected["state"]
    address = StateAddress(state["activity"], state["agent"], state["registration"], "jampel")
    assert services.lrs.states.get(services.principal("launch"), address).content.decode() == state["body"]
