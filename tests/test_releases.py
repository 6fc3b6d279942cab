"""Every data folder that a release has left behind opens in this version with everything still in it."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lti_tool.accounts import Accounts
from lti_tool.backup.move import copy_databases
from lti_tool.services import Services, open_services
from lti_tool.settings import Database, Institution, load_settings
from xapi.audit.projector import rebuild
from xapi.audit.report import report
from xapi.lrs.states import StateAddress

RELEASES = Path(__file__).parent / "data" / "releases"
FOLDERS = sorted(path for path in RELEASES.iterdir() if path.is_dir())


@pytest.fixture(params=FOLDERS, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a release's data folder."""
    data = tmp_path / "data"
    shutil.copytree(request.param, data)
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


def test_every_release_up_to_this_one_left_a_folder() -> None:
    assert "0.1.0" in [folder.name for folder in FOLDERS]


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
    (listed,) = services.credentials.list(services.institution.id)
    assert (listed.created, listed.expires, listed.module) == (None, None, None)
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
