"""What else is sealed than reports of the ledger: leagues, findings, transcripts, and reports from an export."""

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.audit.seal.files import read_sealed, seal_path
from xapi.audit.testing import credit
from xapi.database import open_database, writing
from xapi.testing import encoded

NIP, OTHER = "198501012099031001", "198501012099211002"
KOTA = {"JAMPEL_INSTITUTION__SLUG": "kota", "JAMPEL_INSTITUTION__NAME": "Kota Dua"}


def call(data: Path, *arguments: str, **more: str) -> Result:
    environment = {"JAMPEL_DATA": str(data), "JAMPEL_LANG": "id", **more}
    return CliRunner().invoke(main, list(arguments), env=environment)


def ok(data: Path, *arguments: str, **more: str) -> Result:
    done = call(data, *arguments, **more)
    assert done.exit_code == 0, done.output
    return done


def verified(data: Path, file: Path) -> tuple[int, list[str]]:
    """The exit code, and the kinds of what differs."""
    found = call(data, "audit", "verify", str(file), "--json")
    return found.exit_code, [one["kind"] for one in json.loads(found.stdout)["differences"]]


def employ(data: Path, nip: str, name: str, numbers: dict[int, int], **institution: str) -> None:
    """One employee of an institution with credits (number: JP in hundredths) of a module."""
    roster = data.parent / f"{nip}.csv"
    roster.write_text(f"NIP;Nama;OPD;Status;Jabatan\n{nip};{name};Dinas {name};PNS;Staf\n", encoding="utf-8")
    ok(data, "people", "import", str(roster), **institution)
    with pytest.MonkeyPatch.context() as patch:
        for key, value in institution.items():
            patch.setenv(key, value)
        settings = load_settings(data)
    with open_services(settings) as services:
        for number, jp in numbers.items():
            one = credit(number, jp=jp, home_page=services.people.home_page, duration="PT2M")
            one["actor"]["account"]["name"] = services.people.by_nip(nip)  # type: ignore[index]
            services.lrs.post_statements(services.principal("launch"), encoded(one), version="1.0.0")
        services.bring_ledger_up_to_date()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two institutions in one installation, and a file of every kind; nobody may write into it."""
    folder = tmp_path_factory.mktemp("macam")
    data = folder / "data"
    employ(data, NIP, "Siti Uji", {1: 1200, 2: 900})
    employ(data, OTHER, "Budi Uji", {11: 2000}, **KOTA)
    year = ("--year", "2026")
    for form in ("pdf", "json", "xlsx"):
        ok(data, "audit", "league", *year, "-o", str(folder / f"liga.{form}"))
    for form in ("pdf", "csv", "json"):
        ok(data, "audit", "trail", NIP, *year, "-o", str(folder / f"transkrip.{form}"))
    for form in ("csv", "json"):
        target = ("--format", form, "-o", str(folder / f"temuan.{form}"))
        assert call(data, "audit", "anomalies", *year, *target).exit_code == 1
    ok(data, "audit", "export-parquet", str(folder / "parquet"))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "salinan")


FILES = [
    "liga.pdf", "liga.json", "liga.xlsx", "transkrip.pdf", "transkrip.csv", "transkrip.json", "temuan.csv",
    "temuan.json",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_is_proven(made: Path, name: str) -> None:
    file = made / name
    assert seal_path(file).exists() == (not name.endswith("json"))
    assert verified(made / "data", file) == (0, [])
    assert NIP not in (seal_path(file).read_text() if seal_path(file).exists() else "")


def test_a_league_rests_on_the_statements_of_every_institution(folder: Path) -> None:
    data = folder / "data"
    seal = read_sealed(folder / "liga.json").opened.seal
    (member,) = seal.members
    assert (list(seal.report.scope.values()), member.statements.count) == (["Instansi", "Kota Dua"], 1)
    employ(data, OTHER, "Budi Uji", {12: 300}, **KOTA)  # what came later breaks nothing
    assert verified(data, folder / "liga.json") == (0, [])
    engine = open_database(data / "lrs.db")
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM statement WHERE id = :id"), {"id": (11).to_bytes(16, "big")})
    engine.dispose()
    code, kinds = verified(data, folder / "liga.json")
    assert (code, kinds[0]) == (1, "removed")
    assert "figure_row" in kinds


def test_a_league_from_another_office_of_the_installation_is_not_taken_for_its_own(made: Path) -> None:
    found = call(made / "data", "audit", "verify", str(made / "liga.json"), **KOTA)
    assert (found.exit_code, "kunci lain" in found.stderr or "instansi lain" in found.stderr) == (1, True)


def test_a_transcript_rests_on_its_person_alone(made: Path) -> None:
    seal = read_sealed(made / "transkrip.pdf").opened.seal
    assert (seal.statements.count, seal.roster.count, seal.figures.count) == (2, 1, 3)


def test_a_credit_that_was_changed_or_taken_away_shows_in_the_transcript(folder: Path) -> None:
    file = folder / "transkrip.csv"
    content = file.read_bytes()
    assert b"12,00" in content
    file.write_bytes(content.replace(b"12,00", b"32,00", 1))
    found = call(folder / "data", "audit", "verify", str(file))
    assert (found.exit_code, "baris 2" in found.stderr) == (1, True)
    pdf = call(folder / "data", "audit", "verify", str(folder / "transkrip.pdf"), "--seal", str(seal_path(file)))
    assert pdf.exit_code == 1


@pytest.mark.parametrize("also_statements", ["true", "false"])
def test_the_transcript_of_somebody_erased_by_law_is_told_apart(folder: Path, also_statements: str) -> None:
    setting = {"JAMPEL_PRIVACY__ERASE_STATEMENTS": also_statements}
    ok(folder / "data", "subject", "erase", NIP, "--reason", "uji", "--although-employed", "--yes", **setting)
    code, kinds = verified(folder / "data", folder / "transkrip.pdf")
    assert (code, "roster_erased" in kinds, "figures_erased" in kinds) == (0, True, True)


def test_a_report_from_an_export_is_proven_as_of_the_export(folder: Path) -> None:
    data, file = folder / "data", folder / "rekap.csv"
    engine = ("--engine", "duckdb", "--parquet", str(folder / "parquet"))
    with open_services(load_settings(data)) as services:  # what came after the export is not in it
        one = credit(3, jp=500, home_page=services.people.home_page)
        one["actor"]["account"]["name"] = services.people.by_nip(NIP)  # type: ignore[index]
        services.lrs.post_statements(services.principal("launch"), encoded(one), version="1.0.0")
        services.lrs.post_statements(
            services.principal("launch"), msgspec.json.encode({**credit(9), "actor": {"mbox": "mailto:a@b.id"}})
        )
    for by in ("pegawai", "opd"):
        ok(data, "audit", "report", "--year", "2026", "--by", by, "-o", str(file), *engine)
        assert verified(data, file) == (0, [])
        assert read_sealed(file).opened.seal.statements.count == 2
    fresh = folder / "segar.csv"
    ok(data, "audit", "report", "--year", "2026", "-o", str(fresh), "--engine", "duckdb")
    assert (verified(data, fresh), read_sealed(fresh).opened.seal.through.seq > 3) == ((0, []), True)


def test_a_figure_that_was_put_into_an_export_does_not_follow(folder: Path) -> None:
    """Whoever writes into the Parquet files gets a seal over false figures, and the proof says which row."""
    duckdb = pytest.importorskip("duckdb")
    (credits,) = (folder / "parquet" / "credit").rglob("*.parquet")
    other = credits.with_suffix(".baru")
    duckdb.execute(f"COPY (SELECT * REPLACE (raw_jp * 2 AS raw_jp) FROM '{credits}') TO '{other}' (FORMAT parquet)")
    other.replace(credits)
    file, engine = folder / "palsu.csv", ("--engine", "duckdb", "--parquet", str(folder / "parquet"))
    ok(folder / "data", "audit", "report", "--year", "2026", "-o", str(file), *engine)
    code, kinds = verified(folder / "data", file)
    assert (code, kinds[0]) == (1, "figure_row")


def test_an_export_that_cannot_be_sealed_gives_a_report_and_says_why(folder: Path) -> None:
    data, file = folder / "data", folder / "rekap.csv"
    report = ("audit", "report", "--year", "2026", "-o", str(file), "--engine", "duckdb", "--parquet")
    ok(data, "audit", "export-parquet", str(folder / "polos"), "--without-seal")
    assert "tidak menyebut" in ok(data, *report, str(folder / "polos")).stderr
    manifest = folder / "parquet" / "manifest.json"
    told = json.loads(manifest.read_text())
    (share,) = told["institutions"].values()
    share["sealed"]["2026"]["statements"] = "0" * 64
    manifest.write_text(json.dumps(told))
    assert "bukan dari buku kredit ini" in ok(data, *report, str(folder / "parquet")).stderr
    ok(data, "audit", "export-parquet", str(folder / "parquet"))
    employ(data, "198501012099031003", "Baru", {})
    assert "Daftar pegawai berubah" in ok(data, *report, str(folder / "parquet")).stderr
    assert (file.exists(), seal_path(file).exists()) == (True, False)
