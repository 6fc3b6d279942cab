"""Runs of `jampel adapter push siasn`: whatever ends one, the next ends with each record there once."""

import dataclasses
from collections.abc import Callable
from datetime import date
from itertools import count

import pytest

from adapters.remote import AcceptedCredit
from adapters.siasn import ADAPTER
from adapters.siasn.push import SiasnPush
from adapters.siasn.testing import FakeSiasn
from lti_tool.services import Services, open_services
from lti_tool.settings import load_settings
from lti_tool.systems import push_plan
from lti_tool.systems.connections import connection_of
from lti_tool.systems.credits import Given
from lti_tool.systems.push import Sender
from lti_tool.systems.push_plan import plan_of
from lti_tool.systems.runs import run_of
from xapi.errors import JampelError

NIPS = ("198501012099031001", "198612312099032002", "199002022099121003")
CREDITS = [
    AcceptedCredit(
        statement=f"4d16dbbd-340a-41ee-96e3-0a580a83000{number}", nip=nip, name="Contoh", title=f"Bimtek {number}",
        organiser="BKPSDM", form="bimbingan-teknis", bkn=8, jp=1250, year=2026, first=date(2026, 3, number),
        last=date(2026, 3, number), certificate=f"{number}/BKPSDM/2026",
    )
    for number, nip in enumerate(NIPS, start=1)
]  # fmt: skip


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    folder = tmp_path_factory.mktemp("siasn")
    with open_services(load_settings(folder, {})) as opened:
        yield opened


class Office:
    """An institution that sends `credits`; every run is a new process to the adapter."""

    numbers = count(1)

    def __init__(self, services: Services, siasn: FakeSiasn) -> None:
        self.services = services
        self.siasn = siasn
        self.credits = list(CREDITS)
        self.name = f"kantor{next(self.numbers)}"

    def plan(self):
        return plan_of(self.services, ADAPTER, self.connection(), 2026)

    def connection(self):
        known = connection_of(self.services, ADAPTER)
        options = {**known.options, **self.siasn.options, "push": "ya"}
        return dataclasses.replace(known, options=options, name=self.name, sleep=lambda _seconds: None)

    def run(self) -> dict[str, int]:
        """What one run counts; also of one that an error ended."""
        adapter = dataclasses.replace(ADAPTER, push=SiasnPush())
        plan = plan_of(self.services, adapter, self.connection(), 2026)
        with run_of(self.services, "siasn", "push", connection=self.name, subject=plan.code) as run:
            try:
                Sender(self.services, adapter, self.connection(), run).send(plan, lambda _reach: None)
            except JampelError as error:
                return run.counts | {error.code: 1}
            return run.counts

    def there(self) -> list[str]:
        return sorted(row["noSertipikat"] for row in self.siasn.records["kursus"].values())


@pytest.fixture
def office(services, monkeypatch):
    with FakeSiasn(people={nip: f"P{number}" for number, nip in enumerate(NIPS)}) as siasn:
        made = Office(services, siasn)
        given: Callable[..., list[Given]] = lambda _services, _year: [  # noqa: E731
            Given(one.statement, one.title, one) for one in made.credits
        ]
        monkeypatch.setattr(push_plan, "accepted_credits", given)
        yield made


ALL = ["1/BKPSDM/2026", "2/BKPSDM/2026", "3/BKPSDM/2026"]


def test_a_second_run_has_nothing_left_to_send(office):
    assert office.run() == {"sent": 3}
    assert office.run() == {}
    assert office.there() == ALL


@pytest.mark.parametrize("fault", ["drop", "drop_after", "busy", "busy_after", "html_after", "garbage_after"])
def test_a_break_in_the_middle_is_made_up_by_the_next_run(office, fault):
    office.siasn.fail("kursus/save", "", fault)
    office.siasn.fail("pns/rw-kursus", "", "", *["busy"] * 4)
    office.run()
    office.run()
    assert office.there() == ALL
    assert office.plan().counts["there"] == 3


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_that_is_killed_around_a_write_leaves_no_second_record(office, monkeypatch, when):
    send = SiasnPush.send

    def killed(push, prepared, connection):
        if when == "after":
            send(push, prepared, connection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SiasnPush, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            office.run()
    assert office.plan().counts["look"] == 1
    office.run()
    assert office.there() == ALL


def test_an_outage_ends_the_run_and_nothing_more_is_asked(office):
    office.siasn.fail("pns/rw-kursus", "", *["busy"] * 4)
    assert office.run() == {"sent": 1, "remote.busy": 1}
    assert office.siasn.asked["kursus/save"] == 1
    assert office.run() == {"sent": 2}


def test_one_person_whom_siasn_keeps_to_itself_holds_up_nobody(office):
    office.siasn.fail("pns/rw-kursus", "", "forbid")
    assert office.run() == {"sent": 2, "refused": 1}
    assert office.run() == {"sent": 1}
    assert office.there() == ALL


def test_a_login_that_fails_is_tried_once_and_not_for_each_record(office):
    office.siasn.secrets["sso_password"] = "lain"
    connection = office.connection
    office.connection = lambda: dataclasses.replace(
        connection(), options={**connection().options, "sso_password": "salah"}
    )
    assert office.run() == {"remote.siasn.sso_refused": 1}
    assert office.siasn.asked["auth/realms/public-siasn/protocol/openid-connect/token"] == 1


def test_a_credit_that_changed_after_it_was_sent_is_told_and_nothing_written(office):
    office.run()
    office.credits[0] = dataclasses.replace(CREDITS[0], jp=600)
    plan = office.plan()
    assert (plan.counts["differs"], plan.counts["send"]) == (1, 0)
    assert office.run() == {}
    assert office.siasn.asked["kursus/save"] == 3


def test_what_was_sent_is_known_to_the_reader_of_the_history_and_what_was_found_is_not(office):
    office.name = ""
    found = office.siasn.put("kursus", NIPS[2], {"namaKursus": "Bimtek 3", "noSertipikat": ALL[2]})
    assert office.run() == {"sent": 2, "found": 1}
    assert connection_of(office.services, ADAPTER).pushed() == set(office.siasn.records["kursus"]) - {found}


def test_receipts_hold_no_nip_and_no_secret(office):
    office.siasn.fail("kursus/save", "refuse")
    assert office.run() == {"sent": 2, "refused": 1}
    folder = office.services.settings.data
    kept = b"".join(path.read_bytes() for path in folder.glob("house.db*"))
    assert not [word for word in (*NIPS, "palsu", "token-sso", "token-wso") if word.encode() in kept]
    assert b"Data \xe2\x80\xa6 ditolak" in kept
