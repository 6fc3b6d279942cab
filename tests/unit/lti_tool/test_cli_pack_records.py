"""`jampel pack --lrs`: where the records of a package go, and the credential inside it."""

import json
import re
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.web.testing import write_module
from scorm_packager.index_page import read_embedded

IRI = "https://w3id.org/jampel/modul/contoh/pelayanan-publik"
OWN = "https://jampel.example/xapi/"


@pytest.fixture
def run(tmp_path: Path) -> Any:
    environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_SERVER__BASE_URL": "https://jampel.example"}
    write_module(tmp_path / "modul")

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(main, list(arguments), env=environment)

    return call


@pytest.fixture
def pack(run: Any, tmp_path: Path) -> Any:
    """`pack(*options)` is the result and what the page of the package was told about records."""

    def call(*options: str) -> tuple[Any, dict[str, Any] | None]:
        target = tmp_path / "paket.zip"
        target.unlink(missing_ok=True)
        found = run("pack", str(tmp_path / "modul"), "-o", str(target), *options)
        if not target.exists():
            return found, None
        with zipfile.ZipFile(target) as package:
            page = package.read("index.html").decode()
        config = read_embedded(page, "jampel-config")
        assert isinstance(config, dict)
        return found, config.get("records")

    return call


def test_a_package_without_the_option_knows_no_lrs(pack: Any) -> None:
    found, records = pack()
    assert (found.exit_code, records) == (0, None)


def test_broken_settings_stop_only_a_package_that_needs_them(pack: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "jampel.toml").write_text("[server\n")
    assert pack()[0].exit_code == 0
    file = tmp_path / "kredensial.json"
    file.write_text('{"key": "kunci", "secret": "rahasia-uji"}', encoding="utf-8")
    assert pack("--lrs", "https://lrs.example/", "--lrs-credential", str(file))[0].exit_code == 0
    found, records = pack("--lrs", "own")
    assert (found.exit_code, records) == (3, None)
    assert "jampel.toml" in found.stderr


@pytest.mark.usefixtures("prepared")
def test_own_makes_a_credential_for_the_module_once_and_keeps_it(run: Any, pack: Any, tmp_path: Path) -> None:
    found, first = pack("--lrs", "own")
    assert found.exit_code == 0
    assert "Kredensial modul dibuat" in found.stderr
    assert "Belum ada LMS terdaftar" in found.stderr
    assert first["secret"] not in found.output
    assert first["endpoint"] == OWN
    again, second = pack("--lrs", OWN.rstrip("/"), "--lms-home", "https://lms.example/")
    assert "dipakai lagi" in again.stderr
    assert second == first | {"home": "https://lms.example"}
    (listed,) = json.loads(run("lrs", "credential", "list", "--json").stdout)
    assert (listed["key"], listed["scopes"], listed["source"]) == (first["key"], ["module"], "package")
    assert listed["module"] == first["activity"]
    (kept,) = (tmp_path / "data" / "secrets").glob("modul-*.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.usefixtures("prepared")
def test_a_revoked_credential_and_another_jp_bring_a_new_one(run: Any, pack: Any, tmp_path: Path) -> None:
    _, first = pack("--lrs", "own")
    run("lrs", "credential", "revoke", first["key"])
    _, second = pack("--lrs", "own")
    write_module(tmp_path / "modul", jp="2.0")
    _, third = pack("--lrs", "own")
    assert len({one["key"] for one in (first, second, third)}) == 3
    assert [next(iter(one["extensions"].values())) for one in (first, third)] == [100, 200]


@pytest.mark.usefixtures("prepared")
def test_the_same_module_gives_the_same_bytes_with_records_too(pack: Any, tmp_path: Path) -> None:
    pack("--lrs", "own")
    before = (tmp_path / "paket.zip").read_bytes()
    pack("--lrs", "own")
    assert (tmp_path / "paket.zip").read_bytes() == before


def test_another_lrs_takes_its_credential_from_a_file(pack: Any, tmp_path: Path) -> None:
    file = tmp_path / "kredensial.json"
    file.write_text('{"key": "kunci", "secret": "rahasia-uji"}', encoding="utf-8")
    found, records = pack("--lrs", "https://lrs.example/data/xAPI", "--lrs-credential", str(file))
    assert (records["endpoint"], records["key"], records["secret"]) == (
        "https://lrs.example/data/xAPI/",
        "kunci",
        "rahasia-uji",
    )
    assert "rahasia-uji" not in found.output


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--lrs", "https://lrs.example/"), "kredensialnya harus diberikan"),
        (("--lrs", "http://lrs.example/"), "tidak memakai https"),
        (("--lrs", "lrs.example"), "bukan alamat http"),
        (("--lrs", "https://kunci:rahasia-uji@lrs.example/"), "bukan alamat http"),
        (("--lrs", "https://[::1"), "bukan alamat http"),
        (("--lrs", "own", "--format", "web"), "tidak mengirim catatan"),
        (("--lrs", "own", "--multi-sco"), "modul yang utuh"),
        (("--lrs", "own", "--split", "50M"), "modul yang utuh"),
        (("--lrs", "own", "--lms-home", "lms"), "bukan alamat http"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_written(
    tmp_path: Path, pack: Any, options: tuple[str, ...], sentence: str
) -> None:
    found, records = pack(*options)
    assert not (tmp_path / "data").exists()
    assert (found.exit_code, records) == (1, None)
    assert sentence in re.sub(r"\s+", " ", found.stderr)
    assert "rahasia-uji" not in found.output


@pytest.mark.parametrize(
    "content", ["", "[]", '{"key": "a"}', '{"key": "", "secret": "b"}', '{"key": "a:b", "secret": "c"}']
)
def test_a_file_that_is_no_credential_is_refused(pack: Any, tmp_path: Path, content: str) -> None:
    file = tmp_path / "kredensial.json"
    file.write_text(content, encoding="utf-8")
    found, records = pack("--lrs", "https://lrs.example/", "--lrs-credential", str(file))
    assert (found.exit_code, records) == (1, None)
    assert "bukan berkas kredensial" in found.stderr


def test_the_other_options_need_an_lrs(pack: Any) -> None:
    assert pack("--lms-home", "https://lms.example")[0].exit_code == 2
