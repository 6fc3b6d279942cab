"""Root leaves a data folder alone that belongs to another user, and says as whom to go on."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.data_owner import require_owner
from lti_tool.errors import SettingsError
from xapi.words import explain

SOMEBODY = 64_001  # of whom no machine knows a name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder of a user who is not root; where the tests are not run by root it is the tester's."""
    data = tmp_path / "data"
    data.mkdir()
    if os.geteuid() == 0:
        os.chown(data, SOMEBODY, SOMEBODY)
    return data


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


@pytest.mark.usefixtures("as_root")
def test_root_is_told_as_whom_to_go_on_and_nothing_is_made(folder: Path) -> None:
    done = CliRunner().invoke(main, ["admin", "link", "--data", str(folder)])
    assert done.exit_code == 3
    assert "sudo -u " in done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize("language", ["id", "en"])
def test_an_owner_without_a_name_is_named_as_a_shell_takes_it(folder: Path, language: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        require_owner(folder)
    assert refusal.value.code == "settings.other_owner"
    if os.stat(folder).st_uid == SOMEBODY:
        assert f"sudo -u '#{SOMEBODY}'" in explain(refusal.value, language)


def test_the_owner_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid)
    require_owner(folder)


@pytest.mark.usefixtures("as_root")
def test_root_may_begin_an_installation_of_its_own(tmp_path: Path) -> None:
    require_owner(tmp_path / "none")
    if tmp_path.stat().st_uid == 0:
        require_owner(tmp_path)
