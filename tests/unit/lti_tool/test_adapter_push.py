"""Pushing accepted credits: a plan first, each record once whatever breaks, and nothing sent is ever changed."""

import json
import shutil

import openpyxl
import pytest
from click.testing import CliRunner, Result

from adapters.errors import AdapterError
from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.store.adapter_pushes import PLANNED, REFUSED, SENDING, SENT
from lti_tool.systems.connections import connection_of
from lti_tool.systems.push import Sender
from lti_tool.systems.push_plan import plan_of
from lti_tool.systems.runs import run_of
from lti_tool.testing_systems import NAME, ScriptedPull, ScriptedPush, nip, outage, record, registry

SETTINGS = f'[adapters.{NAME}]\ntoken = "rahasia-yang-panjang"\npush = "ya"\n'
YEAR = 2026
FINE = {"send": 2, "look": 0, "there": 0, "differs": 0, "gone": 0, "refuse": 1}


def patched(patch, found) -> None:
    for module in ("adapter_pull", "adapter_push"):
        patch.setattr(f"lti_tool.cli.{module}.load_adapters", lambda: found)


@pytest.fixture(scope="module")
def credited(tmp_path_factory):
    """A data folder with three accepted credits: two that a system takes, and one of half a JP."""
    folder = tmp_path_factory.mktemp("kredit") / "data"
    folder.mkdir()
    (folder / "jampel.toml").write_text(SETTINGS)
    records = [record(1, title="Satu"), record(2, title="Dua"), record(3, title="Setengah", jp=50, form="kursus")]
    with pytest.MonkeyPatch.context() as patch:
        patched(patch, registry(pull=ScriptedPull([records]), push=ScriptedPush()))
        for command in (("adapter", "pull", NAME), ("outbox", "flush"), ("audit", "rebuild")):
            done = CliRunner().invoke(main, [*command, "--data", str(folder)])
            assert done.exit_code == 0, done.output
    return folder


class House:
    """A copy of that folder, and a system of record."""

    def __init__(self, folder, monkeypatch) -> None:
        self.folder = folder
        self.system = ScriptedPush()
        self.adapter = registry(push=self.system).get(NAME)
        patched(monkeypatch, registry(push=self.system))
        self.services = open_services(load_settings(folder, {}))

    @property
    def connection(self):
        return connection_of(self.services, self.adapter)

    def plan(self):
        return plan_of(self.services, self.adapter, self.connection, YEAR)

    def push(self) -> dict[str, int]:
        """Sends the plan as it is now; gives what was counted."""
        with run_of(self.services, NAME, "push") as run:
            Sender(self.services, self.adapter, self.connection, run).send(self.plan(), lambda _reach: None)
        return run.counts

    def states(self) -> list[str]:
        return sorted(one.state for one in self.services.lti.adapter_pushes.of(NAME, "").values())

    def run(self, *arguments: str) -> Result:
        done = CliRunner().invoke(main, [*arguments, "--data", str(self.folder)])
        assert nip(1) not in done.output
        return done


@pytest.fixture
def house(credited, tmp_path, monkeypatch):
    shutil.copytree(credited, tmp_path / "data")
    found = House(tmp_path / "data", monkeypatch)
    yield found
    found.services.close()


def test_a_plan_says_what_would_be_sent_and_what_cannot_be(house):
    plan = house.plan()

    assert plan.counts == FINE
    credit = next(item for item in plan.to_send if item.title == "Satu").prepared.credit
    assert (credit.nip, credit.jp, credit.first, credit.bkn) == (nip(1), 400, credit.last, 9)
    assert house.system.sent == []


def test_what_was_sent_is_there_and_is_never_sent_again(house):
    assert house.push() == {"sent": 2}
    assert house.push() == {}

    assert sorted(house.system.sent) == ["Dua", "Satu"]
    assert house.plan().counts == FINE | {"send": 0, "there": 2}


def test_a_record_that_someone_else_entered_is_not_entered_twice(house):
    house.system.kept["Satu"] = "r99"

    assert house.push() == {"found": 1, "sent": 1}
    assert house.system.sent == ["Dua"]
    assert {one.remote for one in house.services.lti.adapter_pushes.of(NAME, "").values()} == {
        "r99",
        house.system.kept["Dua"],
    }


@pytest.mark.parametrize("arrived", [True, False])
def test_a_write_of_unknown_outcome_is_looked_for_before_it_is_sent_again(house, arrived):
    house.system.errors, house.system.loses = [AdapterError("remote.unsure", "", host="contoh")], arrived
    house.push()
    house.system.loses = False
    house.push()

    assert sorted(house.system.sent) == ["Dua", "Satu"]
    assert house.states() == [SENT, SENT]


def test_a_write_that_cannot_be_looked_for_stays_unsure_until_the_next_run(house, monkeypatch):
    house.system.errors = [AdapterError("remote.unsure", "", host="contoh")]

    assert house.push() == {"unsure": 1, "sent": 1}
    assert (house.states(), house.plan().counts["look"]) == ([SENDING, SENT], 1)


def test_a_crash_while_a_record_is_sent_is_looked_for_by_the_next_run(house):
    house.system.errors, house.system.loses = [KeyboardInterrupt()], True
    with pytest.raises(KeyboardInterrupt):
        house.push()
    assert house.states() == [SENDING]
    house.system.loses = False

    assert house.push() == {"sent": 2}
    assert sorted(house.system.sent) == ["Dua", "Satu"]


def test_an_outage_ends_the_run_and_the_next_one_sends_what_is_left(house):
    house.system.errors = [None, outage()]
    with pytest.raises(AdapterError):
        house.push()
    assert house.states() == [PLANNED, SENT]

    assert house.push() == {"sent": 1}
    assert sorted(house.system.sent) == ["Dua", "Satu"]


def test_a_record_that_the_system_refuses_holds_up_no_other_and_may_be_tried_again(house):
    house.system.errors = [AdapterError("remote.broken_answer", "", host="contoh", status=422)]

    assert house.push() == {"refused": 1, "sent": 1}
    assert house.states() == [REFUSED, SENT]
    assert house.push() == {"sent": 1}


def test_a_credit_that_changed_after_it_was_sent_is_told_and_not_sent_again(house, monkeypatch):
    house.push()
    prepare = house.system.prepare

    def changed(credit, connection):
        prepared = prepare(credit, connection)
        prepared.body["jam"] += 1
        return prepared

    monkeypatch.setattr(house.system, "prepare", changed)
    assert house.plan().counts == FINE | {"send": 0, "differs": 2}
    assert house.push() == {}
    done = house.run("adapter", "push", NAME, "--year", "2026", "--dry-run")
    assert done.exit_code == 1
    assert "berbeda dari yang terkirim" in done.output


def test_a_credit_that_changed_while_it_was_unsure_is_left_to_people(house, monkeypatch):
    house.system.errors = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        house.push()
    prepare = house.system.prepare

    def renamed(credit, connection):
        prepared = prepare(credit, connection)
        prepared.body["nama"] += " (rev)"
        return prepared

    monkeypatch.setattr(house.system, "prepare", renamed)
    assert house.push() == {"unsure": 1, "sent": 1}
    assert len(house.system.sent) == 1
    assert house.plan().counts["send"] == 1  # in a new plan, for somebody to confirm


def test_on_a_terminal_the_plan_is_shown_and_asked_for(house, monkeypatch):
    monkeypatch.setattr("lti_tool.cli.adapter_push.on_terminal", lambda: True)
    asked = ["adapter", "push", NAME, "--year", "2026", "--data", str(house.folder)]

    assert CliRunner().invoke(main, asked, input="n\n").exit_code == 1
    assert house.system.sent == []
    CliRunner().invoke(main, asked, input="y\n")
    assert len(house.system.sent) == 2


def test_a_plan_that_another_run_has_sent_meanwhile_is_not_sent_again(house, monkeypatch):
    plan = house.plan()
    house.push()
    plans = iter([plan, house.plan()])
    monkeypatch.setattr("lti_tool.cli.adapter_push.plan_of", lambda *_: next(plans))

    done = house.run("adapter", "push", NAME, "--year", "2026", "--plan", plan.code)
    assert done.exit_code == 1
    assert sorted(house.system.sent) == ["Dua", "Satu"]


def test_a_credit_that_is_no_longer_accepted_is_told(house, monkeypatch):
    house.push()
    rows = [row for row in house.services.ledger.accepted_of(YEAR) if row["activity_title"] != "Satu"]
    monkeypatch.setattr(type(house.services.ledger), "accepted_of", lambda _self, _year: rows)

    assert house.plan().counts["gone"] == 1


def test_a_person_whose_processing_is_suspended_is_not_sent(house):
    person = house.services.people.by_nip(nip(1))
    house.services.people.subjects.freeze(person, house.services.clock(), basis="uji", decided_by="uji")

    refused = [item.error.code for item in house.plan().items if item.error]
    assert "adapter.person_frozen" in refused
    assert house.plan().counts["send"] == 1


def test_the_code_of_a_plan_changes_with_what_would_be_sent_and_nothing_else(house):
    code = house.plan().code
    assert house.plan().code == code
    house.push()
    assert house.plan().code != code


def test_nothing_is_sent_unless_the_settings_allow_it_and_the_plan_is_named(house):
    code = json.loads(house.run("adapter", "push", NAME, "--year", "2026", "--dry-run", "--json").stdout)["plan"]
    assert house.run("adapter", "push", NAME, "--year", "2026").exit_code == 2
    wrong = house.run("adapter", "push", NAME, "--year", "2026", "--plan", "0123456789")
    assert (wrong.exit_code, code in wrong.output) == (1, True)
    (house.folder / "jampel.toml").write_text(SETTINGS.replace('"ya"', '"tidak"'))
    assert house.run("adapter", "push", NAME, "--year", "2026", "--plan", code).exit_code == 3
    assert house.system.sent == []
    (house.folder / "jampel.toml").write_text(SETTINGS)

    sent = house.run("adapter", "push", NAME, "--year", "2026", "--plan", code, "--json")
    assert json.loads(sent.stdout)["sent"] == 2
    assert sent.exit_code == 1  # the third cannot be sent
    receipt = json.loads(house.run("adapter", "runs", "--json").stdout)[0]
    assert (receipt["action"], receipt["subject"], receipt["counts"]) == ("push", code, {"sent": 2})


def test_what_is_there_without_its_certificate_is_not_called_unsent(house):
    code = json.loads(house.run("adapter", "push", NAME, "--year", "2026", "--dry-run", "--json").stdout)["plan"]
    house.system.errors, house.system.loses = (
        [AdapterError("remote.written.certificate", "", remote="r1", why="413")],
        True,
    )
    sent = house.run("adapter", "push", NAME, "--year", "2026", "--plan", code)
    assert (sent.exit_code, "2 terkirim" in sent.stderr) == (1, True)
    assert "1 catatan terkirim, tetapi belum lengkap" in sent.stderr
    assert "tidak terkirim" not in sent.stderr


def test_a_plan_is_written_for_the_institutions_own_system_and_nothing_is_sent(house, tmp_path):
    for name in ("rencana.json", "rencana.xlsx"):
        assert house.run("adapter", "push", NAME, "--year", "2026", "-o", str(tmp_path / name)).exit_code == 1
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    assert house.run("adapter", "push", NAME, "-o", str(tmp_path / "rencana.pdf")).exit_code == 1

    records = json.loads((tmp_path / "rencana.json").read_text())["records"]
    assert {one["body"]["nip"] for one in records} == {nip(1), nip(2)}
    rows = list(openpyxl.load_workbook(tmp_path / "rencana.xlsx").active.values)
    assert rows[0] == ("key", "nip", "nama", "jam", "mulai")
    assert {row[1] for row in rows[1:]} == {nip(1), nip(2)}
    assert house.system.sent == []


def test_the_store_holds_no_nip_of_what_was_sent(house):
    house.push()
    house.services.close()
    assert nip(1).encode() not in (house.folder / "house.db").read_bytes()
