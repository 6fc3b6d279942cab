"""Rule layers are checked, compared, tried and adopted by command, and what is adopted replaces nothing for good."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.backup.archive import open_archive
from lti_tool.cli import main
from lti_tool.rule_desk import adopt, layer_files, rules_of, uploaded
from lti_tool.services import open_services
from lti_tool.settings import Institution, Settings
from xapi.errors import JampelError

HEAD = 'format = 1\nname = "kab"\nversion = "1"\n'
SEMINAR = HEAD + "[bentuk.seminar]\nnational = { jp = 3 }\n"


@pytest.fixture
def run(tmp_path: Path):
    def call(*arguments: str, language: str = "id") -> Result:
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": language}
        return CliRunner().invoke(main, ["audit", "rules", *arguments], env=environment)

    return call


@pytest.fixture
def layer(tmp_path: Path):
    def make(text: str = SEMINAR, name: str = "kab") -> Path:
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return make


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return Settings(data=tmp_path / "data", institution=Institution("Contoh", "contoh"))


def test_check_lists_every_fault_with_its_place_and_leaves_with_1(run, layer) -> None:
    path = str(layer(HEAD + "[bentuk.seminar]\nnational = { jp = -1 }\nx = 1\n"))
    found = run("check", path)
    assert found.exit_code == 1
    assert "kab.toml baris 5" in found.stderr
    assert "kab.toml baris 6" in found.stderr
    listed = run("check", path, "--json")
    assert listed.exit_code == 1
    assert [(one["file"], one["line"], one["path"]) for one in json.loads(listed.stdout)] == [
        ("kab.toml", 5, "bentuk.seminar.national"), ("kab.toml", 6, "bentuk.seminar.x"),
    ]  # fmt: skip


def test_check_of_good_layers_says_what_the_table_becomes(run, layer) -> None:
    above = layer('format = 1\nname = "prov"\nversion = "3"\nlevel = "induk"\n', "prov")
    found = run("check", str(layer()), str(above))
    assert found.exit_code == 0
    assert "lan-10-2018 1.1.0 + prov 3 + kab 1" in found.stderr


@pytest.mark.usefixtures("prepared")
def test_check_without_a_file_checks_what_is_published_and_in_use(run, layer, tmp_path: Path) -> None:
    assert "lan-10-2018 1.1.0" in run("check").stderr
    assert run("adopt", str(layer())).exit_code == 0
    found = run("check")
    assert (found.exit_code, "lan-10-2018 1.1.0 + kab 1" in found.stderr) == (0, True)
    in_use = tmp_path / "data" / "aturan-kab.toml"
    in_use.write_text(in_use.read_text().replace("jp = 3", "jp = -3"))
    broken = run("check", str(tmp_path / "data"), "--json")
    (fault,) = json.loads(broken.stdout)
    assert (broken.exit_code, fault["file"], fault["line"], fault["column"]) == (1, "aturan-kab.toml", 5, 1)


def test_show_gives_cells_with_source_and_marks_what_is_not_settled(run) -> None:
    shown = json.loads(run("show", "--json").stdout)
    cells = {cell["path"]: cell for cell in shown["cells"]}
    assert cells["target.PNS.minimum"]["source"] == ["PP11"]
    assert not cells["target.PNS.minimum"]["unconfirmed"]
    listed = run("show", "--format", "csv").stdout
    assert "target.PNS.minimum;20,00 JP;jp = 20;lan-10-2018 1.1.0;PP11;H;;" in listed
    opened = run("show", "--open").stdout
    assert "target.PPPK.maximum" in opened
    assert "target.PNS.minimum" not in opened
    assert "[belum ditetapkan]" in opened


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_compare_says_cell_and_meaning_in_every_format(run, layer, form: str) -> None:
    found = run("compare", "lan-10-2018@1.1.0", str(layer()), "--format", form)
    assert found.exit_code == 0
    assert "bentuk.seminar.national" in found.stdout
    assert "3,00" in found.stdout


def test_compare_with_a_table_that_was_never_published_is_refused(run, layer) -> None:
    found = run("compare", "lan-1", str(layer()))
    assert found.exit_code == 1
    assert "lan-10-2018 1.0.0" in found.stderr


@pytest.mark.usefixtures("prepared")
def test_try_changes_nothing_in_the_data_folder(run, layer, tmp_path: Path) -> None:
    assert run("try", str(layer()), "--year", "2026", "--json").exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "data").glob("*.toml")}
    found = run("try", str(layer()), "--year", "2026", "--json")
    trial = json.loads(found.stdout)
    assert (trial["year"], trial["people"], trial["after"]["version"]) == (2026, [], "lan-10-2018 1.1.0 + kab 1")
    assert {path: path.read_bytes() for path in (tmp_path / "data").glob("*.toml")} == before
    assert "lan-10-2018 1.1.0 + kab" not in run("show", "--json").stdout


@pytest.mark.usefixtures("prepared")
def test_an_adopted_layer_is_in_use_in_the_ledger_the_log_and_the_backup(run, layer, tmp_path: Path) -> None:
    assert run("adopt", str(layer())).exit_code == 0
    assert json.loads(run("show", "--json").stdout)["version"] == "lan-10-2018 1.1.0 + kab 1"
    with open_services(Settings(data=tmp_path / "data")) as services:
        assert services.ledger.rules().version == "lan-10-2018 1.1.0 + kab 1"
        assert [(line.action, line.subject) for line in services.house.log.last()] == [("audit.rules", "kab 1")]
    path = tmp_path / "simpan.jampel"
    environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": "id"}
    assert CliRunner().invoke(main, ["backup", str(path)], env=environment).exit_code == 0
    with open_archive(path) as archive:
        assert "aturan-kab.toml" in {part.path for part in archive.manifest.files}


def test_a_new_version_replaces_the_old_one_and_keeps_it(settings: Settings, layer) -> None:
    adopt(settings, layer())
    adopt(settings, layer(SEMINAR.replace('"1"', '"2"').replace("jp = 3", "jp = 2")))
    assert rules_of(settings).version.endswith("kab 2")
    assert (settings.data / "aturan-kab-1.toml.lama").read_text(encoding="utf-8") == SEMINAR
    assert [path.name for path in layer_files(settings)] == ["aturan-kab.toml"]
    with pytest.raises(JampelError) as caught:  # version 1 was in use with other content
        adopt(settings, layer(SEMINAR.replace("jp = 3", "jp = 9")))
    assert caught.value.code == "rules.version_again"
    adopt(settings, layer(SEMINAR.replace("\n", "\r\n")))
    assert rules_of(settings).version.endswith("kab 1")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SEMINAR.replace("jp = 3", "jp = 9"), "rules.version_again"),
        (SEMINAR.replace("jp = 3", "jp = -3"), "audit.rules_jp"),
        (SEMINAR.replace("kab", "lain"), "audit.rules_layers_contradict"),
        (SEMINAR.replace("kab", "tetap"), "rules.in_settings"),
    ],
)
def test_a_layer_that_does_not_fit_changes_nothing(tmp_path: Path, layer, text: str, code: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "tetap.toml").write_text(HEAD.replace("kab", "tetap"), encoding="utf-8")
    settings = Settings(data=data, institution=Institution("Contoh", "contoh", rules=("tetap.toml",)))
    adopt(settings, layer())
    if "tetap" in text:
        text = HEAD.replace("kab", "tetap")
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    with pytest.raises(JampelError) as caught:
        adopt(settings, layer(text, "baru"))
    assert caught.value.code == code
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before


def test_the_settings_may_keep_an_older_table(tmp_path: Path) -> None:
    institution = Institution("Contoh", "contoh", rules_table="lan-10-2018 1.0.0")
    assert rules_of(Settings(data=tmp_path, institution=institution)).version == "lan-10-2018 1.0.0"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/pass wd.toml", "passwd.toml"),
        ("..", "lapisan.toml"),
        ("", "lapisan.toml"),
        ("é" * 300, "lapisan.toml"),
        ("a" * 300 + ".toml", "a" * 75 + ".toml"),
        ("x\x00.toml", "x.toml"),
    ],
)
def test_the_name_of_an_upload_cannot_leave_its_folder(name: str, kept: str) -> None:
    with uploaded(b"x", name) as file:
        assert (file.name, file.read_bytes()) == (kept, b"x")
    assert not file.exists()
