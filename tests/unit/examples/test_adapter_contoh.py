"""The example adapter, installed as a third party would: found, contract kept, read over HTTP and from its file."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from adapters.errors import AdapterError
from adapters.registry import load_adapters
from adapters.testing import CLAIMS, connection
from adapters.wire_http import BrokenLinkError, Reply, Sent
from lti_tool.cli import main
from tools.words import compiled

EXAMPLE = Path(__file__).parents[3] / "examples" / "adapter-contoh"
NAME, TOKEN = "simpeg_contoh", "rahasia-yang-panjang"


@pytest.fixture(scope="module")
def adapter(tmp_path_factory):
    """The adapter, installed into a folder of its own."""
    target = tmp_path_factory.mktemp("paket")
    source = tmp_path_factory.mktemp("sumber") / "adapter"
    shutil.copytree(EXAMPLE, source)  # building leaves files behind
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*install, "--disable-pip-version-check", "--target", target, source], check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(target)
        yield load_adapters().get(NAME)
        for module in [one for one in sys.modules if one.split(".")[0] == NAME]:
            del sys.modules[module]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_it_keeps_the_contract(adapter, claim, tmp_path):
    assert claim(adapter, tmp_path) == []


def test_the_command_lists_it_and_reads_its_file(adapter, tmp_path):
    (tmp_path / "jampel.toml").touch()

    def run(*arguments: str):
        environment = {"JAMPEL_DATA": str(tmp_path), "JAMPEL_LANG": "id"}
        return json.loads(CliRunner().invoke(main, ["adapter", *arguments, "--json"], env=environment).stdout)

    assert run("list")[NAME] == ["pull", "exchange", "identity", "check"]
    assert [option["secret"] for option in run("show", NAME)["options"] if option["name"] == "token"] == [True]
    assert run("pull", NAME, str(EXAMPLE / "contoh.csv"), "--dry-run")["new"] == 2
    assert run("pull", NAME, str(EXAMPLE / "contoh.csv"))["recorded"] == 2
    assert run("pull", NAME, str(EXAMPLE / "contoh.csv"))["unchanged"] == 2


def row(number: int, **changes) -> dict[str, object]:
    values = {
        "id": number, "nip": "199001012099031001", "nama": "Siti Contoh", "kegiatan": "Seminar", "penyelenggara": "A",
        "bentuk": "seminar", "mulai": "2026-03-02", "selesai": "2026-03-02", "jp": "4",
    }  # fmt: skip
    return values | changes


class Simpeg:
    """The invented system: gives two rows at a time, and breaks where it is told to."""

    def __init__(self, rows: list[dict[str, object]]) -> None:
        self.rows = rows
        self.breaks_at: int | None = None

    def __call__(self, sent: Sent) -> Reply:
        if sent.headers["Authorization"] != f"Bearer {TOKEN}":
            return Reply(401)
        last = int(sent.url.split("sesudah=")[1].split("&")[0])
        if self.breaks_at == last:
            raise BrokenLinkError
        found = [one for one in self.rows if one["id"] > last][:2]
        return Reply(200, msgspec.json.encode({"data": found, "jumlah": len(self.rows)}))


def pages(adapter, system: Simpeg, cursor: str = "", token: str = TOKEN):
    options = {"url": "https://simpeg.example/", "token": token}
    return adapter.pull.pages(connection(options, transport=system), cursor)


def test_it_reads_on_where_it_stopped_and_tells_rows_it_cannot_use(adapter):
    system = Simpeg([row(1), row(2, bentuk="kuliah bebas"), row(3), row(4, jp=None), row(5)])
    system.breaks_at = 4
    reading = pages(adapter, system)
    first = [next(reading), next(reading)]
    with pytest.raises(AdapterError):
        next(reading)
    system.breaks_at = None
    rest = list(pages(adapter, system, first[-1].cursor))

    assert [record.key[1] for page in (*first, *rest) for record in page.records] == ["1", "3", "5"]
    assert [(one.place, one.error.code) for page in first for one in page.refused] == [
        ("id 2", "contoh.form_unknown"), ("id 4", "contoh.other_row"),
    ]  # fmt: skip
    assert (rest[-1].cursor, rest[-1].total) == ("5", 5)


def test_its_check_tells_a_good_token_from_a_wrong_one(adapter):
    def states(token: str) -> list[tuple[str, str]]:
        options = {"url": "https://simpeg.example/", "token": token}
        given = connection(options, transport=Simpeg([row(1)]))
        return [(line.state, line.code) for line in adapter.check.lines(given)]

    assert states(TOKEN) == [("ok", "")]
    assert states("salah") == [("failed", "remote.refused")]


@pytest.mark.parametrize("language", ["id", "en"])
def test_its_compiled_words_are_fresh(language):
    catalogue = EXAMPLE / "simpeg_contoh" / "locale" / language / "LC_MESSAGES" / "messages.po"
    with catalogue.open("rb") as file:
        assert catalogue.with_suffix(".mo").read_bytes() == compiled(read_po(file))
