"""`jampel adapter pull`: what is read is recorded once, an outage loses nothing, and every run leaves a receipt."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from adapters.errors import AdapterError
from adapters.recording import RefusedRecord
from adapters.registry import Registry, load_adapters
from adapters.remote import CheckLine
from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.store.adapter_runs import LEASE
from lti_tool.systems.runs import run_of
from lti_tool.testing_systems import NAME, ScriptedCheck, ScriptedPull, outage, record, registry
from xapi.clock import system_clock

TOKEN = "rahasia-yang-panjang"
NIP = "199001012099031001"
SHEET = (
    "NIP;Nama;Kegiatan;Penyelenggara;Bentuk;Tanggal mulai;Tanggal selesai;JP\n"
    f"{NIP};Siti Contoh;Bimtek Arsip;BKPSDM;bimbingan-teknis;02/03/2026;03/03/2026;8\n"
)


class House:
    """An installation in a folder, whose only other system is `pull`."""

    def __init__(self, folder, monkeypatch) -> None:
        self.folder = folder
        self.pull = ScriptedPull([[record(1), record(2)], [record(3)], [record(4)]])
        self._patch = monkeypatch
        self.install(registry(pull=self.pull))
        folder.mkdir()
        self.write(f'[adapters.{NAME}]\ntoken = "{TOKEN}"\n')

    def install(self, found: Registry) -> None:
        both = Registry({**load_adapters().adapters, **found.adapters})
        for module in ("adapter_list", "adapter_pull", "adapter_check", "adapter_push", "server"):
            self._patch.setattr(f"lti_tool.cli.{module}.load_adapters", lambda: both)

    def write(self, text: str) -> None:
        (self.folder / "jampel.toml").write_text(text, encoding="utf-8")

    def run(self, *arguments: str, language: str = "id", **more) -> Result:
        environment = {"JAMPEL_DATA": str(self.folder), "JAMPEL_LANG": language, **more.pop("env", {})}
        done = CliRunner().invoke(main, list(arguments), env=environment, **more)
        assert TOKEN not in done.output
        assert NIP not in done.output
        return done

    def json(self, *arguments: str) -> dict:
        return json.loads(self.run(*arguments, "--json").stdout)

    def services(self):
        return open_services(load_settings(self.folder, {}))

    def waiting(self) -> int:
        with self.services() as services:
            return services.recorder.status()["waiting"]


@pytest.fixture
def house(tmp_path, monkeypatch) -> House:
    return House(tmp_path / "data", monkeypatch)


def test_a_pull_records_every_page_and_the_next_one_only_what_came_since(house):
    assert house.json("adapter", "pull", NAME)["recorded"] == 4
    house.pull.pages_held.append([record(5)])

    assert house.json("adapter", "pull", NAME)["recorded"] == 1
    assert house.pull.began == ["", "3"]
    assert house.waiting() == 5


def test_from_the_start_everything_is_read_again_and_nothing_recorded_twice(house):
    house.run("adapter", "pull", NAME)

    again = house.json("adapter", "pull", NAME, "--from-start")
    assert (again["recorded"], again["unchanged"]) == (0, 4)
    assert house.waiting() == 4


def test_an_outage_in_the_middle_keeps_what_came_and_the_next_run_goes_on_there(house):
    whole = list(house.pull.pages_held)
    house.pull.pages_held[1] = outage()

    broken = house.run("adapter", "pull", NAME)
    assert (broken.exit_code, house.waiting()) == (3, 2)
    assert "2 baru" in broken.stderr
    house.pull.pages_held = whole
    assert house.json("adapter", "pull", NAME)["recorded"] == 2
    assert house.pull.began == ["", "1"]
    states = [(one["state"], one["cursor"]) for one in house.json("adapter", "runs")]
    assert states == [("done", "3"), ("stopped", "1")]


def test_a_crash_between_records_and_cursor_repeats_and_doubles_nothing(house, monkeypatch):
    def crash(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("lti_tool.store.adapter_runs.AdapterRunStore.advance", crash)
        assert house.run("adapter", "pull", NAME).exit_code == 1
    assert house.waiting() == 2

    assert (house.json("adapter", "pull", NAME)["unchanged"], house.waiting()) == (2, 4)
    assert [one["state"] for one in house.json("adapter", "runs")] == ["done", "stopped"]


def test_a_killed_run_leaves_a_receipt_that_says_so_and_stops_nobody_for_long(house):
    with house.services() as services:
        later = system_clock() - LEASE - timedelta(seconds=1)
        services.clock = lambda: later
        run = run_of(services, NAME, "pull")
        run.__enter__()  # its process dies here: nobody ends it

    assert house.json("adapter", "runs")[0]["state"] == "interrupted"
    shown = house.run("adapter", "runs", house.json("adapter", "runs")[0]["id"][:8])
    assert "mati di tengah jalan" in shown.stdout
    assert house.run("adapter", "pull", NAME).exit_code == 0
    run.gen.close()


def test_a_second_run_at_the_same_time_is_refused_with_a_sentence(house):
    with house.services() as services, run_of(services, NAME, "pull"):
        refused = house.run("adapter", "pull", NAME)
    assert refused.exit_code == 3
    assert "sedang berjalan" in refused.stderr
    assert house.run("adapter", "pull", NAME).exit_code == 0


def test_a_wrong_token_is_told_with_what_to_do_and_nothing_is_lost(house):
    house.pull.pages_held[0] = AdapterError("remote.refused", "HTTP 401", host="lms.contoh.go.id", status=401)
    refused = house.run("adapter", "pull", NAME)
    assert refused.exit_code == 3
    assert "Token salah" in refused.stderr
    assert house.json("adapter", "runs")[0]["problem"]["code"] == "remote.refused"


def test_a_missing_option_is_named_before_anything_is_asked(house):
    house.write("")
    refused = house.run("adapter", "pull", NAME)
    assert refused.exit_code == 3
    assert "token" in refused.stderr


def test_records_that_cannot_be_used_hold_up_no_other_and_stand_in_the_receipt(house):
    bad = record(9, title=f"Kegiatan {NIP}")
    otherwise = record(1, jp=900)
    house.pull.pages_held = [[record(1), record(2)], [bad, record(3), record(8, activity="bukan iri"), otherwise]]

    done = house.run("adapter", "pull", NAME)
    assert (done.exit_code, house.waiting()) == (1, 3)
    receipt = house.json("adapter", "runs", house.json("adapter", "runs")[0]["id"])
    assert receipt["counts"] == {"pages": 2, "read": 6, "recorded": 3, "unchanged": 0, "refused": 3}
    assert [one["place"] for one in receipt["refused"]] == ["baris 9", "baris 8", "baris 1"]
    assert {one["code"] for one in receipt["refused"]} >= {"intake.nip_left", "record.recorded_otherwise"}


def test_what_a_page_cannot_use_is_refused_with_its_place(house):
    house.pull.refused = [RefusedRecord("kursus 7", outage())]
    assert "kursus 7" in house.run("adapter", "pull", NAME).stderr


def test_an_adapter_that_crashes_is_one_sentence_and_a_receipt(house):
    house.pull.pages_held[1] = KeyError(TOKEN)
    broken = house.run("adapter", "pull", NAME)
    assert (broken.exit_code, house.waiting()) == (1, 2)
    assert "KeyError" in broken.stderr
    assert house.json("adapter", "runs")[0]["problem"]["code"] == "adapter.crashed"


def test_a_dry_run_shows_what_would_be_recorded_and_records_nothing(house):
    house.run("adapter", "pull", NAME)
    house.pull.pages_held += [[record(5), record(3), record(6, title=f"Kegiatan {NIP}")]]

    done = house.run("adapter", "pull", NAME, "--dry-run", "--json")
    shown = json.loads(done.stdout)
    assert [one["state"] for one in shown["records"]] == ["new", "known", "refused"]
    assert (done.exit_code, house.waiting(), len(house.json("adapter", "runs"))) == (1, 4, 1)
    assert "Kegiatan 5" in house.run("adapter", "pull", NAME, "--dry-run").stdout
    with house.services() as services:
        assert services.people.by_nip(record(5).who.nip) is None


def test_a_file_is_read_into_a_receipt_and_a_dry_run_of_it_records_nothing(house, tmp_path):
    sheet = tmp_path / "hadir.csv"
    sheet.write_text(SHEET, encoding="utf-8")

    assert house.json("adapter", "pull", "spreadsheet", str(sheet), "--dry-run")["new"] == 1
    assert house.waiting() == 0
    done = house.json("adapter", "pull", "spreadsheet", str(sheet))
    assert (done["recorded"], house.json("adapter", "runs", done["run"])["subject"]) == (1, "hadir.csv")


def test_a_file_with_a_changed_column_is_refused_whole_and_says_which(house, tmp_path):
    sheet = tmp_path / "hadir.csv"
    sheet.write_text(SHEET.replace("Bentuk", "Jenis apa saja"), encoding="utf-8")

    refused = house.run("adapter", "pull", "spreadsheet", str(sheet))
    assert (refused.exit_code, house.waiting()) == (1, 0)
    assert "Bentuk" in refused.stderr
    assert house.json("adapter", "runs")[0]["state"] == "stopped"


def test_of_several_connections_one_is_chosen_and_each_has_its_own_cursor(house):
    house.write(
        f'[adapters.{NAME}]\nurl = "https://lms.example"\n[adapters.{NAME}.kota]\ntoken = "{TOKEN}"\n'
        f'[adapters.{NAME}.provinsi]\ntoken_file = "token.txt"\n'
    )
    (house.folder / "token.txt").write_text(f"{TOKEN}\n")

    unclear = house.run("adapter", "pull", NAME)
    assert (unclear.exit_code, "kota, provinsi" in unclear.stderr) == (3, True)
    assert house.run("adapter", "pull", NAME, "--connection", "lain").exit_code == 3
    assert house.json("adapter", "pull", NAME, "--connection", "Provinsi")["recorded"] == 4
    assert house.json("adapter", "pull", NAME, "--connection", "kota")["unchanged"] == 4
    assert {one["connection"] for one in house.json("adapter", "runs")} == {"kota", "provinsi"}


def test_an_unknown_option_is_refused_with_those_that_are_known(house):
    house.write(f'[adapters.{NAME}]\ntokn = "{TOKEN}"\n')
    refused = house.run("adapter", "pull", NAME)
    assert refused.exit_code == 3
    assert "tokn" in refused.stderr
    assert "token, url" in refused.stderr


def test_options_come_from_the_environment_too(house):
    house.write("")
    done = house.run("adapter", "pull", NAME, env={f"JAMPEL_ADAPTERS__{NAME.upper()}__TOKEN": TOKEN})
    assert done.exit_code == 0


def test_no_listing_shows_a_secret(house):
    house.write(f'[adapters.{NAME}]\ntoken = "{TOKEN}"\nurl = "https://lms.example"\n[adapters.lain]\nx = "{TOKEN}"\n')
    for command in (("adapter", "show", NAME), ("adapter", "show", NAME, "--json"), ("config", "show")):
        shown = house.run(*command).stdout
        assert "https://lms.example" in shown
        assert "***" in shown
    assert "lain" in house.run("adapter", "list").stderr


def test_a_backup_has_no_secret_of_an_adapter(house, tmp_path):
    from lti_tool.settings import file_without_secrets
    from lti_tool.systems.connections import is_open

    house.write(
        f'[adapters.{NAME}]\ntoken = "{TOKEN}"\nurl = "https://lms.example"\n[adapters.{NAME}.b]\nurl = "https://a:b@c"\n'
    )
    kept = file_without_secrets(load_settings(house.folder, {}), lambda *one: is_open(registry(), *one))
    assert TOKEN not in kept
    assert "a:b" not in kept
    assert "https://lms.example" in kept
    house.write(kept)
    assert load_settings(house.folder, {}).adapters.shared(NAME) == {"url": "https://lms.example"}
    assert TOKEN not in repr(load_settings(house.folder, {f"JAMPEL_ADAPTERS__{NAME}__TOKEN": TOKEN}))


def test_check_says_what_is_missing_and_what_nobody_knows(house):
    assert house.run("adapter", "check", NAME).exit_code == 0
    house.write("")
    lacking = house.run("adapter", "check", NAME)
    assert lacking.exit_code == 1
    assert "! kurang: Opsi token" in lacking.stdout
    assert "? belum pasti" in lacking.stdout


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (CheckLine(state="ok", text="Opsi", package="lti_tool"), 0),
        (CheckLine(state="missing", text="Opsi", package="lti_tool"), 1),
        (CheckLine.of(AdapterError("remote.refused", host="lms.example", status=401)), 1),
        (CheckLine.of(outage()), 3),
    ],
)
def test_a_check_of_the_adapter_decides_the_exit_code(house, line, code):
    house.install(registry(pull=house.pull, check=ScriptedCheck((line,))))
    done = house.run("adapter", "check", NAME, "--json")
    assert done.exit_code == code
    assert json.loads(done.stdout)[0]["state"] == line.state


@pytest.mark.thorough
def test_fifty_thousand_records_go_in_once(house):
    pages = [[record(number) for number in range(first, first + 500)] for first in range(0, 50_000, 500)]
    house.pull.pages_held = [*pages[:60], outage()]
    assert house.run("adapter", "pull", NAME).exit_code == 3
    house.pull.pages_held = pages

    assert house.json("adapter", "pull", NAME)["recorded"] == 20_000
    assert house.waiting() == 50_000
