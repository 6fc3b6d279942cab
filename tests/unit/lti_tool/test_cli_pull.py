"""`jampel lrs pull`: another LRS into ours and into the audit; no secret shown, exit codes that a program can use."""

import json
import threading

import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.audit.testing import credit, void
from xapi.clock import random_ids
from xapi.intake import Identity
from xapi.lrs.web import blueprint
from xapi.testing import INSTITUTION, embedded_lrs, encoded, make_principal, make_statement

SITI = "198501012099031001"
ROSTER = (
    "NIP;Nama;OPD;Status;Jabatan;Golongan;Tanggal mulai\n"
    f"{SITI};Siti;Dinas A;PNS;Analis;III/c;2020-01-01\n"
)  # fmt: skip
LMS = "https://lms.contoh.go.id"
ACCOUNT = {"account": {"homePage": LMS, "name": "42"}}


class Quiet(WSGIRequestHandler):
    """A handler that writes no log."""

    def log(self, *_: object, **__: object) -> None:
        """Says nothing."""


@pytest.fixture
def there(tmp_path):
    """The other LRS: its parts, its address, and our credential there with the secret in a file."""
    parts = embedded_lrs(tmp_path / "lain.db", ids=random_ids)
    credential = parts.credentials.add(INSTITUTION, "penarik", {"all/read"}, "foreign")
    (tmp_path / "rahasia.txt").write_text(f"{credential.secret}\n", encoding="utf-8")
    app = Flask("lain")
    app.register_blueprint(blueprint(parts.lrs, parts.credentials, parts.clock), url_prefix="/xapi")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield parts, f"http://127.0.0.1:{server.server_port}/xapi/", credential
    server.shutdown()
    server.server_close()


@pytest.fixture
def run(tmp_path):
    runner = CliRunner()

    def call(*arguments: str, language: str = "id", **more):
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": language}
        return runner.invoke(main, list(arguments), env=environment, **more)

    return call


@pytest.fixture
def pull(run, there, tmp_path):
    """`pull(…)` runs `jampel lrs pull` on the other LRS with our credential there."""
    _, url, credential = there
    always = ("lrs", "pull", url, "--key", credential.key, "--secret-file", str(tmp_path / "rahasia.txt"))
    return lambda *more, **settings: run(*always, *more, **settings)


def record(there, statement) -> None:
    parts, _, _ = there
    parts.clock.advance(minutes=5)
    parts.lrs.post_statements(make_principal(), encoded(statement))


def test_a_pulled_statement_counts_in_the_audit_once_and_awaits_review(run, pull, there, tmp_path) -> None:
    (tmp_path / "pegawai.csv").write_text(ROSTER, encoding="utf-8")
    assert run("people", "import", str(tmp_path / "pegawai.csv")).exit_code == 0
    with open_services(load_settings(tmp_path / "data", {})) as services:
        siti = services.intake.person(Identity(nip=SITI, issuer=LMS, subject="42"))
    record(there, {**credit(1, jp=200), "actor": ACCOUNT})
    assert json.loads(pull("--json").stdout)["new"] == 1
    assert json.loads(pull("--json").stdout)["already"] == 1
    with open_services(load_settings(tmp_path / "data", {})) as services:
        services.bring_ledger_up_to_date()
        found = [(one["source"], one["review"], one["raw_jp"]) for one in services.ledger.credits_of(siti, 2026)]
    assert found == [("foreign", "Ditinjau", 200)]


def test_another_lrs_cannot_take_away_jp_that_was_earned_here(run, pull, there, tmp_path) -> None:
    with open_services(load_settings(tmp_path / "data", {})) as services:
        siti = services.intake.person(Identity(nip=SITI))
        ours = {**credit(1, jp=200), "actor": services.people.actor(siti)}
        services.lrs.post_statements(services.principal("launch"), encoded(ours))
    record(there, {**void(2, 1), "actor": ACCOUNT})
    assert json.loads(pull("--json").stdout)["new"] == 1
    with open_services(load_settings(tmp_path / "data", {})) as services:
        services.bring_ledger_up_to_date()
        found = [(one["standing"], one["review"]) for one in services.ledger.credits_of(siti, 2026)]
    assert found == [(1, "Disetujui")]


def test_the_numbers_are_told_and_the_secret_is_not(pull, there) -> None:
    record(there, make_statement(actor=ACCOUNT))
    pulled = pull("--json", language="en")
    assert pulled.exit_code == 0, pulled.output
    found = json.loads(pulled.stdout)
    assert (found["new"], found["dry_run"], found["until"][:4]) == (1, False, "2026")
    assert "1 new" in pulled.stderr
    assert there[2].secret not in pulled.output


def test_the_secret_can_be_typed(run, there) -> None:
    _, url, credential = there
    typed = run("lrs", "pull", url, "--key", credential.key, input=f"{credential.secret}\n")
    assert (typed.exit_code, credential.secret in typed.output) == (0, False)


def test_what_is_refused_is_told_and_written_with_its_id(pull, there, tmp_path) -> None:
    parts, _, _ = there
    number = "11111111-1111-4111-8111-111111111111"
    digits = make_statement(id=number, actor=ACCOUNT, context={"extensions": {"https://a.go.id/x": SITI}})
    parts.lrs.post_statements(make_principal(allow_nip=True), encoded(digits))
    rejects = tmp_path / "ditolak.jsonl"
    refused = pull("--rejects", str(rejects))
    written = [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()]
    assert (refused.exit_code, [(one["id"], one["code"]) for one in written]) == (1, [(number, "intake.nip_left")])
    assert number in refused.stderr
    assert SITI not in refused.output + rejects.read_text(encoding="utf-8")


@pytest.mark.usefixtures("prepared")
def test_a_trial_stores_nothing_and_a_second_filter_begins_anew(pull, there) -> None:
    record(there, make_statement(actor=ACCOUNT))
    assert json.loads(pull("--dry-run", "--json").stdout)["new"] == 1
    assert json.loads(pull("--json").stdout)["new"] == 1
    other = json.loads(pull("--json", "--agent", json.dumps(ACCOUNT)).stdout)
    assert (other["read"], other["already"]) == (1, 1)
    assert json.loads(pull("--from-start", "--json").stdout)["already"] == 1


@pytest.mark.parametrize(
    "wrong",
    [("--verb", "x"), ("--activity", "x"), ("--agent", "{"), ("--agent", "{}"), ("--since", "kemarin")],
)
def test_a_wrong_option_is_a_sentence_and_ends_with_two(pull, wrong) -> None:
    answer = pull(*wrong)
    assert (answer.exit_code, "Traceback" in answer.output, len(answer.stderr) > 20) == (2, False, True)


def test_an_address_without_tls_or_without_an_lrs_is_refused(run, tmp_path) -> None:
    secret = ("--key", "k", "--secret-file", "-")
    plain = run("lrs", "pull", "http://lrs.contoh.go.id/xapi/", *secret, input="rahasia-kita")
    assert (plain.exit_code, "https" in plain.stderr) == (2, True)
    nobody = run("lrs", "pull", "http://127.0.0.1:9/xapi/", *secret, input="rahasia-kita")
    assert (nobody.exit_code, "rahasia-kita" in nobody.output) == (3, False)


def test_a_refused_credential_ends_with_three(run, there) -> None:
    answer = run("lrs", "pull", there[1], "--key", "k", "--secret-file", "-", input="rahasia-kita")
    assert (answer.exit_code, "401" in answer.stderr, "rahasia-kita" in answer.output) == (3, True, False)
